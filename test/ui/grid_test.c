#include "ui/grid.h"

#include "../main.h"
#include "fixture.h"

static void expect(const struct grid *g, const char *wanted)
{
	struct buffer out = {0};

	grid_text(g, &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, wanted);
	buffer_fini(&out);
}

static const struct {
	const char *text;
	int columns;
	const char *drawn;
	int used;
} puts_[] = {
	{"plain", 10, "plain\n", 5},
	{"plain", 5, "plain\n", 5},
	{"plain", 4, "pla…\n", 4},
	{"plain", 1, "…\n", 1},
	{"plain", 0, "\n", 0},
	{"", 5, "\n", 0},
	{"测试邮件", 8, "测试邮件\n", 8},
	{"测试邮件", 7, "测试邮…\n", 7},
	{"测试邮件", 6, "测试…\n", 5}, /* half a character does not fit: one column stays blank */
	{"测试邮件", 2, "…\n", 1},
	{"a测", 2, "a…\n", 2},
	{"e\xcc\x81te\xcc\x81", 3, "e\xcc\x81te\xcc\x81\n", 3},
	{"\xcc\x81x", 3, "x\n", 1}, /* a mark on nothing */
	{"❤\xef\xb8\x8fx", 4, "❤x\n", 2},
	{"a\xe2\x80\x8d"
	 "b",
	 4, "a�b\n", 3},
	{"a\x1b"
	 "b",
	 4, "a�b\n", 3},
	{"a\xff"
	 "b",
	 4, "a�b\n", 3},
	{"한국어", 5, "한국…\n", 5},
	{"한국어", 6, "한국어\n", 6},
};

START_TEST(test_put)
{
	struct grid g = {0};
	int used;

	grid_reset(&g, 12, 1);
	used = grid_put(&g, 0, 0, puts_[_i].columns, puts_[_i].text, STYLE_PLAIN);
	ck_assert_int_eq(used, puts_[_i].used);
	expect(&g, puts_[_i].drawn);
	grid_fini(&g);
}
END_TEST

START_TEST(test_text_columns)
{
	ck_assert_int_eq(grid_text_columns(""), 0);
	ck_assert_int_eq(grid_text_columns("ab测"), 4);
	ck_assert_int_eq(grid_text_columns("e\xcc\x81"), 1);
	ck_assert_int_eq(grid_text_columns("\x1b"), 1);
}
END_TEST

START_TEST(test_put_from)
{
	struct grid g = {0};

	grid_reset(&g, 12, 4);
	grid_put_from(&g, 0, 0, 12, 2, "abcdef", STYLE_PLAIN);
	grid_put_from(&g, 0, 1, 12, 1, "测试", STYLE_PLAIN);
	grid_put_from(&g, 0, 2, 12, 1, "e\xcc\x81z", STYLE_PLAIN);
	grid_put_from(&g, 0, 3, 12, 9, "short", STYLE_PLAIN);
	expect(&g, "cdef\n试\nz\n\n");
	grid_fini(&g);
}
END_TEST

START_TEST(test_put_right)
{
	struct grid g = {0};

	grid_reset(&g, 8, 3);
	grid_put_right(&g, 0, 0, 8, "12", STYLE_PLAIN);
	grid_put_right(&g, 0, 1, 8, "测", STYLE_PLAIN);
	grid_put_right(&g, 0, 2, 4, "123456", STYLE_PLAIN);
	expect(&g, "      12\n      测\n123…\n");
	grid_fini(&g);
}
END_TEST

START_TEST(test_wrapped)
{
	struct grid g = {0};

	grid_reset(&g, 10, 6);
	grid_put_wrapped(&g, (struct rect){0, 0, 10, 3}, "the quick brown fox jumps over", STYLE_PLAIN);
	grid_put_wrapped(&g, (struct rect){0, 3, 5, 3}, "abcdefgh 测试测试", STYLE_PLAIN);
	expect(&g, "the quick\nbrown fox\njumps over\nabcde\nfgh\n测试…\n");
	grid_fini(&g);
}
END_TEST

