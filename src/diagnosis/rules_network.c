/*
 * What TCP and related traffic tell: how whole the capture is, how the connection began and went.
 */
#include "diagnosis/rules_network.h"

#include "base/text.h"
#include "diagnosis/rules_dialogue.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "common/commands.h"

enum {
	FULL_SIZE_MIN = 536, /* bytes of a segment that every path takes (RFC 9293 section 3.7.1) */
	STUCK_MIN = 2,	     /* times that something was sent again in vain */
};

/* ---- the capture ---- */

static void judge_loss(struct session *s)
{
	uint64_t missing = s->side[SIDE_CLIENT].missing_bytes + s->side[SIDE_SERVER].missing_bytes;
	uint32_t cut = session_flaws(&s->side[SIDE_CLIENT])->cut + session_flaws(&s->side[SIDE_SERVER])->cut;
	bool is_one_sided = (s->side[SIDE_CLIENT].packets == 0) != (s->side[SIDE_SERVER].packets == 0);
	struct finding *f;

	if (cut > 0) {
		f = diagnosis_add(s, RULE_C03, false, NULL);
		rules_add_anomalies(f, s, SIDE_CLIENT, TCP_ANOMALY_CUT);
		rules_add_anomalies(f, s, SIDE_SERVER, TCP_ANOMALY_CUT);
		diagnosis_say(s, f, "%u packet%s of this session %s cut short by the capture", cut, text_plural(cut),
			      text_was(cut));
	}
	if (is_one_sided && s->handshake != SESSION_HANDSHAKE_FAILED)
		diagnosis_say(s, diagnosis_add(s, RULE_C05, false, NULL),
			      "Only what the %s sent was captured, nothing of the other side",
			      rules_side_name(s->side[SIDE_CLIENT].packets > 0 ? SIDE_CLIENT : SIDE_SERVER));
	else if (missing > 0 && cut == 0)
		diagnosis_say(s, diagnosis_add(s, RULE_C01, false, NULL),
			      "%llu byte%s of this session %s received, but not captured", (unsigned long long)missing,
			      text_plural(missing), text_was(missing));
}

/* What was not compared, or not weighed, may hide something. */
static void judge_hostility(struct session *s, enum side side)
{
	struct finding *f;

	if (session_flaws(&s->side[side])->hostile_packet == 0)
		return;
	f = diagnosis_add(s, RULE_C06, false, NULL);
	diagnosis_add_packet(f, session_flaws(&s->side[side])->hostile_packet);
	diagnosis_say(s, f,
		      "To read what the %s sends takes far more work than to send it: analysis of this mail "
		      "given up: hostile",
		      rules_side_name(side));
}

static void judge_capture(struct session *s)
{
	judge_loss(s);
	judge_hostility(s, SIDE_CLIENT);
	judge_hostility(s, SIDE_SERVER);
	if (s->handshake == SESSION_HANDSHAKE_MIDSTREAM)
		diagnosis_say(s, diagnosis_add(s, RULE_C02, false, NULL),
			      "The session was running already when the capture began");
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		if (s->side[side].has_offload)
			diagnosis_say(s, diagnosis_add(s, RULE_C04, false, NULL),
				      "The checksums of the %s are left to its network device", rules_side_name(side));
}

/* ---- the connection ---- */

static const char *address_text(const struct session *s, const uint8_t address[16], char out[INET6_ADDRSTRLEN])
{
	if (inet_ntop(s->is_ipv6 ? AF_INET6 : AF_INET, address, out, INET6_ADDRSTRLEN) == NULL)
		out[0] = '\0';
	return out;
}

static bool judge_unreachable(struct session *s, const struct related_traffic_message *m, const char *what)
{
	char from[INET6_ADDRSTRLEN];
	struct finding *f;

	if (m->packet == 0 || s->handshake != SESSION_HANDSHAKE_FAILED)
		return false;
	f = rules_add(s, RULE_N03, true, PHASE_CONNECT, NULL);
	rules_add_anomalies(f, s, SIDE_CLIENT, TCP_ANOMALY_SYN);
	diagnosis_add_packet(f, m->packet);
	diagnosis_say(s, f, "%s says that the way to port %u is %s", address_text(s, m->from, from),
		      s->side[SIDE_SERVER].port, what);
	return true;
}

