#include "flow/delivery.h"

#include <assert.h>

#include "base/mem.h"
#include "flow/bad_checksum.h"
#include "flow/pieces.h"

static void go_on(struct stream *s, uint64_t offset, uint64_t len)
{
	assert(offset == s->next && len > 0);
	s->next += len;
	s->is_fin_assumed = false;
	stream_forget_hole(s);
	if (s->next > s->highest)
		s->highest = s->next;
}

/* `e`: the gap, but for its length. */
static void deliver_gap(struct flow_table *t, struct flow *f, enum side side, const struct extent *e, uint64_t len)
{
	struct stream *s = &f->stream[side];

	go_on(s, e->offset, len);
	extents_append_run(&s->extents, e, len);
	s->missing_bytes += len;
	t->events->gap(t->ctx, f, side, e->offset, len);
}

void delivery_deliver(struct flow_table *t, struct flow *f, enum side side, const struct extent *e)
{
	struct stream *s = &f->stream[side];

	if (e->place == EXTENT_MISSING) {
		deliver_gap(t, f, side, e, e->len);
		return;
	}
	go_on(s, e->offset, e->len);
	extents_append(&s->extents, e);
	t->events->data(t->ctx, f, side, e);
}

/* How far a side can be acknowledged without anything being missing. */
static uint64_t reach(const struct stream *s)
{
	return s->next + s->is_fin_assumed;
}

/* Delivers whatever can be, on both sides in turn: one side's progress may free the other. */
void delivery_drain(struct flow_table *t, struct flow *f)
{
	struct extent e;
	bool progress = true;

	while (progress && !f->ignored) {
		progress = false;
		for (enum side side = SIDE_CLIENT; side < SIDES && !f->ignored; side++)
			while (!f->ignored && stream_take(&f->stream[side], reach(&f->stream[side_other(side)]), &e)) {
				delivery_deliver(t, f, side, &e);
				progress = true;
			}
	}
}

/* The hole at `next` will not be filled: up to `end` it is a gap. */
static void declare_gap(struct flow_table *t, struct flow *f, enum side side, uint64_t end, int64_t time_ns)
{
	uint64_t len = end - f->stream[side].next;
	struct extent e = {.offset = f->stream[side].next,
			   .place = EXTENT_MISSING,
			   .time_ns = time_ns,
			   .packet = t->packet & PACKET_NUMBER_MAX};

	if (len > 0)
		deliver_gap(t, f, side, &e, len);
}

/* Where a gap that begins at the next byte ends: not after what the other side waits for, so that both go on in turn.
 */
static uint64_t gap_end(const struct flow *f, enum side side)
{
	const struct stream *s = &f->stream[side];
	const struct stream *peer = &f->stream[side_other(side)];
	uint64_t end = stream_hole_end(s);
	uint64_t needed = stream_is_held(peer) ? pieces_first(peer->pieces)->needs : end;

	return bad_checksum_begin(s, needed > s->next && needed < end ? needed : end);
}

static bool is_stuck(const struct stream *s)
{
	return stream_is_held(s) || stream_hole_end(s) > s->next;
}

void delivery_give_up(struct flow_table *t, struct flow *f, enum side side)
{
	bool waits = stream_is_held(&f->stream[side]) && is_stuck(&f->stream[side_other(side)]);
	struct stream *s = &f->stream[waits ? side_other(side) : side];
	struct stream *peer = &f->stream[waits ? side : side_other(side)];
	struct extent e;

	if (waits)
		side = side_other(side);
	if (stream_is_held(s)) {
		/* as stream_hole_end has it: that byte was none */
		peer->is_fin_assumed = pieces_first(s->pieces)->needs == peer->next + 1 && peer->highest <= peer->next;
		if (stream_take(s, UINT64_MAX, &e))
			delivery_deliver(t, f, side, &e);
	} else if (!bad_checksum_use(t, s)) {
		declare_gap(t, f, side, gap_end(f, side), t->now_ns);
	}
	delivery_drain(t, f);
}

/* A hole counts from now on if the peer has acknowledged it, or if bytes after it are held back by the other side. */
static void list_hole(struct flow_table *t, struct flow *f, enum side side)
{
	struct stream *s = &f->stream[side];
	bool pressing = is_stuck(s) && (s->acked > s->next || stream_is_held(s));

	if (!pressing)
		stream_forget_hole(s);
	if (!pressing || s->hole != NULL)
		return;
	s->hole = mem_zalloc(sizeof(*s->hole));
	s->hole->flow = f;
	s->hole->side = side;
	s->hole->since_ns = t->now_ns;
	s->hole->since_packet = t->packet;
	list_append(&t->holes, &s->hole->link);
}

static bool is_smooth(const struct stream *s)
{
	return s->pieces == NULL && s->acked <= s->next && !s->has_fin && s->hole == NULL;
}

void delivery_list_holes(struct flow_table *t, struct flow *f)
{
	if (f->ignored)
		return;
	if (is_smooth(&f->stream[SIDE_CLIENT]) && is_smooth(&f->stream[SIDE_SERVER]))
		return; /* nearly always */
	list_hole(t, f, SIDE_CLIENT);
	list_hole(t, f, SIDE_SERVER);
}

struct flow *delivery_give_up_hole(struct flow_table *t)
{
	struct list_link *link = list_first(&t->holes);
	struct stream_hole hole;
	struct flow *f;

	if (link == NULL)
		return NULL;
	hole = *LIST_ITEM(link, struct stream_hole, link);
	f = hole.flow;
	if (t->packet - hole.since_packet < FLOW_HOLE_PACKETS && t->now_ns - hole.since_ns < FLOW_HOLE_NS)
		return NULL;
	stream_forget_hole(&f->stream[hole.side]);
	delivery_give_up(t, f, hole.side);
	delivery_list_holes(t, f);
	return f;
}

void delivery_give_up_all(struct flow_table *t, struct flow *f)
{
	while (!f->ignored && (is_stuck(&f->stream[SIDE_CLIENT]) || is_stuck(&f->stream[SIDE_SERVER])))
		delivery_give_up(t, f, is_stuck(&f->stream[SIDE_CLIENT]) ? SIDE_CLIENT : SIDE_SERVER);
}
