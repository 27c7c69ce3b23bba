#include "ui/open.h"

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

static void open_mail(struct state *st, uint32_t mail)
{
	st->mail = mail;
	st->raw = false;
	st->panes[VIEW_MAIL] = (struct pane){0};
}

static void open_timeline_row(struct state *st, const struct snapshot *s)
{
	struct view_rows rows;

	view_timeline.rows(st, s, &rows);
	if (rows.count == 0)
		return;
	if (s->timeline_rows[rows.cursor].mail != 0)
		open_mail(st, s->timeline_rows[rows.cursor].mail);
	else
		pane_focus(st, s, VIEW_STREAM);
}

static void open_packet(struct state *st, const struct snapshot *s)
{
	struct view_rows rows;

	view_packets.rows(st, s, &rows);
	if (rows.count == 0)
		return;
	st->packet = s->packet_rows[rows.cursor].number;
	st->in_bytes = false;
	st->panes[VIEW_PACKET] = st->panes[VIEW_BYTES] = (struct pane){0};
}

/* The list may have been opened on this row: then nobody has gone to its packet yet. */
static void open_finding(struct state *st, const struct snapshot *s)
{
	struct view_rows rows;

	view_findings.rows(st, s, &rows);
	if (rows.count == 0)
		return;
	view_findings.select(st, s, rows.cursor);
	pane_focus(st, s, VIEW_PACKETS);
	st->sync = true;
	st->sync_serial = st->query.serial + 1;
}

void open_step_packet(struct state *st, const struct snapshot *s, int step)
{
	struct view_rows rows;
	int64_t to;

	view_packets.rows(st, s, &rows);
	to = (int64_t)rows.cursor + step;
	if (rows.count == 0 || to < 0 || to >= (int64_t)rows.count) {
		state_say(st, true, step < 0 ? "This is the first packet" : "This is the last packet");
		return;
	}
	view_packets.select(st, s, (uint32_t)to);
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

void open_row(struct state *st, const struct snapshot *s)
{
	struct layout layout;

	switch (st->focus) {
	case VIEW_SESSIONS:
		state_layout(st, &layout);
		if (st->session == 0)
			return;
		pane_focus(st, s, VIEW_TIMELINE);
		st->zoom = layout.kind == LAYOUT_SMALL || st->zoom;
		break;
	case VIEW_MAILS:
		if (st->session != 0 && st->selected_mail != 0)
			open_mail(st, st->selected_mail);
		break;
	case VIEW_FINDINGS:
		open_finding(st, s);
		break;
	case VIEW_TIMELINE:
		open_timeline_row(st, s);
		break;
	case VIEW_PACKETS:
		open_packet(st, s);
		break;
	case VIEW_STREAM:
		pane_focus(st, s, VIEW_PACKETS);
		break;
	default:
		break;
	}
}
