/*
 * What a long capture may take of memory and spool, whatever comes.
 */
#include <malloc.h>

#include "../main.h"
#include "diagnosis/outcome.h"
#include "engine/parts.h"
#include "store/store.h"
#include "wire.h"

enum {
	MEMORY = 16 << 20,
	SPOOL = 32 << 20,
};

static struct wire w;

/* Sessions that were told of. */
static struct {
	uint64_t given_up;
	uint64_t unanswered; /* of these */
	uint64_t blamed;     /* with a finding that nobody answered */
	uint64_t failed;
} told;

static void note_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	const struct session *s = v->session;
	bool is_blamed = diagnosis_has(s, RULE_N01);

	(void)ctx;
	(void)names;
	told.given_up += s->abandoned;
	told.unanswered += s->abandoned && s->state == SESSION_NO_ANSWER;
	told.blamed += is_blamed;
	told.failed += outcome_is_failure(s);
	ck_assert(!s->abandoned || (!is_blamed && !outcome_is_failure(s)));
	ck_assert(!s->abandoned || s->state == SESSION_NO_ANSWER || s->state == SESSION_OPEN);
}

static const struct engine_output output = {.session = note_session};

static void begin(bool keep)
{
	memset(&told, 0, sizeof(told));
	wire_init(&w, keep);
	w.options.output = &output;
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	w.options.memory_limit = MEMORY;
	w.options.spool_limit = SPOOL;
	wire_begin(&w);
}

static void teardown(void)
{
	engine_finish(w.engine);
	wire_fini(&w);
}

/* Other clients than those that follow. */
static void play(const char *script, int count)
{
	w.client_host = 200;
	for (int i = 0; i < count; i++) {
		w.client_port++;
		wire_play(&w, script);
	}
	wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(NULL, 0)); /* the last of them ends */
}

static void expect_bounded(void)
{
	struct engine_use use = engine_use(w.engine);

	ck_assert_uint_le(use.memory, MEMORY + MEMORY / 8);
	ck_assert_uint_le(use.spool, SPOOL + (1 << 20));
}

static uint64_t flows_given_up(void)
{
	struct engine_given_up given_up;

	engine_read_given_up(w.engine, &given_up);
	return given_up.flows;
}

static size_t count_kept(uint64_t from, uint64_t to)
{
	size_t count = 0;

	for (uint64_t n = from; n <= to; n++)
		count += engine_connection(w.engine, n) != NULL;
	return count;
}

static void flood_with_syns(int count)
{
	for (int i = 0; i < count; i++) {
		w.client_host = (uint8_t)(i % 190);
		w.client_port = (uint16_t)(1024 + i % 60000);
		wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
		w.now_ns += 40 * CLOCK_NS_PER_US;
		if (i % 1000 == 0)
			expect_bounded();
	}
}

/* Half-open connections have a share of their own, and silent sessions go first. */
START_TEST(a_flood_of_syns_leaves_finished_sessions)
{
	begin(true);
	play(WIRE_MAIL, 100);
	flood_with_syns(50000);
	expect_bounded();
	ck_assert_uint_eq(count_kept(1, 100), 100);
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 10000);
	ck_assert_uint_eq(engine_last_session(w.engine), 100 + 50000);
	engine_finish(w.engine); /* those that waited, too */
	expect_bounded();
}
END_TEST

START_TEST(each_syn_is_a_session_in_the_end)
{
	begin(_i == 1);
	flood_with_syns(20000);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_counters(w.engine)->sessions, 20000);
	ck_assert_uint_gt(told.given_up, 10000);
	ck_assert_uint_eq(told.given_up, flows_given_up());
	ck_assert_uint_eq(told.given_up, told.unanswered);
	ck_assert_uint_eq(told.failed, 0); /* the capture ended while they waited */
	ck_assert_uint_eq(engine_counters(w.engine)->sessions_failed, told.failed);
}
END_TEST

/* Who asked twice, and then had to go, has not proved that nobody is there. */
START_TEST(who_was_given_up_says_nothing_of_the_server)
{
	begin(_i == 1);
	for (int i = 0; i < 5000; i++) {
		w.client_port = (uint16_t)(1024 + i);
		for (int again = 0; again < 2; again++) {
			w.seq[SIDE_CLIENT] = (uint32_t)i * 1000;
			wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
		}
	}
	ck_assert_uint_gt(told.unanswered, 1000);
	ck_assert_uint_eq(told.given_up, flows_given_up());
	ck_assert_uint_eq(told.blamed, 0);
	engine_finish(w.engine);
	ck_assert_uint_eq(told.blamed, 5000 - told.given_up);
	ck_assert_uint_eq(told.failed, told.blamed);
}
END_TEST

