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

/* With its header. */
static struct arena_chunk *new_chunk(struct arena *a, size_t size)
{
	struct arena_chunk *chunk;

	assert(size <= UINT32_MAX);
	chunk = mem_alloc(size);
	*chunk = (struct arena_chunk){.size = (uint32_t)(size - sizeof(*chunk))};
	a->held += size;
	return chunk;
}

/* As large as all before it together. What would take most of that has a chunk of its own: there is room left in the
 * newest one. */
static struct arena_chunk *add_chunk(struct arena *a, size_t size)
{
	size_t needed = size + sizeof(struct arena_chunk);
	size_t wanted = a->first_size != 0 ? a->first_size : ARENA_FIRST_SIZE;
	struct arena_chunk *chunk;

	if (a->newest != NULL)
		wanted = a->held < ARENA_LARGEST_CHUNK ? a->held : ARENA_LARGEST_CHUNK;
	if (a->newest != NULL && needed > wanted / 2) {
		chunk = new_chunk(a, needed);
		chunk->older = a->newest->older;
		a->newest->older = chunk;
		return chunk;
	}
	chunk = new_chunk(a, needed < wanted ? wanted : needed);
	chunk->older = a->newest;
	a->newest = chunk;
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
