/*
 * Two sessions side by side: the keys, where the cursor goes, what is drawn.
 */
#include "../main.h"
#include "fixture.h"
#include "ui/input.h"

static struct fixture f;

static void setup(void)
{
	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "j"); /* session 2 */
}

static void teardown(void)
{
	fixture_fini(&f);
}

static void key(int code)
{
	fixture_key(&f, code);
	fixture_settle(&f);
}

static void expect_cursor(uint64_t row)
{
	ck_assert_uint_eq(f.st.panes[VIEW_COMPARE].cursor, row);
}

START_TEST(a_key_shows_and_hides_it)
{
	ck_assert_uint_eq(f.st.query.compare_serial, 0);
	key('=');
	ck_assert_uint_eq(f.st.query.compare_serial, 1);
	ck_assert_uint_eq(f.st.query.compare_session, 2);
	ck_assert_uint_gt(f.st.query.compare_rows.count, 0);
	ck_assert(fixture_shows(
		&f, "Compare 2 with 1: 2 differences, 1 lesser; the good one most alike: same server; 38.00"));
	ck_assert(fixture_shows(&f, "[2] +ms from 12:31:40 wangym:51422"));
	ck_assert(fixture_shows(&f, " 1  +ms from 12:31:02 wangym:51420"));
	ck_assert(fixture_shows(&f, "result 0 of 2"));
	ck_assert(fixture_shows(&f, "row 4 of 1"));
	key('=');
	ck_assert_uint_eq(f.st.query.compare_serial, 0);
	ck_assert(!fixture_shows(&f, "Compare 2 with 1"));
	key('='); /* chosen anew */
	ck_assert_uint_eq(f.st.query.compare_serial, 3);
}
END_TEST

START_TEST(the_cursor_begins_on_the_first_difference)
{
	key('=');
	expect_cursor(5);
	key('[');
	expect_cursor(3);
	key('[');
	expect_cursor(3);
	ck_assert(fixture_shows(&f, "No difference before this row"));
	key(']');
	key(']');
	expect_cursor(6);
	key(']');
	expect_cursor(6);
	ck_assert(fixture_shows(&f, "No difference after this row"));
	key(INPUT_HOME);
	expect_cursor(0);
	key(']');
	expect_cursor(3);
}
END_TEST

/* It goes there once: whoever has gone elsewhere stays there. */
START_TEST(later_snapshots_leave_the_cursor)
{
	key('=');
	key('k');
	f.s->compare_head.first_row = 3;
	fixture_settle(&f);
	expect_cursor(4);
}
END_TEST

/* A difference whose row is not at hand is asked for. */
START_TEST(far_differences_are_asked_for)
{
	key('=');
	f.s->compare_rows[5].after = 1234;
	fixture_key(&f, ']');
	expect_cursor(1234);
	ck_assert_uint_eq(f.st.query.compare_rows.first, 1100);
}
END_TEST

START_TEST(enter_opens_the_row_and_escape_comes_back)
{
	key('=');
	key('k');
	key(INPUT_ENTER);
	ck_assert_int_eq(state_view(&f.st), VIEW_TIMELINE);
	ck_assert_uint_eq(f.st.session, 2);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 6);
	ck_assert_uint_eq(f.st.query.compare_serial, 1); /* the two stay chosen */
	ck_assert_uint_eq(f.st.query.compare_rows.count, 0);
	ck_assert(!state_is_top(&f.st));
	key(INPUT_ESCAPE);
	ck_assert_int_eq(state_view(&f.st), VIEW_COMPARE);
	expect_cursor(4);
	key(INPUT_ESCAPE);
	ck_assert(state_is_top(&f.st));
	ck_assert_uint_eq(f.st.query.compare_serial, 0);
}
END_TEST

START_TEST(tab_says_which_session_enter_means)
{
	key('=');
	key(INPUT_TAB);
	ck_assert(fixture_shows(&f, "[1] +ms from 12:31:02"));
	ck_assert(fixture_shows(&f, " 2  +ms from 12:31:40"));
	key(INPUT_BACKTAB);
	ck_assert(fixture_shows(&f, "[2] +ms from 12:31:40"));
	key('k');
	key(INPUT_ENTER);
	ck_assert_uint_eq(f.st.session, 2);
	key(INPUT_ESCAPE);
	key(INPUT_TAB);
	key(INPUT_ENTER);
	ck_assert_uint_eq(f.st.session, 1);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 6);
	key(INPUT_ESCAPE);
	ck_assert(fixture_shows(&f, "[1] +ms from 12:31:02")); /* as it was left */
}
END_TEST

