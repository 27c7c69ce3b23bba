#include "base/pages.h"

#include <stdint.h>
#include <string.h>

#include "../main.h"

static const size_t sizes[] = {1, 4096, 100000, PAGES_HUGE - 1, PAGES_HUGE, PAGES_HUGE + 4096, 3 * PAGES_HUGE};

START_TEST(pages_are_zero_and_ours)
{
	size_t size = sizes[_i];
	uint8_t *pages = pages_take(size);
	uint8_t *others = pages_take(size);

	if (size >= PAGES_HUGE)
		ck_assert_uint_eq((uintptr_t)pages % PAGES_HUGE, 0);
	ck_assert_int_eq(pages[0], 0);
	ck_assert_int_eq(memcmp(pages, pages + 1, size - 1), 0);
	memset(pages, 0xee, size);
	ck_assert_uint_eq(others[0], 0);
	ck_assert_uint_eq(others[size - 1], 0);
	pages_give(pages, size);
	memset(others, 0xee, size);
	pages_give(others, size);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, pages_are_zero_and_ours, 0, sizeof(sizes) / sizeof(sizes[0]));
}
