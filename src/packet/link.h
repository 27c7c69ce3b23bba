/*
 * link: link layers: from the first byte of a packet to what its type field names. Private to the packet layer.
 *
 * A capture's link type says which one comes first. Tunnels lead back here: they carry Ethernet frames, PPP, or what an
 * ethertype names. Frame check sequences need no care: IP tells its length.
 */
#ifndef PACKET_LINK_H
#define PACKET_LINK_H

#include "packet/cursor.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_PPP = 0x880b,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MULTICAST = 0x8848,
	ETHERTYPE_PPPOE_SESSION = 0x8864,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_MACSEC = 0x88e5,
	ETHERTYPE_ITAG = 0x88e7,
	ETHERTYPE_CISCO_METADATA = 0x8909,
	ETHERTYPE_NSH = 0x894f,
	ETHERTYPE_OLD_QINQ = 0x9100,
	ETHERTYPE_OLDER_QINQ = 0x9200,
	ETHERTYPE_BRIDGED = 0x6558, /* a whole Ethernet frame */
	ETHERTYPE_ERSPAN = 0x88be,
	ETHERTYPE_ERSPAN3 = 0x22eb,
	ETHERTYPE_JUMBO_LLC = 0x8870, /* LLC in a frame that is longer: IEEE 802.1AC */
	ETHERTYPE_LENGTH_MAX = 1500,  /* up to here the field is a length: IEEE 802.3 */
};

enum dissect_result link_read(struct cursor *c, int link_type);

enum dissect_result link_read_ethernet(struct cursor *c);
/* LLC (IEEE 802.2), with SNAP or not. */
enum dissect_result link_read_llc(struct cursor *c);
/* What a network layer protocol identifier (ISO/IEC TR 9577) names. */
enum dissect_result link_read_nlpid(struct cursor *c);
/* What the ethertype `type` names. */
enum dissect_result link_read_ethertype(struct cursor *c, uint16_t type);

/* Whether an Ethernet header with a type that is read here lies `at` bytes after the cursor. */
bool link_is_ethernet_at(const struct cursor *c, size_t at);

#endif
