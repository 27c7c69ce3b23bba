/* What TLS told of a session, in words and as members of its record. */
#include "output/tls_words.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "../main.h"
#include "dialog.h"
#include "mail/session_tls.h"
#include "output/records.h"

static struct player p;
static struct buffer out;
static struct records *records;
static struct certificate_cache *certificates;

static void setup(void)
{
	out = (struct buffer){0};
	records = records_new(&(struct record_origin){.observer = "sensor", .version = "0"}, true);
	certificates = certificate_cache_new();
	dialog_begin(&p, PROTOCOL_SMTP, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n");
	p.session->tls = true;
}

static void teardown(void)
{
	play_end(&p);
	certificate_cache_free(certificates);
	records_free(records);
	buffer_fini(&out);
}

static void take(struct tls_event event)
{
	event.name = event.name != NULL ? event.name : "";
	event.protocol = event.protocol != NULL ? event.protocol : "";
	session_tls_take(p.session, &event, &(struct stamp){.time_ns = PLAY_START_NS, .packet = 9}, 0, certificates);
}

static void take_hellos(uint16_t version, uint16_t suite)
{
	take((struct tls_event){.kind = TLS_CLIENT_HELLO, .name = "mail.example"});
	take((struct tls_event){
		.kind = TLS_SERVER_HELLO, .side = SIDE_SERVER, .version = version, .suite = suite, .protocol = "smtp"});
}

static void expect(const char *text)
{
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, text);
	buffer_clear(&out);
}

static void expect_part(const char *text)
{
	ck_assert_msg(memmem(out.data, out.len, text, strlen(text)) != NULL, "%s\n%.*s", text, (int)out.len, out.data);
}

static void put_record(void)
{
	buffer_clear(&out);
	records_session(records, &out, p.session, (const char *const[SIDES]){NULL, NULL});
}

static void put_words(void)
{
	buffer_clear(&out);
	tls_words_session(p.session, &out);
}

/* ---- the session ---- */

START_TEST(what_was_agreed_on_is_told)
{
	take_hellos(TLS_VERSION_1_3, 0x1302);
	put_words();
	expect("TLS 1.3, for mail.example, ALPN smtp, TLS_AES_256_GCM_SHA384");
	put_record();
	expect_part("\"tls\":{\"established\":true,\"version\":\"1.3\",\"version_protocol\":\"tls\","
		    "\"cipher\":\"TLS_AES_256_GCM_SHA384\",\"resumed\":false,\"next_protocol\":\"smtp\","
		    "\"client\":{\"server_name\":\"mail.example\"}}");
	take((struct tls_event){.kind = TLS_TEXT, .is_hidden = true});
	put_words();
	expect("TLS 1.3 (read with its key), for mail.example, ALPN smtp, TLS_AES_256_GCM_SHA384");
	put_record();
	expect_part(",\"tls\":{\"decrypted\":true}}}\n");
}
END_TEST

START_TEST(little_is_told_where_little_is_known)
{
	put_words();
	expect("TLS");
	put_record();
	expect_part("\"tls\":{\"established\":true},");
	expect_part(",\"tls\":{\"decrypted\":false}}}\n");
	p.session->tls = false;
	put_record();
	ck_assert_ptr_null(memmem(out.data, out.len, "\"tls\"", 5));
}
END_TEST

static const struct {
	uint16_t version;
	const char *members;
	const char *words;
} versions[] = {
	{0x0300, "\"version\":\"3.0\",\"version_protocol\":\"ssl\",", "SSL 3.0, "},
	{0x0301, "\"version\":\"1.0\",\"version_protocol\":\"tls\",", "TLS 1.0, "},
	{0x0302, "\"version\":\"1.1\",\"version_protocol\":\"tls\",", "TLS 1.1, "},
	{0x0303, "\"version\":\"1.2\",\"version_protocol\":\"tls\",", "TLS 1.2, "},
	{0x0304, "\"version\":\"1.3\",\"version_protocol\":\"tls\",", "TLS 1.3, "},
	{0x7f17, "\"tls\":{\"established\":true,\"resumed\":false,", "an unknown version, "},
};

