/*
 * view_compare: two sessions side by side, step by step: above what differs about them as a whole, below their ladders,
 * aligned by command. A row that differs has a sign at its left.
 */
#include <inttypes.h>
#include <stdio.h>

#include "ui/format.h"
#include "ui/list.h"
#include "ui/navigate.h"
#include "ui/pane.h"
#include "ui/state.h"
#include "ui/view.h"

enum {
	SIGN_COLUMNS = 2,
	TIME_COLUMNS_WIDE = 10, /* of each side, where there is room */
	WIDE = 100,
	FACT_COLUMNS = 18,
};

static struct view_source source(const struct snapshot *s)
{
	return (struct view_source){s->compare, s->compare_rows, sizeof(*s->compare_rows)};
}

static bool is_here(const struct state *st, const struct snapshot *s)
{
	return s->compare_head.is_known && s->query_serial >= st->compare.serial;
}

static const char *likeness_name(enum snapshot_likeness likeness)
{
	switch (likeness) {
	case LIKENESS_MARKED:
		return "marked";
	case LIKENESS_SERVER_CLIENT:
		return "the good one most alike: same server and client";
	case LIKENESS_SERVER:
		return "the good one most alike: same server";
	case LIKENESS_CLIENT:
		return "the good one most alike: same client";
	case LIKENESS_PROTOCOL:
		break;
	}
	return "a good one of the same protocol";
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	const struct snapshot_compare *head = &s->compare_head;

	if (!is_here(st, s) || head->sessions[1] == 0)
		return;
	buffer_printf(out, "%" PRIu64 " with %" PRIu64 " (%s)%s ", head->sessions[0], head->sessions[1],
		      likeness_name(head->likeness), head->is_cut ? ", the first steps" : "");
}

/* Each side's own half of the line; the left one is never the narrower. */
static struct rect half(struct rect line, int side)
{
	int room = line.columns - SIGN_COLUMNS - 1;
	int left = (room + 1) / 2;

	line.column += SIGN_COLUMNS + (side == 1 ? left + 1 : 0);
	line.columns = side == 1 ? room - left : left;
	return line;
}

static void draw_names(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line)
{
	const struct snapshot_compare *head = &s->compare_head;
	char text[320];

	for (int side = 0; side < 2 && is_here(st, s) && head->sessions[1] != 0; side++) {
		struct rect rect = half(line, side);

		snprintf(text, sizeof(text), "%" PRIu64 " %s  %s", head->sessions[side], head->results[side],
			 head->ends[side]);
		grid_put_sign(g, rect.column, rect.row, head->meanings[side]);
		grid_put(g, rect.column + 2, rect.row, rect.columns - 2, text, STYLE_HEADING);
	}
}

static uint16_t style_of_side(const struct snapshot_compare_row *r, const struct snapshot_compare_side *side)
{
	if (side->meaning != MEANING_PLAIN)
		return style_of(side->meaning);
	return r->arrow == ARROW_TO_SERVER ? STYLE_CLIENT : r->arrow == ARROW_TO_CLIENT ? STYLE_SERVER : STYLE_MUTED;
}

static void draw_step(const struct snapshot_compare_row *r, int number, struct grid *g, struct rect rect)
{
	const struct snapshot_compare_side *side = &r->sides[number];
	static const char *const arrows[] = {[ARROW_NONE] = "", [ARROW_TO_SERVER] = ">", [ARROW_TO_CLIENT] = "<"};
	char time[FORMAT_SIZE];
	int used = 0;

	if (!side->is_there) {
		grid_put(g, rect.column, rect.row, rect.columns, "-", STYLE_MUTED);
		return;
	}
	if (rect.columns * 2 >= WIDE) {
		format_duration(time, side->time_ns);
		grid_put_right(g, rect.column, rect.row, TIME_COLUMNS_WIDE - 1, time, STYLE_MUTED);
		used = TIME_COLUMNS_WIDE;
	}
	grid_put(g, rect.column + used, rect.row, 2, arrows[r->arrow], STYLE_MUTED);
	used += 2;
	grid_put(g, rect.column + used, rect.row, rect.columns - used, side->text, style_of_side(r, side));
}

