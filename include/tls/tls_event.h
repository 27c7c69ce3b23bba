/*
 * tls_event: what TLS tells, in clear or once it is decrypted (RFC 8446, RFC 5246).
 *
 * All offsets are of the side's bytes as they are on the wire, counted from where its TLS began.
 */
#ifndef TLS_TLS_EVENT_H
#define TLS_TLS_EVENT_H

#include "base/slice.h"
#include "common/side.h"
#include "tls/certificate.h"
#include "tls/suite.h"

enum {
	TLS_NAME_SIZE = 256,
	TLS_VERSION_1_0 = 0x0301,
	TLS_VERSION_1_2 = 0x0303,
	TLS_VERSION_1_3 = 0x0304,

	TLS_ALERT_FATAL = 2, /* a level */
	TLS_ALERT_CLOSE_NOTIFY = 0,
	TLS_ALERT_NO_CERTIFICATE = 41,
	TLS_ALERT_CERTIFICATE_EXPIRED = 45,
	TLS_ALERT_UNKNOWN_CA = 48,
	TLS_ALERT_ACCESS_DENIED = 49,
	TLS_ALERT_USER_CANCELED = 90,
	TLS_ALERT_CERTIFICATE_REQUIRED = 116,
};

enum tls_event_kind {
	TLS_CLIENT_HELLO, /* version (highest offered), name, protocol (first offered), has_early_data, is_again */
	TLS_SERVER_HELLO, /* version, suite, has_retry, is_resumed (known here up to 1.3), is_again, protocol */
	TLS_EXTENSIONS,	  /* EncryptedExtensions: protocol (chosen), has_early_data */
	TLS_CERTIFICATE,  /* chain, chain_len: of `side`; empty: it sent none */
	TLS_CERTIFICATE_REQUEST, /* the server wants to know who the client is */
	TLS_FINISHED,		 /* the side's part of the handshake is done; told where it can be seen, or read */
	TLS_TICKET,
	TLS_KEY_UPDATE,
	TLS_CHANGE_CIPHER, /* from here on records are encrypted, before TLS 1.3 */
	TLS_ALERT,	   /* level, description */
	TLS_ALERT_HIDDEN,  /* an encrypted alert: nobody can read which */
	TLS_DATA,	   /* a record of encrypted data that is not read; under TLS 1.3 of the handshake too */
	TLS_TEXT,	   /* bytes: plain text */
	TLS_MISSING,	   /* text is missing here, how much nobody knows; `len`: of what was on the wire */
	TLS_UNREAD,	   /* why: from here on this side is not read */
};

/* Why not. The later the worse is known: of both sides the first is said. */
enum tls_unread {
	TLS_READ,
	TLS_NO_KEY,
	TLS_NO_HANDSHAKE, /* the capture does not have it */
	TLS_SUITE,	  /* not supported */
	TLS_COMPRESSED,
	TLS_GAP, /* the capture lost bytes, and nothing behind them opens; `len` of them */
};

struct tls_event {
	enum tls_event_kind kind;
	enum side side;
	uint64_t begin; /* of the record, or of the first one that it lies in */
	uint64_t end;	/* of the message, or the record */
	uint16_t version;
	uint16_t suite;
	uint8_t level; /* 2: fatal */
	uint8_t description;
	bool has_retry;	 /* ServerHello: asks for another ClientHello (RFC 8446 section 4.1.4) */
	bool is_resumed; /* an earlier session goes on */
	bool is_again;	 /* a renegotiation's: inside the encryption of the handshake before */
	bool has_early_data;
	bool is_hidden; /* was encrypted, and is read */
	enum tls_unread why;
	uint32_t message_len;
	uint32_t record_len;
	uint64_t len;
	struct slice bytes;
	const struct slice *chain; /* DER */
	size_t chain_len;
	const char *name;	      /* that the client asks for; "" when it does not say */
	const char *protocol;	      /* ALPN; "" */
	const uint8_t *client_random; /* of both hellos; NULL otherwise, or where it was not seen */
};

/* Slices and names are valid during the call only. */
typedef void tls_sink(void *ctx, const struct tls_event *event);

/* "unknown CA" and the like; NULL for a number that no RFC knows. */
const char *tls_event_alert_name(uint8_t description);
/* "TLS 1.2"; "an unknown version". */
const char *tls_event_version_name(uint16_t version);
/* "no-key" and the like; NULL for TLS_READ. */
const char *tls_event_unread_name(enum tls_unread why);

#endif
