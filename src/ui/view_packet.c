/* view_packet: one packet opened: its headers field by field, as a tree. Its bytes are view_bytes. */
#include <inttypes.h>
#include <stdio.h>

#include "ui/state.h"
#include "ui/view.h"

enum {
	INDENT = 2,
};

static bool is_here(const struct state *st, const struct snapshot *s)
{
	return state_packet(st) != 0 && s->packet.number == state_packet(st);
}

static void rows(const struct state *st, const struct snapshot *s, struct view_rows *out)
{
	uint32_t count = s->packet.field_count < SNAPSHOT_FIELDS_MAX ? s->packet.field_count : SNAPSHOT_FIELDS_MAX;
	uint64_t cursor = st->panes[VIEW_PACKET].cursor;

	*out = (struct view_rows){.total = count, .count = is_here(st, s) ? count : 0};
	if (out->count > 0)
		out->cursor = cursor < count ? (uint32_t)cursor : count - 1;
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	uint64_t packet = state_packet(st);

	buffer_printf(out, "%" PRIu64 " ", packet);
	for (uint32_t i = 0; i < s->packet_window.count; i++)
		if (s->packet_rows[i].number == packet && s->packet_rows[i].session != 0)
			buffer_printf(out, "of session %" PRIu64 " ", s->packet_rows[i].session);
}

static void text(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	const struct snapshot_field *f = &s->packet.fields[index];

	(void)st;
	buffer_printf(out, "%s%s%s", f->name, f->value[0] ? ": " : "", f->value);
}

static void prefix(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	(void)st;
	buffer_printf(out, "%*s", s->packet.fields[index].depth * INDENT, "");
}

static void draw_row(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line, uint32_t index)
{
	const struct snapshot_field *f = &s->packet.fields[index];
	int indent = f->depth * INDENT + 1;
	char text[sizeof(f->name) + sizeof(f->value) + 4];

	snprintf(text, sizeof(text), "%s%s%s", f->name, f->value[0] ? ": " : "", f->value);
	grid_put_from(g, line.column + indent, line.row, line.columns - indent, st->panes[VIEW_PACKET].shift, text,
		      f->depth == 0 ? STYLE_HEADING : STYLE_PLAIN);
}

const struct snapshot_field *view_packet_field(const struct state *st, const struct snapshot *s)
{
	struct view_rows at;

	rows(st, s, &at);
	return at.count > 0 ? &s->packet.fields[at.cursor] : NULL;
}

void view_packet_select_byte(struct state *st, const struct snapshot *s, uint32_t byte)
{
	uint32_t smallest = UINT32_MAX;
	struct view_rows at;

	rows(st, s, &at);
	for (uint32_t i = 0; i < at.count; i++) {
		const struct snapshot_field *f = &s->packet.fields[i];

		if (byte < f->offset || byte - f->offset >= f->len || f->len > smallest)
			continue;
		smallest = f->len;
		st->panes[VIEW_PACKET].cursor = i;
	}
}

static bool holds(const struct state *st, const struct snapshot *s, uint32_t index, const struct pattern *p)
{
	const struct snapshot_field *f = &s->packet.fields[index];

	(void)st;
	return pattern_finds_text(p, f->name) || pattern_finds_text(p, f->value);
}

const struct view view_packet = {
	.name = "Packet",
	.rows = rows,
	.holds = holds,
	.text = text,
	.prefix = prefix,
	.title = title,
	.draw_row = draw_row,
};
