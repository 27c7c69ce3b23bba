/*
 * How client and server talk with each other: what is offered, who speaks out of turn, what derails.
 */
#include "diagnosis/rules_dialogue.h"
#include "base/text.h"
#include "diagnosis/rules_hello.h"
#include "diagnosis/rules_imap.h"

#include <stdio.h>

#include "common/commands.h"
#include "diagnosis/protocol_rules.h"
#include "mail/mask.h"

enum {
	HARVEST_MIN = 10,	/* refused recipients that make a dictionary attack */
	COMMAND_LINE_MAX = 512, /* RFC 5321 section 4.5.3.1.4, with its line end */
	MAIL_LINE_MAX = 2048,	/* of MAIL and RCPT: extensions make them longer */
};

static bool is_yes(const struct command *c)
{
	return c->last_reply != NULL && reply_is_positive(c->last_reply);
}

static bool is_no(const struct command *c)
{
	return c->last_reply != NULL && !reply_is_positive(c->last_reply);
}

/* ---- notes of the parser ---- */

static void judge_bad_reply(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	const struct command *c = session_command(s, event->index);
	bool is_list = c != NULL && (c->kind == KIND_LIST || c->kind == KIND_UIDL || c->kind == KIND_CAPA) &&
		       c->last_reply != NULL && slice_begins_nocase(event->text, "+OK");
	struct finding *f = rules_add(s, is_list ? RULE_P15 : RULE_S55, false,
				      c != NULL ? phase_of_command(s, c) : PHASE_NONE, last);

	rules_place(s, f, event->index);
	if (is_list)
		diagnosis_say(s, f, "The answer to %.*s has no end: the next reply follows at once", (int)c->verb_len,
			      (const char *)c->verb);
	else if (event->note == DIALOGUE_NOTE_MIXED_CODES)
		diagnosis_say(s, f, "The lines of one reply have different codes; the last one counts: %.*s",
			      (int)event->text.len, (const char *)event->text.data);
	else
		diagnosis_say(s, f, "The server sent what is no reply: %.*s", (int)event->text.len,
			      (const char *)event->text.data);
}

static void judge_line_end(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	struct finding *f;

	if (!protocol_has(s->protocol, PROTOCOL_TRANSFERS) || event->side == SIDE_SERVER || diagnosis_has(s, RULE_S38))
		return;
	f = rules_add(s, RULE_S38, false, PHASE_NONE, last);
	rules_place(s, f, event->index);
	diagnosis_say(s, f, "The client ends lines with a bare %s", event->note == DIALOGUE_NOTE_BARE_LF ? "LF" : "CR");
}

/* BDAT's own number cannot be read. */
static void judge_chunk_grammar(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	const struct command *c = session_command(s, event->index);
	struct finding *f;

	if (c == NULL || c->kind != KIND_BDAT)
		return;
	f = rules_add(s, RULE_S42, true, PHASE_BODY, last);
	rules_place(s, f, event->index);
	diagnosis_say(s, f, "The length of a chunk cannot be read: BDAT %.*s", (int)mask_shown_len(c),
		      (const char *)c->arguments);
}

static void judge_note(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	struct finding *f;

	switch (event->note) {
	case DIALOGUE_NOTE_BARE_LF:
	case DIALOGUE_NOTE_BARE_CR:
		judge_line_end(s, event, last);
		break;
	case DIALOGUE_NOTE_EARLY_TALK:
		f = rules_add(s, RULE_S04, false, PHASE_GREETING, last);
		if (f != NULL && protocol_has(s->protocol, PROTOCOL_TAGGED))
			f->severity = SEVERITY_NOTICE; /* servers take it, and TLS has early data for it */
		diagnosis_say(s, f, "The client spoke before the server had greeted it");
		break;
	case DIALOGUE_NOTE_BAD_REPLY:
	case DIALOGUE_NOTE_MIXED_CODES:
		judge_bad_reply(s, event, last);
		break;
	case DIALOGUE_NOTE_CLEAR_AFTER_TLS:
		rules_dialogue_of(s)->is_behind_starttls = true;
		break;
	case DIALOGUE_NOTE_LONG_LINE:
		f = rules_add(s, RULE_S43, false, PHASE_NONE, last);
		rules_place(s, f, event->index);
		diagnosis_say(s, f, "The %s sent a line of more than %d bytes", rules_side_name(event->side),
			      DIALOGUE_LINE_MAX);
		break;
	case DIALOGUE_NOTE_LOOSE_GRAMMAR:
		judge_chunk_grammar(s, event, last);
		break;
	case DIALOGUE_NOTE_LOOSE_DOT:
	case DIALOGUE_NOTE_NUL:
	case DIALOGUE_NOTE_DATA_ASSUMED:
	case DIALOGUE_NOTES:
		break;
	}
}

