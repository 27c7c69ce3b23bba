/*
 * Alignment: by hand, and against the longest common subsequence by its recursion.
 */
#include "present/compare_align.h"

#include <stdlib.h>
#include <string.h>

#include "../main.h"

enum {
	MANY = 4000,
};

static uint64_t left[MANY];
static uint64_t right[MANY];
static uint32_t partner[MANY];

/* Letters are entries. `expected`: of each left one its partner's place in `b`, "-" where it has none. */
static void expect(const char *a, const char *b, const char *expected)
{
	char got[64] = "";

	for (size_t i = 0; a[i] != '\0'; i++)
		left[i] = (uint64_t)a[i];
	for (size_t i = 0; b[i] != '\0'; i++)
		right[i] = (uint64_t)b[i];
	compare_align(left, strlen(a), right, strlen(b), partner);
	for (size_t i = 0; a[i] != '\0'; i++)
		got[i] = partner[i] == COMPARE_ALIGN_ALONE ? '-' : (char)('0' + partner[i]);
	ck_assert_msg(strcmp(got, expected) == 0, "%s | %s: %s, not %s", a, b, got, expected);
}

START_TEST(what_is_equal_is_paired)
{
	expect("", "", "");
	expect("", "abc", "");
	expect("abc", "", "---");
	expect("abc", "abc", "012");
	expect("abc", "xyz", "---");
	expect("abc", "bc", "-01");
	expect("bc", "abc", "12");
	expect("abxc", "abc", "01-2");
	expect("abc", "abxc", "013");
	expect("axc", "ayc", "0-2");
	expect("xabcy", "zabcw", "-123-");
	expect("abcabba", "cbabac", "--023-4"); /* the example of the paper */
}
END_TEST

static size_t longest(size_t left_count, size_t right_count)
{
	static uint16_t lengths[2][MANY + 1];

	memset(lengths, 0, sizeof(lengths));
	for (size_t i = 1; i <= left_count; i++)
		for (size_t j = 1; j <= right_count; j++)
			lengths[i % 2][j] = left[i - 1] == right[j - 1] ? (uint16_t)(lengths[(i - 1) % 2][j - 1] + 1)
					    : lengths[(i - 1) % 2][j] > lengths[i % 2][j - 1] ? lengths[(i - 1) % 2][j]
											      : lengths[i % 2][j - 1];
	return lengths[left_count % 2][right_count];
}

/* Pairs are equal and in order. Returns how many there are. */
static size_t count_pairs(size_t left_count, size_t right_count)
{
	size_t count = 0;
	uint32_t next = 0;

	for (size_t i = 0; i < left_count; i++) {
		if (partner[i] == COMPARE_ALIGN_ALONE)
			continue;
		ck_assert_uint_ge(partner[i], next);
		ck_assert_uint_lt(partner[i], right_count);
		ck_assert_uint_eq(left[i], right[partner[i]]);
		next = partner[i] + 1;
		count++;
	}
	return count;
}

START_TEST(no_more_could_be_paired)
{
	srand(7);
	for (int round = 0; round < 2000; round++) {
		size_t left_count = (size_t)(rand() % 40);
		size_t right_count = (size_t)(rand() % 40);
		int letters = 1 + rand() % 8;

		for (size_t i = 0; i < left_count; i++)
			left[i] = (uint64_t)(rand() % letters);
		for (size_t i = 0; i < right_count; i++)
			right[i] = (uint64_t)(rand() % letters);
		ck_assert(compare_align(left, left_count, right, right_count, partner));
		ck_assert_uint_eq(count_pairs(left_count, right_count), longest(left_count, right_count));
	}
}
END_TEST

/* As long as they may be, all of it different: nothing is paired, and what is near is found all the same. */
START_TEST(long_lists_are_paired_from_the_front)
{
	for (size_t i = 0; i < MANY; i++) {
		left[i] = 2 * i;
		right[i] = 2 * i + 1;
	}
	ck_assert(!compare_align(left, MANY, right, MANY, partner));
	ck_assert_uint_eq(count_pairs(MANY, MANY), 0);
	for (size_t i = 0; i < MANY; i += 4)
		right[i + 3] = left[i];
	compare_align(left, MANY, right, MANY, partner);
	ck_assert_uint_eq(count_pairs(MANY, MANY), MANY / 4);
}
END_TEST

START_TEST(a_few_differences_in_long_lists_are_found)
{
	for (size_t i = 0; i < MANY; i++)
		left[i] = right[i] = i % 17;
	for (size_t i = 100; i < MANY; i += 40)
		left[i] = 100 + i;
	compare_align(left, MANY, right, MANY, partner);
	ck_assert_uint_eq(count_pairs(MANY, MANY), longest(MANY, MANY));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, what_is_equal_is_paired);
	tcase_add_test(t, no_more_could_be_paired);
	tcase_add_test(t, long_lists_are_paired_from_the_front);
	tcase_add_test(t, a_few_differences_in_long_lists_are_found);
}
