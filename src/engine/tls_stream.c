#include "engine/tls_stream.h"

#include <stdlib.h>

#include "base/mem.h"
#include "diagnosis/diagnosis.h"
#include "engine/connection.h"
#include "mail/session_tls.h"
#include "tls/record_walk.h"

struct tls_stream {
	struct connection *connection;
	const struct tls_stream_keys *keys;
	struct tls_reader *reader;
	uint8_t told; /* a bit each enum key_label */
	uint8_t told_random[KEY_RANDOM_LEN];
	bool has_given_up;	 /* no key will come */
	enum tls_fed fed[SIDES]; /* how what was fed last ended */
	bool has_begun[SIDES];
	bool has_text[SIDES];
	uint64_t begin[SIDES]; /* in the side's stream on the wire */
	uint64_t taken[SIDES];
	struct record_walk walk[SIDES]; /* see tell_unread */
};

/* Where what the reader tells goes. */
struct telling {
	struct tls_stream *stream;
	stream_filter_sink *sink;
	void *ctx;
};

/* Which of them were told is remembered of one handshake, the latest. */
static void tell_found(struct tls_stream *t, const uint8_t *client_random, const struct key_set *found)
{
	struct key_set fresh = {0};
	bool is_new = memcmp(t->told_random, client_random, sizeof(t->told_random)) != 0;

	for (int label = 0; label < KEY_LABELS; label++) {
		if (found->of[label].len == 0 || (!is_new && (t->told & 1U << label)))
			continue;
		fresh.of[label] = found->of[label];
		t->told = (uint8_t)((is_new ? 0 : t->told) | 1U << label);
		is_new = false;
	}
	memcpy(t->told_random, client_random, sizeof(t->told_random));
	if (key_set_has_any(&fresh))
		t->keys->found(t->keys->found_ctx, client_random, &fresh);
	key_set_wipe(&fresh);
}

static bool find_keys(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN], struct key_set *out)
{
	struct tls_stream *t = ctx;
	bool is_found = t->keys->find(t->keys->ctx, client_random, out);

	if (is_found && t->keys->found != NULL && t->connection->is_wanted)
		tell_found(t, client_random, out);
	return is_found;
}

static void *open_stream(void *ctx, struct connection *v)
{
	const struct tls_stream_keys *keys = ctx;
	struct tls_stream *t = mem_zalloc(sizeof(*t));

	t->connection = v;
	t->keys = keys;
	t->reader = tls_reader_new(keys->find != NULL ? find_keys : NULL, t, keys->resumption);
	return t;
}

static void close_stream(void *state)
{
	struct tls_stream *t = state;

	tls_reader_free(t->reader);
	free(t);
}

static size_t memory_of(const void *state)
{
	const struct tls_stream *t = state;

	return sizeof(*t) + tls_reader_memory(t->reader);
}

/* When the last byte of it came. */
static struct stamp stamp_of(const struct tls_stream *t, const struct tls_event *event)
{
	struct connection *v = t->connection;
	const struct extents *x = connection_wire(v, event->side);
	size_t last = extents_find(x, t->begin[event->side] + event->end - (event->end > 0));

	if (last >= x->count)
		return v->now;
	return (struct stamp){.time_ns = x->items[last].time_ns, .packet = x->items[last].packet};
}

static void tell_session(const struct tls_stream *t, const struct tls_event *event)
{
	struct session *s = t->connection->session;
	struct stamp at = stamp_of(t, event);

	session_tls_take(s, event, &at, t->begin[event->side] + event->begin, t->keys->certificates);
	diagnosis_tls(s, event, &at);
}

