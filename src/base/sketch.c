#include "base/sketch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	PART_BITS = 6, /* a power of two has 64 buckets */
	PARTS = 1 << PART_BITS,
};

#define COUNT_MASK ((UINT64_C(1) << 48) - 1)

/* ---- numbers and buckets ---- */

_Static_assert(SKETCH_VALUE_MAX < UINT64_C(1) << (PART_BITS + SKETCH_BUCKETS / PARTS - 1), "it has a bucket");

static unsigned int octave_of(uint64_t value)
{
	return value < PARTS ? 0 : (unsigned int)(63 - __builtin_clzll(value)) - PART_BITS;
}

static uint16_t bucket_of(uint64_t value)
{
	unsigned int octave = octave_of(value);

	return (uint16_t)((octave << PART_BITS) + (value >> octave));
}

/* The smallest number in it, and how many there are. */
static uint64_t begin_of(uint16_t bucket, uint64_t *width)
{
	unsigned int octave = bucket < 2 * PARTS ? 0 : (bucket >> PART_BITS) - 1U;

	*width = UINT64_C(1) << octave;
	return (uint64_t)(bucket - (octave << PART_BITS)) << octave;
}

static uint64_t middle_of(uint16_t bucket)
{
	uint64_t width;
	uint64_t begin = begin_of(bucket, &width);

	return begin + width / 2;
}

/* ---- the list ---- */

void sketch_fini(struct sketch *s)
{
	free(s->buckets);
	*s = (struct sketch){.buckets = NULL};
}

void sketch_clear(struct sketch *s)
{
	s->count = 0;
	s->total = s->max = 0;
}

/* The place of the first that is not below `number`. */
static size_t place_of(const struct sketch *s, uint16_t number)
{
	size_t low = 0;
	size_t high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->buckets[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void insert(struct sketch *s, size_t at, uint16_t number)
{
	s->buckets = mem_grow(s->buckets, &s->cap, s->count + 1, sizeof(*s->buckets));
	memmove(s->buckets + at + 1, s->buckets + at, (s->count - at) * sizeof(*s->buckets));
	s->buckets[at] = (struct sketch_bucket){.number = number};
	s->count++;
}

static void raise_count(struct sketch_bucket *b, uint64_t count)
{
	b->count = (b->count + count) & COUNT_MASK;
}

/* Merges the lowest until there is room for one more. */
static void make_room(struct sketch *s, size_t most)
{
	size_t gone = s->count - (most - 1);
	uint64_t count = 0;

	for (size_t i = 0; i < gone; i++)
		count += s->buckets[i].count;
	s->count -= gone;
	memmove(s->buckets, s->buckets + gone, s->count * sizeof(*s->buckets));
	raise_count(&s->buckets[0], count);
}

static void add_to_bucket(struct sketch *s, uint16_t number, uint64_t count, size_t most)
{
	size_t at = place_of(s, number);

	if (at < s->count && s->buckets[at].number == number) {
		raise_count(&s->buckets[at], count);
		return;
	}
	if (s->count >= most && at > 0) {
		make_room(s, most);
		at = place_of(s, number);
	}
	if (s->count >= most - 1 && at == 0 && s->count > 0) { /* it would be merged next */
		raise_count(&s->buckets[0], count);
		return;
	}
	insert(s, at, number);
	raise_count(&s->buckets[at], count);
}

void sketch_add(struct sketch *s, uint64_t value, size_t most)
{
	assert(most >= 2);
	value = value < SKETCH_VALUE_MAX ? value : SKETCH_VALUE_MAX;
	add_to_bucket(s, bucket_of(value), 1, most);
	s->total++;
	s->max = value > s->max ? value : s->max;
}

void sketch_merge(struct sketch *s, const struct sketch *from, size_t most)
{
	assert(most >= 2);
	if (s->count == 0 && from->count > 0 && from->count <= most) { /* often: room for no more than that */
		s->buckets = mem_grow_from(s->buckets, &s->cap, from->count, sizeof(*s->buckets), from->count);
		s->count = from->count;
		memcpy(s->buckets, from->buckets, from->count * sizeof(*s->buckets));
		s->total = from->total;
		s->max = from->max;
		return;
	}
	for (size_t i = from->count; i-- > 0;) /* the lowest last: they are what may be merged */
		add_to_bucket(s, from->buckets[i].number, from->buckets[i].count, most);
	s->total += from->total;
	s->max = from->max > s->max ? from->max : s->max;
}

/* ---- what it says ---- */

uint64_t sketch_quantile(const struct sketch *s, unsigned int percent)
{
	uint64_t rank = (s->total / 100) * percent + (s->total % 100 * percent + 99) / 100;
	uint64_t seen = 0;

	for (size_t i = 0; i < s->count; i++) {
		uint64_t middle = middle_of(s->buckets[i].number);

		seen += s->buckets[i].count;
		if (seen >= rank)
			return middle < s->max ? middle : s->max;
	}
	return s->max;
}

uint64_t sketch_between(const struct sketch *s, uint64_t low, uint64_t high)
{
	uint64_t count = 0;
	uint64_t width;

	for (size_t i = 0; i < s->count; i++) {
		uint64_t begin = begin_of(s->buckets[i].number, &width);

		if (begin >= low && begin < high)
			count += s->buckets[i].count;
	}
	return count;
}

size_t sketch_memory(const struct sketch *s)
{
	return s->cap * sizeof(*s->buckets);
}
