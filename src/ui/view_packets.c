#include <inttypes.h>
#include <stdio.h>

#include "ui/format.h"
#include "ui/list.h"
#include "ui/navigate.h"

enum {
	SESSION_COLUMN = 1,
};

static void text_number(const void *row, struct column_text *out)
{
	const struct snapshot_packet_row *r = row;

	snprintf(out->text, sizeof(out->text), "%" PRIu64, r->number);
}

static void text_session(const void *row, struct column_text *out)
{
	const struct snapshot_packet_row *r = row;

	if (r->session != 0)
		snprintf(out->text, sizeof(out->text), "%" PRIu64, r->session);
}

static void text_time(const void *row, struct column_text *out)
{
	const struct snapshot_packet_row *r = row;

	format_offset(out->text, r->time_ns, 6);
	out->meaning = MEANING_MUTED;
}

static void text_source(const void *row, struct column_text *out)
{
	const struct snapshot_packet_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->source);
	out->has_port = true;
}

static void text_destination(const void *row, struct column_text *out)
{
	const struct snapshot_packet_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->destination);
	out->has_port = true;
}

static void text_protocol(const void *row, struct column_text *out)
{
	const struct snapshot_packet_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->protocol);
}

static void text_len(const void *row, struct column_text *out)
{
	const struct snapshot_packet_row *r = row;

	snprintf(out->text, sizeof(out->text), "%" PRIu32, r->len);
}

/* C or S: who sent it; the end points may have no room. */
static void text_side(const void *row, struct column_text *out)
{
	const struct snapshot_packet_row *r = row;

	if (r->session == 0)
		return;
	snprintf(out->text, sizeof(out->text), "%s", r->side == SIDE_CLIENT ? "C" : "S");
	out->meaning = r->side == SIDE_CLIENT ? MEANING_CLIENT : MEANING_SERVER;
}

static void text_info(const void *row, struct column_text *out)
{
	const struct snapshot_packet_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->info);
	if (r->session != 0)
		out->meaning = r->side == SIDE_CLIENT ? MEANING_CLIENT : MEANING_SERVER;
}

static void text_remark(const void *row, struct column_text *out)
{
	const struct snapshot_packet_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->remark);
	out->meaning = r->meaning == MEANING_CLIENT || r->meaning == MEANING_SERVER ? MEANING_PLAIN : r->meaning;
	out->has_sign = true;
}

/* The one at SESSION_COLUMN is shown among all packets. name, smallest, ideal, grow, rank, right, hidden, digits, sort,
 * text */
static const struct column columns[] = {
	{"No.", 5, 6, 0, 0, true, false, 0, COLUMN_UNSORTED, text_number},
	{"Session", 7, 7, 0, 1, true, true, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_session},
	{"Time", 10, 12, 0, 1, true, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_time},
	{"", 1, 1, 0, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_side},
	{"Source", 16, 21, 1, 5, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_source},
	{"Destination", 16, 21, 1, 4, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_destination},
	{"Proto", 5, 5, 0, 7, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_protocol},
	{"Length", 6, 6, 0, 6, true, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_len},
	{"Info", 30, 36, 5, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_info},
	{"Remark", 16, 18, 1, 2, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_remark},
};

static const struct column_table table = {columns, sizeof(columns) / sizeof(columns[0])};

static bool is_here(const struct state *st, const struct snapshot *s)
{
	if (st->all_packets)
		return st->query.all_packets && s->query_serial >= st->packets_serial;
	return state_has_session(st, s);
}

static struct view_source source(const struct snapshot *s)
{
	return (struct view_source){s->packet_window, s->packet_rows, sizeof(*s->packet_rows)};
}

/* The cursor is a packet's number, not a row's. */
static void rows(const struct state *st, const struct snapshot *s, struct view_rows *out)
{
	uint64_t cursor = st->panes[VIEW_PACKETS].cursor;

	*out = (struct view_rows){s->packet_window.first, s->packet_window.total, s->packet_window.count, 0};
	if (!is_here(st, s))
		out->count = 0;
	for (uint32_t i = 0; i < out->count && s->packet_rows[i].number <= cursor; i++)
		out->cursor = i;
}

static void select(struct state *st, const struct snapshot *s, uint32_t index)
{
	const struct snapshot_packet_row *r = &s->packet_rows[index];

	if (r->session != 0 && r->session == st->session)
		state_follow_row(st, r->timeline_row, r->position, 0);
	st->panes[VIEW_PACKETS].cursor = r->number;
	st->panes[VIEW_PACKETS].at_end = s->packet_window.first + index + 1 >= s->packet_window.total;
}

static void window(struct query *q, uint64_t from)
{
	q->packets = (struct query_around){from, 0, QUERY_ROWS_MAX};
}

static uint64_t key(const struct snapshot *s, uint32_t index)
{
	return s->packet_rows[index].number;
}

static void enter(struct state *st, const struct snapshot *s)
{
	const struct snapshot_packet_row *r = list_row(st, s, VIEW_PACKETS);

	if (r != NULL)
		navigate_packet(st, r->number);
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	char number[FORMAT_SIZE];
	char all[FORMAT_SIZE];

	if (!is_here(st, s))
		return;
	format_count(number, s->packet_window.total);
	format_count(all, s->packet_window.total + s->packets_gone);
	if (st->all_packets && s->packets_gone > 0)
		buffer_printf(out, "%s left of %s of the capture ", number, all);
	else if (st->all_packets)
		buffer_printf(out, "all %s of the capture ", number);
	else
		buffer_printf(out, "%s of session %" PRIu64 " ", number, s->session);
}

/* Among all packets a row tells its session. */
static uint32_t hidden(const struct state *st, const struct snapshot *s)
{
	(void)s;
	return st->all_packets ? st->hidden[VIEW_PACKETS] & ~(1U << SESSION_COLUMN) : st->hidden[VIEW_PACKETS];
}

static uint64_t largest(const struct snapshot *s)
{
	return s->packets;
}

const struct view view_packets = {
	.name = "Packets",
	.can_follow = true,
	.source = source,
	.rows = rows,
	.window = window,
	.key = key,
	.select = select,
	.enter = enter,
	.find = QUERY_FIND_PACKETS,
	.title = title,
	.table = &table,
	.columns_setting = "packet_columns",
	.largest = largest,
	.hidden = hidden,
};
