/*
 * proxy: the header that a proxy sends before the client's first byte, so that the server learns who the client is:
 * the PROXY protocol, versions 1 (a line of text) and 2 (binary, with TLVs), by HAProxy's proxy-protocol.txt.
 *
 * Pure: bytes in, the header out. Nothing answers it, and it is no command.
 */
#ifndef PROTO_PROXY_H
#define PROTO_PROXY_H

#include "common/endpoint.h"
#include "common/side.h"

enum {
	PROXY_LINE_MAX = 107, /* of version 1, with its CRLF */
	PROXY_FIXED_LEN = 16, /* of version 2, before the addresses */
	PROXY_ENDS_MAX = 216, /* of the addresses: two paths of AF_UNIX */
};

enum proxy_status {
	PROXY_NONE, /* the bytes begin in another way */
	PROXY_MORE, /* so far they could be a header */
	PROXY_HEADER,
	PROXY_BAD, /* they begin as a header, but no server takes it */
};

struct proxy_header {
	uint8_t version; /* 1 or 2 */
	bool is_local;	 /* the proxy speaks for itself */
	uint64_t len;	 /* of all of it; more than was given when the TLVs of version 2 are still to come */
	struct endpoint ends[SIDES]; /* unknown for LOCAL, UNKNOWN, and families other than IP */
};

/* Reads the header at the front of what a client said. `header` is filled for PROXY_HEADER; for PROXY_BAD only `len`
 * counts, which is 0 for a line that is too long and has no end yet. */
enum proxy_status proxy_read(struct slice in, struct proxy_header *header);

/* What follows the header, if there is one; nothing while the header is not whole. */
struct slice proxy_behind(struct slice in);

#endif
