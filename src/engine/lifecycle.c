#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/place.h"
#include "diagnosis/outcome.h"
#include "engine/detect.h"
#include "engine/filtered.h"
#include "engine/jobs.h"
#include "engine/lifecycle.h"
#include "engine/selection.h"

enum {
	FREE_MAX = 256,	       /* connections whose memory waits for the next */
	FREE_BYTES = 16384,    /* of one of them */
	ADOPT_ROWS_MAX = 4096, /* of the index, from the connection's first packet on */
	SWEEP_BEHIND = 1024,   /* the latest packets: a session may still adopt them */
};

void lifecycle_release_extent(void *ctx, const struct extent *x)
{
	struct engine *e = ctx;

	if (extent_is_here(x))
		store_release(e->store, x->place);
}

/* The connection is the first of its slot. */
static void free_slot(struct engine *e, struct connection *v)
{
	diagnosis_free(v->session->diagnosis);
	session_fini(v->session);
	pool_give(&e->slots, v);
}

static void free_rest(struct engine *e, struct connection *v)
{
	if (v->rest == NULL)
		return;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		extents_forget(&v->rest->extents[side], UINT64_MAX, lifecycle_release_extent, e);
		extents_fini(&v->rest->extents[side]);
	}
	flow_free_anomaly(v->rest->anomaly);
	free(v->rest);
	v->rest = NULL;
}

void lifecycle_free(struct engine *e, struct connection *v)
{
	key_waits_forget(&e->key_waits, v);
	free_rest(e, v);
	for (size_t i = 0; i < v->session->mail_count; i++)
		jobs_free_fields(v->session->mails[i]);
	for (uint64_t number = v->first_packet; number != 0 && e->index != NULL;) {
		const struct index_row *row = index_get(e->index, number);
		uint64_t next = row->next;

		store_release(e->store, row->place);
		index_drop(e->index, number);
		number = next;
	}
	store_end_lane(e->store, &v->lane);
	budget_forget(&e->budget, v);
	if (e->options.keep)
		connection_table_drop(&e->connections, v->session->number);
	annotations_fini(&v->annotations);
	filtered_free(v->filtered, e->store);
	filtered_free(v->inflated, e->store);
	v->filtered = v->inflated = NULL;
	free(v->ahead);
	v->ahead = NULL;
	free(v->filter_state);
	v->filter_state = NULL;
	if (v->dialogue != NULL)
		e->scene.give_back(e, v->dialogue);
	v->dialogue = NULL;
	if (e->options.keep || e->free_count >= FREE_MAX || session_memory(v->session) > FREE_BYTES) {
		free_slot(e, v);
		return;
	}
	v->next_free = e->free_list;
	e->free_list = v;
	e->free_count++;
}

/* Nothing of a session that is kept changes any more. */
static void compact(struct engine *e, struct connection *v)
{
	if (!e->options.keep)
		return;
	v->session->diagnosis = diagnosis_compact(v->session->diagnosis);
	budget_weigh(&e->budget, v);
}

/* It is over and nobody needs it any more: without a screen it goes. */
void lifecycle_release(struct engine *e, struct connection *v)
{
	if (!v->over || v->pins > 0)
		return;
	if (!v->session->reported) {
		v->session->reported = true;
		observers_session_settled(&e->observers, v->session);
		compact(e, v);
	}
	e->budget.spared_ns = 0; /* it may have been spared because it was needed */
	if (!e->options.keep)
		lifecycle_free(e, v);
}

void lifecycle_end(struct engine *e, struct connection *v)
{
	if (v->session->command_count == 0 && v->session->first_index == 0)
		related_greeted(e->related, v->session, &v->now);
	observers_session_end(&e->observers, v->session);
	v->session->anomaly = NULL;
	if (v->key_wait == NULL) {
		flow_free_anomaly(v->rest->anomaly);
		v->rest->anomaly = NULL;
	}
	store_end_lane(e->store, &v->lane);
	budget_end(&e->budget, v, e->options.keep);
	lifecycle_release(e, v);
}

/* ---- who waits for a key ---- */

