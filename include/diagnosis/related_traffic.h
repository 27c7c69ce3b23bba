/*
 * related_traffic: what other traffic of the capture tells about a session: messages of routers, look-ups of the
 * server, answers from strange addresses. Filled by the engine, read by the rules. A value.
 */
#ifndef DIAGNOSIS_RELATED_TRAFFIC_H
#define DIAGNOSIS_RELATED_TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>

enum {
	RELATED_TRAFFIC_NAME_SIZE = 96,
};

/* What ICMP says of the session's packets: the first message of its kind. */
struct related_traffic_message {
	uint64_t packet; /* 0: there is none */
	uint64_t last_packet;
	uint32_t count;
	uint32_t mtu;
	uint8_t from[16];
};

/* A look-up of the server's while the client waited for its greeting. */
struct related_traffic_lookup {
	uint64_t packet; /* 0: there is none */
	uint64_t answer; /* 0: it was not answered in that time */
	int64_t wait_ns;
	char name[RELATED_TRAFFIC_NAME_SIZE]; /* that was looked up */
};

struct related_traffic {
	struct related_traffic_message unreachable;
	struct related_traffic_message prohibited;
	struct related_traffic_message too_big;
	struct related_traffic_lookup ident; /* RFC 1413; no name */
	struct related_traffic_lookup dns;
	uint64_t foreign_packet; /* a SYN-ACK that answers the session's SYN from another address; 0: none */
	uint8_t foreign[16];
};

#endif
