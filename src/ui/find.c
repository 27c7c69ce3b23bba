#include "ui/find.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/rowtext.h"
#include "ui/format.h"
#include "ui/list.h"
#include "ui/navigate.h"

void find_fini(struct state *st)
{
	pattern_free(st->find.pattern);
	st->find.pattern = NULL;
}

/* The worker looks no further. */
static void end_search(struct state *st)
{
	st->find.pane = QUERY_FIND_NONE;
	st->find.is_waiting = false;
	st->find.matches = st->find.position = 0;
	if (st->find.serial != 0)
		st->find.serial++;
}

void find_set(struct state *st, const char *text)
{
	struct error why = {.text = ""};

	find_fini(st);
	end_search(st);
	snprintf(st->find.text, sizeof(st->find.text), "%s", text);
	if (text[0] != '\0')
		st->find.pattern = pattern_from_text(text, &why);
	st->find.view = VIEWS;
	rowtext_put(st->find.error, sizeof(st->find.error), slice_from_text(why.text));
}

void find_leave(struct state *st, enum view_id view)
{
	if (st->find.view != view)
		return;
	end_search(st);
	st->find.view = VIEWS;
}

/* ---- rows at hand ---- */

/* Goes to the next one; counts them all. Whether there is one. */
static bool find_here(struct state *st, const struct snapshot *s, enum view_id view, bool is_backwards,
		      bool is_inclusive)
{
	struct state_find *f = &st->find;
	struct view_rows rows;
	uint32_t best = UINT32_MAX; /* steps from the cursor */
	uint32_t found = 0;

	f->matches = f->position = 0;
	list_rows(st, s, view, &rows);
	for (uint32_t i = 0; i < rows.count; i++) {
		uint32_t steps = is_backwards ? rows.cursor + rows.count - i : rows.count + i - rows.cursor;

		if (!view_get(view)->holds(st, s, i, f->pattern))
			continue;
		f->matches++;
		steps %= rows.count;
		if (steps == 0 && !is_inclusive)
			steps = rows.count;
		if (steps >= best)
			continue;
		best = steps;
		found = i;
		f->position = f->matches;
	}
	if (f->matches > 0)
		list_select(st, s, view, found);
	return f->matches > 0;
}

/* ---- rows that the worker makes ---- */

static void ask(struct state *st, enum view_id view, bool is_backwards, bool is_inclusive)
{
	st->find.pane = view_get(view)->find;
	st->find.is_backwards = is_backwards;
	st->find.is_inclusive = is_inclusive;
	st->find.from = st->panes[view].cursor;
	st->find.serial++;
	st->find.is_waiting = true;
}

void find_fill(const struct state *st, struct query *q)
{
	if (st->find.serial == 0)
		return;
	q->find = st->find.pane;
	q->find_backwards = st->find.is_backwards;
	q->find_inclusive = st->find.is_inclusive;
	q->find_serial = st->find.serial;
	q->find_from = st->find.from;
	snprintf(q->find_text, sizeof(q->find_text), "%s", st->find.text);
}

static void go_to_match(struct state *st, const struct snapshot *s)
{
	enum view_id view = st->find.view;

	if (view == st->list) {
		state_focus_session(st, s->find_session);
		st->selected = s->find_mail;
	}
	st->panes[view].cursor = s->find_anchor;
	st->panes[view].at_end = false;
	st->sync = true;
	st->sync_serial = st->query.serial + 1; /* the rows at hand are those around where the search began */
}

void find_update(struct state *st, const struct snapshot *s)
{
	if (!st->find.is_waiting || s->find_serial != st->find.serial || (s->find_busy && !s->find_found))
		return;
	st->find.is_waiting = false;
	if (s->find_found)
		go_to_match(st, s);
	else if (!st->find.is_typed)
		state_say(st, true, "Not found: %s", st->find.text);
}

bool find_is_busy(const struct state *st, const struct snapshot *s)
{
	return st->find.is_waiting ||
	       (st->find.pane != QUERY_FIND_NONE && s->find_serial == st->find.serial && s->find_busy);
}

void find_stop(struct state *st, const struct snapshot *s)
{
	bool is_answered = s->find_serial == st->find.serial;
	char number[FORMAT_SIZE];

	format_count(number, is_answered ? s->find_matches : 0);
	state_say(st, false, "The search was stopped at %d%%: %s found so far", is_answered ? s->find_permille / 10 : 0,
		  number);
	end_search(st);
}

/* ---- both ---- */

