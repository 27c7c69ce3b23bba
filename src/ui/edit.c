#include "ui/edit.h"

#include <stdio.h>

#include "base/text.h"
#include "ui/input.h"

void edit_set(struct edit *e, const char *text)
{
	struct slice fits = text_cut(slice_from_text(text), EDIT_SIZE - 1);

	memcpy(e->text, fits.data, fits.len);
	e->text[fits.len] = '\0';
	e->len = e->cursor = fits.len;
	e->recalled = 0;
}

static void insert_bytes(struct edit *e, struct slice s)
{
	if (e->len + s.len >= EDIT_SIZE)
		return;
	memmove(e->text + e->cursor + s.len, e->text + e->cursor, e->len - e->cursor + 1);
	memcpy(e->text + e->cursor, s.data, s.len);
	e->cursor += s.len;
	e->len += s.len;
}

void edit_insert(struct edit *e, const char *text)
{
	insert_bytes(e, text_cut(slice_from_text(text), EDIT_SIZE - 1 - e->len));
}

static void erase(struct edit *e, size_t from, size_t to)
{
	memmove(e->text + from, e->text + to, e->len - to + 1);
	e->len -= to - from;
	e->cursor = from;
}

void edit_replace(struct edit *e, size_t from, const char *text)
{
	if (e->len - (e->cursor - from) + strlen(text) >= EDIT_SIZE)
		return;
	erase(e, from, e->cursor);
	edit_insert(e, text);
}

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t before(const struct edit *e)
{
	size_t at = e->cursor;

	while (at > 0 && is_continuation(e->text[--at]))
		;
	return at;
}

static size_t after(const struct edit *e)
{
	size_t at = e->cursor;

	if (at < e->len)
		at++;
	while (at < e->len && is_continuation(e->text[at]))
		at++;
	return at;
}

static size_t word_before(const struct edit *e)
{
	size_t at = e->cursor;

	while (at > 0 && e->text[at - 1] == ' ')
		at--;
	while (at > 0 && e->text[at - 1] != ' ')
		at--;
	return at;
}

static void recall(struct edit *e, const struct edit_history *history, size_t line)
{
	if (history == NULL || line > history->count)
		return;
	edit_set(e, line == 0 ? "" : history->lines[line - 1]);
	e->recalled = line;
}

static bool control_key(struct edit *e, const struct edit_history *history, int key)
{
	switch (key) {
	case INPUT_LEFT:
	case INPUT_CONTROL('b'):
		e->cursor = before(e);
		return true;
	case INPUT_RIGHT:
	case INPUT_CONTROL('f'):
		e->cursor = after(e);
		return true;
	case INPUT_HOME:
	case INPUT_CONTROL('a'):
		e->cursor = 0;
		return true;
	case INPUT_END:
	case INPUT_CONTROL('e'):
		e->cursor = e->len;
		return true;
	case INPUT_BACKSPACE:
		erase(e, before(e), e->cursor);
		return true;
	case INPUT_DELETE:
	case INPUT_CONTROL('d'):
		erase(e, e->cursor, after(e));
		return true;
	case INPUT_CONTROL('w'):
		erase(e, word_before(e), e->cursor);
		return true;
	case INPUT_CONTROL('u'):
		erase(e, 0, e->cursor);
		return true;
	case INPUT_CONTROL('k'):
		erase(e, e->cursor, e->len);
		return true;
	case INPUT_UP:
		recall(e, history, e->recalled + 1);
		return history != NULL;
	case INPUT_DOWN:
		if (e->recalled > 0)
			recall(e, history, e->recalled - 1);
		return history != NULL;
	default:
		return false;
	}
}

bool edit_key(struct edit *e, const struct edit_history *history, int key)
{
	uint8_t bytes[4];

	if (control_key(e, history, key))
		return true;
	if (key <= 0 || key >= INPUT_NONE || text_is_control((uint32_t)key))
		return false;
	insert_bytes(e, slice_of(bytes, text_encode(bytes, (uint32_t)key)));
	return true;
}

void edit_remember(struct edit_history *history, const char *line)
{
	if (line[0] == '\0' || (history->count > 0 && strcmp(history->lines[0], line) == 0))
		return;
	if (history->count < EDIT_HISTORY_LINES)
		history->count++;
	memmove(history->lines[1], history->lines[0], (history->count - 1) * EDIT_SIZE);
	snprintf(history->lines[0], EDIT_SIZE, "%s", line);
}

/* Columns of the first bytes of the text. */
static int columns_of(const struct edit *e, size_t bytes)
{
	char head[EDIT_SIZE];

	snprintf(head, sizeof(head), "%.*s", (int)bytes, e->text);
	return grid_text_columns(head);
}

/* The cursor may stand after the text. */
static int skipped(const struct edit *e, int columns)
{
	int at = columns_of(e, e->cursor);

	return at > columns - 2 ? at - columns + 2 : 0;
}

void edit_draw(const struct edit *e, struct grid *g, int column, int row, int columns, bool is_active)
{
	int skip;

	if (columns < 2)
		return;
	skip = skipped(e, columns);
	grid_blank(g, (struct rect){column, row, columns, 1}, STYLE_INPUT);
	grid_put_from(g, column, row, columns, (uint32_t)skip, e->text, STYLE_INPUT);
	if (is_active) {
		g->cursor_column = column + columns_of(e, e->cursor) - skip;
		g->cursor_row = row;
	}
}

void edit_mark(const struct edit *e, struct grid *g, struct rect line, size_t at, size_t len, uint16_t style)
{
	int begin = columns_of(e, at) - skipped(e, line.columns);
	int end = columns_of(e, at + len) - skipped(e, line.columns);

	if (end <= begin)
		end = begin + 1;
	if (begin < 0)
		begin = 0;
	if (end > line.columns)
		end = line.columns;
	if (begin < end)
		grid_restyle(g, (struct rect){line.column + begin, line.row, end - begin, 1}, style);
}
