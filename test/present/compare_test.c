/*
 * Two sessions side by side: which two, what of them is aligned, and where they differ.
 */
#include "present/compare.h"

#include "../engine/wire.h"
#include "../main.h"
#include "present/viewer.h"

static struct wire w;
static struct viewer *v;
static struct snapshot *s;
static struct query q;

static void setup(void)
{
	wire_init(&w, true);
	w.options.diagnose = true;
	w.options.statistics = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
	v = viewer_new(false);
	s = snapshot_new();
	q = (struct query){.compare = true, .compare_rows = {.count = QUERY_ROWS_MAX}};
}

static void teardown(void)
{
	viewer_free(v);
	snapshot_free(s);
	wire_fini(&w);
}

static void ask(uint64_t session)
{
	q.session = session;
	q.serial++;
	viewer_set_query(v, &q);
	while (viewer_work(v, w.engine))
		continue;
	viewer_fill(v, w.engine, s);
}

static void play(uint8_t client, uint16_t port, const char *script)
{
	w.client_host = client;
	w.server_port = port;
	wire_play(&w, script);
}

static void mark(uint64_t session)
{
	engine_connection(w.engine, session)->session->marked = true;
}

static void expect_sessions(uint64_t left, uint64_t right, enum snapshot_likeness likeness)
{
	ck_assert(s->compare_head.is_known);
	ck_assert_uint_eq(s->compare_head.sessions[0], left);
	ck_assert_uint_eq(s->compare_head.sessions[1], right);
	ck_assert_int_eq(s->compare_head.likeness, likeness);
}

/* The row of a step whose left side, or else right side, begins so. */
static const struct snapshot_compare_row *step(const char *begin)
{
	for (uint32_t i = 0; i < s->compare.count; i++) {
		const struct snapshot_compare_row *r = &s->compare_rows[i];
		const char *text = r->sides[0].is_there ? r->sides[0].text : r->sides[1].text;

		if (r->fact[0] == '\0' && strncmp(text, begin, strlen(begin)) == 0)
			return r;
	}
	ck_abort_msg("no step %s", begin);
	return NULL;
}

static const struct snapshot_compare_row *fact(const char *name)
{
	for (uint32_t i = 0; i < s->compare.count; i++)
		if (strcmp(s->compare_rows[i].fact, name) == 0)
			return &s->compare_rows[i];
	return NULL;
}

START_TEST(the_good_one_most_alike_is_found)
{
	play(1, 25, WIRE_REFUSED); /* 1 */
	play(2, 25, WIRE_MAIL);	   /* 2 */
	play(1, 25, WIRE_REFUSED); /* 3 */
	play(1, 26, WIRE_MAIL);	   /* 4: another server */
	play(3, 110, WIRE_POP3);   /* 5: another protocol */
	engine_finish(w.engine);
	ask(1);
	expect_sessions(1, 2, LIKENESS_SERVER);
	play(1, 25, WIRE_MAIL); /* 6 */
	engine_finish(w.engine);
	q.compare = false;
	ask(1);
	ck_assert(!s->compare_head.is_known);
	ck_assert_uint_eq(s->compare.total, 0);
	q.compare = true;
	ask(1);
	expect_sessions(1, 6, LIKENESS_SERVER_CLIENT);
}
END_TEST

/* Of those that are as much alike, the nearest. */
START_TEST(the_nearest_is_taken)
{
	play(1, 25, WIRE_MAIL);
	play(1, 25, WIRE_MAIL);
	play(1, 25, WIRE_REFUSED);
	play(1, 25, "S: 220 a\nC: QUIT\nS: 221 b\n");
	play(1, 25, WIRE_MAIL);
	engine_finish(w.engine);
	ask(3);
	expect_sessions(3, 2, LIKENESS_SERVER_CLIENT);
}
END_TEST

