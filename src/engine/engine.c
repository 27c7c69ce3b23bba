#include "engine/engine.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/parts.h"

enum {
	DNS_PORT = 53,
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
	struct conversation *v = verdict->flow != NULL ? verdict->flow->owner : NULL;

	row->time_ns = r->time_ns;
	row->place = place;
	row->caplen = r->caplen & 0xffffff;
	row->wire_len = r->wire_len > 0xffffff ? 0xffffff : r->wire_len & 0xffffff;
	row->link = index_link(e->index, r->link_type);
	row->marks = verdict->flow != NULL ? marks_of(verdict) : 0;
	if (r->number == e->packet_behind_gap)
		row->marks |= INDEX_GAP_BEFORE;
	store_hold(e->store, place);
	if (v != NULL)
		life_chain(e, v, r->number, row);
}

static void feed_segment(struct engine *e, const struct tcp_segment *segment, const struct packet_record *r,
			 uint64_t place, struct slice bytes, struct flow_verdict *verdict)
{
	struct flow_packet p = {.time_ns = r->time_ns, .number = r->number, .place = STORE_NOWHERE};

	if (segment->payload.len > 0)
		p.place = store_place_after(place, (size_t)(segment->payload.data - bytes.data));
	flow_table_feed(e->flows, segment, &p, verdict);
	/* a connection to a mail port is a session from its SYN on */
	if (verdict->flow->owner == NULL && !verdict->flow->ignored && !verdict->flow->over &&
	    (segment->flags & SEGMENT_SYN) && meeting_port_protocol(e, verdict->flow) != PROTOCOL_UNKNOWN)
		life_begin(e, verdict->flow, meeting_port_protocol(e, verdict->flow), false);
}

static void count(struct engine *e, const struct packet_record *r)
{
	struct engine_counters *c = &e->counters;

	if (c->packets++ == 0)
		c->first_ns = r->time_ns;
	c->bytes += r->wire_len;
	c->last_ns = r->time_ns;
	if (r->time_digits > c->time_digits)
		c->time_digits = r->time_digits;
	e->now = (struct stamp){.time_ns = r->time_ns, .packet = r->number};
}

static void feed_packet(struct engine *e, const struct packet_record *r, struct slice bytes)
{
	struct flow_verdict verdict = {0};
	struct tcp_segment segment;
	enum dissect_result result;
	uint64_t place = STORE_NOWHERE;

	count(e, r);
	if (r->place != PACKET_PLACE_NONE) {
		place = store_mapped_place(r->source, r->place);
		bytes = store_bytes(e->store, place, r->caplen);
	}
	result = dissect_packet(r->link_type, bytes, &segment, NULL, NULL);
	e->counters.skipped[result]++;
	if (r->place == PACKET_PLACE_NONE) {
		/* bytes that nobody will look at again need no place */
		if (e->options.keep || (result == DISSECT_TCP && segment.payload.len > 0))
			place = store_spool(e->store, bytes, e->has_error ? NULL : &e->error);
		if (place == STORE_NOWHERE && e->error.text[0] != '\0')
			e->has_error = true;
	}
	if (result == DISSECT_TCP)
		feed_segment(e, &segment, r, place, bytes, &verdict);
	else
		flow_table_tick(e->flows, r->time_ns, r->number);
	if (result == DISSECT_UDP && segment.source_port == DNS_PORT)
		names_read_answer(e->names, segment.payload);
	if (e->index != NULL)
		enter(e, r, place, &verdict);
	if (r->place == PACKET_PLACE_NONE)
		store_release(e->store, place);
}

void engine_feed(struct engine *e, const struct packet_record *record, struct slice bytes)
{
	if (record->kind == PACKET_DATA)
		feed_packet(e, record, bytes);
	else if (record->kind == PACKET_TICK)
		flow_table_tick(e->flows, record->time_ns, e->now.packet);
	if (e->options.keep)
		life_evict(e);
}

void engine_finish(struct engine *e)
{
	flow_table_end_all(e->flows);
}

/* ---- the engine itself ---- */

