/*
 * key_sources: where the secrets of TLS come from: key logs that grow, are replaced or come through a FIFO or a socket,
 * and blocks in capture files. Opened on the main thread before rights are given up, then the worker's.
 *
 * A key log opens every session that is in it, so nothing of it is put out or written anywhere.
 */
#ifndef APP_KEY_SOURCES_H
#define APP_KEY_SOURCES_H

#include "base/error.h"
#include "base/slice.h"
#include "snapshot/snapshot.h"
#include "tls/tls_reader.h"

struct key_sources;

/* None is no error: capture files may bring their own. A regular file need not be there yet. */
struct key_sources *key_sources_open(const char *const *paths, size_t count, struct error *err);
void key_sources_free(struct key_sources *k);

/* One more, while it runs; a regular file need not be there yet. False: it cannot be read, or there are too many. */
bool key_sources_add(struct key_sources *k, const char *path, struct error *err);
/* Whether one of them is not there yet. */
bool key_sources_is_missing(const struct key_sources *k, const char *path);

/* Told of each handshake of which something new is known; several times of the same. */
typedef void key_sources_sink(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN]);

/* Reads what has come, for a while. Returns whether there may be more at once. */
bool key_sources_read(struct key_sources *k, key_sources_sink *sink, void *ctx);
/* No more will come: a last line without its end counts, too. */
void key_sources_finish(struct key_sources *k, key_sources_sink *sink, void *ctx);
/* A piece of a capture file's own secrets. */
void key_sources_add_block(struct key_sources *k, struct slice text, key_sources_sink *sink, void *ctx);

/* A tls_find_keys; `ctx`: the key sources. */
bool key_sources_find(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN], struct key_set *out);

/* Here and for the screen `k` may be NULL: there are none. */
size_t key_sources_count(const struct key_sources *k);
/* Whether nothing came of it, of the number of one, and why: to be told at the end. */
bool key_sources_is_vain(const struct key_sources *k, size_t number, struct error *why);
/* For the screen: which they are, and what they gave. */
void key_sources_fill(const struct key_sources *k, struct snapshot_about *about);

/* Whether any was named. Whether somebody is still writing into one that has an end. */
bool key_sources_are_any(const struct key_sources *k);
bool key_sources_are_open(const struct key_sources *k);

/* Something is wrong with one of them, said once; false: nothing. */
bool key_sources_take_error(struct key_sources *k, struct error *err);

#endif
