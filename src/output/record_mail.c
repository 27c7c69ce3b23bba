/* mailtap.mail: one for each mail that was sent, or got. */
#include <string.h>

#include "mail/session_imap.h"
#include "mime/fields.h"
#include "output/record.h"
#include "proto/parameter.h"

struct told_mail {
	const struct session *session;
	const struct mail *mail;
	const struct record_fields *fields;
};

static void put_addresses(struct json *j, const char *key, const struct buffer *addresses)
{
	struct slice rest = buffer_slice(addresses);

	json_open_object(j, key);
	json_open_array(j, "address");
	while (rest.len > 0) {
		size_t len = slice_find(rest, '\0');

		json_item(j, slice_sub(rest, 0, len));
		rest = slice_after(rest, len + 1);
	}
	json_close(j);
	json_close(j);
}

static void put_file(struct json *j, const struct message_attachment *a)
{
	json_open_object(j, "file");
	json_text(j, "name", slice_from_text(a->name));
	json_number(j, "size", (int64_t)a->size);
	json_text(j, "mime_type", slice_from_text(a->mime_type));
	json_open_object(j, "hash");
	json_text(j, "sha256", slice_from_text(a->sha256));
	json_close(j);
	json_close(j);
}

static void put_attachments(struct json *j, const struct message *message)
{
	json_open_array(j, "attachments");
	for (size_t i = 0; i < message_attachment_count(message); i++) {
		json_open_object(j, NULL);
		put_file(j, message_attachment(message, i));
		json_close(j);
	}
	json_close(j);
}

static void put_embedded(struct json *j, const struct message *message)
{
	json_open_array(j, "embedded");
	for (size_t i = 0; message != NULL && i < message_embedded_count(message); i++) {
		const struct message_attachment *a = message_embedded(message, i);

		json_open_object(j, NULL);
		json_text(j, "encoding", slice_from_text(a->source == MESSAGE_SOURCE_TNEF ? "tnef" : "uuencode"));
		put_file(j, a);
		json_close(j);
	}
	json_close(j);
}

static void put_email(struct json *j, const struct record_fields *f)
{
	json_open_object(j, "email");
	put_addresses(j, "from", &f->from);
	put_addresses(j, "to", &f->to);
	put_addresses(j, "cc", &f->cc);
	json_text(j, "subject", buffer_slice(&f->subject));
	json_text(j, "message_id", buffer_slice(&f->message_id));
	if (f->has_date)
		json_time(j, "origination_timestamp", f->date_ns, 0);
	json_text(j, "x_mailer", buffer_slice(&f->x_mailer));
	if (f->message != NULL)
		put_attachments(j, f->message);
	json_close(j);
}

/* `address`: whom they are about; empty: the mail. */
static void put_parameters(struct json *j, const struct command *c, struct slice address)
{
	struct slice verb = command_verb(c);
	struct slice rest = parameter_find(verb, command_arguments(c));
	struct parameter p;

	while (parameter_next(verb, &rest, &p)) {
		json_open_object(j, NULL);
		json_text(j, "address", address);
		record_put_parameter(j, &p);
		json_close(j);
	}
}

/* Of the commands of the mail, as far as they are remembered. */
static void put_all_parameters(struct json *j, const struct session *s, const struct mail *m, enum command_kind kind,
			       const char *key)
{
	const struct recipient *to = m->recipients;
	const struct command *c;

	json_open_array(j, key);
	for (uint32_t i = m->begin_index; (c = session_command(s, i)) != NULL && i <= m->data_index; i++) {
		if (c->kind == KIND_MAIL && i > m->begin_index)
			break;
		if (c->kind != kind || c->mail != m->number)
			continue;
		put_parameters(j, c, kind == KIND_RCPT && to != NULL ? to->address : slice_of(NULL, 0));
		if (kind == KIND_RCPT && to != NULL)
			to = to->next;
	}
	json_close(j);
}

static void put_rejected(struct json *j, const struct recipient *to)
{
	json_open_object(j, NULL);
	json_text(j, "address", to->address);
	if (to->reply != NULL)
		record_put_reply(j, to->reply, reply_text(to->reply));
	else
		json_text(j, "code", slice_of(to->code, strnlen(to->code, 3)));
	json_close(j);
}

static void put_envelope(struct json *j, const struct session *s, const struct mail *m)
{
	json_open_object(j, "envelope");
	if (m->from.data != NULL)
		json_text(j, "from", m->from.len > 0 ? m->from : slice_from_text("<>"));
	json_open_array(j, "to");
	for (const struct recipient *to = m->recipients; to != NULL; to = to->next)
		if (to->fate == RECIPIENT_ACCEPTED || to->fate == RECIPIENT_UNKNOWN)
			json_item(j, to->address);
	json_close_counted(j, m->accepted_count);
	json_open_array(j, "rejected");
	for (const struct recipient *to = m->recipients; to != NULL; to = to->next)
		if (to->fate == RECIPIENT_REJECTED)
			put_rejected(j, to);
	if (m->recipient_count > SESSION_RECIPIENTS_MAX) /* not all of them are kept */
		json_close_counted(j, m->recipient_count - m->accepted_count);
	else
		json_close(j);
	put_all_parameters(j, s, m, KIND_MAIL, "parameters");
	put_all_parameters(j, s, m, KIND_RCPT, "recipient_parameters");
	json_close(j);
}

