#include "base/pool.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

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
	SMALL_BYTES = POOL_SLAB_BYTES / 8, /* up to here the first slab is of small pages */
};

/* Linux 6.1 */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

struct pool_item {
	struct pool_item *next;
};

/* Aligned to its size, so that an object tells where it is. */
struct pool_slab {
	struct pool_slab *next; /* of those with room */
	struct pool_slab *prev;
	struct pool_item *unused;
	size_t used_count;
	size_t fresh; /* what was never used begins here */
	bool is_huge;
	_Alignas(max_align_t) uint8_t objects[];
};

_Static_assert(POOL_SLAB_BYTES % PAGES_HUGE == 0, "a slab is aligned to its size");

static bool has_room(const struct pool *p, const struct pool_slab *slab)
{
	return slab->unused != NULL || slab->fresh + p->size <= POOL_SLAB_BYTES;
}

static void link_slab(struct pool *p, struct pool_slab *slab)
{
	slab->prev = NULL;
	slab->next = p->roomy;
	if (slab->next != NULL)
		slab->next->prev = slab;
	p->roomy = slab;
}

static void unlink_slab(struct pool *p, struct pool_slab *slab)
{
	if (slab->prev != NULL)
		slab->prev->next = slab->next;
	else
		p->roomy = slab->next;
	if (slab->next != NULL)
		slab->next->prev = slab->prev;
}

static void add_slab(struct pool *p)
{
	struct pool_slab *slab = pages_take(POOL_SLAB_BYTES);

	slab->is_huge = p->slab_count++ > 0;
	if (!slab->is_huge) /* most programs need a small part of it */
		madvise(slab, POOL_SLAB_BYTES, MADV_NOHUGEPAGE);
	slab->fresh = offsetof(struct pool_slab, objects);
	p->empty_count++;
	link_slab(p, slab);
}

static void drop_slab(struct pool *p, struct pool_slab *slab)
{
	unlink_slab(p, slab);
	p->slab_count--;
	p->empty_count--;
	pages_give(slab, POOL_SLAB_BYTES);
}

/* Small pages hold it so far; a system that cannot change them leaves them so. */
static void make_huge(struct pool_slab *slab)
{
	slab->is_huge = true;
	madvise(slab, POOL_SLAB_BYTES, MADV_HUGEPAGE);
	madvise(slab, POOL_SLAB_BYTES, MADV_COLLAPSE);
}

static void *take_fresh(struct pool *p, struct pool_slab *slab)
{
	void *object = (uint8_t *)slab + slab->fresh;

	slab->fresh += p->size;
	if (!slab->is_huge && slab->fresh > SMALL_BYTES)
		make_huge(slab);
	return object;
}

static void *take_used(struct pool *p, struct pool_slab *slab)
{
	struct pool_item *item = slab->unused;

	slab->unused = item->next;
	return memset(item, 0, p->size);
}

void *pool_take(struct pool *p)
{
	struct pool_slab *slab;
	void *object;

	assert(p->size >= sizeof(struct pool_item) && p->size <= POOL_SLAB_BYTES / 16);
	if (!KEEPS)
		return mem_zalloc(p->size);
	if (p->roomy == NULL)
		add_slab(p);
	slab = p->roomy;
	p->empty_count -= slab->used_count++ == 0;
	object = slab->unused != NULL ? take_used(p, slab) : take_fresh(p, slab);
	if (!has_room(p, slab))
		unlink_slab(p, slab);
	return object;
}

void pool_give(struct pool *p, void *object)
{
	struct pool_slab *slab = (void *)((uintptr_t)object & ~(uintptr_t)(POOL_SLAB_BYTES - 1));
	struct pool_item *item = object;

	if (item == NULL)
		return;
	if (!KEEPS) {
		free(item);
		return;
	}
	if (!has_room(p, slab))
		link_slab(p, slab);
	item->next = slab->unused;
	slab->unused = item;
	if (--slab->used_count > 0)
		return;
	p->empty_count++;
	if (p->empty_count > 1)
		drop_slab(p, slab);
}

void pool_fini(struct pool *p)
{
	while (p->roomy != NULL)
		drop_slab(p, p->roomy);
	assert(p->slab_count == 0);
	*p = (struct pool){.size = p->size};
}
