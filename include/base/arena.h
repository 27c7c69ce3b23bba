/*
 * arena: many small pieces of memory that live and die together.
 *
 * A session keeps its commands, replies and texts in one. Embedded in its owner, used by one thread. Pieces are aligned
 * for any object; chunks grow from 232 bytes to 64 KiB, so that a small session stays small.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/slice.h"

enum {
	ARENA_FIRST_SIZE = 232, /* with malloc's own 8 bytes a multiple of 16 */
};

struct arena_chunk;

struct arena {
	struct arena_chunk *newest;
	size_t held;	   /* bytes of all chunks: what the owner is charged for */
	size_t first_size; /* of the first chunk; 0: ARENA_FIRST_SIZE */
};

void arena_fini(struct arena *a);

/* Forgets all pieces, but keeps a chunk for the next. */
void arena_reset(struct arena *a);

/* Not initialised; aligned for pointers and numbers of 64 bits. */
void *arena_alloc(struct arena *a, size_t size);

/* Copies bytes without alignment; an empty slice stays empty. */
struct slice arena_copy(struct arena *a, struct slice s);

#endif
