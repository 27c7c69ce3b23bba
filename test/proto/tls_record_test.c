#include "proto/tls_record.h"

#include "../main.h"
#include "script.h"

/* A hello's body: version, random, session of no bytes, one cipher, no compression, extensions. */
#define RANDOM	     "0123456789abcdef0123456789abcdef"
#define EXTENSIONS   "\x00\x21" SNI VERSIONS
#define SNI	     "\x00\x00\x00\x10\x00\x0e\x00\x00\x0bns1.example"
#define VERSIONS     "\x00\x2b\x00\x09\x08\x0a\x0a\x03\x04\x03\x03\x03\x01"
#define CLIENT_HELLO "\x03\x03" RANDOM "\x00\x00\x02\x13\x01\x01\x00" EXTENSIONS
#define SERVER_13    "\x03\x03" RANDOM "\x00\x13\x01\x00\x00\x06\x00\x2b\x00\x02\x03\x04"
#define SERVER_10    "\x03\x01" RANDOM "\x00\x00\x2f\x00"
#define RETRY                                                                                                          \
	"\x03\x03\xcf\x21\xad\x74\xe5\x9a\x61\x11"                                                                     \
	"0123456789abcdef01234567"                                                                                     \
	"\x00\x13\x01\x00"

static void append_record(struct buffer *out, uint8_t type, const void *body, size_t len)
{
	buffer_append(out, slice_of((uint8_t[]){type, 3, 1, (uint8_t)(len >> 8), (uint8_t)len}, 5));
	buffer_append(out, slice_of(body, len));
}

static void append_message(struct buffer *out, uint8_t type, const void *body, size_t len)
{
	buffer_append(out, slice_of((uint8_t[]){type, 0, (uint8_t)(len >> 8), (uint8_t)len}, 4));
	buffer_append(out, slice_of(body, len));
}

static void append_handshake(struct buffer *out, uint8_t type, const void *body, size_t len)
{
	struct buffer message = {0};

	append_message(&message, type, body, len);
	append_record(out, 22, message.data, message.len);
	buffer_fini(&message);
}

struct heard {
	struct buffer said;
	struct buffer places;
};

static void write_down(void *ctx, const struct tls_event *e)
{
	struct heard *heard = ctx;
	struct buffer *out = &heard->said;

	ck_assert_uint_lt(e->begin, e->end);
	buffer_printf(&heard->places, "%d-%d ", (int)e->begin, (int)e->end);
	switch (e->kind) {
	case TLS_CLIENT_HELLO:
		buffer_printf(out, "client %s \"%s\" %u\n", tls_version_name(e->version), e->name, e->message_len);
		break;
	case TLS_SERVER_HELLO:
		buffer_printf(out, "server %s %04x%s\n", tls_version_name(e->version), e->cipher,
			      e->has_retry ? " retry" : "");
		break;
	case TLS_CERTIFICATE:
		buffer_printf(out, "certificate %.*s\n", (int)e->bytes.len, (const char *)e->bytes.data);
		break;
	case TLS_FINISHED_KEYS:
		buffer_append_text(out, "keys\n");
		break;
	case TLS_ALERT:
		buffer_printf(out, "alert %u %s\n", e->level, tls_alert_name(e->description));
		break;
	case TLS_ALERT_HIDDEN:
		buffer_append_text(out, "hidden alert\n");
		break;
	case TLS_DATA:
		buffer_printf(out, "data %u\n", e->record_len);
		break;
	}
}

static struct heard hear(const struct buffer *in, size_t piece_len)
{
	struct slice rest = buffer_slice(in);
	struct heard heard = {.said = {0}};
	struct tls_record t;

	memset(&t, 0xee, sizeof(t));
	tls_record_init(&t, SIDE_CLIENT);
	while (rest.len > 0) {
		tls_record_feed(&t, slice_sub(rest, 0, piece_len), write_down, &heard);
		rest = slice_after(rest, piece_len);
	}
	buffer_append_byte(&heard.said, '\0');
	return heard;
}

static void forget(struct heard *heard)
{
	buffer_fini(&heard->said);
	buffer_fini(&heard->places);
}

static void expect_by(const struct buffer *in, size_t piece_len, const char *said)
{
	struct heard whole = hear(in, SIZE_MAX);
	struct heard pieces = hear(in, piece_len);

	ck_assert_str_eq((const char *)pieces.said.data, said);
	ck_assert(slice_equals(buffer_slice(&pieces.places), buffer_slice(&whole.places)));
	forget(&whole);
	forget(&pieces);
}

static void expect(struct buffer *in, const char *said)
{
	for (size_t len = 1; len < in->len; len++)
		expect_by(in, len, said);
	expect_by(in, SIZE_MAX, said);
	buffer_fini(in);
}

