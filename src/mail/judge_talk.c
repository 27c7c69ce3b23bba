/*
 * How client and server talk with each other: who waits, who leaves, what is said twice.
 */
#include <stdio.h>

#include "mail/judge.h"
#include "mail/kinds.h"

enum {
	QUOTE_SIZE = 512,
	HARVEST_MIN = 10, /* refused recipients that make a dictionary attack */
};

static struct judge_talk *talk_of(struct session *s)
{
	return &s->diagnosis->talk;
}

/* ---- notes of the parser ---- */

static void judge_note(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	struct finding *f = NULL;

	switch (event->note) {
	case DIALOGUE_NOTE_BARE_LF:
	case DIALOGUE_NOTE_BARE_CR:
		if (s->protocol == PROTOCOL_POP3 || event->side == SIDE_SERVER || diagnosis_has(s, RULE_S38))
			return;
		f = diagnosis_add(s, RULE_S38, false, NULL);
		diagnosis_say(s, f, "The client ends lines with a bare %s",
			      event->note == DIALOGUE_NOTE_BARE_LF ? "LF" : "CR");
		break;
	case DIALOGUE_NOTE_EARLY_TALK:
		f = diagnosis_add(s, RULE_S04, false, NULL);
		diagnosis_say(s, f, "The client spoke before the server had greeted it");
		break;
	case DIALOGUE_NOTE_BAD_REPLY:
		f = diagnosis_add(s, RULE_S55, false, NULL);
		diagnosis_say(s, f, "The server sent what is no reply: %.*s", (int)event->text.len,
			      (const char *)event->text.data);
		break;
	case DIALOGUE_NOTE_CLEAR_AFTER_TLS:
		f = diagnosis_add(s, RULE_T13, false, NULL);
		break;
	case DIALOGUE_NOTE_LONG_LINE:
		f = diagnosis_add(s, RULE_S43, false, NULL);
		break;
	case DIALOGUE_NOTE_LOOSE_DOT:
		s->diagnosis->talk.has_loose_dot = true;
		break;
	case DIALOGUE_NOTE_NUL:
	case DIALOGUE_NOTE_LOOSE_GRAMMAR:
	case DIALOGUE_NOTE_DATA_ASSUMED:
	case DIALOGUE_NOTES:
		return;
	}
	diagnosis_add_packet(f, last->packet);
	if (f != NULL)
		f->time_ns = last->time_ns;
}

void judge_talk_event(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		      const struct stamp *last)
{
	(void)first;
	if (event->kind == DIALOGUE_NOTE)
		judge_note(s, event, last);
}

/* ---- waits ---- */

static int64_t latency_of(const struct command *c)
{
	return c->replies != NULL && c->packet != 0 ? c->replies->time_ns - c->time_ns : 0;
}

static void say_seconds(struct session *s, struct finding *f, const struct command *c, int64_t ns)
{
	diagnosis_say(s, f, "The reply to %.*s took %.1f s", (int)c->verb_len, (const char *)c->verb,
		      (double)ns / (double)CLOCK_NS_PER_S);
}

static void judge_greeting(struct session *s, const struct command *c)
{
	int64_t wait_ns = c->replies != NULL ? c->replies->time_ns - s->start_ns : 0;
	struct finding *f;

	if (wait_ns < s->diagnosis->limits->greeting_ns || s->handshake != SESSION_HANDSHAKE_COMPLETE)
		return;
	f = diagnosis_add(s, RULE_N06, false, c);
	diagnosis_say(s, f, "The server greeted only after %.1f s", (double)wait_ns / (double)CLOCK_NS_PER_S);
}

static void judge_wait(struct session *s, const struct command *c)
{
	const struct diagnosis_limits *limits = s->diagnosis->limits;
	int64_t wait_ns = latency_of(c) - (s->rtt_ns > 0 ? s->rtt_ns : 0);
	struct judge_talk *t = talk_of(s);

	if (c->kind == KIND_GREETING) {
		judge_greeting(s, c);
	} else if (c->kind == KIND_MESSAGE) {
		if (wait_ns >= limits->end_of_data_ns)
			say_seconds(s, diagnosis_add(s, RULE_S31, wait_ns >= limits->end_of_data_warning_ns, c), c,
				    wait_ns);
	} else if (wait_ns > t->slowest_ns) {
		t->slowest_ns = wait_ns;
		t->slowest_index = s->first_index + (uint32_t)(c - s->commands);
		t->slowest = c->verb != NULL ? command_verb(c) : slice_of(NULL, 0);
	}
}

/* ---- what a command adds to the picture ---- */

static void judge_password(struct session *s, const struct command *c)
{
	enum rule rule = s->protocol == PROTOCOL_POP3 ? RULE_P19 : RULE_A09;
	bool is_clear = c->kind == KIND_PASS || (c->extra != NULL && c->extra->is_login && c->extra->secret.len > 0 &&
						 (slice_equals_nocase(c->extra->mechanism, "PLAIN") ||
						  slice_equals_nocase(c->extra->mechanism, "LOGIN")));
	struct finding *f;

	if (!is_clear || s->tls || diagnosis_has(s, rule))
		return;
	f = diagnosis_add(s, rule, false, c);
	diagnosis_say(s, f, "The password of %.*s can be read by anyone on the way", (int)s->user.len,
		      (const char *)s->user.data);
}

