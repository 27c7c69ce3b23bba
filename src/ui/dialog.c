#include "ui/dialog.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ui/action.h"
#include "ui/input.h"
#include "ui/state.h"

void dialog_close(struct state *st)
{
	st->dialog.kind = DIALOG_NONE;
}

void dialog_open_confirm(struct state *st, enum action confirmed, const char *format, ...)
{
	va_list args;

	st->dialog = (struct dialog){.kind = DIALOG_CONFIRM, .confirmed = confirmed};
	va_start(args, format);
	vsnprintf(st->dialog.question, sizeof(st->dialog.question), format, args);
	va_end(args);
}

static void confirm_key(struct state *st, const struct snapshot *s, int key)
{
	if (key != 'y' && key != 'Y' && key != 'n' && key != 'N' && key != INPUT_ESCAPE && key != 'q')
		return;
	dialog_close(st);
	if (key == 'y' || key == 'Y')
		action_confirmed(st, s, st->dialog.confirmed);
}

static void confirm_draw(const struct state *st, struct grid *g)
{
	int columns = grid_text_columns(st->dialog.question);
	struct rect inner = form_frame(g, columns > 30 ? columns : 30, 3, "Question", "y yes   n no");

	grid_put(g, inner.column, inner.row + 1, inner.columns, st->dialog.question, STYLE_HEADING);
}

void dialog_open_columns(struct state *st, enum view_id view)
{
	st->dialog = (struct dialog){.kind = DIALOG_COLUMNS, .columns = view};
}

/* The next column that has a name, in that direction. */
static void columns_move(struct dialog *d, const struct column_table *table, int step)
{
	int count = (int)table->count;

	do
		d->column = (d->column + step + count) % count;
	while (table->columns[d->column].name[0] == '\0');
}

static void columns_key(struct state *st, int key)
{
	struct dialog *d = &st->dialog;
	const struct column_table *table = view_get(d->columns)->table;

	if (table->columns[d->column].name[0] == '\0')
		columns_move(d, table, 1);
	if (key == INPUT_UP || key == 'k')
		columns_move(d, table, -1);
	else if (key == INPUT_DOWN || key == 'j')
		columns_move(d, table, 1);
	else if (key == ' ')
		st->hidden[d->columns] ^= 1U << d->column;
	else if (key == INPUT_ENTER || key == INPUT_ESCAPE || key == 'q' || key == 't' || key == INPUT_F10)
		dialog_close(st);
}

static void columns_draw(const struct state *st, struct grid *g)
{
	const struct dialog *d = &st->dialog;
	const struct column_table *table = view_get(d->columns)->table;
	struct rect inner = form_frame(g, 38, (int)table->count + 1, "Columns", "Space shows or hides   Esc closes");
	int row = inner.row;
	int current = d->column;
	int first;

	while (table->columns[current].name[0] == '\0')
		current++;
	/* where not all have room, those up to the current one */
	first = current >= inner.rows ? current - inner.rows + 1 : 0;
	for (int i = first; i < (int)table->count && row < inner.row + inner.rows; i++) {
		char text[64];

		if (table->columns[i].name[0] == '\0')
			continue;
		snprintf(text, sizeof(text), "[%s] %s", st->hidden[d->columns] >> i & 1 ? " " : "x",
			 table->columns[i].name);
		grid_put(g, inner.column, row, inner.columns, text, STYLE_PLAIN);
		if (i == current)
			grid_flag(g, (struct rect){inner.column, row, inner.columns, 1}, STYLE_CURSOR);
		row++;
	}
}

void dialog_key(struct state *st, const struct snapshot *s, int key)
{
	switch (st->dialog.kind) {
	case DIALOG_FILTER:
	case DIALOG_SEARCH:
		dialog_prompt_key(st, s, key);
		break;
	case DIALOG_CONFIRM:
		confirm_key(st, s, key);
		break;
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
	switch (st->dialog.kind) {
	case DIALOG_FILTER:
	case DIALOG_SEARCH:
		dialog_prompt_draw(st, s, g);
		break;
	case DIALOG_CONFIRM:
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
