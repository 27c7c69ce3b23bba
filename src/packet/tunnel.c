#include "packet/tunnel.h"

#include "packet/bytes.h"
#include "packet/ip.h"
#include "packet/link.h"
#include "packet/serial.h"
#include "packet/tag.h"
#include "packet/wifi.h"

enum {
	PORT_DNS = 53,
	PORT_L2TP = 1701,
	PORT_GTP = 2152,
	PORT_TEREDO = 3544,
	PORT_VXLAN = 4789,
	PORT_VXLAN_GPE = 4790,
	PORT_GENEVE = 6081,
	PORT_MPLS = 6635,
	PORT_VXLAN_LINUX = 8472, /* the kernel's, from before there was a number */
	PORT_TZSP = 37008,

	IPV6_HEADER_LEN = 40,
};

static uint32_t u24(const uint8_t *at)
{
	return bytes_u32(at) >> 8;
}

/* ---- GRE (RFC 2784, RFC 2890, RFC 2637) and what is special to it ---- */

enum {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080, /* version 1 */
	GRE_VERSION = 0x0007,
	ERSPAN2_LEN = 8,
	ERSPAN3_LEN = 12,
	ERSPAN3_PLATFORM_LEN = 8,
	ETHERIP_LEN = 2,
};

/* Type I has no header and no sequence number; type II has version 1 in its header, type III version 2, and perhaps
 * something special to the device after it. */
static enum dissect_result read_erspan(struct cursor *c, uint16_t type, bool has_sequence)
{
	size_t len = type == ETHERTYPE_ERSPAN3 ? ERSPAN3_LEN : ERSPAN2_LEN;
	uint32_t session = 0;

	if (type == ETHERTYPE_ERSPAN3 || has_sequence) {
		if (c->rest.len < len)
			return cursor_lack(c, len);
		session = bytes_u16(c->rest.data + 2) & 0x3ff;
		if (type == ETHERTYPE_ERSPAN3 && (c->rest.data[ERSPAN3_LEN - 1] & 1))
			len += ERSPAN3_PLATFORM_LEN;
		if (!cursor_step(c, LAYER_ERSPAN, len))
			return cursor_lack(c, len);
	}
	cursor_tunnel(c, SEGMENT_TUNNEL_ERSPAN, session);
	return link_read_ethernet(c);
}

/* Source routes (RFC 1701): family, offset, length, route; the last one is empty. */
static size_t gre_routing_len(const struct cursor *c, size_t at)
{
	size_t start = at;

	while (at + 4 <= c->rest.len) {
		uint8_t len = c->rest.data[at + 3];

		at += 4U + len;
		if (len == 0)
			return at - start;
	}
	return c->rest.len; /* not captured whole: longer than what is there */
}

/* Of all fields that the flags announce. */
static size_t gre_len(const struct cursor *c, uint16_t flags)
{
	size_t len = 4;

	if (flags & (GRE_CHECKSUM | GRE_ROUTING))
		len += 4;
	if (flags & GRE_KEY)
		len += 4;
	if (flags & GRE_SEQUENCE)
		len += 4;
	if ((flags & GRE_VERSION) == 1 && (flags & GRE_ACK))
		len += 4;
	return flags & GRE_ROUTING ? len + gre_routing_len(c, len) : len;
}

/* Version 1: PPTP. Its key is the payload's length and a call number. */
static enum dissect_result read_pptp(struct cursor *c, uint16_t flags, uint16_t type, size_t len)
{
	const uint8_t *gre = c->rest.data;

	if (type != ETHERTYPE_PPP || !(flags & GRE_KEY))
		return DISSECT_MALFORMED;
	cursor_step(c, LAYER_GRE, len);
	if (bytes_u16(gre + 4) > c->len)
		return DISSECT_MALFORMED;
	cursor_limit(c, bytes_u16(gre + 4));
	if (c->len == 0)
		return DISSECT_NOT_IP; /* a mere acknowledgement */
	cursor_tunnel(c, SEGMENT_TUNNEL_GRE, bytes_u16(gre + 6));
	return serial_read_ppp(c);
}

