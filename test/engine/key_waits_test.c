/*
 * Keys that come late, or never: a session waits for its own, and is read when it comes; on a screen also when it has
 * ended by then.
 */
#include "engine/key_waits.h"

#include "../main.h"
#include "tap.h"

#define WAIT_NS (5 * CLOCK_NS_PER_S)

static struct tap t;

static const struct peers_plan plans[] = {{.names = TAP_NAMES, .version = TLS1_2_VERSION},
					  {.names = TAP_NAMES, .version = TLS1_3_VERSION}};

static const struct session *session_of(uint64_t number)
{
	return engine_connection(t.w.engine, number)->session;
}

/* ---- one by one ---- */

START_TEST(a_key_that_comes_while_it_is_open_reads_on)
{
	tap_begin(&t, false, WAIT_NS);
	wire_open(&t.w);
	wire_talk(&t.w, TAP_GREETING);
	tap_shake(&t, &plans[_i]);
	tap_talk(&t, "C: EHLO me\nS: 250 ns1\nC: NOOP\n");
	wire_expect(&t.w, TAP_CLEAR);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 1);
	tap_bring_keys(&t, TAP_ALL_LABELS);
	wire_expect(&t.w, "1 EHLO\n");
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 0);
	tap_talk(&t, "S: 250 ok\nC: QUIT\nS: 221 bye\n");
	tap_close(&t);
	wire_expect(&t.w, "1 NOOP\n1 QUIT\n1 smtp closed\n");
	tap_fini(&t);
}
END_TEST

/* Both sides are there when the key comes; what they said is read in the order in which they said it. */
START_TEST(what_waited_is_read_in_its_order)
{
	static const char greeted[] = "S: 220 ns1 ESMTP\nC: EHLO me\nS: 250 ns1\n";
	static const char early[] = "C: EHLO me\nS: 220 ns1 ESMTP\nS: 250 ns1\n";
	bool is_early = (size_t)_i >= sizeof(plans) / sizeof(plans[0]);

	tap_begin(&t, true, WAIT_NS);
	t.w.server_port = 465;
	wire_open(&t.w);
	tap_shake(&t, &plans[(size_t)_i % (sizeof(plans) / sizeof(plans[0]))]);
	tap_talk(&t, is_early ? early : greeted);
	tap_talk(&t, "C: QUIT\nS: 221 bye\n");
	tap_close(&t);
	tap_bring_keys(&t, TAP_ALL_LABELS);
	ck_assert_uint_eq(session_of(1)->command_count, 3);
	ck_assert_int_eq(tap_has(&t, 1, RULE_S04), is_early);
	tap_fini(&t);
}
END_TEST

/* The record of a session waits with it. */
START_TEST(a_key_that_comes_behind_the_end_reads_all_of_it)
{
	tap_begin(&t, false, WAIT_NS);
	tap_starttls(&t, &plans[_i]);
	wire_expect(&t.w, TAP_CLEAR);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 1);
	tap_pass(&t, WAIT_NS - 2 * CLOCK_NS_PER_S);
	wire_expect(&t.w, "");
	tap_bring_keys(&t, TAP_ALL_LABELS);
	wire_expect(&t.w, TAP_READ);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 0);
	ck_assert_uint_eq(engine_counters(t.w.engine)->sessions_failed, 0);
	engine_note_key(t.w.engine, tap_random(&t));
	engine_use_keys(t.w.engine);
	engine_finish(t.w.engine);
	wire_expect(&t.w, "");
	tap_fini(&t);
}
END_TEST

START_TEST(it_waits_so_long_and_no_longer)
{
	tap_begin(&t, false, WAIT_NS);
	tap_starttls(&t, &plans[_i]);
	tap_pass(&t, WAIT_NS - 2 * CLOCK_NS_PER_S);
	wire_expect(&t.w, TAP_CLEAR);
	tap_pass(&t, CLOCK_NS_PER_S);
	wire_expect(&t.w, "1 smtp closed\n");
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 0);
	ck_assert_uint_eq(engine_counters(t.w.engine)->keys_given_up, 0);
	tap_bring_keys(&t, TAP_ALL_LABELS);
	engine_finish(t.w.engine);
	wire_expect(&t.w, "");
	tap_fini(&t);
}
END_TEST

