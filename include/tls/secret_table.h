/*
 * secret_table: finds the secrets of a handshake by its client random, in key logs of any size.
 *
 * Of a log that can be read again (a file) only the places of lines are remembered, 16 bytes a handshake; of one that
 * cannot (a FIFO, a socket, a block in a capture file) the secrets themselves, in memory that is locked, left out of
 * cores and wiped. Both within bounds: the oldest go first, and that is counted. The hash is keyed: the random is
 * chosen by the peer. Owned by one thread.
 */
#ifndef TLS_SECRET_TABLE_H
#define TLS_SECRET_TABLE_H

#include <stddef.h>

#include "base/slice.h"
#include "tls/key_log.h"

struct secret_table;

/* Reads up to `len` bytes of a log from `offset` on again; returns how many, 0 for none. */
typedef size_t secret_table_read(void *ctx, unsigned int log, uint64_t offset, uint8_t *out, size_t len);

/* `max`: bytes for places, and again for secrets. `read` may be NULL: no log is read again. */
struct secret_table *secret_table_new(size_t max, secret_table_read *read, void *ctx);
void secret_table_free(struct secret_table *t);

/* A line of a log (a number below 65,536) that can be read again: its place is remembered, unless it is beyond 2^48. */
void secret_table_add_place(struct secret_table *t, unsigned int log, const struct key_line *line);
/* The log was replaced or cut: its places mean nothing any more. */
void secret_table_forget(struct secret_table *t, unsigned int log);
/* One of a log that cannot. */
void secret_table_add(struct secret_table *t, const struct key_line *line);

/* Adds to `out` what is known; false: nothing is. A secret that `out` has already stays. */
bool secret_table_find(struct secret_table *t, const uint8_t client_random[KEY_RANDOM_LEN], struct key_set *out);

struct secret_table_use {
	size_t places;	  /* handshakes */
	size_t secrets;	  /* likewise, in memory */
	size_t forgotten; /* of both, because there were too many */
	size_t bytes;
};
struct secret_table_use secret_table_use(const struct secret_table *t);

#endif
