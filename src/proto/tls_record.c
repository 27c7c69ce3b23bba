#include "proto/tls_record.h"

#include <assert.h>
#include <string.h>

enum {
	HEADER_LEN = 5,
	RECORD_MAX = 16384 + 2048, /* RFC 5246 section 6.2.3 */
	MESSAGE_HEADER_LEN = 4,

	TYPE_CHANGE_CIPHER = 20,
	TYPE_ALERT = 21,
	TYPE_HANDSHAKE = 22,
	TYPE_DATA = 23,

	MESSAGE_CLIENT_HELLO = 1,
	MESSAGE_SERVER_HELLO = 2,
	MESSAGE_CERTIFICATE = 11,

	EXTENSION_SERVER_NAME = 0,
	EXTENSION_VERSIONS = 43,
};

/* RFC 8446 section 4.1.3: the random of a ServerHello that is a HelloRetryRequest begins so. */
static const uint8_t retry_random[8] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11};

void tls_record_init(struct tls_record *t, enum side side)
{
	t->side = side;
	t->is_deaf = t->is_encrypted = false;
	t->header_len = 0;
	t->left = 0;
	t->begin = t->offset = 0;
	t->message_have = t->message_left = 0;
}

void tls_record_gap(struct tls_record *t)
{
	t->is_deaf = true;
}

/* ---- fields ---- */

static struct slice take(struct slice *from, size_t len)
{
	struct slice taken = slice_sub(*from, 0, len);

	*from = slice_after(*from, len);
	return taken;
}

/* A number of `len` bytes; 0 where they are not there. */
static uint32_t take_number(struct slice *from, size_t len)
{
	struct slice bytes = take(from, len);
	uint32_t number = 0;

	for (size_t i = 0; i < bytes.len; i++)
		number = number << 8 | bytes.data[i];
	return bytes.len == len ? number : 0;
}

/* What stands after its own length of `len` bytes. */
static struct slice take_vector(struct slice *from, size_t len)
{
	uint32_t vector_len = take_number(from, len);

	return take(from, vector_len);
}

/* The names that random values of RFC 8701 would take are no versions. */
static bool is_version(uint32_t version)
{
	return version >= 0x0300 && version <= TLS_VERSION_1_3;
}

static void read_name(struct slice extension, char name[TLS_NAME_SIZE])
{
	struct slice list = take_vector(&extension, 2);
	uint32_t type = take_number(&list, 1);
	struct slice host = take_vector(&list, 2);

	if (type != 0 || host.len == 0 || host.len >= TLS_NAME_SIZE)
		return;
	memcpy(name, host.data, host.len);
	name[host.len] = '\0';
}

static void read_extensions(struct slice extensions, struct tls_event *event, char name[TLS_NAME_SIZE])
{
	while (extensions.len >= 4) {
		uint32_t type = take_number(&extensions, 2);
		struct slice body = take_vector(&extensions, 2);

		if (type == EXTENSION_SERVER_NAME && event->kind == TLS_CLIENT_HELLO) {
			read_name(body, name);
		} else if (type == EXTENSION_VERSIONS && event->kind == TLS_SERVER_HELLO) {
			event->version = (uint16_t)take_number(&body, 2);
		} else if (type == EXTENSION_VERSIONS) {
			struct slice versions = take_vector(&body, 1);

			while (versions.len >= 2) {
				uint32_t version = take_number(&versions, 2);

				if (is_version(version) && version > event->version)
					event->version = (uint16_t)version;
			}
		}
	}
}

static void read_client_hello(struct slice body, struct tls_event *event, char name[TLS_NAME_SIZE])
{
	event->kind = TLS_CLIENT_HELLO;
	event->version = (uint16_t)take_number(&body, 2);
	take(&body, 32);
	take_vector(&body, 1); /* session */
	take_vector(&body, 2); /* ciphers */
	take_vector(&body, 1); /* compression */
	read_extensions(take_vector(&body, 2), event, name);
}

