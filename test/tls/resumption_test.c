#include "tls/resumption.h"

#include "../main.h"

enum {
	MAX = 1000,
};

static struct key_secret master_of(unsigned int number)
{
	struct key_secret master = {.len = 48};

	for (uint8_t i = 0; i < 48; i++)
		master.bytes[i] = (uint8_t)(number >> (i % 4 * 8));
	return master;
}

/* The ids that begin with a number. */
static void remember(struct resumption *r, unsigned int number, size_t id_len)
{
	struct key_secret master = master_of(number);
	uint8_t id[2048] = {0};

	memcpy(id, &number, sizeof(number));
	resumption_remember(r, slice_of(id, id_len), &master);
}

static bool recalls(const struct resumption *r, unsigned int number, size_t id_len)
{
	struct key_secret wanted = master_of(number);
	struct key_secret master = {0};
	uint8_t id[2048] = {0};

	memcpy(id, &number, sizeof(number));
	if (!resumption_recall(r, slice_of(id, id_len), &master))
		return false;
	ck_assert_uint_eq(master.len, 48);
	ck_assert_mem_eq(master.bytes, wanted.bytes, 48);
	return true;
}

START_TEST(sessions_are_recalled_by_id_and_by_ticket)
{
	struct resumption *r = resumption_new(MAX);

	remember(r, 1, 32);
	remember(r, 2, 2048);
	ck_assert(recalls(r, 1, 32));
	ck_assert(recalls(r, 2, 2048));
	ck_assert(!recalls(r, 1, 31));
	ck_assert(!recalls(r, 1, 33));
	ck_assert(!recalls(r, 3, 32));
	resumption_free(r);
	resumption_free(NULL);
}
END_TEST

START_TEST(an_empty_id_is_none)
{
	struct resumption *r = resumption_new(MAX);

	remember(r, 1, 0);
	ck_assert(!recalls(r, 1, 0));
	resumption_free(r);
}
END_TEST

START_TEST(the_last_master_of_an_id_counts)
{
	struct resumption *r = resumption_new(MAX);
	struct key_secret first = master_of(1);
	struct key_secret last = master_of(2);
	struct key_secret master;

	remember(r, 7, 32);
	for (int i = 0; i < 5000; i++)
		resumption_remember(r, slice_from_text("one id"), i < 4999 ? &first : &last);
	ck_assert(recalls(r, 7, 32)); /* it took one place */
	ck_assert(resumption_recall(r, slice_from_text("one id"), &master));
	ck_assert_mem_eq(master.bytes, last.bytes, 48);
	resumption_free(r);
}
END_TEST

START_TEST(the_oldest_go_first)
{
	struct resumption *r = resumption_new(MAX);
	unsigned int first = 0;

	for (unsigned int i = 0; i < 10 * MAX; i++) {
		remember(r, i, 32);
		ck_assert(recalls(r, i, 32));
	}
	while (!recalls(r, first, 32))
		first++;
	ck_assert_uint_ge(first, 9 * MAX);
	ck_assert_uint_le(first, 10 * MAX - MAX / 2);
	for (unsigned int i = first; i < 10 * MAX; i++)
		ck_assert(recalls(r, i, 32));
	resumption_free(r);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, sessions_are_recalled_by_id_and_by_ticket);
	tcase_add_test(t, an_empty_id_is_none);
	tcase_add_test(t, the_last_master_of_an_id_counts);
	tcase_add_test(t, the_oldest_go_first);
}
