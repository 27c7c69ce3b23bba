#include "flow/table.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "flow/bad_checksum.h"
#include "flow/pieces.h"
#include "flow/receive_queue.h"
#include "flow/tcp_anomaly.h"

/* Both directions have the same key: the smaller end point comes first. */
struct flow_key {
	struct flow_endpoint low;
	struct flow_endpoint high;
	struct segment_space space;
};

_Static_assert(sizeof(struct flow_key) == 38, "a key is hashed as bytes: it must have no padding");

struct flow_table *flow_table_new(const struct flow_events *events, void *ctx)
{
	struct flow_table *t = mem_zalloc(sizeof(*t));

	t->events = events;
	t->ctx = ctx;
	for (size_t i = 0; i < TABLE_AGES; i++)
		list_init(&t->ages[i]);
	list_init(&t->closing);
	list_init(&t->cut_short);
	list_init(&t->done);
	list_init(&t->holes);
	t->flow_pool.size = sizeof(struct flow);
	t->stream_pool.size = SIDES * sizeof(struct stream);
	t->anomaly_pool.size = sizeof(struct tcp_anomaly);
	t->limits = (struct flow_limits){.unanswered = FLOW_TABLE_MAX, .done = FLOW_TABLE_MAX};
	half_opens_init(&t->half_open);
	return t;
}

void flow_table_limit(struct flow_table *t, const struct flow_limits *limits)
{
	t->limits = *limits;
}

static enum table_age age_of(const struct flow *f)
{
	if (f->over)
		return TABLE_OVER;
	if (f->ignored)
		return TABLE_IGNORED;
	return f->handshake == FLOW_SYN_SENT ? TABLE_UNANSWERED : TABLE_OWNED;
}

static bool is_open_age(enum table_age age)
{
	return age == TABLE_OWNED || age == TABLE_UNANSWERED;
}

static void put_open(struct flow_table *t, struct flow *f, size_t at)
{
	t->open[at] = f;
	f->open_at = (uint32_t)at;
}

static void add_open(struct flow_table *t, struct flow *f)
{
	t->open = mem_grow(t->open, &t->open_cap, t->open_count + 1, sizeof(struct flow *));
	put_open(t, f, t->open_count++);
}

static void remove_open(struct flow_table *t, const struct flow *f)
{
	assert(t->open[f->open_at] == f);
	put_open(t, t->open[--t->open_count], f->open_at);
}

static void put_into(struct flow_table *t, struct flow *f, enum table_age age)
{
	if (f->age_class != TABLE_NONE)
		t->age_counts[f->age_class]--;
	if (is_open_age(age) && !is_open_age((enum table_age)f->age_class))
		add_open(t, f);
	if (!is_open_age(age) && is_open_age((enum table_age)f->age_class))
		remove_open(t, f);
	list_remove(&f->age);
	f->age_class = (uint8_t)age;
	if (age == TABLE_NONE)
		return;
	t->age_counts[age]++;
	list_append(&t->ages[age], &f->age);
}

void table_renew(struct flow_table *t, struct flow *f)
{
	enum table_age age = age_of(f);

	if (age != f->age_class) {
		put_into(t, f, age);
	} else if (!list_is_last(&t->ages[age], &f->age)) {
		list_remove(&f->age);
		list_append(&t->ages[age], &f->age);
	}
}

static struct flow_key key_of(const struct flow_endpoint *a, const struct flow_endpoint *b, struct segment_space space)
{
	bool in_order = memcmp(a, b, sizeof(*a)) <= 0;

	return (struct flow_key){.low = in_order ? *a : *b, .high = in_order ? *b : *a, .space = space};
}

bool table_same_end(const struct flow_endpoint *a, const struct flow_endpoint *b)
{
	return a->port == b->port && memcmp(&a->address, &b->address, sizeof(a->address)) == 0;
}

static bool same_flow(const void *item, const void *wanted)
{
	const struct flow *f = item;
	const struct flow_key *key = wanted;
	bool straight =
		table_same_end(&f->end[SIDE_CLIENT], &key->low) && table_same_end(&f->end[SIDE_SERVER], &key->high);

	return segment_same_space(f->space, key->space) &&
	       (straight ||
		(table_same_end(&f->end[SIDE_CLIENT], &key->high) && table_same_end(&f->end[SIDE_SERVER], &key->low)));
}

/* The same both ways round. */
static uint64_t cheap_hash(const struct flow_endpoint *a, const struct flow_endpoint *b)
{
	uint64_t ends[2][2];

	memcpy(ends[0], a->address.bytes, sizeof(ends[0]));
	memcpy(ends[1], b->address.bytes, sizeof(ends[1]));
	return ((ends[0][0] ^ ends[1][0]) + (ends[0][1] ^ ends[1][1]) + a->port + b->port) *
	       UINT64_C(0x9e3779b97f4a7c15);
}

