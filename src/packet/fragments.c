#include "packet/fragments.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/list.h"
#include "base/mem.h"

enum {
	UNIT = 8, /* offsets are counted in these, so all but the last fragment are made of them */
};

/* What all fragments of a packet have in common. No padding: it is hashed and compared as bytes. */
struct key {
	uint8_t source[16];
	uint8_t destination[16];
	uint8_t tunnel_source[16];
	uint8_t tunnel_destination[16];
	uint32_t tunnel_id;
	uint32_t id;
	uint8_t tunnel_kind;
	uint8_t is_ipv6;
	uint8_t protocol; /* 0 for IPv6, where a later fragment need not tell it right */
	uint8_t observer;
};

struct run {
	uint32_t begin;
	uint32_t end;
};

/* A packet on its way to being whole: its bytes, and which of them are there: runs in order that do not touch. */
struct packet {
	struct key key;
	uint64_t hash;
	struct list_link age;
	int64_t first_ns;
	struct fragment first; /* once offset 0 is there */
	uint8_t *bytes;
	size_t cap;
	struct run runs[FRAGMENTS_HOLES_MAX + 1];
	size_t run_count;
	uint32_t len; /* of the whole; 0: the last fragment has not come */
	uint32_t parts;
	uint64_t group; /* see fragments_group */
	bool is_given_up;
};

struct fragments {
	struct hash_table table;
	struct list_link ages; /* the oldest first */
	size_t count;
	size_t byte_count;
	uint8_t *whole; /* what was given out last */
	uint64_t groups;
	uint64_t group; /* of the latest fragment */
	struct fragments_counters counters;
};

_Static_assert(sizeof(struct key) == 76, "a key is compared as bytes");

struct fragments *fragments_new(void)
{
	struct fragments *f = mem_zalloc(sizeof(*f));

	list_init(&f->ages);
	return f;
}

static void free_bytes(struct fragments *f, struct packet *p)
{
	assert(f->byte_count >= p->cap);
	f->byte_count -= p->cap;
	free(p->bytes);
	p->bytes = NULL;
	p->cap = 0;
}

static void forget(struct fragments *f, struct packet *p)
{
	assert(f->count > 0);
	free_bytes(f, p);
	hash_remove(&f->table, p->hash, p);
	list_remove(&p->age);
	f->count--;
	free(p);
}

static bool give_up(struct fragments *f, struct packet *p)
{
	if (!p->is_given_up)
		f->counters.given_up++;
	p->is_given_up = true;
	free_bytes(f, p);
	return false;
}

static struct packet *oldest(const struct fragments *f)
{
	struct list_link *link = list_first(&f->ages);

	return link != NULL ? LIST_ITEM(link, struct packet, age) : NULL;
}

static void forget_oldest(struct fragments *f)
{
	struct packet *p = oldest(f);

	assert(p != NULL);
	give_up(f, p);
	forget(f, p);
}

void fragments_free(struct fragments *f)
{
	if (f == NULL)
		return;
	while (oldest(f) != NULL)
		forget(f, oldest(f));
	hash_fini(&f->table);
	free(f->whole);
	free(f);
}

static struct key key_of(const struct fragment *fragment)
{
	struct key key = {.id = fragment->id,
			  .is_ipv6 = fragment->is_ipv6,
			  .observer = fragment->observer,
			  .protocol = fragment->is_ipv6 ? 0 : fragment->protocol,
			  .tunnel_kind = fragment->tunnel.kind,
			  .tunnel_id = fragment->tunnel.id};

	memcpy(key.source, fragment->source.bytes, sizeof(key.source));
	memcpy(key.destination, fragment->destination.bytes, sizeof(key.destination));
	memcpy(key.tunnel_source, fragment->tunnel.source.bytes, sizeof(key.tunnel_source));
	memcpy(key.tunnel_destination, fragment->tunnel.destination.bytes, sizeof(key.tunnel_destination));
	return key;
}

static bool has_key(const void *item, const void *key)
{
	const struct packet *p = item;

	return memcmp(&p->key, key, sizeof(p->key)) == 0;
}

static struct packet *find_packet(struct fragments *f, const struct fragment *fragment, int64_t time_ns)
{
	struct key key = key_of(fragment);
	uint64_t hash = hash_bytes(&key, sizeof(key));
	struct packet *p = hash_lookup(&f->table, hash, has_key, &key);

	if (p != NULL)
		return p;
	if (f->count == FRAGMENTS_MAX)
		forget_oldest(f);
	p = mem_zalloc(sizeof(*p));
	p->key = key;
	p->hash = hash;
	p->first_ns = time_ns;
	p->group = ++f->groups;
	hash_insert(&f->table, hash, p);
	list_append(&f->ages, &p->age);
	f->count++;
	return p;
}

/* The first run that ends at or after `begin`. */
static size_t find_run(const struct packet *p, uint32_t begin)
{
	size_t at = 0;

	while (at < p->run_count && p->runs[at].end < begin)
		at++;
	return at;
}

