/* The prompts for a filter and for a search: the last two lines of the screen. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "filter/expression.h"
#include "ui/dialog.h"
#include "ui/filter_words.h"
#include "ui/find.h"
#include "ui/input.h"
#include "ui/state.h"

void dialog_open_filter(struct state *st, const struct snapshot *s)
{
	st->dialog = (struct dialog){.kind = DIALOG_FILTER};
	edit_set(&st->dialog.edit, s->filter);
	snprintf(st->dialog.before, sizeof(st->dialog.before), "%s", s->filter);
	snprintf(st->dialog.sent, sizeof(st->dialog.sent), "%s", s->filter);
}

void dialog_open_search(struct state *st, const struct snapshot *s)
{
	if (!find_can(st)) {
		state_say(st, true, "There is nothing to search in here");
		return;
	}
	st->dialog = (struct dialog){.kind = DIALOG_SEARCH};
	snprintf(st->dialog.before, sizeof(st->dialog.before), "%s", st->find.text);
	find_begin_typing(st, s);
}

static void send_filter(struct state *st, const char *text)
{
	struct dialog *d = &st->dialog;
	struct slice trimmed = slice_trim(slice_from_text(text));
	struct request *r = state_request(st, REQUEST_FILTER);

	snprintf(d->sent, sizeof(d->sent), "%.*s", (int)trimmed.len, (const char *)trimmed.data);
	snprintf(r->text, sizeof(r->text), "%s", d->sent);
}

/* The prompt stays until the answer is here, which may be an error. */
static void enter_filter(struct state *st)
{
	send_filter(st, st->dialog.edit.text);
	edit_set(&st->dialog.edit, st->dialog.sent);
	edit_remember(&st->filters, st->dialog.sent);
	st->dialog.is_waiting = true;
}

/* The list narrows as it is typed, but no name is looked up by letters of it. */
static void type_filter(struct state *st)
{
	struct dialog *d = &st->dialog;

	d->is_waiting = false;
	d->error[0] = '\0';
	if (strcmp(d->edit.text, d->sent) != 0 && !expression_asks_for_names(d->edit.text))
		send_filter(st, d->edit.text);
}

/* The word before the cursor, or its value, as far as those that it may become agree. */
static void complete(struct state *st, const struct snapshot *s)
{
	struct filter_words words;
	char text[FILTER_WORDS_SIZE];

	filter_words_find(&words, &st->dialog.edit);
	filter_words_rest(&words, text);
	edit_insert(&st->dialog.edit, text);
	if (filter_words_has_values(&words, &st->dialog.edit, s))
		filter_words_complete(&words, &st->dialog.edit, s);
	type_filter(st);
}

static void leave_filter(struct state *st)
{
	st->dialog.is_waiting = false;
	if (strcmp(st->dialog.sent, st->dialog.before) != 0)
		send_filter(st, st->dialog.before);
	dialog_close(st);
}

/* What the snapshot says is the answer to what was asked for last. */
static bool is_answered(const struct state *st, const struct snapshot *s)
{
	const char *answered = s->filter_error[0] != '\0' ? s->filter_asked : s->filter;

	return st->request_count == 0 && strcmp(answered, st->dialog.sent) == 0;
}

void dialog_prompt_update(struct state *st, const struct snapshot *s)
{
	struct dialog *d = &st->dialog;

	if (d->kind != DIALOG_FILTER || !is_answered(st, s))
		return;
	snprintf(d->error, sizeof(d->error), "%s", s->filter_error);
	if (d->is_waiting && d->error[0] == '\0')
		dialog_close(st);
	d->is_waiting = false;
}

static void filter_key(struct state *st, const struct snapshot *s, int key)
{
	if (key == INPUT_ESCAPE)
		leave_filter(st);
	else if (key == INPUT_ENTER || key == '\n')
		enter_filter(st);
	else if (key == INPUT_TAB)
		complete(st, s);
	else if (edit_key(&st->dialog.edit, &st->filters, key))
		type_filter(st);
}

/* What is wrong stays to be mended. */
static void enter_search(struct state *st, const struct snapshot *s)
{
	struct dialog *d = &st->dialog;

	if (d->edit.text[0] == '\0')
		find_give_up(st, "");
	else if (st->find.pattern == NULL)
		return;
	else
		find_accept(st, s);
	edit_remember(&st->searches, d->edit.text);
	dialog_close(st);
}

static void search_key(struct state *st, const struct snapshot *s, int key)
{
	struct dialog *d = &st->dialog;

	if (key == INPUT_ESCAPE) {
		find_give_up(st, d->before);
		dialog_close(st);
	} else if (key == INPUT_ENTER || key == '\n') {
		enter_search(st, s);
	} else if (edit_key(&d->edit, &st->searches, key) && strcmp(d->edit.text, st->find.text) != 0) {
		find_type(st, s, d->edit.text);
	}
}

void dialog_prompt_key(struct state *st, const struct snapshot *s, int key)
{
	if (st->dialog.kind == DIALOG_FILTER)
		filter_key(st, s, key);
	else
		search_key(st, s, key);
}