/* Whatever half of a wide character is overwritten, the other half goes too. */
START_TEST(test_halves)
{
	struct grid g = {0};

	grid_reset(&g, 6, 4);
	for (int row = 0; row < 4; row++)
		grid_put(&g, 0, row, 6, "测试件", STYLE_PLAIN);
	grid_put_character(&g, 2, 0, 'x', STYLE_PLAIN);
	grid_put_character(&g, 3, 1, 'x', STYLE_PLAIN);
	grid_put_character(&g, 1, 2, 0x4e2d, STYLE_PLAIN);
	grid_put_character(&g, 5, 3, 0x4e2d, STYLE_PLAIN); /* sticks out: a blank */
	expect(&g, "测x 件\n测 x件\n 中 件\n测试\n");
	for (int row = 0; row < 4; row++) {
		int columns = 0;

		for (int column = 0; column < 6; column++)
			columns += grid_cell(&g, column, row)->width;
		ck_assert_int_eq(columns, 6);
	}
	grid_fini(&g);
}
END_TEST

START_TEST(test_box)
{
	struct grid g = {0};

	grid_reset(&g, 5, 3);
	grid_box(&g, (struct rect){0, 0, 5, 3}, STYLE_BORDER);
	expect(&g, "┌───┐\n│   │\n└───┘\n");
	g.ascii = true;
	grid_box(&g, (struct rect){0, 0, 5, 3}, STYLE_BORDER);
	expect(&g, "+---+\n|   |\n+---+\n");
	ck_assert_int_eq(grid_cell(&g, 0, 0)->style, STYLE_BORDER);
	grid_fini(&g);
}
END_TEST

/* Drawing outside is clipped on every side. */
START_TEST(test_clipped)
{
	struct grid g = {0};

	grid_reset(&g, 4, 2);
	grid_box(&g, (struct rect){-2, -2, 9, 9}, STYLE_BORDER);
	grid_put(&g, -1, 0, 9, "abcdefgh", STYLE_PLAIN);
	grid_put(&g, 2, 1, 9, "xyz", STYLE_PLAIN);
	grid_put(&g, 0, 7, 9, "below", STYLE_PLAIN);
	grid_put(&g, 0, -1, 9, "above", STYLE_PLAIN);
	grid_flag(&g, (struct rect){-5, -5, 99, 99}, STYLE_CURSOR);
	grid_blank(&g, (struct rect){3, 1, 9, 9}, STYLE_PLAIN);
	expect(&g, "bcde\n  x\n");
	ck_assert_ptr_null(grid_cell(&g, 4, 0));
	ck_assert_ptr_null(grid_cell(&g, 0, -1));
	grid_fini(&g);
}
END_TEST

START_TEST(test_styles)
{
	struct grid g = {0};

	grid_reset(&g, 4, 1);
	grid_put(&g, 0, 0, 4, "abcd", STYLE_ERROR);
	grid_flag(&g, (struct rect){0, 0, 2, 1}, STYLE_CURSOR);
	grid_restyle(&g, (struct rect){1, 0, 2, 1}, STYLE_MATCH);
	ck_assert_int_eq(grid_cell(&g, 0, 0)->style, STYLE_ERROR | STYLE_CURSOR);
	ck_assert_int_eq(grid_cell(&g, 1, 0)->style, STYLE_MATCH | STYLE_CURSOR);
	ck_assert_int_eq(grid_cell(&g, 2, 0)->style, STYLE_MATCH);
	ck_assert_int_eq(grid_cell(&g, 3, 0)->style, STYLE_ERROR);
	grid_reset(&g, 4, 1);
	ck_assert_int_eq(grid_cell(&g, 0, 0)->style, STYLE_PLAIN);
	grid_fini(&g);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_put, 0, sizeof(puts_) / sizeof(puts_[0]));
	tcase_add_test(t, test_text_columns);
	tcase_add_test(t, test_put_from);
	tcase_add_test(t, test_put_right);
	tcase_add_test(t, test_wrapped);
	tcase_add_test(t, test_halves);
	tcase_add_test(t, test_box);
	tcase_add_test(t, test_clipped);
	tcase_add_test(t, test_styles);
}
