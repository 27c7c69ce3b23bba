#include "store/index.h"

#include "../main.h"
#include "store/store.h"

START_TEST(rows_are_found_by_their_numbers)
{
	struct index *x = index_new();

	ck_assert_uint_eq(index_last(x), 0);
	ck_assert_ptr_null(index_get(x, 0));
	ck_assert_ptr_null(index_get(x, 1));
	for (uint32_t number = 1; number <= 200000; number++)
		index_add(x, number)->time_ns = number;
	ck_assert_uint_eq(index_last(x), 200000);
	for (uint32_t number = 1; number <= 200000; number++)
		ck_assert_int_eq(index_get(x, number)->time_ns, number);
	ck_assert_ptr_null(index_get(x, 0));
	ck_assert_ptr_null(index_get(x, 200001));
	ck_assert_ptr_null(index_get(x, UINT32_MAX));
	ck_assert_uint_eq(index_bytes(x), UINT64_C(4) * 65536 * 32);
	index_free(x);
}
END_TEST

START_TEST(rows_that_were_filtered_away_are_empty)
{
	struct index *x = index_new();

	index_add(x, 10)->caplen = 60;
	ck_assert_uint_eq(index_get(x, 9)->place, STORE_NOWHERE);
	ck_assert_uint_eq(index_get(x, 9)->caplen, 0);
	/* far ahead: what lies between takes no memory */
	index_add(x, 10000000)->caplen = 61;
	ck_assert_ptr_null(index_get(x, 5000000));
	ck_assert_uint_eq(index_bytes(x), UINT64_C(2) * 65536 * 32);
	ck_assert_uint_eq(index_get(x, 10)->caplen, 60);
	index_free(x);
	index_free(NULL);
}
END_TEST

START_TEST(adding_again_gives_the_same_row)
{
	struct index *x = index_new();
	struct index_row *row = index_add(x, 5);

	row->session = 7;
	index_add(x, 70000);
	ck_assert_ptr_eq(index_add(x, 5), row);
	ck_assert_uint_eq(index_get(x, 5)->session, 7);
	ck_assert_uint_eq(index_last(x), 70000);
	index_free(x);
}
END_TEST

START_TEST(link_types_become_small_numbers)
{
	struct index *x = index_new();

	for (int link = 0; link < 200; link++)
		ck_assert_uint_eq(index_link(x, 1000 + link), (unsigned int)link);
	for (int link = 0; link < 200; link++) {
		ck_assert_uint_eq(index_link(x, 1000 + link), (unsigned int)link);
		ck_assert_int_eq(index_link_type(x, (uint8_t)link), 1000 + link);
	}
	for (int link = 0; link < 1000; link++)
		index_link_type(x, index_link(x, 5000 + link));
	index_free(x);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, rows_are_found_by_their_numbers);
	tcase_add_test(t, rows_that_were_filtered_away_are_empty);
	tcase_add_test(t, adding_again_gives_the_same_row);
	tcase_add_test(t, link_types_become_small_numbers);
}