/* One that is open does, too: what it said until then is not read any more. */
START_TEST(an_open_one_waits_no_longer_either)
{
	tap_begin(&t, false, WAIT_NS);
	wire_open(&t.w);
	wire_talk(&t.w, TAP_GREETING);
	tap_shake(&t, &plans[_i]);
	tap_talk(&t, "C: EHLO me\nS: 250 ns1\n");
	tap_pass(&t, WAIT_NS);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 0);
	tap_bring_keys(&t, TAP_ALL_LABELS);
	tap_talk(&t, "C: QUIT\nS: 221 bye\n");
	tap_close(&t);
	engine_finish(t.w.engine);
	wire_expect(&t.w, TAP_CLEAR "1 smtp closed\n");
	tap_fini(&t);
}
END_TEST

START_TEST(with_no_time_to_wait_it_ends_at_once)
{
	tap_begin(&t, false, 0);
	tap_starttls(&t, &plans[_i]);
	wire_expect(&t.w, TAP_CLEAR "1 smtp closed\n");
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 0);
	tap_fini(&t);
}
END_TEST

START_TEST(at_the_end_nobody_waits)
{
	tap_begin(&t, _i % 2 == 0, INT64_MAX);
	tap_starttls(&t, &plans[_i / 2]);
	tap_pass(&t, 1000 * WAIT_NS);
	wire_expect(&t.w, TAP_CLEAR);
	engine_finish(t.w.engine);
	wire_expect(&t.w, "1 smtp closed\n");
	tap_fini(&t);
}
END_TEST

/* Nothing is left of who still waits; asan sees it. */
START_TEST(whoever_waits_goes_with_the_engine)
{
	tap_begin(&t, _i % 2 == 0, WAIT_NS);
	tap_starttls(&t, &plans[_i / 2]);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 1);
	tap_fini(&t);
}
END_TEST

/* The master secret of TLS 1.2 is one line; of TLS 1.3 each side's come by themselves. */
START_TEST(half_of_the_keys_read_half_of_it)
{
	tap_begin(&t, false, WAIT_NS);
	tap_starttls(&t, &plans[1]);
	tap_bring_keys(&t, 1 << KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET | 1 << KEY_SERVER_TRAFFIC_SECRET_0);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 1);
	tap_bring_keys(&t, TAP_ALL_LABELS);
	wire_expect(&t.w, TAP_CLEAR TAP_READ);
	tap_fini(&t);
}
END_TEST

/* Handshake secrets come when the hellos have passed, those of the data with the Finished. */
START_TEST(keys_may_come_label_by_label)
{
	static const enum key_label order[] = {KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET, KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET,
					       KEY_SERVER_TRAFFIC_SECRET_0, KEY_CLIENT_TRAFFIC_SECRET_0};

	tap_begin(&t, _i % 2 == 0, WAIT_NS);
	tap_starttls(&t, &plans[1]);
	if (_i >= 2) /* on a screen: it has ended for now */
		tap_pass(&t, WAIT_NS);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		tap_bring_keys(&t, 1U << order[i]);
	if (_i % 2 == 0) {
		ck_assert_uint_eq(session_of(1)->mail_count, 1);
		ck_assert(!tap_has(&t, 1, RULE_T12));
	} else if (_i == 1) {
		wire_expect(&t.w, TAP_CLEAR TAP_READ);
	}
	tap_fini(&t);
}
END_TEST

/* ---- on a screen ---- */

static void expect_counted(uint64_t failed, uint64_t findings)
{
	const struct engine_counters *c = engine_counters(t.w.engine);
	uint64_t all = 0;

	for (size_t i = 0; i < SEVERITIES; i++)
		all += c->findings[i];
	ck_assert_uint_eq(c->sessions_failed, failed);
	ck_assert_uint_eq(all, findings);
	ck_assert_uint_eq(c->sessions, 1);
}

#define REFUSED                                                                                                        \
	"C: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<x@y>\nS: 550 5.1.1 no such user\n"         \
	"C: QUIT\nS: 221 bye\n"

