#include "present/session_list.h"

#include "../engine/wire.h"
#include "../main.h"
#include "engine/parts.h"
#include "filters.h"

static struct wire w;
static struct session_list o;

static void setup(void)
{
	wire_init(&w, true);
	o = (struct session_list){.sort = QUERY_SORT_NUMBER};
}

static void teardown(void)
{
	session_list_fini(&o);
	wire_fini(&w);
}

/* Connections from hosts 1 to 5 in turns; one in three is refused, one in seven is POP3. */
static void play_some(int count)
{
	for (int i = 0; i < count; i++) {
		w.client_host = (uint8_t)(1 + i * 3 % 5);
		w.server_port = i % 7 == 6 ? 110 : 25;
		wire_play(&w, i % 7 == 6 ? WIRE_POP3 : i % 3 == 2 ? WIRE_REFUSED : WIRE_MAIL);
	}
	engine_finish(w.engine);
}

static void work_all(void)
{
	int rounds = 0;

	while (session_list_work(&o, w.engine)) {
		ck_assert_int_le(session_list_permille(&o, w.engine), 1000);
		ck_assert_int_lt(rounds++, 10000);
	}
	ck_assert_int_eq(session_list_permille(&o, w.engine), 1000);
}

static const struct session *session_at(size_t row)
{
	return engine_connection(w.engine, o.numbers[row])->session;
}

START_TEST(without_anything_there_is_nothing_to_do)
{
	wire_begin(&w);
	ck_assert(!session_list_work(&o, w.engine));
	ck_assert_uint_eq(o.count, 0);
	ck_assert_uint_eq(session_list_row_of(&o, 1), SIZE_MAX);
	ck_assert_int_eq(session_list_permille(&o, w.engine), 1000);
}
END_TEST

START_TEST(sessions_come_by_number)
{
	wire_begin(&w);
	play_some(20);
	work_all();
	ck_assert_uint_eq(o.count, 20);
	for (size_t row = 0; row < 20; row++) {
		ck_assert_uint_eq(o.numbers[row], row + 1);
		ck_assert_uint_eq(session_list_row_of(&o, (uint32_t)row + 1), row);
	}
	ck_assert_uint_eq(session_list_row_of(&o, 21), SIZE_MAX);
}
END_TEST

static uint64_t client_key(const struct session *s)
{
	return (uint64_t)s->side[SIDE_CLIENT].address[3] << 16 | s->side[SIDE_CLIENT].port;
}

static bool is_by_client(void)
{
	for (size_t row = 0; row + 1 < o.count; row++)
		if (client_key(session_at(row)) > client_key(session_at(row + 1)))
			return false;
	return true;
}

/* Another order of what is there, and back: rows are found in each. */
START_TEST(another_order_can_be_wanted_at_any_time)
{
	wire_begin(&w);
	play_some(50);
	work_all();
	session_list_set_order(&o, QUERY_SORT_CLIENT, false);
	ck_assert_uint_eq(o.count, 50); /* as it was */
	ck_assert_int_lt(session_list_permille(&o, w.engine), 1000);
	work_all();
	ck_assert(is_by_client());
	ck_assert_uint_eq(o.count, 50);
	play_some(10);
	work_all();
	work_all();
	ck_assert(is_by_client());
	session_list_set_order(&o, QUERY_SORT_NUMBER, false);
	for (size_t row = 0; row < o.count; row++)
		ck_assert_uint_eq(session_list_row_of(&o, o.numbers[row]), row);
	session_list_work(&o, w.engine);
	session_list_set_order(&o, QUERY_SORT_SERVER, true); /* before it is done */
	session_list_work(&o, w.engine);
	session_list_set_order(&o, QUERY_SORT_NUMBER, false);
	work_all();
	ck_assert_uint_eq(o.count, 60);
	for (size_t row = 0; row < o.count; row++) {
		ck_assert_uint_eq(o.numbers[row], row + 1);
		ck_assert_uint_eq(session_list_row_of(&o, row + 1), row);
	}
}
END_TEST

/* A person who looks for a client looks for the true one; and may look for the proxy. */
START_TEST(a_filter_knows_the_client_that_a_proxy_told)
{
	static const struct {
		const char *filter;
		bool passes;
	} rows[] = {
		{"host 198.51.100.7", true},
		{"host 10.0.0.1", true},
		{"host 198.51.100.8", false},
		{"host 198.51.100.7 and port 25", true},
		{"port 51000", true},
		{"port 51001", false},
		{"host 198.51.100.7 and host 10.0.0.9", false},
	};

	wire_begin(&w);
	wire_play(&w, "C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" WIRE_MAIL);
	engine_finish(w.engine);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct expression *f = filter_of(rows[i].filter);

		o.filter = f;
		session_list_restart(&o);
		work_all();
		ck_assert_msg(o.count == rows[i].passes, "%s", rows[i].filter);
		o.filter = NULL;
		expression_free(f);
	}
}
END_TEST

