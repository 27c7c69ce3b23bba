#include "mime/charset.h"

#include <assert.h>
#include <errno.h>
#include <glib.h>
#include <stdatomic.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "mime/charset_latin.h"
#include "mime/charset_name.h"
#include "mime/charset_shift.h"

enum {
	SHIFT_OUT = 0x0e,
	FLUSH_MAX = 64,
	LOADED_MAX = 192,
};

static const char *fallbacks[CHARSET_FALLBACKS_MAX];
static size_t fallback_count;

void charset_init(const char *const *names, size_t count)
{
	assert(count == 0 || names != NULL);
	fallback_count = count < CHARSET_FALLBACKS_MAX ? count : CHARSET_FALLBACKS_MAX;
	for (size_t i = 0; i < fallback_count; i++)
		fallbacks[i] = names[i];
}

/* A converter stays loaded while it is in use, so these are never closed. */
static GIConv loaded[LOADED_MAX];
static const char *loaded_names[LOADED_MAX];
static size_t loaded_count;

static void load(const char *name)
{
	for (size_t i = 0; i < loaded_count; i++)
		if (strcmp(loaded_names[i], name) == 0)
			return;
	if (*name == '\0' || loaded_count == LOADED_MAX)
		return;
	loaded_names[loaded_count] = name;
	loaded[loaded_count++] = g_iconv_open("UTF-8", name);
}

void charset_load(void)
{
	const char *name;

	for (size_t i = 0; i < fallback_count; i++)
		load(fallbacks[i]);
	for (size_t i = 0; (name = charset_name_of_iconv(i)) != NULL; i++)
		load(name);
}

/* A letter that a sign above or below it might follow is held back until it is asked for. */
static void flush(GIConv converter, struct buffer *out)
{
	gsize room = FLUSH_MAX;
	gsize free_len = room;
	gchar *at = (gchar *)buffer_room(out, room);

	g_iconv(converter, NULL, NULL, &at, &free_len);
	out->len += room - free_len;
}

/* Converts all that can be converted; returns how many bytes could not. With `is_strict` it stops at the first. */
static size_t convert(GIConv converter, struct slice text, bool is_strict, struct buffer *out)
{
	gchar *in = (gchar *)(uintptr_t)text.data;
	gsize left = text.len;
	size_t wrong = 0;

	while (left > 0) {
		size_t room = left * 2 + 64;
		gchar *at = (gchar *)buffer_room(out, room);
		gsize free_len = room;
		gsize result = g_iconv(converter, &in, &left, &at, &free_len);
		int reason = errno;

		assert(free_len <= room);
		out->len += room - free_len;
		if (result != (gsize)-1 || reason == E2BIG)
			continue;
		wrong++;
		if (is_strict)
			return wrong;
		buffer_append_text(out, "\357\277\275");
		in++;
		left--;
	}
	flush(converter, out);
	return wrong;
}

/* What a reading came to. */
enum reading {
	READING_NONE, /* there is no such charset; nothing was appended */
	READING_WRONG,
	READING_RIGHT,
};

/* Some of iconv's tables lead to what is no character: surrogates, and what is beyond Unicode. Returns whether that was
 * so. */
static bool repair(struct buffer *out, size_t start)
{
	struct slice made = slice_after(buffer_slice(out), start);
	struct buffer copy = {0};

	if (text_is_utf8(made))
		return false;
	buffer_append(&copy, made);
	out->len = start;
	text_append_utf8(out, buffer_slice(&copy));
	buffer_fini(&copy);
	return true;
}

/* Appends `text` read in a charset of iconv's. With `is_strict` a wrong one is taken back. */
static enum reading read_with(struct slice text, const char *charset, bool is_strict, struct buffer *out)
{
	GIConv converter = g_iconv_open("UTF-8", charset);
	size_t start = out->len;
	size_t wrong;

