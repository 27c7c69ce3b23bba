/*
 * session_walk: goes over many sessions, some at each turn of the worker. Which they are, and in what order, is settled
 * at the beginning: those that the list shows then, or all there are. What has been evicted since is passed over.
 *
 * Worker thread. All zero: no walk is on.
 */
#ifndef PRESENT_SESSION_WALK_H
#define PRESENT_SESSION_WALK_H

#include "present/session_list.h"

struct session_walk {
	bool is_on;
	uint64_t *numbers; /* NULL: all, by number */
	uint64_t count;	   /* or the last number */
	uint64_t at;
	/* of a walk that is taken again and again, see session_walk_renew */
	bool is_known;
	uint64_t generation;
	int64_t begun_ns;
};

/* Ends the walk; the next session_walk_renew begins one. */
void session_walk_fini(struct session_walk *w);

void session_walk_begin_shown(struct session_walk *w, const struct session_list *o);
void session_walk_begin_all(struct session_walk *w, const struct engine *e);

/* For what is made anew again and again: begins a walk over what is shown when none is on and the latest began a fifth
 * of a second ago, or `pause_ns` where that is longer. Whether it has begun one. */
bool session_walk_renew(struct session_walk *w, const struct session_list *o, int64_t pause_ns);

/* Looks at `max` sessions at most, and calls `visit` for those that are there. Returns whether there are more. */
bool session_walk_some(struct session_walk *w, const struct engine *e, size_t max,
		       void (*visit)(void *ctx, struct connection *c), void *ctx);

#endif
