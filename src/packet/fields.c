#include "packet/fields.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/rowtext.h"
#include "common/address.h"
#include "packet/bytes.h"
#include "packet/checksum.h"
#include "packet/layouts.h"

enum {
	IPV4_HEADER_MIN = 20,
	TCP_HEADER_MIN = 20,
	VALUE_SIZE = 120,
	HEX_BYTES_MAX = 16, /* of what is shown as bytes */
};

/* One layer on its way to the sink. */
struct fields {
	packet_field_sink *sink;
	void *ctx;
	struct slice header; /* of the layer at hand */
	uint32_t offset;     /* of it */
	const struct fields_about *about;
};

static void tell(struct fields *f, uint8_t depth, uint32_t offset, uint32_t len, const char *name, const char *format,
		 ...) __attribute__((format(printf, 6, 7)));

static void tell(struct fields *f, uint8_t depth, uint32_t offset, uint32_t len, const char *name, const char *format,
		 ...)
{
	char value[VALUE_SIZE];
	struct packet_field field = {.depth = depth, .offset = offset, .len = len, .name = name, .value = value};
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	f->sink(f->ctx, &field);
}

/* A field of the layer at hand, at `at` in its header. */
static void add(struct fields *f, size_t at, size_t len, const char *name, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

static void add(struct fields *f, size_t at, size_t len, const char *name, const char *format, ...)
{
	char value[VALUE_SIZE];
	va_list args;

	assert(at + len <= f->header.len);
	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	tell(f, 1, f->offset + (uint32_t)at, (uint32_t)len, name, "%s", value);
}

/* ---- fields as tables describe them ---- */

static uint64_t big_end_first(const uint8_t *at, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | at[i];
	return value;
}

static uint64_t little_end_first(const uint8_t *at, size_t len)
{
	uint64_t value = 0;

	for (size_t i = len; i > 0; i--)
		value = value << 8 | at[i - 1];
	return value;
}

static uint64_t number_of(const struct layout_field *l, const uint8_t *at)
{
	bool is_little = l->shape == SHAPE_LITTLE || l->shape == SHAPE_LITTLE_HEX;
	uint64_t value = is_little ? little_end_first(at, l->len) : big_end_first(at, l->len);

	return l->mask == 0 ? value : (value & l->mask) >> __builtin_ctzll(l->mask);
}

/* Digits enough for every value that the field can have. */
static int hex_digits(const struct layout_field *l)
{
	uint64_t most = l->mask == 0 ? UINT64_MAX >> (64 - 8 * l->len) : l->mask >> __builtin_ctzll(l->mask);

	return (64 - __builtin_clzll(most) + 3) / 4;
}

static void put_number(char out[VALUE_SIZE], const struct layout_field *l, const uint8_t *at)
{
	uint64_t value = number_of(l, at);
	const char *name = layout_name_of(l->names, value);
	char number[24];

	if (l->shape == SHAPE_HEX || l->shape == SHAPE_LITTLE_HEX)
		snprintf(number, sizeof(number), "0x%0*" PRIx64, hex_digits(l), value);
	else
		snprintf(number, sizeof(number), "%" PRIu64, value);
	if (name != NULL)
		snprintf(out, VALUE_SIZE, "%s (%s)", number, name);
	else
		snprintf(out, VALUE_SIZE, "%s", number);
}

static void put_bytes(char out[VALUE_SIZE], struct slice bytes)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < bytes.len && i < HEX_BYTES_MAX; i++)
		used += (size_t)snprintf(out + used, VALUE_SIZE - used, "%s%02x", i > 0 ? " " : "", bytes.data[i]);
	if (bytes.len > HEX_BYTES_MAX)
		snprintf(out + used, VALUE_SIZE - used, " ... (%zu bytes)", bytes.len);
}

static void put_checksum(char out[VALUE_SIZE], struct slice header, const uint8_t *at)
{
	const char *verdict = checksum_sum(header) == UINT16_MAX ? "good"
			      : bytes_u16(at) == 0		 ? "left to the device"
								 : "wrong";

	snprintf(out, VALUE_SIZE, "0x%04x (%s)", bytes_u16(at), verdict);
}

