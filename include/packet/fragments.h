/*
 * fragments: puts the fragments of an IP packet together (RFC 791 section 3.2, RFC 8200 section 4.5, RFC 5722).
 *
 * dissect_packet describes a fragment and leaves it; who wants the packet gives it here and gets the whole payload when
 * the last part has come. Bytes are copied: fragments are few. Overlaps: the first copy of a byte stays where the
 * copies agree; where they differ the packet is given up, as RFC 5722 asks, and counted. What has been given up is
 * remembered until it is too old, so that the rest of it makes nothing new. Limits: FRAGMENTS_MAX packets at a time,
 * FRAGMENTS_BYTES_MAX bytes of them, FRAGMENTS_NS of age, FRAGMENTS_HOLES_MAX holes in a packet; the oldest go
 * first. Worker thread, the engine's.
 */
#ifndef PACKET_FRAGMENTS_H
#define PACKET_FRAGMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "packet/segment.h"

enum {
	FRAGMENTS_MAX = 1024,
	FRAGMENTS_BYTES_MAX = 8 * 1024 * 1024,
	FRAGMENTS_HOLES_MAX = 64,     /* 64 KiB in parts of 576 bytes, in the worst of all orders, have 60 */
	FRAGMENTS_PACKET_MAX = 65535, /* an offset and a length could say more than a packet can be */
};

#define FRAGMENTS_NS (30 * CLOCK_NS_PER_S)

/* A fragment, as the IP header describes it. */
struct fragment {
	struct segment_address source;
	struct segment_address destination;
	bool is_ipv6;
	uint8_t observer; /* see tcp_segment */
	bool is_last;
	bool is_cut;	  /* not captured whole: its packet cannot become whole */
	bool is_rerouted; /* the header's addresses are not those that a checksum is made of */
	uint8_t protocol; /* of IPv4's header; of an IPv6 fragment header: what follows the unfragmentable part */
	uint8_t ttl;
	uint32_t id;
	uint32_t offset;	      /* of its payload in the packet's, in bytes */
	struct segment_tunnel tunnel; /* that the fragment came through */
	struct slice payload;
};

struct fragments_counters {
	uint64_t reassembled;
	uint64_t parts;	   /* fragments that became part of these */
	uint64_t given_up; /* too old, too many, overlapping with other bytes, cut */
};

struct fragments;

struct fragments *fragments_new(void);
void fragments_free(struct fragments *f);

/* Adds one, whose payload may lie within the one that the call before gave. True: the packet is whole; `*payload`
 * (valid until the next call) is what followed its IP header, and `*first` describes it: it is the fragment at offset
 * 0, without payload. */
bool fragments_add(struct fragments *f, const struct fragment *fragment, int64_t time_ns, struct slice *payload,
		   struct fragment *first);

/* A number, from 1, of the packet that the fragment added last is part of, also once that is whole; 0: of none, or
 * of one that was given up. */
uint64_t fragments_group(const struct fragments *f);

const struct fragments_counters *fragments_counters(const struct fragments *f);

#endif
