#include <openssl/evp.h>
#include <openssl/x509.h>
#include <time.h>

#include "../diagnosis/covered.h"
#include "../main.h"
#include "diagnosis/diagnosis.h"
#include "wire.h"

#define HELLO	 "S: 220 ns1 ESMTP\nC: EHLO me\nS: 250-ns1\nS: 250 STARTTLS\n"
#define ENVELOPE HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"
#define BYE	 "C: QUIT\nS: 221 bye\n"
#define LOGIN	 "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: +OK\n"
#define PARTS	 "C: MIME-Version: 1.0\nC: Content-Type: multipart/mixed; boundary=b\nC: \nC: --b\n"
#define LINE	 "0123456789012345678901234567890123456789"

static void pass_ms(struct wire *w, int64_t ms)
{
	w->now_ns += ms * CLOCK_NS_PER_MS;
}

/* The same bytes once more. */
static void say_again(struct wire *w, enum side side, const char *text)
{
	w->seq[side] -= (uint32_t)strlen(text);
	wire_say(w, side, text);
}

static void acknowledge(struct wire *w, enum side side)
{
	wire_send(w, side, SEGMENT_ACK, slice_of(NULL, 0));
}

static void ask(struct wire *w)
{
	w->seq[SIDE_CLIENT] = 1000;
	wire_send(w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
}

static void answer(struct wire *w)
{
	w->seq[SIDE_SERVER] = 5000;
	wire_send(w, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, slice_of(NULL, 0));
}

/* ---- packets that are no segments of the session ---- */

static void put_ip(uint8_t at[20], uint8_t protocol, const uint8_t from[4], const uint8_t to[4], size_t payload_len)
{
	memset(at, 0, 20);
	at[0] = 0x45;
	wire_put16(at + 2, (uint16_t)(20 + payload_len));
	at[8] = 60;
	at[9] = protocol;
	memcpy(at + 12, from, 4);
	memcpy(at + 16, to, 4);
}

/* A router's message about a packet of the client to `port`. */
static void say_icmp(struct wire *w, uint8_t type, uint8_t code, uint16_t mtu, uint16_t port)
{
	uint8_t packet[20 + 8 + 28] = {0};

	put_ip(packet, 1, (uint8_t[]){10, 0, 0, 254}, (uint8_t[]){10, 0, 0, w->client_host}, 36);
	packet[20] = type;
	packet[21] = code;
	wire_put16(packet + 26, mtu);
	put_ip(packet + 28, 6, (uint8_t[]){10, 0, 0, w->client_host}, (uint8_t[]){10, 0, 1, 1}, 20);
	wire_put16(packet + 48, w->client_port);
	wire_put16(packet + 50, port);
	wire_put32(packet + 52, 1000);
	wire_feed(w, slice_of(packet, sizeof(packet)));
	pass_ms(w, 1);
}

/* The server asks for the name of the client's address, or is answered. */
static void say_dns(struct wire *w, bool is_answer)
{
	static const uint8_t server[] = {10, 0, 1, 1};
	static const uint8_t resolver[] = {10, 0, 1, 53};
	static const uint8_t question[] = "\1\x31\1\x30\1\x30\2\x31\x30\7in-addr\4arpa\0\0\x0c\0\1";
	uint8_t packet[20 + 8 + 12 + sizeof(question) - 1] = {0};
	size_t udp_len = sizeof(packet) - 20;

	put_ip(packet, 17, is_answer ? resolver : server, is_answer ? server : resolver, udp_len);
	wire_put16(packet + 20, is_answer ? 53 : 3333);
	wire_put16(packet + 22, is_answer ? 3333 : 53);
	wire_put16(packet + 24, (uint16_t)udp_len);
	wire_put16(packet + 28, 0x1234);
	packet[30] = is_answer ? 0x80 : 0x01;
	packet[33] = 1;
	memcpy(packet + 40, question, sizeof(question) - 1);
	wire_feed(w, slice_of(packet, sizeof(packet)));
	pass_ms(w, 1);
}

/* The server asks the client's port 113, or the client says that nobody is there. */
static void probe_ident(struct wire *w, bool is_refused)
{
	struct wire kept = *w;

	w->server_port = 50000;
	w->client_port = 113;
	w->seq[SIDE_SERVER] = 77;
	if (is_refused)
		wire_send(w, SIDE_CLIENT, SEGMENT_RST | SEGMENT_ACK, slice_of(NULL, 0));
	else
		wire_send(w, SIDE_SERVER, SEGMENT_SYN, slice_of(NULL, 0));
	w->server_port = kept.server_port;
	w->client_port = kept.client_port;
	w->seq[SIDE_CLIENT] = kept.seq[SIDE_CLIENT];
	w->seq[SIDE_SERVER] = kept.seq[SIDE_SERVER];
}

/* ---- TLS ---- */

static void say_record(struct wire *w, enum side side, uint8_t type, struct slice body)
{
	struct buffer record = {0};

	buffer_append(&record, slice_of((uint8_t[]){type, 3, 3, (uint8_t)(body.len >> 8), (uint8_t)body.len}, 5));
	buffer_append(&record, body);
	wire_send(w, side, SEGMENT_ACK, buffer_slice(&record));
	buffer_fini(&record);
}

static void say_alert(struct wire *w, enum side side, uint8_t level, uint8_t description)
{
	say_record(w, side, 21, slice_of((uint8_t[]){level, description}, 2));
}

/* A handshake message: its body of `len` bytes begins with `body`, the rest is 0. */
static void say_handshake(struct wire *w, enum side side, uint8_t type, struct slice body, size_t len)
{
	struct buffer message = {0};

	buffer_append(&message, slice_of((uint8_t[]){type, 0, (uint8_t)(len >> 8), (uint8_t)len}, 4));
	buffer_append(&message, body);
	memset(buffer_room(&message, len - body.len), 0, len - body.len);
	message.len += len - body.len;
	say_record(w, side, 22, buffer_slice(&message));
	buffer_fini(&message);
}

static void say_client_hello(struct wire *w)
{
	say_handshake(w, SIDE_CLIENT, 1, slice_of("\3\3", 2), 60);
}

static void say_server_hello(struct wire *w, uint8_t minor)
{
	say_handshake(w, SIDE_SERVER, 2, slice_of((uint8_t[]){3, minor}, 2), 40);
}

/* Of TLS 1.2, with a suite by its code. */
static void say_suite(struct wire *w, uint16_t suite)
{
	uint8_t hello[38] = {3, 3, [35] = (uint8_t)(suite >> 8), [36] = (uint8_t)suite};

	say_handshake(w, SIDE_SERVER, 2, slice_of(hello, sizeof(hello)), sizeof(hello));
}

static void say_data(struct wire *w, enum side side)
{
	say_record(w, side, 23, slice_of(LINE, 40));
}

/* A certificate of `subject` by `issuer` that ends so many days after the capture. */
static X509 *make_certificate(const struct wire *w, EVP_PKEY *key, const char *subject, const char *issuer, int days)
{
	X509 *x = X509_new();
	time_t now = (time_t)(w->now_ns / CLOCK_NS_PER_S);

	ASN1_TIME_set(X509_getm_notBefore(x), now - 100 * 86400);
	ASN1_TIME_set(X509_getm_notAfter(x), now + (time_t)days * 86400);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)subject, -1, -1,
				   0);
	X509_NAME_add_entry_by_txt(X509_get_issuer_name(x), "CN", MBSTRING_ASC, (const unsigned char *)issuer, -1, -1,
				   0);
	X509_set_pubkey(x, key);
	ck_assert_int_gt(X509_sign(x, key, EVP_sha256()), 0);
	return x;
}

