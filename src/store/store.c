#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	PIECE_BITS = 24,
	PIECE_SIZE = 1 << PIECE_BITS,
	SOURCE_BITS = 8,
	OFFSET_BITS = 64 - SOURCE_BITS,
	SPOOL = STORE_SOURCES_MAX,
	PASSING,
	PASSING_SIZE = 1 << 24,
	RETRY_BYTES = 1 << 22, /* how much passes before a disk that refused is asked again */
};

/* A piece of the spool. Its bytes start at its number times PIECE_SIZE. */
struct piece {
	uint8_t *bytes; /* NULL once given back */
	uint32_t used;
	uint64_t holds;
	bool is_memory; /* the disk refused */
};

/* What found no room: the last bytes, each until others need its place. */
struct passing {
	uint8_t *bytes; /* NULL until it is needed */
	uint64_t end;	/* bytes that went through, those skipped at the end of a round included */
};

struct store {
	struct slice mapped[STORE_SOURCES_MAX];
	const atomic_size_t *intact[STORE_SOURCES_MAX]; /* NULL: the bytes never change */
	unsigned int source_count;			/* beyond the last one mapped */
	struct store_watch watch;
	int spool_fd; /* -1 until something is spooled */
	struct piece *pieces;
	size_t piece_count;
	size_t piece_cap;
	size_t pieces_live;
	size_t pieces_in_memory;
	uint64_t memory_limit;
	struct passing passing;
	bool is_full;	   /* there was no room for the last piece, and none was given back since */
	uint64_t retry_at; /* bytes that passed */
	bool is_refusal_told;
};

/* Made in advance, for one store after the other. */
static struct {
	int fd;
	bool is_there;
	bool is_taken;
} prepared;

struct store *store_new(void)
{
	struct store *s = mem_zalloc(sizeof(*s));

	s->spool_fd = -1;
	return s;
}

static void free_bytes(struct piece *p)
{
	if (p->is_memory)
		free(p->bytes);
	else if (p->bytes != NULL)
		munmap(p->bytes, PIECE_SIZE);
	p->bytes = NULL;
}

/* The next store finds it empty. */
static void close_spool(int fd)
{
	if (!prepared.is_there || fd != prepared.fd)
		close(fd);
	else if (ftruncate(fd, 0) == 0)
		prepared.is_taken = false;
}

void store_free(struct store *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->piece_count; i++)
		free_bytes(&s->pieces[i]);
	free(s->passing.bytes);
	if (s->spool_fd >= 0)
		close_spool(s->spool_fd);
	free(s->pieces);
	free(s);
}

static uint64_t place_of(unsigned int source, uint64_t offset)
{
	return (uint64_t)source << OFFSET_BITS | offset;
}

static unsigned int source_of(uint64_t place)
{
	return (unsigned int)(place >> OFFSET_BITS);
}

