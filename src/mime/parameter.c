#include "mime/parameter.h"

#include <gmime/gmime.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mime/fields.h"

/* "name*2*=text": one piece of a parameter, or a whole one. */
struct piece {
	struct slice text;
	uint64_t number; /* of the piece; 0 also of a whole one */
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

static uint64_t number_of(struct slice text)
{
	size_t star = slice_find(slice_sub(text, 0, slice_find(text, '=')), '*');
	size_t digits;

	return slice_decimal(slice_after(text, star + 1), &digits);
}

static int by_number(const void *a, const void *b)
{
	const struct piece *one = a;
	const struct piece *other = b;

	if (one->number != other->number)
		return one->number < other->number ? -1 : 1;
	return one->text.data < other->text.data ? -1 : one->text.data > other->text.data;
}

/* The pieces in the order of their numbers. */
static void sort_pieces(struct slice parameters, struct buffer *out)
{
	struct piece pieces[PARAMETER_PIECES_MAX];
	size_t count = 0;

	while (parameters.len > 0 && count < PARAMETER_PIECES_MAX) {
		struct slice text = take_piece(&parameters);

		if (text.len > 0)
			pieces[count++] = (struct piece){.text = text, .number = number_of(text)};
	}
	qsort(pieces, count, sizeof(pieces[0]), by_number);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_append_byte(out, ';');
		buffer_append(out, pieces[i].text);
	}
	buffer_append_byte(out, '\0');
}

char *parameter_read(struct slice value, const char *name)
{
	char *text = fields_prepare(value);
	const char *start = strchr(text, ';');
	struct buffer sorted = {0};
	GMimeParamList *list;
	GMimeParam *parameter;
	const char *found;
	char *copy;

	if (start != NULL)
		sort_pieces(slice_from_text(start + 1), &sorted);
	list = sorted.len > 1 ? g_mime_param_list_parse(NULL, (const char *)sorted.data) : NULL;
	parameter = list != NULL ? g_mime_param_list_get_parameter(list, name) : NULL;
	found = parameter != NULL ? g_mime_param_get_value(parameter) : NULL;
	copy = found != NULL ? mem_strdup(found) : NULL;
	if (list != NULL)
		g_object_unref(list);
	buffer_fini(&sorted);
	free(text);
	return copy;
}
