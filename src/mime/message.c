#include "mime/message.h"

#include <assert.h>
#include <gmime/gmime.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mime/base64_text.h"
#include "mime/defects.h"
#include "mime/fields.h"
#include "mime/parameter.h"
#include "mime/part.h"
#include "mime/raw.h"

enum {
	ENCODING_NAME_SIZE = 32,
	PIECE_SIZE = 16384,
};

/* ---- decoded bytes ---- */

/* "base64;", "\"base64\"", "(it is) base64". */
GMimeContentEncoding part_encoding(GMimePart *part)
{
	GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(part)),
							    "Content-Transfer-Encoding");
	const char *at = header != NULL ? g_mime_header_get_raw_value(header) : "";
	char word[ENCODING_NAME_SIZE];
	int comments = 0;
	size_t len = 0;

	for (; at != NULL && *at != '\0' && (comments > 0 || !g_ascii_isalnum(*at)); at++)
		comments += *at == '(' ? 1 : *at == ')' && comments > 0 ? -1 : 0;
	for (; at != NULL && (g_ascii_isalnum(*at) || *at == '-' || *at == '_') && len < sizeof(word) - 1; at++)
		word[len++] = *at;
	word[len] = '\0';
	return g_mime_content_encoding_from_string(word);
}

/* GMime drops the last bytes where the padding is missing. */
static void decode_base64(GMimeDataWrapper *content, struct buffer *out)
{
	GMimeStream *stream = g_mime_data_wrapper_get_stream(content);
	struct base64_text base64 = {0};
	char piece[PIECE_SIZE];
	ssize_t len;

	g_mime_stream_reset(stream);
	while ((len = g_mime_stream_read(stream, piece, sizeof(piece))) > 0)
		base64_text_feed(&base64, slice_of(piece, (size_t)len), out);
	base64_text_finish(&base64, out);
}

void part_decode(const struct part *p, struct buffer *out)
{
	GMimeContentEncoding encoding;
	GMimeStream *memory;
	GMimeDataWrapper *content;
	GByteArray *bytes;

	if (GMIME_IS_MESSAGE_PART(p->object)) {
		buffer_append(out, p->raw);
		return;
	}
	if (!GMIME_IS_PART(p->object) || (content = g_mime_part_get_content(GMIME_PART(p->object))) == NULL)
		return;
	encoding = part_encoding(GMIME_PART(p->object));
	if (encoding == GMIME_CONTENT_ENCODING_BASE64) {
		decode_base64(content, out);
		return;
	}
	g_mime_data_wrapper_set_encoding(content, encoding);
	memory = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(content, memory);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	buffer_append(out, slice_of(bytes->data, bytes->len));
	g_object_unref(memory);
}

/* Where the parser met a header field of this object; -1: it has none. */
static gint64 field_offset(GMimeObject *object, bool last)
{
	GMimeHeaderList *fields = g_mime_object_get_header_list(object);
	int count = g_mime_header_list_get_count(fields);

	return count > 0 ? g_mime_header_get_offset(g_mime_header_list_get_header_at(fields, last ? count - 1 : 0))
			 : -1;
}

/* The bytes of a message within the mail, as they were sent. A part of a digest may have no header fields of its own:
 * then the message's own tell where it is. */
static struct slice find_message(struct slice mail, GMimeObject *object, const struct raw_outer *outer)
{
	GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
	gint64 own = field_offset(object, true);
	gint64 first = inner != NULL ? field_offset(GMIME_OBJECT(inner), false) : -1;

	if (own >= 0)
		return raw_until_boundary(mail, raw_body(mail, (size_t)own), outer);
	if (first >= 0)
		return raw_until_boundary(mail, (size_t)first, outer);
	return slice_of(NULL, 0);
}

/* ---- the parts ---- */

