#include "proto/relay.h"

#include "../main.h"
#include "script.h"

#define CONNECT	 "CONNECT mx.example.com:25 HTTP/1.1\\r\\nHost: mx.example.com:25\\r\\n\\r\\n"
#define ACCEPTED "HTTP/1.1 200 Connection established\\r\\nVia: x\\r\\n\\r\\n"

/* What both sides say, and what follows is "EHLO" and "220". */
static const struct {
	const char *client;
	const char *server;
	const char *said; /* name, host, target; NULL: no handshake, or a refused one */
} vectors[] = {
	{"\\x04\\x01\\x00\\x19\\xc6\\x33\\x64\\x07me\\x00", "\\x00\\x5a\\x00\\x00\\x00\\x00\\x00\\x00",
	 "SOCKS 4  198.51.100.7:25"},
	{"\\x04\\x01\\x00\\x19\\x00\\x00\\x00\\x01\\x00mx.example.com\\x00", "\\x00\\x5a\\x00\\x00\\x00\\x00\\x00\\x00",
	 "SOCKS 4 mx.example.com :25"},
	{"\\x05\\x01\\x00\\x05\\x01\\x00\\x01\\xc6\\x33\\x64\\x07\\x00\\x19",
	 "\\x05\\x00\\x05\\x00\\x00\\x01\\x0a\\x00\\x00\\x01\\x04\\x38", "SOCKS 5  198.51.100.7:25"},
	{"\\x05\\x02\\x00\\x02\\x01\\x02me\\x03pwd\\x05\\x01\\x00\\x03\\x02mx\\x00\\x19",
	 "\\x05\\x02\\x01\\x00\\x05\\x00\\x00\\x03\\x02px\\x04\\x38", "SOCKS 5 mx :25 secret pwd"},
	{"\\x05\\x01\\x00\\x05\\x01\\x00\\x04\\x20\\x01\\x0d\\xb8\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x0"
	 "0\\x07\\x02\\x4b",
	 "\\x05\\x00\\x05\\x00\\x00\\x01\\x0a\\x00\\x00\\x01\\x04\\x38", "SOCKS 5  [2001:db8::7]:587"},
	{CONNECT, ACCEPTED, "HTTP CONNECT mx.example.com :25"},
	{"CONNECT [2001:db8::7]:110 HTTP/1.0\\r\\n\\r\\n", "HTTP/1.0 200 OK\\n\\n", "HTTP CONNECT  [2001:db8::7]:110"},
	{"CONNECT mx:25 HTTP/1.1\\r\\n\\r\\nCONNECT 198.51.100.7:25 HTTP/1.1\\r\\nProxy-Authorization: Basic "
	 "bWU6cHdk\\r\\n\\r\\n",
	 "HTTP/1.1 407 Login\\r\\nContent-Length: 4\\r\\n\\r\\nNo!\\nHTTP/1.1 200 OK\\r\\n\\r\\n",
	 "HTTP CONNECT mx 198.51.100.7:25 secret Basic bWU6cHdk"},
	/* refused, or another thing */
	{"\\x04\\x01\\x00\\x19\\xc6\\x33\\x64\\x07\\x00", "\\x00\\x5b\\x00\\x00\\x00\\x00\\x00\\x00", NULL},
	{"\\x04\\x02\\x00\\x19\\xc6\\x33\\x64\\x07\\x00", "\\x00\\x5a\\x00\\x00\\x00\\x00\\x00\\x00", NULL},
	{"\\x05\\x01\\x00", "\\x05\\xff", NULL},
	{"\\x05\\x01\\x02\\x01\\x02me\\x03pwd", "\\x05\\x02\\x01\\x01", NULL},
	{"\\x05\\x01\\x00\\x05\\x01\\x00\\x01\\xc6\\x33\\x64\\x07\\x00\\x19",
	 "\\x05\\x00\\x05\\x05\\x00\\x01\\x0a\\x00\\x00\\x01\\x04\\x38", NULL},
	{"\\x05\\x01\\x00\\x05\\x02\\x00\\x01\\xc6\\x33\\x64\\x07\\x00\\x19", "\\x05\\x00", NULL},
	{CONNECT, "HTTP/1.1 403 Forbidden\\r\\n\\r\\n", NULL},
	{CONNECT, "220 mx ESMTP\\r\\n", NULL},
	{"CONNECT mx HTTP/1.1\\r\\n\\r\\n", "", NULL},
	{"CONNECTED to you\\r\\n", "", NULL},
	{"EHLO me\\r\\n", "220 mx ESMTP\\r\\n", NULL},
	{"", "220 mx ESMTP\\r\\n", NULL},
};