static void take_event(void *ctx, const struct tls_event *event)
{
	const struct telling *t = ctx;
	struct stream_text text = {.text = event->bytes};

	if (event->kind != TLS_TEXT || !t->stream->has_text[event->side]) /* there is much of it */
		tell_session(t->stream, event);
	if (event->kind == TLS_TEXT)
		t->stream->has_text[event->side] = true;
	if (event->kind == TLS_DATA || event->kind == TLS_MISSING) {
		text = (struct stream_text){.len = event->kind == TLS_DATA ? event->record_len : event->len,
					    .is_missing = event->kind == TLS_MISSING};
	} else if (event->kind != TLS_TEXT) {
		return;
	}
	if (text.text.len > 0 || text.len > 0)
		t->sink(t->ctx, event->side, &text);
}

/* A second TLS within the text would change where the session says that it begins. */
static void begin_side(struct tls_stream *t, enum side side)
{
	if (t->has_begun[side])
		return;
	t->has_begun[side] = true;
	t->begin[side] = t->connection->session->tls_begin[side];
}

static size_t feed(void *state, enum side side, struct slice bytes, stream_filter_sink *sink, void *ctx)
{
	struct tls_stream *t = state;
	struct telling telling = {.stream = t, .sink = sink, .ctx = ctx};
	size_t taken = 0;

	begin_side(t, side);
	t->fed[side] = tls_reader_feed(t->reader, side, bytes, &taken, take_event, &telling);
	t->taken[side] += taken;
	return taken;
}

static bool waits(const void *state, enum side side)
{
	const struct tls_stream *t = state;

	return t->fed[side] != TLS_FED_ALL;
}

static void lose(void *state, enum side side, uint64_t len, stream_filter_sink *sink, void *ctx)
{
	struct tls_stream *t = state;
	struct telling telling = {.stream = t, .sink = sink, .ctx = ctx};

	begin_side(t, side);
	t->taken[side] += len;
	tls_reader_gap(t->reader, side, len, take_event, &telling);
}

static void end_side(void *state, enum side side, stream_filter_sink *sink, void *ctx)
{
	struct tls_stream *t = state;
	struct telling telling = {.stream = t, .sink = sink, .ctx = ctx};

	tls_reader_end(t->reader, side, take_event, &telling);
}

static void tell_event(void *ctx, const struct tls_event *event)
{
	tell_session(ctx, event);
}

static void tell_unread(void *state, enum side side, struct slice bytes, uint64_t len, bool is_first)
{
	struct tls_stream *t = state;
	struct record_walk *w = &t->walk[side];
	const struct tls_event unread = {.kind = TLS_UNREAD,
					 .side = side,
					 .begin = t->taken[side],
					 .end = t->taken[side],
					 .why = TLS_NO_KEY,
					 .name = "",
					 .protocol = ""};

	begin_side(t, side);
	if (is_first) {
		record_walk_init(w, side, t->taken[side]);
		tell_session(t, &unread);
	}
	if (bytes.len == len)
		record_walk_feed(w, bytes, tell_event, t);
	else
		record_walk_gap(w);
}

static struct slice key_name(const void *state)
{
	const struct tls_stream *t = state;
	const uint8_t *random = tls_reader_random(t->reader);

	return slice_of(random, random != NULL ? KEY_RANDOM_LEN : 0);
}

static bool needs_key(const void *state)
{
	const struct tls_stream *t = state;

	return !t->has_given_up &&
	       (t->fed[SIDE_CLIENT] == TLS_FED_NEEDS_KEY || t->fed[SIDE_SERVER] == TLS_FED_NEEDS_KEY);
}

static void give_up(void *state)
{
	struct tls_stream *t = state;

	t->has_given_up = true;
	tls_reader_give_up(t->reader);
}

static bool is_unread(const void *state, enum side side)
{
	const struct tls_stream *t = state;

	return tls_reader_unread(t->reader, side) != TLS_READ && !tls_reader_has_read(t->reader);
}

const struct stream_filter tls_stream_filter = {
	.name = "tls",
	.open = open_stream,
	.feed = feed,
	.waits = waits,
	.gap = lose,
	.end = end_side,
	.needs_key = needs_key,
	.key_name = key_name,
	.tell_unread = tell_unread,
	.give_up = give_up,
	.is_unread = is_unread,
	.memory = memory_of,
	.close = close_stream,
};
