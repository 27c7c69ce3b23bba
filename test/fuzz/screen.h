/*
 * screen: the screen of an engine without threads and without a terminal: keys go in, its cells come out as text.
 */
#ifndef TEST_FUZZ_SCREEN_H
#define TEST_FUZZ_SCREEN_H

#include "engine/engine.h"
#include "present/viewer.h"
#include "ui/action.h"
#include "ui/frame.h"
#include "ui/keyseq.h"

enum {
	SCREEN_ROUNDS_MAX = 8, /* queries that an answer leads to */
};

struct screen {
	struct viewer *viewer;
	struct snapshot *snapshot; /* used again */
	struct options options;
	struct state state;
	struct grid grid;
};

static void screen_begin(struct screen *c)
{
	if (c->snapshot == NULL)
		c->snapshot = snapshot_new();
	c->snapshot->capture = SNAPSHOT_LOADED;
	c->viewer = viewer_new(true);
	options_init(&c->options);
	state_init(&c->state, &c->options);
	c->state.columns = 100;
	c->state.rows = 30;
}

static void screen_end(struct screen *c)
{
	viewer_free(c->viewer);
	state_fini(&c->state);
	options_fini(&c->options);
	grid_fini(&c->grid);
}

/* Asks and answers until nothing more is asked. */
static void screen_settle(struct screen *c, struct engine *e)
{
	for (int round = 0; round < SCREEN_ROUNDS_MAX; round++) {
		bool is_asking = state_query(&c->state) || round == 0;

		c->state.request_count = 0;
		if (!is_asking)
			break;
		viewer_set_query(c->viewer, &c->state.query);
		while (viewer_work(c->viewer, e))
			continue;
		c->snapshot->packets = engine_counters(e)->packets;
		c->snapshot->sessions = engine_counters(e)->sessions;
		c->snapshot->mails = engine_counters(e)->mails;
		viewer_fill(c->viewer, e, c->snapshot);
		state_update(&c->state, c->snapshot);
	}
}

/* Appends what is on the screen after these keys, as a terminal sends them. */
static void screen_keys(struct screen *c, struct engine *e, struct slice keys, struct buffer *out)
{
	int64_t now_ns = CLOCK_NS_PER_S;
	struct keyseq k;
	struct input in;

	keyseq_init(&k, true);
	screen_settle(c, e);
	for (; keys.len > 0; keys = slice_after(keys, 1), now_ns += CLOCK_NS_PER_S) {
		keyseq_feed(&k, slice_sub(keys, 0, 1), now_ns);
		while (keyseq_next(&k, now_ns, &in)) {
			action_input(&c->state, c->snapshot, &in);
			screen_settle(c, e);
		}
	}
	frame_draw(&c->state, c->snapshot, &c->grid);
	grid_text(&c->grid, out);
}

#endif