	/* NOLINTNEXTLINE(performance-no-int-to-ptr): GLib's own value for a failure */
	if (converter == (GIConv)-1)
		return READING_NONE;
	wrong = convert(converter, text, is_strict, out);
	wrong += repair(out, start);
	g_iconv_close(converter);
	if (wrong > 0 && is_strict)
		out->len = start;
	return wrong == 0 ? READING_RIGHT : READING_WRONG;
}

static enum reading read_shifted(struct slice text, const struct charset_name *m, bool is_strict, struct buffer *out)
{
	struct buffer bytes = {0};
	enum reading reading;

	if (m->kind == CHARSET_HZ)
		charset_shift_hz(text, &bytes);
	else
		charset_shift_iso_2022_jp(text, &bytes);
	reading = read_with(buffer_slice(&bytes), m->kind == CHARSET_HZ ? m->first : m->second, is_strict, out);
	buffer_fini(&bytes);
	return reading;
}

/* Where iconv's own table takes all of it, that is right; it knows sets that we don't, but not the shift to katakana.
 */
static enum reading read_iso_2022_jp(struct slice text, const struct charset_name *m, bool is_strict,
				     struct buffer *out)
{
	if (slice_find(text, SHIFT_OUT) == text.len && read_with(text, m->first, true, out) == READING_RIGHT)
		return READING_RIGHT;
	return read_shifted(text, m, is_strict, out);
}

/* ISO-2022 is seven bits wide: its escape sequences tell it from ASCII. */
static bool has_escapes(struct slice text)
{
	for (size_t at = slice_find(text, '\033'); at + 2 < text.len;
	     at += 1 + slice_find(slice_after(text, at + 1), '\033'))
		if (text.data[at + 1] == '$' || text.data[at + 1] == '(')
			return true;
	return false;
}

static bool is_eight_bit(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] >= 0x80)
			return true;
	return false;
}

static bool is_latin(const struct charset_name *m)
{
	return strcmp(m->first, "CP1252") == 0;
}

static enum reading read_latin(struct slice text, bool is_strict, struct buffer *out)
{
	size_t start = out->len;
	size_t wrong = charset_latin_read(text, is_strict, out);

	if (wrong > 0 && is_strict)
		out->len = start;
	return wrong == 0 ? READING_RIGHT : READING_WRONG;
}

static enum reading read_iconv(struct slice text, const struct charset_name *m, bool is_strict, struct buffer *out)
{
	enum reading reading = read_with(text, m->first, is_strict, out);

	if (reading == READING_NONE && m->second[0] != '\0')
		reading = read_with(text, m->second, is_strict, out);
	return reading == READING_NONE && is_latin(m) ? read_latin(text, is_strict, out) : reading;
}

static enum reading read_kind(struct slice text, const struct charset_name *m, bool is_strict, struct buffer *out)
{
	switch (m->kind) {
	case CHARSET_UNDECLARED:
		return READING_NONE;
	case CHARSET_UTF8:
		if (!text_is_utf8(text) && is_strict)
			return READING_WRONG;
		text_append_utf8(out, text);
		return text_is_utf8(text) ? READING_RIGHT : READING_WRONG;
	case CHARSET_HZ:
		return read_shifted(text, m, is_strict, out);
	case CHARSET_ISO_2022_JP:
		return read_iso_2022_jp(text, m, is_strict, out);
	case CHARSET_ICONV:
		break;
	}
	return read_iconv(text, m, is_strict, out);
}

/* Once: where one converter is missing, most are. */
static void tell_missing(const struct charset_name *m)
{
	static atomic_flag is_told = ATOMIC_FLAG_INIT;

	if (!atomic_flag_test_and_set(&is_told))
		log_warn("the C library of this system has no converter for %s (its gconv modules): "
			 "text in such charsets cannot be read",
			 m->first);
}

static enum reading read_meaning(struct slice text, const struct charset_name *m, bool is_strict, struct buffer *out)
{
	enum reading reading = read_kind(text, m, is_strict, out);

	if (reading == READING_NONE && m->is_known && (is_eight_bit(text) || has_escapes(text)))
		tell_missing(m);
	return reading;
}

