#include "mail/mail_data.h"

#include "mail/imap_mails.h"
#include "mail/mails.h"
#include "mail/observer.h"
#include "mail/retrieved.h"
#include "mail/transaction.h"

void mail_data_begin(struct session *s, const struct dialogue_event *event, const struct stamp *at)
{
	bool is_imap = protocol_has(s->protocol, PROTOCOL_TAGGED);
	struct mail *m = is_imap ? imap_mails_new(s) : mails_new(s);

	m->has_data = true;
	m->data_index = event->index;
	m->data_begin = event->begin;
	m->side = event->side;
	m->stuffing = event->stuffing;
	m->is_piece = event->truncated;
	m->first = m->last = *at;
	s->receiving[m->side] = m;
	if (is_imap)
		imap_mails_begin(s, m, event);
	else if (m->side == SIDE_SERVER)
		retrieved_begin(s, m);
	else
		transaction_take_data(s, m);
}

void mail_data_add_range(struct session *s, const struct dialogue_event *event)
{
	struct mail *m = s->receiving[event->side];

	if (m == NULL)
		return;
	m->stuffing = event->stuffing;
	m->is_unread = false;
	m->size = event->mail_size;
	m->missing_len = event->missing_len;
	mails_add_range(s, m, event->begin, event->end);
}

void mail_data_end(struct session *s, const struct dialogue_event *event, const struct stamp *at,
		   const struct observers *observers)
{
	struct mail *m = s->receiving[event->side];

	if (m == NULL)
		return;
	m->size = event->mail_size;
	m->missing_len = event->missing_len;
	m->data_ended = event->last;
	m->complete = event->last && event->missing_len == 0 && !m->is_piece;
	m->last = *at;
	s->receiving[event->side] = NULL;
	if (m->imap != NULL) {
		imap_mails_end(s, m, observers);
		return;
	}
	observers_mail_data(observers, s, m);
	if (m->direction != MAIL_SENT)
		retrieved_end(s, m);
	else if (m->outcome != MAIL_UNDECIDED)
		mails_tell(s, m, observers);
}
