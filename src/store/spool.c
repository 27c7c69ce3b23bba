#include "store/spool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	PAGES = SPOOL_PIECE / SPOOL_PAGE,
	WORD_PAGES = 64,
	TRIED_PIECES = 4,      /* for more pages than are needed */
	RETRY_BYTES = 1 << 22, /* what is refused before a disk that refused is asked again */
};

_Static_assert(PAGES <= UINT16_MAX, "pages have 16 bits");

/*
 * Length and holds of a run stand with its first page, and how often one began there: an offset of one round never fits
 * the next, but for every 256th. It is a part of what others know as the offset: round, piece, offset in it.
 */
struct run {
	uint32_t holds;
	uint16_t pages;
	uint8_t round;
};

enum {
	PIECE_BITS = 24,
	ROUND_BIT = 40,
	ROUND_BITS = 8,
};

_Static_assert(SPOOL_PIECE == 1 << PIECE_BITS && ROUND_BIT + ROUND_BITS == SPOOL_OFFSET_BITS, "the parts of an offset");

/* Its bytes start at its number times SPOOL_PIECE in the file. */
struct piece {
	uint8_t *bytes; /* NULL: it is free */
	bool is_memory; /* the disk refused */
	uint16_t used;	/* pages */
	uint16_t unmet; /* so many pages together were looked for in vain, and nothing was freed since; 0: none */
	uint64_t map[PAGES / WORD_PAGES]; /* a bit for each page in use */
	uint16_t begin[PAGES];		  /* of the run that the page belongs to */
	struct run runs[PAGES];
};

struct spool {
	int fd;		       /* -1 until something is spooled */
	struct piece **pieces; /* no more than the most that were used at once */
	size_t piece_count;
	size_t piece_cap;
	size_t filling;	    /* where the latest run was found */
	size_t file_pieces; /* how long the file is */
	size_t disk_pages;  /* in use */
	size_t memory_pieces;
	size_t empty_pieces; /* one is kept for what comes next */
	uint64_t memory_limit;
	uint64_t refused; /* bytes since the disk was asked */
	bool is_full;
	bool is_refusal_told;
};

/* Made in advance, for one spool after the other. */
static struct {
	int fd;
	bool is_there;
	bool is_taken;
} prepared;

struct spool *spool_new(void)
{
	struct spool *s = mem_zalloc(sizeof(*s));

	s->fd = -1;
	return s;
}

static void free_bytes(struct piece *p)
{
	if (p->is_memory)
		free(p->bytes);
	else if (p->bytes != NULL)
		munmap(p->bytes, SPOOL_PIECE);
	p->bytes = NULL;
}

/* The next one finds it empty. */
static void close_file(int fd)
{
	if (!prepared.is_there || fd != prepared.fd)
		close(fd);
	else if (ftruncate(fd, 0) == 0)
		prepared.is_taken = false;
}

void spool_free(struct spool *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->piece_count; i++) {
		free_bytes(s->pieces[i]);
		free(s->pieces[i]);
	}
	if (s->fd >= 0)
		close_file(s->fd);
	free(s->pieces);
	free(s);
}

void spool_set_memory(struct spool *s, uint64_t limit)
{
	s->memory_limit = limit;
}

/* ---- pieces ---- */

/* An unlinked file that only this process can reach: what was captured is nobody else's business. */
static int open_file(const char **folder)
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

void spool_prepare(void)
{
	const char *folder;

	prepared.fd = open_file(&folder);
	prepared.is_there = prepared.fd >= 0;
}

static int take_file(const char **folder)
{
	if (!prepared.is_there || prepared.is_taken)
		return open_file(folder);
	prepared.is_taken = true;
	return prepared.fd;
}

/* The bytes of a new piece, whose room on the disk is sure: writing to it cannot fail later. */
static uint8_t *map_on_disk(struct spool *s, size_t number, struct error *err)
{
	const char *folder = "";
	off_t start = (off_t)number * SPOOL_PIECE;
	int refused;
	void *bytes;

	if (s->fd < 0 && (s->fd = take_file(&folder)) < 0) {
		error_set(err, "cannot make a spool file in %s: %s", folder, strerror(errno));
		return NULL;
	}
	refused = posix_fallocate(s->fd, start, SPOOL_PIECE);
	if (refused != 0) {
		error_set(err, "spool file: %s", strerror(refused));
		return NULL;
	}
	if (number >= s->file_pieces)
		s->file_pieces = number + 1;
	bytes = mmap(NULL, SPOOL_PIECE, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, start);
	if (bytes != MAP_FAILED)
		return bytes;
	error_set(err, "spool file: %s", strerror(errno));
	return NULL;
}

