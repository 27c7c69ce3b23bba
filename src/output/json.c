#include "output/json.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "output/json_tape.h"

enum {
	BLOCK_LEN = 16,
};

/* What is written to has no limit: see json_begin. */
static void put(struct json *j, char c)
{
	*buffer_room(j->out, 1) = (uint8_t)c;
	j->out->len++;
}

/* Levels and cuts are set when they come. */
static void begin(struct json *j, struct buffer *out, struct buffer *tape, const struct json_limits *limits)
{
	j->out = out;
	j->tape = tape;
	j->pieces = NULL;
	j->limits = limits != NULL ? *limits : (struct json_limits){.text = SIZE_MAX, .items = SIZE_MAX};
	j->depth = 0;
	j->left_out = 0;
	j->cut_count = 0;
	j->level[0].has_members = false;
	j->level[0].is_array = false;
	j->level[0].items = 0;
}

void json_begin(struct json *j, struct buffer *out, const struct json_limits *limits)
{
	assert(out->limit == 0);
	begin(j, out, NULL, limits);
	put(j, '{');
}

void json_begin_tape(struct json *j, struct buffer *tape, const struct json_limits *limits)
{
	begin(j, NULL, tape, limits);
}

void json_finish(struct json *j)
{
	assert(j->depth == 0);
	if (j->tape != NULL)
		return;
	buffer_append_text(j->out, "}\n");
}

static void append_path(char path[JSON_PATH_SIZE], const char *key)
{
	size_t len = strlen(path);

	if (key != NULL)
		snprintf(path + len, JSON_PATH_SIZE - len, "%s%s", len > 0 ? "." : "", key);
}

/* `key`: NULL for an item, or for the level itself. */
static void note_cut(struct json *j, const char *key)
{
	char path[JSON_PATH_SIZE] = "";

	if (j->left_out > 0 || j->cut_count == JSON_CUTS_MAX)
		return;
	for (unsigned int i = 1; i <= j->depth; i++)
		append_path(path, j->level[i].key);
	append_path(path, key);
	for (size_t i = 0; i < j->cut_count; i++)
		if (strcmp(j->cut[i], path) == 0)
			return;
	memcpy(j->cut[j->cut_count++], path, sizeof(path));
}

/* Returns where its value goes, for which there is room; end_member takes where that ends. */
static uint8_t *begin_member(struct json *j, const char *key, size_t value_len)
{
	struct slice name = key != NULL ? slice_from_text(key) : slice_of(NULL, 0);
	uint8_t *at = buffer_room(j->out, name.len + 4 + value_len); /* a comma, two quotes, a colon */

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
	return at;
}

static void end_member(struct json *j, const uint8_t *end)
{
	j->out->len = (size_t)(end - j->out->data);
}

static void put_member(struct json *j, const char *key, struct slice value)
{
	uint8_t *at = begin_member(j, key, value.len);

	memcpy(at, value.data, value.len);
	end_member(j, at + value.len);
}

/* Counts an item of the array at hand. Whether it is within the limit. */
static bool takes_item(struct json *j)
{
	return j->level[j->depth].items++ < j->limits.items;
}

static void note(struct json *j, enum json_tape_step step, const char *key, int64_t value)
{
	if (j->left_out == 0)
		json_tape_add(j->tape, step, key, value, 0);
}

/* No more of it than shows that it has no room: a character that is not valid takes more bytes, not fewer. */
static void note_text(struct json *j, enum json_tape_step step, const char *key, int64_t value, struct slice text)
{
	if (j->left_out == 0)
		json_tape_add_text(j->tape, step, key, value, slice_sub(text, 0, j->limits.text + 1));
}

static void enter_level(struct json *j, bool is_array)
{
	bool is_taken = !j->level[j->depth].is_array || takes_item(j);

	j->depth++;
	assert(j->depth < JSON_DEPTH_MAX);
	j->level[j->depth].items = 0;
	j->level[j->depth].is_array = is_array;
	if (!is_taken && j->left_out == 0)
		j->left_out = j->depth;
}

