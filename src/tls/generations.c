#include "tls/generations.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"
#include "base/pages.h"

enum {
	PAGE = 4096,
	FIRST_BYTES = 64 << 10,
	SHARE = 8, /* a table is at most this part of the bound */
};

#define REMOVED UINT32_MAX

void generations_init(struct generations *g, size_t item_size, size_t max, bool is_secret)
{
	*g = (struct generations){.item_size = item_size, .max = max, .is_secret = is_secret};
}

static void give_table(struct generations *g, struct generation *table)
{
	if (g->is_secret)
		OPENSSL_cleanse(table->items, table->size);
	pages_give(table->items, table->size);
	g->bytes -= table->size;
	g->count -= table->count;
}

void generations_fini(struct generations *g)
{
	while (g->table_count > 0)
		give_table(g, &g->tables[--g->table_count]);
}

static struct generations_item *item_at(const struct generations *g, const struct generation *table, size_t slot)
{
	return (struct generations_item *)(void *)(table->items + slot * g->item_size);
}

/* The upper half of the hash says where an item lies, the lower one is its tag. */
static size_t home_of(const struct generation *table, uint64_t hash)
{
	return (size_t)((hash >> 32) * table->capacity >> 32);
}

static size_t next_slot(const struct generation *table, size_t slot)
{
	return slot + 1 < table->capacity ? slot + 1 : 0;
}

static void drop_table(struct generations *g, size_t number)
{
	give_table(g, &g->tables[number]);
	g->table_count--;
	memmove(&g->tables[number], &g->tables[number + 1], (g->table_count - number) * sizeof(g->tables[0]));
}

static size_t size_of_next(const struct generations *g)
{
	size_t largest = g->max / SHARE / PAGE * PAGE;
	size_t size = g->table_count > 0 ? g->tables[g->table_count - 1].size * 2 : FIRST_BYTES;

	if (size > largest)
		size = largest;
	return size > PAGE ? size : PAGE;
}

static void begin_table(struct generations *g)
{
	struct generation table = {.size = size_of_next(g)};

	while (g->table_count > 0 && (g->bytes + table.size > g->max || g->table_count == GENERATIONS_MAX)) {
		g->forgotten += g->tables[0].count;
		drop_table(g, 0);
	}
	table.capacity = table.size / g->item_size;
	table.items = pages_take(table.size);
	if (g->is_secret) {
		madvise(table.items, table.size, MADV_DONTDUMP);
		mlock(table.items, table.size); /* where the system allows it */
	}
	g->bytes += table.size;
	g->tables[g->table_count++] = table;
}

/* Probing ends at a free slot: a quarter of them always is. */
static bool is_full(const struct generation *table)
{
	return (table->filled + 1) * 4 > table->capacity * 3;
}

void *generations_add(struct generations *g, uint64_t hash)
{
	struct generations_item *item;
	struct generation *table;
	size_t slot;

	if (g->table_count == 0 || is_full(&g->tables[g->table_count - 1]))
		begin_table(g);
	table = &g->tables[g->table_count - 1];
	assert(!is_full(table));
	slot = home_of(table, hash);
	while ((item = item_at(g, table, slot))->used != 0)
		slot = next_slot(table, slot);
	*item = (struct generations_item){.tag = (uint32_t)hash, .used = 1};
	table->filled++;
	table->count++;
	g->count++;
	return item;
}

static void remove_from(struct generations *g, struct generation *table, generations_is_gone *is_gone, const void *ctx)
{
	for (size_t slot = 0; slot < table->capacity; slot++) {
		struct generations_item *item = item_at(g, table, slot);

		if (item->used == 0 || item->used == REMOVED || !is_gone(ctx, item))
			continue;
		item->used = REMOVED;
		table->count--;
		g->count--;
	}
}

void generations_remove(struct generations *g, generations_is_gone *is_gone, const void *ctx)
{
	for (size_t number = g->table_count; number-- > 0;) {
		remove_from(g, &g->tables[number], is_gone, ctx);
		if (g->tables[number].count == 0)
			drop_table(g, number);
	}
}

void generations_walk_init(struct generations_walk *w, const struct generations *g, uint64_t hash, size_t tables)
{
	*w = (struct generations_walk){.g = g, .hash = hash, .left = g->table_count};
	w->last = g->table_count > tables ? g->table_count - tables : 0;
	/* Each lies in memory of its own, which is not near. */
	for (size_t number = w->last; number < w->left; number++) {
		w->slot = home_of(&g->tables[number], hash);
		mem_fetch(item_at(g, &g->tables[number], w->slot), 1);
	}
}

void *generations_walk_next(struct generations_walk *w)
{
	while (w->left > w->last) {
		const struct generation *table = &w->g->tables[w->left - 1];
		struct generations_item *item = item_at(w->g, table, w->slot);

		if (item->used == 0) {
			if (--w->left > w->last)
				w->slot = home_of(&w->g->tables[w->left - 1], w->hash);
			continue;
		}
		w->slot = next_slot(table, w->slot);
		if (item->tag == (uint32_t)w->hash && item->used != REMOVED)
			return item;
	}
	return NULL;
}
