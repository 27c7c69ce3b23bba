#include "present/mail_list.h"

#include <stdlib.h>

#include "base/mem.h"

void mail_list_fini(struct mail_list *l)
{
	session_walk_fini(&l->walk);
	free(l->places);
	free(l->next);
	*l = (struct mail_list){0};
}

void mail_list_forget(struct mail_list *l)
{
	session_walk_fini(&l->walk);
}

static void add_session(void *ctx, struct connection *c)
{
	struct mail_list *l = ctx;
	const struct session *s = c->session;

	for (size_t i = 0; i < s->mail_count; i++) {
		l->next = mem_grow(l->next, &l->next_cap, l->next_count + 1, sizeof(*l->next));
		l->next[l->next_count++] = (struct mail_place){.session = s->number, .mail = s->mails[i]->number};
	}
}

/* The new list takes the place of the old one. Whether they differ. */
static bool finish(struct mail_list *l)
{
	struct mail_list old = *l;
	bool is_same = l->count == l->next_count &&
		       (l->count == 0 || memcmp(l->places, l->next, l->count * sizeof(*l->next)) == 0);

	l->places = old.next;
	l->count = old.next_count;
	l->cap = old.next_cap;
	l->next = old.places;
	l->next_cap = old.cap;
	return !is_same;
}

bool mail_list_work(struct mail_list *l, const struct session_list *o, const struct engine *e, size_t max)
{
	if (session_walk_renew(&l->walk, o))
		l->next_count = 0;
	if (!l->walk.is_on)
		return false;
	return session_walk_some(&l->walk, e, max, add_session, l) || finish(l);
}
