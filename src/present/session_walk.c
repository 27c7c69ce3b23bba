#include "present/session_walk.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

#define AGAIN_NS (CLOCK_NS_PER_S / 5)

void session_walk_fini(struct session_walk *w)
{
	free(w->numbers);
	*w = (struct session_walk){0};
}

void session_walk_begin_shown(struct session_walk *w, const struct session_list *o)
{
	session_walk_fini(w);
	w->numbers = mem_alloc(o->count * sizeof(*w->numbers));
	if (o->count > 0)
		memcpy(w->numbers, o->numbers, o->count * sizeof(*w->numbers));
	w->count = o->count;
	w->generation = o->generation;
	w->begun_ns = clock_monotonic_ns();
	w->is_on = w->is_known = true;
}

void session_walk_begin_all(struct session_walk *w, const struct engine *e)
{
	session_walk_fini(w);
	w->count = engine_last_session(e);
	w->is_on = true;
}

bool session_walk_renew(struct session_walk *w, const struct session_list *o, int64_t pause_ns)
{
	int64_t least_ns = pause_ns > AGAIN_NS ? pause_ns : AGAIN_NS;

	if (w->is_on || (w->is_known && clock_monotonic_ns() - w->begun_ns < least_ns))
		return false;
	session_walk_begin_shown(w, o);
	return true;
}

/* NULL: one that has gone meanwhile, or the end. */
static struct connection *next(struct session_walk *w, const struct engine *e)
{
	struct connection *c;

	if (w->numbers != NULL)
		return engine_connection(e, w->numbers[w->at++]);
	c = engine_next_connection(e, w->at);
	w->at = c != NULL && c->session->number < w->count ? c->session->number : w->count;
	return c != NULL && c->session->number <= w->count ? c : NULL;
}

bool session_walk_some(struct session_walk *w, const struct engine *e, size_t max,
		       void (*visit)(void *ctx, struct connection *c), void *ctx)
{
	assert(w->is_on && w->at <= w->count);
	for (; max > 0 && w->at < w->count; max--) {
		struct connection *c = next(w, e);

		if (c != NULL)
			visit(ctx, c);
	}
	w->is_on = w->at < w->count;
	if (!w->is_on) {
		free(w->numbers);
		w->numbers = NULL;
	}
	return w->is_on;
}
