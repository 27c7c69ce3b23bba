#include "tls/protection.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tls/crypto.h"

enum {
	VERSION_1_0 = 0x0301,
	VERSION_1_2 = 0x0303,
	MASTER_LEN = 48,
	TEXT_MAX_1_2 = 16384,
	SEQUENCE_LEN = 8,
	EXPLICIT_LEN = 8, /* of the nonce of GCM and CCM before TLS 1.3 */
	NONCE_LEN = 12,
	TAG_MAX = 16,
	KEY_MAX = 32,
	MAC_MAX = 48,
	BLOCK_MAX = 16,
	KEY_BLOCK_MAX = 2 * (MAC_MAX + KEY_MAX + BLOCK_MAX),
	CIPHER_MEMORY = 1100, /* what libcrypto takes for a cipher, and for a MAC, about */
	MAC_MEMORY = 900,
};

struct protection {
	const struct suite *suite;
	EVP_CIPHER_CTX *cipher; /* has its key */
	EVP_MAC_CTX *mac;	/* of a CBC suite */
	bool encrypts_first;	/* and then makes the MAC (RFC 7366) */
	bool is_chained;	/* TLS 1.0: a record's IV is the end of the one before */
	bool has_iv;		/* and that was seen */
	uint8_t iv[BLOCK_MAX];	/* the fixed part of a nonce; or where chained the next one */
	uint8_t mac_key[MAC_MAX];
};

/* What is cut from a block of keys, in the order in which RFC 5246 section 6.3 has it. */
struct keys {
	const uint8_t *mac;
	const uint8_t *key;
	const uint8_t *iv;
};

static bool set_key(struct protection *p, const EVP_CIPHER *cipher, const uint8_t *key)
{
	EVP_CIPHER_CTX *c = p->cipher = EVP_CIPHER_CTX_new();

	if (c == NULL || !EVP_DecryptInit_ex2(c, cipher, NULL, NULL, NULL))
		return false;
	if (p->suite->family == SUITE_CBC)
		return EVP_DecryptInit_ex2(c, NULL, key, NULL, NULL) && EVP_CIPHER_CTX_set_padding(c, 0);
	if (EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, NONCE_LEN, NULL) <= 0)
		return false;
	if (p->suite->family == SUITE_CCM &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, p->suite->tag_len, NULL) <= 0)
		return false;
	return EVP_DecryptInit_ex2(c, NULL, key, NULL, NULL) > 0;
}

static bool set_mac(struct protection *p, const uint8_t *key)
{
	p->mac = crypto_new_hmac(p->suite->mac);
	memcpy(p->mac_key, key, suite_hash_len(p->suite->mac));
	return p->mac != NULL;
}

static struct protection *new_protection(const struct suite *suite, const struct keys *keys, size_t iv_len)
{
	const EVP_CIPHER *cipher = crypto_cipher(suite->cipher);
	struct protection *p;

	if (cipher == NULL || EVP_CIPHER_get_key_length(cipher) != suite->key_len)
		return NULL;
	p = mem_zalloc(sizeof(*p));
	p->suite = suite;
	memcpy(p->iv, keys->iv, iv_len);
	if (set_key(p, cipher, keys->key) && (suite->family != SUITE_CBC || set_mac(p, keys->mac)))
		return p;
	protection_free(p);
	ERR_clear_error();
	return NULL;
}

static struct keys cut_keys(const uint8_t *block, enum side sender, size_t mac_len, size_t key_len, size_t iv_len)
{
	size_t of_server = sender == SIDE_SERVER;

	return (struct keys){.mac = block + of_server * mac_len,
			     .key = block + 2 * mac_len + of_server * key_len,
			     .iv = block + 2 * (mac_len + key_len) + of_server * iv_len};
}

