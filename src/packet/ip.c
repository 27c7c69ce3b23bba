#include "packet/ip.h"

#include <assert.h>

#include "packet/bytes.h"
#include "packet/checksum.h"
#include "packet/link.h"
#include "packet/tag.h"
#include "packet/tunnel.h"

enum {
	IPV4_HEADER_MIN = 20,
	IPV6_HEADER_LEN = 40,
	IPV6_UNIT = 8, /* extension headers are a multiple of it */
	TCP_HEADER_MIN = 20,
	UDP_HEADER_LEN = 8,
	ESP_HEADER_LEN = 8,

	PROTOCOL_HOP_BY_HOP = 0,
	PROTOCOL_ICMP = 1,
	PROTOCOL_IPV4 = 4,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_IPV6 = 41,
	PROTOCOL_ROUTING = 43,
	PROTOCOL_FRAGMENT = 44,
	PROTOCOL_GRE = 47,
	PROTOCOL_ESP = 50,
	PROTOCOL_AH = 51,
	PROTOCOL_ICMP6 = 58,
	PROTOCOL_DESTINATION = 60,
	PROTOCOL_ETHERIP = 97,
	PROTOCOL_L2TP3 = 115,
	PROTOCOL_MOBILITY = 135,
	PROTOCOL_MPLS = 137,
	PROTOCOL_HIP = 139,
	PROTOCOL_SHIM6 = 140,
	PROTOCOL_ETHERNET = 143, /* RFC 8986 */

	OPTION_PAD1 = 0,
	OPTION_JUMBO = 0xc2,	    /* RFC 2675 */
	OPTION_HOME_ADDRESS = 0xc9, /* RFC 6275 section 6.3 */
	OPTION_LOOSE_ROUTE = 131,   /* RFC 791 section 3.1 */
	OPTION_STRICT_ROUTE = 137,
};

/* ---- what IP carries ---- */

static void put_payload(struct cursor *c)
{
	assert(c->rest.len <= c->len && c->len <= UINT32_MAX);
	c->segment->payload = c->rest;
	c->segment->payload_len = (uint32_t)c->len;
	if (c->rest.len > 0)
		cursor_note(c, LAYER_PAYLOAD, c->rest.len);
}

static enum segment_checksum check(const struct cursor *c)
{
	if (c->rest.len < c->len || c->is_rerouted)
		return SEGMENT_CHECKSUM_UNKNOWN;
	return checksum_tcp(c->segment, c->rest);
}

static enum dissect_result read_tcp(struct cursor *c)
{
	struct tcp_segment *s = c->segment;
	const uint8_t *tcp = c->rest.data;
	size_t header_len;

	if (c->rest.len < TCP_HEADER_MIN)
		return cursor_lack(c, TCP_HEADER_MIN);
	header_len = (size_t)(tcp[12] >> 4) * 4;
	if (header_len < TCP_HEADER_MIN)
		return DISSECT_MALFORMED;
	if (header_len > c->rest.len)
		return cursor_lack(c, header_len);
	s->source_port = bytes_u16(tcp);
	s->destination_port = bytes_u16(tcp + 2);
	s->seq = bytes_u32(tcp + 4);
	s->ack = bytes_u32(tcp + 8);
	s->flags = tcp[13];
	s->window = bytes_u16(tcp + 14);
	s->checksum = (uint8_t)check(c);
	s->options = slice_sub(c->rest, TCP_HEADER_MIN, header_len - TCP_HEADER_MIN);
	cursor_step(c, LAYER_TCP, header_len);
	put_payload(c);
	return DISSECT_TCP;
}

static enum dissect_result read_udp(struct cursor *c)
{
	struct tcp_segment *s = c->segment;
	enum dissect_result result;
	size_t len;

