#include "packet/link.h"

#include <assert.h>
#include <string.h>

#include "packet/bytes.h"
#include "packet/ip.h"
#include "packet/serial.h"
#include "packet/tag.h"
#include "packet/tunnel.h"
#include "packet/wifi.h"

enum {
	ETHERNET_LEN = 14,
	VLAN_LEN = 4,
};

static uint32_t little_u32(const uint8_t *at)
{
	return __builtin_bswap32(bytes_u32(at));
}

/* ---- ethertypes ---- */

static bool is_vlan(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_OLD_QINQ ||
	       type == ETHERTYPE_OLDER_QINQ;
}

/* Frames that a device cuts up later, and jumbo frames, are longer than their field can say, and say it all the same.
 */
static bool is_length(const struct cursor *c, uint16_t type)
{
	static const uint8_t snap[] = {0xaa, 0xaa, 0x03};

	return type <= ETHERTYPE_LENGTH_MAX || type == ETHERTYPE_JUMBO_LLC ||
	       (type == c->rest.len && memcmp(c->rest.data, snap, sizeof(snap)) == 0);
}

static enum dissect_result read_other_ethertype(struct cursor *c, uint16_t type)
{
	if (type == ETHERTYPE_BRIDGED)
		return link_read_ethernet(c);
	if (type == ETHERTYPE_PPP)
		return serial_read_ppp(c);
	return is_length(c, type) ? link_read_llc(c) : tag_read(c, type);
}

enum dissect_result link_read_ethertype(struct cursor *c, uint16_t type)
{
	while (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6) {
		if (!cursor_enter(c))
			return DISSECT_TOO_DEEP;
		if (!is_vlan(type))
			return read_other_ethertype(c, type);
		if (c->rest.len < VLAN_LEN)
			return cursor_lack(c, VLAN_LEN);
		type = bytes_u16(c->rest.data + 2);
		cursor_step(c, LAYER_VLAN, VLAN_LEN);
	}
	return ip_read(c);
}

enum dissect_result link_read_ethernet(struct cursor *c)
{
	uint16_t type;

	if (c->rest.len < ETHERNET_LEN)
		return cursor_lack(c, ETHERNET_LEN);
	type = bytes_u16(c->rest.data + 12);
	cursor_step(c, LAYER_ETHERNET, ETHERNET_LEN);
	return link_read_ethertype(c, type);
}

bool link_is_ethernet_at(const struct cursor *c, size_t at)
{
	struct slice behind = slice_after(c->rest, at + ETHERNET_LEN);
	uint16_t type;

	if (behind.len == 0)
		return false;
	type = bytes_u16(behind.data - 2);
	if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6)
		return behind.data[0] >> 4 == (type == ETHERTYPE_IPV4 ? 4 : 6);
	return is_vlan(type) || type == ETHERTYPE_ARP || type == ETHERTYPE_MPLS || type == ETHERTYPE_PPPOE_SESSION;
}

/* ---- LLC (IEEE 802.2), SNAP, NLPID ---- */

enum {
	LLC_LEN = 3,
	SNAP_LEN = 8,
	OUI_ETHERTYPE = 0x000000,
	OUI_BRIDGE_TUNNEL = 0x0000f8,
	OUI_BRIDGED = 0x0080c2, /* RFC 2684, RFC 2427 */
	BRIDGED_PAD_LEN = 2,	/* of ATM, not of frame relay */
	NLPID_SNAP = 0x80,
	NLPID_IPV6 = 0x8e,
	NLPID_IPV4 = 0xcc,
	NLPID_PPP = 0xcf,
};

/* The organisation's code and number, as they stand after LLC or NLPID. */
static enum dissect_result read_snap_type(struct cursor *c, uint32_t oui, uint16_t type)
{
	if (oui == OUI_BRIDGED && (type == 1 || type == 7))
		return cursor_enter(c) ? link_read_ethernet(c) : DISSECT_TOO_DEEP;
	if ((oui != OUI_ETHERTYPE && oui != OUI_BRIDGE_TUNNEL) || type <= ETHERTYPE_LENGTH_MAX)
		return DISSECT_NOT_IP;
	return link_read_ethertype(c, type);
}

static enum dissect_result read_snap(struct cursor *c, enum dissect_layer_kind kind, size_t header_len)
{
	const uint8_t *header = c->rest.data;
	size_t pad_len;