bool part_is_type(const struct part *p, const char *type, const char *subtype)
{
	GMimeContentType *t = g_mime_object_get_content_type(p->object);

	return t != NULL && g_mime_content_type_is_type(t, type, subtype);
}

const char *part_parameter(const struct part *p, const char *name)
{
	GMimeContentType *type = g_mime_object_get_content_type(p->object);

	return type != NULL ? g_mime_content_type_get_parameter(type, name) : NULL;
}

static char *mime_type_of(GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	char *name = type != NULL ? g_mime_content_type_get_mime_type(type) : NULL;
	char *lower = name != NULL ? g_ascii_strdown(name, -1) : NULL;
	char *copy = mem_strdup(lower != NULL ? lower : "application/octet-stream");

	g_free(lower);
	g_free(name);
	return copy;
}

static char *parameter_of(const struct message *m, GMimeObject *object, const char *field, const char *name)
{
	GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), field);
	const char *raw = header != NULL ? g_mime_header_get_raw_value(header) : NULL;

	return raw != NULL ? parameter_read(slice_from_text(raw), name, m->likely) : NULL;
}

/* A file name as UTF-8, whatever the mail says. */
static char *file_name_of(const struct message *m, GMimeObject *object)
{
	char *name = parameter_of(m, object, "Content-Disposition", "filename");
	struct buffer text = {0};

	if (name == NULL || *name == '\0') {
		free(name);
		name = parameter_of(m, object, "Content-Type", "name");
	}
	if (name == NULL)
		return NULL;
	fields_decode_text(slice_from_text(name), m->likely, &text);
	buffer_append_byte(&text, '\0');
	free(name);
	return (char *)text.data;
}

static bool is_attachment(const struct part *p)
{
	GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(p->object);

	if (GMIME_IS_MESSAGE_PART(p->object) || part_is_type(p, "message", "rfc822") || p->name != NULL)
		return true;
	return disposition != NULL &&
	       g_ascii_strcasecmp(g_mime_content_disposition_get_disposition(disposition), "attachment") == 0;
}

bool part_is_tnef(const struct part *p)
{
	return part_is_type(p, "application", "ms-tnef") || part_is_type(p, "application", "vnd.ms-tnef") ||
	       (p->name != NULL && g_ascii_strcasecmp(p->name, "winmail.dat") == 0);
}

bool part_is_text(const struct message *m, const struct part *p)
{
	if (part_is_type(p, "message", "delivery-status") || part_is_type(p, "message", "disposition-notification"))
		return !p->is_attachment || p->name == NULL;
	/* one that is all of the mail is shown, even when it has a name */
	return part_is_type(p, "text", "*") && (!p->is_attachment || m->part_count == 1);
}

/* Where a part lies: in which multiparts, and in a message within the mail. */
struct surroundings {
	const struct raw_outer *outer;
	int depth;
	bool is_nested;
};

static void add_part(struct message *m, GMimeObject *object, const struct surroundings *s);

static void add_multipart(struct message *m, GMimeMultipart *multipart, const struct surroundings *s)
{
	const char *boundary = g_mime_multipart_get_boundary(multipart);
	struct raw_outer here = {.boundary = boundary != NULL ? boundary : "", .outer = s->outer};
	int count = g_mime_multipart_get_count(multipart);

	for (int i = 0; i < count; i++)
		add_part(m, g_mime_multipart_get_part(multipart, i),
			 &(struct surroundings){&here, s->depth + 1, s->is_nested});
}

static void parse(struct message *m, struct slice mail, int depth);

/* A message that was encoded is parsed by itself. */
static void add_encoded_message(struct message *m, size_t number, int depth)
{
	struct part *p = &m->parts[number];

	part_decode(p, &p->decoded);
	p->inner = mem_zalloc(sizeof(*p->inner));
	parse(p->inner, buffer_slice(&p->decoded), depth + 1);
	m->is_cut = m->is_cut || p->inner->is_cut;
}