START_TEST(versions_are_told)
{
	take_hellos(versions[_i].version, 0xfefe);
	put_record();
	expect_part(versions[_i].members);
	ck_assert_ptr_null(memmem(out.data, out.len, "cipher", 6)); /* no RFC knows it */
	put_words();
	expect_part(versions[_i].words);
	expect_part("cipher suite 0xfefe");
}
END_TEST

START_TEST(resumption_and_the_client_s_certificate_are_told)
{
	struct slice chain[] = {slice_from_text("x")};

	take((struct tls_event){
		.kind = TLS_SERVER_HELLO, .version = TLS_VERSION_1_2, .suite = 0xc02f, .is_resumed = true});
	take((struct tls_event){.kind = TLS_CERTIFICATE, .side = SIDE_CLIENT, .chain = chain, .chain_len = 1});
	put_words();
	expect("TLS 1.2, resumed, with a certificate of the client, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
	put_record();
	expect_part("\"resumed\":true");
}
END_TEST

static const struct {
	enum tls_unread why;
	const char *member;
	const char *words;
} reasons[] = {
	{TLS_NO_KEY, "no-key", "there is no key for it"},
	{TLS_NO_HANDSHAKE, "no-handshake", "its handshake was not captured"},
	{TLS_SUITE, "suite", "its cipher suite is not supported"},
	{TLS_COMPRESSED, "compressed", "it is compressed"},
	{TLS_GAP, "gap", "the capture lost 17 bytes inside the encryption"},
};

START_TEST(why_it_is_not_read_is_told)
{
	char text[200];

	if (_i % 2 == 1)
		take((struct tls_event){.kind = TLS_TEXT, .is_hidden = true});
	take((struct tls_event){.kind = TLS_UNREAD, .side = SIDE_SERVER, .why = reasons[_i / 2].why, .len = 17});
	put_record();
	snprintf(text, sizeof(text), ",\"tls\":{\"decrypted\":%s,\"reason\":\"%s\"}}}\n",
		 _i % 2 == 1 ? "true" : "false", reasons[_i / 2].member);
	expect_part(text);
	put_words();
	snprintf(text, sizeof(text), "TLS (%s: %s)", _i % 2 == 1 ? "the server not read" : "not read",
		 reasons[_i / 2].words);
	expect(text);
}
END_TEST

START_TEST(an_alert_is_told)
{
	take((struct tls_event){.kind = TLS_ALERT,
				.side = _i % 2 == 0 ? SIDE_CLIENT : SIDE_SERVER,
				.level = 2,
				.description = _i < 2 ? TLS_ALERT_UNKNOWN_CA : 254});
	put_record();
	expect_part(_i == 0   ? "\"alert\":{\"from\":\"client\",\"name\":\"unknown CA\"}"
		    : _i == 1 ? "\"alert\":{\"from\":\"server\",\"name\":\"unknown CA\"}"
		    : _i == 2 ? "\"alert\":{\"from\":\"client\",\"name\":\"unknown\"}"
			      : "\"alert\":{\"from\":\"server\",\"name\":\"unknown\"}");
	buffer_clear(&out);
	tls_words_step(p.session, &session_tls_of(p.session)->steps[0], &out);
	expect(_i < 2 ? "TLS alert: unknown CA" : "TLS alert: unknown");
}
END_TEST

/* ---- the certificate ---- */

/* `end`: as ASN.1 has it; NULL: it has no date that can be read. */
static struct slice make_certificate(const char *names, const char *end)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	unsigned char *der = NULL;
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
	int len;

	ASN1_TIME_set(X509_getm_notBefore(x), 1767225600); /* 2026-01-01 */
	ck_assert_int_eq(ASN1_TIME_set_string(X509_getm_notAfter(x), end != NULL ? end : "20261231235959Z"), 1);
	if (end == NULL)
		ASN1_STRING_set(X509_getm_notAfter(x), "no date here.", 13);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, (const uint8_t *)"mail\033.example",
				   -1, -1, 0);
	X509_NAME_add_entry_by_txt(X509_get_issuer_name(x), "CN", MBSTRING_UTF8, (const uint8_t *)"An Authority", -1,
				   -1, 0);
	X509_set_version(x, 2);
	X509_add_ext(x, extension, -1);
	X509_set_pubkey(x, key);
	ck_assert_int_gt(X509_sign(x, key, EVP_sha256()), 0);
	len = i2d_X509(x, &der);
	ck_assert_int_gt(len, 0);
	X509_EXTENSION_free(extension);
	X509_free(x);
	EVP_PKEY_free(key);
	return slice_of(der, (size_t)len);
}

