#include "output/json.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

enum {
	BLOCK_LEN = 16,
};

static void put(struct json *j, char c)
{
	buffer_append_byte(j->out, (uint8_t)c);
}

void json_begin(struct json *j, struct buffer *out)
{
	assert(out->limit == 0);
	j->out = out;
	j->depth = 0;
	j->level[0].has_members = false;
	j->level[0].is_array = false;
	j->level[0].start = out->len;
	put(j, '{');
}

void json_finish(struct json *j)
{
	assert(j->depth == 0);
	buffer_append_text(j->out, "}\n");
}

static void begin_member(struct json *j, const char *key)
{
	struct slice name = slice_from_text(key != NULL ? key : "");
	uint8_t *start = buffer_room(j->out, name.len + 4); /* a comma, two quotes, a colon */
	uint8_t *at = start;

	if (j->level[j->depth].has_members)
		*at++ = ',';
	j->level[j->depth].has_members = true;
	if (key != NULL) {
		*at++ = '"';
		memcpy(at, name.data, name.len);
		at += name.len;
		*at++ = '"';
		*at++ = ':';
	}
	j->out->len += (size_t)(at - start);
}

static void open_level(struct json *j, const char *key, bool is_array)
{
	size_t start = j->out->len;
	bool had_members = j->level[j->depth].has_members;

	begin_member(j, key);
	j->depth++;
	assert(j->depth < JSON_DEPTH_MAX);
	/* the lowest bit tells what to restore above when this level stays empty */
	j->level[j->depth].start = start << 1 | had_members;
	j->level[j->depth].has_members = false;
	j->level[j->depth].is_array = is_array;
	put(j, is_array ? '[' : '{');
}

void json_open_object(struct json *j, const char *key)
{
	open_level(j, key, false);
}

void json_open_array(struct json *j, const char *key)
{
	open_level(j, key, true);
}

void json_close(struct json *j)
{
	size_t start = j->level[j->depth].start;
	bool is_empty = !j->level[j->depth].has_members;
	bool is_array = j->level[j->depth].is_array;

	assert(j->depth > 0);
	j->depth--;
	if (is_empty) {
		j->out->len = start >> 1;
		j->level[j->depth].has_members = start & 1;
	} else {
		put(j, is_array ? ']' : '}');
	}
}

/* Bytes that may stand in a JSON string as they are: printable ASCII but for the quote and the backslash. */
static bool is_plain(uint8_t byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

/* Compilers turn this into vector code: all text of all records goes through here. */
static bool block_is_plain(const uint8_t *at)
{
	uint8_t odd = 0;

	for (size_t i = 0; i < BLOCK_LEN; i++)
		odd |= (uint8_t)((at[i] < 0x20) | (at[i] >= 0x7f) | (at[i] == '"') | (at[i] == '\\'));
	return odd == 0;
}

static size_t plain_run(struct slice s)
{
	size_t len = 0;

	while (s.len - len >= BLOCK_LEN && block_is_plain(s.data + len))
		len += BLOCK_LEN;
	while (len < s.len && is_plain(s.data[len]))
		len++;
	return len;
}

/* Characters that would act on who looks at the line as it is: a terminal obeys controls (C0, DEL, C1), some programs
 * end a line at U+2028 and U+2029, and bidirectional controls show what follows in another order. None is past U+FFFF,
 * so one escape is enough. */
static bool must_escape(uint32_t character)
{
	if (character < 0xa0)
		return character < 0x20 || character >= 0x7f;
	return character == 0x061c || character == 0x200e || character == 0x200f ||
	       (character >= 0x2028 && character <= 0x202e) || (character >= 0x2066 && character <= 0x2069);
}

static void put_character(struct json *j, uint32_t character, struct slice valid)
{
	if (character == '"' || character == '\\') {
		put(j, '\\');
		put(j, (char)character);
	} else if (must_escape(character)) {
		buffer_printf(j->out, "\\u%04x", (unsigned int)character);
	} else {
		buffer_append(j->out, valid);
	}
}

static void put_plain(struct json *j, struct slice value)
{
	uint8_t *at = buffer_room(j->out, value.len + 2);

	*at++ = '"';
	memcpy(at, value.data, value.len);
	at[value.len] = '"';
	j->out->len += value.len + 2;
}

static void put_string(struct json *j, struct slice value)
{
	if (value.len > 0 && plain_run(value) == value.len) { /* nearly always */
		put_plain(j, value);
		return;
	}
	put(j, '"');
	while (value.len > 0) {
		size_t len = plain_run(value);

		buffer_append(j->out, slice_sub(value, 0, len));
		value = slice_after(value, len);
		if (value.len > 0) {
			uint32_t character = text_decode(value, &len);

			if (character == TEXT_REPLACEMENT)
				buffer_append_text(j->out, "\xef\xbf\xbd");
			else
				put_character(j, character, slice_sub(value, 0, len));
			value = slice_after(value, len);
		}
	}
	put(j, '"');
}

void json_text(struct json *j, const char *key, struct slice value)
{
	if (value.len == 0)
		return;
	begin_member(j, key);
	put_string(j, value);
}

void json_item(struct json *j, struct slice value)
{
	begin_member(j, NULL);
	put_string(j, value);
}

void json_number(struct json *j, const char *key, int64_t value)
{
	char digits[24];
	char *at = digits + sizeof(digits);
	uint64_t rest = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;

	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0)
		*--at = '-';
	begin_member(j, key);
	buffer_append(j->out, slice_of(at, (size_t)(digits + sizeof(digits) - at)));
}

void json_count(struct json *j, const char *key, uint64_t value)
{
	if (value > 0)
		json_number(j, key, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void json_true(struct json *j, const char *key, bool value)
{
	if (value)
		json_bool(j, key, true);
}

void json_bool(struct json *j, const char *key, bool value)
{
	begin_member(j, key);
	buffer_append_text(j->out, value ? "true" : "false");
}
