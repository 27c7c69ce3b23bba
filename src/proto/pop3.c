#include "proto/pop3.h"

#include <assert.h>

#include "proto/auth.h"
#include "proto/pending.h"
#include "proto/recognise.h"
#include "proto/transfer.h"

/* RFC 1082: XTND XLST answers a line for each mail; XTND ARCHIVE and others but one. With XTND XMIT the client sends a
 * mail, as old servers have it. */
static bool is_extension(const struct verb_line *command, const char *name)
{
	struct slice rest;

	return command->verb == VERB_XTND && slice_equals_nocase(verb_word(command->arguments, &rest), name);
}

/* Which +OK is followed by more than its line. */
static uint8_t flags_of(const struct verb_line *command)
{
	if (command->name.len == 0)
		return PENDING_EMPTY;
	if (command->row == NULL)
		return 0;
	switch ((enum command_shape)command->row->shape) {
	case SHAPE_MAIL:
		return PENDING_MAIL;
	case SHAPE_LINES:
		return PENDING_LINES;
	case SHAPE_LIST:
		return command->arguments.len == 0 ? PENDING_LINES : 0;
	case SHAPE_LINE:
		break;
	}
	return is_extension(command, "XLST") ? PENDING_LINES : 0;
}

/* A password may begin or end in blanks: they are part of it (RFC 1939 section 7). */
static void keep_blanks(struct verb_line *command, const struct line *line)
{
	const uint8_t *end = line->text.data + line->text.len;

	if (command->verb == VERB_PASS && command->arguments.len > 0)
		command->arguments.len = (size_t)(end - command->arguments.data);
}

static void client_line(struct talk *t, const struct line *line)
{
	struct verb_line command;
	uint32_t index;

	verb_read(PROTOCOL_POP3, line->text, &command);
	keep_blanks(&command, line);
	index = talk_client_command(t, line, &command, auth_holds_secret(&command));
	if (command.row != NULL && command.row->secrecy != SECRECY_NONE)
		auth_come_near(t->d, index);
	talk_expect(t, index, command.verb, flags_of(&command));
	if (command.verb == VERB_AUTH && command.arguments.len > 0)
		auth_begin(t, index, command.arguments, line);
	else if (command.verb == VERB_STLS)
		talk_wait(t, TALK_WAIT_TLS, TALK_PEEK_TLS);
	else if (is_extension(&command, "XMIT"))
		transfer_await_data(t, index);
}

static bool is_reply(struct slice text)
{
	struct reply reply;

	return reply_read_pop3(text, &reply) && reply.code.len > 1;
}

static bool may_become_reply(struct slice text)
{
	size_t cr = slice_find(text, '\r');

	if (cr < text.len)
		return cr + 1 == text.len && is_reply(slice_sub(text, 0, cr));
	if (text.len == 0 || is_reply(text))
		return true;
	return text.len < 4 && (memcmp("+OK", text.data, text.len) == 0 || memcmp("-ERR", text.data, text.len) == 0);
}

static bool may_answer(enum verb verb, const struct reply *reply)
{
	return reply->code.len > 1 || verb == VERB_AUTH;
}

static void end_mail(struct talk *t, bool in_hole)
{
	if (in_hole)
		transfer_cut(t, SIDE_SERVER, true);
	else
		pending_trust(t->d);
	t->d->server_state = TALK_REPLY;
}

static void bad_line(struct talk *t, const struct line *line)
{
	struct dialogue *d = t->d;
	uint32_t index = d->pending_count > 0 ? d->first_pending : DIALOGUE_NO_COMMAND;

	if (!d->lost[SIDE_SERVER] && !line->truncated)
		talk_note(t, SIDE_SERVER, index, line, DIALOGUE_NOTE_BAD_REPLY);
	else
		talk_skip_answer(t, line);
}

/* Whether commands behind the one that was answered may be lost. */
static bool is_hole_next(struct dialogue *d)
{
	const struct dialogue_pending *next = pending_head(d);

	return next != NULL ? (next->flags & PENDING_BEHIND_HOLE) != 0 : d->hole_before;
}

/* What +OK means for a command, beyond its line. */
static void accept_command(struct talk *t, const struct dialogue_pending *pending, const struct line *line)
{
	struct dialogue *d = t->d;

	assert(d->server_state == TALK_REPLY || d->server_state == TALK_GUESS_MAIL);
	if (pending->flags & PENDING_LINES) {
		d->server_state = TALK_LINES;
	} else if ((pending->flags & PENDING_DOUBTFUL) && (pending->flags & PENDING_MAIL) && is_hole_next(d)) {
		/* both sides have lost something: it may answer what was asked later, without a mail */
		d->server_state = TALK_GUESS_MAIL;
	} else if (pending->flags & PENDING_MAIL) {
		d->server_state = TALK_MAIL;
		transfer_begin(t, SIDE_SERVER, d->reply_index, line->end, line->bare_lf ? DOTSTUFF_LF : DOTSTUFF_CRLF);
	}
}

