#include "present/session_walk.h"

#include "../engine/wire.h"
#include "../main.h"
#include "engine/parts.h"
#include "present/finding_list.h"
#include "present/mail_list.h"

enum {
	SESSIONS = 20,
};

static struct wire w;
static struct session_list o;
static struct session_walk walk;
static struct item_list mails;
static struct finding_list findings;
static uint64_t visited[4 * SESSIONS];
static size_t visited_count;

static void setup(void)
{
	wire_init(&w, true);
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
	o = (struct session_list){.sort = QUERY_SORT_NUMBER};
	walk = (struct session_walk){0};
	mails = (struct item_list){.sort = QUERY_SORT_NUMBER};
	findings = (struct finding_list){.list = {.sort = QUERY_SORT_SEVERITY}, .has_infos = true};
	visited_count = 0;
}

static void teardown(void)
{
	session_walk_fini(&walk);
	item_list_fini(&mails);
	item_list_fini(&findings.list);
	session_list_fini(&o);
	wire_fini(&w);
}

static void settle(void)
{
	while (session_list_work(&o, w.engine))
		continue;
}

/* A mail, a refused one, an attempt without any, in turns. */
static void play(int count)
{
	static const char *const scripts[] = {WIRE_MAIL, WIRE_REFUSED, "S: 421 4.3.2 busy\n"};

	for (int i = 0; i < count; i++)
		wire_play(&w, scripts[i % 3]);
	settle();
}

static void visit(void *ctx, struct connection *c)
{
	ck_assert_ptr_eq(ctx, &w);
	ck_assert_uint_lt(visited_count, sizeof(visited) / sizeof(visited[0]));
	visited[visited_count++] = c->session->number;
}

/* ---- walks ---- */

/* However few are looked at in one go, each session comes once, in the list's order. */
START_TEST(slices_of_any_size_make_the_same_walk)
{
	size_t turns = 1;

	o.descending = true;
	play(SESSIONS);
	session_walk_begin_shown(&walk, &o);
	while (session_walk_some(&walk, w.engine, (size_t)_i, visit, &w)) {
		ck_assert_uint_eq(visited_count, turns * (size_t)_i);
		turns++;
	}
	ck_assert_uint_eq(visited_count, SESSIONS);
	for (uint32_t i = 0; i < SESSIONS; i++)
		ck_assert_uint_eq(visited[i], SESSIONS - i);
	ck_assert(!walk.is_on);
	engine_finish(w.engine);
}
END_TEST

START_TEST(all_sessions_come_by_number)
{
	play(SESSIONS);
	session_walk_begin_all(&walk, w.engine);
	play(3); /* not of this walk */
	while (session_walk_some(&walk, w.engine, 7, visit, &w))
		continue;
	ck_assert_uint_eq(visited_count, SESSIONS);
	for (uint32_t i = 0; i < SESSIONS; i++)
		ck_assert_uint_eq(visited[i], i + 1);
	engine_finish(w.engine);
}
END_TEST

/* Wherever they begin, and however far they lie apart. */
START_TEST(numbers_beyond_32_bits_are_walked)
{
	static const uint64_t begins[] = {0, (UINT64_C(1) << 32) - 4, (UINT64_C(1) << 32) - 1, UINT64_C(1) << 60};

	o.descending = true;
	w.engine->last_session = begins[_i];
	play(5);
	w.engine->last_session += (uint64_t)_i << 33;
	play(SESSIONS - 5);
	session_walk_begin_shown(&walk, &o);
	ck_assert_uint_eq(walk.count, SESSIONS);
	ck_assert(!session_walk_some(&walk, w.engine, SESSIONS, visit, &w));
	session_walk_begin_all(&walk, w.engine);
	while (session_walk_some(&walk, w.engine, 3, visit, &w))
		continue;
	ck_assert_uint_eq(visited_count, 2 * SESSIONS);
	for (size_t i = 0; i < SESSIONS; i++)
		ck_assert_uint_eq(visited[SESSIONS - 1 - i], visited[SESSIONS + i]);
	engine_finish(w.engine);
}
END_TEST

/* The list gets another order, and the walk goes on as it began. */
START_TEST(another_order_does_not_concern_a_walk)
{
	play(SESSIONS);
	session_walk_begin_shown(&walk, &o);
	ck_assert(session_walk_some(&walk, w.engine, 5, visit, &w));
	o.descending = true;
	session_list_restart(&o);
	settle();
	while (session_walk_some(&walk, w.engine, 5, visit, &w))
		continue;
	for (uint32_t i = 0; i < SESSIONS; i++)
		ck_assert_uint_eq(visited[i], i + 1);
	engine_finish(w.engine);
}
END_TEST

START_TEST(what_is_evicted_is_passed_over)
{
	wire_fini(&w);
	wire_init(&w, true);
	w.options.memory_limit = 60 * 1024;
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	settle();
	session_walk_begin_shown(&walk, &o);
	ck_assert_uint_eq(walk.count, 1);
	for (int i = 0; i < 100; i++) {
		w.now_ns += 2 * CLOCK_NS_PER_S;
		wire_play(&w, WIRE_MAIL);
	}
	ck_assert_ptr_null(engine_connection(w.engine, 1));
	ck_assert(!session_walk_some(&walk, w.engine, 5, visit, &w));
	ck_assert_uint_eq(visited_count, 0);
	engine_finish(w.engine);
}
END_TEST

/* ---- lists that are made in slices ---- */

static void make_mails(size_t max)
{
	while (item_list_work(&mails, &mail_list_kind, &o, w.engine, max))
		continue;
}

