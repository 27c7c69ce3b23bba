#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/format.h"
#include "ui/list.h"
#include "ui/pane.h"
#include "ui/unread.h"

/* Among the columns. */
enum {
	DATE_COLUMN = 2,
	USER_COLUMN = 7,
	MAILBOX_COLUMN = 8,
	FROM_COLUMN = 13,
	TO_COLUMN,
	SUBJECT_COLUMN,
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

static void text_date(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	format_date(out->text, r->start_ns);
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

static void text_from(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->from);
}

static void text_to(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->to);
}

static void text_subject(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->subject);
}

static void text_helo(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->helo);
}

static void text_tls(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->tls_version);
}

static void text_slowest(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	if (r->slowest_ns > 0)
		format_duration(out->text, r->slowest_ns);
}

static void text_resent(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%" PRIu64, r->resent);
	out->meaning = r->resent == 0 ? MEANING_MUTED : MEANING_WARNING;
}

static void text_program(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->program);
}

static void text_observer(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->observer);
}

static void text_client_name(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->client_name);
}

static void text_server_name(const void *row, struct column_text *out)
{
	const struct snapshot_session_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->server_name);
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
	{"Date", 10, 10, 0, 11, false, false, COLUMN_NO_DIGITS, QUERY_SORT_START, text_date},
	{"Start", 8, 8, 0, 4, false, false, COLUMN_NO_DIGITS, QUERY_SORT_START, text_start},
	{"Proto", 8, 8, 0, 6, false, false, COLUMN_NO_DIGITS, QUERY_SORT_PROTOCOL, text_protocol},
	{"Client", 16, 21, 1, 1, false, false, COLUMN_NO_DIGITS, QUERY_SORT_CLIENT, text_client},
	{"Server", 14, 21, 1, 1, false, false, COLUMN_NO_DIGITS, QUERY_SORT_SERVER, text_server},
	{"User", 12, 16, 1, 7, false, false, COLUMN_NO_DIGITS, QUERY_SORT_USER, text_user},
	{"Mailbox", 8, 12, 1, 10, false, false, COLUMN_NO_DIGITS, QUERY_SORT_MAILBOX, text_mailbox},
	{"Mails", 5, 6, 0, 5, true, false, COLUMN_NO_DIGITS, QUERY_SORT_MAILS, text_mails},
	{"Size", 5, 6, 0, 8, true, false, COLUMN_NO_DIGITS, QUERY_SORT_SIZE, text_size},
	{"Duration", 9, 10, 0, 9, true, false, COLUMN_NO_DIGITS, QUERY_SORT_DURATION, text_duration},
	{"Result", 14, 14, 6, 0, false, false, COLUMN_NO_DIGITS, QUERY_SORT_RESULT, text_result},
	{"From", 12, 20, 2, 3, false, true, COLUMN_NO_DIGITS, QUERY_SORT_FROM, text_from},
	{"To", 12, 20, 2, 3, false, true, COLUMN_NO_DIGITS, QUERY_SORT_TO, text_to},
	{"Subject", 16, 24, 3, 3, false, true, COLUMN_NO_DIGITS, QUERY_SORT_SUBJECT, text_subject},
	{"HELO", 10, 18, 1, 3, false, true, COLUMN_NO_DIGITS, QUERY_SORT_HELO, text_helo},
	{"TLS", 7, 7, 0, 3, false, true, COLUMN_NO_DIGITS, QUERY_SORT_TLS, text_tls},
	{"Slowest", 9, 9, 0, 3, true, true, COLUMN_NO_DIGITS, QUERY_SORT_SLOWEST, text_slowest},
	{"Resent", 6, 6, 0, 3, true, true, COLUMN_NO_DIGITS, QUERY_SORT_RESENT, text_resent},
	{"Program", 8, 12, 0, 3, false, true, COLUMN_NO_DIGITS, QUERY_SORT_PROGRAM, text_program},
	{"Observer", 8, 12, 0, 3, false, true, COLUMN_NO_DIGITS, QUERY_SORT_OBSERVER, text_observer},
	{"Client name", 12, 20, 1, 3, false, true, COLUMN_NO_DIGITS, QUERY_SORT_CLIENT_NAME, text_client_name},
	{"Server name", 12, 20, 1, 3, false, true, COLUMN_NO_DIGITS, QUERY_SORT_SERVER_NAME, text_server_name},
};

static const struct column_table table = {columns, sizeof(columns) / sizeof(columns[0])};

