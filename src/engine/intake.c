/*
 * intake: a packet's way into the engine: its place, its segment (that of a packet put together of fragments, too), its
 * flow, its row in the index.
 */
#include <assert.h>

#include "base/mem.h"
#include "engine/detect.h"
#include "engine/lifecycle.h"
#include "engine/selection.h"

enum {
	LOOK_PACKETS = 1024, /* between two looks whether a mapped file is as it was */
	FETCH_FLOWS = 4096,  /* that are open: fewer lie in the processor's caches */
	SMALL_PACKET = 512,
	FETCH_BYTES = 192, /* of a packet: all that a small one says */
};

/* A packet that is looked into, before anything is done with it. */
struct intake {
	const struct packet_record *record;
	struct slice bytes;
	uint64_t place; /* STORE_NOWHERE: not in a mapped file */
	enum dissect_result result;
	const struct tcp_segment *segment; /* its own, or who has found it keeps it */
	struct tcp_segment own;
	struct fragment fragment;
	struct flow_ahead ahead;
};

static uint8_t marks_of(const struct flow_verdict *v)
{
	return (uint8_t)((v->side == SIDE_SERVER ? INDEX_FROM_SERVER : 0) |
			 (v->retransmitted ? INDEX_RETRANSMITTED : 0) | (v->copied ? INDEX_COPY : 0) |
			 (v->out_of_order ? INDEX_OUT_OF_ORDER : 0) | (v->keepalive ? INDEX_KEEPALIVE : 0) |
			 v->handshake << 5);
}

/* Enters a packet into the index, and into its session's chain. */
static void enter(struct engine *e, const struct packet_record *r, uint64_t place, const struct flow_verdict *verdict)
{
	struct index_row *row = index_add(e->index, r->number);
	struct connection *v = verdict->flow != NULL ? verdict->flow->owner : NULL;

	row->time_ns = r->time_ns;
	row->place = place & STORE_NOWHERE;
	row->caplen = r->caplen & 0xffffff;
	row->wire_len = r->wire_len > 0xffffff ? 0xffffff : r->wire_len & 0xffffff;
	row->link = index_link(e->index, &(struct index_link){.link_type = r->link_type,
							      .interface = r->interface,
							      .time_digits = r->time_digits});
	row->marks = marks_of(verdict);
	if (r->number == e->packet_behind_gap)
		row->marks |= INDEX_GAP_BEFORE;
	store_hold(e->store, place);
	if (v != NULL)
		lifecycle_chain(e, v, r->number, row);
}

/* `payload_place`: of the segment's payload, STORE_NOWHERE when it has none or it is not kept. */
static void feed_segment(struct engine *e, const struct tcp_segment *segment, const struct packet_record *r,
			 uint64_t payload_place, struct flow_verdict *verdict)
{
	struct flow_packet p = {.time_ns = r->time_ns,
				.number = r->number,
				.place = payload_place,
				.source = (uint8_t)r->source,
				.interface = r->interface};

	flow_table_feed(e->flows, segment, &p, verdict);
	if (verdict->flow == NULL)
		return;
	/* a connection to a mail port is a session from its SYN on */
	if (verdict->flow->owner == NULL && !verdict->flow->ignored && !verdict->flow->over &&
	    (segment->flags & SEGMENT_SYN) && detect_port_protocol(e, verdict->flow) != PROTOCOL_UNKNOWN)
		lifecycle_begin(e, verdict->flow, detect_port_protocol(e, verdict->flow), false);
}

static void count(struct engine *e, const struct packet_record *r)
{
	struct engine_counters *c = &e->counters;

	if (c->packets++ == 0)
		c->first_ns = r->time_ns;
	c->bytes += r->wire_len;
	c->last_ns = c->clock_ns = r->time_ns;
	if (r->time_digits > c->time_digits)
		c->time_digits = r->time_digits;
	e->now = (struct stamp){.time_ns = r->time_ns, .packet = r->number};
}

