/*
 * dissect: from the bytes of a packet to its TCP segment, or the reason why there is none.
 *
 * Pure functions, no state. UDP is told as well, for the sake of DNS answers, and ICMP. The IP header's total length is
 * believed, not the captured length: what an Ethernet frame carries after it is padding. link.c, wifi.c and tag.c read
 * link layers and what lies between them and IP, ip.c IP and what it carries, tunnel.c what IP carries that is a packet
 * again. Everything that is read becomes a layer, for those who show the packet.
 */
#ifndef PACKET_DISSECT_H
#define PACKET_DISSECT_H

#include "packet/fragments.h"
#include "packet/layers.h"
#include "packet/segment.h"

/* `segment` is filled when the result is DISSECT_TCP, its addresses, ports and payload when it is DISSECT_UDP,
 * without ports when it is DISSECT_ICMP;
 * `fragment` when it is DISSECT_FRAGMENT. `layers` and `fragment` may be NULL. */
enum dissect_result dissect_packet(int link_type, struct slice packet, struct tcp_segment *segment,
				   struct fragment *fragment, struct dissect_layers *layers);

/* What became of a packet, for somebody else to go on with. */
struct dissected {
	struct tcp_segment segment; /* as dissect_packet fills it */
	enum dissect_result result; /* DISSECT_FRAGMENT: only that it is one is told */
};
void dissect_ahead(int link_type, struct slice packet, struct dissected *found);

/* Goes on after the IP header of a packet that was put together of fragments: `whole` and its `payload` as
 * fragments_add gave them. May end in DISSECT_FRAGMENT again: a tunnel within a tunnel. */
enum dissect_result dissect_payload(const struct fragment *whole, struct slice payload, struct tcp_segment *segment,
				    struct fragment *fragment);

/* "fragment", "cut_short", ...: the keys of mailtap.skipped. */
const char *dissect_name(enum dissect_result result);

#endif
