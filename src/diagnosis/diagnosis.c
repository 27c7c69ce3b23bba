#include "diagnosis/diagnosis.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnosis/rules.h"

enum {
	MESSAGE_MAX = 1024,
	TEXTS_MIN = 88, /* most sessions have the names of both hosts only */
};

#define ALIGNED(size) (((size) + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t))

static const struct rule_family *const families[FAMILIES] = {
#define FAMILY(id, name) &rules_##name##_family,
#include "diagnosis/families.def"
#undef FAMILY
};

static size_t size_of_states(void)
{
	size_t size = 0;

	for (size_t i = 0; i < FAMILIES; i++)
		size += families[i]->is_apart ? 0 : ALIGNED(families[i]->state_size);
	return size;
}

static void place_states(struct diagnosis *d, uint8_t *at)
{
	for (size_t i = 0; i < FAMILIES; i++) {
		if (families[i]->state_size == 0 || families[i]->is_apart)
			continue;
		d->state[i] = at;
		at += ALIGNED(families[i]->state_size);
	}
}

/* One piece of memory: the states that all sessions need stand after it. */
struct diagnosis *diagnosis_new(const struct limits *limits, const struct reply_patterns *patterns,
				const struct key_help *key_help)
{
	size_t size = ALIGNED(sizeof(struct diagnosis)) + size_of_states();
	struct diagnosis *d = mem_zalloc(size);

	d->size = size;
	d->limits = limits;
	d->patterns = patterns;
	d->key_help = key_help;
	d->texts.first_size = TEXTS_MIN;
	place_states(d, (uint8_t *)d + ALIGNED(sizeof(*d)));
	return d;
}

void *rules_new_state(struct diagnosis *d, enum family family)
{
	assert(families[family]->is_apart && d->state[family] == NULL);
	d->state[family] = mem_zalloc(families[family]->state_size);
	d->size += families[family]->state_size;
	return d->state[family];
}

static void free_states(struct diagnosis *d)
{
	for (size_t i = 0; i < FAMILIES; i++)
		if (families[i]->is_apart)
			free(d->state[i]);
	memset(d->state, 0, sizeof(d->state));
}

size_t diagnosis_memory(const struct diagnosis *d)
{
	return d != NULL ? d->size + d->cap * sizeof(*d->findings) + d->texts.held : 0;
}

struct diagnosis *diagnosis_compact(struct diagnosis *d)
{
	if (d == NULL)
		return NULL;
	d->findings = mem_shrink(d->findings, &d->cap, d->count, sizeof(*d->findings));
	d->size = ALIGNED(sizeof(*d));
	free_states(d);
	return mem_move(d, d->size);
}

/* The texts of its findings stay where they are: they only become more. */
struct diagnosis *diagnosis_hold(const struct diagnosis *d)
{
	size_t size = ALIGNED(sizeof(*d)) + size_of_states();
	struct diagnosis *held;

	if (d == NULL)
		return NULL;
	held = mem_alloc(size);
	memcpy(held, d, size);
	place_states(held, (uint8_t *)held + ALIGNED(sizeof(*held)));
	held->texts = (struct arena){0};
	held->findings = mem_alloc((d->count > 0 ? d->count : 1) * sizeof(*d->findings));
	held->cap = d->count > 0 ? d->count : 1;
	for (size_t i = 0; i < d->count; i++)
		held->findings[i] = d->findings[i];
	for (size_t i = 0; i < FAMILIES; i++) {
		if (!families[i]->is_apart || d->state[i] == NULL)
			continue;
		held->state[i] = mem_alloc(families[i]->state_size);
		memcpy(held->state[i], d->state[i], families[i]->state_size);
	}
	return held;
}

struct diagnosis *diagnosis_go_on(struct diagnosis *d, struct diagnosis *held)
{
	if (d == NULL || held == NULL)
		return d;
	held->texts = d->texts;
	held->program = d->program; /* learnt at its end */
	d->texts = (struct arena){0};
	diagnosis_free(d);
	return held;
}

void diagnosis_fetch(const struct diagnosis *d)
{
	if (d != NULL)
		mem_fetch(d, ALIGNED(sizeof(*d)) + size_of_states());
}