static void answer_command(struct talk *t, const struct dialogue_pending *pending, bool accepted,
			   const struct line *line)
{
	struct dialogue *d = t->d;

	auth_go_on(d, (enum verb)pending->verb, d->reply_index, accepted);
	if (pending->verb == VERB_AUTH && !(pending->flags & PENDING_LINES))
		auth_answer(t);
	if (pending->verb == VERB_STLS && (d->client_state == TALK_WAIT_TLS || d->client_state == TALK_PEEK_TLS)) {
		d->tls_accepted = accepted;
		d->client_state = accepted ? TALK_PEEK_TLS : TALK_COMMAND;
	}
	if (pending->verb == VERB_XTND && transfer_is_awaited(d)) {
		if (accepted)
			transfer_begin_data(t, false);
		else
			d->client_state = TALK_COMMAND;
	}
	if (accepted)
		accept_command(t, pending, line);
}

/* The command was not captured: if a mail follows it was RETR, or TOP. */
static void answer_nothing(struct talk *t, const struct line *line, const struct reply *reply)
{
	struct dialogue *d = t->d;

	d->reply_index = talk_unsolicited(t, line);
	talk_reply(t, d->reply_index, line, reply, true);
	d->server_state = reply->code.data[0] == '+' && !d->mail_open ? TALK_GUESS_MAIL : TALK_REPLY;
}

/* RFC 5322 section 2.2: a name of printable characters, a colon. */
static bool is_header_field(struct slice text)
{
	size_t colon = slice_find(text, ':');

	for (size_t i = 0; i < colon; i++)
		if (text.data[i] < 0x21 || text.data[i] > 0x7e)
			return false;
	return colon > 0 && colon < text.len;
}

static bool guess_mail(struct talk *t, struct slice in)
{
	struct dialogue *d = t->d;
	struct line line;

	if (!line_split(in, d->offset[SIDE_SERVER], &line))
		return false;
	if (is_header_field(line.text)) {
		d->server_state = TALK_MAIL;
		transfer_begin(t, SIDE_SERVER, d->reply_index, line.begin, line.bare_lf ? DOTSTUFF_LF : DOTSTUFF_CRLF);
		return true;
	}
	/* the lines of another answer would be taken for bad replies */
	d->server_state = TALK_REPLY;
	d->lost[SIDE_SERVER] = d->lost[SIDE_SERVER] || !is_reply(line.text);
	return true;
}

static void note_early_talk(struct talk *t, const struct line *line, const struct dialogue_pending *head)
{
	if (head->verb == VERB_GREETING && !(head->flags & PENDING_DOUBTFUL) && t->d->pending_count > 1)
		talk_note(t, SIDE_SERVER, t->d->first_pending + 1, line, DIALOGUE_NOTE_EARLY_TALK);
}

static void read_reply(struct talk *t, const struct line *line, struct reply *reply)
{
	struct dialogue *d = t->d;
	struct dialogue_pending *head;
	struct dialogue_pending answered;

	talk_found(t, SIDE_SERVER, line->begin);
	talk_found(t, SIDE_CLIENT, d->offset[SIDE_CLIENT]);
	talk_greet(t, line);
	head = pending_match(d, reply, may_answer);
	if (head == NULL) {
		answer_nothing(t, line, reply);
		return;
	}
	answered = *head;
	note_early_talk(t, line, head);
	d->reply_index = d->first_pending;
	pending_pop(d);
	reply->has_lines = (answered.flags & PENDING_LINES) && reply->code.data[0] == '+';
	talk_reply(t, d->reply_index, line, reply, true);
	answer_command(t, &answered, reply->code.data[0] == '+', line);
}

/* There was no greeting: what the server says answers the command after it. */
static bool skip_greeting(struct dialogue *d)
{
	assert(d->pending_count > 0);
	d->has_spoken = true;
	pending_pop(d);
	return false;
}

/* The client's first command, after the greeting. */
static bool expects_lines(const struct dialogue *d)
{
	return (pending_second(d)->flags & (PENDING_LINES | PENDING_MAIL)) != 0;
}

static bool keep_greeting(struct dialogue *d)
{
	d->has_spoken = true;
	return false;
}

/*
 * A client that did not wait for the greeting gets two replies before it goes on: the greeting and its own. One that
 * goes on after the first had no greeting to wait for. The lines of a listing, or a challenge, greet nobody.
 */
static bool holds_greeting(struct talk *t, struct slice in)
{
	struct dialogue *d = t->d;
	const struct dialogue_pending *head = pending_head(d);
	struct slice rest;
	struct line line;

	if (head == NULL || head->verb != VERB_GREETING || (head->flags & PENDING_DOUBTFUL) || d->pending_count < 2)
		return keep_greeting(d);
	if (!line_split(in, 0, &line))
		return false;
	if (!is_reply(line.text))
		return line.text.len > 0 && line.text.data[0] == '+' ? skip_greeting(d) : keep_greeting(d);
	rest = slice_after(in, (size_t)line.end);
	if (rest.len > 0 && line_split(rest, 0, &line))
		return is_reply(line.text) ? keep_greeting(d) : skip_greeting(d);
	if (rest.len > 0 && !may_become_reply(rest))
		return skip_greeting(d);
	if (d->held_count > 0 && (d->pending_count > d->held_count || d->client_stalled))
		return skip_greeting(d);
	if (d->ended[SIDE_SERVER] || (d->pending_count > 2 && !expects_lines(d)))
		return keep_greeting(d);
	if (d->pending_count == 2)
		d->held_count = d->pending_count;
	return true;
}

