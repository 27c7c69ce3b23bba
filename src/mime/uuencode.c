#include <assert.h>
#include <glib.h>

#include "mime/embedded.h"

enum {
	LINE_BYTES_MAX = 45,
};

static struct slice take_line(struct slice text, size_t *at)
{
	struct slice rest = slice_after(text, *at);
	size_t len = slice_find(rest, '\n');

	assert(*at < text.len);
	*at += len + 1 < rest.len ? len + 1 : rest.len;
	if (len > 0 && rest.data[len - 1] == '\r')
		len--;
	return slice_sub(rest, 0, len);
}

/* "begin 644 name" or "begin-base64 644 name". */
static bool read_begin(struct slice line, bool *is_base64, struct slice *name)
{
	struct slice rest;
	size_t digits = 0;

	*is_base64 = slice_begins_nocase(line, "begin-base64 ");
	if (!*is_base64 && !slice_begins_nocase(line, "begin "))
		return false;
	rest = slice_after(line, *is_base64 ? 13 : 6);
	while (digits < rest.len && rest.data[digits] >= '0' && rest.data[digits] <= '7')
		digits++;
	if (digits < 3 || digits > 5 || digits >= rest.len || rest.data[digits] != ' ')
		return false;
	*name = slice_sub(slice_trim(slice_after(rest, digits)), 0, EMBEDDED_NAME_MAX);
	return name->len > 0;
}

static uint8_t value_of(struct slice line, size_t at)
{
	return at < line.len ? (uint8_t)((line.data[at] - ' ') & 0x3f) : 0;
}

/* A line tells how many bytes it holds; trailing blanks may have been lost on the way. */
static bool decode_line(struct slice line, struct buffer *out)
{
	size_t count = line.len > 0 ? value_of(line, 0) : 0;

	if (count > LINE_BYTES_MAX || line.len > (size_t)LINE_BYTES_MAX * 2)
		return false;
	for (size_t i = 0; i < line.len; i++)
		if (line.data[i] < ' ' || line.data[i] > '`')
			return false;
	for (size_t i = 0; i < count; i++) {
		size_t group = 1 + i / 3 * 4 + i % 3;
		uint8_t first = value_of(line, group);
		uint8_t second = value_of(line, group + 1);
		unsigned int shift = 2 * (unsigned int)(i % 3) + 2;

		buffer_append_byte(out, (uint8_t)(first << shift | second >> (6 - shift)));
	}
	return true;
}

static void decode_base64_line(struct slice line, gint *state, guint *save, struct buffer *out)
{
	uint8_t *at = buffer_room(out, line.len / 4 * 3 + 6);

	if (line.len > 0)
		out->len += g_base64_decode_step((const gchar *)line.data, line.len, at, state, save);
}

static bool is_end(struct slice line, bool is_base64)
{
	return slice_equals(slice_trim_right(line), slice_from_text(is_base64 ? "====" : "end"));
}

/* The file whose first line is at `*at`; `*at` moves after its end. False: it is no file. */
static bool read_file(struct slice text, size_t *at, bool is_base64, struct buffer *bytes)
{
	size_t here = *at;
	bool any = false;
	gint state = 0;
	guint save = 0;

	while (here < text.len) {
		size_t start = here;
		struct slice line = take_line(text, &here);

		if (is_end(line, is_base64)) {
			*at = here;
			return true;
		}
		if (is_base64) {
			decode_base64_line(line, &state, &save, bytes);
		} else if (!decode_line(line, bytes)) {
			*at = start;
			return any;
		}
		any = true;
	}
	*at = text.len; /* cut off: what is there counts */
	return any;
}

size_t embedded_find_uuencode(struct slice text, embedded_sink *sink, void *ctx)
{
	size_t count = 0;
	size_t at = 0;

	while (at < text.len && count < EMBEDDED_FILES_MAX) {
		size_t start = at;
		struct buffer bytes = {0};
		struct slice name;
		bool is_base64;

		if (!read_begin(take_line(text, &at), &is_base64, &name))
			continue;
		if (read_file(text, &at, is_base64, &bytes)) {
			sink(ctx, name, buffer_slice(&bytes), start, at - start);
			count++;
		}
		buffer_fini(&bytes);
	}
	return count;
}
