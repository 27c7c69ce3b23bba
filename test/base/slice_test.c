#include "base/slice.h"

#include "../main.h"

static struct slice text(const char *s)
{
	return slice_from_text(s);
}

START_TEST(parts_stay_within)
{
	struct slice s = text("abcdef");

	ck_assert(slice_equals(slice_sub(s, 1, 3), text("bcd")));
	ck_assert(slice_equals(slice_sub(s, 4, 100), text("ef")));
	ck_assert(slice_equals(slice_sub(s, 0, SIZE_MAX), s));
	ck_assert(slice_equals(slice_sub(s, 5, SIZE_MAX), text("f")));
	ck_assert_uint_eq(slice_sub(s, 6, 1).len, 0);
	ck_assert_uint_eq(slice_sub(s, SIZE_MAX, SIZE_MAX).len, 0);
	ck_assert_uint_eq(slice_sub(s, 2, 0).len, 0);
	ck_assert(slice_equals(slice_after(s, 4), text("ef")));
	ck_assert_uint_eq(slice_after(s, 7).len, 0);
	ck_assert_uint_eq(slice_after(slice_of(NULL, 0), 0).len, 0);
}
END_TEST

START_TEST(bytes_are_found)
{
	ck_assert_uint_eq(slice_find(text("a b c"), ' '), 1);
	ck_assert_uint_eq(slice_find(text("abc"), ' '), 3);
	ck_assert_uint_eq(slice_find(slice_of("a\0b", 3), '\0'), 1);
	ck_assert_uint_eq(slice_find(slice_of(NULL, 0), 'x'), 0);
	ck_assert_uint_eq(slice_find(text("\xff"), 0xff), 0);
}
END_TEST

START_TEST(slices_are_compared)
{
	ck_assert(slice_equals(text("a"), text("a")));
	ck_assert(!slice_equals(text("a"), text("A")));
	ck_assert(!slice_equals(text("a"), text("ab")));
	ck_assert(slice_equals(slice_of(NULL, 0), text("")));
	ck_assert(slice_equals(slice_of("a\0b", 3), slice_of("a\0b", 3)));
	ck_assert(!slice_equals(slice_of("a\0b", 3), slice_of("a\0c", 3)));
}
END_TEST

START_TEST(case_is_that_of_ascii)
{
	ck_assert(slice_begins_nocase(text("MAIL from:"), "mail FROM:"));
	ck_assert(!slice_begins_nocase(text("MAI"), "MAIL"));
	ck_assert(slice_begins_nocase(text("x"), ""));
	ck_assert(slice_begins_nocase(slice_of(NULL, 0), ""));
	ck_assert(slice_equals_nocase(text("Quit"), "QUIT"));
	ck_assert(!slice_equals_nocase(text("Quit "), "QUIT"));
	ck_assert(!slice_equals_nocase(text("\xe4"), "\xc4"));
	ck_assert(!slice_equals_nocase(slice_of("a\0", 2), "a"));
	ck_assert_uint_eq(slice_upper_byte('z'), 'Z');
	ck_assert_uint_eq(slice_upper_byte('{'), '{');
	ck_assert_uint_eq(slice_upper_byte('`'), '`');
}
END_TEST

START_TEST(blanks_are_trimmed)
{
	ck_assert(slice_equals(slice_trim(text(" \t a b \t")), text("a b")));
	ck_assert(slice_equals(slice_trim_left(text("  a ")), text("a ")));
	ck_assert(slice_equals(slice_trim_right(text("  a ")), text("  a")));
	ck_assert_uint_eq(slice_trim(text(" \t ")).len, 0);
	ck_assert_uint_eq(slice_trim(slice_of(NULL, 0)).len, 0);
	ck_assert(slice_equals(slice_trim(text("\r\n")), text("\r\n")));
}
END_TEST

static const struct {
	const char *text;
	uint64_t value;
	size_t used;
} numbers[] = {
	{"0", 0, 1},
	{"12 x", 12, 2},
	{"007", 7, 3},
	{"", 0, 0},
	{"x1", 0, 0},
	{"-1", 0, 0},
	{"18446744073709551615", UINT64_MAX, 20},
	{"18446744073709551616", UINT64_MAX, 20},
	{"18446744073709551610", UINT64_C(18446744073709551610), 20},
	{"99999999999999999999999999", UINT64_MAX, 26},
	{"184467440737095516150", UINT64_MAX, 21},
};

START_TEST(numbers_are_read_and_saturate)
{
	size_t used = 99;

	ck_assert_uint_eq(slice_decimal(text(numbers[_i].text), &used), numbers[_i].value);
	ck_assert_uint_eq(used, numbers[_i].used);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, parts_stay_within);
	tcase_add_test(t, bytes_are_found);
	tcase_add_test(t, slices_are_compared);
	tcase_add_test(t, case_is_that_of_ascii);
	tcase_add_test(t, blanks_are_trimmed);
	tcase_add_loop_test(t, numbers_are_read_and_saturate, 0, sizeof(numbers) / sizeof(numbers[0]));
}