/* ---- what is said out of turn ---- */

/* Whether something was sent before `r` had come: so it was not an answer to it. Packets may stand in the capture in
 * another order than they passed, so time has its say. */
static bool is_before(const struct reply *r, int64_t time_ns, uint64_t packet)
{
	return r != NULL && packet != 0 && packet < r->packet && time_ns < r->time_ns;
}

/* The first command after an accepted STARTTLS that is still in clear. */
static void judge_clear_text(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	struct rules_dialogue *t = rules_dialogue_of(s);
	const struct command *starttls = event->index > 0 ? session_command(s, event->index - 1) : NULL;
	struct finding *f;

	if (!t->is_behind_starttls)
		return;
	t->is_behind_starttls = false;
	if (starttls != NULL && is_before(starttls->replies, last->time_ns, last->packet)) {
		f = rules_add(s, RULE_S37, true, PHASE_STARTTLS, last);
		diagnosis_add_packet(f, starttls->replies->packet);
		diagnosis_say(s, f, "The client sent %.*s right after STARTTLS, before the server had agreed to it",
			      (int)event->verb.len, (const char *)event->verb.data);
		return;
	}
	f = rules_add(s, RULE_T13, false, PHASE_STARTTLS, last);
	diagnosis_say(s, f, "STARTTLS was accepted, but the client goes on in clear");
}

static bool waits_for_all(const struct command *c)
{
	return c->kind == KIND_HELLO || c->kind == KIND_DATA || c->kind == KIND_AUTH || c->kind == KIND_STARTTLS ||
	       c->kind == KIND_XEXCH50;
}

/* What explains the same words better, or the same once more. */
static bool has_worse(const struct session *s)
{
	return diagnosis_has(s, RULE_S36) || diagnosis_has(s, RULE_S37) || diagnosis_has(s, RULE_S39) ||
	       diagnosis_has(s, RULE_S40);
}

/* As long as the server takes it, it is only unusual. */
static struct finding *add_improper(struct session *s, const struct command *c)
{
	struct finding *f = diagnosis_add(s, RULE_S36, false, c);

	if (f != NULL)
		f->severity = SEVERITY_NOTICE;
	return f;
}

static void raise_improper(struct session *s)
{
	for (size_t i = 0; i < s->diagnosis->count; i++)
		if (s->diagnosis->findings[i].rule == RULE_S36)
			s->diagnosis->findings[i].severity = (uint8_t)rule_row(RULE_S36)->permanent;
}

/* RFC 2920: commands may be sent in groups only where the server offered it; after some it must be waited for. */
static void judge_pipelining(struct session *s, const struct command *c)
{
	uint32_t index = s->first_index + (uint32_t)(c - s->commands);
	const struct command *next = session_command(s, index + 1);
	struct finding *f;

	if (!protocol_has(s->protocol, PROTOCOL_TRANSFERS) || next == NULL || c->packet == 0 || c->replies == NULL ||
	    next->kind == KIND_MESSAGE || !is_before(c->replies, next->time_ns, next->packet) || has_worse(s))
		return;
	if (!waits_for_all(c) && (!rules_hello_of(s)->has_offers || (rules_hello_of(s)->offers & OFFER_PIPELINING)))
		return;
	f = add_improper(s, c);
	diagnosis_add_packet(f, next->packet);
	diagnosis_say(s, f, "The client sent %.*s before the reply to %.*s%s", (int)next->verb_len,
		      (const char *)next->verb, (int)c->verb_len, (const char *)c->verb,
		      waits_for_all(c) ? "" : ", and the server had not offered PIPELINING");
}

