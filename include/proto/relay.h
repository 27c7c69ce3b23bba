/*
 * relay: the handshake by which a client asks a proxy to connect it: SOCKS 4, 4a, 5 (RFC 1928, 1929) and CONNECT of
 * HTTP (RFC 9110 section 9.3.6). What follows it on both sides is the dialogue with the server that was asked for.
 *
 * Pure. Both sides are read from their first byte on, again and again as more of them arrives; a handshake is short.
 */
#ifndef PROTO_RELAY_H
#define PROTO_RELAY_H

#include "common/endpoint.h"
#include "common/side.h"

enum {
	RELAY_SECRETS_MAX = 4,
};

enum relay_status {
	RELAY_NONE, /* no handshake, or one that was refused */
	RELAY_MORE, /* so far it could become one */
	RELAY_OPEN,
};

struct relay {
	const char *name;	/* "SOCKS 5" */
	size_t len[SIDES];	/* of the handshake */
	struct slice host;	/* that was asked for, as the client said it; empty: by address */
	struct endpoint target; /* the address, where it was one, and the port */
	/* places in the client's bytes that hold a password; also of a handshake that is not open */
	size_t secret_count;
	struct {
		size_t begin;
		size_t end;
	} secrets[RELAY_SECRETS_MAX];
};

enum relay_status relay_read(struct slice client, struct slice server, struct relay *relay);

#endif
