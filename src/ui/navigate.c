#include "ui/navigate.h"

#include <stdio.h>

#include "ui/filter_text.h"
#include "ui/find.h"
#include "ui/list.h"
#include "ui/pane.h"

void navigate_toggle(struct state *st, enum view_id view)
{
	if (view_stack_top(&st->above) == view)
		view_stack_pop(&st->above);
	else
		view_stack_push(&st->above, view, 0);
}

void navigate_mail(struct state *st, uint32_t mail)
{
	view_stack_push(&st->above, VIEW_MAIL, mail);
	st->raw = false;
	st->mail_part = (struct part_path){0};
	st->part = 0;
	st->panes[VIEW_MAIL] = (struct pane){0};
}

void navigate_packet(struct state *st, uint64_t packet)
{
	view_stack_push(&st->above, VIEW_PACKET, packet);
	st->panes[VIEW_PACKET] = st->panes[VIEW_BYTES] = (struct pane){0};
}

/* Fields and bytes are on the screen together: one stands on the stack, the one that has the keys. */
static void replace_packet(struct state *st, enum view_id view, uint64_t packet)
{
	view_stack_pop(&st->above);
	view_stack_push(&st->above, view, packet);
}

void navigate_step_packet(struct state *st, const struct snapshot *s, int step)
{
	struct view_rows rows;
	int64_t to;

	list_rows(st, s, VIEW_PACKETS, &rows);
	to = (int64_t)rows.cursor + step;
	if (rows.count == 0 || to < 0 || to >= (int64_t)rows.count) {
		state_say(st, true, step < 0 ? "This is the first packet" : "This is the last packet");
		return;
	}
	list_select(st, s, VIEW_PACKETS, (uint32_t)to);
	replace_packet(st, state_view(st), s->packet_rows[to].number);
}

void navigate_fields(struct state *st)
{
	replace_packet(st, VIEW_PACKET, state_packet(st));
}

void navigate_switch_bytes(struct state *st, const struct snapshot *s)
{
	const struct snapshot_field *field = view_packet_field(st, s);
	bool to_bytes = state_view(st) == VIEW_PACKET;

	if (field == NULL)
		return;
	if (to_bytes)
		st->panes[VIEW_BYTES].cursor = field->offset;
	pane_keep(st, s, to_bytes ? VIEW_BYTES : VIEW_PACKET);
	replace_packet(st, to_bytes ? VIEW_BYTES : VIEW_PACKET, state_packet(st));
}

void navigate_kind(struct state *st, int step)
{
	st->statistics.of = (enum statistics_of)(((int)st->statistics.of + step + STATISTICS_KINDS) % STATISTICS_KINDS);
	st->panes[VIEW_STATISTICS] = (struct pane){0};
}

void navigate_to_sum(struct state *st, const struct snapshot *s, const char *term)
{
	bool is_there = filter_text_has(s->filter, term);
	char text[EDIT_SIZE];

	snprintf(text, sizeof(text), "%s", s->filter);
	if (!is_there && !filter_text_add(text, term)) {
		state_say(st, true, "The filter is too long for more words: F7 changes it");
		return;
	}
	if (!is_there)
		state_filter(st, text);
	/* what was there before is not taken away by Esc */
	snprintf(st->statistics.term, sizeof(st->statistics.term), "%s", is_there ? "" : term);
	st->statistics.is_below = true;
	view_stack_remove(&st->above, VIEW_STATISTICS);
	st->list = st->focus = VIEW_SESSIONS;
	st->zoom = false;
	state_go_to_top(st);
}

void navigate_statistics(struct state *st, const struct snapshot *s)
{
	char text[EDIT_SIZE];

	snprintf(text, sizeof(text), "%s", s->filter);
	if (st->statistics.term[0] != '\0' && filter_text_remove(text, st->statistics.term))
		state_filter(st, text);
	st->statistics.is_below = false;
	view_stack_push(&st->above, VIEW_STATISTICS, 0);
}

void navigate_compare(struct state *st)
{
	find_leave(st, VIEW_COMPARE);
	st->compare = (struct state_compare){.serial = st->compare.serial + 1, .session = st->session, .is_new = true};
}

void navigate_back_to_compare(struct state *st)
{
	st->compare.below = 0;
	st->focus = st->list;
	st->zoom = false;
	view_stack_push(&st->above, VIEW_COMPARE, 0);
}

void navigate_to_compared(struct state *st, const struct snapshot *s, uint64_t session,
			  const struct snapshot_timeline_row *row)
{
	st->above.count = 0;
	st->list = VIEW_SESSIONS;
	st->panes[VIEW_SESSIONS].at_end = false;
	state_focus_session(st, session);
	st->culprit_wanted = false;
	state_follow_row(st, row->row, row->position, row->packet);
	st->compare.below = session;
	view_get(VIEW_SESSIONS)->enter(st, s);
}

void navigate_difference(struct state *st, const struct snapshot *s, int step)
{
	const struct snapshot_compare_row *r = list_row(st, s, VIEW_COMPARE);
	struct view_rows rows;
	uint64_t from;
	uint64_t to;

	if (r == NULL)
		return;
	list_rows(st, s, VIEW_COMPARE, &rows);
	from = rows.first + rows.cursor;
	to = step < 0 ? r->before : r->after;
	if (to == from)
		state_say(st, true, step < 0 ? "No difference before this row" : "No difference after this row");
	else if (to >= rows.first && to < rows.first + rows.count)
		pane_move(st, s, VIEW_COMPARE, (int)((int64_t)to - (int64_t)from));
	else
		st->panes[VIEW_COMPARE].cursor = to;
}
