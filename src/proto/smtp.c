#include "proto/smtp.h"

#include <assert.h>

#include "proto/address.h"
#include "proto/auth.h"
#include "proto/pending.h"
#include "proto/recognise.h"
#include "proto/transfer.h"

enum {
	RCPT_LEN_MIN = 12, /* "RCPT TO:<>\r\n" */
	RCPT_LEN_USUAL = 64,
};

static bool is_code(struct slice code, const char *text)
{
	assert(code.len == 3);
	return memcmp(code.data, text, 3) == 0;
}

static bool is_positive(struct slice code)
{
	return code.data[0] == '2';
}

/* What a success says it is about (RFC 3463 section 3); nothing is said of a greeting (RFC 2034 section 4). */
static bool suits(enum verb verb, struct slice enhanced)
{
	switch (verb) {
	case VERB_EHLO:
	case VERB_HELO:
	case VERB_LHLO:
		return enhanced.len == 0;
	case VERB_MAIL:
		return !slice_equals(enhanced, slice_from_text("2.1.5"));
	case VERB_RCPT:
		return !slice_equals(enhanced, slice_from_text("2.1.0"));
	default:
		return true;
	}
}

/* Where replies may be missing: a refusal can answer anything, the rest of the codes tell what they belong to. */
static bool may_answer(enum verb verb, const struct reply *reply)
{
	struct slice code = reply->code;

	if (code.data[0] >= '4')
		return true;
	if (is_code(code, "354"))
		return verb == VERB_DATA || verb == VERB_XEXCH50;
	if (is_code(code, "334") || is_code(code, "235"))
		return verb == VERB_AUTH || verb == VERB_UNKNOWN; /* a step of a login whose AUTH was not captured */
	if (is_code(code, "220"))
		return verb == VERB_GREETING || verb == VERB_STARTTLS || verb == VERB_XCLIENT;
	if (is_code(code, "221"))
		return verb == VERB_QUIT;
	return verb != VERB_GREETING && verb != VERB_STARTTLS && verb != VERB_AUTH && verb != VERB_DATA &&
	       verb != VERB_QUIT && suits(verb, reply->enhanced);
}

static void begin_chunk(struct talk *t, uint32_t index, const struct verb_line *command, const struct line *line)
{
	struct slice last;
	struct slice number = verb_word(command->arguments, &last);
	size_t digits;
	uint64_t len = slice_decimal(number, &digits);

	if (line->truncated)
		return;
	if (digits == 0 || digits < number.len || len == UINT64_MAX ||
	    (last.len > 0 && !slice_equals_nocase(last, "LAST"))) {
		talk_note(t, SIDE_CLIENT, index, line, DIALOGUE_NOTE_LOOSE_GRAMMAR);
		return;
	}
	if (!t->d->mail_open)
		transfer_begin(t, SIDE_CLIENT, index, line->end, DOTSTUFF_NONE);
	t->d->chunk_index = index;
	transfer_begin_chunk(t, len, last.len > 0);
}

/* "XEXCH50 <octets> <flags>": they come once the server has said 354. */
static void await_octets(struct talk *t, const struct verb_line *command)
{
	struct slice rest;
	size_t digits;
	uint64_t len = slice_decimal(verb_word(command->arguments, &rest), &digits);

	if (digits == 0 || len == 0)
		return;
	t->d->skip_left = len;
	talk_wait(t, TALK_WAIT_OCTETS, TALK_GUESS_OCTETS);
}

static void note_path(struct talk *t, uint32_t index, const struct verb_line *command, const struct line *line)
{
	struct address_path path;

	if (!line->truncated && (!address_read_path(command->arguments, &path) || path.loose))
		talk_note(t, SIDE_CLIENT, index, line, DIALOGUE_NOTE_LOOSE_GRAMMAR);
}

