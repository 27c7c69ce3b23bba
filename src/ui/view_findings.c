#include <inttypes.h>
#include <stdio.h>

#include "ui/format.h"
#include "ui/list.h"
#include "ui/pane.h"

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

	snprintf(out->text, sizeof(out->text), "%" PRIu64, r->session);
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
	{"Severity", 10, 10, 0, 0, false, false, COLUMN_NO_DIGITS, QUERY_SORT_SEVERITY, text_severity},
	{"#", 4, 5, 0, 1, true, false, 0, QUERY_SORT_NUMBER, text_session},
	{"Time", 8, 8, 0, 4, false, false, COLUMN_NO_DIGITS, QUERY_SORT_START, text_time},
	{"Rule", 4, 4, 0, 5, false, false, COLUMN_NO_DIGITS, QUERY_SORT_RULE, text_id},
	{"Finding", 18, 26, 1, 2, false, false, COLUMN_NO_DIGITS, QUERY_SORT_NAME, text_name},
	{"What was seen", 20, 40, 6, 0, false, false, COLUMN_NO_DIGITS, QUERY_SORT_MESSAGE, text_message},
};

static const struct column_table table = {columns, sizeof(columns) / sizeof(columns[0])};

static struct view_source source(const struct snapshot *s)
{
	return (struct view_source){s->list, s->finding_rows, sizeof(*s->finding_rows)};
}

static struct view_item item(const void *row)
{
	const struct snapshot_finding_row *r = row;

	return (struct view_item){r->session, r->number, r->marked};
}

/* The session's panes go to the packet that proves it. */
static void lead(struct state *st, const struct snapshot *s, uint32_t index)
{
	const struct snapshot_finding_row *r = &s->finding_rows[index];

	if (r->place.packet != 0)
		st->panes[VIEW_PACKETS] = (struct pane){.cursor = r->place.packet};
	if (r->place.is_known && r->session == s->session)
		state_go_to(st, &r->place);
}

/* The list may have been opened on this row: then nobody has gone to its packet yet. */
static void enter(struct state *st, const struct snapshot *s)
{
	struct view_rows rows;

	list_rows(st, s, VIEW_FINDINGS, &rows);
	if (rows.count == 0)
		return;
	list_select(st, s, VIEW_FINDINGS, rows.cursor);
	pane_focus(st, s, VIEW_PACKETS);
	st->sync = true;
	/* its rows may have been asked for when the cursor came here */
	st->sync_serial = st->query.serial + (st->panes[VIEW_PACKETS].cursor != st->query.packets.anchor);
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
	.source = source,
	.is_here = state_has_list,
	.copy = list_copy_ticket,
	.window = list_window,
	.item = item,
	.query = QUERY_LIST_FINDINGS,
	.first = QUERY_SORT_SEVERITY,
	.lead = lead,
	.enter = enter,
	.find = QUERY_FIND_LIST,
	.table = &table,
	.columns_setting = "finding_columns",
	.draw_empty = draw_empty,
};
