#include "flow/payload.h"

#include "flow/bad_checksum.h"
#include "flow/delivery.h"
#include "flow/pieces.h"
#include "flow/receive_queue.h"
#include "flow/tcp_anomaly.h"

/* Widens `where` by the part of an extent that lies within a segment and differs from it. */
static void compare(struct flow_table *t, const struct extent *e, const struct stream_range *segment, uint64_t place,
		    struct stream_range *where)
{
	uint64_t begin = e->offset > segment->begin ? e->offset : segment->begin;
	uint64_t end = e->offset + e->len < segment->end ? e->offset + e->len : segment->end;

	if (begin >= end || e->place == EXTENT_MISSING ||
	    t->events->same(t->ctx, e->place + (begin - e->offset), place + (begin - segment->begin), end - begin))
		return;
	where->begin = begin < where->begin ? begin : where->begin;
	where->end = end > where->end ? end : where->end;
}

bool payload_differs(struct flow_table *t, struct stream *s, uint64_t offset, uint64_t place, size_t len,
		     struct stream_range *where)
{
	struct stream_range segment = {.begin = offset, .end = offset + len};

	*where = (struct stream_range){.begin = UINT64_MAX};
	if (s->is_hostile)
		return false;
	for (size_t i = extents_find(&s->extents, offset); i < s->extents.count; i++) {
		if (s->extents.items[i].offset >= segment.end)
			break;
		compare(t, &s->extents.items[i], &segment, place, where);
		stream_spend(s, 1);
	}
	for (struct stream_piece *p = pieces_behind(s->pieces, offset); p != NULL; p = pieces_next(p)) {
		if (p->extent.offset >= segment.end)
			break;
		compare(t, &p->extent, &segment, place, where);
		stream_spend(s, 1);
	}
	return where->end > 0;
}

/* A limit is reached before the hole is acknowledged. */
static void give_up_early(struct flow_table *t, struct flow *f, enum side side)
{
	t->counters.holes++;
	delivery_give_up(t, f, side);
}

/* Puts a piece among what is pending; what waits there is given up as far as it must be. False when the flow is ignored
 * from then on. */
static bool add_piece(struct flow_table *t, struct flow *f, enum side *side, const struct stream_piece *piece)
{
	bool fits = piece->extent.len == 0;

	while (!fits) {
		struct stream *s = &f->stream[*side];
		size_t before = pieces_count(s->pieces);
		bool was_swapped = f->swapped;

		fits = stream_add(s, piece);
		if (piece->extent.place != EXTENT_MISSING)
			for (size_t i = before; i < pieces_count(s->pieces); i++)
				t->events->hold(t->ctx, piece->extent.place);
		if (fits || s->pieces == NULL)
			return true;
		give_up_early(t, f, *side);
		if (f->ignored)
			return false;
		if (f->swapped != was_swapped)
			*side = side_other(*side);
	}
	return true;
}

/* The rest of a segment's payload that was not captured is a hole of known length; a header may claim more of it than
 * one piece can have. Likewise false. */
static bool add_rest(struct flow_table *t, struct flow *f, enum side *side, const struct tcp_segment *s,
		     const struct stream_piece *piece)
{
	struct stream_piece rest = *piece;
	bool is_added = true;

	rest.extent.offset += piece->extent.len;
	rest.extent.place = EXTENT_MISSING;
	for (uint64_t left = s->payload_len - piece->extent.len; left > 0 && is_added; left -= rest.extent.len) {
		rest.extent.len = (left < EXTENT_LEN_MAX ? left : EXTENT_LEN_MAX) & EXTENT_LEN_MAX;
		is_added = add_piece(t, f, side, &rest);
		rest.extent.offset += rest.extent.len;
	}
	return is_added;
}

static void count_hold(void *ctx, uint64_t place, int change)
{
	struct flow_table *t = ctx;

	if (place == EXTENT_MISSING)
		return;
	if (change > 0)
		t->events->hold(t->ctx, place);
	else
		t->events->release(t->ctx, place);
}

/* The payload goes to the stream: at once when it is what comes next, else to what is pending. */
static void take_payload(struct flow_table *t, struct flow *f, enum side side, struct stream_piece *piece,
			 const struct tcp_segment *s)
{
	struct stream *stream = &f->stream[side];
	uint64_t wins_from;

	wins_from = receive_queue_take(stream, piece->extent.offset,
				       piece->extent.offset + s->payload_len + ((s->flags & SEGMENT_FIN) != 0));
	if (piece->extent.place == EXTENT_MISSING)
		piece->extent.len = 0;
	if (piece->extent.len == s->payload_len && piece->extent.offset == stream->next && stream->pieces == NULL &&
	    piece->needs <= f->stream[side_other(side)].next && piece->extent.place != EXTENT_MISSING) {
		t->events->hold(t->ctx, piece->extent.place);
		delivery_deliver(t, f, side, &piece->extent);
		delivery_drain(t, f);
		return;
	}
	if (piece->extent.place != EXTENT_MISSING && wins_from < piece->extent.offset + piece->extent.len)
		stream_cut(stream, wins_from, piece->extent.offset + piece->extent.len, count_hold, t);
	if (!add_piece(t, f, &side, piece) || !add_rest(t, f, &side, s, piece))
		return;
	delivery_drain(t, f);
	if (f->ignored) /* Its streams are gone. */
		return;
	stream = &f->stream[side];
	if (stream->pieces != NULL && table_is_older(t, pieces_since_ns(stream->pieces), FLOW_UNACKED_NS))
		give_up_early(t, f, side);
}

