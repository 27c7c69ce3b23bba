#include "diagnosis/traces.h"

#include <stdio.h>

#include "../main.h"
#include "diagnosis/history.h"

enum {
	MEMORY = 64 << 20,
	UID_BYTES = 9, /* a hash, and whether it was fetched */
};

static struct traces k;

static void setup(void)
{
	traces_init(&k, MEMORY);
}

static void teardown(void)
{
	traces_fini(&k);
}

static struct trace *find(enum trace_kind kind, const char *user, bool *is_new)
{
	traces_begin_key(&k, kind, 0);
	traces_add_text(&k, slice_from_text(user));
	return traces_find(&k, is_new);
}

static struct trace *find_box(int number)
{
	char user[16];
	bool is_new;

	snprintf(user, sizeof(user), "user%d", number);
	return find(TRACE_MAILBOX, user, &is_new);
}

START_TEST(a_key_is_its_kind_and_its_text)
{
	bool is_new;
	struct trace *t = find(TRACE_MAILBOX, "Bob", &is_new);

	ck_assert(is_new);
	ck_assert_ptr_eq(find(TRACE_MAILBOX, "bOB", &is_new), t);
	ck_assert(!is_new);
	ck_assert_ptr_ne(find(TRACE_CLIENT, "bob", &is_new), t);
	ck_assert(is_new);
	ck_assert_ptr_ne(find(TRACE_MAILBOX, "bo", &is_new), t);
}
END_TEST

/* However long what they are known by is. */
START_TEST(traces_are_small)
{
	static char text[50000];

	for (int i = 0; i < HISTORY_MAX + 100; i++) {
		bool is_new;

		traces_begin_key(&k, TRACE_MESSAGE, 0);
		traces_add(&k, &i, sizeof(i));
		traces_add(&k, text, sizeof(text) / (i < 100 ? 1 : 100));
		traces_find(&k, &is_new);
		ck_assert(is_new);
	}
	ck_assert_uint_eq(k.table.count, HISTORY_MAX);
	ck_assert_uint_le(traces_memory(&k), HISTORY_MAX * 256 + (1 << 20));
}
END_TEST

/* The unique-ids of those that were asked longest ago go, and no more of them. */
START_TEST(unique_ids_take_a_part_of_the_memory)
{
	int room = MEMORY / 32 / (HISTORY_UIDS_MAX * UID_BYTES);

	for (int i = 0; i < room; i++)
		traces_renew_uids(&k, find_box(i), HISTORY_UIDS_MAX);
	traces_renew_uids(&k, find_box(0), HISTORY_UIDS_MAX);
	ck_assert_uint_eq(find_box(1)->uid_count, HISTORY_UIDS_MAX);
	traces_renew_uids(&k, find_box(room), HISTORY_UIDS_MAX);
	ck_assert_uint_eq(find_box(0)->uid_count, HISTORY_UIDS_MAX);
	ck_assert_uint_eq(find_box(1)->uid_count, 0);
	ck_assert_uint_eq(find_box(2)->uid_count, HISTORY_UIDS_MAX);
	ck_assert_uint_eq(k.table.count, (size_t)room + 1);
	ck_assert_uint_le(k.uid_bytes, MEMORY / 32);
	ck_assert_uint_ge(traces_memory(&k), k.uid_bytes);
}
END_TEST

START_TEST(without_a_limit_all_are_kept)
{
	traces_fini(&k);
	traces_init(&k, 0);
	for (int i = 0; i < 2000; i++)
		traces_renew_uids(&k, find_box(i), HISTORY_UIDS_MAX);
	ck_assert_uint_eq(find_box(0)->uid_count, HISTORY_UIDS_MAX);
	ck_assert_uint_eq(k.uid_bytes, UINT64_C(2000) * HISTORY_UIDS_MAX * UID_BYTES);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_key_is_its_kind_and_its_text);
	tcase_add_test(t, traces_are_small);
	tcase_add_test(t, unique_ids_take_a_part_of_the_memory);
	tcase_add_test(t, without_a_limit_all_are_kept);
}
