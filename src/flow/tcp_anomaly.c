#include "flow/tcp_anomaly.h"

#include <assert.h>

#include "flow/flow.h"

void tcp_anomaly_note(struct tcp_anomaly *a, enum side side, enum tcp_anomaly_kind kind, uint64_t packet)
{
	uint64_t *number;

	if (a == NULL)
		return;
	number = a->side[side].packets[kind].number;
	for (size_t i = 0; i < TCP_ANOMALY_PACKETS; i++)
		if (number[i] == 0 || i == TCP_ANOMALY_PACKETS - 1) {
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
	struct tcp_anomaly_side *a = &f->anomaly->side[side];

	tcp_anomaly_note(f->anomaly, side, TCP_ANOMALY_RST, p->number);
	if (a->reset.packet != 0)
		return;
	a->reset = (struct tcp_anomaly_reset){.packet = p->number,
					      .time_ns = p->time_ns,
					      .offset = offset > 0 ? (uint64_t)offset : 0,
					      .ttl = s->ttl,
					      .is_outside = is_outside(&f->stream[side], offset)};
	a->reset.is_foreign = a->ttl_high != 0 && (s->ttl < a->ttl_low || s->ttl > a->ttl_high);
}

/* Who goes on talking has not sent its reset; but what was sent before it may come after it. What answers words that
 * came after the reset, and acknowledges them, was not sent before. */
static void note_later(const struct tcp_anomaly *a, struct tcp_anomaly_side *side, const struct tcp_segment *s,
		       const struct flow_packet *p, int64_t offset)
{
	struct tcp_anomaly_reset *r = &side->reset;
	bool is_answer = a->has_spoken && a->spoken_packet > r->packet && &a->side[a->speaker] != side &&
			 (s->flags & SEGMENT_ACK) && (int32_t)(s->ack - a->spoken_seq) >= 0;

	if (r->packet == 0 || r->later_packet != 0 || s->payload_len == 0)
		return;
	if (is_answer || p->time_ns - r->time_ns >= TCP_ANOMALY_OVERTAKEN_NS ||
	    (!r->is_outside && offset >= (int64_t)r->offset))
		r->later_packet = p->number;
}

static void note_ttl(struct tcp_anomaly_side *a, uint8_t ttl)
{
	if (a->ttl_high == 0)
		a->ttl_low = a->ttl_high = ttl;
	else if (ttl < a->ttl_low)
		a->ttl_low = ttl;
	else if (ttl > a->ttl_high)
		a->ttl_high = ttl;
}

static void note_acknowledged(struct flow *f, const struct tcp_segment *s, enum side side)
{
	enum side other = side_other(side);
	const struct stream *peer = &f->stream[other];
	struct tcp_anomaly_side *a = &f->anomaly->side[other];
	int64_t offset = peer->has_base ? stream_offset(peer, s->ack) : 0;

	if (!(s->flags & SEGMENT_ACK) || offset <= (int64_t)a->acked || offset > (int64_t)peer->highest + 1)
		return;
	a->acked = (uint64_t)offset;
	if (a->acked >= peer->highest)
		a->passed_len = a->largest_len;
}

/* ---- silences ---- */

/* A silence ends with who speaks first; what the other side then says answers it. */
static void note_silence(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p, enum side side)
{
	struct tcp_anomaly_silence *silence = &f->anomaly->silence;
	int64_t passed_ns = p->time_ns - f->before_ns;

	if (passed_ns >= TCP_ANOMALY_SILENCE_NS && f->anomaly->last_packet != 0 && !(s->flags & SEGMENT_RST)) {
		*silence = (struct tcp_anomaly_silence){
			.ns = passed_ns, .side = side, .before = f->anomaly->last_packet, .after = p->number};
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
	struct tcp_anomaly *a = f->anomaly;
	const struct stream *stream = &f->stream[side];
	const struct stream *peer = &f->stream[side_other(side)];
	struct tcp_anomaly_stall *stall = &a->side[side].stall;
	int64_t passed_ns = p->time_ns - a->spoken_ns;

	if (s->payload_len == 0 || offset < (int64_t)stream->highest)
		return; /* nothing new */
	if (a->has_spoken && passed_ns > stall->ns && a->side[side].acked >= stream->highest &&
	    !(peer->has_ack && peer->last_window == 0))
		*stall = (struct tcp_anomaly_stall){
			.ns = passed_ns, .before = a->spoken_packet, .after = p->number, .is_own = a->speaker == side};
	a->has_spoken = true;
	a->spoken_ns = p->time_ns;
	a->spoken_packet = p->number;
	a->spoken_seq = s->seq + s->payload_len;
	a->speaker = side;
}

/* ---- what does not pass ---- */

static void note_stuck(struct tcp_anomaly_side *a, const struct stream *stream, const struct tcp_segment *s,
		       const struct flow_packet *p, int64_t offset)
{
	struct tcp_anomaly_stuck *stuck = &a->stuck;

	if (s->payload_len == 0 || offset < 0)
		return;
	if (stuck->repeats > 0 && stuck->offset == (uint64_t)offset) {
		if (s->payload_len >= stuck->len) {
			stuck->repeats++;
			stuck->last_packet = p->number;
		}
		return;
	}
	if (stuck->repeats > 0 && a->acked <= stuck->offset)
		return; /* the first that does not pass is the one that tells */
	*stuck = (struct tcp_anomaly_stuck){.offset = (uint64_t)offset,
					    .len = s->payload_len,
					    .first_packet = stream_packet_at(stream, (uint64_t)offset),
					    .last_packet = p->number,
					    .repeats = 1,
					    .is_whole = s->is_whole};
}

void tcp_anomaly_segment(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p, enum side side,
			 int64_t offset)
{
	struct tcp_anomaly *a = f->anomaly;

	assert(a != NULL);
	note_silence(f, s, p, side);
	if (s->flags & SEGMENT_SYN)
		tcp_anomaly_note(a, side, TCP_ANOMALY_SYN, p->number);
	if (s->flags & SEGMENT_FIN)
		tcp_anomaly_note(a, side, TCP_ANOMALY_FIN, p->number);
	if (s->flags & SEGMENT_RST) {
		note_reset(f, s, p, side, offset);
	} else {
		note_later(a, &a->side[side], s, p, offset);
		note_ttl(&a->side[side], s->ttl);
		note_stall(f, s, p, side, offset);
		note_acknowledged(f, s, side);
		if (s->payload_len > a->side[side].largest_len)
			a->side[side].largest_len = s->payload_len;
	}
	if ((s->flags & (SEGMENT_FIN | SEGMENT_RST)) && a->closing_ns == 0 && a->has_spoken)
		a->closing_ns = p->time_ns - a->spoken_ns;
	a->last_packet = p->number;
}

void tcp_anomaly_verdict(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p,
			 const struct flow_verdict *v)
{
	struct tcp_anomaly *a = f->anomaly;
	struct stream *stream = &f->stream[v->side];
	int64_t offset = stream_offset(stream, s->seq);

	if (v->damaged)
		tcp_anomaly_note(a, v->side, TCP_ANOMALY_BAD_CHECKSUM, p->number);
	if (s->payload.len < s->payload_len)
		tcp_anomaly_note(a, v->side, TCP_ANOMALY_CUT, p->number);
	if (!v->retransmitted)
		return;
	if (a->silence.ns > 0 && a->silence.side == v->side && !a->silence.is_answered) {
		a->silence.repeats++;
		a->silence.last_repeat = p->number;
	}
	if (offset >= (int64_t)a->side[v->side].acked)
		note_stuck(&a->side[v->side], stream, s, p, offset);
}
