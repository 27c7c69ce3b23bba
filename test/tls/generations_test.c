#include "tls/generations.h"

#include "../main.h"

enum {
	MAX = 256 << 10,
};

struct number {
	struct generations_item item;
	uint64_t number;
};

/* Many hashes begin at few slots, and some are the same. */
static uint64_t hash_of(uint64_t number)
{
	return (number % 5) << 61 | number / 3;
}

static void add(struct generations *g, uint64_t number)
{
	struct number *n = generations_add(g, hash_of(number));

	ck_assert_uint_eq(n->item.used, 1);
	ck_assert_uint_eq(n->number, 0);
	n->number = number;
}

static int count(const struct generations *g, uint64_t number, size_t tables)
{
	struct generations_walk walk;
	const struct number *n;
	int times = 0;

	generations_walk_init(&walk, g, hash_of(number), tables);
	while ((n = generations_walk_next(&walk)) != NULL)
		times += n->number == number;
	return times;
}

static bool is_odd(const void *ctx, const void *item)
{
	const struct number *n = item;

	return n->number % *(const uint64_t *)ctx == 1;
}

START_TEST(each_item_is_found_once)
{
	struct generations g;

	generations_init(&g, sizeof(struct number), MAX, false);
	ck_assert_int_eq(count(&g, 1, GENERATIONS_MAX), 0);
	for (uint64_t i = 0; i < 1200; i++)
		add(&g, i);
	for (uint64_t i = 0; i < 1300; i++)
		ck_assert_int_eq(count(&g, i, GENERATIONS_MAX), i < 1200);
	ck_assert_uint_eq(g.count, 1200);
	generations_fini(&g);
	ck_assert_uint_eq(g.bytes, 0);
	ck_assert_uint_eq(g.count, 0);
}
END_TEST

START_TEST(what_was_removed_is_not_in_the_way)
{
	struct generations g;
	uint64_t two = 2;
	uint64_t one = 1;

	generations_init(&g, sizeof(struct number), MAX, false);
	for (uint64_t i = 0; i < 1200; i++)
		add(&g, i);
	generations_remove(&g, is_odd, &two);
	ck_assert_uint_eq(g.count, 600);
	for (uint64_t i = 0; i < 1200; i++)
		ck_assert_int_eq(count(&g, i, GENERATIONS_MAX), i % 2 == 0);
	for (uint64_t i = 1; i < 1200; i += 2)
		add(&g, i);
	for (uint64_t i = 0; i < 1200; i++)
		ck_assert_int_eq(count(&g, i, GENERATIONS_MAX), 1);
	generations_remove(&g, is_odd, &one);
	ck_assert_uint_eq(g.count, 1200);
	ck_assert_uint_eq(g.forgotten, 0);
	generations_fini(&g);
}
END_TEST

START_TEST(a_walk_ends_at_the_tables_that_are_asked_for)
{
	struct generations g;
	uint64_t last = 0;

	generations_init(&g, sizeof(struct number), MAX, false);
	while (g.table_count < 3)
		add(&g, last++);
	ck_assert_int_eq(count(&g, last - 1, 1), 1);
	ck_assert_int_eq(count(&g, last - 2, 1), 0);
	ck_assert_int_eq(count(&g, last - 2, 2), 1);
	ck_assert_int_eq(count(&g, 0, 2), 0);
	ck_assert_int_eq(count(&g, 0, 3), 1);
	generations_fini(&g);
}
END_TEST

/* Whatever the bound: it is kept, half of it is used, and the oldest go first. */
START_TEST(the_bound_is_kept)
{
	for (size_t max = 64 << 10; max <= 1 << 20; max = max * 2 + 77) {
		struct generations g;
		size_t all = max / sizeof(struct number) * 2;

		generations_init(&g, sizeof(struct number), max, false);
		for (uint64_t i = 0; i < all; i++) {
			struct number *n = generations_add(&g, i * UINT64_C(0x9e3779b97f4a7c15));

			n->number = i;
			ck_assert_uint_le(g.bytes, max);
		}
		ck_assert_uint_eq(g.count + g.forgotten, all);
		ck_assert_uint_ge(g.count, max / sizeof(struct number) / 2);
		for (uint64_t i = 0; i < all; i++) {
			struct generations_walk walk;

			generations_walk_init(&walk, &g, i * UINT64_C(0x9e3779b97f4a7c15), GENERATIONS_MAX);
			ck_assert_int_eq(generations_walk_next(&walk) != NULL, i >= g.forgotten);
		}
		generations_fini(&g);
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, each_item_is_found_once);
	tcase_add_test(t, what_was_removed_is_not_in_the_way);
	tcase_add_test(t, a_walk_ends_at_the_tables_that_are_asked_for);
	tcase_add_test(t, the_bound_is_kept);
}
