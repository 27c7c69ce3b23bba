#include "base/hash.h"

#include <stdlib.h>

#include "../main.h"

enum {
	ITEMS = 3000,
};

struct item {
	uint32_t key;
	bool in;
};

static struct item items[ITEMS];
static struct hash_table table;

static bool same(const void *item, const void *key)
{
	return ((const struct item *)item)->key == *(const uint32_t *)key;
}

START_TEST(a_hash_depends_on_every_byte)
{
	uint8_t bytes[64] = {0};

	for (size_t len = 0; len <= sizeof(bytes); len++) {
		uint64_t plain = hash_bytes(bytes, len);

		ck_assert_uint_eq(hash_bytes(bytes, len), plain);
		for (size_t bit = 0; bit < 8 * len; bit++) {
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			ck_assert_uint_ne(hash_bytes(bytes, len), plain);
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		if (len < sizeof(bytes))
			ck_assert_uint_ne(hash_bytes(bytes, len + 1), plain);
	}
}
END_TEST

START_TEST(an_empty_table_has_nothing)
{
	uint32_t key = 5;

	ck_assert_ptr_null(hash_lookup(&table, 5, same, &key));
	hash_remove(&table, 5, &items[0]);
	hash_fini(&table);
	ck_assert_uint_eq(table.count, 0);
}
END_TEST

/* How well keys are spread: as they come, in few homes, all in one, all at the end of the table. */
static uint64_t hash_of(uint32_t key, int spread)
{
	switch (spread) {
	case 0:
		return hash_bytes(&key, sizeof(key));
	case 1:
		return key % 8;
	case 2:
		return 7;
	default:
		return UINT64_MAX - key % 3;
	}
}

static void check_all(int spread)
{
	size_t count = 0;

	for (uint32_t i = 0; i < ITEMS; i++) {
		void *found = hash_lookup(&table, hash_of(i, spread), same, &i);

		ck_assert_ptr_eq(found, items[i].in ? &items[i] : NULL);
		count += items[i].in;
	}
	ck_assert_uint_eq(table.count, count);
}

/* Random insertions and removals, compared with a plain array of flags. */
START_TEST(it_holds_what_was_put_in_and_not_taken_out)
{
	int keys = _i == 0 ? ITEMS : 100; /* probing all of a long run again and again takes time */

	srand((unsigned int)_i + 1);
	for (uint32_t i = 0; i < ITEMS; i++)
		items[i] = (struct item){.key = i};
	for (int round = 0; round < 30000; round++) {
		struct item *item = &items[rand() % keys];
		uint64_t hash = hash_of(item->key, _i);

		if (item->in)
			hash_remove(&table, hash, item);
		else
			hash_insert(&table, hash, item);
		item->in = !item->in;
		if (round % 1000 == 0)
			check_all(_i);
	}
	check_all(_i);
	ck_assert_uint_ge(table.capacity, table.count);
	for (uint32_t i = 0; i < ITEMS; i++)
		if (items[i].in) {
			hash_remove(&table, hash_of(i, _i), &items[i]);
			items[i].in = false;
		}
	check_all(_i);
	hash_fini(&table);
	ck_assert_ptr_null(table.slots);
}
END_TEST

START_TEST(items_of_one_hash_are_told_apart)
{
	for (uint32_t i = 0; i < 10; i++) {
		items[i] = (struct item){.key = i};
		hash_insert(&table, 42, &items[i]);
	}
	hash_remove(&table, 42, &items[4]);
	for (uint32_t i = 0; i < 10; i++)
		ck_assert_ptr_eq(hash_lookup(&table, 42, same, &i), i == 4 ? NULL : &items[i]);
	hash_fini(&table);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, a_hash_depends_on_every_byte);
	tcase_add_test(t, an_empty_table_has_nothing);
	tcase_add_loop_test(t, it_holds_what_was_put_in_and_not_taken_out, 0, 4);
	tcase_add_test(t, items_of_one_hash_are_told_apart);
}
