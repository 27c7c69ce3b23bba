#include "engine/connection_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	CHUNK_BITS = 10,
	CHUNK_SIZE = 1 << CHUNK_BITS,
};

struct connection_chunk {
	uint32_t live;
	struct connection *items[CHUNK_SIZE];
};

void connection_table_fini(struct connection_table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->chunks[i]);
	free(t->chunks);
	*t = (struct connection_table){0};
}

/* The array begins with what is there, or soon comes. */
static void trim_front(struct connection_table *t)
{
	size_t gone = 0;

	while (gone < t->count && t->chunks[gone] == NULL)
		gone++;
	if (gone <= t->count / 2)
		return;
	memmove(t->chunks, t->chunks + gone, (t->count - gone) * sizeof(struct connection_chunk *));
	t->first += gone;
	t->count -= gone;
}

/* One that begins late may have a number below all. */
static void extend_front(struct connection_table *t, size_t by)
{
	t->chunks = mem_grow(t->chunks, &t->cap, t->count + by, sizeof(struct connection_chunk *));
	memmove(t->chunks + by, t->chunks, t->count * sizeof(struct connection_chunk *));
	memset(t->chunks, 0, by * sizeof(struct connection_chunk *));
	t->first -= by;
	t->count += by;
}

static struct connection_chunk **chunk_at(struct connection_table *t, size_t number)
{
	if (t->count == 0)
		t->first = number;
	if (number < t->first)
		extend_front(t, t->first - number);
	t->chunks = mem_grow(t->chunks, &t->cap, number - t->first + 1, sizeof(struct connection_chunk *));
	while (t->count <= number - t->first)
		t->chunks[t->count++] = NULL;
	return &t->chunks[number - t->first];
}

void connection_table_put(struct connection_table *t, uint32_t number, struct connection *v)
{
	struct connection_chunk **chunk = chunk_at(t, number >> CHUNK_BITS);

	assert(number > 0 && v != NULL);
	if (*chunk == NULL) {
		*chunk = mem_zalloc(sizeof(**chunk));
		t->live++;
	}
	assert((*chunk)->items[number & (CHUNK_SIZE - 1)] == NULL);
	(*chunk)->items[number & (CHUNK_SIZE - 1)] = v;
	(*chunk)->live++;
}

void connection_table_drop(struct connection_table *t, uint32_t number)
{
	struct connection_chunk **chunk = chunk_at(t, number >> CHUNK_BITS);

	assert(*chunk != NULL && (*chunk)->items[number & (CHUNK_SIZE - 1)] != NULL);
	(*chunk)->items[number & (CHUNK_SIZE - 1)] = NULL;
	if (--(*chunk)->live > 0)
		return;
	free(*chunk);
	*chunk = NULL;
	t->live--;
	trim_front(t);
}

struct connection *connection_table_get(const struct connection_table *t, uint32_t number)
{
	size_t chunk = number >> CHUNK_BITS;

	if (number == 0 || chunk < t->first || chunk - t->first >= t->count || t->chunks[chunk - t->first] == NULL)
		return NULL;
	return t->chunks[chunk - t->first]->items[number & (CHUNK_SIZE - 1)];
}

uint32_t connection_table_next(const struct connection_table *t, uint32_t number)
{
	uint64_t at = (uint64_t)number + 1;

	if (at >> CHUNK_BITS < t->first)
		at = (uint64_t)t->first << CHUNK_BITS;
	while ((at >> CHUNK_BITS) - t->first < t->count) {
		const struct connection_chunk *chunk = t->chunks[(at >> CHUNK_BITS) - t->first];

		if (chunk == NULL)
			at = ((at >> CHUNK_BITS) + 1) << CHUNK_BITS;
		else if (chunk->items[at & (CHUNK_SIZE - 1)] != NULL)
			return (uint32_t)at;
		else
			at++;
	}
	return 0;
}

uint64_t connection_table_memory(const struct connection_table *t)
{
	return t->live * sizeof(struct connection_chunk) + t->cap * sizeof(struct connection_chunk *);
}
