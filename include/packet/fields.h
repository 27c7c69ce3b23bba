/*
 * fields: the headers of one packet, field by field, with the place of each in the packet.
 */
#ifndef PACKET_FIELDS_H
#define PACKET_FIELDS_H

#include "packet/dissect.h"

/* What is known of the packet besides its bytes. */
struct fields_about {
	enum dissect_result result;
	const struct tcp_segment *segment; /* when the result is DISSECT_TCP */
	const struct fragment *fragment;   /* when it is DISSECT_FRAGMENT */
	int window_scale;		   /* that the handshake agreed on for its sender; -1: not known */
};

struct packet_field {
	uint8_t depth;	 /* 0: the title of a layer */
	uint32_t offset; /* of its bytes in the packet */
	uint32_t len;
	const char *name;
	const char *value; /* valid during the call only */
};

typedef void packet_field_sink(void *ctx, const struct packet_field *field);

/* All fields of all layers of `packet`, in order. */
void fields_describe(struct slice packet, const struct dissect_layers *layers, const struct fields_about *about,
		     packet_field_sink *sink, void *ctx);

/* "SYN,ACK". */
void fields_put_flags(char *out, size_t size, uint8_t flags);

/* "fragment: bytes 0 to 1479 of id 0x1234, more follow". */
void fields_put_fragment(char *out, size_t size, const struct fragment *fragment);

#endif