static void tell_refusal(struct spool *s, const struct error *cause, struct error *err)
{
	if (s->is_refusal_told || err == NULL)
		return;
	s->is_refusal_told = true;
	error_set(err,
		  "%.300s; packets are kept in memory, at most %llu MiB, and what does not fit is missing later: free "
		  "space, or set TMPDIR to a writable directory",
		  cause->text, (unsigned long long)(s->memory_limit >> 20));
}

/* The lowest number that is free, so that neither the file nor the table grows while there are holes. */
static size_t free_number(struct spool *s)
{
	size_t number = 0;

	while (number < s->piece_count && s->pieces[number]->bytes != NULL)
		number++;
	if (number < s->piece_count)
		return number;
	s->pieces = mem_grow(s->pieces, &s->piece_cap, number + 1, sizeof(struct piece *));
	s->pieces[s->piece_count++] = mem_zalloc(sizeof(struct piece));
	return number;
}

/* Memory serves while the disk refuses. NULL: there is no more of it either. */
static struct piece *add_piece(struct spool *s, struct error *err)
{
	struct error cause;
	size_t number = free_number(s);
	struct piece *p = s->pieces[number];
	uint8_t *bytes = map_on_disk(s, number, &cause);
	bool is_memory = bytes == NULL;

	if (is_memory)
		tell_refusal(s, &cause, err);
	s->is_full = is_memory && (s->memory_pieces + 1) * (uint64_t)SPOOL_PIECE > s->memory_limit;
	s->refused = 0;
	if (s->is_full)
		return NULL;
	if (is_memory)
		bytes = mem_alloc(SPOOL_PIECE);
	assert(p->used == 0 && p->bytes == NULL && number < (size_t)1 << (ROUND_BIT - PIECE_BITS));
	p->bytes = bytes;
	p->is_memory = is_memory;
	p->unmet = 0;
	s->filling = number;
	s->memory_pieces += is_memory;
	s->empty_pieces++;
	return p;
}

/* Gives back what the file has of a piece. What is free at its end is cut off, too: not every file system knows holes,
 * and the size it shows is then what it needs. */
static void free_on_disk(struct spool *s, size_t number)
{
	size_t end = s->file_pieces;

	fallocate(s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)number * SPOOL_PIECE, SPOOL_PIECE);
	while (end > 0 && (s->pieces[end - 1]->bytes == NULL || s->pieces[end - 1]->is_memory))
		end--;
	if (end < s->file_pieces && ftruncate(s->fd, (off_t)end * SPOOL_PIECE) == 0)
		s->file_pieces = end;
}

static void give_back(struct spool *s, size_t number)
{
	struct piece *p = s->pieces[number];
	bool was_memory = p->is_memory;

	assert(p->used == 0 && p->bytes != NULL && s->empty_pieces > 0);
	free_bytes(p);
	p->is_memory = false;
	s->is_full = false;
	s->empty_pieces--;
	if (was_memory)
		s->memory_pieces--;
	else
		free_on_disk(s, number);
}

static size_t highest_empty(const struct spool *s)
{
	size_t number = s->piece_count;

	do {
		assert(number > 0);
		number--;
	} while (s->pieces[number]->bytes == NULL || s->pieces[number]->used > 0);
	return number;
}

/* ---- runs ---- */

/* Where so many free pages lie together; PAGES: nowhere. */
static size_t find_free(const struct piece *p, size_t pages)
{
	size_t len = 0;

	for (size_t at = 0; at < PAGES; at++) {
		uint64_t word = p->map[at / WORD_PAGES];

		if (word == UINT64_MAX) {
			len = 0;
			at |= WORD_PAGES - 1;
			continue;
		}
		len = word >> at % WORD_PAGES & 1 ? 0 : len + 1;
		if (len == pages)
			return at + 1 - pages;
	}
	return PAGES;
}

static void mark(struct piece *p, size_t begin, size_t pages, bool is_used)
{
	for (size_t at = begin; at < begin + pages; at++) {
		uint64_t bit = UINT64_C(1) << at % WORD_PAGES;

		assert(((p->map[at / WORD_PAGES] & bit) != 0) != is_used);
		p->map[at / WORD_PAGES] ^= bit;
		p->begin[at] = (uint16_t)begin;
	}
}

