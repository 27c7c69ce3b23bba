#include "present/mail_list.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/rowtext.h"
#include "present/rows.h"
#include "present/shown_list.h"

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

bool mail_list_row_contains(struct engine *e, struct connection *v, struct mail *m, const struct pattern *p)
{
	struct snapshot_mail_row row;

	rows_mail(e, v, m, &row);
	return pattern_finds_text(p, row.subject) || pattern_finds_text(p, row.from) || pattern_finds_text(p, row.to) ||
	       pattern_finds_text(p, row.mailbox) || pattern_finds_text(p, row.outcome);
}

/* ---- its row among the lists ---- */

static void end(void *list)
{
	mail_list_fini(list);
}

static void forget(void *list)
{
	mail_list_forget(list);
}

static bool work(void *list, const struct session_list *o, const struct engine *e, size_t max)
{
	return mail_list_work(list, o, e, max);
}

static uint64_t count(const struct shown_list_scene *s)
{
	return ((const struct mail_list *)s->list)->count;
}

static const struct mail_place *place_of(const struct shown_list_scene *s, uint64_t row)
{
	return &((const struct mail_list *)s->list)->places[row];
}

static uint64_t session(const struct shown_list_scene *s, uint64_t row)
{
	return place_of(s, row)->session;
}

/* NULL: it is gone. */
static struct mail *find_mail(const struct shown_list_scene *s, uint64_t row, struct connection **v)
{
	const struct mail_place *place = place_of(s, row);

	*v = engine_connection(s->engine, place->session);
	return *v != NULL ? session_mail((*v)->session, place->mail) : NULL;
}

static bool fill(const struct shown_list_scene *s, uint64_t row, struct snapshot *out, uint32_t at)
{
	struct connection *v;
	struct mail *m = find_mail(s, row, &v);

	if (m != NULL)
		rows_mail(s->engine, v, m, &out->mail_rows[at]);
	return m != NULL;
}

static bool matches(const struct shown_list_scene *s, const struct pattern *p, uint64_t row, uint64_t *number,
		    uint32_t *item)
{
	struct connection *v;
	struct mail *m = find_mail(s, row, &v);

	*number = place_of(s, row)->session;
	*item = place_of(s, row)->mail;
	return m != NULL && mail_list_row_contains(s->engine, v, m, p);
}

const struct shown_list_ops shown_list_mail = {
	.size = sizeof(struct mail_list),
	.fini = end,
	.forget = forget,
	.work = work,
	.count = count,
	.session = session,
	.fill = fill,
	.matches = matches,
};
