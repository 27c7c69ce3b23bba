#include "base/pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

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

struct pool_item {
	struct pool_item *next;
};

void *pool_take(struct pool *p)
{
	struct pool_item *item = p->unused;

	assert(p->size >= sizeof(*item));
	if (item == NULL)
		return mem_zalloc(p->size);
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
	while (p->unused != NULL) {
		struct pool_item *next = p->unused->next;

		free(p->unused);
		p->unused = next;
	}
}