static void put_value(char out[VALUE_SIZE], const struct layout_field *l, struct slice header, struct slice field)
{
	const uint8_t *at = field.data;

	switch (l->shape) {
	case SHAPE_NUMBER:
	case SHAPE_HEX:
	case SHAPE_LITTLE:
	case SHAPE_LITTLE_HEX:
		put_number(out, l, at);
		break;
	case SHAPE_FLAG:
		snprintf(out, VALUE_SIZE, "%s", number_of(l, at) ? "yes" : "no");
		break;
	case SHAPE_WORDS:
		snprintf(out, VALUE_SIZE, "%" PRIu64 " bytes", number_of(l, at) * 4);
		break;
	case SHAPE_OFFSETS:
		snprintf(out, VALUE_SIZE, "%" PRIu64, number_of(l, at) * 8);
		break;
	case SHAPE_MAC:
		snprintf(out, VALUE_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", at[0], at[1], at[2], at[3], at[4], at[5]);
		break;
	case SHAPE_IPV4:
	case SHAPE_IPV6:
		address_text(out, at, l->shape == SHAPE_IPV6);
		break;
	case SHAPE_CHECKSUM:
		put_checksum(out, header, at);
		break;
	case SHAPE_TEXT:
		rowtext_put(out, VALUE_SIZE, slice_sub(field, 0, slice_find(field, '\0')));
		break;
	case SHAPE_REST:
		put_bytes(out, field);
		break;
	}
}

/* The bytes of a field; none when the header ends before it. */
static struct slice bytes_of(const struct fields *f, const struct layout_field *l)
{
	if (l->shape == SHAPE_REST)
		return slice_after(f->header, l->at);
	return l->at + (size_t)l->len <= f->header.len ? slice_sub(f->header, l->at, l->len) : slice_of(NULL, 0);
}

static void add_title(struct fields *f, const struct layout *l)
{
	char value[VALUE_SIZE];
	struct slice field = l->summary != NULL ? bytes_of(f, &l->fields[l->summary_field]) : slice_of(NULL, 0);
	uint32_t len = (uint32_t)f->header.len;

	if (field.len == 0) {
		tell(f, 0, f->offset, len, l->title, "%u bytes", len);
		return;
	}
	put_value(value, &l->fields[l->summary_field], f->header, field);
	tell(f, 0, f->offset, len, l->title, "%s %s", l->summary, value);
}

static void add_fields(struct fields *f, const struct layout *l)
{
	for (size_t i = 0; i < l->count; i++) {
		struct slice field = bytes_of(f, &l->fields[i]);
		char value[VALUE_SIZE];

		if (field.len == 0)
			continue;
		put_value(value, &l->fields[i], f->header, field);
		add(f, l->fields[i].at, field.len, l->fields[i].name, "%s", value);
	}
}

/* ---- fields that move, and those that mean more than their number ---- */

static void add_ppp(struct fields *f)
{
	bool has_address = f->header.len > 2;
	size_t at = has_address ? 2 : 0;
	size_t len = f->header.len - at;
	uint64_t protocol = big_end_first(f->header.data + at, len);
	const char *name = layout_name_of(layout_ppp_protocols, protocol);

	if (has_address) {
		add(f, 0, 1, "Address", "0x%02x", f->header.data[0]);
		add(f, 1, 1, "Control", "0x%02x", f->header.data[1]);
	}
	add(f, at, len, "Protocol", name != NULL ? "0x%04" PRIx64 " (%s)" : "0x%04" PRIx64 "%s", protocol,
	    name != NULL ? name : "");
}

static const char *ipv4_option_name(uint8_t kind)
{
	static const struct layout_name names[] = {
		{1, "no operation"},  {7, "record route"},   {68, "time stamp"},    {130, "security"},
		{131, "loose route"}, {137, "strict route"}, {148, "router alert"}, {0, NULL},
	};

	return layout_name_of(names, kind);
}

/* Options of IPv4 and of TCP are built alike: 0 ends them, 1 fills, others tell their length. `rest` is not empty.
 * Returns the next one's length, 0 when there is none. */
static size_t option_len(struct slice rest)
{
	size_t len;

	if (rest.data[0] == 0)
		return 0;
	if (rest.data[0] == 1)
		return 1;
	len = rest.len > 1 ? rest.data[1] : 0;
	return len >= 2 && len <= rest.len ? len : 0;
}

static void add_ipv4_options(struct fields *f)
{
	struct slice rest = slice_after(f->header, IPV4_HEADER_MIN);
	size_t len;

	for (; rest.len > 0 && (len = option_len(rest)) > 0; rest = slice_after(rest, len)) {
		const char *name = ipv4_option_name(rest.data[0]);
		char bytes[VALUE_SIZE];

		put_bytes(bytes, slice_sub(rest, len > 1 ? 2 : 1, len > 2 ? len - 2 : 0));
		add(f, (size_t)(rest.data - f->header.data), len, "Option", "%u%s%s%s %s", rest.data[0],
		    name != NULL ? " (" : "", name != NULL ? name : "", name != NULL ? ")" : "", bytes);
	}
}

static void add_tcp_option(struct fields *f, size_t at, uint8_t kind, struct slice value)
{
	size_t len = value.len + 2;

	if (kind == SEGMENT_OPTION_MSS && value.len == 2)
		add(f, at, len, "Maximum segment size", "%u", bytes_u16(value.data));
	else if (kind == SEGMENT_OPTION_WINDOW_SCALE && value.len == 1)
		add(f, at, len, "Window scale", "%u (times %u)", value.data[0], 1U << (value.data[0] & 15));
	else if (kind == SEGMENT_OPTION_SACK_PERMITTED)
		add(f, at, len, "Selective acknowledgement", "permitted");
	else if (kind == SEGMENT_OPTION_SACK && value.len >= 8)
		for (size_t i = 0; i + 8 <= value.len; i += 8)
			add(f, at + 2 + i, 8, "Selective acknowledgement", "%u to %u", bytes_u32(value.data + i),
			    bytes_u32(value.data + i + 4));
	else if (kind == SEGMENT_OPTION_TIMESTAMPS && value.len == 8)
		add(f, at, len, "Timestamps", "%u, echo %u", bytes_u32(value.data), bytes_u32(value.data + 4));
	else
		add(f, at, len, "Option", "kind %u, %zu bytes", kind, value.len);
}

static void add_tcp_options(struct fields *f)
{
	struct slice rest = slice_after(f->header, TCP_HEADER_MIN);
	size_t len;

	for (; rest.len > 0 && (len = option_len(rest)) > 0; rest = slice_after(rest, len))
		if (rest.data[0] != 1)
			add_tcp_option(f, (size_t)(rest.data - f->header.data), rest.data[0],
				       slice_sub(rest, 2, len - 2));
}

static const struct {
	uint8_t flag;
	const char *name;
	const char *long_name;
} tcp_flags[] = {
	{SEGMENT_SYN, "SYN", "Synchronize"},
	{SEGMENT_FIN, "FIN", "No more data"},
	{SEGMENT_RST, "RST", "Reset"},
	{SEGMENT_PSH, "PSH", "Push"},
	{SEGMENT_ACK, "ACK", "Acknowledgement valid"},
	{SEGMENT_URG, "URG", "Urgent pointer valid"},
	{SEGMENT_ECE, "ECE", "Congestion echo"},
	{SEGMENT_CWR, "CWR", "Congestion window reduced"},
};

void fields_put_flags(char *out, size_t size, uint8_t flags)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof(tcp_flags) / sizeof(tcp_flags[0]); i++)
		if (flags & tcp_flags[i].flag)
			len += (size_t)snprintf(out + len, size - len, "%s%s", len > 0 ? "," : "", tcp_flags[i].name);
	assert(len < size);
}

