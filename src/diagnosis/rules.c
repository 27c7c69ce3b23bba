#include "diagnosis/rules.h"

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
	f->mail = c->mail;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		if (f->mail == 0 && s->receiving[side] != NULL)
			f->mail = s->receiving[side]->number;
}

void rules_add_anomalies(struct finding *f, const struct session *s, enum side side, enum tcp_anomaly_kind kind)
{
	struct tcp_anomaly_packets packets = tcp_anomaly_packets(s->anomaly, side, kind);

	for (size_t i = 0; i < TCP_ANOMALY_PACKETS; i++)
		diagnosis_add_packet(f, packets.number[i]);
}

bool rules_is_seen(const struct session *s)
{
	return !s->abandoned && s->handshake == SESSION_HANDSHAKE_COMPLETE && s->side[SIDE_CLIENT].missing_bytes == 0 &&
	       s->side[SIDE_SERVER].missing_bytes == 0 && s->side[SIDE_CLIENT].packets > 0 &&
	       s->side[SIDE_SERVER].packets > 0;
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
