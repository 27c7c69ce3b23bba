/*
 * How a session of IMAP went, and how it ended.
 */
#include "diagnosis/rules_imap.h"

#include <stdio.h>

#include "common/commands.h"
#include "diagnosis/phrase.h"
#include "diagnosis/reply_rows.h"
#include "diagnosis/rules_dialogue.h"
#include "mail/session_imap.h"
#include "proto/verb.h"

#define WORDS_GUESSING "auth fail|authentication failures|login failures|too many invalid|too many failed"
#define WORDS_COMMANDS                                                                                                 \
	"too many invalid imap command|too many invalid command|too many bad command|too many unknown command"
#define WORDS_SHUTTING_DOWN "shutting down|shutdown|maintenance|restart|internal|error|[unavailable]|[serverbug]"

static bool is_yes(const struct command *c)
{
	return c->last_reply != NULL && reply_is_positive(c->last_reply);
}

/* ---- what is offered before the login ---- */

static void read_offers(struct session *s, struct slice words, uint64_t packet)
{
	struct rules_imap *i = rules_imap_of(s);

	if (i->has_login || i->is_logged_in || s->tls)
		return;
	i->has_offers = true;
	i->has_starttls = i->has_login_disabled = false;
	i->offer_packet = packet;
	while (words.len > 0) {
		struct slice word = verb_word(words, &words);

		i->has_starttls |= slice_equals_nocase(word, "STARTTLS");
		i->has_login_disabled |= slice_equals_nocase(word, "LOGINDISABLED");
	}
}

/* "[CAPABILITY IMAP4rev1 STARTTLS] ready" */
static void read_code(struct session *s, const struct reply *r)
{
	static const char code[] = "[CAPABILITY ";
	struct slice text = slice_trim_left(reply_text(r));

	if (slice_begins_nocase(text, code))
		read_offers(s, slice_after(slice_sub(text, 0, slice_find(text, ']')), sizeof(code) - 1), r->packet);
}

/* ---- the server leaves ---- */

static void note_bye(struct session *s, uint32_t index, struct slice text, const struct stamp *at)
{
	struct rules_imap *i = rules_imap_of(s);

	if (i->has_logout || i->bye.packet != 0)
		return;
	i->bye = *at;
	i->bye_index = index;
	i->bye_text = arena_copy(&s->diagnosis->texts, slice_sub(slice_trim(text), 0, RULES_QUOTE_SIZE));
}

static bool has_refused_login(const struct session *s)
{
	static const enum rule rules[] = {RULE_I01, RULE_I02, RULE_I08, RULE_I10, RULE_A03,
					  RULE_A05, RULE_A08, RULE_A10, RULE_A11};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (diagnosis_has(s, rules[i]))
			return true;
	return false;
}

static void judge_bye(struct session *s)
{
	const struct rules_imap *i = rules_imap_of(s);
	bool is_idle = phrase_any(i->bye_text, WORDS_TIMEOUT "|autologout|auto-logout") &&
		       !phrase_any(i->bye_text, WORDS_SHUTTING_DOWN);
	enum rule rule = RULE_I02;
	struct finding *f;

	if (i->bye.packet == 0 || i->bye_is_answered || s->side[SIDE_CLIENT].packets == 0 ||
	    s->side[SIDE_CLIENT].missing_bytes > 0)
		return;
	if (phrase_any(i->bye_text, "[limit]|" WORDS_CONNECTIONS))
		rule = RULE_I08;
	else if (phrase_any(i->bye_text, WORDS_COMMANDS))
		rule = RULE_S47;
	else if (phrase_any(i->bye_text, WORDS_GUESSING))
		rule = RULE_A10;
	if (!i->is_logged_in && has_refused_login(s))
		return; /* it has said why */
	f = rules_add(s, rule, true, rules_last_phase(s), &i->bye);
	rules_place(s, f, i->bye_index);
	if (f != NULL && rule == RULE_I02 && is_idle)
		f->severity = SEVERITY_NOTICE;
	if (f != NULL && rule == RULE_S47)
		f->severity = SEVERITY_WARNING; /* nothing more could be said */
	diagnosis_say(s, f,
		      is_idle ? "The server ended the session, for nothing had been said for long: BYE %.*s"
			      : "The server ended the session, and nobody had asked it to: BYE %.*s",
		      (int)i->bye_text.len, (const char *)i->bye_text.data);
}

/* ---- events ---- */

