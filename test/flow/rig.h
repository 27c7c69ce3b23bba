/*
 * rig: a flow table with one connection on the table: segments are sent with sequence numbers relative to the first
 * byte, and what the table tells is written down as text, one line each:
 *
 *   begin              C hello          bytes of the client
 *   end closed         S ~5             5 bytes of the server are missing
 *
 * Payload bytes are kept in one buffer; their offsets are the places. Holds must be balanced when the rig goes.
 */
#ifndef TEST_FLOW_RIG_H
#define TEST_FLOW_RIG_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "flow/flow.h"

enum {
	RIG_CLIENT_PORT = 40000,
	RIG_SERVER_PORT = 25,
};

struct rig {
	struct flow_table *table;
	struct buffer bytes;
	struct buffer said;
	struct buffer got[SIDES]; /* '?' for what is missing */
	int64_t now_ns;
	uint64_t number;
	uint32_t first_seq[SIDES];
	uint16_t client_port;
	uint16_t server_port;
	uint32_t client_host; /* the last three bytes of its address */
	uint16_t ip_id;
	uint16_t window;
	uint8_t checksum; /* enum segment_checksum */
	bool swap_next;	  /* at the next delivery */
	bool is_ipv6;
	uint8_t observer;
	long holds;
	bool ignore_begun;
	size_t ignore_after; /* so many deliveries; 0: never */
	size_t delivered;
	struct flow_verdict verdict;
};

static void rig_begin(void *ctx, struct flow *f)
{
	struct rig *r = ctx;

	buffer_append_text(&r->said, "begin\n");
	if (r->ignore_begun)
		flow_ignore(r->table, f);
	else
		f->owner = r;
}

static void rig_count_delivery(struct rig *r, struct flow *f)
{
	if (++r->delivered == r->ignore_after)
		flow_ignore(r->table, f);
}

static void rig_data(void *ctx, struct flow *f, enum side side, const struct extent *e)
{
	struct rig *r = ctx;

	ck_assert_ptr_eq(f->owner, r);
	ck_assert_uint_eq(e->offset, r->got[side].len);
	ck_assert_uint_le(e->place + e->len, r->bytes.len);
	ck_assert_uint_eq(extents_end(&f->stream[side].extents), e->offset + e->len);
	buffer_append(&r->got[side], slice_of(r->bytes.data + e->place, e->len));
	buffer_printf(&r->said, "%c %.*s\n", side == SIDE_CLIENT ? 'C' : 'S', (int)e->len,
		      (const char *)r->bytes.data + e->place);
	rig_count_delivery(r, f);
	if (r->swap_next) {
		struct buffer got = r->got[SIDE_CLIENT];

		r->swap_next = false;
		flow_swap_sides(f);
		r->got[SIDE_CLIENT] = r->got[SIDE_SERVER];
		r->got[SIDE_SERVER] = got;
	}
}

static void rig_gap(void *ctx, struct flow *f, enum side side, uint64_t offset, uint64_t len)
{
	const struct extents *x = &f->stream[side].extents;
	struct rig *r = ctx;

	ck_assert_uint_eq(offset, r->got[side].len);
	ck_assert_uint_eq(extents_end(x), offset + len);
	for (size_t i = extents_find(x, offset); i < x->count; i++)
		ck_assert_uint_eq(x->items[i].place, EXTENT_MISSING);
	memset(buffer_room(&r->got[side], len), '?', len);
	r->got[side].len += len;
	buffer_printf(&r->said, "%c ~%llu\n", side == SIDE_CLIENT ? 'C' : 'S', (unsigned long long)len);
	rig_count_delivery(r, f);
}

static void rig_end(void *ctx, struct flow *f)
{
	static const char *const names[] = {"open", "closed", "reset", "refused"};
	struct rig *r = ctx;

	buffer_printf(&r->said, "end %s\n", names[f->state]);
}

static bool rig_same(void *ctx, uint64_t place, uint64_t other_place, size_t len)
{
	struct rig *r = ctx;

	ck_assert_uint_le(place + len, r->bytes.len);
	ck_assert_uint_le(other_place + len, r->bytes.len);
	return memcmp(r->bytes.data + place, r->bytes.data + other_place, len) == 0;
}

static void rig_hold(void *ctx, uint64_t place)
{
	struct rig *r = ctx;

	if (place != EXTENT_MISSING)
		r->holds++;
}

static void rig_release(void *ctx, uint64_t place)
{
	struct rig *r = ctx;

	ck_assert_uint_ne(place, EXTENT_MISSING);
	ck_assert_int_gt(r->holds--, 0);
}

