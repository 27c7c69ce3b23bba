#include "diagnosis/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "common/commands.h"
#include "diagnosis/rules.h"

enum {
	MESSAGE_MAX = 1024,
};

struct diagnosis *diagnosis_new(const struct limits *limits, const struct reply_patterns *patterns)
{
	struct diagnosis *d = mem_zalloc(sizeof(*d));

	d->limits = limits;
	d->patterns = patterns;
	return d;
}

void diagnosis_free(struct diagnosis *d)
{
	if (d == NULL)
		return;
	arena_fini(&d->texts);
	free(d->findings);
	free(d);
}

/* ---- phases ---- */

const char *phase_name(enum phase phase)
{
	static const char *const names[PHASES] = {
		[PHASE_CONNECT] = "connecting",
		[PHASE_GREETING] = "receiving the initial server greeting",
		[PHASE_EHLO] = "performing the EHLO handshake",
		[PHASE_STARTTLS] = "receiving the STARTTLS response",
		[PHASE_AUTH] = "performing authentication",
		[PHASE_MAIL] = "sending MAIL FROM",
		[PHASE_RCPT] = "sending RCPT TO",
		[PHASE_DATA] = "sending DATA command",
		[PHASE_BODY] = "sending message body",
		[PHASE_END_OF_DATA] = "sending end of data -- message may be sent more than once",
		[PHASE_RSET] = "sending RSET",
		[PHASE_QUIT] = "sending QUIT",
		[PHASE_LOGIN] = "logging in",
		[PHASE_LISTING] = "listing the mailbox",
		[PHASE_RETRIEVING] = "retrieving a mail",
		[PHASE_DELETING] = "deleting a mail",
	};

	return names[phase];
}

/* What another protocol has is a line like any other. */
enum phase phase_of_command(const struct session *s, const struct command *c)
{
	const struct command_row *row = command_row(c);

	if (row != NULL && (row->kind == KIND_STARTTLS || commands_is_spoken(row, s->protocol)))
		return (enum phase)row->phase;
	row = commands_of_verb(s->protocol, VERB_UNPARSED);
	return row != NULL ? (enum phase)row->phase : PHASE_NONE;
}

/* ---- what happens ---- */

void diagnosis_event(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		     const struct stamp *last)
{
	if (s->diagnosis == NULL)
		return;
	rules_dialogue_event(s, event, first, last);
	rules_latency_event(s, event, first, last);
	rules_network_event(s, event);
}

