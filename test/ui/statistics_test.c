/*
 * The keys of the statistics, what stands below their rows, and charts.
 */
#include "../main.h"
#include "fixture.h"
#include "ui/chart.h"
#include "ui/input.h"

static struct fixture f;

static void setup(void)
{
	fixture_begin(&f, 80, 24);
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

/* The one that the last key made. */
static void expect_filter(int code, const char *text)
{
	fixture_key(&f, code);
	ck_assert_uint_eq(f.st.request_count, 1);
	ck_assert_int_eq(f.st.requests[0].kind, REQUEST_FILTER);
	ck_assert_str_eq(f.st.requests[0].text, text);
	snprintf(f.s->filter, sizeof(f.s->filter), "%s", text);
	fixture_settle(&f);
}

START_TEST(a_key_shows_and_hides_them)
{
	ck_assert(!f.st.query.statistics);
	key('%');
	ck_assert(f.st.query.statistics);
	ck_assert(fixture_shows(&f, "Statistics - Servers - 1,234 sessions ended"));
	ck_assert(fixture_shows(&f, "10.0.0.5"));
	ck_assert(fixture_shows(&f, "[Server] Client"));
	ck_assert(fixture_shows(&f, "Sessions over time"));
	ck_assert(fixture_shows(&f, "100 replies: 10.0.0.5"));
	key('j');
	ck_assert(fixture_shows(&f, "99 replies: 10.0.0.6"));
	key('%');
	ck_assert(!f.st.query.statistics);
	ck_assert(!fixture_shows(&f, "Statistics - "));
}
END_TEST

START_TEST(no_session_is_needed)
{
	f.session_count = 0;
	fixture_settle(&f);
	key('%');
	ck_assert(f.st.query.statistics);
}
END_TEST

START_TEST(tab_and_arrows_change_what_they_are_of)
{
	key('%');
	key('j');
	key(INPUT_TAB);
	ck_assert_int_eq(f.st.query.statistics_of, STATISTICS_CLIENT);
	ck_assert_uint_eq(f.st.panes[VIEW_STATISTICS].cursor, 0);
	key(INPUT_LEFT);
	key(INPUT_BACKTAB);
	ck_assert_int_eq(f.st.query.statistics_of, STATISTICS_VERB);
	ck_assert_int_eq(f.st.query.statistics_sort, QUERY_STATISTICS_SLOWEST); /* at once */
	key(INPUT_RIGHT);
	ck_assert_int_eq(f.st.query.statistics_of, STATISTICS_SERVER);
	ck_assert_int_eq(f.st.query.statistics_sort, QUERY_STATISTICS_SESSIONS);
}
END_TEST

START_TEST(columns_sort_and_each_kind_has_its_order)
{
	key('%');
	key('<'); /* the slowest are one step away */
	ck_assert_int_eq(f.st.query.statistics_sort, QUERY_STATISTICS_SLOWEST);
	ck_assert(!f.st.query.statistics_reversed);
	key('>');
	ck_assert_int_eq(f.st.query.statistics_sort, QUERY_STATISTICS_SESSIONS);
	for (int i = 1; i < QUERY_STATISTICS_SORTS; i++) {
		key('>');
		ck_assert_int_eq(f.st.query.statistics_sort, i);
		ck_assert(!f.st.query.statistics_reversed);
	}
	key('>');
	key('>');
	ck_assert_int_eq(f.st.query.statistics_sort, QUERY_STATISTICS_FAILED);
	ck_assert(!f.st.query.statistics_reversed);
	key(INPUT_TAB);
	ck_assert_int_eq(f.st.query.statistics_sort, QUERY_STATISTICS_SESSIONS);
	key(INPUT_LEFT);
	ck_assert_int_eq(f.st.query.statistics_sort, QUERY_STATISTICS_FAILED);
	ck_assert_int_eq(f.st.query.sort, QUERY_SORT_NUMBER); /* that of the sessions stays */
}
END_TEST

/* Of its columns one may be hidden, too, and be sorted by in the dialog. */
START_TEST(its_columns_are_chosen_as_those_of_a_list)
{
	f.st.columns = 120;
	key('%');
	ck_assert(fixture_shows(&f, "Median"));
	key('t');
	for (int i = 0; i < 5; i++)
		key('j');
	key(' ');
	ck_assert(fixture_shows(&f, "[ ] Median"));
	key('s');
	ck_assert_int_eq(f.st.query.statistics_sort, QUERY_STATISTICS_MEDIAN);
	ck_assert(!f.st.query.statistics_reversed); /* the greatest first */
	key('s');
	ck_assert(f.st.query.statistics_reversed);
	key(INPUT_ESCAPE);
	ck_assert(!fixture_shows(&f, "Median  "));
}
END_TEST

START_TEST(enter_shows_the_rows_sessions_and_escape_comes_back)
{
	key('%');
	key('j');
	expect_filter(INPUT_ENTER, "host 10.0.0.6");
	ck_assert_int_eq(state_view(&f.st), VIEW_SESSIONS);
	ck_assert(!state_is_top(&f.st)); /* q goes back, too */
	expect_filter(INPUT_ESCAPE, "");
	ck_assert_int_eq(state_view(&f.st), VIEW_STATISTICS);
	ck_assert_uint_eq(f.st.panes[VIEW_STATISTICS].cursor, 1);
	key(INPUT_ESCAPE);
	ck_assert(state_is_top(&f.st));
	ck_assert_int_eq(state_view(&f.st), VIEW_SESSIONS);
}
END_TEST

START_TEST(what_was_filtered_before_stays)
{
	snprintf(f.s->filter, sizeof(f.s->filter), "failed");
	key('%');
	expect_filter(INPUT_ENTER, "failed and host 10.0.0.5");
	expect_filter('q', "failed");
	ck_assert_int_eq(state_view(&f.st), VIEW_STATISTICS);
	expect_filter(INPUT_ENTER, "failed and host 10.0.0.5");
	snprintf(f.s->filter, sizeof(f.s->filter), "other"); /* changed meanwhile */
	key(INPUT_ESCAPE);
	ck_assert_int_eq(state_view(&f.st), VIEW_STATISTICS);
	ck_assert_uint_eq(f.st.request_count, 0);
}
END_TEST

START_TEST(a_term_that_was_there_is_not_taken_away)
{
	snprintf(f.s->filter, sizeof(f.s->filter), "host 10.0.0.5");
	key('%');
	fixture_key(&f, INPUT_ENTER);
	ck_assert_int_eq(state_view(&f.st), VIEW_SESSIONS);
	fixture_key(&f, INPUT_ESCAPE);
	ck_assert_int_eq(state_view(&f.st), VIEW_STATISTICS);
	ck_assert_uint_eq(f.st.request_count, 0);
}
END_TEST

START_TEST(where_no_filter_asks_it_says_so)
{
	key('%');
	key(INPUT_END);
	fixture_key(&f, INPUT_ENTER);
	ck_assert_uint_eq(f.st.request_count, 0);
	ck_assert(fixture_shows(&f, "no filter asks for them together"));
	key(INPUT_BACKTAB);
	f.s->statistic_rows[0].term[0] = '\0';
	fixture_key(&f, INPUT_ENTER);
	ck_assert(fixture_shows(&f, "The filter has no word for a verb"));
	ck_assert_int_eq(state_view(&f.st), VIEW_STATISTICS);
}
END_TEST

START_TEST(under_a_filter_it_says_so)
{
	f.s->statistics_head.is_filtered = true;
	key('%');
	ck_assert(fixture_shows(&f, "1,234 sessions still held pass the filter"));
	f.s->statistics_head.is_busy = true;
	f.s->statistics_head.permille = 345;
	ck_assert(fixture_shows(&f, "counting 34%"));
}
END_TEST

/* At any size, with and without Unicode, nothing is drawn outside. */
START_TEST(it_fits_every_terminal)
{
	for (int columns = 40; columns <= 220; columns += 7)
		for (int rows = 10; rows <= 60; rows += 5) {
			f.st.columns = columns;
			f.st.rows = rows;
			f.st.ascii = columns % 2 == 0;
			key('%');
			ck_assert(fixture_shows(&f, "Statistics"));
			ck_assert(fixture_shows(&f, "10.0.0.5"));
			key('%');
		}
}
END_TEST

START_TEST(ascii_has_bars_too)
{
	f.st.ascii = true;
	f.st.columns = 120;
	key('%');
	ck_assert(fixture_shows(&f, " ....::::||||###")); /* "Over time" */
}
END_TEST

/* ---- charts ---- */

START_TEST(levels_are_in_proportion)
{
	static const uint64_t values[] = {0, 1, 500, 1000};
	uint8_t levels[4];

	chart_levels(values, 4, 8, levels);
	ck_assert_mem_eq(levels, ((uint8_t[]){0, 1, 4, 8}), 4);
	chart_levels(values, 1, 8, levels);
	ck_assert_uint_eq(levels[0], 0);
}
END_TEST

START_TEST(neighbours_are_merged_until_they_fit)
{
	uint64_t values[] = {1, 2, 3, 4, 5};

	ck_assert_uint_eq(chart_fit(values, 5, 5), 5);
	ck_assert_uint_eq(chart_fit(values, 5, 3), 3);
	ck_assert_uint_eq(values[0], 3);
	ck_assert_uint_eq(values[1], 7);
	ck_assert_uint_eq(values[2], 5);
}
END_TEST

START_TEST(bars_stand_on_the_last_row)
{
	static const uint64_t values[] = {16, 4, 0, 10};
	struct buffer drawn = {0};
	struct grid g = {.ascii = true};

	grid_reset(&g, 8, 2);
	chart_draw(&g, (struct rect){0, 0, 8, 2}, values, 4, 2, STYLE_PLAIN);
	grid_text(&g, &drawn);
	buffer_append_byte(&drawn, '\0');
	ck_assert_str_eq((const char *)drawn.data, "#     .\n# :   #\n");
	buffer_fini(&drawn);
	grid_fini(&g);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_key_shows_and_hides_them);
	tcase_add_test(t, no_session_is_needed);
	tcase_add_test(t, tab_and_arrows_change_what_they_are_of);
	tcase_add_test(t, columns_sort_and_each_kind_has_its_order);
	tcase_add_test(t, its_columns_are_chosen_as_those_of_a_list);
	tcase_add_test(t, enter_shows_the_rows_sessions_and_escape_comes_back);
	tcase_add_test(t, what_was_filtered_before_stays);
	tcase_add_test(t, a_term_that_was_there_is_not_taken_away);
	tcase_add_test(t, where_no_filter_asks_it_says_so);
	tcase_add_test(t, under_a_filter_it_says_so);
	tcase_add_test(t, it_fits_every_terminal);
	tcase_add_test(t, ascii_has_bars_too);
	tcase_add_test(t, levels_are_in_proportion);
	tcase_add_test(t, neighbours_are_merged_until_they_fit);
	tcase_add_test(t, bars_stand_on_the_last_row);
}