static uint8_t flags_of(const struct talk *t, const struct verb_line *command)
{
	struct slice last;
	struct slice number;
	size_t digits;

	if (command->name.len == 0)
		return PENDING_EMPTY;
	if (!protocol_has(t->d->protocol, PROTOCOL_EACH_RECIPIENT) || command->verb != VERB_BDAT)
		return 0;
	number = verb_word(command->arguments, &last);
	slice_decimal(number, &digits);
	return digits > 0 && digits == number.len && slice_equals_nocase(last, "LAST") ? PENDING_RECIPIENTS : 0;
}

/* What the client says next may not be a command. */
static void follow_command(struct talk *t, uint32_t index, const struct verb_line *command, const struct line *line)
{
	switch (command->verb) {
	case VERB_DATA:
		transfer_await_data(t, index);
		break;
	case VERB_BDAT:
		begin_chunk(t, index, command, line);
		break;
	case VERB_AUTH:
		auth_begin(t, index, command->arguments, line);
		break;
	case VERB_STARTTLS:
		talk_wait(t, TALK_WAIT_TLS, TALK_PEEK_TLS);
		break;
	case VERB_XEXCH50:
		await_octets(t, command);
		break;
	case VERB_MAIL:
	case VERB_RCPT:
		note_path(t, index, command, line);
		break;
	default:
		break;
	}
}

/* What is lost before a first chunk may be another one, if it is no recipient. */
static void note_lost_chunk(struct dialogue *d, enum verb verb)
{
	uint64_t usual = (uint64_t)RCPT_LEN_USUAL * (d->recipients > 1 ? d->recipients : 1);

	if (verb == VERB_BDAT && !d->mail_open && d->hole_before && (d->has_recipient || d->unseen_len > usual))
		d->mail_began_before = true;
}

static void client_line(struct talk *t, const struct line *line)
{
	struct verb_line command;
	uint32_t index;

	verb_read(t->d->protocol, line->text, &command);
	if (command.row != NULL && (command.row->traits & COMMAND_BREAKS)) { /* BDAT LAST did not end it */
		t->d->mail_began_before = false;
		if (t->d->mail_open)
			transfer_cut(t, SIDE_CLIENT, false);
	}
	note_lost_chunk(t->d, command.verb);
	index = talk_client_command(t, line, &command, command.verb == VERB_AUTH && auth_is_secret(command.arguments));
	talk_expect(t, index, command.verb, flags_of(t, &command));
	follow_command(t, index, &command, line);
}

/* A line that is no reply: within a reply it counts as a piece of its text. */
static void bad_line(struct talk *t, const struct line *line)
{
	struct dialogue *d = t->d;
	uint32_t index = d->pending_count > 0 ? d->first_pending : DIALOGUE_NO_COMMAND;

	if (d->lost[SIDE_SERVER] || line->truncated) {
		talk_skip_answer(t, line);
		return;
	}
	if (d->reply_code[0] != '\0') {
		struct reply reply = {.code = slice_of(d->reply_code, 3), .text = line->text};

		index = d->reply_index;
		talk_reply(t, index, line, &reply, false);
	}
	talk_note(t, SIDE_SERVER, index, line, DIALOGUE_NOTE_BAD_REPLY);
}

/* Whether the line goes on with the reply that is being read, whose end a gap may have swallowed. */
static bool continues_reply(struct talk *t, const struct reply *reply, const struct line *line)
{
	struct dialogue *d = t->d;
	const struct dialogue_pending *head = pending_head(d);
	bool same = is_code(reply->code, d->reply_code);

	if (d->reply_code[0] == '\0')
		return false;
	if (d->reply_solicited && head && d->first_pending == d->reply_index && (head->flags & PENDING_DOUBTFUL) &&
	    (!same || pending_is_overtaken(d))) {
		pending_pop(d);
		d->reply_code[0] = '\0';
		return false;
	}
	if (!same)
		talk_note(t, SIDE_SERVER, d->reply_index, line, DIALOGUE_NOTE_MIXED_CODES);
	memcpy(d->reply_code, reply->code.data, 3);
	return true;
}

/* A final reply that may be a mail's: 421 may come at any time. */
static bool is_of_mail(struct slice code)
{
	return code.data[0] != '3' && !is_code(code, "421") && !is_code(code, "220") && !is_code(code, "221");
}