static bool is_probe(const struct dialogue_event *event)
{
	static const char *const verbs[] = {"CAPABILITY", "ID", "NOOP", "LOGOUT", "STARTTLS"};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (slice_equals_nocase(event->verb, verbs[i]))
			return true;
	return false;
}

static void take_untagged(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	if (!event->first)
		return;
	if (slice_equals_nocase(event->verb, "CAPABILITY"))
		read_offers(s, slice_after(event->text, event->verb.len), last->packet);
	else if (slice_equals_nocase(event->verb, "BYE") && event->index != DIALOGUE_NO_COMMAND)
		note_bye(s, event->index, slice_after(event->text, event->verb.len), last);
}

/* A mail, or what is said around it, does not come to its end. */
static void note_cut(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	struct rules_imap *i = rules_imap_of(s);

	if (event->kind == DIALOGUE_MAIL_END) {
		i->cut_is_literal = !event->last;
		i->cut_len = event->mail_size;
		i->cut_size = event->literal_size;
		i->cut_mail = s->receiving[SIDE_SERVER] != NULL ? s->receiving[SIDE_SERVER]->number : 0;
		return;
	}
	i->cut = event->truncated ? *last : (struct stamp){.packet = 0};
	i->cut_index = event->index;
}

static void take_event(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		       const struct stamp *last)
{
	struct rules_imap *i = rules_imap_of(s);

	(void)first;
	if (event->kind == DIALOGUE_COMMAND && event->side == SIDE_CLIENT) {
		i->has_logout |= event->row != NULL && event->row->kind == KIND_QUIT;
		i->has_login |= event->row != NULL && (event->row->kind == KIND_LOGIN || event->row->kind == KIND_AUTH);
		i->has_asked |= slice_equals_nocase(event->verb, "CAPABILITY");
		i->has_more |= !is_probe(event);
	} else if (event->kind == DIALOGUE_UNTAGGED) {
		i->cut_is_literal = false;
		i->cut.packet = 0;
		take_untagged(s, event, last);
	} else if (event->kind == DIALOGUE_REPLY) {
		i->cut.packet = 0;
	} else if (event->kind == DIALOGUE_FETCHED ||
		   (event->kind == DIALOGUE_MAIL_END && event->side == SIDE_SERVER)) {
		note_cut(s, event, last);
	}
}

/* ---- mailboxes ---- */

/* The first word of a command's arguments, without the quotes around it. Those of a literal are not looked at. */
static struct slice first_word(struct slice arguments, struct slice *rest)
{
	size_t end = 1;

	if (arguments.len == 0 || arguments.data[0] != '"')
		return verb_word(arguments, rest);
	while (end < arguments.len && arguments.data[end] != '"')
		end += arguments.data[end] == '\\' ? 2 : 1;
	*rest = slice_trim_left(slice_after(arguments, end + 1));
	return slice_sub(arguments, 1, end - 1);
}

static struct rules_imap_box *add_box(struct session *s, const struct command *c, struct slice name)
{
	struct rules_imap *i = rules_imap_of(s);
	struct rules_imap_box *box;

	if (i->box_count >= RULES_IMAP_BOXES_MAX || name.len == 0 || name.data[0] == '{')
		return NULL;
	i->box_count++;
	box = arena_alloc(&s->diagnosis->texts, sizeof(*box));
	*box = (struct rules_imap_box){.next = i->boxes,
				       .name = arena_copy(&s->diagnosis->texts, name),
				       .index = s->first_index + (uint32_t)(c - s->commands),
				       .packets = {c->packet, c->last_reply->packet}};
	i->boxes = box;
	return box;
}

static void note_select(struct session *s, const struct command *c)
{
	const struct session_imap *imap = session_imap(s);
	struct rules_imap *i = rules_imap_of(s);
	struct rules_imap_box *box;
	struct slice rest;

	i->open = NULL;
	if (!is_yes(c) || imap == NULL || !imap->has_mailbox)
		return;
	box = add_box(s, c, first_word(command_arguments(c), &rest));
	if (box == NULL)
		return;
	box->shown = arena_copy(&s->diagnosis->texts, buffer_slice(&imap->mailbox));
	box->uid_validity = imap->box.uid_validity;
	i->open = box;
}

/* A mailbox that is made anew has a new UIDVALIDITY. */
static void note_renewed(struct session *s, const struct command *c)
{
	static const char *const verbs[] = {"CREATE", "DELETE", "RENAME"};
	struct slice rest = command_arguments(c);

	for (size_t v = 0; is_yes(c) && v < sizeof(verbs) / sizeof(verbs[0]); v++) {
		if (!slice_equals_nocase(command_verb(c), verbs[v]))
			continue;
		for (int word = 0; word < 2 && rest.len > 0; word++) {
			struct rules_imap_box *box = add_box(s, c, first_word(rest, &rest));

			if (box != NULL)
				box->is_renewed = true;
		}
	}
}

