/*
 * Statistics on the screen: the running sums, and under a filter those of the sessions that are there.
 */
#include "present/statistics_list.h"

#include "../engine/wire.h"
#include "../main.h"
#include "filters.h"
#include "present/viewer.h"

static struct wire w;
static struct viewer *v;
static struct snapshot *s;
static struct query q;

static void begin(uint64_t memory_limit)
{
	wire_init(&w, true);
	w.options.diagnose = true;
	w.options.statistics = true;
	w.options.memory_limit = memory_limit;
	limits_init(&w.options.limits);
	wire_begin(&w);
	v = viewer_new(false);
	s = snapshot_new();
	q = (struct query){.statistics = true, .statistics_rows = {.count = 100}};
}

static void setup(void)
{
	begin(0);
}

static void teardown(void)
{
	viewer_free(v);
	snapshot_free(s);
	wire_fini(&w);
}

static void ask(enum statistics_of of, enum query_statistics_sort sort)
{
	q.statistics_of = of;
	q.statistics_sort = sort;
	q.serial++;
	viewer_set_query(v, &q);
	while (viewer_work(v, w.engine))
		continue;
	viewer_fill(v, w.engine, s);
	ck_assert(s->statistics_head.is_known);
	ck_assert_int_eq(s->statistics_head.of, of);
}

static void play(uint8_t client, const char *script, int count)
{
	w.client_host = client;
	for (int i = 0; i < count; i++)
		wire_play(&w, script);
}

static void expect_row(uint32_t at, const char *key, const char *term, unsigned int sessions, unsigned int failed)
{
	const struct snapshot_statistic_row *r = &s->statistic_rows[at];

	ck_assert_uint_lt(at, s->statistics.count);
	ck_assert_str_eq(r->key, key);
	ck_assert_str_eq(r->term, term);
	ck_assert_uint_eq(r->sessions, sessions);
	ck_assert_uint_eq(r->failed, failed);
}

START_TEST(nothing_is_made_where_nobody_looks)
{
	play(1, WIRE_MAIL, 1);
	engine_finish(w.engine);
	q.statistics = false;
	q.serial++;
	viewer_set_query(v, &q);
	while (viewer_work(v, w.engine))
		continue;
	viewer_fill(v, w.engine, s);
	ck_assert(!s->statistics_head.is_known);
	ck_assert_uint_eq(s->statistics.total, 0);
}
END_TEST

START_TEST(rows_come_in_the_order_that_is_asked_for)
{
	play(1, WIRE_MAIL, 3);
	play(2, WIRE_REFUSED, 2);
	play(3, WIRE_MAIL, 1);
	engine_finish(w.engine);
	ask(STATISTICS_CLIENT, QUERY_STATISTICS_SESSIONS);
	ck_assert_uint_eq(s->statistics.total, 3);
	expect_row(0, "10.0.0.1", "host 10.0.0.1", 3, 0);
	expect_row(1, "10.0.0.2", "host 10.0.0.2", 2, 2);
	expect_row(2, "10.0.0.3", "host 10.0.0.3", 1, 0);
	ask(STATISTICS_CLIENT, QUERY_STATISTICS_FAILED);
	expect_row(0, "10.0.0.2", "host 10.0.0.2", 2, 2);
	ask(STATISTICS_CLIENT, QUERY_STATISTICS_KEY);
	expect_row(2, "10.0.0.3", "host 10.0.0.3", 1, 0);
	ask(STATISTICS_CLIENT, QUERY_STATISTICS_BYTES);
	expect_row(0, "10.0.0.1", "host 10.0.0.1", 3, 0);
	ask(STATISTICS_CODE, QUERY_STATISTICS_FAILED);
	ck_assert_uint_eq(s->statistic_rows[0].failed, 2);
	for (uint32_t i = 0; i < s->statistics.count; i++)
		if (strcmp(s->statistic_rows[i].key, "550") == 0)
			expect_row(i, "550", "code:550", 2, 2);
	ck_assert_str_eq(s->statistic_rows[s->statistics.count - 1].key, "354"); /* of no session that failed */
	ck_assert_uint_eq(s->statistics_head.total.sessions, 6);
	ck_assert(!s->statistics_head.is_filtered);
}
END_TEST

