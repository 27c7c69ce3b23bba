/*
 * statistics_list: the rows of statistics as the screen shows them: the engine's running sums, or, under a filter,
 * those of the sessions that are still there and pass it, counted anew in slices. Worker thread, the viewer's.
 *
 * The rows are a copy in the order that the query asks for, made anew at most five times a second.
 */
#ifndef PRESENT_STATISTICS_LIST_H
#define PRESENT_STATISTICS_LIST_H

#include "engine/statistics.h"
#include "present/session_walk.h"
#include "snapshot/snapshot.h"

struct statistics_list {
	/* under a filter: what was counted last, and what is being counted */
	bool is_filtered;
	struct statistics *counted;
	struct statistics *counting;
	struct session_walk walk;
	uint64_t walked;   /* sessions, the latest time */
	bool walked_whole; /* the filter had looked at all there were */
	int64_t walk_ns;   /* that took */
	/* the rows */
	struct snapshot_statistic_row *rows;
	const struct snapshot_statistic_row **order; /* of the rows; they are large to be moved about */
	size_t count;
	size_t cap;
	size_t order_cap;
	bool is_made; /* for the query at hand */
	enum statistics_of of;
	enum query_statistics_sort sort;
	uint64_t sessions; /* that they were made of */
	int64_t made_ns;
	struct snapshot_statistics head;
};

void statistics_list_fini(struct statistics_list *l);
/* The filter has changed. */
void statistics_list_forget(struct statistics_list *l);

/* Works for about 2 ms. Returns whether there is more to do, or the rows have changed. */
bool statistics_list_work(struct statistics_list *l, const struct session_list *o, const struct engine *e,
			  const struct query *q);

/* `w`: a window of the rows; they go to `rows`. */
void statistics_list_fill(const struct statistics_list *l, const struct snapshot_window *w,
			  struct snapshot_statistic_row *rows);

#endif