START_TEST(marked_ones_go_before)
{
	play(1, 25, WIRE_MAIL);
	play(1, 25, WIRE_REFUSED);
	play(1, 25, WIRE_MAIL);
	engine_finish(w.engine);
	mark(1);
	ask(2);
	expect_sessions(2, 1, LIKENESS_MARKED);
	mark(2);
	ask(3);
	expect_sessions(2, 1, LIKENESS_MARKED); /* the one that failed at the left */
	mark(3);				/* too many: as if none were */
	ask(2);
	expect_sessions(2, 1, LIKENESS_SERVER_CLIENT);
}
END_TEST

START_TEST(there_may_be_none)
{
	play(1, 25, WIRE_REFUSED);
	play(1, 110, WIRE_POP3);
	engine_finish(w.engine);
	ask(1);
	expect_sessions(1, 0, LIKENESS_PROTOCOL);
	ck_assert_uint_eq(s->compare.total, 0);
	ask(0);
	ck_assert(!s->compare_head.is_known);
}
END_TEST

START_TEST(steps_are_aligned_by_command)
{
	const struct snapshot_compare_row *r;

	play(1, 25,
	     "S: 220 one\nC: EHLO me\nS: 250 one\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<x@y>\n"
	     "S: 550 5.1.1 no such\nC: QUIT\nS: 221 bye\n");
	play(1, 25,
	     "S: 220 two\nC: EHLO me\nS: 250 two\nC: MAIL FROM:<z@b>\nS: 250 2.1.0 fine\nC: RCPT TO:<x@y>\n"
	     "S: 250 ok\nC: DATA\nS: 354 go\nC: hi\nC: .\nS: 250 queued 123\nC: QUIT\nS: 221 closing\n");
	engine_finish(w.engine);
	ask(1);
	ck_assert_int_eq(step("EHLO")->difference, DIFFERENCE_NONE);
	ck_assert_int_eq(step("220 one")->difference, DIFFERENCE_NONE); /* a name is none */
	ck_assert_int_eq(step("MAIL")->difference, DIFFERENCE_SMALL);
	ck_assert_int_eq(step("221")->difference, DIFFERENCE_NONE);
	r = step("550 5.1.1");
	ck_assert_int_eq(r->difference, DIFFERENCE_GREAT);
	ck_assert_int_eq(strncmp(r->sides[1].text, "250 ok", 6), 0);
	r = step("DATA");
	ck_assert(!r->sides[0].is_there);
	ck_assert_int_eq(r->difference, DIFFERENCE_GREAT);
	ck_assert_ptr_eq(&s->compare_rows[s->compare_head.first], step("250 ok")); /* another enhanced code */
}
END_TEST

/* With itself, as far as its rows go, a session differs nowhere. */
START_TEST(what_is_alike_does_not_differ)
{
	static const char *const scripts[] = {WIRE_MAIL, WIRE_REFUSED, WIRE_POP3};

	for (int i = 0; i < 2; i++)
		play(1, _i == 2 ? 110 : 25, scripts[_i]);
	engine_finish(w.engine);
	mark(1);
	ask(2);
	expect_sessions(2, 1, LIKENESS_MARKED);
	ck_assert_uint_gt(s->compare.count, 5);
	for (uint32_t row = 0; row < s->compare.count; row++) {
		ck_assert_int_eq(s->compare_rows[row].difference, DIFFERENCE_NONE);
		ck_assert(s->compare_rows[row].sides[0].is_there && s->compare_rows[row].sides[1].is_there);
	}
	ck_assert_uint_eq(s->compare_head.first, 0);
}
END_TEST

