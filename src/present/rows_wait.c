#include "present/rows_wait.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/rowtext.h"

enum {
	ROWS_BEFORE_MAX = 64, /* looked at for whose turn it was */
};

static void append(struct snapshot_timeline_row *row, const char *text)
{
	rowtext_append(row->text, sizeof(row->text), slice_from_text(text));
}

/* "12.3 s", "5 min 20 s". */
static void append_duration(struct snapshot_timeline_row *row, int64_t ns)
{
	int64_t s = ns / CLOCK_NS_PER_S;
	char text[48];

	if (s < 120)
		snprintf(text, sizeof(text), "%.1f s", (double)ns / (double)CLOCK_NS_PER_S);
	else if (s < 7200)
		snprintf(text, sizeof(text), "%" PRId64 " min %" PRId64 " s", s / 60, s % 60);
	else
		snprintf(text, sizeof(text), "%" PRId64 " h %" PRId64 " min", s / 3600, s / 60 % 60);
	append(row, text);
}

/* ---- whose turn it was ---- */

/* Whether the server's answer to it was still to come; of one with several replies, whether the last was. */
static bool is_owed(const struct command *c, int64_t at_ns)
{
	return c->last_reply == NULL || c->last_reply->time_ns > at_ns;
}

/* The oldest command before the silence that had no answer then; NULL: none of the latest. */
static const struct command *owed_command(const struct session_detail *f, const struct session *s, size_t item,
					  int64_t begin_ns)
{
	const struct command *owed = NULL;

	for (size_t i = item; i > 0 && item - i < ROWS_BEFORE_MAX; i--) {
		const struct detail_item *before = &f->items[i - 1];
		const struct command *c = before->kind == FOCUS_COMMAND ? session_command(s, before->index) : NULL;

		if (c != NULL && c->kind != KIND_UNSOLICITED && is_owed(c, begin_ns))
			owed = c;
	}
	return owed;
}

/* The latest row before it in which somebody spoke; NULL: none of the latest. */
static const struct detail_item *spoken_before(const struct session_detail *f, size_t item)
{
	for (size_t i = item; i > 0 && item - i < ROWS_BEFORE_MAX; i--) {
		const struct detail_item *before = &f->items[i - 1];

		if (before->kind == FOCUS_TLS || before->kind == FOCUS_TLS_STEP)
			return NULL; /* what was said then is not known */
		if (before->kind == FOCUS_COMMAND || before->kind == FOCUS_REPLY || before->kind == FOCUS_AUTH_LINE ||
		    before->kind == FOCUS_UNTAGGED || before->kind == FOCUS_DONE || before->kind == FOCUS_MAIL)
			return before;
	}
	return NULL;
}

/* Whether a row begins with that packet: else the server was in the midst of something. */
static bool begins_row(const struct session_detail *f, size_t item, uint64_t packet)
{
	for (size_t i = item + 1; i < f->item_count && i - item <= ROWS_BEFORE_MAX; i++)
		if (f->items[i].packet == packet && f->items[i].kind != FOCUS_GAP && f->items[i].kind != FOCUS_MAIL)
			return true;
	return false;
}

/* After it either side may close. */
static bool is_goodbye(const struct detail_item *before, const struct command *c)
{
	if (before->kind != FOCUS_REPLY)
		return false;
	return (c != NULL && c->kind == KIND_QUIT) || slice_equals_nocase(reply_code(before->reply), "421") ||
	       slice_equals_nocase(reply_code(before->reply), "BYE");
}

static void append_owed(struct snapshot_timeline_row *row, const struct command *c)
{
	if (c->kind == KIND_IDLE) {
		append(row, ": the client listens (IDLE)");
		return;
	}
	append(row, ": the server was to answer ");
	rowtext_append(row->text, sizeof(row->text),
		       c->kind == KIND_MESSAGE ? slice_from_text("the mail") : command_verb(c));
}

