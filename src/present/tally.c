#include "present/tally.h"

#include "base/clock.h"
#include "mail/exposed.h"

enum {
	WORK_SESSIONS = 8192, /* in one go: under 2 ms */
};

#define AGAIN_NS CLOCK_NS_PER_S

bool tally_is_marked(const struct session *s)
{
	for (size_t i = 0; i < s->mail_count; i++)
		if (s->mails[i]->marked)
			return true;
	return s->marked;
}

static void add_mail(struct snapshot_tally *sum, const struct mail *m)
{
	if (!m->has_data)
		return;
	sum->mails++;
	sum->mail_bytes += m->size;
	sum->partial_mails += !m->complete;
}

static void add(struct snapshot_tally *sum, const struct connection *v, bool is_marked_only, bool has_keys)
{
	const struct session *s = v->session;
	struct exposed exposed = {0};

	exposed_add(&exposed, s, has_keys);
	sum->logins.passwords += exposed.passwords;
	sum->logins.digests += exposed.digests;
	sum->sessions++;
	sum->packets += v->packet_count;
	sum->bytes += v->packet_bytes;
	for (size_t i = 0; i < s->mail_count; i++)
		if (!is_marked_only || s->marked || s->mails[i]->marked)
			add_mail(sum, s->mails[i]);
}

void tally_one(const struct connection *v, uint32_t mail, bool has_keys, struct snapshot_tally *sum)
{
	*sum = (struct snapshot_tally){.known = true};
	if (v == NULL)
		return;
	add(sum, v, false, has_keys);
	if (mail == 0)
		return;
	sum->mails = sum->mail_bytes = sum->partial_mails = 0;
	for (size_t i = 0; i < v->session->mail_count; i++)
		if (v->session->mails[i]->number == mail)
			add_mail(sum, v->session->mails[i]);
}

static void start(struct tally *t)
{
	t->counting = true;
	t->session = 0;
	t->row = 0;
	t->new_marked = t->new_shown = (struct snapshot_tally){.known = true};
}

static void finish(struct tally *t)
{
	t->counting = false;
	t->marked = t->new_marked;
	t->shown = t->new_shown;
	t->done_ns = clock_monotonic_ns();
}

bool tally_work(struct tally *t, const struct session_list *o, const struct engine *e, bool has_keys)
{
	uint64_t last = engine_last_session(e);
	const struct connection *v;
	int work = WORK_SESSIONS;

	if (!t->counting && t->shown.known && clock_monotonic_ns() - t->done_ns < AGAIN_NS)
		return false;
	if (!t->counting)
		start(t);
	for (; work > 0 && t->session < last; work--) {
		v = engine_next_connection(e, t->session);
		t->session = v != NULL ? v->session->number : last;
		if (v != NULL && tally_is_marked(v->session))
			add(&t->new_marked, v, true, has_keys);
	}
	for (; work > 0 && t->row < o->count; work--)
		if ((v = engine_connection(e, o->numbers[t->row++])) != NULL)
			add(&t->new_shown, v, false, has_keys);
	if (work > 0)
		finish(t);
	return t->counting;
}
