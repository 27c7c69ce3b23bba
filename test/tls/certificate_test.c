#include "tls/certificate.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>

#include "peers.h"

static struct slice encode(X509 *x)
{
	unsigned char *bytes = NULL;
	int len = i2d_X509(x, &bytes);

	X509_free(x);
	ck_assert_int_gt(len, 0);
	return slice_of(bytes, (size_t)len);
}

static void release(struct slice der)
{
	unsigned char *bytes;

	memcpy(&bytes, &der.data, sizeof(bytes));
	OPENSSL_free(bytes);
}

static struct slice issue(const char *subject, const char *issuer, const char *names)
{
	return encode(peers_certificate(peers_key("EC"), subject, peers_key("EC"), issuer, names));
}

START_TEST(facts_of_one_are_read)
{
	struct slice der =
		issue("mail.example", "mail.example", "DNS:mail.example,IP:192.0.2.1,IP:2001:db8::1,email:a@b");
	struct certificate c;
	uint8_t hash[32];

	ck_assert(certificate_read(&c, &der, 1));
	ck_assert_str_eq(c.subject, "mail.example");
	ck_assert_str_eq(c.issuer, "mail.example");
	ck_assert(c.has_dates);
	ck_assert_int_eq(c.not_after - c.not_before, 86400 + 3600);
	ck_assert_uint_eq(c.name_count, 3);
	ck_assert_uint_eq(c.all_names, 3);
	ck_assert_str_eq(c.names[0], "mail.example");
	ck_assert_str_eq(c.names[1], "192.0.2.1");
	ck_assert_str_eq(c.names[2], "2001:db8::1");
	ck_assert_int_eq(c.chain, CERTIFICATE_CHAIN_SELF_SIGNED);
	ck_assert_uint_eq(c.chain_len, 1);
	ck_assert_mem_eq(c.sha256, SHA256(der.data, der.len, hash), sizeof(hash));
	certificate_fini(&c);
	release(der);
}
END_TEST

static const struct {
	const char *date;
	int64_t seconds;
} dates[] = {
	{"99991231235959Z", INT64_C(253402300799)}, /* RFC 5280 section 4.1.2.5: it has no end */
	{"22620411234717Z", INT64_C(9223372037)},
	{"19700101000000Z", 0},
	{"00000101000000Z", INT64_C(-62167219200)},
};

START_TEST(any_date_is_read)
{
	X509 *x = peers_certificate(peers_key("EC"), "a", peers_key("EC"), "a", NULL);
	struct certificate c;
	struct slice der;

	ck_assert_int_eq(ASN1_TIME_set_string(X509_getm_notBefore(x), dates[_i].date), 1);
	ck_assert_int_eq(ASN1_TIME_set_string(X509_getm_notAfter(x), dates[_i].date), 1);
	X509_sign(x, peers_key("EC"), EVP_sha256());
	der = encode(x);
	ck_assert(certificate_read(&c, &der, 1));
	ck_assert(c.has_dates);
	ck_assert_int_eq(c.not_before, dates[_i].seconds);
	ck_assert_int_eq(c.not_after, dates[_i].seconds);
	certificate_fini(&c);
	release(der);
}
END_TEST

START_TEST(what_is_no_date_is_none)
{
	X509 *x = peers_certificate(peers_key("EC"), "a", peers_key("EC"), "a", NULL);
	struct certificate c;
	struct slice der;

	ASN1_STRING_set(X509_getm_notAfter(x), "no date here.", 13);
	X509_sign(x, peers_key("EC"), EVP_sha256());
	der = encode(x);
	ck_assert(certificate_read(&c, &der, 1));
	ck_assert(!c.has_dates);
	certificate_fini(&c);
	release(der);
}
END_TEST