static void give_back_dialogue(void *ctx, struct dialogue *d)
{
	struct engine *e = ctx;

	pool_give(&e->dialogues, d);
}

static void open_parts(struct engine *e)
{
	e->dialogues.size = sizeof(struct dialogue);
	e->store = store_new();
	e->index = e->options.keep ? index_new() : NULL;
	e->flows = flow_table_new(&meeting_flow_events, e);
	e->names = names_new();
	names_read_hosts(e->names, "/etc/hosts");
	e->scene = (struct conversation_scene){.store = e->store,
					       .scratch = &e->scratch,
					       .events = &jobs_session_events,
					       .give_back = give_back_dialogue,
					       .ctx = e};
}

static void close_parts(struct engine *e)
{
	flow_table_free(e->flows);
	for (size_t i = 0; i < e->conversation_count; i++)
		if (e->conversations[i] != NULL)
			life_free(e, e->conversations[i]);
	free(e->conversations);
	e->conversations = NULL;
	e->conversation_count = e->conversation_cap = 0;
	life_free_spare(e);
	pool_fini(&e->dialogues);
	index_free(e->index);
	names_free(e->names);
	store_free(e->store);
}

struct engine *engine_new(const struct engine_options *options)
{
	struct engine *e = mem_zalloc(sizeof(*e));

	e->options = *options;
	open_parts(e);
	return e;
}

void engine_free(struct engine *e)
{
	if (e == NULL)
		return;
	assert(e->counters.jobs_pending == 0);
	close_parts(e);
	buffer_fini(&e->scratch);
	buffer_fini(&e->other_scratch);
	free(e);
}

void engine_map(struct engine *e, unsigned int number, struct slice mapping)
{
	store_map(e->store, number, mapping);
}

const struct engine_counters *engine_counters(const struct engine *e)
{
	return &e->counters;
}

void engine_read_given_up(const struct engine *e, struct engine_given_up *given_up)
{
	const struct flow_counters *flows = flow_table_counters(e->flows);

	*given_up = (struct engine_given_up){.flows = flows->evicted, .idle_flows = flows->idle, .holes = flows->holes};
}

bool engine_take_error(struct engine *e, struct error *err)
{
	if (!e->has_error || e->error.text[0] == '\0')
		return false;
	*err = e->error;
	e->error.text[0] = '\0';
	return true;
}

void engine_set_ports(struct engine *e, const struct ports *ports)
{
	e->options.ports = *ports;
}

const struct ports *engine_ports(const struct engine *e)
{
	return &e->options.ports;
}

void engine_set_save(struct engine *e, bool save, const char *target, enum save_format format)
{
	e->options.save = save;
	e->options.save_format = format;
	e->saved_count = e->saved_bytes = 0;
	e->save_stopped = false;
	jobs_copy_text(e->options.save_target, sizeof(e->options.save_target), slice_from_text(target));
}

bool engine_save_setting(const struct engine *e, const char **target)
{
	*target = e->options.save_target;
	return e->options.save;
}

struct conversation *engine_conversation(const struct engine *e, uint32_t number)
{
	if (number == 0 || number > e->conversation_count)
		return NULL;
	return e->conversations[number - 1];
}

uint32_t engine_last_session(const struct engine *e)
{
	return e->last_session;
}

const struct store *engine_store(const struct engine *e)
{
	return e->store;
}

const char *engine_host_name(const struct engine *e, const uint8_t *address, bool is_ipv6)
{
	return e->options.numeric ? NULL : names_lookup(e->names, address, is_ipv6);
}

const char *engine_name(const struct engine *e, const struct session *s, enum side side)
{
	return engine_host_name(e, s->side[side].address, s->is_ipv6);
}

void engine_add_name(struct engine *e, const uint8_t *address, bool is_ipv6, const char *name)
{
	names_add(e->names, address, is_ipv6, name);
}

void engine_set_numeric(struct engine *e, bool numeric)
{
	e->options.numeric = numeric;
}

const struct index *engine_index(const struct engine *e)
{
	return e->index;
}