static void put_length(struct buffer *out, size_t len)
{
	buffer_append(out, slice_of((uint8_t[]){0, (uint8_t)(len >> 8), (uint8_t)len}, 3));
}

static void put_certificate(struct buffer *chain, X509 *x)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x, &der);

	ck_assert_int_gt(len, 0);
	put_length(chain, (size_t)len);
	buffer_append(chain, slice_of(der, (size_t)len));
	OPENSSL_free(der);
	X509_free(x);
}

/* That of mail.example.net, and its issuer's behind it, if that is to be there. */
static void say_certificate(struct wire *w, int days, bool is_whole)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	struct buffer chain = {0};
	struct buffer body = {0};

	put_certificate(&chain, make_certificate(w, key, "mail.example.net", "an authority", days));
	if (is_whole)
		put_certificate(&chain, make_certificate(w, key, "an authority", "an authority", 1000));
	put_length(&body, chain.len);
	buffer_append(&body, buffer_slice(&chain));
	say_handshake(w, SIDE_SERVER, 11, buffer_slice(&body), body.len);
	buffer_fini(&body);
	buffer_fini(&chain);
	EVP_PKEY_free(key);
}

/* ---- plays: `fires` or nearly ---- */

static void play_c01(struct wire *w, bool fires)
{
	wire_play(w, fires ? HELLO "C: NOOP\nC~ 20\nC: NOOP\nS: 250 ok\n" BYE : HELLO "C: NOOP\nS: 250 ok\n" BYE);
}

static void play_c03(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, HELLO);
	w->cut_len = fires ? 3 : 0;
	wire_talk(w, "C: NOOP 1234\n");
	w->cut_len = 0;
	wire_talk(w, "S: 250 ok\n" BYE);
	wire_close(w);
}

static void play_c05(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, HELLO);
	if (!fires)
		return;
	w->client_port++;
	wire_talk(w, "C: EHLO me\nC: NOOP\nC: QUIT\n"); /* midstream, nothing of the server */
}

/* The server's alone, with its SYN-ACK. */
static void play_c05_server(struct wire *w, bool fires)
{
	w->seq[SIDE_CLIENT] += 1001;
	w->seq[SIDE_SERVER] += 5000;
	answer(w);
	wire_talk(w, "S: 220 ns1\n");
	if (!fires)
		wire_talk(w, "C: EHLO me\n");
	w->seq[SIDE_CLIENT] += 10;
	wire_talk(w, "S: 250 ns1\n");
	w->seq[SIDE_CLIENT] += 6;
	wire_talk(w, "S: 221 bye\n");
}

static void play_n01(struct wire *w, bool fires)
{
	for (int i = 0; i < (fires ? 3 : 1); i++) {
		ask(w);
		pass_ms(w, 3000);
	}
}

static void play_n02(struct wire *w, bool fires)
{
	ask(w);
	if (!fires)
		answer(w);
	wire_send(w, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, slice_of(NULL, 0));
}

static void play_n03(struct wire *w, bool fires)
{
	ask(w);
	say_icmp(w, 3, 13, 0, fires ? 25 : 26);
}

static void play_n04(struct wire *w, bool fires)
{
	ask(w);
	pass_ms(w, fires ? 1500 : 500);
	answer(w);
	acknowledge(w, SIDE_CLIENT);
	wire_talk(w, HELLO BYE);
}