/* It ends when it was waited for long enough; and is read when the key comes, as if it had not ended. */
START_TEST(on_a_screen_a_key_helps_when_it_has_ended)
{
	tap_begin(&t, true, WAIT_NS);
	wire_open(&t.w);
	wire_talk(&t.w, TAP_GREETING);
	tap_shake(&t, &plans[_i]);
	tap_talk(&t, REFUSED);
	tap_close(&t);
	wire_expect(&t.w, TAP_CLEAR);
	tap_pass(&t, WAIT_NS);
	wire_expect(&t.w, "1 smtp closed\n");
	ck_assert(tap_has(&t, 1, RULE_T12));
	ck_assert_int_eq(session_tls_unread(session_of(1)), TLS_NO_KEY);
	ck_assert_uint_eq(session_of(1)->command_count, 3);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 1);
	expect_counted(0, 1);
	tap_bring_keys(&t, TAP_ALL_LABELS);
	ck_assert_uint_eq(session_of(1)->command_count, 7);
	ck_assert(!tap_has(&t, 1, RULE_T12));
	ck_assert(tap_has(&t, 1, RULE_S12));
	ck_assert_int_eq(session_tls_unread(session_of(1)), TLS_READ);
	ck_assert(session_of(1)->over);
	expect_counted(1, 1);
	engine_note_key(t.w.engine, tap_random(&t));
	engine_use_keys(t.w.engine);
	engine_finish(t.w.engine);
	expect_counted(1, 1);
	ck_assert_uint_eq(session_of(1)->command_count, 7);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 0);
	tap_fini(&t);
}
END_TEST

/* The file is at its end, and was told; then somebody names the key log. */
START_TEST(on_a_screen_a_key_helps_behind_the_end_of_all)
{
	tap_begin(&t, true, INT64_MAX);
	tap_starttls(&t, &plans[_i]);
	engine_finish(t.w.engine);
	wire_expect(&t.w, TAP_CLEAR "1 smtp closed\n");
	ck_assert(tap_has(&t, 1, RULE_T12));
	tap_bring_keys(&t, TAP_ALL_LABELS);
	ck_assert(!tap_has(&t, 1, RULE_T12));
	ck_assert_uint_eq(session_of(1)->mail_count, 1);
	ck_assert_int_eq(session_of(1)->mails[0]->outcome, MAIL_ACCEPTED);
	ck_assert_uint_eq(engine_counters(t.w.engine)->mails, 1);
	tap_fini(&t);
}
END_TEST

/* One side's secrets first: what is read of it is shown, and it goes on with the other's. */
START_TEST(on_a_screen_it_ends_for_now_as_often_as_need_be)
{
	size_t steps;

	tap_begin(&t, true, WAIT_NS);
	tap_starttls(&t, &plans[1]);
	tap_pass(&t, WAIT_NS);
	tap_bring_keys(&t, 1 << KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET | 1 << KEY_SERVER_TRAFFIC_SECRET_0);
	ck_assert(session_of(1)->over);
	ck_assert(tap_has(&t, 1, RULE_T12));
	ck_assert_ptr_nonnull(session_tls_of(session_of(1))->certificate);
	ck_assert_uint_eq(engine_counters(t.w.engine)->sessions, 1);
	steps = session_tls_of(session_of(1))->step_count;
	tap_bring_keys(&t, TAP_ALL_LABELS);
	ck_assert(!tap_has(&t, 1, RULE_T12));
	ck_assert_uint_gt(session_tls_of(session_of(1))->step_count, steps);
	ck_assert_uint_eq(session_of(1)->mail_count, 1);
	ck_assert_uint_eq(engine_counters(t.w.engine)->mails, 1);
	ck_assert_uint_eq(engine_counters(t.w.engine)->sessions, 1);
	tap_fini(&t);
}
END_TEST

START_TEST(on_a_screen_an_open_one_waits_as_long_as_it_is_open)
{
	tap_begin(&t, true, WAIT_NS);
	wire_open(&t.w);
	wire_talk(&t.w, TAP_GREETING);
	tap_shake(&t, &plans[_i]);
	tap_talk(&t, TAP_MAIL);
	tap_pass(&t, 3 * WAIT_NS);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 1);
	tap_bring_keys(&t, TAP_ALL_LABELS);
	tap_close(&t);
	wire_expect(&t.w, TAP_CLEAR TAP_READ);
	ck_assert(!tap_has(&t, 1, RULE_T12));
	tap_fini(&t);
}
END_TEST

