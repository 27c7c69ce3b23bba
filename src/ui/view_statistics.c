/* view_statistics: sums of sessions by server, client, and so on; sessions over time, and how long replies took. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "ui/chart.h"
#include "ui/format.h"
#include "ui/list.h"
#include "ui/navigate.h"

enum {
	ROWS_FOR_KINDS = 9,
	ROWS_FOR_CHARTS = 16,
	ROWS_FOR_HIGH_CHARTS = 34,
	CHART_ROWS = 7,
	CHART_ROWS_HIGH = 12,
	LABEL_COLUMNS = 8, /* left of the chart */
	LATENCY_COLUMNS = 3,
	LATENCY_COLUMNS_WIDE = 5,
	COLUMNS_WIDE = 140,
};

/* ---- columns ---- */

static void text_key(const void *row, struct column_text *out)
{
	const struct snapshot_statistic_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->key);
	out->meaning = r->is_others ? MEANING_MUTED : MEANING_PLAIN;
}

static void text_sessions(const void *row, struct column_text *out)
{
	const struct snapshot_statistic_row *r = row;

	format_count(out->text, r->sessions);
}

static void text_failed(const void *row, struct column_text *out)
{
	const struct snapshot_statistic_row *r = row;

	format_count(out->text, r->failed);
	out->meaning = r->failed > 0 ? MEANING_ERROR : MEANING_MUTED;
	out->has_sign = r->failed > 0;
}

static void text_mails(const void *row, struct column_text *out)
{
	const struct snapshot_statistic_row *r = row;

	format_count(out->text, r->mails);
}

static void text_bytes(const void *row, struct column_text *out)
{
	const struct snapshot_statistic_row *r = row;

	format_bytes_short(out->text, r->bytes);
}

static void put_duration(struct column_text *out, int64_t duration_ns)
{
	format_duration(out->text, duration_ns);
	if (duration_ns < 0)
		snprintf(out->text, sizeof(out->text), "-");
}

static void text_median(const void *row, struct column_text *out)
{
	put_duration(out, ((const struct snapshot_statistic_row *)row)->median_ns);
}

static void text_p95(const void *row, struct column_text *out)
{
	put_duration(out, ((const struct snapshot_statistic_row *)row)->p95_ns);
}

static void text_slowest(const void *row, struct column_text *out)
{
	put_duration(out, ((const struct snapshot_statistic_row *)row)->slowest_ns);
}

static void text_history(const void *row, struct column_text *out)
{
	const struct snapshot_statistic_row *r = row;
	uint64_t values[SNAPSHOT_HISTORY];

	for (size_t i = 0; i < SNAPSHOT_HISTORY; i++)
		values[i] = r->history[i];
	chart_levels(values, SNAPSHOT_HISTORY, STYLE_LEVELS, out->levels);
	out->level_count = SNAPSHOT_HISTORY;
	out->meaning = MEANING_CLIENT;
}

_Static_assert((int)SNAPSHOT_HISTORY <= (int)COLUMN_LEVELS_MAX, "a column draws it");

/* name, smallest, ideal, grow, rank, right, hidden, digits, sort, text */
static const struct column columns[] = {
	{"Key", 15, 24, 1, 0, false, false, COLUMN_NO_DIGITS, QUERY_STATISTICS_KEY, text_key},
	{"Sessions", 9, 10, 0, 0, true, false, COLUMN_NO_DIGITS, QUERY_STATISTICS_SESSIONS, text_sessions},
	{"Failed", 8, 10, 0, 0, true, false, COLUMN_NO_DIGITS, QUERY_STATISTICS_FAILED, text_failed},
	{"Mails", 6, 9, 0, 4, true, false, COLUMN_NO_DIGITS, QUERY_STATISTICS_MAILS, text_mails},
	{"Bytes", 6, 6, 0, 5, true, false, COLUMN_NO_DIGITS, QUERY_STATISTICS_BYTES, text_bytes},
	{"Median", 7, 9, 0, 2, true, false, COLUMN_NO_DIGITS, QUERY_STATISTICS_MEDIAN, text_median},
	{"95 %", 7, 9, 0, 1, true, false, COLUMN_NO_DIGITS, QUERY_STATISTICS_P95, text_p95},
	{"Slowest", 8, 9, 0, 3, true, false, COLUMN_NO_DIGITS, QUERY_STATISTICS_SLOWEST, text_slowest},
	{"Over time", SNAPSHOT_HISTORY, SNAPSHOT_HISTORY, 0, 6, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED,
	 text_history},
};

