/*
 * ip: IPv4, IPv6 and what they carry: extension headers, TCP, UDP, tunnels. Private to the packet layer.
 */
#ifndef PACKET_IP_H
#define PACKET_IP_H

#include "packet/cursor.h"

/* A packet of either version. */
enum dissect_result ip_read(struct cursor *c);

/* What an IP header, or the last of its extension headers, calls `protocol`. The addresses stand in the segment. */
enum dissect_result ip_read_payload(struct cursor *c, uint8_t protocol);

/* Whether the bytes at the cursor can be an IP packet: version and lengths. */
bool ip_is_plausible(const struct cursor *c);

#endif