static uint64_t take_from(struct spool *s, size_t number, size_t pages)
{
	struct piece *p = s->pieces[number];
	size_t at;

	if (p->bytes == NULL || (size_t)(PAGES - p->used) < pages || (p->unmet > 0 && pages >= p->unmet))
		return SPOOL_NO_ROOM;
	at = find_free(p, pages);
	if (at == PAGES) {
		p->unmet = (uint16_t)pages;
		return SPOOL_NO_ROOM;
	}
	mark(p, at, pages, true);
	s->empty_pieces -= p->used == 0;
	p->used = (uint16_t)(p->used + pages);
	p->runs[at].holds = 1;
	p->runs[at].pages = (uint16_t)pages;
	p->runs[at].round++;
	s->disk_pages += p->is_memory ? 0 : pages;
	s->filling = number;
	return (uint64_t)p->runs[at].round << ROUND_BIT | ((uint64_t)number * SPOOL_PIECE + at * SPOOL_PAGE);
}

/* In the pieces that are there: in the first `tried` of them, from where the latest was found. */
static uint64_t take_somewhere(struct spool *s, size_t pages, size_t tried)
{
	size_t first = s->filling;

	for (size_t i = 0; i < s->piece_count && i < tried; i++) {
		uint64_t at = take_from(s, (first + i) % s->piece_count, pages);

		if (at != SPOOL_NO_ROOM)
			return at;
	}
	return SPOOL_NO_ROOM;
}

uint64_t spool_take(struct spool *s, size_t least, size_t pages, struct error *err)
{
	uint64_t at = take_somewhere(s, pages, TRIED_PIECES);

	assert(least > 0 && least <= pages && pages <= PAGES);
	if (at == SPOOL_NO_ROOM)
		at = take_somewhere(s, least, SIZE_MAX);
	if (at != SPOOL_NO_ROOM)
		return at;
	s->refused += least * SPOOL_PAGE;
	if ((s->is_full && s->refused < RETRY_BYTES) || add_piece(s, err) == NULL)
		return SPOOL_NO_ROOM;
	return take_from(s, s->filling, pages);
}

static size_t number_of(uint64_t at)
{
	return (size_t)((at & ((UINT64_C(1) << ROUND_BIT) - 1)) / SPOOL_PIECE);
}

static struct piece *piece_of(const struct spool *s, uint64_t at)
{
	assert(number_of(at) < s->piece_count);
	return s->pieces[number_of(at)];
}

/* Who has an offset has a hold: a run that nobody holds, or of another round, is a hold that was lost. */
static struct run *run_of(const struct spool *s, uint64_t at, size_t *begin)
{
	struct piece *p = piece_of(s, at);
	size_t page = at % SPOOL_PIECE / SPOOL_PAGE;

	assert(p->bytes != NULL && (p->map[page / WORD_PAGES] >> page % WORD_PAGES & 1));
	*begin = p->begin[page];
	assert(p->runs[*begin].holds > 0 && p->runs[*begin].round == at >> ROUND_BIT);
	return &p->runs[*begin];
}

uint64_t spool_run_begin(const struct spool *s, uint64_t at)
{
	size_t begin;

	run_of(s, at, &begin);
	return at - at % SPOOL_PIECE + begin * SPOOL_PAGE;
}

size_t spool_run_len(const struct spool *s, uint64_t at)
{
	size_t begin;

	return (size_t)run_of(s, at, &begin)->pages * SPOOL_PAGE;
}

uint32_t spool_holds(const struct spool *s, uint64_t at)
{
	size_t begin;

	return run_of(s, at, &begin)->holds;
}

uint8_t *spool_bytes(const struct spool *s, uint64_t at)
{
	size_t begin;

	run_of(s, at, &begin);
	return piece_of(s, at)->bytes + at % SPOOL_PIECE;
}

void spool_hold(struct spool *s, uint64_t at)
{
	size_t begin;

	run_of(s, at, &begin)->holds++;
}

void spool_release(struct spool *s, uint64_t at)
{
	struct piece *p = piece_of(s, at);
	size_t begin;
	struct run *run = run_of(s, at, &begin);

	if (--run->holds > 0)
		return;
	mark(p, begin, run->pages, false);
	p->used = (uint16_t)(p->used - run->pages);
	p->unmet = 0;
	s->disk_pages -= p->is_memory ? 0 : run->pages;
	s->is_full = false;
	s->empty_pieces += p->used == 0;
	if (p->used == 0 && p->is_memory)
		give_back(s, number_of(at));
	else if (s->empty_pieces > 1)
		give_back(s, highest_empty(s));
}

uint64_t spool_disk_bytes(const struct spool *s)
{
	return (uint64_t)s->disk_pages * SPOOL_PAGE;
}

uint64_t spool_memory_bytes(const struct spool *s)
{
	return (uint64_t)s->memory_pieces * SPOOL_PIECE;
}

bool spool_is_full(const struct spool *s)
{
	return s->is_full;
}