/* With what its client still says another begins. */
START_TEST(who_is_answered_late_begins_again)
{
	begin(true);
	wire_open(&w);
	w.client_port = 999;
	w.client_host = 201;
	w.seq[SIDE_CLIENT] = w.seq[SIDE_SERVER] = 500;
	wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	flow_table_give_up(w.engine->flows, engine_connection(w.engine, 2)->flow);
	ck_assert_uint_eq(told.unanswered, 1);
	wire_send(&w, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, slice_of(NULL, 0));
	wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(NULL, 0));
	wire_talk(&w, WIRE_MAIL);
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_last_session(w.engine), 3);
	ck_assert_uint_eq(engine_connection(w.engine, 3)->session->accepted_mails, 1);
	ck_assert(!engine_connection(w.engine, 3)->session->abandoned);
	ck_assert_uint_eq(told.given_up, 1);
}
END_TEST

/* On the screen, too, a session that begins late has its SYN. */
START_TEST(a_session_that_begins_late_has_its_first_packet)
{
	const struct connection *v;
	uint64_t syn;

	begin(true);
	flood_with_syns(2000);
	w.client_host = 201;
	w.client_port = 999;
	syn = w.number + 1;
	wire_open(&w);
	v = engine_next_connection(w.engine, 2000);
	ck_assert_ptr_nonnull(v);
	ck_assert_uint_eq(v->session->number, 2001);
	ck_assert_uint_eq(v->first_packet, syn);
	ck_assert_uint_eq(v->packet_count, 3);
	ck_assert_uint_eq(index_get(engine_index(w.engine), syn)->marks, INDEX_HANDSHAKE_1);
}
END_TEST

/* Without a screen, too, what a mail takes is bounded by the spool. */
START_TEST(a_mail_that_never_ends_is_cut)
{
	static uint8_t much[60000];

	memset(much, 'x', sizeof(much));
	begin(_i == 1);
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\n"
		      "S: 250 ok\nC: DATA\nS: 354 go\n");
	for (int i = 0; i < 2000; i++) {
		wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(much, sizeof(much)));
		expect_bounded();
	}
	ck_assert_uint_gt(flows_given_up(), 0);
	ck_assert_uint_gt(told.given_up, 0);
	ck_assert_uint_eq(told.failed, 0);
}
END_TEST

static void send_mail_of(size_t segments)
{
	static uint8_t much[60000];

	memset(much, 'x', sizeof(much));
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\n"
		      "S: 250 ok\nC: DATA\nS: 354 go\n");
	for (size_t i = 0; i < segments; i++)
		wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(much, sizeof(much)));
}

/* Neither one large mail that is open nor many of them take the room of what is finished. */
START_TEST(open_mails_go_before_finished_sessions)
{
	begin(true);
	play(WIRE_MAIL, 100);
	for (int i = 0; i < (_i == 0 ? 1 : 200); i++) {
		w.client_port++;
		send_mail_of(_i == 0 ? 2000 : 50);
		expect_bounded();
	}
	ck_assert_uint_eq(count_kept(1, 100), 100);
}
END_TEST

static void send_more(size_t segments)
{
	static uint8_t much[60000];

	for (size_t i = 0; i < segments; i++)
		wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(much, sizeof(much)));
}

/* But for one that somebody wants, and then others that are open do not go in its place. */
START_TEST(a_marked_mail_may_take_more_of_the_spool)
{
	uint64_t other;
	uint64_t marked;

	begin(true);
	for (int i = 0; i < 20; i++) {
		send_mail_of(20);
		wire_close(&w);
		w.client_port++;
	}
	send_mail_of(1);
	other = engine_last_session(w.engine);
	w.client_port++;
	send_mail_of(1);
	marked = engine_last_session(w.engine);
	engine_connection(w.engine, marked)->session->marked = true;
	send_more(400);
	ck_assert_uint_lt(count_kept(1, 20), 15);
	ck_assert(!engine_connection(w.engine, marked)->over);
	engine_connection(w.engine, marked)->session->marked = false;
	send_more(60);
	expect_bounded();
	ck_assert_ptr_null(engine_connection(w.engine, marked));
	ck_assert(!engine_connection(w.engine, other)->over);
}
END_TEST

