/*
 * suite: the cipher suites of TLS up to 1.2 and of TLS 1.3, by the numbers that a ServerHello names (IANA's registry of
 * TLS cipher suites). The rows stand in suite.def.
 */
#ifndef TLS_SUITE_H
#define TLS_SUITE_H

#include <stdbool.h>
#include <stdint.h>

enum suite_family {
	SUITE_NONE, /* known by name, and not read: RC4, NULL and what libcrypto does not have */
	SUITE_GCM,
	SUITE_CCM,
	SUITE_CHACHA,
	SUITE_CBC,
};

enum suite_hash {
	SUITE_HASH_NONE,
	SUITE_HASH_SHA1,
	SUITE_HASH_SHA256,
	SUITE_HASH_SHA384,
	SUITE_HASHES,
};

/* What is held against it (RFC 9325 section 4), the worst first. */
enum suite_weakness {
	SUITE_WEAK_NOT,
	SUITE_WEAK_ANONYMOUS, /* nobody shows a certificate */
	SUITE_WEAK_NULL,      /* nothing is encrypted */
	SUITE_WEAK_RC4,
	SUITE_WEAK_3DES,
	SUITE_WEAK_STATIC_RSA, /* no forward secrecy */
	SUITE_WEAK_SHA1_CBC,
};

struct suite {
	uint16_t code;
	bool is_1_3; /* of TLS 1.3, and of nothing else */
	enum suite_family family;
	enum suite_hash hash; /* of the PRF under TLS 1.2, of HKDF under 1.3 */
	enum suite_hash mac;  /* of a CBC suite */
	uint8_t key_len;
	uint8_t iv_len;	   /* that is fixed; 0: a record brings its own */
	uint8_t block_len; /* of a CBC suite */
	uint8_t tag_len;
	enum suite_weakness weakness;
	const char *name;   /* as IANA writes it */
	const char *cipher; /* as libcrypto fetches it; NULL: not read */
};

/* NULL: nobody knows the number. */
const struct suite *suite_find(uint16_t code);
/* Its name, "" where nobody knows it. */
const char *suite_name(uint16_t code);
/* "anonymous key exchange" and the like; NULL for SUITE_WEAK_NOT. */
const char *suite_weakness_name(enum suite_weakness weakness);
/* Length in bytes; of SUITE_HASH_NONE 0. */
unsigned int suite_hash_len(enum suite_hash hash);
/* As libcrypto calls it. */
const char *suite_hash_name(enum suite_hash hash);

#endif
