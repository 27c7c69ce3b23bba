#include "mime/message.h"

#include <gmime/gmime.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "mime/faults.h"
#include "mime/fields.h"
#include "mime/raw.h"

/* A part in the order of the mail. Its object belongs to the parsed mail. */
struct part {
	GMimeObject *object;
	int depth;
	int attachment;	  /* its number among the attachments, or -1 */
	struct slice raw; /* of a message: its bytes as sent */
};

struct message {
	struct slice mail;
	GMimeMessage *parsed; /* NULL when nothing could be parsed */
	struct part *parts;
	size_t part_count;
	size_t part_cap;
	struct message_attachment *attachments;
	size_t attachment_count;
	size_t attachment_cap;
	size_t *attachment_parts;
	size_t attachment_part_cap;
};

/* ---- decoded bytes ---- */

static void decode_part(const struct part *p, struct buffer *out)
{
	GMimeStream *memory;
	GMimeDataWrapper *content;
	GByteArray *bytes;

	if (GMIME_IS_MESSAGE_PART(p->object)) {
		buffer_append(out, p->raw);
		return;
	}
	if (!GMIME_IS_PART(p->object) || (content = g_mime_part_get_content(GMIME_PART(p->object))) == NULL)
		return;
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

static bool is_type(GMimeObject *object, const char *type, const char *subtype)
{
	GMimeContentType *t = g_mime_object_get_content_type(object);

	return t != NULL && g_mime_content_type_is_type(t, type, subtype);
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

/* A parameter of a field, read from what was sent: GMime's parser knows neither the charsets of undeclared bytes nor
 * texts in several encoded words. NULL: there is none; the caller frees it. */
static char *parameter_of(GMimeObject *object, const char *field, const char *name)
{
	GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), field);
	const char *raw = header != NULL ? g_mime_header_get_raw_value(header) : NULL;
	char *text = raw != NULL ? fields_prepare(slice_from_text(raw)) : NULL;
	const char *start = text != NULL ? strchr(text, ';') : NULL;
	GMimeParamList *list = start != NULL ? g_mime_param_list_parse(NULL, start + 1) : NULL;
	GMimeParam *parameter = list != NULL ? g_mime_param_list_get_parameter(list, name) : NULL;
	const char *value = parameter != NULL ? g_mime_param_get_value(parameter) : NULL;
	char *copy = value != NULL ? mem_strdup(value) : NULL;

	if (list != NULL)
		g_object_unref(list);
	free(text);
	return copy;
}

/* A file name as UTF-8, whatever the mail says. */
static char *file_name_of(GMimeObject *object)
{
	char *name = parameter_of(object, "Content-Disposition", "filename");
	struct buffer text = {0};

	if (name == NULL)
		name = parameter_of(object, "Content-Type", "name");
	if (name == NULL)
		return NULL;
	fields_decode_text(slice_from_text(name), &text);
	buffer_append_byte(&text, '\0');
	free(name);
	return (char *)text.data;
}

static bool is_attachment(GMimeObject *object, const char *name)
{
	GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);

	if (GMIME_IS_MESSAGE_PART(object) || is_type(object, "message", "rfc822") || name != NULL)
		return true;
	return disposition != NULL &&
	       g_ascii_strcasecmp(g_mime_content_disposition_get_disposition(disposition), "attachment") == 0;
}

/* The latest part is an attachment. */
static void add_attachment(struct message *m, char *name)
{
	struct part *p = &m->parts[m->part_count - 1];
	struct message_attachment a = {.name = name != NULL ? name : mem_strdup(""),
				       .mime_type = mime_type_of(p->object)};
	struct message_hash *hash = message_hash_new();
	struct buffer bytes = {0};

	p->attachment = (int)m->attachment_count;
	decode_part(p, &bytes);
	message_hash_add(hash, buffer_slice(&bytes));
	message_hash_finish(hash, a.sha256);
	a.size = bytes.len;
	buffer_fini(&bytes);
	m->attachments = mem_grow(m->attachments, &m->attachment_cap, m->attachment_count + 1, sizeof(*m->attachments));
	m->attachment_parts = mem_grow(m->attachment_parts, &m->attachment_part_cap, m->attachment_count + 1,
				       sizeof(*m->attachment_parts));
	m->attachments[m->attachment_count] = a;
	m->attachment_parts[m->attachment_count++] = m->part_count - 1;
}

static void add_part(struct message *m, GMimeObject *object, const struct raw_outer *outer, int depth);

static void add_multipart(struct message *m, GMimeMultipart *multipart, const struct raw_outer *outer, int depth)
{
	const char *boundary = g_mime_multipart_get_boundary(multipart);
	struct raw_outer here = {.boundary = boundary != NULL ? boundary : "", .outer = outer};
	int count = g_mime_multipart_get_count(multipart);

	for (int i = 0; i < count; i++)
		add_part(m, g_mime_multipart_get_part(multipart, i), &here, depth + 1);
}

static void add_part(struct message *m, GMimeObject *object, const struct raw_outer *outer, int depth)
{
	struct part *p;
	char *name;

	if (object == NULL || depth > MESSAGE_DEPTH_MAX || m->part_count >= MESSAGE_PARTS_MAX)
		return;
	m->parts = mem_grow(m->parts, &m->part_cap, m->part_count + 1, sizeof(*m->parts));
	p = &m->parts[m->part_count++];
	*p = (struct part){.object = object, .depth = depth, .attachment = -1};
	if (GMIME_IS_MULTIPART(object)) {
		add_multipart(m, GMIME_MULTIPART(object), outer, depth);
		return;
	}
	if (GMIME_IS_MESSAGE_PART(object))
		p->raw = find_message(m->mail, object, outer);
	name = file_name_of(object);
	if (is_attachment(object, name))
		add_attachment(m, name);
	else
		free(name);
}

