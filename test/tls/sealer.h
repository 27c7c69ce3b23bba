/*
 * sealer: makes records as a sender of TLS does, by the rules of the RFCs and nothing of layer tls but the row of a
 * suite: keys by HMAC alone (RFC 5246 section 5, RFC 5869), records by libcrypto's ciphers.
 */
#ifndef TEST_TLS_SEALER_H
#define TEST_TLS_SEALER_H

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/buffer.h"
#include "common/side.h"
#include "tls/suite.h"

enum {
	SEALER_RANDOM_LEN = 32,
	SEALER_MASTER_LEN = 48,
};

struct sealer {
	const struct suite *suite;
	uint16_t version; /* 0x0304: TLS 1.3 */
	bool encrypts_first;
	uint64_t sequence; /* of the next record */
	size_t padding;	   /* blocks too many under CBC, zeros under TLS 1.3 */
	uint8_t key[32];
	uint8_t mac_key[48];
	uint8_t iv[16]; /* TLS 1.0: of the next record */
};

/* It serves fuzz targets, too: no assertion of Check's. */
static inline void sealer_must(bool good)
{
	assert(good);
}

static inline size_t sealer_hmac(const char *hash, struct slice key, struct slice text, uint8_t *out)
{
	unsigned int len = 0;

	sealer_must(HMAC(EVP_get_digestbyname(hash), key.data, (int)key.len, text.data, text.len, out, &len) != NULL);
	return len;
}

/* P_hash: xors `len` bytes into `out`. */
static inline void sealer_p_hash(const char *hash, struct slice secret, struct slice seed, uint8_t *out, size_t len)
{
	uint8_t a[EVP_MAX_MD_SIZE + 128];
	uint8_t piece[EVP_MAX_MD_SIZE];
	size_t hash_len = sealer_hmac(hash, secret, seed, a);

	sealer_must(seed.len <= 128);
	for (size_t at = 0; at < len; at += hash_len) {
		memcpy(a + hash_len, seed.data, seed.len);
		sealer_hmac(hash, secret, slice_of(a, hash_len + seed.len), piece);
		for (size_t i = 0; i < hash_len && at + i < len; i++)
			out[at + i] ^= piece[i];
		sealer_hmac(hash, secret, slice_of(a, hash_len), piece);
		memcpy(a, piece, hash_len);
	}
}

static inline void sealer_prf(const struct suite *suite, uint16_t version, struct slice secret, struct slice seed,
			      uint8_t *out, size_t len)
{
	size_t half = (secret.len + 1) / 2;

	memset(out, 0, len);
	if (version == 0x0303) {
		sealer_p_hash(suite_hash_name(suite->hash), secret, seed, out, len);
		return;
	}
	sealer_p_hash("MD5", slice_sub(secret, 0, half), seed, out, len);
	sealer_p_hash("SHA1", slice_after(secret, secret.len - half), seed, out, len);
}

static inline void sealer_init_1_2(struct sealer *s, const struct suite *suite, uint16_t version, bool encrypts_first,
				   enum side sender, const uint8_t *master, const uint8_t *client_random,
				   const uint8_t *server_random)
{
	size_t mac_len = suite_hash_len(suite->mac);
	size_t iv_len = version == 0x0301 ? suite->block_len : suite->iv_len;
	size_t at = 0;
	uint8_t block[256];
	uint8_t seed[13 + 64];

	*s = (struct sealer){.suite = suite, .version = version, .encrypts_first = encrypts_first};
	memcpy(seed, "key expansion", 13);
	memcpy(seed + 13, server_random, 32);
	memcpy(seed + 45, client_random, 32);
	sealer_prf(suite, version, slice_of(master, SEALER_MASTER_LEN), slice_of(seed, sizeof(seed)), block,
		   2 * (mac_len + suite->key_len + iv_len));
	at += sender == SIDE_SERVER ? mac_len : 0;
	memcpy(s->mac_key, block + at, mac_len);
	at = 2 * mac_len + (sender == SIDE_SERVER ? suite->key_len : 0);
	memcpy(s->key, block + at, suite->key_len);
	at = 2 * mac_len + 2 * (size_t)suite->key_len + (sender == SIDE_SERVER ? iv_len : 0);
	memcpy(s->iv, block + at, iv_len);
}