/* Connections that say nothing go before those that do, and before what is finished. */
START_TEST(silent_connections_go_before_others)
{
	uint64_t talks;

	begin(true);
	play(WIRE_MAIL, 100);
	w.client_host = 201;
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n");
	talks = engine_last_session(w.engine);
	for (int i = 0; i < 5000; i++) {
		w.client_host = 7;
		w.client_port = (uint16_t)(1024 + i);
		wire_open(&w);
		w.now_ns += CLOCK_NS_PER_MS;
		expect_bounded();
	}
	ck_assert_uint_eq(count_kept(1, 100), 100);
	ck_assert(!engine_connection(w.engine, talks)->over);
}
END_TEST

/* Who alone takes a large part is cut there; the others stay. */
START_TEST(one_session_without_an_end_is_cut)
{
	begin(true);
	play(WIRE_MAIL, 100);
	w.client_host = 9;
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\n");
	for (int i = 0; i < 100000; i++) {
		wire_say(&w, SIDE_CLIENT, "NOOP a word or two, to be remembered\r\n");
		wire_say(&w, SIDE_SERVER, "250 ok, and the same to you\r\n");
		if (i % 1000 == 0)
			expect_bounded();
	}
	expect_bounded();
	ck_assert_uint_eq(count_kept(1, 100), 100);
	ck_assert_uint_gt(engine_last_session(w.engine), 101);
	ck_assert_uint_gt(told.given_up, 0);
	ck_assert_uint_eq(told.given_up, flows_given_up());
	ck_assert_uint_eq(told.failed, 0);
}
END_TEST

/* Bytes that wait for one that never comes fill no spool. */
START_TEST(what_waits_in_vain_is_given_up)
{
	static uint8_t much[60000];

	begin(_i == 1);
	for (int i = 0; i < 40; i++) {
		w.client_port++;
		wire_open(&w);
		w.seq[SIDE_CLIENT] += 10;
		for (int more = 0; more < 40; more++)
			wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(much, sizeof(much)));
		expect_bounded();
	}
	ck_assert_uint_gt(flows_given_up(), 5);
	ck_assert_uint_eq(told.given_up, flows_given_up());
}
END_TEST

/* What delivers nothing is kept for the packet list, too: bytes that nobody believes, acknowledgements. */
START_TEST(packets_that_say_nothing_count_as_well)
{
	static uint8_t much[60000];
	size_t len = _i == 0 ? sizeof(much) : 0;

	begin(true);
	play(WIRE_MAIL, 100);
	w.client_host = 9;
	wire_open(&w);
	for (int i = 0; i < (_i == 0 ? 2000 : 600000); i++) {
		uint32_t seq = w.seq[SIDE_SERVER];

		w.seq[SIDE_SERVER] += 1500000000;
		wire_send(&w, SIDE_SERVER, SEGMENT_ACK, slice_of(much, len));
		w.seq[SIDE_SERVER] = seq;
		if (i % 100 == 0)
			expect_bounded();
	}
	expect_bounded();
}
END_TEST

