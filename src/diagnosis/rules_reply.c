/*
 * What a refusal says of the command, the recipient, the mail or the login that it answers.
 */
#include "diagnosis/rules_reply.h"

#include "diagnosis/protocol_rules.h"
#include "diagnosis/reply_rows.h"
#include "diagnosis/rules_dialogue.h"
#include "diagnosis/rules_hello.h"

#include <stdio.h>

#include "base/buffer.h"
#include "diagnosis/phrase.h"
#include "diagnosis/reply_patterns.h"
#include "mail/transaction.h"

enum {
	WHAT_SIZE = 320,
};

static const struct slice nothing;

static bool contains_nocase(struct slice text, const char *word, size_t len)
{
	for (size_t at = 0; at + len <= text.len; at++) {
		size_t i = 0;

		while (i < len && slice_upper_byte(text.data[at + i]) == slice_upper_byte((uint8_t)word[i]))
			i++;
		if (i == len)
			return true;
	}
	return false;
}

/* ---- where and what ---- */

static enum where place_of_smtp(const struct command *c)
{
	switch ((enum command_kind)c->kind) {
	case KIND_GREETING:
		return AT_GREETING;
	case KIND_HELLO:
		return AT_HELLO;
	case KIND_AUTH:
		return AT_AUTH;
	case KIND_MAIL:
		return AT_MAIL;
	case KIND_RCPT:
		return AT_RCPT;
	case KIND_DATA:
		return AT_DATA;
	case KIND_BDAT:
		return transaction_is_chunk(c) ? AT_MESSAGE : AT_OTHER;
	case KIND_MESSAGE:
		return AT_MESSAGE;
	case KIND_STARTTLS:
		return AT_STARTTLS;
	case KIND_QUIT:
		return AT_QUIT;
	case KIND_UNSOLICITED:
		return AT_UNSOLICITED;
	default:
		return AT_OTHER;
	}
}

static enum where place_of_pop3(const struct command *c)
{
	switch ((enum command_kind)c->kind) {
	case KIND_GREETING:
		return AT_GREETING;
	case KIND_AUTH:
		return c->arguments_len > 0 ? AT_LOGIN : AT_PROBE;
	case KIND_USER:
	case KIND_PASS:
	case KIND_APOP:
		return AT_LOGIN;
	case KIND_CAPA:
		return AT_PROBE;
	case KIND_UIDL:
		return c->arguments_len > 0 ? AT_NUMBER : AT_UIDL;
	case KIND_LIST:
	case KIND_RETR:
	case KIND_TOP:
	case KIND_DELE:
		return AT_NUMBER;
	case KIND_STARTTLS:
		return AT_STARTTLS;
	case KIND_QUIT:
		return AT_QUIT;
	case KIND_UNSOLICITED:
		return AT_UNSOLICITED;
	default:
		break;
	}
	return rules_is_verb(c, VERB_XTND) || rules_is_verb(c, VERB_LAST) || rules_is_verb(c, VERB_LANG) ||
			       rules_is_verb(c, VERB_UTF8)
		       ? AT_PROBE
		       : AT_OTHER;
}

/* The data that the reply is about are still passing. */
static bool is_early(const struct session *s, const struct command *c)
{
	const struct mail *m = c->kind == KIND_MESSAGE || c->kind == KIND_BDAT ? s->receiving[SIDE_CLIENT] : NULL;

	return m != NULL && m->answered_early && m->number == c->mail;
}

