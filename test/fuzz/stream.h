/*
 * stream: segments made of fuzz input, eight bytes each: flags and side, how much was captured, sequence and
 * acknowledgement near the start, length, ports and more, window, time; and an owner that checks what it is told.
 */
#ifndef TEST_FUZZ_STREAM_H
#define TEST_FUZZ_STREAM_H

#include <assert.h>

#include "flow/flow.h"

struct fuzz_streams {
	struct flow_table *table;
	unsigned int ignore_after;
	unsigned int delivered;
	uint64_t announced;
	long holds;
};

static const uint8_t fuzz_payload[256];
static const uint8_t fuzz_options[] = {2, 4, 5, 0xb4, 3, 3, 7, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1};

static struct tcp_segment fuzz_segment(const uint8_t at[8])
{
	bool from_server = at[0] & 0x80;
	uint16_t client_port = (uint16_t)(40000 + (at[5] >> 6));
	struct tcp_segment s = {.is_ipv6 = at[5] & 0x20,
				.ip_id = at[5] & 1,
				.ttl = at[5] & 2 ? 5 : 64,
				.checksum = at[5] & 4 ? SEGMENT_CHECKSUM_BAD : SEGMENT_CHECKSUM_GOOD,
				.is_whole = at[6] & 0x20,
				.window = (uint16_t)((at[6] & 0x0f) << 5),
				.source_port = from_server ? 25 : client_port,
				.destination_port = from_server ? client_port : 25,
				.seq = 0xffffffc0 + at[2] + (at[5] & 0x10 ? 0x40000000U : 0),
				.ack = 0xffffffc0 + at[3] + (at[5] & 0x08 ? 0x50000000U : 0),
				.flags = at[0] & 0x3f,
				.payload_len = at[4]};

	if (at[6] & 0x10)
		s.options = slice_of(fuzz_options, sizeof(fuzz_options));
	s.source.bytes[0] = from_server ? 2 : 1;
	s.destination.bytes[0] = from_server ? 1 : 2;
	s.payload = slice_of(fuzz_payload, at[1] < at[4] ? at[1] : at[4]);
	return s;
}

static void fuzz_flow_begin(void *ctx, struct flow *f)
{
	f->owner = ctx;
}

static void fuzz_flow_release(void *ctx, uint64_t place)
{
	struct fuzz_streams *s = ctx;

	assert(place != EXTENT_MISSING && s->holds > 0);
	s->holds--;
}

static void fuzz_flow_drop(void *ctx, const struct extent *e)
{
	if (e->place != EXTENT_MISSING)
		fuzz_flow_release(ctx, e->place);
}

/* Whatever order the packets came in, what is found lies between one before this packet and one that is not. */
static void fuzz_find_packet(const struct extents *x, uint64_t packet)
{
	size_t at = extents_find_packet(x, x->forgotten, packet);

	assert(at >= x->forgotten && at <= x->count);
	assert(at == x->count || x->items[at].packet >= packet);
	assert(at == x->forgotten || x->items[at - 1].packet < packet);
	assert(extents_find_packet(x, x->count - 1, packet) == x->count - 1);
}

static void fuzz_flow_data(void *ctx, struct flow *f, enum side side, const struct extent *e)
{
	struct fuzz_streams *s = ctx;
	const struct extents *x = &f->stream[side].extents;

	assert(f->owner == s && !f->over && !f->ignored && e->len > 0);
	assert(extents_end(x) == e->offset + e->len && f->stream[side].next == extents_end(x));
	assert(x->count < 2 || x->items[x->count - 2].offset + x->items[x->count - 2].len == e->offset);
	assert(extents_held(x) <= extents_end(x) && extents_run_end(x, 0) <= x->count);
	assert(extents_run_len(x, x->count - 1) == e->len);
	fuzz_find_packet(x, e->packet);
	if (++s->delivered == s->ignore_after)
		flow_ignore(s->table, f);
	else if (s->delivered % 5 == 0)
		extents_forget(&f->stream[side].extents, e->offset, fuzz_flow_drop, s);
}

static void fuzz_flow_gap(void *ctx, struct flow *f, enum side side, uint64_t offset, uint64_t len)
{
	const struct extents *x = &f->stream[side].extents;
	const struct extent *first = &x->items[extents_find(x, offset)];

	assert(first->offset == offset && extents_end(x) == offset + len && first->place == EXTENT_MISSING);
	fuzz_flow_data(ctx, f, side, &x->items[x->count - 1]);
}

static void fuzz_flow_end(void *ctx, struct flow *f)
{
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		assert(f->stream[side].pieces == NULL);
	assert(f->owner == ctx && f->over);
}

static uint64_t fuzz_flow_announce(void *ctx, uint16_t port)
{
	struct fuzz_streams *s = ctx;

	return port == 25 ? ++s->announced : 0;
}

static void fuzz_flow_begin_late(void *ctx, struct flow *f, const struct flow_packet *p)
{
	const struct fuzz_streams *s = ctx;

	assert(f->owner == s && f->number <= s->announced && p->number > 0);
}

static void fuzz_flow_resent(void *ctx, struct flow *f, enum side side, uint64_t begin, uint64_t end, uint64_t first,
			     uint64_t again)
{
	assert(f->owner == ctx && begin < end && first <= again);
	(void)side;
}

static bool fuzz_flow_same(void *ctx, uint64_t place, uint64_t other_place, size_t len)
{
	(void)ctx;
	assert(len > 0);
	return (place ^ other_place) % 3 == 0;
}

static void fuzz_flow_hold(void *ctx, uint64_t place)
{
	struct fuzz_streams *s = ctx;

	s->holds += place != EXTENT_MISSING;
}

static bool fuzz_flow_is_server_port(void *ctx, uint16_t port)
{
	(void)ctx;
	return port == 25;
}

static const struct flow_events fuzz_flow_events = {
	.begin = fuzz_flow_begin,
	.announce = fuzz_flow_announce,
	.begin_late = fuzz_flow_begin_late,
	.resent = fuzz_flow_resent,
	.data = fuzz_flow_data,
	.gap = fuzz_flow_gap,
	.end = fuzz_flow_end,
	.same = fuzz_flow_same,
	.hold = fuzz_flow_hold,
	.release = fuzz_flow_release,
	.is_server_port = fuzz_flow_is_server_port,
};

#endif