/* Where a packet goes: it stays as long as its session. */
static struct store_lane *lane_of(struct engine *e, enum dissect_result result, const struct tcp_segment *segment)
{
	struct flow *f = result == DISSECT_TCP ? flow_table_of(e->flows, segment) : NULL;
	struct connection *v = f != NULL ? f->owner : NULL;

	return v != NULL ? &v->lane : &e->lane;
}

/* Bytes into the spool; the first refusal of the disk is told. */
static uint64_t spool(struct engine *e, struct store_lane *lane, struct slice bytes)
{
	struct error err = {""};
	uint64_t place = store_spool(e->store, lane, bytes, &err);

	if (err.text[0] != '\0' && !e->has_error) {
		e->error = err;
		e->has_error = true;
	}
	return place;
}

/* The bytes of a packet in a mapped file; empty when that no longer holds all of them. They are not touched to find
 * out: what is cut off between two looks and before it is read reads as zeros, and whoever needs to be sure asks the
 * store again when it has read them. */
static struct slice mapped_bytes(struct engine *e, uint64_t place, uint32_t caplen)
{
	struct slice bytes;

	if (++e->mapped_packets % LOOK_PACKETS == 0)
		store_look(e->store, place);
	bytes = store_bytes(e->store, place, caplen);
	return bytes.len == caplen ? bytes : slice_of(NULL, 0);
}

/* ICMP has no reason of its own among those why packets are no segments. */
static enum dissect_result counted_as(enum dissect_result result)
{
	return result == DISSECT_ICMP ? DISSECT_OTHER_TRANSPORT : result;
}

/* The last fragment of a packet makes it whole. What is in it may be a tunnel that carries a fragment again, so it goes
 * on until nothing becomes whole. `*segment` then lies in what the fragments module holds. */
static enum dissect_result join_fragments(struct engine *e, const struct packet_record *r, struct fragment *fragment,
					  struct tcp_segment *segment)
{
	enum dissect_result result = DISSECT_FRAGMENT;
	struct fragment whole;
	struct slice payload;

	for (int depth = 0; depth < DISSECT_DEPTH_MAX && result == DISSECT_FRAGMENT; depth++) {
		uint64_t parts = fragments_counters(e->fragments)->parts;

		uint64_t group = depth > 0 ? fragments_group(e->fragments) : 0;
		bool is_whole = fragments_add(e->fragments, fragment, r->time_ns, &payload, &whole);

		selection_regroup(e->selection, group, fragments_group(e->fragments));
		if (!is_whole)
			break;
		result = dissect_payload(&whole, payload, segment, fragment);
		segment->observer = fragment->observer = whole.observer;
		/* all of them were counted, the packet at hand included */
		e->counters.skipped[DISSECT_FRAGMENT] -= fragments_counters(e->fragments)->parts - parts;
		e->counters.skipped[counted_as(result)]++;
	}
	return result;
}

/* A packet that was put together of fragments: its payload has no place of its own in the capture, so it gets one. */
static void feed_joined(struct engine *e, const struct tcp_segment *segment, const struct packet_record *r,
			struct flow_verdict *verdict)
{
	uint64_t place = spool(e, lane_of(e, DISSECT_TCP, segment), segment->payload);

	feed_segment(e, segment, r, place, verdict);
	store_release(e->store, place);
}

/* What is no segment of a session may tell about one. */
static void look_at_related(struct engine *e, enum dissect_result result, const struct tcp_segment *s)
{
	bool is_dns = result == DISSECT_UDP &&
		      (s->source_port == RELATED_DNS_PORT || s->destination_port == RELATED_DNS_PORT);

	if (is_dns && s->source_port == RELATED_DNS_PORT)
		hostnames_read_answer(e->names, s->payload);
	if (is_dns)
		related_datagram(e->related, s, &e->now);
	else if (result == DISSECT_ICMP)
		related_message(e->related, e->flows, s, &e->now);
	else if (result == DISSECT_TCP && (s->flags & (SEGMENT_SYN | SEGMENT_RST)))
		related_segment(e->related, e->flows, s, &e->now);
}

