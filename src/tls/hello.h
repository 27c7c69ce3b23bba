/*
 * hello: reads the handshake messages that are in clear, or once were (RFC 8446 section 4, RFC 5246 section 7.4, RFC
 * 6066, RFC 7301, RFC 5077). Bodies in, without the message's header; what is cut off counts as not said.
 */
#ifndef TLS_HELLO_H
#define TLS_HELLO_H

#include "tls/key_set.h"
#include "tls/tls_event.h"

struct client_hello {
	uint16_t version; /* the highest that it offers */
	uint8_t random[KEY_RANDOM_LEN];
	struct slice session_id;
	struct slice ticket; /* RFC 5077 */
	bool has_early_data;
	char name[TLS_NAME_SIZE];     /* of the server; "": it does not say, or not in letters */
	char protocol[TLS_NAME_SIZE]; /* the first of ALPN; likewise */
};

struct server_hello {
	uint16_t version;
	uint8_t random[KEY_RANDOM_LEN];
	struct slice session_id;
	uint16_t suite;
	uint8_t compression;
	bool has_retry; /* it is a HelloRetryRequest */
	bool has_encrypt_then_mac;
	bool has_psk;
	char protocol[TLS_NAME_SIZE];
};

struct encrypted_extensions {
	bool has_early_data;
	char protocol[TLS_NAME_SIZE];
};

/* False: the random is not there. */
bool hello_read_client(struct slice body, struct client_hello *out);
/* False: what decides of the keys is not there. */
bool hello_read_server(struct slice body, struct server_hello *out);
void hello_read_extensions(struct slice body, struct encrypted_extensions *out);

/* The ticket of a NewSessionTicket before TLS 1.3. */
struct slice hello_read_ticket(struct slice body);

/* The certificates of a Certificate message that are there as a whole, the sender's own first; returns how many. */
size_t hello_read_chain(struct slice body, bool is_1_3, struct slice chain[CERTIFICATE_CHAIN_MAX]);

#endif
