#include "mime/encoded_words.h"

#include <assert.h>
#include <glib.h>
#include <stdio.h>

#include "mime/base64_text.h"
#include "mime/charset.h"

enum {
	CHARSET_NAME_SIZE = 64,
};

struct word {
	struct slice charset;
	struct slice text;
	bool is_base64;
	size_t len; /* of the whole word */
};

/* The part of `s` before the next "?"; false when there is none, or a blank before it. */
static bool read_token(struct slice *s, struct slice *token)
{
	size_t len = 0;

	while (len < s->len && s->data[len] != '?' && s->data[len] != ' ' && s->data[len] != '\t')
		len++;
	*token = slice_sub(*s, 0, len);
	if (len == s->len || s->data[len] != '?')
		return false;
	*s = slice_after(*s, len + 1);
	return true;
}

/* "=?charset?B?text?=" at the start of `s`. */
static bool read_word(struct slice s, struct word *w)
{
	struct slice rest = slice_after(s, 2);
	struct slice encoding;

	if (s.len < 2 || s.data[0] != '=' || s.data[1] != '?')
		return false;
	if (!read_token(&rest, &w->charset) || !read_token(&rest, &encoding) || !read_token(&rest, &w->text))
		return false;
	if (w->charset.len == 0 || encoding.len != 1 || rest.len == 0 || rest.data[0] != '=')
		return false;
	w->is_base64 = slice_equals_nocase(encoding, "B");
	w->len = s.len - rest.len + 1;
	return w->is_base64 || slice_equals_nocase(encoding, "Q");
}

static bool same_charset(struct slice a, struct slice b)
{
	return a.len == b.len && g_ascii_strncasecmp((const char *)a.data, (const char *)b.data, a.len) == 0;
}

static int hex_value(uint8_t byte)
{
	return g_ascii_isxdigit(byte) ? g_ascii_xdigit_value((gchar)byte) : -1;
}

static void decode_q(struct slice text, struct buffer *bytes)
{
	for (size_t i = 0; i < text.len; i++) {
		int high = i + 2 < text.len ? hex_value(text.data[i + 1]) : -1;
		int low = i + 2 < text.len ? hex_value(text.data[i + 2]) : -1;

		if (text.data[i] == '=' && high >= 0 && low >= 0) {
			buffer_append_byte(bytes, (uint8_t)(high << 4 | low));
			i += 2;
		} else {
			buffer_append_byte(bytes, text.data[i] == '_' ? ' ' : text.data[i]);
		}
	}
}

/* The bytes of a run, whatever their charset, as UTF-8. */
static void read_bytes(struct slice bytes, struct slice charset, struct buffer *out)
{
	char name[CHARSET_NAME_SIZE];

	snprintf(name, sizeof(name), "%.*s", (int)(charset.len < sizeof(name) ? charset.len : sizeof(name) - 1),
		 (const char *)charset.data);
	charset_read(bytes, name, out);
}

/* The word that follows `*s` after blanks, if it goes on with the same charset; `*s` then begins with it. */
static bool next_word(struct slice *s, const struct word *before, struct word *w)
{
	struct slice rest = slice_trim_left(*s);

	if (!read_word(rest, w) || !same_charset(w->charset, before->charset))
		return false;
	*s = rest;
	return true;
}

/* The text of all words of a run that begins with `first` at the start of `s`; returns what follows. */
static struct slice join_run(struct slice s, const struct word *first, struct buffer *out)
{
	struct buffer bytes = {0};
	struct base64_text base64 = {0};
	struct word w = *first;

	do {
		assert(w.len > 0 && w.len <= s.len);
		if (w.is_base64) {
			base64_text_feed(&base64, w.text, &bytes);
		} else {
			base64_text_finish(&base64, &bytes);
			decode_q(w.text, &bytes);
		}
		s = slice_after(s, w.len);
	} while (next_word(&s, first, &w));
	base64_text_finish(&base64, &bytes);
	read_bytes(buffer_slice(&bytes), first->charset, out);
	buffer_fini(&bytes);
	return s;
}

/* What encoded words say that stand side by side, the first of them at the start of `s`, as one; returns what follows.
 */
static struct slice join_words(struct slice s, const struct word *first, struct buffer *out)
{
	struct buffer text = {0};
	struct word w = *first;
	gchar *encoded;

	do {
		struct slice rest = join_run(s, &w, &text);

		s = rest;
		rest = slice_trim_left(rest);
		if (!read_word(rest, &w))
			break;
		s = rest;
	} while (true);
	encoded = g_base64_encode(text.data, text.len);
	buffer_append_text(out, "=?utf-8?B?");
	buffer_append_text(out, encoded);
	buffer_append_text(out, "?=");
	g_free(encoded);
	buffer_fini(&text);
	return s;
}

void encoded_words_join(struct slice value, struct buffer *out)
{
	struct word first;

	while (value.len > 0) {
		size_t len = slice_find(value, '=');

		buffer_append(out, slice_sub(value, 0, len));
		value = slice_after(value, len);
		if (read_word(value, &first)) {
			value = join_words(value, &first, out);
		} else {
			buffer_append(out, slice_sub(value, 0, 1));
			value = slice_after(value, 1);
		}
	}
}