static void describe(const struct relay *relay, struct slice client, struct buffer *out)
{
	char text[ADDRESS_PORT_TEXT_SIZE] = "";

	if (relay->target.has_address)
		address_port_text(text, relay->target.address, relay->target.is_ipv6, relay->target.port);
	else
		snprintf(text, sizeof(text), ":%u", relay->target.port);
	buffer_printf(out, "%s %.*s %s", relay->name, (int)relay->host.len, (const char *)relay->host.data, text);
	for (size_t i = 0; i < relay->secret_count; i++) {
		buffer_append_text(out, " secret ");
		buffer_append(out, slice_sub(client, relay->secrets[i].begin,
					     relay->secrets[i].end - relay->secrets[i].begin));
	}
	buffer_append_byte(out, '\0');
}

START_TEST(test_vector)
{
	struct buffer client = {0};
	struct buffer server = {0};
	struct buffer said = {0};
	struct relay relay;
	enum relay_status status;

	script_text(&client, vectors[_i].client);
	script_text(&server, vectors[_i].server);
	/* what is not whole is never taken for open, nor for another thing when it is one */
	for (size_t len = 0; vectors[_i].said != NULL && len < client.len; len++) {
		status = relay_read(slice_sub(buffer_slice(&client), 0, len), buffer_slice(&server), &relay);
		ck_assert_int_eq(status, len == 0 ? RELAY_NONE : RELAY_MORE);
	}
	for (size_t len = 0; vectors[_i].said != NULL && len < server.len; len++) {
		status = relay_read(buffer_slice(&client), slice_sub(buffer_slice(&server), 0, len), &relay);
		ck_assert_int_eq(status, RELAY_MORE);
	}
	buffer_append_text(&client, "EHLO");
	buffer_append_text(&server, "220");
	status = relay_read(buffer_slice(&client), buffer_slice(&server), &relay);
	ck_assert_int_eq(status, vectors[_i].said != NULL ? RELAY_OPEN : RELAY_NONE);
	if (vectors[_i].said != NULL) {
		describe(&relay, buffer_slice(&client), &said);
		ck_assert_str_eq((const char *)said.data, vectors[_i].said);
		ck_assert_uint_eq(relay.len[SIDE_CLIENT], client.len - 4);
		ck_assert_uint_eq(relay.len[SIDE_SERVER], server.len - 3);
	}
	buffer_fini(&client);
	buffer_fini(&server);
	buffer_fini(&said);
}
END_TEST

/* As far as it is here, whatever becomes of the handshake. */
START_TEST(a_password_is_known_before_it_is_whole)
{
	static const char client[] = "\x05\x01\x02\x01\x02me\x06secret";
	struct relay relay;

	for (size_t len = 9; len < sizeof(client); len++) {
		relay_read(slice_of(client, len), slice_of("\x05\x02", 2), &relay);
		ck_assert_uint_eq(relay.secret_count, 1);
		ck_assert_uint_eq(relay.secrets[0].begin, 8);
		ck_assert_uint_eq(relay.secrets[0].end, len);
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, a_password_is_known_before_it_is_whole);
}