/* What malloc has given out. */
static size_t heap_bytes(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static void play_mailbox(int number)
{
	struct buffer said = {0};

	buffer_printf(&said, "S: +OK\nC: USER u%d\nS: +OK\nC: PASS p\nS: +OK\nC: UIDL\nS: +OK\n", number);
	for (int i = 1; i <= 2000; i++)
		buffer_printf(&said, "S: %d %dx%d\n", i, number, i);
	buffer_append(&said, slice_of("S: .\nC: QUIT\nS: +OK\n", 21));
	play((const char *)said.data, 1);
	buffer_fini(&said);
}

/* What sessions tell about later ones is counted, and is not much. */
START_TEST(what_is_remembered_of_sessions_is_bounded)
{
	size_t before;
	uint64_t counted;

	begin(false);
	before = heap_bytes();
	w.server_port = 110;
	for (int i = 0; i < 1000; i++)
		play_mailbox(i);
	counted = engine_use(w.engine).memory;
	ck_assert_uint_gt(counted, 1 << 20);
	ck_assert_uint_lt(counted, 5 << 20);
	ck_assert_uint_lt(heap_bytes() - before, 12 << 20);
}
END_TEST

/* What is counted is what is taken: malloc has no more from the system, though sessions are short and end by being
 * given up. */
START_TEST(short_sessions_are_counted_whole)
{
	size_t before;

	begin(_i == 1);
	before = mallinfo2().arena + mallinfo2().hblkhd;
	for (int i = 0; i < 40000; i++) {
		w.client_host = (uint8_t)(i % 250);
		w.client_port = (uint16_t)(1024 + i / 250);
		wire_open(&w);
		wire_talk(&w, "S: 220 ns1\nC: EHLO me\n");
		w.now_ns -= 4 * CLOCK_NS_PER_MS;
	}
	expect_bounded();
	ck_assert_uint_lt(mallinfo2().arena + mallinfo2().hblkhd - before, MEMORY);
}
END_TEST

static void say_listing(uint16_t client_port)
{
	struct buffer said = {0};

	buffer_append_text(&said, "S: +OK\nC: USER u\nS: +OK\nC: PASS p\nS: +OK\nC: UIDL\nS: +OK\n");
	for (int i = 1; i <= 300; i++)
		buffer_printf(&said, "S: %d a-unique-id-%d\n", i, i);
	buffer_append(&said, slice_of("S: .\n", 6));
	w.client_port = client_port;
	wire_open(&w);
	wire_talk(&w, (const char *)said.data);
	buffer_fini(&said);
}

/* What is kept for the next sessions is little, whatever those before have taken. */
START_TEST(ended_sessions_leave_little)
{
	size_t before;

	begin(false);
	before = heap_bytes();
	w.server_port = 110;
	for (uint16_t i = 0; i < 250; i++)
		say_listing((uint16_t)(5000 + i));
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_counters(w.engine)->sessions, 250);
	ck_assert_uint_lt(heap_bytes() - before, 6 << 20);
}
END_TEST

static void mark_and_focus(uint32_t marked, uint32_t focused)
{
	engine_connection(w.engine, marked)->session->marked = true;
	engine_focus(w.engine, (const uint64_t[ENGINE_FOCUS_MAX]){focused, focused + 1, focused + 2});
}

/* The order in which ended ones go: silent, well, failed; never what somebody wants. */
START_TEST(what_went_wrong_stays_longest)
{
	begin(true);
	play(WIRE_MAIL, 4);
	play(WIRE_REFUSED, 50);
	mark_and_focus(1, 2);
	play(WIRE_MAIL, 6000);
	expect_bounded();
	ck_assert_uint_eq(count_kept(1, 4), 4);
	ck_assert_uint_eq(count_kept(5, 54), 50);
	ck_assert_uint_lt(count_kept(55, 6054), 3500);
	mark_and_focus(1, 5);
	w.now_ns += 2 * CLOCK_NS_PER_S;
	play(WIRE_MAIL, 4000);
	ck_assert_ptr_nonnull(engine_connection(w.engine, 1));
	ck_assert_uint_eq(count_kept(2, 4), 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, a_flood_of_syns_leaves_finished_sessions);
	tcase_add_loop_test(t, each_syn_is_a_session_in_the_end, 0, 2);
	tcase_add_loop_test(t, who_was_given_up_says_nothing_of_the_server, 0, 2);
	tcase_add_test(t, who_is_answered_late_begins_again);
	tcase_add_test(t, a_session_that_begins_late_has_its_first_packet);
	tcase_add_loop_test(t, a_mail_that_never_ends_is_cut, 0, 2);
	tcase_add_loop_test(t, open_mails_go_before_finished_sessions, 0, 2);
	tcase_add_test(t, a_marked_mail_may_take_more_of_the_spool);
	tcase_add_test(t, silent_connections_go_before_others);
	tcase_add_test(t, one_session_without_an_end_is_cut);
	tcase_add_loop_test(t, what_waits_in_vain_is_given_up, 0, 2);
	tcase_add_loop_test(t, packets_that_say_nothing_count_as_well, 0, 2);
	tcase_add_test(t, what_is_remembered_of_sessions_is_bounded);
	tcase_add_loop_test(t, short_sessions_are_counted_whole, 0, 2);
	tcase_add_test(t, ended_sessions_leave_little);
	tcase_add_test(t, what_went_wrong_stays_longest);
}