static void append_turn(const struct session_detail *f, const struct session *s, size_t item,
			const struct silence *silence, struct snapshot_timeline_row *row)
{
	const struct detail_item *before = spoken_before(f, item);
	const struct command *owed = owed_command(f, s, item, silence->begin_ns);
	const struct command *c = before != NULL ? session_command(s, before->index) : NULL;
	bool is_server_inside =
		silence->side == SIDE_SERVER && !silence->is_close && !begins_row(f, item, silence->after);

	if (before == NULL || is_server_inside || is_goodbye(before, c))
		return;
	if (before->kind == FOCUS_AUTH_LINE ||
	    (before->kind == FOCUS_MAIL && !session_mail(s, before->index)->data_ended))
		append(row, (before->side == SIDE_CLIENT) == (before->kind == FOCUS_AUTH_LINE) ? ": the server's turn"
											       : ": the client's turn");
	else if (before->kind == FOCUS_REPLY && c != NULL && c->kind == KIND_DATA && before->reply->code[0] == '3')
		append(row, ": the client was to send the mail");
	else if (before->kind == FOCUS_REPLY && before->reply->code[0] == (before->reply->code_len == 1 ? '+' : '3'))
		append(row, c != NULL && c->kind == KIND_IDLE ? ": the client listens (IDLE)" : ": the client's turn");
	else if (owed != NULL && owed->kind == KIND_AUTH)
		return; /* lines go to and fro, and those of one that is not over are not kept */
	else if (owed != NULL)
		append_owed(row, owed);
	else
		append(row, ": the client's turn");
}

static void append_end(struct snapshot_timeline_row *row, const struct silence *silence)
{
	const char *name = silence->side == SIDE_CLIENT ? "client" : "server";
	char text[64] = "";

	if (silence->is_repeat)
		snprintf(text, sizeof(text), "; then the %s said the same again", name);
	append(row, text);
}

/* There was one when the row was made. */
static void put_greeting(const struct session *s, struct snapshot_timeline_row *row)
{
	const struct reply *greeting = s->command_count > 0 ? s->commands[0].replies : NULL;

	if (greeting != NULL)
		append_duration(row, greeting->time_ns - s->start_ns);
	append(row, " of waiting for the greeting");
}

void rows_wait(const struct session_detail *f, const struct session *s, size_t item, struct snapshot_timeline_row *row)
{
	const struct detail_item *i = &f->items[item];
	const struct silence *silence;

	row->text[0] = '\0';
	row->meaning = MEANING_NOTICE;
	if (i->index == SILENCE_BEFORE_GREETING) {
		put_greeting(s, row);
		return;
	}
	silence = &f->silences.items[i->index];
	append_duration(row, silence->end_ns - silence->begin_ns);
	append(row, " of silence");
	if (silence->is_closed[SIDE_CLIENT] != silence->is_closed[SIDE_SERVER])
		append(row, silence->is_closed[SIDE_CLIENT] ? ": the client's window was closed"
							    : ": the server's window was closed");
	else
		append_turn(f, s, item, silence, row);
	append_end(row, silence);
}

/* ---- mails ---- */

void rows_wait_mail(const struct connection *v, const struct mail *m, struct snapshot_timeline_row *row)
{
	const struct session *s = v->session;
	bool is_coming;
	uint64_t size;

	if (m == NULL)
		return;
	is_coming = !m->data_ended && m == s->receiving[m->side] && s->state == SESSION_OPEN && !s->over;
	size = connection_mail_size(v, m);
	row->arrow = m->side == SIDE_CLIENT ? ARROW_TO_SERVER : ARROW_TO_CLIENT;
	row->mail = m->number;
	rowtext_printf(row->text, sizeof(row->text), "(message) %" PRIu64 " byte%s%s", size, size == 1 ? "" : "s",
		       m->data_ended ? ""
		       : is_coming   ? " so far"
				     : ", unfinished");
	row->meaning = !m->data_ended && !is_coming ? MEANING_ERROR
		       : m->side == SIDE_CLIENT	    ? MEANING_CLIENT
						    : MEANING_SERVER;
	rowtext_printf(row->detail, sizeof(row->detail), "The data of mail %u%s.", m->number,
		       m->data_ended ? ""
		       : is_coming   ? ", which is on its way"
				     : ": their end was not sent");
}
