#include "store/index.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/pages.h"
#include "store/store.h"

enum {
	CHUNK_BITS = 16,
	CHUNK_ROWS = 1 << CHUNK_BITS,
	LINKS_MAX = 255,
};

_Static_assert(sizeof(struct index_row) == 32, "of each packet 32 bytes are kept, see index.h");

struct index {
	struct index_row **chunks; /* NULL where no row is */
	size_t chunk_count;
	size_t chunk_cap;
	size_t chunks_live;
	uint32_t last;
	int link_types[LINKS_MAX];
	uint8_t link_count;
};

struct index *index_new(void)
{
	return mem_zalloc(sizeof(struct index));
}

void index_free(struct index *x)
{
	if (x == NULL)
		return;
	for (size_t i = 0; i < x->chunk_count; i++)
		if (x->chunks[i] != NULL)
			pages_give(x->chunks[i], CHUNK_ROWS * sizeof(**x->chunks));
	free(x->chunks);
	free(x);
}

static struct index_row *new_chunk(void)
{
	struct index_row *rows = pages_take(CHUNK_ROWS * sizeof(*rows));

	for (size_t i = 0; i < CHUNK_ROWS; i++)
		rows[i].place = STORE_NOWHERE;
	return rows;
}

struct index_row *index_add(struct index *x, uint32_t number)
{
	size_t chunk = number >> CHUNK_BITS;

	if (chunk >= x->chunk_count) {
		x->chunks = mem_grow(x->chunks, &x->chunk_cap, chunk + 1, sizeof(struct index_row *));
		while (x->chunk_count <= chunk)
			x->chunks[x->chunk_count++] = NULL;
	}
	if (x->chunks[chunk] == NULL) {
		x->chunks[chunk] = new_chunk();
		x->chunks_live++;
	}
	if (number > x->last)
		x->last = number;
	return &x->chunks[chunk][number & (CHUNK_ROWS - 1)];
}

struct index_row *index_get(const struct index *x, uint32_t number)
{
	size_t chunk = number >> CHUNK_BITS;

	if (number == 0 || number > x->last || chunk >= x->chunk_count || x->chunks[chunk] == NULL)
		return NULL;
	return &x->chunks[chunk][number & (CHUNK_ROWS - 1)];
}

uint32_t index_last(const struct index *x)
{
	return x->last;
}

uint8_t index_link(struct index *x, int link_type)
{
	for (uint8_t i = 0; i < x->link_count; i++)
		if (x->link_types[i] == link_type)
			return i;
	if (x->link_count == LINKS_MAX)
		return LINKS_MAX - 1;
	x->link_types[x->link_count] = link_type;
	return x->link_count++;
}

int index_link_type(const struct index *x, uint8_t link)
{
	assert(link < x->link_count);
	return x->link_types[link];
}

uint8_t index_link_count(const struct index *x)
{
	return x->link_count;
}

uint64_t index_bytes(const struct index *x)
{
	return (uint64_t)x->chunks_live * CHUNK_ROWS * sizeof(struct index_row);
}
