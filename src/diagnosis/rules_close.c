/*
 * How the connection ended: who left, when, and whether it said why.
 */
#include <stdio.h>

#include "diagnosis/rules_dialogue.h"

enum {
	PORT_SUBMISSIONS = 465, /* RFC 8314: TLS from the first byte on */
	PORT_IMAPS = 993,
	PORT_POP3S = 995,
};

/* The FIN or RST that ended it. */
static void add_last(struct finding *f, const struct session *s, enum side side)
{
	rules_add_anomalies(f, s, side,
			    s->state == SESSION_RESET && s->reset_by == side ? TCP_ANOMALY_RST : TCP_ANOMALY_FIN);
}

static bool is_ours(const struct session *s)
{
	return s->speaks == NULL && s->protocol != PROTOCOL_UNKNOWN;
}

static enum side who_left(const struct session *s)
{
	if (s->has_fin[SIDE_CLIENT] || s->has_fin[SIDE_SERVER])
		return s->first_fin;
	return s->reset_by;
}

/* ---- no greeting ---- */

/* "the client gave up after 60.0 s". */
static void put_silent_end(const struct session *s, char *out, size_t size)
{
	double waited = rules_seconds(s->end_ns - s->start_ns);

	if (s->state == SESSION_OPEN)
		snprintf(out, size, "the capture ended after %.1f s", waited);
	else
		snprintf(out, size, "the %s closed the connection after %.1f s", rules_side_name(who_left(s)), waited);
}

static bool is_tls_port(uint16_t port)
{
	return port == PORT_SUBMISSIONS || port == PORT_IMAPS || port == PORT_POP3S;
}

static bool closed_at_once(const struct session *s)
{
	return s->state != SESSION_OPEN && who_left(s) == SIDE_SERVER && s->side[SIDE_CLIENT].bytes == 0 &&
	       s->end_ns - s->start_ns < s->diagnosis->limits->greeting_ns;
}

static void say_silent(struct session *s, enum rule rule, const char *format_begin)
{
	struct finding *f = rules_add(s, rule, true, PHASE_GREETING, NULL);
	char end[80];

	put_silent_end(s, end, sizeof(end));
	rules_add_anomalies(f, s, SIDE_SERVER, TCP_ANOMALY_SYN);
	add_last(f, s, who_left(s));
	diagnosis_say(s, f, "%s, and %s", format_begin, end);
}

/* Whether the server never said a word; then nothing else need be said about the end. */
static bool judge_silent_server(struct session *s)
{
	bool is_over = s->state != SESSION_OPEN || s->end_ns - s->start_ns >= s->diagnosis->limits->greeting_ns;

	if (s->side[SIDE_SERVER].bytes > 0 || s->tls || s->handshake != SESSION_HANDSHAKE_COMPLETE ||
	    s->state == SESSION_REFUSED)
		return false;
	if (!rules_is_seen(s)) {
		if (s->side[SIDE_SERVER].packets > 0)
			rules_doubt(s, RULE_N05, "whether the server greeted");
		return true;
	}
	if (!is_over)
		return true;
	if (is_tls_port(s->side[SIDE_SERVER].port))
		say_silent(s, RULE_T07, "The port expects TLS at once, but the client sent none; both waited");
	else if (protocol_has(s->protocol, PROTOCOL_MAILBOX) && closed_at_once(s))
		say_silent(s, RULE_P06, "The server took the connection and said nothing");
	else
		say_silent(s, RULE_N05, "The server took the connection and never greeted");
	return true;
}

/* ---- resets ---- */

/* A reset that its supposed sender knows nothing of. Whether it ended the session. */
static bool judge_forged(struct session *s, enum side side)
{
	const struct tcp_anomaly_reset *r = &tcp_anomaly_trouble(s->anomaly)->reset[side];
	bool has_ended = s->state == SESSION_RESET && s->reset_by == side;
	struct finding *f;

	if (r->packet == 0 || (r->later_packet == 0 && !r->is_foreign && !(r->is_outside && !has_ended)))
		return false;
	if (r->later_packet == 0 && !r->is_outside && rules_dialogue_of(s)->has_goodbye)
		return false; /* all was said */
	f = rules_add(s, RULE_N16, has_ended, rules_last_phase(s), NULL);
	if (f != NULL && !has_ended)
		f->severity = SEVERITY_NOTICE;
	diagnosis_add_packet(f, r->packet);
	diagnosis_add_packet(f, r->later_packet);
	if (r->later_packet != 0)
		diagnosis_say(s, f, "A reset in the %s's name came, and the %s went on talking: somebody else sent it",
			      rules_side_name(side), rules_side_name(side));
	else if (r->is_foreign)
		diagnosis_say(s, f, "A reset in the %s's name came with TTL %u, its other packets with %u",
			      rules_side_name(side), r->ttl, s->anomaly->side[side].ttl_high);
	else
		diagnosis_say(s, f, "A reset in the %s's name fits no place in its stream, and the session went on",
			      rules_side_name(side));
	return has_ended;
}

/* ---- goodbyes ---- */

static void say_end(struct session *s, struct finding *f, const char *what)
{
	const char *phase = phase_name(rules_last_phase(s));
	int64_t waited_ns = s->anomaly != NULL ? s->anomaly->closing_ns : 0;

	if (waited_ns >= CLOCK_NS_PER_S)
		diagnosis_say(s, f, "The %s after %.1f s of silence, in the phase \"%s\"", what,
			      rules_seconds(waited_ns), phase);
	else
		diagnosis_say(s, f, "The %s in the phase \"%s\"", what, phase);
}

