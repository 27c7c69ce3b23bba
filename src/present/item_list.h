/*
 * item_list: what the sessions that are shown hold, as a list: their mails, their findings; sorted by a column. It is
 * made anew in slices, not more often than five times a second; until the new one is complete the one before is there.
 * Worker thread, the viewer's.
 */
#ifndef PRESENT_ITEM_LIST_H
#define PRESENT_ITEM_LIST_H

#include "engine/engine.h"
#include "present/session_walk.h"
#include "present/sorter.h"
#include "snapshot/query.h"

/* The item that was looked for last: each snapshot asks again. */
struct item_list_found {
	bool is_known;
	uint64_t session;
	uint32_t number;
	uint64_t row;
};

struct item_list {
	struct sorter_item *items;
	size_t count;
	size_t items_cap;
	struct item_list_found found;
	bool is_made; /* in the order that is wanted: */
	enum query_sort sort;
	bool is_descending;
	/* the one being made */
	struct session_walk walk;
	struct sorter next;
	bool is_in_order; /* as it comes */
	int64_t took_ns;  /* the latest time */
};

/* What is known of such items. */
struct item_list_kind {
	/* Adds those of a session, in their order, to `l->next`. */
	void (*add)(struct item_list *l, const struct session *s);
	sorter_key_fn *key; /* by `sort` of the item_list_scene that it is given */
};

struct item_list_scene {
	struct engine *engine;
	enum query_sort sort;
};

void item_list_fini(struct item_list *l);
/* To be made anew at once. */
void item_list_forget(struct item_list *l);
/* To be in that order. */
void item_list_want(struct item_list *l, enum query_sort sort, bool is_descending);

/* Looks at `max` sessions at most, or sorts for some time. Returns whether there is more to do, or the list has
 * changed. */
bool item_list_work(struct item_list *l, const struct item_list_kind *kind, const struct session_list *o,
		    struct engine *e, size_t max);
/* Of an order that is wanted, how far it is made. */
int item_list_permille(const struct item_list *l);

/* The row of an item; UINT64_MAX: it is not there. */
uint64_t item_list_row_of(struct item_list *l, uint64_t session, uint32_t number);

#endif
