#include "packet/dissect.h"

#include "packet/bytes.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_OLD_QINQ = 0x9100,
	ETHERTYPE_PPPOE_SESSION = 0x8864,
	ETHERTYPE_LENGTH_MAX = 1500, /* up to here the field is a length: IEEE 802.3 */
	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
	IPPROTO_IPV4_IN_IP = 4,
	IPPROTO_TCP_SEGMENT = 6,
	IPPROTO_UDP_DATAGRAM = 17,
	IPPROTO_IPV6_IN_IP = 41,
};

/* What is being taken apart: the rest of the packet, and where it starts. */
struct cursor {
	struct slice rest;
	uint32_t offset;
	unsigned int depth;
	struct dissect_layers *layers;
};

static enum dissect_result read_ip(struct cursor *c, struct tcp_segment *segment);

/* Notes a layer of `len` bytes and steps behind it; false when it was not captured whole. */
static bool step(struct cursor *c, enum dissect_layer_kind kind, size_t len)
{
	if (c->rest.len < len)
		return false;
	if (c->layers != NULL && c->layers->count < sizeof(c->layers->layer) / sizeof(c->layers->layer[0]))
		c->layers->layer[c->layers->count++] =
			(struct dissect_layer){.kind = kind, .offset = c->offset, .len = (uint32_t)len};
	c->rest = slice_after(c->rest, len);
	c->offset += (uint32_t)len;
	return true;
}

static enum dissect_result read_ppp(struct cursor *c, struct tcp_segment *segment)
{
	/* RFC 1662: address and control may be there (0xff 0x03); RFC 1661: the protocol may be compressed to one byte
	 */
	size_t header_len = c->rest.len >= 2 && c->rest.data[0] == 0xff && c->rest.data[1] == 0x03 ? 2 : 0;
	uint16_t protocol;

	if (c->rest.len < header_len + 2)
		return DISSECT_CUT;
	if (c->rest.data[header_len] & 1) {
		protocol = c->rest.data[header_len];
		header_len += 1;
	} else {
		protocol = bytes_u16(c->rest.data + header_len);
		header_len += 2;
	}
	step(c, LAYER_PPP, header_len);
	return protocol == PPP_IPV4 || protocol == PPP_IPV6 ? read_ip(c, segment) : DISSECT_NOT_IP;
}

static enum dissect_result read_snap(struct cursor *c, struct tcp_segment *segment)
{
	enum {
		SNAP_LEN = 8
	};
	uint16_t type;

	if (c->rest.len < SNAP_LEN)
		return c->rest.len < 3 ? DISSECT_CUT : DISSECT_NOT_IP;
	if (c->rest.data[0] != 0xaa || c->rest.data[1] != 0xaa || c->rest.data[2] != 0x03)
		return DISSECT_NOT_IP;
	type = bytes_u16(c->rest.data + 6);
	step(c, LAYER_LLC, SNAP_LEN);
	return type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6 ? read_ip(c, segment) : DISSECT_NOT_IP;
}

static enum dissect_result read_ethertype(struct cursor *c, uint16_t type, struct tcp_segment *segment)
{
	while (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_OLD_QINQ) {
		if (++c->depth > DISSECT_DEPTH_MAX)
			return DISSECT_TOO_DEEP;
		if (c->rest.len < 4)
			return DISSECT_CUT;
		type = bytes_u16(c->rest.data + 2);
		step(c, LAYER_VLAN, 4);
	}
	if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6)
		return read_ip(c, segment);
	if (type == ETHERTYPE_PPPOE_SESSION)
		return step(c, LAYER_PPPOE, 6) ? read_ppp(c, segment) : DISSECT_CUT;
	if (type <= ETHERTYPE_LENGTH_MAX)
		return read_snap(c, segment);
	return DISSECT_NOT_IP;
}

static enum dissect_result read_ethernet(struct cursor *c, struct tcp_segment *segment)
{
	uint16_t type;

	if (c->rest.len < 14)
		return DISSECT_CUT;
	type = bytes_u16(c->rest.data + 12);
	step(c, LAYER_ETHERNET, 14);
	return read_ethertype(c, type, segment);
}

/* Linux cooked v1: the protocol stands in the last two of 16 bytes; v2: in the first two of 20. */
static enum dissect_result read_cooked(struct cursor *c, int link_type, struct tcp_segment *segment)
{
	bool second = link_type == LINKTYPE_LINUX_SLL2;
	size_t header_len = second ? 20 : 16;
	uint16_t type;