/* Whether the bytes at `begin` are the same as those of all runs from `at` on that they overlap. */
static bool overlaps_agree(const struct packet *p, size_t at, uint32_t begin, struct slice bytes)
{
	uint32_t end = begin + (uint32_t)bytes.len;

	for (; at < p->run_count && p->runs[at].begin < end; at++) {
		uint32_t from = p->runs[at].begin > begin ? p->runs[at].begin : begin;
		uint32_t to = p->runs[at].end < end ? p->runs[at].end : end;

		if (to > from && memcmp(p->bytes + from, bytes.data + (from - begin), to - from) != 0)
			return false;
	}
	return true;
}

/* Joins [begin, end) with all runs that it touches, of which `at` is the first; false when there are too many. */
static bool add_run(struct packet *p, size_t at, uint32_t begin, uint32_t end)
{
	size_t behind = at;

	assert(begin < end && at <= p->run_count);
	while (behind < p->run_count && p->runs[behind].begin <= end)
		behind++;
	if (behind == at && p->run_count == FRAGMENTS_HOLES_MAX + 1)
		return false;
	if (behind > at) {
		begin = p->runs[at].begin < begin ? p->runs[at].begin : begin;
		end = p->runs[behind - 1].end > end ? p->runs[behind - 1].end : end;
	}
	memmove(&p->runs[at + 1], &p->runs[behind], (p->run_count - behind) * sizeof(p->runs[0]));
	p->runs[at] = (struct run){begin, end};
	p->run_count = p->run_count - (behind - at) + 1;
	assert(p->run_count <= FRAGMENTS_HOLES_MAX + 1);
	return true;
}

/* Room for `need` bytes, at the cost of older packets. */
static void make_room(struct fragments *f, struct packet *p, size_t need)
{
	size_t before = p->cap;

	if (need <= p->cap)
		return;
	p->bytes = mem_grow(p->bytes, &p->cap, need, 1);
	f->byte_count += p->cap - before;
	while (f->byte_count > FRAGMENTS_BYTES_MAX && oldest(f) != p)
		forget_oldest(f);
}

/* A length that cannot be, or that contradicts what is known. */
static bool is_impossible(const struct packet *p, const struct fragment *fragment)
{
	size_t end = fragment->offset + fragment->payload.len;
	uint32_t known = p->run_count > 0 ? p->runs[p->run_count - 1].end : 0;

	if (fragment->offset % UNIT != 0 || end > FRAGMENTS_PACKET_MAX)
		return true;
	if (fragment->is_last)
		return known > end || (p->len != 0 && p->len != end);
	return fragment->payload.len % UNIT != 0 || (p->len != 0 && end > p->len);
}

static bool add_part(struct fragments *f, struct packet *p, const struct fragment *fragment)
{
	uint32_t end = fragment->offset + (uint32_t)fragment->payload.len;
	size_t at = find_run(p, fragment->offset);

	p->parts++;
	if (fragment->is_cut || is_impossible(p, fragment) ||
	    !overlaps_agree(p, at, fragment->offset, fragment->payload) || !add_run(p, at, fragment->offset, end))
		return give_up(f, p);
	make_room(f, p, end);
	assert(end <= p->cap);
	memcpy(p->bytes + fragment->offset, fragment->payload.data, fragment->payload.len);
	if (fragment->is_last)
		p->len = end;
	if (fragment->offset == 0) {
		p->first = *fragment;
		p->first.payload = slice_of(NULL, 0);
	}
	return p->len != 0 && p->run_count == 1 && p->runs[0].begin == 0 && p->runs[0].end == p->len;
}

static void hand_out(struct fragments *f, struct packet *p, struct slice *payload, struct fragment *first)
{
	assert(f->whole == NULL && p->len <= p->cap);
	*payload = slice_of(p->bytes, p->len);
	*first = p->first;
	f->whole = p->bytes;
	f->byte_count -= p->cap;
	f->counters.reassembled++;
	f->counters.parts += p->parts;
	p->bytes = NULL;
	p->cap = 0;
	forget(f, p);
}

bool fragments_add(struct fragments *f, const struct fragment *fragment, int64_t time_ns, struct slice *payload,
		   struct fragment *first)
{
	uint8_t *whole_before = f->whole;
	struct packet *p;
	bool is_whole = false;

	f->whole = NULL;
	f->group = 0;
	while ((p = oldest(f)) != NULL && time_ns - p->first_ns > FRAGMENTS_NS)
		forget_oldest(f);
	/* a fragment of nothing adds nothing; a first one that is the last is whole without us */
	if (fragment->payload.len > 0 || fragment->is_cut) {
		p = find_packet(f, fragment, time_ns);
		f->group = p->group;
		is_whole = !p->is_given_up && add_part(f, p, fragment);
		if (is_whole)
			hand_out(f, p, payload, first);
		else if (p->is_given_up)
			f->group = 0;
	}
	free(whole_before);
	return is_whole;
}

uint64_t fragments_group(const struct fragments *f)
{
	return f->group;
}

const struct fragments_counters *fragments_counters(const struct fragments *f)
{
	return &f->counters;
}