	assert(header_len >= 5); /* it ends in an organisation's code and a number */
	if (c->rest.len < header_len)
		return cursor_lack(c, header_len);
	pad_len = bytes_u32(header + header_len - 5) >> 8 == OUI_BRIDGED &&
				  link_is_ethernet_at(c, header_len + BRIDGED_PAD_LEN)
			  ? BRIDGED_PAD_LEN
			  : 0;
	cursor_step(c, kind, header_len + pad_len);
	return read_snap_type(c, bytes_u32(header + header_len - 5) >> 8, bytes_u16(header + header_len - 2));
}

enum dissect_result link_read_nlpid(struct cursor *c)
{
	if (c->rest.len == 0)
		return cursor_lack(c, 1);
	switch (c->rest.data[0]) {
	case NLPID_SNAP:
		return read_snap(c, LAYER_NLPID, 6);
	case NLPID_IPV4:
	case NLPID_IPV6:
		cursor_step(c, LAYER_NLPID, 1);
		return ip_read(c);
	case NLPID_PPP:
		cursor_step(c, LAYER_NLPID, 1);
		return serial_read_ppp(c);
	default:
		return DISSECT_NOT_IP;
	}
}

enum dissect_result link_read_llc(struct cursor *c)
{
	uint32_t llc;

	if (c->rest.len < LLC_LEN)
		return cursor_lack(c, LLC_LEN);
	llc = (uint32_t)c->rest.data[0] << 16 | (uint32_t)c->rest.data[1] << 8 | c->rest.data[2];
	if (llc == 0xaaaa03)
		return read_snap(c, LAYER_SNAP, SNAP_LEN);
	cursor_step(c, LAYER_LLC, LLC_LEN);
	if (llc == 0x060603)
		return ip_read(c);
	return llc == 0xfefe03 ? link_read_nlpid(c) : DISSECT_NOT_IP;
}

/* ---- those whose header ends in a type ---- */

/* A header of `header_len` bytes, an ethertype at `type_at`. */
static enum dissect_result read_typed(struct cursor *c, enum dissect_layer_kind kind, size_t header_len, size_t type_at)
{
	uint16_t type;

	assert(type_at + 2 <= header_len);
	if (c->rest.len < header_len)
		return cursor_lack(c, header_len);
	type = bytes_u16(c->rest.data + type_at);
	cursor_step(c, kind, header_len);
	return link_read_ethertype(c, type);
}

/* Linux cooked v1: the protocol stands in the last two of 16 bytes; v2: in the first two of 20. */
static enum dissect_result read_cooked(struct cursor *c, int link_type)
{
	enum {
		SLL_LEN = 16,
		SLL2_LEN = 20,
		SLL_LLC = 4, /* LINUX_SLL_P_802_2; ethertypes up to 1500 are LLC here as well */
	};

	return link_type == LINKTYPE_LINUX_SLL2 ? read_typed(c, LAYER_SLL2, SLL2_LEN, 0)
						: read_typed(c, LAYER_SLL, SLL_LEN, SLL_LEN - 2);
}

/* RFC 4391 section 6: a type and two reserved bytes; some captures have room for a global route header (40 bytes)
 * before, which need not be filled. */
static enum dissect_result read_ipoib(struct cursor *c)
{
	enum {
		GRH_LEN = 40,
		IPOIB_LEN = 4
	};
	uint32_t first = c->rest.len >= IPOIB_LEN ? bytes_u32(c->rest.data) : 0;

	if (first == (uint32_t)ETHERTYPE_IPV4 << 16 || first == (uint32_t)ETHERTYPE_IPV6 << 16 ||
	    first == (uint32_t)ETHERTYPE_ARP << 16)
		return read_typed(c, LAYER_IPOIB, IPOIB_LEN, 0);
	return read_typed(c, LAYER_IPOIB, GRH_LEN + IPOIB_LEN, GRH_LEN);
}

/* A switch's tag between the addresses and the type. The addresses and it are one layer. */
static enum dissect_result read_switch_tag(struct cursor *c, size_t tag_len)
{
	return read_typed(c, LAYER_SWITCH_TAG, ETHERNET_LEN + tag_len, ETHERNET_LEN + tag_len - 2);
}

/* ---- those with LLC ---- */

