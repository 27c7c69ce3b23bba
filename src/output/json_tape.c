#include "output/json_tape.h"

#include <assert.h>
#include <string.h>

static size_t padded(size_t len)
{
	return (len + 7) & ~(size_t)7;
}

void json_tape_add(struct buffer *tape, enum json_tape_step step, const char *key, int64_t value, struct slice text)
{
	const struct json_tape_entry e = {.key = key, .value = value, .step = step, .len = (uint32_t)text.len};
	uint8_t *at = buffer_room(tape, sizeof(e) + padded(text.len));

	memcpy(at, &e, sizeof(e));
	tape->len += sizeof(e) + padded(text.len);
	if (text.len == 0)
		return;
	memset(at + sizeof(e) + padded(text.len) - 8, 0, 8); /* what fills up */
	memcpy(at + sizeof(e), text.data, text.len);
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
