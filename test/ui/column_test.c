#include "ui/column.h"

#include "../main.h"
#include "fixture.h"

static void text_one(const void *row, struct column_text *out)
{
	snprintf(out->text, sizeof(out->text), "%s", (const char *)row);
}

static void text_two(const void *row, struct column_text *out)
{
	snprintf(out->text, sizeof(out->text), "%zu", strlen(row));
}

static void text_three(const void *row, struct column_text *out)
{
	snprintf(out->text, sizeof(out->text), "%s", (const char *)row);
	out->meaning = MEANING_ERROR;
	out->has_sign = true;
}

static const struct column columns[] = {
	{"Name", 4, 8, 1, 0, false, false, COLUMN_NO_DIGITS, 5, text_one},
	{"Len", 3, 4, 0, 2, true, false, 0, 6, text_two},
	{"Result", 6, 10, 3, 1, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_three},
	{"More", 4, 4, 0, 3, false, true, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_one},
};

static const struct column_table table = {columns, 4};

static const uint8_t in_order[COLUMNS_MAX] = {0, 1, 2, 3};

static const struct {
	int room;
	uint32_t hidden;
	uint64_t largest;
	int widths[4];
} fits[] = {
	{15, 8, 9, {4, 3, 6, 0}}, /* the smallest */
	{20, 0, 9, {4, 3, 6, 4}}, /* all of them */
	{19, 0, 9, {8, 3, 6, 0}}, /* no room for the last in rank; what is left goes by rank */
	{14, 8, 9, {7, 0, 6, 0}}, /* the length goes */
	{9, 8, 9, {9, 0, 0, 0}},  /* the result goes */
	{4, 8, 9, {4, 0, 0, 0}},	  {1, 8, 9, {4, 0, 0, 0}}, /* rank 0 stays whatever it costs */
	{24, 8, 9, {8, 4, 10, 0}},				   /* as they would like */
	{44, 8, 9, {13, 4, 25, 0}},				   /* the growing ones share one to three */
	{19, 8, 12345678, {8, 0, 10, 0}},			   /* eight digits want eight columns, or none */
	{25, 8, 12345678, {8, 8, 7, 0}},  {44, 15, 9, {0, 0, 0, 0}},
};

START_TEST(test_fit)
{
	int widths[COLUMNS_MAX];

	column_fit(&table, fits[_i].hidden, fits[_i].largest, fits[_i].room, widths);
	for (int i = 0; i < 4; i++)
		ck_assert_msg(widths[i] == fits[_i].widths[i], "column %d: %d", i, widths[i]);
}
END_TEST

/* As soon as the smallest fits, what is shown never sticks out. */
START_TEST(test_never_wider)
{
	for (int room = 4; room < 200; room++) {
		int widths[COLUMNS_MAX];
		int sum = -1;

		column_fit(&table, 0, 1, room, widths);
		for (int i = 0; i < 4; i++)
			sum += widths[i] > 0 ? widths[i] + 1 : 0;
		ck_assert_int_le(sum, room);
	}
}
END_TEST

START_TEST(test_hidden)
{
	ck_assert_uint_eq(column_hidden(&table), 8);
}
END_TEST

static void text_end(const void *row, struct column_text *out)
{
	snprintf(out->text, sizeof(out->text), "%s", (const char *)row);
	out->has_port = true;
}

/* Where a host's name is cut off its port still shows. */
START_TEST(test_end_point)
{
	static const struct column host[] = {
		{"Host", 4, 40, 1, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_end}};
	static const struct column_table hosts = {host, 1};
	struct grid g = {0};
	struct buffer out = {0};
	int widths[COLUMNS_MAX] = {14};

	grid_reset(&g, 24, 4);
	column_draw_row(&hosts, widths, in_order, &g, 0, 0, "mx.example.com:25");
	column_draw_row(&hosts, widths, in_order, &g, 0, 1, "mx.example:25");
	column_draw_row(&hosts, widths, in_order, &g, 0, 2, "[2001:db8::17]:40112");
	widths[0] = 6; /* no room for both */
	column_draw_row(&hosts, widths, in_order, &g, 0, 3, "mx.example.com:25");
	grid_text(&g, &out);
	buffer_append_byte(&out, 0);
	ck_assert_str_eq((const char *)out.data, "mx.example…:25\nmx.example:25\n[200…17]:40112\nmx.ex…\n");
	buffer_fini(&out);
	grid_fini(&g);
}
END_TEST

