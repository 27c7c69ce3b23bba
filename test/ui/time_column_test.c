#include "ui/time_column.h"

#include "../main.h"
#include "fixture.h"

/* The column of one row of a session that takes so long, in the order of the times. */
static void draw(enum time_column what, int64_t duration_ns, int64_t before_ns, int64_t time_ns, struct buffer *out)
{
	struct snapshot *s = snapshot_new();
	struct snapshot_timeline_row row = {
		.time_ns = time_ns, .before_ns = before_ns, .at_ns = FIXTURE_START + time_ns};
	struct grid g = {0};

	s->session_head.duration_ns = duration_ns;
	grid_reset(&g, 30, 2);
	time_column_draw_heading(what, time_column_longest(s), &g, (struct rect){0, 0, 30, 1});
	time_column_draw(what, time_column_longest(s), &row, &g, (struct rect){0, 1, 30, 1});
	grid_text(&g, out);
	buffer_append_byte(out, '\0');
	for (int column = time_column_width(what) - 1; column < 30; column++)
		ck_assert_uint_eq(grid_cell(&g, column, 1)->character, ' ');
	grid_fini(&g);
	snapshot_free(s);
}

static const struct {
	int64_t duration_ns;
	int64_t time_ns;
	const char *drawn;
} starts[] = {
	{0, 0, "us\n      +0\n"},
	{999 * CLOCK_NS_PER_US, 31 * CLOCK_NS_PER_US, "us\n     +31\n"},
	{CLOCK_NS_PER_MS, 31 * CLOCK_NS_PER_US, "ms\n  +0.031\n"},
	{999 * CLOCK_NS_PER_MS, 999999 * CLOCK_NS_PER_US, "ms\n+999.999\n"},
	{CLOCK_NS_PER_S, 13 * CLOCK_NS_PER_MS, "s\n  +0.013\n"},
	{999 * CLOCK_NS_PER_S, 999999 * CLOCK_NS_PER_MS, "s\n+999.999\n"},
	{1000 * CLOCK_NS_PER_S, 13 * CLOCK_NS_PER_S, "min:s\n +0:13.0\n"},
	{5999 * CLOCK_NS_PER_S, 5999900 * CLOCK_NS_PER_MS, "min:s\n+99:59.9\n"},
	{6000 * CLOCK_NS_PER_S, 61 * CLOCK_NS_PER_S, "h:min:s\n 0:01:01\n"},
	{359999 * CLOCK_NS_PER_S, 359999 * CLOCK_NS_PER_S, "h:min:s\n99:59:59\n"},
	{360000 * CLOCK_NS_PER_S, 360060 * CLOCK_NS_PER_S, "d h:min\n 4 04:01\n"},
};

START_TEST(test_since_the_start)
{
	struct buffer drawn = {0};

	draw(TIME_COLUMN_START, starts[_i].duration_ns, -1, starts[_i].time_ns, &drawn);
	ck_assert_str_eq((const char *)drawn.data, starts[_i].drawn);
	buffer_fini(&drawn);
}
END_TEST

static const struct {
	int64_t before_ns;
	const char *drawn;
} steps[] = {
	{-1, "before\n\n"},
	{0, "before\n   0 us\n"},
	{999999, "before\n 999 us\n"},
	{CLOCK_NS_PER_MS, "before\n1.00 ms\n"},
	{12345 * CLOCK_NS_PER_US, "before\n12.3 ms\n"},
	{219 * CLOCK_NS_PER_MS, "before\n 219 ms\n"},
	{1240 * CLOCK_NS_PER_MS, "before\n1.24 s\n"},
	{59999 * CLOCK_NS_PER_MS, "before\n59.9 s\n"},
	{90 * CLOCK_NS_PER_S, "before\n1.50 min\n"},
	{5999 * CLOCK_NS_PER_S, "before\n99.9 min\n"},
	{6000 * CLOCK_NS_PER_S, "before\n1.66 h\n"},
	{INT64_C(3599999) * CLOCK_NS_PER_S, "before\n 999 h\n"},
	{INT64_C(3600000) * CLOCK_NS_PER_S, "before\n41.6 d\n"},
};

START_TEST(test_since_the_row_before)
{
	struct buffer drawn = {0};

	draw(TIME_COLUMN_BEFORE, CLOCK_NS_PER_S, steps[_i].before_ns, 0, &drawn);
	ck_assert_str_eq((const char *)drawn.data, steps[_i].drawn);
	buffer_fini(&drawn);
}
END_TEST

START_TEST(test_by_the_clock)
{
	struct buffer drawn = {0};

	draw(TIME_COLUMN_CLOCK, CLOCK_NS_PER_S, -1, 7089 * CLOCK_NS_PER_MS, &drawn);
	ck_assert_str_eq((const char *)drawn.data, "clock\n12:31:09.089\n");
	buffer_fini(&drawn);
}
END_TEST

/* The key goes round; another session has the same column, and the pane says which it is. */
START_TEST(test_key)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "\t");
	ck_assert(!fixture_shows(&f, "since the"));
	fixture_keys(&f, "w");
	ck_assert(fixture_shows(&f, "Timeline of session 1 - since the row before "));
	ck_assert(fixture_shows(&f, "33.0 ms"));
	fixture_keys(&f, "w");
	ck_assert(fixture_shows(&f, "Timeline of session 1 - by the clock "));
	ck_assert(fixture_shows(&f, "12:31:02.011"));
	state_focus_session(&f.st, 2);
	ck_assert_int_eq(f.st.times, TIME_COLUMN_CLOCK);
	fixture_keys(&f, "w");
	ck_assert_int_eq(f.st.times, TIME_COLUMN_START);
	fixture_fini(&f);
}
END_TEST

void list_tests(TCase *t)
{
	setenv("TZ", "UTC", 1);
	tcase_add_loop_test(t, test_since_the_start, 0, sizeof(starts) / sizeof(starts[0]));
	tcase_add_loop_test(t, test_since_the_row_before, 0, sizeof(steps) / sizeof(steps[0]));
	tcase_add_test(t, test_by_the_clock);
	tcase_add_test(t, test_key);
}
