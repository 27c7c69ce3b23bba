#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

#include "ui/format.h"
#include "ui/pane.h"
#include "ui/unread.h"

enum {
	MAILBOX_COLUMN = 7,
};

static void text_mark(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->marked ? "*" : "");
	out->meaning = MEANING_WARNING;
}

static void text_number(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%" PRIu64, r->number);
}

static void text_start(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	format_time(out->text, r->start_ns);
}

static void text_protocol(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;
	const char *name = r->protocol == PROTOCOL_UNKNOWN ? "?" : protocol_name(r->protocol);

	for (size_t i = 0; name[i] != '\0'; i++)
		out->text[i] = (char)toupper((unsigned char)name[i]);
	snprintf(out->text + strlen(name), sizeof(out->text) - strlen(name), "%s%s", r->by_content ? "*" : "",
		 r->tls ? " TLS" : "");
}

static void text_client(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->client);
	out->has_port = true;
}

static void text_server(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->server);
	out->has_port = true;
}

static void text_user(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->user);
}

static void text_mailbox(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->mailbox);
}

static void text_mails(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%" PRIu32, r->mails);
	out->meaning = r->mails == 0 ? MEANING_MUTED : MEANING_PLAIN;
}

static void text_size(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	format_bytes_short(out->text, r->bytes);
}

static void text_duration(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	format_duration(out->text, r->duration_ns);
}

static void text_result(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->result);
	out->meaning = r->meaning;
	out->has_sign = true;
}

/* name, smallest, ideal, grow, rank, right, hidden, digits, sort, text */
static const struct column columns[] = {
	{"", 1, 1, 0, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_mark},
	{"#", 3, 4, 0, 0, true, false, 0, QUERY_SORT_NUMBER, text_number},
	{"Start", 8, 8, 0, 4, false, false, COLUMN_NO_DIGITS, QUERY_SORT_START, text_start},
	{"Proto", 8, 8, 0, 6, false, false, COLUMN_NO_DIGITS, QUERY_SORT_PROTOCOL, text_protocol},
	{"Client", 12, 21, 3, 1, false, false, COLUMN_NO_DIGITS, QUERY_SORT_CLIENT, text_client},
	{"Server", 12, 21, 3, 1, false, false, COLUMN_NO_DIGITS, QUERY_SORT_SERVER, text_server},
	{"User", 12, 16, 2, 7, false, false, COLUMN_NO_DIGITS, QUERY_SORT_USER, text_user},
	{"Mailbox", 8, 12, 1, 10, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_mailbox},
	{"Mails", 5, 6, 0, 5, true, false, COLUMN_NO_DIGITS, QUERY_SORT_MAILS, text_mails},
	{"Size", 5, 6, 0, 8, true, false, COLUMN_NO_DIGITS, QUERY_SORT_SIZE, text_size},
	{"Duration", 9, 10, 0, 9, true, false, COLUMN_NO_DIGITS, QUERY_SORT_DURATION, text_duration},
	{"Result", 14, 14, 4, 0, false, false, COLUMN_NO_DIGITS, QUERY_SORT_RESULT, text_result},
};

static const struct column_table table = {columns, sizeof(columns) / sizeof(columns[0])};

/* Where no mailbox has a name the column says nothing. */
static uint32_t hidden(const struct state *st, const struct snapshot *s)
{
	return s->has_mailboxes ? st->hidden[VIEW_SESSIONS] : st->hidden[VIEW_SESSIONS] | 1U << MAILBOX_COLUMN;
}

static struct view_source source(const struct snapshot *s)
{
	return (struct view_source){s->list, s->session_rows, sizeof(*s->session_rows)};
}

static struct view_item item(const void *row)
{
	const struct snapshot_session_row *r = row;

	return (struct view_item){.session = r->number, .marked = r->marked};
}

/* The snapshot tells its row even where that is not at hand. */
static bool keep(struct state *st, const struct snapshot *s)
{
	if (s->session != st->session || s->session_row == UINT64_MAX)
		return s->query_serial < st->session_serial || st->query.session != st->session;
	st->panes[VIEW_SESSIONS].cursor = s->session_row;
	return true;
}

static void enter(struct state *st, const struct snapshot *s)
{
	struct layout layout;

	state_layout(st, &layout);
	if (st->session == 0)
		return;
	pane_focus(st, s, VIEW_TIMELINE);
	st->zoom = layout.kind == LAYOUT_SMALL || st->zoom;
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	char number[FORMAT_SIZE];

	(void)st;
	if (s->filter[0] != '\0') {
		format_count(number, s->sessions);
		buffer_printf(out, "(all: %s) ", number);
	}
	format_count(number, s->sessions_failed);
	if (s->sessions_failed > 0)
		buffer_printf(out, "- %s failed ", number);
	format_count(number, s->marked_sessions);
	if (s->marked_sessions > 0)
		buffer_printf(out, "- %s marked ", number);
}

static void put_line(struct grid *g, struct rect *rect, const char *text, enum snapshot_meaning meaning)
{
	if (rect->rows < 1)
		return;
	grid_put(g, rect->column + 2, rect->row, rect->columns - 3, text, style_of(meaning));
	rect->row++;
	rect->rows--;
}

/* Why there is nothing to see, and what to do about it. */
static void draw_empty(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	char text[400];
	char number[FORMAT_SIZE];
	char time[FORMAT_SIZE] = "";

	if (!state_has_list(st, s))
		return;
	if (s->sessions > 0) {
		format_count(number, s->sessions);
		snprintf(text, sizeof(text), "None of %s sessions passes the filter: %s", number, s->filter);
		put_line(g, &rect, text, MEANING_PLAIN);
		put_line(g, &rect, "F7 changes the filter; emptied, it shows all.", MEANING_MUTED);
		unread_draw(s, g, rect);
		return;
	}
	snprintf(text, sizeof(text), "No session yet on ports %s.", s->ports);
	put_line(g, &rect, text, MEANING_PLAIN);
	format_count(number, s->packets);
	if (s->last_packet_ns != 0)
		format_time(time, s->last_packet_ns);
	snprintf(text, sizeof(text), "%s packet%s from %s%s%s.", number, s->packets == 1 ? "" : "s", s->source,
		 time[0] ? ", the last at " : ", none so far", time);
	put_line(g, &rect, text, MEANING_PLAIN);
	put_line(g, &rect, "F8 changes the ports; a session on another one is known by its content.", MEANING_MUTED);
}

const struct view view_sessions = {
	.name = "Sessions",
	.can_follow = true,
	.source = source,
	.is_here = state_has_list,
	.item = item,
	.query = QUERY_LIST_SESSIONS,
	.keep = keep,
	.enter = enter,
	.find = QUERY_FIND_LIST,
	.title = title,
	.table = &table,
	.hidden = hidden,
	.draw_empty = draw_empty,
};
