#include "sync/ring.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	RING_LINE = 64,
	RING_ALIGN = 8,
	RING_SMALLEST = 4096,
	RING_AHEAD = 4096, /* bytes that are fetched before the consumer comes to them */
};

/* Stands where a record would, when the rest of the memory is too short for the record that comes next. */
#define RING_WRAP UINT32_MAX

/* Before each record. */
struct ring_header {
	uint32_t len;
	uint32_t unused;
};

/*
 * Positions count bytes since the beginning and never wrap (2^64); an offset into the memory is a position modulo size.
 */
struct ring {
	uint8_t *memory;
	size_t size;

	/* the producer's line */
	_Alignas(RING_LINE) _Atomic size_t tail; /* the consumer may read up to here */
	size_t written;				 /* committed up to here */
	size_t skip;				 /* bytes before the memory's end that the reservation passes over */
	size_t reserved_len;
	size_t seen_head;

	/* the consumer's line */
	_Alignas(RING_LINE) _Atomic size_t head; /* the producer may write up to here + size */
	size_t seen_tail;
};

static size_t record_size(size_t len)
{
	return sizeof(struct ring_header) + ((len + RING_ALIGN - 1) & ~(size_t)(RING_ALIGN - 1));
}

static struct ring_header *header_at(const struct ring *r, size_t position)
{
	return (struct ring_header *)(void *)(r->memory + (position & (r->size - 1)));
}

static void *aligned_zalloc(size_t size)
{
	void *memory = aligned_alloc(RING_LINE, size);

	assert(memory != NULL);
	return memset(memory, 0, size);
}

struct ring *ring_new(size_t size)
{
	assert(size >= RING_SMALLEST && (size & (size - 1)) == 0);

	struct ring *r = aligned_zalloc(sizeof(*r));

	/* Not from aligned_alloc: fresh pages of a large ring stay untouched until the producer comes to them. */
	r->memory = mem_zalloc(size);
	r->size = size;
	return r;
}

void ring_free(struct ring *r)
{
	if (r == NULL)
		return;
	free(r->memory);
	free(r);
}

size_t ring_largest_record(const struct ring *r)
{
	size_t quarter = r->size / 4;

	return quarter < RING_WRAP ? quarter : RING_WRAP - 1;
}

/* Whether `len` bytes after `written` are free, looking at the consumer's line only when the last look is used up. */
static bool has_room(struct ring *r, size_t len)
{
	if (r->written + len - r->seen_head <= r->size)
		return true;
	r->seen_head = atomic_load_explicit(&r->head, memory_order_acquire);
	return r->written + len - r->seen_head <= r->size;
}

void *ring_reserve(struct ring *r, size_t len)
{
	size_t size = record_size(len);
	size_t to_end = r->size - (r->written & (r->size - 1));

	assert(len <= ring_largest_record(r));
	r->skip = size > to_end ? to_end : 0;
	if (!has_room(r, r->skip + size))
		return NULL;
	r->reserved_len = len;
	return header_at(r, r->written + r->skip) + 1;
}

void ring_commit(struct ring *r, size_t len)
{
	assert(len <= r->reserved_len);
	if (r->skip > 0) {
		/* Always room for a header: positions and the size are multiples of eight. */
		header_at(r, r->written)->len = RING_WRAP;
		r->written += r->skip;
		r->skip = 0;
	}
	header_at(r, r->written)->len = (uint32_t)len;
	r->written += record_size(len);
	r->reserved_len = 0;
}

void ring_publish(struct ring *r)
{
	atomic_store_explicit(&r->tail, r->written, memory_order_release);
}

/* Whether there is a record at `at`, where one may begin. */
static bool is_published(struct ring *r, size_t at)
{
	if (at == r->seen_tail)
		r->seen_tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	return at != r->seen_tail;
}

/* A wrap is never published without the record after it, which stands at the memory's beginning. */
static size_t skip_wrap(const struct ring *r, size_t at)
{
	return header_at(r, at)->len == RING_WRAP ? at + r->size - (at & (r->size - 1)) : at;
}

const void *ring_look(struct ring *r, size_t *position, size_t *len)
{
	size_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	size_t at = head + *position;

	if (!is_published(r, at))
		return NULL;
	at = skip_wrap(r, at);
	*len = header_at(r, at)->len;
	/* Small ones lie in the cache of the producer's processor; none is fetched that may still be written at. */
	if (r->seen_tail - at > 2 * RING_AHEAD && *len < RING_AHEAD)
		mem_fetch(header_at(r, at + RING_AHEAD), record_size(*len));
	*position = at + record_size(*len) - head;
	return header_at(r, at) + 1;
}

const void *ring_peek(struct ring *r, size_t *len)
{
	size_t position = 0;

	return ring_look(r, &position, len);
}

void ring_pop_seen(struct ring *r, size_t position)
{
	size_t head = atomic_load_explicit(&r->head, memory_order_relaxed);

	atomic_store_explicit(&r->head, head + position, memory_order_release);
}

void ring_pop(struct ring *r)
{
	size_t head = atomic_load_explicit(&r->head, memory_order_relaxed);

	assert(head != r->seen_tail);
	head = skip_wrap(r, head);
	head += record_size(header_at(r, head)->len);
	atomic_store_explicit(&r->head, head, memory_order_release);
}

size_t ring_used(const struct ring *r)
{
	/* The head first: it only grows, and never past a tail that is read after it. */
	size_t head = atomic_load_explicit(&r->head, memory_order_acquire);
	size_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);

	return tail - head;
}