	if (c->rest.len < header_len)
		return DISSECT_CUT;
	type = bytes_u16(c->rest.data + (second ? 0 : 14));
	step(c, second ? LAYER_SLL2 : LAYER_SLL, header_len);
	/* 4 is LINUX_SLL_P_802_2: an LLC header follows */
	return type == 4 ? read_snap(c, segment) : read_ethertype(c, type, segment);
}

/* The segment behind `header_len` bytes of IP header and what follows; `total_len` bytes of it belong to this packet.
 */
static enum dissect_result read_tcp(struct cursor *c, size_t total_len, struct tcp_segment *s)
{
	size_t header_len;
	const uint8_t *tcp = c->rest.data;

	if (total_len < 20)
		return DISSECT_MALFORMED;
	if (c->rest.len < 20)
		return DISSECT_CUT;
	header_len = (size_t)(tcp[12] >> 4) * 4;
	if (header_len < 20 || header_len > total_len)
		return DISSECT_MALFORMED;
	if (header_len > c->rest.len)
		return DISSECT_CUT;
	s->source_port = bytes_u16(tcp);
	s->destination_port = bytes_u16(tcp + 2);
	s->seq = bytes_u32(tcp + 4);
	s->ack = bytes_u32(tcp + 8);
	s->flags = tcp[13];
	s->window = bytes_u16(tcp + 14);
	s->options = slice_sub(c->rest, 20, header_len - 20);
	step(c, LAYER_TCP, header_len);
	s->payload = slice_sub(c->rest, 0, total_len - header_len);
	s->payload_len = (uint32_t)(total_len - header_len);
	if (s->payload.len > 0)
		step(c, LAYER_PAYLOAD, s->payload.len);
	return DISSECT_TCP;
}

static enum dissect_result read_udp(struct cursor *c, size_t total_len, struct tcp_segment *s)
{
	if (total_len < 8)
		return DISSECT_MALFORMED;
	if (c->rest.len < 8)
		return DISSECT_CUT;
	s->source_port = bytes_u16(c->rest.data);
	s->destination_port = bytes_u16(c->rest.data + 2);
	step(c, LAYER_UDP, 8);
	s->payload = slice_sub(c->rest, 0, total_len - 8);
	s->payload_len = (uint32_t)(total_len - 8);
	if (s->payload.len > 0)
		step(c, LAYER_PAYLOAD, s->payload.len);
	return DISSECT_UDP;
}

static enum dissect_result read_transport(struct cursor *c, uint8_t protocol, size_t total_len, struct tcp_segment *s)
{
	if (protocol == IPPROTO_TCP_SEGMENT)
		return read_tcp(c, total_len, s);
	if (protocol == IPPROTO_UDP_DATAGRAM)
		return read_udp(c, total_len, s);
	if (protocol == IPPROTO_IPV4_IN_IP || protocol == IPPROTO_IPV6_IN_IP) {
		if (++c->depth > DISSECT_DEPTH_MAX)
			return DISSECT_TOO_DEEP;
		c->rest = slice_sub(c->rest, 0, total_len);
		return read_ip(c, s);
	}
	return DISSECT_OTHER_TRANSPORT;
}

static enum dissect_result read_ipv4(struct cursor *c, struct tcp_segment *s)
{
	const uint8_t *ip = c->rest.data;
	size_t header_len;
	size_t total_len;

	if (c->rest.len < 20)
		return DISSECT_CUT;
	header_len = (size_t)(ip[0] & 0x0f) * 4;
	total_len = bytes_u16(ip + 2);
	if (total_len == 0)
		total_len = c->rest.len; /* segmentation offload: the sender leaves the length to the device */
	if (header_len < 20 || header_len > total_len)
		return DISSECT_MALFORMED;
	if ((bytes_u16(ip + 6) & 0x3fff) != 0) /* more fragments, or an offset */
		return DISSECT_FRAGMENT;
	s->is_ipv6 = false;
	s->ip_id = bytes_u16(ip + 4);
	s->ttl = ip[8];
	memset(&s->source, 0, sizeof(s->source));
	memset(&s->destination, 0, sizeof(s->destination));
	memcpy(s->source.bytes, ip + 12, 4);
	memcpy(s->destination.bytes, ip + 16, 4);
	if (!step(c, LAYER_IPV4, header_len))
		return DISSECT_CUT;
	return read_transport(c, ip[9], total_len - header_len, s);
}

static bool is_extension(uint8_t next)
{
	return next == 0 || next == 43 || next == 44 || next == 51 || next == 60 || next == 135 || next == 139 ||
	       next == 140;
}

