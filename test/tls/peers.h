/*
 * peers: libssl talks to itself through memory, and what passes is recorded as a capture would: the bytes of both sides
 * in their order, the key log, and what was said inside.
 */
#ifndef TEST_TLS_PEERS_H
#define TEST_TLS_PEERS_H

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "../main.h"
#include "base/buffer.h"
#include "base/mem.h"
#include "common/side.h"

enum {
	PEERS_PIECES_MAX = 4096,
	PEERS_READ_SIZE = 20000,
};

struct peers_piece {
	enum side side;
	size_t begin; /* in the side's bytes */
	size_t len;
};

struct peers {
	SSL_CTX *ctx[SIDES];
	SSL *ssl[SIDES];
	struct buffer wire[SIDES];
	struct buffer text[SIDES]; /* that the side said */
	struct buffer log;
	struct peers_piece *pieces;
	size_t piece_count;
	uint32_t counter;
	bool is_blind;	  /* what a side says does not arrive */
	bool reads_early; /* the server takes early data */
	SSL_SESSION *session;
};

struct peers_plan {
	int version;	     /* 0: any up to 1.3 */
	const char *ciphers; /* before TLS 1.3; NULL: libssl's own */
	const char *suites;  /* of TLS 1.3 */
	const char *key;     /* "RSA", "EC", "DSA" */
	const char *groups[SIDES];
	uint64_t options; /* SSL_OP_... of both */
	bool asks_client;
	uint32_t early_max;
	int fragment; /* bytes of a record, 0: as many as there may be */
	int padding;
	SSL_SESSION *resumes;
	const char *name;
	const char *names; /* in the server's certificate, as an extension has them */
};

/* ---- keys and certificates ---- */

static inline EVP_PKEY *peers_new_dsa(void)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
	EVP_PKEY *parameters = NULL;
	EVP_PKEY *key = NULL;

	ck_assert_int_eq(EVP_PKEY_paramgen_init(c), 1);
	ck_assert_int_eq(EVP_PKEY_CTX_set_dsa_paramgen_bits(c, 1024), 1);
	ck_assert_int_eq(EVP_PKEY_paramgen(c, &parameters), 1);
	EVP_PKEY_CTX_free(c);
	c = EVP_PKEY_CTX_new(parameters, NULL);
	ck_assert_int_eq(EVP_PKEY_keygen_init(c), 1);
	ck_assert_int_eq(EVP_PKEY_keygen(c, &key), 1);
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(parameters);
	return key;
}

static inline EVP_PKEY *peers_key(const char *kind)
{
	static EVP_PKEY *keys[3];

	if (strcmp(kind, "EC") == 0)
		return keys[0] != NULL ? keys[0] : (keys[0] = EVP_EC_gen("P-256"));
	if (strcmp(kind, "DSA") == 0)
		return keys[1] != NULL ? keys[1] : (keys[1] = peers_new_dsa());
	return keys[2] != NULL ? keys[2] : (keys[2] = EVP_RSA_gen(1024));
}

static inline void peers_add_extension(X509 *x, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ck_assert_ptr_nonnull(extension);
	X509_add_ext(x, extension, -1);
	X509_EXTENSION_free(extension);
}

/* Of `subject`, by `issuer`, whose key is `by`; `names` as an extension has them, NULL: none. */
static inline X509 *peers_certificate(EVP_PKEY *key, const char *subject, EVP_PKEY *by, const char *issuer,
				      const char *names)
{
	X509 *x = X509_new();
	static long serial;

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(x), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, (const uint8_t *)subject, -1, -1, 0);
	X509_NAME_add_entry_by_txt(X509_get_issuer_name(x), "CN", MBSTRING_UTF8, (const uint8_t *)issuer, -1, -1, 0);
	X509_set_pubkey(x, key);
	if (names != NULL)
		peers_add_extension(x, NID_subject_alt_name, names);
	ck_assert_int_gt(X509_sign(x, by, EVP_sha256()), 0);
	return x;
}

/* ---- set-up ---- */

static inline void peers_keep_line(const SSL *ssl, const char *line)
{
	struct peers *p = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	buffer_append_text(&p->log, line);
	buffer_append_byte(&p->log, '\n');
}

static inline int peers_keep_session(SSL *ssl, SSL_SESSION *session)
{
	struct peers *p = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	SSL_SESSION_free(p->session);
	p->session = session;
	return 1;
}