static void write_level(struct json *j, const char *key, bool is_array)
{
	bool had_members = j->level[j->depth].has_members;
	size_t start = j->out->len;
	uint8_t *at = begin_member(j, key, 1);

	*at++ = is_array ? '[' : '{';
	end_member(j, at);
	enter_level(j, is_array);
	j->level[j->depth].start = start;
	j->level[j->depth].had_members = had_members;
	j->level[j->depth].key = key;
	j->level[j->depth].has_members = false;
}

static void open_level(struct json *j, const char *key, bool is_array)
{
	if (j->tape == NULL) {
		write_level(j, key, is_array);
		return;
	}
	enter_level(j, is_array);
	j->level[j->depth].start = j->tape->len;
	note(j, is_array ? JSON_TAPE_ARRAY : JSON_TAPE_OBJECT, key, 0);
}

void json_open_object(struct json *j, const char *key)
{
	open_level(j, key, false);
}

void json_open_array(struct json *j, const char *key)
{
	open_level(j, key, true);
}

/* The number of items stands behind an array that was cut. */
static void put_items(struct json *j, const char *key, size_t count)
{
	char name[JSON_PATH_SIZE];

	snprintf(name, sizeof(name), "%s_count", key);
	json_number(j, name, (int64_t)count);
}

/* What stays empty is left out by whoever plays the tape, so it can be taken back; but items are counted there. */
static void note_close(struct json *j, size_t count)
{
	size_t start = j->level[j->depth].start;
	bool is_item = j->level[j->depth - 1].is_array;

	if (j->left_out == j->depth)
		j->left_out = 0;
	else if (j->left_out == 0 && !is_item && j->tape->len == start + sizeof(struct json_tape_entry))
		j->tape->len = start;
	else
		note(j, JSON_TAPE_CLOSE, NULL, (int64_t)count);
	j->depth--;
}

static void close_level(struct json *j, size_t count)
{
	size_t start = j->level[j->depth].start;
	bool is_kept = j->level[j->depth].has_members && j->left_out != j->depth;
	bool is_array = j->level[j->depth].is_array;
	bool is_cut = is_array && is_kept && count > j->limits.items;
	const char *key = j->level[j->depth].key;

	if (is_cut)
		note_cut(j, NULL);
	if (is_kept) {
		put(j, is_array ? ']' : '}');
	} else {
		j->out->len = start;
		j->level[j->depth - 1].has_members = j->level[j->depth].had_members;
	}
	if (j->left_out == j->depth)
		j->left_out = 0;
	j->depth--;
	if (is_cut && key != NULL)
		put_items(j, key, count);
}

void json_close_counted(struct json *j, size_t count)
{
	assert(j->depth > 0);
	if (j->tape != NULL)
		note_close(j, count);
	else
		close_level(j, count);
}

void json_empty_array(struct json *j, const char *key)
{
	if (j->tape != NULL) {
		note(j, JSON_TAPE_EMPTY_ARRAY, key, 0);
		return;
	}
	put_member(j, key, slice_from_text("[]"));
}

void json_close(struct json *j)
{
	json_close_counted(j, j->level[j->depth].items);
}

void json_members(struct json *j, struct slice members)
{
	if (members.len == 0)
		return;
	if (j->tape != NULL) {
		if (j->left_out == 0)
			json_tape_add_text(j->tape, JSON_TAPE_MEMBERS, NULL, 0, members);
		return;
	}
	put_member(j, NULL, members);
}

void json_use_pieces(struct json *j, const struct slice *pieces)
{
	j->pieces = pieces;
}

void json_constant(struct json *j, const char *members)
{
	if (j->tape != NULL)
		note(j, JSON_TAPE_CONSTANT, members, 0);
	else
		json_members(j, slice_from_text(members));
}

