/*
 * hash: a keyed hash (SipHash-1-3) and a table built on it.
 *
 * The key is drawn once a process, so that who sends the traffic cannot choose colliding keys. The table is open
 * addressing with linear probing and holds pointers; what a key is, its owner tells by `same`. Deletion shifts back, so
 * there are no tombstones. One thread.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/slice.h"

uint64_t hash_bytes(const void *data, size_t len);

struct hash_slot {
	uint64_t hash;
	void *item;
};

struct hash_table {
	struct hash_slot *slots;
	size_t capacity; /* 0 or a power of two */
	size_t count;
};

/* Whether `item` is the one that `key` names. */
typedef bool hash_same(const void *item, const void *key);

void hash_fini(struct hash_table *t);
void *hash_lookup(const struct hash_table *t, uint64_t hash, hash_same *same, const void *key);

/* A look-up will come: fetches where it begins. Then: an item of this hash, if it lies there; nothing is compared. */
void hash_fetch(const struct hash_table *t, uint64_t hash);
void *hash_peek(const struct hash_table *t, uint64_t hash);

/* The caller has looked up before: no item with this key is in the table. */
void hash_insert(struct hash_table *t, uint64_t hash, void *item);
void hash_remove(struct hash_table *t, uint64_t hash, const void *item);

#endif
