/*
 * order: which sessions the list shows, and in what order: those that pass the display filter, sorted. Filtering and
 * sorting many sessions is done in slices. Worker thread, the viewer's.
 */
#ifndef PRESENT_ORDER_H
#define PRESENT_ORDER_H

#include "engine/engine.h"
#include "filter/filter.h"
#include "snapshot/query.h"

struct order {
	const struct filter *filter;
	enum query_sort sort;
	bool descending;
	/* what is shown */
	uint32_t *numbers;
	size_t count;
	size_t cap;
	uint32_t seen; /* sessions up to this number were looked at */
	/* sorting by a merge that can be interrupted: runs of `width` in `from` go to `to` */
	bool sorting;
	uint32_t *from;
	uint32_t *to;
	size_t sort_count;
	size_t width;
	size_t left;
	size_t unsorted; /* appended since the last sort */
	uint64_t evicted;
};

void order_fini(struct order *o);

/* Begins again with all sessions. */
void order_restart(struct order *o);

/* Takes in new sessions, filters, sorts, for about 2 ms. Returns whether there is more to do. */
bool order_work(struct order *o, struct engine *e);

/* Progress of what is unfinished; 1000 when nothing is. */
int order_permille(const struct order *o, const struct engine *e);

/* The row of a session; SIZE_MAX when it is not shown. */
size_t order_row_of(const struct order *o, uint32_t session);

#endif
