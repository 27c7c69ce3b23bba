#include "mime/parameter.h"

#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>

#include "mime/charset.h"
#include "mime/fields.h"

enum {
	CHARSET_NAME_SIZE = 64,
};

/* "name*2*=text": one piece of a parameter, or a whole one. */
struct piece {
	struct slice text;
	uint64_t number; /* of the piece; 0 also of a whole one */
	bool is_encoded;
};

/* Up to the next semicolon outside quotes. */
static struct slice take_piece(struct slice *rest)
{
	size_t len = 0;
	bool is_quoted = false;
	struct slice text;

	for (; len < rest->len && (is_quoted || rest->data[len] != ';'); len++)
		if (rest->data[len] == '"')
			is_quoted = !is_quoted;
		else if (rest->data[len] == '\\' && is_quoted && len + 1 < rest->len)
			len++;
	text = slice_sub(*rest, 0, len);
	*rest = slice_after(*rest, len + 1);
	return text;
}

/* "name*", "name*0", "name*0*": the last asterisk tells that its value is encoded. False: it is no piece of `name`. */
static bool read_attribute(struct slice attribute, const char *name, struct piece *p)
{
	struct slice rest = slice_after(attribute, strlen(name));
	size_t digits = 0;

	if (!slice_equals_nocase(slice_sub(attribute, 0, strlen(name)), name) || rest.len == 0 || rest.data[0] != '*')
		return false;
	p->number = slice_decimal(slice_after(rest, 1), &digits);
	p->is_encoded = rest.data[rest.len - 1] == '*';
	return rest.len == 1 || rest.len == 1 + digits + (digits > 0 && p->is_encoded);
}

static int by_number(const void *a, const void *b)
{
	const struct piece *one = a;
	const struct piece *other = b;

	if (one->number != other->number)
		return one->number < other->number ? -1 : 1;
	return one->text.data < other->text.data ? -1 : one->text.data > other->text.data;
}

/* The pieces of `name` in the order of their numbers. */
static size_t find_pieces(struct slice parameters, const char *name, struct piece pieces[PARAMETER_PIECES_MAX])
{
	size_t count = 0;

	while (parameters.len > 0 && count < PARAMETER_PIECES_MAX) {
		struct slice text = slice_trim(take_piece(&parameters));
		size_t len = slice_find(text, '=');
		struct piece p = {.text = slice_trim(slice_after(text, len + 1))};

		if (len < text.len && read_attribute(slice_trim(slice_sub(text, 0, len)), name, &p))
			pieces[count++] = p;
	}
	qsort(pieces, count, sizeof(pieces[0]), by_number);
	return count;
}

static void put_unquoted(struct slice text, struct buffer *out)
{
	bool is_quoted = text.len > 0 && text.data[0] == '"';

	for (size_t i = is_quoted; i < text.len && !(is_quoted && text.data[i] == '"'); i++) {
		if (is_quoted && text.data[i] == '\\' && i + 1 < text.len)
			i++;
		buffer_append_byte(out, text.data[i]);
	}
}

static void put_encoded(struct slice text, struct buffer *out)
{
	for (size_t i = 0; i < text.len; i++) {
		bool is_byte = text.data[i] == '%' && i + 2 < text.len && g_ascii_isxdigit(text.data[i + 1]) &&
			       g_ascii_isxdigit(text.data[i + 2]);

		if (!is_byte) {
			buffer_append_byte(out, text.data[i]);
			continue;
		}
		buffer_append_byte(out, (uint8_t)(g_ascii_xdigit_value((gchar)text.data[i + 1]) << 4 |
						  g_ascii_xdigit_value((gchar)text.data[i + 2])));
		i += 2;
	}
}

/* "charset'language'" at the start of what is encoded; `*text` becomes what follows. */
static void take_charset(struct slice *text, char *charset, size_t size)
{
	size_t len = slice_find(*text, '\'');
	struct slice rest = slice_after(*text, len + 1);
	size_t language = slice_find(rest, '\'');

	if (len == text->len || language == rest.len)
		return;
	snprintf(charset, size, "%.*s", (int)(len < size ? len : size - 1), (const char *)text->data);
	*text = slice_after(rest, language + 1);
}

/* RFC 2231 sections 3 and 4. False: nothing of that name is written so. */
static bool read_extended(struct slice parameters, const char *name, struct buffer *out)
{
	struct piece pieces[PARAMETER_PIECES_MAX];
	size_t count = find_pieces(parameters, name, pieces);
	char charset[CHARSET_NAME_SIZE] = "";
	struct buffer bytes = {0};

	for (size_t i = 0; i < count; i++) {
		struct slice text = pieces[i].text;

		if (!pieces[i].is_encoded) {
			put_unquoted(text, &bytes);
			continue;
		}
		if (text.len > 1 && text.data[0] == '"') /* against the rules, and seen */
			text = slice_sub(text, 1, text.len - 1 - (text.data[text.len - 1] == '"'));
		if (i == 0)
			take_charset(&text, charset, sizeof(charset));
		put_encoded(text, &bytes);
	}
	charset_read(buffer_slice(&bytes), charset, out);
	buffer_fini(&bytes);
	return count > 0;
}

/* As GMime reads it; what it decodes but cannot convert it leaves as it is. */
static bool read_plain(const char *parameters, const char *name, const char *likely, struct buffer *out)
{
	GMimeParamList *list = g_mime_param_list_parse(NULL, parameters);
	GMimeParam *parameter = list != NULL ? g_mime_param_list_get_parameter(list, name) : NULL;
	const char *found = parameter != NULL ? g_mime_param_get_value(parameter) : NULL;

	if (found != NULL) /* a quote at its start has no partner */
		charset_guess(slice_from_text(found + (*found == '"')), likely, out);
	if (list != NULL)
		g_object_unref(list);
	return found != NULL;
}

char *parameter_read(struct slice value, const char *name, const char *likely)
{
	char *text = fields_prepare(value, likely);
	const char *parameters = strchr(text, ';');
	struct buffer out = {0};
	bool is_found = parameters != NULL && (read_extended(slice_from_text(parameters + 1), name, &out) ||
					       read_plain(parameters + 1, name, likely, &out));

	buffer_append_byte(&out, '\0');
	free(text);
	if (is_found)
		return (char *)out.data;
	buffer_fini(&out);
	return NULL;
}
