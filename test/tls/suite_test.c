#include "tls/suite.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "../main.h"
#include "suite_codes.h"

static bool ends_in(const char *name, const char *end)
{
	size_t len = strlen(name);

	return len >= strlen(end) && strcmp(name + len - strlen(end), end) == 0;
}

START_TEST(each_number_finds_its_row)
{
	unsigned int found = 0;

	for (size_t i = 1; i < SUITE_CODES; i++)
		ck_assert_uint_lt(suite_codes[i - 1], suite_codes[i]);
	for (unsigned int code = 0; code <= UINT16_MAX; code++) {
		const struct suite *suite = suite_find((uint16_t)code);

		if (suite != NULL)
			ck_assert_uint_eq(suite->code, code);
		ck_assert_str_eq(suite_name((uint16_t)code), suite != NULL ? suite->name : "");
		found += suite != NULL;
	}
	ck_assert_uint_eq(found, SUITE_CODES);
	ck_assert_str_eq(suite_name(0xc030), "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
	ck_assert_ptr_null(suite_find(0x5600));
}
END_TEST

/* What the names of suites mean (RFC 5246 section 6.2.3, RFC 5288 section 3, RFC 6655, RFC 7905, RFC 8446). */
START_TEST(a_name_says_what_the_row_holds)
{
	for (size_t i = 0; i < SUITE_CODES; i++) {
		const struct suite *s = suite_find(suite_codes[i]);
		bool is_sha384 = ends_in(s->name, "SHA384");
		bool is_ccm_8 = strstr(s->name, "CCM_8") != NULL;

		ck_assert_int_eq(s->is_1_3, strstr(s->name, "_WITH_") == NULL);
		if (s->family == SUITE_NONE) {
			ck_assert_ptr_null(s->cipher);
			continue;
		}
		ck_assert_int_eq(s->hash, is_sha384 ? SUITE_HASH_SHA384 : SUITE_HASH_SHA256);
		ck_assert_int_eq(s->family == SUITE_GCM, strstr(s->name, "_GCM_") != NULL);
		ck_assert_int_eq(s->family == SUITE_CCM, strstr(s->name, "_CCM") != NULL);
		ck_assert_int_eq(s->family == SUITE_CHACHA, strstr(s->name, "_CHACHA20_POLY1305_") != NULL);
		ck_assert_int_eq(s->family == SUITE_CBC, strstr(s->name, "_CBC_") != NULL);
		ck_assert_uint_eq(s->tag_len, s->family == SUITE_CBC ? 0 : is_ccm_8 ? 8 : 16);
		if (s->family != SUITE_CBC)
			ck_assert_uint_eq(s->iv_len, s->is_1_3 || s->family == SUITE_CHACHA ? 12 : 4);
		else
			ck_assert_int_eq(s->mac, ends_in(s->name, "SHA") ? SUITE_HASH_SHA1 : s->hash);
	}
}
END_TEST

START_TEST(libcrypto_has_the_ciphers)
{
	for (size_t i = 0; i < SUITE_CODES; i++) {
		const struct suite *s = suite_find(suite_codes[i]);
		EVP_CIPHER *cipher;

		if (s->cipher == NULL)
			continue;
		cipher = EVP_CIPHER_fetch(NULL, s->cipher, NULL);
		ck_assert_msg(cipher != NULL, "%s", s->name);
		ck_assert_int_eq(EVP_CIPHER_get_key_length(cipher), s->key_len);
		if (s->family == SUITE_CBC)
			ck_assert_int_eq(EVP_CIPHER_get_block_size(cipher), s->block_len);
		EVP_CIPHER_free(cipher);
	}
}
END_TEST

START_TEST(the_worst_weakness_is_said)
{
	static const struct {
		uint16_t code;
		enum suite_weakness weakness;
		const char *name;
	} rows[] = {
		{0x1301, SUITE_WEAK_NOT, NULL},
		{0xc02f, SUITE_WEAK_NOT, NULL},
		{0xc028, SUITE_WEAK_NOT, NULL},
		{0x00a6, SUITE_WEAK_ANONYMOUS, "anonymous key exchange"},
		{0x0018, SUITE_WEAK_ANONYMOUS, "anonymous key exchange"},
		{0x0034, SUITE_WEAK_ANONYMOUS, "anonymous key exchange"},
		{0x0002, SUITE_WEAK_NULL, "no encryption"},
		{0x0005, SUITE_WEAK_RC4, "RC4"},
		{0xc011, SUITE_WEAK_RC4, "RC4"},
		{0x000a, SUITE_WEAK_3DES, "3DES"},
		{0xc012, SUITE_WEAK_3DES, "3DES"},
		{0x009c, SUITE_WEAK_STATIC_RSA, "static RSA key exchange"},
		{0x002f, SUITE_WEAK_STATIC_RSA, "static RSA key exchange"},
		{0xc013, SUITE_WEAK_SHA1_CBC, "CBC with SHA-1"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *name = suite_weakness_name(suite_find(rows[i].code)->weakness);

		ck_assert_int_eq(suite_find(rows[i].code)->weakness, rows[i].weakness);
		ck_assert_pstr_eq(name, rows[i].name);
	}
}
END_TEST

START_TEST(hashes_are_as_long_as_libcrypto_says)
{
	for (enum suite_hash hash = SUITE_HASH_SHA1; hash < SUITE_HASHES; hash++) {
		EVP_MD *md = EVP_MD_fetch(NULL, suite_hash_name(hash), NULL);

		ck_assert_ptr_nonnull(md);
		ck_assert_int_eq(EVP_MD_get_size(md), (int)suite_hash_len(hash));
		EVP_MD_free(md);
	}
	ck_assert_uint_eq(suite_hash_len(SUITE_HASH_NONE), 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, each_number_finds_its_row);
	tcase_add_test(t, a_name_says_what_the_row_holds);
	tcase_add_test(t, libcrypto_has_the_ciphers);
	tcase_add_test(t, the_worst_weakness_is_said);
	tcase_add_test(t, hashes_are_as_long_as_libcrypto_says);
}