START_TEST(hellos_tell_versions_and_names)
{
	struct buffer in = {0};

	append_handshake(&in, 1, CLIENT_HELLO, sizeof(CLIENT_HELLO) - 1);
	append_handshake(&in, 2, SERVER_13, sizeof(SERVER_13) - 1);
	append_handshake(&in, 2, SERVER_10, sizeof(SERVER_10) - 1);
	append_handshake(&in, 2, RETRY, sizeof(RETRY) - 1);
	expect(&in, "client TLS 1.3 \"ns1.example\" 76\nserver TLS 1.3 1301\nserver TLS 1.0 002f\n"
		    "server TLS 1.2 1301 retry\n");
}
END_TEST

START_TEST(messages_lie_across_records)
{
	struct buffer messages = {0};
	struct buffer in = {0};

	append_message(&messages, 2, SERVER_10, sizeof(SERVER_10) - 1);
	append_message(&messages, 11,
		       "\0\0\x0b\0\0\x03"
		       "der"
		       "\0\0\x02"
		       "xx",
		       14);
	append_message(&messages, 14, "", 0);
	append_record(&in, 22, messages.data, 10);
	append_record(&in, 22, messages.data + 10, 40);
	append_record(&in, 22, messages.data + 50, messages.len - 50);
	buffer_fini(&messages);
	expect(&in, "server TLS 1.0 002f\ncertificate der\n");
}
END_TEST

START_TEST(alerts_are_clear_or_hidden)
{
	struct buffer in = {0};

	append_record(&in, 21, "\2\x30", 2);
	append_record(&in, 20, "\1", 1);
	append_record(&in, 22, "\1\0\0\1 encrypted", 14);
	append_record(&in, 21, "0123456789", 10);
	append_record(&in, 21, "\1\0", 2);
	append_record(&in, 23, "data", 4);
	expect(&in, "alert 2 unknown CA\nkeys\nhidden alert\nalert 1 close notify\ndata 4\n");
}
END_TEST

START_TEST(a_message_too_long_is_told_by_its_beginning)
{
	struct buffer in = {0};
	struct buffer body = {0};

	buffer_append(&body, slice_of(CLIENT_HELLO, sizeof(CLIENT_HELLO) - 1));
	memset(buffer_room(&body, 15000), 0, 15000);
	body.len += 15000;
	append_handshake(&in, 1, body.data, body.len);
	append_record(&in, 21, "\2\x28", 2);
	expect_by(&in, SIZE_MAX, "client TLS 1.3 \"ns1.example\" 15076\nalert 2 handshake failure\n");
	expect_by(&in, 1000, "client TLS 1.3 \"ns1.example\" 15076\nalert 2 handshake failure\n");
	buffer_fini(&body);
	buffer_fini(&in);
}
END_TEST

/* A hello that is cut anywhere, or holds anything, is read as far as it goes. */
START_TEST(what_is_cut_does_no_harm)
{
	for (size_t len = 0; len < sizeof(CLIENT_HELLO); len++) {
		struct buffer in = {0};
		struct heard heard;

		append_handshake(&in, 1, CLIENT_HELLO, len);
		heard = hear(&in, SIZE_MAX);
		forget(&heard);
		buffer_fini(&in);
	}
}
END_TEST

START_TEST(what_is_no_record_is_not_heard)
{
	struct buffer in = {0};
	struct tls_record t;

	buffer_append_text(&in, "220 ns1 ESMTP\r\n");
	append_record(&in, 21, "\2\x28", 2);
	expect(&in, "");
	append_record(&in, 21, "\2\x28", 2);
	tls_record_init(&t, SIDE_SERVER);
	tls_record_gap(&t);
	tls_record_feed(&t, buffer_slice(&in), NULL, NULL);
	buffer_fini(&in);
}
END_TEST

START_TEST(numbers_have_names)
{
	ck_assert_str_eq(tls_alert_name(45), "certificate expired");
	ck_assert_ptr_null(tls_alert_name(200));
	ck_assert_str_eq(tls_version_name(0x0304), "TLS 1.3");
	ck_assert_str_eq(tls_version_name(0x7f1c), "an unknown version");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, hellos_tell_versions_and_names);
	tcase_add_test(t, messages_lie_across_records);
	tcase_add_test(t, alerts_are_clear_or_hidden);
	tcase_add_test(t, a_message_too_long_is_told_by_its_beginning);
	tcase_add_test(t, what_is_cut_does_no_harm);
	tcase_add_test(t, what_is_no_record_is_not_heard);
	tcase_add_test(t, numbers_have_names);
}