static void put_final_reply(struct json *j, const struct mail *m)
{
	const struct reply *r = m->final_reply;

	if (r == NULL)
		return;
	json_open_object(j, "reply");
	record_put_reply(j, r, reply_text(r));
	json_number(j, "packet", (int64_t)r->packet);
	json_close(j);
}

static void put_pop3(struct json *j, const struct mail *m)
{
	json_open_object(j, "pop3");
	json_count(j, "number", session_mail_pop3(m)->number); /* 0: RETR was not captured */
	json_text(j, "uid", session_mail_pop3(m)->uid);
	json_count(j, "octets", session_mail_pop3(m)->octets);
	json_bool(j, "deleted", m->pop3_deleted);
	json_bool(j, "committed", m->pop3_committed);
	json_close(j);
}

/* With blanks between. */
static void put_flags(struct json *j, struct slice flags)
{
	json_open_array(j, "flags");
	while ((flags = slice_trim_left(flags)).len > 0) {
		size_t len = slice_find(flags, ' ');

		json_item(j, slice_sub(flags, 0, len));
		flags = slice_after(flags, len);
	}
	json_close(j);
}

static void put_imap(struct json *j, const struct mail_imap *imap)
{
	const char *section = session_imap_section_name((enum imap_section)imap->section);
	int64_t time_ns;

	json_open_object(j, "imap");
	json_text(j, "mailbox", imap->mailbox);
	json_count(j, "number", imap->number);
	json_count(j, "uid", imap->uid);
	put_flags(j, imap->flags);
	if (section != NULL)
		json_text(j, "section", slice_from_text(section));
	json_count(j, "chunks", imap->chunks);
	if (imap->arrived.data != NULL && fields_decode_internal_date(imap->arrived, &time_ns))
		json_time(j, "internal_date", time_ns, 0);
	json_close(j);
}

static void put_kin(struct json *j, const struct mail *m, const struct record_fields *f)
{
	json_open_object(j, "repeats");
	json_count(j, "mail", m->repeats);
	json_close(j);
	json_open_array(j, "same_as");
	for (size_t i = 0; i < f->same_as_count; i++) {
		json_open_object(j, NULL);
		json_number(j, "session", (int64_t)f->same_as[i].session);
		json_number(j, "mail", f->same_as[i].mail);
		json_close(j);
	}
	json_close(j);
}

static enum record_outcome outcome_of_mail(const struct mail *m)
{
	switch (m->outcome) {
	case MAIL_ACCEPTED:
	case MAIL_RETRIEVED_OUTCOME:
		return RECORD_SUCCESS;
	case MAIL_REJECTED:
	case MAIL_ABORTED:
		return RECORD_FAILURE;
	case MAIL_UNDECIDED:
	case MAIL_RESET:
	case MAIL_UNANSWERED:
	case MAIL_UNKNOWN:
		break;
	}
	return RECORD_UNKNOWN;
}

static void put_mail(struct json *j, const struct session *s, const struct mail *m, const struct record_fields *f)
{
	json_number(j, "mail", m->number);
	json_text(j, "direction", slice_from_text(mail_direction_name(m->direction)));
	if (m->direction == MAIL_SENT)
		put_envelope(j, s, m);
	if (m->has_data && !m->is_unread)
		json_number(j, "size", (int64_t)m->size);
	if (m->has_data && f->has_hash)
		json_text(j, "sha256", slice_from_text(f->sha256));
	put_embedded(j, f->message);
	json_bool(j, "complete", m->complete);
	json_count(j, "missing_bytes",
		   m->missing_len + (session_imap_mail(m) != NULL ? session_imap_mail(m)->cut_len : 0));
	json_count(j, "overlap_conflicts", m->conflicts);
	json_text(j, "outcome", slice_from_text(mail_outcome_name(m->outcome)));
	put_kin(j, m, f);
	if (m->direction == MAIL_SENT || session_imap_mail(m) != NULL)
		put_final_reply(j, m);
	else
		put_pop3(j, m);
	if (session_imap_mail(m) != NULL)
		put_imap(j, session_imap_mail(m));
}

static void fill(struct json *j, const struct records *r, const void *what)
{
	const struct told_mail *t = what;
	const struct mail *m = t->mail;
	char place[RECORD_PLACE_SIZE];

	(void)r;
	record_make_place(place, 'm', m->number);
	record_begin(j, &(struct record_event){.members = RECORD_EVENT("event", "mail"),
					       .place = place,
					       .outcome = outcome_of_mail(m),
					       .time_ns = m->last.time_ns,
					       .time_digits = t->session->time_digits});
	json_close(j);
	record_put_ends(j, t->session);
	put_email(j, t->fields);
	json_open_object(j, "file");
	if (m->saved_path != NULL)
		json_text(j, "path", slice_from_text(m->saved_path));
	json_close(j);
	record_open_own(j);
	put_mail(j, t->session, m, t->fields);
	record_end(j);
}

void records_mail(struct records *r, struct buffer *out, const struct session *s, const struct mail *m,
		  const struct record_fields *f)
{
	record_put(r, out, s, fill, &(struct told_mail){.session = s, .mail = m, .fields = f});
}