/* A mechanism was asked for that the server does not have, and another one served. */
static void call_probe(struct diagnosis *d, struct finding *f)
{
	f->rule = RULE_P23;
	f->severity = (uint8_t)rule_row(RULE_P23)->permanent;
	d->of_rule[RULE_P01]--;
	d->of_rule[RULE_P23]++;
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

void diagnosis_command(struct session *s, struct command *c)
{
	if (s->diagnosis == NULL)
		return;
	rules_reply(s, c);
	note_overcome(s, c);
	rules_dialogue_command(s, c);
	rules_latency_command(s, c);
	rules_tls_command(s, c);
	if (s->protocol == PROTOCOL_POP3)
		rules_pop3_command(s, c);
}

void diagnosis_mail(struct session *s, struct mail *m)
{
	if (s->diagnosis == NULL)
		return;
	rules_mail(s, m);
	if (m->direction != MAIL_SENT)
		rules_pop3_mail(s, m);
}

void diagnosis_content(struct session *s, struct mail *m, const struct inspection *i)
{
	if (s->diagnosis != NULL)
		rules_content(s, m, i);
}

struct related_traffic *diagnosis_related_traffic(struct session *s)
{
	return s->diagnosis != NULL ? &s->diagnosis->network.related : NULL;
}

/* What is worse comes first; of what is equally bad, what comes earlier in the order of causes; then what was found
 * first. */
static bool is_better_root(const struct finding *f, const struct finding *root)
{
	enum rule_order order = rule_row((enum rule)f->rule)->order;

	if (root == NULL || f->severity != root->severity)
		return root == NULL || f->severity > root->severity;
	return order < rule_row((enum rule)root->rule)->order;
}

/* That a mail was delivered is the cause of nothing. */
static struct finding *find_root(const struct diagnosis *d)
{
	struct finding *root = NULL;

	for (size_t i = 0; i < d->count; i++)
		if (d->findings[i].rule != RULE_S60 && !d->findings[i].is_overcome &&
		    is_better_root(&d->findings[i], root))
			root = &d->findings[i];
	return root;
}

void diagnosis_finish(struct session *s)
{
	struct diagnosis *d = s->diagnosis;
	struct finding *root;

	if (d == NULL || d->is_settled)
		return;
	rules_dialogue_finish(s);
	rules_latency_finish(s);
	rules_tls_finish(s);
	if (s->protocol == PROTOCOL_POP3)
		rules_pop3_finish(s);
	rules_network_finish(s);
	rules_close_finish(s);
	root = find_root(d);
	if (root != NULL)
		root->is_root = true;
	d->is_settled = true;
}

/* ---- findings ---- */

size_t diagnosis_count(const struct session *s)
{
	return s->diagnosis != NULL ? s->diagnosis->count : 0;
}

const struct finding *diagnosis_finding(const struct session *s, size_t number)
{
	return number < diagnosis_count(s) ? &s->diagnosis->findings[number] : NULL;
}

const struct finding *diagnosis_root(const struct session *s)
{
	return s->diagnosis != NULL ? find_root(s->diagnosis) : NULL;
}

size_t diagnosis_count_from(const struct session *s, enum severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < diagnosis_count(s); i++)
		count += s->diagnosis->findings[i].severity >= (uint8_t)severity;
	return count;
}

/* ---- for the rules ---- */

bool diagnosis_has(const struct session *s, enum rule rule)
{
	return s->diagnosis != NULL && s->diagnosis->of_rule[rule] > 0;
}

void diagnosis_add_packet(struct finding *f, uint32_t packet)
{
	if (f == NULL || packet == 0 || f->packet_count == FINDING_PACKETS)
		return;
	for (size_t i = 0; i < f->packet_count; i++)
		if (f->packets[i] == packet)
			return;
	f->packets[f->packet_count++] = packet;
}

static void point_to_command(const struct session *s, struct finding *f, const struct command *c)
{
	f->index = s->first_index + (uint32_t)(c - s->commands);
	f->mail = c->mail;
	f->phase = (uint8_t)phase_of_command(s, c);
	f->time_ns = c->last_reply != NULL ? c->last_reply->time_ns : c->time_ns;
	diagnosis_add_packet(f, c->packet);
	if (c->last_reply != NULL)
		diagnosis_add_packet(f, c->last_reply->packet);
}

struct finding *diagnosis_add(struct session *s, enum rule rule, bool is_permanent, const struct command *c)
{
	struct diagnosis *d = s->diagnosis;
	const struct rule_row *row = rule_row(rule);
	struct finding *f;

	if (d == NULL)
		return NULL;
	if (d->of_rule[rule] < UINT8_MAX)
		d->of_rule[rule]++;
	if (d->of_rule[rule] > FINDINGS_OF_RULE_MAX)
		return NULL;
	d->findings = mem_grow(d->findings, &d->cap, d->count + 1, sizeof(*d->findings));
	f = &d->findings[d->count++];
	*f = (struct finding){.rule = (uint8_t)rule,
			      .severity = (uint8_t)(is_permanent ? row->permanent : row->temporary),
			      .index = DIALOGUE_NO_COMMAND,
			      .time_ns = s->end_ns,
			      .message = slice_from_text(row->meaning)};
	if (c != NULL)
		point_to_command(s, f, c);
	return f;
}