/* Nobody is read as another whose name is the begin of his own. */
START_TEST(a_nul_inside_is_seen)
{
	static const uint8_t name[] = "bank.example\0.evil.example";
	EVP_PKEY *key = peers_key("EC");
	X509 *x = peers_certificate(key, "x", key, "x", NULL);
	X509_NAME *subject = X509_NAME_new();
	GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
	GENERAL_NAME *one = GENERAL_NAME_new();
	ASN1_IA5STRING *text = ASN1_IA5STRING_new();
	struct certificate c;
	struct slice der;

	X509_NAME_add_entry_by_NID(subject, NID_commonName, V_ASN1_UTF8STRING, name, sizeof(name) - 1, -1, 0);
	X509_set_subject_name(x, subject);
	ASN1_STRING_set(text, name, sizeof(name) - 1);
	GENERAL_NAME_set0_value(one, GEN_DNS, text);
	sk_GENERAL_NAME_push(names, one);
	X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, 0);
	X509_sign(x, key, EVP_sha256());
	der = encode(x);
	ck_assert(certificate_read(&c, &der, 1));
	ck_assert_str_eq(c.subject, "bank.example\\0.evil.example");
	ck_assert_str_eq(c.names[0], "bank.example\\0.evil.example");
	ck_assert(!certificate_fits(der, "bank.example"));
	certificate_fini(&c);
	GENERAL_NAMES_free(names);
	X509_NAME_free(subject);
	release(der);
}
END_TEST

START_TEST(names_are_bounded)
{
	char list[30 * 150] = "";
	char subject[64 + 1];
	struct certificate c;
	struct slice der;

	for (int i = 0; i < 150; i++)
		snprintf(list + strlen(list), 30, "%sDNS:n%d.example", i > 0 ? "," : "", i);
	memset(subject, 'x', sizeof(subject) - 1);
	subject[sizeof(subject) - 1] = '\0';
	der = issue(subject, "b\303\266b", list);
	ck_assert(certificate_read(&c, &der, 1));
	ck_assert_str_eq(c.subject, subject);
	ck_assert_str_eq(c.issuer, "b\303\266b");
	ck_assert_uint_eq(c.name_count, CERTIFICATE_NAMES_MAX);
	ck_assert_uint_eq(c.all_names, 150);
	ck_assert_str_eq(c.names[99], "n99.example");
	certificate_fini(&c);
	release(der);
}
END_TEST

START_TEST(an_issuer_without_a_common_name_is_called_by_its_organization)
{
	EVP_PKEY *key = peers_key("EC");
	X509 *x = peers_certificate(key, "x", key, "x", NULL);
	X509_NAME *issuer = X509_NAME_new();
	struct certificate c;
	struct slice der;

	X509_NAME_add_entry_by_txt(issuer, "O", MBSTRING_UTF8, (const uint8_t *)"Trust Ltd", -1, -1, 0);
	X509_set_issuer_name(x, issuer);
	X509_set_subject_name(x, issuer);
	X509_sign(x, key, EVP_sha256());
	der = encode(x);
	ck_assert(certificate_read(&c, &der, 1));
	ck_assert_str_eq(c.subject, "");
	ck_assert_str_eq(c.issuer, "Trust Ltd");
	ck_assert_uint_eq(c.name_count, 0);
	certificate_fini(&c);
	X509_NAME_free(issuer);
	release(der);
}
END_TEST

static enum certificate_chain judge(const struct slice *chain, size_t count)
{
	struct certificate c;
	enum certificate_chain judged;

	ck_assert(certificate_read(&c, chain, count));
	judged = c.chain;
	ck_assert_uint_eq(c.chain_len, count);
	certificate_fini(&c);
	return judged;
}

static struct slice authority(EVP_PKEY *key, const char *subject, EVP_PKEY *by, const char *issuer)
{
	X509 *x = peers_certificate(key, subject, by, issuer, NULL);

	peers_add_extension(x, NID_basic_constraints, "critical,CA:TRUE");
	X509_sign(x, by, EVP_sha256());
	return encode(x);
}