static void play_n05(struct wire *w, bool fires)
{
	wire_open(w);
	pass_ms(w, 30000);
	if (!fires)
		wire_talk(w, "S: 220 ns1\n");
	wire_close(w);
}

static void play_n08(struct wire *w, bool fires)
{
	wire_open(w);
	probe_ident(w, false);
	if (!fires)
		probe_ident(w, true);
	pass_ms(w, 3000);
	wire_talk(w, HELLO BYE);
	wire_close(w);
}

static void play_n09(struct wire *w, bool fires)
{
	wire_open(w);
	say_dns(w, false);
	if (!fires)
		say_dns(w, true);
	pass_ms(w, 3000);
	say_dns(w, true);
	wire_talk(w, HELLO BYE);
	wire_close(w);
}

static void play_n10(struct wire *w, bool fires)
{
	char body[1401];

	memset(body, 'x', sizeof(body) - 1);
	body[sizeof(body) - 1] = '\0';
	w->is_whole = true;
	wire_open(w);
	wire_talk(w, ENVELOPE "C: DATA\nS: 354 go\n");
	wire_say(w, SIDE_CLIENT, body);
	for (int i = 0; i < 3; i++) {
		pass_ms(w, 500 << i);
		say_again(w, SIDE_CLIENT, body);
	}
	if (!fires)
		acknowledge(w, SIDE_SERVER);
}

static void play_n11(struct wire *w, bool fires)
{
	wire_open(w);
	say_icmp(w, 3, 4, 1400, fires ? 25 : 26);
	wire_talk(w, HELLO BYE);
	wire_close(w);
}

static void play_n12(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, ENVELOPE "C: DATA\nS: 354 go\nC: Hi\n");
	w->window = 0;
	acknowledge(w, SIDE_SERVER);
	w->window = 8192;
	pass_ms(w, fires ? 2000 : 500);
	acknowledge(w, SIDE_SERVER);
	wire_talk(w, "C: .\nS: 250 ok\n" BYE);
	wire_close(w);
}

static void play_n13(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, HELLO);
	pass_ms(w, fires ? 8000 : 2000);
	wire_talk(w, "C: NOOP\nS: 250 ok\n" BYE);
	wire_close(w);
}

static void play_n14(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, ENVELOPE "C: DATA\nS: 354 go\n");
	for (int i = 0; i < 6; i++) {
		wire_say(w, SIDE_CLIENT, "Hi\r\n");
		pass_ms(w, 300);
		if (fires || i == 0)
			say_again(w, SIDE_CLIENT, "Hi\r\n");
		acknowledge(w, SIDE_SERVER);
	}
	wire_talk(w, "C: .\nS: 250 ok\n" BYE);
	wire_close(w);
}

/* Each segment twice: by a device on the way, or since no acknowledgement came. */
static void play_n14_twice(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, ENVELOPE "C: DATA\nS: 354 go\n");
	for (int i = 0; i < 6; i++) {
		wire_say(w, SIDE_CLIENT, "Hi\r\n");
		acknowledge(w, SIDE_SERVER);
		pass_ms(w, fires ? 300 : 40);
		say_again(w, SIDE_CLIENT, "Hi\r\n");
		acknowledge(w, SIDE_SERVER);
	}
	wire_talk(w, "C: .\nS: 250 ok\n" BYE);
	wire_close(w);
}

static void play_n15(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, ENVELOPE);
	if (!fires)
		wire_talk(w, "S: 421 4.3.0 going down\n");
	wire_send(w, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, slice_of(NULL, 0));
}

static void play_n16(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, ENVELOPE);
	w->ttl = fires ? 58 : 64;
	wire_send(w, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, slice_of(NULL, 0));
}

static void play_n17(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, fires ? HELLO : HELLO BYE);
	wire_send(w, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	wire_send(w, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	acknowledge(w, SIDE_SERVER);
}

static void play_n18(struct wire *w, bool fires)
{
	wire_play(w, fires ? HELLO : HELLO BYE);
}

static void play_n19(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, ENVELOPE);
	pass_ms(w, 100000);
	wire_say(w, SIDE_CLIENT, "DATA\r\n");
	if (!fires)
		wire_talk(w, "S: 354 go\n");
	for (int i = 0; i < 3 && fires; i++) {
		pass_ms(w, 500 << i);
		say_again(w, SIDE_CLIENT, "DATA\r\n");
	}
}

#define IMAP_IDLE "S: * OK hi\nC: a LOGIN me x\nS: a OK\nC: b SELECT INBOX\nS: b OK\nC: c IDLE\nS: + idling\n"

/* The server tells of new mail after a long silence, and nobody hears it. */
static void play_i03(struct wire *w, bool fires)
{
	w->server_port = 143;
	wire_open(w);
	wire_talk(w, fires ? IMAP_IDLE : IMAP_IDLE "C: DONE\nS: c OK\n");
	pass_ms(w, 1000000);
	wire_say(w, SIDE_SERVER, "* 3 EXISTS\r\n");
	for (int i = 0; i < 3; i++) {
		pass_ms(w, 500 << i);
		say_again(w, SIDE_SERVER, "* 3 EXISTS\r\n");
	}
}

/* The client wants to end it, and somebody else answers by a reset. */
static void play_i03_reset(struct wire *w, bool fires)
{
	w->server_port = 143;
	wire_open(w);
	wire_talk(w, IMAP_IDLE);
	pass_ms(w, 1000000);
	wire_say(w, SIDE_CLIENT, "DONE\r\n");
	if (!fires)
		wire_talk(w, "S: c OK\n");
	wire_send(w, fires ? SIDE_SERVER : SIDE_CLIENT, SEGMENT_RST | SEGMENT_ACK, slice_of(NULL, 0));
}