/* What was refused, in words: "the recipient bob@example.net". */
static void put_what(const struct session *s, const struct command *c, char *out, size_t size)
{
	struct slice arguments = command_arguments(c);
	size_t colon = slice_find(arguments, ':');
	struct slice path = slice_trim(slice_after(arguments, colon < arguments.len ? colon + 1 : 0));
	struct slice user;

	switch ((enum command_kind)c->kind) {
	case KIND_GREETING:
		snprintf(out, size, "the session");
		break;
	case KIND_MAIL:
		snprintf(out, size, "the sender %.*s", (int)path.len, (const char *)path.data);
		break;
	case KIND_RCPT:
		snprintf(out, size, "the recipient %.*s", (int)path.len, (const char *)path.data);
		break;
	case KIND_MESSAGE:
	case KIND_BDAT:
		snprintf(out, size, is_early(s, c) ? "the mail before its end" : "the mail");
		break;
	case KIND_UNSOLICITED:
		snprintf(out, size, "to go on");
		break;
	case KIND_AUTH:
	case KIND_LOGIN:
	case KIND_PASS:
	case KIND_APOP:
		user = c->extra != NULL ? c->extra->user : s->user;
		snprintf(out, size, user.len > 0 ? "the login of %.*s" : "the login%.*s", (int)user.len,
			 (const char *)user.data);
		break;
	default:
		snprintf(out, size, "%.*s%s%.*s", (int)c->verb_len, (const char *)c->verb, arguments.len > 0 ? " " : "",
			 c->secret ? 0 : (int)arguments.len, (const char *)arguments.data);
		break;
	}
}

static bool is_null_sender(const struct command *c)
{
	return c->kind == KIND_MAIL && contains_nocase(command_arguments(c), ":<>", 3);
}

bool rules_reply_is_oauth(const struct command *c)
{
	return c->extra != NULL && (slice_equals_nocase(c->extra->mechanism, "XOAUTH2") ||
				    slice_equals_nocase(c->extra->mechanism, "OAUTHBEARER"));
}

/* The mechanism is none of those that the server has offered. */
static bool is_strange_mechanism(const struct session *s, const struct command *c)
{
	struct slice offered = rules_hello_of(s)->mechanisms;

	if (offered.len == 0 || !slice_equals_nocase(command_verb(c), "AUTH") || c->extra == NULL ||
	    c->extra->mechanism.len == 0)
		return false;
	for (size_t at = 0; at < offered.len;) {
		struct slice word = slice_after(offered, at);

		word = slice_sub(word, 0, slice_find(word, ' '));
		at += word.len + 1;
		if (word.len == c->extra->mechanism.len &&
		    contains_nocase(word, (const char *)c->extra->mechanism.data, word.len))
			return false;
	}
	return true;
}

static bool has_8bit(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] > 127)
			return true;
	return false;
}

/* 421 to nobody's question, after a silence: the server did not want to wait any longer. */
static bool is_behind_silence(const struct session *s, const struct command *c)
{
	const struct command *before = c > s->commands ? c - 1 : NULL;

	return (c->kind == KIND_UNSOLICITED || is_early(s, c)) && before != NULL && before->last_reply != NULL &&
	       c->last_reply->time_ns - before->last_reply->time_ns >= s->diagnosis->limits->idle_smtp_ns;
}

static enum rule refine_sender(const struct session *s, const struct command *c, enum rule rule)
{
	bool is_unicode = (c->kind == KIND_MAIL || c->kind == KIND_RCPT) && has_8bit(command_arguments(c)) &&
			  !(rules_hello_of(s)->offers & OFFER_SMTPUTF8);

	if (is_unicode && (rule == RULE_S10 || rule == RULE_S11 || rule == RULE_S12))
		return RULE_S45;
	if (is_null_sender(c) && (rule == RULE_S10 || rule == RULE_S28 || rule == RULE_S29 || rule == RULE_S19))
		return RULE_S51;
	return rule;
}

/* Why a mail was not given, or not deleted: there is none of that number, the server does not know the command, or has
 * trouble of its own. */
static enum rule refine_number(const struct session *s, const struct command *c)
{
	size_t digits;
	uint64_t number = slice_decimal(command_arguments(c), &digits);
	const struct session_mailbox *box = session_mailbox(s);

	if (digits > 0 && (number == 0 || (box->known && number > box->messages)))
		return RULE_P25;
	if (phrase_any(reply_text(c->last_reply), WORDS_NO_COMMAND))
		return RULE_S47;
	if (phrase_any(reply_text(c->last_reply), WORDS_NO_MAIL) && !phrase_any(reply_text(c->last_reply), "read-only"))
		return RULE_P25;
	return RULE_P04;
}

