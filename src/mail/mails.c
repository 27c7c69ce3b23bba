#include "mail/mails.h"

#include <assert.h>

#include "base/mem.h"
#include "mail/imap_mails.h"
#include "mail/observer.h"
#include "mail/retrieved.h"
#include "mail/transaction.h"

struct mail *mails_new(struct session *s)
{
	struct mail *m = arena_alloc(&s->arena, sizeof(*m));

	memset(m, 0, sizeof(*m));
	m->begin_index = m->data_index = DIALOGUE_NO_COMMAND;
	return m;
}

void mails_number(struct session *s, struct mail *m)
{
	struct command *begun_by;

	if (m->number != 0)
		return;
	m->number = ++s->mails_total;
	begun_by = session_command(s, m->begin_index);
	if (begun_by != NULL)
		begun_by->mail = m->number;
	s->mails = mem_grow(s->mails, &s->mail_cap, s->mail_count + 1, sizeof(struct mail *));
	s->mails[s->mail_count++] = m;
	assert(s->mail_count <= s->mails_total);
}

void mails_tell(struct session *s, struct mail *m, const struct observers *observers)
{
	bool has_any = m->size > 0 || m->data_ended;

	assert(m->number > 0 && m->number <= s->mails_total);
	if (m->has_data && has_any)
		observers_mail_read(observers, s, m);
	observers_mail(observers, s, m);
}

void mails_add_range(struct session *s, struct mail *m, uint64_t begin, uint64_t end)
{
	struct mail_range *r;

	assert(begin < end);
	if (m->last_range != NULL && m->last_range->end == begin) {
		m->last_range->end = end;
		return;
	}
	r = arena_alloc(&s->arena, sizeof(*r));
	*r = (struct mail_range){.begin = begin, .end = end};
	*(m->last_range != NULL ? &m->last_range->next : &m->ranges) = r;
	m->last_range = r;
}

void mails_begin_data(struct session *s, const struct dialogue_event *event, const struct stamp *at)
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

void mails_note_range(struct session *s, const struct dialogue_event *event)
{
	struct mail *m = s->receiving[event->side];

	if (m == NULL)
		return;
	m->stuffing = event->stuffing;
	m->size = event->mail_size;
	m->missing_len = event->missing_len;
	mails_add_range(s, m, event->begin, event->end);
}

void mails_end_data(struct session *s, const struct dialogue_event *event, const struct stamp *at,
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
