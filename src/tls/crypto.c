#include "tls/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <pthread.h>

enum {
	CIPHERS_MAX = 24,
};

static const char *const cipher_names[] = {
#define AEAD(code, name, family, cipher, ...)	  cipher,
#define AEAD_1_3(code, name, family, cipher, ...) cipher,
#define CBC(code, name, cipher, ...)		  cipher,
#define UNREAD(...)
#include "tls/suite.def"
#undef AEAD
#undef AEAD_1_3
#undef CBC
#undef UNREAD
};

static struct {
	struct {
		const char *name;
		EVP_CIPHER *cipher;
	} ciphers[CIPHERS_MAX]; /* each once */
	size_t count;
	EVP_MAC *hmac;
	EVP_KDF *prf;
	EVP_KDF *expand;
} fetched;

static pthread_once_t fetched_once = PTHREAD_ONCE_INIT;

static const EVP_CIPHER *find_cipher(const char *name)
{
	for (size_t i = 0; i < fetched.count; i++)
		if (strcmp(fetched.ciphers[i].name, name) == 0)
			return fetched.ciphers[i].cipher;
	return NULL;
}

static void fetch(void)
{
	for (size_t i = 0; i < sizeof(cipher_names) / sizeof(cipher_names[0]); i++) {
		EVP_CIPHER *cipher;

		if (find_cipher(cipher_names[i]) != NULL || fetched.count == CIPHERS_MAX)
			continue;
		cipher = EVP_CIPHER_fetch(NULL, cipher_names[i], NULL);
		if (cipher == NULL)
			continue;
		fetched.ciphers[fetched.count].name = cipher_names[i];
		fetched.ciphers[fetched.count++].cipher = cipher;
	}
	fetched.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	fetched.prf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
	fetched.expand = EVP_KDF_fetch(NULL, "TLS13-KDF", NULL);
	ERR_clear_error();
}

const EVP_CIPHER *crypto_cipher(const char *name)
{
	pthread_once(&fetched_once, fetch);
	return find_cipher(name);
}

/* libcrypto's parameters have no const, though it only reads these. */
static OSSL_PARAM text_param(const char *key, const char *text)
{
	union {
		const char *text;
		char *param;
	} value = {text};

	return OSSL_PARAM_construct_utf8_string(key, value.param, 0);
}

static OSSL_PARAM bytes_param(const char *key, struct slice bytes)
{
	union {
		const uint8_t *bytes;
		uint8_t *param;
	} value = {bytes.data};

	return OSSL_PARAM_construct_octet_string(key, value.param, bytes.len);
}

EVP_MAC_CTX *crypto_new_hmac(enum suite_hash hash)
{
	const OSSL_PARAM params[] = {text_param(OSSL_MAC_PARAM_DIGEST, suite_hash_name(hash)), OSSL_PARAM_END};
	EVP_MAC_CTX *mac;

	pthread_once(&fetched_once, fetch);
	mac = fetched.hmac != NULL ? EVP_MAC_CTX_new(fetched.hmac) : NULL;
	if (mac != NULL && EVP_MAC_CTX_set_params(mac, params))
		return mac;
	EVP_MAC_CTX_free(mac);
	ERR_clear_error();
	return NULL;
}

static bool derive(EVP_KDF *kdf, const OSSL_PARAM *params, uint8_t *out, size_t len)
{
	EVP_KDF_CTX *ctx = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
	bool good = ctx != NULL && EVP_KDF_derive(ctx, out, len, params) > 0;

	EVP_KDF_CTX_free(ctx);
	if (!good) {
		OPENSSL_cleanse(out, len);
		ERR_clear_error();
	}
	return good;
}

bool crypto_prf(enum suite_hash hash, struct slice secret, struct slice seed, uint8_t *out, size_t len)
{
	const char *digest = hash != SUITE_HASH_NONE ? suite_hash_name(hash) : "MD5-SHA1";
	const OSSL_PARAM params[] = {text_param(OSSL_KDF_PARAM_DIGEST, digest),
				     bytes_param(OSSL_KDF_PARAM_SECRET, secret), bytes_param(OSSL_KDF_PARAM_SEED, seed),
				     OSSL_PARAM_END};

	pthread_once(&fetched_once, fetch);
	return derive(fetched.prf, params, out, len);
}

bool crypto_expand_label(enum suite_hash hash, struct slice secret, const char *label, uint8_t *out, size_t len)
{
	int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
	const OSSL_PARAM params[] = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
				     text_param(OSSL_KDF_PARAM_DIGEST, suite_hash_name(hash)),
				     bytes_param(OSSL_KDF_PARAM_KEY, secret),
				     bytes_param(OSSL_KDF_PARAM_PREFIX, slice_from_text("tls13 ")),
				     bytes_param(OSSL_KDF_PARAM_LABEL, slice_from_text(label)),
				     OSSL_PARAM_END};

	pthread_once(&fetched_once, fetch);
	return derive(fetched.expand, params, out, len);
}
