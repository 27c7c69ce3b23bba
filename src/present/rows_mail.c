#include "present/rows_mail.h"

#include "base/rowtext.h"
#include "present/rows_imap.h"

static enum snapshot_meaning meaning_of_mail(const struct mail *m)
{
	switch (m->outcome) {
	case MAIL_ACCEPTED:
	case MAIL_RETRIEVED_OUTCOME:
		return (m->complete && m->conflicts == 0) || !m->has_data ? MEANING_GOOD : MEANING_WARNING;
	case MAIL_REJECTED:
	case MAIL_UNANSWERED:
	case MAIL_ABORTED:
		return MEANING_ERROR;
	case MAIL_RESET:
		return MEANING_NOTICE;
	case MAIL_UNKNOWN:
		return MEANING_MUTED;
	case MAIL_UNDECIDED:
		break;
	}
	return MEANING_PLAIN;
}

static void put_recipients(char *out, size_t size, const struct mail *m)
{
	out[0] = '\0';
	for (const struct recipient *r = m->recipients; r != NULL; r = r->next) {
		if (r != m->recipients)
			rowtext_append(out, size, slice_from_text(", "));
		rowtext_append(out, size, r->address);
	}
}

void rows_mail(struct engine *e, struct connection *v, struct mail *m, struct snapshot_mail_row *row)
{
	const struct record_fields *f = engine_fields(e, v, m);
	struct slice from = buffer_slice(&f->from);
	struct slice to = buffer_slice(&f->to);

	*row = (struct snapshot_mail_row){.session = v->session->number,
					  .mail = m->number,
					  .marked = m->marked,
					  .saved = m->saved,
					  .complete = m->complete,
					  .differs = m->conflicts > 0,
					  .time_ns = m->first.time_ns,
					  .size = connection_mail_size(v, m),
					  .meaning = meaning_of_mail(m)};
	rowtext_put(row->from, sizeof(row->from), from.len > 0 ? slice_sub(from, 0, slice_find(from, '\0')) : m->from);
	if (m->recipients != NULL)
		put_recipients(row->to, sizeof(row->to), m);
	else
		rowtext_put(row->to, sizeof(row->to), slice_sub(to, 0, slice_find(to, '\0')));
	rowtext_put(row->subject, sizeof(row->subject), buffer_slice(&f->subject));
	rowtext_put(row->message_id, sizeof(row->message_id), buffer_slice(&f->message_id));
	rowtext_printf(row->outcome, sizeof(row->outcome), "%s", mail_outcome_name(m->outcome));
	rows_imap_mail(m, row);
}

void rows_mail_of_session(struct engine *e, struct connection *v, struct snapshot_session_row *row)
{
	struct snapshot_mail_row mail;

	if (v->session->mail_count == 0)
		return;
	rows_mail(e, v, v->session->mails[0], &mail);
	memcpy(row->from, mail.from, sizeof(row->from));
	memcpy(row->to, mail.to, sizeof(row->to));
	memcpy(row->subject, mail.subject, sizeof(row->subject));
}
