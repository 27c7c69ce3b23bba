/* What TCP knows of a connection, into its session. */
#include "base/mem.h"
#include "engine/connection.h"

static enum session_state state_of(const struct flow *f)
{
	switch (f->state) {
	case FLOW_CLOSED:
		return SESSION_CLOSED;
	case FLOW_RESET:
		return SESSION_RESET;
	case FLOW_REFUSED:
		return SESSION_REFUSED;
	case FLOW_OPEN:
		break;
	}
	return f->handshake == FLOW_SYN_SENT ? SESSION_NO_ANSWER : SESSION_OPEN;
}

static enum session_handshake handshake_of(const struct flow *f)
{
	switch (f->handshake) {
	case FLOW_MIDSTREAM:
		return SESSION_HANDSHAKE_MIDSTREAM;
	case FLOW_COMPLETE:
		return SESSION_HANDSHAKE_COMPLETE;
	case FLOW_SYN_SENT:
	case FLOW_SYN_ANSWERED:
		break;
	}
	return SESSION_HANDSHAKE_FAILED;
}

static void sync_flaws(struct session_side *to, const struct flow *f, const struct stream *from, uint64_t packet)
{
	uint64_t hostile_packet = session_flaws(to)->hostile_packet;
	struct tcp_flaws *w;

	if (from->is_hostile && hostile_packet == 0)
		hostile_packet = packet;
	if (from->flaws == NULL && hostile_packet == 0)
		return;
	w = session_make_flaws(to);
	*w = stream_flaws(from)->seen;
	w->hostile_packet = hostile_packet;
	if (from->has_ack && from->last_window == 0 &&
	    f->last_ns - stream_flaws(from)->zero_window_since_ns > w->zero_window_ns)
		w->zero_window_ns = f->last_ns - stream_flaws(from)->zero_window_since_ns; /* it still is */
}

static void sync_side(struct session_side *to, const struct flow *f, enum side side, uint64_t packet)
{
	const struct stream *from = &f->stream[side];

	memcpy(to->address, f->end[side].address.bytes, sizeof(to->address));
	to->port = f->end[side].port;
	to->bytes = from->next - from->missing_bytes;
	to->packets = from->packets;
	to->missing_bytes = from->missing_bytes;
	sync_flaws(to, f, from, packet);
	to->has_offload = from->checksums_bad > 0 && from->checksums_good == 0;
}

static struct session_tunnel *copy_tunnel(const struct segment_tunnel *from)
{
	struct session_tunnel *to = mem_zalloc(sizeof(*to));

	to->name = segment_tunnel_name((enum segment_tunnel_kind)from->kind);
	to->is_ipv6 = from->is_ipv6;
	to->id = from->id;
	memcpy(to->source, from->source.bytes, sizeof(to->source));
	memcpy(to->destination, from->destination.bytes, sizeof(to->destination));
	return to;
}

void connection_sync(struct connection *v)
{
	struct session *s = v->session;
	const struct flow *f = v->flow;

	if (f == NULL || f->stream == NULL)
		return;
	s->is_ipv6 = f->space.is_ipv6;
	s->observer = f->space.observer;
	s->source = f->source;
	s->interface = f->interface;
	s->start_ns = f->first_ns;
	s->end_ns = f->last_ns;
	s->rtt_ns = f->rtt_ns;
	s->connect_ns = f->connect_ns;
	s->syn_count = f->syn_count;
	if (f->tunnel != NULL && s->tunnel == NULL)
		s->tunnel = copy_tunnel(f->tunnel);
	s->anomaly = f->anomaly;
	s->state = state_of(f);
	s->abandoned = f->given_up && f->state == FLOW_OPEN;
	s->handshake = handshake_of(f);
	s->reset_by = f->reset_by;
	s->first_fin = f->first_fin;
	s->has_fin[SIDE_CLIENT] = f->stream[SIDE_CLIENT].has_fin;
	s->has_fin[SIDE_SERVER] = f->stream[SIDE_SERVER].has_fin;
	sync_side(&s->side[SIDE_CLIENT], f, SIDE_CLIENT, v->now.packet);
	sync_side(&s->side[SIDE_SERVER], f, SIDE_SERVER, v->now.packet);
}
