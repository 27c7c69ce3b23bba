/*
 * protection: opens the records of one direction under one key (RFC 5246 section 6.2.3, RFC 5288, 6655, 7366, 7905,
 * RFC 8446 section 5.2). All ciphers, hashes and key derivations are libcrypto's.
 *
 * It knows no order: who calls says the sequence number, so that a number can be tried.
 */
#ifndef TLS_PROTECTION_H
#define TLS_PROTECTION_H

#include "base/slice.h"
#include "common/side.h"
#include "tls/key_set.h"
#include "tls/record_header.h"
#include "tls/suite.h"

enum {
	PROTECTION_TEXT_MAX = 16384 + 1, /* of a record that was opened */
};

struct protection;

/* TLS 1.0 to 1.2: of the master secret and both randoms. NULL: libcrypto has no such cipher. */
struct protection *protection_new_1_2(const struct suite *suite, uint16_t version, bool encrypt_then_mac,
				      enum side sender, const struct key_secret *master,
				      const uint8_t client_random[KEY_RANDOM_LEN],
				      const uint8_t server_random[KEY_RANDOM_LEN]);
/* TLS 1.3: of a traffic secret. NULL likewise, or where its length does not fit the suite. */
struct protection *protection_new_1_3(const struct suite *suite, const struct key_secret *traffic);
/* Wipes it. NULL: nothing. */
void protection_free(struct protection *p);
size_t protection_memory(const struct protection *p);

/* The traffic secret of the next generation (RFC 8446 section 7.2); false: there is none before TLS 1.3. */
bool protection_next_secret(const struct suite *suite, const struct key_secret *traffic, struct key_secret *next);

struct opened_record {
	uint8_t type; /* of what is inside */
	size_t len;   /* of the text in `out` */
};

/* Opens the body of a record that was sent as number `sequence`. False: it opens with no such key or number; nothing
 * is kept of it then. `out`: PROTECTION_TEXT_MAX bytes. Under TLS 1.0 the last record that was opened gives the next
 * one's initialisation vector: see protection_skip. */
bool protection_open(struct protection *p, const uint8_t header[RECORD_HEADER_LEN], struct slice body,
		     uint64_t sequence, uint8_t *out, struct opened_record *opened);
/* A record went by that was not opened: its last block is what TLS 1.0 goes on with. An empty body: nobody knows which
 * record was the last, and under TLS 1.0 nothing opens before another went by. */
void protection_skip(struct protection *p, struct slice body);

#endif
