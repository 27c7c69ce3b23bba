#include "mime/defects.h"

#include <gmime/gmime.h>

#include "mime/part.h"

enum {
	PIECE_SIZE = 16384,
};

/* Where a scanner of encoded text is. */
struct scan {
	GMimeContentEncoding encoding;
	uint64_t digits; /* base64 */
	bool has_padding;
	uint8_t escape[2]; /* quoted-printable: what stands after "=" */
	int escape_len;	   /* -1: no "=" */
	bool is_broken;
};

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static void scan_base64(struct scan *s, uint8_t byte)
{
	if (is_blank(byte))
		return;
	s->digits++;
	if (byte == '=')
		s->has_padding = true;
	else if (s->has_padding || !(g_ascii_isalnum(byte) || byte == '+' || byte == '/'))
		s->is_broken = true;
}

/* "=" and two digits, or "=" at the end of a line. */
static void scan_quoted(struct scan *s, uint8_t byte)
{
	if (s->escape_len < 0) {
		s->escape_len = byte == '=' ? 0 : -1;
		return;
	}
	if (s->escape_len == 0 && is_blank(byte)) {
		s->escape_len = byte == '\n' ? -1 : 0;
		return;
	}
	s->is_broken = s->is_broken || !g_ascii_isxdigit(byte);
	s->escape_len = s->escape_len == 1 ? -1 : 1;
}

static void scan_piece(struct scan *s, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len && !s->is_broken; i++)
		if (s->encoding == GMIME_CONTENT_ENCODING_BASE64)
			scan_base64(s, bytes[i]);
		else
			scan_quoted(s, bytes[i]);
}

static bool is_broken(GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	struct scan s = {.encoding = part_encoding(part), .escape_len = -1};
	char piece[PIECE_SIZE];
	GMimeStream *stream;
	ssize_t len;

	if (content == NULL ||
	    (s.encoding != GMIME_CONTENT_ENCODING_BASE64 && s.encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE))
		return false;
	stream = g_mime_data_wrapper_get_stream(content);
	g_mime_stream_reset(stream);
	while ((len = g_mime_stream_read(stream, piece, sizeof(piece))) > 0)
		scan_piece(&s, (const uint8_t *)piece, (size_t)len);
	return s.is_broken || s.digits % 4 != 0 || s.escape_len > 0;
}

static void add_message(GMimeMessage *message, int depth, struct message_defects *defects)
{
	if (message != NULL && g_mime_message_get_mime_part(message) != NULL)
		defects_add(g_mime_message_get_mime_part(message), depth, defects);
}

void defects_add(GMimeObject *object, int depth, struct message_defects *defects)
{
	if (depth > MESSAGE_DEPTH_MAX)
		return;
	if (GMIME_IS_MULTIPART(object)) {
		GMimeMultipart *multipart = GMIME_MULTIPART(object);

		defects->has_open_part = defects->has_open_part || !multipart->write_end_boundary;
		for (int i = 0; i < g_mime_multipart_get_count(multipart) && i < MESSAGE_PARTS_MAX; i++)
			defects_add(g_mime_multipart_get_part(multipart, i), depth + 1, defects);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		add_message(g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)), depth + 1, defects);
	} else if (GMIME_IS_PART(object)) {
		defects->has_broken_encoding = defects->has_broken_encoding || is_broken(GMIME_PART(object));
	}
}