static enum dissect_result read_token_ring(struct cursor *c)
{
	enum {
		TOKEN_RING_LEN = 14,
		SOURCE_AT = 8,
		HAS_ROUTE = 0x80,
		ROUTE_LEN = 0x1f,
		FRAME_TYPE = 0xc0,
		FRAME_LLC = 0x40
	};
	const uint8_t *header = c->rest.data;
	size_t len = TOKEN_RING_LEN;

	if (c->rest.len < TOKEN_RING_LEN + 1)
		return cursor_lack(c, TOKEN_RING_LEN + 1);
	if (header[SOURCE_AT] & HAS_ROUTE)
		len += header[TOKEN_RING_LEN] & ROUTE_LEN;
	if (!cursor_step(c, LAYER_TOKEN_RING, len))
		return cursor_lack(c, len);
	return (header[1] & FRAME_TYPE) == FRAME_LLC ? link_read_llc(c) : DISSECT_NOT_IP;
}

static enum dissect_result read_fddi(struct cursor *c)
{
	enum {
		FDDI_LEN = 13,
		FRAME_TYPE = 0xf0,
		FRAME_LLC = 0x50
	};
	uint8_t control;

	if (c->rest.len < FDDI_LEN)
		return cursor_lack(c, FDDI_LEN);
	control = c->rest.data[0];
	cursor_step(c, LAYER_FDDI, FDDI_LEN);
	return (control & FRAME_TYPE) == FRAME_LLC ? link_read_llc(c) : DISSECT_NOT_IP;
}

/* LLC, where it is; some write IP without it. */
static enum dissect_result read_classical_ip(struct cursor *c)
{
	if (c->rest.len > 0 && c->rest.data[0] == 0xaa)
		return link_read_llc(c);
	return ip_read(c);
}

/* ATM of SunOS: what kind of traffic it is stands in the low half of the first byte. */
static enum dissect_result read_sunatm(struct cursor *c)
{
	enum {
		SUNATM_LEN = 4,
		SUNATM_LLC = 2
	};
	uint8_t traffic;

	if (c->rest.len < SUNATM_LEN)
		return cursor_lack(c, SUNATM_LEN);
	traffic = c->rest.data[0] & 0x0f;
	cursor_step(c, LAYER_CAPTURE, SUNATM_LEN);
	return traffic == SUNATM_LLC ? link_read_llc(c) : DISSECT_NOT_IP;
}

/* ---- those that name an address family ---- */

/* AF_INET is 2 everywhere; AF_INET6 is 10 (Linux), 24 (NetBSD, OpenBSD), 26 (Solaris), 28 (FreeBSD) or 30 (Darwin). */
static bool is_ip_family(uint32_t family)
{
	return family == 2 || family == 10 || family == 24 || family == 26 || family == 28 || family == 30;
}

/* The family stands in four bytes, in the byte order of the machine that captured or of the network. */
static enum dissect_result read_family(struct cursor *c, enum dissect_layer_kind kind, size_t header_len)
{
	uint32_t family;

	if (c->rest.len < header_len)
		return cursor_lack(c, header_len);
	family = bytes_u32(c->rest.data);
	if (family > 0xffff)
		family = __builtin_bswap32(family);
	cursor_step(c, kind, header_len);
	return is_ip_family(family) ? ip_read(c) : DISSECT_NOT_IP;
}

static enum dissect_result read_ipnet(struct cursor *c)
{
	enum {
		IPNET_LEN = 24
	};
	uint8_t family;

	if (c->rest.len < IPNET_LEN)
		return cursor_lack(c, IPNET_LEN);
	family = c->rest.data[1];
	cursor_step(c, LAYER_IPNET, IPNET_LEN);
	return is_ip_family(family) ? ip_read(c) : DISSECT_NOT_IP;
}

/* OpenBSD's packet filter: a length, filled up to a multiple of four, and a family. */
static enum dissect_result read_pflog(struct cursor *c)
{
	enum {
		PFLOG_LEN_MIN = 28
	};
	const uint8_t *header = c->rest.data;
	size_t len;

	if (c->rest.len < 2)
		return cursor_lack(c, 2);
	len = (header[0] + 3U) / 4 * 4;
	if (len < PFLOG_LEN_MIN)
		return DISSECT_MALFORMED;
	if (!cursor_step(c, LAYER_PFLOG, len))
		return cursor_lack(c, len);
	return is_ip_family(header[1]) ? ip_read(c) : DISSECT_NOT_IP;
}

