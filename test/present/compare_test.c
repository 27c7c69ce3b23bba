/*
 * Two sessions side by side: which two, while they go on and others go, searched.
 */
#include "present/compare.h"

#include "compared.h"

/* ---- which two ---- */

START_TEST(nothing_is_made_where_nobody_looks)
{
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_REFUSED);
	look();
	ck_assert_uint_eq(s->compare_head.serial, 0);
	ck_assert_uint_eq(s->compare.total, 0);
}
END_TEST

START_TEST(the_good_one_most_alike_is_chosen)
{
	w.server_host = 2;
	play_from(1, WIRE_MAIL);
	w.server_host = 1;
	play_from(2, WIRE_MAIL);
	play_from(1, "S: 220 ns1\nC: QUIT\nS: 221 bye\n"); /* nothing was to be done */
	play_from(1, WIRE_MAIL);
	w.now_ns += 1000 * CLOCK_NS_PER_S;
	play_from(1, WIRE_MAIL);
	play_from(1, WIRE_REFUSED);
	play_from(1, WIRE_REFUSED);
	w.now_ns += 2000 * CLOCK_NS_PER_S;
	play_from(1, WIRE_MAIL);
	ask(6);
	expect_sides(6, 5, "the good one most alike: same server, client, hello, sender's domain");
	play_from(3, WIRE_REFUSED);
	ask(9);
	expect_sides(9, 8, "the good one most alike: same server, hello, sender's domain");
	w.server_host = 2;
	play_from(3, WIRE_REFUSED);
	ask(10);
	expect_sides(10, 1, "the good one most alike: same server, hello, sender's domain");
	w.server_host = 9;
	w.server_port = 587;
	play_from(9, "S: 220 x\nC: EHLO other\nS: 250 x\nC: MAIL FROM:<a@other>\nS: 550 no\n");
	ask(11);
	expect_sides(11, 8, "the good one most alike");
}
END_TEST

/* A user's other session comes before that of somebody else. */
START_TEST(the_same_user_comes_first)
{
	w.server_port = 110;
	wire_play(&w, "S: +OK\nC: USER bob\nS: +OK\nC: PASS x\nS: +OK\nC: QUIT\nS: +OK\n");
	wire_play(&w, "S: +OK\nC: USER eve\nS: +OK\nC: PASS x\nS: +OK\nC: QUIT\nS: +OK\n");
	wire_play(&w, "S: +OK\nC: USER bob\nS: +OK\nC: PASS y\nS: -ERR no\nC: QUIT\nS: +OK\n");
	ask(3);
	expect_sides(3, 1, "the good one most alike: same server, client, user");
}
END_TEST

START_TEST(marks_say_which_two)
{
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_REFUSED);
	wire_play(&w, WIRE_REFUSED);
	mark(1);
	ask(4);
	expect_sides(4, 1, "the marked one");
	ask(1); /* it is marked itself */
	expect_sides(1, 2, "the good one most alike: same server, client, hello, sender's domain");
	mark(3);
	ask(4);
	expect_sides(3, 1, "the two that are marked"); /* what failed on the left */
	ask(1);
	expect_sides(1, 3, "the two that are marked"); /* or what the cursor is on */
	ask(0);
	expect_sides(3, 1, "the two that are marked");
	mark(2);
	ask(4);
	ck_assert_uint_eq(s->compare_head.sides[1].number, 2); /* three are no two */
}
END_TEST

/* Until one has come. */
START_TEST(without_a_good_one_it_says_what_to_do)
{
	ask(0);
	ck_assert_int_eq(s->compare_head.state, SNAPSHOT_COMPARE_ALONE);
	ck_assert_ptr_nonnull(strstr(s->compare_head.why, "No session is under the cursor."));
	wire_play(&w, WIRE_REFUSED);
	w.server_port = 110;
	wire_play(&w, WIRE_POP3);
	ask(1);
	ck_assert_int_eq(s->compare_head.state, SNAPSHOT_COMPARE_ALONE);
	ck_assert_str_eq(s->compare_head.why,
			 "No other SMTP session went well. Mark one or two sessions with Space, and press = again.");
	ck_assert_uint_eq(s->compare.total, 0);
	w.server_port = 25;
	wire_play(&w, WIRE_MAIL);
	while (s->compare_head.state == SNAPSHOT_COMPARE_ALONE) /* it rests between its looks */
		look();
	expect_sides(1, 3, "the good one most alike: same server, client, hello, sender's domain");
}
END_TEST

/* Who is refused never says which protocol it speaks. */
START_TEST(a_refused_connection_is_compared_by_its_port)
{
	wire_play(&w, WIRE_MAIL);
	wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	wire_send(&w, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, slice_of(NULL, 0));
	ask(2);
	expect_sides(2, 1, "the good one most alike: same server, client");
	ck_assert_uint_gt(s->compare_head.differences, 0);
	ck_assert_int_eq(s->compare_rows[s->compare_head.first_row].difference, MEANING_ERROR);
}
END_TEST

/* ---- sessions that go on, that go, that are long ---- */

