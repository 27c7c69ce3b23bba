#include "ui/layout.h"

#include <string.h>

enum {
	COLUMNS_LEAST = 40,
	ROWS_LEAST = 10,
	ROWS_FOR_TWO = 11, /* of panes */
	COLUMNS_LARGE = 100,
	ROWS_LARGE = 30,
	COLUMNS_SENTENCE = 140, /* below, a sentence takes two rows where there are enough */
	ROWS_SENTENCE = 20,
	BYTES_COLUMNS = 79, /* offset, 16 bytes, their characters, the box */
};

static enum layout_kind kind_of(int columns, int rows)
{
	if (columns < COLUMNS_LEAST || rows < ROWS_LEAST)
		return LAYOUT_TINY;
	return columns >= COLUMNS_LARGE && rows >= ROWS_LARGE ? LAYOUT_LARGE : LAYOUT_SMALL;
}

static struct rect upper(struct rect r, int rows)
{
	return (struct rect){r.column, r.row, r.columns, rows};
}

static struct rect beneath(struct rect r, int rows)
{
	return (struct rect){r.column, r.row + rows, r.columns, r.rows - rows};
}

static void place_large(struct layout *l, const struct layout_wish *wish, struct rect body)
{
	int list_rows = body.rows * 3 / 10;
	int packet_rows = body.rows / 4;
	struct rect middle = beneath(body, list_rows);
	int left = middle.columns * 11 / 20;

	middle.rows -= packet_rows;
	l->panes[wish->list] = upper(body, list_rows);
	l->panes[VIEW_TIMELINE] = (struct rect){middle.column, middle.row, left, middle.rows};
	l->panes[VIEW_STREAM] = (struct rect){middle.column + left, middle.row, middle.columns - left, middle.rows};
	l->panes[VIEW_PACKETS] = beneath(body, list_rows + middle.rows);
}

static void place_small(struct layout *l, const struct layout_wish *wish, struct rect body)
{
	int list_rows = body.rows * 2 / 5;

	if (body.rows < ROWS_FOR_TWO) {
		l->panes[wish->focus] = body;
		return;
	}
	l->panes[wish->list] = upper(body, list_rows);
	l->panes[wish->lower] = beneath(body, list_rows);
}

/* The bytes stand beside the fields where there is room for both, else below. */
static void place_packet(struct layout *l, struct rect body)
{
	int left = body.columns - BYTES_COLUMNS;
	int rows = body.rows / 2;

	if (left >= 50) {
		l->panes[VIEW_PACKET] = (struct rect){body.column, body.row, left, body.rows};
		l->panes[VIEW_BYTES] = (struct rect){body.column + left, body.row, BYTES_COLUMNS, body.rows};
	} else {
		l->panes[VIEW_PACKET] = upper(body, rows);
		l->panes[VIEW_BYTES] = beneath(body, rows);
	}
}

void layout_compute(struct layout *l, const struct layout_wish *wish)
{
	struct rect all = {0, 0, wish->columns, wish->rows};
	struct rect body;

	memset(l, 0, sizeof(*l));
	l->kind = kind_of(wish->columns, wish->rows);
	if (l->kind == LAYOUT_TINY)
		return;
	l->title = upper(all, 1);
	body = beneath(all, 1);
	l->line.rows = wish->columns < COLUMNS_SENTENCE && wish->rows >= ROWS_SENTENCE ? 2 : 1;
	body.rows -= l->line.rows + 1;
	l->line.columns = wish->columns;
	l->line.row = wish->rows - 1 - l->line.rows;
	l->bar = (struct rect){0, wish->rows - 1, wish->columns, 1};
	if (wish->whole == VIEW_PACKET || wish->whole == VIEW_BYTES)
		place_packet(l, body);
	else if (wish->whole != VIEWS)
		l->panes[wish->whole] = body;
	else if (l->kind == LAYOUT_LARGE)
		place_large(l, wish, body);
	else
		place_small(l, wish, body);
}

enum view_id layout_hit(const struct layout *l, int column, int row)
{
	for (int i = 0; i < VIEWS; i++) {
		const struct rect *r = &l->panes[i];

		if (column >= r->column && column < r->column + r->columns && row >= r->row && row < r->row + r->rows)
			return (enum view_id)i;
	}
	return VIEWS;
}
