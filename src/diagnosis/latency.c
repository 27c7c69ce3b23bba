#include "diagnosis/latency.h"

#include "diagnosis/rules.h"
#include "mail/session_imap.h"

/* They wait on purpose: for a person, for a check of who it is, or for mail. */
static bool is_patient(const struct session *s, const struct command *c)
{
	if (c->kind == KIND_UNSOLICITED || c->kind == KIND_AUTH)
		return true;
	return protocol_has(s->protocol, PROTOCOL_TAGGED) && (c->kind == KIND_IDLE || c->kind == KIND_LOGIN);
}

static int64_t limit_of_reply(const struct session *s, const struct command *c)
{
	const struct limits *limits = s->diagnosis->limits;

	if (!protocol_has(s->protocol, PROTOCOL_MAILBOX | PROTOCOL_TAGGED))
		return limits->reply_ns;
	return c->kind == KIND_RETR || c->kind == KIND_TOP || c->kind == KIND_FETCH || c->kind == KIND_APPEND
		       ? limits->pop3_retr_ns
		       : limits->pop3_reply_ns;
}

struct latency_limit latency_limit_of(const struct session *s, const struct command *c)
{
	struct latency_limit limit = {INT64_MAX, INT64_MAX};

	if (s->diagnosis == NULL || s->diagnosis->limits == NULL || is_patient(s, c))
		return limit;
	if (c->kind == KIND_GREETING) {
		if (s->handshake == SESSION_HANDSHAKE_COMPLETE)
			limit.slow_ns = s->diagnosis->limits->greeting_ns;
	} else if (c->kind == KIND_MESSAGE && !protocol_has(s->protocol, PROTOCOL_TAGGED)) {
		limit.slow_ns = s->diagnosis->limits->end_of_data_ns;
		limit.bad_ns = s->diagnosis->limits->end_of_data_warning_ns;
	} else {
		limit.slow_ns = limit_of_reply(s, c);
	}
	return limit;
}

int64_t latency_wait_ns(const struct session *s, const struct command *c, const struct reply *r, int64_t done_ns)
{
	const struct command_imap *imap = session_imap_command(c);
	int64_t asked_ns = protocol_has(s->protocol, PROTOCOL_TAGGED) ? session_imap_asked_ns(c) : c->time_ns;
	int64_t answered_ns = r->time_ns;

	if (c->kind == KIND_GREETING)
		return answered_ns - s->start_ns;
	if (c->kind == KIND_FETCH && imap != NULL && imap->first_reply.packet != 0)
		answered_ns = imap->first_reply.time_ns;
	if (protocol_has(s->protocol, PROTOCOL_TAGGED) && done_ns > asked_ns)
		asked_ns = done_ns;
	return answered_ns - asked_ns - (s->rtt_ns > 0 ? s->rtt_ns : 0);
}

int64_t latency_silence_ns(const struct session *s)
{
	struct limits limits;

	if (s->diagnosis != NULL && s->diagnosis->limits != NULL)
		return s->diagnosis->limits->stall_ns;
	limits_init(&limits);
	return limits.stall_ns;
}
