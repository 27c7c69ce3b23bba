/* The prompts for a filter and for a search: the last two lines of the screen. */
#include <stdio.h>
#include <string.h>

#include "ui/action.h"
#include "ui/dialog.h"
#include "ui/input.h"
#include "ui/state.h"

void dialog_open_filter(struct state *st, const struct snapshot *s)
{
	st->dialog = (struct dialog){.kind = DIALOG_FILTER};
	edit_set(&st->dialog.edit, s->filter);
}

void dialog_open_search(struct state *st)
{
	st->dialog = (struct dialog){.kind = DIALOG_SEARCH};
}

/* Sends the filter; the prompt stays until the answer is here, which may be an error. */
static void send_filter(struct state *st)
{
	struct dialog *d = &st->dialog;
	struct slice text = slice_trim(slice_from_text(d->edit.text));
	struct request *r = state_request(st, REQUEST_FILTER);

	snprintf(r->text, sizeof(r->text), "%.*s", (int)text.len, (const char *)text.data);
	edit_set(&d->edit, r->text);
	edit_remember(&st->filters, r->text);
	d->error[0] = '\0';
	d->is_waiting = true;
}

/* An error may still be that of an older filter: the prompt goes on waiting for the new text to be in force. */
void dialog_prompt_update(struct state *st, const struct snapshot *s)
{
	struct dialog *d = &st->dialog;

	if (!d->is_waiting || st->request_count > 0)
		return;
	snprintf(d->error, sizeof(d->error), "%s", s->filter_error);
	if (d->error[0] == '\0' && strcmp(s->filter, d->edit.text) == 0)
		dialog_close(st);
}

static void search_key(struct state *st, const struct snapshot *s)
{
	char text[EDIT_SIZE];

	snprintf(text, sizeof(text), "%s", st->dialog.edit.text);
	dialog_close(st);
	if (text[0] == '\0')
		return;
	edit_remember(&st->searches, text);
	snprintf(st->find.text, sizeof(st->find.text), "%s", text);
	action_search(st, s, false);
}

void dialog_prompt_key(struct state *st, const struct snapshot *s, int key)
{
	struct dialog *d = &st->dialog;
	bool is_filter = d->kind == DIALOG_FILTER;

	if (key == INPUT_ESCAPE) {
		dialog_close(st);
	} else if (key == INPUT_ENTER || key == '\n') {
		if (is_filter)
			send_filter(st);
		else
			search_key(st, s);
	} else if (edit_key(&d->edit, is_filter ? &st->filters : &st->searches, key)) {
		d->is_waiting = false;
		d->error[0] = '\0';
	}
}

void dialog_prompt_draw(const struct state *st, const struct snapshot *s, struct grid *g)
{
	const struct dialog *d = &st->dialog;
	bool is_filter = d->kind == DIALOG_FILTER;
	const char *label = is_filter ? "Filter: " : "Search: ";
	int label_columns = grid_text_columns(label);
	int row = g->rows - 2;

	(void)s;
	grid_blank(g, (struct rect){0, row, g->columns, 2}, STYLE_PLAIN);
	grid_put(g, 0, row, label_columns, label, STYLE_HEADING);
	edit_draw(&d->edit, g, label_columns, row, g->columns - label_columns, true);
	if (d->error[0] != '\0') {
		grid_put_sign(g, 0, row + 1, MEANING_ERROR);
		grid_put(g, 2, row + 1, g->columns - 2, d->error, STYLE_ERROR);
	} else if (d->is_waiting) {
		grid_put(g, 0, row + 1, g->columns, "The filter is being made (names may have to be resolved)...",
			 STYLE_MUTED);
	} else {
		grid_put(g, 0, row + 1, g->columns,
			 is_filter ? "As for tcpdump: host 10.0.0.5 and port 110. Empty shows all. Enter, Esc"
				   : "In this pane, from the cursor on. Enter, Esc; n next, N previous",
			 STYLE_MUTED);
	}
}
