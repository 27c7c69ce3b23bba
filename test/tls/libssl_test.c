/* What libssl says to itself opens, under each suite that it has, with the secrets that it logs. */
#include <openssl/ssl.h>
#include <stdio.h>

#include "../main.h"
#include "base/buffer.h"
#include "suite_codes.h"
#include "tls/key_log.h"
#include "tls/protection.h"

enum {
	TEXT_LEN = 40000, /* three records */
	ROUNDS = 8,	  /* more than a handshake takes */
	SUITES_MIN = 40,  /* that a libssl has, whatever it was built with */
};

struct credentials {
	EVP_PKEY *key;
	X509 *certificate;
};

static struct credentials credentials[2];

struct talk {
	const struct suite *suite;
	uint16_t version;
	SSL_CTX *contexts[SIDES];
	SSL *ends[SIDES];
	struct buffer said[SIDES];
	struct key_set keys;
	uint8_t randoms[SIDES][KEY_RANDOM_LEN];
	bool encrypts_first;
};

static void certify(struct credentials *c, EVP_PKEY *key)
{
	X509_NAME *name;

	c->key = key;
	c->certificate = X509_new();
	name = X509_get_subject_name(c->certificate);
	X509_gmtime_adj(X509_getm_notBefore(c->certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(c->certificate), 86400);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"mx.example", -1, -1, 0);
	X509_set_issuer_name(c->certificate, name);
	X509_set_pubkey(c->certificate, key);
	ck_assert_int_gt(X509_sign(c->certificate, key, EVP_sha256()), 0);
}

static void take_line(void *ctx, const struct key_line *line)
{
	struct talk *t = ctx;

	t->keys.of[line->label] = line->secret;
}

static void log_keys(const SSL *ssl, const char *line)
{
	struct key_log log;

	key_log_init(&log);
	key_log_feed(&log, slice_from_text(line), take_line, SSL_get_app_data(ssl));
	key_log_finish(&log, take_line, SSL_get_app_data(ssl));
}

static bool set_suite(SSL_CTX *c, const struct talk *t, const char *name)
{
	char list[128];

	snprintf(list, sizeof(list), "%s:@SECLEVEL=0", name);
	return t->suite->is_1_3 ? SSL_CTX_set_ciphersuites(c, name) : SSL_CTX_set_cipher_list(c, list);
}

