/*
 * pool: objects of one size that come and go often. Freed ones are kept for the next; under AddressSanitizer every
 * object is malloc's own, so that a use after free is seen. One thread.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

struct pool_item;

struct pool {
	size_t size; /* of an object, set before the first use */
	struct pool_item *unused;
};

/* All zero. */
void *pool_take(struct pool *p);
void pool_give(struct pool *p, void *object);
/* Gives the kept memory back; objects in use stay the caller's. */
void pool_fini(struct pool *p);

#endif