const struct related_traffic *rules_network_related(const struct session *s)
{
	static const struct related_traffic nothing;

	return rules_has_state(s, FAMILY_NETWORK) ? &rules_network_of(s)->related : &nothing;
}

static void judge_unanswered(struct session *s)
{
	const struct related_traffic *n = rules_network_related(s);
	struct finding *f;

	if (judge_unreachable(s, &n->prohibited, "forbidden") || judge_unreachable(s, &n->unreachable, "not there"))
		return;
	if (s->state != SESSION_NO_ANSWER || s->abandoned || s->side[SIDE_CLIENT].packets < 2)
		return;
	f = rules_add(s, RULE_N01, true, PHASE_CONNECT, NULL);
	rules_add_anomalies(f, s, SIDE_CLIENT, TCP_ANOMALY_SYN);
	diagnosis_say(s, f, "The client asked %llu times for a connection to port %u, and nobody answered",
		      (unsigned long long)s->side[SIDE_CLIENT].packets, s->side[SIDE_SERVER].port);
}

/* "once", "3 times" */
static const char *say_times(char *out, size_t size, uint32_t times)
{
	if (times == 1)
		return "once";
	snprintf(out, size, "%u times", times);
	return out;
}

static void judge_foreign_answer(struct session *s)
{
	const struct related_traffic *n = rules_network_related(s);
	char from[INET6_ADDRSTRLEN];
	struct finding *f;

	if (n->foreign_packet == 0)
		return;
	f = rules_add(s, RULE_N21, false, PHASE_CONNECT, NULL);
	rules_add_anomalies(f, s, SIDE_CLIENT, TCP_ANOMALY_SYN);
	diagnosis_add_packet(f, n->foreign_packet);
	diagnosis_say(s, f, "The client asked one address for a connection, and %s answered",
		      address_text(s, n->foreign, from));
}

static void judge_connection(struct session *s)
{
	struct finding *f;

	judge_foreign_answer(s);
	if (s->state == SESSION_REFUSED) {
		f = rules_add(s, RULE_N02, true, PHASE_CONNECT, NULL);
		rules_add_anomalies(f, s, SIDE_CLIENT, TCP_ANOMALY_SYN);
		rules_add_anomalies(f, s, SIDE_SERVER, TCP_ANOMALY_RST);
		diagnosis_say(s, f, "The server refused the connection: nothing listens on port %u",
			      s->side[SIDE_SERVER].port);
	} else {
		judge_unanswered(s);
	}
	if (s->connect_ns < s->diagnosis->limits->connect_ns)
		return;
	f = rules_add(s, RULE_N04, false, PHASE_CONNECT, NULL);
	rules_add_anomalies(f, s, SIDE_CLIENT, TCP_ANOMALY_SYN);
	rules_add_anomalies(f, s, SIDE_SERVER, TCP_ANOMALY_SYN);
	if (s->syn_count > 1)
		diagnosis_say(s, f, "The connection took %.1f s to be made: the client asked for it %u times",
			      rules_seconds(s->connect_ns), s->syn_count);
	else
		diagnosis_say(s, f, "The connection took %.1f s to be made", rules_seconds(s->connect_ns));
}

/* ---- what does not pass ---- */

static uint32_t commands_within(const struct session *s, uint64_t begin, uint64_t end)
{
	uint32_t count = 0;

	for (size_t i = 0; i < s->command_count; i++)
		count += s->commands[i].packet != 0 && s->commands[i].kind != KIND_MESSAGE &&
			 s->commands[i].begin >= begin && s->commands[i].begin < end;
	return count;
}

static bool has_answered_command(const struct session *s)
{
	for (size_t i = 0; i < s->command_count; i++)
		if (s->commands[i].packet != 0 && s->commands[i].done)
			return true;
	return s->first_index > 0;
}

static void point_to_stuck(struct finding *f, const struct tcp_anomaly_stuck *stuck)
{
	diagnosis_add_packet(f, stuck->first_packet);
	diagnosis_add_packet(f, stuck->last_packet);
}