/* Whether a segment was sent again because it, or the one before it, was lost: all of it was seen some time ago, or
 * none of it was. What overlaps in part is a whim of its sender. What has arrived, as its acknowledgement shows, is
 * sent again only by a sender whose time ran out; else a device on the way made two of one. */
static bool is_late(struct stream *s, uint64_t offset, uint64_t end, int64_t time_ns)
{
	size_t at = extents_find(&s->extents, offset);
	int64_t patience_ns;

	if (!stream_knows(s, offset, end))
		return !stream_touches(s, offset, end);
	patience_ns = s->acked >= end ? FLOW_TIMEOUT_NS : FLOW_RESENT_NS;
	return at == s->extents.count || s->extents.items[at].place == EXTENT_MISSING ||
	       time_ns - s->extents.items[at].time_ns >= patience_ns;
}

/* What a segment with payload is, seen from the bytes known so far. Reordering is a matter of a round trip at most. */
static void judge_payload(struct flow_table *t, struct flow *f, enum side side, uint64_t offset,
			  const struct tcp_segment *s, const struct flow_packet *p, struct flow_verdict *v)
{
	struct stream *stream = &f->stream[side];
	uint64_t end = offset + s->payload_len;
	struct stream_range where;
	int64_t patience_ns = f->rtt_ns > 3 * CLOCK_NS_PER_MS ? f->rtt_ns : 3 * CLOCK_NS_PER_MS;

	if (offset >= stream->highest)
		return;
	if (s->payload_len == 1 && offset + 1 == stream->highest &&
	    (end <= stream->next || (end <= stream->received && stream_knows(stream, offset, end)))) {
		v->keepalive = true;
		return;
	}
	if (s->payload.len > 0 && payload_differs(t, stream, offset, p->place, s->payload.len, &where)) {
		stream_note_conflict(stream, where.begin, where.end);
		tcp_anomaly_note(f->anomaly, side, TCP_ANOMALY_CONFLICT, stream_packet_at(stream, offset));
		tcp_anomaly_note(f->anomaly, side, TCP_ANOMALY_CONFLICT, p->number);
	}
	if (stream_knows(stream, offset, end) || stream->pieces == NULL ||
	    p->time_ns - pieces_since_ns(stream->pieces) > patience_ns) {
		bool was_late = is_late(stream, offset, end, p->time_ns);

		stream_make_flaws(stream)->seen.retransmitted++;
		stream->flaws->seen.resent_late += was_late;
		v->retransmitted = true;
		if (was_late)
			tcp_anomaly_note(f->anomaly, side, TCP_ANOMALY_RESENT, p->number);
		if (t->events->resent != NULL)
			t->events->resent(t->ctx, f, side, offset, end, stream_packet_at(stream, offset), p->number);
	} else {
		stream_make_flaws(stream)->seen.out_of_order++;
		v->out_of_order = true;
	}
}

static struct stream_piece piece_of(const struct tcp_segment *s, const struct flow_packet *p, uint64_t offset,
				    uint64_t needs)
{
	return (struct stream_piece){.extent = {.offset = offset,
						.place = p->place,
						.time_ns = p->time_ns,
						.len = s->payload.len & EXTENT_LEN_MAX,
						.packet = p->number & PACKET_NUMBER_MAX},
				     .needs = needs};
}

void payload_set_aside(struct flow_table *t, struct stream *stream, const struct tcp_segment *s, uint32_t seq,
		       const struct flow_packet *p)
{
	int64_t offset = stream_offset(stream, seq);
	struct stream_piece piece;

	if (!stream->has_base || offset < 0 || offset > (int64_t)(stream->next + STREAM_AHEAD_MAX))
		return;
	piece = piece_of(s, p, (uint64_t)offset, 0);
	bad_checksum_keep(t, stream, &piece);
}

/* Midstream: of a segment that begins before what is known first, the bytes after that count. */
static void skip_unknown(struct tcp_segment *s, struct flow_packet *p, int64_t *offset)
{
	uint32_t len = -*offset < (int64_t)s->payload_len ? (uint32_t) - *offset : s->payload_len;

	if (p->place != EXTENT_MISSING)
		p->place += len;
	s->payload = slice_after(s->payload, len < s->payload.len ? len : s->payload.len);
	s->payload_len -= len;
	if (s->payload.len == 0)
		p->place = EXTENT_MISSING;
	*offset += len;
}

static int64_t take_known(struct flow_table *t, struct flow *f, const struct tcp_segment *s,
			  const struct flow_packet *p, uint64_t offset, uint64_t needs, struct flow_verdict *v)
{
	bool was_swapped = f->swapped;
	struct stream_piece piece;

	if (s->payload_len > 0) {
		if (s->payload.len < s->payload_len)
			stream_make_flaws(&f->stream[v->side])->seen.cut++;
		judge_payload(t, f, v->side, offset, s, p, v);
		piece = piece_of(s, p, offset, needs);
		take_payload(t, f, v->side, &piece, s);
	}
	if (f->swapped != was_swapped)
		v->side = side_other(v->side);
	return (int64_t)(offset + s->payload_len);
}

int64_t payload_take(struct flow_table *t, struct flow *f, const struct tcp_segment *s, const struct flow_packet *p,
		     int64_t offset, uint64_t needs, struct flow_verdict *v)
{
	struct tcp_segment behind;
	struct flow_packet packet;

	if (offset >= 0)
		return take_known(t, f, s, p, (uint64_t)offset, needs, v);
	behind = *s;
	packet = *p;
	skip_unknown(&behind, &packet, &offset);
	return offset < 0 ? -1 : take_known(t, f, &behind, &packet, (uint64_t)offset, needs, v);
}