static void take_mail(struct session *s, struct mail *m)
{
	const struct mail_imap *imap = session_imap_mail(m);
	struct rules_imap *i = rules_imap_of(s);
	struct rules_imap_fetch *fetch;

	if (m->direction != MAIL_FETCHED || !m->complete || imap == NULL || imap->uid == 0 || i->open == NULL ||
	    imap->mailbox.data == NULL || !slice_equals(imap->mailbox, i->open->shown) ||
	    i->fetch_count >= RULES_IMAP_FETCHES_MAX)
		return;
	i->fetch_count++;
	fetch = arena_alloc(&s->diagnosis->texts, sizeof(*fetch));
	*fetch = (struct rules_imap_fetch){.next = i->fetches,
					   .box = i->open,
					   .uid = imap->uid,
					   .mail = m->number,
					   .packets = {m->first.packet, m->last.packet}};
	i->fetches = fetch;
}

/* ---- commands ---- */

/* IDLE waits for as long as the client likes, and after LOGOUT nobody listens. */
static bool wants_answer(const struct command *c)
{
	return c->packet != 0 && !c->injected && c->kind != KIND_IDLE && c->kind != KIND_QUIT &&
	       c->kind != KIND_GREETING && command_row(c) != NULL && !rules_is_verb(c, VERB_UNPARSED);
}

static void note_unanswered(struct session *s, const struct command *c)
{
	struct rules_imap *i = rules_imap_of(s);

	if (!wants_answer(c) || i->pending_packet != 0)
		return;
	i->pending_index = s->first_index + (uint32_t)(c - s->commands);
	i->pending_packet = c->packet;
	i->pending_ns = c->time_ns;
	i->pending_phase = (uint8_t)phase_of_command(s, c);
	i->pending_is_mail = c->kind == KIND_APPEND;
	i->pending_verb = arena_copy(&s->diagnosis->texts, command_verb(c));
}

static void take_unsolicited(struct session *s, const struct command *c)
{
	struct rules_imap *i = rules_imap_of(s);
	struct stamp at = {c->last_reply->time_ns, c->last_reply->packet};

	if (slice_equals_nocase(reply_code(c->last_reply), "BYE"))
		note_bye(s, s->first_index + (uint32_t)(c - s->commands), reply_text(c->last_reply), &at);
	else if (session_imap_tag(c).len > 0 && reply_is_positive(c->last_reply))
		i->bye_is_answered = i->bye.packet != 0;
}

static void take_command(struct session *s, struct command *c)
{
	struct rules_imap *i = rules_imap_of(s);

	if (c->last_reply == NULL) {
		note_unanswered(s, c);
		return;
	}
	if (c->kind == KIND_GREETING)
		i->is_logged_in = slice_equals_nocase(reply_code(c->last_reply), "PREAUTH");
	if (c->kind == KIND_STARTTLS && is_yes(c))
		i->has_offers = false;
	else if (c->kind != KIND_LOGIN && c->kind != KIND_AUTH)
		read_code(s, c->last_reply);
	if (c->kind == KIND_LOGIN || c->kind == KIND_AUTH)
		i->is_logged_in |= is_yes(c);
	if (c->kind == KIND_UNSOLICITED)
		take_unsolicited(s, c);
	if (c->kind == KIND_SELECT)
		note_select(s, c);
	if (c->kind == KIND_OTHER)
		note_renewed(s, c);
	rules_imap_overcome(s, c);
}

/* ---- the end ---- */

/* Whether what came last was captured whole, be the beginning missing or not. */
static bool is_seen(const struct session *s)
{
	return !s->abandoned && !session_tls_is_opaque(s) && s->side[SIDE_CLIENT].packets > 0 &&
	       s->side[SIDE_SERVER].packets > 0 && s->side[SIDE_CLIENT].missing_bytes == 0 &&
	       s->side[SIDE_SERVER].missing_bytes == 0;
}

static enum side who_left(const struct session *s)
{
	return s->has_fin[SIDE_CLIENT] || s->has_fin[SIDE_SERVER] ? s->first_fin : s->reset_by;
}

