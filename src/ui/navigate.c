#include "ui/navigate.h"

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