/* In the middle of a mail's data with a gap in them, a final reply proves that their end was in the gap. */
static bool proves_end(const struct dialogue *d, struct slice code)
{
	return d->client_state == TALK_DATA && d->missing_len > 0 && is_of_mail(code);
}

/* Nothing waits for a reply but the mail, which still flows: a server that has seen enough of it says so at once. */
static bool answers_early(const struct dialogue *d, const struct reply *reply)
{
	return d->client_state == TALK_DATA && !d->mail_answered && reply->code.data[0] != '3' &&
	       may_answer(VERB_MESSAGE, reply);
}

/* The greeting is whole with its last line only: who speaks before that has not waited for it. */
static void note_early_talk(struct talk *t, const struct line *line)
{
	const struct dialogue_pending *head = pending_head(t->d);

	if (t->d->reply_solicited && head != NULL && head->verb == VERB_GREETING && !(head->flags & PENDING_DOUBTFUL) &&
	    t->d->pending_count > 1)
		talk_note(t, SIDE_SERVER, t->d->first_pending + 1, line, DIALOGUE_NOTE_EARLY_TALK);
}

/* Of the mail, of 354 and of the end only this is left: a final reply after a hole in the client's stream. */
static bool is_mail_in_hole(struct dialogue *d, struct slice code)
{
	const struct dialogue_pending *head = pending_head(d);

	return is_of_mail(code) && head != NULL && head->verb == VERB_DATA && (head->flags & PENDING_DOUBTFUL) &&
	       d->first_pending == d->awaited_index && d->early_hole > 0 &&
	       (d->client_state == TALK_WAIT_DATA || d->client_state == TALK_GUESS_DATA);
}

/* The first line of a reply: finds out which command it answers. */
static void open_reply(struct talk *t, const struct reply *reply, const struct line *line)
{
	struct dialogue *d = t->d;
	struct dialogue_pending *head;

	talk_greet(t, line);
	if (is_mail_in_hole(d, reply->code)) {
		transfer_begin_data(t, true);
		transfer_end_data(t, true);
	}
	head = pending_match(d, reply, may_answer);
	if (head == NULL && proves_end(d, reply->code)) {
		transfer_end_data(t, true);
		head = pending_match(d, reply, may_answer);
	} else if (head == NULL && answers_early(d, reply)) {
		transfer_answer_early(t, is_positive(reply->code));
		head = pending_match(d, reply, may_answer);
	}
	d->reply_solicited = head != NULL;
	if (head == NULL) {
		d->reply_index = talk_unsolicited(t, line);
		talk_guess(d); /* what the client waits for may never come */
	} else {
		if (d->first_pending != d->reply_index)
			d->replies_left = 0;
		d->reply_index = d->first_pending;
	}
	if (is_code(reply->code, "334")) /* the login may have begun before the capture */
		auth_come_near(d, d->reply_index);
	memcpy(d->reply_code, reply->code.data, 3);
	d->reply_code[3] = '\0';
}

/* LMTP: whether the data of a mail are answered for all its recipients. */
static bool all_recipients_answered(struct dialogue *d)
{
	if (d->replies_left == 0)
		d->replies_left = d->recipients > 0 ? d->recipients : 1;
	if (--d->replies_left > 0)
		return false;
	d->recipients = 0;
	return true;
}

/* No other positive reply answers DATA; after one, what the client does tells what it made of it. */
static void answer_data(struct talk *t, struct slice code)
{
	if (!transfer_is_awaited(t->d))
		return;
	if (is_code(code, "354"))
		transfer_begin_data(t, false);
	else
		t->d->client_state = code.data[0] >= '4' ? TALK_COMMAND : TALK_GUESS_DATA;
}

static void answer_starttls(struct talk *t, struct slice code)
{
	struct dialogue *d = t->d;

	if (d->client_state != TALK_WAIT_TLS && d->client_state != TALK_PEEK_TLS)
		return;
	d->tls_accepted = is_positive(code);
	d->client_state = d->tls_accepted ? TALK_PEEK_TLS : TALK_COMMAND;
}

