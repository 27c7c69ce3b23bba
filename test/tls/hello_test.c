#include "tls/hello.h"

#include <stdlib.h>

#include "../main.h"
#include "base/buffer.h"
#include "base/mem.h"

#define RANDOM "0123456789abcdef0123456789abcdef"
#define SNI    "\x00\x00\x00\x10\x00\x0e\x00\x00\x0bns1.example"
#define OFFERS "\x00\x2b\x00\x09\x08\x0a\x0a\x03\x04\x03\x03\x03\x01"
#define ALPN   "\x00\x10\x00\x0e\x00\x0c\x04smtp\x06h2test"
#define TICKET "\x00\x23\x00\x04tick"
#define EARLY  "\x00\x2a\x00\x00"
#define CLIENT "\x03\x03" RANDOM "\x04sess\x00\x02\x13\x01\x01\x00\x00\x50" SNI OFFERS ALPN TICKET EARLY
#define RETRY                                                                                                          \
	"\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"                                             \
	"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c"
#define SERVER_1_3   "\x03\x03" RANDOM "\x00\x13\x01\x00\x00\x0c\x00\x2b\x00\x02\x03\x04\x00\x29\x00\x02\x00\x00"
#define SERVER_1_0   "\x03\x01" RANDOM "\x02id\x00\x2f\x01"
#define SERVER_EXTRA "\x03\x03" RANDOM "\x00\x00\x2f\x00\x00\x0f\x00\x16\x00\x00\x00\x10\x00\x07\x00\x05\x04smtp"
#define SERVER_RETRY "\x03\x03" RETRY "\x00\x13\x02\x00\x00\x06\x00\x2b\x00\x02\x03\x04"

/* A copy whose end a sanitizer knows. */
static struct slice copy(const void *bytes, size_t len)
{
	return slice_of(len > 0 ? memcpy(mem_alloc(len), bytes, len) : NULL, len);
}

static void release(struct slice s)
{
	void *bytes;

	memcpy(&bytes, &s.data, sizeof(bytes));
	free(bytes);
}

#define SLICE(text) slice_of(text, sizeof(text) - 1)

START_TEST(a_client_says_what_it_offers)
{
	struct client_hello h;

	ck_assert(hello_read_client(SLICE(CLIENT), &h));
	ck_assert_uint_eq(h.version, TLS_VERSION_1_3);
	ck_assert_mem_eq(h.random, RANDOM, KEY_RANDOM_LEN);
	ck_assert(slice_equals(h.session_id, slice_from_text("sess")));
	ck_assert(slice_equals(h.ticket, slice_from_text("tick")));
	ck_assert(h.has_early_data);
	ck_assert_str_eq(h.name, "ns1.example");
	ck_assert_str_eq(h.protocol, "smtp");
}
END_TEST

/* Cut anywhere it says what stands before the cut, and nothing that does not. */
START_TEST(a_cut_client_says_less)
{
	for (size_t len = 0; len < sizeof(CLIENT) - 1; len++) {
		struct slice cut = copy(CLIENT, len);
		struct client_hello h;

		ck_assert(hello_read_client(cut, &h) == (len >= 2 + KEY_RANDOM_LEN));
		ck_assert(h.session_id.len == 0 || h.session_id.len == 4);
		ck_assert(h.ticket.len == 0 || slice_equals(h.ticket, slice_from_text("tick")));
		ck_assert(!h.has_early_data);
		ck_assert(h.name[0] == '\0' || strcmp(h.name, "ns1.example") == 0);
		ck_assert(h.protocol[0] == '\0' || strcmp(h.protocol, "smtp") == 0);
		release(cut);
	}
}
END_TEST

START_TEST(names_with_a_nul_are_none)
{
	static const char hello[] = "\x03\x03" RANDOM "\x00\x00\x02\x13\x01\x01\x00\x00\x14"
				    "\x00\x00\x00\x10\x00\x0e\x00\x00\x0bns1\0example";
	struct client_hello h;

	ck_assert(hello_read_client(SLICE(hello), &h));
	ck_assert_str_eq(h.name, "");
}
END_TEST

