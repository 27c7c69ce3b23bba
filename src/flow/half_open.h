/*
 * half_open: connections of which one SYN was seen and nothing else, when there are many of them: what the SYN said,
 * from which the flow is made as soon as anything more comes, or its time is up. Internal to flow.
 *
 * Who floods has thousands of them, and a flow with its session takes twenty times the memory. They have room of their
 * own. When that is full, the oldest of those goes whose clients share a bucket with most others: a flood from one
 * network, or from a million forged addresses, hits itself.
 */
#ifndef FLOW_HALF_OPEN_H
#define FLOW_HALF_OPEN_H

#include "base/hash.h"
#include "base/list.h"
#include "base/pool.h"
#include "flow/endpoint.h"

enum {
	HALF_OPEN_OPTIONS_MAX = 40, /* RFC 9293 section 3.1: a header has no more */
	HALF_OPEN_BUCKETS = 1024,
};

struct half_open {
	struct list_link age;	 /* of all, oldest first */
	struct list_link bucket; /* likewise */
	struct flow_endpoint client;
	struct flow_endpoint server;
	uint32_t seq;
	struct segment_tunnel *tunnel; /* NULL: it came through none */
	uint64_t hash;		       /* of its end points, as the table of flows has it */
	int64_t time_ns;
	uint64_t packet;
	uint64_t number; /* that its session will have; 0: none */
	uint32_t ack;
	uint16_t window;
	uint16_t ip_id;
	uint16_t bucket_number;
	uint8_t ttl;
	uint8_t flags;
	uint8_t checksum;
	uint8_t options_len;
	uint8_t source;
	uint16_t interface;
	struct segment_space space;
	bool is_whole;
	uint8_t options[HALF_OPEN_OPTIONS_MAX];
};

struct half_opens {
	struct hash_table by_ends;
	struct list_link age;
	struct list_link buckets[HALF_OPEN_BUCKETS];
	uint32_t bucket_counts[HALF_OPEN_BUCKETS];
	struct pool pool;
	size_t count;
	size_t turn;
};

void half_opens_init(struct half_opens *o);
void half_opens_fini(struct half_opens *o);

/* Whether a segment can be kept so: a SYN without payload. */
bool half_open_fits(const struct tcp_segment *s);

/* Keeps it; `hash` is its end points'. */
struct half_open *half_opens_add(struct half_opens *o, const struct tcp_segment *s, const struct flow_packet *p,
				 uint64_t hash);
/* `same` compares an entry with `key`. */
struct half_open *half_opens_find(const struct half_opens *o, uint64_t hash, hash_same *same, const void *key);

/* NULL: there is none. */
struct half_open *half_opens_oldest(const struct half_opens *o);
/* Who goes when there is no room; there is one. */
struct half_open *half_opens_victim(struct half_opens *o);

/* The segment as it came; valid while the entry is. */
struct tcp_segment half_open_segment(const struct half_open *h);

void half_opens_remove(struct half_opens *o, struct half_open *h);

#endif
