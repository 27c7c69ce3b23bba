#include "mime/render.h"

#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/embedded.h"
#include "mime/fields.h"
#include "mime/flowed.h"
#include "mime/html.h"
#include "mime/part.h"

enum {
	CHARSET_NAME_SIZE = 41,
};

/* ---- what a part is, in words ---- */

static const struct {
	const char *type;
	const char *parameter; /* that must have the value; NULL: any */
	const char *value;
	const char *words;  /* in the list of parts */
	const char *remark; /* where the part would stand; NULL: none */
} kinds[] = {
	{"multipart/encrypted", NULL, NULL, "OpenPGP, encrypted",
	 "This part is encrypted by OpenPGP: it cannot be read without the recipient's key."},
	{"multipart/signed", "protocol", "application/pgp-signature", "signed by OpenPGP",
	 "What follows is signed by OpenPGP; the signature was not checked."},
	{"multipart/signed", "protocol", "application/pkcs7-signature", "signed by S/MIME",
	 "What follows is signed by S/MIME; the signature was not checked."},
	{"multipart/signed", "protocol", "application/x-pkcs7-signature", "signed by S/MIME",
	 "What follows is signed by S/MIME; the signature was not checked."},
	{"application/pgp-encrypted", NULL, NULL, "OpenPGP, version", NULL},
	{"application/pgp-signature", NULL, NULL, "OpenPGP signature", NULL},
	{"application/pgp-keys", NULL, NULL, "OpenPGP keys", NULL},
	{"application/pkcs7-signature", NULL, NULL, "S/MIME signature", NULL},
	{"application/x-pkcs7-signature", NULL, NULL, "S/MIME signature", NULL},
	{"application/pkcs7-mime", "smime-type", "signed-data", "S/MIME, signed",
	 "This part is packed into an S/MIME signature: its text lies within the attachment."},
	{"application/x-pkcs7-mime", "smime-type", "signed-data", "S/MIME, signed",
	 "This part is packed into an S/MIME signature: its text lies within the attachment."},
	{"application/pkcs7-mime", "smime-type", "compressed-data", "S/MIME, compressed",
	 "This part is compressed by S/MIME: its text lies within the attachment."},
	{"application/pkcs7-mime", NULL, NULL, "S/MIME, encrypted",
	 "This part is encrypted by S/MIME: it cannot be read without the recipient's key."},
	{"application/x-pkcs7-mime", NULL, NULL, "S/MIME, encrypted",
	 "This part is encrypted by S/MIME: it cannot be read without the recipient's key."},
	{"application/ms-tnef", NULL, NULL, "TNEF, of Outlook", NULL},
	{"application/vnd.ms-tnef", NULL, NULL, "TNEF, of Outlook", NULL},
	{"message/rfc822", NULL, NULL, "a mail", NULL},
	{"message/partial", NULL, NULL, "a piece of a mail",
	 "This is one piece of a mail that its sender cut up; the others came by themselves."},
	{"message/external-body", NULL, NULL, "stored elsewhere", NULL},
	{"message/delivery-status", NULL, NULL, "delivery status", NULL},
	{"text/calendar", NULL, NULL, "calendar entry", NULL},
};

/* The row of `kinds` that fits; -1: none. */
static int kind_of(const struct part *p)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *value = kinds[i].parameter != NULL ? part_parameter(p, kinds[i].parameter) : NULL;

		if (strcmp(p->type, kinds[i].type) != 0)
			continue;
		if (kinds[i].parameter == NULL || (value != NULL && g_ascii_strcasecmp(value, kinds[i].value) == 0))
			return (int)i;
	}
	return -1;
}

/* ---- texts ---- */

static void put_note(struct styled_text *page, const char *text)
{
	styled_text_begin(page, STYLED_NOTE);
	buffer_append_text(&page->text, text);
	buffer_append_byte(&page->text, '\n');
	styled_text_begin(page, STYLED_BODY);
}

/* CRLF becomes LF, NUL goes: no charset's text needs it. */
static void make_lines(struct buffer *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < text->len; i++) {
		uint8_t byte = text->data[i];

		if (byte != '\0' && (byte != '\r' || i + 1 >= text->len || text->data[i + 1] != '\n'))
			text->data[kept++] = byte;
	}
	text->len = kept;
}

static void end_last_line(struct styled_text *page)
{
	if (page->text.len > 0 && page->text.data[page->text.len - 1] != '\n')
		buffer_append_byte(&page->text, '\n');
}

/* Replaces the lines of uuencoded files by their names. */
struct leaving_out {
	struct styled_text *page;
	struct slice text;
	size_t at;
};