static struct table_cached *cached_of(struct flow_table *t, uint64_t hash)
{
	return &t->cache[hash >> 32 & (TABLE_CACHE_SIZE - 1)];
}

static void put_into_cache(struct flow_table *t, uint64_t hash, struct flow *f)
{
	*cached_of(t, hash) = (struct table_cached){.flow = f, .hash = hash};
}

static void drop_extent(void *ctx, const struct extent *e)
{
	struct flow_table *t = ctx;

	if (e->place != EXTENT_MISSING)
		t->events->release(t->ctx, e->place);
}

/* Lets go of what waits to be delivered. */
static void drop_pieces(struct flow_table *t, struct stream *s)
{
	for (struct stream_piece *p = pieces_first(s->pieces); p != NULL; p = pieces_next(p))
		drop_extent(t, &p->extent);
	stream_fini(s);
}

struct tcp_anomaly *flow_take_anomaly(struct flow *f)
{
	struct tcp_anomaly *taken;

	if (f->anomaly == NULL)
		return NULL;
	taken = mem_alloc(sizeof(*taken));
	*taken = *f->anomaly;
	f->anomaly->notes = NULL;
	f->anomaly->trouble = NULL;
	f->anomaly->note_count = f->anomaly->note_cap = 0;
	return taken;
}

void flow_free_anomaly(struct tcp_anomaly *a)
{
	if (a != NULL)
		tcp_anomaly_fini(a);
	free(a);
}

static void free_streams(struct flow_table *t, struct flow *f)
{
	if (f->stream == NULL)
		return;
	if (f->anomaly != NULL)
		tcp_anomaly_fini(f->anomaly);
	pool_give(&t->anomaly_pool, f->anomaly);
	f->anomaly = NULL;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		struct stream *s = &f->stream[side];

		bad_checksum_forget(t, s);
		drop_pieces(t, s);
		receive_queue_free(s->queue);
		extents_forget(&s->extents, UINT64_MAX, drop_extent, t);
		extents_fini(&s->extents);
	}
	pool_give(&t->stream_pool, f->stream);
	f->stream = NULL;
}

static void forget_place(struct flow_table *t, struct flow *f)
{
	struct table_cached *cached = cached_of(t, cheap_hash(&f->end[SIDE_CLIENT], &f->end[SIDE_SERVER]));

	if (cached->flow == f)
		cached->flow = NULL;
	hash_remove(&t->flows, f->hash, f);
}

void table_detach(struct flow_table *t, struct flow *f, struct flow *newer)
{
	assert(f->newer == NULL && newer->older == NULL);
	forget_place(t, f);
	f->newer = newer;
	newer->older = f;
}

void table_note_tunnel(struct flow *f, const struct segment_tunnel *tunnel)
{
	f->tunnel = mem_alloc(sizeof(*f->tunnel));
	*f->tunnel = *tunnel;
}

void table_remove(struct flow_table *t, struct flow *f)
{
	assert(f->newer == NULL || f->newer->older == f);
	if (f->older != NULL)
		table_remove(t, f->older);
	if (f->newer != NULL)
		f->newer->older = NULL;
	else
		forget_place(t, f);
	free_streams(t, f);
	free(f->tunnel);
	put_into(t, f, TABLE_NONE);
	t->open_memory -= f->weight;
	list_remove(&f->closing);
	pool_give(&t->flow_pool, f);
}

void flow_table_free(struct flow_table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->flows.capacity; i++)
		if (t->flows.slots[i].item != NULL) {
			table_remove(t, t->flows.slots[i].item);
			i--; /* a later item may have moved here */
		}
	hash_fini(&t->flows);
	half_opens_fini(&t->half_open);
	free(t->open);
	pool_fini(&t->flow_pool);
	pool_fini(&t->stream_pool);
	pool_fini(&t->anomaly_pool);
	free(t);
}

void flow_table_note_anomalies(struct flow_table *t)
{
	t->notes_anomalies = true;
}

struct flow *flow_table_of(struct flow_table *t, const struct tcp_segment *s)
{
	return table_look_up(t, &(struct flow_endpoint){.address = s->source, .port = s->source_port},
			     &(struct flow_endpoint){.address = s->destination, .port = s->destination_port},
			     segment_space(s));
}

size_t flow_table_count(const struct flow_table *t)
{
	return t->flows.count + t->half_open.count;
}

size_t flow_table_open_count(const struct flow_table *t)
{
	return t->open_count;
}

const struct flow_counters *flow_table_counters(const struct flow_table *t)
{
	return &t->counters;
}

void flow_ignore(struct flow_table *t, struct flow *f)
{
	f->ignored = true;
	free_streams(t, f);
	table_weigh(t, f);
	table_renew(t, f);
}