/* On a screen, where the key may still come. */
static void end_for_now(struct engine *e, struct connection *v)
{
	if (connection_is_filtered(v) && !v->is_late)
		connection_read_half(v, &e->scene);
	key_waits_stop(v);
	key_waits_hold(v);
	connection_end_for_now(v, &e->scene);
	lifecycle_end(e, v);
}

static void end_parked(struct engine *e, struct connection *v)
{
	key_waits_forget(&e->key_waits, v);
	connection_finish(v, &e->scene);
	lifecycle_end(e, v);
}

bool lifecycle_park(struct engine *e, struct connection *v)
{
	bool may_wait = e->options.key_wait_ns > 0 && !e->is_finishing;

	if (!connection_needs_key(v) || (!may_wait && !e->options.keep))
		return false;
	key_waits_look(&e->key_waits, v, e->counters.clock_ns);
	connection_park(v);
	key_waits_park(&e->key_waits, v, e->counters.clock_ns);
	if (!may_wait)
		end_for_now(e, v);
	return true;
}

/* Its flow goes on. */
static void give_up_open(struct engine *e, struct connection *v)
{
	key_waits_forget(&e->key_waits, v);
	connection_give_up_key(v);
	detect_read_on(e, v);
}

static void give_up_key(struct engine *e, struct connection *v)
{
	if (!v->key_wait->is_parked)
		give_up_open(e, v);
	else if (e->options.keep)
		end_for_now(e, v);
	else
		end_parked(e, v);
}

/* Memory is short: who has waited longest waits no more. False: nobody does. */
static bool give_up_first_key(struct engine *e)
{
	struct connection *v = key_waits_first(&e->key_waits);

	if (v == NULL)
		return false;
	e->counters.keys_given_up++;
	give_up_key(e, v);
	return true;
}

void lifecycle_tick(struct engine *e)
{
	struct connection *v;

	while ((v = key_waits_first(&e->key_waits)) != NULL &&
	       e->counters.clock_ns - v->key_wait->since_ns >= e->options.key_wait_ns) {
		if (!v->key_wait->is_parked && e->options.keep)
			key_waits_stop(v); /* it may wait as long as it is open */
		else
			give_up_key(e, v);
	}
}

void lifecycle_end_parked(struct engine *e)
{
	struct connection *v;

	while ((v = key_waits_first(&e->key_waits)) != NULL)
		give_up_key(e, v);
}

void lifecycle_free_parked(struct engine *e)
{
	struct connection *v;

	while ((v = key_waits_first(&e->key_waits)) != NULL) {
		if (v->key_wait->is_parked)
			lifecycle_free(e, v);
		else
			key_waits_stop(v);
	}
}

/* It goes on as if it had not ended. What it was when it had no key was told. */
static void reopen(struct engine *e, struct connection *v)
{
	const struct session *s = v->session;
	unsigned int help;

	if (diagnosis_root(s) != NULL)
		e->counters.findings[diagnosis_root(s)->severity]--;
	e->counters.sessions_failed -= outcome_is_failure(s);
	if (diagnosis_lacks_key(s, &help))
		e->counters.unread[help]--;
	key_waits_let_go(v);
	budget_reopen(&e->budget, v);
	connection_reopen(v);
	v->is_late = true;
}

static void read_on(struct engine *e, struct connection *v)
{
	bool is_parked = v->key_wait->is_parked;

	if (v->key_wait->held != NULL)
		reopen(e, v);
	detect_read_on(e, v);
	if (!is_parked)
		return;
	if (v->key_wait == NULL)
		end_parked(e, v);
	else if (v->is_late)
		end_for_now(e, v); /* some of it may be read by now */
}

void engine_note_key(struct engine *e, const uint8_t client_random[KEY_RANDOM_LEN])
{
	key_waits_note(&e->key_waits, client_random);
}

void engine_use_keys(struct engine *e)
{
	struct connection *v;

	while ((v = key_waits_take(&e->key_waits)) != NULL)
		read_on(e, v);
}

size_t engine_key_waits(const struct engine *e)
{
	return e->key_waits.count;
}

/* ---- the budget ---- */

static bool is_over_spool_limit(const struct engine *e)
{
	return e->options.spool_limit > 0 && store_spool_bytes(e->store) > e->options.spool_limit;
}