/* The server wants the next step of the login. What it was asked before may have had its answer in a hole. */
static bool is_challenged(struct dialogue *d)
{
	const struct dialogue_pending *head;

	if (!d->auth_open)
		return false;
	while ((head = pending_head(d)) != NULL && head->verb != VERB_AUTH && (head->flags & PENDING_DOUBTFUL))
		pending_pop(d);
	return head != NULL && head->verb == VERB_AUTH && d->first_pending == d->auth_index;
}

/* Exchange's servers open the exchange of a mechanism in which the client has the first word by "+OK" and not by "+".
 * What the client says next tells that from a login that was done before. */
static bool is_early_ok(struct dialogue *d, const struct reply *reply)
{
	return reply->code.data[0] == '+' && d->client_state == TALK_WAIT_AUTH && d->auth_begins_by_client &&
	       d->auth_lines == 0 && d->challenge_end == 0 && is_challenged(d);
}

static void challenge(struct talk *t, const struct line *line, const struct reply *reply)
{
	talk_found(t, SIDE_SERVER, line->begin);
	talk_found(t, SIDE_CLIENT, t->d->offset[SIDE_CLIENT]);
	auth_challenge(t, line, reply->text, true);
}

static void reply_line(struct talk *t, const struct line *line)
{
	struct dialogue *d = t->d;
	struct reply reply;

	if (!reply_read_pop3(line->text, &reply)) {
		bad_line(t, line);
	} else if (is_early_ok(d, &reply)) {
		challenge(t, line, &reply);
		d->auth_early_ok = true;
		d->client_state = TALK_GUESS_AUTH;
	} else if (reply.code.len > 1) {
		read_reply(t, line, &reply);
	} else if (is_challenged(d)) {
		challenge(t, line, &reply);
	} else {
		auth_come_near(d, d->next_index > 0 ? d->next_index - 1 : 0); /* it may have begun before the capture */
		bad_line(t, line);
	}
}

static void tell_data_line(struct talk *t, const struct line *line)
{
	struct dialogue_event event = talk_event(DIALOGUE_DATA_LINE, SIDE_SERVER, t->d->reply_index, line);

	event.text = line->text;
	if (event.text.len > 0 && event.text.data[0] == '.')
		event.text = slice_after(event.text, 1);
	event.text_begin = talk_place(line, event.text);
	talk_emit(t, &event);
}

/* No line of such an answer looks like a reply; one that does shows that the end is missing. */
static bool is_behind_end(const struct dialogue *d, const struct line *line)
{
	struct reply reply;

	if (d->lost[SIDE_SERVER] && d->auth_open && reply_read_pop3(line->text, &reply))
		return true; /* "+": a challenge */
	return is_reply(line->text) &&
	       (d->lost[SIDE_SERVER] || d->pending_count > 0 || slice_begins_nocase(line->text, "-ERR"));
}

static void server_line(struct talk *t, const struct line *line)
{
	struct dialogue *d = t->d;
	bool lost = d->lost[SIDE_SERVER];

	if (d->server_state != TALK_LINES) {
		reply_line(t, line);
	} else if (is_behind_end(d, line)) {
		d->server_state = TALK_REPLY;
		if (!lost)
			talk_note(t, SIDE_SERVER, d->reply_index, line, DIALOGUE_NOTE_BAD_REPLY);
		reply_line(t, line);
	} else if (slice_equals_nocase(line->text, ".")) {
		talk_found(t, SIDE_SERVER, line->begin);
		end_mail(t, false);
	} else if (lost) {
		talk_found(t, SIDE_SERVER, line->end); /* the rest of a line whose beginning is missing */
	} else {
		tell_data_line(t, line);
	}
}

static enum recognition recognise(enum side side, struct slice text)
{
	if (side == SIDE_CLIENT)
		return recognise_command(PROTOCOL_POP3, text);
	return slice_begins_nocase(text, "+OK") || slice_begins_nocase(text, "-ERR") ? RECOGNISE_YES : RECOGNISE_NOT;
}

const struct protocol_ops pop3_ops = {
	.recognise = recognise,
	.client_line = client_line,
	.server_line = server_line,
	.may_answer = may_answer,
	.holds_greeting = holds_greeting,
	.is_reply = is_reply,
	.may_become_reply = may_become_reply,
	.guess_mail = guess_mail,
	.end_mail = end_mail,
	.greeting = "+OK",
	.challenge = "+",
	.has_plain_passwords = true,
};
