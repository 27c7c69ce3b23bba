#include <inttypes.h>
#include <stdio.h>

#include "ui/format.h"
#include "ui/state.h"
#include "ui/view.h"

static void text_severity(const void *row, struct column_text *out)
{
	const struct snapshot_finding_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->severity);
	out->meaning = r->meaning;
	out->has_sign = true;
}

static void text_session(const void *row, struct column_text *out)
{
	const struct snapshot_finding_row *r = row;

	snprintf(out->text, sizeof(out->text), "%" PRIu32, r->session);
}

static void text_time(const void *row, struct column_text *out)
{
	const struct snapshot_finding_row *r = row;

	format_time(out->text, r->time_ns);
}

static void text_id(const void *row, struct column_text *out)
{
	const struct snapshot_finding_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->id);
	out->meaning = r->is_root ? MEANING_PLAIN : MEANING_MUTED;
}

static void text_name(const void *row, struct column_text *out)
{
	const struct snapshot_finding_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->name);
	out->meaning = r->is_root ? MEANING_PLAIN : MEANING_MUTED;
}

static void text_message(const void *row, struct column_text *out)
{
	const struct snapshot_finding_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->message);
}

/* name, smallest, ideal, grow, rank, right, hidden, digits, sort, text */
static const struct column columns[] = {
	{"Severity", 10, 10, 0, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_severity},
	{"#", 4, 5, 0, 1, true, false, 0, COLUMN_UNSORTED, text_session},
	{"Time", 8, 8, 0, 4, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_time},
	{"Rule", 4, 4, 0, 5, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_id},
	{"Finding", 18, 26, 1, 2, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_name},
	{"What was seen", 20, 40, 6, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_message},
};

static const struct column_table table = {columns, sizeof(columns) / sizeof(columns[0])};

static void rows(const struct state *st, const struct snapshot *s, struct view_rows *out)
{
	uint64_t cursor = st->panes[VIEW_FINDINGS].cursor;

	*out = (struct view_rows){s->list.first, s->list.total, s->list.count, 0};
	if (!state_has_list(st, s) || out->count == 0)
		out->count = 0;
	else if (cursor > s->list.first)
		out->cursor = cursor - s->list.first < out->count ? (uint32_t)(cursor - s->list.first) : out->count - 1;
}

/* The session's panes go to the packet that proves it. */
static void select(struct state *st, const struct snapshot *s, uint32_t index)
{
	const struct snapshot_finding_row *r = &s->finding_rows[index];
	struct pane *pane = &st->panes[VIEW_FINDINGS];

	pane->cursor = s->list.first + index;
	pane->at_end = pane->cursor + 1 >= s->list.total;
	state_focus_session(st, r->session);
	st->selected_finding = r->number;
	if (r->packet != 0)
		st->panes[VIEW_PACKETS] = (struct pane){.cursor = r->packet};
	if (r->session == s->session)
		state_follow_row(st, r->timeline_row, r->position, r->packet);
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	char number[FORMAT_SIZE];

	if (!state_has_list(st, s) || s->list.total == 0)
		return;
	format_count(number, st->panes[VIEW_FINDINGS].cursor + 1);
	buffer_printf(out, "%s of ", number);
	format_count(number, s->list.total);
	buffer_printf(out, "%s ", number);
}

static void draw_names(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line)
{
	int widths[COLUMNS_MAX];

	column_fit(&table, st->hidden[VIEW_FINDINGS], s->sessions + s->evicted_sessions, line.columns, widths);
	column_draw_names(&table, widths, g, line.column, line.row, COLUMN_UNSORTED - 1, false);
}

static void draw_row(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line, uint32_t index)
{
	int widths[COLUMNS_MAX];

	column_fit(&table, st->hidden[VIEW_FINDINGS], s->sessions + s->evicted_sessions, line.columns, widths);
	column_draw_row(&table, widths, g, line.column, line.row, &s->finding_rows[index]);
}

static void draw_empty(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	if (state_has_list(st, s))
		grid_put(g, rect.column + 2, rect.row, rect.columns - 3,
			 s->filter[0] ? "Nothing was found in what passes the filter. ! shows the sessions."
				      : "Nothing was found. ! shows the sessions.",
			 STYLE_PLAIN);
}

const struct view view_findings = {
	.name = "Findings",
	.has_names = true,
	.table = &table,
	.rows = rows,
	.select = select,
	.title = title,
	.draw_names = draw_names,
	.draw_row = draw_row,
	.draw_empty = draw_empty,
};
