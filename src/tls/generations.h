/*
 * generations: a hash table within a bound that forgets the oldest. Its items lie in tables that are never made larger:
 * when the newest is full another begins, twice as large up to an eighth of the bound, and where all together are too
 * large the oldest goes as a whole. So no addition takes long, and an item costs what it is, and a third.
 *
 * Several items may have one hash; whose an item is, its owner compares. Memory for secrets is locked where the system
 * allows it, left out of cores, and wiped when it goes. One thread.
 */
#ifndef TLS_GENERATIONS_H
#define TLS_GENERATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	GENERATIONS_MAX = 64, /* tables: more than any bound gives */
};

/* Begins each item. */
struct generations_item {
	uint32_t tag;
	uint32_t used; /* the owner's, from 1 to GENERATIONS_USED_MAX */
};

#define GENERATIONS_USED_MAX (UINT32_MAX - 1)

struct generation {
	uint8_t *items;
	size_t size; /* bytes */
	size_t capacity;
	size_t filled; /* slots, with those of items that were removed */
	size_t count;
};

struct generations {
	size_t item_size;
	size_t max; /* bytes */
	bool is_secret;
	size_t count; /* items */
	size_t forgotten;
	size_t bytes;
	size_t table_count;
	struct generation tables[GENERATIONS_MAX]; /* the oldest first */
};

/* `max`: bytes, at least some 64 KiB; a smaller one is exceeded by a page. */
void generations_init(struct generations *g, size_t item_size, size_t max, bool is_secret);
void generations_fini(struct generations *g);

/* A new item, zero but for its tag, and `used`, which is 1. Makes what was found before invalid. */
void *generations_add(struct generations *g, uint64_t hash);
/* Removes those of which `is_gone` says so. */
typedef bool generations_is_gone(const void *ctx, const void *item);
void generations_remove(struct generations *g, generations_is_gone *is_gone, const void *ctx);

struct generations_walk {
	const struct generations *g;
	uint64_t hash;
	size_t left; /* tables, that at hand among them */
	size_t last; /* the oldest of them */
	size_t slot;
};

/* Begins a walk over the items of a hash, in the newest `tables` tables, the newest first. */
void generations_walk_init(struct generations_walk *w, const struct generations *g, uint64_t hash, size_t tables);
/* NULL: there are no more. */
void *generations_walk_next(struct generations_walk *w);

#endif
