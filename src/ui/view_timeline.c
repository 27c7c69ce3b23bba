/*
 * view_timeline: a session as a ladder: the client on the left, the server on the right, an arrow for each command and
 * each reply; the time on the left, how long the other side took on the right. Narrow panes have a sign instead of the
 * ladder.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ui/format.h"
#include "ui/list.h"
#include "ui/navigate.h"
#include "ui/pane.h"
#include "ui/time_column.h"

enum {
	LATENCY_COLUMNS = 8,
	BAR_COLUMNS = 9,   /* a sign and eight cells */
	LADDER_LEAST = 46, /* of the pane's inner columns */
	BARS_LEAST = 76,
	FOOT_FROM = 7, /* inner rows */
	SIDES_FROM = 17,
};

static struct view_source source(const struct snapshot *s)
{
	return (struct view_source){s->timeline, s->timeline_rows, sizeof(*s->timeline_rows)};
}

static void lead(struct state *st, const struct snapshot *s, uint32_t index)
{
	const struct snapshot_timeline_row *r = &s->timeline_rows[index];

	state_follow_row(st, s->timeline.first + index, r->position, r->packet);
}

static void enter(struct state *st, const struct snapshot *s)
{
	const struct snapshot_timeline_row *r = list_row(st, s, VIEW_TIMELINE);

	if (r != NULL && r->mail != 0)
		navigate_mail(st, r->mail);
	else if (r != NULL)
		pane_focus(st, s, VIEW_STREAM);
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	if (!state_has_session(st, s))
		return;
	buffer_printf(out, "of session %" PRIu64 " ", s->session);
	if (st->times != TIME_COLUMN_START)
		buffer_printf(out, "- %s ", time_column_name(st->times));
}

static void text(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	(void)st;
	buffer_append_text(out, s->timeline_rows[index].text);
}

static void prefix(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	const struct snapshot_timeline_row *r = &s->timeline_rows[index];
	char time[FORMAT_SIZE];

	(void)st;
	format_offset(time, r->time_ns, 6);
	buffer_printf(out, "%s\t%s\t", time,
		      r->arrow == ARROW_TO_SERVER   ? "C"
		      : r->arrow == ARROW_TO_CLIENT ? "S"
						    : "-");
}

/* Its row has room for a part of it only. */
static bool copy(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	const struct snapshot_timeline_row *r = list_row(st, s, VIEW_TIMELINE);

	if (r != NULL && (s->said_row != r->row || s->query_serial < st->query.serial))
		return false;
	if (r != NULL)
		buffer_append_text(out, s->said);
	return true;
}

static void window(struct query *q, uint64_t from)
{
	q->timeline = (struct query_around){from, 0, QUERY_ROWS_MAX};
}

static bool is_ladder(int columns)
{
	return columns >= LADDER_LEAST;
}

static int bar_columns(int columns)
{
	return columns >= BARS_LEAST ? BAR_COLUMNS : 0;
}

/* Without its port: the names stand above the ladder's ends. */
static void host_of(const char *end, char out[64])
{
	const char *colon = strrchr(end, ':');

	snprintf(out, 64, "%.*s", colon ? (int)(colon - end) : 63, end);
}

static void draw_names(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line)
{
	int right = line.column + line.columns;
	char client[64];
	char server[64];
	int room;

	if (!state_has_session(st, s))
		return;
	host_of(s->session_head.client, client);
	host_of(s->session_head.server, server);
	if (is_ladder(line.columns)) {
		time_column_draw_heading(st->times, time_column_longest(s), g, line);
		right -= LATENCY_COLUMNS + bar_columns(line.columns);
		line.column += time_column_width(st->times);
	}
	room = (right - line.column - 2) / 2;
	grid_put(g, line.column, line.row, room, client, STYLE_CLIENT);
	grid_put_right(g, right - room, line.row, room, server, STYLE_HEADING);
}

/* The meaning's style where there is one to tell, else the side's. */
static uint16_t text_style(const struct snapshot_timeline_row *r)
{
	if (r->meaning != MEANING_PLAIN)
		return style_of(r->meaning);
	return r->arrow == ARROW_TO_SERVER ? STYLE_CLIENT : r->arrow == ARROW_TO_CLIENT ? STYLE_SERVER : STYLE_MUTED;
}