/* A recipient may have been named in a hole. */
static void count_unseen(struct dialogue *d, struct slice code)
{
	if (d->in_transaction && code.data[0] == '2' && code.data[1] == '5' && d->unseen_len >= RCPT_LEN_MIN &&
	    d->recipients < UINT16_MAX)
		d->recipients++;
}

static void count_recipient(struct dialogue *d, struct slice code)
{
	d->in_transaction |= is_positive(code);
	d->has_recipient |= is_positive(code);
	if (is_positive(code) && d->recipients < UINT16_MAX)
		d->recipients++;
}

/* What the whole reply to a command changes. */
static void answer_command(struct talk *t, enum verb verb, struct slice code)
{
	auth_go_on(t->d, verb, t->d->reply_index, code.data[0] < '4');
	switch (verb) {
	case VERB_DATA:
		answer_data(t, code);
		break;
	case VERB_STARTTLS:
		answer_starttls(t, code);
		break;
	case VERB_AUTH:
		auth_answer(t);
		break;
	case VERB_RCPT:
		count_recipient(t->d, code);
		break;
	case VERB_BDAT:
		if (code.data[0] >= '4' && talk_is_in_chunk(t->d, t->d->reply_index))
			transfer_refuse_chunk(t);
		break;
	case VERB_MESSAGE:
		t->d->in_transaction = t->d->has_recipient = false;
		break;
	case VERB_MAIL:
	case VERB_RSET:
	case VERB_EHLO:
	case VERB_HELO:
	case VERB_LHLO:
		if (!is_positive(code))
			break;
		t->d->recipients = 0;
		t->d->has_recipient = false;
		t->d->in_transaction = verb == VERB_MAIL;
		break;
	default:
		break;
	}
}

/* DATA itself was not captured, but that it was answered is: what the client says now is the mail, and all of it if
 * nothing but DATA is missing. */
static void answer_unseen_data(struct talk *t)
{
	struct dialogue *d = t->d;

	if (d->reply_solicited || !d->hole_before || d->mail_open ||
	    (d->client_state != TALK_COMMAND && d->client_state != TALK_PEEK_TLS))
		return;
	d->mail_began_before = d->unseen_len > 0 && d->unseen_len != strlen("DATA\r\n");
	d->hole_before = false;
	d->early_hole = 0;
	d->awaited_index = d->reply_index;
	transfer_begin_data(t, false);
}

static void guess_octets(struct talk *t, bool is_command)
{
	const struct dialogue_pending *head;

	transfer_skip(t, is_command ? 0 : t->d->skip_left);
	if (is_command)
		return;
	while ((head = pending_head(t->d)) != NULL && head->verb != VERB_XEXCH50)
		pending_pop(t->d);
	pending_trust(t->d);
}

/* PRDR: after 353 one reply for each recipient comes, and one for all. */
static void await_recipients(struct dialogue *d, struct dialogue_pending *head)
{
	head->flags |= PENDING_RECIPIENTS;
	d->replies_left = (uint16_t)(d->recipients < UINT16_MAX ? d->recipients + 1 : UINT16_MAX);
}

/* Whether the command of the reply just closed gets another one. */
static bool goes_on(struct talk *t, struct slice code)
{
	struct dialogue *d = t->d;
	struct dialogue_pending *head = pending_head(d);
	bool awaits_octets = d->client_state == TALK_WAIT_OCTETS || d->client_state == TALK_GUESS_OCTETS;
	bool is_last_chunk = d->chunk_index == d->reply_index && d->chunk_last;

	assert(head != NULL && d->first_pending == d->reply_index);
	if (head->verb == VERB_XEXCH50 && awaits_octets) {
		transfer_skip(t, is_code(code, "354") ? d->skip_left : 0);
		return is_code(code, "354");
	}
	if (is_code(code, "353") && (head->verb == VERB_MESSAGE || (head->verb == VERB_BDAT && is_last_chunk))) {
		await_recipients(d, head);
		return true;
	}
	return (head->flags & PENDING_RECIPIENTS) && !all_recipients_answered(d);
}

