#include "ui/frame.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ui/format.h"
#include "ui/keys.h"
#include "ui/pane.h"

enum {
	PARTS_MAX = 16,
	GAP = 2,
	SOURCE_COLUMNS = 24,
};

/* A piece of the title; those of the highest rank give way first. */
struct part {
	char text[QUERY_TEXT_SIZE + 16];
	uint16_t style;
	int rank;
	bool is_left_out;
};

struct title {
	struct part parts[PARTS_MAX];
	int count;
};

static char *add_part(struct title *t, uint16_t style, int rank)
{
	struct part *p = &t->parts[t->count++];

	p->style = style;
	p->rank = rank;
	p->is_left_out = false;
	p->text[0] = '\0';
	return p->text;
}

#define PART_SIZE sizeof(((struct part *)0)->text)

static void add_capture(const struct snapshot *s, struct title *t)
{
	char elapsed[FORMAT_SIZE];
	char *text = add_part(t, STYLE_TITLE, 1);

	format_elapsed(elapsed, s->elapsed_ns);
	switch (s->capture) {
	case SNAPSHOT_LOADING:
		if (s->progress_permille >= 0)
			snprintf(text, PART_SIZE, "loading %d%%", s->progress_permille / 10);
		else
			snprintf(text, PART_SIZE, "loading");
		break;
	case SNAPSHOT_LOADED:
		snprintf(text, PART_SIZE, "loaded");
		break;
	case SNAPSHOT_LIVE:
		snprintf(text, PART_SIZE, "live %s", elapsed);
		break;
	case SNAPSHOT_STOPPED:
		snprintf(text, PART_SIZE, "stopped %s", elapsed);
		break;
	case SNAPSHOT_ENDED:
		snprintf(text, PART_SIZE, "ended %s", elapsed);
		break;
	}
}

static void add_counters(const struct snapshot *s, struct title *t)
{
	uint64_t drops = s->kernel_drops + s->ring_drops;
	char number[FORMAT_SIZE];

	format_count(number, s->packets);
	snprintf(add_part(t, STYLE_PLAIN, 2), PART_SIZE, "%s pkt", number);
	format_bytes(number, s->bytes);
	snprintf(add_part(t, STYLE_PLAIN, 6), PART_SIZE, "%s", number);
	format_count(number, drops);
	snprintf(add_part(t, drops > 0 ? STYLE_TITLE_ALERT : STYLE_PLAIN, 0), PART_SIZE, "drop %s", number);
	format_count(number, s->findings[3]);
	if (s->findings[3] > 0)
		snprintf(add_part(t, STYLE_ERROR, 6), PART_SIZE, "! %s critical", number);
	format_count(number, s->findings[2]);
	if (s->findings[2] > 0)
		snprintf(add_part(t, STYLE_WARNING, 7), PART_SIZE, "%s warning%s", number,
			 s->findings[2] == 1 ? "" : "s");
	format_count(number, s->evicted_sessions);
	if (s->evicted_sessions > 0)
		snprintf(add_part(t, STYLE_WARNING, 4), PART_SIZE, "evicted %s", number);
}

static void add_filter(const struct state *st, const struct snapshot *s, struct title *t)
{
	char done[FORMAT_SIZE];
	char total[FORMAT_SIZE];

	if (st->hold)
		snprintf(add_part(t, STYLE_WARNING, 1), PART_SIZE, "HELD");
	format_count(done, s->saves_done);
	format_count(total, s->saves_total);
	if (s->saves_total > 1)
		snprintf(add_part(t, STYLE_NOTICE, 4), PART_SIZE, "saved %s of %s", done, total);
	else if (s->jobs_pending > 0)
		snprintf(add_part(t, STYLE_NOTICE, 5), PART_SIZE, "saving %" PRIu32, s->jobs_pending);
	if (s->exporting)
		snprintf(add_part(t, STYLE_NOTICE, 4), PART_SIZE, "exporting %d%%", s->export_permille / 10);
	if (s->names_pending > 0)
		snprintf(add_part(t, STYLE_NOTICE, 5), PART_SIZE, "resolving %" PRIu32, s->names_pending);
	if (s->filter_busy)
		snprintf(add_part(t, STYLE_NOTICE, 3), PART_SIZE, "working %d%%", s->filter_permille / 10);
	if (s->filter[0] != '\0')
		snprintf(add_part(t, STYLE_CLIENT, 3), PART_SIZE, "filter: %s", s->filter);
}

