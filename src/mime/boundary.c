#include <gmime/gmime.h>

#include "mime/part.h"

/* A sender that takes the blanks for a part of it writes them in its last line. */
static bool is_written(struct slice mail, const char *boundary)
{
	struct buffer line = {0};
	bool found;

	buffer_printf(&line, "\n--%s--", boundary);
	found = memmem(mail.data, mail.len, line.data, line.len) != NULL;
	buffer_fini(&line);
	return found;
}

/* Where in the mail the boundary of a multipart ends in blanks: the first of them, and the quote behind them. False: it
 * does not. */
static bool find_blanks(GMimeMultipart *multipart, struct slice mail, size_t *begin, size_t *quote)
{
	GMimeHeader *header =
		g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(multipart)), "Content-Type");
	const char *boundary = g_mime_multipart_get_boundary(multipart);
	gint64 offset = header != NULL ? g_mime_header_get_offset(header) : -1;
	size_t len = boundary != NULL ? strlen(boundary) : 0;
	struct slice field;
	const uint8_t *at;

	if (len == 0 || boundary[len - 1] != ' ' || offset < 0 || (uint64_t)offset >= mail.len)
		return false;
	field = slice_after(mail, (size_t)offset);
	at = memmem(field.data, field.len, boundary, len);
	if (at == NULL || at + len >= field.data + field.len || at[len] != '"' || is_written(mail, boundary))
		return false;
	*quote = (size_t)(at - mail.data) + len;
	*begin = *quote;
	while (mail.data[*begin - 1] == ' ' && *begin > *quote - len)
		(*begin)--;
	return true;
}

static bool find(GMimeObject *object, struct slice mail, int depth, size_t *begin, size_t *quote)
{
	if (object == NULL || depth > MESSAGE_DEPTH_MAX)
		return false;
	if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));

		return message != NULL && find(g_mime_message_get_mime_part(message), mail, depth + 1, begin, quote);
	}
	if (!GMIME_IS_MULTIPART(object))
		return false;
	if (find_blanks(GMIME_MULTIPART(object), mail, begin, quote))
		return true;
	for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)) && i < MESSAGE_PARTS_MAX; i++)
		if (find(g_mime_multipart_get_part(GMIME_MULTIPART(object), i), mail, depth + 1, begin, quote))
			return true;
	return false;
}

bool boundary_amend(GMimeObject *object, struct slice mail, struct buffer *amended)
{
	size_t begin;
	size_t quote;

	if (!find(object, mail, 0, &begin, &quote))
		return false;
	if (amended->len == 0)
		buffer_append(amended, mail);
	amended->data[begin] = '"';
	memset(amended->data + begin + 1, ' ', quote - begin);
	return true;
}