/* Some rules look at more than the reply. */
static enum rule refine(const struct session *s, const struct command *c, enum rule rule)
{
	rule = refine_sender(s, c, rule);
	if (rule == RULE_A01 && rules_reply_is_oauth(c))
		return RULE_A11;
	if (rule == RULE_A01 && is_strange_mechanism(s, c))
		return RULE_A03;
	if (rule == RULE_S28 && is_behind_silence(s, c))
		return RULE_S03;
	if (rule == RULE_S22 && rules_dialogue_of(s)->recipients_accepted > 0 && c->last_reply->code[2] == '3')
		return RULE_S46;
	if (rule == RULE_P25)
		return refine_number(s, c);
	if (rule == RULE_P23 && s->user.len > 0)
		return RULE_S47;
	return rule;
}

/* One reply of several to a mail's data: "the mail for bob@example.net". */
static const struct recipient *recipient_of(const struct session *s, const struct command *c, const struct reply *r)
{
	struct mail *m = c->mail != 0 && c->replies != c->last_reply ? session_mail(s, c->mail) : NULL;

	return m != NULL ? transaction_recipient(m, r) : NULL;
}

static void put_recipient(const struct session *s, const struct command *c, const struct reply *r, char *what,
			  size_t size)
{
	const struct recipient *to = recipient_of(s, c, r);

	if (to != NULL)
		snprintf(what, size, "the mail for %.*s", (int)to->address.len, (const char *)to->address.data);
}

static void note_refusal(struct finding *f, const struct command *c, const struct reply *r)
{
	bool has_said = false;

	if (f == NULL || reply_is_positive(r))
		return;
	for (const struct session_line *l = c->extra != NULL ? c->extra->lines : NULL; l != NULL; l = l->next)
		has_said |= l->from == SIDE_CLIENT;
	f->is_refusal = true;
	f->is_bare = c->kind == KIND_AUTH && !has_said;
}

struct finding *rules_reply_add(struct session *s, struct command *c, const struct reply *r, enum rule rule,
				struct slice meaning)
{
	struct finding *f = diagnosis_add(s, rule, r->code[0] != '4', c);
	char quote[RULES_QUOTE_SIZE];
	char what[WHAT_SIZE];

	note_refusal(f, c, r);
	if (f != NULL && is_early(s, c))
		f->phase = PHASE_BODY;
	put_what(s, c, what, sizeof(what));
	put_recipient(s, c, r, what, sizeof(what));
	diagnosis_quote(r, quote, sizeof(quote));
	if (rule == RULE_S60)
		diagnosis_say(s, f, "The server took %s: %s", what, quote);
	else if (rule == RULE_S03)
		diagnosis_say(s, f, "The server did not want to wait for the client any longer: %s", quote);
	else if (rule == RULE_S58)
		diagnosis_say(s, f, "The server says that %s has moved: %s", what, quote);
	else
		diagnosis_say(s, f, "The server refused %s: %s%s%.*s", what, quote, meaning.len > 0 ? " - " : "",
			      (int)meaning.len, (const char *)meaning.data);
	if (f != NULL && rule == RULE_S60)
		f->phase = PHASE_NONE; /* it is over */
	if (f != NULL && rule == RULE_S22 && rules_dialogue_of(s)->recipients_accepted > 0)
		f->severity = r->code[0] == '4' ? SEVERITY_WARNING : SEVERITY_CRITICAL; /* nothing else is the cause */
	return f;
}

/* IMAP has rules of its own, and those of logins. */
static bool is_spoken(const struct session *s, enum rule rule)
{
	char family = rule_row(rule)->id[0];

	return protocol_has(s->protocol, PROTOCOL_TAGGED) ? family == 'I' || family == 'A' : family != 'I';
}

/* The words of a server that is known come before the general table. */
static bool judge_wording(struct session *s, struct command *c, const struct reply *r)
{
	const struct reply_pattern *row = reply_is_positive(r) ? NULL : reply_patterns_find(s->diagnosis->patterns, r);

	if (row == NULL || !is_spoken(s, row->rule))
		return false;
	rules_reply_add(s, c, r, refine(s, c, row->rule), row->meaning);
	return true;
}