/* The mail itself, before the server said 354. */
static void judge_early_data(struct session *s, const struct dialogue_event *event, const struct stamp *first)
{
	const struct command *c = session_command(s, event->index);
	struct finding *f;

	if (event->side != SIDE_CLIENT || c == NULL || c->kind != KIND_DATA || has_worse(s) ||
	    !is_before(c->replies, first->time_ns, first->packet))
		return;
	f = add_improper(s, c);
	diagnosis_add_packet(f, first->packet);
	diagnosis_say(s, f, "The client sent the mail before the server had answered DATA");
}

/* ---- events ---- */

static void judge_command_line(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	uint64_t len = event->end - event->begin;
	struct finding *f;
	bool is_path;

	if (len <= COMMAND_LINE_MAX) /* nearly always */
		return;
	is_path = slice_equals(event->verb, slice_from_text("MAIL")) ||
		  slice_equals(event->verb, slice_from_text("RCPT"));
	if (event->side != SIDE_CLIENT || !protocol_has(s->protocol, PROTOCOL_TRANSFERS) || event->truncated ||
	    slice_equals(event->verb, slice_from_text("AUTH")) ||
	    slice_equals(event->verb, slice_from_text("X-EXPS")) ||
	    slice_equals(event->verb, slice_from_text("(message)")) || (is_path && len <= MAIL_LINE_MAX) ||
	    diagnosis_has(s, RULE_S43))
		return;
	f = rules_add(s, RULE_S43, false, PHASE_NONE, last);
	diagnosis_say(s, f, "The client sent a command of %llu bytes: %.*s", (unsigned long long)len,
		      (int)event->verb.len, (const char *)event->verb.data);
}

/* Whether the mail whose data began with command `index` was refused. */
static bool is_refused(const struct session *s, uint32_t index)
{
	for (size_t i = s->mail_count; i > 0; i--)
		if (s->mails[i - 1]->data_index == index)
			return s->mails[i - 1]->outcome == MAIL_REJECTED;
	return false;
}

static void take_event(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		       const struct stamp *last)
{
	struct rules_dialogue *t = rules_dialogue_of(s);

	switch (event->kind) {
	case DIALOGUE_NOTE:
		judge_note(s, event, last);
		break;
	case DIALOGUE_COMMAND:
		judge_command_line(s, event, last);
		if (event->side == SIDE_CLIENT)
			judge_clear_text(s, event, last);
		break;
	case DIALOGUE_MAIL_BEGIN:
		t->is_body_open = true;
		t->body_side = event->side;
		break;
	case DIALOGUE_MAIL_RANGE:
		if (event->stuffing)
			judge_early_data(s, event, first);
		t->body_last = *last;
		break;
	case DIALOGUE_MAIL_END:
		t->is_body_open = !event->last;
		t->is_loose_end |= event->is_loose;
		t->is_cut_short = !event->last && is_refused(s, event->index);
		t->dot_last = *last;
		break;
	default:
		break;
	}
}

/* ---- what a command adds to the picture ---- */

static void judge_password(struct session *s, const struct command *c)
{
	enum rule rule = protocol_rules(s->protocol)->clear_password;
	bool is_clear = c->kind == KIND_PASS || (c->extra != NULL && c->extra->is_login && c->extra->secret.len > 0 &&
						 (slice_equals_nocase(c->extra->mechanism, "PLAIN") ||
						  slice_equals_nocase(c->extra->mechanism, "LOGIN")));
	struct slice user = c->extra != NULL && c->extra->user.len > 0 ? c->extra->user : s->user;
	struct finding *f;

	if (!is_clear || s->tls || diagnosis_has(s, rule))
		return;
	f = diagnosis_add(s, rule, false, c);
	diagnosis_say(s, f,
		      user.len > 0 ? "The password of %.*s can be read by anyone on the way"
				   : "The password%.*s can be read by anyone on the way",
		      (int)user.len, (const char *)user.data);
}

