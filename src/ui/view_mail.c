/* view_mail: a mail read for people: decoded header fields, text, the list of its parts; or its raw source. */
#include <inttypes.h>

#include "ui/format.h"
#include "ui/state.h"
#include "ui/view.h"

static struct view_source source(const struct snapshot *s)
{
	return (struct view_source){s->mail_lines, s->mail_line_rows, sizeof(*s->mail_line_rows)};
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	char size[FORMAT_SIZE];

	buffer_printf(out, "%" PRIu32 " of session %" PRIu64 " ", state_mail(st), st->session);
	if (!state_has_mail(st, s))
		return;
	format_bytes(size, s->mail_head.size);
	buffer_printf(out, "- %s - %s%s ", size, s->mail_head.outcome,
		      s->mail_head.complete   ? ""
		      : s->mail_head.size > 0 ? ", partial"
					      : ", no data");
	if (st->raw)
		buffer_append_text(out, "- source ");
}

static void text(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	(void)st;
	buffer_append_text(out, s->mail_line_rows[index].text);
}

static bool continues(const struct snapshot *s, uint32_t index)
{
	return s->mail_line_rows[index].continues;
}

static void window(struct query *q, uint64_t from)
{
	q->mail_lines = (struct query_rows){from, QUERY_ROWS_MAX};
}

static void draw_row(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line, uint32_t index)
{
	const struct snapshot_line *l = &s->mail_line_rows[index];
	enum snapshot_meaning meaning = l->meaning;

	if (meaning != MEANING_PLAIN && meaning != MEANING_MUTED && meaning != MEANING_CLIENT &&
	    meaning != MEANING_SERVER)
		grid_put_sign(g, line.column, line.row, meaning);
	grid_put_from(g, line.column + 2, line.row, line.columns - 2, st->panes[VIEW_MAIL].shift, l->text,
		      style_of(meaning));
}

static void draw_empty(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	if (state_has_mail(st, s))
		grid_put(g, rect.column + 1, rect.row, rect.columns - 1, "This mail has no bytes in the capture.",
			 STYLE_MUTED);
}

const struct view view_mail = {
	.name = "Mail",
	.is_reader = true,
	.source = source,
	.is_here = state_has_mail,
	.text = text,
	.continues = continues,
	.window = window,
	.find = QUERY_FIND_MAIL,
	.title = title,
	.draw_row = draw_row,
	.draw_empty = draw_empty,
};