/* What must rise towards the last row. */
static uint64_t number_of(const struct snapshot_statistic_row *r, enum query_statistics_sort sort)
{
	switch (sort) {
	case QUERY_STATISTICS_FAILED:
		return r->failed;
	case QUERY_STATISTICS_MAILS:
		return r->mails;
	case QUERY_STATISTICS_BYTES:
		return r->bytes;
	case QUERY_STATISTICS_MEDIAN:
		return (uint64_t)(r->median_ns + 1);
	case QUERY_STATISTICS_P95:
		return (uint64_t)(r->p95_ns + 1);
	case QUERY_STATISTICS_SLOWEST:
		return (uint64_t)(r->slowest_ns + 1);
	case QUERY_STATISTICS_KEY:
		return 0;
	default:
		return r->sessions;
	}
}

/* Of the same number in the order of keys; the keys alone both ways, too. */
START_TEST(every_column_sorts_both_ways)
{
	enum query_statistics_sort sort = (enum query_statistics_sort)(_i / 2);
	bool is_reversed = _i % 2;

	for (uint8_t i = 1; i < 30; i++) {
		w.now_ns += i * CLOCK_NS_PER_MS;
		play((uint8_t)(i * 7 % 30), i % 3 == 0 ? WIRE_REFUSED : i % 3 == 1 ? WIRE_MAIL : WIRE_POP3, 1 + i % 4);
	}
	engine_finish(w.engine);
	q.statistics_reversed = is_reversed;
	ask(STATISTICS_CLIENT, sort);
	ck_assert_uint_gt(s->statistics.count, 20);
	for (uint32_t i = 1; i < s->statistics.count; i++) {
		const struct snapshot_statistic_row *a = &s->statistic_rows[i - 1];
		const struct snapshot_statistic_row *b = &s->statistic_rows[i];
		bool is_key = sort == QUERY_STATISTICS_KEY;

		if (number_of(a, sort) != number_of(b, sort))
			ck_assert((number_of(a, sort) > number_of(b, sort)) != is_reversed);
		else
			ck_assert((strcmp(a->key, b->key) < 0) != (is_key && is_reversed));
	}
}
END_TEST

/* "S12  Recipient unknown" */
START_TEST(terms_ask_for_the_rows_sessions)
{
	play(1, WIRE_REFUSED, 1);
	w.server_port = 110;
	play(1, "S: +OK hello\nC: USER bob(x)\nS: +OK\nC: PASS x\nS: +OK\nC: QUIT\nS: +OK\n", 1);
	play(1, "S: +OK hello\nC: USER a\"b\nS: +OK\nC: PASS x\nS: +OK\nC: QUIT\nS: +OK\n", 1);
	engine_finish(w.engine);
	ask(STATISTICS_USER, QUERY_STATISTICS_KEY);
	expect_row(0, "a\"b", "", 1, 0);
	expect_row(1, "bob(x)", "user:\"bob(x)\"", 1, 0);
	ask(STATISTICS_DOMAIN, QUERY_STATISTICS_KEY);
	expect_row(0, "y", "to:@y", 1, 1);
	ask(STATISTICS_RULE, QUERY_STATISTICS_KEY);
	for (uint32_t i = 0; i < s->statistics.count; i++) {
		char term[16];

		snprintf(term, sizeof(term), "diag:%.3s", s->statistic_rows[i].key);
		ck_assert_str_eq(s->statistic_rows[i].term, term);
		ck_assert_uint_gt(strlen(s->statistic_rows[i].key), 6);
		expression_free(filter_of(term));
	}
	ask(STATISTICS_VERB, QUERY_STATISTICS_KEY);
	ck_assert_str_eq(s->statistic_rows[0].term, "");
}
END_TEST

