/*
 * crypto: what layer tls takes from libcrypto. Algorithms are fetched once a process, on the first use by any thread;
 * they live as long as it does. A derivation's output is whole, or wiped.
 */
#ifndef TLS_CRYPTO_H
#define TLS_CRYPTO_H

#include <openssl/evp.h>

#include "base/slice.h"
#include "tls/suite.h"

/* NULL: this libcrypto does not have it. */
const EVP_CIPHER *crypto_cipher(const char *name);
/* HMAC, to be initialized with a key; NULL likewise. */
EVP_MAC_CTX *crypto_new_hmac(enum suite_hash hash);

/* The PRF of TLS 1.2 with `hash` (RFC 5246 section 5), of TLS 1.0 and 1.1 where it is SUITE_HASH_NONE (RFC 2246). */
bool crypto_prf(enum suite_hash hash, struct slice secret, struct slice seed, uint8_t *out, size_t len);
/* HKDF-Expand-Label with an empty context (RFC 8446 section 7.1). */
bool crypto_expand_label(enum suite_hash hash, struct slice secret, const char *label, uint8_t *out, size_t len);

#endif