static void add_tcp_flags(struct fields *f, uint8_t flags)
{
	char text[40];

	fields_put_flags(text, sizeof(text), flags);
	add(f, 13, 1, "Flags", "0x%02x %s", flags, text);
	for (size_t i = 0; i < sizeof(tcp_flags) / sizeof(tcp_flags[0]); i++)
		tell(f, 2, f->offset + 13, 1, tcp_flags[i].long_name, "%s", flags & tcp_flags[i].flag ? "yes" : "no");
}

static void add_window(struct fields *f, const uint8_t *tcp)
{
	uint16_t window = bytes_u16(tcp + 14);
	int scale = f->about->window_scale;

	if (tcp[13] & SEGMENT_SYN)
		add(f, 14, 2, "Window", "%u (never scaled in a SYN)", window);
	else if (scale < 0)
		add(f, 14, 2, "Window", "%u (the scale is not known)", window);
	else
		add(f, 14, 2, "Window", "%u (times %u: %u)", window, 1U << scale, (uint32_t)window << scale);
}

static void add_tcp(struct fields *f)
{
	static const char *const verdicts[] = {
		[SEGMENT_CHECKSUM_UNKNOWN] = "left to the device, or not captured completely",
		[SEGMENT_CHECKSUM_GOOD] = "good",
		[SEGMENT_CHECKSUM_BAD] = "wrong",
	};
	const uint8_t *tcp = f->header.data;
	bool is_known = f->about->result == DISSECT_TCP;

	add(f, 0, 2, "Source port", "%u", bytes_u16(tcp));
	add(f, 2, 2, "Destination port", "%u", bytes_u16(tcp + 2));
	add(f, 4, 4, "Sequence number", "%u", bytes_u32(tcp + 4));
	add(f, 8, 4, "Acknowledgement", "%u", bytes_u32(tcp + 8));
	add(f, 12, 1, "Header length", "%u bytes", (tcp[12] >> 4) * 4U);
	add_tcp_flags(f, tcp[13]);
	add_window(f, tcp);
	add(f, 16, 2, "Checksum", "0x%04x (%s)", bytes_u16(tcp + 16),
	    verdicts[is_known ? f->about->segment->checksum : SEGMENT_CHECKSUM_UNKNOWN]);
	add(f, 18, 2, "Urgent pointer", "%u", bytes_u16(tcp + 18));
	add_tcp_options(f);
}