struct message *message_parse(struct slice mail)
{
	struct message *m = mem_zalloc(sizeof(*m));
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail.len > 0 ? (const char *)mail.data : "", mail.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);

	m->mail = mail;
	g_mime_parser_set_persist_stream(parser, TRUE);
	m->parsed = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	if (m->parsed != NULL)
		add_part(m, g_mime_message_get_mime_part(m->parsed), NULL, 0);
	return m;
}

void message_free(struct message *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->attachment_count; i++) {
		free(m->attachments[i].name);
		free(m->attachments[i].mime_type);
	}
	free(m->attachments);
	free(m->attachment_parts);
	free(m->parts);
	if (m->parsed != NULL)
		g_object_unref(m->parsed);
	free(m);
}

void message_find_faults(const struct message *m, struct message_faults *faults)
{
	*faults = (struct message_faults){0};
	if (m->parsed != NULL && g_mime_message_get_mime_part(m->parsed) != NULL)
		faults_add(g_mime_message_get_mime_part(m->parsed), 0, faults);
}

size_t message_attachment_count(const struct message *m)
{
	return m->attachment_count;
}

const struct message_attachment *message_attachment(const struct message *m, size_t number)
{
	return &m->attachments[number];
}

void message_attachment_bytes(const struct message *m, size_t number, struct buffer *out)
{
	decode_part(&m->parts[m->attachment_parts[number]], out);
}

/* ---- for reading ---- */

static void put_field(const struct message *m, const char *name, struct buffer *out)
{
	GMimeHeader *header =
		g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(m->parsed)), name);
	const char *value = header != NULL ? g_mime_header_get_raw_value(header) : NULL;

	if (value == NULL)
		return;
	buffer_append_text(out, name);
	buffer_append_text(out, ": ");
	fields_decode_text(slice_from_text(value), out);
	buffer_append_byte(out, '\n');
}

/* The text of a part in its charset, as UTF-8 with LF. */
static void put_text(const struct part *p, struct buffer *out)
{
	GMimeContentType *type = g_mime_object_get_content_type(p->object);
	const char *charset = type != NULL ? g_mime_content_type_get_parameter(type, "charset") : NULL;
	struct buffer raw = {0};
	char *converted = NULL;
	gsize len = 0;

	decode_part(p, &raw);
	if (charset != NULL && raw.len > 0 && g_ascii_strcasecmp(charset, "utf-8") != 0)
		converted =
			g_convert_with_fallback((const char *)raw.data, (gssize)raw.len, "UTF-8",
						g_mime_charset_iconv_name(charset), "\xef\xbf\xbd", NULL, &len, NULL);
	if (converted != NULL) {
		buffer_clear(&raw);
		buffer_append(&raw, slice_of(converted, len));
		g_free(converted);
	}
	for (size_t i = 0, kept = 0; i <= raw.len; i++) {
		if (i == raw.len) {
			raw.len = kept;
			break;
		}
		if (raw.data[i] != '\r' || i + 1 >= raw.len || raw.data[i + 1] != '\n')
			raw.data[kept++] = raw.data[i];
	}
	text_append_utf8(out, buffer_slice(&raw));
	if (out->len > 0 && out->data[out->len - 1] != '\n')
		buffer_append_byte(out, '\n');
	buffer_fini(&raw);
}

/* The text that a reader would see first: plain parts, or any other text when there is none. */
static void put_body(const struct message *m, struct buffer *out)
{
	bool any = false;

	for (size_t i = 0; i < m->part_count; i++)
		if (m->parts[i].attachment < 0 && is_type(m->parts[i].object, "text", "plain")) {
			put_text(&m->parts[i], out);
			any = true;
		}
	for (size_t i = 0; i < m->part_count && !any; i++)
		if (m->parts[i].attachment < 0 && is_type(m->parts[i].object, "text", "*")) {
			put_text(&m->parts[i], out);
			any = true;
		}
}

static void put_part(const struct message *m, size_t number, struct buffer *out)
{
	const struct part *p = &m->parts[number];
	const struct message_attachment *a = p->attachment >= 0 ? &m->attachments[p->attachment] : NULL;
	char *type = mime_type_of(p->object);

	buffer_printf(out, "%*s- %s", 2 * p->depth, "", type);
	if (a != NULL && a->name[0] != '\0')
		buffer_printf(out, "  %s", a->name);
	if (a != NULL)
		buffer_printf(out, "  %llu bytes", (unsigned long long)a->size);
	buffer_append_byte(out, '\n');
	free(type);
}

void message_text(const struct message *m, struct buffer *out)
{
	static const char *const shown[] = {"From", "To", "Cc", "Date", "Subject"};

	if (m->parsed == NULL)
		return;
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		put_field(m, shown[i], out);
	buffer_append_byte(out, '\n');
	put_body(m, out);
	if (m->part_count < 2 && m->attachment_count == 0)
		return;
	buffer_append_text(out, "\nParts:\n");
	for (size_t i = 0; i < m->part_count; i++)
		put_part(m, i, out);
}