START_TEST(a_server_says_what_is_agreed)
{
	struct server_hello h;

	ck_assert(hello_read_server(SLICE(SERVER_1_3), &h));
	ck_assert_uint_eq(h.version, TLS_VERSION_1_3);
	ck_assert_uint_eq(h.suite, 0x1301);
	ck_assert(h.has_psk && !h.has_retry && !h.has_encrypt_then_mac);
	ck_assert(hello_read_server(SLICE(SERVER_1_0), &h));
	ck_assert_uint_eq(h.version, TLS_VERSION_1_0);
	ck_assert_uint_eq(h.suite, 0x2f);
	ck_assert_uint_eq(h.compression, 1);
	ck_assert(slice_equals(h.session_id, slice_from_text("id")));
	ck_assert(hello_read_server(SLICE(SERVER_EXTRA), &h));
	ck_assert_uint_eq(h.version, TLS_VERSION_1_2);
	ck_assert(h.has_encrypt_then_mac && !h.has_psk);
	ck_assert_str_eq(h.protocol, "smtp");
	ck_assert(hello_read_server(SLICE(SERVER_RETRY), &h));
	ck_assert(h.has_retry);
	ck_assert_uint_eq(h.version, TLS_VERSION_1_3);
}
END_TEST

START_TEST(a_cut_server_agrees_to_nothing)
{
	for (size_t len = 0; len < 2 + KEY_RANDOM_LEN + 1 + 3; len++) {
		struct slice cut = copy(SERVER_1_3, len);
		struct server_hello h;

		ck_assert(!hello_read_server(cut, &h));
		release(cut);
	}
}
END_TEST

START_TEST(a_retry_is_known_by_all_of_its_random)
{
	char hello[] = SERVER_RETRY;
	struct server_hello h;

	hello[2 + KEY_RANDOM_LEN - 1] ^= 1;
	ck_assert(hello_read_server(SLICE(hello), &h));
	ck_assert(!h.has_retry);
}
END_TEST

START_TEST(extensions_are_read)
{
	static const char body[] = "\x00\x10\x00\x10\x00\x08\x00\x06\x05pop3s\x00\x2a\x00\x00";
	struct encrypted_extensions e;

	hello_read_extensions(SLICE(body), &e);
	ck_assert_str_eq(e.protocol, "pop3s");
	ck_assert(e.has_early_data);
	for (size_t len = 0; len < sizeof(body) - 1; len++) {
		struct slice cut = copy(body, len);

		hello_read_extensions(cut, &e);
		ck_assert(!e.has_early_data);
		release(cut);
	}
}
END_TEST

START_TEST(tickets_are_whole_or_none)
{
	ck_assert(slice_equals(hello_read_ticket(SLICE("\0\0\1\1\0\4tick")), slice_from_text("tick")));
	for (size_t len = 0; len < 10; len++) {
		struct slice cut = copy("\0\0\1\1\0\4tick", len);

		ck_assert_uint_eq(hello_read_ticket(cut).len, 0);
		release(cut);
	}
}
END_TEST

START_TEST(chains_are_cut_into_certificates)
{
	static const char before[] = "\0\0\x0f\0\0\3one\0\0\3two\0\0\0";
	static const char after[] = "\2id\0\0\x12\0\0\3one\0\2xx\0\0\3two\0\0rest";
	struct slice chain[CERTIFICATE_CHAIN_MAX];
	struct buffer many = {.len = 0};

	ck_assert_uint_eq(hello_read_chain(SLICE(before), false, chain), 2);
	ck_assert(slice_equals(chain[1], slice_from_text("two")));
	ck_assert_uint_eq(hello_read_chain(SLICE(after), true, chain), 2);
	ck_assert(slice_equals(chain[0], slice_from_text("one")));
	ck_assert(slice_equals(chain[1], slice_from_text("two")));
	ck_assert_uint_eq(hello_read_chain(SLICE("\0\0\0"), false, chain), 0);
	for (size_t len = 0; len < sizeof(after) - 1; len++) {
		struct slice cut = copy(after, len);
		size_t whole = len >= 22 ? 2 : len >= 12 ? 1 : 0;

		ck_assert_uint_eq(hello_read_chain(cut, true, chain), whole);
		release(cut);
	}
	buffer_append(&many, slice_of("\0\0\xff", 3));
	for (int i = 0; i < CERTIFICATE_CHAIN_MAX + 3; i++)
		buffer_append(&many, slice_of("\0\0\1x", 4));
	ck_assert_uint_eq(hello_read_chain(buffer_slice(&many), false, chain), CERTIFICATE_CHAIN_MAX);
	buffer_fini(&many);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, a_client_says_what_it_offers);
	tcase_add_test(t, a_cut_client_says_less);
	tcase_add_test(t, names_with_a_nul_are_none);
	tcase_add_test(t, a_server_says_what_is_agreed);
	tcase_add_test(t, a_cut_server_agrees_to_nothing);
	tcase_add_test(t, a_retry_is_known_by_all_of_its_random);
	tcase_add_test(t, extensions_are_read);
	tcase_add_test(t, tickets_are_whole_or_none);
	tcase_add_test(t, chains_are_cut_into_certificates);
}
