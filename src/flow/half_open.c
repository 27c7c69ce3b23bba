#include "flow/half_open.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/address.h"

enum {
	BUCKET_LOOKS = 32,
	SLOTS_KEPT = 4096, /* of the table, when nobody waits */
};

_Static_assert(sizeof(struct half_open) <= 192, "a flood has hundreds of thousands");

void half_opens_init(struct half_opens *o)
{
	list_init(&o->age);
	for (size_t i = 0; i < HALF_OPEN_BUCKETS; i++)
		list_init(&o->buckets[i]);
	o->pool.size = sizeof(struct half_open);
}

void half_opens_fini(struct half_opens *o)
{
	struct half_open *h;

	while ((h = half_opens_oldest(o)) != NULL)
		half_opens_remove(o, h);
	hash_fini(&o->by_ends);
	pool_fini(&o->pool);
}

bool half_open_fits(const struct tcp_segment *s)
{
	return (s->flags & (SEGMENT_SYN | SEGMENT_ACK | SEGMENT_RST | SEGMENT_FIN)) == SEGMENT_SYN &&
	       s->payload_len == 0 && s->options.len <= HALF_OPEN_OPTIONS_MAX;
}

static void copy_segment(struct half_open *h, const struct tcp_segment *s)
{
	h->client = (struct flow_endpoint){.address = s->source, .port = s->source_port};
	h->server = (struct flow_endpoint){.address = s->destination, .port = s->destination_port};
	h->seq = s->seq;
	h->ack = s->ack;
	h->window = s->window;
	h->ip_id = s->ip_id;
	h->ttl = s->ttl;
	h->flags = s->flags;
	h->checksum = s->checksum;
	h->space = segment_space(s);
	h->is_whole = s->is_whole;
	h->options_len = (uint8_t)s->options.len;
	if (s->options.len > 0)
		memcpy(h->options, s->options.data, s->options.len);
	if (s->tunnel.kind == SEGMENT_TUNNEL_NONE)
		return;
	h->tunnel = mem_alloc(sizeof(*h->tunnel));
	*h->tunnel = s->tunnel;
}

struct half_open *half_opens_add(struct half_opens *o, const struct tcp_segment *s, const struct flow_packet *p,
				 uint64_t hash)
{
	struct half_open *h = pool_take(&o->pool);

	assert(half_open_fits(s));
	copy_segment(h, s);
	h->hash = hash;
	h->time_ns = p->time_ns;
	h->packet = p->number;
	h->source = p->source;
	h->interface = p->interface;
	h->bucket_number = address_bucket(s->source.bytes, s->is_ipv6, HALF_OPEN_BUCKETS);
	list_append(&o->age, &h->age);
	list_append(&o->buckets[h->bucket_number], &h->bucket);
	o->bucket_counts[h->bucket_number]++;
	hash_insert(&o->by_ends, hash, h);
	o->count++;
	return h;
}

struct half_open *half_opens_find(const struct half_opens *o, uint64_t hash, hash_same *same, const void *key)
{
	return o->count > 0 ? hash_lookup(&o->by_ends, hash, same, key) : NULL;
}

struct half_open *half_opens_oldest(const struct half_opens *o)
{
	struct list_link *link = list_first(&o->age);

	return link != NULL ? LIST_ITEM(link, struct half_open, age) : NULL;
}

/* Of equal ones another each time. */
static size_t fullest_bucket(struct half_opens *o)
{
	size_t first = o->turn % HALF_OPEN_BUCKETS;
	size_t fullest = first;

	o->turn = first + 1;
	for (size_t i = 1; i < HALF_OPEN_BUCKETS; i++) {
		size_t at = (first + i) % HALF_OPEN_BUCKETS;

		if (o->bucket_counts[at] > o->bucket_counts[fullest])
			fullest = at;
	}
	return fullest;
}

static struct half_open *in_bucket(struct list_link *link)
{
	return LIST_ITEM(link, struct half_open, bucket);
}

/* Of the fullest bucket the oldest whose client has come again; where none has, the oldest. */
struct half_open *half_opens_victim(struct half_opens *o)
{
	struct list_link *head = &o->buckets[fullest_bucket(o)];
	const struct half_open *last = in_bucket(head->prev);
	struct list_link *link = list_first(head);

	assert(link != NULL);
	for (size_t i = 0; i < BUCKET_LOOKS && link != head->prev; i++, link = list_next(head, link))
		if (memcmp(&in_bucket(link)->client.address, &last->client.address, sizeof(last->client.address)) == 0)
			return in_bucket(link);
	return in_bucket(list_first(head));
}

struct tcp_segment half_open_segment(const struct half_open *h)
{
	struct tcp_segment s = {.source = h->client.address,
				.destination = h->server.address,
				.is_ipv6 = h->space.is_ipv6,
				.observer = h->space.observer,
				.is_whole = h->is_whole,
				.ttl = h->ttl,
				.ip_id = h->ip_id,
				.source_port = h->client.port,
				.destination_port = h->server.port,
				.seq = h->seq,
				.ack = h->ack,
				.window = h->window,
				.flags = h->flags,
				.checksum = h->checksum,
				.options = slice_of(h->options, h->options_len)};

	if (h->tunnel != NULL)
		s.tunnel = *h->tunnel;
	return s;
}

void half_opens_remove(struct half_opens *o, struct half_open *h)
{
	assert(o->count > 0 && o->bucket_counts[h->bucket_number] > 0);
	hash_remove(&o->by_ends, h->hash, h);
	list_remove(&h->age);
	list_remove(&h->bucket);
	o->bucket_counts[h->bucket_number]--;
	o->count--;
	free(h->tunnel);
	pool_give(&o->pool, h);
	if (o->count == 0 && o->by_ends.capacity > SLOTS_KEPT)
		hash_fini(&o->by_ends);
}