START_TEST(what_is_said_since_is_compared_too)
{
	wire_play(&w, WIRE_MAIL);
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n");
	ask(2);
	ck_assert_ptr_nonnull(strstr(rows_text(), " ! MAIL FROM:<a@b>\n"));
	wire_talk(&w, "C: MAIL FROM:<a@b>\nS: 451 later\n");
	look();
	ck_assert_ptr_null(strstr(rows_text(), " ! MAIL FROM:<a@b>\n"));
	ck_assert_ptr_nonnull(strstr(rows_text(), "451 later ! 250 ok\n"));
}
END_TEST

/* Aligning is the most of the work: once for each state of both. */
START_TEST(rows_are_made_once)
{
	struct session_list o = {.seen = 0};
	struct compare c = {.serial = 0};
	int64_t made_ns;

	wire_play(&w, WIRE_MAIL);
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n");
	q.compare_session = 2;
	q.compare_serial = 1;
	while (compare_work(&c, w.engine, &q))
		continue;
	made_ns = c.made_ns;
	ck_assert_int_gt(made_ns, 0);
	compare_work(&c, w.engine, &q);
	ck_assert_uint_eq(compare_fill_head(&c, w.engine, &o, &q, &s->compare_head), compare_count(&c));
	ck_assert_int_eq(c.made_ns, made_ns);
	wire_talk(&w, "C: NOOP\nS: 250 ok\n");
	compare_fill_head(&c, w.engine, &o, &q, &s->compare_head);
	ck_assert_int_gt(c.made_ns, made_ns);
	compare_fini(&c);
}
END_TEST

/* Whatever comes under the cursor meanwhile. */
START_TEST(what_is_compared_stays)
{
	const char *why = "the good one most alike: same server, client, hello, sender's domain";

	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_REFUSED);
	ask(2);
	expect_sides(2, 1, why);
	wire_play(&w, WIRE_MAIL);
	q.session = 3;
	mark(2);
	mark(3);
	look();
	expect_sides(2, 1, why);
	ask(3); /* the key again */
	expect_sides(3, 2, "the two that are marked");
}
END_TEST

/* ---- searching ---- */

static void expect_found(uint64_t from, bool is_backwards, const char *text, uint64_t matches, uint64_t before)
{
	q.find = QUERY_FIND_COMPARE;
	q.find_from = from;
	q.find_backwards = is_backwards;
	q.find_serial++;
	snprintf(q.find_text, sizeof(q.find_text), "%s", text);
	look();
	ck_assert(!s->find_busy);
	ck_assert_uint_eq(s->find_matches, matches);
	ck_assert_uint_eq(s->find_found ? s->find_before : 0, before);
}

/* Of both, and those that are not at hand, too; a session that goes on is searched as it is then. */
START_TEST(all_rows_are_searched)
{
	char line[64];

	wire_play(&w, WIRE_MAIL);
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n");
	for (int i = 0; i < 1000; i++) {
		snprintf(line, sizeof(line), "C: VRFY user%d\nS: 252 perhaps\n", i);
		wire_talk(&w, line);
	}
	ask(2);
	expect_found(0, false, "vrfy user", 1000, 0);
	expect_found(s->find_anchor, false, "vrfy user", 1000, 1);
	expect_found(0, true, "vrfy user", 1000, 999);
	ck_assert_uint_gt(s->find_anchor, QUERY_ROWS_MAX);
	expect_found(0, false, "/queued|^DATA/", 2, 0); /* of the other one */
	expect_found(0, false, "/^Result$/", 1, 0);
	expect_found(0, false, "nothing like that", 0, 0);
	wire_talk(&w, "C: VRFY last\nS: 252 perhaps\n");
	expect_found(0, false, "vrfy last", 1, 0);
}
END_TEST

START_TEST(masked_secrets_are_not_found)
{
	w.server_port = 110;
	for (int i = 0; i < 2; i++)
		wire_play(&w, "S: +OK\nC: USER bob\nS: +OK\nC: PASS geheim\nS: +OK\nC: QUIT\nS: +OK\n");
	ask(1);
	expect_found(0, false, "geheim", 0, 0);
	expect_found(0, false, "PASS", 2, 0);
	q.show_secrets = true;
	expect_found(0, false, "geheim", 1, 0);
}
END_TEST

/* It waits until there are rows. */
START_TEST(a_search_waits_for_the_rows)
{
	for (int i = 0; i < 2; i++)
		wire_play(&w, WIRE_MAIL);
	q.compare_session = 1;
	q.compare_serial++;
	expect_found(0, false, "EHLO me", 1, 0);
}
END_TEST