void diagnosis_free(struct diagnosis *d)
{
	if (d == NULL)
		return;
	free_states(d);
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
		[PHASE_TLS] = "performing the TLS handshake",
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
		[PHASE_SELECTING] = "selecting a mailbox",
		[PHASE_SEARCHING] = "searching",
		[PHASE_APPENDING] = "appending a mail",
		[PHASE_IDLING] = "idling",
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

enum phase phase_of_mail(const struct mail *m)
{
	if (m->direction == MAIL_SENT)
		return PHASE_BODY;
	return m->direction == MAIL_APPENDED ? PHASE_APPENDING : PHASE_RETRIEVING;
}

/* ---- what happens ---- */

/* The rows are constant: what a family does not look at costs nothing. */
#define TELL(family, hook, ...)                                                                                        \
	if ((family).hook != NULL && ((family).traits == 0 || protocol_has(s->protocol, (family).traits)))             \
		(family).hook(__VA_ARGS__);

void diagnosis_event(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		     const struct stamp *last)
{
	if (s->diagnosis == NULL)
		return;
#define FAMILY(id, name) TELL(rules_##name##_family, event, s, event, first, last)
#include "diagnosis/families.def"
#undef FAMILY
}

void diagnosis_command(struct session *s, struct command *c)
{
	if (s->diagnosis == NULL)
		return;
#define FAMILY(id, name) TELL(rules_##name##_family, command, s, c)
#include "diagnosis/families.def"
#undef FAMILY
}

void diagnosis_mail(struct session *s, struct mail *m)
{
	if (s->diagnosis == NULL)
		return;
#define FAMILY(id, name) TELL(rules_##name##_family, mail, s, m)
#include "diagnosis/families.def"
#undef FAMILY
}

void diagnosis_content(struct session *s, struct mail *m, const struct body_lint *lint)
{
	if (s->diagnosis == NULL)
		return;
#define FAMILY(id, name) TELL(rules_##name##_family, content, s, m, lint)
#include "diagnosis/families.def"
#undef FAMILY
}

void diagnosis_tls(struct session *s, const struct tls_event *event, const struct stamp *at)
{
	if (s->diagnosis == NULL)
		return;
#define FAMILY(id, name) TELL(rules_##name##_family, tls, s, event, at)
#include "diagnosis/families.def"
#undef FAMILY
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

/* That a mail was delivered is the cause of nothing; nor is who made a certificate: what came of that is. */
static bool may_be_root(const struct finding *f)
{
	return f->rule != RULE_S60 && f->rule != RULE_T15 && !f->is_overcome;
}

static struct finding *find_root(const struct diagnosis *d)
{
	struct finding *root = NULL;

	for (size_t i = 0; i < d->count; i++)
		if (may_be_root(&d->findings[i]) && is_better_root(&d->findings[i], root))
			root = &d->findings[i];
	return root;
}

void diagnosis_finish(struct session *s)
{
	struct diagnosis *d = s->diagnosis;
	struct finding *root;

	if (d == NULL || d->is_settled)
		return;
#define FAMILY(id, name) TELL(rules_##name##_family, finish, s)
#include "diagnosis/families.def"
#undef FAMILY
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

static bool has_rule(const struct diagnosis *d, enum rule rule)
{
	return d->has_rule[rule / 8] >> rule % 8 & 1;
}

static void set_rule(struct diagnosis *d, enum rule rule, bool has)
{
	uint8_t bit = (uint8_t)(1U << rule % 8);

	d->has_rule[rule / 8] = has ? d->has_rule[rule / 8] | bit : d->has_rule[rule / 8] & (uint8_t)~bit;
}

bool diagnosis_has(const struct session *s, enum rule rule)
{
	return s->diagnosis != NULL && has_rule(s->diagnosis, rule);
}

static size_t count_of(const struct diagnosis *d, enum rule rule)
{
	size_t count = 0;

	for (size_t i = 0; has_rule(d, rule) && i < d->count; i++)
		count += d->findings[i].rule == rule;
	return count;
}

void rules_rename(struct diagnosis *d, struct finding *f, enum rule rule)
{
	enum rule before = (enum rule)f->rule;

	f->rule = (uint8_t)rule;
	set_rule(d, before, count_of(d, before) > 0);
	set_rule(d, rule, true);
}

void diagnosis_add_packet(struct finding *f, uint64_t packet)
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
	if (count_of(d, rule) == FINDINGS_OF_RULE_MAX)
		return NULL;
	set_rule(d, rule, true);
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
	return rules_is_seen(s) && !session_tls_is_opaque(s);
}

const char *diagnosis_quote(const struct reply *r, char *out, size_t size)
{
	struct slice text = reply_text(r);
	int len = snprintf(out, size, "%.*s %.*s", r->code_len, r->word, (int)text.len, (const char *)text.data);

	for (int i = 0; i < len && i < (int)size - 1; i++)
		if (out[i] == '\n')
			out[i] = ' ';
	return out;
}
