#include "store/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/spool.h"

enum {
	SOURCE_BITS = 8,
	OFFSET_BITS = 48,
	SPOOL = STORE_SOURCES_MAX,
	PASSING,
	PASSING_SIZE = 1 << 24,
	LANE_PAGES_MAX = 16,
};

#define OFFSET_MASK ((UINT64_C(1) << OFFSET_BITS) - 1)

_Static_assert(STORE_NOWHERE == (UINT64_C(1) << (SOURCE_BITS + OFFSET_BITS)) - 1, "no source reaches it");
_Static_assert(PASSING + 1 < 1 << SOURCE_BITS, "nor the last source of all");
_Static_assert((int)SPOOL_OFFSET_BITS <= (int)OFFSET_BITS, "an offset in the spool is a part of its place");

/* What found no room: the last bytes, each until others need its place. */
struct passing {
	uint8_t *bytes; /* NULL until it is needed */
	uint64_t end;	/* bytes that went through, those skipped at the end of a round included; a place has 48 bits
			 * of that */
};

struct store {
	struct slice mapped[STORE_SOURCES_MAX];
	const atomic_size_t *intact[STORE_SOURCES_MAX]; /* NULL: the bytes never change */
	unsigned int source_count;			/* beyond the last one mapped */
	struct store_watch watch;
	struct spool *spool;
	struct passing passing;
};

struct store *store_new(void)
{
	struct store *s = mem_zalloc(sizeof(*s));

	s->spool = spool_new();
	return s;
}

void store_free(struct store *s)
{
	if (s == NULL)
		return;
	free(s->passing.bytes);
	spool_free(s->spool);
	free(s);
}

static uint64_t place_of(unsigned int source, uint64_t offset)
{
	assert(offset <= OFFSET_MASK);
	return (uint64_t)source << OFFSET_BITS | offset;
}

static unsigned int source_of(uint64_t place)
{
	return (unsigned int)(place >> OFFSET_BITS);
}

static uint64_t offset_of(uint64_t place)
{
	return place & OFFSET_MASK;
}

void store_map(struct store *s, unsigned int number, struct slice mapping)
{
	assert(number < STORE_SOURCES_MAX);
	s->mapped[number] = mapping;
	if (number >= s->source_count)
		s->source_count = number + 1;
}

void store_watch(struct store *s, unsigned int number, const atomic_size_t *intact, const struct store_watch *watch)
{
	assert(number < STORE_SOURCES_MAX);
	s->intact[number] = intact;
	s->watch = *watch;
}

void store_set_memory(struct store *s, uint64_t limit)
{
	spool_set_memory(s->spool, limit);
}

void store_prepare(void)
{
	spool_prepare();
}

uint64_t store_mapped_place(unsigned int number, int64_t offset)
{
	assert(number < STORE_SOURCES_MAX && offset >= 0);
	return place_of(number, (uint64_t)offset);
}

uint64_t store_place_after(uint64_t place, size_t len)
{
	return place == STORE_NOWHERE ? place : place + len;
}

/* A place until PASSING_SIZE more bytes have passed. */
static uint64_t pass(struct store *s, struct slice bytes)
{
	struct passing *p = &s->passing;
	uint64_t begin;

	if (p->bytes == NULL)
		p->bytes = mem_alloc(PASSING_SIZE);
	if (p->end % PASSING_SIZE + bytes.len > PASSING_SIZE)
		p->end += PASSING_SIZE - p->end % PASSING_SIZE;
	begin = p->end;
	memcpy(p->bytes + begin % PASSING_SIZE, bytes.data, bytes.len);
	p->end += bytes.len;
	return place_of(PASSING, begin & OFFSET_MASK);
}

/* The lane's run is full: nobody needs what is in it, so that it is filled again, or it gets another, twice as long. */
static bool renew_lane(struct store *s, struct store_lane *lane, size_t len, struct error *err)
{
	size_t least = (len + SPOOL_PAGE - 1) / SPOOL_PAGE;
	size_t pages = least > lane->pages ? least : lane->pages;

	if (lane->has_run && spool_holds(s->spool, lane->at) == 1 && spool_run_len(s->spool, lane->at) >= len) {
		lane->left = (uint32_t)spool_run_len(s->spool, lane->at);
		lane->at = spool_run_begin(s->spool, lane->at);
		return true;
	}
	store_end_lane(s, lane);
	lane->at = spool_take(s->spool, least, pages > 0 ? pages : 1, err);
	lane->has_run = lane->at != SPOOL_NO_ROOM;
	if (!lane->has_run)
		return false;
	lane->left = (uint32_t)spool_run_len(s->spool, lane->at);
	if (!lane->is_shared && lane->pages < LANE_PAGES_MAX)
		lane->pages = (uint16_t)(lane->pages == 0 ? 2 : 2 * lane->pages);
	return true;
}

