/*
 * view_compare: two sessions side by side: above, in what they differ as a whole; below, their timelines, what
 * both said in one row. A sign in the middle says where they differ. The session whose number stands in brackets is the
 * one that Enter means.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ui/format.h"
#include "ui/list.h"
#include "ui/navigate.h"

enum {
	MIDDLE_COLUMNS = 3, /* between the halves, with a blank on both sides */
	WHAT_COLUMNS = 15,
	WAIT_COLUMNS = 10, /* a blank, a sign, a duration */
	TIMES_LEAST = 34,  /* of a half's columns */
	STARTS_LEAST = 56,
	WAITS_LEAST = 56, /* below, only those that differ */
	FOOT_FROM = 14,	  /* inner rows */
	LONG_FOOT_FROM = 24,
};

/* Two halves, and the column of the sign between them. */
struct halves {
	struct rect side[SNAPSHOT_COMPARED];
	int middle;
};

static struct halves halves_of(struct rect line)
{
	struct halves h = {.side = {line, line}};

	h.side[0].columns = (line.columns - MIDDLE_COLUMNS) / 2;
	h.middle = line.column + h.side[0].columns + 1;
	h.side[1].column = h.middle + 2;
	h.side[1].columns = line.column + line.columns - h.side[1].column;
	return h;
}

/* ---- the rows ---- */

static struct view_source source(const struct snapshot *s)
{
	return (struct view_source){s->compare, s->compare_rows, sizeof(*s->compare_rows)};
}

static void window(struct query *q, uint64_t from)
{
	q->compare_rows = (struct query_rows){from, QUERY_ROWS_MAX};
}

static void put_value(const struct snapshot_compare_side *side, bool is_fact, struct buffer *out)
{
	char duration[FORMAT_SIZE];

	format_duration(duration, side->row.latency_ns);
	if (side->is_there)
		buffer_append_text(out, is_fact && side->row.latency_ns >= 0 ? duration : side->row.text);
}

static void text(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	const struct snapshot_compare_row *r = &s->compare_rows[index];

	(void)st;
	if (r->is_fact)
		buffer_printf(out, "%s: ", r->what);
	put_value(&r->sides[0], r->is_fact, out);
	buffer_append_byte(out, '\t');
	put_value(&r->sides[1], r->is_fact, out);
}

static void prefix(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	enum snapshot_meaning difference = s->compare_rows[index].difference;

	(void)st;
	buffer_append_text(out, difference == MEANING_ERROR ? "!\t" : difference == MEANING_NOTICE ? "~\t" : "\t");
}

static int64_t longest_of(const struct snapshot_compare *head)
{
	int64_t left_ns = head->sides[0].duration_ns;
	int64_t right_ns = head->sides[1].duration_ns;

	return left_ns > right_ns ? left_ns : right_ns;
}

static void draw_middle(const struct snapshot_compare_row *r, struct grid *g, int column, int line)
{
	if (r->difference == MEANING_PLAIN)
		grid_put_symbol(g, column, line, SYMBOL_VERTICAL, STYLE_BORDER);
	else
		grid_put_sign(g, column, line, r->difference);
}

static void draw_value(const struct snapshot_timeline_row *r, uint32_t shift, struct grid *g, struct rect line)
{
	char text[FORMAT_SIZE];
	int used = 0;

	if (r->meaning != MEANING_PLAIN && r->meaning != MEANING_MUTED) {
		grid_put_sign(g, line.column, line.row, r->meaning);
		used = 2;
	}
	format_duration(text, r->latency_ns);
	grid_put_from(g, line.column + used, line.row, line.columns - used, shift, r->latency_ns >= 0 ? text : r->text,
		      style_of(r->meaning));
}

static void draw_fact(const struct snapshot_compare_row *r, uint32_t shift, struct grid *g, const struct halves *h)
{
	struct rect left = h->side[0];
	int what = left.columns > 2 * WHAT_COLUMNS ? WHAT_COLUMNS : left.columns / 2;

	grid_put(g, left.column, left.row, what - 1, r->what, STYLE_HEADING);
	left.column += what;
	left.columns -= what;
	draw_value(&r->sides[0].row, shift, g, left);
	draw_value(&r->sides[1].row, shift, g, h->side[1]);
}

