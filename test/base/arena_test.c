#include "base/arena.h"

#include <stdio.h>

#include "../main.h"

static struct arena a;

START_TEST(pieces_are_aligned_and_apart)
{
	uint8_t *before = NULL;
	size_t before_size = 0;

	for (size_t size = 0; size < 300; size++) {
		uint8_t *piece = arena_alloc(&a, size);

		ck_assert_uint_eq((uintptr_t)piece % _Alignof(uint64_t), 0);
		ck_assert(before == NULL || piece >= before + before_size || piece + size <= before);
		memset(piece, (int)size, size);
		before = piece;
		before_size = size;
	}
	arena_fini(&a);
	ck_assert_uint_eq(a.held, 0);
	ck_assert_ptr_null(a.newest);
}
END_TEST

START_TEST(copies_stay_as_they_were)
{
	struct slice copies[2000];
	char text[32];

	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof(text), "copy %d", i);
		copies[i] = arena_copy(&a, slice_from_text(text));
	}
	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof(text), "copy %d", i);
		ck_assert(slice_equals(copies[i], slice_from_text(text)));
	}
	ck_assert_uint_eq(arena_copy(&a, slice_from_text("")).len, 0);
	arena_fini(&a);
}
END_TEST

START_TEST(a_small_arena_is_small)
{
	arena_copy(&a, slice_from_text("x"));
	ck_assert_uint_le(a.held, 512);
	for (int i = 0; i < 100; i++)
		arena_alloc(&a, 100);
	ck_assert_uint_lt(a.held, 40000);
	arena_fini(&a);
}
END_TEST

START_TEST(a_large_piece_has_its_chunk)
{
	uint8_t *large = arena_alloc(&a, 1000000);

	memset(large, 1, 1000000);
	ck_assert_uint_ge(a.held, 1000000);
	arena_alloc(&a, 10);
	ck_assert_uint_lt(a.held, 1000000 + 200000);
	arena_fini(&a);
}
END_TEST

/* The room that it does not need is still there for others. */
START_TEST(a_piece_that_does_not_fit_wastes_none)
{
	size_t held;

	arena_alloc(&a, 96);
	arena_alloc(&a, 240);
	held = a.held;
	ck_assert_uint_le(held, ARENA_FIRST_SIZE + 240 + 16);
	memset(arena_alloc(&a, ARENA_FIRST_SIZE - 96 - 16), 1, ARENA_FIRST_SIZE - 96 - 16);
	ck_assert_uint_eq(a.held, held);
	arena_alloc(&a, 8);
	ck_assert_uint_eq(a.held, 2 * held);
	arena_fini(&a);
	ck_assert_uint_eq(a.held, 0);
}
END_TEST

START_TEST(what_is_reset_is_used_again)
{
	size_t held = 0;

	arena_reset(&a);
	for (int round = 0; round < 1000; round++) {
		for (int i = 0; i < 20; i++)
			memset(arena_alloc(&a, 64), round, 64);
		arena_reset(&a);
		if (round == 10)
			held = a.held;
	}
	ck_assert_uint_eq(a.held, held);
	arena_fini(&a);
	ck_assert_uint_eq(a.held, 0);
}
END_TEST

START_TEST(a_smaller_first_chunk_may_be_asked_for)
{
	struct arena small = {.first_size = 64};

	memset(arena_alloc(&small, 16), 1, 16);
	ck_assert_uint_eq(small.held, 64);
	memset(arena_alloc(&small, 200), 1, 200);
	ck_assert_uint_ge(small.held, 264);
	arena_reset(&small);
	memset(arena_alloc(&small, 200), 1, 200);
	ck_assert_uint_lt(small.held, 300);
	arena_fini(&small);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, a_smaller_first_chunk_may_be_asked_for);
	tcase_add_test(t, pieces_are_aligned_and_apart);
	tcase_add_test(t, copies_stay_as_they_were);
	tcase_add_test(t, a_small_arena_is_small);
	tcase_add_test(t, a_large_piece_has_its_chunk);
	tcase_add_test(t, a_piece_that_does_not_fit_wastes_none);
	tcase_add_test(t, what_is_reset_is_used_again);
}
