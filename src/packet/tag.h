/*
 * tag: what lies between a link layer and IP, named by an ethertype: VLAN tags, MACsec, MPLS, PPPoE, NSH. Private to
 * the packet layer.
 */
#ifndef PACKET_TAG_H
#define PACKET_TAG_H

#include "packet/cursor.h"

/* DISSECT_NOT_IP for an ethertype that is none of these. */
enum dissect_result tag_read(struct cursor *c, uint16_t type);

enum dissect_result tag_read_mpls(struct cursor *c);
enum dissect_result tag_read_pppoe(struct cursor *c);
enum dissect_result tag_read_nsh(struct cursor *c);

#endif