/* HKDF-Expand-Label with an empty context; `len` at most that of the hash. */
static inline void sealer_expand(const struct suite *suite, struct slice secret, const char *label, uint8_t *out,
				 size_t len)
{
	uint8_t info[64] = {0, (uint8_t)len, (uint8_t)(strlen(label) + 6)};
	size_t info_len = 3;
	uint8_t made[EVP_MAX_MD_SIZE];

	memcpy(info + info_len, "tls13 ", 6);
	memcpy(info + info_len + 6, label, strlen(label));
	info_len += 6 + strlen(label);
	info[info_len++] = 0;
	info[info_len++] = 1; /* the first piece of HKDF-Expand */
	sealer_must(sealer_hmac(suite_hash_name(suite->hash), secret, slice_of(info, info_len), made) >= len);
	memcpy(out, made, len);
}

static inline void sealer_init_1_3(struct sealer *s, const struct suite *suite, struct slice traffic)
{
	*s = (struct sealer){.suite = suite, .version = 0x0304};
	sealer_expand(suite, traffic, "key", s->key, suite->key_len);
	sealer_expand(suite, traffic, "iv", s->iv, 12);
}

static inline EVP_CIPHER_CTX *sealer_begin(const struct sealer *s)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();

	sealer_must(EVP_EncryptInit_ex(c, EVP_get_cipherbyname(s->suite->cipher), NULL, NULL, NULL) == 1);
	return c;
}

static inline void sealer_aead(const struct sealer *s, const uint8_t *nonce, struct slice additional, struct slice text,
			       struct buffer *out)
{
	EVP_CIPHER_CTX *c = sealer_begin(s);
	uint8_t *at = buffer_room(out, text.len + 16);
	int len;

	sealer_must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, 12, NULL) == 1);
	if (s->suite->family == SUITE_CCM)
		sealer_must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, s->suite->tag_len, NULL) == 1);
	sealer_must(EVP_EncryptInit_ex(c, NULL, NULL, s->key, nonce) == 1);
	if (s->suite->family == SUITE_CCM)
		sealer_must(EVP_EncryptUpdate(c, NULL, &len, NULL, (int)text.len) == 1);
	sealer_must(EVP_EncryptUpdate(c, NULL, &len, additional.data, (int)additional.len) == 1);
	sealer_must(EVP_EncryptUpdate(c, at, &len, text.len > 0 ? text.data : at, (int)text.len) == 1);
	sealer_must(EVP_EncryptFinal_ex(c, at + text.len, &len) == 1);
	sealer_must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, s->suite->tag_len, at + text.len) == 1);
	out->len += text.len + s->suite->tag_len;
	EVP_CIPHER_CTX_free(c);
}

static inline void sealer_number(uint8_t out[8], uint64_t sequence)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(sequence >> (56 - 8 * i));
}

static inline void sealer_nonce(const struct sealer *s, uint8_t nonce[12])
{
	uint8_t number[8];

	sealer_number(number, s->sequence);
	memcpy(nonce, s->iv, 12);
	for (int i = 0; i < 8; i++)
		nonce[4 + i] ^= number[i];
}

/* Begins a record, whose length is set later. */
static inline void sealer_header(const struct sealer *s, uint8_t type, struct buffer *out)
{
	uint16_t version = s->version == 0x0304 ? 0x0303 : s->version;

	buffer_append(out, slice_of((uint8_t[]){type, (uint8_t)(version >> 8), (uint8_t)version, 0, 0}, 5));
}

static inline void sealer_set_len(uint8_t *header, size_t len)
{
	header[3] = (uint8_t)(len >> 8);
	header[4] = (uint8_t)len;
}

static inline void sealer_1_3(struct sealer *s, uint8_t type, struct slice text, struct buffer *out)
{
	size_t begin = out->len;
	struct buffer inner = {0};
	uint8_t header[5];
	uint8_t nonce[12];

	buffer_append(&inner, text);
	buffer_append_byte(&inner, type);
	for (size_t i = 0; i < s->padding; i++)
		buffer_append_byte(&inner, 0);
	sealer_header(s, 23, out);
	sealer_set_len(out->data + begin, inner.len + s->suite->tag_len);
	memcpy(header, out->data + begin, 5);
	sealer_nonce(s, nonce);
	sealer_aead(s, nonce, slice_of(header, 5), buffer_slice(&inner), out);
	buffer_fini(&inner);
}