static int taken(const struct title *t)
{
	int sum = 0;

	for (int i = 0; i < t->count; i++)
		if (!t->parts[i].is_left_out)
			sum += grid_text_columns(t->parts[i].text) + GAP;
	return sum;
}

static void fit(struct title *t, int columns)
{
	while (taken(t) > columns) {
		struct part *worst = NULL;

		for (int i = 0; i < t->count; i++)
			if (!t->parts[i].is_left_out && (worst == NULL || t->parts[i].rank >= worst->rank))
				worst = &t->parts[i];
		if (worst == NULL || worst->rank == 0)
			return;
		worst->is_left_out = true;
	}
}

static void cut_text(char *text, int columns, bool ascii)
{
	struct grid line = {.ascii = ascii};
	struct buffer cut = {0};

	if (grid_text_columns(text) <= columns)
		return;
	grid_reset(&line, columns, 1);
	grid_put(&line, 0, 0, columns, text, STYLE_PLAIN);
	grid_text(&line, &cut);
	cut.len -= cut.len > 0; /* its line break */
	snprintf(text, PART_SIZE, "%.*s", (int)cut.len, (const char *)cut.data);
	buffer_fini(&cut);
	grid_fini(&line);
}

static void draw_title(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	struct title t = {.count = 0};
	char clock[FORMAT_SIZE];
	char *source;
	int column = rect.column;

	snprintf(add_part(&t, STYLE_TITLE, 7), PART_SIZE, "mailtap");
	source = add_part(&t, STYLE_PLAIN, 5);
	snprintf(source, PART_SIZE, "%s", s->source);
	cut_text(source, SOURCE_COLUMNS, st->ascii);
	add_capture(s, &t);
	add_counters(s, &t);
	add_filter(st, s, &t);
	format_time(clock, st->now_ns);
	snprintf(add_part(&t, STYLE_PLAIN, 8), PART_SIZE, "%s", clock);
	if (t.count > 1 && s->filter[0] != '\0') /* a long filter gives way to the counters, not they to it */
		cut_text(t.parts[t.count - 2].text, rect.columns / 3, st->ascii);
	fit(&t, rect.columns + GAP);
	for (int i = 0; i < t.count; i++) {
		const struct part *p = &t.parts[i];

		if (p->is_left_out)
			continue;
		if (i == t.count - 1)
			grid_put_right(g, column, rect.row, rect.columns - column, p->text, p->style);
		else
			column += grid_put(g, column, rect.row, rect.columns - column, p->text, p->style) + GAP;
	}
}

/* A message for some seconds, a search under way, else what became of the session. */
static void draw_line(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	char text[SNAPSHOT_LINE_SIZE];
	enum snapshot_meaning meaning = s->session_line_meaning;

	text[0] = '\0';
	if (st->message[0] != '\0' && st->now_ns < st->message_until_ns) {
		snprintf(text, sizeof(text), "%s", st->message);
		meaning = st->message_is_error ? MEANING_ERROR : MEANING_NOTICE;
	} else if (st->find.is_waiting) {
		snprintf(text, sizeof(text), "Searching for %s: %d%%", st->find.text,
			 s->find_serial == st->find.serial ? s->find_permille / 10 : 0);
		meaning = MEANING_NOTICE;
	} else if (view_get(state_view(st))->is_of_all) { /* the session under the cursor is not what is looked at */
		snprintf(text, sizeof(text), "%s", view_get(state_view(st))->hint);
		meaning = MEANING_MUTED;
	} else if (state_has_session(st, s)) {
		snprintf(text, sizeof(text), "%s", s->session_line);
	}
	if (text[0] == '\0')
		return;
	grid_put_sign(g, rect.column, rect.row, meaning);
	grid_put_wrapped(g, (struct rect){rect.column + 2, rect.row, rect.columns - 2, rect.rows}, text,
			 style_of(meaning));
}

/* What matters first where the session went wrong. */
static const struct hint {
	enum action action;
	const char *label;
} failed_hints[] = {
	{ACTION_DIAGNOSIS, "Why"},
	{ACTION_OPEN, "Show"},
	{ACTION_COPY, "Copy"},
	{ACTION_EXPORT, "Export"},
};