static bool look(struct state *st, const struct snapshot *s, bool is_backwards, bool is_inclusive)
{
	enum view_id view = state_view(st);

	if (view == VIEW_BYTES) { /* by their fields */
		navigate_fields(st);
		view = VIEW_PACKET;
	}
	st->find.view = view;
	if (view_get(view)->holds != NULL)
		return find_here(st, s, view, is_backwards, is_inclusive);
	ask(st, view, is_backwards, is_inclusive);
	return true;
}

bool find_can(const struct state *st)
{
	enum view_id view = state_view(st);

	return view == VIEW_BYTES || view_get(view)->holds != NULL || view_get(view)->find != QUERY_FIND_NONE;
}

void find_next(struct state *st, const struct snapshot *s, bool is_backwards)
{
	if (!find_can(st))
		state_say(st, true, "There is nothing to search in here");
	else if (st->find.pattern == NULL)
		state_say(st, true, "%s: %s", st->find.text, st->find.error);
	else if (!look(st, s, is_backwards, false))
		state_say(st, true, "Not found: %s", st->find.text);
}

void find_begin_typing(struct state *st, const struct snapshot *s)
{
	(void)s;
	memcpy(st->find.panes, st->panes, sizeof(st->find.panes));
	st->find.session = st->session;
	st->find.selected = st->selected;
	st->find.is_typed = true;
}

static void go_back(struct state *st)
{
	state_focus_session(st, st->find.session);
	st->selected = st->find.selected;
	st->culprit_wanted = false;
	memcpy(st->panes, st->find.panes, sizeof(st->panes));
}

void find_type(struct state *st, const struct snapshot *s, const char *text)
{
	go_back(st);
	find_set(st, text);
	if (st->find.pattern != NULL)
		look(st, s, false, true);
}

void find_give_up(struct state *st, const char *before)
{
	go_back(st);
	find_set(st, before);
	st->find.is_typed = false;
}

void find_accept(struct state *st, const struct snapshot *s)
{
	bool is_here = st->find.pane == QUERY_FIND_NONE;
	bool is_answered = is_here || (s->find_serial == st->find.serial && !st->find.is_waiting);

	st->find.is_typed = false;
	if (is_answered && (is_here ? st->find.matches : s->find_matches) == 0)
		state_say(st, true, "Not found: %s", st->find.text);
}

/* ---- drawing ---- */

static void put_place(uint64_t position, uint64_t matches, bool is_busy, struct buffer *out)
{
	char number[FORMAT_SIZE];

	if (matches == 0) {
		buffer_append_text(out, is_busy ? "..." : "none");
		return;
	}
	if (!is_busy) {
		format_count(number, position);
		buffer_printf(out, "%s of ", number);
	}
	format_count(number, matches);
	buffer_printf(out, "%s%s", number, is_busy ? " so far" : "");
}

void find_put_count(const struct state *st, const struct snapshot *s, enum view_id view, struct buffer *out)
{
	const struct state_find *f = &st->find;

	if (f->pattern == NULL || f->view != view || view == VIEWS)
		return;
	if (view_get(view)->holds != NULL)
		put_place(f->position, f->matches, false, out);
	else if (f->pane != QUERY_FIND_NONE && s->find_serial == f->serial)
		put_place(s->find_before + 1, s->find_matches, s->find_busy, out);
}

/* Restyles the cells of bytes [begin, end) of the line's text. */
static void mark_bytes(struct grid *g, struct rect line, size_t begin, size_t end)
{
	struct buffer text = {0};

	for (int i = 0; i < line.columns && text.len < end; i++) {
		const struct grid_cell *cell = grid_cell(g, line.column + i, line.row);

		grid_append_cell(g, line.column + i, line.row, &text);
		if (cell != NULL && text.len > begin)
			grid_restyle(g, (struct rect){line.column + i, line.row, cell->width, 1}, STYLE_MATCH);
	}
	buffer_fini(&text);
}

void find_mark(const struct state *st, enum view_id view, struct grid *g, struct rect line)
{
	struct buffer text = {0};
	size_t begin = 0;
	size_t end = 0;

	if (st->find.pattern == NULL || st->find.view != view)
		return;
	for (int i = 0; i < line.columns; i++)
		grid_append_cell(g, line.column + i, line.row, &text);
	buffer_append_byte(&text, '\0');
	while (pattern_next(st->find.pattern, (const char *)text.data, end, &begin, &end))
		mark_bytes(g, line, begin, end);
	buffer_fini(&text);
}