	if (c->rest.len < UDP_HEADER_LEN)
		return cursor_lack(c, UDP_HEADER_LEN);
	s->source_port = bytes_u16(c->rest.data);
	s->destination_port = bytes_u16(c->rest.data + 2);
	len = bytes_u16(c->rest.data + 4);
	/* 0: a jumbogram, or left to the device */
	if (len >= UDP_HEADER_LEN && len < c->len)
		cursor_limit(c, len);
	cursor_step(c, LAYER_UDP, UDP_HEADER_LEN);
	result = tunnel_read_udp(c, s->source_port, s->destination_port);
	if (result == DISSECT_UDP)
		put_payload(c);
	return result;
}

static enum dissect_result read_ip_in_ip(struct cursor *c)
{
	cursor_tunnel(c, SEGMENT_TUNNEL_IP, 0);
	return ip_read(c);
}

static enum dissect_result read_esp(struct cursor *c)
{
	cursor_step(c, LAYER_ESP, ESP_HEADER_LEN);
	return DISSECT_ENCRYPTED;
}

static enum dissect_result read_ethernet_in_ip(struct cursor *c)
{
	cursor_tunnel(c, SEGMENT_TUNNEL_OTHER, 0);
	return link_read_ethernet(c);
}

static enum dissect_result read_mpls_in_ip(struct cursor *c)
{
	cursor_tunnel(c, SEGMENT_TUNNEL_OTHER, 0);
	return tag_read_mpls(c);
}

/* What is a packet again. */
static enum dissect_result read_inner(struct cursor *c, uint8_t protocol)
{
	if (!cursor_enter(c))
		return DISSECT_TOO_DEEP;
	switch (protocol) {
	case PROTOCOL_IPV4:
	case PROTOCOL_IPV6:
		return read_ip_in_ip(c);
	case PROTOCOL_GRE:
		return tunnel_read_gre(c);
	case PROTOCOL_ETHERIP:
		return tunnel_read_etherip(c);
	case PROTOCOL_L2TP3:
		return tunnel_read_l2tp3(c);
	case PROTOCOL_MPLS:
		return read_mpls_in_ip(c);
	case PROTOCOL_ETHERNET:
		return read_ethernet_in_ip(c);
	case PROTOCOL_ESP:
		return read_esp(c);
	default:
		return DISSECT_OTHER_TRANSPORT;
	}
}

/* ---- extension headers ---- */

static bool is_extension(const struct cursor *c, uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_AH:
		return true;
	case PROTOCOL_HOP_BY_HOP:
	case PROTOCOL_ROUTING:
	case PROTOCOL_FRAGMENT:
	case PROTOCOL_DESTINATION:
	case PROTOCOL_MOBILITY:
	case PROTOCOL_HIP:
	case PROTOCOL_SHIM6:
		return c->segment->is_ipv6;
	default:
		return false;
	}
}

/* The value of an option in a hop-by-hop or destination header (RFC 8200 section 4.2); empty when it is not there. */
static struct slice find_option(struct slice header, uint8_t wanted)
{
	struct slice rest = slice_after(header, 2);

	while (rest.len >= 2) {
		size_t len = rest.data[0] == OPTION_PAD1 ? 1 : (size_t)rest.data[1] + 2;

		if (rest.data[0] == wanted && len <= rest.len)
			return slice_sub(rest, 2, len - 2);
		rest = slice_after(rest, len);
	}
	return slice_of(NULL, 0);
}

/* Describes the fragment at the cursor, after all headers that each fragment repeats. */
static enum dissect_result put_fragment(struct cursor *c, uint8_t protocol, uint32_t id, uint32_t offset, bool is_last)
{
	if (c->fragment != NULL)
		*c->fragment = (struct fragment){.source = c->segment->source,
						 .destination = c->segment->destination,
						 .is_ipv6 = c->segment->is_ipv6,
						 .is_last = is_last,
						 .is_cut = c->rest.len < c->len,
						 .is_rerouted = c->is_rerouted,
						 .protocol = protocol,
						 .ttl = c->segment->ttl,
						 .id = id,
						 .offset = offset,
						 .tunnel = c->segment->tunnel,
						 .payload = c->rest};
	if (c->rest.len > 0)
		cursor_note(c, LAYER_FRAGMENT_PAYLOAD, c->rest.len);
	return DISSECT_FRAGMENT;
}

