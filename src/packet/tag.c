#include "packet/tag.h"

#include "packet/bytes.h"
#include "packet/ip.h"
#include "packet/link.h"
#include "packet/serial.h"

/* ---- MPLS (RFC 3032, RFC 4385, RFC 4448) ---- */

enum {
	MPLS_LEN = 4,
	MPLS_LABELS_MAX = 32,
	CONTROL_WORD_LEN = 4,
};

/* No label says what it carries, so it has to be guessed, as routers do: a pseudowire's Ethernet frame, with a control
 * word or without, or IP. */
static enum dissect_result read_behind_labels(struct cursor *c)
{
	if (c->rest.len == 0)
		return cursor_lack(c, 1);
	if (c->rest.data[0] >> 4 == 0 && link_is_ethernet_at(c, CONTROL_WORD_LEN)) {
		cursor_step(c, LAYER_CONTROL_WORD, CONTROL_WORD_LEN);
		return link_read_ethernet(c);
	}
	if (link_is_ethernet_at(c, 0))
		return link_read_ethernet(c);
	return c->rest.data[0] >> 4 == 4 || c->rest.data[0] >> 4 == 6 ? ip_read(c) : DISSECT_NOT_IP;
}

enum dissect_result tag_read_mpls(struct cursor *c)
{
	for (int labels = 0; labels < MPLS_LABELS_MAX; labels++) {
		bool is_last;

		if (c->rest.len < MPLS_LEN)
			return cursor_lack(c, MPLS_LEN);
		is_last = (c->rest.data[2] & 1) != 0;
		cursor_step(c, LAYER_MPLS, MPLS_LEN);
		if (is_last)
			return read_behind_labels(c);
	}
	return DISSECT_TOO_DEEP;
}

/* ---- PPPoE (RFC 2516) ---- */

enum dissect_result tag_read_pppoe(struct cursor *c)
{
	enum {
		PPPOE_LEN = 6,
		PPPOE_VERSION_AND_TYPE = 0x11
	};
	const uint8_t *header = c->rest.data;

	if (c->rest.len < PPPOE_LEN)
		return cursor_lack(c, PPPOE_LEN);
	if (header[0] != PPPOE_VERSION_AND_TYPE)
		return DISSECT_MALFORMED;
	cursor_step(c, LAYER_PPPOE, PPPOE_LEN);
	if (header[1] != 0)
		return DISSECT_NOT_IP; /* discovery */
	cursor_limit(c, bytes_u16(header + 4));
	return serial_read_ppp(c);
}

/* ---- MACsec (IEEE 802.1AE) ---- */

enum {
	MACSEC_LEN = 6,
	MACSEC_SCI_LEN = 8,
	MACSEC_VERSION = 0x80,
	MACSEC_HAS_SCI = 0x20,
	MACSEC_ENCRYPTED = 0x08,
	MACSEC_CHANGED = 0x04,
	MACSEC_SHORT_LEN = 0x3f,
};

/* Integrity alone leaves the bytes as they are; the check value behind them is no concern of IP. */
static enum dissect_result read_macsec(struct cursor *c)
{
	const uint8_t *header = c->rest.data;
	uint8_t short_len;
	size_t len;

	if (c->rest.len < MACSEC_LEN)
		return cursor_lack(c, MACSEC_LEN);
	len = MACSEC_LEN + (header[0] & MACSEC_HAS_SCI ? MACSEC_SCI_LEN : 0);
	if (header[0] & MACSEC_VERSION)
		return DISSECT_MALFORMED;
	if (header[0] & (MACSEC_ENCRYPTED | MACSEC_CHANGED))
		return cursor_step(c, LAYER_MACSEC, len) ? DISSECT_ENCRYPTED : cursor_lack(c, len);
	short_len = header[1] & MACSEC_SHORT_LEN;
	if (short_len > 0)
		cursor_limit(c, len + short_len);
	if (!cursor_step(c, LAYER_MACSEC, len + 2))
		return cursor_lack(c, len + 2);
	return link_read_ethertype(c, bytes_u16(header + len));
}

/* ---- others ---- */

/* IEEE 802.1ah: a whole customer's frame follows. */
static enum dissect_result read_itag(struct cursor *c)
{
	enum {
		ITAG_LEN = 4
	};

	return cursor_step(c, LAYER_ITAG, ITAG_LEN) ? link_read_ethernet(c) : cursor_lack(c, ITAG_LEN);
}

/* RFC 8300 */
enum dissect_result tag_read_nsh(struct cursor *c)
{
	enum {
		NSH_LEN = 8
	};
	const uint8_t *header = c->rest.data;
	size_t len;

	if (c->rest.len < NSH_LEN)
		return cursor_lack(c, NSH_LEN);
	len = (header[1] & 0x3fU) * 4;
	if (header[0] >> 6 != 0 || len < NSH_LEN)
		return DISSECT_MALFORMED;
	if (!cursor_step(c, LAYER_NSH, len))
		return cursor_lack(c, len);
	switch (header[3]) {
	case 1:
	case 2:
		return ip_read(c);
	case 3:
		return link_read_ethernet(c);
	case 4:
		return cursor_enter(c) ? tag_read_nsh(c) : DISSECT_TOO_DEEP;
	case 5:
		return tag_read_mpls(c);
	default:
		return DISSECT_NOT_IP;
	}
}

/* Version, length in units of four bytes, options, and the type of what follows. */
static enum dissect_result read_cisco_metadata(struct cursor *c)
{
	uint16_t type;
	size_t len;

	if (c->rest.len < 2)
		return cursor_lack(c, 2);
	len = 4U + c->rest.data[1] * 4U;
	if (c->rest.data[0] != 1)
		return DISSECT_NOT_IP;
	if (c->rest.len < len)
		return cursor_lack(c, len);
	type = bytes_u16(c->rest.data + len - 2);
	cursor_step(c, LAYER_CISCO_METADATA, len);
	return link_read_ethertype(c, type);
}

enum dissect_result tag_read(struct cursor *c, uint16_t type)
{
	switch (type) {
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MULTICAST:
		return tag_read_mpls(c);
	case ETHERTYPE_PPPOE_SESSION:
		return tag_read_pppoe(c);
	case ETHERTYPE_MACSEC:
		return read_macsec(c);
	case ETHERTYPE_ITAG:
		return read_itag(c);
	case ETHERTYPE_NSH:
		return tag_read_nsh(c);
	case ETHERTYPE_CISCO_METADATA:
		return read_cisco_metadata(c);
	default:
		return DISSECT_NOT_IP;
	}
}
