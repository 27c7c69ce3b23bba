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
};

/* A piece of the spool. Its bytes start at its number times PIECE_SIZE. */
struct piece {
	uint8_t *bytes; /* NULL once given back */
	uint32_t used;
	uint64_t holds;
};

struct store {
	struct slice mapped[STORE_SOURCES_MAX];
	int spool_fd; /* -1 until something is spooled */
	struct piece *pieces;
	size_t piece_count;
	size_t piece_cap;
	size_t pieces_live;
};

struct store *store_new(void)
{
	struct store *s = mem_zalloc(sizeof(*s));

	s->spool_fd = -1;
	return s;
}

void store_free(struct store *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->piece_count; i++)
		if (s->pieces[i].bytes != NULL)
			munmap(s->pieces[i].bytes, PIECE_SIZE);
	if (s->spool_fd >= 0)
		close(s->spool_fd);
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

/* Adds a piece whose room on the disk is sure, so that writing to it cannot fail later. */
static bool add_piece(struct store *s, struct error *err)
{
	const char *folder = "";
	off_t start = (off_t)s->piece_count * PIECE_SIZE;
	int refused;
	void *bytes;

	if (s->spool_fd < 0 && (s->spool_fd = open_spool(&folder)) < 0)
		return error_set(err, "cannot make a spool file in %s: %s; set TMPDIR to a writable directory", folder,
				 strerror(errno));
	refused = posix_fallocate(s->spool_fd, start, PIECE_SIZE);
	if (refused != 0)
		return error_set(err, "spool file: %s; packets are no longer kept (free space or set TMPDIR)",
				 strerror(refused));
	bytes = mmap(NULL, PIECE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, s->spool_fd, start);
	if (bytes == MAP_FAILED)
		return error_set(err, "spool file: %s", strerror(errno));
	s->pieces = mem_grow(s->pieces, &s->piece_cap, s->piece_count + 1, sizeof(*s->pieces));
	s->pieces[s->piece_count++] = (struct piece){.bytes = bytes};
	s->pieces_live++;
	return true;
}

static void give_back(struct store *s, size_t number)
{
	struct piece *p = &s->pieces[number];

	munmap(p->bytes, PIECE_SIZE);
	p->bytes = NULL;
	s->pieces_live--;
	fallocate(s->spool_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)number * PIECE_SIZE, PIECE_SIZE);
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
	return add_piece(s, err) ? &s->pieces[s->piece_count - 1] : NULL;
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
		return STORE_NOWHERE;
	memcpy(p->bytes + p->used, bytes.data, bytes.len);
	place = place_of(SPOOL, (uint64_t)(p - s->pieces) * PIECE_SIZE + p->used);
	p->used += (uint32_t)bytes.len;
	p->holds++;
	return place;
}

struct slice store_bytes(const struct store *s, uint64_t place, size_t len)
{
	uint64_t offset = offset_of(place);
	const struct piece *p;

	if (place == STORE_NOWHERE)
		return slice_of(NULL, 0);
	if (source_of(place) != SPOOL)
		return slice_sub(s->mapped[source_of(place)], (size_t)offset, len);
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
	return (uint64_t)s->pieces_live * PIECE_SIZE;
}
