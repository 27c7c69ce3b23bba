#include "flow/watch.h"

#include "flow/flow.h"

void watch_note(struct watch *w, enum side side, enum watch_kind kind, uint32_t packet)
{
	uint32_t *number;

	if (w == NULL)
		return;
	number = w->side[side].packets[kind].number;
	for (size_t i = 0; i < WATCH_PACKETS; i++)
		if (number[i] == 0 || i == WATCH_PACKETS - 1) {
			number[i] = packet;
			return;
		}
}

/* ---- resets ---- */

/* Beyond doubt: one window of at most 64 KiB is open, scaled or not; what is a megabyte off fits none. */
static bool is_outside(const struct stream *s, int64_t offset)
{
	return s->has_base && (offset < (int64_t)s->next - (1 << 20) || offset > (int64_t)s->highest + (1 << 20));
}

static void note_reset(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p, enum side side,
		       int64_t offset)
{
	struct watch_side *w = &f->watch->side[side];

	watch_note(f->watch, side, WATCH_RST, p->number);
	if (w->reset.packet != 0)
		return;
	w->reset = (struct watch_reset){.packet = p->number,
					.time_ns = p->time_ns,
					.offset = offset > 0 ? (uint64_t)offset : 0,
					.ttl = s->ttl,
					.is_outside = is_outside(&f->stream[side], offset)};
	w->reset.is_foreign = w->ttl_high != 0 && (s->ttl < w->ttl_low || s->ttl > w->ttl_high);
}

/* Who goes on talking has not sent its reset; but what was sent before it may come after it. What answers words that
 * came after the reset, and acknowledges them, was not sent before. */
static void note_later(const struct watch *w, struct watch_side *side, const struct tcp_segment *s,
		       const struct flow_packet *p, int64_t offset)
{
	struct watch_reset *r = &side->reset;
	bool is_answer = w->has_spoken && w->spoken_packet > r->packet && &w->side[w->speaker] != side &&
			 (s->flags & SEGMENT_ACK) && (int32_t)(s->ack - w->spoken_seq) >= 0;

	if (r->packet == 0 || r->later_packet != 0 || s->payload_len == 0)
		return;
	if (is_answer || p->time_ns - r->time_ns >= WATCH_OVERTAKEN_NS ||
	    (!r->is_outside && offset >= (int64_t)r->offset))
		r->later_packet = p->number;
}

static void note_ttl(struct watch_side *w, uint8_t ttl)
{
	if (w->ttl_high == 0)
		w->ttl_low = w->ttl_high = ttl;
	else if (ttl < w->ttl_low)
		w->ttl_low = ttl;
	else if (ttl > w->ttl_high)
		w->ttl_high = ttl;
}

static void note_acknowledged(struct flow *f, const struct tcp_segment *s, enum side side)
{
	enum side other = side_other(side);
	const struct stream *peer = &f->stream[other];
	struct watch_side *w = &f->watch->side[other];
	int64_t offset = peer->has_base ? stream_offset(peer, s->ack) : 0;

	if (!(s->flags & SEGMENT_ACK) || offset <= (int64_t)w->acked || offset > (int64_t)peer->highest + 1)
		return;
	w->acked = (uint64_t)offset;
	if (w->acked >= peer->highest)
		w->passed_len = w->largest_len;
}

/* ---- silences ---- */

/* A silence ends with who speaks first; what the other side then says answers it. */
static void note_silence(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p, enum side side)
{
	struct watch_silence *silence = &f->watch->silence;
	int64_t passed_ns = p->time_ns - f->before_ns;

	if (passed_ns >= WATCH_SILENCE_NS && f->watch->last_packet != 0 && !(s->flags & SEGMENT_RST)) {
		*silence = (struct watch_silence){
			.ns = passed_ns, .side = side, .before = f->watch->last_packet, .after = p->number};
		return;
	}
	if (silence->ns == 0 || side == silence->side)
		return;
	if (s->flags & SEGMENT_RST)
		silence->reset = silence->reset != 0 ? silence->reset : p->number;
	else if (silence->reset == 0)
		silence->is_answered = true;
}