static void draw_fact(const struct snapshot_compare_row *r, int number, struct grid *g, struct rect rect)
{
	const char *text = r->sides[number].text;

	if (number == 0)
		grid_put(g, rect.column, rect.row, FACT_COLUMNS, r->fact, STYLE_HEADING);
	if (number == 0) {
		rect.column += FACT_COLUMNS;
		rect.columns -= FACT_COLUMNS;
	}
	grid_put(g, rect.column, rect.row, rect.columns, text[0] != '\0' ? text : "-", STYLE_PLAIN);
}

static void draw_row(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line, uint32_t index)
{
	const struct snapshot_compare_row *r = &s->compare_rows[index];

	(void)st;
	if (r->difference != DIFFERENCE_NONE)
		grid_put_sign(g, line.column, line.row,
			      r->difference == DIFFERENCE_GREAT ? MEANING_ERROR : MEANING_NOTICE);
	for (int side = 0; side < 2; side++) {
		struct rect rect = half(line, side);

		if (side == 1)
			grid_put_symbol(g, rect.column - 1, rect.row, SYMBOL_VERTICAL, STYLE_BORDER);
		if (r->fact[0] != '\0')
			draw_fact(r, side, g, rect);
		else
			draw_step(r, side, g, rect);
	}
}

static void draw_empty(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	const char *text = "Comparing...";

	if (is_here(st, s) && s->compare_head.sessions[1] == 0)
		text = "No good session of this protocol is here. Mark another one with Space, and press = again.";
	grid_put_wrapped(g, (struct rect){rect.column + 1, rect.row, rect.columns - 1, rect.rows}, text, STYLE_MUTED);
}

/* To the step in the timeline of the left session; of one that only the right has, there. */
static void enter(struct state *st, const struct snapshot *s)
{
	const struct snapshot_compare_row *r = list_row(st, s, VIEW_COMPARE);
	int side;

	if (r == NULL)
		return;
	if (r->fact[0] != '\0') {
		state_say(st, true, "This line is about the whole sessions");
		return;
	}
	side = r->sides[0].is_there ? 0 : 1;
	view_stack_remove(&st->above, VIEW_COMPARE);
	st->list = VIEW_SESSIONS;
	state_focus_session(st, s->compare_head.sessions[side]);
	st->culprit_wanted = false;
	state_follow_row(st, r->sides[side].row, r->sides[side].position, r->sides[side].packet);
	pane_focus(st, s, VIEW_TIMELINE);
}

static bool holds(const struct state *st, const struct snapshot *s, uint32_t index, const struct pattern *p)
{
	const struct snapshot_compare_row *r = &s->compare_rows[index];

	(void)st;
	return pattern_finds_text(p, r->fact) || pattern_finds_text(p, r->sides[0].text) ||
	       pattern_finds_text(p, r->sides[1].text);
}

static void text(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	const struct snapshot_compare_row *r = &s->compare_rows[index];

	(void)st;
	buffer_printf(out, "%s\t%s%s%s\t%s", r->difference != DIFFERENCE_NONE ? "!" : "", r->fact,
		      r->fact[0] != '\0' ? ": " : "", r->sides[0].text, r->sides[1].text);
}

static void window(struct query *q, uint64_t from)
{
	q->compare_rows = (struct query_rows){from, QUERY_ROWS_MAX};
}

void view_compare_step(struct state *st, const struct snapshot *s, int step)
{
	struct view_rows rows;

	list_rows(st, s, VIEW_COMPARE, &rows);
	for (int64_t i = (int64_t)rows.cursor + step; i >= 0 && i < (int64_t)rows.count; i += step) {
		if (s->compare_rows[i].difference == DIFFERENCE_NONE)
			continue;
		pane_move(st, s, VIEW_COMPARE, (int)(i - (int64_t)rows.cursor));
		return;
	}
	state_say(st, true, step < 0 ? "This is the first difference" : "This is the last difference");
}

const struct view view_compare = {
	.name = "Compare",
	.source = source,
	.is_here = is_here,
	.enter = enter,
	.holds = holds,
	.title = title,
	.text = text,
	.window = window,
	.draw_names = draw_names,
	.draw_row = draw_row,
	.draw_empty = draw_empty,
};