/* Signs only for what should be noticed: that an arrow is the client's one sees. */
static bool has_sign(enum snapshot_meaning meaning)
{
	return meaning != MEANING_PLAIN && meaning != MEANING_CLIENT && meaning != MEANING_SERVER;
}

/* The phase that begins, in the line behind the words, where the place beside the ladder is taken. */
static void draw_phase_behind(const struct snapshot_timeline_row *r, struct grid *g, struct rect line)
{
	int len = (int)strlen(r->phase);

	if (r->latency_ns < 0 || len == 0 || line.columns < len + 4)
		return;
	line.column += line.columns - len - 3;
	grid_blank(g, (struct rect){line.column, line.row, len + 2, 1}, STYLE_PLAIN);
	grid_put(g, line.column + 1, line.row, len, r->phase, STYLE_MUTED);
}

/* The text with its sign, at most `columns` wide, in `columns` cells filled up with the line. */
static void draw_words(const struct snapshot_timeline_row *r, uint32_t shift, struct grid *g, struct rect line,
		       enum symbol fill)
{
	int used = 0;
	uint16_t style = text_style(r);

	if (has_sign(r->meaning) && line.columns > 4) {
		grid_put_sign(g, line.column, line.row, r->meaning);
		used = 2;
	}
	used += grid_put_from(g, line.column + used, line.row, line.columns - used, shift, r->text, style);
	if (line.columns - used <= 1)
		return;
	grid_put_line(g, line.column + used + 1, line.row, line.columns - used - 1, fill, STYLE_BORDER);
	draw_phase_behind(r, g, (struct rect){line.column + used + 1, line.row, line.columns - used - 1, 1});
}

/* What happened to its bytes on their way, in two columns: the worst of it, and how often. */
static bool draw_mark(const struct snapshot_timeline_row *r, struct grid *g, int column, int line)
{
	uint32_t count = r->closed_windows > 0 ? r->closed_windows : r->resent > 0 ? r->resent : r->disordered;
	enum symbol symbol = r->closed_windows > 0 ? SYMBOL_CLOSED : r->resent > 0 ? SYMBOL_RESENT : SYMBOL_DISORDERED;

	if (count == 0)
		return false;
	grid_put_symbol(g, column, line, symbol, STYLE_WARNING);
	grid_put_character(g, column + 1, line, count < 10 ? '0' + count : '+', STYLE_WARNING);
	return true;
}

static void draw_arrow(const struct snapshot_timeline_row *r, uint32_t shift, struct grid *g, struct rect line)
{
	int right = line.column + line.columns - 1;
	enum symbol fill = r->arrow == ARROW_NONE ? SYMBOL_REMARK : SYMBOL_HORIZONTAL;
	uint16_t style = text_style(r);

	grid_put_symbol(g, line.column, line.row, SYMBOL_VERTICAL, STYLE_BORDER);
	grid_put_symbol(g, right, line.row, SYMBOL_VERTICAL, STYLE_BORDER);
	grid_put_line(g, line.column + 1, line.row, 3, fill, STYLE_BORDER);
	draw_mark(r, g, line.column + 2, line.row);
	draw_words(r, shift, g, (struct rect){line.column + 5, line.row, line.columns - 7, 1}, fill);
	grid_put_line(g, right - 1, line.row, 1, fill, STYLE_BORDER);
	if (r->arrow == ARROW_TO_SERVER)
		grid_put_symbol(g, right - 1, line.row, SYMBOL_TO_SERVER, style);
	if (r->arrow == ARROW_TO_CLIENT)
		grid_put_symbol(g, line.column + 1, line.row, SYMBOL_TO_CLIENT, style);
}

void view_timeline_draw_narrow(const struct snapshot_timeline_row *r, uint32_t shift, struct grid *g, struct rect line)
{
	enum symbol sign = r->arrow == ARROW_TO_SERVER	 ? SYMBOL_TO_SERVER
			   : r->arrow == ARROW_TO_CLIENT ? SYMBOL_TO_CLIENT
							 : SYMBOL_REMARK;
	int used = 2;

	grid_put_symbol(g, line.column, line.row, sign, text_style(r));
	if (draw_mark(r, g, line.column + used, line.row))
		used += 3;
	if (has_sign(r->meaning)) {
		grid_put_sign(g, line.column + used, line.row, r->meaning);
		used += 2;
	}
	grid_put_from(g, line.column + used, line.row, line.columns - used, shift, r->text, text_style(r));
}