/* Each time it is sent again it is later. */
static void play_i03_slowly(struct wire *w, bool fires)
{
	w->server_port = 143;
	wire_open(w);
	wire_talk(w, IMAP_IDLE);
	pass_ms(w, 1000000);
	wire_say(w, SIDE_CLIENT, "DONE\r\n");
	for (int i = 0; i < 8; i++) {
		pass_ms(w, 700 << i);
		if (fires)
			say_again(w, SIDE_CLIENT, "DONE\r\n");
	}
	wire_talk(w, fires ? "" : "S: c OK\n");
}

static void play_n20(struct wire *w, bool fires)
{
	const char *group = fires ? "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n" : "MAIL FROM:<a@b>\r\n";

	wire_open(w);
	wire_talk(w, "S: 220 ns1\nC: EHLO me\nS: 250-ns1\nS: 250 PIPELINING\n");
	wire_say(w, SIDE_CLIENT, group);
	for (int i = 0; i < 3; i++) {
		pass_ms(w, 500 << i);
		say_again(w, SIDE_CLIENT, group);
	}
}

static void play_n21(struct wire *w, bool fires)
{
	ask(w);
	w->server_host = fires ? 2 : 1;
	answer(w);
	w->server_host = 1;
	acknowledge(w, SIDE_CLIENT);
}

static void play_n22(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, HELLO);
	wire_say(w, SIDE_CLIENT, "MAIL FROM:<a@b>\r\n");
	pass_ms(w, 300);
	if (fires)
		say_again(w, SIDE_CLIENT, "MAIL FROM:<a@b>\r\n");
	wire_talk(w, "S: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\n");
	wire_say(w, SIDE_CLIENT, "Hi\r\n");
	pass_ms(w, 300);
	say_again(w, SIDE_CLIENT, "Hi\r\n");
	wire_talk(w, "C: .\nS: 250 ok\n" BYE);
	wire_close(w);
}

static void play_n23(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, HELLO);
	wire_say(w, SIDE_CLIENT, "NOOP\r\n");
	pass_ms(w, 300);
	say_again(w, SIDE_CLIENT, fires ? "QUIT\r\n" : "NOOP\r\n");
	wire_talk(w, "S: 250 ok\n" BYE);
	wire_close(w);
}

/* A byte at a time, and all of it again each time. */
static void play_c06(struct wire *w, bool fires)
{
	char text[201] = "";

	wire_open(w);
	wire_talk(w, HELLO);
	memset(text, 'x', sizeof(text) - 1);
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		wire_say(w, SIDE_CLIENT, "x");
	for (int i = 0; i < (fires ? 100 : 10); i++) {
		pass_ms(w, 300);
		say_again(w, SIDE_CLIENT, text);
	}
	wire_talk(w, "C: \nS: 500 what\n" BYE);
	wire_close(w);
}

static void play_n24(struct wire *w, bool fires)
{
	w->has_checksums = true;
	wire_open(w);
	wire_talk(w, HELLO);
	w->bad_sum = fires ? 1 : 0;
	wire_say(w, SIDE_CLIENT, "NOOP\r\n");
	w->bad_sum = 0;
	if (fires)
		say_again(w, SIDE_CLIENT, "NOOP\r\n");
	wire_talk(w, "S: 250 ok\n" BYE);
	wire_close(w);
}

static void begin_tls(struct wire *w)
{
	wire_open(w);
	wire_talk(w, HELLO "C: STARTTLS\nS: 220 go\n");
	say_client_hello(w);
}

static void play_t05(struct wire *w, bool fires)
{
	begin_tls(w);
	say_server_hello(w, 3);
	say_alert(w, SIDE_CLIENT, fires ? 2 : 1, fires ? 48 : 0);
	wire_close(w);
}

/* After ChangeCipherSpec nobody can read it; after data it is a goodbye. */
static void play_t05_hidden(struct wire *w, bool fires)
{
	begin_tls(w);
	say_server_hello(w, 3);
	say_record(w, SIDE_CLIENT, 20, slice_of("\1", 1));
	if (!fires) {
		say_data(w, SIDE_CLIENT);
		say_data(w, SIDE_SERVER);
	}
	say_record(w, SIDE_SERVER, 21, slice_of(LINE, 24));
	wire_close(w);
}

/* Of a server that says nothing the client's alert is all there is. */
static void play_t05_alone(struct wire *w, bool fires)
{
	w->server_port = fires ? 995 : 110;
	wire_open(w);
	say_client_hello(w);
	if (!fires)
		wire_talk(w, "S: +OK hi\n");
	say_alert(w, SIDE_CLIENT, 2, 70);
	wire_close(w);
}

