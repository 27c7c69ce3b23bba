#include "ui/form.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "ui/input.h"

enum {
	CONTENT_COLUMNS = 70,
	LABEL_COLUMNS = 22,
};

void form_init(struct form *f, const char *title, const char *hint)
{
	memset(f, 0, sizeof(*f));
	f->title = title;
	f->hint = hint;
}

static struct form_field *add(struct form *f, const char *label)
{
	assert(f->count < FORM_FIELDS_MAX);
	f->fields[f->count].label = label;
	return &f->fields[f->count++];
}

void form_add_text(struct form *f, const char *label, const char *text)
{
	edit_set(&add(f, label)->edit, text);
}

void form_add_choice(struct form *f, const char *label, const char *const *choices, int choice)
{
	struct form_field *field = add(f, label);

	field->choices = choices;
	field->choice = choice;
}

static void change_choice(struct form_field *field, int step)
{
	int count = 0;

	while (field->choices[count] != NULL)
		count++;
	assert(count > 0);
	field->choice = (field->choice + step + count) % count;
}

static bool choice_key(struct form_field *field, int key)
{
	if (key != INPUT_LEFT && key != INPUT_RIGHT && key != ' ')
		return false;
	change_choice(field, key == INPUT_LEFT ? -1 : 1);
	return true;
}

bool form_key(struct form *f, int key)
{
	struct form_field *field = &f->fields[f->current];

	if (key == INPUT_UP || key == INPUT_BACKTAB)
		f->current = (f->current + f->count - 1) % f->count;
	else if (key == INPUT_DOWN || key == INPUT_TAB)
		f->current = (f->current + 1) % f->count;
	else
		return field->choices ? choice_key(field, key) : edit_key(&field->edit, NULL, key);
	return true;
}

static struct rect centred(const struct grid *g, int columns, int rows)
{
	columns = columns < g->columns ? columns : g->columns;
	rows = rows < g->rows ? rows : g->rows;
	return (struct rect){(g->columns - columns) / 2, (g->rows - rows) / 2, columns, rows};
}

struct rect form_frame(struct grid *g, int columns, int rows, const char *title, const char *hint)
{
	struct rect box = centred(g, columns + 4, rows + 2);
	char text[160];

	grid_blank(g, box, STYLE_PLAIN);
	grid_box(g, box, STYLE_BORDER_FOCUS);
	snprintf(text, sizeof(text), " %s ", title);
	grid_put(g, box.column + 1, box.row, box.columns - 2, text, STYLE_HEADING);
	snprintf(text, sizeof(text), " %s ", hint);
	grid_put(g, box.column + 1, box.row + box.rows - 1, box.columns - 2, text, STYLE_MUTED);
	return (struct rect){box.column + 2, box.row + 1, box.columns - 4, box.rows - 2};
}

static void draw_choice(const struct form_field *field, struct grid *g, struct rect line, bool is_current)
{
	char text[64];

	snprintf(text, sizeof(text), "< %s >", field->choices[field->choice]);
	grid_put(g, line.column, line.row, line.columns, text, STYLE_PLAIN);
	if (is_current)
		grid_flag(g, (struct rect){line.column, line.row, grid_text_columns(text), 1}, STYLE_CURSOR);
}

static void draw_field(const struct form_field *field, struct grid *g, struct rect line, bool is_current)
{
	grid_put(g, line.column, line.row, LABEL_COLUMNS - 1, field->label, is_current ? STYLE_HEADING : STYLE_PLAIN);
	line.column += LABEL_COLUMNS;
	line.columns -= LABEL_COLUMNS;
	if (field->choices != NULL)
		draw_choice(field, g, line, is_current);
	else
		edit_draw(&field->edit, g, line.column, line.row, line.columns, is_current);
}

void form_draw(const struct form *f, struct grid *g)
{
	struct rect inner = form_frame(g, CONTENT_COLUMNS, f->count + 5, f->title, f->hint);

	int margin = inner.rows >= f->count + 3 ? 1 : 0; /* the smallest terminals have room for the fields alone */
	int note = f->count + 2 * margin;
	int first = f->current < inner.rows ? 0 : f->current - inner.rows + 1; /* or not even for those */

	for (int i = first; i < f->count && i - first < inner.rows; i++)
		draw_field(&f->fields[i], g,
			   (struct rect){inner.column, inner.row + margin + i - first, inner.columns, 1},
			   i == f->current);
	if (note < inner.rows)
		grid_put_wrapped(g, (struct rect){inner.column, inner.row + note, inner.columns, inner.rows - note},
				 f->note, f->note_is_error ? STYLE_ERROR : STYLE_MUTED);
	if (note < inner.rows || !f->note_is_error)
		return;
	grid_put_line(g, inner.column, inner.row + inner.rows, inner.columns, SYMBOL_HORIZONTAL, STYLE_BORDER_FOCUS);
	grid_put(g, inner.column, inner.row + inner.rows, inner.columns, f->note, STYLE_ERROR);
}