static bool derive_block(const struct suite *suite, uint16_t version, const struct key_secret *master,
			 const uint8_t *client_random, const uint8_t *server_random, uint8_t *block, size_t len)
{
	static const char label[] = "key expansion";
	uint8_t seed[sizeof(label) - 1 + (size_t)2 * KEY_RANDOM_LEN];

	memcpy(seed, label, sizeof(label) - 1);
	memcpy(seed + sizeof(label) - 1, server_random, KEY_RANDOM_LEN);
	memcpy(seed + sizeof(label) - 1 + KEY_RANDOM_LEN, client_random, KEY_RANDOM_LEN);
	return crypto_prf(version == VERSION_1_2 ? suite->hash : SUITE_HASH_NONE, slice_of(master->bytes, master->len),
			  slice_of(seed, sizeof(seed)), block, len);
}

struct protection *protection_new_1_2(const struct suite *suite, uint16_t version, bool encrypt_then_mac,
				      enum side sender, const struct key_secret *master,
				      const uint8_t client_random[KEY_RANDOM_LEN],
				      const uint8_t server_random[KEY_RANDOM_LEN])
{
	bool is_cbc = suite->family == SUITE_CBC;
	size_t mac_len = suite_hash_len(suite->mac);
	size_t iv_len = is_cbc && version == VERSION_1_0 ? suite->block_len : suite->iv_len;
	struct protection *p = NULL;
	uint8_t block[KEY_BLOCK_MAX];
	struct keys keys;

	if (suite->cipher == NULL || suite->is_1_3 || master->len != MASTER_LEN || version > VERSION_1_2 ||
	    version < (is_cbc ? VERSION_1_0 : VERSION_1_2))
		return NULL;
	if (!derive_block(suite, version, master, client_random, server_random, block,
			  2 * (mac_len + suite->key_len + iv_len)))
		return NULL;
	keys = cut_keys(block, sender, mac_len, suite->key_len, iv_len);
	p = new_protection(suite, &keys, iv_len);
	OPENSSL_cleanse(block, sizeof(block));
	if (p != NULL) {
		p->encrypts_first = is_cbc && encrypt_then_mac;
		p->is_chained = p->has_iv = is_cbc && version == VERSION_1_0;
	}
	return p;
}

static bool fits_1_3(const struct suite *suite, const struct key_secret *traffic)
{
	return suite->is_1_3 && suite->cipher != NULL && traffic->len == suite_hash_len(suite->hash);
}

struct protection *protection_new_1_3(const struct suite *suite, const struct key_secret *traffic)
{
	struct slice secret = slice_of(traffic->bytes, traffic->len);
	struct protection *p = NULL;
	uint8_t key[KEY_MAX];
	uint8_t iv[NONCE_LEN];
	struct keys keys = {.key = key, .iv = iv};

	if (!fits_1_3(suite, traffic))
		return NULL;
	if (crypto_expand_label(suite->hash, secret, "key", key, suite->key_len) &&
	    crypto_expand_label(suite->hash, secret, "iv", iv, sizeof(iv)))
		p = new_protection(suite, &keys, sizeof(iv));
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(iv, sizeof(iv));
	return p;
}

bool protection_next_secret(const struct suite *suite, const struct key_secret *traffic, struct key_secret *next)
{
	struct slice secret = slice_of(traffic->bytes, traffic->len);
	uint8_t bytes[KEY_SECRET_MAX];

	if (!fits_1_3(suite, traffic) || !crypto_expand_label(suite->hash, secret, "traffic upd", bytes, traffic->len))
		return false;
	next->len = traffic->len;
	memcpy(next->bytes, bytes, traffic->len);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return true;
}

void protection_free(struct protection *p)
{
	if (p == NULL)
		return;
	EVP_CIPHER_CTX_free(p->cipher);
	EVP_MAC_CTX_free(p->mac);
	OPENSSL_cleanse(p, sizeof(*p));
	free(p);
}

size_t protection_memory(const struct protection *p)
{
	return sizeof(*p) + CIPHER_MEMORY + (p->mac != NULL ? MAC_MEMORY : 0);
}

/* ---- records ---- */

static void put_sequence(uint8_t *at, uint64_t sequence)
{
	for (int i = 0; i < SEQUENCE_LEN; i++)
		at[i] = (uint8_t)(sequence >> (56 - 8 * i));
}

