/*
 * icmp: what routers and hosts tell the sender of a packet that they could not pass on, with the packet's beginning
 * quoted (RFC 792, RFC 1191, RFC 4443).
 *
 * Pure. Only errors about TCP segments are told: the quoted addresses, ports and sequence number name the connection.
 */
#ifndef PACKET_ICMP_H
#define PACKET_ICMP_H

#include "packet/segment.h"

enum icmp_kind {
	ICMP_UNREACHABLE, /* no route, no host, no port, time exceeded on the way */
	ICMP_PROHIBITED,  /* by a rule of somebody's */
	ICMP_TOO_BIG,	  /* the next link takes less, and the packet must not be fragmented */
	ICMP_KINDS
};

struct icmp_error {
	enum icmp_kind kind;
	uint32_t mtu;		       /* ICMP_TOO_BIG: of the next link; 0: not told */
	struct segment_address source; /* of the quoted packet */
	struct segment_address destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t seq;
};

/* `message`: from the type on. False: it is no error, or not about TCP, or too short to tell. */
bool icmp_read(struct slice message, bool is_ipv6, struct icmp_error *error);

#endif
