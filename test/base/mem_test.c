#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../main.h"

START_TEST(nothing_is_something)
{
	void *none = mem_alloc(0);
	void *zero = mem_zalloc(0);

	ck_assert_ptr_nonnull(none);
	ck_assert_ptr_nonnull(zero);
	free(none);
	free(zero);
}
END_TEST

START_TEST(zeroed_memory_is_zero)
{
	unsigned char *bytes = mem_zalloc(1000);

	for (int i = 0; i < 1000; i++)
		ck_assert_uint_eq(bytes[i], 0);
	free(bytes);
}
END_TEST

START_TEST(texts_are_copied)
{
	char *copy = mem_strdup("text");

	ck_assert_str_eq(copy, "text");
	free(copy);
}
END_TEST

START_TEST(an_array_grows_by_doubling)
{
	uint32_t *array = NULL;
	size_t cap = 0;
	size_t moves = 0;

	for (uint32_t i = 0; i < 10000; i++) {
		size_t before = cap;

		array = mem_grow(array, &cap, i + 1, sizeof(*array));
		ck_assert_uint_ge(cap, i + 1);
		moves += cap != before;
		array[i] = i;
	}
	ck_assert_uint_le(moves, 15);
	for (uint32_t i = 0; i < 10000; i++)
		ck_assert_uint_eq(array[i], i);
	free(array);
}
END_TEST

START_TEST(an_array_can_grow_at_once_and_shrink)
{
	size_t cap = 0;
	char *array = mem_grow(NULL, &cap, 1000, 1);

	ck_assert_uint_ge(cap, 1000);
	memcpy(array, "abc", 4);
	array = mem_shrink(array, &cap, 4, 1);
	ck_assert_uint_eq(cap, 4);
	ck_assert_str_eq(array, "abc");
	array = mem_shrink(array, &cap, 4, 1);
	array = mem_shrink(array, &cap, 0, 1);
	ck_assert_ptr_null(array);
	ck_assert_uint_eq(cap, 0);
	ck_assert_ptr_null(mem_shrink(NULL, &cap, 0, 1));
}
END_TEST

START_TEST(what_moves_keeps_its_bytes)
{
	char *text = mem_move(mem_strdup("abc and more"), 3);

	ck_assert_mem_eq(text, "abc", 3);
	free(text);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, nothing_is_something);
	tcase_add_test(t, zeroed_memory_is_zero);
	tcase_add_test(t, texts_are_copied);
	tcase_add_test(t, an_array_grows_by_doubling);
	tcase_add_test(t, an_array_can_grow_at_once_and_shrink);
	tcase_add_test(t, what_moves_keeps_its_bytes);
}
