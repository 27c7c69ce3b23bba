/*
 * view_packet: one packet opened: its headers field by field as a tree, and its bytes; those of the field under the
 * cursor are marked.
 */
#include <inttypes.h>
#include <stdio.h>

#include "ui/state.h"
#include "ui/view.h"

enum {
	INDENT = 2,
	OFFSET_COLUMNS = 6,
	LINE_BYTES = 16,
	LINE_BYTES_NARROW = 8,
	CELL_COLUMNS = 3, /* of a byte */
};

static bool is_here(const struct state *st, const struct snapshot *s)
{
	return st->packet != 0 && s->packet.number == st->packet;
}

static void rows(const struct state *st, const struct snapshot *s, struct view_rows *out)
{
	uint32_t count = s->packet.field_count < SNAPSHOT_FIELDS_MAX ? s->packet.field_count : SNAPSHOT_FIELDS_MAX;
	uint64_t cursor = st->panes[VIEW_PACKET].cursor;

	*out = (struct view_rows){.total = count, .count = is_here(st, s) ? count : 0};
	if (out->count > 0)
		out->cursor = cursor < count ? (uint32_t)cursor : count - 1;
}

static void select(struct state *st, const struct snapshot *s, uint32_t index)
{
	(void)s;
	st->panes[VIEW_PACKET].cursor = index;
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	(void)s;
	buffer_printf(out, "%" PRIu32 " ", st->packet);
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

static int line_bytes(int columns)
{
	return columns >= OFFSET_COLUMNS + LINE_BYTES * (CELL_COLUMNS + 1) + 3 ? LINE_BYTES : LINE_BYTES_NARROW;
}

/* The line drawn first, so that the marked bytes show. */
static uint32_t top_line(const struct snapshot_field *field, uint32_t per_line, uint32_t lines, int height)
{
	uint32_t line = field->offset / per_line;
	uint32_t shown = height > 0 ? (uint32_t)height : 1;

	if (lines <= shown || line < shown / 2)
		return 0;
	return line - shown / 2 + shown > lines ? lines - shown : line - shown / 2;
}

static void draw_byte(const struct snapshot_packet_detail *p, uint32_t at, bool is_marked, struct grid *g, int column,
		      int character_column, int row)
{
	uint8_t byte = p->bytes[at];
	bool is_plain = byte >= 0x20 && byte < 0x7f;
	uint16_t style = is_marked ? STYLE_MATCH : is_plain ? STYLE_PLAIN : STYLE_MUTED;
	char text[4];

	snprintf(text, sizeof(text), "%02x", byte);
	grid_put(g, column, row, 2, text, style);
	grid_put_character(g, character_column, row, is_plain ? byte : '.', style);
}

static void draw_line(const struct snapshot_packet_detail *p, const struct snapshot_field *field, uint32_t start,
		      int per_line, struct grid *g, struct rect line)
{
	int characters = line.column + OFFSET_COLUMNS + per_line * CELL_COLUMNS + 2;
	char text[16];

	snprintf(text, sizeof(text), "%04" PRIx32, start);
	grid_put(g, line.column, line.row, OFFSET_COLUMNS, text, STYLE_MUTED);
	for (int i = 0; i < per_line && start + (uint32_t)i < p->byte_count; i++) {
		uint32_t at = start + (uint32_t)i;
		bool is_marked = at >= field->offset && at < (uint32_t)field->offset + field->len;
		int gap = i >= per_line / 2 ? 1 : 0;

		draw_byte(p, at, is_marked, g, line.column + OFFSET_COLUMNS + i * CELL_COLUMNS + gap, characters + i,
			  line.row);
	}
}

void view_packet_draw_bytes(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	static const struct snapshot_field none;
	struct snapshot_packet_detail const *p = &s->packet;
	struct rect inner = {rect.column + 2, rect.row + 1, rect.columns - 3, rect.rows - 2};
	uint32_t byte_count = p->byte_count < SNAPSHOT_PACKET_BYTES ? p->byte_count : SNAPSHOT_PACKET_BYTES;
	uint32_t per_line = (uint32_t)line_bytes(inner.columns);
	uint32_t lines = (byte_count + per_line - 1) / per_line;
	const struct snapshot_field *field = &none;
	struct view_rows at;
	uint32_t top;
	char text[64];

	rows(st, s, &at);
	if (at.count > 0)
		field = &p->fields[at.cursor];
	grid_box(g, rect, STYLE_BORDER);
	snprintf(text, sizeof(text), " Bytes %" PRIu32 "%s ", p->total_len, p->total_len > byte_count ? " (cut)" : "");
	grid_put(g, rect.column + 1, rect.row, rect.columns - 2, text, STYLE_MUTED);
	if (!is_here(st, s))
		return;
	top = top_line(field, per_line, lines, inner.rows);
	for (int i = 0; i < inner.rows && top + (uint32_t)i < lines; i++)
		draw_line(p, field, (top + (uint32_t)i) * per_line, (int)per_line, g,
			  (struct rect){inner.column, inner.row + i, inner.columns, 1});
}

const struct view view_packet = {
	.name = "Packet",
	.rows = rows,
	.select = select,
	.title = title,
	.draw_row = draw_row,
};
