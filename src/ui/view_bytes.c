/*
 * view_bytes: the bytes of an opened packet, in hex and as text; those of the field under the cursor are marked. While
 * the fields have the keys the bytes follow them; while the bytes have the keys it is the other way round.
 */
#include <inttypes.h>
#include <stdio.h>

#include "ui/state.h"
#include "ui/view.h"

enum {
	OFFSET_COLUMNS = 6,
	LINE_BYTES = 16,
	LINE_BYTES_NARROW = 8,
	CELL_COLUMNS = 3, /* of a byte */
	MARGIN = 1,
};

static uint32_t bytes_per_line(int columns)
{
	return columns - MARGIN >= OFFSET_COLUMNS + LINE_BYTES * (CELL_COLUMNS + 1) + 3 ? LINE_BYTES
											: LINE_BYTES_NARROW;
}

/* As many as the pane has room for. */
static uint32_t line_bytes(const struct state *st)
{
	struct layout layout;

	state_layout(st, &layout);
	return bytes_per_line(layout.panes[VIEW_BYTES].columns - 2);
}

static uint32_t byte_count(const struct snapshot *s)
{
	return s->packet.byte_count < SNAPSHOT_PACKET_BYTES ? s->packet.byte_count : SNAPSHOT_PACKET_BYTES;
}

static void rows(const struct state *st, const struct snapshot *s, struct view_rows *out)
{
	const struct snapshot_field *field = view_packet_field(st, s);
	uint32_t per_line = line_bytes(st);
	uint64_t cursor = st->panes[VIEW_BYTES].cursor;

	*out = (struct view_rows){.count = field != NULL ? (byte_count(s) + per_line - 1) / per_line : 0};
	out->total = out->count;
	if (field == NULL || out->count == 0)
		return;
	if (state_view(st) != VIEW_BYTES)
		cursor = field->offset;
	out->cursor = cursor / per_line < out->count ? (uint32_t)(cursor / per_line) : out->count - 1;
}

static void select(struct state *st, const struct snapshot *s, uint32_t index)
{
	uint32_t byte = index * line_bytes(st);

	st->panes[VIEW_BYTES].cursor = byte;
	view_packet_select_byte(st, s, byte);
}

/* The hex of a line. */
static void text(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	uint32_t per_line = line_bytes(st);
	uint32_t start = index * per_line;

	for (uint32_t at = start; at < start + per_line && at < byte_count(s); at++)
		buffer_printf(out, at > start ? " %02x" : "%02x", s->packet.bytes[at]);
}

static void prefix(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	(void)s;
	buffer_printf(out, "%06" PRIx32 "  ", index * line_bytes(st));
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	const struct snapshot_field *field = view_packet_field(st, s);

	if (field == NULL)
		return;
	buffer_printf(out, "%" PRIu32 " ", s->packet.total_len);
	if (s->packet.total_len > byte_count(s))
		buffer_printf(out, "(the first %" PRIu32 " shown) ", byte_count(s));
	if (field->len > 0 && field->len < s->packet.total_len)
		buffer_printf(out, "marked %" PRIu32 " at %" PRIu32 " ", field->len, field->offset);
}

static void draw_byte(uint8_t byte, uint16_t style, struct grid *g, int column, int character_column, int row)
{
	bool is_plain = byte >= 0x20 && byte < 0x7f;
	char text[4];

	if (style == STYLE_PLAIN && !is_plain)
		style = STYLE_MUTED;
	snprintf(text, sizeof(text), "%02x", byte);
	grid_put(g, column, row, 2, text, style);
	grid_put_character(g, character_column, row, is_plain ? byte : '.', style);
}

/* What is the whole packet needs no mark. */
static bool is_marked(const struct snapshot_packet_detail *p, const struct snapshot_field *field, uint32_t at)
{
	return at >= field->offset && at - field->offset < field->len && field->len < p->total_len;
}

static void draw_row(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line, uint32_t index)
{
	const struct snapshot_field *field = view_packet_field(st, s);
	int per_line = (int)bytes_per_line(line.columns);
	int bytes = line.column + MARGIN + OFFSET_COLUMNS;
	int characters = bytes + per_line * CELL_COLUMNS + 2;
	uint32_t start = index * (uint32_t)per_line;
	char text[16];

	snprintf(text, sizeof(text), "%04" PRIx32, start);
	grid_put(g, line.column + MARGIN, line.row, OFFSET_COLUMNS, text, STYLE_MUTED);
	for (int i = 0; i < per_line && start + (uint32_t)i < byte_count(s); i++) {
		uint32_t at = start + (uint32_t)i;
		int gap = i == per_line / 2 ? 1 : 0;
		int column = bytes + i * CELL_COLUMNS + (i >= per_line / 2 ? 1 : 0);
		bool marked = is_marked(&s->packet, field, at);

		draw_byte(s->packet.bytes[at], marked ? STYLE_MATCH : STYLE_PLAIN, g, column, characters + i, line.row);
		if (marked && i > 0 && is_marked(&s->packet, field, at - 1)) /* one mark, not one for each byte */
			grid_blank(g, (struct rect){column - gap - 1, line.row, gap + 1, 1}, STYLE_MATCH);
	}
}

const struct view view_bytes = {
	.name = "Bytes",
	.rows = rows,
	.text = text,
	.prefix = prefix,
	.select = select,
	.title = title,
	.draw_row = draw_row,
};