enum {
	NFLOG_LEN = 4,
	NFLOG_FIELD_LEN = 4,
	NFLOG_PAYLOAD = 9,
};

/* Fields of length, type and value, filled up to a multiple of four; their numbers are in the byte order of the machine
 * that captured: a length beyond 2^15 is one of the other. The fields before the packet, with its own head, are one
 * layer. */
static enum dissect_result read_nflog(struct cursor *c)
{
	const uint8_t *header = c->rest.data;
	size_t at = NFLOG_LEN;

	for (;;) {
		size_t len;
		uint16_t type;

		if (c->rest.len < at + NFLOG_FIELD_LEN)
			return cursor_lack(c, at + NFLOG_FIELD_LEN);
		len = (size_t)(header[at] | header[at + 1] << 8);
		type = (uint16_t)(header[at + 2] | header[at + 3] << 8);
		if ((type & 0x7fff) > 0xff) { /* there are some twenty */
			len = bytes_u16(header + at);
			type = bytes_u16(header + at + 2);
		}
		if (len < NFLOG_FIELD_LEN)
			return DISSECT_MALFORMED;
		if ((type & 0x7fff) == NFLOG_PAYLOAD) {
			cursor_step(c, LAYER_NFLOG, at + NFLOG_FIELD_LEN);
			cursor_limit(c, len - NFLOG_FIELD_LEN);
			return is_ip_family(header[0]) ? ip_read(c) : DISSECT_NOT_IP;
		}
		at += (len + 3) / 4 * 4;
	}
}

/* ---- what capture devices put before ---- */

static enum dissect_result read_behind(struct cursor *c, size_t len, enum dissect_result (*read)(struct cursor *))
{
	return cursor_step(c, LAYER_CAPTURE, len) ? read(c) : cursor_lack(c, len);
}

/* Darwin's: a length, a type of record, and the link type (DLT_) of what follows, in the byte order of the machine. */
static enum dissect_result read_pktap(struct cursor *c)
{
	enum {
		PKTAP_LEN_MIN = 108
	};
	const uint8_t *header = c->rest.data;
	uint32_t link_type;
	uint32_t len;

	if (c->rest.len < PKTAP_LEN_MIN)
		return cursor_lack(c, PKTAP_LEN_MIN);
	len = little_u32(header);
	link_type = little_u32(header + 8);
	if (len < PKTAP_LEN_MIN)
		return DISSECT_MALFORMED;
	if (!cursor_step(c, LAYER_PKTAP, len))
		return cursor_lack(c, len);
	if (!cursor_enter(c))
		return DISSECT_TOO_DEEP;
	return link_type <= UINT16_MAX ? link_read(c, (int)link_type) : DISSECT_UNKNOWN_LINK;
}

/* No UDP around it. */
static enum dissect_result read_tzsp(struct cursor *c)
{
	uint32_t offset = c->offset;
	enum dissect_result result;

	memset(&c->segment->source, 0, sizeof(c->segment->source));
	memset(&c->segment->destination, 0, sizeof(c->segment->destination));
	c->segment->is_ipv6 = false;
	result = tunnel_read_tzsp(c);
	return result == DISSECT_UDP && c->offset == offset ? DISSECT_MALFORMED : result;
}

/* ---- by number ---- */

enum {
	ENC_LEN = 12,
	FAMILY_LEN = 4,
	SLIP_LEN = 16,
	DIRECTION_LEN = 1,
	FIBRE_CHANNEL_LEN = 16,
	IEEE1394_LEN = 18,
	NETANALYZER_LEN = 4,
	PREAMBLE_LEN = 8,
	PREPENDED_TAG_LEN = 4,
};