/* ---- many ---- */

/* So many sessions that are over, each with a secret of its own; the log has them all. */
static void play_many(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			peers_end(&t.p);
		tap_starttls(&t, &plans[1]);
		buffer_clear(&t.w.out);
	}
}

/* The memory is short: who has waited longest is told first. */
START_TEST(when_memory_is_short_the_longest_waits_no_more)
{
	const struct engine_counters *c;
	uint64_t number;

	tap_init(&t, false);
	t.w.options.key_wait_ns = 1000 * WAIT_NS;
	t.w.options.memory_limit = 400 * 1024;
	t.labels = 0;
	wire_begin(&t.w);
	c = engine_counters(t.w.engine);
	for (number = 1; c->keys_given_up == 0 && number < 1000; number++) {
		if (number > 1)
			peers_end(&t.p);
		buffer_clear(&t.w.out);
		tap_starttls(&t, &plans[1]);
	}
	ck_assert_uint_gt(number, 3);
	ck_assert_uint_lt(number, 1000);
	ck_assert_uint_gt(c->keys_given_up, 0);
	ck_assert_uint_lt(c->keys_given_up, number - 1); /* not all */
	ck_assert_uint_le(engine_use(t.w.engine).memory, t.w.options.memory_limit);
	buffer_append_byte(&t.w.out, '\0');
	ck_assert_ptr_nonnull(strstr((const char *)t.w.out.data, "1 smtp closed\n"));
	buffer_clear(&t.w.out);
	/* the last one still waits */
	tap_bring_keys(&t, TAP_ALL_LABELS);
	buffer_append_byte(&t.w.out, '\0');
	ck_assert_ptr_nonnull(strstr((const char *)t.w.out.data, " smtp closed\n"));
	ck_assert_ptr_nonnull(strstr((const char *)t.w.out.data, " mail 1 accepted 30"));
	engine_finish(t.w.engine);
	tap_fini(&t);
}
END_TEST

/* Evicted while they wait, on a screen with little memory. */
START_TEST(who_goes_waits_no_more)
{
	tap_init(&t, true);
	t.w.options.key_wait_ns = WAIT_NS;
	t.w.options.memory_limit = 300 * 1024;
	t.labels = 0;
	wire_begin(&t.w);
	play_many(200);
	ck_assert_uint_gt(engine_counters(t.w.engine)->evicted, 0);
	ck_assert_uint_lt(engine_key_waits(t.w.engine), 200);
	tap_bring_keys(&t, TAP_ALL_LABELS);
	engine_finish(t.w.engine);
	tap_fini(&t);
}
END_TEST

/* A session captured at two places, or played twice, has one name: both are read. */
START_TEST(several_of_one_name_are_all_read)
{
	size_t first = 0;

	tap_begin(&t, _i == 0, WAIT_NS);
	tap_starttls(&t, &plans[1]);
	for (int i = 0; i < 2; i++) {
		wire_open(&t.w);
		wire_talk(&t.w, TAP_GREETING);
		t.sent = first;
		tap_send(&t);
		wire_close(&t.w);
		tap_pass(&t, FLOW_LINGER_NS);
		t.w.client_port++;
	}
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 3);
	tap_bring_keys(&t, TAP_ALL_LABELS);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 0);
	ck_assert_uint_eq(engine_counters(t.w.engine)->mails, 3);
	engine_finish(t.w.engine);
	tap_fini(&t);
}
END_TEST

