#include "flow/tcp_anomaly.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "flow/flow.h"

_Static_assert(TCP_ANOMALY_KINDS *TCP_ANOMALY_PACKETS *SIDES <= UINT8_MAX, "as many notes as are counted");
_Static_assert(sizeof(struct tcp_anomaly_note) == 8, "each connection has some");

/* A connection that is opened and closed as usual has four. */
static void add_note(struct tcp_anomaly *a, const struct tcp_anomaly_note *note)
{
	size_t cap = a->note_cap;

	a->notes = mem_grow(a->notes, &cap, a->note_count + 1U, sizeof(*a->notes));
	a->note_cap = (uint8_t)cap;
	a->notes[a->note_count++] = *note;
}

void tcp_anomaly_note(struct tcp_anomaly *a, enum side side, enum tcp_anomaly_kind kind, uint64_t packet)
{
	struct tcp_anomaly_note note = {
		.packet = packet & PACKET_NUMBER_MAX, .side = (uint8_t)side, .kind = (uint8_t)kind};
	size_t same = 0;

	if (a == NULL || packet == 0)
		return;
	for (size_t i = 0; i < a->note_count; i++)
		if (a->notes[i].side == note.side && a->notes[i].kind == note.kind && ++same == TCP_ANOMALY_PACKETS) {
			a->notes[i] = note;
			return;
		}
	add_note(a, &note);
}

static struct tcp_anomaly_trouble *trouble_of(struct tcp_anomaly *a)
{
	if (a->trouble == NULL)
		a->trouble = mem_zalloc(sizeof(*a->trouble));
	return a->trouble;
}

void tcp_anomaly_swap_sides(struct tcp_anomaly *a)
{
	struct tcp_anomaly_side side = a->side[SIDE_CLIENT];

	a->side[SIDE_CLIENT] = a->side[SIDE_SERVER];
	a->side[SIDE_SERVER] = side;
	a->speaker = side_other(a->speaker);
	for (size_t i = 0; i < a->note_count; i++)
		a->notes[i].side = side_other((enum side)a->notes[i].side);
	if (a->trouble != NULL) {
		struct tcp_anomaly_trouble t = *a->trouble;

		*a->trouble = (struct tcp_anomaly_trouble){.reset = {t.reset[SIDE_SERVER], t.reset[SIDE_CLIENT]},
							   .stuck = {t.stuck[SIDE_SERVER], t.stuck[SIDE_CLIENT]},
							   .silence = t.silence};
		a->trouble->silence.side = side_other(t.silence.side);
	}
}

void tcp_anomaly_fini(struct tcp_anomaly *a)
{
	free(a->notes);
	free(a->trouble);
}

uint64_t tcp_anomaly_memory(const struct tcp_anomaly *a)
{
	return a->note_cap * sizeof(*a->notes) + (a->trouble != NULL ? sizeof(*a->trouble) : 0);
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
	const struct tcp_anomaly_side *a = &f->anomaly->side[side];
	struct tcp_anomaly_reset *r = &trouble_of(f->anomaly)->reset[side];

	tcp_anomaly_note(f->anomaly, side, TCP_ANOMALY_RST, p->number);
	if (r->packet != 0)
		return;
	*r = (struct tcp_anomaly_reset){.packet = p->number,
					.time_ns = p->time_ns,
					.offset = offset > 0 ? (uint64_t)offset : 0,
					.ttl = s->ttl,
					.is_outside = is_outside(&f->stream[side], offset),
					.is_foreign =
						a->ttl_high != 0 && (s->ttl < a->ttl_low || s->ttl > a->ttl_high)};
}

/* Who goes on talking has not sent its reset; but what was sent before it may come after it. What answers words that
 * came after the reset, and acknowledges them, was not sent before. */
static void note_later(const struct tcp_anomaly *a, enum side side, const struct tcp_segment *s,
		       const struct flow_packet *p, int64_t offset)
{
	struct tcp_anomaly_reset *r;
	bool is_answer;

	if (a->trouble == NULL || s->payload_len == 0)
		return;
	r = &a->trouble->reset[side];
	if (r->packet == 0 || r->later_packet != 0)
		return;
	is_answer = a->has_spoken && a->spoken_packet > r->packet && a->speaker != side && (s->flags & SEGMENT_ACK) &&
		    (int32_t)(s->ack - a->spoken_seq) >= 0;
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

/* What is sent again in vain is sent again later and later: the silences in between are no others. */
static bool goes_on_in_vain(const struct tcp_anomaly *a, enum side side)
{
	const struct tcp_anomaly_silence *silence = a->trouble != NULL ? &a->trouble->silence : NULL;

	return silence != NULL && silence->repeats > 0 && silence->side == side && !silence->is_answered;
}

/* A silence ends with who speaks first; what the other side then says answers it. */
static void note_silence(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p, enum side side)
{
	struct tcp_anomaly *a = f->anomaly;
	struct tcp_anomaly_silence *silence;
	int64_t passed_ns = p->time_ns - f->before_ns;

	if (passed_ns >= TCP_ANOMALY_SILENCE_NS && a->last_packet != 0 && !(s->flags & SEGMENT_RST) &&
	    !goes_on_in_vain(a, side)) {
		trouble_of(a)->silence = (struct tcp_anomaly_silence){
			.ns = passed_ns, .side = side, .before = a->last_packet, .after = p->number};
		return;
	}
	if (a->trouble == NULL)
		return;
	silence = &a->trouble->silence;
	if (silence->ns == 0 || side == silence->side)
		return;
	if (s->flags & SEGMENT_RST)
		silence->reset = silence->reset != 0 ? silence->reset : p->number;
	else if (silence->reset == 0)
		silence->is_answered = true;
}

/* What was said after it is said again. */
static void note_repeat(struct tcp_anomaly_silence *silence, enum side side, uint64_t packet)
{
	if (silence->ns == 0 || silence->side != side || silence->is_answered)
		return;
	silence->repeats++;
	silence->last_repeat = packet;
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

static void note_stuck(struct tcp_anomaly *a, enum side side, const struct stream *stream, const struct tcp_segment *s,
		       const struct flow_packet *p, int64_t offset)
{
	struct tcp_anomaly_stuck *stuck;

	if (s->payload_len == 0 || offset < 0)
		return;
	stuck = &trouble_of(a)->stuck[side];
	if (stuck->repeats > 0 && stuck->offset == (uint64_t)offset) {
		if (s->payload_len >= stuck->len) {
			stuck->repeats++;
			stuck->last_packet = p->number;
		}
		return;
	}
	if (stuck->repeats > 0 && a->side[side].acked <= stuck->offset)
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
		note_later(a, side, s, p, offset);
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
	if (a->trouble != NULL)
		note_repeat(&a->trouble->silence, v->side, p->number);
	if (offset >= (int64_t)a->side[v->side].acked)
		note_stuck(a, v->side, stream, s, p, offset);
}
