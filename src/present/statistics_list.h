/*
 * statistics_list: the rows of statistics as the screen shows them: the engine's running sums, or, under a filter,
 * those of the sessions that are still there and pass it, counted anew in slices. Worker thread, the viewer's.
 *
 * What they are ordered by is a copy, made anew at most five times a second; only the rows of the window that the query
 * asks for are made whole.
 */
#ifndef PRESENT_STATISTICS_LIST_H
#define PRESENT_STATISTICS_LIST_H

#include "engine/statistics.h"
#include "present/session_walk.h"
#include "snapshot/snapshot.h"

enum {
	STATISTICS_LIST_PREFIX = 16, /* of a key: of IPv4 all of it */
};

/* What a row is ordered by. */
struct statistics_list_item {
	uint64_t rank;				/* the greatest first */
	uint8_t prefix[STATISTICS_LIST_PREFIX]; /* of the key as people read it, then NULs */
	const struct statistics_row *row;	/* valid while the list is made */
};

struct statistics_list {
	/* under a filter: what was counted last, and what is being counted */
	bool is_filtered;
	struct statistics *counted;
	struct statistics *counting;
	struct session_walk walk;
	uint64_t walked;   /* sessions, the latest time */
	bool walked_whole; /* the filter had looked at all there were */
	int64_t walk_ns;   /* that took */
	/* the rows: one for each item, and one for the rest of the keys, if any */
	struct statistics_list_item *items;
	size_t item_count;
	size_t item_cap;
	size_t count;
	struct snapshot_window window; /* those that are made */
	struct snapshot_statistic_row rows[QUERY_ROWS_MAX];
	bool is_made; /* for the query at hand */
	enum statistics_of of;
	enum query_statistics_sort sort;
	bool is_reversed;
	struct query_rows wanted;
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

/* The key of a row below `item_count`, as it is shown; while the list is made. */
void statistics_list_key(const struct statistics_list *l, size_t row, char out[SNAPSHOT_KEY_SIZE]);

/* The window that the latest query asked for; its rows go to `rows`. */
struct snapshot_window statistics_list_fill(const struct statistics_list *l, struct snapshot_statistic_row *rows);

#endif
