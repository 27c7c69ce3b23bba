/*
 * TLS, as far as it can be seen from outside: what was offered, how the handshake went, which alerts passed.
 */
#include "diagnosis/rules_dialogue.h"

enum {
	ALERT_FATAL = 2,
	/* TLS 1.3: two bytes, their type, and what authenticates them; a Finished is longer */
	HIDDEN_ALERT_MAX = 32,
	LARGE_HELLO_MIN = 1300, /* does not fit in one segment of most paths */
};

struct rules_tls {
	bool is_accepted; /* STARTTLS was */
	bool has_hello[SIDES];
	bool has_failed;
	bool is_closed; /* close_notify */
	uint16_t version;
	uint32_t hello_len;
	uint32_t data_records[SIDES];
	struct stamp hello;
	struct stamp data;
	struct stamp hidden_alert;
	enum side hidden_by;
	uint64_t starttls_packets[2];
};

static struct rules_tls *state_of(const struct session *s)
{
	return rules_state(s, FAMILY_TLS);
}

/* Likewise, where nothing need have been remembered. */
static const struct rules_tls *seen_of(const struct session *s)
{
	static const struct rules_tls nothing;

	return rules_has_state(s, FAMILY_TLS) ? state_of(s) : &nothing;
}

static void take_command(struct session *s, struct command *c)
{
	struct rules_tls *t;

	if (c->last_reply == NULL || phase_of_command(s, c) != PHASE_STARTTLS)
		return;
	t = state_of(s);
	t->is_accepted = reply_is_positive(c->last_reply);
	t->starttls_packets[0] = c->packet;
	t->starttls_packets[1] = c->last_reply->packet;
}

/* ---- alerts ---- */

static bool has_data(const struct rules_tls *t)
{
	return t->data_records[SIDE_CLIENT] > 1 || t->data_records[SIDE_SERVER] > 1;
}

/* A server that expects TLS answers clear text by an alert. */
static bool is_answer_to_text(const struct session *s, const struct tls_event *event)
{
	const struct rules_tls *t = state_of(s);

	return event->side == SIDE_SERVER && !t->has_hello[SIDE_CLIENT] && !t->is_accepted && s->command_count > 0;
}

/* The client's TLS met a server that speaks in clear: what it makes of that is no handshake that failed. See
 * judge_clear_port. */
static bool is_about_text(const struct session *s, const struct tls_event *event)
{
	const struct rules_tls *t = state_of(s);

	return event->side == SIDE_CLIENT && !t->has_hello[SIDE_SERVER] && !t->is_accepted &&
	       s->tls_begin[SIDE_SERVER] == UINT64_MAX && s->side[SIDE_SERVER].bytes > 0;
}

static void judge_alert(struct session *s, const struct tls_event *event, const struct stamp *at)
{
	struct rules_tls *t = state_of(s);
	const char *name = tls_alert_name(event->description);
	struct finding *f;

	if (event->description == TLS_ALERT_CLOSE_NOTIFY || event->description == TLS_ALERT_USER_CANCELED ||
	    event->level != ALERT_FATAL) {
		t->is_closed = t->is_closed || event->description == TLS_ALERT_CLOSE_NOTIFY;
		return;
	}
	if (t->has_failed || is_about_text(s, event))
		return;
	t->has_failed = true;
	if (is_answer_to_text(s, event)) {
		f = rules_add(s, RULE_T07, true, PHASE_GREETING, at);
		diagnosis_say(s, f, "The client spoke in clear, and the server answered by the TLS alert \"%s\"",
			      name != NULL ? name : "unknown");
		return;
	}
	f = rules_add(s, RULE_T05, true, PHASE_STARTTLS, &t->hello);
	diagnosis_add_packet(f, at->packet);
	diagnosis_say(s, f, "The %s broke the TLS handshake off by the alert \"%s\" (%u)", rules_side_name(event->side),
		      name != NULL ? name : "unknown", event->description);
}

