/*
 * layers: what the layers of a packet are called, where they lie in it, and what the packet turned out to be.
 */
#ifndef PACKET_LAYERS_H
#define PACKET_LAYERS_H

#include <stddef.h>
#include <stdint.h>

/* LINKTYPE_ values of capture file headers (tcpdump.org/linktypes.html). */
enum {
	LINKTYPE_NULL = 0,
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_TOKEN_RING = 6,
	LINKTYPE_SLIP = 8,
	LINKTYPE_PPP = 9,
	LINKTYPE_FDDI = 10,
	LINKTYPE_RAW_BSD = 12, /* a DLT_ value of some systems that has found its way into files */
	LINKTYPE_RAW_OPENBSD = 14,
	LINKTYPE_PPP_HDLC = 50,
	LINKTYPE_PPP_ETHER = 51,
	LINKTYPE_ATM_RFC1483 = 100,
	LINKTYPE_RAW = 101,
	LINKTYPE_C_HDLC = 104,
	LINKTYPE_IEEE802_11 = 105,
	LINKTYPE_ATM_CLIP = 106,
	LINKTYPE_FRELAY = 107,
	LINKTYPE_LOOP = 108,
	LINKTYPE_ENC = 109,
	LINKTYPE_LINUX_SLL = 113,
	LINKTYPE_PFLOG = 117,
	LINKTYPE_PRISM = 119,
	LINKTYPE_IP_OVER_FC = 122,
	LINKTYPE_SUNATM = 123,
	LINKTYPE_RADIOTAP = 127,
	LINKTYPE_TZSP = 128,
	LINKTYPE_APPLE_IP_OVER_IEEE1394 = 138,
	LINKTYPE_AVS = 163,
	LINKTYPE_PPP_PPPD = 166,
	LINKTYPE_PPI = 192,
	LINKTYPE_PPP_WITH_DIR = 204,
	LINKTYPE_C_HDLC_WITH_DIR = 205,
	LINKTYPE_FRELAY_WITH_DIR = 206,
	LINKTYPE_MPLS = 219,
	LINKTYPE_IPNET = 226,
	LINKTYPE_IPV4 = 228,
	LINKTYPE_IPV6 = 229,
	LINKTYPE_NFLOG = 239,
	LINKTYPE_NETANALYZER = 240,
	LINKTYPE_NETANALYZER_TRANSPARENT = 241,
	LINKTYPE_IPOIB = 242,
	LINKTYPE_PKTAP = 258,
	LINKTYPE_ETHERNET_MPACKET = 274,
	LINKTYPE_LINUX_SLL2 = 276,
	LINKTYPE_DSA_TAG_BRCM = 281,
	LINKTYPE_DSA_TAG_BRCM_PREPEND = 282,
	LINKTYPE_DSA_TAG_DSA = 284,
	LINKTYPE_DSA_TAG_EDSA = 285,
};

/* What a packet turned out to be. All but DISSECT_TCP are counted by name, see dissect_name. */
enum dissect_result {
	DISSECT_TCP,
	DISSECT_UDP,		 /* ports and payload are filled */
	DISSECT_ICMP,		 /* addresses and payload are filled: see icmp.h */
	DISSECT_OTHER_TRANSPORT, /* SCTP and the like: nothing for us, no fault */
	DISSECT_NOT_IP,		 /* ARP and the like */
	DISSECT_FRAGMENT,
	DISSECT_CUT,	   /* the headers were not captured whole */
	DISSECT_MALFORMED, /* a length or version in a header cannot be */
	DISSECT_UNKNOWN_LINK,
	DISSECT_TOO_DEEP,  /* more tags or tunnels than DISSECT_DEPTH_MAX */
	DISSECT_ENCRYPTED, /* ESP, MACsec, 802.11, PPP: nobody but the two ends can read it */
	DISSECT_RESULTS
};

enum {
	DISSECT_DEPTH_MAX = 16,
	DISSECT_LAYERS_MAX = 64, /* further ones are not noted */
};

/* Where the layers of a packet lie, as offsets from its start; for those who show the packet. */
enum dissect_layer_kind {
	LAYER_ETHERNET,
	LAYER_VLAN,
	LAYER_LLC,  /* 3 bytes */
	LAYER_SNAP, /* LLC's and 5 more */
	LAYER_SLL,
	LAYER_SLL2,
	LAYER_NULL,
	LAYER_PPPOE,
	LAYER_PPP,
	LAYER_PPP_BRIDGED,
	LAYER_CHDLC,
	LAYER_FRAME_RELAY,
	LAYER_NLPID,
	LAYER_TOKEN_RING,
	LAYER_FDDI,
	LAYER_FIBRE_CHANNEL,
	LAYER_IEEE1394,
	LAYER_IPOIB,
	LAYER_WIFI,
	LAYER_WIFI_SUBFRAME,
	LAYER_RADIOTAP,
	LAYER_PRISM,
	LAYER_AVS,
	LAYER_PPI,
	LAYER_ENC,
	LAYER_PFLOG,
	LAYER_PKTAP,
	LAYER_IPNET,
	LAYER_NFLOG,
	LAYER_SWITCH_TAG, /* of a switch's maker, between the addresses and the type */
	LAYER_CAPTURE,	  /* what a capture device has put before the packet */
	LAYER_ITAG,
	LAYER_MACSEC,
	LAYER_MPLS,
	LAYER_CONTROL_WORD,
	LAYER_NSH,
	LAYER_CISCO_METADATA,
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_IPV6_EXTENSION, /* of the kind that the header before it names; IPv4's authentication header too */
	LAYER_IPV6_FRAGMENT,
	LAYER_ESP,
	LAYER_GRE,
	LAYER_ERSPAN,
	LAYER_ETHERIP,
	LAYER_L2TP,
	LAYER_L2TP3,
	LAYER_VXLAN,
	LAYER_GENEVE,
	LAYER_GTP,
	LAYER_GTP_EXTENSION,
	LAYER_TEREDO,
	LAYER_TZSP,
	LAYER_TCP,
	LAYER_UDP,
	LAYER_PAYLOAD,
	LAYER_FRAGMENT_PAYLOAD,
	LAYER_KINDS
};

struct dissect_layer {
	enum dissect_layer_kind kind;
	uint32_t offset;
	uint32_t len;
};

struct dissect_layers {
	size_t count;
	struct dissect_layer layer[DISSECT_LAYERS_MAX];
};

#endif
