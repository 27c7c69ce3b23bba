/*
 * find: what is looked for on the screen: in the view where it was begun, round its end, live while it is typed. Rows
 * that the worker makes are looked through there (present/search), those at hand here. All matches are marked.
 */
#ifndef UI_FIND_H
#define UI_FIND_H

#include "ui/state.h"

/* Another text; "" ends the search. One that is no pattern (a wrong regular expression) leaves `find.error`. */
void find_set(struct state *st, const char *text);
void find_fini(struct state *st);
/* That view shows something else now: what was found in it is there no more; its text can be looked for again. */
void find_leave(struct state *st, enum view_id view);

/* Looks for it in the view on top, from its cursor on. Says why when that cannot be. */
void find_next(struct state *st, const struct snapshot *s, bool is_backwards);

/* Whether the view on top can be searched. */
bool find_can(const struct state *st);

/* While it is typed: the row under the cursor counts, too, and each further key begins where the first did. */
void find_begin_typing(struct state *st, const struct snapshot *s);
void find_type(struct state *st, const struct snapshot *s, const char *text);
/* Back to where it began, with the text before. */
void find_give_up(struct state *st, const char *before);
/* Stays where it came to; says so when that is nowhere. */
void find_accept(struct state *st, const struct snapshot *s);

/* Whether rows are still being looked at; and no more: says how far it came. */
bool find_is_busy(const struct state *st, const struct snapshot *s);
void find_stop(struct state *st, const struct snapshot *s);

/* Sees the answer in a new snapshot. */
void find_update(struct state *st, const struct snapshot *s);
void find_fill(const struct state *st, struct query *q);

/* "3 of 17", "none", "12 so far"; nothing when nothing is looked for in that view. */
void find_put_count(const struct state *st, const struct snapshot *s, enum view_id view, struct buffer *out);
/* Marks what matches in a line of the view, as it is drawn. */
void find_mark(const struct state *st, enum view_id view, struct grid *g, struct rect line);

#endif
