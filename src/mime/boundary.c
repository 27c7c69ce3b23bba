#include <assert.h>
#include <gmime/gmime.h>

#include "mime/part.h"

enum {
	BLANKS_MAX = 8, /* boundaries that are looked for in the whole mail */
};

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

/* Looking for a boundary that ends in blanks. */
struct search {
	struct slice mail;
	int left;     /* of BLANKS_MAX */
	size_t begin; /* found: the first of the blanks, and the quote after them */
	size_t quote;
};

/* Whether a multipart has one. */
static bool find_blanks(struct search *s, GMimeMultipart *multipart)
{
	GMimeHeader *header =
		g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(multipart)), "Content-Type");
	const char *boundary = g_mime_multipart_get_boundary(multipart);
	gint64 offset = header != NULL ? g_mime_header_get_offset(header) : -1;
	size_t len = boundary != NULL ? strlen(boundary) : 0;
	struct slice field;
	const uint8_t *at;

	if (len == 0 || boundary[len - 1] != ' ' || offset < 0 || (uint64_t)offset >= s->mail.len || s->left-- <= 0)
		return false;
	field = slice_after(s->mail, (size_t)offset);
	at = memmem(field.data, field.len, boundary, len);
	if (at == NULL || at + len >= field.data + field.len || at[len] != '"' || is_written(s->mail, boundary))
		return false;
	s->quote = (size_t)(at - s->mail.data) + len;
	s->begin = s->quote;
	while (s->mail.data[s->begin - 1] == ' ' && s->begin > s->quote - len)
		s->begin--;
	return true;
}

static bool find(struct search *s, GMimeObject *object, int depth)
{
	if (object == NULL || depth > MESSAGE_DEPTH_MAX)
		return false;
	if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));

		return message != NULL && find(s, g_mime_message_get_mime_part(message), depth + 1);
	}
	if (!GMIME_IS_MULTIPART(object))
		return false;
	if (find_blanks(s, GMIME_MULTIPART(object)))
		return true;
	for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)) && i < MESSAGE_PARTS_MAX; i++)
		if (find(s, g_mime_multipart_get_part(GMIME_MULTIPART(object), i), depth + 1))
			return true;
	return false;
}

bool boundary_amend(GMimeObject *object, struct slice mail, struct buffer *amended)
{
	struct search s = {.mail = mail, .left = BLANKS_MAX};

	if (!find(&s, object, 0))
		return false;
	if (amended->len == 0)
		buffer_append(amended, mail);
	assert(amended->len == mail.len && s.begin < s.quote && s.quote < mail.len);
	amended->data[s.begin] = '"';
	memset(amended->data + s.begin + 1, ' ', s.quote - s.begin);
	return true;
}
