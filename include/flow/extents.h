/*
 * extents: where the bytes of one direction's stream lie, in stream order.
 *
 * The stream's bytes are not here but at the extents' places (capture file or spool). An extent whose place is
 * EXTENT_MISSING is a gap, of one at EXTENT_OPAQUE only the length counts. Embedded in its owner; extents are only
 * appended at the end and forgotten at the front.
 */
#ifndef FLOW_EXTENTS_H
#define FLOW_EXTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXTENT_MISSING UINT64_MAX
#define EXTENT_OPAQUE  (UINT64_MAX - 1) /* it was captured, and nobody can read it */

struct extent {
	uint64_t offset; /* in the stream */
	uint64_t place;
	int64_t time_ns; /* of the packet that brought it */
	uint32_t len;
	uint32_t packet; /* its number */
};

/* Whether its bytes lie somewhere. */
static inline bool extent_is_here(const struct extent *e)
{
	return e->place < EXTENT_OPAQUE;
}

struct extents {
	struct extent *items;
	size_t count;
	size_t cap;
	size_t forgotten; /* items at the front that are no longer needed */
	uint64_t end;	  /* of the stream: offset after the last extent */
};

void extents_fini(struct extents *x);
void extents_append(struct extents *x, const struct extent *e);

/* The number of the extent that holds `offset`, or of the first one after it; `count` when there is none. Fast near
 * the end. */
size_t extents_find(const struct extents *x, uint64_t offset);

static inline uint64_t extents_end(const struct extents *x)
{
	return x->end;
}

/* Forgets extents that lie wholly before `offset`; calls `drop` for each first. */
typedef void extents_drop(void *ctx, const struct extent *e);
void extents_forget(struct extents *x, uint64_t offset, extents_drop *drop, void *ctx);

#endif