/* A connection whose hellos are in clear, up to the first record that needs the key; `name`: the client's random. */
static void open_named(const uint8_t name[KEY_RANDOM_LEN])
{
	static const uint8_t hidden[6 + 5 + 32] = {20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 32};
	uint8_t client[5 + 4 + 41] = {22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3};
	uint8_t server[5 + 4 + 38] = {22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3, [44] = 0xc0, [45] = 0x2f};

	memcpy(client + 11, name, KEY_RANDOM_LEN);
	memcpy(client + 11 + KEY_RANDOM_LEN, (uint8_t[]){0, 0, 2, 0xc0, 0x2f, 1, 0}, 7);
	wire_open(&t.w);
	wire_send(&t.w, SIDE_CLIENT, SEGMENT_ACK, slice_of(client, sizeof(client)));
	wire_send(&t.w, SIDE_SERVER, SEGMENT_ACK, slice_of(server, sizeof(server)));
	wire_send(&t.w, SIDE_CLIENT, SEGMENT_ACK, slice_of(hidden, sizeof(hidden)));
}

/* What it costs that so many wait and then wait no more, of one name or each of its own. */
static clock_t cost_of_names(uint32_t count, bool is_one)
{
	uint8_t name[KEY_RANDOM_LEN] = {1};
	clock_t begun = clock();

	tap_begin(&t, false, 1000 * WAIT_NS);
	t.w.server_port = 465;
	for (uint32_t i = 0; i < count; i++) {
		if (!is_one)
			memcpy(name, &i, sizeof(i));
		t.w.client_host = (uint8_t)(1 + i / 10000);
		t.w.client_port = (uint16_t)(30000 + i % 10000);
		open_named(name);
	}
	ck_assert_uint_eq(engine_key_waits(t.w.engine), count);
	tap_pass(&t, 1000 * WAIT_NS);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 0);
	engine_finish(t.w.engine);
	tap_fini(&t);
	return clock() - begun;
}

/* Who sends chooses the random: one for all costs no more than others do. */
START_TEST(many_of_one_name_wait_as_others_do)
{
	clock_t usual = cost_of_names(30000, false);

	ck_assert_int_lt(cost_of_names(30000, true), 3 * usual);
}
END_TEST

START_TEST(a_name_that_nobody_bears_is_nobodys)
{
	const uint8_t other[KEY_RANDOM_LEN] = {1, 2, 3};

	tap_begin(&t, false, WAIT_NS);
	engine_note_key(t.w.engine, other);
	engine_use_keys(t.w.engine);
	tap_starttls(&t, &plans[0]);
	t.labels = TAP_ALL_LABELS;
	engine_note_key(t.w.engine, other);
	engine_use_keys(t.w.engine);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 1);
	wire_expect(&t.w, TAP_CLEAR);
	tap_fini(&t);
}
END_TEST

void list_tests(TCase *c)
{
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, a_key_that_comes_while_it_is_open_reads_on, 0, 2);
	tcase_add_loop_test(c, what_waited_is_read_in_its_order, 0, 4);
	tcase_add_loop_test(c, a_key_that_comes_behind_the_end_reads_all_of_it, 0, 2);
	tcase_add_loop_test(c, it_waits_so_long_and_no_longer, 0, 2);
	tcase_add_loop_test(c, an_open_one_waits_no_longer_either, 0, 2);
	tcase_add_loop_test(c, with_no_time_to_wait_it_ends_at_once, 0, 2);
	tcase_add_loop_test(c, at_the_end_nobody_waits, 0, 4);
	tcase_add_loop_test(c, whoever_waits_goes_with_the_engine, 0, 4);
	tcase_add_test(c, half_of_the_keys_read_half_of_it);
	tcase_add_loop_test(c, keys_may_come_label_by_label, 0, 3);
	tcase_add_loop_test(c, on_a_screen_a_key_helps_when_it_has_ended, 0, 2);
	tcase_add_loop_test(c, on_a_screen_a_key_helps_behind_the_end_of_all, 0, 2);
	tcase_add_test(c, on_a_screen_it_ends_for_now_as_often_as_need_be);
	tcase_add_loop_test(c, on_a_screen_an_open_one_waits_as_long_as_it_is_open, 0, 2);
	tcase_add_test(c, when_memory_is_short_the_longest_waits_no_more);
	tcase_add_test(c, who_goes_waits_no_more);
	tcase_add_loop_test(c, several_of_one_name_are_all_read, 0, 2);
	tcase_add_test(c, many_of_one_name_wait_as_others_do);
	tcase_add_test(c, a_name_that_nobody_bears_is_nobodys);
}
