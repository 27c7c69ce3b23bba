#include "tls/crypto.h"

#include "../main.h"
#include "sealer.h"

/* The vector of P_SHA256 that the TLS working group's list has had since 2010. */
START_TEST(the_prf_of_tls_1_2_gives_the_known_bytes)
{
	static const char secret[] = "\x9b\xbe\x43\x6b\xa9\x40\xf0\x17\xb1\x76\x52\x84\x9a\x71\xdb\x35";
	static const char seed[] = "test label\xa0\xba\x9f\x93\x6c\xda\x31\x18\x27\xa6\xf7\x96\xff\xd5\x19\x8c";
	static const char wanted[] = "\xe3\xf2\x29\xba\x72\x7b\xe1\x7b\x8d\x12\x26\x20\x55\x7c\xd4\x53"
				     "\xc2\xaa\xb2\x1d\x07\xc3\xd4\x95\x32\x9b\x52\xd4\xe6\x1e\xdb\x5a";
	uint8_t out[32];

	ck_assert(crypto_prf(SUITE_HASH_SHA256, slice_of(secret, 16), slice_of(seed, 26), out, sizeof(out)));
	ck_assert_mem_eq(out, wanted, sizeof(out));
}
END_TEST

START_TEST(the_prf_before_it_joins_two_hashes)
{
	struct slice secret = slice_of("a secret of an odd length", 25);
	struct slice seed = slice_of("key expansion and some more", 27);
	uint8_t wanted[136];
	uint8_t out[136];

	sealer_prf(suite_find(0xc013), 0x0301, secret, seed, wanted, sizeof(wanted));
	ck_assert(crypto_prf(SUITE_HASH_NONE, secret, seed, out, sizeof(out)));
	ck_assert_mem_eq(out, wanted, sizeof(out));
}
END_TEST

/* RFC 8448 section 3: the key and the IV of the server's handshake. */
START_TEST(labels_are_expanded)
{
	static const char secret[] = "\xb6\x7b\x7d\x69\x0c\xc1\x6c\x4e\x75\xe5\x42\x13\xcb\x2d\x37\xb4"
				     "\xe9\xc9\x12\xbc\xde\xd9\x10\x5d\x42\xbe\xfd\x59\xd3\x91\xad\x38";
	uint8_t out[16];

	ck_assert(crypto_expand_label(SUITE_HASH_SHA256, slice_of(secret, 32), "key", out, 16));
	ck_assert_mem_eq(out, "\x3f\xce\x51\x60\x09\xc2\x17\x27\xd0\xf2\xe4\xe8\x6e\xe4\x03\xbc", 16);
	ck_assert(crypto_expand_label(SUITE_HASH_SHA256, slice_of(secret, 32), "iv", out, 12));
	ck_assert_mem_eq(out, "\x5d\x31\x3e\xb2\x67\x12\x76\xee\x13\x00\x0b\x30", 12);
}
END_TEST

START_TEST(what_libcrypto_does_not_have_is_not_found)
{
	static const uint8_t zeros[8192 + 1];
	uint8_t out[8192 + 1];

	ck_assert_ptr_nonnull(crypto_cipher("AES-128-GCM"));
	ck_assert_ptr_null(crypto_cipher("CAMELLIA-128-GCM"));
	ck_assert_ptr_null(crypto_new_hmac(SUITE_HASH_NONE));
	memset(out, 0xee, sizeof(out)); /* more than HKDF can give */
	ck_assert(!crypto_expand_label(SUITE_HASH_SHA256, slice_of("secret", 6), "key", out, sizeof(out)));
	ck_assert_mem_eq(out, zeros, sizeof(out));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, the_prf_of_tls_1_2_gives_the_known_bytes);
	tcase_add_test(t, the_prf_before_it_joins_two_hashes);
	tcase_add_test(t, labels_are_expanded);
	tcase_add_test(t, what_libcrypto_does_not_have_is_not_found);
}