static void judge_black_hole(struct session *s, enum side side, const struct tcp_anomaly_stuck *stuck)
{
	const struct related_traffic_message *m = &rules_network_related(s)->too_big;
	struct finding *f = rules_add(s, RULE_N10, true, rules_last_phase(s), NULL);

	point_to_stuck(f, stuck);
	diagnosis_add_packet(f, m->packet);
	diagnosis_say(s, f,
		      "The %s sent a full-size segment of %u bytes %u times and it was never acknowledged, while "
		      "smaller ones passed%s",
		      rules_side_name(side), stuck->len, stuck->repeats + 1U,
		      m->packet != 0 ? "; that the path takes less was said in vain" : "");
}

static void judge_stuck(struct session *s, enum side side)
{
	const struct tcp_anomaly_side *w = &s->anomaly->side[side];
	const struct tcp_anomaly_stuck *stuck = &tcp_anomaly_trouble(s->anomaly)->stuck[side];
	bool is_full = stuck->len > FULL_SIZE_MIN && stuck->len >= w->largest_len && stuck->len > w->passed_len;
	uint32_t commands = side == SIDE_CLIENT ? commands_within(s, stuck->offset, stuck->offset + stuck->len) : 0;
	struct finding *f;

	if (stuck->repeats < STUCK_MIN || w->acked > stuck->offset)
		return;
	if (is_full && stuck->is_whole && w->acked > 0) {
		judge_black_hole(s, side, stuck);
	} else if (commands >= 2 && has_answered_command(s)) {
		f = rules_add(s, RULE_N20, true, rules_last_phase(s), NULL);
		point_to_stuck(f, stuck);
		diagnosis_say(s, f,
			      "A segment with %u commands was sent %u times and never acknowledged, while single "
			      "commands passed",
			      commands, stuck->repeats + 1U);
	}
}

static void judge_path_size(struct session *s)
{
	const struct related_traffic_message *m = &rules_network_related(s)->too_big;
	char from[INET6_ADDRSTRLEN];
	struct finding *f;

	if (m->packet == 0 || diagnosis_has(s, RULE_N10) || s->handshake == SESSION_HANDSHAKE_FAILED)
		return;
	f = rules_add(s, RULE_N11, false, PHASE_NONE, NULL);
	diagnosis_add_packet(f, m->packet);
	diagnosis_add_packet(f, m->last_packet);
	diagnosis_say(s, f, "%s said that packets above %u bytes do not pass, and smaller ones were sent",
		      address_text(s, m->from, from), m->mtu);
}

/* Whether the client waited in IDLE before a packet, and never had the answer. */
static bool is_in_idle(const struct session *s, uint64_t packet)
{
	for (size_t i = s->command_count; i > 0; i--)
		if (s->commands[i - 1].kind == KIND_IDLE && s->commands[i - 1].packet <= packet)
			return !s->commands[i - 1].done;
	return false;
}

/* Long silence, then nobody knows the connection any more. */
static void judge_silence(struct session *s)
{
	const struct tcp_anomaly_silence *silence = &tcp_anomaly_trouble(s->anomaly)->silence;
	struct finding *f;
	bool is_idle;

	if (silence->ns == 0 || silence->is_answered || (silence->repeats < STUCK_MIN && silence->reset == 0) ||
	    rules_dialogue_of(s)->has_goodbye)
		return;
	is_idle = is_in_idle(s, silence->before);
	f = rules_add(s, is_idle ? RULE_I03 : RULE_N19, true, rules_last_phase(s), NULL);
	diagnosis_add_packet(f, silence->before);
	diagnosis_add_packet(f, silence->after);
	diagnosis_add_packet(f, silence->last_repeat);
	diagnosis_add_packet(f, silence->reset);
	diagnosis_say(s, f, "After %.0f s of silence%s what the %s sent was %s", rules_seconds(silence->ns),
		      is_idle ? " in IDLE" : "", rules_side_name(silence->side),
		      silence->reset != 0 ? "answered by a reset" : "sent again and again, and not acknowledged");
}

/* The server's other waits are those of its replies, or of its patience; a client of IMAP waits for its user. */
static bool is_within_mail(const struct session *s, enum side side, const struct tcp_anomaly_stall *stall)
{
	for (size_t i = 0; i < s->mail_count; i++) {
		const struct mail *m = s->mails[i];

		if (m->side == side && m->first.packet < stall->before && stall->after <= m->last.packet)
			return true;
	}
	return false;
}

