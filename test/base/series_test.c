#include "base/series.h"

#include <stdlib.h>
#include <string.h>

#include "../main.h"

enum {
	COLUMNS = 16,
	EVENTS = 1000,
};

static struct series_scale scale;
static uint32_t columns[COLUMNS];
static unsigned int merged;

static void setup(void)
{
	scale = (struct series_scale){.begin_ns = 0};
	memset(columns, 0, sizeof(columns));
	merged = 0;
}

static void add(int64_t time_ns)
{
	size_t place = series_place(&scale, time_ns, COLUMNS);

	series_catch_up(&scale, columns, COLUMNS, &merged);
	columns[place]++;
}

/* As if they had been counted with the last scale from the start. */
START_TEST(merged_columns_are_what_wide_ones_would_be)
{
	uint32_t wanted[COLUMNS] = {0};
	int64_t times[EVENTS];

	srand48(_i);
	scale.begin_ns = 5;
	for (int i = 0; i < EVENTS; i++)
		add(times[i] = 5 + (int64_t)(drand48() * (double)(SERIES_FIRST_NS << (i / 50))));
	for (int i = 0; i < EVENTS; i++)
		wanted[(times[i] - 5) / series_width_ns(&scale)]++;
	for (int i = 0; i < COLUMNS; i++)
		ck_assert_uint_eq(columns[i], wanted[i]);
	ck_assert_uint_gt(scale.merged, 10);
}
END_TEST

START_TEST(the_clock_may_go_back_and_far_ahead)
{
	scale.begin_ns = 1000;
	add(0);
	ck_assert_uint_eq(columns[0], 1);
	add(INT64_MAX);
	ck_assert_uint_eq(columns[0], 1);
	add(INT64_MIN / 2);
	ck_assert_uint_eq(columns[0], 2);
}
END_TEST

/* One that was not added to for long catches up when it is read. */
START_TEST(those_that_share_a_scale_catch_up)
{
	uint32_t other[COLUMNS] = {1, 1, 1, 1};
	unsigned int other_merged = 0;

	add(SERIES_FIRST_NS * COLUMNS * 4 - 1);
	series_catch_up(&scale, other, COLUMNS, &other_merged);
	ck_assert_uint_eq(other[0], 4);
	ck_assert_uint_eq(other[1] + other[2] + other[3], 0);
	ck_assert_uint_eq(columns[COLUMNS - 1], 1);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_loop_test(t, merged_columns_are_what_wide_ones_would_be, 1, 50);
	tcase_add_test(t, the_clock_may_go_back_and_far_ahead);
	tcase_add_test(t, those_that_share_a_scale_catch_up);
}
