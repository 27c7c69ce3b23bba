/* view_diagnosis: all that was found in one session: what, what it means, what to try, and the packets that prove it.
 */
#include <inttypes.h>

#include "ui/list.h"
#include "ui/navigate.h"
#include "ui/pane.h"
#include "ui/state.h"
#include "ui/view.h"

static struct view_source source(const struct snapshot *s)
{
	return (struct view_source){s->diagnosis_lines, s->diagnosis_line_rows, sizeof(*s->diagnosis_line_rows)};
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	(void)s;
	buffer_printf(out, "of session %" PRIu64 " ", st->session);
}

static void draw_row(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line, uint32_t index)
{
	const struct snapshot_line *l = &s->diagnosis_line_rows[index];

	if (l->meaning != MEANING_PLAIN && l->meaning != MEANING_MUTED)
		grid_put_sign(g, line.column, line.row, l->meaning);
	grid_put_from(g, line.column + 2, line.row, line.columns - 2, st->panes[VIEW_DIAGNOSIS].shift, l->text,
		      style_of(l->meaning));
}

static void text(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	(void)st;
	buffer_append_text(out, s->diagnosis_line_rows[index].text);
}

static void draw_empty(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	if (state_has_session(st, s))
		grid_put(g, rect.column + 1, rect.row, rect.columns - 1, "Nothing was found in this session.",
			 STYLE_MUTED);
}

/* To the command, the packet, or the mail that the line speaks of. */
static void enter(struct state *st, const struct snapshot *s)
{
	const struct snapshot_line *l = list_row(st, s, VIEW_DIAGNOSIS);

	if (l == NULL || (!l->place.is_known && l->place.packet == 0 && l->place.mail == 0)) {
		state_say(st, true, "This line speaks of no command, packet or mail");
	} else if (l->place.mail != 0) {
		navigate_mail(st, l->place.mail);
	} else if (!l->place.is_known) {
		navigate_packet(st, l->place.packet);
	} else {
		view_stack_remove(&st->above, VIEW_DIAGNOSIS);
		state_go_to(st, &l->place);
		pane_focus(st, s, VIEW_TIMELINE);
	}
}

static bool holds(const struct state *st, const struct snapshot *s, uint32_t index, const struct pattern *p)
{
	(void)st;
	return pattern_finds_text(p, s->diagnosis_line_rows[index].text);
}

const struct view view_diagnosis = {
	.name = "Diagnosis",
	.source = source,
	.is_here = state_has_session,
	.text = text,
	.copy = list_copy_ticket,
	.enter = enter,
	.holds = holds,
	.title = title,
	.draw_row = draw_row,
	.draw_empty = draw_empty,
};