/* Steps over one extension header; `*next` becomes the header behind it. RFC 8200 section 4; RFC 4302 for 51. */
static enum dissect_result skip_extension(struct cursor *c, uint8_t *next, size_t *left)
{
	const uint8_t *header = c->rest.data;
	size_t len;

	if (c->rest.len < 8)
		return *left < 8 ? DISSECT_MALFORMED : DISSECT_CUT;
	len = *next == 44 ? 8 : *next == 51 ? ((size_t)header[1] + 2) * 4 : ((size_t)header[1] + 1) * 8;
	if (len > *left)
		return DISSECT_MALFORMED;
	if (*next == 44 && (bytes_u16(header + 2) & 0xfff9) != 0)
		return DISSECT_FRAGMENT; /* an "atomic" fragment, RFC 6946, is a whole packet */
	*next = header[0];
	*left -= len;
	return step(c, LAYER_IPV6_EXTENSION, len) ? DISSECT_TCP : DISSECT_CUT;
}

static enum dissect_result read_ipv6(struct cursor *c, struct tcp_segment *s)
{
	const uint8_t *ip = c->rest.data;
	uint8_t next;
	size_t left;

	if (c->rest.len < 40)
		return DISSECT_CUT;
	next = ip[6];
	left = bytes_u16(ip + 4);
	if (left == 0)
		left = c->rest.len -
		       40; /* as for IPv4; a jumbogram's length stands in an option, and is no less than this */
	s->is_ipv6 = true;
	s->ip_id = 0;
	s->ttl = ip[7];
	memcpy(s->source.bytes, ip + 8, 16);
	memcpy(s->destination.bytes, ip + 24, 16);
	step(c, LAYER_IPV6, 40);
	while (is_extension(next)) {
		enum dissect_result skipped = skip_extension(c, &next, &left);

		if (skipped != DISSECT_TCP)
			return skipped;
	}
	return read_transport(c, next, left, s);
}

static enum dissect_result read_ip(struct cursor *c, struct tcp_segment *segment)
{
	if (c->rest.len == 0)
		return DISSECT_CUT;
	switch (c->rest.data[0] >> 4) {
	case 4:
		return read_ipv4(c, segment);
	case 6:
		return read_ipv6(c, segment);
	default:
		return DISSECT_MALFORMED;
	}
}

/* The family stands in four bytes, in the byte order of the machine that captured (null) or of the network (loop). */
static enum dissect_result read_loopback(struct cursor *c, struct tcp_segment *segment)
{
	uint32_t family;

	if (c->rest.len < 4)
		return DISSECT_CUT;
	family = bytes_u32(c->rest.data);
	if (family > 0xffff)
		family = __builtin_bswap32(family);
	step(c, LAYER_NULL, 4);
	/* AF_INET is 2 everywhere; AF_INET6 is 10 (Linux), 24 (NetBSD, OpenBSD), 28 (FreeBSD) or 30 (Darwin) */
	if (family == 2 || family == 10 || family == 24 || family == 28 || family == 30)
		return read_ip(c, segment);
	return DISSECT_NOT_IP;
}

enum dissect_result dissect_packet(int link_type, struct slice packet, struct tcp_segment *segment,
				   struct fragment *fragment, struct dissect_layers *layers)
{
	struct cursor c = {.rest = packet, .layers = layers};

	(void)fragment;

	switch (link_type) {
	case LINKTYPE_ETHERNET:
		return read_ethernet(&c, segment);
	case LINKTYPE_LINUX_SLL:
	case LINKTYPE_LINUX_SLL2:
		return read_cooked(&c, link_type, segment);
	case LINKTYPE_NULL:
	case LINKTYPE_LOOP:
		return read_loopback(&c, segment);
	case LINKTYPE_RAW:
	case LINKTYPE_IPV4:
	case LINKTYPE_IPV6:
		return read_ip(&c, segment);
	case LINKTYPE_PPP:
		return read_ppp(&c, segment);
	default:
		return DISSECT_UNKNOWN_LINK;
	}
}

const char *dissect_name(enum dissect_result result)
{
	static const char *const names[DISSECT_RESULTS] = {
		[DISSECT_TCP] = "tcp",
		[DISSECT_UDP] = "udp",
		[DISSECT_OTHER_TRANSPORT] = "other_transport",
		[DISSECT_NOT_IP] = "not_ip",
		[DISSECT_FRAGMENT] = "fragment",
		[DISSECT_CUT] = "cut_short",
		[DISSECT_MALFORMED] = "malformed",
		[DISSECT_UNKNOWN_LINK] = "unknown_link_type",
		[DISSECT_TOO_DEEP] = "too_deep",
	};

	return names[result];
}
