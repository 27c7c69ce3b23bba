/*
 * What is summed of sessions, and that it is bounded. Sums are held against what a simple count of the same sessions
 * gives.
 */
#include "engine/statistics.h"

#include "../main.h"
#include "engine/parts.h"
#include "wire.h"

#define MAIL_TO(address)                                                                                               \
	"S: 220 ns1 ESMTP Postfix\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<" address        \
	">\nS: 250 ok\nC: DATA\nS: 354 go\nC: Subject: x\nC: \nC: Hi\nC: .\nS: 250 2.0.0 queued\nC: QUIT\nS: 221 "     \
	"bye\n"

static struct wire w;

static void begin_with(uint64_t memory_limit, bool keep)
{
	wire_init(&w, keep);
	w.options.output = NULL;
	w.options.diagnose = true;
	w.options.statistics = true;
	w.options.keep_commands = true;
	w.options.memory_limit = memory_limit;
	limits_init(&w.options.limits);
	wire_begin(&w);
}

static void setup(void)
{
	begin_with(0, false);
}

static void teardown(void)
{
	wire_fini(&w);
}

static struct statistics *finish(void)
{
	engine_finish(w.engine);
	return engine_statistics(w.engine);
}

/* NULL: there is none. */
static const struct statistics_row *find(struct statistics *t, enum statistics_of of, const char *key)
{
	char text[ADDRESS_TEXT_SIZE];
	size_t count;
	const struct statistics_row *const *rows = statistics_rows(t, of, &count);

	for (size_t i = 0; i < count; i++)
		if (slice_equals(statistics_key(of, rows[i], text), slice_from_text(key)))
			return rows[i];
	return NULL;
}

static void expect(enum statistics_of of, const char *key, unsigned int sessions, unsigned int failed,
		   unsigned int mails)
{
	const struct statistics_row *row = find(engine_statistics(w.engine), of, key);

	ck_assert_msg(row != NULL, "%s is missing", key);
	ck_assert_uint_eq(row->sessions, sessions);
	ck_assert_uint_eq(row->failed, failed);
	ck_assert_uint_eq(row->mails, mails);
}

static size_t count_rows(enum statistics_of of)
{
	size_t count;

	statistics_rows(engine_statistics(w.engine), of, &count);
	return count;
}

START_TEST(nothing_is_counted_where_nobody_asks)
{
	wire_fini(&w);
	wire_init(&w, false);
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	ck_assert_ptr_null(engine_statistics(w.engine));
	ck_assert_uint_eq(statistics_memory(NULL), 0);
}
END_TEST

START_TEST(a_session_counts_for_each_of_its_keys)
{
	wire_play(&w, MAIL_TO("c@d.example"));
	w.client_host = 2;
	wire_play(&w, WIRE_REFUSED);
	finish();
	expect(STATISTICS_SERVER, "10.0.1.1", 2, 1, 2);
	expect(STATISTICS_CLIENT, "10.0.0.1", 1, 0, 1);
	expect(STATISTICS_CLIENT, "10.0.0.2", 1, 1, 1);
	expect(STATISTICS_DOMAIN, "d.example", 1, 0, 1);
	expect(STATISTICS_DOMAIN, "y", 1, 1, 1);
	expect(STATISTICS_PROGRAM, "Postfix", 1, 0, 1);
	expect(STATISTICS_VERB, "RCPT", 2, 1, 2);
	expect(STATISTICS_VERB, "(message)", 1, 0, 1);
	expect(STATISTICS_CODE, "250", 2, 1, 2);
	expect(STATISTICS_CODE, "550", 1, 1, 1);
	ck_assert_uint_eq(count_rows(STATISTICS_PROGRAM), 1);
	ck_assert_uint_eq(count_rows(STATISTICS_USER), 0);
	ck_assert_uint_ge(count_rows(STATISTICS_RULE), 1);
}
END_TEST

START_TEST(users_and_findings_are_counted)
{
	unsigned int failed;

	w.server_port = 110;
	wire_play(&w, WIRE_POP3);
	finish();
	failed = (unsigned int)engine_counters(w.engine)->sessions_failed;
	expect(STATISTICS_USER, "bob", 1, failed, 1);
	expect(STATISTICS_RULE, "P19", 1, failed, 1); /* a password in clear text */
	ck_assert_uint_eq(count_rows(STATISTICS_DOMAIN), 0);
}
END_TEST