/* The detail of some rows begins with the row itself, for panes in which it is cut. */
START_TEST(no_text_is_said_twice_below)
{
	struct snapshot_timeline_row *row;

	key('=');
	row = &f.s->compare_rows[5].sides[0].row;
	row->latency_ns = -1;
	snprintf(row->text, sizeof(row->text), "FIN");
	snprintf(row->detail, sizeof(row->detail), "FIN. Nothing more to say.");
	ck_assert(fixture_shows(&f, "2: FIN. Nothing more to say."));
	row->latency_ns = 1000000;
	ck_assert(fixture_shows(&f, "2: FIN, after 1.0 ms. FIN. Nothing"));
}
END_TEST

START_TEST(a_row_of_one_session_is_opened_there)
{
	key('=');
	key(']');
	key(INPUT_ENTER);
	ck_assert_uint_eq(f.st.session, 1);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 8);
	ck_assert_uint_eq(f.st.panes[VIEW_SESSIONS].cursor, 0);
	key(INPUT_ESCAPE);
	ck_assert(fixture_shows(&f, "[2] +ms from 12:31:40"));
}
END_TEST

/* Where the list follows what comes, the session under its cursor is another one each time. */
START_TEST(what_is_compared_stays)
{
	key('=');
	state_focus_session(&f.st, 5);
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.query.session, 5);
	ck_assert_uint_eq(f.st.query.compare_session, 2);
	ck_assert_uint_eq(f.st.query.compare_serial, 1);
	ck_assert(fixture_shows(&f, "Compare 2 with 1"));
}
END_TEST

START_TEST(rows_are_searched_by_the_worker)
{
	key('=');
	fixture_keys(&f, "/row");
	ck_assert_int_eq(f.st.query.find, QUERY_FIND_COMPARE);
	ck_assert_uint_eq(f.st.query.find_from, 5);
	f.s->find_serial = f.st.query.find_serial;
	f.s->find_found = true;
	f.s->find_matches = 700;
	f.s->find_before = 2;
	f.s->find_anchor = 3;
	fixture_settle(&f);
	expect_cursor(3);
	key(INPUT_ENTER);
	ck_assert(fixture_shows(&f, "found 3 of 700"));
	ck_assert_int_eq(state_view(&f.st), VIEW_COMPARE);
	key('=');
	key('='); /* perhaps two others: nothing was found in them yet */
	ck_assert(!fixture_shows(&f, "found"));
	ck_assert_str_eq(f.st.find.text, "row");
	key('n');
	ck_assert_int_eq(f.st.query.find, QUERY_FIND_COMPARE);
}
END_TEST

static void expect_copied(const char *text)
{
	ck_assert_int_eq(f.st.copy.what, STATE_COPYING_READY);
	ck_assert_msg(slice_equals(buffer_slice(&f.st.copy.text), slice_from_text(text)), "%.*s",
		      (int)f.st.copy.text.len, (const char *)f.st.copy.text.data);
}

/* Both sides; of the whole view also how much a row differs. */
START_TEST(rows_are_copied)
{
	key('=');
	key('y');
	expect_copied("row 5 of 2\trow 5 of 1");
	key('G');
	key('y');
	expect_copied("\trow 6 of 1");
	key('Y');
	expect_copied("!\tResult: result 0 of 2\tresult 0 of 1\n"
		      "\trow 1 of 2\trow 1 of 1\n\trow 2 of 2\trow 2 of 1\n~\trow 3 of 2\trow 3 of 1\n"
		      "\trow 4 of 2\trow 4 of 1\n!\trow 5 of 2\trow 5 of 1\n!\t\trow 6 of 1\n");
}
END_TEST

/* Whoever goes to another session has left the comparison. */
START_TEST(another_session_is_no_way_back)
{
	key('=');
	key(INPUT_ENTER);
	key(INPUT_BACKTAB);
	key('j');
	ck_assert_uint_eq(f.st.session, 3);
	ck_assert_uint_eq(f.st.query.compare_serial, 0);
	key(INPUT_ESCAPE);
	ck_assert(state_is_top(&f.st));
}
END_TEST

