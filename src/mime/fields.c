#include "mime/fields.h"

#include <gmime/gmime.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "mime/charset.h"
#include "mime/date.h"
#include "mime/encoded_words.h"
#include "mime/html.h"
#include "mime/message.h"

void fields_init(const char *const *fallback_charsets, size_t count)
{
	g_mime_init();
	html_init();
	charset_init(fallback_charsets, count);
}

void fields_load(void)
{
	charset_load();
}

void fields_fini(void)
{
	html_fini(); /* GMime cannot start again after its shutdown: what it holds is for the process's life. */
}

/* Takes the line ends of a folded value away; the blanks that fold it stay. */
static char *unfold(struct slice value)
{
	char *text = mem_alloc(value.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < value.len; i++) {
		uint8_t byte = value.data[i];
		bool ends_line = byte == '\n' || (byte == '\r' && i + 1 < value.len && value.data[i + 1] == '\n');

		if (!ends_line && byte != '\0')
			text[len++] = (char)byte;
	}
	text[len] = '\0';
	return text;
}

/* Undeclared text as UTF-8. Takes `text` and gives another back. */
static char *make_utf8(char *text, const char *likely)
{
	struct buffer read = {0};

	charset_guess(slice_from_text(text), likely, &read);
	buffer_append_byte(&read, '\0');
	free(text);
	return (char *)read.data;
}

char *fields_prepare(struct slice value, const char *likely)
{
	char *text = make_utf8(unfold(slice_trim(slice_sub(value, 0, FIELDS_VALUE_MAX))), likely);
	struct buffer joined = {0};

	if (strstr(text, "=?") == NULL)
		return text;
	encoded_words_join(slice_from_text(text), &joined);
	buffer_append_byte(&joined, '\0');
	free(text);
	return (char *)joined.data;
}

/* After the last encoded word that is to be decoded. */
static char *behind_words(char *text)
{
	for (int i = 0; i < FIELDS_WORDS_MAX; i++) {
		char *word = strstr(text, "=?");

		if (word == NULL)
			return text + strlen(text);
		text = word + 2;
	}
	text = strstr(text, "=?") ? strstr(text, "=?") : text + strlen(text);
	return text;
}

static void decode_text(struct slice value, const char *likely, struct buffer *out)
{
	char *raw = fields_prepare(value, likely);
	char *rest = behind_words(raw);
	char byte = *rest;
	char *decoded;

	*rest = '\0';
	decoded = g_mime_utils_header_decode_text(NULL, raw);
	*rest = byte;
	text_append_utf8(out, slice_trim(slice_from_text(decoded)));
	text_append_utf8(out, slice_trim_right(slice_from_text(rest)));
	g_free(decoded);
	free(raw);
}

/* Printable ASCII in which no encoded word may stand: as it is. */
static bool is_plain(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < ' ' || text.data[i] > '~' || text.data[i] == '?')
			return false;
	return text.len <= FIELDS_VALUE_MAX;
}

void fields_decode_text(struct slice value, const char *likely, struct buffer *out)
{
	if (is_plain(value))
		buffer_append(out, slice_trim(value));
	else
		decode_text(value, likely, out);
}

bool fields_is_undeclared(struct slice value)
{
	return !text_is_utf8(value);
}

static bool decode_date(struct slice value, int64_t *seconds)
{
	char *raw = unfold(value);
	GDateTime *date = *raw != '\0' ? g_mime_utils_header_decode_date(raw) : NULL;

	free(raw);
	if (date == NULL)
		return false;
	*seconds = g_date_time_to_unix(date);
	g_date_time_unref(date);
	return true;
}

bool fields_decode_date(struct slice value, int64_t *time_ns)
{
	struct slice date = slice_trim(value);
	int64_t seconds;

	return (date_read_usual(date, &seconds) || decode_date(date, &seconds)) &&
	       !__builtin_mul_overflow(seconds, CLOCK_NS_PER_S, time_ns);
}

bool fields_decode_internal_date(struct slice value, int64_t *time_ns)
{
	int64_t seconds;

	return date_read_internal(value, &seconds) && !__builtin_mul_overflow(seconds, CLOCK_NS_PER_S, time_ns);
}

struct slice fields_message_id(struct slice value)
{
	struct slice id = slice_trim(value);

	while (id.len > 0 && (id.data[0] == '\r' || id.data[0] == '\n' || id.data[0] == ' ' || id.data[0] == '\t'))
		id = slice_after(id, 1);
	if (id.len > 0 && id.data[0] == '<')
		id = slice_after(id, 1);
	return slice_sub(id, 0, slice_find(id, '>'));
}