enum dissect_result tunnel_read_gre(struct cursor *c)
{
	const uint8_t *gre = c->rest.data;
	uint16_t flags;
	uint16_t type;
	uint32_t key = 0;
	size_t len;

	if (c->rest.len < 4)
		return cursor_lack(c, 4);
	flags = bytes_u16(gre);
	type = bytes_u16(gre + 2);
	len = gre_len(c, flags);
	if ((flags & GRE_VERSION) > 1)
		return DISSECT_MALFORMED;
	if (len > c->rest.len)
		return cursor_lack(c, len);
	if ((flags & GRE_VERSION) == 1)
		return read_pptp(c, flags, type, len);
	if (flags & GRE_KEY)
		key = bytes_u32(gre + (flags & (GRE_CHECKSUM | GRE_ROUTING) ? 8 : 4));
	cursor_step(c, LAYER_GRE, len);
	if (type == ETHERTYPE_ERSPAN || type == ETHERTYPE_ERSPAN3)
		return read_erspan(c, type, (flags & GRE_SEQUENCE) != 0);
	cursor_tunnel(c, SEGMENT_TUNNEL_GRE, key);
	return link_read_ethertype(c, type);
}

/* RFC 3378 */
enum dissect_result tunnel_read_etherip(struct cursor *c)
{
	if (c->rest.len < ETHERIP_LEN)
		return cursor_lack(c, ETHERIP_LEN);
	if (c->rest.data[0] >> 4 != 3)
		return DISSECT_MALFORMED;
	cursor_step(c, LAYER_ETHERIP, ETHERIP_LEN);
	cursor_tunnel(c, SEGMENT_TUNNEL_OTHER, 0);
	return link_read_ethernet(c);
}

/* ---- L2TP ---- */

enum {
	L2TP_CONTROL = 0x8000,
	L2TP_LENGTH = 0x4000,
	L2TP_SEQUENCE = 0x0800,
	L2TP_OFFSET = 0x0200,
	L2TP_VERSION = 0x000f,
	L2TP3_EXTRA_MAX = 12, /* a cookie of 0, 4 or 8 bytes and a sublayer of 0 or 4 */
};

/* Cookie and sublayer are agreed on beforehand, so where the frame begins must be guessed. */
static enum dissect_result read_l2tp3_session(struct cursor *c, size_t header_len, uint32_t session)
{
	for (size_t extra = 0; extra <= L2TP3_EXTRA_MAX; extra += 4) {
		if (!link_is_ethernet_at(c, header_len + extra))
			continue;
		cursor_step(c, LAYER_L2TP3, header_len + extra);
		cursor_tunnel(c, SEGMENT_TUNNEL_OTHER, session);
		return link_read_ethernet(c);
	}
	return DISSECT_NOT_IP;
}

enum dissect_result tunnel_read_l2tp3(struct cursor *c)
{
	uint32_t session;

	if (c->rest.len < 4)
		return cursor_lack(c, 4);
	session = bytes_u32(c->rest.data);
	return session == 0 ? DISSECT_OTHER_TRANSPORT : read_l2tp3_session(c, 4, session);
}

/* RFC 2661 section 3.1 */
static size_t l2tp_len(const struct cursor *c, uint16_t flags)
{
	size_t len = 6;

	if (flags & L2TP_LENGTH)
		len += 2;
	if (flags & L2TP_SEQUENCE)
		len += 4;
	if (flags & L2TP_OFFSET) {
		if (c->rest.len < len + 2)
			return len + 2;
		len += 2U + bytes_u16(c->rest.data + len);
	}
	return len;
}

static enum dissect_result read_l2tp(struct cursor *c)
{
	const uint8_t *header = c->rest.data;
	uint16_t flags = bytes_u16(header);
	size_t len = l2tp_len(c, flags);
	size_t ids_at = flags & L2TP_LENGTH ? 4 : 2;