static bool is_over_spool(const struct engine *e)
{
	return store_is_full(e->store) || is_over_spool_limit(e);
}

/* Of connections that are open, and their flows. */
static uint64_t open_memory(const struct engine *e)
{
	return e->budget.open_memory + flow_table_open_memory(e->flows);
}

/* What the index takes beside the rows that are counted with their connections. */
static uint64_t other_rows(const struct engine *e)
{
	uint64_t all = e->index != NULL ? index_bytes(e->index) : 0;
	uint64_t counted = e->budget.rows * sizeof(struct index_row);

	return all > counted ? all - counted : 0;
}

uint64_t lifecycle_memory(const struct engine *e)
{
	return open_memory(e) + flow_table_other_memory(e->flows) + e->budget.kept_memory + history_memory(e->history) +
	       hostnames_memory(e->names) + connection_table_memory(&e->connections) + store_memory_bytes(e->store) +
	       statistics_memory(e->statistics) + other_rows(e);
}

static bool is_over_memory(const struct engine *e)
{
	return e->options.memory_limit > 0 && lifecycle_memory(e) > e->options.memory_limit;
}

static bool is_over_budget(const struct engine *e)
{
	return is_over_memory(e) || is_over_spool(e);
}

/* Forgets packets that belong to no session, but for those that one may still adopt. */
static void sweep(struct engine *e)
{
	while (is_over_budget(e) && e->swept + SWEEP_BEHIND < e->now.packet) {
		const struct index_row *row = index_get(e->index, ++e->swept);

		if (row == NULL || row->session != 0)
			continue;
		store_release(e->store, row->place);
		index_drop(e->index, e->swept);
		e->counters.packets_swept++;
	}
}

/* Open connections may have half of the memory. */
static bool is_over_open(const struct engine *e)
{
	return e->options.memory_limit > 0 && open_memory(e) > e->options.memory_limit / 2;
}

/* Gives up an open connection. False: there is none that matters. */
static bool shed(struct engine *e, bool for_spool)
{
	struct flow *f = budget_worst(&e->budget, e->flows,
				      for_spool ? e->options.spool_limit : e->options.memory_limit, for_spool);

	if (f == NULL)
		return false;
	if (f->owner != NULL)
		((struct connection *)f->owner)->cut = true;
	flow_table_give_up(e->flows, f);
	return true;
}

static void evict_ended(struct engine *e, struct connection *v)
{
	e->counters.evicted++;
	lifecycle_free(e, v);
}

/* Open ones that have more than their part go before what is finished. A full disk cuts nobody: what comes then is
 * there for a while. */
static bool must_shed(const struct engine *e)
{
	if (is_over_spool(e))
		return is_over_spool_limit(e) && budget_open_hold_spool(&e->budget);
	return is_over_open(e);
}

static bool make_room(struct engine *e)
{
	struct connection *v;

	if (!e->options.keep && give_up_first_key(e))
		return true;
	if (must_shed(e) && shed(e, is_over_spool_limit(e)))
		return true;
	v = budget_first_ended(&e->budget, e->now.time_ns);
	if (v != NULL)
		evict_ended(e, v);
	return v != NULL || give_up_first_key(e) ||
	       ((is_over_spool_limit(e) || is_over_open(e)) && shed(e, is_over_spool_limit(e)));
}

void lifecycle_evict(struct engine *e)
{
	if (e->index != NULL)
		sweep(e);
	while (e->options.keep && !is_over_spool(e) && is_over_open(e) && (give_up_first_key(e) || shed(e, false)))
		;
	while (is_over_budget(e) && make_room(e))
		;
}

/* The index has the low half of a number, 0 is none there. */
uint64_t lifecycle_next_number(struct engine *e)
{
	e->last_session++;
	e->last_session += (uint32_t)e->last_session == 0;
	return e->last_session;
}

static struct connection *take_connection(struct engine *e, uint64_t number)
{
	struct connection *v = e->free_list;
	struct session *s;

