/*
 * What TCP tells: how whole the capture is, how the connection began, went and ended.
 */
#include "mail/judge.h"

static const char *name_of(enum side side)
{
	return side == SIDE_CLIENT ? "client" : "server";
}

/* ---- the capture ---- */

static void judge_capture(struct session *s)
{
	uint64_t missing = s->side[SIDE_CLIENT].missing_bytes + s->side[SIDE_SERVER].missing_bytes;
	uint32_t cut = s->side[SIDE_CLIENT].cut + s->side[SIDE_SERVER].cut;
	bool is_one_sided = (s->side[SIDE_CLIENT].packets == 0) != (s->side[SIDE_SERVER].packets == 0);

	if (cut > 0)
		diagnosis_say(s, diagnosis_add(s, RULE_C03, false, NULL), "%u packets of this session were cut short",
			      cut);
	if (is_one_sided && s->handshake != SESSION_HANDSHAKE_FAILED)
		diagnosis_say(s, diagnosis_add(s, RULE_C05, false, NULL), "Only the %s was captured",
			      name_of(s->side[SIDE_CLIENT].packets > 0 ? SIDE_CLIENT : SIDE_SERVER));
	else if (missing > 0 && cut == 0)
		diagnosis_say(s, diagnosis_add(s, RULE_C01, false, NULL),
			      "%llu bytes of this session were received, but not captured",
			      (unsigned long long)missing);
	if (s->handshake == SESSION_HANDSHAKE_MIDSTREAM)
		diagnosis_add(s, RULE_C02, false, NULL);
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		if (s->side[side].has_offload)
			diagnosis_say(s, diagnosis_add(s, RULE_C04, false, NULL),
				      "The checksums of the %s are left to its network device", name_of(side));
}

/* ---- the way ---- */

static void judge_connection(struct session *s)
{
	struct finding *f;

	if (s->state == SESSION_REFUSED) {
		f = diagnosis_add(s, RULE_N02, true, NULL);
		diagnosis_say(s, f, "The server refused the connection: nothing listens on port %u",
			      s->side[SIDE_SERVER].port);
	} else if (s->state == SESSION_NO_ANSWER && s->side[SIDE_CLIENT].packets >= 2) {
		f = diagnosis_add(s, RULE_N01, true, NULL);
		diagnosis_say(s, f, "The client asked %llu times for a connection to port %u, and nobody answered",
			      (unsigned long long)s->side[SIDE_CLIENT].packets, s->side[SIDE_SERVER].port);
	} else {
		f = NULL;
	}
	if (f != NULL)
		f->phase = PHASE_CONNECT;
	if (s->connect_ns >= s->diagnosis->limits->connect_ns) {
		f = diagnosis_add(s, RULE_N04, false, NULL);
		diagnosis_say(s, f, "The connection took %.1f s to be made",
			      (double)s->connect_ns / (double)CLOCK_NS_PER_S);
	}
}

static void judge_side(struct session *s, enum side side)
{
	const struct session_side *t = &s->side[side];
	const struct diagnosis_limits *limits = s->diagnosis->limits;
	struct finding *f;

	if (t->zero_window_ns >= limits->zero_window_ns) {
		f = diagnosis_add(s, RULE_N12, false, NULL);
		diagnosis_say(s, f, "The %s took nothing more for %.1f s: its window was closed", name_of(side),
			      (double)t->zero_window_ns / (double)CLOCK_NS_PER_S);
	}
	if (t->retransmitted > 0 && s->handshake != SESSION_HANDSHAKE_FAILED) {
		bool is_much = t->resent_late * UINT64_C(1000) >= t->packets * limits->retransmission_permille &&
			       t->resent_late > 3;

		f = diagnosis_add(s, is_much ? RULE_N14 : RULE_N22, false, NULL);
		diagnosis_say(s, f, "%u of the %llu packets of the %s were sent again", t->retransmitted,
			      (unsigned long long)t->packets, name_of(side));
	}
	if (t->conflicts > 0) {
		f = diagnosis_add(s, RULE_N23, false, NULL);
		diagnosis_say(s, f, "The %s sent %u times other bytes in the place of some that it had sent before",
			      name_of(side), t->conflicts);
	}
	if (t->damaged > 0) {
		f = diagnosis_add(s, RULE_N24, false, NULL);
		diagnosis_say(s, f, "%u segments of the %s came with a wrong checksum, while its others are right",
			      t->damaged, name_of(side));
	}
}

/* ---- the end ---- */

static bool was_told_to_go(const struct session *s)
{
	return diagnosis_has(s, RULE_S02) || diagnosis_has(s, RULE_S03) || diagnosis_has(s, RULE_S19) ||
	       diagnosis_has(s, RULE_S28) || diagnosis_has(s, RULE_S01) || diagnosis_has(s, RULE_P06) ||
	       diagnosis_has(s, RULE_P04) || diagnosis_has(s, RULE_P05) || diagnosis_has(s, RULE_P16);
}

static void judge_end(struct session *s)
{
	bool has_quit = s->diagnosis->talk.has_quit;
	bool is_served = s->accepted_mails > 0 && s->rejected_mails == 0;
	struct finding *f;

	if (has_quit || s->tls || s->speaks != NULL || s->protocol == PROTOCOL_UNKNOWN ||
	    s->protocol == PROTOCOL_IMAP || s->handshake == SESSION_HANDSHAKE_FAILED || !diagnosis_is_whole(s))
		return;
	if (s->state == SESSION_RESET && s->reset_by == SIDE_SERVER && !s->has_fin[SIDE_SERVER] && !was_told_to_go(s)) {
		f = diagnosis_add(s, RULE_N15, true, NULL);
		diagnosis_say(s, f, "The server reset the connection without a word");
	} else if (s->has_fin[SIDE_SERVER] && s->first_fin == SIDE_SERVER && !was_told_to_go(s)) {
		f = diagnosis_add(s, RULE_N17, false, NULL);
		diagnosis_say(s, f, "The server closed the connection without a word");
	} else if (s->state != SESSION_OPEN && !was_told_to_go(s)) {
		f = diagnosis_add(s, RULE_N18, false, NULL);
		if (f != NULL && !is_served && s->mails_total > 0)
			f->severity = SEVERITY_WARNING;
		diagnosis_say(s, f, "The client left without QUIT");
	}
}

void judge_network_finish(struct session *s)
{
	judge_capture(s);
	judge_connection(s);
	judge_side(s, SIDE_CLIENT);
	judge_side(s, SIDE_SERVER);
	judge_end(s);
}
