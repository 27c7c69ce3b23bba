/*
 * copy: text for others: what the row under the cursor means, or all rows of a view. The rows at hand are a window:
 * a whole view is gathered by asking for one window after the other, each in a query of its own, until no row is new,
 * the text is as long as it may be, or time is up. Secrets are masked as they are on the screen.
 *
 * Meanwhile the screen stays as it was, and keys wait (ui.c). state_copy begins it.
 */
#ifndef UI_COPY_H
#define UI_COPY_H

#include "ui/state.h"

enum {
	COPY_LEN_MAX = 1024 * 1024,
};

/* Takes what a snapshot has of it: after each key and each snapshot. */
void copy_update(struct state *st, const struct snapshot *s);
/* Whether the next query asks for more of it, or all is here. */
bool copy_is_due(const struct state *st);
/* The text was taken. */
void copy_finish(struct state *st);

#endif
