#include <stdio.h>

#include "../main.h"
#include "base/name_table.h"

START_TEST(equal_names_have_one_number)
{
	struct name_table *t = name_table_new();
	uint16_t lo = name_table_add(t, slice_from_text("lo"));
	uint16_t eth = name_table_add(t, slice_from_text("eth0"));

	ck_assert_uint_eq(lo, 1);
	ck_assert_uint_eq(eth, 2);
	ck_assert_uint_eq(name_table_add(t, slice_from_text("lo")), lo);
	ck_assert_uint_eq(name_table_add(t, slice_from_text("eth")), 3);
	ck_assert_str_eq(name_table_text(t, lo), "lo");
	ck_assert_str_eq(name_table_text(t, eth), "eth0");
	name_table_free(t);
}
END_TEST

START_TEST(no_name_has_number_0)
{
	struct name_table *t = name_table_new();

	ck_assert_uint_eq(name_table_add(t, slice_of(NULL, 0)), 0);
	ck_assert_uint_eq(name_table_add(t, slice_of("\0lo", 3)), 0);
	ck_assert_ptr_null(name_table_text(t, 0));
	ck_assert_ptr_null(name_table_text(NULL, 0));
	ck_assert_ptr_null(name_table_text(NULL, 7));
	name_table_free(t);
}
END_TEST

START_TEST(a_name_ends_at_a_nul_and_where_it_is_too_long)
{
	static char name[NAME_TABLE_LEN_MAX + 1];
	struct name_table *t = name_table_new();
	uint16_t first = name_table_add(t, slice_of("lo\0x", 4));
	uint16_t second;

	memset(name, 'x', sizeof(name));
	second = name_table_add(t, slice_of(name, sizeof(name)));
	ck_assert_str_eq(name_table_text(t, first), "lo");
	ck_assert_uint_eq(strlen(name_table_text(t, second)), NAME_TABLE_LEN_MAX);
	ck_assert_uint_eq(name_table_add(t, slice_of(name, NAME_TABLE_LEN_MAX)), second);
	ck_assert_uint_ne(name_table_add(t, slice_of(name, NAME_TABLE_LEN_MAX - 1)), second);
	name_table_free(t);
}
END_TEST

/* How many names of this length find room. */
static unsigned int fill(struct name_table *t, int len)
{
	unsigned int count = 0;

	for (int i = 0; i < 100000; i++) {
		char name[1024];

		snprintf(name, sizeof(name), "%0*d", len, i);
		count += name_table_add(t, slice_from_text(name)) != 0;
	}
	return count;
}

START_TEST(there_is_room_for_so_many)
{
	struct name_table *t = name_table_new();

	ck_assert_uint_eq(fill(t, 6), NAME_TABLE_MAX);
	/* those that are there are found, and keep their names */
	ck_assert_uint_eq(name_table_add(t, slice_from_text("000007")), 8);
	ck_assert_str_eq(name_table_text(t, NAME_TABLE_MAX), "001023");
	name_table_free(t);
}
END_TEST

START_TEST(and_for_so_many_bytes)
{
	struct name_table *t = name_table_new();

	ck_assert_uint_eq(fill(t, 1000), NAME_TABLE_BYTES / 1000);
	/* a shorter one still fits */
	ck_assert_uint_ne(name_table_add(t, slice_from_text("lo")), 0);
	name_table_free(t);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, equal_names_have_one_number);
	tcase_add_test(t, no_name_has_number_0);
	tcase_add_test(t, a_name_ends_at_a_nul_and_where_it_is_too_long);
	tcase_add_test(t, there_is_room_for_so_many);
	tcase_add_test(t, and_for_so_many_bytes);
}