/* Sequence, type, version and length: what a MAC begins with, and the additional data of an AEAD before TLS 1.3. */
static void put_pseudo_header(uint8_t at[SEQUENCE_LEN + RECORD_HEADER_LEN], const uint8_t *header, uint64_t sequence,
			      size_t len)
{
	put_sequence(at, sequence);
	memcpy(at + SEQUENCE_LEN, header, 3);
	at[SEQUENCE_LEN + 3] = (uint8_t)(len >> 8);
	at[SEQUENCE_LEN + 4] = (uint8_t)len;
}

static size_t explicit_len(const struct suite *suite)
{
	return suite->iv_len < NONCE_LEN ? EXPLICIT_LEN : 0;
}

static void make_nonce(const struct protection *p, struct slice body, uint64_t sequence, uint8_t nonce[NONCE_LEN])
{
	memcpy(nonce, p->iv, NONCE_LEN);
	if (explicit_len(p->suite) > 0) {
		memcpy(nonce + p->suite->iv_len, body.data, EXPLICIT_LEN);
		return;
	}
	for (int i = 0; i < SEQUENCE_LEN; i++)
		nonce[NONCE_LEN - 1 - i] ^= (uint8_t)(sequence >> (8 * i));
}

/* `sealed`: with its tag. */
static bool decrypt(EVP_CIPHER_CTX *c, const struct suite *suite, const uint8_t *nonce, struct slice additional,
		    struct slice sealed, uint8_t *out)
{
	int len = (int)(sealed.len - suite->tag_len);
	bool is_ccm = suite->family == SUITE_CCM;
	uint8_t tag[TAG_MAX];
	int ignored;

	memcpy(tag, sealed.data + len, suite->tag_len);
	if (EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, suite->tag_len, tag) <= 0 ||
	    !EVP_DecryptInit_ex2(c, NULL, NULL, nonce, NULL))
		return false;
	if (is_ccm && !EVP_DecryptUpdate(c, NULL, &ignored, NULL, len))
		return false;
	return EVP_DecryptUpdate(c, NULL, &ignored, additional.data, (int)additional.len) &&
	       EVP_DecryptUpdate(c, out, &ignored, sealed.data, len) &&
	       (is_ccm || EVP_DecryptFinal_ex(c, out + len, &ignored));
}

/* TLS 1.3: behind the text stand its true type and zeros. */
static bool strip(const uint8_t *text, struct opened_record *opened)
{
	size_t len = opened->len;

	while (len > 0 && text[len - 1] == 0)
		len--;
	if (len == 0)
		return false;
	opened->type = text[len - 1];
	opened->len = len - 1;
	return true;
}

static bool open_aead(struct protection *p, const uint8_t *header, struct slice body, uint64_t sequence, uint8_t *out,
		      struct opened_record *opened)
{
	bool is_1_3 = p->suite->is_1_3;
	struct slice sealed = slice_after(body, explicit_len(p->suite));
	uint8_t pseudo[SEQUENCE_LEN + RECORD_HEADER_LEN];
	struct slice additional = is_1_3 ? slice_of(header, RECORD_HEADER_LEN) : slice_of(pseudo, sizeof(pseudo));
	uint8_t nonce[NONCE_LEN];

	if (sealed.len < p->suite->tag_len)
		return false;
	opened->type = header[0];
	opened->len = sealed.len - p->suite->tag_len;
	if (opened->len > (is_1_3 ? PROTECTION_TEXT_MAX : TEXT_MAX_1_2))
		return false;
	make_nonce(p, body, sequence, nonce);
	if (!is_1_3)
		put_pseudo_header(pseudo, header, sequence, opened->len);
	if (decrypt(p->cipher, p->suite, nonce, additional, sealed, out) && (!is_1_3 || strip(out, opened)))
		return true;
	OPENSSL_cleanse(out, sealed.len - p->suite->tag_len);
	return false;
}

static bool is_authentic(struct protection *p, const uint8_t *header, uint64_t sequence, struct slice data,
			 const uint8_t *mac)
{
	size_t mac_len = suite_hash_len(p->suite->mac);
	uint8_t pseudo[SEQUENCE_LEN + RECORD_HEADER_LEN];
	uint8_t made[EVP_MAX_MD_SIZE];
	size_t made_len = 0;

	put_pseudo_header(pseudo, header, sequence, data.len);
	/* Without a key not every libcrypto begins anew. */
	return EVP_MAC_init(p->mac, p->mac_key, mac_len, NULL) && EVP_MAC_update(p->mac, pseudo, sizeof(pseudo)) &&
	       EVP_MAC_update(p->mac, data.data, data.len) && EVP_MAC_final(p->mac, made, &made_len, sizeof(made)) &&
	       made_len == mac_len && CRYPTO_memcmp(made, mac, mac_len) == 0;
}