static void read_server_hello(struct slice body, struct tls_event *event, char name[TLS_NAME_SIZE])
{
	struct slice random;

	event->kind = TLS_SERVER_HELLO;
	event->version = (uint16_t)take_number(&body, 2);
	random = take(&body, 32);
	event->has_retry = random.len == 32 && memcmp(random.data, retry_random, sizeof(retry_random)) == 0;
	take_vector(&body, 1);
	event->cipher = (uint16_t)take_number(&body, 2);
	take(&body, 1);
	read_extensions(take_vector(&body, 2), event, name);
}

/* The first of the chain is the server's own (RFC 5246 section 7.4.2). */
static bool read_certificate(struct slice body, struct tls_event *event)
{
	uint32_t len;

	event->kind = TLS_CERTIFICATE;
	take(&body, 3);
	len = take_number(&body, 3);
	event->bytes = take(&body, len);
	return len > 0 && event->bytes.len == len;
}

/* ---- messages ---- */

static struct tls_event event_of(const struct tls_record *t, enum tls_event_kind kind)
{
	return (struct tls_event){.kind = kind,
				  .side = t->side,
				  .record_len = t->record_len,
				  .name = "",
				  .begin = t->begin,
				  .end = t->offset};
}

/* `after`: bytes that were taken with the message's last ones and stand after it. */
static void tell_message(struct tls_record *t, size_t behind, tls_sink *sink, void *ctx)
{
	struct slice body = slice_of(t->message + MESSAGE_HEADER_LEN, t->message_have - MESSAGE_HEADER_LEN);
	struct tls_event event = event_of(t, TLS_CLIENT_HELLO);
	char name[TLS_NAME_SIZE] = "";

	assert(t->message_have >= MESSAGE_HEADER_LEN && behind <= t->offset - t->begin);
	event.message_len = (uint32_t)t->message[1] << 16 | (uint32_t)t->message[2] << 8 | t->message[3];
	event.end -= behind;
	event.name = name;
	if (t->message[0] == MESSAGE_CLIENT_HELLO)
		read_client_hello(body, &event, name);
	else if (t->message[0] == MESSAGE_SERVER_HELLO)
		read_server_hello(body, &event, name);
	else if (t->message[0] != MESSAGE_CERTIFICATE || !read_certificate(body, &event))
		return;
	sink(ctx, &event);
}

/* A piece of handshake: messages may lie across records, and several in one. */
static void take_handshake(struct tls_record *t, struct slice in, tls_sink *sink, void *ctx)
{
	while (in.len > 0) {
		struct slice piece;

		if (t->message_have < MESSAGE_HEADER_LEN) {
			t->message[t->message_have++] = in.data[0];
			in = slice_after(in, 1);
			if (t->message_have < MESSAGE_HEADER_LEN)
				continue;
			t->message_left = (uint32_t)t->message[1] << 16 | (uint32_t)t->message[2] << 8 | t->message[3];
		}
		piece = take(&in, t->message_left);
		t->message_left -= (uint32_t)piece.len;
		assert(t->message_have <= TLS_MESSAGE_MAX);
		piece = slice_sub(piece, 0, TLS_MESSAGE_MAX - t->message_have);
		if (piece.len > 0)
			memcpy(t->message + t->message_have, piece.data, piece.len);
		t->message_have += (uint32_t)piece.len;
		if (t->message_left > 0)
			continue;
		tell_message(t, in.len, sink, ctx);
		t->message_have = 0;
	}
}

/* ---- records ---- */

/* Alerts in clear have two bytes, even after ChangeCipherSpec of TLS 1.3; encrypted ones are longer. */
static void take_alert(struct tls_record *t, struct slice in)
{
	for (size_t i = 0; i < in.len && t->message_have < 2; i++)
		t->message[t->message_have++] = in.data[i];
}

static void tell_alert(struct tls_record *t, tls_sink *sink, void *ctx)
{
	bool is_clear = t->record_len == 2 && t->message_have == 2;
	struct tls_event event = event_of(t, is_clear ? TLS_ALERT : TLS_ALERT_HIDDEN);

	if (is_clear) {
		event.level = t->message[0];
		event.description = t->message[1];
	}
	t->message_have = 0;
	sink(ctx, &event);
}