/* An alert that nobody can read, while nothing but hellos had been said: it cannot be a goodbye. */
static void judge_hidden_alert(struct session *s)
{
	struct rules_tls *t = state_of(s);
	struct finding *f;

	if (t->has_failed || t->hidden_alert.packet == 0 || !(t->has_hello[SIDE_CLIENT] || t->has_hello[SIDE_SERVER]))
		return;
	t->has_failed = true;
	f = rules_add(s, RULE_T05, true, PHASE_STARTTLS, &t->hello);
	diagnosis_add_packet(f, t->hidden_alert.packet);
	diagnosis_say(s, f, "The %s broke the TLS handshake off by an encrypted alert", rules_side_name(t->hidden_by));
}

static void note_hidden(struct rules_tls *t, enum side side, const struct stamp *at)
{
	if (t->hidden_alert.packet != 0)
		return;
	t->hidden_alert = *at;
	t->hidden_by = side;
}

/* Before TLS 1.3 no data have passed when the handshake fails; the client's first record under TLS 1.3 is its
 * Finished, and that is longer than an alert. */
static void note_data(struct rules_tls *t, const struct tls_event *event, const struct stamp *at)
{
	t->data_records[event->side]++;
	if (event->side == SIDE_CLIENT && t->version == TLS_VERSION_1_3 && t->data_records[SIDE_CLIENT] == 1 &&
	    event->record_len < HIDDEN_ALERT_MAX)
		note_hidden(t, SIDE_CLIENT, at);
	t->data = *at;
}

/* ---- hellos ---- */

static void judge_version(struct session *s, const struct tls_event *event, const struct stamp *at)
{
	struct finding *f;

	if (event->version >= TLS_VERSION_1_2 || event->version < 0x0300 || diagnosis_has(s, RULE_T10))
		return;
	f = rules_add(s, RULE_T10, false, PHASE_STARTTLS, at);
	diagnosis_say(s, f, "Client and server agreed on %s", tls_version_name(event->version));
}

static void take_tls(struct session *s, const struct tls_event *event, const struct stamp *at)
{
	struct rules_tls *t = state_of(s);

	switch (event->kind) {
	case TLS_CLIENT_HELLO:
	case TLS_SERVER_HELLO:
		t->has_hello[event->side] = true;
		if (event->kind == TLS_CLIENT_HELLO && t->hello.packet == 0) {
			t->hello = *at;
			t->hello_len = event->message_len;
		} else if (event->kind == TLS_SERVER_HELLO) {
			t->version = event->version;
			judge_version(s, event, at);
		}
		break;
	case TLS_ALERT:
		judge_alert(s, event, at);
		break;
	case TLS_ALERT_HIDDEN:
		if (t->data_records[SIDE_CLIENT] + t->data_records[SIDE_SERVER] == 0)
			note_hidden(t, event->side, at);
		break;
	case TLS_DATA:
		note_data(t, event, at);
		break;
	case TLS_FINISHED_KEYS:
	case TLS_CERTIFICATE:
		break;
	}
}

void diagnosis_certificate(struct session *s, const struct diagnosis_certificate *c, const struct stamp *at)
{
	struct finding *f;

	if (s->diagnosis == NULL || diagnosis_has(s, RULE_T11))
		return;
	if (c->not_after_ns != 0 && at->time_ns > c->not_after_ns) {
		f = rules_add(s, RULE_T11, false, PHASE_STARTTLS, at);
		diagnosis_say(s, f, "The certificate of the server (%s) had expired %lld days before", c->name,
			      (long long)((at->time_ns - c->not_after_ns) / (86400 * CLOCK_NS_PER_S)));
	} else if (c->not_before_ns != 0 && at->time_ns < c->not_before_ns) {
		f = rules_add(s, RULE_T11, false, PHASE_STARTTLS, at);
		diagnosis_say(s, f, "The certificate of the server (%s) was not valid yet", c->name);
	} else if (!c->fits) {
		f = rules_add(s, RULE_T11, false, PHASE_STARTTLS, at);
		diagnosis_say(s, f, "The client asked for %s, and the certificate is for %s", c->wanted, c->name);
	}
}