	if (flags & L2TP_CONTROL)
		return DISSECT_UDP;
	if ((flags & L2TP_VERSION) == 3) {
		enum dissect_result result = read_l2tp3_session(c, 8, bytes_u32(header + 4));

		return result == DISSECT_NOT_IP ? DISSECT_UDP : result;
	}
	if ((flags & L2TP_VERSION) != 2 || len > c->len ||
	    ((flags & L2TP_LENGTH) && (bytes_u16(header + 2) > c->len || bytes_u16(header + 2) < len)))
		return DISSECT_UDP;
	if (flags & L2TP_LENGTH)
		cursor_limit(c, bytes_u16(header + 2));
	if (!cursor_step(c, LAYER_L2TP, len))
		return DISSECT_CUT;
	cursor_tunnel(c, SEGMENT_TUNNEL_OTHER, bytes_u32(header + ids_at));
	return serial_read_ppp(c);
}

/* ---- VXLAN (RFC 7348, GPE: draft-ietf-nvo3-vxlan-gpe) and Geneve (RFC 8926) ---- */

enum {
	VXLAN_HAS_VNI = 0x08,
	VXLAN_HAS_PROTOCOL = 0x04,
	VXLAN_UNUSED = 0x52, /* other bits have got meanings in extensions */
	VXLAN_LEN = 8,
	GENEVE_LEN = 8,
};

static enum dissect_result read_vxlan_protocol(struct cursor *c, uint8_t protocol)
{
	switch (protocol) {
	case 1:
	case 2:
		return ip_read(c);
	case 3:
		return link_read_ethernet(c);
	case 4:
		return tag_read_nsh(c);
	case 5:
		return tag_read_mpls(c);
	default:
		return DISSECT_NOT_IP;
	}
}

static enum dissect_result read_vxlan(struct cursor *c, bool is_gpe)
{
	const uint8_t *header = c->rest.data;
	bool has_protocol = is_gpe && (header[0] & VXLAN_HAS_PROTOCOL);

	if (!(header[0] & VXLAN_HAS_VNI) || (header[0] & VXLAN_UNUSED))
		return DISSECT_UDP;
	cursor_step(c, LAYER_VXLAN, VXLAN_LEN);
	cursor_tunnel(c, SEGMENT_TUNNEL_VXLAN, u24(header + 4));
	return has_protocol ? read_vxlan_protocol(c, header[3]) : link_read_ethernet(c);
}

static enum dissect_result read_geneve(struct cursor *c)
{
	const uint8_t *header = c->rest.data;
	size_t len = GENEVE_LEN + (header[0] & 0x3fU) * 4;

	if (header[0] >> 6 != 0 || (header[1] & 0x3f) != 0 || header[7] != 0 || len > c->len)
		return DISSECT_UDP;
	if (!cursor_step(c, LAYER_GENEVE, len))
		return DISSECT_CUT;
	cursor_tunnel(c, SEGMENT_TUNNEL_GENEVE, u24(header + 4));
	return link_read_ethertype(c, bytes_u16(header + 2));
}

/* ---- GTP-U (3GPP TS 29.281) ---- */

enum {
	GTP_LEN = 8,
	GTP_OPTIONAL_LEN = 4,
	GTP_HAS_OPTIONAL = 0x07, /* extension headers, a sequence number, an N-PDU number: any brings all fields */
	GTP_HAS_EXTENSION = 0x04,
	GTP_VERSION_AND_TYPE = 0xf0,
	GTP_VERSION_1 = 0x30,
	GTP_PACKET = 255,
};

/* Each says its length in units of four bytes, and in its last byte what follows. */
static enum dissect_result skip_gtp_extensions(struct cursor *c, uint8_t next)
{
	while (next != 0) {
		size_t len;

		if (c->rest.len < 4)
			return cursor_lack(c, 4);
		len = c->rest.data[0] * 4U;
		if (len == 0)
			return DISSECT_MALFORMED;
		if (len > c->rest.len)
			return cursor_lack(c, len);
		next = c->rest.data[len - 1];
		cursor_step(c, LAYER_GTP_EXTENSION, len);
	}
	return DISSECT_TCP;
}