START_TEST(chains_are_judged)
{
	EVP_PKEY *own = EVP_EC_gen("P-256");
	EVP_PKEY *middle = EVP_EC_gen("P-256");
	EVP_PKEY *root = peers_key("RSA");
	struct slice leaf = encode(peers_certificate(own, "mail.example", middle, "Middle", NULL));
	struct slice ca = authority(middle, "Middle", root, "Root");
	struct slice top = authority(root, "Root", root, "Root");
	struct slice other = authority(own, "Middle", root, "Root"); /* of the same name, with another key */
	struct slice rubbish = slice_from_text("0\202\1\1");
	struct slice many[CERTIFICATE_CHAIN_MAX + 2];
	struct certificate c;

	ck_assert_int_eq(judge((struct slice[]){leaf}, 1), CERTIFICATE_CHAIN_ALONE);
	ck_assert_int_eq(judge((struct slice[]){leaf, ca}, 2), CERTIFICATE_CHAIN_WHOLE);
	ck_assert_int_eq(judge((struct slice[]){leaf, ca, top}, 3), CERTIFICATE_CHAIN_WHOLE);
	ck_assert_int_eq(judge((struct slice[]){leaf, top}, 2), CERTIFICATE_CHAIN_BROKEN);
	ck_assert_int_eq(judge((struct slice[]){leaf, top, ca}, 3), CERTIFICATE_CHAIN_BROKEN);
	ck_assert_int_eq(judge((struct slice[]){leaf, other}, 2), CERTIFICATE_CHAIN_BROKEN);
	ck_assert_int_eq(judge((struct slice[]){leaf, ca, rubbish}, 3), CERTIFICATE_CHAIN_BROKEN);
	ck_assert_int_eq(judge((struct slice[]){top}, 1), CERTIFICATE_CHAIN_SELF_SIGNED);
	ck_assert_int_eq(judge((struct slice[]){top, ca}, 2), CERTIFICATE_CHAIN_SELF_SIGNED);
	many[0] = leaf;
	many[1] = ca;
	for (size_t i = 2; i < CERTIFICATE_CHAIN_MAX + 2; i++)
		many[i] = i < CERTIFICATE_CHAIN_MAX ? top : rubbish;
	ck_assert_int_eq(judge(many, CERTIFICATE_CHAIN_MAX + 2), CERTIFICATE_CHAIN_WHOLE);
	ck_assert(certificate_read(&c, &ca, 1));
	ck_assert_uint_eq(c.above_count, 0);
	certificate_fini(&c);
	ck_assert(certificate_read(&c, (struct slice[]){leaf, ca, rubbish, top}, 4));
	ck_assert_uint_eq(c.above_count, 3);
	ck_assert_str_eq(c.above[0], "Middle");
	ck_assert_str_eq(c.above[1], "");
	ck_assert_str_eq(c.above[2], "Root");
	certificate_fini(&c);
	ck_assert(certificate_read(&c, many, CERTIFICATE_CHAIN_MAX + 2));
	ck_assert_uint_eq(c.above_count, CERTIFICATE_CHAIN_MAX - 1);
	certificate_fini(&c);
	release(leaf);
	release(ca);
	release(top);
	release(other);
	EVP_PKEY_free(own);
	EVP_PKEY_free(middle);
}
END_TEST

/* Its names say it is its own issuer; the signature says another thing. */
START_TEST(who_bears_the_name_of_his_issuer_is_not_signed_by_himself)
{
	struct slice der = encode(peers_certificate(peers_key("EC"), "Root", peers_key("RSA"), "Root", NULL));

	ck_assert_int_eq(judge(&der, 1), CERTIFICATE_CHAIN_ALONE);
	release(der);
}
END_TEST