/* sequence, type, version, length: what is authenticated with the text before TLS 1.3 */
static inline void sealer_pseudo(const struct sealer *s, uint8_t type, size_t len, uint8_t pseudo[13])
{
	sealer_number(pseudo, s->sequence);
	pseudo[8] = type;
	pseudo[9] = (uint8_t)(s->version >> 8);
	pseudo[10] = (uint8_t)s->version;
	pseudo[11] = (uint8_t)(len >> 8);
	pseudo[12] = (uint8_t)len;
}

static inline void sealer_aead_1_2(struct sealer *s, uint8_t type, struct slice text, struct buffer *out)
{
	uint8_t explicit[8];
	uint8_t pseudo[13];
	uint8_t nonce[12];

	sealer_header(s, type, out);
	sealer_pseudo(s, type, text.len, pseudo);
	sealer_nonce(s, nonce);
	if (s->suite->family != SUITE_CHACHA) {
		sealer_number(explicit, s->sequence + UINT64_C(0xd73ec2af8704dd46)); /* some number */
		memcpy(nonce, s->iv, 4);
		memcpy(nonce + 4, explicit, 8);
		buffer_append(out, slice_of(explicit, 8));
	}
	sealer_aead(s, nonce, slice_of(pseudo, 13), text, out);
}

static inline void sealer_mac(const struct sealer *s, uint8_t type, struct slice data, struct buffer *out)
{
	struct buffer all = {0};
	uint8_t pseudo[13];
	uint8_t mac[EVP_MAX_MD_SIZE];
	size_t len;

	sealer_pseudo(s, type, data.len, pseudo);
	buffer_append(&all, slice_of(pseudo, 13));
	buffer_append(&all, data);
	len = sealer_hmac(suite_hash_name(s->suite->mac), slice_of(s->mac_key, suite_hash_len(s->suite->mac)),
			  buffer_slice(&all), mac);
	buffer_append(out, slice_of(mac, len));
	buffer_fini(&all);
}

/* `inner`: whole blocks, with their padding and, unless it encrypts first, their MAC. */
static inline void sealer_encrypt(struct sealer *s, struct slice inner, struct buffer *out)
{
	size_t block = s->suite->block_len;
	EVP_CIPHER_CTX *c = sealer_begin(s);
	uint8_t iv[16];
	int len;

	memcpy(iv, s->iv, sizeof(iv));
	if (s->version != 0x0301) {
		memset(iv, (int)(0xa0 + s->sequence), sizeof(iv));
		buffer_append(out, slice_of(iv, block));
	}
	sealer_must(EVP_EncryptInit_ex(c, NULL, NULL, s->key, iv) == 1);
	sealer_must(EVP_CIPHER_CTX_set_padding(c, 0) == 1);
	sealer_must(EVP_EncryptUpdate(c, buffer_room(out, inner.len + block), &len, inner.data, (int)inner.len) == 1);
	out->len += (size_t)len;
	EVP_CIPHER_CTX_free(c);
	if (s->version == 0x0301 && len > 0)
		memcpy(s->iv, out->data + out->len - block, block);
}

/* A record of what is encrypted as it stands. */
static inline void sealer_blocks(struct sealer *s, uint8_t type, struct slice inner, struct buffer *out)
{
	size_t begin = out->len;

	sealer_header(s, type, out);
	sealer_encrypt(s, inner, out);
	if (s->encrypts_first)
		sealer_mac(s, type, slice_of(out->data + begin + 5, out->len - begin - 5), out);
	sealer_set_len(out->data + begin, out->len - begin - 5);
}

static inline void sealer_cbc(struct sealer *s, uint8_t type, struct slice text, struct buffer *out)
{
	size_t block = s->suite->block_len;
	struct buffer inner = {0};
	size_t padding;

	buffer_append(&inner, text);
	if (!s->encrypts_first)
		sealer_mac(s, type, text, &inner);
	padding = block - inner.len % block + s->padding * block;
	for (size_t i = 0; i < padding; i++)
		buffer_append_byte(&inner, (uint8_t)(padding - 1));
	sealer_blocks(s, type, buffer_slice(&inner), out);
	buffer_fini(&inner);
}

/* Appends one record. */
static inline void sealer_seal(struct sealer *s, uint8_t type, struct slice text, struct buffer *out)
{
	size_t begin = out->len;

	if (s->version == 0x0304)
		sealer_1_3(s, type, text, out);
	else if (s->suite->family == SUITE_CBC)
		sealer_cbc(s, type, text, out);
	else
		sealer_aead_1_2(s, type, text, out);
	sealer_set_len(out->data + begin, out->len - begin - 5);
	s->sequence++;
}

#endif
