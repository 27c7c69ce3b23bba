/*
 * json_tape: what is to be written as JSON, noted to be written later and elsewhere: keys by their address, so they
 * must stay; texts as they are, but for what no record has room for. Private to the output layer.
 */
#ifndef OUTPUT_JSON_TAPE_H
#define OUTPUT_JSON_TAPE_H

#include "base/buffer.h"

enum json_tape_step {
	JSON_TAPE_OBJECT,
	JSON_TAPE_ARRAY,
	JSON_TAPE_EMPTY_ARRAY,
	JSON_TAPE_CLOSE,
	JSON_TAPE_TEXT,
	JSON_TAPE_TEXT_WITHIN, /* `value`: the bytes it may have */
	JSON_TAPE_ITEM,
	JSON_TAPE_NUMBER,
	JSON_TAPE_TRUE,
	JSON_TAPE_FALSE,
	JSON_TAPE_TIME,
	JSON_TAPE_MEMBERS,
	JSON_TAPE_CONSTANT, /* `key`: the members */
	JSON_TAPE_PIECE,    /* `value`: its number */
	JSON_TAPE_BEHIND,   /* a text behind piece `value` */
	JSON_TAPE_CUTS,
};

/* Followed by `len` bytes, and what fills up to the next multiple of 8. What stands on the tape before the first has
 * such a length, too. */
struct json_tape_entry {
	const char *key;
	int64_t value;
	uint16_t step;	 /* enum json_tape_step */
	uint16_t digits; /* of a time */
	uint32_t len;
};

/* One without a text; `digits` of a time. */
static inline void json_tape_add(struct buffer *tape, enum json_tape_step step, const char *key, int64_t value,
				 uint8_t digits)
{
	struct json_tape_entry *e = (struct json_tape_entry *)(void *)buffer_room(tape, sizeof(*e));

	e->key = key;
	e->value = value;
	e->step = (uint16_t)step;
	e->digits = digits;
	e->len = 0;
	tape->len += sizeof(*e);
}

void json_tape_add_text(struct buffer *tape, enum json_tape_step step, const char *key, int64_t value,
			struct slice text);

/* Takes the first entry off what is left of a tape; false when nothing is. */
bool json_tape_next(struct slice *rest, struct json_tape_entry *e, struct slice *text);

#endif