/* What a term of the list asks for has as many sessions as its row says. */
START_TEST(a_filter_counts_what_passes_it)
{
	play(1, WIRE_MAIL, 3);
	play(2, WIRE_REFUSED, 2);
	engine_finish(w.engine);
	viewer_set_filter(v, filter_of("host 10.0.0.2"), "host 10.0.0.2");
	ask(STATISTICS_CLIENT, QUERY_STATISTICS_SESSIONS);
	ck_assert(s->statistics_head.is_filtered);
	ck_assert(!s->statistics_head.is_busy);
	ck_assert_uint_eq(s->statistics.total, 1);
	expect_row(0, "10.0.0.2", "host 10.0.0.2", 2, 2);
	ck_assert_uint_eq(s->statistics_head.total.failed, 2);
	viewer_set_filter(v, filter_of("host 10.0.0.9"), "host 10.0.0.9");
	ask(STATISTICS_CLIENT, QUERY_STATISTICS_SESSIONS);
	ck_assert_uint_eq(s->statistics.total, 0);
	viewer_set_filter(v, NULL, "");
	ask(STATISTICS_CLIENT, QUERY_STATISTICS_SESSIONS);
	ck_assert_uint_eq(s->statistics.total, 2);
	ck_assert(!s->statistics_head.is_filtered);
}
END_TEST

/* All that pass: the walk counts as the running sums do. */
START_TEST(a_filter_that_all_pass_changes_nothing)
{
	struct snapshot_statistic_row before[100];
	uint32_t count;

	play(1, WIRE_MAIL, 30);
	play(2, WIRE_REFUSED, 20);
	wire_open(&w); /* not over: in neither */
	for (enum statistics_of of = 0; of < STATISTICS_KINDS; of++) {
		viewer_set_filter(v, NULL, "");
		ask(of, QUERY_STATISTICS_KEY);
		count = s->statistics.count;
		memcpy(before, s->statistic_rows, count * sizeof(before[0]));
		viewer_set_filter(v, filter_of("not host 10.9.9.9"), "not host 10.9.9.9");
		ask(of, QUERY_STATISTICS_KEY);
		ck_assert_uint_eq(s->statistics.count, count);
		ck_assert_mem_eq(s->statistic_rows, before, count * sizeof(before[0]));
		ck_assert_uint_eq(s->statistics_head.total.sessions, 50);
	}
}
END_TEST

/* What the filter had not come to yet is counted as soon as it has. */
START_TEST(a_filter_is_waited_for)
{
	struct expression *filter = filter_of("port 25");
	struct session_list shown = {.filter = filter};
	struct statistics_list l = {.is_filtered = true};

	play(1, WIRE_MAIL, 30);
	while (session_list_work(&shown, w.engine))
		continue;
	play(2, WIRE_MAIL, 20);
	engine_finish(w.engine);
	while (statistics_list_work(&l, &shown, w.engine, &q))
		continue;
	ck_assert_uint_eq(l.head.total.sessions, 30);
	while (session_list_work(&shown, w.engine))
		continue;
	while (statistics_list_work(&l, &shown, w.engine, &q))
		continue;
	ck_assert_uint_eq(l.head.total.sessions, 50);
	statistics_list_fini(&l);
	expression_free(filter);
	session_list_fini(&shown);
}
END_TEST

START_TEST(what_is_evicted_counts_only_without_a_filter)
{
	teardown();
	begin(16 << 20);
	for (int i = 0; i < 100; i++)
		play((uint8_t)i, WIRE_MAIL, 200);
	engine_finish(w.engine);
	ask(STATISTICS_SERVER, QUERY_STATISTICS_SESSIONS);
	expect_row(0, "10.0.1.1", "host 10.0.1.1", 20000, 0);
	viewer_set_filter(v, filter_of("port 25"), "port 25");
	ask(STATISTICS_SERVER, QUERY_STATISTICS_SESSIONS);
	ck_assert_uint_eq(s->statistic_rows[0].sessions, 20000 - engine_counters(w.engine)->evicted);
	ck_assert_uint_lt(s->statistic_rows[0].sessions, 20000);
}
END_TEST

