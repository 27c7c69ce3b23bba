#include "app/key_feed.h"

#include "base/clock.h"

enum {
	IDLE_MS = 250,
	WANTED_MS = 50, /* while sessions wait for keys */
};

void key_feed_init(struct key_feed *f, struct key_sources *sources, struct doorbell *doorbell)
{
	*f = (struct key_feed){.sources = sources, .doorbell = doorbell};
}

static void note(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN])
{
	struct key_feed *f = ctx;

	engine_note_key(f->engine, client_random);
}

/* A handshake has several lines, and those of others may stand between them: sessions are read on when all are known
 * that are there. */
bool key_feed_read(struct key_feed *f, struct engine *e)
{
	bool is_more;

	if (f->sources == NULL)
		return false;
	f->engine = e;
	is_more = key_sources_read(f->sources, note, f);
	if (!is_more)
		engine_use_keys(e);
	return is_more;
}

int key_feed_period_ms(const struct key_feed *f, const struct engine *e)
{
	return f->sources != NULL && key_sources_are_any(f->sources) && engine_key_waits(e) > 0 ? WANTED_MS : IDLE_MS;
}

bool key_feed_work(struct key_feed *f, struct engine *e)
{
	int64_t now_ns;

	if (f->sources == NULL || !key_sources_are_any(f->sources))
		return false;
	now_ns = clock_monotonic_ns();
	if (!f->has_more && now_ns - f->read_ns < key_feed_period_ms(f, e) * CLOCK_NS_PER_MS)
		return false;
	f->read_ns = now_ns;
	f->has_more = key_feed_read(f, e);
	return f->has_more;
}

void key_feed_add_block(struct key_feed *f, struct engine *e, struct slice text)
{
	if (f->sources == NULL)
		return;
	f->engine = e;
	key_sources_add_block(f->sources, text, note, f);
	engine_use_keys(e);
}

void key_feed_finish(struct key_feed *f, struct engine *e, bool waits, bool (*is_given_up)(void *ctx), void *ctx)
{
	bool is_more;

	if (f->sources == NULL)
		return;
	do {
		is_more = key_feed_read(f, e);
		if (waits && !is_more && key_sources_are_open(f->sources))
			doorbell_wait(f->doorbell, WANTED_MS);
	} while ((is_more || (waits && key_sources_are_open(f->sources))) && !is_given_up(ctx));
	key_sources_finish(f->sources, note, f);
	engine_use_keys(e);
}

bool key_feed_take_error(struct key_feed *f, struct error *err)
{
	return f->sources != NULL && key_sources_take_error(f->sources, err);
}