static void make_findings(size_t max)
{
	while (item_list_work(&findings.list, &finding_list_kind, &o, w.engine, max))
		continue;
}

START_TEST(slices_of_any_size_make_the_same_mails)
{
	size_t at = 0;

	o.descending = _i % 2 == 0;
	play(SESSIONS);
	make_mails((size_t)_i);
	for (uint64_t number = 1; number <= o.count; number++) {
		const struct session *s = engine_connection(w.engine, number)->session;

		for (size_t m = 0; m < s->mail_count; m++, at++) {
			ck_assert_uint_eq(mails.items[at].session, s->number);
			ck_assert_uint_eq(mails.items[at].number, s->mails[m]->number);
		}
	}
	ck_assert_uint_gt(at, SESSIONS / 2);
	ck_assert_uint_eq(mails.count, at);
	engine_finish(w.engine);
}
END_TEST

START_TEST(slices_of_any_size_make_the_same_findings)
{
	size_t count = 0;

	o.descending = _i % 2 == 0;
	play(SESSIONS);
	make_findings((size_t)_i);
	for (size_t i = 0; i < o.count; i++)
		count += diagnosis_count(engine_connection(w.engine, o.numbers[i])->session);
	ck_assert_uint_gt(count, SESSIONS / 2);
	ck_assert_uint_eq(findings.list.count, count);
	for (size_t i = 1; i < count; i++) {
		const struct sorter_item *a = &findings.list.items[i - 1];
		const struct sorter_item *b = &findings.list.items[i];

		ck_assert((a->tag >> 1) > (b->tag >> 1) ||
			  ((a->tag >> 1) == (b->tag >> 1) &&
			   (a->session < b->session || (a->session == b->session && a->number < b->number))));
	}
	engine_finish(w.engine);
}
END_TEST

START_TEST(findings_of_severity_info_are_listed_when_they_are_wanted)
{
	size_t infos = 0;
	size_t all;

	play(SESSIONS);
	make_findings(100);
	all = findings.list.count;
	for (size_t i = 0; i < all; i++)
		infos += findings.list.items[i].tag >> 1 == SEVERITY_INFO;
	ck_assert_uint_gt(infos, 0);
	ck_assert_uint_lt(infos, all);
	finding_list_want_infos(&findings, false);
	make_findings(100);
	ck_assert_uint_eq(findings.list.count, all - infos);
	for (size_t i = 0; i < findings.list.count; i++)
		ck_assert_int_gt(findings.list.items[i].tag >> 1, SEVERITY_INFO);
	engine_finish(w.engine);
}
END_TEST

START_TEST(what_was_listed_is_there_until_the_new_list_is_complete)
{
	size_t mail_count;
	size_t finding_count;

	play(SESSIONS);
	make_mails(3);
	make_findings(3);
	mail_count = mails.count;
	finding_count = findings.list.count;
	play(6);
	ck_assert(!item_list_work(&mails, &mail_list_kind, &o, w.engine, 3)); /* too early */
	ck_assert(!item_list_work(&findings.list, &finding_list_kind, &o, w.engine, 3));
	item_list_forget(&mails);
	item_list_forget(&findings.list);
	ck_assert(item_list_work(&mails, &mail_list_kind, &o, w.engine, 3));
	ck_assert(item_list_work(&findings.list, &finding_list_kind, &o, w.engine, 3));
	ck_assert_uint_eq(mails.count, mail_count);
	ck_assert_uint_eq(findings.list.count, finding_count);
	make_mails(3);
	make_findings(3);
	ck_assert_uint_eq(mails.count, mail_count + 4);
	ck_assert_uint_gt(findings.list.count, finding_count);
	engine_finish(w.engine);
}
END_TEST

START_TEST(another_order_makes_another_list_at_once)
{
	play(SESSIONS);
	make_mails(SESSIONS);
	ck_assert_uint_eq(mails.items[0].session, 1);
	ck_assert_int_eq(item_list_permille(&mails), 1000);
	item_list_want(&mails, QUERY_SORT_NUMBER, true);
	ck_assert_int_lt(item_list_permille(&mails), 1000);
	ck_assert_uint_eq(mails.items[0].session, 1); /* until the new one is there */
	make_mails(SESSIONS);
	ck_assert_int_eq(item_list_permille(&mails), 1000);
	ck_assert_uint_gt(mails.items[0].session, mails.items[1].session);
	ck_assert_uint_eq(item_list_row_of(&mails, 1, 1), mails.count - 1);
	ck_assert_uint_eq(item_list_row_of(&mails, 1, 2), UINT64_MAX);
	engine_finish(w.engine);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, slices_of_any_size_make_the_same_walk, 1, SESSIONS + 2);
	tcase_add_test(t, all_sessions_come_by_number);
	tcase_add_loop_test(t, numbers_beyond_32_bits_are_walked, 0, 4);
	tcase_add_test(t, another_order_does_not_concern_a_walk);
	tcase_add_test(t, what_is_evicted_is_passed_over);
	tcase_add_loop_test(t, slices_of_any_size_make_the_same_mails, 1, SESSIONS + 2);
	tcase_add_loop_test(t, slices_of_any_size_make_the_same_findings, 1, SESSIONS + 2);
	tcase_add_test(t, findings_of_severity_info_are_listed_when_they_are_wanted);
	tcase_add_test(t, what_was_listed_is_there_until_the_new_list_is_complete);
	tcase_add_test(t, another_order_makes_another_list_at_once);
}
