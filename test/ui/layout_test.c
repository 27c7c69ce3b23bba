#include "ui/layout.h"

#include "../main.h"
#include "fixture.h"

static struct layout layout_for(int columns, int rows, enum view_id whole)
{
	struct layout l;
	struct layout_wish wish = {columns, rows, VIEW_SESSIONS, VIEW_SESSIONS, VIEW_STREAM, whole};

	layout_compute(&l, &wish);
	return l;
}

/* False when the part sticks out. */
static bool count(const struct rect *r, int columns, int rows, unsigned char *cells)
{
	if (r->rows == 0)
		return true;
	if (r->column < 0 || r->row < 0 || r->column + r->columns > columns || r->row + r->rows > rows)
		return false;
	for (int row = r->row; row < r->row + r->rows; row++)
		for (int column = r->column; column < r->column + r->columns; column++)
			cells[row * columns + column]++;
	return true;
}

static bool is_covered(const struct layout *l, int columns, int rows)
{
	size_t size = (size_t)columns * (size_t)rows;
	unsigned char *cells = calloc(size, 1);
	bool is_inside = count(&l->title, columns, rows, cells) && count(&l->line, columns, rows, cells) &&
			 count(&l->bar, columns, rows, cells);
	bool is_once;

	for (int i = 0; i < VIEWS; i++)
		is_inside = is_inside && count(&l->panes[i], columns, rows, cells);
	is_once = true;
	for (size_t i = 0; i < size; i++)
		is_once = is_once && cells[i] == 1;
	free(cells);
	return is_inside && is_once;
}

/* Whatever the size and the view, the parts cover the screen once: no gap, no overlap. */
START_TEST(test_cover)
{
	static const enum view_id wholes[] = {VIEWS, VIEW_SESSIONS, VIEW_PACKET, VIEW_BYTES, VIEW_MAIL, VIEW_HELP};

	for (int columns = 40; columns < 220; columns += 3) {
		for (int rows = 10; rows < 70; rows++) {
			struct layout l = layout_for(columns, rows, wholes[_i]);

			if (!is_covered(&l, columns, rows))
				ck_abort_msg("%dx%d", columns, rows);
		}
	}
}
END_TEST

START_TEST(test_kinds)
{
	struct layout l = layout_for(100, 30, VIEWS);

	ck_assert_int_eq(l.kind, LAYOUT_LARGE);
	ck_assert(l.panes[VIEW_TIMELINE].rows > 0 && l.panes[VIEW_STREAM].rows > 0 && l.panes[VIEW_PACKETS].rows > 0);
	ck_assert_int_eq(layout_for(99, 30, VIEWS).kind, LAYOUT_SMALL);
	l = layout_for(100, 29, VIEWS);
	ck_assert_int_eq(l.kind, LAYOUT_SMALL);
	ck_assert(l.panes[VIEW_STREAM].rows > 0 && l.panes[VIEW_SESSIONS].rows > 0);
	ck_assert_int_eq(l.panes[VIEW_TIMELINE].rows, 0);
	ck_assert_int_eq(layout_for(40, 10, VIEWS).kind, LAYOUT_SMALL);
	ck_assert_int_eq(layout_for(39, 10, VIEWS).kind, LAYOUT_TINY);
	ck_assert_int_eq(layout_for(40, 9, VIEWS).kind, LAYOUT_TINY);
	ck_assert_int_eq(layout_for(40, 9, VIEWS).panes[VIEW_SESSIONS].rows, 0);
}
END_TEST

START_TEST(test_few_rows)
{
	struct layout l = layout_for(80, 12, VIEWS);

	ck_assert_int_gt(l.panes[VIEW_SESSIONS].rows, 0);
	ck_assert_int_eq(l.panes[VIEW_STREAM].rows, 0);
}
END_TEST

START_TEST(test_packet)
{
	struct layout l = layout_for(80, 24, VIEW_PACKET);

	ck_assert_int_eq(l.panes[VIEW_BYTES].columns, 80); /* below */
	l = layout_for(160, 24, VIEW_PACKET);
	ck_assert_int_eq(l.panes[VIEW_BYTES].row, l.panes[VIEW_PACKET].row); /* beside */
	ck_assert_int_eq(l.panes[VIEW_BYTES].rows, l.panes[VIEW_PACKET].rows);
}
END_TEST

START_TEST(test_hit)
{
	struct layout l = layout_for(120, 40, VIEWS);

	ck_assert_int_eq(layout_hit(&l, 0, 0), VIEWS);
	ck_assert_int_eq(layout_hit(&l, 5, 2), VIEW_SESSIONS);
	ck_assert_int_eq(layout_hit(&l, l.panes[VIEW_STREAM].column, l.panes[VIEW_STREAM].row), VIEW_STREAM);
	ck_assert_int_eq(layout_hit(&l, l.panes[VIEW_STREAM].column - 1, l.panes[VIEW_STREAM].row), VIEW_TIMELINE);
	ck_assert_int_eq(layout_hit(&l, 119, 36), VIEW_PACKETS);
	ck_assert_int_eq(layout_hit(&l, 5, 39), VIEWS);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_cover, 0, 5);
	tcase_add_test(t, test_kinds);
	tcase_add_test(t, test_few_rows);
	tcase_add_test(t, test_packet);
	tcase_add_test(t, test_hit);
}
