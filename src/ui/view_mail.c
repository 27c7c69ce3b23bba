/* view_mail: a mail read for people: decoded header fields, text, the list of its parts; or its raw source. */
#include <inttypes.h>

#include "ui/format.h"
#include "ui/list.h"
#include "ui/pane.h"
#include "ui/state.h"
#include "ui/view.h"

static struct view_source source(const struct snapshot *s)
{
	return (struct view_source){s->mail_lines, s->mail_line_rows, sizeof(*s->mail_line_rows)};
}

/* NULL: it is none of those that can be chosen. */
static const struct snapshot_part *find_part(const struct snapshot *s, uint32_t number)
{
	for (uint32_t i = 0; i < s->mail_part_count; i++)
		if (s->mail_parts[i].number == number)
			return &s->mail_parts[i];
	return NULL;
}

/* "- part 3: logo.png, 900 B - mail 2.5 kB ": whose size it is. */
static void put_sizes(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	const struct snapshot_part *part = find_part(s, st->part);
	char size[FORMAT_SIZE];

	if (part != NULL)
		buffer_printf(out, "- part %" PRIu32 ": %s", part->number, part->name);
	if (part != NULL && part->size > 0) {
		format_bytes(size, part->size);
		buffer_printf(out, ", %s", size);
	}
	format_bytes(size, s->mail_head.size);
	buffer_printf(out, "%s %s ", part != NULL ? " - mail" : "-", size);
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	buffer_printf(out, "%" PRIu32 " of session %" PRIu64 " ", state_mail(st), st->session);
	if (!state_has_mail(st, s))
		return;
	if (st->mail_part.count > 0)
		buffer_append_text(out, "- a mail within it ");
	put_sizes(st, s, out);
	buffer_printf(out, "- %s%s ", s->mail_head.outcome,
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

/* The row of the part that is chosen, else the one at the top. */
static bool copy(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	const struct snapshot_part *part = find_part(s, st->part);
	struct view_rows rows;
	uint32_t at;

	if (!state_has_mail(st, s))
		return false;
	list_rows(st, s, VIEW_MAIL, &rows);
	at = part != NULL && part->line >= rows.first ? (uint32_t)(part->line - rows.first) : rows.cursor;
	if (at >= rows.count)
		return true;
	do
		text(st, s, at++, out);
	while (at < rows.count && continues(s, at));
	return true;
}

static void window(struct query *q, uint64_t from)
{
	q->mail_lines = (struct query_rows){from, QUERY_ROWS_MAX};
}

/* Whether the row belongs to the part that is chosen. */
static bool is_chosen(const struct state *st, const struct snapshot *s, uint32_t index)
{
	const struct snapshot_part *part = st->raw ? NULL : find_part(s, st->part);

	while (index > 0 && continues(s, index))
		index--;
	return part != NULL && s->mail_lines.first + index == part->line;
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
	if (is_chosen(st, s, index))
		grid_flag(g, line, STYLE_CURSOR);
}

static void draw_empty(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	if (state_has_mail(st, s))
		grid_put(g, rect.column + 1, rect.row, rect.columns - 1, "This mail has no bytes in the capture.",
			 STYLE_MUTED);
}

/* ---- its parts ---- */

static void show_row(struct state *st, const struct snapshot *s, uint64_t line)
{
	struct pane *pane = &st->panes[VIEW_MAIL];
	uint64_t height = (uint64_t)pane_height(st, VIEW_MAIL);
	uint64_t last = s->mail_lines.total > height ? s->mail_lines.total - height : 0;
	uint64_t top = pane->cursor < last ? pane->cursor : last;

	if (line < top || line >= top + height)
		top = line > height / 2 ? line - height / 2 : 0;
	pane->cursor = top < last ? top : last;
	pane->at_end = false;
}

static void say_part(struct state *st, const struct snapshot *s, uint32_t at)
{
	if (at + 1 == s->mail_part_count && s->mail_parts_more > 0)
		state_say(st, false,
			  "This is the last part that can be chosen, %" PRIu32 " more follow: s saves all attachments",
			  s->mail_parts_more);
	else
		state_say(st, false,
			  s->mail_parts[at].is_mail ? "Enter opens this mail, s saves it, | gives it to a command"
						    : "s saves this part, | gives it to a command");
}

void view_mail_step(struct state *st, const struct snapshot *s, int step)
{
	uint32_t count = s->mail_part_count;
	uint32_t at = 0;

	if (!state_has_mail(st, s))
		return;
	if (st->raw || count == 0) {
		state_say(st, true,
			  st->raw ? "The source has no list of parts: v goes back to it" : "This mail has no parts");
		return;
	}
	while (at < count && s->mail_parts[at].number != st->part)
		at++;
	if (at == count)
		at = step > 0 ? 0 : count - 1;
	else
		at = (at + count + (uint32_t)step) % count;
	st->part = s->mail_parts[at].number;
	show_row(st, s, s->mail_parts[at].line);
	say_part(st, s, at);
}

/* Another mail is in the view; `part` is chosen in it. */
static void begin(struct state *st, uint32_t part)
{
	st->part = part;
	st->raw = false;
	st->panes[VIEW_MAIL] = (struct pane){0};
}

static void open_within(struct state *st)
{
	st->mail_tops[st->mail_part.count] = st->panes[VIEW_MAIL].cursor;
	part_path_enter(&st->mail_part, st->part);
	begin(st, 0);
}

/* Opens the mail that is chosen. */
static void enter(struct state *st, const struct snapshot *s)
{
	const struct snapshot_part *part = find_part(s, st->part);

	if (!state_has_mail(st, s))
		return;
	if (part == NULL)
		state_say(st, true, "Tab chooses a part; Enter opens one that is a mail");
	else if (!part->is_mail)
		state_say(st, true, "This part is no mail: s saves it, | gives it to a command");
	else if (st->mail_part.count + 1 == PART_PATH_MAX)
		state_say(st, true, "This mail lies too deep to be opened: s saves it");
	else
		open_within(st);
}

bool view_mail_leave(struct state *st)
{
	if (st->mail_part.count == 0)
		return false;
	begin(st, part_path_leave(&st->mail_part));
	st->panes[VIEW_MAIL].cursor = st->mail_tops[st->mail_part.count];
	return true;
}

const struct view view_mail = {
	.name = "Mail",
	.is_reader = true,
	.source = source,
	.is_here = state_has_mail,
	.text = text,
	.continues = continues,
	.copy = copy,
	.window = window,
	.find = QUERY_FIND_MAIL,
	.title = title,
	.enter = enter,
	.draw_row = draw_row,
	.draw_empty = draw_empty,
};