/* Which is told of the server when that had gone before. */
static void play_t05_closed(struct wire *w, bool fires)
{
	w->server_port = 995;
	wire_open(w);
	say_client_hello(w);
	if (!fires)
		say_server_hello(w, 3);
	wire_send(w, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	say_alert(w, SIDE_CLIENT, fires ? 2 : 1, fires ? 50 : 0);
	wire_send(w, SIDE_SERVER, SEGMENT_RST, slice_of(NULL, 0));
}

static void play_t06(struct wire *w, bool fires)
{
	wire_open(w);
	say_client_hello(w);
	if (fires)
		wire_talk(w, "S: 220 ns1\n");
	else
		say_server_hello(w, 3);
	wire_close(w);
}

static void play_t07(struct wire *w, bool fires)
{
	w->server_port = fires ? 465 : 25;
	wire_open(w);
	pass_ms(w, 30000);
	wire_close(w);
}

static void play_t07_alert(struct wire *w, bool fires)
{
	w->server_port = 465;
	wire_open(w);
	if (fires)
		wire_talk(w, "C: EHLO me\n");
	else
		say_client_hello(w);
	say_alert(w, SIDE_SERVER, 2, 10);
	wire_close(w);
}

static void play_t08(struct wire *w, bool fires)
{
	begin_tls(w);
	if (!fires)
		say_server_hello(w, 3);
	pass_ms(w, 20000);
	wire_close(w);
}

static void play_t10(struct wire *w, bool fires)
{
	begin_tls(w);
	say_server_hello(w, fires ? 1 : 3);
	say_data(w, SIDE_CLIENT);
	wire_close(w);
}

static void play_t11(struct wire *w, bool fires)
{
	begin_tls(w);
	say_server_hello(w, 3);
	say_certificate(w, fires ? -1 : 1, true);
	wire_close(w);
}

/* RFC 5280 section 4.1.2.5, nearly: it has no end. */
static void play_t11_endless(struct wire *w, bool fires)
{
	begin_tls(w);
	say_server_hello(w, 3);
	say_certificate(w, fires ? -1 : 7900 * 365, true);
	wire_close(w);
}

static void play_t15(struct wire *w, bool fires)
{
	begin_tls(w);
	say_server_hello(w, 3);
	say_certificate(w, 1, !fires);
	wire_close(w);
}

/* Without forward secrecy. */
static void play_t16(struct wire *w, bool fires)
{
	begin_tls(w);
	say_suite(w, fires ? 0x009c : 0xc02f);
	wire_close(w);
}

static void play_t12(struct wire *w, bool fires)
{
	begin_tls(w);
	say_server_hello(w, 3);
	if (fires)
		say_data(w, SIDE_CLIENT);
	else
		say_alert(w, SIDE_SERVER, 2, 40);
	wire_close(w);
}

static void play_t14(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, HELLO "C: STARTTLS\nS: 220 go\n");
	if (!fires)
		say_client_hello(w);
	wire_close(w);
}

static void play_p16(struct wire *w, bool fires)
{
	w->server_port = 110;
	wire_open(w);
	wire_talk(w, LOGIN);
	pass_ms(w, fires ? 700000 : 60000);
	wire_send(w, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	wire_send(w, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	acknowledge(w, SIDE_SERVER);
}

static void play_s39(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, ENVELOPE "C: DATA\nS: 354 go\n");
	wire_talk(w, fires ? "C| Hi\\n.\\r\\nMAIL FROM:<x@y>\\r\\n\n" : "C| Hi\\r\\n.\\r\\nMAIL FROM:<x@y>\\r\\n\n");
	wire_talk(w, "S: 250 2.0.0 queued\nS: 250 2.1.0 ok\n" BYE);
	wire_close(w);
}

/* The server took it as one mail. */
static void play_s39_inside(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, ENVELOPE "C: DATA\nS: 354 go\n");
	wire_talk(w, fires ? "C| Hi\\n.\\nMAIL FROM:<x@y>\\r\\nDATA\\r\\n\\r\\n.\\r\\n\n"
			   : "C| Hi\\n.\\nMail me tomorrow\\r\\n\\r\\n.\\r\\n\n");
	wire_talk(w, "S: 250 2.0.0 queued\n" BYE);
	wire_close(w);
}

/* A client that ends all its lines with LF: who waits for the reply hides nothing. */
static void play_s39_patient(struct wire *w, bool fires)
{
	static const char *const mail =
		"C| MAIL FROM:<a@b>\\nRCPT TO:<c@d>\\nDATA\\n\nS: 250 ok\nS: 250 ok\nS: 354 go\n"
		"C| Hi\\n.\\n\n";

	wire_open(w);
	wire_talk(w, "S: 220 ns1\nC| HELO me\\n\nS: 250 ns1\n");
	wire_talk(w, mail);
	wire_talk(w, fires ? "C| MAIL FROM:<x@y>\\n\nS: 250 queued\nS: 250 ok\n" : "S: 250 queued\n");
	if (!fires)
		wire_talk(w, mail);
	wire_talk(w, fires ? "C| QUIT\\n\nS: 221 bye\n" : "S: 250 queued\nC| QUIT\\n\nS: 221 bye\n");
	wire_close(w);
}