static void open_end(struct talk *t, enum side side, const char *name, bool encrypts_first)
{
	SSL_CTX *c = SSL_CTX_new(side == SIDE_CLIENT ? TLS_client_method() : TLS_server_method());
	SSL *end;

	ck_assert(SSL_CTX_set_min_proto_version(c, t->version) && SSL_CTX_set_max_proto_version(c, t->version));
	ck_assert(set_suite(c, t, name));
	if (!encrypts_first)
		SSL_CTX_set_options(c, SSL_OP_NO_ENCRYPT_THEN_MAC);
	SSL_CTX_set_dh_auto(c, 1);
	SSL_CTX_set_keylog_callback(c, log_keys);
	for (int i = 0; side == SIDE_SERVER && i < 2; i++)
		ck_assert(SSL_CTX_use_certificate(c, credentials[i].certificate) &&
			  SSL_CTX_use_PrivateKey(c, credentials[i].key));
	end = SSL_new(c);
	SSL_set_app_data(end, t);
	SSL_set_bio(end, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	if (side == SIDE_CLIENT)
		SSL_set_connect_state(end);
	else
		SSL_set_accept_state(end);
	t->contexts[side] = c;
	t->ends[side] = end;
}

/* Takes what a side said to the other, and writes it down. */
static void carry(struct talk *t, enum side side)
{
	uint8_t bytes[4096];
	int len;

	while ((len = BIO_read(SSL_get_wbio(t->ends[side]), bytes, sizeof(bytes))) > 0) {
		buffer_append(&t->said[side], slice_of(bytes, (size_t)len));
		BIO_write(SSL_get_rbio(t->ends[side_other(side)]), bytes, len);
	}
}

static bool shake_hands(struct talk *t)
{
	for (int round = 0; round < ROUNDS; round++)
		for (int side = 0; side < SIDES; side++) {
			SSL_do_handshake(t->ends[side]);
			carry(t, (enum side)side);
		}
	return SSL_is_init_finished(t->ends[SIDE_CLIENT]) && SSL_is_init_finished(t->ends[SIDE_SERVER]);
}

static void say(struct talk *t, enum side side, const uint8_t *text)
{
	uint8_t bytes[4096];

	ck_assert_int_eq(SSL_write(t->ends[side], text, TEXT_LEN), TEXT_LEN);
	carry(t, side);
	while (SSL_read(t->ends[side_other(side)], bytes, sizeof(bytes)) > 0)
		continue;
}

static uint32_t number(const uint8_t *at, size_t len)
{
	uint32_t n = 0;

	for (size_t i = 0; i < len; i++)
		n = n << 8 | at[i];
	return n;
}

/* Of the hellos, which each fill a record: randoms, and whether encrypt-then-MAC (22) was agreed on. */
static void read_hellos(struct talk *t)
{
	const uint8_t *server = t->said[SIDE_SERVER].data + 5;
	size_t end = 4 + number(server + 1, 3);
	size_t at = 6 + KEY_RANDOM_LEN;

	memcpy(t->randoms[SIDE_CLIENT], t->said[SIDE_CLIENT].data + 5 + 6, KEY_RANDOM_LEN);
	memcpy(t->randoms[SIDE_SERVER], server + 6, KEY_RANDOM_LEN);
	at += 1U + server[at];
	ck_assert_uint_eq(number(server + at, 2), t->suite->code);
	for (at += 5; at + 4 <= end; at += 4 + number(server + at + 2, 2))
		t->encrypts_first |= number(server + at, 2) == 22;
}

/* One side as an observer reads it. */
struct reading {
	const struct talk *t;
	enum side side;
	struct protection *protection;
	struct key_secret traffic; /* TLS 1.3 */
	uint64_t sequence;
	struct buffer text;
};

static void use(struct reading *r, struct protection *p)
{
	protection_free(r->protection);
	r->protection = p;
	r->sequence = 0;
	ck_assert_ptr_nonnull(p);
}

static void use_traffic(struct reading *r, enum key_label of_client, enum key_label of_server)
{
	r->traffic = r->t->keys.of[r->side == SIDE_CLIENT ? of_client : of_server];
	use(r, protection_new_1_3(r->t->suite, &r->traffic));
}

/* TLS 1.3: Finished (20) and KeyUpdate (24) change the key. */
static void follow(struct reading *r, const uint8_t *messages, size_t len)
{
	bool has_finished = false;
	bool has_update = false;

	for (size_t at = 0; at + 4 <= len; at += 4 + number(messages + at + 1, 3)) {
		has_finished |= messages[at] == 20;
		has_update |= messages[at] == 24;
	}
	if (has_finished)
		use_traffic(r, KEY_CLIENT_TRAFFIC_SECRET_0, KEY_SERVER_TRAFFIC_SECRET_0);
	if (has_update) {
		ck_assert(protection_next_secret(r->t->suite, &r->traffic, &r->traffic));
		use(r, protection_new_1_3(r->t->suite, &r->traffic));
	}
}

static void read_record(struct reading *r, const uint8_t *header, struct slice body)
{
	const struct talk *t = r->t;
	bool is_1_3 = t->suite->is_1_3;
	uint8_t out[PROTECTION_TEXT_MAX];
	struct opened_record opened;

	if (is_1_3 ? header[0] == 23 : r->protection != NULL) {
		ck_assert_msg(protection_open(r->protection, header, body, r->sequence++, out, &opened), "%s %04x",
			      t->suite->name, t->version);
		if (opened.type == 23)
			buffer_append(&r->text, slice_of(out, opened.len));
		else if (opened.type == 22 && is_1_3)
			follow(r, out, opened.len);
	} else if (header[0] == 20 && !is_1_3) {
		use(r,
		    protection_new_1_2(t->suite, t->version, t->encrypts_first, r->side, &t->keys.of[KEY_CLIENT_RANDOM],
				       t->randoms[SIDE_CLIENT], t->randoms[SIDE_SERVER]));
	}
}

static void read_side(const struct talk *t, enum side side, const uint8_t *text)
{
	struct slice rest = buffer_slice(&t->said[side]);
	struct reading r = {.t = t, .side = side};

	if (t->suite->is_1_3)
		use_traffic(&r, KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET, KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET);
	while (rest.len >= 5) {
		struct slice body = slice_sub(rest, 5, number(rest.data + 3, 2));

		read_record(&r, rest.data, body);
		rest = slice_after(rest, 5 + body.len);
	}
	ck_assert_uint_eq(r.text.len, 2 * TEXT_LEN);
	ck_assert_mem_eq(r.text.data, text, TEXT_LEN);
	ck_assert_mem_eq(r.text.data + TEXT_LEN, text, TEXT_LEN);
	protection_free(r.protection);
	buffer_fini(&r.text);
}

static void talk_and_read(struct talk *t)
{
	uint8_t text[TEXT_LEN];

	for (int i = 0; i < TEXT_LEN; i++)
		text[i] = (uint8_t)(i * i >> 4);
	say(t, SIDE_CLIENT, text);
	say(t, SIDE_SERVER, text);
	if (t->suite->is_1_3)
		ck_assert(SSL_key_update(t->ends[SIDE_CLIENT], SSL_KEY_UPDATE_REQUESTED));
	say(t, SIDE_CLIENT, text);
	say(t, SIDE_SERVER, text);
	read_hellos(t);
	read_side(t, SIDE_CLIENT, text);
	read_side(t, SIDE_SERVER, text);
}

/* Whether libssl could do it: it wants a certificate of the suite's kind. */
static bool try(const struct suite *suite, const char *name, uint16_t version, bool encrypts_first)
{
	struct talk t = {.suite = suite, .version = version};
	bool good;

	open_end(&t, SIDE_CLIENT, name, encrypts_first);
	open_end(&t, SIDE_SERVER, name, encrypts_first);
	good = shake_hands(&t);
	if (good)
		talk_and_read(&t);
	if (good && suite->family == SUITE_CBC)
		ck_assert_int_eq(t.encrypts_first, encrypts_first);
	for (int side = 0; side < SIDES; side++) {
		SSL_free(t.ends[side]);
		SSL_CTX_free(t.contexts[side]);
		buffer_fini(&t.said[side]);
	}
	return good;
}

static int try_versions(const struct suite *suite, const char *name)
{
	bool is_cbc = suite->family == SUITE_CBC;
	uint16_t last = suite->is_1_3 ? 0x0304 : 0x0303;
	uint16_t first = is_cbc && suite->mac == SUITE_HASH_SHA1 ? 0x0301 : last;
	int good = 0;

	for (uint16_t version = first; version <= last; version++)
		for (int encrypts_first = 0; encrypts_first < (is_cbc ? 2 : 1); encrypts_first++)
			good += try(suite, name, version, encrypts_first != 0);
	return good;
}

START_TEST(libssl_is_read_under_each_suite)
{
	SSL_CTX *context = SSL_CTX_new(TLS_method());
	SSL *ssl = SSL_new(context);
	int good = 0;

	certify(&credentials[0], EVP_RSA_gen(2048));
	certify(&credentials[1], EVP_EC_gen("P-256"));
	for (size_t i = 0; i < SUITE_CODES; i++) {
		const struct suite *suite = suite_find(suite_codes[i]);
		const SSL_CIPHER *cipher =
			SSL_CIPHER_find(ssl, (const uint8_t[]){(uint8_t)(suite->code >> 8), (uint8_t)suite->code});

		if (cipher == NULL)
			continue;
		ck_assert_str_eq(SSL_CIPHER_standard_name(cipher), suite->name);
		if (suite->cipher != NULL)
			good += try_versions(suite, SSL_CIPHER_get_name(cipher)) > 0;
	}
	ck_assert_int_ge(good, SUITES_MIN);
	for (int i = 0; i < 2; i++) {
		X509_free(credentials[i].certificate);
		EVP_PKEY_free(credentials[i].key);
	}
	SSL_free(ssl);
	SSL_CTX_free(context);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, libssl_is_read_under_each_suite);
}