static bool was_idle_too_long(const struct session *s)
{
	return protocol_has(s->protocol, PROTOCOL_MAILBOX) && s->anomaly != NULL &&
	       s->anomaly->closing_ns >= s->diagnosis->limits->idle_pop3_ns;
}

/* A mail was refused before its end: that the connection ends there, too, is a consequence. */
static bool judge_cut_short(struct session *s, struct finding *f, const char *who_and_how)
{
	if (!rules_dialogue_of(s)->is_cut_short)
		return false;
	if (f != NULL)
		f->severity = SEVERITY_NOTICE;
	diagnosis_say(s, f, "The %s after the refusal of a mail that was not sent to its end", who_and_how);
	return true;
}

/* The mail that was on its way. */
static uint32_t unfinished_mail(const struct session *s)
{
	const struct mail *m = s->mail_count > 0 ? s->mails[s->mail_count - 1] : NULL;

	return m != NULL && (m->outcome == MAIL_ABORTED || m->outcome == MAIL_UNANSWERED) ? m->number : 0;
}

/* A client of IMAP that says nothing for long has no business any more (RFC 9051 section 5.4). */
static bool is_autologout(const struct session *s)
{
	return protocol_has(s->protocol, PROTOCOL_TAGGED) && s->anomaly != NULL &&
	       s->anomaly->closing_ns >= s->diagnosis->limits->idle_pop3_ns;
}

static void judge_server_left(struct session *s)
{
	bool is_reset = s->state == SESSION_RESET && s->reset_by == SIDE_SERVER && !s->has_fin[SIDE_SERVER];
	enum rule rule = was_idle_too_long(s) ? RULE_P16 : is_reset ? RULE_N15 : RULE_N17;
	struct finding *f;

	if (rule == RULE_N17 && rules_dialogue_of(s)->has_dismissal)
		return; /* it was told */
	f = rules_add(s, rule, rule == RULE_N15, rules_last_phase(s), NULL);
	if (f != NULL)
		f->mail = unfinished_mail(s);
	if (f != NULL && rule == RULE_N17 && is_autologout(s))
		f->severity = SEVERITY_NOTICE;
	rules_add_anomalies(f, s, SIDE_SERVER, is_reset ? TCP_ANOMALY_RST : TCP_ANOMALY_FIN);
	if (judge_cut_short(s, f, is_reset ? "server reset the connection" : "server closed the connection"))
		return;
	say_end(s, f,
		is_reset ? "server reset the connection without a word"
			 : "server closed the connection without a word");
}

static bool has_lost_append(const struct session *s)
{
	const struct mail *m = session_mail(s, unfinished_mail(s));

	return m != NULL && m->direction == MAIL_APPENDED;
}

/* Whether the client left before its mails had come to their end. Clients of IMAP leave when they like, even while
 * something is fetched (see I06); only a mail that they put on the server is then lost. */
static bool is_given_up(const struct session *s)
{
	const struct rules_dialogue *t = rules_dialogue_of(s);
	bool is_served = s->accepted_mails > 0 && s->rejected_mails == 0 && !t->is_body_open;

	if (protocol_has(s->protocol, PROTOCOL_TAGGED))
		return (t->is_body_open && t->body_side == SIDE_CLIENT) || has_lost_append(s);
	return !is_served && s->mails_total > 0;
}

static void judge_client_left(struct session *s)
{
	struct finding *f = rules_add(s, RULE_N18, is_given_up(s), rules_last_phase(s), NULL);

	if (f != NULL)
		f->mail = unfinished_mail(s);
	rules_add_anomalies(f, s, SIDE_CLIENT, TCP_ANOMALY_FIN);
	rules_add_anomalies(f, s, SIDE_CLIENT, TCP_ANOMALY_RST);
	if (!judge_cut_short(s, f, "client left"))
		say_end(s, f,
			protocol_has(s->protocol, PROTOCOL_TAGGED) ? "client left without LOGOUT"
								   : "client left without QUIT");
}

static void judge_goodbye(struct session *s)
{
	if (diagnosis_has(s, RULE_S48) || diagnosis_has(s, RULE_P22) || diagnosis_has(s, RULE_I11) ||
	    diagnosis_has(s, RULE_T06))
		return; /* that tells more */
	if (rules_dialogue_of(s)->has_quit || s->state == SESSION_OPEN || !diagnosis_is_whole(s) ||
	    rules_was_told_to_go(s))
		return;
	if ((s->has_fin[SIDE_SERVER] && s->first_fin == SIDE_SERVER) ||
	    (s->state == SESSION_RESET && s->reset_by == SIDE_SERVER && !s->has_fin[SIDE_CLIENT]))
		judge_server_left(s);
	else
		judge_client_left(s);
}

static void finish(struct session *s)
{
	bool is_forged = false;

	if (!is_ours(s) || s->handshake == SESSION_HANDSHAKE_FAILED || judge_silent_server(s))
		return;
	for (enum side side = SIDE_CLIENT; s->anomaly != NULL && side < SIDES; side++)
		is_forged |= judge_forged(s, side);
	if (!is_forged && !diagnosis_has(s, RULE_N19) && !diagnosis_has(s, RULE_I03))
		judge_goodbye(s);
}

const struct rule_family rules_close_family = {
	.name = "close",
	.finish = finish,
};