	if (v == NULL) {
		struct slot *slot = pool_take(&e->slots);

		slot->connection.session = &slot->session;
		session_init(&slot->session, number);
		return &slot->connection;
	}
	e->free_list = v->next_free;
	e->free_count--;
	s = v->session;
	diagnosis_free(s->diagnosis);
	session_reuse(s, number);
	*v = (struct connection){.session = s};
	return v;
}

static bool is_end(const struct flow_endpoint *end, const struct segment_address *address, uint16_t port)
{
	return end->port == port && memcmp(end->address.bytes, address->bytes, sizeof(address->bytes)) == 0;
}

/* Whether a packet that is nobody's belongs to the flow, and who sent it. */
static bool belongs_to(const struct engine *e, const struct index_row *row, const struct flow *f, enum side *sender)
{
	struct tcp_segment s;

	if (row->session != 0 || !store_has(e->store, row->place, row->caplen) ||
	    dissect_packet(index_link_type(e->index, row->link), store_bytes(e->store, row->place, row->caplen), &s,
			   NULL, NULL) != DISSECT_TCP)
		return false;
	*sender = is_end(&f->end[SIDE_CLIENT], &s.source, s.source_port) ? SIDE_CLIENT : SIDE_SERVER;
	return is_end(&f->end[*sender], &s.source, s.source_port) &&
	       is_end(&f->end[side_other(*sender)], &s.destination, s.destination_port);
}

void lifecycle_chain(struct engine *e, struct connection *v, uint64_t number, struct index_row *row)
{
	row->session = (uint32_t)v->session->number;
	if (v->last_packet != 0)
		index_get(e->index, v->last_packet)->next = number & PACKET_NUMBER_MAX;
	else
		v->first_packet = number;
	v->last_packet = number;
	v->packet_count++;
	v->packet_bytes += row->caplen;
	v->version++;
	budget_add_packet(&e->budget, v, store_is_spooled(row->place) ? row->caplen : 0);
}

void lifecycle_adopt_syn(struct engine *e, struct connection *v, uint64_t number)
{
	struct index_row *row = e->index != NULL ? index_get(e->index, number) : NULL;

	if (row != NULL && row->session == 0)
		lifecycle_chain(e, v, number, row);
}

/* A session that was recognised by its content began before: its handshake becomes its own. Which side is the server
 * may have been settled only now. */
static void adopt(struct engine *e, struct connection *v, const struct flow *f)
{
	uint64_t number = f->first_packet;
	enum side sender;

	for (uint32_t i = 0; i < ADOPT_ROWS_MAX && number < e->now.packet; i++, number++) {
		struct index_row *row = index_get(e->index, number);

		if (row == NULL || !belongs_to(e, row, f, &sender))
			continue;
		row->marks &= (uint8_t)~INDEX_FROM_SERVER;
		row->marks |= sender == SIDE_SERVER ? INDEX_FROM_SERVER : 0;
		lifecycle_chain(e, v, number, row);
	}
}

struct connection *lifecycle_begin(struct engine *e, struct flow *f, enum protocol protocol, bool by_content)
{
	struct connection *v = take_connection(e, f->number != 0 ? f->number : lifecycle_next_number(e));

	v->session->owner = v;
	v->session->protocol = protocol;
	v->session->port_protocol = detect_port_protocol(e, f);
	v->session->found_by_content = by_content;
	v->session->time_digits = e->counters.time_digits;
	v->flow = f;
	v->passes = EXPRESSION_YES;
	v->now = e->now;
	v->is_wanted = selection_session_begins(e->selection, f);
	if (v->is_wanted && e->wanted_session == 0)
		e->wanted_session = v->session->number;
	f->owner = v;
	connection_sync(v);
	observers_session_begin(&e->observers, v->session);
	budget_begin(&e->budget, v);
	if (e->options.keep) {
		connection_table_put(&e->connections, v->session->number, v);
		if (e->index != NULL && f->first_packet != 0)
			adopt(e, v, f);
	}
	return v;
}

void lifecycle_free_list(struct engine *e)
{
	while (e->free_list != NULL) {
		struct connection *next = e->free_list->next_free;

		free_slot(e, e->free_list);
		e->free_list = next;
	}
	e->free_count = 0;
}
