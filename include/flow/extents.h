/*
 * extents: where the bytes of one direction's stream lie, in stream order.
 *
 * The stream's bytes are not here but at the extents' places (capture file or spool). An extent whose place is
 * EXTENT_MISSING is a gap, of one at EXTENT_OPAQUE only the length counts. Embedded in its owner; extents are only
 * appended at the end and forgotten at the front.
 *
 * There are many of them, so they are small: a length has 24 bits, and what is longer and lies nowhere is a run of
 * several extents, which its readers take for one.
 */
#ifndef FLOW_EXTENTS_H
#define FLOW_EXTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/place.h"

#define EXTENT_MISSING PLACE_NOWHERE
#define EXTENT_OPAQUE  (PLACE_NOWHERE - 1) /* it was captured, and nobody can read it */

#define EXTENT_LEN_MAX ((UINT64_C(1) << 24) - 1)

struct extent {
	uint64_t offset; /* in the stream */
	uint64_t place;
	int64_t time_ns; /* of the packet that brought it */
	uint64_t len : 24;
	uint64_t packet : 40; /* its number */
};

_Static_assert(sizeof(struct extent) == 32, "each piece of a stream has one");

/* Whether its bytes lie somewhere. */
static inline bool extent_is_here(const struct extent *e)
{
	return e->place < EXTENT_OPAQUE;
}

struct extents {
	struct extent *items;
	uint64_t end; /* of the stream: offset after the last extent */
	uint32_t count;
	uint32_t cap;
	uint32_t forgotten; /* items at the front that are no longer needed */
};

void extents_fini(struct extents *x);
void extents_append(struct extents *x, const struct extent *e);
/* `len` bytes that lie nowhere; `e`: their first extent, but for its length. */
void extents_append_run(struct extents *x, const struct extent *e, uint64_t len);

/* How many bytes from the first that is not forgotten to the end. */
uint64_t extents_held(const struct extents *x);

/* The number of the extent that holds `offset`, or of the first one after it; `count` when there is none. Fast near
 * the end. */
size_t extents_find(const struct extents *x, uint64_t offset);

/* Where packets rise along the stream from extent `low` on: the first that came with this packet, or a later one;
 * `count` when there is none. */
size_t extents_find_packet(const struct extents *x, size_t low, uint64_t packet);

/* What lies nowhere goes on with the extent of this number: the number of the first extent behind that run. One whose
 * bytes lie somewhere is by itself. */
size_t extents_run_end(const struct extents *x, size_t at);
/* And how long it is. */
uint64_t extents_run_len(const struct extents *x, size_t at);

static inline uint64_t extents_end(const struct extents *x)
{
	return x->end;
}

/* Forgets extents that lie wholly before `offset`; calls `drop` for each first. */
typedef void extents_drop(void *ctx, const struct extent *e);
void extents_forget(struct extents *x, uint64_t offset, extents_drop *drop, void *ctx);

#endif