/* Sizes, counts and addresses in answers are of each session alone. */
START_TEST(numbers_in_answers_are_none)
{
	play(1, 25, "S: 220 192.0.2.1 ready\nC: QUIT\nS: 221 2.0.0 bye\n");
	play(1, 25, "S: 220 192.0.2.77 ready\nC: QUIT\nS: 221 2.0.1 bye\n");
	play(1, 110, "S: +OK a\nC: STAT\nS: +OK 12345 99\nC: QUIT\nS: +OK\n");
	play(1, 110, "S: +OK a\nC: STAT\nS: +OK 54321 98\nC: QUIT\nS: +OK\n");
	play(1, 143, "S: * OK a\nC: a SELECT INBOX\nS: * 3 EXISTS\nS: a OK done\n");
	play(1, 143, "S: * OK a\nC: b SELECT INBOX\nS: * 5 EXISTS\nS: b OK done\n");
	engine_finish(w.engine);
	for (uint64_t left = 1; left <= 5; left += 2) {
		mark(left);
		ask(left + 1);
		expect_sessions(left + 1, left, LIKENESS_MARKED);
		for (uint32_t i = 0; i < s->compare.count; i++)
			if (strncmp(s->compare_rows[i].sides[0].text, "221", 3) != 0)
				ck_assert_msg(s->compare_rows[i].difference != DIFFERENCE_GREAT, "%s",
					      s->compare_rows[i].sides[0].text);
		if (left == 1)
			ck_assert_int_eq(step("221")->difference, DIFFERENCE_GREAT); /* but a status is one */
		engine_connection(w.engine, left)->session->marked = false;
	}
}
END_TEST

START_TEST(facts_that_differ_stand_above)
{
	play(1, 25, "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250-SIZE 1000\nS: 250 STARTTLS\nC: QUIT\nS: 221 b\n");
	play(1, 25, "S: 220 a\nC: EHLO you\nS: 250-a\nS: 250-PIPELINING\nS: 250 STARTTLS\n");
	w.now_ns += 3 * CLOCK_NS_PER_S;
	play(1, 25, WIRE_MAIL);
	engine_finish(w.engine);
	mark(2);
	ask(1);
	ck_assert_ptr_nonnull(fact("HELO"));
	ck_assert_str_eq(fact("HELO")->sides[0].text, "me");
	ck_assert_str_eq(fact("HELO")->sides[1].text, "you");
	ck_assert_str_eq(fact("Offered here only")->sides[0].text, "SIZE 1000");
	ck_assert_str_eq(fact("Offered here only")->sides[1].text, "PIPELINING");
	ck_assert_ptr_null(fact("TLS"));
	ck_assert_ptr_eq(fact("HELO"), &s->compare_rows[0]);
	ck_assert_uint_ge(s->compare_head.first, s->compare_head.facts);
}
END_TEST

START_TEST(secrets_stay_masked)
{
	for (int i = 0; i < 2; i++)
		play(1, 110, WIRE_POP3);
	engine_finish(w.engine);
	ask(1);
	ck_assert_ptr_null(strstr(step("PASS")->sides[0].text, "secret"));
	q.show_secrets = true;
	ask(1);
	ck_assert_ptr_nonnull(strstr(step("PASS")->sides[1].text, "secret"));
}
END_TEST

/* More steps than are compared: the first ones are, and it is said. */
START_TEST(long_sessions_are_cut)
{
	for (int i = 0; i < 2; i++) {
		w.client_host = 1;
		wire_open(&w);
		wire_talk(&w, "S: 220 a\nC: EHLO me\nS: 250 a\n");
		for (int n = 0; n < COMPARE_STEPS_MAX; n++)
			wire_talk(&w, "C: NOOP\nS: 250 ok\n");
		wire_close(&w);
	}
	engine_finish(w.engine);
	mark(1);
	ask(2);
	ck_assert(s->compare_head.is_cut);
	ck_assert_uint_le(s->compare.total, 2 * COMPARE_STEPS_MAX + COMPARE_FACTS_MAX);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_good_one_most_alike_is_found);
	tcase_add_test(t, the_nearest_is_taken);
	tcase_add_test(t, marked_ones_go_before);
	tcase_add_test(t, there_may_be_none);
	tcase_add_test(t, steps_are_aligned_by_command);
	tcase_add_loop_test(t, what_is_alike_does_not_differ, 0, 3);
	tcase_add_test(t, numbers_in_answers_are_none);
	tcase_add_test(t, facts_that_differ_stand_above);
	tcase_add_test(t, secrets_stay_masked);
	tcase_add_test(t, long_sessions_are_cut);
}