static inline int peers_trust(int good, X509_STORE_CTX *store)
{
	(void)good;
	(void)store;
	return 1;
}

static inline void peers_set_groups(SSL_CTX *c, const char *groups)
{
	char list[100];

	snprintf(list, sizeof(list), "%s", groups);
	ck_assert_int_eq(SSL_CTX_set1_groups_list(c, list), 1);
}

static inline void peers_set_context(struct peers *p, enum side side, const struct peers_plan *plan)
{
	SSL_CTX *c = p->ctx[side] = SSL_CTX_new(side == SIDE_CLIENT ? TLS_client_method() : TLS_server_method());
	EVP_PKEY *key = peers_key(plan->key != NULL ? plan->key : "EC");
	X509 *x = peers_certificate(key, side == SIDE_CLIENT ? "client" : "mail.example", key,
				    side == SIDE_CLIENT ? "client" : "mail.example",
				    side == SIDE_SERVER ? plan->names : NULL);

	SSL_CTX_set_app_data(c, p);
	SSL_CTX_set_security_level(c, 0);
	SSL_CTX_set_min_proto_version(c, plan->version != 0 ? plan->version : TLS1_VERSION);
	SSL_CTX_set_max_proto_version(c, plan->version);
	SSL_CTX_set_options(c, plan->options);
	SSL_CTX_set_keylog_callback(c, side == SIDE_CLIENT ? peers_keep_line : NULL);
	SSL_CTX_set_dh_auto(c, 1);
	if (plan->ciphers != NULL)
		ck_assert_int_eq(SSL_CTX_set_cipher_list(c, plan->ciphers), 1);
	if (plan->suites != NULL)
		ck_assert_int_eq(SSL_CTX_set_ciphersuites(c, plan->suites), 1);
	if (plan->groups[side] != NULL)
		peers_set_groups(c, plan->groups[side]);
	if (side == SIDE_SERVER || plan->asks_client) {
		ck_assert_int_eq(SSL_CTX_use_certificate(c, x), 1);
		ck_assert_int_eq(SSL_CTX_use_PrivateKey(c, key), 1);
	}
	X509_free(x);
	if (plan->fragment > 0)
		SSL_CTX_set_max_send_fragment(c, plan->fragment);
	if (plan->padding > 0)
		SSL_CTX_set_block_padding(c, (size_t)plan->padding);
	if (side == SIDE_CLIENT) {
		SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
		SSL_CTX_sess_set_new_cb(c, peers_keep_session);
		return;
	}
	SSL_CTX_set_max_early_data(c, plan->early_max);
	SSL_CTX_set_session_id_context(c, (const uint8_t *)"peers", 5);
	if (plan->asks_client)
		SSL_CTX_set_verify(c, SSL_VERIFY_PEER, peers_trust);
}

static inline void peers_connect(struct peers *p, const struct peers_plan *plan)
{
	char name[300];

	for (int side = 0; side < SIDES; side++) {
		SSL *ssl = p->ssl[side] = SSL_new(p->ctx[side]);

		SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
		if (side == SIDE_CLIENT)
			SSL_set_connect_state(ssl);
		else
			SSL_set_accept_state(ssl);
	}
	snprintf(name, sizeof(name), "%s", plan->name != NULL ? plan->name : "mail.example");
	SSL_set_tlsext_host_name(p->ssl[SIDE_CLIENT], name);
	if (plan->resumes != NULL)
		SSL_set_session(p->ssl[SIDE_CLIENT], plan->resumes);
}

static inline void peers_begin(struct peers *p, const struct peers_plan *plan)
{
	*p = (struct peers){.pieces = mem_zalloc(PEERS_PIECES_MAX * sizeof(p->pieces[0]))};
	for (int side = 0; side < SIDES; side++)
		peers_set_context(p, (enum side)side, plan);
	peers_connect(p, plan);
}

/* Another connection of the same two, recorded anew. */
static inline void peers_again(struct peers *p, const struct peers_plan *plan)
{
	for (int side = 0; side < SIDES; side++) {
		SSL_free(p->ssl[side]);
		buffer_clear(&p->wire[side]);
		buffer_clear(&p->text[side]);
	}
	buffer_clear(&p->log);
	p->piece_count = 0;
	peers_connect(p, plan);
}

