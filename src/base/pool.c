#include "base/pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pages.h"

#if defined(__SANITIZE_ADDRESS__)
#define KEEPS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEPS 0
#endif
#endif
#ifndef KEEPS
#define KEEPS 1
#endif

enum {
	SLAB_FIRST = 16 << 10,
	SLAB_LARGEST = 32 << 20,
};

struct pool_item {
	struct pool_item *next;
};

struct pool_slab {
	struct pool_slab *older;
	size_t size;
	_Alignas(max_align_t) uint8_t bytes[];
};

static void add_slab(struct pool *p)
{
	size_t size = p->slabs == NULL ? SLAB_FIRST : p->slabs->size * 2;
	struct pool_slab *slab;

	if (size > SLAB_LARGEST)
		size = SLAB_LARGEST;
	slab = pages_take(size);
	slab->older = p->slabs;
	slab->size = size;
	p->slabs = slab;
	p->fresh = slab->bytes;
	p->fresh_left = size - sizeof(*slab);
}

static void *take_fresh(struct pool *p)
{
	void *object;

	if (!KEEPS)
		return mem_zalloc(p->size);
	if (p->fresh_left < p->size)
		add_slab(p);
	object = p->fresh;
	p->fresh += p->size;
	p->fresh_left -= p->size;
	return object;
}

void *pool_take(struct pool *p)
{
	struct pool_item *item = p->unused;

	assert(p->size >= sizeof(*item) && p->size <= SLAB_FIRST - sizeof(struct pool_slab));
	if (item == NULL)
		return take_fresh(p);
	p->unused = item->next;
	return memset(item, 0, p->size);
}

void pool_give(struct pool *p, void *object)
{
	struct pool_item *item = object;

	if (item == NULL)
		return;
	if (!KEEPS) {
		free(item);
		return;
	}
	item->next = p->unused;
	p->unused = item;
}

void pool_fini(struct pool *p)
{
	while (p->slabs != NULL) {
		struct pool_slab *older = p->slabs->older;

		pages_give(p->slabs, p->slabs->size);
		p->slabs = older;
	}
	*p = (struct pool){.size = p->size};
}
