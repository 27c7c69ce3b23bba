/*
 * time_column: the column on the left of the timeline: when a row was. Since the session's start, in one unit for the
 * whole column; since the row before, each row in its own unit; or by the clock on the wall.
 */
#ifndef UI_TIME_COLUMN_H
#define UI_TIME_COLUMN_H

#include "snapshot/snapshot.h"
#include "ui/grid.h"

enum time_column {
	TIME_COLUMN_START,
	TIME_COLUMN_BEFORE,
	TIME_COLUMN_CLOCK,
	TIME_COLUMNS
};

/* How wide it is, with the blank behind it. */
int time_column_width(enum time_column what);

/* What the times mean, for a title: "since the row before". */
const char *time_column_name(enum time_column what);

/* The longest time of the timeline's session, which tells the unit of the column. */
int64_t time_column_longest(const struct snapshot *s);

/* Above the column: the unit, or what the times are. */
const char *time_column_heading(enum time_column what, int64_t longest_ns);
void time_column_draw_heading(enum time_column what, int64_t longest_ns, struct grid *g, struct rect line);
void time_column_draw(enum time_column what, int64_t longest_ns, const struct snapshot_timeline_row *r, struct grid *g,
		      struct rect line);

#endif
