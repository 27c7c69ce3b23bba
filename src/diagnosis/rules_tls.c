/*
 * TLS: what was offered, how the handshake went, which alerts passed, who the server says it is; from outside, and
 * where there are keys from inside.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "diagnosis/missing_key.h"
#include "diagnosis/rules_dialogue.h"

enum {
	/* TLS 1.3: two bytes, their type, and what authenticates them; a Finished is longer */
	HIDDEN_ALERT_MAX = 32,
	LARGE_HELLO_MIN = 1300, /* does not fit in one segment of most paths */
};

struct rules_tls {
	bool is_accepted; /* STARTTLS was */
	bool has_hello[SIDES];
	bool has_failed;
	bool has_text;	       /* what was said is read */
	bool has_text_command; /* the first behind the handshake was looked at */
	bool has_certificate;
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

/* What the server offered in clear does not count any more (RFC 3207 section 4.2). */
static void judge_first_command(struct session *s, struct command *c)
{
	struct rules_tls *t = state_of(s);
	struct finding *f;

	if (t->has_text_command || c->kind == KIND_UNSOLICITED || c->begin < s->tls_begin[SIDE_CLIENT])
		return;
	t->has_text_command = true;
	if (c->kind != KIND_MAIL && c->kind != KIND_AUTH)
		return;
	f = diagnosis_add(s, RULE_T09, false, c);
	diagnosis_say(s, f, "After STARTTLS the client sent %.*s, and no EHLO", (int)c->verb_len,
		      (const char *)c->verb);
}

static void take_command(struct session *s, struct command *c)
{
	struct rules_tls *t;

	missing_key_note_greeting(s, c);
	if (s->tls && protocol_has(s->protocol, PROTOCOL_TRANSFERS) && seen_of(s)->is_accepted)
		judge_first_command(s, c);

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

/* A server may find out about the client's certificate when that has said its first words (RFC 8446 section 4.4.2.4).
 */
static bool is_about_certificate(uint8_t description)
{
	return (description >= TLS_ALERT_NO_CERTIFICATE && description <= TLS_ALERT_ACCESS_DENIED) ||
	       description == TLS_ALERT_CERTIFICATE_REQUIRED;
}

/* The server had closed the connection in the middle: what the client makes of that is no cause. */
static bool judge_server_closed(struct session *s, const struct tls_event *event, const struct stamp *at)
{
	const struct rules_tls *t = state_of(s);
	const char *name = tls_event_alert_name(event->description);
	struct finding *f;

	if (event->side != SIDE_CLIENT || t->has_hello[SIDE_SERVER] || !s->has_fin[SIDE_SERVER])
		return false;
	f = rules_add(s, RULE_T05, true, PHASE_TLS, &t->hello);
	rules_add_anomalies(f, s, SIDE_SERVER, TCP_ANOMALY_FIN);
	diagnosis_add_packet(f, at->packet);
	diagnosis_say(s, f,
		      "The server closed the connection during the TLS handshake, without an alert; the client's alert "
		      "\"%s\" (%u) came of that",
		      name != NULL ? name : "unknown", event->description);
	return true;
}

static void judge_alert(struct session *s, const struct tls_event *event, const struct stamp *at)
{
	struct rules_tls *t = state_of(s);
	const char *name = tls_event_alert_name(event->description);
	struct finding *f;

	if (event->description == TLS_ALERT_CLOSE_NOTIFY || event->description == TLS_ALERT_USER_CANCELED ||
	    event->level != TLS_ALERT_FATAL) {
		t->is_closed = t->is_closed || event->description == TLS_ALERT_CLOSE_NOTIFY;
		return;
	}
	if (t->has_failed || is_about_text(s, event) || (t->has_text && !is_about_certificate(event->description)))
		return;
	t->has_failed = true;
	if (is_answer_to_text(s, event)) {
		f = rules_add(s, RULE_T07, true, PHASE_GREETING, at);
		diagnosis_say(s, f, "The client spoke in clear, and the server answered by the TLS alert \"%s\"",
			      name != NULL ? name : "unknown");
		return;
	}
	if (judge_server_closed(s, event, at))
		return;
	f = rules_add(s, RULE_T05, true, PHASE_TLS, &t->hello);
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
	f = rules_add(s, RULE_T05, true, PHASE_TLS, &t->hello);
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
	f = rules_add(s, RULE_T10, false, PHASE_TLS, at);
	diagnosis_say(s, f, "Client and server agreed on %s", tls_event_version_name(event->version));
}

static void judge_suite(struct session *s, const struct tls_event *event, const struct stamp *at)
{
	const struct suite *suite = suite_find(event->suite);
	struct finding *f;

	if (suite == NULL || suite->weakness == SUITE_WEAK_NOT || diagnosis_has(s, RULE_T16))
		return;
	f = rules_add(s, RULE_T16, false, PHASE_TLS, at);
	diagnosis_say(s, f, "Client and server agreed on %s: %s", suite->name, suite_weakness_name(suite->weakness));
}

static void take_server_hello(struct session *s, const struct tls_event *event, const struct stamp *at)
{
	state_of(s)->version = event->version;
	if (event->has_retry)
		return;
	judge_version(s, event, at);
	judge_suite(s, event, at);
}

/* ---- the certificate ---- */

static void say_certificate(struct session *s, const struct stamp *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void say_certificate(struct session *s, const struct stamp *at, const char *format, ...)
{
	char text[RULES_QUOTE_SIZE * 2];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	diagnosis_say(s, rules_add(s, RULE_T11, false, PHASE_TLS, at), "%s", text);
}

static void judge_certificate(struct session *s, const struct certificate *c, const struct stamp *at)
{
	const struct session_tls *t = session_tls_of(s);
	const char *name = c->subject[0] != '\0' ? c->subject : "without a name";
	int64_t now = at->time_ns / CLOCK_NS_PER_S;

	if (c->has_dates && now > c->not_after)
		say_certificate(s, at, "The certificate of the server (%s) had expired %lld days before", name,
				(long long)((now - c->not_after) / 86400));
	else if (c->has_dates && now < c->not_before)
		say_certificate(s, at, "The certificate of the server (%s) was not valid yet", name);
	else if (!t->fits)
		say_certificate(s, at, "The client asked for %.*s, and the certificate is for %s", (int)t->name.len,
				(const char *)t->name.data, name);
}

static void judge_chain(struct session *s, const struct certificate *c, const struct stamp *at)
{
	const char *issuer = c->issuer[0] != '\0' ? c->issuer : "an issuer without a name";
	struct finding *f;

	if (c->chain == CERTIFICATE_CHAIN_WHOLE)
		return;
	f = rules_add(s, RULE_T15, false, PHASE_TLS, at);
	if (c->chain == CERTIFICATE_CHAIN_SELF_SIGNED)
		diagnosis_say(s, f, "The certificate of the server (%s) is signed by itself", c->subject);
	else if (c->chain == CERTIFICATE_CHAIN_ALONE)
		diagnosis_say(s, f, "The server sent no certificate but its own, which was issued by %s", issuer);
	else
		diagnosis_say(s, f, "Of the %zu certificates that the server sent, one is not issued by the next",
			      c->chain_len);
}

/* The first that the server showed. */
static void take_certificate(struct session *s, const struct tls_event *event, const struct stamp *at)
{
	const struct certificate *c = session_tls_of(s)->certificate;

	if (event->side != SIDE_SERVER || c == NULL || state_of(s)->has_certificate)
		return;
	state_of(s)->has_certificate = true;
	judge_certificate(s, c, at);
	judge_chain(s, c, at);
}

static void take_tls(struct session *s, const struct tls_event *event, const struct stamp *at)
{
	struct rules_tls *t = state_of(s);

	switch (event->kind) {
	case TLS_CLIENT_HELLO:
		t->has_hello[SIDE_CLIENT] = true;
		if (t->hello.packet != 0)
			break;
		t->hello = *at;
		t->hello_len = event->message_len;
		break;
	case TLS_SERVER_HELLO:
		t->has_hello[SIDE_SERVER] = true;
		take_server_hello(s, event, at);
		break;
	case TLS_CERTIFICATE:
		take_certificate(s, event, at);
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
	case TLS_TEXT:
		t->has_text = true;
		break;
	case TLS_EXTENSIONS:
	case TLS_CERTIFICATE_REQUEST:
	case TLS_FINISHED:
	case TLS_TICKET:
	case TLS_KEY_UPDATE:
	case TLS_CHANGE_CIPHER:
	case TLS_MISSING:
	case TLS_UNREAD:
		break;
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
	f = rules_add(s, RULE_T08, true, PHASE_TLS, &t->hello);
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

/* Whether one side alone is read. */
static bool is_half_read(const struct session *s)
{
	return seen_of(s)->has_text && session_tls_hides(s, SIDE_CLIENT) != session_tls_hides(s, SIDE_SERVER);
}

/* Whose words they are that cannot be read. */
static const char *unread_words(const struct session *s)
{
	if (session_tls_hides(s, SIDE_CLIENT) == session_tls_hides(s, SIDE_SERVER))
		return "was said";
	return session_tls_hides(s, SIDE_CLIENT) ? "the client said" : "the server said";
}

#define OTHER_WAYS                                                                                                     \
	"Or ask the client's or the server's own log, or capture where the same mail passes in clear: behind a proxy " \
	"that ends TLS, between two servers of your own."

/* The rule's own words are those of TLS_NO_KEY. */
static void name_reason(struct finding *f, enum tls_unread why)
{
	static const struct {
		const char *name;
		const char *advice;
	} rows[] = {
		[TLS_NO_HANDSHAKE] = {"Encrypted, handshake not captured",
				      "No key log helps here: begin the capture before the connection. " OTHER_WAYS},
		[TLS_SUITE] = {"Encrypted, cipher suite not supported",
			       "No key log helps here: let client and server agree on another suite, for a "
			       "test. " OTHER_WAYS},
		[TLS_COMPRESSED] =
			{"Encrypted and compressed",
			 "No key log helps here: switch the compression of TLS off, which is unsafe. " OTHER_WAYS},
		[TLS_GAP] = {"Encrypted, bytes lost",
			     "Capture again without losses: with a larger buffer, or a narrower filter. " OTHER_WAYS},
	};

	if (f == NULL || (size_t)why >= sizeof(rows) / sizeof(rows[0]) || rows[why].name == NULL)
		return;
	f->name = rows[why].name;
	f->advice = rows[why].advice;
}

/* Some suites do not encrypt. */
static void say_suite(struct session *s, struct finding *f, const char *what)
{
	const struct suite *suite = suite_find(session_tls_of(s)->suite);
	bool is_null =
		suite != NULL && (suite->weakness == SUITE_WEAK_NULL || strstr(suite->name, "_WITH_NULL_") != NULL);

	if (is_null && f != NULL)
		f->name = "Not encrypted, cipher suite not supported";
	if (suite == NULL)
		diagnosis_say(s, f, "What %s is encrypted by a cipher suite that is not known (0x%04x)", what,
			      session_tls_of(s)->suite);
	else
		diagnosis_say(s, f, "What %s is %sencrypted by %s, which is not supported", what, is_null ? "not " : "",
			      suite->name);
}

/* Why not all of it can be read. */
static void say_unread(struct session *s, struct finding *f, const char *version)
{
	const char *what = unread_words(s);

	switch (session_tls_unread(s)) {
	case TLS_NO_HANDSHAKE:
		diagnosis_say(s, f, "What %s is encrypted%s, and the handshake was not captured", what, version);
		break;
	case TLS_SUITE:
		say_suite(s, f, what);
		break;
	case TLS_COMPRESSED:
		diagnosis_say(s, f, "What %s is compressed and encrypted%s, which is not supported", what, version);
		break;
	case TLS_GAP:
		diagnosis_say(s, f,
			      "The capture lost %llu byte%s of what %s encrypted%s, and what follows cannot be read",
			      (unsigned long long)session_tls_of(s)->lost_len, text_plural(session_tls_of(s)->lost_len),
			      what, version);
		break;
	case TLS_NO_KEY:
	case TLS_READ:
		diagnosis_say(s, f, "What %s is encrypted%s, and there is no key%s", what, version,
			      is_half_read(s) ? " for it" : "");
		break;
	}
}

static void judge_unread(struct session *s)
{
	const struct rules_tls *t = seen_of(s);
	char version[32] = "";
	struct finding *f;

	if (t->has_failed || diagnosis_has(s, RULE_T08) || !session_tls_is_opaque(s))
		return;
	if (t->version != 0)
		snprintf(version, sizeof(version), " by %s", tls_event_version_name(t->version));
	f = rules_add(s, RULE_T12, is_half_read(s), PHASE_NONE, t->data.packet != 0 ? &t->data : &t->hello);
	name_reason(f, session_tls_unread(s));
	missing_key_advise(s, f);
	say_unread(s, f, version);
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