START_TEST(what_the_filter_hides_is_not_opened)
{
	f.s->compare_head.is_listed[0] = false;
	key('=');
	key(INPUT_ENTER);
	ck_assert(fixture_shows(&f, "Session 2 does not pass the filter"));
	ck_assert_int_eq(state_view(&f.st), VIEW_COMPARE);
}
END_TEST

START_TEST(times_and_long_rows_move)
{
	key('=');
	ck_assert(fixture_shows(&f, "+396.000"));
	key('w');
	ck_assert(fixture_shows(&f, "77.0 ms"));
	ck_assert(fixture_shows(&f, "[2] 12:31:40"));
	key('w');
	ck_assert(fixture_shows(&f, "12:31:02.396"));
	key('w');
	ck_assert(fixture_shows(&f, "row 4 of 2"));
	key(INPUT_RIGHT);
	ck_assert(!fixture_shows(&f, "row 4 of 2"));
	key(INPUT_LEFT);
	ck_assert(fixture_shows(&f, "row 4 of 2"));
}
END_TEST

START_TEST(it_says_what_it_waits_for_and_what_is_missing)
{
	f.s->compare_head.state = SNAPSHOT_COMPARE_CHOOSING;
	f.s->compare_head.permille = 345;
	key('=');
	ck_assert(fixture_shows(&f, "Looking for the session to compare with: 34%"));
	f.s->compare_head.state = SNAPSHOT_COMPARE_ALONE;
	snprintf(f.s->compare_head.why, sizeof(f.s->compare_head.why), "No other SMTP session went well.");
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, "No other SMTP session went well."));
	f.s->compare_head.state = SNAPSHOT_COMPARE_GONE;
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, "Session 2 or 1 is gone"));
	f.s->compare_head.state = SNAPSHOT_COMPARE_READY; /* and the cursor still goes there */
	fixture_settle(&f);
	expect_cursor(5);
}
END_TEST

/* Without a difference, too, it says so. */
START_TEST(no_difference_is_said)
{
	f.s->compare_head.differences = f.s->compare_head.lesser = 0;
	key('=');
	ck_assert(fixture_shows(&f, "Compare 2 with 1: no row differs; the good one"));
}
END_TEST

START_TEST(a_restart_leaves_it)
{
	key('=');
	fixture_keys(&f, "Cnew\r");
	ck_assert(!view_stack_holds(&f.st.above, VIEW_COMPARE));
	ck_assert_uint_eq(f.st.query.compare_serial, 0);
}
END_TEST

/* At any size, with and without Unicode, both sides are there. */
START_TEST(it_fits_every_terminal)
{
	for (int columns = 40; columns <= 220; columns += 7)
		for (int rows = 10; rows <= 60; rows += 5) {
			f.st.columns = columns;
			f.st.rows = rows;
			f.st.ascii = columns % 2 == 0;
			key('=');
			ck_assert(fixture_shows(&f, "Compare"));
			ck_assert(fixture_shows(&f, "row 5"));
			ck_assert(fixture_shows(&f, "[2]"));
			key('=');
		}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_key_shows_and_hides_it);
	tcase_add_test(t, the_cursor_begins_on_the_first_difference);
	tcase_add_test(t, later_snapshots_leave_the_cursor);
	tcase_add_test(t, far_differences_are_asked_for);
	tcase_add_test(t, enter_opens_the_row_and_escape_comes_back);
	tcase_add_test(t, tab_says_which_session_enter_means);
	tcase_add_test(t, no_text_is_said_twice_below);
	tcase_add_test(t, a_row_of_one_session_is_opened_there);
	tcase_add_test(t, what_is_compared_stays);
	tcase_add_test(t, rows_are_searched_by_the_worker);
	tcase_add_test(t, rows_are_copied);
	tcase_add_test(t, another_session_is_no_way_back);
	tcase_add_test(t, what_the_filter_hides_is_not_opened);
	tcase_add_test(t, times_and_long_rows_move);
	tcase_add_test(t, it_says_what_it_waits_for_and_what_is_missing);
	tcase_add_test(t, no_difference_is_said);
	tcase_add_test(t, a_restart_leaves_it);
	tcase_add_test(t, it_fits_every_terminal);
}
