/*
 * fetch: reads what an untagged answer FETCH of IMAP says of a message (RFC 9051 section 7.5.2): its number, UID, size,
 * flags, and which of its literals and quoted strings are the mail, or a part of it that may be put together. In any
 * pieces. Pure. Internal to proto.
 */
#ifndef PROTO_FETCH_H
#define PROTO_FETCH_H

#include "proto/event.h"

enum {
	FETCH_NAME_MAX = 48, /* of an item whose value is of interest */
	FETCH_WORD_MAX = 40,
};

/* What becomes of an item's value. */
enum fetch_item {
	FETCH_OTHER,
	FETCH_UID,
	FETCH_SIZE,
	FETCH_FLAGS,
	FETCH_ARRIVED,
	FETCH_MAIL,
};

struct fetch {
	uint8_t state;
	uint8_t item; /* enum fetch_item */
	bool is_long; /* the name, or the word, does not fit */
	bool has_origin;
	bool has_size;
	bool has_flags;
	bool has_arrived;
	enum mail_section section : 8;
	uint8_t name_len;
	uint8_t word_len;
	uint8_t arrived_len;
	uint16_t flags_len;
	uint32_t depth;
	uint32_t number;
	uint32_t uid;
	uint64_t size;
	uint64_t origin;
	char name[FETCH_NAME_MAX];
	char word[FETCH_WORD_MAX];
	char arrived[FETCH_WORD_MAX];
	char flags[DIALOGUE_FLAGS_MAX];
};

/* A mail in a quoted string begins, goes on (by bytes of it that stand together in the text; not called where there are
 * none), ends. */
enum fetch_quoted {
	FETCH_QUOTED_BEGIN,
	FETCH_QUOTED_BYTES,
	FETCH_QUOTED_END,
};

typedef void fetch_sink(void *ctx, enum fetch_quoted what, size_t begin, size_t end);

/* An answer about message `number` begins: what is read next stands behind the word FETCH. */
void fetch_init(struct fetch *f, uint32_t number);

/* The next piece of its text; places in what is told are in `text`. */
void fetch_read(struct fetch *f, struct slice text, fetch_sink *sink, void *ctx);

/* The literal just announced: whether it is a mail, as `section` and `origin` say. */
bool fetch_is_mail(const struct fetch *f);
/* It is over. */
void fetch_end_literal(struct fetch *f);

/* Whether it stands in the quoted string of a mail. */
bool fetch_is_in_mail(const struct fetch *f);

/* Good as long as `f` is. */
struct fetched fetch_result(const struct fetch *f);

#endif