static enum dissect_result read_gtp(struct cursor *c)
{
	const uint8_t *header = c->rest.data;
	bool has_optional = (header[0] & GTP_HAS_OPTIONAL) != 0;
	size_t len = GTP_LEN + (has_optional ? GTP_OPTIONAL_LEN : 0);
	enum dissect_result result = DISSECT_TCP;

	if ((header[0] & GTP_VERSION_AND_TYPE) != GTP_VERSION_1 || header[1] != GTP_PACKET ||
	    bytes_u16(header + 2) + (size_t)GTP_LEN > c->len || bytes_u16(header + 2) + (size_t)GTP_LEN < len)
		return DISSECT_UDP;
	cursor_limit(c, bytes_u16(header + 2) + (size_t)GTP_LEN);
	if (!cursor_step(c, LAYER_GTP, len))
		return DISSECT_CUT;
	cursor_tunnel(c, SEGMENT_TUNNEL_GTP, bytes_u32(header + 4));
	if (header[0] & GTP_HAS_EXTENSION)
		result = skip_gtp_extensions(c, header[len - 1]);
	return result == DISSECT_TCP ? ip_read(c) : result;
}

/* ---- Teredo (RFC 4380 section 5.1.1) ---- */

enum {
	TEREDO_AUTHENTICATION = 1,
	TEREDO_ORIGIN = 0,
	TEREDO_ORIGIN_LEN = 8,
	TEREDO_AUTHENTICATION_LEN = 13, /* and two fields that it tells the lengths of */
};

/* Of the indicators before the IPv6 packet: authentication first, then origin. */
static size_t teredo_len(const struct cursor *c)
{
	size_t len = 0;

	if (c->rest.len >= 4 && bytes_u16(c->rest.data) == TEREDO_AUTHENTICATION)
		len = TEREDO_AUTHENTICATION_LEN + (size_t)c->rest.data[2] + c->rest.data[3];
	if (c->rest.len >= len + 2 && bytes_u16(c->rest.data + len) == TEREDO_ORIGIN)
		len += TEREDO_ORIGIN_LEN;
	return len;
}

/* The packet must fill the datagram, but for trailers (RFC 6081). */
static enum dissect_result read_teredo(struct cursor *c)
{
	size_t len = teredo_len(c);
	const uint8_t *ip;

	if (c->len < len + IPV6_HEADER_LEN)
		return DISSECT_UDP;
	if (c->rest.len < len + IPV6_HEADER_LEN)
		return DISSECT_CUT;
	ip = c->rest.data + len;
	if (ip[0] >> 4 != 6 || len + IPV6_HEADER_LEN + bytes_u16(ip + 4) > c->len)
		return DISSECT_UDP;
	if (len > 0)
		cursor_step(c, LAYER_TEREDO, len);
	cursor_tunnel(c, SEGMENT_TUNNEL_TEREDO, 0);
	return ip_read(c);
}

/* ---- TZSP ---- */

enum {
	TZSP_LEN = 4,
	TZSP_VERSION = 1,
	TZSP_TRANSMIT = 1, /* 0: received */
	TZSP_TAG_PADDING = 0,
	TZSP_TAG_END = 1,
};

/* Of the header and its tags, the end tag included; 0 when they do not end. */
static size_t tzsp_len(const struct cursor *c)
{
	size_t at = TZSP_LEN;

	while (at < c->rest.len) {
		if (c->rest.data[at] == TZSP_TAG_END)
			return at + 1;
		if (c->rest.data[at] == TZSP_TAG_PADDING)
			at++;
		else
			at += at + 1 < c->rest.len ? 2U + c->rest.data[at + 1] : 2U;
	}
	return 0;
}