static void judge_stall(struct session *s, enum side side)
{
	const struct tcp_anomaly_stall *stall = &s->anomaly->side[side].stall;
	bool is_patient = side == SIDE_SERVER || protocol_has(s->protocol, PROTOCOL_TAGGED);
	struct finding *f;

	if (stall->ns < s->diagnosis->limits->stall_ns || session_tls_is_opaque(s) ||
	    (is_patient && !(stall->is_own && is_within_mail(s, side, stall))))
		return;
	f = rules_add(s, RULE_N13, false, PHASE_NONE, NULL);
	diagnosis_add_packet(f, stall->before);
	diagnosis_add_packet(f, stall->after);
	diagnosis_say(s, f, "The %s sent nothing for %.1f s, although all was acknowledged and it was its turn",
		      rules_side_name(side), rules_seconds(stall->ns));
}

/* ---- what is sent again ---- */

static bool is_body(const struct rules_network_side *n, const struct rules_range *r)
{
	size_t count = n->body_count < RULES_BODIES_MAX ? n->body_count : RULES_BODIES_MAX;

	for (size_t i = 0; i < count; i++)
		if (r->begin >= n->bodies[i].begin && r->end <= n->bodies[i].end)
			return true;
	return false;
}

static void tell_apart(struct session *s, enum side side)
{
	struct rules_network_side *n = &rules_network_of(s)->side[side];

	for (size_t i = 0; i < n->resent_count; i++) {
		const struct rules_range *r = &n->resent[i];

		if (is_body(n, r) || r->begin >= s->tls_begin[side])
			continue;
		n->repeats++;
		if (n->packet_count + 2 > FINDING_PACKETS || r->first == 0)
			continue;
		n->packets[n->packet_count++] = r->first;
		n->packets[n->packet_count++] = r->again;
	}
	n->resent_count = 0;
}

struct related_traffic *diagnosis_related_traffic(struct session *s)
{
	return s->diagnosis != NULL ? &rules_network_of(s)->related : NULL;
}

void diagnosis_resent(struct session *s, enum side side, uint64_t begin, uint64_t end, uint64_t first, uint64_t again)
{
	struct rules_network_side *n;

	if (s->diagnosis == NULL)
		return;
	n = &rules_network_of(s)->side[side];
	if (n->resent_count == RULES_RESENT_MAX)
		tell_apart(s, side);
	n->resent[n->resent_count++] = (struct rules_range){.begin = begin, .end = end, .first = first, .again = again};
}

static void begin_body(struct session *s, enum side side, uint64_t begin, uint64_t end)
{
	struct rules_network_side *n = &rules_network_of(s)->side[side];

	n->bodies[n->body_count++ % RULES_BODIES_MAX] = (struct rules_body){.begin = begin, .end = end};
}

static void end_body(struct session *s, enum side side, uint64_t end)
{
	struct rules_network_side *n = &rules_network_of(s)->side[side];
	struct rules_body *latest = &n->bodies[(n->body_count + RULES_BODIES_MAX - 1) % RULES_BODIES_MAX];

	if (n->body_count == 0 || latest->end != UINT64_MAX)
		return;
	if (n->resent_count > 0)
		tell_apart(s, side);
	latest->end = end;
}

/* Where the data of mails lie: what is sent again there is no command and no reply. */
static void take_event(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		       const struct stamp *last)
{
	(void)first;
	(void)last;
	if (event->kind == DIALOGUE_MAIL_BEGIN && event->stuffing)
		begin_body(s, event->side, event->begin, UINT64_MAX);
	else if (event->kind == DIALOGUE_MAIL_RANGE && !event->stuffing)
		begin_body(s, event->side, event->begin, event->end);
	else if (event->kind == DIALOGUE_MAIL_END)
		end_body(s, event->side, event->end);
}

