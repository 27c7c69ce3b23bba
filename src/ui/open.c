#include "ui/open.h"

#include "ui/list.h"
#include "ui/pane.h"

void open_close(struct state *st)
{
	if (st->help)
		st->help = false;
	else if (st->packet != 0)
		st->packet = 0;
	else if (st->diagnosis)
		st->diagnosis = false;
	else if (st->mail != 0)
		st->mail = 0;
}

void open_mail(struct state *st, uint32_t mail)
{
	st->mail = mail;
	st->raw = false;
	st->panes[VIEW_MAIL] = (struct pane){0};
}

void open_packet(struct state *st, uint32_t packet)
{
	st->packet = packet;
	st->in_bytes = false;
	st->panes[VIEW_PACKET] = st->panes[VIEW_BYTES] = (struct pane){0};
}

void open_step_packet(struct state *st, const struct snapshot *s, int step)
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
	st->packet = s->packet_rows[to].number;
}

void open_switch_bytes(struct state *st, const struct snapshot *s)
{
	const struct snapshot_field *field = view_packet_field(st, s);

	if (field == NULL)
		return;
	if (!st->in_bytes)
		st->panes[VIEW_BYTES].cursor = field->offset;
	pane_keep(st, s, st->in_bytes ? VIEW_PACKET : VIEW_BYTES);
	st->in_bytes = !st->in_bytes;
}