START_TEST(a_filter_lets_some_pass)
{
	struct expression *f = filter_of("host 10.0.0.2 and port 25");
	struct expression *none = filter_of("port 1");

	wire_begin(&w);
	play_some(35);
	o.filter = f;
	work_all();
	ck_assert_uint_gt(o.count, 0);
	ck_assert_uint_lt(o.count, 35);
	for (size_t row = 0; row < o.count; row++) {
		ck_assert_uint_eq(session_at(row)->side[SIDE_CLIENT].address[3], 2);
		ck_assert_uint_eq(session_at(row)->side[SIDE_SERVER].port, 25);
	}
	o.filter = none;
	session_list_restart(&o);
	work_all();
	ck_assert_uint_eq(o.count, 0);
	o.filter = NULL;
	ck_assert(!session_list_awaits(&o, 35));
	session_list_restart(&o);
	ck_assert(session_list_awaits(&o, 35)); /* whoever looks at it waits for it */
	work_all();
	ck_assert(!session_list_awaits(&o, 35));
	ck_assert_uint_eq(o.count, 35);
	expression_free(f);
	expression_free(none);
}
END_TEST

static size_t count_of(const char *text)
{
	struct session_list fresh = {.sort = QUERY_SORT_NUMBER};
	struct session_list mine = o;
	struct expression *f = filter_of(text);
	size_t count;

	o = fresh;
	o.filter = f;
	work_all();
	count = o.count;
	session_list_fini(&o);
	o = mine;
	expression_free(f);
	return count;
}

/* Letter by letter, as it is typed, and taken back: always what the whole text lets pass, in the order that was. */
START_TEST(a_filter_may_be_typed)
{
	static const char *const texts[] = {
		"a",   "a@",   "a@b", "a@b failed", "a@b failed code:5", "a@b failed code:55", "a@b failed",
		"a@b", "a@bc", "a@b", "",	    "port 25",		 "port 25 a",	       "port 25 a@"};
	struct expression *before = NULL;

	wire_begin(&w);
	play_some(70);
	o.sort = QUERY_SORT_CLIENT;
	o.descending = true;
	work_all();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct expression *f = filter_of(texts[i]);

		session_list_set_filter(&o, f);
		expression_free(before);
		before = f;
		if (i % 3 == 1)
			continue; /* the next letter comes before it is done */
		work_all();
		ck_assert_msg(o.count == count_of(texts[i]), "%s: %zu", texts[i], o.count);
		for (size_t row = 1; row < o.count; row++)
			ck_assert_int_ge(session_at(row - 1)->side[SIDE_CLIENT].address[3],
					 session_at(row)->side[SIDE_CLIENT].address[3]);
	}
	session_list_set_filter(&o, NULL);
	expression_free(before);
	work_all();
	ck_assert_uint_eq(o.count, 70);
}
END_TEST

static void work_after_a_while(void)
{
	o.looked_ns = 0; /* long ago */
	work_all();
}

/* What a session says later may let it pass, or not any more. */
START_TEST(a_session_that_goes_on_is_looked_at_again)
{
	struct expression *f = filter_of("failed");

	w.options.diagnose = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
	wire_play(&w, WIRE_REFUSED);
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n");
	session_list_set_filter(&o, f);
	work_all();
	ck_assert_uint_eq(o.count, 1);
	wire_talk(&w, "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<x@y>\nS: 550 5.1.1 no such user\n");
	work_after_a_while();
	ck_assert_uint_eq(o.count, 2);
	ck_assert_uint_eq(session_at(1)->number, 2);
	session_list_set_filter(&o, NULL);
	expression_free(f);
	f = filter_of("state:open");
	session_list_set_filter(&o, f);
	work_all();
	ck_assert_uint_eq(o.count, 1);
	wire_close(&w);
	engine_finish(w.engine);
	work_after_a_while();
	ck_assert_uint_eq(o.count, 0);
	ck_assert_uint_eq(o.open_count, 0);
	session_list_set_filter(&o, NULL);
	expression_free(f);
}
END_TEST

/* Nothing was said and no name was learnt: it is not weighed each time, but once in a while, whatever has changed. */
START_TEST(a_session_that_is_as_it_was_is_seldom_weighed)
{
	static const uint8_t server[] = {10, 0, 1, 1};
	struct expression *f = filter_of("mails>3 or host:found.example");
	int rounds = 0;

	wire_begin(&w);
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n");
	session_list_set_filter(&o, f);
	work_all();
	ck_assert_uint_eq(o.count, 0);
	work_after_a_while();
	engine_connection(w.engine, 1)->session->mails_total = 4;
	work_after_a_while();
	ck_assert_uint_eq(o.count, 0);
	for (; o.count == 0 && rounds < 100; rounds++)
		work_after_a_while();
	ck_assert_int_lt(rounds, 10);
	engine_connection(w.engine, 1)->session->mails_total = 0;
	wire_talk(&w, "C: NOOP\n");
	work_after_a_while();
	ck_assert_uint_eq(o.count, 0);
	engine_add_name(w.engine, server, false, "found.example");
	work_after_a_while();
	ck_assert_uint_eq(o.count, 1);
	engine_finish(w.engine);
	session_list_set_filter(&o, NULL);
	expression_free(f);
}
END_TEST

