/*
 * neighbours: what other traffic of the capture tells about a session: messages of routers, look-ups of the server,
 * answers from strange addresses. Filled by the engine, read by the rules. A value.
 */
#ifndef DIAGNOSIS_NEIGHBOURS_H
#define DIAGNOSIS_NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	NEIGHBOURS_NAME_SIZE = 96,
};

/* What ICMP says of the session's packets: the first message of its kind. */
struct neighbours_message {
	uint32_t packet; /* 0: there is none */
	uint32_t last_packet;
	uint32_t count;
	uint32_t mtu;
	uint8_t from[16];
};

/* A look-up of the server's while the client waited for its greeting. */
struct neighbours_lookup {
	uint32_t packet; /* 0: there is none */
	uint32_t answer; /* 0: it was not answered in that time */
	int64_t wait_ns;
	char name[NEIGHBOURS_NAME_SIZE]; /* that was looked up */
};

struct neighbours {
	struct neighbours_message unreachable;
	struct neighbours_message prohibited;
	struct neighbours_message too_big;
	struct neighbours_lookup ident; /* RFC 1413; no name */
	struct neighbours_lookup dns;
	uint32_t foreign_packet; /* a SYN-ACK that answers the session's SYN from another address; 0: none */
	uint8_t foreign[16];
};

#endif
