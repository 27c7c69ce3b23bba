#include "base/hash.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/pages.h"

static uint64_t key[2];
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void draw_key(void)
{
	if (getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key))
		key[0] = (uint64_t)clock_wall_ns() * UINT64_C(0x9e3779b97f4a7c15);
}

static inline uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

struct sip {
	uint64_t v0, v1, v2, v3;
};

static inline void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

uint64_t hash_bytes(const void *data, size_t len)
{
	const uint8_t *at = data;
	uint64_t word;

	pthread_once(&key_once, draw_key);

	struct sip s = {key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
			key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)};

	for (size_t left = len; left >= 8; left -= 8, at += 8) {
		memcpy(&word, at, 8);
		s.v3 ^= word;
		sip_round(&s);
		s.v0 ^= word;
	}
	word = (uint64_t)len << 56;
	for (size_t i = 0; i < len % 8; i++)
		word |= (uint64_t)at[i] << (8 * i);
	s.v3 ^= word;
	sip_round(&s);
	s.v0 ^= word;
	s.v2 ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

/* A look-up among many goes to a page of its own each time: they are large. */
static struct hash_slot *take_slots(size_t capacity)
{
	size_t size = capacity * sizeof(struct hash_slot);

	return size < PAGES_HUGE ? mem_zalloc(size) : pages_take(size);
}

static void give_slots(struct hash_slot *slots, size_t capacity)
{
	size_t size = capacity * sizeof(struct hash_slot);

	if (size < PAGES_HUGE)
		free(slots);
	else
		pages_give(slots, size);
}

void hash_fini(struct hash_table *t)
{
	give_slots(t->slots, t->capacity);
	*t = (struct hash_table){0};
}

static size_t slot_of(const struct hash_table *t, uint64_t hash)
{
	return (size_t)hash & (t->capacity - 1);
}

void *hash_lookup(const struct hash_table *t, uint64_t hash, hash_same *same, const void *wanted)
{
	if (t->capacity == 0)
		return NULL;
	for (size_t i = slot_of(t, hash); t->slots[i].item != NULL; i = (i + 1) & (t->capacity - 1))
		if (t->slots[i].hash == hash && same(t->slots[i].item, wanted))
			return t->slots[i].item;
	return NULL;
}

void hash_fetch(const struct hash_table *t, uint64_t hash)
{
	if (t->capacity > 0)
		mem_fetch(&t->slots[slot_of(t, hash)], sizeof(struct hash_slot));
}

void *hash_peek(const struct hash_table *t, uint64_t hash)
{
	if (t->capacity == 0)
		return NULL;
	for (size_t i = slot_of(t, hash); t->slots[i].item != NULL; i = (i + 1) & (t->capacity - 1))
		if (t->slots[i].hash == hash)
			return t->slots[i].item;
	return NULL;
}

static void put(struct hash_table *t, uint64_t hash, void *item)
{
	size_t i = slot_of(t, hash);

	while (t->slots[i].item != NULL)
		i = (i + 1) & (t->capacity - 1);
	t->slots[i] = (struct hash_slot){.hash = hash, .item = item};
}

static void enlarge(struct hash_table *t)
{
	struct hash_table larger = {.capacity = t->capacity ? t->capacity * 2 : 64, .count = t->count};

	larger.slots = take_slots(larger.capacity);
	for (size_t i = 0; i < t->capacity; i++)
		if (t->slots[i].item != NULL)
			put(&larger, t->slots[i].hash, t->slots[i].item);
	give_slots(t->slots, t->capacity);
	*t = larger;
}

void hash_insert(struct hash_table *t, uint64_t hash, void *item)
{
	assert(item != NULL);
	if ((t->count + 1) * 4 > t->capacity * 3)
		enlarge(t);
	put(t, hash, item);
	t->count++;
}

/* Closes the hole at `hole`: what was pushed past it by a collision moves back. */
static void shift_back(struct hash_table *t, size_t hole)
{
	size_t mask = t->capacity - 1;

	for (size_t i = (hole + 1) & mask; t->slots[i].item != NULL; i = (i + 1) & mask) {
		size_t home = slot_of(t, t->slots[i].hash);

		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		t->slots[hole] = t->slots[i];
		hole = i;
	}
	t->slots[hole].item = NULL;
}

void hash_remove(struct hash_table *t, uint64_t hash, const void *item)
{
	if (t->capacity == 0)
		return;
	for (size_t i = slot_of(t, hash); t->slots[i].item != NULL; i = (i + 1) & (t->capacity - 1))
		if (t->slots[i].item == item) {
			shift_back(t, i);
			t->count--;
			return;
		}
	assert(false && "the item is not in the table");
}