void diagnosis_say(struct session *s, struct finding *f, const char *format, ...)
{
	char text[MESSAGE_MAX];
	va_list args;
	int len;

	if (f == NULL)
		return;
	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0)
		return;
	f->message = arena_copy(&s->diagnosis->texts,
				slice_of(text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1));
}

bool diagnosis_is_whole(const struct session *s)
{
	return rules_is_seen(s) && !s->tls;
}

const char *diagnosis_quote(const struct reply *r, char *out, size_t size)
{
	struct slice text = reply_text(r);
	int len = snprintf(out, size, "%.*s %.*s", r->code_len, r->code, (int)text.len, (const char *)text.data);

	for (int i = 0; i < len && i < (int)size - 1; i++)
		if (out[i] == '\n')
			out[i] = ' ';
	return out;
}

/* ---- what the families share ---- */

struct finding *rules_add(struct session *s, enum rule rule, bool is_permanent, enum phase phase,
			  const struct stamp *at)
{
	struct finding *f = diagnosis_add(s, rule, is_permanent, NULL);

	if (f == NULL)
		return NULL;
	f->phase = (uint8_t)phase;
	if (at != NULL) {
		f->time_ns = at->time_ns;
		diagnosis_add_packet(f, at->packet);
	}
	return f;
}

void rules_place(const struct session *s, struct finding *f, uint32_t index)
{
	const struct command *c = session_command(s, index);

	if (f == NULL || c == NULL)
		return;
	f->index = index;
	f->mail = c->mail != 0 ? c->mail : s->receiving != NULL ? s->receiving->number : 0;
}

bool rules_is_seen(const struct session *s)
{
	return s->handshake == SESSION_HANDSHAKE_COMPLETE && s->side[SIDE_CLIENT].missing_bytes == 0 &&
	       s->side[SIDE_SERVER].missing_bytes == 0 && s->side[SIDE_CLIENT].packets > 0 &&
	       s->side[SIDE_SERVER].packets > 0;
}

void rules_doubt(struct session *s, enum rule rule, const char *what)
{
	uint64_t missing = s->side[SIDE_CLIENT].missing_bytes + s->side[SIDE_SERVER].missing_bytes;
	struct finding *f;

	if (missing == 0 || s->tls || diagnosis_has(s, rule))
		return;
	f = rules_add(s, rule, false, rules_last_phase(s), NULL);
	if (f != NULL)
		f->severity = SEVERITY_INFO;
	diagnosis_say(s, f, "It cannot be decided %s: the capture lost %llu bytes of this session", what,
		      (unsigned long long)missing);
}

enum phase rules_last_phase(const struct session *s)
{
	const struct rules_dialogue *t = &s->diagnosis->talk;

	if (t->is_body_open)
		return s->protocol == PROTOCOL_POP3 ? PHASE_RETRIEVING : PHASE_BODY;
	if (t->open_phase != PHASE_NONE)
		return (enum phase)t->open_phase;
	return t->last_phase != PHASE_NONE ? (enum phase)t->last_phase : PHASE_GREETING;
}

bool rules_is_verb(const struct command *c, enum verb verb)
{
	return command_row(c) != NULL && command_row(c)->verb == verb;
}

const char *rules_side_name(enum side side)
{
	return side == SIDE_CLIENT ? "client" : "server";
}

double rules_seconds(int64_t ns)
{
	return (double)ns / (double)CLOCK_NS_PER_S;
}

bool rules_was_told_to_go(const struct session *s)
{
	static const enum rule rules[] = {RULE_S01, RULE_S02, RULE_S03, RULE_S19, RULE_S28,
					  RULE_A10, RULE_P04, RULE_P05, RULE_P06, RULE_P16};

	if (s->diagnosis->talk.is_turned_away)
		return true;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (diagnosis_has(s, rules[i]))
			return true;
	return s->protocol == PROTOCOL_POP3 && s->diagnosis->talk.is_refused;
}