/* RFC 2034 section 4: the class of the enhanced code is the first digit of the code. */
static void judge_contradiction(struct session *s, struct command *c, const struct reply *r)
{
	char quote[RULES_QUOTE_SIZE];
	struct finding *f;

	if (r->enhanced_len == 0 || r->code_len != 3 || r->enhanced[0] == r->code[0] ||
	    (r->code[0] == '3' && r->enhanced[0] == '2'))
		return;
	f = diagnosis_add(s, RULE_S56, false, c);
	diagnosis_say(s, f, "The two codes of the reply to %.*s contradict each other: %s", (int)c->verb_len,
		      (const char *)c->verb, diagnosis_quote(r, quote, sizeof(quote)));
}

/* RFC 3463 section 3.2, 3.3: addresses and mailboxes. */
static bool is_about_mailbox(const struct reply *r)
{
	return r->enhanced_len > 2 && (r->enhanced[2] == '1' || r->enhanced[2] == '2');
}

bool rules_reply_is_about_tls(const struct session *s, const struct command *c)
{
	return c->kind == KIND_UNSOLICITED && s->tls_begin[SIDE_CLIENT] != UINT64_MAX && session_tls_is_opaque(s);
}

void rules_reply_smtp(struct session *s, struct command *c, const struct reply *r)
{
	enum where where = recipient_of(s, c, r) != NULL && is_about_mailbox(r) ? AT_RCPT : place_of_smtp(c);
	enum rule rule;
	size_t number = 0;

	if (r->code_len != 3)
		return;
	judge_contradiction(s, c, r);
	if (c->kind == KIND_RCPT && r->code_len == 3 && memcmp(r->code, "251", 3) == 0) {
		rules_reply_add(s, c, r, RULE_S58, nothing);
	} else if (reply_is_positive(r)) {
		if (where == AT_MESSAGE && r->code[0] == '2' && c->kind == KIND_MESSAGE && r == transaction_decision(c))
			rules_reply_add(s, c, r, RULE_S60, nothing);
	} else {
		while ((rule = reply_rows_smtp(where, r, &number)) == RULE_S47 && rules_reply_is_about_tls(s, c))
			;
		if (rule != RULES)
			rules_reply_add(s, c, r, refine(s, c, rule), nothing);
	}
}

void rules_reply_pop3(struct session *s, struct command *c, const struct reply *r)
{
	enum where where = place_of_pop3(c);
	enum rule rule;
	size_t number = 0;

	if (reply_is_positive(r))
		return;
	rule = reply_rows_pop3(where, r, &number);
	if (rule != RULES)
		rules_reply_add(s, c, r, refine(s, c, rule), nothing);
}

static void judge_replies(struct session *s, struct command *c)
{
	for (const struct reply *r = c->replies; r != NULL; r = r->next)
		if (r->code_len != 0 && !judge_wording(s, c, r))
			protocol_rules(s->protocol)->reply(s, c, r);
}

/* A mechanism was asked for that the server does not have, and another one served. */
static void call_probe(struct diagnosis *d, struct finding *f)
{
	f->severity = (uint8_t)rule_row(RULE_P23)->permanent;
	rules_rename(d, f, RULE_P23);
}

/* What was refused and then taken, a login or DATA of the same mail, is not why anything failed. */
static void note_overcome(struct session *s, const struct command *c)
{
	bool is_taken = c->kind == KIND_DATA ? c->replies != NULL && reply_is_positive(c->replies)
					     : c->extra != NULL && c->extra->is_login && c->extra->login_success;
	uint8_t phase = (uint8_t)phase_of_command(s, c);

	for (size_t i = 0; is_taken && i < s->diagnosis->count; i++) {
		struct finding *f = &s->diagnosis->findings[i];

		if (!f->is_refusal || f->phase != phase || f->mail != c->mail)
			continue;
		f->is_overcome = true;
		if (f->is_bare && f->rule == RULE_P01)
			call_probe(s->diagnosis, f);
	}
}

static void take_command(struct session *s, struct command *c)
{
	judge_replies(s, c);
	note_overcome(s, c);
}

const struct rule_family rules_reply_family = {
	.name = "reply",
	.command = take_command,
};