static void judge_repeats(struct session *s, enum side side)
{
	const struct rules_network_side *n;
	char times[24];
	struct finding *f;

	if (!rules_has_state(s, FAMILY_NETWORK))
		return;
	tell_apart(s, side);
	n = &rules_network_of(s)->side[side];
	if (n->repeats == 0 || s->handshake == SESSION_HANDSHAKE_FAILED)
		return;
	f = rules_add(s, RULE_N22, false, PHASE_NONE, NULL);
	for (size_t i = 0; i < n->packet_count; i++)
		diagnosis_add_packet(f, n->packets[i]);
	diagnosis_say(s, f, "TCP sent %s of the %s again %s; the %s saw them once",
		      side == SIDE_CLIENT ? "commands" : "replies", rules_side_name(side),
		      say_times(times, sizeof(times), n->repeats), rules_side_name(side_other(side)));
}

static void judge_retransmission(struct session *s, enum side side)
{
	uint64_t packets = s->side[side].packets;
	uint32_t resent_late = session_flaws(&s->side[side])->resent_late;
	bool is_much = resent_late * UINT64_C(1000) >= packets * s->diagnosis->limits->retransmission_permille &&
		       resent_late > 3;
	struct finding *f;

	if (!is_much || s->handshake == SESSION_HANDSHAKE_FAILED)
		return;
	f = rules_add(s, RULE_N14, false, PHASE_NONE, NULL);
	rules_add_anomalies(f, s, side, TCP_ANOMALY_RESENT);
	diagnosis_say(s, f, "%u of the %llu packets of the %s were sent again because they, or others, were lost",
		      resent_late, (unsigned long long)packets, rules_side_name(side));
}

/* The first mail of a side that holds bytes whose copies differ. */
static const struct mail *conflicting_mail(const struct session *s, enum side side)
{
	for (size_t i = 0; i < s->mail_count; i++)
		if (s->mails[i]->side == side && s->mails[i]->conflicts > 0)
			return s->mails[i];
	return NULL;
}

static void judge_conflicts(struct session *s, enum side side)
{
	const struct mail *m = conflicting_mail(s, side);
	char times[24];
	struct finding *f;

	if (session_flaws(&s->side[side])->conflicts == 0)
		return;
	f = rules_add(s, RULE_N23, false, PHASE_NONE, NULL);
	rules_add_anomalies(f, s, side, TCP_ANOMALY_CONFLICT);
	if (m != NULL)
		f->mail = m->number;
	diagnosis_say(s, f, "The %s sent %s other bytes in the place of some that it had sent before%s",
		      rules_side_name(side), say_times(times, sizeof(times), session_flaws(&s->side[side])->conflicts),
		      m != NULL ? ", within a mail" : "");
}

static void judge_side(struct session *s, enum side side)
{
	const struct tcp_flaws *t = session_flaws(&s->side[side]);
	struct finding *f;

	if (t->zero_window_ns >= s->diagnosis->limits->zero_window_ns) {
		f = rules_add(s, RULE_N12, false, PHASE_NONE, NULL);
		rules_add_anomalies(f, s, side, TCP_ANOMALY_CLOSED_WINDOW);
		diagnosis_say(s, f, "The %s took nothing more for %.1f s: its window was closed", rules_side_name(side),
			      rules_seconds(t->zero_window_ns));
	}
	judge_retransmission(s, side);
	judge_repeats(s, side);
	judge_conflicts(s, side);
	if (t->damaged > 0) {
		f = rules_add(s, RULE_N24, false, PHASE_NONE, NULL);
		rules_add_anomalies(f, s, side, TCP_ANOMALY_BAD_CHECKSUM);
		diagnosis_say(s, f, "%u segments of the %s came with a wrong checksum, while its others are right",
			      t->damaged, rules_side_name(side));
	}
	if (s->anomaly != NULL) {
		judge_stuck(s, side);
		judge_stall(s, side);
	}
}

static void finish(struct session *s)
{
	judge_capture(s);
	judge_connection(s);
	judge_side(s, SIDE_CLIENT);
	judge_side(s, SIDE_SERVER);
	judge_path_size(s);
	if (s->anomaly != NULL)
		judge_silence(s);
}

const struct rule_family rules_network_family = {
	.name = "network",
	.state_size = sizeof(struct rules_network),
	.is_apart = true,
	.event = take_event,
	.finish = finish,
};
