/*
 * cursor: a packet being taken apart: what is left of it and what is known so far. Private to the packet layer.
 *
 * Every reader takes a cursor at its header, checks that the header is there, steps after it and passes the cursor on.
 */
#ifndef PACKET_CURSOR_H
#define PACKET_CURSOR_H

#include <assert.h>

#include "packet/fragments.h"
#include "packet/layers.h"
#include "packet/segment.h"

/* The length of what is left, while no header has told one. */
#define CURSOR_LEN_UNKNOWN (SIZE_MAX / 2)

struct cursor {
	struct slice rest; /* as far as it was captured; without padding once a length is known */
	size_t len;	   /* of the rest as headers tell: more than rest.len when it was cut short */
	uint32_t offset;   /* of the rest in the packet */
	uint8_t depth;
	bool is_rerouted; /* the IP header's addresses are not those that a checksum is made of */
	struct dissect_layers *layers;
	struct tcp_segment *segment;
	struct fragment *fragment;
};

/* Notes a layer of `len` bytes that lies at the cursor. */
static inline void cursor_note(struct cursor *c, enum dissect_layer_kind kind, size_t len)
{
	assert(len <= c->rest.len);
	if (c->layers != NULL && c->layers->count < DISSECT_LAYERS_MAX)
		c->layers->layer[c->layers->count++] =
			(struct dissect_layer){.kind = kind, .offset = c->offset, .len = (uint32_t)len};
}

/* Notes a layer and steps after it; false when it was not captured whole. */
static inline bool cursor_step(struct cursor *c, enum dissect_layer_kind kind, size_t len)
{
	if (c->rest.len < len)
		return false;
	cursor_note(c, kind, len);
	c->rest = slice_after(c->rest, len);
	c->len -= len < c->len ? len : c->len;
	c->offset += (uint32_t)len;
	assert(c->rest.len <= c->len);
	return true;
}

/* A header tells how much is left. */
static inline void cursor_limit(struct cursor *c, size_t len)
{
	c->len = len;
	c->rest = slice_sub(c->rest, 0, len);
}

/* Why a header of `need` bytes is not there. */
static inline enum dissect_result cursor_lack(const struct cursor *c, size_t need)
{
	assert(c->rest.len < need);
	return c->len < need ? DISSECT_MALFORMED : DISSECT_CUT;
}

/* One tag or tunnel further in; false when that is too deep. */
static inline bool cursor_enter(struct cursor *c)
{
	assert(c->depth <= DISSECT_DEPTH_MAX); /* who was told that it is too deep goes no further */
	return ++c->depth <= DISSECT_DEPTH_MAX;
}

/* What follows came through a tunnel between the addresses read last. */
static inline void cursor_tunnel(struct cursor *c, enum segment_tunnel_kind kind, uint32_t id)
{
	assert(kind > SEGMENT_TUNNEL_NONE && kind < SEGMENT_TUNNELS);
	c->segment->tunnel = (struct segment_tunnel){.source = c->segment->source,
						     .destination = c->segment->destination,
						     .is_ipv6 = c->segment->is_ipv6,
						     .kind = (uint8_t)kind,
						     .id = id};
}

#endif
