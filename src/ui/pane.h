/*
 * pane: draws a view in a box and moves its cursor: the one scrolling list behind every view.
 */
#ifndef UI_PANE_H
#define UI_PANE_H

#include "ui/state.h"

void pane_draw(const struct state *st, const struct snapshot *s, struct grid *g, enum view_id id, struct rect rect);

/* Rows of the view that its box shows now. */
int pane_height(const struct state *st, enum view_id id);

void pane_move(struct state *st, const struct snapshot *s, enum view_id id, int rows);
void pane_first(struct state *st, const struct snapshot *s, enum view_id id);
void pane_last(struct state *st, const struct snapshot *s, enum view_id id);
/* A pane that followed is to be the one that keys go to: its rows stay where they are drawn. */
void pane_keep(struct state *st, const struct snapshot *s, enum view_id id);
/* The keys go to that pane from now on; its rows stay where they are. */
void pane_focus(struct state *st, const struct snapshot *s, enum view_id id);
/* Puts the cursor on the row drawn in that row of the grid, if there is one. */
void pane_click(struct state *st, const struct snapshot *s, enum view_id id, int column, int row);

/* Moves the lines so many columns to the left (to the right: below 0), not beyond the longest of those at hand. */
void pane_shift(struct state *st, const struct snapshot *s, enum view_id id, int columns);

#endif
