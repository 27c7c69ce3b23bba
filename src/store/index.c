#include "store/index.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pages.h"
#include "common/place.h"
#include "store/store.h"

enum {
	CHUNK_BITS = 16,
	CHUNK_ROWS = 1 << CHUNK_BITS,
	WORD_BITS = 64,
	LINKS_MAX = 255,
};

_Static_assert(sizeof(struct index_row) == 32, "of each packet 32 bytes are kept, see index.h");

/* Rows in slots. The newest chunk has a slot for each number; one that few rows are left of has slots for these alone,
 * and tells their numbers. */
struct chunk {
	struct index_row *rows;
	uint64_t *live;	   /* a bit for each slot: whether its row is there */
	uint16_t *numbers; /* of the slots, within the chunk, rising; NULL: a slot's number is its place */
	uint32_t slot_count;
	uint32_t live_count;
};

struct index {
	struct chunk **chunks; /* NULL where no row is */
	size_t first;	       /* number of the first of them: all before are gone */
	size_t chunk_count;
	size_t chunk_cap;
	uint64_t last;
	uint64_t count;
	uint64_t bytes; /* of chunks */
	struct index_link links[LINKS_MAX];
	uint8_t link_count;
	uint8_t latest_link;
};

struct index *index_new(void)
{
	return mem_zalloc(sizeof(struct index));
}

/* ---- a chunk ---- */

static size_t word_count(uint32_t slots)
{
	return (slots + WORD_BITS - 1) / WORD_BITS;
}

static uint64_t chunk_bytes(const struct chunk *c)
{
	uint64_t number_size = c->numbers != NULL ? sizeof(*c->numbers) : 0;

	return sizeof(*c) + word_count(c->slot_count) * sizeof(*c->live) +
	       c->slot_count * (sizeof(*c->rows) + number_size);
}

static struct chunk *new_chunk(void)
{
	struct chunk *c = mem_zalloc(sizeof(*c));

	c->slot_count = CHUNK_ROWS;
	c->rows = pages_take(CHUNK_ROWS * sizeof(*c->rows));
	c->live = mem_zalloc(word_count(CHUNK_ROWS) * sizeof(*c->live));
	return c;
}

static void free_rows(struct chunk *c)
{
	if (c->numbers == NULL)
		pages_give(c->rows, CHUNK_ROWS * sizeof(*c->rows));
	else
		free(c->rows);
	free(c->numbers);
	free(c->live);
}

static bool is_live(const struct chunk *c, uint32_t slot)
{
	return c->live[slot / WORD_BITS] >> slot % WORD_BITS & 1;
}