static enum dissect_result read_fragment_header(struct cursor *c, uint8_t *next)
{
	const uint8_t *header = c->rest.data;
	uint16_t offset;

	if (c->rest.len < IPV6_UNIT)
		return cursor_lack(c, IPV6_UNIT);
	offset = bytes_u16(header + 2);
	*next = header[0];
	cursor_step(c, LAYER_IPV6_FRAGMENT, IPV6_UNIT);
	if ((offset & 0xfff9) == 0)
		return DISSECT_TCP; /* an "atomic" fragment, RFC 6946, is a whole packet */
	return put_fragment(c, *next, bytes_u32(header + 4), offset & 0xfff8, (offset & 1) == 0);
}

/* RFC 8200 section 4; RFC 4302 for the authentication header. Segments that are left, or a home address, say that the
 * header's addresses are not the two ends'. */
static enum dissect_result read_extension(struct cursor *c, uint8_t *next)
{
	const uint8_t *header = c->rest.data;
	uint8_t kind = *next;
	size_t len;

	if (c->rest.len < IPV6_UNIT)
		return cursor_lack(c, IPV6_UNIT);
	len = kind == PROTOCOL_AH ? ((size_t)header[1] + 2) * 4 : ((size_t)header[1] + 1) * IPV6_UNIT;
	if (len > c->rest.len)
		return cursor_lack(c, len);
	if ((kind == PROTOCOL_ROUTING && header[3] > 0) ||
	    (kind == PROTOCOL_DESTINATION && find_option(slice_of(header, len), OPTION_HOME_ADDRESS).len > 0))
		c->is_rerouted = true;
	*next = header[0];
	cursor_step(c, LAYER_IPV6_EXTENSION, len);
	return DISSECT_TCP;
}

enum dissect_result ip_read_payload(struct cursor *c, uint8_t protocol)
{
	while (is_extension(c, protocol)) {
		enum dissect_result result = protocol == PROTOCOL_FRAGMENT ? read_fragment_header(c, &protocol)
									   : read_extension(c, &protocol);

		if (result != DISSECT_TCP)
			return result;
	}
	if (protocol == PROTOCOL_TCP)
		return read_tcp(c);
	if (protocol == PROTOCOL_UDP)
		return read_udp(c);
	if (protocol == (c->segment->is_ipv6 ? PROTOCOL_ICMP6 : PROTOCOL_ICMP)) {
		put_payload(c);
		return DISSECT_ICMP;
	}
	return read_inner(c, protocol);
}

/* ---- IP ---- */

/* A source route's destination comes to stand in the header last (RFC 791 section 3.1). */
static bool has_source_route(struct slice options)
{
	while (options.len >= 2 && options.data[0] != 0) {
		size_t len = options.data[0] == 1 ? 1 : options.data[1];

		if (options.data[0] == OPTION_LOOSE_ROUTE || options.data[0] == OPTION_STRICT_ROUTE)
			return true;
		if (len == 0)
			return false;
		options = slice_after(options, len);
	}
	return false;
}

static enum dissect_result read_ipv4(struct cursor *c)
{
	struct tcp_segment *s = c->segment;
	const uint8_t *ip = c->rest.data;
	size_t header_len;
	size_t total_len;
	uint16_t offset;