enum dissect_result tunnel_read_tzsp(struct cursor *c)
{
	const uint8_t *header = c->rest.data;
	uint16_t protocol;
	size_t len;

	if (c->rest.len < TZSP_LEN)
		return DISSECT_CUT;
	if (header[0] != TZSP_VERSION || header[1] > TZSP_TRANSMIT)
		return DISSECT_UDP;
	len = tzsp_len(c);
	if (len == 0)
		return c->rest.len < c->len ? DISSECT_CUT : DISSECT_UDP;
	protocol = bytes_u16(header + 2);
	cursor_step(c, LAYER_TZSP, len);
	cursor_tunnel(c, SEGMENT_TUNNEL_OTHER, 0);
	switch (protocol) {
	case 1:
		return link_read_ethernet(c);
	case 2:
		return link_read(c, LINKTYPE_TOKEN_RING);
	case 4:
		return serial_read_ppp(c);
	case 5:
		return link_read(c, LINKTYPE_FDDI);
	case 7:
		return ip_read(c);
	case 18:
		return wifi_read(c, false);
	case 119:
		return wifi_read_prism(c);
	case 127:
		return wifi_read_avs(c);
	default:
		return DISSECT_NOT_IP;
	}
}

/* ---- UDP ---- */

/* RFC 7510. A stack that ends, and an IP packet after it that fits. */
static enum dissect_result read_mpls(struct cursor *c)
{
	struct cursor behind = *c;

	behind.layers = NULL;
	while (behind.rest.len >= 4 && !(behind.rest.data[2] & 1))
		cursor_step(&behind, LAYER_MPLS, 4);
	if (!cursor_step(&behind, LAYER_MPLS, 4) || !ip_is_plausible(&behind))
		return DISSECT_UDP;
	cursor_tunnel(c, SEGMENT_TUNNEL_OTHER, bytes_u32(c->rest.data) >> 12);
	return tag_read_mpls(c);
}

/* At least eight bytes are there. */
static enum dissect_result read_tunnel(struct cursor *c, uint16_t source_port, uint16_t destination_port)
{
	switch (destination_port) {
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX:
		return read_vxlan(c, false);
	case PORT_VXLAN_GPE:
		return read_vxlan(c, true);
	case PORT_GENEVE:
		return read_geneve(c);
	case PORT_GTP:
		return read_gtp(c);
	case PORT_MPLS:
		return read_mpls(c);
	case PORT_TZSP:
		return tunnel_read_tzsp(c);
	default:
		break;
	}
	if (source_port == PORT_TEREDO || destination_port == PORT_TEREDO)
		return read_teredo(c);
	if (source_port == PORT_L2TP || destination_port == PORT_L2TP)
		return read_l2tp(c);
	return DISSECT_UDP;
}

static bool is_tunnel_port(uint16_t port)
{
	return port == PORT_VXLAN || port == PORT_VXLAN_LINUX || port == PORT_VXLAN_GPE || port == PORT_GENEVE ||
	       port == PORT_GTP || port == PORT_MPLS || port == PORT_TZSP;
}

static bool is_answering_port(uint16_t port)
{
	return port == PORT_TEREDO || port == PORT_L2TP;
}

enum dissect_result tunnel_read_udp(struct cursor *c, uint16_t source_port, uint16_t destination_port)
{
	enum {
		HEADER_MIN = 8 /* of them all */
	};

	if (source_port == PORT_DNS || destination_port == PORT_DNS)
		return DISSECT_UDP; /* an answer to whatever port was free */
	if (!is_tunnel_port(destination_port) && !is_answering_port(destination_port) &&
	    !is_answering_port(source_port))
		return DISSECT_UDP;
	if (c->len < HEADER_MIN)
		return DISSECT_UDP;
	if (c->rest.len < HEADER_MIN)
		return DISSECT_CUT;
	if (!cursor_enter(c))
		return DISSECT_TOO_DEEP;
	return read_tunnel(c, source_port, destination_port);
}
