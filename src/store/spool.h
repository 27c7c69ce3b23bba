/*
 * spool: bytes on the disk while somebody holds them: an unlinked file in pieces of 16 MiB, mapped, given out in runs
 * of pages. Private to the store.
 *
 * A run goes with its last hold, and its pages are used again; a piece whose pages are all free is given back. Where
 * the disk refuses, pieces lie in memory, up to a limit.
 */
#ifndef STORE_SPOOL_H
#define STORE_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
	SPOOL_PAGE = 4096,
	SPOOL_PIECE = 16 << 20,
	SPOOL_OFFSET_BITS = 48, /* of an offset */
};

#define SPOOL_NO_ROOM UINT64_MAX

struct spool;

/* Makes a file in advance, see store_prepare. */
void spool_prepare(void);

struct spool *spool_new(void);
void spool_free(struct spool *s);

/* How many bytes of memory may serve where the disk refuses; none before it is called. */
void spool_set_memory(struct spool *s, uint64_t limit);

/* A run of at least `least` pages, of `pages` if that is easily had, with one hold. Returns where it begins. That the
 * disk refuses is told once, in `err`, which may be NULL. */
uint64_t spool_take(struct spool *s, size_t least, size_t pages, struct error *err);

/* Of an offset within a run: where the run begins, its length in bytes, its holds. */
uint64_t spool_run_begin(const struct spool *s, uint64_t at);
size_t spool_run_len(const struct spool *s, uint64_t at);
uint32_t spool_holds(const struct spool *s, uint64_t at);

/* What is at an offset within a run. */
uint8_t *spool_bytes(const struct spool *s, uint64_t at);

void spool_hold(struct spool *s, uint64_t at);
void spool_release(struct spool *s, uint64_t at);

/* Bytes of runs on the disk; and of pieces in memory. */
uint64_t spool_disk_bytes(const struct spool *s);
uint64_t spool_memory_bytes(const struct spool *s);
/* Whether the last run that was asked for found no room in either, and none was given back since. */
bool spool_is_full(const struct spool *s);

#endif
