#include "flow/half_open.h"

#include "../main.h"
#include "rig.h"

enum {
	LIMIT = 1000,
};

static struct rig r;
static uint64_t announced;
static struct flow *begun_late;
static uint64_t late_number;
static struct flow_packet begun_by;

static uint64_t announce(void *ctx, uint16_t port)
{
	(void)ctx;
	return port == RIG_SERVER_PORT ? ++announced : 0;
}

static void note_late(void *ctx, struct flow *f, const struct flow_packet *p)
{
	(void)ctx;
	begun_late = f;
	late_number = f->number;
	begun_by = *p;
}

/* With room for `unanswered` whole ones, and LIMIT others. */
static void begin(struct rig *rig, size_t unanswered)
{
	static struct flow_events events;
	const struct flow_limits limits = {.unanswered = unanswered, .half_open = LIMIT, .done = LIMIT};

	announced = 0;
	begun_late = NULL;
	rig_init(rig);
	flow_table_free(rig->table);
	events = rig_events;
	events.announce = announce;
	events.begin_late = note_late;
	rig->table = flow_table_new(&events, rig);
	flow_table_note_anomalies(rig->table);
	flow_table_limit(rig->table, &limits);
}

static struct flow *flow_of(struct rig *rig)
{
	struct flow_endpoint client = {.port = rig->client_port};
	struct flow_endpoint server = {.port = rig->server_port};

	rig_put_address(rig, &client.address, SIDE_CLIENT);
	rig_put_address(rig, &server.address, SIDE_SERVER);
	return flow_table_find(rig->table, &client, &server,
			       (struct segment_space){.is_ipv6 = rig->is_ipv6, .observer = rig->observer});
}

