#include "flow/pieces.h"

#include "../main.h"
#include "rig.h"

enum {
	COUNT = 1000,
	LEN = 10,
	STRIDE = 16, /* so there is a hole after each */
};

static struct pieces *pieces;

static void setup(void)
{
	pieces = NULL;
}

static void teardown(void)
{
	pieces_free(pieces);
}

static void insert(uint64_t number)
{
	struct stream_piece p = {.extent = {.offset = number * STRIDE, .len = LEN}};

	pieces_insert(&pieces, &p);
}

static size_t count(void)
{
	uint64_t end = 0;
	size_t n = 0;

	for (struct stream_piece *p = pieces_first(pieces); p != NULL; p = pieces_next(p), n++) {
		ck_assert_uint_ge(p->extent.offset, end);
		end = pieces_end(p);
	}
	return n;
}

/* In order, reversed, from the middle outwards, and in an order without order. */
static uint64_t nth(int order, uint64_t i)
{
	switch (order) {
	case 0:
		return i;
	case 1:
		return COUNT - 1 - i;
	case 2:
		return i % 2 == 0 ? COUNT / 2 + i / 2 : COUNT / 2 - 1 - i / 2;
	default:
		return i * 617 % COUNT;
	}
}

START_TEST(every_order_is_sorted)
{
	for (uint64_t i = 0; i < COUNT; i++)
		insert(nth(_i, i));
	ck_assert_uint_eq(count(), COUNT);
	ck_assert_uint_eq(pieces_first(pieces)->extent.offset, 0);
}
END_TEST

/* At each place: within a piece, at its end, in the hole behind it. */
START_TEST(the_first_that_ends_after_a_place_is_found)
{
	ck_assert_ptr_null(pieces_behind(pieces, 0));
	for (uint64_t i = 0; i < COUNT; i++)
		insert(nth(_i, i));
	for (uint64_t offset = 0; offset < COUNT * STRIDE; offset++) {
		const struct stream_piece *p = pieces_behind(pieces, offset);
		uint64_t number = offset / STRIDE + (offset % STRIDE >= LEN);

		if (number == COUNT)
			ck_assert_ptr_null(p);
		else
			ck_assert_uint_eq(p->extent.offset, number * STRIDE);
	}
}
END_TEST

START_TEST(what_is_removed_is_gone)
{
	for (uint64_t i = 0; i < COUNT; i++)
		insert(i);
	for (uint64_t i = 0; i < COUNT; i++) {
		uint64_t offset = nth(_i, i) * STRIDE;
		struct stream_piece *p = pieces_behind(pieces, offset);

		ck_assert_uint_eq(p->extent.offset, offset);
		pieces_remove(&pieces, p);
		if (i % 100 == 0)
			ck_assert_uint_eq(count(), COUNT - 1 - i);
	}
	ck_assert_ptr_null(pieces);
	ck_assert_ptr_null(pieces_first(pieces));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, every_order_is_sorted, 0, 4);
	tcase_add_loop_test(t, the_first_that_ends_after_a_place_is_found, 0, 4);
	tcase_add_loop_test(t, what_is_removed_is_gone, 0, 4);
}