static inline void peers_end(struct peers *p)
{
	for (int side = 0; side < SIDES; side++) {
		SSL_free(p->ssl[side]);
		SSL_CTX_free(p->ctx[side]);
		buffer_fini(&p->wire[side]);
		buffer_fini(&p->text[side]);
	}
	buffer_fini(&p->log);
	SSL_SESSION_free(p->session);
	free(p->pieces);
	ERR_clear_error();
}

/* ---- talk ---- */

/* What a side has to say goes over; whether that was something. */
static inline bool peers_carry(struct peers *p, enum side side)
{
	BIO *out = SSL_get_wbio(p->ssl[side]);
	size_t len = BIO_ctrl_pending(out);
	struct buffer *wire = &p->wire[side];

	if (len == 0)
		return false;
	ck_assert_uint_lt(p->piece_count, PEERS_PIECES_MAX);
	p->pieces[p->piece_count++] = (struct peers_piece){.side = side, .begin = wire->len, .len = len};
	ck_assert_int_eq(BIO_read(out, buffer_room(wire, len), (int)len), (int)len);
	if (!p->is_blind)
		BIO_write(SSL_get_rbio(p->ssl[side_other(side)]), wire->data + wire->len, (int)len);
	wire->len += len;
	return true;
}

/* A side takes in what came; what is said inside was kept when it was said. */
static inline void peers_listen(struct peers *p, enum side side)
{
	static uint8_t bytes[PEERS_READ_SIZE];
	int result = SSL_READ_EARLY_DATA_SUCCESS;
	size_t len;

	if (side == SIDE_SERVER && p->reads_early) {
		while (result == SSL_READ_EARLY_DATA_SUCCESS)
			result = SSL_read_early_data(p->ssl[side], bytes, sizeof(bytes), &len);
		p->reads_early = result != SSL_READ_EARLY_DATA_FINISH;
		ERR_clear_error();
		return;
	}
	if (!SSL_is_init_finished(p->ssl[side]))
		SSL_do_handshake(p->ssl[side]);
	while (SSL_is_init_finished(p->ssl[side]) && SSL_read(p->ssl[side], bytes, sizeof(bytes)) > 0)
		;
	ERR_clear_error();
}

static inline void peers_pump(struct peers *p)
{
	bool goes_on = true;

	while (goes_on) {
		peers_listen(p, SIDE_CLIENT);
		goes_on = peers_carry(p, SIDE_CLIENT);
		peers_listen(p, SIDE_SERVER);
		goes_on = peers_carry(p, SIDE_SERVER) || goes_on;
	}
}

static inline void peers_shake(struct peers *p)
{
	peers_pump(p);
	ck_assert(SSL_is_init_finished(p->ssl[SIDE_CLIENT]) && SSL_is_init_finished(p->ssl[SIDE_SERVER]));
}

/* No two places of a text read the same. */
static inline void peers_compose(struct peers *p, enum side side, size_t len)
{
	struct buffer *text = &p->text[side];
	size_t end = text->len + len;

	while (text->len < end)
		buffer_printf(text, "%c%06x ", side == SIDE_CLIENT ? 'c' : 's', (unsigned int)p->counter++);
	text->len = end;
}

/* `len` bytes of text, in one write; they arrive. */
static inline void peers_say(struct peers *p, enum side side, size_t len)
{
	struct buffer *text = &p->text[side];
	size_t begin = text->len;

	peers_compose(p, side, len);
	ck_assert_int_eq(SSL_write(p->ssl[side], text->data + begin, (int)len), (int)len);
	peers_pump(p);
}

/* A talk of mail: short lines, and a long run. */
static inline void peers_talk(struct peers *p)
{
	for (int i = 0; i < 4; i++) {
		peers_say(p, SIDE_SERVER, 40U + (unsigned int)i * 7);
		peers_say(p, SIDE_CLIENT, 20U + (unsigned int)i * 5);
	}
	peers_say(p, SIDE_CLIENT, 20000);
	peers_say(p, SIDE_SERVER, 30);
}

static inline void peers_close(struct peers *p)
{
	SSL_shutdown(p->ssl[SIDE_CLIENT]);
	peers_pump(p);
	SSL_shutdown(p->ssl[SIDE_SERVER]);
	peers_pump(p);
}

#endif
