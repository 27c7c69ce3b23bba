/*
 * Searching as it is typed: the cursor goes along, Esc brings it back, Enter leaves it; a long search can be stopped.
 */
#include "ui/find.h"

#include "../main.h"
#include "fixture.h"

static void answer(struct fixture *f, uint64_t matches, uint64_t anchor)
{
	fixture_answer(f);
	f->s->find_serial = f->st.query.find_serial;
	f->s->find_found = matches > 0;
	f->s->find_matches = matches;
	f->s->find_before = matches / 2;
	f->s->find_anchor = anchor;
	f->s->find_busy = false;
	state_update(&f->st, f->s);
	state_query(&f->st);
	fixture_settle(f);
}

START_TEST(the_cursor_goes_along)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\tj/5");
	ck_assert_str_eq(f.st.query.find_text, "5");
	ck_assert_int_eq(f.st.query.find, QUERY_FIND_TIMELINE);
	ck_assert(f.st.query.find_inclusive);
	ck_assert_uint_eq(f.st.query.find_from, 1);
	answer(&f, 5, 7);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 7);
	ck_assert(fixture_shows(&f, "3 of 5. Enter"));
	fixture_keys(&f, "0");
	ck_assert_str_eq(f.st.query.find_text, "50");
	ck_assert_uint_eq(f.st.query.find_from, 1); /* where it began */
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 1);
	answer(&f, 0, 0);
	ck_assert(fixture_shows(&f, "none. Enter"));
	ck_assert(!fixture_shows(&f, "Not found"));
	fixture_keys(&f, "\r");
	ck_assert(fixture_shows(&f, "Not found: 50"));
	ck_assert(!f.st.find.is_typed);
	fixture_fini(&f);
}
END_TEST

START_TEST(escape_brings_it_back)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\tjj/250");
	answer(&f, 1, 9);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 9);
	fixture_keys(&f, "\033");
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_NONE);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 2);
	ck_assert_str_eq(f.st.find.text, "");
	ck_assert_int_eq(f.st.query.find, QUERY_FIND_NONE);
	/* what was looked for before still is */
	fixture_keys(&f, "/250\r/5\033");
	ck_assert_str_eq(f.st.find.text, "250");
	fixture_fini(&f);
}
END_TEST

/* In the list another session comes under the cursor, and the old one again. */
START_TEST(so_does_the_session)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "j/x");
	fixture_answer(&f);
	f.s->find_session = 4;
	answer(&f, 1, 3);
	ck_assert_uint_eq(f.st.session, 4);
	fixture_keys(&f, "\033");
	ck_assert_uint_eq(f.st.session, 2);
	fixture_fini(&f);
}
END_TEST

START_TEST(nothing_more_ends_it)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\t/250\r");
	answer(&f, 4, 1);
	ck_assert(fixture_shows(&f, " found 3 of 4 "));
	fixture_keys(&f, "/\r");
	ck_assert_str_eq(f.st.find.text, "");
	ck_assert(!fixture_shows(&f, " found "));
	fixture_fini(&f);
}
END_TEST

START_TEST(what_is_wrong_is_said_under_the_prompt)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\t/");
	ck_assert(fixture_shows(&f, "/.../ is a regular expression"));
	fixture_keys(&f, "/a(/");
	ck_assert_str_ne(f.st.find.error, "");
	ck_assert(fixture_shows(&f, f.st.find.error));
	fixture_keys(&f, "\r"); /* the prompt stays */
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_SEARCH);
	ck_assert_int_eq(f.st.query.find, QUERY_FIND_NONE);
	fixture_fini(&f);
}
END_TEST

START_TEST(escape_stops_a_long_one)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\t/250\r");
	fixture_answer(&f);
	f.s->find_serial = f.st.query.find_serial;
	f.s->find_busy = true;
	f.s->find_found = true;
	f.s->find_matches = 1234;
	f.s->find_permille = 430;
	f.s->find_anchor = 5;
	state_update(&f.st, f.s);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 5); /* before it has ended */
	ck_assert(find_is_busy(&f.st, f.s));
	fixture_key(&f, 033);
	ck_assert_int_eq(f.st.focus, VIEW_TIMELINE); /* and does not go back */
	ck_assert_int_eq(f.st.query.find, QUERY_FIND_NONE);
	ck_assert(fixture_shows(&f, "stopped at 43%: 1,234 found so far"));
	fixture_key(&f, 033);
	ck_assert_int_eq(f.st.focus, VIEW_SESSIONS);
	fixture_fini(&f);
}
END_TEST

/* Where rows are all at hand. */
START_TEST(fields_are_counted)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\t\t\t\r/layer");
	ck_assert(fixture_shows(&f, "1 of 4. Enter")); /* the one under the cursor, too */
	fixture_keys(&f, "\rn");
	ck_assert(fixture_shows(&f, " found 2 of 4 "));
	fixture_keys(&f, "NN");
	ck_assert(fixture_shows(&f, " found 4 of 4 "));
	ck_assert_int_eq(fixture_style(&f, "ayer"), STYLE_MATCH);
	fixture_fini(&f);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, the_cursor_goes_along);
	tcase_add_test(t, escape_brings_it_back);
	tcase_add_test(t, so_does_the_session);
	tcase_add_test(t, nothing_more_ends_it);
	tcase_add_test(t, what_is_wrong_is_said_under_the_prompt);
	tcase_add_test(t, escape_stops_a_long_one);
	tcase_add_test(t, fields_are_counted);
}