uint64_t flow_memory(const struct flow *f)
{
	uint64_t memory = sizeof(*f) + (f->tunnel != NULL ? sizeof(*f->tunnel) : 0) +
			  (f->anomaly != NULL ? sizeof(*f->anomaly) + tcp_anomaly_memory(f->anomaly) : 0);

	if (f->stream == NULL)
		return memory;
	return memory + SIDES * sizeof(*f->stream) + stream_memory(&f->stream[SIDE_CLIENT]) +
	       stream_memory(&f->stream[SIDE_SERVER]);
}

uint64_t flow_held_bytes(const struct flow *f)
{
	uint64_t held = 0;

	for (enum side side = SIDE_CLIENT; f->stream != NULL && side < SIDES; side++)
		held += pieces_bytes(f->stream[side].pieces) + extents_held(&f->stream[side].extents);
	return held;
}

void table_weigh(struct flow_table *t, struct flow *f)
{
	uint64_t weight = !t->limits.counts_memory || f->over || f->ignored ? 0 : flow_memory(f);

	t->open_memory += weight - f->weight;
	f->weight = weight;
}

uint64_t flow_table_open_memory(const struct flow_table *t)
{
	return t->open_memory;
}

uint64_t flow_table_other_memory(const struct flow_table *t)
{
	return t->half_open.count * FLOW_HALF_OPEN_BYTES + t->open_cap * sizeof(struct flow *) +
	       (t->age_counts[TABLE_OVER] + t->age_counts[TABLE_IGNORED]) * sizeof(struct flow);
}

struct flow *flow_table_draw(struct flow_table *t)
{
	if (t->open_count == 0)
		return NULL;
	t->draws++;
	return t->open[hash_bytes(&t->draws, sizeof(t->draws)) % t->open_count];
}

bool flow_side_is_open(const struct flow *f, enum side side)
{
	const struct stream *s = &f->stream[side];

	assert(!f->ignored);
	return f->state == FLOW_OPEN && !(s->has_fin && s->next >= s->fin_offset);
}

void flow_swap_sides(struct flow *f)
{
	struct flow_endpoint end = f->end[SIDE_CLIENT];
	struct stream stream = f->stream[SIDE_CLIENT];

	assert(!f->ignored);
	f->end[SIDE_CLIENT] = f->end[SIDE_SERVER];
	f->end[SIDE_SERVER] = end;
	f->stream[SIDE_CLIENT] = f->stream[SIDE_SERVER];
	f->stream[SIDE_SERVER] = stream;
	if (f->anomaly != NULL)
		tcp_anomaly_swap_sides(f->anomaly);
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		if (f->stream[side].hole != NULL)
			f->stream[side].hole->side = side;
	f->swapped = !f->swapped;
}

struct flow *table_add(struct flow_table *t, const struct flow_endpoint *client, const struct flow_endpoint *server,
		       struct segment_space space, const struct flow_packet *p)
{
	struct flow_key key = key_of(client, server, space);
	struct flow *f = pool_take(&t->flow_pool);

	f->stream = pool_take(&t->stream_pool);
	if (t->notes_anomalies)
		f->anomaly = pool_take(&t->anomaly_pool);
	f->end[SIDE_CLIENT] = *client;
	f->end[SIDE_SERVER] = *server;
	f->space = space;
	f->handshake = FLOW_MIDSTREAM;
	f->first_ns = f->last_ns = p->time_ns;
	f->rtt_ns = -1;
	f->connect_ns = -1;
	f->first_packet = p->number;
	f->source = p->source;
	f->interface = p->interface;
	f->hash = hash_bytes(&key, sizeof(key));
	put_into(t, f, TABLE_OWNED);
	hash_insert(&t->flows, f->hash, f);
	put_into_cache(t, cheap_hash(client, server), f);
	return f;
}

struct flow *table_look_up(struct flow_table *t, const struct flow_endpoint *source,
			   const struct flow_endpoint *destination, struct segment_space space)
{
	uint64_t hash = cheap_hash(source, destination);
	const struct table_cached *cached = cached_of(t, hash);
	struct flow *f = cached->flow;
	struct flow_key key;

	if (f != NULL && cached->hash == hash && segment_same_space(f->space, space) &&
	    ((table_same_end(&f->end[SIDE_CLIENT], source) && table_same_end(&f->end[SIDE_SERVER], destination)) ||
	     (table_same_end(&f->end[SIDE_SERVER], source) && table_same_end(&f->end[SIDE_CLIENT], destination))))
		return f;
	key = key_of(source, destination, space);
	f = hash_lookup(&t->flows, hash_bytes(&key, sizeof(key)), same_flow, &key);
	if (f != NULL)
		put_into_cache(t, hash, f);
	return f;
}

