#include "mime/charset.h"

#include <errno.h>
#include <gmime/gmime.h>

#include "base/text.h"

static const char *fallbacks[CHARSET_FALLBACKS_MAX];
static size_t fallback_count;

/* Names that senders use for more than they mean. */
static const struct {
	const char *name;
	const char *meant;
} wider[] = {
	{"gb2312", "GB18030"},
	{"gb_2312-80", "GB18030"},
	{"gbk", "GB18030"},
	{"x-gbk", "GB18030"},
	{"cp936", "GB18030"},
	{"big5", "BIG5-HKSCS"},
	{"x-big5", "BIG5-HKSCS"},
	{"ks_c_5601-1987", "CP949"},
	{"euc-kr", "CP949"},
	{"iso-8859-1", "CP1252"},
	{"latin1", "CP1252"},
	{"shift_jis", "CP932"},
	{"x-sjis", "CP932"},
	{"iso-2022-jp", "ISO-2022-JP-2"},
	{"unicode-1-1-utf-7", "UTF-7"},
	{"iso-8859-8-i", "ISO-8859-8"},
};

void charset_init(const char *const *names, size_t count)
{
	fallback_count = count < CHARSET_FALLBACKS_MAX ? count : CHARSET_FALLBACKS_MAX;
	for (size_t i = 0; i < fallback_count; i++)
		fallbacks[i] = names[i];
}

static const char *wider_name(const char *charset)
{
	for (size_t i = 0; i < sizeof(wider) / sizeof(wider[0]); i++)
		if (g_ascii_strcasecmp(charset, wider[i].name) == 0)
			return wider[i].meant;
	return g_mime_charset_iconv_name(charset);
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
	return wrong;
}

/* Appends `text` read in that charset; false: there is no such charset, or (`is_strict`) the text is not in it. */
static bool read_as(struct slice text, const char *charset, bool is_strict, struct buffer *out)
{
	GIConv converter = g_iconv_open("UTF-8", charset);
	size_t start = out->len;
	size_t wrong;

	/* NOLINTNEXTLINE(performance-no-int-to-ptr): GLib's own value for a failure */
	if (converter == (GIConv)-1)
		return false;
	wrong = convert(converter, text, is_strict, out);
	g_iconv_close(converter);
	if (wrong == 0 || !is_strict)
		return true;
	out->len = start;
	return false;
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

static bool is_iso_2022(const char *charset)
{
	return g_ascii_strncasecmp(charset, "iso-2022", 8) == 0;
}

void charset_guess(struct slice text, struct buffer *out)
{
	bool escapes = has_escapes(text);

	for (size_t i = 0; i < fallback_count && escapes; i++)
		if (is_iso_2022(fallbacks[i]) && read_as(text, wider_name(fallbacks[i]), true, out))
			return;
	if (text_is_utf8(text)) {
		buffer_append(out, text);
		return;
	}
	for (size_t i = 0; i < fallback_count; i++)
		if (!is_iso_2022(fallbacks[i]) && read_as(text, fallbacks[i], true, out))
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

void charset_read(struct slice text, const char *declared, struct buffer *out)
{
	if (declared == NULL || *declared == '\0' || g_ascii_strcasecmp(declared, "us-ascii") == 0)
		charset_guess(text, out);
	else if (g_ascii_strcasecmp(declared, "utf-8") == 0 || g_ascii_strcasecmp(declared, "utf8") == 0)
		is_mostly_utf8(text) ? text_append_utf8(out, text) : charset_guess(text, out);
	else if (!read_as(text, wider_name(declared), false, out))
		charset_guess(text, out);
}