static bool rig_is_server_port(void *ctx, uint16_t port)
{
	(void)ctx;
	return port == RIG_SERVER_PORT;
}

static const struct flow_events rig_events = {
	.begin = rig_begin,
	.data = rig_data,
	.gap = rig_gap,
	.end = rig_end,
	.same = rig_same,
	.hold = rig_hold,
	.release = rig_release,
	.is_server_port = rig_is_server_port,
};

static inline void rig_init(struct rig *r)
{
	*r = (struct rig){.now_ns = 1000 * CLOCK_NS_PER_S,
			  .first_seq = {1001, 5001},
			  .client_port = RIG_CLIENT_PORT,
			  .server_port = RIG_SERVER_PORT,
			  .window = 8192};
	r->table = flow_table_new(&rig_events, r);
}

static inline void rig_fini(struct rig *r)
{
	flow_table_free(r->table);
	ck_assert_int_eq(r->holds, 0);
	buffer_fini(&r->bytes);
	buffer_fini(&r->said);
	for (int side = 0; side < SIDES; side++)
		buffer_fini(&r->got[side]);
}

static inline void rig_wait_ms(struct rig *r, int64_t ms)
{
	r->now_ns += ms * CLOCK_NS_PER_MS;
}

/* Lets time and packets of others pass. */
static inline void rig_tick(struct rig *r, int64_t ms, uint32_t packets)
{
	rig_wait_ms(r, ms);
	r->number += packets;
	flow_table_tick(r->table, r->now_ns, r->number);
}

static void rig_put_address(const struct rig *r, struct segment_address *to, enum side side)
{
	to->bytes[0] = (uint8_t)(10 + side);
	if (side == SIDE_SERVER)
		return;
	to->bytes[1] = (uint8_t)(r->client_host >> 16);
	to->bytes[2] = (uint8_t)(r->client_host >> 8);
	to->bytes[3] = (uint8_t)r->client_host;
}

/* A segment whose payload is `wire_len` long and of which `captured` is in the capture. */
static void rig_send_cut(struct rig *r, enum side side, int flags, int64_t seq, int64_t ack, struct slice captured,
			 size_t wire_len)
{
	uint16_t ports[SIDES] = {[SIDE_CLIENT] = r->client_port, [SIDE_SERVER] = r->server_port};
	struct tcp_segment s = {.is_ipv6 = r->is_ipv6,
				.observer = r->observer,
				.ip_id = r->ip_id,
				.source_port = ports[side],
				.destination_port = ports[side_other(side)],
				.seq = r->first_seq[side] + (uint32_t)seq,
				.ack = r->first_seq[side_other(side)] + (uint32_t)ack,
				.window = r->window,
				.checksum = r->checksum,
				.flags = (uint8_t)flags,
				.payload = captured,
				.payload_len = (uint32_t)wire_len};
	struct flow_packet p = {.time_ns = r->now_ns, .number = ++r->number, .place = EXTENT_MISSING};

	p.interface = (uint16_t)r->number; /* each another */

	rig_put_address(r, &s.source, side);
	rig_put_address(r, &s.destination, side_other(side));
	if (captured.len > 0)
		p.place = r->bytes.len;
	buffer_append(&r->bytes, captured);
	flow_table_feed(r->table, &s, &p, &r->verdict);
	r->now_ns += 10 * CLOCK_NS_PER_US;
}

static inline void rig_send(struct rig *r, enum side side, int flags, int64_t seq, int64_t ack, const char *payload)
{
	rig_send_cut(r, side, flags, seq, ack, slice_from_text(payload), strlen(payload));
}

/* The usual case: data of one side, acknowledging what the other has said. */
static inline void rig_say(struct rig *r, enum side side, int64_t seq, int64_t ack, const char *payload)
{
	rig_send(r, side, SEGMENT_ACK | SEGMENT_PSH, seq, ack, payload);
}

static inline void rig_acknowledge(struct rig *r, enum side side, int64_t seq, int64_t ack)
{
	rig_send(r, side, SEGMENT_ACK, seq, ack, "");
}

static inline void rig_shake_hands(struct rig *r)
{
	rig_send(r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_send(r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	rig_send(r, SIDE_CLIENT, SEGMENT_ACK, 0, 0, "");
}

/* What was told since the last time. */
static inline void rig_expect(struct rig *r, const char *said)
{
	buffer_append_byte(&r->said, '\0');
	ck_assert_str_eq((const char *)r->said.data, said);
	buffer_clear(&r->said);
}

#endif