START_TEST(replies_are_counted_in_classes)
{
	const struct snapshot_statistic_row *r = &s->statistic_rows[0];

	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\n");
	w.now_ns += 5 * CLOCK_NS_PER_S;
	wire_talk(&w, "S: 250 ns1\nC: NOOP\nS: 250 ok\nC: QUIT\nS: 221 bye\n");
	wire_close(&w);
	engine_finish(w.engine);
	ask(STATISTICS_SERVER, QUERY_STATISTICS_SESSIONS);
	ck_assert_uint_eq(r->replies, 3);
	ck_assert_uint_eq(r->latencies[2], 2); /* a millisecond: 256 us to 1,024 us */
	ck_assert_uint_eq(r->latencies[9], 1); /* 4.2 s to 16.8 s */
	ck_assert_int_eq(r->slowest_ns, 5001 * CLOCK_NS_PER_MS);
	ck_assert_uint_eq(s->statistics_head.sessions[0], 1);
	ask(STATISTICS_VERB, QUERY_STATISTICS_KEY);
	ck_assert_str_eq(r->key, "(greeting)");
	ck_assert_int_eq(r->median_ns, -1);
}
END_TEST

START_TEST(a_window_is_a_part_of_the_rows)
{
	for (int i = 0; i < 200; i++)
		play((uint8_t)i, "S: 220 ns1\n", 1);
	engine_finish(w.engine);
	q.statistics_rows = (struct query_rows){150, 20};
	ask(STATISTICS_CLIENT, QUERY_STATISTICS_SESSIONS);
	ck_assert_uint_eq(s->statistics.total, 200);
	ck_assert_uint_eq(s->statistics.first, 150);
	ck_assert_uint_eq(s->statistics.count, 20);
	for (uint32_t i = 1; i < s->statistics.count; i++)
		ck_assert_int_lt(strcmp(s->statistic_rows[i - 1].key, s->statistic_rows[i].key), 0);
	ck_assert_str_eq(s->statistic_rows[0].key, "10.0.0.54"); /* of 0 to 199, as texts */
}
END_TEST

/* As many keys as there may be, and one more: the rest of the keys is the last row, and a window in the midst and at
 * the end holds what it says. */
START_TEST(many_keys_are_rows_too)
{
	char script[160];

	w.server_port = 110;
	for (int i = 0; i < STATISTICS_ROWS + 20; i++) {
		snprintf(script, sizeof(script), "S: +OK hello\nC: USER u%05d\nS: +OK\nC: PASS x\nS: +OK\n", i);
		play(1, script, i < STATISTICS_ROWS ? 2 : 1);
	}
	engine_finish(w.engine);
	q.statistics_rows = (struct query_rows){5000, 100};
	ask(STATISTICS_USER, QUERY_STATISTICS_KEY);
	ck_assert_uint_eq(s->statistics.total, STATISTICS_ROWS + 1);
	ck_assert_uint_eq(s->statistics.first, 5000);
	ck_assert_uint_eq(s->statistics.count, 100);
	expect_row(0, "u05000", "user:u05000", 2, 0);
	expect_row(99, "u05099", "user:u05099", 2, 0);
	q.statistics_rows = (struct query_rows){UINT64_MAX, 2};
	ask(STATISTICS_USER, QUERY_STATISTICS_KEY);
	ck_assert_uint_eq(s->statistics.first, STATISTICS_ROWS - 1);
	expect_row(0, "u09999", "user:u09999", 2, 0);
	expect_row(1, "others (20)", "", 20, 0);
	ck_assert(s->statistic_rows[1].is_others);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, nothing_is_made_where_nobody_looks);
	tcase_add_test(t, rows_come_in_the_order_that_is_asked_for);
	tcase_add_loop_test(t, every_column_sorts_both_ways, 0, 2 * QUERY_STATISTICS_SORTS);
	tcase_add_test(t, terms_ask_for_the_rows_sessions);
	tcase_add_test(t, a_filter_counts_what_passes_it);
	tcase_add_test(t, a_filter_that_all_pass_changes_nothing);
	tcase_add_test(t, a_filter_is_waited_for);
	tcase_add_test(t, what_is_evicted_counts_only_without_a_filter);
	tcase_add_test(t, replies_are_counted_in_classes);
	tcase_add_test(t, a_window_is_a_part_of_the_rows);
	tcase_add_test(t, many_keys_are_rows_too);
}