enum {
	FAILED_HINTS = sizeof(failed_hints) / sizeof(failed_hints[0]),
};

/* How many of them stand at the left of the bar. */
static int hint_count(const struct state *st, const struct snapshot *s)
{
	bool is_failed = state_has_session(st, s) && s->session_line_meaning == MEANING_ERROR;

	return is_failed && st->above.count == 0 ? FAILED_HINTS : 0;
}

static bool is_hint(enum action action, int hints)
{
	for (int i = 0; i < hints; i++)
		if (failed_hints[i].action == action)
			return true;
	return false;
}

static int bar_columns(enum action action, const char *label)
{
	char key[16];

	keys_bar_key(action, key);
	return grid_text_columns(key) + 1 + grid_text_columns(label) + GAP;
}

/* The highest rank for which there is room with all lower ones. */
static int bar_rank(enum view_id view, int hints, int columns)
{
	int rank = 0;

	for (int i = 0; i < hints; i++)
		if (keys_applies(failed_hints[i].action, view))
			columns -= bar_columns(failed_hints[i].action, failed_hints[i].label);
	for (;; rank++) {
		for (int i = 0; i < ACTIONS; i++)
			if (keys_bar_rank((enum action)i) == rank + 1 && keys_applies((enum action)i, view) &&
			    !is_hint((enum action)i, hints))
				columns -= bar_columns((enum action)i, keys_bar_label((enum action)i));
		if (columns + GAP < 0 || rank > ACTIONS)
			return rank;
	}
}

static int draw_key(struct grid *g, struct rect rect, int column, enum action action, const char *label)
{
	char key[16];

	keys_bar_key(action, key);
	column += grid_put(g, column, rect.row, rect.columns - column, key, STYLE_KEY) + 1;
	return column + grid_put(g, column, rect.row, rect.columns - column, label, STYLE_LABEL) + GAP;
}

static void draw_bar(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	enum view_id view = state_view(st);
	int hints = hint_count(st, s);
	int rank = bar_rank(view, hints, rect.columns);
	int column = rect.column;

	if (hints > 0 && rank < keys_bar_rank(ACTION_QUIT)) { /* they leave no room for the way back */
		hints = 0;
		rank = bar_rank(view, hints, rect.columns);
	}
	for (int i = 0; i < hints; i++)
		if (keys_applies(failed_hints[i].action, view))
			column = draw_key(g, rect, column, failed_hints[i].action, failed_hints[i].label);
	for (int i = 0; i < ACTIONS; i++) {
		const char *label = keys_bar_label((enum action)i);

		if (i == ACTION_QUIT && !state_is_top(st))
			label = "Back"; /* as long as the other word */
		if (label == NULL || keys_bar_rank((enum action)i) > rank || !keys_applies((enum action)i, view) ||
		    is_hint((enum action)i, hints))
			continue;
		column = draw_key(g, rect, column, (enum action)i, label);
	}
}

static void draw_tiny(const struct state *st, const struct snapshot *s, struct grid *g)
{
	char text[96];
	struct title t = {.count = 0};

	snprintf(text, sizeof(text), "terminal too small (%dx%d)", g->columns, g->rows);
	grid_put(g, 0, 0, g->columns, text, STYLE_WARNING);
	grid_put(g, 0, 1, g->columns, "40x10 is the least; q quits", STYLE_PLAIN);
	add_counters(s, &t);
	(void)st;
	grid_put(g, 0, 2, g->columns, t.parts[2].text, t.parts[2].style);
}

void frame_draw(const struct state *st, const struct snapshot *s, struct grid *g)
{
	struct layout layout;

	g->ascii = st->ascii;
	grid_reset(g, st->columns, st->rows);
	state_layout(st, &layout);
	if (layout.kind == LAYOUT_TINY) {
		draw_tiny(st, s, g);
		return;
	}
	draw_title(st, s, g, layout.title);
	for (int i = 0; i < VIEWS; i++)
		if (layout.panes[i].rows > 0)
			pane_draw(st, s, g, (enum view_id)i, layout.panes[i]);
	draw_line(st, s, g, layout.line);
	draw_bar(st, s, g, layout.bar);
	dialog_draw(st, s, g);
}