/* How long the reply took, with a sign where that is clearly longer than on the other side. Returns the columns. */
static int draw_wait(const struct snapshot_timeline_row *r, bool is_slower, struct grid *g, struct rect line)
{
	int column = line.column + line.columns - WAIT_COLUMNS + 1;
	char text[FORMAT_SIZE];

	if (r->latency_ns >= 0) {
		format_duration_short(text, r->latency_ns);
		grid_put_right(g, column + 1, line.row, WAIT_COLUMNS - 2, text,
			       is_slower ? STYLE_WARNING : STYLE_MUTED);
	}
	if (is_slower)
		grid_put_sign(g, column, line.row, MEANING_WARNING);
	return WAIT_COLUMNS;
}

static void draw_side(const struct state *st, const struct snapshot *s, const struct snapshot_compare_row *row,
		      int side, struct grid *g, struct rect line)
{
	const struct snapshot_timeline_row *r = &row->sides[side].row;
	bool has_waits = line.columns >= WAITS_LEAST || row->slower >= 0;

	if (!row->sides[side].is_there)
		return;
	if (line.columns >= TIMES_LEAST) {
		int times = time_column_width(st->times);

		time_column_draw(st->times, longest_of(&s->compare_head), r, g, line);
		line.column += times;
		line.columns -= times;
	}
	if (has_waits && line.columns > 2 * WAIT_COLUMNS)
		line.columns -= draw_wait(r, row->slower == side, g, line);
	view_timeline_draw_narrow(r, st->panes[VIEW_COMPARE].shift, g, line);
}

static void draw_row(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line, uint32_t index)
{
	const struct snapshot_compare_row *r = &s->compare_rows[index];
	struct halves h = halves_of(line);

	draw_middle(r, g, h.middle, line.row);
	if (r->is_fact) {
		draw_fact(r, st->panes[VIEW_COMPARE].shift, g, &h);
		return;
	}
	for (int side = 0; side < SNAPSHOT_COMPARED; side++)
		draw_side(st, s, r, side, g, h.side[side]);
}

/* ---- around them ---- */

static void put_differences(const struct snapshot_compare *head, struct buffer *out)
{
	if (head->differences + head->lesser == 0)
		buffer_printf(out, ": no row differs");
	else
		buffer_printf(out, ": %" PRIu32 " difference%s, %" PRIu32 " lesser", head->differences,
			      head->differences == 1 ? "" : "s", head->lesser);
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	const struct snapshot_compare *head = &s->compare_head;
	int64_t apart_ns = head->sides[1].start_ns - head->sides[0].start_ns;
	char text[FORMAT_SIZE];

	if (!state_has_compare(st, s) || head->state == SNAPSHOT_COMPARE_ALONE)
		return;
	buffer_printf(out, "%" PRIu64 " with %" PRIu64, head->sides[0].number, head->sides[1].number);
	if (head->state != SNAPSHOT_COMPARE_READY) {
		buffer_append_byte(out, ' ');
		return;
	}
	format_duration(text, apart_ns < 0 ? -apart_ns : apart_ns);
	put_differences(head, out);
	buffer_printf(out, "; %s; %s %s ", head->why, text, apart_ns < 0 ? "before" : "after");
}

/* "[3] +ms from 12:31:02 ": the unit of the times below, and when they begin. */
static void put_begin(const struct state *st, const struct snapshot *s, int side, int columns,
		      char out[FORMAT_SIZE * 2])
{
	const struct snapshot_session_row *r = &s->compare_head.sides[side];
	bool is_meant = st->compare.side == side;
	bool has_unit = st->times == TIME_COLUMN_START && columns >= TIMES_LEAST;
	bool has_start = !has_unit || columns >= STARTS_LEAST;
	char time[FORMAT_SIZE];

	format_time(time, r->start_ns);
	snprintf(out, FORMAT_SIZE * 2, "%s%" PRIu64 "%s %s%s%s%.8s ", is_meant ? "[" : " ", r->number,
		 is_meant ? "]" : " ", has_unit ? "+" : "",
		 has_unit ? time_column_heading(st->times, longest_of(&s->compare_head)) : "",
		 has_unit && has_start ? " from " : "", has_start ? time : "");
}

static void draw_head(const struct state *st, const struct snapshot *s, int side, struct grid *g, struct rect line)
{
	const struct snapshot_session_row *r = &s->compare_head.sides[side];
	int end = line.column + line.columns;
	char text[FORMAT_SIZE * 2];

	put_begin(st, s, side, line.columns, text);
	line.column += grid_put(g, line.column, line.row, line.columns, text,
				st->compare.side == side ? STYLE_HEADING : STYLE_MUTED);
	line.column += grid_put(g, line.column, line.row, end - line.column, r->client, STYLE_CLIENT) + 1;
	if (line.column >= end)
		return;
	grid_put_symbol(g, line.column, line.row, SYMBOL_TO_SERVER, STYLE_MUTED);
	grid_put(g, line.column + 2, line.row, end - line.column - 2, r->server, STYLE_SERVER);
}