static void syn(struct rig *rig)
{
	rig_send(rig, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
}

/* A SYN of a client that nobody will answer. */
static void syn_of(struct rig *rig, uint32_t host, uint16_t port)
{
	rig->client_host = host;
	rig->client_port = port;
	syn(rig);
}

/* ---- as if it had been there all the time ---- */

static void again(struct rig *rig)
{
	rig_wait_ms(rig, 1000);
	syn(rig);
}

static void answer(struct rig *rig)
{
	rig_wait_ms(rig, 3);
	rig_send(rig, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	rig_acknowledge(rig, SIDE_CLIENT, 0, 0);
	rig_say(rig, SIDE_SERVER, 0, 0, "220 x");
}

static void refuse(struct rig *rig)
{
	rig_send(rig, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, -1, 0, "");
}

static void go_on_unanswered(struct rig *rig)
{
	rig_say(rig, SIDE_CLIENT, 0, 0, "EHLO me");
}

static void try_other_numbers(struct rig *rig)
{
	rig->first_seq[SIDE_CLIENT] += 70000;
	again(rig);
}

static void both_at_once(struct rig *rig)
{
	rig_send(rig, SIDE_SERVER, SEGMENT_SYN, -1, 0, "");
}

static void nothing(struct rig *rig)
{
	rig_wait_ms(rig, 10);
}

static void (*const goes_on[])(struct rig *) = {again,	      answer, refuse, go_on_unanswered, try_other_numbers,
						both_at_once, nothing};

static void print_flow(struct buffer *out, const struct flow *f)
{
	buffer_printf(out,
		      "state %d handshake %d first %llu syns %u syn %lld last %lld rtt %lld connect %lld seen %lld\n",
		      f->state, f->handshake, (unsigned long long)f->first_packet, f->syn_count, (long long)f->syn_ns,
		      (long long)f->last_syn_ns, (long long)f->rtt_ns, (long long)f->connect_ns, (long long)f->last_ns);
	for (int side = 0; side < SIDES; side++)
		buffer_printf(out, "base %d %u packets %u resent %u copied %u next %u acked %u syn %llu\n",
			      f->stream[side].has_base, f->stream[side].base_seq, (unsigned)f->stream[side].packets,
			      stream_flaws(&f->stream[side])->seen.retransmitted,
			      stream_flaws(&f->stream[side])->seen.copied, (unsigned)f->stream[side].next,
			      (unsigned)f->stream[side].acked,
			      (unsigned long long)tcp_anomaly_packets(f->anomaly, (enum side)side, TCP_ANOMALY_SYN)
				      .number[0]);
}

static void play(struct rig *rig, size_t unanswered, size_t first, size_t second, struct buffer *out)
{
	begin(rig, unanswered);
	rig->ip_id = 7;
	syn(rig);
	goes_on[first](rig);
	goes_on[second](rig);
	print_flow(out, flow_of(rig));
	rig_tick(rig, FLOW_UNANSWERED_NS / CLOCK_NS_PER_MS + 1, 1);
	flow_table_end_all(rig->table);
	buffer_append(out, buffer_slice(&rig->said));
	rig_fini(rig);
}

START_TEST(a_flow_that_begins_late_is_as_one_that_was_there)
{
	const size_t count = sizeof(goes_on) / sizeof(goes_on[0]);
	struct buffer whole = {0};
	struct buffer late = {0};

	play(&r, LIMIT, (size_t)_i / count, (size_t)_i % count, &whole);
	ck_assert_ptr_null(begun_late);
	play(&r, 0, (size_t)_i / count, (size_t)_i % count, &late);
	ck_assert_ptr_nonnull(begun_late);
	buffer_append_byte(&whole, '\0');
	buffer_append_byte(&late, '\0');
	ck_assert_str_eq((const char *)late.data, (const char *)whole.data);
	buffer_fini(&whole);
	buffer_fini(&late);
}
END_TEST

/* ---- waiting ---- */

START_TEST(a_syn_keeps_its_number_and_its_packet)
{
	begin(&r, 0);
	syn(&r);
	ck_assert_ptr_null(r.verdict.flow);
	ck_assert_uint_eq(r.verdict.handshake, 1);
	syn_of(&r, 2, 50000);
	ck_assert_uint_eq(flow_table_count(r.table), 2);
	rig_expect(&r, "");
	ck_assert_uint_eq(flow_of(&r)->number, 2);
	ck_assert_uint_eq(begun_by.number, 2);
	ck_assert_uint_eq(begun_by.interface, 2);
	ck_assert_uint_eq(flow_of(&r)->interface, 2);
	rig_expect(&r, "begin\n");
	ck_assert_ptr_eq(flow_of(&r), begun_late);
	rig_fini(&r);
}
END_TEST

START_TEST(who_gets_no_answer_ends_in_time_and_in_order)
{
	begin(&r, 0);
	syn_of(&r, 1, 1001);
	rig_wait_ms(&r, 10);
	syn_of(&r, 2, 1002);
	rig_tick(&r, FLOW_UNANSWERED_NS / CLOCK_NS_PER_MS - 1, 1);
	ck_assert_uint_eq(late_number, 1);
	rig_expect(&r, "begin\nend open\n");
	ck_assert_uint_eq(flow_table_count(r.table), 1);
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nend open\n");
	ck_assert_uint_eq(flow_table_count(r.table), 0);
	ck_assert_uint_eq(flow_table_counters(r.table)->evicted, 0);
	rig_fini(&r);
}
END_TEST

/* A few are kept whole: their flows are there at once. */
START_TEST(the_first_ones_are_whole)
{
	begin(&r, 3);
	for (uint16_t port = 1; port <= 5; port++) {
		syn_of(&r, 1, port);
		ck_assert_int_eq(r.verdict.flow != NULL, port <= 3);
	}
	rig_fini(&r);
}
END_TEST

START_TEST(data_and_answers_are_never_kept_so)
{
	begin(&r, 0);
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "EHLO early");
	ck_assert_ptr_nonnull(r.verdict.flow);
	r.client_port++;
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	ck_assert_ptr_nonnull(r.verdict.flow);
	r.client_port++;
	rig_send(&r, SIDE_CLIENT, SEGMENT_RST, 0, 0, "");
	ck_assert_ptr_nonnull(r.verdict.flow);
	rig_fini(&r);
}
END_TEST

/* ---- floods ---- */

static bool is_waiting(uint32_t host, uint16_t port)
{
	size_t before = flow_table_counters(r.table)->evicted;

	r.client_host = host;
	r.client_port = port;
	begun_late = NULL;
	ck_assert_uint_eq(flow_table_counters(r.table)->evicted, before);
	return flow_of(&r) != NULL && begun_late != NULL;
}

/* Whatever comes is bounded; who was there before a flood from one address waits on. */
START_TEST(a_flood_from_one_source_hits_itself)
{
	begin(&r, 0);
	for (uint32_t host = 1; host <= 100; host++)
		syn_of(&r, host * 1000, 7);
	for (uint32_t i = 0; i < 50000; i++)
		syn_of(&r, 77, (uint16_t)(1024 + i));
	ck_assert_uint_le(flow_table_count(r.table), LIMIT);
	ck_assert_uint_eq(flow_table_counters(r.table)->evicted, 100 + 50000 - LIMIT);
	for (uint32_t host = 1; host <= 100; host++)
		ck_assert(is_waiting(host * 1000, 7));
	rig_fini(&r);
}
END_TEST

/* Among a million forged ones a client is still there when its answer comes. */
START_TEST(a_flood_of_forged_sources_is_bounded)
{
	uint32_t met = 0;

	begin(&r, 0);
	for (uint32_t i = 0; i < 100000; i++) {
		syn_of(&r, i * 2654435761U >> 8, (uint16_t)(1024 + i));
		if (i % 1000 != 0)
			continue;
		for (uint32_t more = 1; more < 100; more++)
			syn_of(&r, (i + more) * 2654435761U >> 8, 6);
		met += is_waiting(i * 2654435761U >> 8, (uint16_t)(1024 + i));
	}
	ck_assert_uint_ge(met, 75); /* a tenth of the room is theirs: as long as it is fair */
	ck_assert_uint_le(flow_table_count(r.table), 2 * LIMIT);
	rig_fini(&r);
}
END_TEST

/* Two SYNs make a flow of each: those are bounded, too. */
START_TEST(a_flood_of_repeated_syns_is_bounded)
{
	begin(&r, 10);
	for (uint32_t i = 0; i < 5000; i++) {
		syn_of(&r, i, 9);
		rig_wait_ms(&r, 1);
		syn(&r);
	}
	ck_assert_uint_le(flow_table_count(r.table), 2 * 10 + 3);
	ck_assert_uint_gt(flow_table_counters(r.table)->evicted, 4900);
	rig_fini(&r);
}
END_TEST

/* Those that are over, and those that nobody wants, are kept for a while, but not all. */
START_TEST(a_flood_of_short_connections_is_bounded)
{
	begin(&r, 10);
	r.ignore_begun = _i == 1;
	for (uint32_t i = 0; i < 5 * LIMIT; i++) {
		r.client_port = (uint16_t)(1024 + i);
		rig_shake_hands(&r);
		rig_send(&r, SIDE_SERVER, SEGMENT_RST, 0, 0, "");
		rig_wait_ms(&r, 1);
	}
	rig_tick(&r, 2000, 1);
	for (uint32_t i = 0; i < LIMIT; i++)
		rig_tick(&r, 0, 1);
	ck_assert_uint_le(flow_table_count(r.table), LIMIT);
	rig_fini(&r);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_flow_that_begins_late_is_as_one_that_was_there, 0,
			    (int)(sizeof(goes_on) / sizeof(goes_on[0]) * sizeof(goes_on) / sizeof(goes_on[0])));
	tcase_add_test(t, a_syn_keeps_its_number_and_its_packet);
	tcase_add_test(t, who_gets_no_answer_ends_in_time_and_in_order);
	tcase_add_test(t, the_first_ones_are_whole);
	tcase_add_test(t, data_and_answers_are_never_kept_so);
	tcase_add_test(t, a_flood_from_one_source_hits_itself);
	tcase_add_test(t, a_flood_of_forged_sources_is_bounded);
	tcase_add_test(t, a_flood_of_repeated_syns_is_bounded);
	tcase_add_loop_test(t, a_flood_of_short_connections_is_bounded, 0, 2);
}
