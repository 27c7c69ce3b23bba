#include "engine/connection_table.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	CHUNK_BITS = 8,
	CHUNK_SIZE = 1 << CHUNK_BITS,
	PLACES_MIN = 64, /* are not given back */
};

struct connection_chunk {
	uint32_t live;
	struct connection *items[CHUNK_SIZE];
};

void connection_table_fini(struct connection_table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->places[t->first + i].chunk);
	free(t->places);
	*t = (struct connection_table){0};
}

/* ---- chunks ---- */

/* The first that is not below `chunk`; t->count: all are. No chunk lies further from the first one than its number:
 * where all are there, it is that far. */
static size_t search(const struct connection_table *t, uint64_t chunk)
{
	const struct connection_place *places;
	size_t low = 0;
	size_t high = t->count;

	if (t->count == 0)
		return 0;
	places = t->places + t->first;
	if (chunk <= places[0].number)
		return 0;
	if (chunk - places[0].number < t->count) {
		high = (size_t)(chunk - places[0].number);
		if (places[high].number == chunk)
			return high;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (places[middle].number < chunk)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct connection_chunk *find(const struct connection_table *t, uint64_t chunk)
{
	size_t at = search(t, chunk);

	return at < t->count && t->places[t->first + at].number == chunk ? t->places[t->first + at].chunk : NULL;
}

/* To the front of the array, and to half of it when that is enough. */
static void move_to_front(struct connection_table *t)
{
	memmove(t->places, t->places + t->first, t->count * sizeof(*t->places));
	t->first = 0;
	if (t->cap <= PLACES_MIN || t->count > t->cap / 4)
		return;
	t->places = mem_shrink(t->places, &t->cap, t->cap / 2, sizeof(*t->places));
}

static struct connection_chunk *insert(struct connection_table *t, uint64_t chunk)
{
	size_t at = search(t, chunk);
	struct connection_place *place;

	if (t->first + t->count == t->cap && t->first > t->count)
		move_to_front(t);
	t->places = mem_grow(t->places, &t->cap, t->first + t->count + 1, sizeof(*t->places));
	place = t->places + t->first + at;
	memmove(place + 1, place, (t->count - at) * sizeof(*place));
	*place = (struct connection_place){.number = chunk, .chunk = mem_zalloc(sizeof(struct connection_chunk))};
	t->count++;
	return place->chunk;
}

static void take_out(struct connection_table *t, uint64_t chunk)
{
	size_t at = search(t, chunk);
	struct connection_place *place = t->places + t->first + at;

	free(place->chunk);
	t->count--;
	if (at == 0)
		t->first++;
	else
		memmove(place, place + 1, (t->count - at) * sizeof(*place));
	if (t->count <= t->cap / 4 && t->cap > PLACES_MIN)
		move_to_front(t);
}

/* ---- connections ---- */

void connection_table_put(struct connection_table *t, uint64_t number, struct connection *v)
{
	struct connection_chunk *chunk = find(t, number >> CHUNK_BITS);

	assert(number > 0 && v != NULL);
	if (chunk == NULL)
		chunk = insert(t, number >> CHUNK_BITS);
	assert(chunk->items[number & (CHUNK_SIZE - 1)] == NULL);
	chunk->items[number & (CHUNK_SIZE - 1)] = v;
	chunk->live++;
}

void connection_table_drop(struct connection_table *t, uint64_t number)
{
	struct connection_chunk *chunk = find(t, number >> CHUNK_BITS);

	assert(chunk != NULL && chunk->items[number & (CHUNK_SIZE - 1)] != NULL);
	chunk->items[number & (CHUNK_SIZE - 1)] = NULL;
	if (--chunk->live == 0)
		take_out(t, number >> CHUNK_BITS);
}

struct connection *connection_table_get(const struct connection_table *t, uint64_t number)
{
	const struct connection_chunk *chunk = find(t, number >> CHUNK_BITS);

	return chunk != NULL ? chunk->items[number & (CHUNK_SIZE - 1)] : NULL;
}

uint64_t connection_table_next(const struct connection_table *t, uint64_t number)
{
	uint64_t from = number + 1;

	for (size_t at = search(t, from >> CHUNK_BITS); at < t->count; at++) {
		const struct connection_place *place = &t->places[t->first + at];
		uint64_t begin = place->number << CHUNK_BITS;

		for (uint64_t i = from > begin ? from - begin : 0; i < CHUNK_SIZE; i++)
			if (place->chunk->items[i] != NULL)
				return begin + i;
	}
	return 0;
}

uint64_t connection_table_memory(const struct connection_table *t)
{
	return t->count * sizeof(struct connection_chunk) + t->cap * sizeof(*t->places);
}