/* The first slot whose number is not below `number`. */
static uint32_t slot_from(const struct chunk *c, uint32_t number)
{
	uint32_t low = 0;
	uint32_t high = c->slot_count;

	if (c->numbers == NULL)
		return number;
	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (c->numbers[middle] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* UINT32_MAX: that row is not there. */
static uint32_t slot_of(const struct chunk *c, uint32_t number)
{
	uint32_t slot = slot_from(c, number);

	if (slot == c->slot_count || (c->numbers != NULL && c->numbers[slot] != number) || !is_live(c, slot))
		return UINT32_MAX;
	return slot;
}

static uint32_t number_of(const struct chunk *c, uint32_t slot)
{
	return c->numbers != NULL ? c->numbers[slot] : slot;
}

static uint32_t bit_count(uint64_t word)
{
	return (uint32_t)__builtin_popcountll(word);
}

/* Rows before a slot. */
static uint32_t live_before(const struct chunk *c, uint32_t slot)
{
	uint32_t count = 0;

	for (uint32_t word = 0; word < slot / WORD_BITS; word++)
		count += bit_count(c->live[word]);
	if (slot % WORD_BITS > 0)
		count += bit_count(c->live[slot / WORD_BITS] << (WORD_BITS - slot % WORD_BITS));
	return count;
}

/* The slot of the row that has `before` others before it; there must be one. */
static uint32_t nth_live(const struct chunk *c, uint32_t before)
{
	uint32_t word = 0;
	uint64_t bits;

	assert(before < c->live_count);
	for (; before >= bit_count(c->live[word]); word++)
		before -= bit_count(c->live[word]);
	for (bits = c->live[word]; before > 0; before--)
		bits &= bits - 1;
	return word * WORD_BITS + (uint32_t)__builtin_ctzll(bits);
}

/* The first row from a slot on; UINT32_MAX: there is none. */
static uint32_t next_live(const struct chunk *c, uint32_t slot)
{
	while (slot < c->slot_count && !is_live(c, slot))
		slot++;
	return slot < c->slot_count ? slot : UINT32_MAX;
}

/* The rows that are there move together. */
static void pack(struct chunk *c)
{
	struct chunk packed = {.slot_count = c->live_count, .live_count = c->live_count};
	uint32_t to = 0;

	packed.rows = mem_alloc(packed.slot_count * sizeof(*packed.rows));
	packed.numbers = mem_alloc(packed.slot_count * sizeof(*packed.numbers));
	packed.live = mem_zalloc(word_count(packed.slot_count) * sizeof(*packed.live));
	for (uint32_t slot = 0; slot < c->slot_count; slot++) {
		if (!is_live(c, slot))
			continue;
		packed.rows[to] = c->rows[slot];
		packed.numbers[to] = (uint16_t)number_of(c, slot);
		packed.live[to / WORD_BITS] |= UINT64_C(1) << to % WORD_BITS;
		to++;
	}
	free_rows(c);
	*c = packed;
}

/* ---- all of them ---- */

void index_free(struct index *x)
{
	if (x == NULL)
		return;
	for (size_t i = 0; i < x->chunk_count; i++) {
		if (x->chunks[i] != NULL)
			free_rows(x->chunks[i]);
		free(x->chunks[i]);
	}
	free(x->chunks);
	free(x);
}

static uint32_t slot_in_chunk(uint64_t number)
{
	return number & (CHUNK_ROWS - 1);
}

/* NULL when no row of it is there. */
static struct chunk *chunk_of(const struct index *x, uint64_t number)
{
	size_t chunk = number >> CHUNK_BITS;

	return chunk >= x->first && chunk - x->first < x->chunk_count ? x->chunks[chunk - x->first] : NULL;
}

/* When half of the array is empty, the rest moves to its front. */
static void drop_front(struct index *x)
{
	size_t gone = 0;

	while (gone < x->chunk_count && x->chunks[gone] == NULL)
		gone++;
	if (gone < (x->chunk_count + 1) / 2)
		return;
	x->chunk_count -= gone;
	x->first += gone;
	memmove(x->chunks, x->chunks + gone, x->chunk_count * sizeof(struct chunk *));
}

/* A chunk that gets no more rows takes at most about twice the memory of those that are left. */
static void tighten(struct index *x, size_t at)
{
	struct chunk *c = x->chunks[at];

	if (c == NULL || c->live_count > c->slot_count / 2)
		return;
	x->bytes -= chunk_bytes(c);
	if (c->live_count > 0) {
		pack(c);
		x->bytes += chunk_bytes(c);
		return;
	}
	free_rows(c);
	free(c);
	x->chunks[at] = NULL;
	drop_front(x);
}

static void begin_chunk(struct index *x, size_t chunk)
{
	if (x->chunk_count > 0)
		tighten(x, x->chunk_count - 1);
	if (x->chunk_count == 0)
		x->first = chunk;
	x->chunks = mem_grow(x->chunks, &x->chunk_cap, chunk - x->first + 1, sizeof(struct chunk *));
	while (x->chunk_count <= chunk - x->first)
		x->chunks[x->chunk_count++] = NULL;
	x->chunks[chunk - x->first] = new_chunk();
	x->bytes += chunk_bytes(x->chunks[chunk - x->first]);
}

struct index_row *index_add(struct index *x, uint64_t number)
{
	uint32_t slot = slot_in_chunk(number);
	struct index_row *row;
	struct chunk *c;

	assert(number > x->last && number <= PACKET_NUMBER_MAX);
	if (x->last == 0 || number >> CHUNK_BITS != x->last >> CHUNK_BITS)
		begin_chunk(x, number >> CHUNK_BITS);
	x->last = number;
	x->count++;
	c = chunk_of(x, number);
	c->live_count++;
	c->live[slot / WORD_BITS] |= UINT64_C(1) << slot % WORD_BITS;
	row = &c->rows[slot];
	row->place = STORE_NOWHERE;
	return row;
}

struct index_row *index_get(const struct index *x, uint64_t number)
{
	struct chunk *c = chunk_of(x, number);
	uint32_t slot = c != NULL ? slot_of(c, slot_in_chunk(number)) : UINT32_MAX;

	return slot != UINT32_MAX ? &c->rows[slot] : NULL;
}

void index_drop(struct index *x, uint64_t number)
{
	struct chunk *c = chunk_of(x, number);
	uint32_t slot = c != NULL ? slot_of(c, slot_in_chunk(number)) : UINT32_MAX;

	assert(slot != UINT32_MAX);
	c->live[slot / WORD_BITS] &= ~(UINT64_C(1) << slot % WORD_BITS);
	c->live_count--;
	x->count--;
	if (number >> CHUNK_BITS != x->last >> CHUNK_BITS)
		tighten(x, (number >> CHUNK_BITS) - x->first);
}

uint64_t index_last(const struct index *x)
{
	return x->last;
}

uint64_t index_count(const struct index *x)
{
	return x->count;
}

uint64_t index_rank(const struct index *x, uint64_t number)
{
	const struct chunk *c = chunk_of(x, number);
	size_t chunk = number >> CHUNK_BITS;
	uint64_t rank = 0;

	for (size_t i = 0; i < x->chunk_count && x->first + i < chunk; i++)
		rank += x->chunks[i] != NULL ? x->chunks[i]->live_count : 0;
	return c != NULL ? rank + live_before(c, slot_from(c, slot_in_chunk(number))) : rank;
}

uint64_t index_at(const struct index *x, uint64_t rank)
{
	for (size_t i = 0; i < x->chunk_count; i++) {
		const struct chunk *c = x->chunks[i];
		uint32_t count = c != NULL ? c->live_count : 0;

		if (rank < count)
			return ((uint64_t)(x->first + i) << CHUNK_BITS) + number_of(c, nth_live(c, (uint32_t)rank));
		rank -= count;
	}
	return 0;
}

uint64_t index_next(const struct index *x, uint64_t number)
{
	size_t chunk = number >> CHUNK_BITS;
	size_t i = chunk > x->first ? chunk - x->first : 0;

	for (; i < x->chunk_count; i++) {
		const struct chunk *c = x->chunks[i];
		uint32_t slot = c == NULL		? UINT32_MAX
				: x->first + i == chunk ? next_live(c, slot_from(c, slot_in_chunk(number) + 1))
							: next_live(c, 0);

		if (slot != UINT32_MAX)
			return ((uint64_t)(x->first + i) << CHUNK_BITS) + number_of(c, slot);
	}
	return 0;
}

static bool is_same_link(const struct index_link *a, const struct index_link *b)
{
	return a->link_type == b->link_type && a->interface == b->interface && a->time_digits == b->time_digits;
}

/* Its number; the count of all: it is not there. */
static uint8_t find_link(const struct index *x, const struct index_link *link)
{
	uint8_t i = 0;

	while (i < x->link_count && !is_same_link(&x->links[i], link))
		i++;
	return i;
}

/* Mostly it is that of the packet before. */
uint8_t index_link(struct index *x, const struct index_link *link)
{
	struct index_link wanted = *link;

	if (x->latest_link < x->link_count && is_same_link(&x->links[x->latest_link], &wanted))
		return x->latest_link;
	x->latest_link = find_link(x, &wanted);
	if (x->latest_link == x->link_count && x->link_count >= INDEX_LINKS_NAMED) {
		wanted = (struct index_link){.link_type = link->link_type, .time_digits = 9};
		x->latest_link = find_link(x, &wanted);
	}
	if (x->latest_link == LINKS_MAX)
		return LINKS_MAX - 1;
	if (x->latest_link == x->link_count)
		x->links[x->link_count++] = wanted;
	return x->latest_link;
}

const struct index_link *index_link_of(const struct index *x, uint8_t link)
{
	assert(link < x->link_count);
	return &x->links[link];
}

int index_link_type(const struct index *x, uint8_t link)
{
	return index_link_of(x, link)->link_type;
}

uint8_t index_link_count(const struct index *x)
{
	return x->link_count;
}

/* The newest chunk counts as far as it is filled: a budget is not to be exceeded by 2 MiB all at once. */
uint64_t index_bytes(const struct index *x)
{
	uint64_t unfilled = x->last > 0 ? CHUNK_ROWS - 1 - (x->last & (CHUNK_ROWS - 1)) : 0;

	return x->bytes + x->chunk_cap * sizeof(struct chunk *) - unfilled * sizeof(struct index_row);
}
