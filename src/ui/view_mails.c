#include <inttypes.h>
#include <stdio.h>

#include "ui/format.h"
#include "ui/list.h"
#include "ui/navigate.h"
#include "ui/unread.h"

enum {
	MAILBOX_COLUMN = 6,
};

static void text_mark(const void *row, struct column_text *out)
{
	const struct snapshot_mail_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->marked ? "*" : "");
	out->meaning = MEANING_WARNING;
}

/* "8.1": the first mail of session 8. */
static void text_number(const void *row, struct column_text *out)
{
	const struct snapshot_mail_row *r = row;

	snprintf(out->text, sizeof(out->text), "%" PRIu64 ".%" PRIu32, r->session, r->mail);
}

static void text_time(const void *row, struct column_text *out)
{
	const struct snapshot_mail_row *r = row;

	format_time(out->text, r->time_ns);
}

static void text_from(const void *row, struct column_text *out)
{
	const struct snapshot_mail_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->from);
}

static void text_to(const void *row, struct column_text *out)
{
	const struct snapshot_mail_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->to);
}

static void text_subject(const void *row, struct column_text *out)
{
	const struct snapshot_mail_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->subject);
}

/* "INBOX 5": of IMAP, the mailbox and the UID. */
static void text_place(const void *row, struct column_text *out)
{
	const struct snapshot_mail_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->mailbox);
	if (r->uid != 0)
		snprintf(out->text, sizeof(out->text), "%s%s%" PRIu32, r->mailbox, r->mailbox[0] ? " " : "", r->uid);
}

static void text_size(const void *row, struct column_text *out)
{
	const struct snapshot_mail_row *r = row;

	format_bytes_short(out->text, r->size);
}

static void text_state(const void *row, struct column_text *out)
{
	const struct snapshot_mail_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s",
		 r->saved      ? "saved"
		 : r->differs  ? "copies"
		 : r->complete ? ""
		 : r->size > 0 ? "partial"
			       : "no data");
	out->meaning = !r->differs && (r->complete || r->saved) ? MEANING_MUTED : MEANING_WARNING;
}

static void text_outcome(const void *row, struct column_text *out)
{
	const struct snapshot_mail_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", r->outcome);
	out->meaning = r->meaning;
	out->has_sign = true;
}

/* name, smallest, ideal, grow, rank, right, hidden, digits, sort, text */
static const struct column columns[] = {
	{"", 1, 1, 0, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, text_mark},
	{"#", 5, 8, 0, 0, true, false, 2, QUERY_SORT_NUMBER, text_number},
	{"Time", 8, 8, 0, 4, false, false, COLUMN_NO_DIGITS, QUERY_SORT_START, text_time},
	{"From", 12, 20, 2, 1, false, false, COLUMN_NO_DIGITS, QUERY_SORT_FROM, text_from},
	{"To", 10, 20, 2, 6, false, false, COLUMN_NO_DIGITS, QUERY_SORT_TO, text_to},
	{"Subject", 20, 24, 4, 0, false, false, COLUMN_NO_DIGITS, QUERY_SORT_SUBJECT, text_subject},
	{"Mailbox", 8, 14, 1, 8, false, false, COLUMN_NO_DIGITS, QUERY_SORT_MAILBOX, text_place},
	{"Size", 5, 5, 0, 5, true, false, COLUMN_NO_DIGITS, QUERY_SORT_SIZE, text_size},
	{"State", 7, 7, 0, 7, false, false, COLUMN_NO_DIGITS, QUERY_SORT_STATE, text_state},
	{"Outcome", 12, 14, 0, 2, false, false, COLUMN_NO_DIGITS, QUERY_SORT_RESULT, text_outcome},
};

static const struct column_table table = {columns, sizeof(columns) / sizeof(columns[0])};

/* Where no mailbox has a name the column says nothing. */
static uint32_t hidden(const struct state *st, const struct snapshot *s)
{
	return s->has_mailboxes ? st->hidden[VIEW_MAILS] : st->hidden[VIEW_MAILS] | 1U << MAILBOX_COLUMN;
}

static struct view_source source(const struct snapshot *s)
{
	return (struct view_source){s->list, s->mail_rows, sizeof(*s->mail_rows)};
}

static struct view_item item(const void *row)
{
	const struct snapshot_mail_row *r = row;

	return (struct view_item){r->session, r->mail, r->marked};
}

static bool copy(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	const struct snapshot_mail_row *r = list_row(st, s, VIEW_MAILS);

	if (r == NULL)
		return true;
	buffer_printf(out, "From: %s\nTo: %s\nSubject: %s\n", r->from, r->to, r->subject);
	if (r->message_id[0] != '\0')
		buffer_printf(out, "Message-ID: <%s>\n", r->message_id);
	buffer_printf(out, "Outcome: %s\n", r->outcome);
	return true;
}

static void enter(struct state *st, const struct snapshot *s)
{
	(void)s;
	if (st->session != 0 && st->selected != 0)
		navigate_mail(st, st->selected);
}

static void title(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	char number[FORMAT_SIZE];

	(void)st;
	format_count(number, s->marked_mails);
	if (s->marked_mails > 0)
		buffer_printf(out, "- %s marked ", number);
}

static void draw_empty(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect)
{
	if (!state_has_list(st, s))
		return;
	grid_put(g, rect.column + 2, rect.row, rect.columns - 3,
		 s->filter[0] ? "No mail in the sessions that pass the filter. m shows the sessions."
			      : "No mail yet. m shows the sessions.",
		 STYLE_PLAIN);
	rect.row++;
	rect.rows--;
	unread_draw(s, g, rect);
}

const struct view view_mails = {
	.name = "Mails",
	.can_follow = true,
	.source = source,
	.is_here = state_has_list,
	.copy = copy,
	.window = list_window,
	.item = item,
	.query = QUERY_LIST_MAILS,
	.has_mails = true,
	.first_item = 1,
	.enter = enter,
	.find = QUERY_FIND_LIST,
	.title = title,
	.table = &table,
	.columns_setting = "mail_columns",
	.hidden = hidden,
	.draw_empty = draw_empty,
};
