#include "mime/html_filter.h"

#include <assert.h>

#include "base/text.h"

enum {
	NAME_SHOWN_MAX = 32, /* no element that counts is longer */
	KEPT = 4,
};

#define EMPTY_COMMENT "<!---->"

static const char *const kept[KEPT] = {"href", "alt", "style", "hidden"};

static bool is_letter(uint8_t byte)
{
	return slice_upper_byte(byte) >= 'A' && slice_upper_byte(byte) <= 'Z';
}

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

static bool ends_name(uint8_t byte)
{
	return is_blank(byte) || byte == '=' || byte == '>' || byte == '<' || byte == '/';
}

static struct slice take_name(struct slice *rest)
{
	size_t len = 0;
	struct slice name;

	while (len < rest->len && !ends_name(rest->data[len]))
		len++;
	name = slice_sub(*rest, 0, len);
	*rest = slice_after(*rest, len);
	return name;
}

static void skip_blanks(struct slice *rest)
{
	while (rest->len > 0 && is_blank(rest->data[0]))
		*rest = slice_after(*rest, 1);
}

/* What stands after the equals sign: quoted, or up to a blank. */
static struct slice take_value(struct slice *rest)
{
	struct slice value;
	size_t len = 0;

	skip_blanks(rest);
	if (rest->len > 0 && (rest->data[0] == '"' || rest->data[0] == '\'')) {
		len = slice_find(slice_after(*rest, 1), rest->data[0]);
		value = slice_sub(*rest, 1, len);
		if (value.len + 1 < rest->len) {
			*rest = slice_after(*rest, len + 2);
			return value;
		}
		len = 0; /* a quote that never ends is none */
	}
	while (len < rest->len && !is_blank(rest->data[len]) && rest->data[len] != '>')
		len++;
	value = slice_sub(*rest, 0, len);
	*rest = slice_after(*rest, len);
	return value;
}

static void put_value(struct slice value, struct buffer *out)
{
	buffer_append_text(out, "=\"");
	for (size_t i = 0; i < value.len; i++)
		if (value.data[i] == '<')
			buffer_append_text(out, "&lt;");
		else if (value.data[i] == '>')
			buffer_append_text(out, "&gt;");
		else if (value.data[i] == '"')
			buffer_append_text(out, "&quot;");
		else
			buffer_append_byte(out, value.data[i]);
	buffer_append_byte(out, '"');
}

static void put_attribute(struct slice name, struct slice value, bool seen[KEPT], struct buffer *out)
{
	for (int i = 0; i < KEPT; i++)
		if (!seen[i] && slice_equals_nocase(name, kept[i])) {
			seen[i] = true;
			buffer_append_byte(out, ' ');
			buffer_append_text(out, kept[i]);
			put_value(value, out);
		}
}

/* After the last of what precedes `word` in any case; the end when it does not come. */
static struct slice skip_to(struct slice rest, const char *word)
{
	while (rest.len > 0 && !slice_begins_nocase(rest, word))
		rest = slice_after(rest, 1);
	return rest;
}

/* The start tag at the beginning of `rest`; returns what follows it, or the script or style that it opens. */
static struct slice reduce_tag(struct slice rest, struct buffer *out)
{
	bool seen[KEPT] = {false};
	struct slice element;

	assert(rest.len > 1 && rest.data[0] == '<');
	rest = slice_after(rest, 1);
	element = take_name(&rest);
	buffer_append_byte(out, '<');
	buffer_append(out, text_cut(element, NAME_SHOWN_MAX));
	while (rest.len > 0 && rest.data[0] != '>' && rest.data[0] != '<') {
		struct slice name = take_name(&rest);
		struct slice value = slice_of("", 0);

		skip_blanks(&rest);
		if (rest.len > 0 && rest.data[0] == '=') {
			rest = slice_after(rest, 1);
			value = take_value(&rest);
		} else if (name.len == 0 && rest.len > 0 && rest.data[0] == '/') {
			rest = slice_after(rest, 1);
		}
		put_attribute(name, value, seen, out);
	}
	buffer_append_byte(out, '>');
	if (rest.len > 0 && rest.data[0] == '>')
		rest = slice_after(rest, 1);
	if (slice_equals_nocase(element, "script"))
		return skip_to(rest, "</script");
	return slice_equals_nocase(element, "style") ? skip_to(rest, "</style") : rest;
}

/* A comment that never ends is none: what it would hide is shown. Its own dashes may end it: "<!-->". */
static struct slice skip_comment(struct slice rest)
{
	const uint8_t *end = memmem(rest.data + 2, rest.len - 2, "-->", 3);

	return end != NULL ? slice_after(rest, (size_t)(end - rest.data) + 3) : slice_after(rest, 4);
}

void html_filter_reduce(struct slice html, struct buffer *out)
{
	bool has_comments = true;

	while (html.len > 0) {
		size_t len = slice_find(html, '<');

		buffer_append(out, slice_sub(html, 0, len));
		html = slice_after(html, len);
		if (html.len >= 4 && memcmp(html.data, "<!--", 4) == 0) {
			struct slice rest = has_comments ? skip_comment(html) : slice_after(html, 4);

			has_comments = html.len - rest.len > 4; /* where one has no end, no later one has */
			buffer_append_text(out, EMPTY_COMMENT); /* what stood around it is no tag now */
			html = rest;
		} else if (html.len > 1 && is_letter(html.data[1])) {
			html = reduce_tag(html, out);
		} else if (html.len > 0) {
			buffer_append(out, slice_sub(html, 0, 1));
			html = slice_after(html, 1);
		}
	}
}