static void judge_login_count(struct session *s, const struct command *c)
{
	struct judge_talk *t = talk_of(s);

	if (c->extra != NULL && c->extra->is_login && !c->extra->login_success && ++t->logins_failed == 5)
		diagnosis_say(s, diagnosis_add(s, RULE_A10, false, c), "5 logins failed in this session");
}

static void judge_recipient(struct session *s, const struct command *c)
{
	struct judge_talk *t = talk_of(s);

	if (c->last_reply == NULL)
		return;
	if (reply_is_positive(c->last_reply)) {
		t->recipients_accepted++;
		return;
	}
	t->recipients_refused++;
	if (memcmp(c->last_reply->code, "550", 3) == 0 && ++t->refused_550 == HARVEST_MIN)
		diagnosis_say(s, diagnosis_add(s, RULE_S49, false, c),
			      "%u recipients were refused as unknown in this session", t->refused_550);
}

static void judge_hello(struct session *s, const struct command *c)
{
	struct judge_talk *t = talk_of(s);
	bool is_extended = slice_equals(command_verb(c), slice_from_text("EHLO"));

	if (c->last_reply == NULL)
		return;
	if (is_extended)
		t->has_ehlo_failed = c->last_reply->code[0] == '5';
	else if (t->has_ehlo_failed && reply_is_positive(c->last_reply))
		diagnosis_say(s, diagnosis_add(s, RULE_S06, false, c),
			      "The server refused EHLO, and the client went on with HELO");
}

/* What follows a dot that only some servers take for the end. */
static void judge_smuggling(struct session *s, const struct command *c)
{
	struct judge_talk *t = talk_of(s);

	if (!t->has_loose_dot)
		return;
	if (c->kind == KIND_MAIL)
		diagnosis_say(s, diagnosis_add(s, RULE_S39, true, c),
			      "A mail ended at a dot behind a bare LF, and commands followed it");
	if (c->kind == KIND_MAIL || c->kind == KIND_QUIT)
		t->has_loose_dot = false;
}

static void judge_transaction_said_twice(struct session *s, const struct command *c)
{
	struct judge_talk *t = talk_of(s);
	struct slice sender = command_arguments(c);
	struct finding *f;

	if (c->kind == KIND_MAIL) {
		if (t->last_sender.len > 0 && slice_equals(t->last_sender, sender) && t->is_rehearsed &&
		    !diagnosis_has(s, RULE_S62)) {
			f = diagnosis_add(s, RULE_S62, false, c);
			diagnosis_say(s, f, "The client began the transaction of %.*s again after giving it up",
				      (int)sender.len, (const char *)sender.data);
		}
		t->last_sender = arena_copy(&s->diagnosis->texts, sender);
		t->is_rehearsed = false;
		t->recipients_accepted = t->recipients_refused = 0;
	} else if (c->kind == KIND_RSET && t->last_sender.len > 0 && t->recipients_accepted > 0) {
		t->is_rehearsed = true;
	}
}

void judge_talk_command(struct session *s, struct command *c)
{
	struct judge_talk *t = talk_of(s);

	if (c->kind == KIND_HELLO)
		judge_hello(s, c);
	if (c->kind == KIND_RCPT)
		judge_recipient(s, c);
	judge_smuggling(s, c);
	judge_transaction_said_twice(s, c);
	judge_password(s, c);
	judge_login_count(s, c);
	judge_wait(s, c);
	if (c->kind == KIND_QUIT) {
		t->has_quit = true;
		t->has_goodbye = c->last_reply != NULL && reply_is_positive(c->last_reply);
	}
	if (c->kind == KIND_DELE && c->last_reply != NULL && reply_is_positive(c->last_reply))
		t->deletions++;
}

/* ---- the end ---- */

static void judge_deletions(struct session *s)
{
	struct judge_talk *t = talk_of(s);
	struct finding *f;

	if (s->protocol != PROTOCOL_POP3 || t->deletions == 0 || t->has_goodbye || s->tls)
		return;
	f = diagnosis_add(s, RULE_P07, false, NULL);
	if (f != NULL)
		f->phase = PHASE_QUIT;
	diagnosis_say(s, f, "%u mails were marked for deletion, but %s", t->deletions,
		      t->has_quit ? "QUIT was not answered" : "the session ended without QUIT");
}

static void judge_slowness(struct session *s)
{
	struct judge_talk *t = talk_of(s);
	bool is_pop3 = s->protocol == PROTOCOL_POP3;
	int64_t limit_ns = is_pop3 ? s->diagnosis->limits->pop3_reply_ns : s->diagnosis->limits->reply_ns;
	struct finding *f;

	if (t->slowest_ns < limit_ns)
		return;
	f = diagnosis_add(s, is_pop3 ? RULE_P21 : RULE_S61, false, NULL);
	if (f != NULL)
		f->index = t->slowest_index;
	diagnosis_say(s, f, "The slowest reply, that to %.*s, took %.1f s", (int)t->slowest.len,
		      (const char *)t->slowest.data, (double)t->slowest_ns / (double)CLOCK_NS_PER_S);
}

void judge_talk_finish(struct session *s)
{
	judge_deletions(s);
	judge_slowness(s);
	if (s->speaks != NULL)
		diagnosis_say(s, diagnosis_add(s, RULE_S48, false, NULL),
			      "The port is one of mail, but %s is spoken there", s->speaks);
}