static enum dissect_result read_rare(struct cursor *c, int link_type)
{
	switch (link_type) {
	case LINKTYPE_TOKEN_RING:
		return read_token_ring(c);
	case LINKTYPE_FDDI:
		return read_fddi(c);
	case LINKTYPE_ATM_RFC1483:
		return link_read_llc(c);
	case LINKTYPE_ATM_CLIP:
		return read_classical_ip(c);
	case LINKTYPE_SUNATM:
		return read_sunatm(c);
	case LINKTYPE_SLIP:
		return read_behind(c, SLIP_LEN, ip_read);
	case LINKTYPE_IP_OVER_FC:
		return cursor_step(c, LAYER_FIBRE_CHANNEL, FIBRE_CHANNEL_LEN) ? link_read_llc(c)
									      : cursor_lack(c, FIBRE_CHANNEL_LEN);
	case LINKTYPE_APPLE_IP_OVER_IEEE1394:
		return read_typed(c, LAYER_IEEE1394, IEEE1394_LEN, IEEE1394_LEN - 2);
	case LINKTYPE_IPOIB:
		return read_ipoib(c);
	case LINKTYPE_NETANALYZER:
		return read_behind(c, NETANALYZER_LEN, link_read_ethernet);
	case LINKTYPE_NETANALYZER_TRANSPARENT:
		return read_behind(c, NETANALYZER_LEN + PREAMBLE_LEN, link_read_ethernet);
	case LINKTYPE_ETHERNET_MPACKET:
		return read_behind(c, PREAMBLE_LEN, link_read_ethernet);
	case LINKTYPE_DSA_TAG_BRCM_PREPEND:
		return read_behind(c, PREPENDED_TAG_LEN, link_read_ethernet);
	case LINKTYPE_DSA_TAG_BRCM:
	case LINKTYPE_DSA_TAG_DSA:
		return read_switch_tag(c, 4);
	case LINKTYPE_DSA_TAG_EDSA:
		return read_switch_tag(c, 8);
	case LINKTYPE_PFLOG:
		return read_pflog(c);
	case LINKTYPE_IPNET:
		return read_ipnet(c);
	case LINKTYPE_PKTAP:
		return read_pktap(c);
	case LINKTYPE_TZSP:
		return read_tzsp(c);
	default:
		return DISSECT_UNKNOWN_LINK;
	}
}

static enum dissect_result read_serial(struct cursor *c, int link_type)
{
	switch (link_type) {
	case LINKTYPE_PPP:
	case LINKTYPE_PPP_HDLC:
		return serial_read_hdlc(c);
	case LINKTYPE_PPP_PPPD:
		return serial_read_ppp(c);
	case LINKTYPE_PPP_ETHER:
		return tag_read_pppoe(c);
	case LINKTYPE_PPP_WITH_DIR:
		return read_behind(c, DIRECTION_LEN, serial_read_hdlc);
	case LINKTYPE_C_HDLC:
		return serial_read_chdlc(c);
	case LINKTYPE_C_HDLC_WITH_DIR:
		return read_behind(c, DIRECTION_LEN, serial_read_chdlc);
	case LINKTYPE_FRELAY:
		return serial_read_frame_relay(c);
	case LINKTYPE_FRELAY_WITH_DIR:
		return read_behind(c, DIRECTION_LEN, serial_read_frame_relay);
	case LINKTYPE_MPLS:
		return tag_read_mpls(c);
	default:
		return read_rare(c, link_type);
	}
}

enum dissect_result link_read(struct cursor *c, int link_type)
{
	switch (link_type) {
	case LINKTYPE_ETHERNET:
		return link_read_ethernet(c);
	case LINKTYPE_LINUX_SLL:
	case LINKTYPE_LINUX_SLL2:
		return read_cooked(c, link_type);
	case LINKTYPE_NULL:
	case LINKTYPE_LOOP:
		return read_family(c, LAYER_NULL, FAMILY_LEN);
	case LINKTYPE_ENC:
		return read_family(c, LAYER_ENC, ENC_LEN);
	case LINKTYPE_RAW:
	case LINKTYPE_RAW_BSD:
	case LINKTYPE_RAW_OPENBSD:
	case LINKTYPE_IPV4:
	case LINKTYPE_IPV6:
		return ip_read(c);
	case LINKTYPE_NFLOG:
		return read_nflog(c);
	case LINKTYPE_IEEE802_11:
		return wifi_read(c, false);
	case LINKTYPE_RADIOTAP:
		return wifi_read_radiotap(c);
	case LINKTYPE_PRISM:
		return wifi_read_prism(c);
	case LINKTYPE_AVS:
		return wifi_read_avs(c);
	case LINKTYPE_PPI:
		return wifi_read_ppi(c);
	default:
		return read_serial(c, link_type);
	}
}
