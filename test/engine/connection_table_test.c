#include "engine/connection_table.h"

#include <stdlib.h>

#include "../main.h"

enum {
	COUNT = 20000,
	MEMORY_MIN = 4096,
};

static struct connection_table t;
static uint64_t numbers[COUNT];
static size_t count;

static void setup(void)
{
	count = 0;
}

static void teardown(void)
{
	connection_table_fini(&t);
}

/* They are only pointed to. */
static struct connection *connection_of(uint64_t number)
{
	return (struct connection *)(uintptr_t)(number << 4);
}

static void put(uint64_t number)
{
	connection_table_put(&t, number, connection_of(number));
	numbers[count++] = number;
}

/* All that are there, and no others, by number. */
static void expect_all(void)
{
	uint64_t number = 0;

	for (size_t i = 0; i < count; i++) {
		number = connection_table_next(&t, number);
		ck_assert_uint_eq(number, numbers[i]);
		ck_assert_ptr_eq(connection_table_get(&t, number), connection_of(number));
	}
	ck_assert_uint_eq(connection_table_next(&t, number), 0);
}

START_TEST(an_empty_table_holds_nothing)
{
	ck_assert_ptr_null(connection_table_get(&t, 0));
	ck_assert_ptr_null(connection_table_get(&t, UINT64_C(1) << 32));
	ck_assert_uint_eq(connection_table_next(&t, 0), 0);
	ck_assert_uint_eq(connection_table_memory(&t), 0);
}
END_TEST

/* Bit by bit: wherever they begin, the memory is the same. */
START_TEST(memory_goes_by_what_is_there)
{
	static const uint64_t begins[] = {1, (UINT64_C(1) << 32) - 5000, UINT64_C(1) << 40};
	uint64_t memory = 0;

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		for (uint64_t n = 0; n < 10000; n++)
			put(begins[i] + n);
		expect_all();
		if (i == 0)
			memory = connection_table_memory(&t);
		ck_assert_uint_le(connection_table_memory(&t), memory + MEMORY_MIN);
		while (count > 0)
			connection_table_drop(&t, numbers[--count]);
		ck_assert_uint_le(connection_table_memory(&t), MEMORY_MIN);
	}
}
END_TEST

/* One stays, the others come and go. */
START_TEST(an_old_one_takes_no_memory_for_those_between)
{
	connection_table_put(&t, 7, connection_of(7));
	for (uint64_t n = 1000; n < 4000000; n++) {
		connection_table_put(&t, n, connection_of(n));
		if (n >= 2000)
			connection_table_drop(&t, n - 1000);
	}
	connection_table_put(&t, UINT64_C(1) << 50, connection_of(UINT64_C(1) << 50));
	ck_assert_uint_le(connection_table_memory(&t), 32 * 1024);
	ck_assert_uint_eq(connection_table_next(&t, 0), 7);
	ck_assert_uint_eq(connection_table_next(&t, 7), 3999000);
	ck_assert_uint_eq(connection_table_next(&t, 3999999), UINT64_C(1) << 50);
	ck_assert_ptr_null(connection_table_get(&t, 3998999));
}
END_TEST

static uint64_t random_number(uint64_t *state, unsigned int bits)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (*state >> 20) % (UINT64_C(1) << bits) + 1;
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static void drop_some(uint64_t *state)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (random_number(state, 2) == 1)
			numbers[kept++] = numbers[i];
		else
			connection_table_drop(&t, numbers[i]);
	count = kept;
}

/* In any order, dense and sparse. */
START_TEST(what_was_put_is_found)
{
	uint64_t state = (uint64_t)_i;

	for (int round = 0; round < 8; round++) {
		for (int i = 0; i < 2000; i++) {
			uint64_t number = random_number(&state, 12 + 4 * (unsigned int)_i);

			if (connection_table_get(&t, number) == NULL)
				put(number);
		}
		qsort(numbers, count, sizeof(numbers[0]), compare);
		expect_all();
		drop_some(&state);
		expect_all();
	}
}
END_TEST

void list_tests(TCase *c)
{
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, an_empty_table_holds_nothing);
	tcase_add_test(c, memory_goes_by_what_is_there);
	tcase_add_test(c, an_old_one_takes_no_memory_for_those_between);
	tcase_add_loop_test(c, what_was_put_is_found, 0, 8);
}