/* A cell from 1 ms on, and one more each time that it takes four times as long. What is over its limit has a sign, and
 * a thicker bar. */
static void draw_bar(const struct snapshot_timeline_row *r, struct grid *g, int column, int line)
{
	bool is_slow = r->pace == MEANING_WARNING || r->pace == MEANING_ERROR;
	int cells = 0;

	for (int64_t ns = CLOCK_NS_PER_MS; ns <= r->latency_ns && cells < BAR_COLUMNS - 1; ns *= 4)
		cells++;
	if (is_slow)
		grid_put_sign(g, column, line, r->pace);
	grid_put_line(g, column + 1, line, cells, is_slow ? SYMBOL_BAR : SYMBOL_LATENCY, style_of(r->pace));
}

static void draw_row(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line, uint32_t index)
{
	const struct snapshot_timeline_row *r = &s->timeline_rows[index];
	uint32_t shift = st->panes[VIEW_TIMELINE].shift;
	bool has_ladder = is_ladder(line.columns);
	int times = time_column_width(st->times);
	int bar = bar_columns(line.columns);
	char text[FORMAT_SIZE];

	time_column_draw(st->times, time_column_longest(s), r, g, line);
	line.column += times;
	line.columns -= times;
	if (!has_ladder) {
		view_timeline_draw_narrow(r, shift, g, line);
		return;
	}
	line.columns -= LATENCY_COLUMNS + bar;
	draw_arrow(r, shift, g, line);
	line.column += line.columns;
	if (r->latency_ns < 0) {
		grid_put_right(g, line.column, line.row, LATENCY_COLUMNS, r->phase, STYLE_MUTED);
		return;
	}
	format_duration_short(text, r->latency_ns);
	grid_put_right(g, line.column, line.row, LATENCY_COLUMNS, text, STYLE_MUTED);
	if (bar > 0)
		draw_bar(r, g, line.column + LATENCY_COLUMNS, line.row);
}

static int foot_rows(int inner)
{
	if (inner >= SIDES_FROM)
		return 3 + SIDES;
	return inner >= FOOT_FROM + 6 ? 3 : inner >= FOOT_FROM ? 2 : 0;
}

/* What the row under the cursor is about, in words, over one or two lines; where there is room, what TCP tells of both
 * sides beneath. */
static void draw_foot(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	const struct snapshot_timeline_row *r = list_row(st, s, VIEW_TIMELINE);
	char text[sizeof(r->detail) + 32];
	struct rect words;

	if (r == NULL)
		return;
	grid_put_line(g, rect.column, rect.row, rect.columns, SYMBOL_HORIZONTAL, STYLE_BORDER);
	snprintf(text, sizeof(text), "%s%s", r->mail ? "Enter: read the mail. " : "",
		 r->detail[0] ? r->detail : r->text);
	words = (struct rect){rect.column, rect.row + 1, rect.columns, rect.rows > 3 ? 2 : rect.rows - 1};
	grid_put_wrapped(g, words, text, STYLE_PLAIN);
	for (int side = 0; side < SIDES && words.rows + 1 + side < rect.rows; side++)
		grid_put(g, rect.column, rect.row + words.rows + 1 + side, rect.columns, s->side_line[side],
			 side == SIDE_CLIENT ? STYLE_CLIENT : STYLE_SERVER);
}

const struct view view_timeline = {
	.name = "Timeline",
	.can_follow = true,
	.source = source,
	.is_here = state_has_session,
	.text = text,
	.prefix = prefix,
	.copy = copy,
	.window = window,
	.lead = lead,
	.enter = enter,
	.find = QUERY_FIND_TIMELINE,
	.title = title,
	.draw_names = draw_names,
	.draw_row = draw_row,
	.foot_rows = foot_rows,
	.draw_foot = draw_foot,
};