static void end_record(struct tls_record *t, tls_sink *sink, void *ctx)
{
	struct tls_event event = event_of(t, TLS_DATA);

	t->header_len = 0;
	if (t->type == TYPE_ALERT) {
		tell_alert(t, sink, ctx);
	} else if (t->type == TYPE_CHANGE_CIPHER) {
		event.kind = TLS_FINISHED_KEYS;
		t->is_encrypted = true;
		sink(ctx, &event);
	} else if (t->type == TYPE_DATA) {
		sink(ctx, &event);
	}
}

static void begin_record(struct tls_record *t)
{
	t->type = t->header[0];
	t->record_len = t->left = (uint16_t)(t->header[3] << 8 | t->header[4]);
	t->is_deaf =
		t->type < TYPE_CHANGE_CIPHER || t->type > TYPE_DATA || t->header[1] != 3 || t->record_len > RECORD_MAX;
	if (t->type == TYPE_ALERT)
		t->message_have = 0;
}

/* After ChangeCipherSpec a handshake message is encrypted; TLS 1.3 sends that record for show, and a second hello in
 * clear may follow it, but nothing of that is needed here. */
static void take_body(struct tls_record *t, struct slice in, tls_sink *sink, void *ctx)
{
	if (t->type == TYPE_HANDSHAKE && !t->is_encrypted)
		take_handshake(t, in, sink, ctx);
	else if (t->type == TYPE_ALERT)
		take_alert(t, in);
}

void tls_record_feed(struct tls_record *t, struct slice in, tls_sink *sink, void *ctx)
{
	while (in.len > 0 && !t->is_deaf) {
		struct slice piece;

		if (t->header_len < HEADER_LEN) {
			if (t->header_len == 0)
				t->begin = t->offset;
			t->header[t->header_len++] = in.data[0];
			t->offset++;
			in = slice_after(in, 1);
			if (t->header_len < HEADER_LEN)
				continue;
			begin_record(t);
			if (t->is_deaf)
				return;
		}
		piece = take(&in, t->left);
		t->left = (uint16_t)(t->left - piece.len);
		t->offset += piece.len;
		take_body(t, piece, sink, ctx);
		if (t->left == 0)
			end_record(t, sink, ctx);
	}
}

/* ---- names ---- */

const char *tls_alert_name(uint8_t description)
{
	static const struct {
		uint8_t description;
		const char *name;
	} rows[] = {
		{0, "close notify"},
		{10, "unexpected message"},
		{20, "bad record MAC"},
		{21, "decryption failed"},
		{22, "record overflow"},
		{30, "decompression failure"},
		{40, "handshake failure"},
		{41, "no certificate"},
		{42, "bad certificate"},
		{43, "unsupported certificate"},
		{44, "certificate revoked"},
		{45, "certificate expired"},
		{46, "certificate unknown"},
		{47, "illegal parameter"},
		{48, "unknown CA"},
		{49, "access denied"},
		{50, "decode error"},
		{51, "decrypt error"},
		{60, "export restriction"},
		{70, "protocol version"},
		{71, "insufficient security"},
		{80, "internal error"},
		{86, "inappropriate fallback"},
		{90, "user canceled"},
		{100, "no renegotiation"},
		{109, "missing extension"},
		{110, "unsupported extension"},
		{111, "certificate unobtainable"},
		{112, "unrecognized name"},
		{113, "bad certificate status response"},
		{114, "bad certificate hash value"},
		{115, "unknown PSK identity"},
		{116, "certificate required"},
		{120, "no application protocol"},
		{121, "ECH required"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].description == description)
			return rows[i].name;
	return NULL;
}

const char *tls_version_name(uint16_t version)
{
	static const char *const names[] = {"SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"};

	return is_version(version) ? names[version - 0x0300] : "an unknown version";
}