static void draw_names(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line)
{
	struct halves h = halves_of(line);

	if (!state_has_compare(st, s) || s->compare_head.state != SNAPSHOT_COMPARE_READY)
		return;
	for (int side = 0; side < SNAPSHOT_COMPARED; side++)
		draw_head(st, s, side, g, h.side[side]);
}

static void draw_empty(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	const struct snapshot_compare *head = &s->compare_head;
	char text[192];

	if (!state_has_compare(st, s))
		snprintf(text, sizeof(text), "Looking for the session to compare with: %d%%",
			 head->serial == st->compare.serial ? head->permille / 10 : 0);
	else if (head->state == SNAPSHOT_COMPARE_GONE)
		snprintf(text, sizeof(text),
			 "Session %" PRIu64 " or %" PRIu64 " is gone: it was forgotten to save memory.",
			 head->sides[0].number, head->sides[1].number);
	else if (head->state == SNAPSHOT_COMPARE_ALONE)
		snprintf(text, sizeof(text), "%s", head->why);
	else
		return;
	rect.column++;
	rect.columns -= 2;
	grid_put_wrapped(g, rect, text, STYLE_MUTED);
}

/* ---- below ---- */

static int foot_rows(int rows)
{
	return rows >= LONG_FOOT_FROM ? 1 + 2 * SNAPSHOT_COMPARED : rows >= FOOT_FROM ? 1 + SNAPSHOT_COMPARED : 0;
}

/* What has no room in a half. Some details begin with the row's text, for where it is cut. */
static void put_whole(const struct snapshot_compare_row *r, int side, uint64_t number, char *out, size_t size)
{
	const struct snapshot_timeline_row *row = &r->sides[side].row;
	char duration[FORMAT_SIZE];

	format_duration(duration, row->latency_ns);
	if (!r->sides[side].is_there)
		snprintf(out, size, "%" PRIu64 ": nothing like that", number);
	else if (r->is_fact)
		snprintf(out, size, "%" PRIu64 ": %s", number, row->latency_ns >= 0 ? duration : row->text);
	else if (duration[0] == '\0' && strncmp(row->detail, row->text, strlen(row->text)) == 0)
		snprintf(out, size, "%" PRIu64 ": %s", number, row->detail);
	else
		snprintf(out, size, "%" PRIu64 ": %s%s%s%s%s", number, row->text, duration[0] ? ", after " : "",
			 duration, row->detail[0] ? ". " : "", row->detail);
}

static void draw_foot(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	const struct snapshot_compare_row *r = list_row(st, s, VIEW_COMPARE);
	int rows = (rect.rows - 1) / SNAPSHOT_COMPARED;
	char text[640];

	if (r == NULL)
		return;
	grid_put_line(g, rect.column, rect.row, rect.columns, SYMBOL_HORIZONTAL, STYLE_BORDER);
	for (int side = 0; side < SNAPSHOT_COMPARED; side++) {
		struct rect words = {rect.column, rect.row + 1 + side * rows, rect.columns, rows};

		put_whole(r, side, s->compare_head.sides[side].number, text, sizeof(text));
		grid_put_wrapped(g, words, text, r->sides[side].is_there ? STYLE_PLAIN : STYLE_MUTED);
	}
}

/* ---- Enter ---- */

/* Of a row that only the other session has: there. */
static void enter(struct state *st, const struct snapshot *s)
{
	const struct snapshot_compare_row *r = list_row(st, s, VIEW_COMPARE);
	int side = st->compare.side;
	uint64_t number;

	if (r == NULL)
		return;
	side = r->sides[side].is_there ? side : !side;
	number = s->compare_head.sides[side].number;
	if (!s->compare_head.is_listed[side])
		state_say(st, true, "Session %" PRIu64 " does not pass the filter: F7 changes it", number);
	else
		navigate_to_compared(st, s, number, &r->sides[side].row);
}

const struct view view_compare = {
	.find = QUERY_FIND_COMPARE,
	.name = "Compare",
	.is_of_all = true,
	.hint = "Enter opens the row in the timeline of the [session]; Tab: the other one; [ ]: the difference before, "
		"after.",
	.source = source,
	.text = text,
	.prefix = prefix,
	.window = window,
	.is_here = state_has_compare,
	.enter = enter,
	.title = title,
	.draw_names = draw_names,
	.draw_row = draw_row,
	.foot_rows = foot_rows,
	.draw_foot = draw_foot,
	.draw_empty = draw_empty,
};