static void take_certificate(const char *names, const char *end)
{
	struct slice chain[1] = {make_certificate(names, end)};

	take((struct tls_event){.kind = TLS_CERTIFICATE, .side = SIDE_SERVER, .chain = chain, .chain_len = 1});
	OPENSSL_free((void *)(uintptr_t)chain[0].data);
}

START_TEST(the_certificate_is_told)
{
	take((struct tls_event){.kind = TLS_CLIENT_HELLO, .name = _i == 0 ? "mail.example" : "other.example"});
	take_certificate("DNS:mail.example,DNS:*.mail.example", "20261231235959Z");
	put_record();
	expect_part("\"x509\":{\"subject\":{\"common_name\":\"mail\\u001b.example\"},"
		    "\"issuer\":{\"common_name\":\"An Authority\"},\"not_before\":\"2026-01-01T00:00:00Z\","
		    "\"not_after\":\"2026-12-31T23:59:59Z\","
		    "\"alternative_names\":[\"mail.example\",\"*.mail.example\"]}");
	expect_part("\"hash\":{\"sha256\":\"");
	buffer_clear(&out);
	tls_words_certificate(p.session, &out);
	expect(_i == 0 ? "Certificate of mail\u241b.example, issued by An Authority, which is not there, from "
			 "2026-01-01 to "
			 "2026-12-31; names: mail.example *.mail.example"
		       : "Certificate of mail\u241b.example, issued by An Authority, which is not there, from "
			 "2026-01-01 to "
			 "2026-12-31, not for the name asked for; names: mail.example *.mail.example");
	tls_words_step(p.session, &session_tls_of(p.session)->steps[1], &out);
	expect("TLS Certificate of mail\u241b.example");
}
END_TEST

/* RFC 6066 section 3: an address is no name, and compared with none. */
START_TEST(an_address_asked_for_is_not_compared)
{
	static const struct {
		const char *name;
		bool fits;
	} rows[] = {{"192.0.2.1", true},	  {"2001:db8::1", true},  {"192.0.2", false},	 {"192.0.2.1.", false},
		    {"192.0.2.1.example", false}, {"mail.example", true}, {"2001:db8::g", false}};

	take((struct tls_event){.kind = TLS_CLIENT_HELLO, .name = rows[_i].name});
	take_certificate("DNS:mail.example", "20261231235959Z");
	ck_assert_int_eq(session_tls_of(p.session)->fits, rows[_i].fits);
}
END_TEST

/* RFC 5280 section 4.1.2.5. */
START_TEST(a_certificate_may_have_no_end)
{
	take_certificate("DNS:mail.example", "99991231235959Z");
	put_record();
	expect_part("\"not_before\":\"2026-01-01T00:00:00Z\",\"not_after\":\"9999-12-31T23:59:59Z\"");
	buffer_clear(&out);
	tls_words_certificate(p.session, &out);
	expect_part(", from 2026-01-01 to 9999-12-31;");
}
END_TEST

START_TEST(dates_that_are_none_are_not_told)
{
	take_certificate("DNS:mail.example", NULL);
	put_record();
	expect_part("\"issuer\":{\"common_name\":\"An Authority\"},\"alternative_names\"");
	buffer_clear(&out);
	tls_words_certificate(p.session, &out);
	expect("Certificate of mail\u241b.example, issued by An Authority, which is not there; names: mail.example");
}
END_TEST