static const struct column_table table = {columns, sizeof(columns) / sizeof(columns[0])};

static size_t sort(const struct state *st)
{
	return VIEWS + (size_t)st->statistics.of;
}

static struct view_source source(const struct snapshot *s)
{
	return (struct view_source){s->statistics, s->statistic_rows, sizeof(*s->statistic_rows)};
}

/* ---- what it is of ---- */

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	const struct snapshot_statistics *head = &s->statistics_head;
	char number[FORMAT_SIZE];

	buffer_printf(out, "- %s ", statistics_kind(st->statistics.of)->title);
	if (head->is_busy)
		buffer_printf(out, "- counting %d%% ", head->permille / 10);
	if (!head->is_known)
		return;
	format_count(number, head->total.sessions);
	if (head->is_filtered)
		buffer_printf(out, "- %s session%s still held pass%s the filter ", number,
			      head->total.sessions == 1 ? "" : "s", head->total.sessions == 1 ? "es" : "");
	else
		buffer_printf(out, "- %s session%s ended ", number, head->total.sessions == 1 ? "" : "s");
}

static void draw_empty(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	char text[96];

	if (!state_has_statistics(st, s))
		return;
	snprintf(text, sizeof(text), "No %s in %s.", statistics_kind(st->statistics.of)->name,
		 s->statistics_head.is_filtered ? "the sessions that pass the filter" : "sessions that have ended");
	grid_put(g, rect.column + 1, rect.row, rect.columns - 1, text, STYLE_MUTED);
}

static void enter(struct state *st, const struct snapshot *s)
{
	const struct snapshot_statistic_row *r = list_row(st, s, VIEW_STATISTICS);
	const char *word = statistics_kind(st->statistics.of)->word;

	if (r == NULL)
		return;
	if (r->term[0] != '\0')
		navigate_to_sum(st, s, r->term);
	else if (r->is_others)
		state_say(st, true, "These are many keys: no filter asks for them together");
	else if (word == NULL)
		state_say(st, true, "The filter has no word for a %s", statistics_kind(st->statistics.of)->name);
	else
		state_say(st, true,
			  "The filter cannot ask for this: it is too long, or has signs that it does not take");
}

/* ---- below the rows ---- */

static int foot_rows(int rows)
{
	if (rows < ROWS_FOR_KINDS)
		return 0;
	if (rows < ROWS_FOR_CHARTS)
		return 1;
	return 1 + (rows < ROWS_FOR_HIGH_CHARTS ? CHART_ROWS : CHART_ROWS_HIGH);
}

/* All kinds, the one that is shown in brackets. */
static void draw_kinds(const struct state *st, struct grid *g, struct rect line)
{
	int column = line.column + 1;
	int end = line.column + line.columns;

	for (int i = 0; i < STATISTICS_KINDS; i++) {
		bool is_shown = i == (int)st->statistics.of;
		char text[FORMAT_SIZE];

		snprintf(text, sizeof(text), is_shown ? "[%s]" : " %s ",
			 statistics_kind((enum statistics_of)i)->heading);
		column += grid_put(g, column, line.row, end - column, text, is_shown ? STYLE_HEADING : STYLE_MUTED);
	}
}

/* Columns that are in use; the rest of the time is still to come. */
static size_t used_columns(const struct snapshot_statistics *head)
{
	size_t used = 1;

	for (size_t i = 0; i < SNAPSHOT_TIMES; i++)
		if (head->sessions[i] > 0)
			used = i + 1;
	return used;
}

static uint64_t largest(const uint64_t *values, size_t count)
{
	uint64_t most = 0;

	for (size_t i = 0; i < count; i++)
		most = values[i] > most ? values[i] : most;
	return most;
}

static void draw_axis(const struct snapshot_statistics *head, size_t used, struct grid *g, struct rect line)
{
	char text[FORMAT_SIZE];

	format_time(text, head->begin_ns);
	grid_put(g, line.column, line.row, line.columns, text, STYLE_MUTED);
	format_time(text, head->begin_ns + (int64_t)used * head->column_ns);
	if (line.columns >= 20)
		grid_put_right(g, line.column, line.row, line.columns, text, STYLE_MUTED);
}