/* The fields that GRE's flags announce, in their order. */
static void add_gre(struct fields *f)
{
	const uint8_t *gre = f->header.data;
	uint16_t flags = bytes_u16(gre);
	bool is_pptp = (flags & 7) == 1;
	size_t at = 4;

	if (flags & 0xc000) {
		add(f, at, 2, "Checksum", "0x%04x", bytes_u16(gre + at));
		add(f, at + 2, 2, "Offset", "%u", bytes_u16(gre + at + 2));
		at += 4;
	}
	if ((flags & 0x2000) && is_pptp) {
		add(f, at, 2, "Payload length", "%u", bytes_u16(gre + at));
		add(f, at + 2, 2, "Call", "%u", bytes_u16(gre + at + 2));
	} else if (flags & 0x2000) {
		add(f, at, 4, "Key", "0x%08x", bytes_u32(gre + at));
	}
	at += flags & 0x2000 ? 4 : 0;
	if (flags & 0x1000)
		add(f, at, 4, "Sequence number", "%u", bytes_u32(gre + at));
	at += flags & 0x1000 ? 4 : 0;
	if (is_pptp && (flags & 0x0080))
		add(f, at, 4, "Acknowledgement", "%u", bytes_u32(gre + at));
	if ((flags & 0x4000) && f->header.len > at)
		add(f, at, f->header.len - at, "Routing", "%zu bytes", f->header.len - at);
}

/* RFC 2661 section 3.1 */
static void add_l2tp(struct fields *f)
{
	const uint8_t *header = f->header.data;
	uint16_t flags = bytes_u16(header);
	size_t at = 2;

	add(f, 0, 2, "Flags and version", "0x%04x", flags);
	if (flags & 0x4000) {
		add(f, at, 2, "Length", "%u", bytes_u16(header + at));
		at += 2;
	}
	add(f, at, 2, "Tunnel", "%u", bytes_u16(header + at));
	add(f, at + 2, 2, "Session", "%u", bytes_u16(header + at + 2));
	at += 4;
	if (flags & 0x0800) {
		add(f, at, 2, "Sequence number", "%u", bytes_u16(header + at));
		add(f, at + 2, 2, "Expected next", "%u", bytes_u16(header + at + 2));
		at += 4;
	}
	if (flags & 0x0200)
		add(f, at, 2, "Offset", "%u", bytes_u16(header + at));
}

/* The fields of radiotap's first word, in their order (radiotap.org); each lies at a multiple of `align`. */
static const struct {
	uint8_t align;
	uint8_t len;
	const char *name;
} radiotap_fields[] = {
	{8, 8, "MAC time"},	    {1, 1, "Flags"},	    {1, 1, "Rate (500 kb/s)"},
	{2, 4, "Channel"},	    {2, 2, "Hopping"},	    {1, 1, "Signal (dBm)"},
	{1, 1, "Noise (dBm)"},	    {2, 2, "Lock quality"}, {2, 2, "Attenuation"},
	{2, 2, "Attenuation (dB)"}, {1, 1, "Power (dBm)"},  {1, 1, "Antenna"},
	{1, 1, "Signal (dB)"},	    {1, 1, "Noise (dB)"},   {2, 2, "Flags of reception"},
};

static void add_radiotap_field(struct fields *f, size_t at, size_t i)
{
	const uint8_t *value = f->header.data + at;
	size_t len = radiotap_fields[i].len;

	if (strstr(radiotap_fields[i].name, "dBm") != NULL)
		add(f, at, len, radiotap_fields[i].name, "%d", (int8_t)*value);
	else if (len == 4)
		add(f, at, len, radiotap_fields[i].name, "%" PRIu64 " MHz, flags 0x%04" PRIx64,
		    little_end_first(value, 2), little_end_first(value + 2, 2));
	else
		add(f, at, len, radiotap_fields[i].name, "%" PRIu64, little_end_first(value, len));
}