static void judge_cut(struct session *s)
{
	const struct rules_imap *i = rules_imap_of(s);
	struct finding *f;
	char who[64];

	if (i->cut.packet == 0)
		return;
	if (!is_seen(s)) {
		rules_doubt(s, RULE_I06, "whether the session ended in the middle of a mail");
		return;
	}
	f = rules_add(s, RULE_I06, true, PHASE_RETRIEVING, &i->cut);
	if (f != NULL && s->state == SESSION_OPEN)
		f->severity = SEVERITY_INFO;
	rules_place(s, f, i->cut_index);
	if (f != NULL && i->cut_mail != 0)
		f->mail = i->cut_mail;
	if (s->state == SESSION_OPEN)
		snprintf(who, sizeof(who), "The capture ended");
	else
		snprintf(who, sizeof(who), "The %s %s the connection", rules_side_name(who_left(s)),
			 s->state == SESSION_RESET ? "reset" : "closed");
	for (enum side side = SIDE_CLIENT; s->state != SESSION_OPEN && side < SIDES; side++)
		rules_add_anomalies(f, s, side, s->state == SESSION_RESET ? TCP_ANOMALY_RST : TCP_ANOMALY_FIN);
	if (i->cut_is_literal)
		diagnosis_say(s, f, "%s in the middle of a mail that the server sent: %llu of %llu bytes had come", who,
			      (unsigned long long)i->cut_len, (unsigned long long)i->cut_size);
	else
		diagnosis_say(s, f, "%s in the middle of an answer to FETCH", who);
}

static void judge_pending(struct session *s)
{
	const struct rules_imap *i = rules_imap_of(s);
	const struct limits *limits = s->diagnosis->limits;
	int64_t waited_ns = s->end_ns - i->pending_ns;
	bool has_server_left = s->state != SESSION_OPEN && who_left(s) == SIDE_SERVER;
	struct finding *f;

	if (i->pending_packet == 0 || diagnosis_has(s, RULE_I06) || s->abandoned)
		return;
	if (!is_seen(s)) {
		rules_doubt(s, RULE_I04, "whether all commands were answered");
		return;
	}
	if (waited_ns < limits->pop3_reply_ns && !has_server_left)
		return; /* who leaves at once does not want to know */
	f = rules_add(s, RULE_I04, true, (enum phase)i->pending_phase, NULL);
	if (f != NULL) {
		f->index = i->pending_index;
		f->time_ns = i->pending_ns;
	}
	if (f != NULL && i->pending_is_mail && s->state != SESSION_OPEN)
		f->severity = SEVERITY_WARNING; /* nobody knows whether the mail is there */
	diagnosis_add_packet(f, i->pending_packet);
	diagnosis_say(s, f, "%.*s never had an answer: %s %.1f s later", (int)i->pending_verb.len,
		      (const char *)i->pending_verb.data,
		      s->state == SESSION_OPEN ? "the capture ended"
		      : has_server_left	       ? "the server left"
					       : "the client left",
		      rules_seconds(waited_ns));
}

/* Who asks how it may log in, and leaves. */
static void judge_offers(struct session *s)
{
	const struct rules_imap *i = rules_imap_of(s);
	struct finding *f;

	if (!i->has_offers || !i->has_asked || i->has_login || i->is_logged_in || i->has_more || i->bye.packet != 0 ||
	    s->tls || s->state == SESSION_OPEN || !diagnosis_is_whole(s) || diagnosis_has(s, RULE_T03) ||
	    diagnosis_has(s, RULE_S37))
		return;
	if (!i->has_starttls) {
		f = rules_add(s, RULE_T01, true, PHASE_STARTTLS, NULL);
		if (f != NULL && i->has_logout)
			f->severity = SEVERITY_NOTICE; /* so do those who only look whether the server is there */
		diagnosis_add_packet(f, i->offer_packet);
		diagnosis_say(s, f, "The server does not offer STARTTLS, and the client left without logging in");
	}
	if (i->has_login_disabled) {
		f = rules_add(s, RULE_I10, true, PHASE_LOGIN, NULL);
		if (f != NULL)
			f->severity = SEVERITY_NOTICE;
		diagnosis_add_packet(f, i->offer_packet);
		diagnosis_say(s, f, "The server says LOGINDISABLED, and the client left without logging in");
	}
}

static void finish(struct session *s)
{
	judge_bye(s);
	judge_cut(s);
	judge_pending(s);
	judge_offers(s);
}

const struct rule_family rules_imap_family = {
	.name = "imap",
	.traits = PROTOCOL_TAGGED,
	.state_size = sizeof(struct rules_imap),
	.is_apart = true,
	.event = take_event,
	.command = take_command,
	.mail = take_mail,
	.finish = finish,
};