static void draw_times(const struct snapshot *s, struct grid *g, struct rect rect)
{
	const struct snapshot_statistics *head = &s->statistics_head;
	struct rect bars = {rect.column + LABEL_COLUMNS, rect.row + 1, rect.columns - LABEL_COLUMNS, rect.rows - 3};
	uint64_t sessions[SNAPSHOT_TIMES];
	uint64_t failed[SNAPSHOT_TIMES];
	size_t used = used_columns(head);
	size_t count;
	int width;
	char text[FORMAT_SIZE];

	for (size_t i = 0; i < used; i++) {
		sessions[i] = head->sessions[i];
		failed[i] = head->failed[i];
	}
	chart_fit(failed, used, bars.columns);
	count = chart_fit(sessions, used, bars.columns);
	width = bars.columns / (int)count;
	width = width < 1 ? 1 : width > 4 ? 4 : width;
	bars.columns = width * (int)count;
	grid_put(g, rect.column, rect.row, rect.columns, "Sessions over time", STYLE_HEADING);
	format_count(text, largest(sessions, count));
	grid_put_right(g, rect.column, bars.row, LABEL_COLUMNS - 1, text, STYLE_MUTED);
	chart_draw(g, bars, sessions, count, width, STYLE_CLIENT);
	grid_put_right(g, rect.column, bars.row + bars.rows, LABEL_COLUMNS - 1, "failed", STYLE_MUTED);
	chart_draw(g, (struct rect){bars.column, bars.row + bars.rows, bars.columns, 1}, failed, count, width,
		   STYLE_ERROR);
	draw_axis(head, used, g,
		  (struct rect){bars.column, bars.row + bars.rows + 1, bars.columns > 20 ? bars.columns : 20, 1});
}

/* The classes begin at these. */
static const struct {
	int place;
	const char *text;
} bounds[] = {{0, "0"}, {3, "1 ms"}, {5, "16 ms"}, {8, "1 s"}, {10, "17 s"}, {12, "4 min"}};

static void draw_latencies(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect,
			   int width)
{
	const struct snapshot_statistic_row *r = list_row(st, s, VIEW_STATISTICS);
	char number[FORMAT_SIZE];
	char text[160];

	if (r == NULL)
		return;
	format_count(number, r->replies);
	snprintf(text, sizeof(text), "%s repl%s: %s", number, r->replies == 1 ? "y" : "ies", r->key);
	grid_put(g, rect.column, rect.row, rect.columns, text, STYLE_HEADING);
	chart_draw(g, (struct rect){rect.column, rect.row + 1, rect.columns, rect.rows - 2}, r->latencies,
		   SNAPSHOT_LATENCIES, width, STYLE_CLIENT);
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
		grid_put(g, rect.column + bounds[i].place * width, rect.row + rect.rows - 1,
			 rect.columns - bounds[i].place * width, bounds[i].text, STYLE_MUTED);
}

static void draw_foot(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	int width = rect.columns < COLUMNS_WIDE ? LATENCY_COLUMNS : LATENCY_COLUMNS_WIDE;
	int right = width * SNAPSHOT_LATENCIES + 3;
	struct rect charts = {rect.column, rect.row + 1, rect.columns, rect.rows - 1};

	draw_kinds(st, g, (struct rect){rect.column, rect.row, rect.columns, 1});
	if (rect.rows < CHART_ROWS || !state_has_statistics(st, s))
		return;
	if (rect.columns > right + 2 * LABEL_COLUMNS) {
		draw_latencies(st, s, g,
			       (struct rect){rect.column + rect.columns - right, charts.row, right, charts.rows},
			       width);
		charts.columns -= right + 2;
	}
	draw_times(s, g, charts);
}

static void window(struct query *q, uint64_t from)
{
	q->statistics_rows = (struct query_rows){from, QUERY_ROWS_MAX};
}

const struct view view_statistics = {
	.find = QUERY_FIND_STATISTICS,
	.name = "Statistics",
	.is_of_all = true,
	.hint = "Enter shows a row's sessions, Esc comes back; < and > sort. Median and 95 % are right within 1 %.",
	.source = source,
	.is_here = state_has_statistics,
	.window = window,
	.enter = enter,
	.title = title,
	.table = &table,
	.columns_setting = "statistics_columns",
	.sort = sort,
	.foot_rows = foot_rows,
	.draw_foot = draw_foot,
	.draw_empty = draw_empty,
};