static bool spans_days(const struct snapshot *s)
{
	char first[FORMAT_SIZE];
	char last[FORMAT_SIZE];

	format_date(first, s->about.first_ns);
	format_date(last, s->about.last_ns);
	return strcmp(first, last) != 0;
}

/* Columns that would say nothing: where nobody has a name, no mailbox is opened, all is of one day. */
static uint32_t hidden(const struct state *st, const struct snapshot *s)
{
	uint32_t hidden = st->hidden[VIEW_SESSIONS];

	if (!s->has_mailboxes)
		hidden |= 1U << MAILBOX_COLUMN;
	if (!s->has_users)
		hidden |= 1U << USER_COLUMN;
	if (!spans_days(s))
		hidden |= 1U << DATE_COLUMN;
	return hidden;
}

bool view_sessions_has_mails(const struct state *st)
{
	uint32_t of_mails = 1U << FROM_COLUMN | 1U << TO_COLUMN | 1U << SUBJECT_COLUMN;

	return (st->hidden[VIEW_SESSIONS] & of_mails) != of_mails;
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
		return s->query_serial < st->session_serial || st->query.session != st->session ||
		       (s->session == st->session && s->session_awaits);
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

/* "1,234 packets from eth0 that pass tcp port 25, the last one 3.2 s ago." */
static void put_packets(const struct state *st, const struct snapshot *s, struct grid *g, struct rect *rect)
{
	const char *filter = st->options->capture_filter;
	char number[FORMAT_SIZE];
	char time[FORMAT_SIZE];
	char age[FORMAT_SIZE + 8] = "";
	char text[400];

	format_count(number, s->packets);
	format_time(time, s->last_packet_ns);
	if (s->capture == SNAPSHOT_LIVE && st->now_ns > s->last_packet_ns) {
		format_duration(age, st->now_ns - s->last_packet_ns);
		snprintf(age + strlen(age), sizeof(age) - strlen(age), " ago");
	}
	snprintf(text, sizeof(text), "%s packet%s from %s%s%s%s%s.", number, s->packets == 1 ? "" : "s", s->source,
		 filter != NULL ? " that pass " : "", filter != NULL ? filter : "",
		 s->last_packet_ns == 0 ? ", none so far"
		 : age[0] != '\0'	? ", the last "
					: ", the last at ",
		 s->last_packet_ns == 0 ? ""
		 : age[0] != '\0'	? age
					: time);
	put_line(g, rect, text, MEANING_PLAIN);
}

/* What to try, by what is missing. */
static const char *advice(const struct state *st, const struct snapshot *s)
{
	bool is_live = s->capture == SNAPSHOT_LIVE;

	if (st->options->capture_filter != NULL)
		return "Is the capture filter too narrow? Without one the ports of mail are looked at.";
	if (is_live && s->packets == 0)
		return "Send a mail, take another interface (mailtap -D), or other ports (F8).";
	if (is_live)
		return "No mail in them yet: a session shows as soon as it begins, or speaks.";
	return "F8 changes the ports; a session on another one is known by its content.";
}

/* Why there is nothing to see, and what to do about it. */
static void draw_empty(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	char text[400];
	char number[FORMAT_SIZE];

	if (!state_has_list(st, s))
		return;
	if (s->sessions > 0) {
		format_count(number, s->sessions);
		if (s->sessions == 1)
			snprintf(text, sizeof(text), "The one session does not pass the filter: %s", s->filter);
		else
			snprintf(text, sizeof(text), "None of %s sessions passes the filter: %s", number, s->filter);
		put_line(g, &rect, text, MEANING_PLAIN);
		put_line(g, &rect, "F7 changes the filter; emptied, it shows all.", MEANING_MUTED);
		unread_draw(s, g, rect);
		return;
	}
	snprintf(text, sizeof(text), "No session%s on ports %s.", s->capture == SNAPSHOT_LOADED ? "" : " yet",
		 s->ports);
	put_line(g, &rect, text, MEANING_PLAIN);
	put_packets(st, s, g, &rect);
	put_line(g, &rect, advice(st, s), MEANING_MUTED);
}

const struct view view_sessions = {
	.name = "Sessions",
	.can_follow = true,
	.source = source,
	.is_here = state_has_list,
	.window = list_window,
	.item = item,
	.query = QUERY_LIST_SESSIONS,
	.keep = keep,
	.enter = enter,
	.find = QUERY_FIND_LIST,
	.title = title,
	.table = &table,
	.columns_setting = "session_columns",
	.hidden = hidden,
	.draw_empty = draw_empty,
};
