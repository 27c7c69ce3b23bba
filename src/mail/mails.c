#include "mail/mails.h"

#include <assert.h>

#include "base/mem.h"
#include "mail/observer.h"

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
