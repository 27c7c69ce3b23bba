#include "base/pool.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../main.h"

START_TEST(objects_are_zero_every_time)
{
	struct pool p = {.size = 40};
	unsigned char *objects[10];

	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 10; i++) {
			objects[i] = pool_take(&p);
			for (int at = 0; at < 40; at++)
				ck_assert_uint_eq(objects[i][at], 0);
			memset(objects[i], 0xee, 40);
			for (int other = 0; other < i; other++)
				ck_assert_ptr_ne(objects[i], objects[other]);
		}
		for (int i = 0; i < 10; i++)
			pool_give(&p, objects[(i * 3 + round) % 10]);
	}
	pool_give(&p, NULL);
	pool_fini(&p);
	ck_assert_uint_eq(p.slab_count, 0);
}
END_TEST

/* Many, over several slabs: aligned, apart from each other, and as they were left. */
START_TEST(many_objects_stay_apart)
{
	enum {
		COUNT = 20000
	};
	struct pool p = {.size = 232};
	uint64_t *(*objects)[COUNT] = calloc(1, sizeof(*objects));

	for (uint64_t i = 0; i < COUNT; i++) {
		(*objects)[i] = pool_take(&p);
		ck_assert_uint_eq((uintptr_t)(*objects)[i] % sizeof(uint64_t), 0);
		(*objects)[i][0] = i;
		(*objects)[i][28] = i;
	}
	for (uint64_t i = 0; i < COUNT; i++) {
		ck_assert_uint_eq((*objects)[i][0], i);
		ck_assert_uint_eq((*objects)[i][28], i);
		pool_give(&p, (*objects)[i]);
	}
	pool_fini(&p);
	pool_give(&p, pool_take(&p));
	pool_fini(&p);
	free(objects);
}
END_TEST

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SLABS 0
#else
#define HAS_SLABS 1
#endif

/* In whatever order they come back. */
START_TEST(what_is_not_used_any_more_is_given_back)
{
	enum {
		COUNT = 100000
	};
	static const size_t steps[] = {1, 7919, COUNT - 1};
	struct pool p = {.size = 232};
	void **objects = calloc(COUNT, sizeof(*objects));

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < COUNT; i++)
			objects[i] = pool_take(&p);
		ck_assert_uint_eq(p.slab_count, HAS_SLABS ? COUNT * 232 / POOL_SLAB_BYTES + 1 : 0);
		for (size_t i = 0; i < COUNT; i++)
			pool_give(&p, objects[i * steps[round] % COUNT]);
		ck_assert_uint_eq(p.slab_count, HAS_SLABS);
	}
	for (size_t i = 0; i < COUNT; i++)
		objects[i] = pool_take(&p);
	for (size_t i = 1; i < COUNT; i++)
		pool_give(&p, objects[i]);
	ck_assert_uint_le(p.slab_count, 2); /* one is in use, and one waits */
	pool_give(&p, objects[0]);
	pool_fini(&p);
	free(objects);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, objects_are_zero_every_time);
	tcase_add_test(t, many_objects_stay_apart);
	tcase_add_test(t, what_is_not_used_any_more_is_given_back);
}
