#include "packet/serial.h"

#include "packet/bytes.h"
#include "packet/ip.h"
#include "packet/link.h"
#include "packet/tag.h"

enum {
	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
	PPP_BRIDGED = 0x0031, /* RFC 3518 */
	PPP_ENCRYPTED = 0x0053,
	PPP_LINK_COMPRESSED = 0x00fb,
	PPP_COMPRESSED = 0x00fd, /* MPPE comes so, too */
	PPP_MPLS = 0x0281,
	PPP_MPLS_MULTICAST = 0x0283,
	PPP_BRIDGED_LEN = 2,
	PPP_BRIDGED_ETHERNET = 1,
	CHDLC_LEN = 4,
};

static enum dissect_result read_ppp_bridged(struct cursor *c)
{
	if (c->rest.len < PPP_BRIDGED_LEN)
		return cursor_lack(c, PPP_BRIDGED_LEN);
	if (c->rest.data[1] != PPP_BRIDGED_ETHERNET)
		return DISSECT_NOT_IP;
	cursor_step(c, LAYER_PPP_BRIDGED, PPP_BRIDGED_LEN);
	return cursor_enter(c) ? link_read_ethernet(c) : DISSECT_TOO_DEEP;
}

static enum dissect_result read_ppp_protocol(struct cursor *c, uint16_t protocol)
{
	switch (protocol) {
	case PPP_IPV4:
	case PPP_IPV6:
		return ip_read(c);
	case PPP_MPLS:
	case PPP_MPLS_MULTICAST:
		return cursor_enter(c) ? tag_read_mpls(c) : DISSECT_TOO_DEEP;
	case PPP_BRIDGED:
		return read_ppp_bridged(c);
	case PPP_ENCRYPTED:
	case PPP_LINK_COMPRESSED:
	case PPP_COMPRESSED:
		return DISSECT_ENCRYPTED;
	default:
		return DISSECT_NOT_IP;
	}
}

/* RFC 1662: address and control may be there (0xff 0x03; pppd puts a direction in the address's place); RFC 1661: the
 * protocol may be compressed to one byte. */
enum dissect_result serial_read_ppp(struct cursor *c)
{
	const uint8_t *header = c->rest.data;
	bool has_address = c->rest.len >= 2 && (header[0] == 0xff || header[0] <= 1) && header[1] == 0x03;
	size_t header_len = has_address ? 2 : 0;
	uint16_t protocol;

	if (c->rest.len < header_len + 2)
		return cursor_lack(c, header_len + 2);
	if (header[header_len] & 1) {
		protocol = header[header_len];
		header_len += 1;
	} else {
		protocol = bytes_u16(header + header_len);
		header_len += 2;
	}
	cursor_step(c, LAYER_PPP, header_len);
	return read_ppp_protocol(c, protocol);
}

enum dissect_result serial_read_chdlc(struct cursor *c)
{
	uint16_t type;

	if (c->rest.len < CHDLC_LEN)
		return cursor_lack(c, CHDLC_LEN);
	type = bytes_u16(c->rest.data + 2);
	cursor_step(c, LAYER_CHDLC, CHDLC_LEN);
	return type > ETHERTYPE_LENGTH_MAX ? link_read_ethertype(c, type) : DISSECT_NOT_IP;
}

/* Cisco's has an address of its own. */
enum dissect_result serial_read_hdlc(struct cursor *c)
{
	if (c->rest.len > 0 && (c->rest.data[0] == 0x0f || c->rest.data[0] == 0x8f))
		return serial_read_chdlc(c);
	return serial_read_ppp(c);
}

/* RFC 2427: an address of two to four bytes, the last one marked; then control and NLPID, or Cisco's ethertype. */
enum dissect_result serial_read_frame_relay(struct cursor *c)
{
	size_t len = 0;
	uint16_t type;

	do {
		if (c->rest.len < len + 3)
			return cursor_lack(c, len + 3);
		len++;
	} while (!(c->rest.data[len - 1] & 1) && len < 4);
	if (c->rest.data[len] == 0x03) {
		len++;
		if (c->rest.data[len] == 0) /* a pad */
			len++;
		return cursor_step(c, LAYER_FRAME_RELAY, len) ? link_read_nlpid(c) : cursor_lack(c, len);
	}
	type = bytes_u16(c->rest.data + len);
	cursor_step(c, LAYER_FRAME_RELAY, len + 2);
	return type > ETHERTYPE_LENGTH_MAX ? link_read_ethertype(c, type) : DISSECT_NOT_IP;
}
