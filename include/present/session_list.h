/*
 * session_list: which sessions the list shows, and in what order: those that pass the display filter, sorted. Filtering
 * and sorting many sessions is done in slices. Worker thread, the viewer's.
 */
#ifndef PRESENT_SESSION_LIST_H
#define PRESENT_SESSION_LIST_H

#include "engine/engine.h"
#include "filter/filter.h"
#include "snapshot/query.h"

struct session_list {
	const struct filter *filter;
	enum query_sort sort;
	bool descending;
	/* what is shown */
	uint64_t *numbers;
	size_t count;
	size_t cap;
	uint64_t seen;	    /* sessions up to this number were looked at */
	bool has_mailboxes; /* one of them is of IMAP */
	/* sorting by a merge that can be interrupted: runs of `width` in `from` go to `to` */
	bool sorting;
	uint64_t *from;
	uint64_t *to;
	size_t sort_count;
	size_t sort_shown; /* of those, still there: the first that are shown */
	size_t width;
	size_t left;
	size_t unsorted; /* appended since the last sort */
	uint64_t evicted;
	uint64_t generation; /* another one when what is shown has got another order */
};

void session_list_fini(struct session_list *o);

/* Begins again with all sessions. */
void session_list_restart(struct session_list *o);

/* Takes in new sessions, filters, sorts, for about 2 ms. Returns whether there is more to do. */
bool session_list_work(struct session_list *o, struct engine *e);

/* A session has begun: of its number another was taken in before. */
void session_list_begin_late(struct session_list *o, struct connection *v);

/* Progress of what is unfinished; 1000 when nothing is. */
int session_list_permille(const struct session_list *o, const struct engine *e);

/* The row of a session; SIZE_MAX when it is not shown. */
size_t session_list_row_of(const struct session_list *o, uint64_t session);

#endif
