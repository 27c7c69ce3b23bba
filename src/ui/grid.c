#include "ui/grid.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

static struct grid_cell blank_cell(uint16_t style)
{
	return (struct grid_cell){.character = ' ', .style = style, .width = 1};
}

void grid_reset(struct grid *g, int columns, int rows)
{
	size_t count = (size_t)columns * (size_t)rows;

	assert(columns > 0 && rows > 0);
	if (columns != g->columns || rows != g->rows) {
		free(g->cells);
		g->cells = mem_alloc(count * sizeof(*g->cells));
		g->columns = columns;
		g->rows = rows;
	}
	for (size_t i = 0; i < count; i++)
		g->cells[i] = blank_cell(STYLE_PLAIN);
	g->cursor_column = g->cursor_row = -1;
}

void grid_fini(struct grid *g)
{
	free(g->cells);
	g->cells = NULL;
	g->columns = g->rows = 0;
}

static bool is_inside(const struct grid *g, int column, int row)
{
	return column >= 0 && row >= 0 && column < g->columns && row < g->rows;
}

static struct grid_cell *cell_at(const struct grid *g, int column, int row)
{
	return &g->cells[(size_t)row * (size_t)g->columns + (size_t)column];
}

const struct grid_cell *grid_cell(const struct grid *g, int column, int row)
{
	return is_inside(g, column, row) ? cell_at(g, column, row) : NULL;
}

/* Before a cell is overwritten: a wide character of which it is a half loses the other half too. */
static void free_cell(struct grid *g, int column, int row)
{
	struct grid_cell *cell = cell_at(g, column, row);

	if (cell->width == 0 && column > 0)
		cell[-1] = blank_cell(cell[-1].style);
	if (cell->width == 2 && column + 1 < g->columns)
		cell[1] = blank_cell(cell[1].style);
}

/* Columns it took: a wide character that would stick out on the right becomes a blank. */
static int set_cell(struct grid *g, int column, int row, uint32_t character, uint16_t style)
{
	int width = text_width(character);

	if (text_is_control(character) || width == 0) {
		character = TEXT_REPLACEMENT;
		width = 1;
	}
	if (!is_inside(g, column, row))
		return width;
	free_cell(g, column, row);
	*cell_at(g, column, row) = blank_cell(style);
	if (width == 2 && column + 1 >= g->columns)
		return width;
	cell_at(g, column, row)->character = character;
	cell_at(g, column, row)->width = (uint8_t)width;
	if (width == 2) {
		free_cell(g, column + 1, row);
		*cell_at(g, column + 1, row) = (struct grid_cell){.style = style};
	}
	return width;
}

/* Variation selectors are left out: terminals disagree about the width that results. */
static void combine(struct grid *g, int column, int row, uint32_t mark)
{
	struct grid_cell *cell;

	if (!is_inside(g, column, row) || (mark >= 0xfe00 && mark <= 0xfe0f) || mark >= 0xe0000)
		return;
	cell = cell_at(g, column, row);
	if (cell->width == 0 && column > 0)
		cell--;
	for (int i = 0; i < GRID_COMBINING; i++) {
		if (cell->combining[i] == 0) {
			cell->combining[i] = mark;
			return;
		}
	}
}

static bool is_mark(uint32_t character)
{
	return text_width(character) == 0 && !text_is_control(character);
}

int grid_text_columns(const char *text)
{
	struct slice s = slice_from_text(text);
	int columns = 0;
	size_t used;

	for (; s.len > 0; s = slice_after(s, used)) {
		uint32_t character = text_decode(s, &used);

		columns += text_is_control(character) ? 1 : text_width(character);
	}
	return columns;
}

/* Leaves out `skip` columns; a wide character cut in the middle is left out whole. */
static struct slice after_columns(struct slice s, uint32_t skip)
{
	uint32_t columns = 0;