/* POP3: who closes at once, without a word, refuses. */
static void play_p06(struct wire *w, bool fires)
{
	w->server_port = 110;
	wire_open(w);
	if (!fires)
		wire_talk(w, "S: +OK hi\n");
	wire_send(w, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	wire_send(w, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
}

static void play_parts(struct wire *w, const char *body)
{
	wire_open(w);
	wire_talk(w, ENVELOPE "C: DATA\nS: 354 go\n");
	wire_talk(w, body);
	wire_talk(w, "C: .\nS: 250 ok\n" BYE);
	wire_close(w);
}

static void play_m02(struct wire *w, bool fires)
{
	play_parts(w, fires ? PARTS "C: \nC: Hi\n" : PARTS "C: \nC: Hi\nC: --b--\n");
}

static void play_m03(struct wire *w, bool fires)
{
	play_parts(w, fires ? PARTS "C: Content-Transfer-Encoding: base64\nC: \nC: SGVsbG8\nC: --b--\n"
			    : PARTS "C: Content-Transfer-Encoding: base64\nC: \nC: SGVs\nC: bG8=\nC: --b--\n");
}

static void play_m03_quoted(struct wire *w, bool fires)
{
	play_parts(w, fires ? PARTS "C: Content-Transfer-Encoding: quoted-printable\nC: \nC: 1=2\nC: --b--\n"
			    : PARTS "C: Content-Transfer-Encoding: quoted-printable\nC: \nC: 1=3D2=\nC: --b--\n");
}

/* A capture that begins within TLS shows its goodbye and nothing else. */
static void play_t05_midstream(struct wire *w, bool fires)
{
	if (fires) {
		begin_tls(w);
		say_server_hello(w, 3);
		say_record(w, SIDE_CLIENT, 20, slice_of("\1", 1));
	}
	say_record(w, SIDE_SERVER, 21, slice_of(LINE, 24));
	wire_close(w);
}

static void play_s48_midstream(struct wire *w, bool fires)
{
	if (fires)
		wire_open(w);
	wire_talk(w, "C: \x8a\xff\x01\x02\nS: \x8a\xff\x01\x02\n");
	wire_close(w);
}

static void play_s48(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, fires ? "C: GET / HTTP/1.1\nC: \nS: HTTP/1.1 400 what\n" : HELLO BYE);
	wire_close(w);
}

/* To a server of mail that greets, answers and goes. */
static void play_s48_greeted(struct wire *w, bool fires)
{
	wire_open(w);
	wire_talk(w, fires ? "S: 220 ns1\nC: GET /login HTTP/1.1\nS: 221 2.7.0 I can break rules, too\n"
			   : "S: 220 ns1\nC: GET lost\nS: 500 what\nC: QUIT\nS: 221 bye\n");
	wire_close(w);
}

static void play_p22_greeted(struct wire *w, bool fires)
{
	w->server_port = 110;
	wire_open(w);
	wire_talk(w, fires ? "S: +OK hi\nC: SSH-2.0-x\nS: -ERR what\n" : "S: +OK hi\nC: XSSH\nS: -ERR what\n");
	wire_close(w);
}

/* The codes behind which a server may close. */
static void play_n17_told(struct wire *w, bool fires)
{
	static const char *const codes[] = {"221", "421", "554"};

	for (size_t i = 0; i < 3; i++) {
		char script[100];

		snprintf(script, sizeof(script), HELLO "C: NOOP\nS: %s what I say\n", fires ? "250" : codes[i]);
		wire_open(w);
		wire_talk(w, script);
		wire_send(w, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
		wire_send(w, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
		acknowledge(w, SIDE_SERVER);
		w->client_port++;
	}
}

static void play_p22(struct wire *w, bool fires)
{
	w->server_port = 110;
	wire_open(w);
	wire_talk(w, fires ? HELLO BYE : LOGIN "C: QUIT\nS: +OK\n");
	wire_close(w);
}

static const struct {
	const char *rule;
	void (*play)(struct wire *w, bool fires);
} plays[] = {
	{"C01", play_c01},	  {"C03", play_c03},	       {"C05", play_c05},	  {"C05", play_c05_server},
	{"C06", play_c06},	  {"N01", play_n01},	       {"N02", play_n02},	  {"N03", play_n03},
	{"N04", play_n04},	  {"N05", play_n05},	       {"N08", play_n08},	  {"N09", play_n09},
	{"N10", play_n10},	  {"N11", play_n11},	       {"N12", play_n12},	  {"N13", play_n13},
	{"N14", play_n14},	  {"N14", play_n14_twice},     {"N15", play_n15},	  {"N16", play_n16},
	{"N17", play_n17},	  {"N18", play_n18},	       {"N19", play_n19},	  {"I03", play_i03},
	{"I03", play_i03_reset},  {"I03", play_i03_slowly},    {"N20", play_n20},	  {"N21", play_n21},
	{"N22", play_n22},	  {"N23", play_n23},	       {"N24", play_n24},	  {"T05", play_t05},
	{"T05", play_t05_hidden}, {"T05", play_t05_midstream}, {"T05", play_t05_alone},	  {"S48", play_s48_midstream},
	{"T06", play_t06},	  {"T07", play_t07},	       {"T07", play_t07_alert},	  {"T08", play_t08},
	{"T10", play_t10},	  {"T11", play_t11},	       {"T11", play_t11_endless}, {"T12", play_t12},
	{"T15", play_t15},	  {"T16", play_t16},	       {"T14", play_t14},	  {"P16", play_p16},
	{"S39", play_s39},	  {"S39", play_s39_inside},    {"S39", play_s39_patient}, {"S48", play_s48},
	{"P22", play_p22},	  {"M02", play_m02},	       {"P06", play_p06},	  {"M03", play_m03},
	{"M03", play_m03_quoted}, {"S48", play_s48_greeted},   {"P22", play_p22_greeted}, {"N17", play_n17_told},
	{"T05", play_t05_closed},
};

/* ---- playing them ---- */

static const struct finding *find(const struct wire *w, const char *rule)
{
	for (uint32_t number = 1; number <= engine_last_session(w->engine); number++) {
		const struct session *s = engine_connection(w->engine, number)->session;

		for (size_t i = 0; i < diagnosis_count(s); i++)
			if (strcmp(rule_row((enum rule)diagnosis_finding(s, i)->rule)->id, rule) == 0)
				return diagnosis_finding(s, i);
	}
	return NULL;
}

static void begin(struct wire *w)
{
	wire_init(w, true);
	w->options.diagnose = w->options.details = true;
	limits_init(&w->options.limits);
	wire_begin(w);
}

static void play(size_t number, bool fires)
{
	const struct finding *f;
	struct wire w;

	begin(&w);
	plays[number].play(&w, fires);
	engine_finish(w.engine);
	f = find(&w, plays[number].rule);
	ck_assert_msg((f != NULL) == fires, "%s %s", plays[number].rule, fires ? "does not fire" : "fires");
	if (f != NULL) {
		ck_assert_uint_gt(f->message.len, 10);
		for (size_t i = 0; i < f->packet_count; i++)
			ck_assert(f->packets[i] >= 1 && f->packets[i] <= w.number);
		/* what happened in packets is shown by packets */
		ck_assert(f->packet_count > 0 || plays[number].rule[0] == 'C');
	}
	wire_fini(&w);
}

START_TEST(a_rule_fires_by_its_packets)
{
	play((size_t)_i, true);
}
END_TEST

START_TEST(and_does_not_where_it_nearly_would)
{
	play((size_t)_i, false);
}
END_TEST

static bool is_played(const char *rule)
{
	for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++)
		if (strcmp(plays[i].rule, rule) == 0)
			return true;
	return false;
}

START_TEST(what_is_promised_is_played)
{
	for (size_t i = 0; covered_on_the_wire[i] != NULL; i++)
		ck_assert_msg(is_played(covered_on_the_wire[i]), "%s", covered_on_the_wire[i]);
}
END_TEST

/* A client of TLS on a port of clear text: what both make of that is no cause, and no fault of its own. */
START_TEST(tls_on_a_clear_port_is_one_cause)
{
	struct wire w;

	begin(&w);
	w.server_port = 587;
	wire_open(&w);
	say_client_hello(&w);
	wire_talk(&w, "S: 220 ns1\n");
	if (_i == 1)
		wire_talk(&w, "S: 500 what\n");
	say_alert(&w, SIDE_CLIENT, 2, 70);
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert(find(&w, "T06") != NULL && find(&w, "T06")->is_root);
	ck_assert_ptr_null(find(&w, "T05"));
	ck_assert_ptr_null(find(&w, "S47"));
	ck_assert_ptr_null(find(&w, "N17"));
	wire_fini(&w);
}
END_TEST

/* And not the client, whose alert came of it. */
START_TEST(the_server_that_closed_in_the_handshake_is_told)
{
	const struct finding *f;
	struct wire w;

	begin(&w);
	play_t05_closed(&w, true);
	engine_finish(w.engine);
	f = find(&w, "T05");
	ck_assert_ptr_nonnull(f);
	ck_assert(slice_begins_nocase(f->message, "The server closed the connection during the TLS handshake"));
	ck_assert_str_eq(phase_name((enum phase)f->phase), "performing the TLS handshake");
	ck_assert_uint_eq(f->packet_count, 3);
	ck_assert(f->packets[0] == 4 && f->packets[1] == 5 && f->packets[2] == 6);
	wire_fini(&w);
}
END_TEST

/* Nobody failed because of it. */
START_TEST(who_made_a_certificate_is_no_cause)
{
	struct wire w;

	begin(&w);
	play_t15(&w, true);
	engine_finish(w.engine);
	ck_assert(find(&w, "T15") != NULL && !find(&w, "T15")->is_root);
	wire_fini(&w);
}
END_TEST

/* The title counts sessions, each once, by the worst of what was found. */
START_TEST(sessions_are_counted_once)
{
	struct wire w;

	begin(&w);
	wire_play(&w, HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<1@d>\nS: 550 5.1.1 no\n"
			    "C: RCPT TO:<2@d>\nS: 550 5.1.1 no\n" BYE);
	wire_play(&w, HELLO BYE);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_counters(w.engine)->findings[SEVERITY_CRITICAL], 1);
	wire_fini(&w);
}
END_TEST

/* The server goes in the middle of the second mail. */
START_TEST(an_end_stands_at_the_mail_that_it_ended)
{
	struct wire w;

	begin(&w);
	wire_open(&w);
	wire_talk(&w,
		  HELLO "C: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: x\nC: .\nS: 250\n"
			"C: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: half\n");
	wire_send(&w, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	wire_send(&w, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	acknowledge(&w, SIDE_SERVER);
	engine_finish(w.engine);
	ck_assert_ptr_nonnull(find(&w, "N17"));
	ck_assert_uint_eq(find(&w, "N17")->mail, 2);
	wire_fini(&w);
}
END_TEST

/* A reset that the other side does not believe, and after which its supposed sender goes on. */
START_TEST(a_session_outlives_a_forged_reset)
{
	const struct finding *f;
	struct wire w;

	begin(&w);
	wire_open(&w);
	wire_talk(&w, ENVELOPE);
	w.seq[SIDE_SERVER] += 50000000;
	wire_send(&w, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, slice_of(NULL, 0));
	w.seq[SIDE_SERVER] -= 50000000;
	wire_talk(&w, BYE);
	wire_close(&w);
	engine_finish(w.engine);
	f = find(&w, "N16");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->severity, SEVERITY_NOTICE);
	ck_assert_ptr_null(find(&w, "N15"));
	wire_fini(&w);
}
END_TEST

/* Its first SYN was lost. */
START_TEST(a_slow_connection_tells_how_often_it_was_asked_for)
{
	const struct finding *f;
	struct wire w;

	begin(&w);
	ask(&w);
	pass_ms(&w, 3000);
	w.seq[SIDE_CLIENT]--;
	wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	answer(&w);
	acknowledge(&w, SIDE_CLIENT);
	wire_talk(&w, HELLO BYE);
	wire_close(&w);
	engine_finish(w.engine);
	f = find(&w, "N04");
	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(memmem(f->message.data, f->message.len, "3.0 s", 5));
	ck_assert_ptr_nonnull(memmem(f->message.data, f->message.len, "2 times", 7));
	wire_fini(&w);
}
END_TEST

/* A client crashed and asks again from the same port: the server knows the old connection still. */
START_TEST(a_crashed_clients_port_used_again_is_a_reset_and_a_new_session)
{
	struct wire w;
	uint32_t old[SIDES];

	begin(&w);
	wire_open(&w);
	wire_talk(&w, ENVELOPE);
	memcpy(old, w.seq, sizeof(old));
	pass_ms(&w, 20000);
	w.seq[SIDE_CLIENT] += 10000000;
	wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	w.seq[SIDE_CLIENT] = old[SIDE_CLIENT];
	acknowledge(&w, SIDE_SERVER);
	wire_send(&w, SIDE_CLIENT, SEGMENT_RST, slice_of(NULL, 0));
	pass_ms(&w, 1000);
	w.seq[SIDE_CLIENT] = old[SIDE_CLIENT] + 10000000;
	w.seq[SIDE_SERVER] += 20000000;
	wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	answer(&w);
	acknowledge(&w, SIDE_CLIENT);
	wire_talk(&w, ENVELOPE BYE);
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_last_session(w.engine), 2);
	ck_assert_int_eq(engine_connection(w.engine, 1)->session->state, SESSION_RESET);
	ck_assert_int_eq(engine_connection(w.engine, 2)->session->state, SESSION_CLOSED);
	ck_assert_int_eq(engine_connection(w.engine, 2)->session->handshake, SESSION_HANDSHAKE_COMPLETE);
	ck_assert_ptr_null(find(&w, "N16"));
	ck_assert_ptr_null(find(&w, "C01"));
	wire_fini(&w);
}
END_TEST

/* Which copy the receiver read cannot be told from outside: the mail says that there were two. */
START_TEST(a_mail_with_copies_that_differ_says_so)
{
	const struct finding *f;
	struct wire w;

	begin(&w);
	wire_open(&w);
	wire_talk(&w, ENVELOPE "C: DATA\nS: 354 go\n");
	wire_say(&w, SIDE_CLIENT, "From: a@b\r\n\r\nGood\r\n");
	pass_ms(&w, 300);
	w.seq[SIDE_CLIENT] -= 6;
	wire_say(&w, SIDE_CLIENT, "Evil\r\n");
	wire_talk(&w, "C: .\nS: 250 ok\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\n"
		      "S: 354 go\nC: Hi\nC: .\nS: 250 ok\n" BYE);
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert_uint_eq(session_mail(engine_connection(w.engine, 1)->session, 1)->conflicts, 1);
	ck_assert_uint_eq(session_mail(engine_connection(w.engine, 1)->session, 2)->conflicts, 0);
	f = find(&w, "N23");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->mail, 1);
	wire_fini(&w);
}
END_TEST

