#include "ui/pane.h"

#include <stdio.h>

#include "base/buffer.h"
#include "ui/find.h"
#include "ui/list.h"

enum {
	MARGIN = 6, /* of a box and the signs in it */
};

static int foot_rows(const struct view *view, int rows)
{
	return view->foot_rows ? view->foot_rows(rows) : 0;
}

/* Where the rows go: inside the box, below the names, above the foot. */
static struct rect body_of(enum view_id id, struct rect box)
{
	const struct view *view = view_get(id);
	struct rect body = {box.column + 1, box.row + 1, box.columns - 2, box.rows - 2};

	body.rows -= foot_rows(view, body.rows);
	if (list_has_names(id)) {
		body.row++;
		body.rows--;
	}
	return body;
}

/* Rows above the cursor. A pane that follows another one shows some of what came before. */
static int rows_above(const struct state *st, enum view_id id, int height)
{
	int offset = st->panes[id].offset;

	if (view_get(id)->is_reader)
		return 0;
	if (id != st->focus && id != st->list && id != state_view(st))
		return height / 3;
	return offset < height ? offset : height - 1;
}

/* Index of the row drawn first. */
static uint32_t top_row(const struct state *st, enum view_id id, const struct view_rows *rows, int height)
{
	int64_t top = (int64_t)rows->cursor - rows_above(st, id, height);
	int64_t last = (int64_t)rows->count - height;

	if (top > last)
		top = last;
	return top > 0 ? (uint32_t)top : 0;
}

/* `taken`: columns on the right that it leaves free. */
static void draw_title(const struct state *st, const struct snapshot *s, struct grid *g, enum view_id id,
		       struct rect box, bool has_focus, int taken)
{
	struct buffer text = {0};

	buffer_printf(&text, " %s ", view_get(id)->name);
	list_title(st, s, id, &text);
	buffer_append_byte(&text, '\0');
	grid_put(g, box.column + 1, box.row, box.columns - 2 - taken, (const char *)text.data,
		 has_focus ? STYLE_HEADING : STYLE_MUTED);
	buffer_fini(&text);
}

/* In the right of the upper edge: "found 3 of 17". Returns how many columns it takes there. */
static int draw_found(const struct state *st, const struct snapshot *s, struct grid *g, enum view_id id,
		      struct rect box)
{
	struct buffer count = {0};
	char text[64] = "";

	find_put_count(st, s, id, &count);
	if (count.len > 0) {
		snprintf(text, sizeof(text), " found %.*s ", (int)count.len, (const char *)count.data);
		grid_put_right(g, box.column + 1, box.row, box.columns - 3, text, STYLE_NOTICE);
	}
	buffer_fini(&count);
	return text[0] != '\0' ? (int)strlen(text) + 1 : 0;
}

/* A mark on the right edge for where in the whole the rows are. */
static void draw_position(struct grid *g, const struct view_rows *rows, uint32_t top, struct rect body, uint16_t style)
{
	uint64_t height = (uint64_t)body.rows;
	uint64_t last = rows->total - height;
	uint64_t place = rows->first + top;

	if (rows->count == 0 || rows->total <= height || body.rows < 3)
		return;
	place = place < last ? place : last;
	grid_put_symbol(g, body.column + body.columns, body.row + (int)(place * (height - 1) / last), SYMBOL_BAR,
			style);
}

static void draw_rows(const struct state *st, const struct snapshot *s, struct grid *g, enum view_id id,
		      struct rect body, uint16_t style)
{
	const struct view *view = view_get(id);
	bool has_focus = state_view(st) == id;
	struct view_rows rows;
	uint32_t top;

	list_rows(st, s, id, &rows);
	if (rows.count == 0 && view->draw_empty != NULL)
		view->draw_empty(st, s, g, body);
	top = top_row(st, id, &rows, body.rows);
	for (int i = 0; i < body.rows && top + (uint32_t)i < rows.count; i++) {
		struct rect line = {body.column, body.row + i, body.columns, 1};
		uint32_t index = top + (uint32_t)i;

		list_draw_row(st, s, id, g, line, index);
		find_mark(st, id, g, line);
		if (index == rows.cursor && !view->is_reader)
			grid_flag(g, line, has_focus ? STYLE_CURSOR : STYLE_TRACE);
	}
	draw_position(g, &rows, top, body, style);
}

void pane_draw(const struct state *st, const struct snapshot *s, struct grid *g, enum view_id id, struct rect box)
{
	const struct view *view = view_get(id);
	bool has_focus = state_view(st) == id;
	struct rect body = body_of(id, box);
	uint16_t style = has_focus ? STYLE_BORDER_FOCUS : STYLE_BORDER;

	if (body.rows < 1 || body.columns < 1)
		return;
	grid_box(g, box, style);
	draw_title(st, s, g, id, box, has_focus, draw_found(st, s, g, id, box));
	if (list_has_names(id))
		list_draw_names(st, s, id, g, (struct rect){body.column, box.row + 1, body.columns, 1});
	draw_rows(st, s, g, id, body, style);
	if (foot_rows(view, box.rows - 2) > 0)
		view->draw_foot(
			st, s, g,
			(struct rect){body.column, body.row + body.rows, body.columns, foot_rows(view, box.rows - 2)});
}

int pane_height(const struct state *st, enum view_id id)
{
	struct layout layout;
	int rows;

	state_layout(st, &layout);
	rows = body_of(id, layout.panes[id]).rows;
	return rows > 1 ? rows : 1;
}

static uint32_t clamp(int64_t index, uint32_t count)
{
	return index < 0 ? 0 : index >= (int64_t)count ? count - 1 : (uint32_t)index;
}