/* The columns stand where they were moved to, and what stands at a place is told. */
START_TEST(test_order)
{
	int widths[COLUMNS_MAX];
	uint8_t order[COLUMNS_MAX];
	struct grid g = {0};
	struct buffer out = {0};

	column_order(&table, order);
	column_move(&table, order, 2, -1);
	column_move(&table, order, 2, -1);
	column_move(&table, order, 2, -1); /* it is the first already */
	column_move(&table, order, 3, 1);  /* and this one the last */
	ck_assert(order[0] == 2 && order[1] == 0 && order[2] == 1 && order[3] == 3);
	column_fit(&table, 8, 9, 24, widths);
	grid_reset(&g, 24, 2);
	column_draw_names(&table, widths, order, &g, 0, 0, 6, false);
	column_draw_row(&table, widths, order, &g, 0, 1, "text");
	grid_text(&g, &out);
	buffer_append_byte(&out, 0);
	ck_assert_str_eq((const char *)out.data, "Result     Name     ▴Len\n✘ text     text        4\n");
	ck_assert_int_eq(column_at(&table, widths, order, 0), 2);
	ck_assert_int_eq(column_at(&table, widths, order, 10), 2); /* the blank is the left one's */
	ck_assert_int_eq(column_at(&table, widths, order, 11), 0);
	ck_assert_int_eq(column_at(&table, widths, order, 23), 1);
	ck_assert_int_eq(column_at(&table, widths, order, 25), -1);
	ck_assert_int_eq(column_at(&table, widths, order, -1), -1);
	buffer_fini(&out);
	grid_fini(&g);
}
END_TEST

START_TEST(test_draw)
{
	struct grid g = {0};
	struct buffer out = {0};
	int widths[COLUMNS_MAX];

	grid_reset(&g, 24, 3);
	column_fit(&table, 8, 9, 24, widths);
	column_draw_names(&table, widths, in_order, &g, 0, 0, 5, false);
	column_draw_names(&table, widths, in_order, &g, 0, 1, 6, true);
	column_draw_row(&table, widths, in_order, &g, 0, 2, "some text");
	grid_text(&g, &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, "Name▴     Len Result\n"
						 "Name     ▾Len Result\n"
						 "some te…    9 ✘ some te…\n");
	ck_assert_int_eq(grid_cell(&g, 16, 2)->style, STYLE_ERROR);
	buffer_fini(&out);
	grid_fini(&g);
}
END_TEST

/* The mark of the order takes no letter of a name that fills its column. */
START_TEST(test_mark_beside_a_full_column)
{
	struct grid g = {0};
	struct buffer out = {0};
	int widths[COLUMNS_MAX] = {4, 3, 8};

	grid_reset(&g, 24, 2);
	column_draw_names(&table, widths, in_order, &g, 0, 0, 5, false);
	column_draw_names(&table, widths, in_order, &g, 0, 1, 6, true);
	grid_text(&g, &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, "Name▴Len Result\nName▾Len Result\n");
	buffer_fini(&out);
	grid_fini(&g);
}
END_TEST

START_TEST(test_chosen)
{
	static const struct column parted[] = {
		{"", 1, 1, 0, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_one},
		{"A", 1, 1, 0, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_one},
		{"B", 1, 1, 0, 0, false, true, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_one},
		{"", 1, 1, 0, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_one},
		{"C d", 1, 1, 0, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_one},
	};
	static const struct column_table parts = {parted, 5};
	static const uint8_t moved[5] = {3, 4, 0, 1, 2};
	uint8_t order[COLUMNS_MAX];
	uint32_t hidden = 7;
	char text[64];
	struct error err;

	column_order(&parts, order);
	column_put_chosen(&parts, column_hidden(&parts), order, text, sizeof(text));
	ck_assert_str_eq(text, "A, C d");
	ck_assert(column_choose(&parts, " c d ,a", &hidden, order, &err));
	ck_assert_uint_eq(hidden, 1U << 2);
	ck_assert(memcmp(order, moved, sizeof(moved)) == 0);
	column_put_chosen(&parts, hidden, order, text, sizeof(text));
	ck_assert_str_eq(text, "C d, A");
	ck_assert(!column_choose(&parts, ",E", &hidden, order, &err)); /* none at all: all stays */
	ck_assert_uint_eq(hidden, 1U << 2);
	ck_assert(!column_choose(&parts, "E, A", &hidden, order, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "\"E\""));
	column_put_chosen(&parts, hidden, order, text, sizeof(text));
	ck_assert_str_eq(text, "A");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_fit, 0, sizeof(fits) / sizeof(fits[0]));
	tcase_add_test(t, test_never_wider);
	tcase_add_test(t, test_hidden);
	tcase_add_test(t, test_end_point);
	tcase_add_test(t, test_order);
	tcase_add_test(t, test_chosen);
	tcase_add_test(t, test_draw);
	tcase_add_test(t, test_mark_beside_a_full_column);
}
