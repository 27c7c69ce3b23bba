/*
 * store: where every packet's bytes are, and an index of the packets. Owned by the worker thread.
 *
 * Bytes stay in the capture file when that is mapped, else they go once into the spool: an unlinked file, mapped. A
 * place names bytes in either. What goes together lies together, in runs of pages that a lane fills one after the
 * other; a run goes as soon as nobody holds a place in it, and others lie where it was. Where the disk refuses, memory
 * serves, up to a limit; and where that is reached, too, bytes are there for a while only: long enough to be read in
 * their turn, but not to be shown or saved later.
 *
 * A mapped file may be cut or changed by others: what is no longer as it was mapped is not there any more.
 *
 * The index has a row of 32 bytes for each packet that is kept, and is itself kept only for a screen.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdatomic.h>

#include "base/error.h"
#include "base/slice.h"
#include "common/place.h"

struct store;

#define STORE_NOWHERE PLACE_NOWHERE

enum {
	STORE_SOURCES_MAX = 128,
};

/* Where the bytes of one connection go, so that they go away with it; all zero at first. `is_shared`: of many, each of
 * which may stay long. */
struct store_lane {
	uint64_t at;
	uint32_t left;	/* bytes of its run */
	uint16_t pages; /* of the next one */
	bool has_run;
	bool is_shared;
};

struct store *store_new(void);
void store_free(struct store *s);

/* Makes a spool in advance, while there is the right to, for each store that has the need after the one before is gone.
 * Where that fails, a store tries it again itself, and tells. Once, before threads start. */
void store_prepare(void);

/* Source `number` lies in memory as a whole: places in it need no spool. */
void store_map(struct store *s, unsigned int number, struct slice mapping);

/* Tells of a mapped source how many of its bytes, from the first one on, are as they were mapped; `look` asks the
 * system whether that is still so. Both for any thread. */
struct store_watch {
	void (*look)(void *ctx, unsigned int number);
	void *ctx;
};
void store_watch(struct store *s, unsigned int number, const atomic_size_t *intact, const struct store_watch *watch);

/* How many bytes of memory may serve where the disk refuses; none before it is called. */
void store_set_memory(struct store *s, uint64_t limit);

/* The place of `offset` in a mapped source. */
uint64_t store_mapped_place(unsigned int number, int64_t offset);

/* Copies bytes into the spool, with one hold on them. That the disk refuses is told once, in `err`. */
uint64_t store_spool(struct store *s, struct store_lane *lane, struct slice bytes, struct error *err);
/* Nothing more goes there. */
void store_end_lane(struct store *s, struct store_lane *lane);

/* The bytes at a place; empty for STORE_NOWHERE and for what is not there any more. Valid until the last hold on them
 * goes; where the place is not lasting, until the next store_spool. */
struct slice store_bytes(const struct store *s, uint64_t place, size_t len);

/* Whether all of them are there, as far as is known. What was read of a mapped file before counts only when this is
 * true afterwards. A place in a mapped file may be asked about by any thread. */
bool store_has(const struct store *s, uint64_t place, size_t len);
/* Whether holds keep them, there. */
bool store_is_spooled(uint64_t place);
/* Whether they stay as long as they are held. */
bool store_is_lasting(uint64_t place);

/* If the place is in a watched file, looks whether that was cut or changed. Any thread. */
void store_look(const struct store *s, uint64_t place);
/* Whether a watched file is known to be so. */
bool store_is_changed(const struct store *s);

/* A place within bytes that start at `place`. */
uint64_t store_place_after(uint64_t place, size_t len);

/* Bytes at this place are needed; store_spool gives the first hold. No effect on mapped files. */
void store_hold(struct store *s, uint64_t place);
void store_release(struct store *s, uint64_t place);

/* Bytes of disk, and of memory in their stead, for the budgets. */
uint64_t store_spool_bytes(const struct store *s);
uint64_t store_memory_bytes(const struct store *s);
/* Whether the last bytes found no room in either. */
bool store_is_full(const struct store *s);

#endif
