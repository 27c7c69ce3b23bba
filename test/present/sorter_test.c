#include "present/sorter.h"

#include <stdlib.h>

#include "../main.h"
#include "base/clock.h"

enum {
	ITEMS_MAX = 6000,
};

static struct sorter s;
static uint32_t seed;
static char texts[ITEMS_MAX][40];

static void setup(void)
{
	s = (struct sorter){.is_on = false};
	seed = 1;
}

static void teardown(void)
{
	sorter_fini(&s);
}

static uint32_t random_below(uint32_t end)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % end;
}

static void text_key(void *ctx, const struct sorter_item *item, struct sorter_key *key)
{
	++*(size_t *)ctx;
	sorter_key_name(key, texts[item->session]);
}

/* Many alike, many that begin alike, some empty. */
static void make_texts(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t len = random_below(4) == 0 ? random_below(30) : 8 + random_below(3);

		memset(texts[i], 0, sizeof(texts[i]));
		for (uint32_t at = 0; at < len; at++)
			texts[i][at] = (char)('a' + (at < 7 ? 0 : random_below(3)));
	}
}

static void sort(size_t count, bool is_descending)
{
	size_t keys = 0;

	sorter_begin(&s, is_descending, count / 2);
	for (size_t i = 0; i < count; i++)
		sorter_add(&s, (struct sorter_item){.session = count - 1 - i});
	while (sorter_work(&s, text_key, &keys, clock_monotonic_ns() + 20 * CLOCK_NS_PER_US)) {
		ck_assert_int_lt(sorter_permille(&s), 1000);
		ck_assert_int_ge(sorter_permille(&s), 0);
	}
	ck_assert_int_eq(sorter_permille(&s), 1000);
	ck_assert_uint_eq(keys, count); /* each one once */
}

/* In pieces, and all of it. */
START_TEST(memory_is_given_back)
{
	int pieces = 0;

	sorter_begin(&s, false, 0);
	for (size_t i = 0; i < 200000; i++)
		sorter_add(&s, (struct sorter_item){.session = i});
	while (sorter_release(&s))
		pieces++;
	ck_assert_int_gt(pieces, 5);
	ck_assert_ptr_null(s.from);
	ck_assert(!sorter_release(&s));
}
END_TEST

/* Of any number, both ways, wherever it is interrupted; what is alike stays in the order of numbers. */
START_TEST(texts_are_sorted)
{
	static const size_t counts[] = {0, 1, 2, 3, 7, 8, 9, 100, 1023, 1024, 1025, ITEMS_MAX};
	size_t count = counts[_i / 2];
	bool is_descending = _i % 2;
	static bool seen[ITEMS_MAX];

	make_texts(count);
	sort(count, is_descending);
	ck_assert_uint_eq(s.count, count);
	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < count; i++) {
		int order = i > 0 ? strcmp(texts[s.from[i - 1].session], texts[s.from[i].session]) : 0;

		ck_assert(!seen[s.from[i].session]);
		seen[s.from[i].session] = true;
		ck_assert(is_descending ? order >= 0 : order <= 0);
		if (i > 0 && order == 0)
			ck_assert_uint_lt(s.from[i - 1].session, s.from[i].session);
	}
}
END_TEST

static int compare(const struct sorter_key *a, const struct sorter_key *b)
{
	int by_text = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return by_text != 0 ? by_text : (int)a->len - (int)b->len;
}

START_TEST(ends_rise_by_address_then_by_port)
{
	static const struct {
		uint8_t address[16];
		bool is_ipv6;
		uint16_t port;
	} rows[] = {
		{{10, 0, 0, 1}, false, 25},
		{{10, 0, 0, 1}, false, 587},
		{{10, 0, 0, 2}, false, 24},
		{{192, 168, 0, 1}, false, 1},
		{{0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, true, 25},
		{{0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, true, 587},
		{{0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}, true, 25},
	};
	struct sorter_key before;
	struct sorter_key key;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sorter_key_end(&key, rows[i].address, rows[i].is_ipv6, rows[i].port);
		ck_assert(i == 0 || compare(&before, &key) < 0);
		before = key;
	}
}
END_TEST

START_TEST(a_text_longer_than_is_shown_is_cut)
{
	char text[2000];
	struct sorter_key key;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	sorter_key_name(&key, text);
	ck_assert_uint_eq(key.len, SORTER_TEXT_MAX);
	sorter_key_name(&key, NULL);
	ck_assert_uint_eq(key.rank + key.len, 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, texts_are_sorted, 0, 24);
	tcase_add_test(t, memory_is_given_back);
	tcase_add_test(t, ends_rise_by_address_then_by_port);
	tcase_add_test(t, a_text_longer_than_is_shown_is_cut);
}
