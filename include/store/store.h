/*
 * store: where every packet's bytes are, and an index of the packets. Owned by the worker thread.
 *
 * Bytes stay in the capture file when that is mapped, else they go once into the spool: an unlinked file in pieces of
 * 16 MiB, mapped. A place names bytes in either. Pieces of the spool are given back as soon as nobody holds a place in
 * them. The index has a row of 32 bytes for each packet and is kept only for a screen.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/error.h"
#include "base/slice.h"

struct store;

#define STORE_NOWHERE UINT64_MAX

enum {
	STORE_SOURCES_MAX = 128,
};

struct store *store_new(void);
void store_free(struct store *s);

/* Source `number` lies in memory as a whole: places in it need no spool. */
void store_map(struct store *s, unsigned int number, struct slice mapping);

/* The place of `offset` in a mapped source. */
uint64_t store_mapped_place(unsigned int number, int64_t offset);

/* Copies bytes into the spool. STORE_NOWHERE when the disk refuses (err says why): the bytes are then missing. */
uint64_t store_spool(struct store *s, struct slice bytes, struct error *err);

/* The bytes at a place; empty for STORE_NOWHERE. Valid until the last hold on them goes. */
struct slice store_bytes(const struct store *s, uint64_t place, size_t len);

/* A place within bytes that start at `place`. */
uint64_t store_place_after(uint64_t place, size_t len);

/* Bytes at this place are needed; store_spool gives the first hold. No effect on mapped files. */
void store_hold(struct store *s, uint64_t place);
void store_release(struct store *s, uint64_t place);

/* Bytes of disk in use, for the budget. */
uint64_t store_spool_bytes(const struct store *s);

#endif
