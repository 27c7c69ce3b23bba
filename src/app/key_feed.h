/*
 * key_feed: gives the engine what the key sources bring, from time to time. Private to app; the worker's.
 */
#ifndef APP_KEY_FEED_H
#define APP_KEY_FEED_H

#include "app/key_sources.h"
#include "engine/engine.h"
#include "sync/doorbell.h"

struct key_feed {
	struct key_sources *sources; /* NULL: there are none */
	struct doorbell *doorbell;
	struct engine *engine;
	int64_t read_ns; /* when they were last looked at */
	bool has_more;
};

void key_feed_init(struct key_feed *f, struct key_sources *sources, struct doorbell *doorbell);

/* Reads what is there, for a while. Returns whether there may be more at once. */
bool key_feed_read(struct key_feed *f, struct engine *e);
/* Likewise, when it is time. Returns whether something was to be done. */
bool key_feed_work(struct key_feed *f, struct engine *e);
/* How long that can wait. */
int key_feed_period_ms(const struct key_feed *f, const struct engine *e);

void key_feed_add_block(struct key_feed *f, struct engine *e, struct slice text);

/* The capture is over. With `waits` what is being written into a pipe is waited for, until `is_given_up`. */
void key_feed_finish(struct key_feed *f, struct engine *e, bool waits, bool (*is_given_up)(void *ctx), void *ctx);

bool key_feed_take_error(struct key_feed *f, struct error *err);

#endif
