/* view_stream: what both sides said, line by line as it was sent: C and S tell whose line it is. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ui/format.h"
#include "ui/pane.h"

enum {
	SIGN_COLUMNS = 3, /* side, meaning, blank */
};

static uint32_t find_row(const struct snapshot *s, uint64_t position)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < s->stream.count && s->stream_rows[i].position <= position; i++)
		found = i;
	return found;
}

/* Rows are counted only where they are at hand; what lies before and after is estimated from its bytes. */
static void rows(const struct state *st, const struct snapshot *s, struct view_rows *out)
{
	uint64_t start;
	uint64_t span;

	*out = (struct view_rows){.count = state_has_session(st, s) ? s->stream.count : 0};
	if (out->count == 0)
		return;
	out->cursor = find_row(s, st->panes[VIEW_STREAM].cursor);
	start = s->stream_rows[0].position;
	span = s->stream_rows[out->count - 1].position - start + 1;
	out->first = start * out->count / span;
	if (s->stream_anchor_row >= STATE_WINDOW_BEFORE && out->first == 0)
		out->first = 1;
	out->total = out->first + out->count;
	if (out->count - s->stream_anchor_row >= STATE_WINDOW_AFTER && s->stream.total > start + span)
		out->total += 1 + (s->stream.total - start - span) * out->count / span;
}

static void text(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	(void)st;
	buffer_append_text(out, s->stream_rows[index].text);
}

static void prefix(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	(void)st;
	buffer_append_text(out, s->stream_rows[index].side == SIDE_CLIENT ? "C " : "S ");
}

static bool continues(const struct snapshot *s, uint32_t index)
{
	return s->stream_rows[index].continues;
}

static void window(struct query *q, uint64_t from)
{
	q->stream = (struct query_around){from, 0, QUERY_ROWS_MAX};
}

static uint64_t key(const struct snapshot *s, uint32_t index)
{
	return s->stream_rows[index].position;
}

static void select(struct state *st, const struct snapshot *s, uint32_t index)
{
	const struct snapshot_stream_row *r = &s->stream_rows[index];
	struct view_rows at;

	state_follow_row(st, r->timeline_row, r->position, r->packet);
	rows(st, s, &at);
	st->panes[VIEW_STREAM].at_end = index + 1 == at.count && at.first + at.count >= at.total;
}

static void enter(struct state *st, const struct snapshot *s)
{
	pane_focus(st, s, VIEW_PACKETS);
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	char size[FORMAT_SIZE];

	if (!state_has_session(st, s))
		return;
	format_bytes(size, s->stream.total);
	buffer_printf(out, "%s ", size);
}

static void draw_row(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line, uint32_t index)
{
	const struct snapshot_stream_row *r = &s->stream_rows[index];
	uint16_t side = r->side == SIDE_CLIENT ? STYLE_CLIENT : STYLE_SERVER;
	uint16_t style = side;

	if (r->meaning != MEANING_PLAIN)
		style = style_of(r->meaning);
	if (!r->continues)
		grid_put_character(g, line.column, line.row, r->side == SIDE_CLIENT ? 'C' : 'S', side);
	if (r->meaning > MEANING_SERVER && !r->continues)
		grid_put_sign(g, line.column + 1, line.row, r->meaning);
	line.column += SIGN_COLUMNS;
	line.columns -= SIGN_COLUMNS;
	grid_put_from(g, line.column, line.row, line.columns, st->panes[VIEW_STREAM].shift, r->text, style);
}

const struct view view_stream = {
	.name = "Stream",
	.can_follow = true,
	.rows = rows,
	.text = text,
	.prefix = prefix,
	.continues = continues,
	.window = window,
	.key = key,
	.select = select,
	.enter = enter,
	.find = QUERY_FIND_STREAM,
	.title = title,
	.draw_row = draw_row,
};