static void judge_login_count(struct session *s, const struct command *c)
{
	struct rules_dialogue *t = rules_dialogue_of(s);

	if (c->extra != NULL && c->extra->is_login && is_no(c) && ++t->logins_failed == 5)
		diagnosis_say(s, diagnosis_add(s, RULE_A10, false, c), "5 logins failed in this session");
}

/* RCPT, and VRFY and EXPN, which tell the same to who asks for addresses. */
static void judge_recipient(struct session *s, const struct command *c)
{
	struct rules_dialogue *t = rules_dialogue_of(s);
	struct finding *f;

	if (c->last_reply == NULL)
		return;
	if (c->kind == KIND_RCPT) {
		t->recipients_accepted += is_yes(c);
		t->recipients_refused += is_no(c);
	}
	if (memcmp(c->last_reply->code, "550", 3) != 0)
		return;
	if (++t->refused_550 == HARVEST_MIN) {
		f = diagnosis_add(s, RULE_S49, false, c);
		diagnosis_say(s, f, "%u addresses were refused as unknown in this session", t->refused_550);
	}
}

static bool is_hidden(const struct command *c)
{
	return c->kind == KIND_MAIL || c->kind == KIND_RCPT || c->kind == KIND_DATA || c->kind == KIND_BDAT ||
	       c->kind == KIND_RSET || c->kind == KIND_HELLO;
}

/* What follows a dot that only some servers take for the end. Who has waited for the mail's reply hides nothing. */
static void judge_smuggling(struct session *s, const struct command *c)
{
	struct rules_dialogue *t = rules_dialogue_of(s);
	bool has_waited = t->message_reply.packet != 0 &&
			  (c->packet >= t->message_reply.packet || c->time_ns >= t->message_reply.time_ns);

	if (!t->is_loose_end || c->kind == KIND_MESSAGE ||
	    (command_row(c) != NULL && command_row(c)->grammar == GRAMMAR_NEVER))
		return;
	t->is_loose_end = false;
	if (is_hidden(c) && !has_waited && (t->message_reply.packet != 0 || rules_is_seen(s)))
		diagnosis_say(s, diagnosis_add(s, RULE_S39, true, c),
			      "A mail ended at a dot after a bare LF, and commands followed it at once");
}

static bool is_nonsense(const struct session *s, const struct command *c)
{
	const struct command_row *row = command_row(c);

	return c->kind == KIND_OTHER && is_no(c) && (row == NULL || !commands_is_spoken(row, s->protocol));
}

/* Lines of a mail that the server took for commands: a lonely dot ended it early, or a chunk was shorter. */
static void judge_derailed(struct session *s, const struct command *c)
{
	struct rules_dialogue *t = rules_dialogue_of(s);
	uint32_t index = s->first_index + (uint32_t)(c - s->commands);
	bool is_unread = t->message_reply.packet != 0 && c->packet < t->message_reply.packet &&
			 c->time_ns < t->message_reply.time_ns && index > t->message_index;
	struct finding *f;

	if (!protocol_has(s->protocol, PROTOCOL_TRANSFERS) || !is_nonsense(s, c))
		return;
	if (is_unread && !diagnosis_has(s, RULE_S40) && !diagnosis_has(s, RULE_S39)) {
		f = diagnosis_add(s, RULE_S40, true, c);
		diagnosis_say(s, f,
			      "A line with only a dot ended the mail early: the server took what followed it for "
			      "commands");
	} else if (t->is_behind_chunk && !diagnosis_has(s, RULE_S42)) {
		f = diagnosis_add(s, RULE_S42, true, c);
		diagnosis_say(s, f, "After a chunk of BDAT stands what is no command: its length is wrong");
	}
}

