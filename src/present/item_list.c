#include "present/item_list.h"

#include <stdlib.h>

#include "base/clock.h"

enum {
	PAUSE_TIMES = 5,     /* it is made anew after so many times what it took */
	LOOK_SESSIONS = 128, /* between two looks at the clock */
};

#define WORK_NS (CLOCK_NS_PER_MS * 3 / 2) /* in one go */

void item_list_fini(struct item_list *l)
{
	item_list_forget(l);
	free(l->items);
	*l = (struct item_list){.sort = l->sort, .is_descending = l->is_descending};
}

void item_list_forget(struct item_list *l)
{
	session_walk_fini(&l->walk);
	sorter_fini(&l->next);
	l->took_ns = 0;
}

void item_list_want(struct item_list *l, enum query_sort sort, bool is_descending)
{
	if (l->sort == sort && l->is_descending == is_descending)
		return;
	item_list_forget(l);
	l->sort = sort;
	l->is_descending = is_descending;
	l->is_made = false;
}

static bool is_same(const struct sorter_item *a, const struct sorter_item *b)
{
	return a->session == b->session && a->number == b->number && a->tag == b->tag;
}

/* The new list takes the place of the old one. Whether they differ. */
static bool finish(struct item_list *l)
{
	struct sorter_item *before = l->items;
	size_t before_cap = l->items_cap;
	bool has_changed = !l->is_made || l->count != l->next.count;

	for (size_t i = 0; !has_changed && i < l->count; i++)
		has_changed = !is_same(&l->items[i], &l->next.from[i]);
	l->items = l->next.from;
	l->items_cap = l->next.cap;
	l->count = l->next.count;
	l->next.from = before;
	l->next.cap = before_cap;
	l->next.is_on = false;
	l->is_made = true;
	l->found = (struct item_list_found){0};
	l->took_ns = clock_monotonic_ns() - l->walk.begun_ns;
	return has_changed;
}

struct visit {
	struct item_list *list;
	const struct item_list_kind *kind;
};

static void add_session(void *ctx, struct connection *c)
{
	const struct visit *v = ctx;

	v->kind->add(v->list, c->session);
}

/* Whether there are more. */
static bool walk_some(struct visit *v, const struct engine *e, size_t max, int64_t until_ns)
{
	struct session_walk *walk = &v->list->walk;

	while (walk->is_on && max > 0 && clock_monotonic_ns() < until_ns) {
		size_t some = max < LOOK_SESSIONS ? max : LOOK_SESSIONS;

		session_walk_some(walk, e, some, add_session, v);
		max -= some;
	}
	return walk->is_on;
}

bool item_list_work(struct item_list *l, const struct item_list_kind *kind, const struct session_list *o,
		    struct engine *e, size_t max)
{
	int64_t until_ns = clock_monotonic_ns() + WORK_NS;
	struct visit visit = {l, kind};
	struct item_list_scene scene = {e, l->sort};

	if (!l->next.is_on && sorter_release(&l->next))
		return true;
	if (!l->next.is_on && session_walk_renew(&l->walk, o, l->took_ns * (1 + PAUSE_TIMES))) {
		l->is_in_order = l->sort == QUERY_SORT_NUMBER && !l->is_descending && session_list_is_by_number(o);
		sorter_begin(&l->next, l->is_descending, l->count > o->count ? l->count : o->count);
	}
	if (!l->next.is_on)
		return false;
	if (walk_some(&visit, e, max, until_ns))
		return true;
	if (!l->is_in_order && sorter_work(&l->next, kind->key, &scene, until_ns))
		return true;
	return finish(l);
}

int item_list_permille(const struct item_list *l)
{
	if (l->is_made)
		return 1000;
	return l->walk.is_on || !l->next.is_on ? 0 : sorter_permille(&l->next);
}

static uint64_t look_for(const struct item_list *l, uint64_t session, uint32_t number)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].session == session && l->items[i].number == number)
			return i;
	return UINT64_MAX;
}

uint64_t item_list_row_of(struct item_list *l, uint64_t session, uint32_t number)
{
	struct item_list_found *f = &l->found;

	if (!f->is_known || f->session != session || f->number != number)
		*f = (struct item_list_found){true, session, number, look_for(l, session, number)};
	return f->row;
}