static void expect_failed(bool has_failed, const char *script)
{
	struct wire w;

	begin(&w);
	w.server_port = 110;
	wire_play(&w, script);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_counters(w.engine)->sessions_failed, has_failed);
	wire_fini(&w);
}

START_TEST(a_refused_login_is_a_failure)
{
	expect_failed(true, "S: +OK hi\nC: USER u\nS: +OK\nC: PASS p\nS: -ERR [AUTH] no\nC: QUIT\nS: +OK\n");
	expect_failed(true, "S: +OK hi\nC: USER u\nS: +OK\nC: PASS p\nS: -ERR [IN-USE] locked\nC: QUIT\nS: +OK\n");
	expect_failed(false, LOGIN "C: STAT\nS: +OK 0 0\nC: QUIT\nS: +OK\n");
}
END_TEST

/* Whoever is not asked does not watch. */
START_TEST(without_diagnoses_nothing_is_watched)
{
	struct wire w;

	wire_init(&w, true);
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	ck_assert_ptr_null(engine_connection(w.engine, 1)->session->diagnosis);
	engine_finish(w.engine);
	wire_fini(&w);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_rule_fires_by_its_packets, 0, sizeof(plays) / sizeof(plays[0]));
	tcase_add_loop_test(t, and_does_not_where_it_nearly_would, 0, sizeof(plays) / sizeof(plays[0]));
	tcase_add_loop_test(t, tls_on_a_clear_port_is_one_cause, 0, 2);
	tcase_add_test(t, the_server_that_closed_in_the_handshake_is_told);
	tcase_add_test(t, who_made_a_certificate_is_no_cause);
	tcase_add_test(t, sessions_are_counted_once);
	tcase_add_test(t, an_end_stands_at_the_mail_that_it_ended);
	tcase_add_test(t, what_is_promised_is_played);
	tcase_add_test(t, a_session_outlives_a_forged_reset);
	tcase_add_test(t, a_slow_connection_tells_how_often_it_was_asked_for);
	tcase_add_test(t, a_crashed_clients_port_used_again_is_a_reset_and_a_new_session);
	tcase_add_test(t, a_mail_with_copies_that_differ_says_so);
	tcase_add_test(t, a_refused_login_is_a_failure);
	tcase_add_test(t, without_diagnoses_nothing_is_watched);
}