static void close_reply(struct talk *t, struct slice code)
{
	struct dialogue *d = t->d;
	const struct dialogue_pending *head = pending_head(d);
	enum verb verb;

	d->reply_code[0] = '\0';
	if (is_code(code, "354"))
		answer_unseen_data(t);
	if (!d->reply_solicited)
		count_unseen(d, code);
	if (!d->reply_solicited || head == NULL || d->first_pending != d->reply_index)
		return;
	if (goes_on(t, code))
		return;
	verb = (enum verb)head->verb;
	pending_pop(d);
	answer_command(t, verb, code);
}

/* 334 hands the word back to the client that logs in; it is no reply yet. */
static bool is_challenge(struct dialogue *d, const struct reply *reply)
{
	const struct dialogue_pending *head = pending_head(d);

	return is_code(reply->code, "334") && d->auth_open && d->reply_solicited && head != NULL &&
	       head->verb == VERB_AUTH && d->first_pending == d->auth_index;
}

static void server_line(struct talk *t, const struct line *line)
{
	struct dialogue *d = t->d;
	struct reply reply;

	if (!reply_read_smtp(line->text, &reply)) {
		bad_line(t, line);
		return;
	}
	if (line->truncated && line->text.len == 3)
		reply.last = false;
	talk_found(t, SIDE_SERVER, line->begin);
	d->is_answered = true;
	if (is_code(reply.code, "334"))
		talk_found(t, SIDE_CLIENT, d->offset[SIDE_CLIENT]); /* its line need not look like a command */
	if (!continues_reply(t, &reply, line))
		open_reply(t, &reply, line);
	if (is_challenge(d, &reply)) {
		auth_challenge(t, line, reply.text, reply.last);
		if (reply.last)
			d->reply_code[0] = '\0';
		return;
	}
	if (reply.last)
		note_early_talk(t, line);
	talk_reply(t, d->reply_index, line, &reply, reply.last);
	if (reply.last)
		close_reply(t, reply.code);
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* Others of the kind greet by three digits, too; most of ours say what they are. */
static enum recognition recognise_reply(struct slice text, bool is_lmtp)
{
	bool says_lmtp = slice_contains_nocase(text, "LMTP");

	if (text.len < 3 || text.data[0] < '2' || text.data[0] > '5' || !is_digit(text.data[1]) ||
	    !is_digit(text.data[2]) || (text.len > 3 && text.data[3] != ' ' && text.data[3] != '-'))
		return RECOGNISE_NOT;
	if (says_lmtp || slice_contains_nocase(text, "SMTP"))
		return says_lmtp == is_lmtp ? RECOGNISE_YES : RECOGNISE_NOT;
	if (slice_begins_nocase(text, "220") && slice_contains_nocase(text, "FTP"))
		return RECOGNISE_NOT;
	return RECOGNISE_MAYBE;
}

static enum recognition recognise_smtp(enum side side, struct slice text)
{
	return side == SIDE_SERVER ? recognise_reply(text, false) : recognise_command(PROTOCOL_SMTP, text);
}

/* LHLO alone tells it from SMTP. */
static enum recognition recognise_lmtp(enum side side, struct slice text)
{
	return side == SIDE_SERVER ? recognise_reply(text, true) : recognise_command(PROTOCOL_LMTP, text);
}

const struct protocol_ops smtp_ops = {
	.recognise = recognise_smtp,
	.client_line = client_line,
	.server_line = server_line,
	.may_answer = may_answer,
	.guess_octets = guess_octets,
	.greeting = "220",
	.challenge = "334",
};

const struct protocol_ops smtp_lmtp_ops = {
	.recognise = recognise_lmtp,
	.client_line = client_line,
	.server_line = server_line,
	.may_answer = may_answer,
	.guess_octets = guess_octets,
	.greeting = "220",
	.challenge = "334",
};