/* How many bytes of the text padding takes, with the one that says so; 0: it is none. */
static size_t padding_len(const uint8_t *text, size_t len)
{
	size_t padding = len > 0 ? text[len - 1] + 1U : 0;

	if (padding > len)
		return 0;
	for (size_t i = len - padding; i < len; i++)
		if (text[i] != text[len - 1])
			return 0;
	return padding;
}

/* Without the MAC behind it, where there is one. */
static struct slice encrypted_part(const struct protection *p, struct slice body)
{
	size_t mac_len = p->encrypts_first ? suite_hash_len(p->suite->mac) : 0;

	return slice_sub(body, 0, body.len > mac_len ? body.len - mac_len : 0);
}

/* Of a record whose blocks were decrypted: takes padding and MAC off. */
static bool check_text(struct protection *p, const uint8_t *header, uint64_t sequence, const uint8_t *text,
		       struct opened_record *opened)
{
	size_t mac_len = p->encrypts_first ? 0 : suite_hash_len(p->suite->mac);
	size_t padding = padding_len(text, opened->len);

	if (padding == 0 || opened->len < padding + mac_len)
		return false;
	opened->len -= padding + mac_len;
	return opened->len <= TEXT_MAX_1_2 &&
	       (p->encrypts_first ||
		is_authentic(p, header, sequence, slice_of(text, opened->len), text + opened->len));
}

static void keep_iv(struct protection *p, struct slice encrypted)
{
	size_t block_len = p->suite->block_len;

	if (!p->is_chained)
		return;
	assert(block_len > 0);
	p->has_iv = encrypted.len >= block_len && encrypted.len % block_len == 0;
	if (p->has_iv)
		memcpy(p->iv, encrypted.data + encrypted.len - block_len, block_len);
}

static bool open_cbc(struct protection *p, const uint8_t *header, struct slice body, uint64_t sequence, uint8_t *out,
		     struct opened_record *opened)
{
	struct slice encrypted = encrypted_part(p, body);
	struct slice blocks = slice_after(encrypted, p->is_chained ? 0 : p->suite->block_len);
	uint8_t text[RECORD_BODY_MAX];
	int text_len = 0;
	bool good;

	if (blocks.len == 0 || blocks.len % p->suite->block_len != 0 || (p->is_chained && !p->has_iv))
		return false;
	if (p->encrypts_first && !is_authentic(p, header, sequence, encrypted, body.data + encrypted.len))
		return false;
	good = EVP_DecryptInit_ex2(p->cipher, NULL, NULL, p->is_chained ? p->iv : encrypted.data, NULL) &&
	       EVP_DecryptUpdate(p->cipher, text, &text_len, blocks.data, (int)blocks.len);
	*opened = (struct opened_record){.type = header[0], .len = (size_t)text_len};
	good = good && check_text(p, header, sequence, text, opened);
	if (good) {
		memcpy(out, text, opened->len);
		keep_iv(p, encrypted);
	}
	OPENSSL_cleanse(text, (size_t)text_len);
	return good;
}

bool protection_open(struct protection *p, const uint8_t header[RECORD_HEADER_LEN], struct slice body,
		     uint64_t sequence, uint8_t *out, struct opened_record *opened)
{
	bool good;

	if (body.len > RECORD_BODY_MAX || body.len != record_header_len(header))
		return false;
	if (p->suite->family == SUITE_CBC)
		good = open_cbc(p, header, body, sequence, out, opened);
	else
		good = open_aead(p, header, body, sequence, out, opened);
	if (!good && ERR_peek_error() != 0)
		ERR_clear_error();
	return good;
}

void protection_skip(struct protection *p, struct slice body)
{
	keep_iv(p, encrypted_part(p, body));
}
