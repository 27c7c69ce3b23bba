#include "packet/wifi.h"

#include "packet/bytes.h"
#include "packet/link.h"

enum {
	WIFI_LEN = 24,
	WIFI_FOURTH_ADDRESS_LEN = 6,
	WIFI_QOS_LEN = 2,
	WIFI_HT_LEN = 4,
	WIFI_SUBFRAME_LEN = 14, /* two addresses and a length */

	/* first byte */
	WIFI_VERSION = 0x03,
	WIFI_TYPE = 0x0c,
	WIFI_TYPE_DATA = 0x08,
	WIFI_NO_DATA = 0x40,
	WIFI_QOS = 0x80,
	/* second byte */
	WIFI_TO_AND_FROM = 0x03,
	WIFI_PROTECTED = 0x40,
	WIFI_ORDER = 0x80,
	/* QoS control's first byte */
	WIFI_AGGREGATE = 0x80,

	PRISM_LEN = 144,
	AVS_MAGIC = 0x80211,
	PPI_LEN = 8,
	RADIOTAP_LEN = 8,
	RADIOTAP_TSFT = 1 << 0,
	RADIOTAP_FLAGS = 1 << 1,
	RADIOTAP_PADS = 0x20,
};

#define RADIOTAP_MORE_PRESENT (UINT32_C(1) << 31)

/* ---- IEEE 802.11 ---- */

static size_t wifi_len(const uint8_t *header)
{
	bool has_qos = (header[0] & WIFI_QOS) != 0;
	size_t len = WIFI_LEN;

	if ((header[1] & WIFI_TO_AND_FROM) == WIFI_TO_AND_FROM)
		len += WIFI_FOURTH_ADDRESS_LEN;
	if (has_qos)
		len += WIFI_QOS_LEN;
	return has_qos && (header[1] & WIFI_ORDER) ? len + WIFI_HT_LEN : len;
}

static bool is_aggregate(const uint8_t *header)
{
	size_t qos_at = WIFI_LEN + ((header[1] & WIFI_TO_AND_FROM) == WIFI_TO_AND_FROM ? WIFI_FOURTH_ADDRESS_LEN : 0);

	return (header[0] & WIFI_QOS) != 0 && (header[qos_at] & WIFI_AGGREGATE) != 0;
}

static enum dissect_result read_subframe(struct cursor *c)
{
	const uint8_t *header = c->rest.data;

	if (!cursor_step(c, LAYER_WIFI_SUBFRAME, WIFI_SUBFRAME_LEN))
		return cursor_lack(c, WIFI_SUBFRAME_LEN);
	cursor_limit(c, bytes_u16(header + WIFI_SUBFRAME_LEN - 2));
	return link_read_llc(c);
}

enum dissect_result wifi_read(struct cursor *c, bool pads)
{
	const uint8_t *header = c->rest.data;
	size_t len;
	uint8_t fragment;

	if (c->rest.len < 2)
		return cursor_lack(c, 2);
	if ((header[0] & WIFI_VERSION) != 0)
		return DISSECT_MALFORMED;
	if ((header[0] & WIFI_TYPE) != WIFI_TYPE_DATA)
		return DISSECT_NOT_IP;
	len = wifi_len(header);
	if (pads)
		len = (len + 3) / 4 * 4;
	if (!cursor_step(c, LAYER_WIFI, len))
		return cursor_lack(c, len);
	fragment = header[22] & 0x0f;
	if ((header[0] & WIFI_NO_DATA) || fragment > 0)
		return DISSECT_NOT_IP;
	if (header[1] & WIFI_PROTECTED)
		return DISSECT_ENCRYPTED;
	return is_aggregate(header) ? read_subframe(c) : link_read_llc(c);
}

/* ---- what comes before it ---- */

/* The flags are the second of the fields there can be, after a time of eight bytes at a multiple of eight, after all
 * words that tell which fields there are (radiotap.org). */
static bool radiotap_pads(struct slice header)
{
	uint32_t first = __builtin_bswap32(bytes_u32(header.data + 4));
	uint32_t present = first;
	size_t at = 8;

	while ((present & RADIOTAP_MORE_PRESENT) && at + 4 <= header.len) {
		present = __builtin_bswap32(bytes_u32(header.data + at));
		at += 4;
	}
	if (first & RADIOTAP_TSFT)
		at = (at + 7) / 8 * 8 + 8;
	return (first & RADIOTAP_FLAGS) && at < header.len && (header.data[at] & RADIOTAP_PADS) != 0;
}

enum dissect_result wifi_read_radiotap(struct cursor *c)
{
	const uint8_t *header = c->rest.data;
	size_t len;

	if (c->rest.len < RADIOTAP_LEN)
		return cursor_lack(c, RADIOTAP_LEN);
	len = (size_t)(header[2] | header[3] << 8);
	if (header[0] != 0 || len < RADIOTAP_LEN)
		return DISSECT_MALFORMED;
	if (!cursor_step(c, LAYER_RADIOTAP, len))
		return cursor_lack(c, len);
	return wifi_read(c, radiotap_pads(slice_of(header, len)));
}

enum dissect_result wifi_read_avs(struct cursor *c)
{
	enum {
		AVS_LEN_MIN = 8
	};
	uint32_t len;

	if (c->rest.len < AVS_LEN_MIN)
		return cursor_lack(c, AVS_LEN_MIN);
	len = bytes_u32(c->rest.data + 4);
	if (bytes_u32(c->rest.data) >> 12 != AVS_MAGIC || len < AVS_LEN_MIN)
		return DISSECT_MALFORMED;
	return cursor_step(c, LAYER_AVS, len) ? wifi_read(c, false) : cursor_lack(c, len);
}

enum dissect_result wifi_read_prism(struct cursor *c)
{
	if (c->rest.len >= 4 && bytes_u32(c->rest.data) >> 12 == AVS_MAGIC)
		return wifi_read_avs(c);
	return cursor_step(c, LAYER_PRISM, PRISM_LEN) ? wifi_read(c, false) : cursor_lack(c, PRISM_LEN);
}

enum dissect_result wifi_read_ppi(struct cursor *c)
{
	const uint8_t *header = c->rest.data;
	uint32_t link_type;
	size_t len;

	if (c->rest.len < PPI_LEN)
		return cursor_lack(c, PPI_LEN);
	len = (size_t)(header[2] | header[3] << 8);
	link_type = __builtin_bswap32(bytes_u32(header + 4));
	if (header[0] != 0 || len < PPI_LEN)
		return DISSECT_MALFORMED;
	if (!cursor_step(c, LAYER_PPI, len))
		return cursor_lack(c, len);
	if (!cursor_enter(c))
		return DISSECT_TOO_DEEP;
	return link_type <= UINT16_MAX ? link_read(c, (int)link_type) : DISSECT_UNKNOWN_LINK;
}