/* Nothing of it is on its way, the other side takes more, and what it says next comes late. */
static void note_stall(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p, enum side side,
		       int64_t offset)
{
	struct watch *w = f->watch;
	const struct stream *stream = &f->stream[side];
	const struct stream *peer = &f->stream[side_other(side)];
	struct watch_stall *stall = &w->side[side].stall;
	int64_t passed_ns = p->time_ns - w->spoken_ns;

	if (s->payload_len == 0 || offset < (int64_t)stream->highest)
		return; /* nothing new */
	if (w->has_spoken && passed_ns > stall->ns && w->side[side].acked >= stream->highest &&
	    !(peer->has_ack && peer->last_window == 0))
		*stall = (struct watch_stall){
			.ns = passed_ns, .before = w->spoken_packet, .after = p->number, .is_own = w->speaker == side};
	w->has_spoken = true;
	w->spoken_ns = p->time_ns;
	w->spoken_packet = p->number;
	w->spoken_seq = s->seq + s->payload_len;
	w->speaker = side;
}

/* ---- what does not pass ---- */

static void note_stuck(struct watch_side *w, const struct stream *stream, const struct tcp_segment *s,
		       const struct flow_packet *p, int64_t offset)
{
	struct watch_stuck *stuck = &w->stuck;

	if (s->payload_len == 0 || offset < 0)
		return;
	if (stuck->repeats > 0 && stuck->offset == (uint64_t)offset) {
		if (s->payload_len >= stuck->len) {
			stuck->repeats++;
			stuck->last_packet = p->number;
		}
		return;
	}
	if (stuck->repeats > 0 && w->acked <= stuck->offset)
		return; /* the first that does not pass is the one that tells */
	*stuck = (struct watch_stuck){.offset = (uint64_t)offset,
				      .len = s->payload_len,
				      .first_packet = stream_packet_at(stream, (uint64_t)offset),
				      .last_packet = p->number,
				      .repeats = 1,
				      .is_whole = s->is_whole};
}

void watch_segment(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p, enum side side,
		   int64_t offset)
{
	struct watch *w = f->watch;

	note_silence(f, s, p, side);
	if (s->flags & SEGMENT_SYN)
		watch_note(w, side, WATCH_SYN, p->number);
	if (s->flags & SEGMENT_FIN)
		watch_note(w, side, WATCH_FIN, p->number);
	if (s->flags & SEGMENT_RST) {
		note_reset(f, s, p, side, offset);
	} else {
		note_later(w, &w->side[side], s, p, offset);
		note_ttl(&w->side[side], s->ttl);
		note_stall(f, s, p, side, offset);
		note_acknowledged(f, s, side);
		if (s->payload_len > w->side[side].largest_len)
			w->side[side].largest_len = s->payload_len;
	}
	if ((s->flags & (SEGMENT_FIN | SEGMENT_RST)) && w->closing_ns == 0 && w->has_spoken)
		w->closing_ns = p->time_ns - w->spoken_ns;
	w->last_packet = p->number;
}

void watch_verdict(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p,
		   const struct flow_verdict *v)
{
	struct watch *w = f->watch;
	struct stream *stream = &f->stream[v->side];
	int64_t offset = stream_offset(stream, s->seq);

	if (v->damaged)
		watch_note(w, v->side, WATCH_DAMAGED, p->number);
	if (s->payload.len < s->payload_len)
		watch_note(w, v->side, WATCH_CUT, p->number);
	if (!v->retransmitted)
		return;
	if (w->silence.ns > 0 && w->silence.side == v->side && !w->silence.is_answered) {
		w->silence.repeats++;
		w->silence.last_repeat = p->number;
	}
	if (offset >= (int64_t)w->side[v->side].acked)
		note_stuck(&w->side[v->side], stream, s, p, offset);
}