static bool is_private(uint32_t character)
{
	return (character >= 0xe000 && character <= 0xf8ff) || character >= 0xf0000;
}

/* Converters give places that nobody has filled as private characters: text full of them was of another charset. */
static bool is_full_of_private(struct slice text)
{
	size_t private_count = 0;
	size_t count = 0;
	size_t len;

	for (; text.len > 0; text = slice_after(text, len)) {
		uint32_t character = text_decode(text, &len);

		count += character >= 0x80;
		private_count += is_private(character);
	}
	return private_count * 10 > count;
}

/* Reads all of `text` as that charset, or nothing. */
static bool fits(struct slice text, const struct charset_name *m, struct buffer *out)
{
	size_t start = out->len;

	if (read_meaning(text, m, true, out) != READING_RIGHT)
		return false;
	if (!is_full_of_private(slice_after(buffer_slice(out), start)))
		return true;
	out->len = start;
	return false;
}

static bool is_seven_bit(const struct charset_name *m)
{
	return m->kind == CHARSET_ISO_2022_JP || m->kind == CHARSET_HZ ||
	       g_ascii_strncasecmp(m->first, "iso-2022", 8) == 0 || g_ascii_strcasecmp(m->first, "utf-7") == 0;
}

/* Seven-bit charsets for text with escape sequences, the others for the rest. */
static bool fits_fallback(struct slice text, bool with_seven_bit, struct buffer *out)
{
	for (size_t i = 0; i < fallback_count; i++) {
		struct charset_name m = charset_name_read(fallbacks[i]);

		if (is_seven_bit(&m) == with_seven_bit && fits(text, &m, out))
			return true;
	}
	return false;
}

void charset_guess(struct slice text, const char *likely, struct buffer *out)
{
	bool with_escapes = has_escapes(text);
	struct charset_name m;

	if (!with_escapes && text_is_utf8(text)) { /* nearly always */
		buffer_append(out, text);
		return;
	}
	m = charset_name_read(likely);
	if (with_escapes && ((is_seven_bit(&m) && fits(text, &m, out)) || fits_fallback(text, true, out)))
		return;
	if (text_is_utf8(text)) {
		buffer_append(out, text);
		return;
	}
	if ((m.kind != CHARSET_UNDECLARED && !is_seven_bit(&m) && fits(text, &m, out)) ||
	    fits_fallback(text, false, out))
		return;
	text_append_utf8(out, text);
}

/* Whether what claims to be UTF-8 is so for the most part: a damaged mail, not one of another charset. */
static bool is_mostly_utf8(struct slice text)
{
	size_t good = 0;
	size_t wrong = 0;
	size_t len;

	for (; text.len > 0; text = slice_after(text, len)) {
		uint32_t character = text_decode(text, &len);

		good += len > 1 && character != TEXT_REPLACEMENT;
		wrong += character == TEXT_REPLACEMENT;
	}
	return wrong <= good;
}

/* What does not fit what was declared, but is UTF-8, is that; else what was declared is read as far as it goes. */
static void read_misfit(struct slice text, const struct charset_name *m, struct buffer *out)
{
	size_t start = out->len;

	if (is_eight_bit(text) && text_is_utf8(text)) {
		buffer_append(out, text);
		return;
	}
	if (read_meaning(text, m, false, out) != READING_NONE &&
	    !is_full_of_private(slice_after(buffer_slice(out), start)))
		return;
	out->len = start;
	charset_guess(text, NULL, out);
}

void charset_read(struct slice text, const char *declared, struct buffer *out)
{
	struct charset_name m = charset_name_read(declared);

	if (m.kind == CHARSET_UNDECLARED)
		charset_guess(text, NULL, out);
	else if (m.kind == CHARSET_UTF8)
		is_mostly_utf8(text) ? text_append_utf8(out, text) : charset_guess(text, NULL, out);
	else if (!fits(text, &m, out))
		read_misfit(text, &m, out);
}
