/*
 * tls_record: what TLS tells in clear before, and beside, what it encrypts (RFC 8446, RFC 5246): hellos, the server's
 * certificate up to TLS 1.2, alerts, and that records pass.
 *
 * A push parser of one side's bytes, pure; pieces of any size go in, events come out. It keeps the handshake message at
 * hand, at most TLS_MESSAGE_MAX bytes of it, and never asks for more: a longer one is told by what stands at its
 * beginning. After a gap, or what is no record, it is deaf.
 */
#ifndef PROTO_TLS_RECORD_H
#define PROTO_TLS_RECORD_H

#include "base/slice.h"
#include "common/side.h"

enum {
	TLS_MESSAGE_MAX = 8192,
	TLS_NAME_SIZE = 256,
	TLS_VERSION_1_2 = 0x0303,
	TLS_VERSION_1_3 = 0x0304,

	TLS_ALERT_CLOSE_NOTIFY = 0,
	TLS_ALERT_CERTIFICATE_EXPIRED = 45,
	TLS_ALERT_UNKNOWN_CA = 48,
	TLS_ALERT_USER_CANCELED = 90,
};

enum tls_event_kind {
	TLS_CLIENT_HELLO,  /* version, name, message_len */
	TLS_SERVER_HELLO,  /* version, cipher */
	TLS_CERTIFICATE,   /* bytes: the server's own, DER; cut at TLS_MESSAGE_MAX it is not told */
	TLS_FINISHED_KEYS, /* ChangeCipherSpec: from here on records are encrypted, before TLS 1.3 */
	TLS_ALERT,	   /* level, description */
	TLS_ALERT_HIDDEN,  /* an encrypted alert: nobody can read which */
	TLS_DATA,	   /* a record of encrypted data; under TLS 1.3 the end of the handshake too */
};

struct tls_event {
	enum tls_event_kind kind;
	enum side side;
	uint16_t version;
	uint16_t cipher;
	uint8_t level; /* 2: fatal */
	uint8_t description;
	uint32_t message_len;
	uint32_t record_len;
	bool has_retry; /* ServerHello: asks for another ClientHello (RFC 8446 section 4.1.4) */
	struct slice bytes;
	const char *name; /* that the client asks for; "" when it does not say */
	uint64_t begin;	  /* of the record, counted from where the parser began */
	uint64_t end;
};

/* Slices and names are valid during the call only. */
typedef void tls_sink(void *ctx, const struct tls_event *event);

struct tls_record {
	enum side side;
	bool is_deaf;
	bool is_encrypted;
	uint8_t header[5];
	uint8_t header_len;
	uint8_t type;
	uint16_t record_len;
	uint16_t left; /* of the record's body */
	uint64_t begin;
	uint64_t offset;
	uint8_t message[TLS_MESSAGE_MAX]; /* of the handshake, or an alert's bytes */
	uint32_t message_have;
	uint32_t message_left; /* of its body still to come */
};

void tls_record_init(struct tls_record *t, enum side side);
void tls_record_feed(struct tls_record *t, struct slice in, tls_sink *sink, void *ctx);
void tls_record_gap(struct tls_record *t);

/* "unknown CA" and the like; NULL for a number that no RFC knows. */
const char *tls_alert_name(uint8_t description);
/* "TLS 1.2"; "an unknown version". */
const char *tls_version_name(uint16_t version);

#endif