/* Case does not matter, nor how often it is named. */
START_TEST(a_mail_counts_once_for_a_domain)
{
	wire_play(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@D.example>\nS: "
		      "250 ok\nC: RCPT TO:<e@d.EXAMPLE>\nS: 250 ok\nC: RCPT TO:<postmaster>\nS: 250 ok\nC: RCPT "
		      "TO:<f@other>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\nC: .\nS: 250 ok\nC: MAIL FROM:<a@b>\nS: 250 "
		      "ok\nC: RCPT TO:<g@d.example>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hello\nC: .\nS: 250 ok\nC: "
		      "QUIT\nS: 221 bye\n");
	finish();
	expect(STATISTICS_DOMAIN, "d.example", 1, 0, 2);
	expect(STATISTICS_DOMAIN, "other", 1, 0, 1);
	ck_assert_uint_eq(count_rows(STATISTICS_DOMAIN), 2);
	ck_assert_uint_eq(find(engine_statistics(w.engine), STATISTICS_DOMAIN, "d.example")->bytes,
			  strlen("Hi\r\nHello\r\n"));
	/* RCPT four times, DATA, the message; RCPT, DATA, the message */
	ck_assert_uint_eq(find(engine_statistics(w.engine), STATISTICS_DOMAIN, "d.example")->latencies.total, 6 + 3);
	ck_assert_uint_eq(find(engine_statistics(w.engine), STATISTICS_DOMAIN, "other")->latencies.total, 6);
}
END_TEST

/* The server takes 2 s for RCPT; all else is answered after a millisecond. */
START_TEST(latencies_belong_to_what_was_asked)
{
	const struct statistics_row *row;
	struct statistics *t;

	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\n");
	w.now_ns += 2 * CLOCK_NS_PER_S;
	wire_talk(&w, "S: 451 later\nC: QUIT\nS: 221 bye\n");
	wire_close(&w);
	t = finish();
	row = find(t, STATISTICS_VERB, "RCPT");
	ck_assert_uint_eq(row->latencies.max, 2001000);
	ck_assert_uint_eq(row->latencies.total, 1);
	ck_assert_uint_eq(find(t, STATISTICS_CODE, "451")->latencies.max, 2001000);
	ck_assert_uint_eq(find(t, STATISTICS_CODE, "250")->latencies.max, 1000);
	row = find(t, STATISTICS_SERVER, "10.0.1.1");
	ck_assert_uint_eq(row->latencies.total, 4); /* the greeting answers nothing */
	ck_assert_uint_eq(row->latencies.max, 2001000);
	ck_assert_uint_le(sketch_quantile(&row->latencies, 50), 1008);
	ck_assert_uint_ge(sketch_quantile(&row->latencies, 50), 992);
	ck_assert_uint_eq(statistics_total(t)->latencies.total, 4);
	ck_assert_uint_eq(find(t, STATISTICS_VERB, "(greeting)")->latencies.total, 0);
}
END_TEST

static uint64_t sum_of(const uint32_t *columns, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += columns[i];
	return sum;
}

START_TEST(time_is_kept_in_columns)
{
	const struct statistics_times *times;
	const struct statistics_row *row;
	struct statistics *t;

	for (int i = 0; i < 100; i++) {
		wire_play(&w, i % 4 == 0 ? WIRE_REFUSED : WIRE_MAIL);
		w.now_ns += 60 * CLOCK_NS_PER_S;
	}
	t = finish();
	times = statistics_times(t);
	row = find(t, STATISTICS_SERVER, "10.0.1.1");
	ck_assert_int_eq(times->scale.begin_ns, WIRE_START_NS);
	ck_assert_uint_eq(sum_of(times->sessions, STATISTICS_COLUMNS), 100);
	ck_assert_uint_eq(sum_of(times->failed, STATISTICS_COLUMNS), 25);
	ck_assert_uint_eq(sum_of(row->history, STATISTICS_HISTORY), 100);
	ck_assert_int_gt(series_width_ns(&times->scale) * STATISTICS_COLUMNS, 100 * 60 * CLOCK_NS_PER_S);
	for (size_t i = 0; i < 24; i++) /* once a minute: in each column but the last */
		ck_assert_uint_gt(times->sessions[i], 0);
}
END_TEST

