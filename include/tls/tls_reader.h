/*
 * tls_reader: reads a TLS connection: records and secrets in, plain text and facts out (RFC 8446, RFC 5246). Pure.
 *
 * Both sides' bytes go in, in any pieces. Where a side's next record cannot be understood yet, because the other side
 * has not said what it depends on or a key is not there, nothing more of it is taken: who calls keeps the rest and
 * feeds it again later. After bytes that are missing it finds the next record that opens by trying (at most so many
 * tries a hole). It keeps one record and one handshake message a side, and asks for no more.
 */
#ifndef TLS_TLS_READER_H
#define TLS_TLS_READER_H

#include "tls/key_set.h"
#include "tls/resumption.h"
#include "tls/tls_event.h"

struct tls_reader;

/* Adds to `out` what is known of a handshake; false: nothing new. */
typedef bool tls_find_keys(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN], struct key_set *out);

/* `find` NULL: there are no keys. `resumption` may be NULL: nothing is remembered for later connections. */
struct tls_reader *tls_reader_new(tls_find_keys *find, void *ctx, struct resumption *resumption);
void tls_reader_free(struct tls_reader *r);
size_t tls_reader_memory(const struct tls_reader *r);

enum tls_fed {
	TLS_FED_ALL,
	TLS_FED_NEEDS_OTHER, /* what the other side says next */
	TLS_FED_NEEDS_KEY,
};

/* The next bytes of a side; `*taken` of them need not come again. Events come before it returns. */
enum tls_fed tls_reader_feed(struct tls_reader *r, enum side side, struct slice in, size_t *taken, tls_sink *sink,
			     void *ctx);
/* `len` of them are missing. */
void tls_reader_gap(struct tls_reader *r, enum side side, uint64_t len, tls_sink *sink, void *ctx);
/* The side says nothing more: the other need not wait for it. */
void tls_reader_end(struct tls_reader *r, enum side side, tls_sink *sink, void *ctx);
/* No key will come: what needs one is passed over from now on. */
void tls_reader_give_up(struct tls_reader *r);

/* The client random whose key is waited for, or was last used; NULL: no hello was seen. */
const uint8_t *tls_reader_random(const struct tls_reader *r);
/* Whether any record was opened. */
bool tls_reader_has_read(const struct tls_reader *r);
/* Why a side is not read; TLS_READ: it is, or nothing of it was encrypted. */
enum tls_unread tls_reader_unread(const struct tls_reader *r, enum side side);
/* How often a number was tried behind holes. */
uint64_t tls_reader_tries(const struct tls_reader *r);

#endif
