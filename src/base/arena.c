#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	ARENA_LARGEST_CHUNK = 64 * 1024,
};

struct arena_chunk {
	struct arena_chunk *older;
	uint32_t used;
	uint32_t size;
	_Alignas(max_align_t) uint8_t bytes[];
};

_Static_assert(sizeof(struct arena_chunk) == 16, "a million sessions are open at once");

void arena_fini(struct arena *a)
{
	while (a->newest != NULL) {
		struct arena_chunk *older = a->newest->older;

		free(a->newest);
		a->newest = older;
	}
	a->held = 0;
}

void arena_reset(struct arena *a)
{
	struct arena_chunk *kept = a->newest;

	if (kept == NULL)
		return;
	a->newest = kept->older;
	arena_fini(a);
	kept->older = NULL;
	kept->used = 0;
	a->newest = kept;
	a->held = kept->size + sizeof(*kept);
}

/* As large as all before it together. */
static struct arena_chunk *add_chunk(struct arena *a, size_t size)
{
	size_t wanted = a->first_size != 0 ? a->first_size : ARENA_FIRST_SIZE;
	struct arena_chunk *chunk;

	if (a->newest != NULL)
		wanted = a->held < ARENA_LARGEST_CHUNK ? a->held : ARENA_LARGEST_CHUNK;
	if (wanted < size + sizeof(*chunk))
		wanted = size + sizeof(*chunk);
	assert(wanted <= UINT32_MAX);
	chunk = mem_alloc(wanted);
	*chunk = (struct arena_chunk){.older = a->newest, .size = (uint32_t)(wanted - sizeof(*chunk))};
	a->newest = chunk;
	a->held += wanted;
	return chunk;
}

static struct arena_chunk *chunk_with_room(struct arena *a, size_t size, size_t align)
{
	struct arena_chunk *chunk = a->newest;
	size_t start = chunk != NULL ? (chunk->used + align - 1) & ~(align - 1) : 0;

	if (chunk == NULL || start > chunk->size || size > chunk->size - start)
		return add_chunk(a, size);
	chunk->used = (uint32_t)start;
	return chunk;
}

static void *take(struct arena *a, size_t size, size_t align)
{
	struct arena_chunk *chunk = chunk_with_room(a, size, align);
	void *piece = chunk->bytes + chunk->used;

	chunk->used += (uint32_t)size;
	return piece;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return take(a, size, _Alignof(uint64_t));
}

struct slice arena_copy(struct arena *a, struct slice s)
{
	if (s.len == 0)
		return slice_of(NULL, 0);

	void *copy = take(a, s.len, 1);

	memcpy(copy, s.data, s.len);
	return slice_of(copy, s.len);
}
