#include "proto/encoded.h"

#include <assert.h>

#include "proto/suspect.h"

enum {
	BYTES_MIN = 3, /* of what stands for something */
	PADDING_MAX = 2,
};

static int hex_value(uint8_t byte)
{
	uint8_t upper = slice_upper_byte(byte);

	if (byte >= '0' && byte <= '9')
		return byte - '0';
	return upper >= 'A' && upper <= 'F' ? upper - 'A' + 10 : -1;
}

static bool is_base64_at(struct slice text, size_t at)
{
	uint8_t upper = at < text.len ? slice_upper_byte(text.data[at]) : 0;

	return (upper >= 'A' && upper <= 'Z') || (upper >= '0' && upper <= '9') || upper == '+' || upper == '/';
}

/* What may stand before each two digits, after what parts them: "0x", "\x", "x", "%", "=". */
static size_t mark_len(struct slice text, size_t at)
{
	struct slice rest = slice_after(text, at);

	if (slice_begins_nocase(rest, "0x") || slice_begins_nocase(rest, "\\x"))
		return 2;
	return rest.len > 0 && strchr("%=\\x", rest.data[0]) != NULL && rest.data[0] != '\0' ? 1 : 0;
}

static size_t separator_len(struct slice text, size_t at)
{
	size_t len = 0;

	while (len < 2 && at + len < text.len && text.data[at + len] != '\0' &&
	       strchr(" :,-.", text.data[at + len]) != NULL)
		len++;
	return len;
}

/* Where the next two digits end that go on with a run; 0: it ends here. */
static size_t read_pair(struct slice text, size_t at, struct buffer *out)
{
	int high;
	int low;

	if (at + 1 >= text.len)
		return 0;
	high = hex_value(text.data[at]);
	low = hex_value(text.data[at + 1]);
	if (high < 0 || low < 0)
		return 0;
	buffer_append_byte(out, (uint8_t)(high << 4 | low));
	return at + 2;
}

/* Where the run of hexadecimal digits that begins at `at` ends; `at`: it is none. */
static size_t read_hex(struct slice text, size_t at, struct buffer *out)
{
	size_t end = at;
	size_t next = read_pair(text, at + mark_len(text, at), out);

	while (next != 0) {
		size_t after = next + separator_len(text, next);

		end = next;
		next = read_pair(text, after + mark_len(text, after), out);
	}
	return out->len >= BYTES_MIN ? end : at;
}

/* The same for base64; one character too many is left out: the rest was cut off. */
static size_t read_base64(struct slice text, size_t at, struct buffer *out)
{
	struct slice run;
	size_t end = at;

	while (is_base64_at(text, end))
		end++;
	run = slice_sub(text, at, end - at);
	if (run.len % 4 == 1)
		run.len--;
	if (!suspect_decode(run, out) || out->len < BYTES_MIN)
		return at;
	for (size_t i = 0; i < PADDING_MAX && end < text.len && text.data[end] == '='; i++)
		end++;
	return end;
}

/* A run begins where no other goes on. */
static bool may_begin(struct slice text, size_t at)
{
	return (is_base64_at(text, at) || mark_len(text, at) > 0) && (at == 0 || !is_base64_at(text, at - 1));
}

bool encoded_next(struct encoded *e, struct slice text, struct buffer *out)
{
	while (e->next < text.len) {
		bool as_hex = !e->tried_hex;

		buffer_clear(out);
		e->begin = e->next;
		e->end = e->next;
		e->tried_hex = as_hex;
		if (may_begin(text, e->begin))
			e->end = as_hex ? read_hex(text, e->begin, out) : read_base64(text, e->begin, out);
		assert(e->begin <= e->end && e->end <= text.len);
		e->work += 1 + e->end - e->begin;
		if (!as_hex)
			e->next++;
		if (e->end > e->begin)
			return true;
	}
	return false;
}