/* With names that a terminal would obey made visible. */
START_TEST(the_chain_is_told)
{
	struct slice der = make_certificate("DNS:mail.example", "20261231235959Z");
	struct slice chain[3] = {der, der, slice_from_text("none")};

	take((struct tls_event){.kind = TLS_CERTIFICATE, .side = SIDE_SERVER, .chain = chain, .chain_len = 3});
	OPENSSL_free((void *)(uintptr_t)der.data);
	tls_words_certificate(p.session, &out);
	expect("Certificate of mail\u241b.example, issued by An Authority, in a chain that is broken, from 2026-01-01 "
	       "to "
	       "2026-12-31; names: mail.example; above it: mail\u241b.example, (no name)");
}
END_TEST

START_TEST(without_a_certificate_there_are_no_words)
{
	tls_words_certificate(p.session, &out);
	ck_assert_uint_eq(out.len, 0);
	tls_words_unread(p.session, &out);
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

/* ---- steps ---- */

static const struct {
	struct tls_event event;
	const char *words;
} steps[] = {
	{{.kind = TLS_CLIENT_HELLO}, "TLS ClientHello for mail.example"},
	{{.kind = TLS_CLIENT_HELLO, .is_again = true}, "TLS ClientHello (again) for mail.example"},
	{{.kind = TLS_SERVER_HELLO, .side = SIDE_SERVER, .version = 0x0303, .suite = 0x009c},
	 "TLS ServerHello: TLS 1.2, TLS_RSA_WITH_AES_128_GCM_SHA256"},
	{{.kind = TLS_SERVER_HELLO, .side = SIDE_SERVER, .version = 0x0304, .suite = 0x1301, .has_retry = true},
	 "TLS HelloRetryRequest"},
	{{.kind = TLS_EXTENSIONS, .side = SIDE_SERVER}, "TLS EncryptedExtensions"},
	{{.kind = TLS_CERTIFICATE, .side = SIDE_CLIENT}, "TLS Certificate"},
	{{.kind = TLS_CERTIFICATE_REQUEST, .side = SIDE_SERVER}, "TLS CertificateRequest"},
	{{.kind = TLS_FINISHED}, "TLS Finished"},
	{{.kind = TLS_TICKET, .side = SIDE_SERVER}, "TLS NewSessionTicket"},
	{{.kind = TLS_KEY_UPDATE}, "TLS KeyUpdate"},
	{{.kind = TLS_ALERT_HIDDEN}, "TLS alert, encrypted"},
};

START_TEST(steps_have_their_names)
{
	const struct session_tls *t;

	take((struct tls_event){.kind = TLS_CLIENT_HELLO, .name = "mail.example"});
	take(steps[_i].event);
	t = session_tls_of(p.session);
	tls_words_step(p.session, &t->steps[t->step_count - 1], &out);
	expect(steps[_i].words);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_was_agreed_on_is_told);
	tcase_add_test(t, little_is_told_where_little_is_known);
	tcase_add_loop_test(t, versions_are_told, 0, sizeof(versions) / sizeof(versions[0]));
	tcase_add_test(t, resumption_and_the_client_s_certificate_are_told);
	tcase_add_loop_test(t, why_it_is_not_read_is_told, 0, 2 * sizeof(reasons) / sizeof(reasons[0]));
	tcase_add_loop_test(t, an_alert_is_told, 0, 4);
	tcase_add_loop_test(t, the_certificate_is_told, 0, 2);
	tcase_add_loop_test(t, an_address_asked_for_is_not_compared, 0, 7);
	tcase_add_test(t, a_certificate_may_have_no_end);
	tcase_add_test(t, dates_that_are_none_are_not_told);
	tcase_add_test(t, the_chain_is_told);
	tcase_add_test(t, without_a_certificate_there_are_no_words);
	tcase_add_loop_test(t, steps_have_their_names, 0, sizeof(steps) / sizeof(steps[0]));
}
