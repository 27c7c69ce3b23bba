/*
 * dissect: from the bytes of a packet to its TCP segment, or the reason why there is none.
 *
 * Pure functions, no state. UDP is told as well, for the sake of DNS answers. The IP header's total length is believed,
 * not the captured length: what an Ethernet frame carries behind it is padding. Checksums are not looked at: a sender
 * with offload does not fill them. Link layers: Ethernet II, 802.3 with LLC/SNAP, VLAN tags (802.1Q, 802.1ad, several),
 * PPPoE, Linux cooked v1 and v2, BSD null and loop, raw IP, PPP. IPv4 with options, IPv6 with extension headers; IP in
 * IP.
 */
#ifndef PACKET_DISSECT_H
#define PACKET_DISSECT_H

#include "packet/fragments.h"
#include "packet/segment.h"

/* LINKTYPE_ values of capture file headers (tcpdump.org/linktypes.html). */
enum {
	LINKTYPE_NULL = 0,
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_PPP = 9,
	LINKTYPE_RAW = 101,
	LINKTYPE_LOOP = 108,
	LINKTYPE_LINUX_SLL = 113,
	LINKTYPE_IPV4 = 228,
	LINKTYPE_IPV6 = 229,
	LINKTYPE_LINUX_SLL2 = 276,
};

/* What a packet turned out to be. All but DISSECT_TCP are counted by name, see dissect_name. */
enum dissect_result {
	DISSECT_TCP,
	DISSECT_UDP,		 /* ports and payload are filled */
	DISSECT_OTHER_TRANSPORT, /* UDP, ICMP and the like: nothing for us, no fault */
	DISSECT_NOT_IP,		 /* ARP and the like */
	DISSECT_FRAGMENT,
	DISSECT_CUT,	   /* the headers were not captured whole */
	DISSECT_MALFORMED, /* a length or version in a header cannot be */
	DISSECT_UNKNOWN_LINK,
	DISSECT_TOO_DEEP, /* more tags or tunnels than DISSECT_DEPTH_MAX */
	DISSECT_RESULTS
};

enum {
	DISSECT_DEPTH_MAX = 8,
};

/* Where the layers of a packet lie, as offsets from its start; for those who show the packet. */
enum dissect_layer_kind {
	LAYER_ETHERNET,
	LAYER_VLAN,
	LAYER_LLC,
	LAYER_SLL,
	LAYER_SLL2,
	LAYER_NULL,
	LAYER_PPPOE,
	LAYER_PPP,
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_IPV6_EXTENSION,
	LAYER_TCP,
	LAYER_UDP,
	LAYER_PAYLOAD,
};

struct dissect_layer {
	enum dissect_layer_kind kind;
	uint32_t offset;
	uint32_t len;
};

struct dissect_layers {
	size_t count;
	struct dissect_layer layer[32];
};

/* `segment` is filled when the result is DISSECT_TCP, its addresses, ports and payload when it is DISSECT_UDP;
 * `fragment` when it is DISSECT_FRAGMENT. `layers` and `fragment` may be NULL. */
enum dissect_result dissect_packet(int link_type, struct slice packet, struct tcp_segment *segment,
				   struct fragment *fragment, struct dissect_layers *layers);

/* Goes on behind the IP header of a packet that was put together of fragments: `whole` and its `payload` as
 * fragments_add gave them. May end in DISSECT_FRAGMENT again: a tunnel within a tunnel. */
enum dissect_result dissect_payload(const struct fragment *whole, struct slice payload, struct tcp_segment *segment,
				    struct fragment *fragment);

/* "fragment", "cut_short", ...: the keys of mailtap.skipped. */
const char *dissect_name(enum dissect_result result);

#endif
