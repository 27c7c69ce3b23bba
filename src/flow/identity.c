#include "flow/identity.h"

enum {
	YOUNG_PACKETS = 16,	/* so long the packets of the handshake may come late */
	LATE_BYTES = 64 * 1024, /* and the bytes that follow them */
};

/* A reset further from what comes next than any window in use is not believed. */
#define RESET_NEAR (INT64_C(1) << 20)

/* Both sides may open at once (RFC 9293 section 3.5): the second SYN crosses the first. */
static bool opens_at_once(const struct flow *f, enum side side)
{
	return side == SIDE_SERVER && f->handshake == FLOW_SYN_SENT && f->state == FLOW_OPEN &&
	       !f->has_initial_seq[SIDE_SERVER];
}

/*
 * Captures from several queues hold the packets of the handshake in any order, and what follows it before them. Until
 * anything was delivered, where a stream begins is known only from what was recorded first. `offset`: of bytes, or of a
 * SYN's next, in it.
 */
static bool begins_earlier(const struct flow *f, enum side side, int64_t offset)
{
	const struct stream *s = &f->stream[side];

	return s->has_base && s->next == 0 && !f->has_initial_seq[side] && offset < 0 && offset >= -LATE_BYTES &&
	       f->stream[SIDE_CLIENT].packets + f->stream[SIDE_SERVER].packets <= YOUNG_PACKETS;
}

void identity_begin_earlier(struct flow *f, enum side side, uint32_t seq)
{
	struct stream *s = &f->stream[side];
	int64_t offset = stream_offset(s, seq);

	if (begins_earlier(f, side, offset))
		stream_lower_base(s, (uint64_t)-offset, &f->stream[side_other(side)]);
}

static bool is_late_syn(const struct flow *f, const struct tcp_segment *s)
{
	int64_t offset;

	if (f->ignored || f->over || f->has_initial_seq[SIDE_CLIENT] || !f->stream[SIDE_CLIENT].has_base)
		return false;
	offset = stream_offset(&f->stream[SIDE_CLIENT], s->seq + 1);
	return offset == 0 || begins_earlier(f, SIDE_CLIENT, offset);
}

bool identity_is_second_try(const struct flow *f)
{
	return f->older != NULL && f->handshake == FLOW_SYN_SENT && f->older->state == FLOW_RESET;
}

bool identity_begins_anew(const struct flow *f, const struct tcp_segment *s, enum side side)
{
	if ((s->flags & (SEGMENT_SYN | SEGMENT_ACK | SEGMENT_RST)) != SEGMENT_SYN || opens_at_once(f, side))
		return false;
	if (side == SIDE_SERVER && f->handshake == FLOW_SYN_ANSWERED && f->initial_seq[SIDE_SERVER] == s->seq)
		return false; /* the same again */
	if (side == SIDE_CLIENT && (is_late_syn(f, s) || identity_is_second_try(f)))
		return false;
	return side == SIDE_SERVER || !f->has_initial_seq[SIDE_CLIENT] || f->initial_seq[SIDE_CLIENT] != s->seq ||
	       f->over;
}

bool identity_may_be_known_still(const struct flow *f, enum side side)
{
	return side == SIDE_CLIENT && !f->over && !f->ignored && f->state == FLOW_OPEN && f->handshake != FLOW_SYN_SENT;
}

bool identity_is_near(const struct stream *s, int64_t offset)
{
	return s->has_base && offset >= (int64_t)s->next - RESET_NEAR && offset <= (int64_t)s->next + RESET_NEAR;
}

bool identity_belongs_to_older(const struct flow *f, const struct tcp_segment *s, enum side side)
{
	uint32_t expected = f->initial_seq[SIDE_CLIENT] + 1;
	const struct flow *older = f->older;

	if (older == NULL || f->handshake != FLOW_SYN_SENT || (s->flags & SEGMENT_SYN))
		return false;
	if (side == SIDE_SERVER)
		return !(s->flags & SEGMENT_ACK) || s->ack != expected;
	return s->seq != expected &&
	       (older->stream == NULL ||
		identity_is_near(&older->stream[SIDE_CLIENT], stream_offset(&older->stream[SIDE_CLIENT], s->seq)));
}
