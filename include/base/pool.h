/*
 * pool: objects of one size that come and go often. They lie side by side in slabs; freed ones are kept for the next,
 * and a slab of which none is in use goes back to the system, but for one. Under AddressSanitizer every object is
 * malloc's own, so that a use after free is seen. One thread.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

enum {
	POOL_SLAB_BYTES = 2 << 20, /* what lies in it may be as large as a part of that only */
};

struct pool_slab;

struct pool {
	size_t size;		 /* of an object, a multiple of its alignment; set before the first use */
	struct pool_slab *roomy; /* those with room, the next to be used first */
	size_t slab_count;
	size_t empty_count; /* of those that are roomy */
};

/* All zero. */
void *pool_take(struct pool *p);
void pool_give(struct pool *p, void *object);
/* All its objects have been given back. */
void pool_fini(struct pool *p);

#endif