/* More than fit into one slice of work, and new ones while they are sorted. */
START_TEST(sorting_many_is_done_in_slices)
{
	int slices = 0;

	o.sort = QUERY_SORT_CLIENT;
	wire_begin(&w);
	for (int i = 0; i < 10000; i++) {
		w.client_host = (uint8_t)(i * 7919 % 251);
		w.client_port = (uint16_t)(1024 + i);
		wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
		if (i == 8000)
			for (; !o.sorting; slices++)
				ck_assert(session_list_work(&o, w.engine));
	}
	for (int again = 0; again < 2; again++)
		while (session_list_work(&o, w.engine))
			slices++;
	ck_assert_int_gt(slices, 2);
	ck_assert_uint_eq(o.count, 10000);
	ck_assert(is_by_client());
	engine_finish(w.engine);
}
END_TEST

START_TEST(evicted_sessions_leave_the_list)
{
	o.sort = (enum query_sort)_i;
	w.options.memory_limit = 60 * 1024;
	wire_begin(&w);
	for (int i = 0; i < 100; i++) {
		wire_play(&w, WIRE_MAIL);
		w.now_ns += 2 * CLOCK_NS_PER_S;
		session_list_work(&o, w.engine);
	}
	engine_finish(w.engine);
	work_all();
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 0);
	ck_assert_uint_eq(o.count, 100 - engine_counters(w.engine)->evicted);
	for (size_t row = 0; row < o.count; row++)
		ck_assert_ptr_nonnull(engine_connection(w.engine, o.numbers[row]));
}
END_TEST

/* In the order of numbers and in another, where 32 bits end; evicted, too. Progress is told of those that are there. */
START_TEST(numbers_are_listed_beyond_32_bits)
{
	const uint64_t first = (UINT64_C(1) << 32) - 10;

	o.descending = _i == 1;
	w.options.memory_limit = 60 * 1024;
	wire_begin(&w);
	w.engine->last_session = first - 1;
	play_some(10);
	ck_assert_int_eq(session_list_permille(&o, w.engine), 0);
	work_all();
	play_some(40);
	work_all();
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 0);
	ck_assert_uint_eq(o.count, 50 - engine_counters(w.engine)->evicted);
	for (size_t row = 0; row < o.count; row++) {
		size_t at = _i == 1 ? o.count - 1 - row : row;

		ck_assert_uint_ne(o.numbers[row], UINT64_C(1) << 32);
		ck_assert_uint_eq(session_list_row_of(&o, o.numbers[row]), row);
		ck_assert(at == 0 || o.numbers[row] > o.numbers[_i == 1 ? row + 1 : row - 1]);
	}
}
END_TEST

/* One that begins anew with each of them never ends. */
START_TEST(a_sort_ends_while_sessions_are_evicted)
{
	size_t sorts = 0;

	o.sort = QUERY_SORT_CLIENT;
	w.options.memory_limit = 8 << 20;
	wire_begin(&w);
	for (int i = 0; i < 6000; i++) {
		uint64_t generation = o.generation;

		w.client_host = (uint8_t)(i * 7919 % 251);
		wire_play(&w, "S: 220 ns1\nC: QUIT\nS: 221 bye\n");
		session_list_work(&o, w.engine);
		for (size_t row = 0; i % 100 == 0 && row < o.count; row++)
			ck_assert_ptr_nonnull(engine_connection(w.engine, o.numbers[row]));
		sorts += i > 4000 && o.generation > generation;
	}
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 1000);
	ck_assert_uint_gt(sorts, 100);
	engine_finish(w.engine);
	for (int again = 0; again < 2; again++)
		work_all();
	ck_assert(is_by_client());
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, without_anything_there_is_nothing_to_do);
	tcase_add_test(t, sessions_come_by_number);
	tcase_add_test(t, another_order_can_be_wanted_at_any_time);
	tcase_add_test(t, a_filter_knows_the_client_that_a_proxy_told);
	tcase_add_test(t, a_filter_lets_some_pass);
	tcase_add_test(t, a_filter_may_be_typed);
	tcase_add_test(t, a_session_that_goes_on_is_looked_at_again);
	tcase_add_test(t, a_session_that_is_as_it_was_is_seldom_weighed);
	tcase_add_loop_test(t, numbers_are_listed_beyond_32_bits, 0, 2);
	tcase_add_test(t, sorting_many_is_done_in_slices);
	tcase_add_loop_test(t, evicted_sessions_leave_the_list, QUERY_SORT_NUMBER, QUERY_SORT_PROTOCOL + 1);
	tcase_add_test(t, a_sort_ends_while_sessions_are_evicted);
}
