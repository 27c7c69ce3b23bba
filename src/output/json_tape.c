#include "output/json_tape.h"

#include <assert.h>
#include <string.h>

static size_t padded(size_t len)
{
	return (len + 7) & ~(size_t)7;
}

void json_tape_add_text(struct buffer *tape, enum json_tape_step step, const char *key, int64_t value,
			struct slice text)
{
	size_t len = padded(text.len);
	uint8_t *at;

	buffer_room(tape, sizeof(struct json_tape_entry) + len);
	json_tape_add(tape, step, key, value, 0);
	if (len == 0)
		return;
	at = tape->data + tape->len;
	((struct json_tape_entry *)(void *)at)[-1].len = (uint32_t)text.len;
	memset(at + len - 8, 0, 8); /* what fills up */
	memcpy(at, text.data, text.len);
	tape->len += len;
}

bool json_tape_next(struct slice *rest, struct json_tape_entry *e, struct slice *text)
{
	if (rest->len == 0)
		return false;
	assert(rest->len >= sizeof(*e));
	memcpy(e, rest->data, sizeof(*e));
	*rest = slice_after(*rest, sizeof(*e));
	*text = slice_sub(*rest, 0, e->len);
	assert(text->len == e->len);
	*rest = slice_after(*rest, padded(e->len));
	return true;
}
