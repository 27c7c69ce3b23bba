/*
 * layouts: where the fields of each protocol header lie and what they are called: const tables, for those who show a
 * packet. Fields that move are shown by code, see fields.c.
 */
#ifndef PACKET_LAYOUTS_H
#define PACKET_LAYOUTS_H

#include "packet/layers.h"

/* How a field is written. */
enum layout_shape {
	SHAPE_NUMBER,
	SHAPE_HEX,
	SHAPE_LITTLE, /* least significant byte first */
	SHAPE_LITTLE_HEX,
	SHAPE_FLAG,
	SHAPE_WORDS,   /* a length in units of four bytes */
	SHAPE_OFFSETS, /* an offset in units of eight */
	SHAPE_MAC,
	SHAPE_IPV4,
	SHAPE_IPV6,
	SHAPE_CHECKSUM, /* of the header that it stands in */
	SHAPE_TEXT,	/* up to its NUL */
	SHAPE_REST,	/* all bytes up to the header's end */
};

/* A list of them ends with a NULL. */
struct layout_name {
	uint32_t value;
	const char *name;
};

struct layout_field {
	uint8_t at;
	uint8_t len;
	enum layout_shape shape;
	uint64_t mask; /* 0: all bits; else those, shifted down to the last */
	const char *name;
	const struct layout_name *names; /* of its values; NULL: none */
};

struct layout {
	const char *title;
	const char *summary; /* what stands beside the title: this word and the value of field `summary_field` */
	size_t summary_field;
	const struct layout_field *fields;
	size_t count;
};

/* Never NULL. */
const struct layout *layout_of(enum dissect_layer_kind kind);

/* NULL when the value has none. */
const char *layout_name_of(const struct layout_name *names, uint64_t value);

extern const struct layout_name layout_ethertypes[];
extern const struct layout_name layout_ip_protocols[];
extern const struct layout_name layout_ppp_protocols[];

#endif
