#include "mail/imap_sizes.h"

#include "../main.h"

static uint64_t find(const struct imap_sizes *s, uint32_t number, uint32_t uid)
{
	uint64_t size = 0;

	return imap_sizes_find(s, number, uid, &size) ? size : UINT64_MAX;
}

START_TEST(by_uid_and_by_number)
{
	struct imap_sizes s = {.by_uid = {.rows = NULL}};

	ck_assert_uint_eq(find(&s, 1, 1), UINT64_MAX);
	imap_sizes_note(&s, 1, 1001, 10);
	imap_sizes_note(&s, 2, 0, 0);
	imap_sizes_note(&s, 0, 1003, 30);
	imap_sizes_note(&s, 1, 1001, 11);
	ck_assert_uint_eq(find(&s, 0, 1001), 11);
	ck_assert_uint_eq(find(&s, 1, 0), 11);
	ck_assert_uint_eq(find(&s, 2, 1002), 0);
	ck_assert_uint_eq(find(&s, 3, 1003), 30);
	ck_assert_uint_eq(find(&s, 3, 0), UINT64_MAX);
	imap_sizes_move(&s, 3);
	ck_assert_uint_eq(find(&s, 2, 0), 0);
	imap_sizes_move(&s, 2);
	ck_assert_uint_eq(find(&s, 1, 0), UINT64_MAX);
	ck_assert_uint_eq(find(&s, 1, 1001), 11);
	imap_sizes_clear(&s);
	ck_assert_uint_eq(find(&s, 1, 1001), UINT64_MAX);
	imap_sizes_fini(&s);
}
END_TEST

START_TEST(bounded)
{
	struct imap_sizes s = {.by_uid = {.rows = NULL}};

	for (uint32_t i = 1; i <= 3 * IMAP_SIZES_MAX; i++)
		imap_sizes_note(&s, i, 7 * i, i);
	ck_assert_uint_le(imap_sizes_memory(&s), 2 * IMAP_SIZES_MAX * sizeof(struct imap_size));
	ck_assert_uint_eq(find(&s, 3 * IMAP_SIZES_MAX, 0), 3 * IMAP_SIZES_MAX);
	ck_assert_uint_eq(find(&s, 0, 7 * 3 * IMAP_SIZES_MAX), 3 * IMAP_SIZES_MAX);
	ck_assert_uint_eq(find(&s, 1, 0), UINT64_MAX);
	imap_sizes_fini(&s);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, by_uid_and_by_number);
	tcase_add_test(t, bounded);
}