static void leave_out(void *ctx, struct slice name, struct slice bytes, size_t from, size_t len)
{
	struct leaving_out *l = ctx;

	assert(from >= l->at);
	buffer_append(&l->page->text, slice_sub(l->text, l->at, from - l->at));
	styled_text_begin(l->page, STYLED_NOTE);
	buffer_append_text(&l->page->text, "[");
	text_append_utf8(&l->page->text, name);
	buffer_printf(&l->page->text, ", uuencoded, %zu bytes]\n", bytes.len);
	styled_text_begin(l->page, STYLED_BODY);
	l->at = from + len;
}

static bool is_flowed(const struct part *p)
{
	const char *format = part_parameter(p, "format");

	return format != NULL && g_ascii_strcasecmp(format, "flowed") == 0;
}

static void put_plain(const struct part *p, struct slice text, struct styled_text *page)
{
	struct leaving_out l = {.page = page, .text = text};
	const char *del_space = part_parameter(p, "delsp");
	bool is_armoured = memmem(text.data, text.len, "-----BEGIN PGP MESSAGE-----", 27) != NULL;

	if (is_armoured)
		put_note(page, "This text is encrypted by OpenPGP: it cannot be read without the recipient's key.");
	if (is_flowed(p)) {
		flowed_join(text, del_space != NULL && g_ascii_strcasecmp(del_space, "yes") == 0, &page->text);
		return;
	}
	embedded_find_uuencode(text, leave_out, &l);
	buffer_append(&page->text, slice_after(text, l.at));
}

static void put_html(struct slice text, struct styled_text *page)
{
	if (!html_text(text, &page->text)) {
		end_last_line(page);
		put_note(page, "[The rest of this HTML is too large or too deep to be shown; v shows the source.]");
	}
}

/* The text of a part as UTF-8 with LF. */
static void read_text(const struct part *p, struct buffer *text)
{
	const char *charset = part_parameter(p, "charset");
	char named[CHARSET_NAME_SIZE];
	struct buffer raw = {0};

	part_decode(p, &raw);
	if (charset == NULL && part_is_type(p, "text", "html") &&
	    html_charset(buffer_slice(&raw), named, sizeof(named)))
		charset = named;
	charset_read(slice_sub(buffer_slice(&raw), 0, MESSAGE_TEXT_MAX), charset, text);
	make_lines(text);
	buffer_fini(&raw);
}

static bool is_blank(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] > ' ')
			return false;
	return true;
}

static void put_text(const struct part *p, struct styled_text *page)
{
	struct buffer text = {0};

	styled_text_begin(page, STYLED_BODY);
	if (page->text.len > MESSAGE_TEXT_MAX) {
		put_note(page, "[More text is left out; v shows the source.]");
		return;
	}
	read_text(p, &text);
	if (part_is_type(p, "text", "html"))
		put_html(buffer_slice(&text), page);
	else if (text.len > 0)
		put_plain(p, buffer_slice(&text), page);
	end_last_line(page);
	if (text.len >= MESSAGE_TEXT_MAX)
		put_note(page, "[The rest of this text is left out; v shows the source.]");
	buffer_fini(&text);
}

/* ---- header fields ---- */

static void put_field(GMimeObject *object, const char *name, const char *likely, struct styled_text *page)
{
	GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);
	const char *value = header != NULL ? g_mime_header_get_raw_value(header) : NULL;

	if (value == NULL)
		return;
	buffer_append_text(&page->text, name);
	buffer_append_text(&page->text, ": ");
	fields_decode_text(slice_from_text(value), likely, &page->text);
	buffer_append_byte(&page->text, '\n');
}

static void put_fields(GMimeMessage *message, struct styled_text *page)
{
	static const char *const shown[] = {"From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject"};
	char likely[DECLARED_CHARSET_SIZE];

	declared_find(message, likely);
	styled_text_begin(page, STYLED_FIELD);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		put_field(GMIME_OBJECT(message), shown[i], likely, page);
	styled_text_begin(page, STYLED_BODY);
	buffer_append_byte(&page->text, '\n');
}

/* ---- the parts ---- */

static void read_part(const struct message *m, size_t number, struct styled_text *page);

static bool is_readable_plain(const struct message *m, size_t number)
{
	const struct part *p = &m->parts[number];
	struct buffer text = {0};
	bool readable;

	if (!part_is_type(p, "text", "plain") || p->is_attachment)
		return false;
	read_text(p, &text);
	readable = !is_blank(buffer_slice(&text));
	buffer_fini(&text);
	return readable;
}