	while (s.len > 0) {
		size_t used;
		uint32_t character = text_decode(s, &used);

		if (columns >= skip && !(skip > 0 && is_mark(character)))
			break;
		columns += text_is_control(character) ? 1 : (uint32_t)text_width(character);
		s = slice_after(s, used);
	}
	return s;
}

/* Whether `s` takes more than `columns`. */
static bool is_longer(struct slice s, int columns)
{
	for (size_t used; s.len > 0; s = slice_after(s, used)) {
		uint32_t character = text_decode(s, &used);

		columns -= text_is_control(character) ? 1 : text_width(character);
		if (columns < 0)
			return true;
	}
	return false;
}

static int put_slice(struct grid *g, int column, int row, int columns, struct slice s, uint16_t style)
{
	bool is_cut = is_longer(s, columns);
	int room = columns - (is_cut ? 1 : 0);
	int at = 0;

	for (size_t used; s.len > 0; s = slice_after(s, used)) {
		uint32_t character = text_decode(s, &used);
		int width = text_is_control(character) ? 1 : text_width(character);

		if (at + width > room)
			break;
		if (is_mark(character) && at > 0)
			combine(g, column + at - 1, row, character);
		else if (!is_mark(character))
			at += set_cell(g, column + at, row, character, style);
	}
	if (is_cut)
		at += set_cell(g, column + at, row, style_symbol(SYMBOL_ELLIPSIS, g->ascii), style);
	return at;
}

int grid_put_from(struct grid *g, int column, int row, int columns, uint32_t skip, const char *text, uint16_t style)
{
	if (columns <= 0)
		return 0;
	return put_slice(g, column, row, columns, after_columns(slice_from_text(text), skip), style);
}

int grid_put(struct grid *g, int column, int row, int columns, const char *text, uint16_t style)
{
	return grid_put_from(g, column, row, columns, 0, text, style);
}

/* The part of `s` that a line of `columns` takes, blanks at the break included; all of it if it fits. */
static struct slice line_of(struct slice s, int columns)
{
	size_t at = 0;
	size_t broken = 0; /* after the last blank that fits */

	if (!is_longer(s, columns))
		return s;
	for (size_t used; at < s.len; at += used) {
		uint32_t character = text_decode(slice_after(s, at), &used);

		columns -= text_is_control(character) ? 1 : text_width(character);
		if (character == ' ')
			broken = at + 1;
		if (columns < 0 && at > 0)
			break;
	}
	return slice_sub(s, 0, broken > 0 ? broken : at);
}

void grid_put_wrapped(struct grid *g, struct rect rect, const char *text, uint16_t style)
{
	struct slice s = slice_from_text(text);

	if (rect.columns <= 0)
		return;
	for (int row = 0; row < rect.rows && s.len > 0; row++) {
		struct slice line = row + 1 < rect.rows ? line_of(s, rect.columns) : s;

		put_slice(g, rect.column, rect.row + row, rect.columns, slice_trim_right(line), style);
		s = slice_after(s, line.len);
	}
}

void grid_put_right(struct grid *g, int column, int row, int columns, const char *text, uint16_t style)
{
	int used = grid_text_columns(text);

	if (used < columns) {
		column += columns - used;
		columns = used;
	}
	grid_put(g, column, row, columns, text, style);
}

void grid_put_character(struct grid *g, int column, int row, uint32_t character, uint16_t style)
{
	set_cell(g, column, row, character, style);
}

void grid_put_symbol(struct grid *g, int column, int row, enum symbol symbol, uint16_t style)
{
	set_cell(g, column, row, style_symbol(symbol, g->ascii), style);
}

void grid_put_level(struct grid *g, int column, int row, unsigned int level, uint16_t style)
{
	grid_put_character(g, column, row, style_level(level, g->ascii), style);
}

void grid_put_sign(struct grid *g, int column, int row, enum snapshot_meaning meaning)
{
	set_cell(g, column, row, style_sign(meaning, g->ascii), style_of(meaning));
}

