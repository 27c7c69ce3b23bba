#include "base/rowtext.h"

#include <stdlib.h>
#include <string.h>

#include "../main.h"
#include "base/text.h"

static const struct {
	const char *text;
	size_t size;
	const char *row;
} vectors[] = {
	{"plain", 10, "plain"},
	{"", 10, ""},
	{"exactly", 8, "exactly"},
	{"too long", 8, "too lon"},
	{"\xe4\xb8\xad\xe4\xb8\xad", 6, "\xe4\xb8\xad"}, /* cut at a character */
	{"x", 1, ""},
	{"a\x1b[2Jb", 20, "a\u241b[2Jb"},
	{"a\r\nb", 20,
	 "a\u240d\u240a"
	 "b"},
	{"\xff", 20, "\ufffd"},
};

START_TEST(rows_are_safe_and_cut_at_a_character)
{
	char row[32];

	memset(row, 'x', sizeof(row));
	rowtext_put(row, vectors[_i].size, slice_from_text(vectors[_i].text));
	ck_assert_str_eq(row, vectors[_i].row);
	ck_assert_int_eq(row[vectors[_i].size], 'x');
}
END_TEST

START_TEST(rows_are_put_together)
{
	char row[12] = "";

	rowtext_append(row, sizeof(row), slice_from_text("abc"));
	rowtext_append(row, sizeof(row), slice_from_text(""));
	rowtext_append(row, sizeof(row), slice_from_text(" def"));
	ck_assert_str_eq(row, "abc def");
	rowtext_append(row, sizeof(row), slice_from_text("ghi jkl"));
	ck_assert_str_eq(row, "abc defghi ");
	rowtext_append(row, sizeof(row), slice_from_text("m"));
	ck_assert_str_eq(row, "abc defghi ");
	rowtext_printf(row, sizeof(row), "%d %s", 5, "\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad");
	ck_assert_str_eq(row, "5 \xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad");
}
END_TEST

/* Any bytes at any size: valid UTF-8, ended, within the size. */
START_TEST(any_bytes_fit)
{
	uint8_t bytes[40];
	char row[48];

	srand(7);
	for (int round = 0; round < 20000; round++) {
		size_t size = (size_t)(rand() % 40) + 1;

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)rand();
		rowtext_put(row, size, slice_of(bytes, (size_t)(rand() % 40)));
		ck_assert_uint_lt(strlen(row), size);
		ck_assert(text_is_utf8(slice_from_text(row)));
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, rows_are_safe_and_cut_at_a_character, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, rows_are_put_together);
	tcase_add_test(t, any_bytes_fit);
}