void flow_table_fetch(struct flow_table *t, const struct tcp_segment *s, struct flow_ahead *ahead)
{
	const struct flow_endpoint source = {.address = s->source, .port = s->source_port};
	const struct flow_endpoint destination = {.address = s->destination, .port = s->destination_port};
	uint64_t cheap = cheap_hash(&source, &destination);
	const struct table_cached *cached = cached_of(t, cheap);
	struct flow_key key;

	*ahead = (struct flow_ahead){.flow = cached->hash == cheap ? cached->flow : NULL, .cheap_hash = cheap};
	if (ahead->flow != NULL) {
		mem_fetch(ahead->flow, sizeof(*ahead->flow));
		return;
	}
	key = key_of(&source, &destination, segment_space(s));
	ahead->hash = hash_bytes(&key, sizeof(key));
	hash_fetch(&t->flows, ahead->hash);
	if (t->half_open.count > 0)
		hash_fetch(&t->half_open.by_ends, ahead->hash);
}

void flow_table_fetch_flow(const struct flow_table *t, struct flow_ahead *ahead)
{
	const struct half_open *h;

	if (ahead->flow != NULL)
		return;
	ahead->flow = hash_peek(&t->flows, ahead->hash);
	ahead->is_found = ahead->flow != NULL;
	if (ahead->is_found)
		mem_fetch(ahead->flow, sizeof(*ahead->flow));
	else if (t->half_open.count > 0 && (h = hash_peek(&t->half_open.by_ends, ahead->hash)) != NULL)
		mem_fetch(h, sizeof(*h));
}

void flow_table_fetch_streams(struct flow_table *t, const struct flow_ahead *ahead)
{
	struct flow *f = ahead->flow;

	if (f == NULL)
		return;
	if (ahead->is_found && cheap_hash(&f->end[SIDE_CLIENT], &f->end[SIDE_SERVER]) == ahead->cheap_hash)
		put_into_cache(t, ahead->cheap_hash, f);
	if (f->stream != NULL)
		mem_fetch(f->stream, SIDES * sizeof(*f->stream));
	if (f->anomaly != NULL)
		mem_fetch(f->anomaly, sizeof(*f->anomaly));
}

static bool same_half_open(const void *item, const void *wanted)
{
	const struct half_open *h = item;
	const struct flow_key *key = wanted;
	struct flow_key own = key_of(&h->client, &h->server, h->space);

	return memcmp(&own, key, sizeof(own)) == 0;
}

struct half_open *table_look_up_half_open(const struct flow_table *t, const struct flow_endpoint *source,
					  const struct flow_endpoint *destination, struct segment_space space)
{
	struct flow_key key = key_of(source, destination, space);

	return half_opens_find(&t->half_open, hash_bytes(&key, sizeof(key)), same_half_open, &key);
}

struct half_open *table_add_half_open(struct flow_table *t, const struct tcp_segment *s, const struct flow_packet *p)
{
	struct flow_endpoint client = {.address = s->source, .port = s->source_port};
	struct flow_endpoint server = {.address = s->destination, .port = s->destination_port};
	struct flow_key key = key_of(&client, &server, segment_space(s));

	return half_opens_add(&t->half_open, s, p, hash_bytes(&key, sizeof(key)));
}

static int by_first_packet(const void *a, const void *b)
{
	const struct table_entry *left = a;
	const struct table_entry *right = b;

	return (left->first_packet > right->first_packet) - (left->first_packet < right->first_packet);
}

size_t table_list_all(const struct flow_table *t, struct table_entry **all)
{
	size_t count = 0;
	struct table_entry *entries = mem_alloc((t->open_count + t->half_open.count) * sizeof(*entries));

	for (size_t i = 0; i < t->open_count; i++)
		entries[count++] = (struct table_entry){.first_packet = t->open[i]->first_packet & PACKET_NUMBER_MAX,
							.flow = t->open[i]};
	for (struct list_link *link = list_first(&t->half_open.age); link != NULL;
	     link = list_next(&t->half_open.age, link)) {
		struct half_open *h = LIST_ITEM(link, struct half_open, age);

		entries[count++] = (struct table_entry){
			.first_packet = h->packet & PACKET_NUMBER_MAX, .is_half_open = true, .half_open = h};
	}
	qsort(entries, count, sizeof(*entries), by_first_packet);
	*all = entries;
	return count;
}

bool table_source_is_client(const struct flow_table *t, const struct tcp_segment *s)
{
	bool from_server_port;
	bool to_server_port;

	if (s->flags & SEGMENT_SYN)
		return !(s->flags & SEGMENT_ACK);
	from_server_port = t->events->is_server_port(t->ctx, s->source_port);
	to_server_port = t->events->is_server_port(t->ctx, s->destination_port);
	if (from_server_port != to_server_port)
		return to_server_port;
	return s->source_port >= s->destination_port;
}