void grid_put_line(struct grid *g, int column, int row, int columns, enum symbol symbol, uint16_t style)
{
	for (int i = 0; i < columns; i++)
		grid_put_symbol(g, column + i, row, symbol, style);
}

static struct rect clipped(const struct grid *g, struct rect rect)
{
	int right = rect.column + rect.columns < g->columns ? rect.column + rect.columns : g->columns;
	int bottom = rect.row + rect.rows < g->rows ? rect.row + rect.rows : g->rows;

	rect.column = rect.column > 0 ? rect.column : 0;
	rect.row = rect.row > 0 ? rect.row : 0;
	rect.columns = right - rect.column;
	rect.rows = bottom - rect.row;
	return rect;
}

void grid_blank(struct grid *g, struct rect rect, uint16_t style)
{
	rect = clipped(g, rect);
	for (int row = rect.row; row < rect.row + rect.rows; row++)
		for (int column = rect.column; column < rect.column + rect.columns; column++)
			set_cell(g, column, row, ' ', style);
}

void grid_flag(struct grid *g, struct rect rect, uint16_t flags)
{
	rect = clipped(g, rect);
	for (int row = rect.row; row < rect.row + rect.rows; row++)
		for (int column = rect.column; column < rect.column + rect.columns; column++)
			cell_at(g, column, row)->style |= flags;
}

void grid_restyle(struct grid *g, struct rect rect, uint16_t style)
{
	rect = clipped(g, rect);
	for (int row = rect.row; row < rect.row + rect.rows; row++) {
		for (int column = rect.column; column < rect.column + rect.columns; column++) {
			struct grid_cell *cell = cell_at(g, column, row);

			cell->style = (uint16_t)((cell->style & STYLE_FLAGS) | style);
		}
	}
}

void grid_box(struct grid *g, struct rect rect, uint16_t style)
{
	int right = rect.column + rect.columns - 1;
	int bottom = rect.row + rect.rows - 1;

	if (rect.columns < 2 || rect.rows < 2)
		return;
	grid_put_line(g, rect.column, rect.row, rect.columns, SYMBOL_HORIZONTAL, style);
	grid_put_line(g, rect.column, bottom, rect.columns, SYMBOL_HORIZONTAL, style);
	for (int row = rect.row + 1; row < bottom; row++) {
		grid_put_symbol(g, rect.column, row, SYMBOL_VERTICAL, style);
		grid_put_symbol(g, right, row, SYMBOL_VERTICAL, style);
	}
	grid_put_symbol(g, rect.column, rect.row, SYMBOL_TOP_LEFT, style);
	grid_put_symbol(g, right, rect.row, SYMBOL_TOP_RIGHT, style);
	grid_put_symbol(g, rect.column, bottom, SYMBOL_BOTTOM_LEFT, style);
	grid_put_symbol(g, right, bottom, SYMBOL_BOTTOM_RIGHT, style);
}

static void append_character(struct buffer *out, uint32_t character)
{
	uint8_t bytes[4];

	buffer_append(out, slice_of(bytes, text_encode(bytes, character)));
}

void grid_append_cell(const struct grid *g, int column, int row, struct buffer *out)
{
	const struct grid_cell *cell = grid_cell(g, column, row);

	if (cell == NULL || cell->width == 0)
		return;
	append_character(out, cell->character);
	for (int i = 0; i < GRID_COMBINING && cell->combining[i] != 0; i++)
		append_character(out, cell->combining[i]);
}

static void append_row(const struct grid *g, int row, struct buffer *out)
{
	size_t start = out->len;

	for (int column = 0; column < g->columns; column++)
		grid_append_cell(g, column, row, out);
	while (out->len > start && out->data[out->len - 1] == ' ')
		out->len--;
	buffer_append_byte(out, '\n');
}

void grid_text(const struct grid *g, struct buffer *out)
{
	for (int row = 0; row < g->rows; row++)
		append_row(g, row, out);
}