/* The mail's end came in more than one segment, and nobody answered it. */
static void judge_split_end(struct session *s, const struct command *c)
{
	struct rules_dialogue *t = rules_dialogue_of(s);
	struct finding *f;

	if (c->replies != NULL || t->body_last.packet == 0 || t->body_last.packet == t->dot_last.packet ||
	    !diagnosis_is_whole(s) || s->state == SESSION_OPEN)
		return;
	f = diagnosis_add(s, RULE_S33, true, c);
	diagnosis_add_packet(f, t->body_last.packet);
	diagnosis_add_packet(f, t->dot_last.packet);
	diagnosis_say(s, f, "The dot that ends the mail came in a segment of its own, and the server never answered");
}

static void judge_unfinished(struct session *s, const struct command *c)
{
	struct finding *f;
	char quote[RULES_QUOTE_SIZE];

	if (!protocol_has(s->protocol, PROTOCOL_TRANSFERS) || c->last_reply == NULL || c->last_reply->whole ||
	    c->done || session_tls_is_opaque(s))
		return;
	if (!rules_is_seen(s) || s->state == SESSION_OPEN)
		return;
	f = diagnosis_add(s, RULE_S08, true, c);
	diagnosis_say(s, f, "The reply to %.*s never came to its last line: %s", (int)c->verb_len,
		      (const char *)c->verb, diagnosis_quote(c->last_reply, quote, sizeof(quote)));
}

static void note_phase(struct session *s, const struct command *c)
{
	struct rules_dialogue *t = rules_dialogue_of(s);
	enum phase phase = phase_of_command(s, c);

	if (c->kind == KIND_UNSOLICITED || phase == PHASE_NONE)
		return;
	if (c->done)
		t->last_phase = (uint8_t)phase;
	else if (t->open_phase == PHASE_NONE)
		t->open_phase = (uint8_t)phase;
}

