/*
 * list: what all views have in common: the rows at hand, the row under the cursor, selecting, the row of names, drawing
 * a row of a table. What a view tells of itself (view.h) comes before what is done here.
 */
#ifndef UI_LIST_H
#define UI_LIST_H

#include "ui/state.h"

void list_rows(const struct state *st, const struct snapshot *s, enum view_id id, struct view_rows *out);
/* The row under the cursor, of a view whose rows stand in the snapshot; NULL: there is none. */
const void *list_row(const struct state *st, const struct snapshot *s, enum view_id id);

/* Puts the cursor on the row of that index, and the other panes on the same place. */
void list_select(struct state *st, const struct snapshot *s, enum view_id id, uint32_t index);

/* What stands in the box's upper edge after the name. */
void list_title(const struct state *st, const struct snapshot *s, enum view_id id, struct buffer *out);
bool list_has_names(enum view_id id);
/* Sorts by a column of the table; by the one that sorts already the other way round. */
void list_sort_by(struct state *st, enum view_id id, int column);
/* The next (1) or former (-1) of the orders that the shown columns give, each upwards and then downwards. */
void list_step_sort(struct state *st, const struct snapshot *s, enum view_id id, int step);
/* The column at a place of the line; -1: none. */
int list_column_at(const struct state *st, const struct snapshot *s, enum view_id id, int columns, int place);

void list_draw_names(const struct state *st, const struct snapshot *s, enum view_id id, struct grid *g,
		     struct rect line);
void list_draw_row(const struct state *st, const struct snapshot *s, enum view_id id, struct grid *g, struct rect line,
		   uint32_t index);

/* view.copy where that is a finding. */
bool list_copy_ticket(const struct state *st, const struct snapshot *s, struct buffer *out);
/* view.window of a list in the table pane. */
void list_window(struct query *q, uint64_t from);
/* Of a row's text: the columns of its table that are not hidden, with a tab between them; and their names. */
void list_put_columns(const struct state *st, const struct snapshot *s, enum view_id id, uint32_t index,
		      struct buffer *out);
void list_put_names(const struct state *st, const struct snapshot *s, enum view_id id, struct buffer *out);

/* The cursor of the list on top stays on what it was on, or takes the row that is there now. */
void list_keep(struct state *st, const struct snapshot *s);

#endif