static void move_reader(struct state *st, const struct snapshot *s, enum view_id id, const struct view_rows *rows,
			int by)
{
	int height = pane_height(st, id);
	uint32_t top = top_row(st, id, rows, height);
	uint32_t tops = rows->count > (uint32_t)height ? rows->count - (uint32_t)height + 1 : 1;

	list_select(st, s, id, clamp((int64_t)top + by, tops));
}

/* Rows that begin at the same place are one to the cursor: the first one is passed that moves it. */
static void select_from(struct state *st, const struct snapshot *s, enum view_id id, uint32_t index, int step)
{
	struct view_rows rows;
	uint32_t before;

	list_rows(st, s, id, &rows);
	before = rows.cursor;
	for (;; index = clamp((int64_t)index + step, rows.count)) {
		list_select(st, s, id, index);
		list_rows(st, s, id, &rows);
		if (rows.cursor != before || index == 0 || index + 1 >= rows.count)
			return;
	}
}

void pane_move(struct state *st, const struct snapshot *s, enum view_id id, int by)
{
	const struct view *view = view_get(id);
	struct pane *pane = &st->panes[id];
	int height = pane_height(st, id);
	struct view_rows rows;
	uint32_t top;
	int64_t offset;

	list_rows(st, s, id, &rows);
	if (rows.count == 0 || by == 0)
		return;
	if (view->is_reader) {
		move_reader(st, s, id, &rows, by);
		return;
	}
	top = top_row(st, id, &rows, height);
	select_from(st, s, id, clamp((int64_t)rows.cursor + by, rows.count), by < 0 ? -1 : 1);
	list_rows(st, s, id, &rows);
	offset = (int64_t)rows.cursor - top;
	pane->offset = offset < 0 ? 0 : offset >= height ? height - 1 : (int)offset;
}

void pane_first(struct state *st, const struct snapshot *s, enum view_id id)
{
	struct view_rows rows;

	list_rows(st, s, id, &rows);
	if (rows.count == 0)
		return;
	list_select(st, s, id, 0);
	st->panes[id].offset = 0;
	if (rows.first == 0)
		return;
	st->panes[id].cursor = 0;
	st->sync = id != st->list;
	if (id == st->list)
		state_focus_session(st, 0);
}

void pane_last(struct state *st, const struct snapshot *s, enum view_id id)
{
	const struct view *view = view_get(id);
	struct view_rows rows;

	list_rows(st, s, id, &rows);
	if (rows.count == 0)
		return;
	list_select(st, s, id, rows.count - 1);
	st->panes[id].offset = pane_height(st, id) - 1;
	if (rows.first + rows.count >= rows.total)
		return;
	/* positions and packet numbers are not rows: these panes ask for their end */
	st->panes[id].cursor = id == VIEW_STREAM || id == VIEW_PACKETS ? UINT64_MAX : rows.total - 1;
	st->panes[id].at_end = view->can_follow;
	st->sync = id != st->list;
}

void pane_keep(struct state *st, const struct snapshot *s, enum view_id id)
{
	int height = pane_height(st, id);
	struct view_rows rows;

	list_rows(st, s, id, &rows);
	if (rows.count > 0)
		st->panes[id].offset = (int)(rows.cursor - top_row(st, id, &rows, height));
}

void pane_focus(struct state *st, const struct snapshot *s, enum view_id id)
{
	pane_keep(st, s, id);
	st->focus = id;
	if (id != st->list)
		st->lower = id;
}

/* A heading sorts. */
static void click_names(struct state *st, const struct snapshot *s, enum view_id id, struct rect body, int place)
{
	int column = list_column_at(st, s, id, body.columns, place - body.column);

	if (column >= 0 && view_get(id)->table->columns[column].name[0] != '\0')
		list_sort_by(st, id, column);
}

void pane_click(struct state *st, const struct snapshot *s, enum view_id id, int column, int row)
{
	const struct view *view = view_get(id);
	struct layout layout;
	struct rect body;
	struct view_rows rows;
	uint32_t index;

	state_layout(st, &layout);
	body = body_of(id, layout.panes[id]);
	list_rows(st, s, id, &rows);
	if (list_has_names(id) && row == body.row - 1)
		click_names(st, s, id, body, column);
	if (view->is_reader || row < body.row || row >= body.row + body.rows)
		return;
	index = top_row(st, id, &rows, body.rows) + (uint32_t)(row - body.row);
	if (index >= rows.count)
		return;
	list_select(st, s, id, index);
	st->panes[id].offset = row - body.row;
}

/* Columns of the longest row at hand. */
static int longest(const struct state *st, const struct snapshot *s, enum view_id id)
{
	struct view_rows rows;
	int longest = 0;

	list_rows(st, s, id, &rows);
	for (uint32_t i = 0; i < rows.count; i++) {
		struct buffer text = {0};
		int columns;

		view_get(id)->text(st, s, i, &text);
		buffer_append_byte(&text, '\0');
		columns = grid_text_columns((const char *)text.data);
		longest = columns > longest ? columns : longest;
		buffer_fini(&text);
	}
	return longest;
}

void pane_shift(struct state *st, const struct snapshot *s, enum view_id id, int columns)
{
	struct pane *pane = &st->panes[id];
	struct layout layout;
	int most = view_get(id)->text != NULL ? longest(st, s, id) : 0;
	int shift = (int)pane->shift + columns;

	state_layout(st, &layout);
	if (id != VIEW_TIMELINE && id != VIEW_COMPARE && most + MARGIN <= layout.panes[id].columns)
		most = 0; /* it fits; beside the times of a timeline there is less room */
	if (shift > most)
		shift = (int)pane->shift < most ? (int)pane->shift : most;
	pane->shift = shift > 0 ? (uint32_t)shift : 0;
}
