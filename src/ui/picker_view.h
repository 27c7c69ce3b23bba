/*
 * picker_view: the list of interfaces to choose from, apart from any terminal: its rows, the cursor, what keys do, and
 * how it is drawn.
 */
#ifndef UI_PICKER_VIEW_H
#define UI_PICKER_VIEW_H

#include "common/interface_row.h"
#include "ui/grid.h"
#include "ui/input.h"

enum {
	PICKER_VIEW_ROWS = 256, /* further interfaces must be named on the command line */
	PICKER_VIEW_MESSAGE_SIZE = 120,
};

enum picker_view_end {
	PICKER_VIEW_OPEN,
	PICKER_VIEW_CHOSEN, /* the row under the cursor */
	PICKER_VIEW_LEFT,
};

struct picker_view {
	struct interface_row rows[PICKER_VIEW_ROWS]; /* the first is "any", all of them together */
	size_t count;
	size_t cursor;
	size_t top; /* the first row that is shown */
	int columns;
	int lines;
	bool ascii;
	bool has_help;
	bool redraw;
	char message[PICKER_VIEW_MESSAGE_SIZE];
	enum picker_view_end end;
};

void picker_view_init(struct picker_view *v);
void picker_view_resize(struct picker_view *v, int columns, int lines);

/* What the interfaces are now. The cursor stays on its interface; where that has gone, it is on "any". */
void picker_view_update(struct picker_view *v, const struct interface_row *rows, size_t count);

void picker_view_input(struct picker_view *v, const struct input *in);
void picker_view_draw(const struct picker_view *v, struct grid *g);

#endif
