#include "../main.h"
#include "fixture.h"

/* The timeline alone, with this reply's latency and pace. */
static void begin(struct fixture *f, int columns, int64_t latency_ms, enum snapshot_meaning pace)
{
	fixture_begin(f, columns, 24);
	fixture_keys(f, "\t");
	f->s->timeline_rows[2].latency_ns = latency_ms * CLOCK_NS_PER_MS;
	f->s->timeline_rows[2].pace = pace;
}

static const struct {
	int64_t latency_ms;
	enum snapshot_meaning pace;
	const char *ascii;
	const char *utf8;
} bars[] = {
	{0, MEANING_GOOD, "|    0 us         ", "│    0 us         "},
	{1, MEANING_GOOD, "1.0 ms =      ", "1.0 ms ▄      "},
	{3, MEANING_GOOD, "3.0 ms =      ", "3.0 ms ▄      "},
	{4, MEANING_GOOD, "4.0 ms ==     ", "4.0 ms ▄▄     "},
	{250, MEANING_MUTED, "250 ms ====    ", "250 ms ▄▄▄▄    "},
	{2000, MEANING_WARNING, "2.00 s!######  ", "2.00 s!██████  "},
	{65000, MEANING_ERROR, "1:05 minx########", "1:05 min✘████████"},
};

/* Cells for powers of four; what is over its limit differs without colours, too. */
START_TEST(a_bar_is_logarithmic)
{
	struct fixture f;

	begin(&f, 80, bars[_i].latency_ms, bars[_i].pace);
	f.st.ascii = true;
	ck_assert_msg(fixture_shows(&f, bars[_i].ascii), "%s", bars[_i].ascii);
	f.st.ascii = false;
	ck_assert_msg(fixture_shows(&f, bars[_i].utf8), "%s", bars[_i].utf8);
	fixture_fini(&f);
}
END_TEST

START_TEST(a_bar_has_the_colour_of_its_pace)
{
	struct fixture f;

	begin(&f, 80, 2000, MEANING_WARNING);
	f.st.ascii = true;
	ck_assert_int_eq(fixture_style(&f, "!######"), STYLE_WARNING);
	f.s->timeline_rows[2].pace = MEANING_GOOD;
	ck_assert_int_eq(fixture_style(&f, "======"), STYLE_GOOD);
	fixture_fini(&f);
}
END_TEST

START_TEST(a_narrow_pane_has_no_bars)
{
	struct fixture f;

	begin(&f, 77, 2000, MEANING_WARNING);
	f.st.ascii = true;
	ck_assert(fixture_shows(&f, "|  2.00 s|"));
	fixture_fini(&f);
	begin(&f, 78, 2000, MEANING_WARNING);
	f.st.ascii = true;
	ck_assert(fixture_shows(&f, "|  2.00 s!######  |"));
	fixture_fini(&f);
}
END_TEST

/* Beside the ladder, or behind the words where a latency stands there; where there is no room it is left out. */
START_TEST(a_phase_costs_no_row)
{
	struct fixture f;

	begin(&f, 80, 2, MEANING_GOOD);
	f.st.ascii = true;
	snprintf(f.s->timeline_rows[1].phase, sizeof(f.s->timeline_rows[1].phase), "hello");
	ck_assert(fixture_shows(&f, "--->|   hello         |"));
	snprintf(f.s->timeline_rows[0].phase, sizeof(f.s->timeline_rows[0].phase), "greeting");
	ck_assert(!fixture_shows(&f, "greeting"));
	snprintf(f.s->timeline_rows[0].text, sizeof(f.s->timeline_rows[0].text), "220 ns1.example.com ESMTP Postfi");
	ck_assert(fixture_shows(&f, "|<-- 220 ns1.example.com ESMTP Postfi - greeting --|   31 ms ==="));
	ck_assert_int_eq(fixture_style(&f, "greeting") & ~STYLE_FLAGS, STYLE_MUTED);
	snprintf(f.s->timeline_rows[2].phase, sizeof(f.s->timeline_rows[2].phase), "nowhere");
	ck_assert(!fixture_shows(&f, "nowhere"));
	fixture_fini(&f);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_bar_is_logarithmic, 0, sizeof(bars) / sizeof(bars[0]));
	tcase_add_test(t, a_bar_has_the_colour_of_its_pace);
	tcase_add_test(t, a_narrow_pane_has_no_bars);
	tcase_add_test(t, a_phase_costs_no_row);
}
