#include "ui/dialog.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/input.h"
#include "ui/list.h"
#include "ui/state.h"

void dialog_close(struct state *st)
{
	st->dialog.kind = DIALOG_NONE;
}

__attribute__((format(printf, 4, 0))) static void open_question(struct state *st, enum action confirmed,
								const char *word, const char *format, va_list args)
{
	st->dialog = (struct dialog){.kind = DIALOG_CONFIRM, .confirmed = confirmed, .word = word};
	vsnprintf(st->dialog.question, sizeof(st->dialog.question), format, args);
}

void dialog_open_confirm(struct state *st, enum action confirmed, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	open_question(st, confirmed, NULL, format, args);
	va_end(args);
}

void dialog_open_word(struct state *st, enum action confirmed, const char *word, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	open_question(st, confirmed, word, format, args);
	va_end(args);
}

static bool is_character(int key)
{
	return key > ' ' && key < INPUT_NONE;
}

/* Any character but `y` means no: a `y` in the middle of a word, typed or pasted, is no answer. */
/* These two: whether the answer is yes. */
static bool confirm_key(struct state *st, const struct snapshot *s, int key)
{
	if (st->dialog.can_save && (key == 's' || key == 'S')) {
		dialog_open_export_all(st, s);
		return false;
	}
	if (key != INPUT_ESCAPE && !is_character(key))
		return false;
	dialog_close(st);
	return key == 'y' || key == 'Y';
}

static bool word_key(struct state *st, const struct snapshot *s, int key)
{
	struct dialog *d = &st->dialog;

	if (key == INPUT_ESCAPE) {
		dialog_close(st);
	} else if (key == INPUT_F2 && d->can_save) {
		dialog_open_export_all(st, s);
	} else if (key != INPUT_ENTER) {
		if (edit_key(&d->edit, NULL, key))
			d->error[0] = '\0';
	} else if (strcasecmp(d->edit.text, d->word) == 0) {
		dialog_close(st);
		return true;
	} else {
		snprintf(d->error, sizeof(d->error), "Nothing was done: the word is %s", d->word);
	}
	return false;
}

static void word_draw(const struct state *st, struct grid *g)
{
	const struct dialog *d = &st->dialog;
	int columns = grid_text_columns(d->question);
	struct rect inner = form_frame(g, columns > 40 ? columns : 40, 5, "Question",
				       d->can_save ? "Enter confirms   F2 saves first   Esc closes"
						   : "Enter confirms   Esc closes");
	char label[32];
	int width;

	snprintf(label, sizeof(label), "Type %s: ", d->word);
	width = grid_text_columns(label);
	grid_put(g, inner.column, inner.row, inner.columns, d->question, STYLE_HEADING);
	grid_put(g, inner.column, inner.row + 2, width, label, STYLE_PLAIN);
	edit_draw(&d->edit, g, inner.column + width, inner.row + 2, inner.columns - width, true);
	grid_put(g, inner.column, inner.row + 4, inner.columns, d->error, STYLE_ERROR);
}

static void confirm_draw(const struct state *st, struct grid *g)
{
	int columns = grid_text_columns(st->dialog.question);
	struct rect inner = form_frame(g, columns > 30 ? columns : 30, 3, "Question",
				       st->dialog.can_save ? "y yes   n no   s save them first" : "y yes   n no");

	grid_put(g, inner.column, inner.row + 1, inner.columns, st->dialog.question, STYLE_HEADING);
}

/* The next column that has a name, in that direction. */
static void columns_move(const struct state *st, struct dialog *d, int step)
{
	const struct column_table *table = view_get(d->columns)->table;
	int count = (int)table->count;

	do
		d->column = (d->column + step + count) % count;
	while (table->columns[st->order[d->columns][d->column]].name[0] == '\0');
}

/* The column goes one to the left (-1) or right (1), and the cursor with it. */
static void columns_shift(struct state *st, struct dialog *d, int step)
{
	const struct column_table *table = view_get(d->columns)->table;
	uint8_t *order = st->order[d->columns];
	int column = order[d->column];

	column_move(table, order, column, step);
	if (order[d->column] != column)
		d->column += step;
}

void dialog_open_columns(struct state *st, enum view_id view)
{
	st->dialog = (struct dialog){.kind = DIALOG_COLUMNS, .columns = view, .column = -1};
	columns_move(st, &st->dialog, 1);
}

/* The question on the terminal, and what came of it, are seen better without the dialog. */
static void columns_save(struct state *st, enum view_id view)
{
	char value[REWRITE_VALUE_SIZE];

	column_put_chosen(view_get(view)->table, st->hidden[view], st->order[view], value, sizeof(value));
	changed_settings_add(&st->changed_settings, view_get(view)->columns_setting, value);
	st->changed_settings.is_wanted = true;
	dialog_close(st);
}