static void feed_found(struct engine *e, enum dissect_result result, const struct tcp_segment *segment,
		       const struct packet_record *r, uint64_t payload_place, bool is_joined,
		       struct flow_verdict *verdict)
{
	if (result != DISSECT_TCP)
		flow_table_tick(e->flows, r->time_ns, r->number);
	else if (is_joined)
		feed_joined(e, segment, r, verdict);
	else
		feed_segment(e, segment, r, payload_place, verdict);
	look_at_related(e, result, segment);
}

/* Nothing but the packet itself tells what is in it, whatever came before. */
static void look_into(struct engine *e, const struct engine_packet *packet, struct intake *in)
{
	const struct packet_record *r = packet->record;
	uint8_t observer = e->options.observer_of[r->source % ENGINE_SOURCES_MAX];

	in->record = r;
	in->segment = &in->own;
	in->bytes = packet->bytes;
	in->place = STORE_NOWHERE;
	if (r->place != PACKET_PLACE_NONE) {
		in->place = store_mapped_place(r->source, r->place);
		in->bytes = mapped_bytes(e, in->place, r->caplen);
	}
	if (packet->found == NULL || packet->found->result == DISSECT_FRAGMENT || in->bytes.len != r->caplen) {
		in->result = dissect_packet(r->link_type, in->bytes, &in->own, &in->fragment, NULL);
		in->own.observer = in->fragment.observer = observer;
		return;
	}
	in->result = packet->found->result;
	if (observer != 0) {
		in->own = packet->found->segment;
		in->own.observer = observer;
	} else {
		in->segment = &packet->found->segment;
	}
	mem_fetch(in->bytes.data, in->bytes.len < FETCH_BYTES ? in->bytes.len : FETCH_BYTES);
}

static void feed_packet(struct engine *e, struct intake *in)
{
	const struct packet_record *r = in->record;
	const struct tcp_segment *segment = in->segment;
	struct flow_verdict verdict = {0};
	enum dissect_result result = in->result;
	bool is_fragment = result == DISSECT_FRAGMENT;
	uint64_t place = in->place;
	uint64_t payload_place = STORE_NOWHERE;

	count(e, r);
	e->counters.skipped[counted_as(result)]++;
	if (result == DISSECT_UNKNOWN_LINK)
		e->counters.unknown_link_type = r->link_type;
	/* bytes that nobody will look at again need no place */
	if (r->place == PACKET_PLACE_NONE && (e->options.keep || (result == DISSECT_TCP && segment->payload.len > 0)))
		place = spool(e, lane_of(e, result, segment), in->bytes);
	if (is_fragment)
		result = join_fragments(e, r, &in->fragment, &in->own);
	else if (result == DISSECT_TCP && segment->payload.len > 0)
		payload_place = store_place_after(place, (size_t)(segment->payload.data - in->bytes.data));
	feed_found(e, result, segment, r, payload_place, is_fragment, &verdict);
	if (e->index != NULL)
		enter(e, r, place, &verdict);
	if (e->options.packet != NULL && e->options.wants_all_packets)
		e->options.packet(e->options.packet_ctx, r, in->bytes);
	else if (e->options.packet != NULL)
		selection_packet(e->selection, r, in->bytes,
				 &(struct selection_subject){.segment = result == DISSECT_TCP ? segment : NULL,
							     .flow = verdict.flow,
							     .group = is_fragment ? fragments_group(e->fragments) : 0,
							     .is_part = result == DISSECT_FRAGMENT});
	if (r->place == PACKET_PLACE_NONE)
		store_release(e->store, place);
}