uint64_t store_spool(struct store *s, struct store_lane *lane, struct slice bytes, struct error *err)
{
	uint64_t at;

	assert(bytes.len <= SPOOL_PIECE);
	if (bytes.len == 0)
		return STORE_NOWHERE;
	if (lane->left < bytes.len && !renew_lane(s, lane, bytes.len, err))
		return pass(s, bytes);
	at = lane->at;
	memcpy(spool_bytes(s->spool, at), bytes.data, bytes.len);
	spool_hold(s->spool, at);
	lane->left -= (uint32_t)bytes.len;
	lane->at += lane->left > 0 ? bytes.len : 0; /* never beyond the run */
	return place_of(SPOOL, at);
}

void store_end_lane(struct store *s, struct store_lane *lane)
{
	if (lane->has_run)
		spool_release(s->spool, lane->at);
	lane->has_run = false;
	lane->left = 0;
}

static size_t intact_len(const struct store *s, unsigned int number)
{
	size_t len = s->mapped[number].len;
	size_t intact = s->intact[number] != NULL ? atomic_load_explicit(s->intact[number], memory_order_relaxed) : len;

	return intact < len ? intact : len;
}

bool store_has(const struct store *s, uint64_t place, size_t len)
{
	uint64_t offset = offset_of(place);

	if (place == STORE_NOWHERE)
		return false;
	if (source_of(place) == SPOOL)
		return true;
	if (source_of(place) == PASSING)
		return ((s->passing.end - offset) & OFFSET_MASK) <= PASSING_SIZE;
	return offset + len <= intact_len(s, source_of(place));
}

bool store_is_lasting(uint64_t place)
{
	return source_of(place) != PASSING || place == STORE_NOWHERE;
}

void store_look(const struct store *s, uint64_t place)
{
	unsigned int number = source_of(place);

	if (number < STORE_SOURCES_MAX && s->intact[number] != NULL)
		s->watch.look(s->watch.ctx, number);
}

bool store_is_changed(const struct store *s)
{
	for (unsigned int i = 0; i < s->source_count; i++)
		if (intact_len(s, i) < s->mapped[i].len)
			return true;
	return false;
}

/* Kept apart from the common case, which is asked for several times a packet. */
__attribute__((noinline)) static struct slice unmapped_bytes(const struct store *s, uint64_t place, size_t len)
{
	uint64_t offset = offset_of(place);

	if (place == STORE_NOWHERE)
		return slice_of(NULL, 0);
	if (source_of(place) == PASSING)
		return store_has(s, place, len) ? slice_of(s->passing.bytes + offset % PASSING_SIZE, len)
						: slice_of(NULL, 0);
	return slice_of(spool_bytes(s->spool, offset), len);
}

struct slice store_bytes(const struct store *s, uint64_t place, size_t len)
{
	if (source_of(place) < STORE_SOURCES_MAX)
		return slice_sub(slice_of(s->mapped[source_of(place)].data, intact_len(s, source_of(place))),
				 (size_t)offset_of(place), len);
	return unmapped_bytes(s, place, len);
}

bool store_is_spooled(uint64_t place)
{
	return place != STORE_NOWHERE && source_of(place) == SPOOL;
}

void store_hold(struct store *s, uint64_t place)
{
	if (store_is_spooled(place))
		spool_hold(s->spool, offset_of(place));
}

void store_release(struct store *s, uint64_t place)
{
	if (store_is_spooled(place))
		spool_release(s->spool, offset_of(place));
}

uint64_t store_spool_bytes(const struct store *s)
{
	return spool_disk_bytes(s->spool);
}

uint64_t store_memory_bytes(const struct store *s)
{
	return spool_memory_bytes(s->spool);
}

bool store_is_full(const struct store *s)
{
	return spool_is_full(s->spool);
}