void json_piece(struct json *j, unsigned int number)
{
	if (j->tape != NULL)
		note(j, JSON_TAPE_PIECE, NULL, number);
	else
		json_members(j, j->pieces[number]);
}

void json_append_cuts(const struct json *j, struct buffer *out, const char *prefix)
{
	for (size_t i = 0; i < j->cut_count; i++)
		buffer_printf(out, "%s\"%s%s\"", out->len > 0 ? "," : "", prefix, j->cut[i]);
}

void json_put_cuts(struct json *j, const char *key, unsigned int piece)
{
	struct json_limits limits = j->limits;

	if (j->tape != NULL) {
		note(j, JSON_TAPE_CUTS, key, piece);
		return;
	}
	if (j->cut_count == 0 && (j->pieces == NULL || j->pieces[piece].len == 0)) /* nearly always */
		return;
	j->limits = (struct json_limits){.text = SIZE_MAX, .items = SIZE_MAX};
	json_open_array(j, key);
	if (j->pieces != NULL)
		json_members(j, j->pieces[piece]);
	for (size_t i = 0; i < j->cut_count; i++)
		json_item(j, slice_from_text(j->cut[i]));
	json_close(j);
	j->limits = limits;
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

/* Of what is shorter than two blocks, too, as these may overlap. */
static bool all_is_plain(struct slice s)
{
	size_t len = 0;

	if (s.len < BLOCK_LEN)
		return plain_run(s) == s.len;
	for (; s.len - len > BLOCK_LEN; len += BLOCK_LEN)
		if (!block_is_plain(s.data + len))
			return false;
	return block_is_plain(s.data + s.len - BLOCK_LEN);
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

static void put_plain(struct json *j, const char *key, struct slice value)
{
	uint8_t *at = begin_member(j, key, value.len + 2);

	*at++ = '"';
	memcpy(at, value.data, value.len);
	at += value.len;
	*at++ = '"';
	end_member(j, at);
}

/* What is not UTF-8 takes as many bytes as the character that stands for it. Returns whether all of it had room. */
static bool put_characters(struct json *j, struct slice value)
{
	size_t left = j->limits.text;

	while (value.len > 0) {
		size_t len = plain_run(value);
		uint32_t character;
		size_t takes;

		buffer_append(j->out, slice_sub(value, 0, len < left ? len : left));
		if (len > left || (len == left && len < value.len))
			return false;
		value = slice_after(value, len);
		left -= len;
		if (value.len == 0)
			break;
		character = text_decode(value, &len);
		takes = character == TEXT_REPLACEMENT ? 3 : len;
		if (takes > left)
			return false;
		if (character == TEXT_REPLACEMENT)
			buffer_append_text(j->out, "\xef\xbf\xbd");
		else
			put_character(j, character, slice_sub(value, 0, len));
		value = slice_after(value, len);
		left -= takes;
	}
	return true;
}

/* Returns whether all of it had room. */
static bool put_string(struct json *j, const char *key, struct slice value)
{
	bool is_whole;

	if (value.len > 0 && value.len <= j->limits.text && all_is_plain(value)) { /* nearly always */
		put_plain(j, key, value);
		return true;
	}
	put_member(j, key, slice_from_text("\""));
	is_whole = put_characters(j, value);
	put(j, '"');
	return is_whole;
}

void json_text_behind(struct json *j, const char *key, unsigned int number, struct slice rest)
{
	if (j->tape != NULL) {
		if (j->left_out == 0)
			json_tape_add_text(j->tape, JSON_TAPE_BEHIND, key, number, rest);
		return;
	}
	put_member(j, key, slice_from_text("\""));
	buffer_append(j->out, j->pieces[number]);
	put_characters(j, rest);
	put(j, '"');
}

void json_text(struct json *j, const char *key, struct slice value)
{
	if (value.len == 0)
		return;
	if (j->tape != NULL) {
		note_text(j, JSON_TAPE_TEXT, key, 0, value);
		return;
	}
	if (!put_string(j, key, value))
		note_cut(j, key);
}

void json_text_within(struct json *j, const char *key, struct slice value, size_t most)
{
	size_t limit = j->limits.text;

	if (j->tape != NULL) {
		if (value.len > 0)
			note_text(j, JSON_TAPE_TEXT_WITHIN, key, (int64_t)most, value);
		return;
	}
	j->limits.text = most < limit ? most : limit;
	json_text(j, key, value);
	j->limits.text = limit;
}

void json_item(struct json *j, struct slice value)
{
	if (!takes_item(j))
		return;
	if (j->tape != NULL) {
		note_text(j, JSON_TAPE_ITEM, NULL, 0, value);
		return;
	}
	if (!put_string(j, NULL, value))
		note_cut(j, NULL);
}

static void put_number(struct json *j, const char *key, int64_t value)
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
	put_member(j, key, slice_of(at, (size_t)(digits + sizeof(digits) - at)));
}

void json_number(struct json *j, const char *key, int64_t value)
{
	if (key == NULL && !takes_item(j))
		return;
	if (j->tape != NULL)
		note(j, JSON_TAPE_NUMBER, key, value);
	else
		put_number(j, key, value);
}

void json_time(struct json *j, const char *key, int64_t time_ns, uint8_t digits)
{
	char text[CLOCK_RFC3339_SIZE];

	if (j->tape == NULL)
		json_text(j, key, slice_of(text, clock_rfc3339(text, time_ns, digits)));
	else if (j->left_out == 0)
		json_tape_add(j->tape, JSON_TAPE_TIME, key, time_ns, digits);
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
	if (j->tape != NULL) {
		note(j, value ? JSON_TAPE_TRUE : JSON_TAPE_FALSE, key, 0);
		return;
	}
	put_member(j, key, slice_from_text(value ? "true" : "false"));
}

/* ---- what was noted ---- */

static void play_step(struct json *j, const struct json_tape_entry *e, struct slice text)
{
	switch ((enum json_tape_step)e->step) {
	case JSON_TAPE_OBJECT:
	case JSON_TAPE_ARRAY:
		open_level(j, e->key, e->step == JSON_TAPE_ARRAY);
		break;
	case JSON_TAPE_EMPTY_ARRAY:
		json_empty_array(j, e->key);
		break;
	case JSON_TAPE_CLOSE:
		json_close_counted(j, (size_t)e->value);
		break;
	case JSON_TAPE_TEXT:
		json_text(j, e->key, text);
		break;
	case JSON_TAPE_TEXT_WITHIN:
		json_text_within(j, e->key, text, (size_t)e->value);
		break;
	case JSON_TAPE_ITEM:
		json_item(j, text);
		break;
	case JSON_TAPE_NUMBER:
		json_number(j, e->key, e->value);
		break;
	case JSON_TAPE_TRUE:
	case JSON_TAPE_FALSE:
		json_bool(j, e->key, e->step == JSON_TAPE_TRUE);
		break;
	case JSON_TAPE_TIME:
		json_time(j, e->key, e->value, (uint8_t)e->digits);
		break;
	case JSON_TAPE_MEMBERS:
		json_members(j, text);
		break;
	case JSON_TAPE_CONSTANT:
		json_constant(j, e->key);
		break;
	case JSON_TAPE_PIECE:
		json_piece(j, (unsigned int)e->value);
		break;
	case JSON_TAPE_BEHIND:
		json_text_behind(j, e->key, (unsigned int)e->value, text);
		break;
	case JSON_TAPE_CUTS:
		json_put_cuts(j, e->key, (unsigned int)e->value);
		break;
	}
}

void json_play(struct slice tape, struct buffer *out, const struct json_limits *limits, const struct slice *pieces)
{
	struct json_tape_entry e;
	struct slice text;
	struct json j;

	json_begin(&j, out, limits);
	json_use_pieces(&j, pieces);
	while (json_tape_next(&tape, &e, &text))
		play_step(&j, &e, text);
	json_finish(&j);
}
