/*
 * ring: records of any length from one producer thread to one consumer thread.
 *
 * Lock-free; no system call per record. A record is contiguous and aligned to 8 bytes; one that does not fit before the
 * end of the memory starts again at its beginning. Each side's index has a cache line of its own, beside a cached copy
 * of the other side's, so that a side reads the other's line only when its copy is used up. Who waits for whom is not
 * the ring's business: see doorbell.
 */
#ifndef SYNC_RING_H
#define SYNC_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring;

/* `size` is a power of two of at least 4096; the largest record is a quarter of it. */
struct ring *ring_new(size_t size);
void ring_free(struct ring *r);
size_t ring_largest_record(const struct ring *r);

/* Producer: room for a record of `len` bytes, or NULL while there is none. A reservation may be given up by not
 * committing. */
void *ring_reserve(struct ring *r, size_t len);
/* Producer: makes the last reservation a record of `len` bytes, at most what was reserved. Not yet visible: see
 * ring_publish. */
void ring_commit(struct ring *r, size_t len);
/* Producer: shows all committed records to the consumer. Cheap; call it after each record or after a batch. */
void ring_publish(struct ring *r);

/* Consumer: the oldest record, or NULL when there is none; it stays until ring_pop. */
const void *ring_peek(struct ring *r, size_t *len);
void ring_pop(struct ring *r);
/* Consumer: the record after those that were seen since `*position` was 0, or NULL; it stays likewise. */
const void *ring_look(struct ring *r, size_t *position, size_t *len);
/* Consumer: takes those that were seen up to `position`. */
void ring_pop_seen(struct ring *r, size_t position);

/* Either side, approximate: bytes in use. */
size_t ring_used(const struct ring *r);

#endif
