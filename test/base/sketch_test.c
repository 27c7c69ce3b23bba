/*
 * Held against the exact quantiles of numbers that are kept and sorted.
 */
#include "base/sketch.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../main.h"

enum {
	SEEDS = 200,
	NUMBERS = 3000,
};

static struct sketch sketch;
static uint64_t numbers[NUMBERS];
static uint64_t state;

static uint64_t draw(void)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return state >> 33;
}

/* Of very different sizes, as waits are. */
static uint64_t draw_number(void)
{
	return draw() >> draw() % 31;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return (*x > *y) - (*x < *y);
}

/* The nearest rank; `numbers` are sorted. */
static uint64_t exact(size_t count, unsigned int percent)
{
	size_t rank = (count * percent + 99) / 100;

	return numbers[rank > 0 ? rank - 1 : 0];
}

static void setup(void)
{
	sketch_fini(&sketch);
}

static void expect_close(uint64_t value, uint64_t wanted)
{
	double error = fabs((double)value - (double)wanted);

	ck_assert_msg(error <= (double)wanted / 128, "%lu for %lu", (unsigned long)value, (unsigned long)wanted);
}

static int seeds(void)
{
	const char *wanted = getenv("MAILTAP_SEEDS");

	return wanted != NULL && atoi(wanted) > 0 ? atoi(wanted) : SEEDS;
}

START_TEST(every_quantile_is_within_the_error)
{
	for (int seed = 1; seed <= seeds(); seed++) {
		size_t count;

		state = (uint64_t)seed;
		count = 1 + draw() % NUMBERS;
		for (size_t i = 0; i < count; i++)
			sketch_add(&sketch, numbers[i] = draw_number(), SKETCH_BUCKETS);
		qsort(numbers, count, sizeof(numbers[0]), compare);
		for (unsigned int percent = 1; percent <= 100; percent++)
			expect_close(sketch_quantile(&sketch, percent), exact(count, percent));
		ck_assert_uint_eq(sketch.max, numbers[count - 1]);
		ck_assert_uint_eq(sketch.total, count);
		sketch_fini(&sketch);
	}
}
END_TEST

START_TEST(small_numbers_are_exact)
{
	for (uint64_t i = 0; i < 128; i++)
		sketch_add(&sketch, 127 - i, SKETCH_BUCKETS);
	ck_assert_uint_eq(sketch_quantile(&sketch, 50), 63);
	ck_assert_uint_eq(sketch_quantile(&sketch, 95), 121);
	ck_assert_uint_eq(sketch_quantile(&sketch, 100), 127);
	sketch_fini(&sketch);
	ck_assert_uint_eq(sketch_quantile(&sketch, 50), 0);
}
END_TEST

static bool is_same(const struct sketch *a, const struct sketch *b)
{
	return a->count == b->count && a->total == b->total && a->max == b->max &&
	       memcmp(a->buckets, b->buckets, a->count * sizeof(*a->buckets)) == 0;
}

START_TEST(a_merged_one_is_what_one_of_all_numbers_is)
{
	struct sketch halves[2] = {{.count = 0}, {.count = 0}};

	state = 7;
	for (size_t i = 0; i < NUMBERS; i++) {
		uint64_t number = draw_number();

		sketch_add(&sketch, number, SKETCH_BUCKETS);
		sketch_add(&halves[draw() % 2], number, SKETCH_BUCKETS);
	}
	sketch_merge(&halves[0], &halves[1], SKETCH_BUCKETS);
	ck_assert(is_same(&sketch, &halves[0]));
	for (int i = 0; i < 2; i++)
		sketch_fini(&halves[i]);
	sketch_clear(&sketch);
	ck_assert_uint_eq(sketch.total, 0);
	sketch_fini(&sketch);
}
END_TEST

/* What is lost is what was lowest. */
START_TEST(it_has_no_more_buckets_than_it_may)
{
	static const size_t most[] = {2, 3, 16, 100};

	for (size_t m = 0; m < sizeof(most) / sizeof(most[0]); m++) {
		state = m;
		for (size_t i = 0; i < NUMBERS; i++) {
			sketch_add(&sketch, numbers[i] = draw_number(), most[m]);
			ck_assert_uint_le(sketch.count, most[m]);
		}
		qsort(numbers, NUMBERS, sizeof(numbers[0]), compare);
		ck_assert_uint_eq(sketch.total, NUMBERS);
		ck_assert_uint_eq(sketch_between(&sketch, 0, SKETCH_VALUE_MAX), NUMBERS);
		expect_close(sketch_quantile(&sketch, 100), numbers[NUMBERS - 1]);
		ck_assert_uint_ge(sketch_quantile(&sketch, 1), exact(NUMBERS, 1));
		ck_assert_uint_le(sketch_memory(&sketch), 2 * most[m] * sizeof(struct sketch_bucket) + 64);
		sketch_fini(&sketch);
	}
}
END_TEST

START_TEST(what_was_wide_may_become_narrow)
{
	for (uint64_t i = 0; i < 500; i++)
		sketch_add(&sketch, i * 1000, SKETCH_BUCKETS);
	sketch_add(&sketch, 700, 32);
	sketch_add(&sketch, 600000, 32);
	ck_assert_uint_le(sketch.count, 32);
	ck_assert_uint_eq(sketch.total, 502);
	ck_assert_uint_eq(sketch_between(&sketch, 0, SKETCH_VALUE_MAX), 502);
	expect_close(sketch_quantile(&sketch, 95), 475000);
	sketch_fini(&sketch);
}
END_TEST

START_TEST(counts_between_powers_of_two_are_exact)
{
	uint64_t wanted = 0;

	state = 3;
	for (size_t i = 0; i < NUMBERS; i++) {
		uint64_t number = draw_number();

		sketch_add(&sketch, number, SKETCH_BUCKETS);
		wanted += number >= 1 << 10 && number < 1 << 14;
	}
	ck_assert_uint_eq(sketch_between(&sketch, 1 << 10, 1 << 14), wanted);
	sketch_fini(&sketch);
}
END_TEST

START_TEST(what_is_beyond_the_greatest_counts_as_that)
{
	sketch_add(&sketch, UINT64_MAX, SKETCH_BUCKETS);
	ck_assert_uint_eq(sketch.max, SKETCH_VALUE_MAX);
	expect_close(sketch_quantile(&sketch, 50), SKETCH_VALUE_MAX);
	sketch_fini(&sketch);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, every_quantile_is_within_the_error);
	tcase_add_test(t, small_numbers_are_exact);
	tcase_add_test(t, a_merged_one_is_what_one_of_all_numbers_is);
	tcase_add_test(t, it_has_no_more_buckets_than_it_may);
	tcase_add_test(t, what_was_wide_may_become_narrow);
	tcase_add_test(t, counts_between_powers_of_two_are_exact);
	tcase_add_test(t, what_is_beyond_the_greatest_counts_as_that);
}