START_TEST(who_is_compared_is_kept)
{
	teardown();
	begin(16 << 20);
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_REFUSED);
	wire_play(&w, WIRE_MAIL);
	ask(2);
	expect_sides(2, 3, "the good one most alike: same server, client, hello, sender's domain");
	q.session = 0; /* the cursor is elsewhere */
	for (int i = 0; i < 20000; i++)
		wire_play(&w, WIRE_MAIL);
	look();
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 0);
	ck_assert_ptr_null(engine_connection(w.engine, 1));
	ck_assert_int_eq(s->compare_head.state, SNAPSHOT_COMPARE_READY);
	q.compare_serial = 0; /* nobody looks any more */
	look();
	w.now_ns += 2 * CLOCK_NS_PER_S;
	for (int i = 0; i < 20000; i++)
		wire_play(&w, WIRE_MAIL);
	ck_assert_ptr_null(engine_connection(w.engine, 3));
}
END_TEST

START_TEST(who_is_gone_is_said_to_be)
{
	uint64_t serial;

	teardown();
	begin(16 << 20);
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_REFUSED);
	ask(2);
	serial = s->compare_head.serial;
	engine_focus(w.engine, (const uint64_t[ENGINE_FOCUS_MAX]){0});
	for (int i = 0; i < 20000; i++)
		wire_play(&w, WIRE_MAIL);
	ck_assert_ptr_null(engine_connection(w.engine, 1));
	look();
	ck_assert_uint_eq(s->compare_head.serial, serial);
	ck_assert_int_eq(s->compare_head.state, SNAPSHOT_COMPARE_GONE);
	ck_assert_uint_eq(s->compare_head.sides[1].number, 1);
	ck_assert_uint_eq(s->compare.total, 0);
}
END_TEST

/* Of long sessions the beginning is compared, and that is said. */
START_TEST(long_sessions_are_cut)
{
	wire_play(&w, WIRE_MAIL);
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n");
	for (int i = 0; i < 5000; i++)
		wire_talk(&w, "C: NOOP\nS: 250 ok\n");
	wire_close(&w);
	ask(2);
	expect_fact("Rows", "the first 4000 of 10006", "all: the first 16 of 16");
	ck_assert_uint_gt(s->compare.total, 4000);
	ck_assert_uint_lt(s->compare.total, 4100);
	q.compare_rows.first = s->compare.total - 10;
	look();
	ck_assert_uint_eq(s->compare.first + s->compare.count, s->compare.total);
	for (uint32_t i = 0; i < s->compare.count; i++)
		ck_assert(!s->compare_rows[i].is_fact);
}
END_TEST

static void verify(uint32_t factor)
{
	char line[64];

	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n");
	for (uint32_t i = 1; i <= 900; i++) {
		snprintf(line, sizeof(line), "C: VRFY u%u\nS: %s\n", i * factor,
			 i == 700 && factor > 1 ? "550 no" : "250 ok");
		wire_talk(&w, line);
	}
	wire_close(&w);
	w.client_port++;
}

/* So many other words that those few in common say nothing: each command stands beside its like. */
START_TEST(long_sessions_with_other_words_stay_side_by_side)
{
	verify(1);
	verify(3);
	mark(1);
	mark(2);
	ask(2);
	ck_assert_uint_eq(s->compare_head.differences, 1);
	ck_assert_uint_eq(s->compare_head.lesser, 900);
}
END_TEST

/* Some at each turn of the worker; the permille tells how far it has come. */
START_TEST(many_sessions_are_looked_at_in_slices)
{
	int slices = 0;

	wire_play(&w, WIRE_REFUSED);
	for (int i = 0; i < 20000; i++)
		wire_play(&w, "S: 220 ns1\nC: QUIT\nS: 221 bye\n");
	q.compare_session = 1;
	q.compare_serial = 1;
	q.serial++;
	viewer_set_query(v, &q);
	viewer_work(v, w.engine);
	viewer_fill(v, w.engine, s);
	ck_assert_int_eq(s->compare_head.state, SNAPSHOT_COMPARE_CHOOSING);
	ck_assert_int_gt(s->compare_head.permille, 0);
	ck_assert_int_lt(s->compare_head.permille, 1000);
	while (viewer_work(v, w.engine))
		slices++;
	ck_assert_int_gt(slices, 2);
	viewer_fill(v, w.engine, s);
	expect_sides(1, 2, "the good one most alike: same server, client");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, nothing_is_made_where_nobody_looks);
	tcase_add_test(t, the_good_one_most_alike_is_chosen);
	tcase_add_test(t, the_same_user_comes_first);
	tcase_add_test(t, marks_say_which_two);
	tcase_add_test(t, without_a_good_one_it_says_what_to_do);
	tcase_add_test(t, a_refused_connection_is_compared_by_its_port);
	tcase_add_test(t, what_is_said_since_is_compared_too);
	tcase_add_test(t, rows_are_made_once);
	tcase_add_test(t, what_is_compared_stays);
	tcase_add_test(t, all_rows_are_searched);
	tcase_add_test(t, masked_secrets_are_not_found);
	tcase_add_test(t, a_search_waits_for_the_rows);
	tcase_add_test(t, who_is_compared_is_kept);
	tcase_add_test(t, who_is_gone_is_said_to_be);
	tcase_add_test(t, long_sessions_are_cut);
	tcase_add_test(t, long_sessions_with_other_words_stay_side_by_side);
	tcase_add_test(t, many_sessions_are_looked_at_in_slices);
}