static void add_radiotap(struct fields *f)
{
	uint64_t present = little_end_first(f->header.data + 4, 4);
	uint64_t more = present;
	size_t at = 8;

	for (; (more >> 31 & 1) && at + 4 <= f->header.len; at += 4)
		more = little_end_first(f->header.data + at, 4);
	for (size_t i = 0; i < sizeof(radiotap_fields) / sizeof(radiotap_fields[0]); i++) {
		if (!(present >> i & 1))
			continue;
		at = (at + radiotap_fields[i].align - 1) / radiotap_fields[i].align * radiotap_fields[i].align;
		if (at + radiotap_fields[i].len > f->header.len)
			return;
		add_radiotap_field(f, at, i);
		at += radiotap_fields[i].len;
	}
}

static void add_nflog(struct fields *f)
{
	static const struct layout_name names[] = {
		{1, "Packet header"},
		{2, "Mark"},
		{3, "Time"},
		{4, "Interface in"},
		{5, "Interface out"},
		{6, "Port in"},
		{7, "Port out"},
		{8, "Address"},
		{9, "Packet"},
		{10, "Prefix"},
		{11, "User"},
		{12, "Sequence"},
		{13, "Sequence of all"},
		{14, "Group"},
		{15, "Hardware type"},
		{16, "Hardware header"},
		{17, "Hardware header length"},
		{0, NULL},
	};

	for (size_t at = 4; at + 4 <= f->header.len;) {
		bool is_little = (little_end_first(f->header.data + at + 2, 2) & 0x7fff) <= 0xff;
		uint64_t len =
			is_little ? little_end_first(f->header.data + at, 2) : big_end_first(f->header.data + at, 2);
		uint64_t type = (is_little ? little_end_first(f->header.data + at + 2, 2)
					   : big_end_first(f->header.data + at + 2, 2)) &
				0x7fff;
		struct slice value = slice_sub(f->header, at + 4, len < 4 ? 0 : (size_t)len - 4);
		const char *name = layout_name_of(names, type);
		char text[VALUE_SIZE];

		if (len < 4)
			return;
		put_bytes(text, value);
		if (type == 9)
			snprintf(text, sizeof(text), "%" PRIu64 " bytes", len - 4);
		add(f, at, value.len + 4, name != NULL ? name : "Field", "%s", text);
		at += ((size_t)len + 3) / 4 * 4;
	}
}

void fields_put_fragment(char *out, size_t size, const struct fragment *fragment)
{
	size_t end = fragment->offset + fragment->payload.len;

	if (fragment->payload.len == 0)
		rowtext_printf(out, size, "fragment: no bytes of id 0x%04x", fragment->id);
	else
		rowtext_printf(out, size, "fragment: bytes %u to %zu of id 0x%04x, %s%s", fragment->offset, end - 1,
			       fragment->id, fragment->is_last ? "the last" : "more follow",
			       fragment->is_cut ? ", cut short" : "");
}

static void add_fragment(struct fields *f)
{
	char text[VALUE_SIZE];

	if (f->about->result != DISSECT_FRAGMENT || f->about->fragment == NULL)
		return;
	fields_put_fragment(text, sizeof(text), f->about->fragment);
	tell(f, 0, f->offset, (uint32_t)f->header.len, "Payload", "%s", text);
}

static void add_layer(struct fields *f, enum dissect_layer_kind kind)
{
	const struct layout *l = layout_of(kind);

	if (kind == LAYER_FRAGMENT_PAYLOAD) {
		add_fragment(f);
		return;
	}
	add_title(f, l);
	add_fields(f, l);
	if (kind == LAYER_PPP)
		add_ppp(f);
	else if (kind == LAYER_IPV4)
		add_ipv4_options(f);
	else if (kind == LAYER_TCP)
		add_tcp(f);
	else if (kind == LAYER_GRE)
		add_gre(f);
	else if (kind == LAYER_L2TP)
		add_l2tp(f);
	else if (kind == LAYER_RADIOTAP)
		add_radiotap(f);
	else if (kind == LAYER_NFLOG)
		add_nflog(f);
}

void fields_describe(struct slice packet, const struct dissect_layers *layers, const struct fields_about *about,
		     packet_field_sink *sink, void *ctx)
{
	struct fields f = {.sink = sink, .ctx = ctx, .about = about};

	assert(about->result != DISSECT_TCP || about->segment != NULL);
	for (size_t i = 0; i < layers->count; i++) {
		assert((size_t)layers->layer[i].offset + layers->layer[i].len <= packet.len);
		f.header = slice_of(packet.data + layers->layer[i].offset, layers->layer[i].len);
		f.offset = layers->layer[i].offset;
		add_layer(&f, layers->layer[i].kind);
	}
}