/* The codes behind which a server may close (RFC 5321 section 4.2.2, RFC 7504). */
static bool is_dismissal(const struct reply *r)
{
	static const char codes[][4] = {"221", "421", "521", "554"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (memcmp(r->code, codes[i], 3) == 0)
			return true;
	return false;
}

static void note_command(struct session *s, const struct command *c)
{
	struct rules_dialogue *t = rules_dialogue_of(s);

	note_phase(s, c);
	if (c->kind == KIND_GREETING)
		t->is_turned_away = is_no(c);
	t->is_cut_short = t->is_cut_short && !c->done;
	if (c->kind == KIND_QUIT) {
		t->has_quit = true;
		t->has_goodbye = is_yes(c);
	}
	if (c->last_reply != NULL && (c->kind == KIND_MAIL || c->kind == KIND_PASS || c->kind == KIND_APOP ||
				      c->kind == KIND_LOGIN || c->kind == KIND_SELECT))
		t->has_gone_on = true;
	if (c->last_reply != NULL && c->last_reply->code_len == 3)
		t->has_dismissal = is_dismissal(c->last_reply);
	if (c->kind == KIND_MAIL)
		t->recipients_accepted = t->recipients_refused = 0;
	if (c->kind == KIND_MESSAGE) {
		t->message_reply = (struct stamp){.packet = 0};
		if (c->replies != NULL)
			t->message_reply = (struct stamp){c->replies->time_ns, c->replies->packet};
		t->message_index = s->first_index + (uint32_t)(c - s->commands);
	}
	t->is_behind_chunk = c->kind == KIND_BDAT;
	t->is_refused = is_no(c);
	if (is_no(c) && diagnosis_has(s, RULE_S36))
		raise_improper(s);
	t->has_refusal |= is_no(c);
	t->has_more |= c->kind != KIND_GREETING && c->kind != KIND_HELLO && c->kind != KIND_RSET &&
		       c->kind != KIND_QUIT && !rules_is_verb(c, VERB_NOOP);
}

static void take_command(struct session *s, struct command *c)
{
	if (c->kind == KIND_RCPT || rules_is_verb(c, VERB_VRFY) || rules_is_verb(c, VERB_EXPN))
		judge_recipient(s, c);
	if (c->kind == KIND_MESSAGE)
		judge_split_end(s, c);
	judge_pipelining(s, c);
	judge_smuggling(s, c);
	judge_derailed(s, c);
	judge_unfinished(s, c);
	judge_password(s, c);
	judge_login_count(s, c);
	note_command(s, c);
}

/* ---- the end ---- */

static void add_hello(const struct session *s, struct finding *f)
{
	diagnosis_add_packet(f, rules_hello_of(s)->ehlo_packets[0]);
	diagnosis_add_packet(f, rules_hello_of(s)->ehlo_packets[1]);
}

/* A client that leaves as soon as it has heard what is offered. */
static void judge_probe(struct session *s)
{
	const struct rules_dialogue *t = rules_dialogue_of(s);
	struct finding *f;

	if (!protocol_has(s->protocol, PROTOCOL_TRANSFERS) || !rules_hello_of(s)->has_offers || t->has_more ||
	    t->has_refusal || !diagnosis_is_whole(s) || s->state == SESSION_OPEN || t->is_body_open)
		return;
	if (rules_hello_of(s)->has_ehlo && !(rules_hello_of(s)->offers & OFFER_STARTTLS)) {
		f = rules_add(s, RULE_T01, true, PHASE_EHLO, NULL);
		add_hello(s, f);
		diagnosis_say(s, f,
			      "The server does not offer STARTTLS, and the client left as soon as it had heard so");
	} else if (t->has_goodbye) {
		f = rules_add(s, RULE_S59, false, PHASE_EHLO, NULL);
		add_hello(s, f);
		diagnosis_say(s, f, "The client said hello and goodbye, and nothing else");
	}
}

static void finish(struct session *s)
{
	struct rules_dialogue *t = rules_dialogue_of(s);

	if (t->is_behind_starttls)
		diagnosis_say(s, rules_add(s, RULE_T13, false, PHASE_STARTTLS, NULL),
			      "STARTTLS was accepted, but what follows is no TLS");
	judge_probe(s);
}

/* ---- what other families ask ---- */

enum phase rules_last_phase(const struct session *s)
{
	const struct rules_dialogue *t = rules_dialogue_of(s);

	if (t->is_body_open && protocol_has(s->protocol, PROTOCOL_TAGGED))
		return t->body_side == SIDE_SERVER ? PHASE_RETRIEVING : PHASE_APPENDING;
	if (t->is_body_open)
		return protocol_has(s->protocol, PROTOCOL_MAILBOX) ? PHASE_RETRIEVING : PHASE_BODY;
	if (t->open_phase != PHASE_NONE)
		return (enum phase)t->open_phase;
	return t->last_phase != PHASE_NONE ? (enum phase)t->last_phase : PHASE_GREETING;
}

void rules_doubt(struct session *s, enum rule rule, const char *what)
{
	uint64_t missing = s->side[SIDE_CLIENT].missing_bytes + s->side[SIDE_SERVER].missing_bytes;
	struct finding *f;

	if (missing == 0 || session_tls_is_opaque(s) || diagnosis_has(s, rule))
		return;
	f = rules_add(s, rule, false, rules_last_phase(s), NULL);
	if (f != NULL)
		f->severity = SEVERITY_INFO;
	diagnosis_say(s, f, "It cannot be decided %s: the capture lost %llu byte%s of this session", what,
		      (unsigned long long)missing, text_plural(missing));
}

bool rules_was_told_to_go(const struct session *s)
{
	static const enum rule rules[] = {RULE_S01, RULE_S02, RULE_S03, RULE_S19, RULE_S28,
					  RULE_A10, RULE_P04, RULE_P05, RULE_P06, RULE_P16};

	if (rules_dialogue_of(s)->is_turned_away)
		return true;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (diagnosis_has(s, rules[i]))
			return true;
	if (protocol_has(s->protocol, PROTOCOL_TAGGED))
		return rules_imap_of(s)->bye.packet != 0 ||
		       (rules_dialogue_of(s)->is_refused && !rules_imap_of(s)->is_logged_in);
	return protocol_has(s->protocol, PROTOCOL_MAILBOX) && rules_dialogue_of(s)->is_refused;
}

const struct rule_family rules_dialogue_family = {
	.name = "dialogue",
	.state_size = sizeof(struct rules_dialogue),
	.event = take_event,
	.command = take_command,
	.finish = finish,
};
