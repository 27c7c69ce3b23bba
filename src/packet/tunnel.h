/*
 * tunnel: packets within packets: GRE, ERSPAN, EtherIP, L2TP, and those over UDP. Private to the packet layer.
 *
 * Over UDP a port only says where to look: flags, version and lengths must fit too, else it is a datagram like any
 * other.
 */
#ifndef PACKET_TUNNEL_H
#define PACKET_TUNNEL_H

#include "packet/cursor.h"

enum dissect_result tunnel_read_gre(struct cursor *c);
enum dissect_result tunnel_read_etherip(struct cursor *c);
/* L2TP version 3 over IP (RFC 3931 section 4.1.1). */
enum dissect_result tunnel_read_l2tp3(struct cursor *c);
/* TZSP: not DISSECT_UDP when it is the capture's link layer. */
enum dissect_result tunnel_read_tzsp(struct cursor *c);

/* The payload of a UDP datagram between these ports; DISSECT_UDP, and the cursor as it was, when it is no tunnel. */
enum dissect_result tunnel_read_udp(struct cursor *c, uint16_t source_port, uint16_t destination_port);

#endif