/* ---- the end ---- */

static bool is_clear_server(const struct session *s)
{
	return s->tls_begin[SIDE_CLIENT] != UINT64_MAX && s->tls_begin[SIDE_SERVER] == UINT64_MAX &&
	       s->side[SIDE_SERVER].bytes > 0;
}

/* The server's words in clear, after the client had begun TLS. */
static void judge_clear_port(struct session *s)
{
	const struct command *c = session_command(s, 0);
	struct finding *f = rules_add(s, RULE_T06, true, PHASE_GREETING, &state_of(s)->hello);

	state_of(s)->has_failed = true;
	if (c != NULL && c->replies != NULL)
		diagnosis_add_packet(f, c->replies->packet);
	diagnosis_say(s, f, "The client began with TLS, and the server of port %u answered in clear",
		      s->side[SIDE_SERVER].port);
}

static void judge_stalled(struct session *s)
{
	const struct rules_tls *t = state_of(s);
	struct finding *f;

	if (!rules_is_seen(s)) {
		rules_doubt(s, RULE_T08, "whether the server answered the ClientHello");
		return;
	}
	if (s->state == SESSION_OPEN && s->end_ns - t->hello.time_ns < s->diagnosis->limits->stall_ns)
		return;
	f = rules_add(s, RULE_T08, true, PHASE_STARTTLS, &t->hello);
	rules_add_anomalies(f, s, SIDE_CLIENT, TCP_ANOMALY_RESENT);
	diagnosis_say(s, f, "The client's hello of %u bytes%s got no answer in %.1f s", t->hello_len,
		      t->hello_len >= LARGE_HELLO_MIN ? " (more than a segment)" : "",
		      rules_seconds(s->end_ns - t->hello.time_ns));
}

/* STARTTLS is agreed on, and the client goes. */
static void judge_broken_off(struct session *s)
{
	const struct rules_tls *t = seen_of(s);
	struct finding *f;

	if (s->tls || !t->is_accepted || rules_dialogue_of(s)->has_gone_on || s->state == SESSION_OPEN ||
	    diagnosis_has(s, RULE_S37))
		return;
	f = rules_add(s, RULE_T14, false, PHASE_STARTTLS, NULL);
	diagnosis_add_packet(f, t->starttls_packets[0]);
	diagnosis_add_packet(f, t->starttls_packets[1]);
	diagnosis_say(s, f, "The server agreed to go on encrypted, and the client broke off");
}

static void judge_unread(struct session *s)
{
	const struct rules_tls *t = seen_of(s);
	struct finding *f;

	if (t->has_failed || diagnosis_has(s, RULE_T08))
		return;
	f = rules_add(s, RULE_T12, false, PHASE_NONE, t->data.packet != 0 ? &t->data : &t->hello);
	diagnosis_say(s, f, "What was said is encrypted%s%s, and there is no key", t->version != 0 ? " by " : "",
		      t->version != 0 ? tls_version_name(t->version) : "");
}

static void finish(struct session *s)
{
	const struct rules_tls *t = seen_of(s);

	judge_broken_off(s);
	if (!s->tls)
		return;
	if (!has_data(t))
		judge_hidden_alert(s);
	if (is_clear_server(s))
		judge_clear_port(s);
	else if (t->has_hello[SIDE_CLIENT] && !t->has_hello[SIDE_SERVER] && !t->has_failed)
		judge_stalled(s);
	judge_unread(s);
}

const struct rule_family rules_tls_family = {
	.name = "tls",
	.state_size = sizeof(struct rules_tls),
	.is_apart = true,
	.command = take_command,
	.tls = take_tls,
	.finish = finish,
};