/* The plain text, else the last of the others: senders put the best one last (RFC 2046 5.1.4). */
static void read_alternative(const struct message *m, size_t number, struct styled_text *page)
{
	size_t end = m->parts[number].end;
	size_t best = end;

	for (size_t i = number + 1; i < end; i = m->parts[i].end) {
		if (is_readable_plain(m, i)) {
			best = i;
			break;
		}
		if (part_is_type(&m->parts[i], "text", "html") || GMIME_IS_MULTIPART(m->parts[i].object) || best == end)
			best = i;
	}
	if (best < end)
		read_part(m, best, page);
}

static void read_message(const struct part *p, const struct message *m, size_t number, struct styled_text *page)
{
	GMimeMessage *header = p->inner != NULL ? p->inner->parsed : p->message;

	put_note(page, "[A mail within this mail:]");
	if (header != NULL)
		put_fields(header, page);
	if (p->inner != NULL && p->inner->part_count > 0)
		read_part(p->inner, 0, page);
	else if (p->inner == NULL && number + 1 < p->end)
		read_part(m, number + 1, page);
}

static void separate(struct styled_text *page)
{
	size_t len = page->text.len;

	end_last_line(page);
	if (len > 1 && page->text.data[len - 1] == '\n' && page->text.data[len - 2] != '\n')
		buffer_append_byte(&page->text, '\n');
}

static void read_part(const struct message *m, size_t number, struct styled_text *page)
{
	const struct part *p = &m->parts[number];
	int kind = kind_of(p);

	assert(p->end > number && p->end <= m->part_count); /* so that who walks on from a part gets further */
	if (kind >= 0 && kinds[kind].remark != NULL) {
		separate(page);
		put_note(page, kinds[kind].remark);
	}
	if (part_is_type(p, "multipart", "alternative")) {
		read_alternative(m, number, page);
	} else if (part_is_type(p, "multipart", "encrypted")) {
		return;
	} else if (GMIME_IS_MULTIPART(p->object)) {
		for (size_t i = number + 1; i < p->end; i = m->parts[i].end)
			read_part(m, i, page);
	} else if (p->message != NULL || p->inner != NULL) {
		separate(page);
		read_message(p, m, number, page);
	} else if (part_is_text(m, p)) {
		separate(page);
		put_text(p, page);
	}
}

/* ---- the list of parts ---- */

static uint64_t size_of(const struct part *p)
{
	struct buffer bytes = {0};
	uint64_t size;

	part_decode(p, &bytes);
	size = bytes.len;
	buffer_fini(&bytes);
	return size;
}

static void put_part(const struct message_part *row, struct styled_text *page)
{
	const struct part *p = &row->message->parts[row->number];
	const char *charset = part_is_type(p, "text", "*") ? part_parameter(p, "charset") : NULL;
	int kind = kind_of(p);

	buffer_append_text(&page->text, p->type);
	if (charset != NULL)
		buffer_printf(&page->text, "; %s", charset);
	if (row->name[0] != '\0')
		buffer_printf(&page->text, "  %s", row->name);
	if (p->is_attachment)
		buffer_printf(&page->text, "  %llu bytes", (unsigned long long)size_of(p));
	if (kind >= 0)
		buffer_printf(&page->text, "  (%s)", kinds[kind].words);
}

static void put_embedded(const struct message_part *row, struct styled_text *page)
{
	buffer_printf(&page->text, "%s: %s  %llu bytes", row->source == MESSAGE_SOURCE_TNEF ? "in TNEF" : "uuencoded",
		      row->name[0] != '\0' ? row->name : "(no name)", (unsigned long long)row->attachment->size);
}

static void list_parts(const struct message *m, struct styled_text *page)
{
	struct message_part *parts;
	size_t count = message_list_parts(m, &parts);

	for (size_t i = 0; i < count; i++) {
		styled_text_begin_part(page, (uint32_t)i + 1);
		buffer_printf(&page->text, "%*s- ", 2 * parts[i].depth, "");
		if (parts[i].source == MESSAGE_SOURCE_PART)
			put_part(&parts[i], page);
		else
			put_embedded(&parts[i], page);
		buffer_append_byte(&page->text, '\n');
	}
	free(parts);
}

void render_message(const struct message *m, struct styled_text *page)
{
	if (m->parsed == NULL)
		return;
	put_fields(m->parsed, page);
	if (m->part_count > 0)
		read_part(m, 0, page);
	if (m->part_count > 1 || m->attachment_count > 0 || m->embedded_count > 0) {
		styled_text_begin(page, STYLED_BODY);
		end_last_line(page);
		buffer_append_text(&page->text, "\nParts:\n");
		list_parts(m, page);
	}
	if (m->is_cut)
		put_note(page, "[It has more parts, or deeper ones, than are read; v shows the source.]");
}