/* Of `bits`, public only: nobody signs with it. */
static EVP_PKEY *make_public_key(int bits)
{
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;
	BIGNUM *modulus = BN_new();
	OSSL_PARAM *params;

	BN_rand(modulus, bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
	OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, modulus);
	OSSL_PARAM_BLD_push_ulong(parts, OSSL_PKEY_PARAM_RSA_E, 65537);
	params = OSSL_PARAM_BLD_to_param(parts);
	ck_assert_int_eq(EVP_PKEY_fromdata_init(ctx), 1);
	ck_assert_int_eq(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(parts);
	EVP_PKEY_CTX_free(ctx);
	BN_free(modulus);
	return key;
}

/* Of a key whose use takes long only the name counts: a peer may send ten of them in each handshake. */
START_TEST(signatures_are_checked_by_keys_of_usual_length)
{
	static const struct {
		int bits;
		enum certificate_chain chain;
	} rows[] = {
		{4096, CERTIFICATE_CHAIN_BROKEN}, {4104, CERTIFICATE_CHAIN_WHOLE}, {16384, CERTIFICATE_CHAIN_WHOLE}};
	EVP_PKEY *key = make_public_key(rows[_i].bits);
	EVP_PKEY *root = peers_key("RSA");
	struct slice leaf = encode(peers_certificate(peers_key("EC"), "mail.example", root, "Middle", NULL));
	struct slice ca = authority(key, "Middle", root, "Root");

	ck_assert_int_eq(judge((struct slice[]){leaf, ca}, 2), rows[_i].chain);
	release(leaf);
	release(ca);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(hosts_fit)
{
	static const struct {
		const char *names;
		const char *host;
		bool fits;
	} rows[] = {
		{"DNS:mail.example", "mail.example", true},
		{"DNS:mail.example", "MAIL.example.", true},
		{"DNS:mail.example", "example", false},
		{"DNS:mail.example", ".example", false},
		{"DNS:mail.example", "", false},
		{"DNS:mail.example", ".", false},
		{"DNS:*.example.org", "mail.example.org", true},
		{"DNS:*.example.org", "a.mail.example.org", false},
		{"DNS:*.example.org", "example.org", false},
		{"DNS:m*.example.org", "mail.example.org", false},
		{NULL, "subject.example", true}, /* of old, where there are no names */
		{"DNS:a.example", "subject.example", false},
		{"IP:192.0.2.1", "192.0.2.1", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct slice der = issue("subject.example", "x", rows[i].names);

		ck_assert_msg(certificate_fits(der, rows[i].host) == rows[i].fits, "row %zu", i);
		release(der);
	}
	ck_assert(!certificate_fits(slice_from_text("no"), "mail.example"));
}
END_TEST

START_TEST(what_is_none_is_refused)
{
	struct slice der = issue("a", "a", "DNS:a.example");
	struct certificate c;

	ck_assert(!certificate_read(&c, NULL, 0));
	certificate_fini(&c);
	for (size_t len = 0; len < der.len; len++) {
		struct slice cut = slice_sub(der, 0, len);

		ck_assert(!certificate_read(&c, &cut, 1));
		certificate_fini(&c);
	}
	ck_assert_int_eq((int)ERR_peek_error(), 0);
	release(der);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, facts_of_one_are_read);
	tcase_add_loop_test(t, any_date_is_read, 0, sizeof(dates) / sizeof(dates[0]));
	tcase_add_test(t, what_is_no_date_is_none);
	tcase_add_test(t, a_nul_inside_is_seen);
	tcase_add_test(t, names_are_bounded);
	tcase_add_test(t, an_issuer_without_a_common_name_is_called_by_its_organization);
	tcase_add_test(t, chains_are_judged);
	tcase_add_loop_test(t, signatures_are_checked_by_keys_of_usual_length, 0, 3);
	tcase_add_test(t, who_bears_the_name_of_his_issuer_is_not_signed_by_himself);
	tcase_add_test(t, hosts_fit);
	tcase_add_test(t, what_is_none_is_refused);
}