	if (c->rest.len < IPV4_HEADER_MIN)
		return cursor_lack(c, IPV4_HEADER_MIN);
	header_len = (size_t)(ip[0] & 0x0f) * 4;
	total_len = bytes_u16(ip + 2);
	if (total_len == 0)
		total_len = c->rest.len; /* segmentation offload: the sender leaves the length to the device */
	if (header_len < IPV4_HEADER_MIN || header_len > total_len)
		return DISSECT_MALFORMED;
	if (header_len > c->rest.len)
		return DISSECT_CUT;
	s->is_ipv6 = false;
	s->ip_id = bytes_u16(ip + 4);
	s->ttl = ip[8];
	memset(&s->source, 0, sizeof(s->source));
	memset(&s->destination, 0, sizeof(s->destination));
	memcpy(s->source.bytes, ip + 12, 4);
	memcpy(s->destination.bytes, ip + 16, 4);
	c->is_rerouted = header_len > IPV4_HEADER_MIN &&
			 has_source_route(slice_sub(c->rest, IPV4_HEADER_MIN, header_len - IPV4_HEADER_MIN));
	offset = bytes_u16(ip + 6);
	s->is_whole = (offset & 0x4000) != 0;
	cursor_limit(c, total_len);
	cursor_step(c, LAYER_IPV4, header_len);
	if ((offset & 0x3fff) != 0) /* more fragments, or an offset */
		return put_fragment(c, ip[9], s->ip_id, (offset & 0x1fff) * 8U, (offset & 0x2000) == 0);
	return ip_read_payload(c, ip[9]);
}

/* The length after an IPv6 header whose own field is 0: a jumbogram's, which stands in an option of the hop-by-hop
 * header (RFC 2675), or what there is: left to the device, as for IPv4. */
static size_t jumbo_len(struct slice behind, uint8_t next)
{
	struct slice option;

	if (next != PROTOCOL_HOP_BY_HOP || behind.len < IPV6_UNIT)
		return behind.len;
	option = find_option(slice_sub(behind, 0, ((size_t)behind.data[1] + 1) * IPV6_UNIT), OPTION_JUMBO);
	return option.len == 4 ? bytes_u32(option.data) : behind.len;
}

static enum dissect_result read_ipv6(struct cursor *c)
{
	struct tcp_segment *s = c->segment;
	const uint8_t *ip = c->rest.data;
	size_t len;

	if (c->rest.len < IPV6_HEADER_LEN)
		return cursor_lack(c, IPV6_HEADER_LEN);
	len = bytes_u16(ip + 4);
	if (len == 0)
		len = jumbo_len(slice_after(c->rest, IPV6_HEADER_LEN), ip[6]);
	s->is_ipv6 = s->is_whole = true;
	s->ip_id = 0;
	s->ttl = ip[7];
	memcpy(s->source.bytes, ip + 8, sizeof(s->source.bytes));
	memcpy(s->destination.bytes, ip + 24, sizeof(s->destination.bytes));
	c->is_rerouted = false;
	cursor_step(c, LAYER_IPV6, IPV6_HEADER_LEN);
	cursor_limit(c, len);
	return ip_read_payload(c, ip[6]);
}

enum dissect_result ip_read(struct cursor *c)
{
	if (c->rest.len == 0)
		return cursor_lack(c, 1);
	switch (c->rest.data[0] >> 4) {
	case 4:
		return read_ipv4(c);
	case 6:
		return read_ipv6(c);
	default:
		return DISSECT_MALFORMED;
	}
}

bool ip_is_plausible(const struct cursor *c)
{
	const uint8_t *ip = c->rest.data;

	if (c->rest.len >= IPV4_HEADER_MIN && ip[0] >> 4 == 4)
		return (ip[0] & 0x0f) >= 5 && (bytes_u16(ip + 2) >= IPV4_HEADER_MIN || bytes_u16(ip + 2) == 0) &&
		       (c->len >= CURSOR_LEN_UNKNOWN / 2 || bytes_u16(ip + 2) <= c->len);
	if (c->rest.len >= IPV6_HEADER_LEN && ip[0] >> 4 == 6)
		return c->len >= CURSOR_LEN_UNKNOWN / 2 || bytes_u16(ip + 4) + (size_t)IPV6_HEADER_LEN <= c->len;
	return false;
}
