#include "mime/declared.h"

#include <gmime/gmime.h>
#include <stdio.h>

#include "mime/part.h"

static bool read_parameter(GMimeObject *object, char out[DECLARED_CHARSET_SIZE])
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *charset = type != NULL ? g_mime_content_type_get_parameter(type, "charset") : NULL;

	snprintf(out, DECLARED_CHARSET_SIZE, "%s", charset != NULL ? charset : "");
	return out[0] != '\0';
}

static bool find(GMimeObject *object, int depth, char out[DECLARED_CHARSET_SIZE])
{
	if (object == NULL || depth > MESSAGE_DEPTH_MAX)
		return false;
	if (read_parameter(object, out))
		return true;
	if (!GMIME_IS_MULTIPART(object))
		return false;
	for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)) && i < MESSAGE_PARTS_MAX; i++)
		if (find(g_mime_multipart_get_part(GMIME_MULTIPART(object), i), depth + 1, out))
			return true;
	return false;
}

void declared_find(GMimeMessage *message, char out[DECLARED_CHARSET_SIZE])
{
	if (message == NULL || !find(g_mime_message_get_mime_part(message), 0, out))
		out[0] = '\0';
}

void declared_charset(struct slice mail, char out[DECLARED_CHARSET_SIZE])
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail.len > 0 ? (const char *)mail.data : "", mail.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	declared_find(message, out);
	if (message != NULL)
		g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(stream);
}
