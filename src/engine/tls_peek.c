#include "engine/tls_peek.h"

#include "proto/dialogue.h"

enum {
	RAW_MAX = 32 * 1024, /* of a side: handshakes with long chains are shorter */
	PIECES_MAX = 128,    /* of a side, each of which is a new run */
	TEXT_MAX = 512,
};

/* A reader's run over what is there. */
struct peek {
	const struct store *store;
	const struct flow *flow;
	struct tls_reader *reader;
	uint64_t offset[SIDES]; /* of the next byte on the wire */
	uint8_t text[SIDES][TEXT_MAX];
	size_t len[SIDES];
	bool has_failed;
};

static void take_event(void *ctx, const struct tls_event *event)
{
	struct peek *p = ctx;
	size_t room = TEXT_MAX - p->len[event->side];
	size_t len = event->bytes.len < room ? event->bytes.len : room;

	p->has_failed = p->has_failed || event->kind == TLS_UNREAD || event->kind == TLS_MISSING;
	if (event->kind != TLS_TEXT || len == 0)
		return;
	memcpy(p->text[event->side] + p->len[event->side], event->bytes.data, len);
	p->len[event->side] += len;
}

/* Returns whether the reader took anything of a side. */
static bool feed_side(struct peek *p, enum side side)
{
	const struct extents *x = &p->flow->stream[side].extents;
	uint64_t before = p->offset[side];

	for (size_t i = extents_find(x, p->offset[side]); i < x->count; i++) {
		const struct extent *item = &x->items[i];
		struct slice bytes =
			extent_is_here(item) ? store_bytes(p->store, item->place, item->len) : slice_of(NULL, 0);
		size_t taken = 0;

		bytes = slice_after(bytes, p->offset[side] - item->offset);
		p->has_failed = p->has_failed || bytes.len == 0;
		if (p->has_failed)
			break;
		tls_reader_feed(p->reader, side, bytes, &taken, take_event, p);
		p->offset[side] += taken;
		if (taken < bytes.len)
			break;
	}
	return p->offset[side] > before;
}

static void feed_both(struct peek *p)
{
	bool has_more = true;

	while (has_more && !p->has_failed) {
		has_more = feed_side(p, SIDE_CLIENT);
		has_more = feed_side(p, SIDE_SERVER) || has_more;
	}
}

static bool is_exhausted(const struct flow *f)
{
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		const struct extents *x = &f->stream[side].extents;

		if (extents_end(x) >= RAW_MAX || x->count >= PIECES_MAX)
			return true;
	}
	return f->over;
}

enum protocol tls_peek(const struct tls_peek_scene *scene, const struct flow *f, const uint64_t begin[SIDES],
		       bool *decided)
{
	struct peek p = {.store = scene->store, .flow = f, .offset = {begin[SIDE_CLIENT], begin[SIDE_SERVER]}};
	enum protocol protocol;

	p.reader = tls_reader_new(scene->find, scene->ctx, NULL);
	feed_both(&p);
	protocol = dialogue_recognise(slice_of(p.text[SIDE_CLIENT], p.len[SIDE_CLIENT]),
				      slice_of(p.text[SIDE_SERVER], p.len[SIDE_SERVER]), decided);
	*decided = *decided || p.has_failed || is_exhausted(f);
	tls_reader_free(p.reader);
	return protocol;
}
