/*
 * Who waits how long for whom: the greeting, replies, the reply to a mail.
 */
#include "diagnosis/latency.h"
#include "diagnosis/protocol_rules.h"
#include "diagnosis/rules_network.h"
#include "mail/session_imap.h"

/* A greeting whose first line comes at once and whose last one comes so much later waits for those who do not. */
#define PAUSE_NS (2 * CLOCK_NS_PER_S)

struct rules_latency {
	struct stamp greeting_first;
	int64_t slowest_ns;    /* reply */
	int64_t slowest_by_ns; /* more than its limit */
	uint32_t slowest_index;
	uint64_t packets[2];
	uint8_t phase;
	struct slice slowest;	/* its verb: a known one */
	struct stamp last_done; /* IMAP: the latest answer */
};

static struct rules_latency *state_of(const struct session *s)
{
	return rules_state(s, FAMILY_LATENCY);
}

static void take_event(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		       const struct stamp *last)
{
	const struct command *c = event->kind == DIALOGUE_REPLY ? session_command(s, event->index) : NULL;
	struct stamp begin = *first;
	struct finding *f;

	if (c == NULL || c->kind != KIND_GREETING)
		return;
	if (rules_has_state(s, FAMILY_LATENCY) && state_of(s)->greeting_first.packet != 0)
		begin = state_of(s)->greeting_first;
	else if (!event->last)
		state_of(s)->greeting_first = begin;
	if (!event->last || last->time_ns - begin.time_ns < PAUSE_NS)
		return;
	f = rules_add(s, RULE_N07, false, PHASE_GREETING, &begin);
	diagnosis_add_packet(f, last->packet);
	diagnosis_say(s, f, "The server sent the first line of its greeting at once and the last one %.1f s later",
		      rules_seconds(last->time_ns - begin.time_ns));
}

/* What the server looked up while the client waited. */
static void judge_lookups(struct session *s, int64_t wait_ns)
{
	const struct related_traffic *n = rules_network_related(s);
	int64_t limit_ns = s->diagnosis->limits->reply_ns;
	struct finding *f;

	if (n->ident.packet != 0 && n->ident.wait_ns >= limit_ns) {
		f = rules_add(s, RULE_N08, false, PHASE_GREETING, NULL);
		diagnosis_add_packet(f, n->ident.packet);
		diagnosis_add_packet(f, n->ident.answer);
		diagnosis_say(s, f,
			      "The server asked the client's port 113 who is there, and %s for %.1f s of the %.1f s",
			      n->ident.answer != 0 ? "waited" : "got no answer", rules_seconds(n->ident.wait_ns),
			      rules_seconds(wait_ns));
	}
	if (n->dns.packet != 0 && n->dns.wait_ns >= limit_ns) {
		f = rules_add(s, RULE_N09, false, PHASE_GREETING, NULL);
		diagnosis_add_packet(f, n->dns.packet);
		diagnosis_add_packet(f, n->dns.answer);
		diagnosis_say(s, f, "The server looked up %s before it greeted, and the answer %s %.1f s", n->dns.name,
			      n->dns.answer != 0 ? "took" : "had not come after", rules_seconds(n->dns.wait_ns));
	}
}

static void judge_greeting(struct session *s, const struct command *c)
{
	int64_t wait_ns = c->replies != NULL ? c->replies->time_ns - s->start_ns : 0;
	struct finding *f;

	if (s->handshake != SESSION_HANDSHAKE_COMPLETE || c->replies == NULL)
		return;
	judge_lookups(s, wait_ns);
	if (wait_ns < latency_limit_of(s, c).slow_ns)
		return;
	f = diagnosis_add(s, RULE_N06, false, c);
	diagnosis_say(s, f, "The server greeted only after %.1f s", rules_seconds(wait_ns));
}

static void judge_message(struct session *s, const struct command *c, int64_t wait_ns)
{
	struct latency_limit limit = latency_limit_of(s, c);
	struct finding *f;

	if (wait_ns < limit.slow_ns)
		return;
	f = diagnosis_add(s, RULE_S31, wait_ns >= limit.bad_ns, c);
	diagnosis_say(s, f, "The server took %.1f s to say whether it takes the mail", rules_seconds(wait_ns));
}

static void note_slowest(struct session *s, const struct command *c, int64_t wait_ns)
{
	int64_t limit_ns = latency_limit_of(s, c).slow_ns;
	int64_t by_ns;
	struct rules_latency *w;

	if (wait_ns <= limit_ns)
		return;
	by_ns = wait_ns - limit_ns;
	w = state_of(s);
	if (by_ns <= w->slowest_by_ns)
		return;
	w->slowest_ns = wait_ns;
	w->slowest_by_ns = by_ns;
	w->slowest_index = s->first_index + (uint32_t)(c - s->commands);
	w->packets[0] = c->packet;
	w->packets[1] = c->replies->packet;
	w->phase = (uint8_t)phase_of_command(s, c);
	w->slowest = arena_copy(&s->diagnosis->texts, command_verb(c));
}

static void take_tagged(struct session *s, const struct command *c)
{
	int64_t done_ns = rules_has_state(s, FAMILY_LATENCY) ? state_of(s)->last_done.time_ns : 0;

	if (c->last_reply == NULL || c->kind == KIND_UNSOLICITED)
		return;
	if (c->kind == KIND_GREETING)
		judge_greeting(s, c);
	else if (c->packet != 0)
		note_slowest(s, c, latency_wait_ns(s, c, c->last_reply, done_ns));
	state_of(s)->last_done = (struct stamp){c->last_reply->time_ns, c->last_reply->packet};
}

static void take_command(struct session *s, struct command *c)
{
	if (protocol_has(s->protocol, PROTOCOL_TAGGED))
		take_tagged(s, c);
	else if (c->kind == KIND_GREETING)
		judge_greeting(s, c);
	else if (c->replies == NULL || c->packet == 0)
		return;
	else if (c->kind == KIND_MESSAGE)
		judge_message(s, c, latency_wait_ns(s, c, c->replies, 0));
	else
		note_slowest(s, c, latency_wait_ns(s, c, c->replies, 0));
}

static void finish(struct session *s)
{
	const struct rules_latency *w;
	struct finding *f;

	if (!rules_has_state(s, FAMILY_LATENCY) || state_of(s)->slowest_ns == 0)
		return;
	w = state_of(s);
	f = rules_add(s, protocol_rules(s->protocol)->slow_reply, false, (enum phase)w->phase, NULL);
	diagnosis_add_packet(f, w->packets[0]);
	diagnosis_add_packet(f, w->packets[1]);
	if (f != NULL)
		f->index = w->slowest_index;
	diagnosis_say(s, f, "The slowest reply, that to %.*s, took %.1f s", (int)w->slowest.len,
		      (const char *)w->slowest.data, rules_seconds(w->slowest_ns));
}

const struct rule_family rules_latency_family = {
	.name = "latency",
	.state_size = sizeof(struct rules_latency),
	.is_apart = true,
	.event = take_event,
	.command = take_command,
	.finish = finish,
};