static void columns_key(struct state *st, int key)
{
	struct dialog *d = &st->dialog;
	int column = st->order[d->columns][d->column];

	if (key == INPUT_UP || key == 'k')
		columns_move(st, d, -1);
	else if (key == INPUT_DOWN || key == 'j')
		columns_move(st, d, 1);
	else if (key == ' ')
		st->hidden[d->columns] ^= 1U << column;
	else if (key == '+' || key == '-')
		columns_shift(st, d, key == '+' ? 1 : -1);
	else if (key == 's')
		list_sort_by(st, d->columns, column);
	else if (key == INPUT_F2)
		columns_save(st, d->columns);
	else if (key == INPUT_ENTER || key == INPUT_ESCAPE || key == 'q' || key == 't' || key == INPUT_F10)
		dialog_close(st);
}

static void columns_draw(const struct state *st, struct grid *g)
{
	const struct dialog *d = &st->dialog;
	const struct column_table *table = view_get(d->columns)->table;
	struct rect inner = form_frame(g, 56, (int)table->count + 1, "Columns",
				       "Space shows or hides  + - moves  s sorts  F2 saves  Esc");
	/* where not all have room, those up to the current one */
	int first = d->column >= inner.rows ? d->column - inner.rows + 1 : 0;
	int row = inner.row;

	for (int i = first; i < (int)table->count && row < inner.row + inner.rows; i++) {
		int column = st->order[d->columns][i];
		char text[64];

		if (table->columns[column].name[0] == '\0')
			continue;
		snprintf(text, sizeof(text), "[%s] %s", st->hidden[d->columns] >> column & 1 ? " " : "x",
			 table->columns[column].name);
		grid_put(g, inner.column, row, inner.columns, text, STYLE_PLAIN);
		if (i == d->column)
			grid_flag(g, (struct rect){inner.column, row, inner.columns, 1}, STYLE_CURSOR);
		row++;
	}
}

bool dialog_key(struct state *st, const struct snapshot *s, int key)
{
	switch (st->dialog.kind) {
	case DIALOG_FILTER:
	case DIALOG_SEARCH:
		dialog_prompt_key(st, s, key);
		break;
	case DIALOG_CONFIRM:
		return st->dialog.word != NULL ? word_key(st, s, key) : confirm_key(st, s, key);
	case DIALOG_SETTINGS:
		dialog_settings_key(st, s, key);
		break;
	case DIALOG_SAVE:
		dialog_save_key(st, s, key);
		break;
	case DIALOG_EXPORT:
		dialog_export_key(st, s, key);
		break;
	case DIALOG_ABOUT:
		dialog_about_key(st, s, key);
		break;
	case DIALOG_COLUMNS:
		columns_key(st, key);
		break;
	case DIALOG_NONE:
	case DIALOGS:
		break;
	}
	return false;
}

bool dialog_takes_text(const struct state *st)
{
	const struct dialog *d = &st->dialog;

	switch (d->kind) {
	case DIALOG_FILTER:
	case DIALOG_SEARCH:
		return true;
	case DIALOG_CONFIRM:
		return d->word != NULL;
	case DIALOG_SETTINGS:
	case DIALOG_SAVE:
	case DIALOG_EXPORT:
		return d->form.fields[d->form.current].choices == NULL;
	default:
		return false;
	}
}

/* A line's end confirms nothing and a tab completes nothing: they are blanks between words, and at the ends nothing. */
void dialog_paste(struct state *st, const struct snapshot *s, int character)
{
	struct dialog *d = &st->dialog;
	bool is_break = character == '\t' || character == '\r' || character == '\n';

	if (!dialog_takes_text(st))
		return;
	if (is_break || text_is_control((uint32_t)character)) {
		d->has_break = d->has_break || (is_break && d->has_pasted);
		return;
	}
	if (d->has_break)
		dialog_key(st, s, ' ');
	d->has_break = false;
	d->has_pasted = true;
	dialog_key(st, s, character);
}

void dialog_update(struct state *st, const struct snapshot *s)
{
	if (st->dialog.kind == DIALOG_FILTER)
		dialog_prompt_update(st, s);
	else if (st->dialog.kind == DIALOG_EXPORT)
		dialog_export_update(st, s);
	else if (st->dialog.kind == DIALOG_SAVE)
		dialog_save_update(st, s);
}

void dialog_draw(const struct state *st, const struct snapshot *s, struct grid *g)
{
	if (st->dialog.is_helped)
		return;
	switch (st->dialog.kind) {
	case DIALOG_FILTER:
	case DIALOG_SEARCH:
		dialog_prompt_draw(st, s, g);
		break;
	case DIALOG_CONFIRM:
		if (st->dialog.word != NULL)
			word_draw(st, g);
		else
			confirm_draw(st, g);
		break;
	case DIALOG_SETTINGS:
	case DIALOG_SAVE:
	case DIALOG_EXPORT:
		form_draw(&st->dialog.form, g);
		break;
	case DIALOG_ABOUT:
		dialog_about_draw(st, s, g);
		break;
	case DIALOG_COLUMNS:
		columns_draw(st, g);
		break;
	case DIALOG_NONE:
	case DIALOGS:
		break;
	}
}
