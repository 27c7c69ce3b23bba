#include "mail/observer.h"

#include <assert.h>

_Static_assert(OBSERVERS_MAX <= 16, "a bit each");

void observers_add(struct observers *o, const struct observer *row, void *ctx)
{
	assert(o->count < OBSERVERS_MAX);
	o->of_event |= (uint16_t)((row->event != NULL) << o->count);
	o->of_command |= (uint16_t)((row->command != NULL) << o->count);
	o->list[o->count].row = row;
	o->list[o->count++].ctx = ctx;
}

/* Each observer that has the function, in order. */
#define TELL(o, function, ...)                                                                                         \
	for (size_t i = 0; i < (o)->count; i++)                                                                        \
		if ((o)->list[i].row->function != NULL)                                                                \
	(o)->list[i].row->function((o)->list[i].ctx, __VA_ARGS__)

void observers_session_begin(const struct observers *o, struct session *s)
{
	TELL(o, session_begin, s);
}

void observers_event(const struct observers *o, struct session *s, const struct dialogue_event *event,
		     const struct stamp *first, const struct stamp *last)
{
	for (unsigned int left = o->of_event; left != 0; left &= left - 1) {
		int i = __builtin_ctz(left);

		o->list[i].row->event(o->list[i].ctx, s, event, first, last);
	}
}

void observers_command(const struct observers *o, struct session *s, struct command *c)
{
	for (unsigned int left = o->of_command; left != 0; left &= left - 1) {
		int i = __builtin_ctz(left);

		o->list[i].row->command(o->list[i].ctx, s, c);
	}
}

void observers_mail_data(const struct observers *o, struct session *s, struct mail *m)
{
	TELL(o, mail_data, s, m);
}

void observers_mail_read(const struct observers *o, struct session *s, struct mail *m)
{
	TELL(o, mail_read, s, m);
}

void observers_mail(const struct observers *o, struct session *s, struct mail *m)
{
	assert(m->outcome != MAIL_UNDECIDED);
	TELL(o, mail, s, m);
}

void observers_mail_settled(const struct observers *o, struct session *s, struct mail *m)
{
	TELL(o, mail_settled, s, m);
}

void observers_session_end(const struct observers *o, struct session *s)
{
	assert(s->over);
	TELL(o, session_end, s);
}

void observers_session_settled(const struct observers *o, struct session *s)
{
	TELL(o, session_settled, s);
}

void observers_tick(const struct observers *o, int64_t time_ns)
{
	TELL(o, tick, time_ns);
}