/* What the session of a packet needs at once; `of_session`: what hangs on that. */
static void fetch_connection(const struct flow *f, bool of_session)
{
	const struct connection *v = f != NULL ? f->owner : NULL;

	if (v == NULL)
		return;
	if (!of_session) {
		mem_fetch(v, sizeof(struct slot));
		return;
	}
	if (v->dialogue != NULL)
		mem_fetch(v->dialogue, sizeof(*v->dialogue));
	for (enum side side = SIDE_CLIENT; f->stream != NULL && side < SIDES; side++)
		mem_fetch(f->stream[side].extents.items, sizeof(struct extent));
	session_fetch(v->session);
	diagnosis_fetch(v->session->diagnosis);
}

/* With many connections each packet waits for memory, again and again: for several of them it comes at once. */
static void fetch(struct engine *e, struct intake *in, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (in[i].result == DISSECT_TCP)
			flow_table_fetch(e->flows, in[i].segment, &in[i].ahead);
	for (size_t i = 0; i < count; i++)
		if (in[i].result == DISSECT_TCP)
			flow_table_fetch_flow(e->flows, &in[i].ahead);
	for (size_t i = 0; i < count; i++)
		if (in[i].result == DISSECT_TCP)
			flow_table_fetch_streams(e->flows, &in[i].ahead);
	for (size_t i = 0; i < count; i++)
		if (in[i].result == DISSECT_TCP)
			fetch_connection(in[i].ahead.flow, false);
	for (size_t i = 0; i < count; i++)
		if (in[i].result == DISSECT_TCP)
			fetch_connection(in[i].ahead.flow, true);
}

static void feed_tick(struct engine *e, int64_t time_ns)
{
	e->counters.clock_ns = time_ns;
	flow_table_tick(e->flows, time_ns, e->now.packet);
}

/* A capture's clock may be set back. */
static void tick(struct engine *e, int64_t time_ns)
{
	if (time_ns - e->ticked_ns < CLOCK_NS_PER_S && time_ns >= e->ticked_ns)
		return;
	e->ticked_ns = time_ns;
	observers_tick(&e->observers, time_ns);
	lifecycle_tick(e);
	selection_tick(e->selection, time_ns);
}

static void feed_done(struct engine *e, int64_t time_ns)
{
	tick(e, time_ns);
	if (e->is_bounded)
		lifecycle_evict(e);
}

/* The heads of small packets are read at once, so that none waits for memory alone; large ones are best read when their
 * bytes are needed, too. */
static bool are_small(const struct engine_packet *packets, size_t count)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += packets[i].record->caplen;
	return bytes < count * SMALL_PACKET;
}

void engine_feed_all(struct engine *e, const struct engine_packet *packets, size_t count)
{
	struct intake in[ENGINE_FEED_MAX];
	bool is_crowded = count > 1 && flow_table_open_count(e->flows) > FETCH_FLOWS;
	size_t ahead = is_crowded || are_small(packets, count) ? count : 1; /* that are looked into before one is fed */

	assert(count <= ENGINE_FEED_MAX);
	for (size_t i = 0; i < count; i += ahead) {
		for (size_t k = 0; k < ahead; k++)
			look_into(e, &packets[i + k], &in[k]);
		if (is_crowded)
			fetch(e, in, count);
		for (size_t k = 0; k < ahead; k++) {
			feed_packet(e, &in[k]);
			feed_done(e, in[k].record->time_ns);
		}
	}
}

void engine_feed(struct engine *e, const struct packet_record *record, struct slice bytes)
{
	if (record->kind == PACKET_DATA) {
		engine_feed_all(e, &(struct engine_packet){.record = record, .bytes = bytes}, 1);
		return;
	}
	if (record->kind == PACKET_TICK)
		feed_tick(e, record->time_ns);
	feed_done(e, record->time_ns);
}

void engine_finish(struct engine *e)
{
	e->is_finishing = true;
	flow_table_end_all(e->flows);
	lifecycle_end_parked(e);
	selection_finish(e->selection);
	lifecycle_evict(e);
}
