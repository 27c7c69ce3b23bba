/*
 * pool: objects of one size that come and go often. They lie side by side in slabs that grow with their number; freed
 * ones are kept for the next. Under AddressSanitizer every object is malloc's own, so that a use after free is seen.
 * One thread.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool_item;
struct pool_slab;

struct pool {
	size_t size; /* of an object, a multiple of its alignment; set before the first use */
	struct pool_item *unused;
	struct pool_slab *slabs; /* the newest first */
	uint8_t *fresh;		 /* what was never used of it */
	size_t fresh_left;
};

/* All zero. */
void *pool_take(struct pool *p);
void pool_give(struct pool *p, void *object);
/* All its objects have been given back. */
void pool_fini(struct pool *p);

#endif