/* The memory of the sessions is given back; the sums stay. */
START_TEST(what_is_evicted_stays_counted)
{
	static const int sessions = 20000;

	wire_fini(&w);
	begin_with(16 << 20, true);
	for (int i = 0; i < sessions; i++) {
		w.client_host = (uint8_t)(i % 200);
		wire_play(&w, i % 10 == 0 ? WIRE_REFUSED : WIRE_MAIL);
	}
	finish();
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 1000);
	expect(STATISTICS_SERVER, "10.0.1.1", (unsigned int)sessions, (unsigned int)sessions / 10,
	       (unsigned int)sessions);
	ck_assert_uint_eq(count_rows(STATISTICS_CLIENT), 200);
	ck_assert_uint_le(engine_use(w.engine).memory, (16 << 20) + (2 << 20));
}
END_TEST

/* ---- bounds, of sessions that are made by hand ---- */

static void count_client(struct statistics *t, uint32_t address)
{
	struct session s;

	session_init(&s, 1);
	memcpy(s.side[SIDE_CLIENT].address, &address, sizeof(address));
	s.side[SIDE_CLIENT].bytes = 10;
	s.start_ns = (int64_t)address * CLOCK_NS_PER_MS;
	statistics_count(t, &s, 0);
	session_fini(&s);
}

enum {
	CLIENTS = 40000,
};

/* Every tenth session is of one of a hundred clients, each other of one that never comes again. */
START_TEST(those_with_most_sessions_stay)
{
	struct statistics *t = statistics_new(0);
	const struct statistics_row *const *rows;
	const struct statistics_row *others;
	uint64_t sessions = 0;
	uint64_t keys;
	size_t count;

	for (uint32_t i = 0; i < CLIENTS; i++)
		count_client(t, i % 10 == 0 ? 1000000 + i / 10 % 100 : i);
	rows = statistics_rows(t, STATISTICS_CLIENT, &count);
	others = statistics_others(t, STATISTICS_CLIENT, &keys);
	ck_assert_uint_eq(count, STATISTICS_ROWS);
	for (size_t i = 0; i < count; i++) {
		if (i < 100) /* in order, and none of their sessions is lost */
			ck_assert_uint_eq(rows[i]->sessions, CLIENTS / 10 / 100);
		sessions += rows[i]->sessions;
		ck_assert_uint_eq(sum_of(rows[i]->history, STATISTICS_HISTORY), rows[i]->sessions);
	}
	ck_assert_uint_eq(sessions + others->sessions, CLIENTS);
	ck_assert_uint_eq(sum_of(others->history, STATISTICS_HISTORY), others->sessions);
	ck_assert_uint_eq(others->bytes, 10 * others->sessions);
	ck_assert_uint_eq(keys, others->sessions);
	ck_assert_ptr_null(statistics_others(t, STATISTICS_SERVER, &keys));
	statistics_free(t);
}
END_TEST

START_TEST(memory_has_a_limit)
{
	struct statistics *t = statistics_new(1 << 20);
	uint64_t sessions = 0;
	uint64_t keys;
	size_t count;
	const struct statistics_row *const *rows;

	for (uint32_t i = 0; i < CLIENTS; i++) {
		count_client(t, i);
		ck_assert_uint_le(statistics_memory(t), (1 << 20) + (1 << 16));
	}
	rows = statistics_rows(t, STATISTICS_CLIENT, &count);
	for (size_t i = 0; i < count; i++)
		sessions += rows[i]->sessions;
	ck_assert_uint_eq(sessions + statistics_others(t, STATISTICS_CLIENT, &keys)->sessions, CLIENTS);
	statistics_free(t);
}
END_TEST

START_TEST(long_keys_are_cut)
{
	char script[2000] = "S: +OK hello\nC: USER ";
	size_t count;

	memset(script + strlen(script), 'u', 400);
	strcat(script, "\nS: +OK\nC: PASS secret\nS: +OK\n");
	wire_play(&w, script);
	finish();
	ck_assert_uint_eq(statistics_rows(engine_statistics(w.engine), STATISTICS_USER, &count)[0]->key.len,
			  STATISTICS_KEY_MAX);
	ck_assert_uint_eq(count, 1);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, nothing_is_counted_where_nobody_asks);
	tcase_add_test(t, a_session_counts_for_each_of_its_keys);
	tcase_add_test(t, users_and_findings_are_counted);
	tcase_add_test(t, a_mail_counts_once_for_a_domain);
	tcase_add_test(t, latencies_belong_to_what_was_asked);
	tcase_add_test(t, time_is_kept_in_columns);
	tcase_add_test(t, what_is_evicted_stays_counted);
	tcase_add_test(t, those_with_most_sessions_stay);
	tcase_add_test(t, memory_has_a_limit);
	tcase_add_test(t, long_keys_are_cut);
}
