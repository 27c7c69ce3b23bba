#include "flow/extents.h"

#include "../main.h"
#include "rig.h"

static struct extents x;

static void append(uint32_t len)
{
	struct extent e = {.offset = extents_end(&x), .place = extents_end(&x) * 10, .len = len & EXTENT_LEN_MAX};

	extents_append(&x, &e);
}

static void setup(void)
{
	x = (struct extents){0};
}

static void teardown(void)
{
	extents_fini(&x);
	ck_assert_uint_eq(x.count, 0);
}

START_TEST(an_empty_list_ends_at_0)
{
	ck_assert_uint_eq(extents_end(&x), 0);
	ck_assert_uint_eq(extents_find(&x, 0), 0);
}
END_TEST

/* Every offset of lists of every length up to 70, with extents of different lengths. */
START_TEST(each_offset_is_found)
{
	size_t count = (size_t)_i;

	for (size_t i = 0; i < count; i++)
		append((uint32_t)(i * 7 % 5 + 1));
	for (size_t i = 0; i < count; i++)
		for (uint64_t at = x.items[i].offset; at < x.items[i].offset + x.items[i].len; at++)
			ck_assert_uint_eq(extents_find(&x, at), i);
	ck_assert_uint_eq(extents_find(&x, extents_end(&x)), count);
	ck_assert_uint_eq(extents_find(&x, UINT64_MAX), count);
}
END_TEST

static void count_dropped(void *ctx, const struct extent *e)
{
	uint64_t *end = ctx;

	ck_assert_uint_eq(e->offset, *end);
	*end += e->len;
}

/* Forgets in steps of every width; what is left is found where it was, and each is dropped once. */
START_TEST(what_is_forgotten_is_dropped_once_and_the_rest_is_found)
{
	uint64_t dropped = 0;
	uint64_t width = (uint64_t)_i;

	for (int i = 0; i < 60; i++)
		append(10);
	for (uint64_t offset = 0; offset <= 600; offset += width) {
		extents_forget(&x, offset, count_dropped, &dropped);
		ck_assert_uint_eq(dropped, offset / 10 * 10);
		for (uint64_t at = dropped; at < 600; at += 7) {
			size_t number = extents_find(&x, at);

			ck_assert_uint_lt(number, x.count);
			ck_assert_uint_eq(x.items[number].offset, at / 10 * 10);
			ck_assert_uint_eq(x.items[number].place, at / 10 * 100);
		}
	}
	extents_forget(&x, UINT64_MAX, count_dropped, &dropped);
	ck_assert_uint_eq(dropped, 600);
}
END_TEST

START_TEST(after_forgetting_all_it_goes_on_where_it_was)
{
	for (int i = 0; i < 20; i++)
		append(3);
	extents_forget(&x, extents_end(&x) - 1, NULL, NULL);
	append(5);
	ck_assert_uint_eq(extents_end(&x), 65);
	ck_assert_uint_eq(x.items[extents_find(&x, 60)].len, 5);
	ck_assert_uint_eq(x.items[extents_find(&x, 0)].offset, 57);
}
END_TEST

static uint64_t append_run(uint64_t place, uint64_t packet, uint64_t len)
{
	struct extent e = {.offset = extents_end(&x), .place = place, .packet = packet & PACKET_NUMBER_MAX};

	extents_append_run(&x, &e, len);
	return len;
}

static const uint64_t run_lens[] = {
	1,	  EXTENT_LEN_MAX - 1, EXTENT_LEN_MAX,	      EXTENT_LEN_MAX + 1, 2 * EXTENT_LEN_MAX,
	40000000, UINT64_C(1) << 30,  (UINT64_C(1) << 32) + 1};

/* What is longer than an extent can be is several of them, which are told from what stands before and behind. */
START_TEST(a_long_gap_is_a_run_of_extents)
{
	uint64_t len = run_lens[_i % 8];
	uint64_t place = _i < 8 ? EXTENT_MISSING : EXTENT_OPAQUE;
	size_t count = (size_t)((len + EXTENT_LEN_MAX - 1) / EXTENT_LEN_MAX);

	append_run(place, PACKET_NUMBER_MAX - 1, 7);
	append(10);
	append_run(place, PACKET_NUMBER_MAX, len);
	append(5);
	append_run(place, 3, len);
	append_run(place, 4, len); /* of another packet */
	ck_assert_uint_eq(x.count, 3 + 3 * count);
	ck_assert_uint_eq(extents_end(&x), 22 + 3 * len);
	ck_assert_uint_eq(extents_run_end(&x, 0), 1);
	ck_assert_uint_eq(extents_run_end(&x, 1), 2);
	ck_assert_uint_eq(extents_run_len(&x, 1), 10);
	for (size_t i = 2; i < 2 + count; i++) {
		ck_assert_uint_eq(x.items[i].packet, PACKET_NUMBER_MAX);
		ck_assert_uint_eq(x.items[i].place, place);
		ck_assert_uint_eq(extents_run_end(&x, i), 2 + count);
		ck_assert_uint_eq(extents_run_len(&x, i), 17 + len - x.items[i].offset);
	}
	ck_assert_uint_eq(extents_run_end(&x, 2 + count), 3 + count);
	ck_assert_uint_eq(extents_run_len(&x, 3 + count), len);
	ck_assert_uint_eq(extents_run_len(&x, 3 + 2 * count), len);
	ck_assert_uint_eq(extents_find(&x, 17), 2);
	ck_assert_uint_eq(extents_find(&x, 17 + len - 1), 1 + count);
	ck_assert_uint_eq(extents_find(&x, 17 + len), 2 + count);
}
END_TEST

START_TEST(a_part_of_a_run_may_be_forgotten)
{
	append_run(EXTENT_MISSING, 9, 3 * EXTENT_LEN_MAX + 5);
	extents_forget(&x, 2 * EXTENT_LEN_MAX + 1, NULL, NULL);
	ck_assert_uint_eq(x.items[x.forgotten].offset, 2 * EXTENT_LEN_MAX);
	ck_assert_uint_eq(extents_run_len(&x, x.forgotten), EXTENT_LEN_MAX + 5);
	ck_assert_uint_eq(extents_run_end(&x, x.forgotten), x.count);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, an_empty_list_ends_at_0);
	tcase_add_loop_test(t, each_offset_is_found, 0, 70);
	tcase_add_loop_test(t, what_is_forgotten_is_dropped_once_and_the_rest_is_found, 1, 100);
	tcase_add_test(t, after_forgetting_all_it_goes_on_where_it_was);
	tcase_add_loop_test(t, a_long_gap_is_a_run_of_extents, 0, 16);
	tcase_add_test(t, a_part_of_a_run_may_be_forgotten);
}
