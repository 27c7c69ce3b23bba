/*
 * session_list: which sessions the list shows, and in what order: those that pass the display filter, sorted. Filtering
 * and sorting many sessions is done in slices. Worker thread, the viewer's.
 */
#ifndef PRESENT_SESSION_LIST_H
#define PRESENT_SESSION_LIST_H

#include "engine/engine.h"
#include "filter/expression.h"
#include "present/sorter.h"
#include "snapshot/query.h"

/* A session that is going on: it may come to pass the filter, or not to pass it any more. */
struct session_list_open {
	uint64_t number;
	/* as it was weighed last */
	uint32_t version;  /* of the connection */
	uint32_t findings; /* which others may cause */
	bool is_shown;
};

struct session_list {
	const struct expression *filter; /* NULL: all pass */
	enum query_sort sort;
	bool descending;
	/* what is shown */
	uint64_t *numbers;
	size_t count;
	size_t cap;
	uint64_t seen; /* sessions up to this number were looked at */
	/* what a wider filter has left, still to be looked at */
	uint64_t *left_over;
	size_t left_over_count;
	size_t left_over_cap;
	size_t left_over_next;
	/* sessions that are looked at again: those before `open_kept` are done with in this round, up to `open_next` */
	struct session_list_open *open;
	size_t open_count;
	size_t open_cap;
	size_t open_next;
	size_t open_kept;
	int64_t looked_ns;
	uint64_t rounds;
	uint64_t names; /* changes of host names, when the latest round began */
	bool looks_at_all;
	int64_t until_ns; /* when this piece of work has to end */
	uint32_t looked;
	bool has_mailboxes; /* one of them is of IMAP */
	/* sorting: what is shown goes to the sorter, and from there to `sorted` */
	bool sorting;
	struct sorter sorter;
	size_t sort_shown; /* that was there when it began and still is: the first that are shown */
	size_t sort_next;  /* of those, not yet in the sorter */
	uint64_t *sorted;
	size_t sorted_count;
	size_t sorted_cap;
	size_t sorted_next;	 /* in the sorter */
	uint64_t sorted_evicted; /* how many there were when it began, */
	uint64_t sorted_names;	 /* and changes of host names */
	bool is_mixed;		 /* the numbers are in another order than the one that is wanted */
	size_t unsorted;	 /* appended since the last sort */
	uint64_t evicted;
	uint64_t generation; /* another one when what is shown has got another order */
};

void session_list_fini(struct session_list *o);

/* Begins again with all sessions. */
void session_list_restart(struct session_list *o);

/* Another order of what is shown. */
void session_list_set_order(struct session_list *o, enum query_sort sort, bool descending);

/* Whether what is shown stands in the order in which it came. */
bool session_list_is_by_number(const struct session_list *o);

/* Takes in new sessions, filters, sorts, for about 2 ms. Returns whether there is more to do. */
bool session_list_work(struct session_list *o, struct engine *e);

/* Another filter, the owner's; a longer word of the one before looks only at what that has left. */
void session_list_set_filter(struct session_list *o, const struct expression *filter);

/* A session has begun: of its number another was taken in before. */
void session_list_begin_late(struct session_list *o, const struct session *s);

/* Progress of what is unfinished; 1000 when nothing is. */
int session_list_permille(const struct session_list *o, const struct engine *e);

/* The row of a session; SIZE_MAX when it is not shown. */
size_t session_list_row_of(const struct session_list *o, uint64_t session);

/* Whether it is still to be looked at, so that it may come into the list. */
bool session_list_awaits(const struct session_list *o, uint64_t session);

#endif