static uint64_t offset_of(uint64_t place)
{
	return place & ((UINT64_C(1) << OFFSET_BITS) - 1);
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
	s->memory_limit = limit;
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

/* An unlinked file that only this process can reach: what was captured is nobody else's business. */
static int open_spool(const char **folder)
{
	char name[4096];
	int fd;

	*folder = getenv("TMPDIR");
	if (*folder == NULL || **folder == '\0')
		*folder = "/var/tmp";
	fd = open(*folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	if (snprintf(name, sizeof(name), "%s/mailtap-XXXXXX", *folder) >= (int)sizeof(name))
		return -1;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	return fd;
}

void store_prepare(void)
{
	const char *folder;

	prepared.fd = open_spool(&folder);
	prepared.is_there = prepared.fd >= 0;
}

static int take_spool(const char **folder)
{
	if (!prepared.is_there || prepared.is_taken)
		return open_spool(folder);
	prepared.is_taken = true;
	return prepared.fd;
}

/* The bytes of a new piece, whose room on the disk is sure: writing to it cannot fail later. */
static uint8_t *map_on_disk(struct store *s, struct error *err)
{
	const char *folder = "";
	off_t start = (off_t)s->piece_count * PIECE_SIZE;
	int refused;
	void *bytes;

	if (s->spool_fd < 0 && (s->spool_fd = take_spool(&folder)) < 0) {
		error_set(err, "cannot make a spool file in %s: %s", folder, strerror(errno));
		return NULL;
	}
	refused = posix_fallocate(s->spool_fd, start, PIECE_SIZE);
	if (refused != 0) {
		error_set(err, "spool file: %s", strerror(refused));
		return NULL;
	}
	bytes = mmap(NULL, PIECE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, s->spool_fd, start);
	if (bytes != MAP_FAILED)
		return bytes;
	error_set(err, "spool file: %s", strerror(errno));
	return NULL;
}

static void tell_refusal(struct store *s, const struct error *cause, struct error *err)
{
	if (s->is_refusal_told)
		return;
	s->is_refusal_told = true;
	error_set(err,
		  "%.300s; packets are kept in memory, at most %llu MiB, and what does not fit is missing later: free "
		  "space, or set TMPDIR to a writable directory",
		  cause->text, (unsigned long long)(s->memory_limit >> 20));
}

/* Memory serves while the disk refuses. */
static bool add_piece(struct store *s, struct error *err)
{
	struct error cause;
	uint8_t *bytes = map_on_disk(s, &cause);
	bool is_memory = bytes == NULL;

	if (is_memory)
		tell_refusal(s, &cause, err);
	s->is_full = is_memory && (s->pieces_in_memory + 1) * (uint64_t)PIECE_SIZE > s->memory_limit;
	s->retry_at = s->passing.end + RETRY_BYTES;
	if (s->is_full)
		return false;
	if (is_memory)
		bytes = mem_alloc(PIECE_SIZE);
	s->pieces = mem_grow(s->pieces, &s->piece_cap, s->piece_count + 1, sizeof(*s->pieces));
	s->pieces[s->piece_count++] = (struct piece){.bytes = bytes, .is_memory = is_memory};
	s->pieces_live++;
	s->pieces_in_memory += is_memory;
	return true;
}

static void give_back(struct store *s, size_t number)
{
	struct piece *p = &s->pieces[number];

	free_bytes(p);
	s->pieces_live--;
	s->is_full = false;
	if (p->is_memory)
		s->pieces_in_memory--;
	else
		fallocate(s->spool_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)number * PIECE_SIZE,
			  PIECE_SIZE);
}

/* The piece being filled, with room for `len` bytes; NULL when the disk refuses. */
static struct piece *piece_with_room(struct store *s, size_t len, struct error *err)
{
	struct piece *last = s->piece_count > 0 ? &s->pieces[s->piece_count - 1] : NULL;

	if (last != NULL && last->bytes != NULL && PIECE_SIZE - last->used >= len)
		return last;
	if (last != NULL && last->bytes != NULL && last->holds == 0) {
		last->used = 0; /* nobody needs what is in it: fill it again */
		return last;
	}
	if (s->is_full && s->passing.end < s->retry_at)
		return NULL;
	return add_piece(s, err) ? &s->pieces[s->piece_count - 1] : NULL;
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
	return place_of(PASSING, begin);
}

uint64_t store_spool(struct store *s, struct slice bytes, struct error *err)
{
	struct piece *p;
	uint64_t place;

	assert(bytes.len <= PIECE_SIZE);
	if (bytes.len == 0)
		return STORE_NOWHERE;
	p = piece_with_room(s, bytes.len, err);
	if (p == NULL)
		return pass(s, bytes);
	memcpy(p->bytes + p->used, bytes.data, bytes.len);
	place = place_of(SPOOL, (uint64_t)(p - s->pieces) * PIECE_SIZE + p->used);
	p->used += (uint32_t)bytes.len;
	p->holds++;
	return place;
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
		return s->passing.end - offset <= PASSING_SIZE;
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

struct slice store_bytes(const struct store *s, uint64_t place, size_t len)
{
	uint64_t offset = offset_of(place);
	const struct piece *p;

	if (source_of(place) < STORE_SOURCES_MAX)
		return slice_sub(slice_of(s->mapped[source_of(place)].data, intact_len(s, source_of(place))),
				 (size_t)offset, len);
	if (place == STORE_NOWHERE)
		return slice_of(NULL, 0);
	if (source_of(place) == PASSING)
		return store_has(s, place, len) ? slice_of(s->passing.bytes + offset % PASSING_SIZE, len)
						: slice_of(NULL, 0);
	p = &s->pieces[offset >> PIECE_BITS];
	assert(p->bytes != NULL);
	return slice_of(p->bytes + (offset & (PIECE_SIZE - 1)), len);
}

static struct piece *piece_of(const struct store *s, uint64_t place)
{
	if (place == STORE_NOWHERE || source_of(place) != SPOOL)
		return NULL;
	return &s->pieces[offset_of(place) >> PIECE_BITS];
}

void store_hold(struct store *s, uint64_t place)
{
	struct piece *p = piece_of(s, place);

	if (p != NULL)
		p->holds++;
}

void store_release(struct store *s, uint64_t place)
{
	struct piece *p = piece_of(s, place);

	if (p == NULL)
		return;
	assert(p->holds > 0);
	if (--p->holds == 0 && p != &s->pieces[s->piece_count - 1])
		give_back(s, (size_t)(p - s->pieces));
}

uint64_t store_spool_bytes(const struct store *s)
{
	return (uint64_t)(s->pieces_live - s->pieces_in_memory) * PIECE_SIZE;
}

uint64_t store_memory_bytes(const struct store *s)
{
	return (uint64_t)s->pieces_in_memory * PIECE_SIZE;
}

bool store_is_full(const struct store *s)
{
	return s->is_full;
}