static void add_message(struct message *m, size_t number, const struct surroundings *s)
{
	GMimeObject *object = m->parts[number].object;

	if (!GMIME_IS_MESSAGE_PART(object)) {
		if (s->depth < MESSAGE_DEPTH_MAX)
			add_encoded_message(m, number, s->depth);
		return;
	}
	m->parts[number].raw = find_message(m->mail, object, s->outer);
	m->parts[number].message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
	if (m->parts[number].message != NULL)
		add_part(m, g_mime_message_get_mime_part(m->parts[number].message),
			 &(struct surroundings){s->outer, s->depth + 1, true});
}

static size_t new_part(struct message *m, GMimeObject *object, int depth)
{
	struct part *p;

	assert(m->part_count < MESSAGE_PARTS_MAX);
	m->parts = mem_grow(m->parts, &m->part_cap, m->part_count + 1, sizeof(*m->parts));
	p = &m->parts[m->part_count];
	*p = (struct part){.object = object, .depth = depth, .type = mime_type_of(object)};
	if (!GMIME_IS_MULTIPART(object)) {
		p->name = file_name_of(m, object);
		p->is_attachment = is_attachment(p);
	}
	return m->part_count++;
}

static void add_part(struct message *m, GMimeObject *object, const struct surroundings *s)
{
	size_t number;

	if (object == NULL)
		return;
	if (s->depth > MESSAGE_DEPTH_MAX || m->part_count >= MESSAGE_PARTS_MAX) {
		m->is_cut = true;
		return;
	}
	number = new_part(m, object, s->depth);
	if (GMIME_IS_MULTIPART(object))
		add_multipart(m, GMIME_MULTIPART(object), s);
	else if (GMIME_IS_MESSAGE_PART(object) || part_is_type(&m->parts[number], "message", "rfc822"))
		add_message(m, number, s);
	m->parts[number].end = m->part_count;
	if (s->is_nested)
		return;
	if (m->parts[number].is_attachment)
		files_add_attachment(m, number);
	files_add_embedded(m, number);
}

static GMimeMessage *construct(struct slice mail)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail.len > 0 ? (const char *)mail.data : "", mail.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *parsed;

	g_mime_parser_set_persist_stream(parser, TRUE);
	parsed = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return parsed;
}

static void parse(struct message *m, struct slice mail, int depth)
{
	m->mail = mail;
	m->parsed = construct(mail);
	for (int i = 0; i < MESSAGE_DEPTH_MAX && m->parsed != NULL; i++) {
		struct slice parsed = m->amended.len > 0 ? buffer_slice(&m->amended) : mail;

		if (!boundary_amend(g_mime_message_get_mime_part(m->parsed), parsed, &m->amended))
			break;
		g_object_unref(m->parsed);
		m->parsed = construct(buffer_slice(&m->amended));
	}
	declared_find(m->parsed, m->likely);
	if (m->parsed != NULL)
		add_part(m, g_mime_message_get_mime_part(m->parsed),
			 &(struct surroundings){.depth = depth, .is_nested = depth > 0});
}

struct message *message_parse(struct slice mail)
{
	struct message *m = mem_zalloc(sizeof(*m));

	parse(m, mail, 0);
	return m;
}

void message_free(struct message *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->part_count; i++) {
		message_free(m->parts[i].inner);
		buffer_fini(&m->parts[i].decoded);
		free(m->parts[i].name);
		free(m->parts[i].type);
	}
	files_free(m);
	free(m->parts);
	if (m->parsed != NULL)
		g_object_unref(m->parsed);
	buffer_fini(&m->amended);
	free(m);
}

void message_find_defects(const struct message *m, struct message_defects *defects)
{
	*defects = (struct message_defects){0};
	if (m->parsed != NULL && g_mime_message_get_mime_part(m->parsed) != NULL)
		defects_add(g_mime_message_get_mime_part(m->parsed), 0, defects);
}
