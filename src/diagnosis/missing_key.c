#include "diagnosis/missing_key.h"

#include "common/key_log_ways.h"
#include "mail/session_tls.h"

enum {
	PROGRAM_NAMELESS = UINT8_MAX, /* it greeted, and did not say who it is */
};

static bool is_known(uint8_t program)
{
	return program != 0 && program != PROGRAM_NAMELESS;
}

void missing_key_note_greeting(struct session *s, const struct command *c)
{
	struct diagnosis *d = s->diagnosis;
	size_t row;

	if (d->key_help == NULL || c->kind != KIND_GREETING || c->last_reply == NULL)
		return;
	row = key_log_ways_find(reply_text(c->last_reply));
	d->program = row < PROGRAM_NAMELESS - 1 ? (uint8_t)(row + 1) : PROGRAM_NAMELESS;
}

static unsigned int help_of(const struct session *s)
{
	const struct diagnosis *d = s->diagnosis;
	const struct key_help_ends ends = {.client = s->side[SIDE_CLIENT].address,
					   .server = s->side[SIDE_SERVER].address,
					   .is_ipv6 = s->is_ipv6,
					   .program = is_known(d->program) ? (size_t)d->program - 1 : SIZE_MAX};

	return key_help_kind_of(d->key_help, &ends);
}

/* Of one in TLS from the first byte on only the port tells it. */
static enum protocol protocol_of(const struct session *s)
{
	return s->protocol != PROTOCOL_UNKNOWN ? s->protocol : s->port_protocol;
}

void missing_key_remember(struct traces *k, struct session *s)
{
	struct diagnosis *d = s->diagnosis;
	uint8_t protocol = (uint8_t)protocol_of(s);
	struct trace *t;
	bool is_new;

	if (!key_help_is_here(d->key_help, s->side[SIDE_SERVER].address, s->is_ipv6))
		return;
	traces_begin_key(k, TRACE_PROGRAM, s->observer);
	traces_add(k, s->side[SIDE_SERVER].address, sizeof(s->side[SIDE_SERVER].address));
	traces_add(k, &protocol, sizeof(protocol));
	t = traces_find(k, &is_new);
	if (is_known(d->program))
		t->count = d->program;
	else if (d->program == 0)
		d->program = (uint8_t)t->count;
}

/* Where nothing in particular is said, that is it. */
static bool is_for_want_of_key(const struct session *s)
{
	return session_tls_unread(s) == TLS_NO_KEY || session_tls_unread(s) == TLS_READ;
}

void missing_key_advise(const struct session *s, struct finding *f)
{
	if (f != NULL && is_for_want_of_key(s))
		f->advice = key_help_advice(s->diagnosis->key_help, help_of(s));
}

bool diagnosis_lacks_key(const struct session *s, unsigned int *help)
{
	if (!diagnosis_has(s, RULE_T12) || !is_for_want_of_key(s))
		return false;
	*help = help_of(s);
	return true;
}