/* ---- drawing ---- */

/* What is wrong stands out in what was typed. */
static void draw_fault(const struct dialog *d, const struct snapshot *s, struct grid *g, struct rect line)
{
	if (strcmp(d->edit.text, d->sent) == 0 && s->filter_error_at <= d->edit.len)
		edit_mark(&d->edit, g, line, s->filter_error_at, s->filter_error_len, STYLE_ERROR);
}

static void draw_word(const struct expression_row *row, struct buffer *out)
{
	bool is_compared = row->kind >= EXPRESSION_KIND_DURATION && row->kind <= EXPRESSION_KIND_COUNT;

	buffer_printf(out, "%s%s%s  %s", row->word,
		      row->argument == NULL ? ""
		      : is_compared	    ? ">"
					    : ":",
		      row->argument != NULL ? row->argument : "", row->help);
}

static void put_values(const struct snapshot *s, struct buffer *out)
{
	buffer_append_text(out, "Tab:");
	for (uint32_t i = 0; i < s->value_count; i++)
		buffer_printf(out, "  %s", s->values[i]);
}

static bool has_values(const struct dialog *d, const struct snapshot *s)
{
	struct filter_words words;

	filter_words_find(&words, &d->edit);
	return d->kind == DIALOG_FILTER && filter_words_has_values(&words, &d->edit, s);
}

void dialog_prompt_ask(const struct dialog *d, struct query *q)
{
	struct filter_words words;

	if (d->kind != DIALOG_FILTER)
		return;
	filter_words_find(&words, &d->edit);
	filter_words_ask(&words, &d->edit, q);
}

/* What the word under the cursor means, the words that it may become, or how many sessions pass. */
static void put_help(const struct dialog *d, const struct snapshot *s, struct buffer *out)
{
	struct filter_words words;

	filter_words_find(&words, &d->edit);
	if (has_values(d, s))
		put_values(s, out);
	else if (words.count == 1)
		draw_word(expression_row(words.found[0]), out);
	else if (words.count > 1 && words.len > 0)
		for (size_t i = 0; i < words.count; i++)
			buffer_printf(out, "%s%s", i > 0 ? "  " : "Tab: ", expression_row(words.found[i])->word);
	else if (expression_asks_for_names(d->edit.text))
		buffer_append_text(out, "Enter looks the name up. Esc");
	else if (d->edit.len == 0)
		buffer_append_text(
			out, "failed  from:alice  subject:invoice  slow>1s  code:550  host 10.0.0.5 and port 110; "
			     "Tab: words");
	else
		buffer_printf(out, "%" PRIu64 " of %" PRIu64 " session%s. Enter, Esc", s->shown_sessions, s->sessions,
			      text_plural(s->sessions));
}

static void draw_error(struct grid *g, const char *text)
{
	grid_put_sign(g, 0, g->rows - 1, MEANING_ERROR);
	grid_put(g, 2, g->rows - 1, g->columns - 2, text, STYLE_ERROR);
}

static void put_search_help(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	size_t len;

	find_put_count(st, s, st->find.view, out);
	len = out->len;
	if (st->dialog.edit.len > 0 && len == 0)
		buffer_append_text(out, "...");
	buffer_append_text(out, st->dialog.edit.len > 0 ? ". Enter stays there, Esc goes back; then n next, N previous"
							: "In this pane; /.../ is a regular expression. Enter, Esc");
}

static void draw_help(const struct state *st, const struct snapshot *s, struct grid *g)
{
	struct buffer help = {0};

	if (st->dialog.kind == DIALOG_SEARCH)
		put_search_help(st, s, &help);
	else if (st->dialog.is_waiting)
		buffer_append_text(&help, "The filter is being made (names may have to be resolved)...");
	else
		put_help(&st->dialog, s, &help);
	buffer_append_byte(&help, '\0');
	grid_put(g, 0, g->rows - 1, g->columns, (const char *)help.data, STYLE_MUTED);
	buffer_fini(&help);
}

void dialog_prompt_draw(const struct state *st, const struct snapshot *s, struct grid *g)
{
	const struct dialog *d = &st->dialog;
	const char *label = d->kind == DIALOG_FILTER ? "Filter: " : "Search: ";
	const char *error = d->kind == DIALOG_FILTER ? d->error : d->edit.len > 0 ? st->find.error : "";
	int label_columns = grid_text_columns(label);
	int row = g->rows - 2;

	grid_blank(g, (struct rect){0, row, g->columns, 2}, STYLE_PLAIN);
	grid_put(g, 0, row, label_columns, label, STYLE_HEADING);
	edit_draw(&d->edit, g, label_columns, row, g->columns - label_columns, true);
	if (error[0] == '\0' || has_values(d, s)) { /* a value that is still to be typed is no fault */
		draw_help(st, s, g);
		return;
	}
	if (d->kind == DIALOG_FILTER)
		draw_fault(d, s, g, (struct rect){label_columns, row, g->columns - label_columns, 1});
	draw_error(g, error);
}
