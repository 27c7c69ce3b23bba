#include "flow/extents.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	FIRST_CAP = 1, /* of the many connections open at once most say little, and are read at once */
};

void extents_fini(struct extents *x)
{
	free(x->items);
	*x = (struct extents){0};
}

void extents_append(struct extents *x, const struct extent *e)
{
	size_t cap = x->cap;

	assert(e->offset == x->end || (x->end == 0 && x->count == 0));
	x->end = e->offset + e->len;
	x->items = mem_grow_from(x->items, &cap, x->count + (size_t)1, sizeof(*x->items), FIRST_CAP);
	assert(cap <= UINT32_MAX);
	x->cap = (uint32_t)cap;
	x->items[x->count++] = *e;
}

void extents_append_run(struct extents *x, const struct extent *e, uint64_t len)
{
	struct extent part = *e;

	assert(!extent_is_here(e));
	for (uint64_t left = len; left > 0; left -= part.len) {
		part.len = (left < EXTENT_LEN_MAX ? left : EXTENT_LEN_MAX) & EXTENT_LEN_MAX;
		extents_append(x, &part);
		part.offset += part.len;
	}
}

/* Only one that has no room for more goes on in the next. */
static bool goes_on(const struct extent *e, const struct extent *next)
{
	return e->len == EXTENT_LEN_MAX && !extent_is_here(e) && next->place == e->place && next->packet == e->packet &&
	       next->time_ns == e->time_ns;
}

size_t extents_run_end(const struct extents *x, size_t at)
{
	assert(at < x->count);
	for (at++; at < x->count && goes_on(&x->items[at - 1], &x->items[at]);)
		at++;
	return at;
}

uint64_t extents_run_len(const struct extents *x, size_t at)
{
	const struct extent *last = &x->items[extents_run_end(x, at) - 1];

	return last->offset + last->len - x->items[at].offset;
}

static bool ends_after(const struct extent *e, uint64_t offset)
{
	return e->offset + e->len > offset;
}

uint64_t extents_held(const struct extents *x)
{
	return x->forgotten < x->count ? x->end - x->items[x->forgotten].offset : 0;
}

size_t extents_find(const struct extents *x, uint64_t offset)
{
	size_t high = x->count;
	size_t low = x->forgotten;
	size_t stride = 1;

	if (high > low && x->items[high - 1].offset <= offset)
		return offset < x->end ? high - 1 : high;
	/* most look-ups are for what has just arrived: look there, then gallop back from the end, then halve */
	while (high - low > stride && ends_after(&x->items[high - stride], offset)) {
		high -= stride;
		stride *= 2;
	}
	if (high - low > stride)
		low = high - stride;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ends_after(&x->items[middle], offset))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

size_t extents_find_packet(const struct extents *x, size_t low, uint64_t packet)
{
	size_t high = x->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (x->items[middle].packet < packet)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void extents_forget(struct extents *x, uint64_t offset, extents_drop *drop, void *ctx)
{
	while (x->forgotten < x->count && !ends_after(&x->items[x->forgotten], offset)) {
		if (drop != NULL)
			drop(ctx, &x->items[x->forgotten]);
		x->forgotten++;
	}
	if (x->forgotten == 0 || (x->forgotten < x->count && (x->forgotten * 2 < x->count || x->forgotten < 8)))
		return;
	assert(x->forgotten <= x->count);
	x->count -= x->forgotten;
	memmove(x->items, x->items + x->forgotten, x->count * sizeof(*x->items));
	x->forgotten = 0;
}
