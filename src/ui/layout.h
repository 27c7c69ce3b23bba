/*
 * layout: which pane stands where. A pure function of the terminal's size and what is looked at.
 *
 * Large (from 100 x 30): the list above, timeline and stream side by side, the packets below. Small: the list with one
 * pane beneath, or, with few rows, the focused one alone. Below 40 x 10 there is only a message.
 */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include "ui/grid.h"
#include "ui/view.h"

enum layout_kind {
	LAYOUT_TINY,
	LAYOUT_SMALL,
	LAYOUT_LARGE,
};

struct layout_wish {
	int columns;
	int rows;
	enum view_id focus;
	enum view_id list;  /* of those in the table pane */
	enum view_id lower; /* small: the pane beneath */
	enum view_id whole; /* this view alone fills the screen; VIEWS: none */
};

struct layout {
	enum layout_kind kind;
	struct rect title;
	struct rect panes[VIEWS]; /* with their boxes; rows 0: not shown */
	struct rect line;	  /* the sentence, a message or a prompt */
	struct rect bar;
};

void layout_compute(struct layout *l, const struct layout_wish *wish);

/* The pane at a place, or VIEWS. */
enum view_id layout_hit(const struct layout *l, int column, int row);

#endif
