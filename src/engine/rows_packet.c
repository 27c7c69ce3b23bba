#include <stdarg.h>
#include <stdio.h>

#include "base/address.h"
#include "base/clock.h"
#include "engine/rows.h"
#include "engine/rowtext.h"
#include "packet/bytes.h"
#include "packet/dissect.h"

/* ---- one line ---- */

static void put_flags(char *out, size_t size, uint8_t flags)
{
	static const struct {
		uint8_t flag;
		const char *name;
	} names[] = {{SEGMENT_SYN, "SYN"}, {SEGMENT_FIN, "FIN"}, {SEGMENT_RST, "RST"}, {SEGMENT_PSH, "PSH"},
		     {SEGMENT_ACK, "ACK"}, {SEGMENT_URG, "URG"}, {SEGMENT_ECE, "ECE"}, {SEGMENT_CWR, "CWR"}};
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flags & names[i].flag)
			len += (size_t)snprintf(out + len, size - len, "%s%s", len > 0 ? "," : "", names[i].name);
}

static void put_remark(char *out, size_t size, const struct index_row *index, const struct tcp_segment *s)
{
	uint32_t marks = index->marks;

	if ((marks & INDEX_HANDSHAKE_MASK) != 0)
		rowtext_printf(out, size, "handshake %u/3", (marks & INDEX_HANDSHAKE_MASK) >> 5);
	if (marks & INDEX_RETRANSMITTED)
		rowtext_printf(out, size, "retransmission");
	else if (marks & INDEX_COPY)
		rowtext_printf(out, size, "copy");
	else if (marks & INDEX_OUT_OF_ORDER)
		rowtext_printf(out, size, "out of order");
	else if (marks & INDEX_KEEPALIVE)
		rowtext_printf(out, size, "keep-alive");
	else if (out[0] == '\0' && s->window == 0 && !(s->flags & SEGMENT_RST))
		rowtext_printf(out, size, "zero window");
	if (marks & INDEX_GAP_BEFORE)
		rowtext_append(out, size, slice_from_text(", gap before"));
}

static enum snapshot_meaning meaning_of(const struct index_row *index, const struct tcp_segment *s)
{
	if (index->marks & (INDEX_RETRANSMITTED | INDEX_GAP_BEFORE | INDEX_OUT_OF_ORDER))
		return MEANING_WARNING;
	if (s->flags & SEGMENT_RST)
		return MEANING_ERROR;
	if (index->marks & (INDEX_COPY | INDEX_KEEPALIVE))
		return MEANING_MUTED;
	if (s->payload_len == 0)
		return MEANING_PLAIN;
	return index->marks & INDEX_FROM_SERVER ? MEANING_SERVER : MEANING_CLIENT;
}

static void put_end_point(struct engine *e, char *out, size_t size, const struct segment_address *address, bool is_ipv6,
			  uint16_t port)
{
	const char *name = engine_host_name(e, address->bytes, is_ipv6);
	char text[ADDRESS_PORT_TEXT_SIZE];

	if (name != NULL) {
		rowtext_put(out, size - 6, slice_from_text(name));
		snprintf(text, sizeof(text), ":%u", port);
		rowtext_append(out, size, slice_from_text(text));
	} else {
		address_port_text(text, address->bytes, is_ipv6, port);
		rowtext_put(out, size, slice_from_text(text));
	}
}

/* The beginning of the first line of the payload, masked where it is secret. */
static void put_payload(struct engine *e, struct snapshot_packet_row *row, const struct tcp_segment *s,
			struct conversation *v, bool show_secrets)
{
	uint8_t line[64];
	size_t len = s->payload.len < sizeof(line) ? s->payload.len : sizeof(line);

	if (len == 0 || (v != NULL && v->session->tls))
		return;
	memcpy(line, s->payload.data, len);
	if (v != NULL && !show_secrets)
		focus_hide(e, v, row->side, conversation_offset(v, row->side, s->seq), line, len);
	len = slice_find(slice_of(line, len), '\n');
	while (len > 0 && line[len - 1] == '\r')
		len--;
	rowtext_append(row->info, sizeof(row->info), slice_of(line, len));
	rowtext_append(row->info, sizeof(row->info), slice_from_text("  "));
}

/* What it carries first, then the numbers of TCP: sequence numbers from 0 at the SYN. */
static void put_info(struct engine *e, struct snapshot_packet_row *row, const struct tcp_segment *s,
		     struct conversation *v, bool show_secrets)
{
	char numbers[80];
	char flags[40];
	uint32_t seq = s->seq;
	uint32_t ack = s->ack;

	if (v != NULL) {
		seq = conversation_offset(v, row->side, seq) + 1;
		ack = conversation_offset(v, side_other(row->side), ack) + 1;
	}
	put_flags(flags, sizeof(flags), s->flags);
	rowtext_printf(row->info, sizeof(row->info), "[%s] ", flags);
	put_payload(e, row, s, v, show_secrets);
	if (s->flags & SEGMENT_ACK)
		rowtext_printf(numbers, sizeof(numbers), "len %u seq %u ack %u win %u", s->payload_len, seq, ack,
			       s->window);
	else
		rowtext_printf(numbers, sizeof(numbers), "len %u seq %u win %u", s->payload_len, seq, s->window);
	rowtext_append(row->info, sizeof(row->info), slice_from_text(numbers));
}

bool rows_packet(const struct focus *f, struct engine *e, uint32_t number, bool show_secrets,
		 struct snapshot_packet_row *row)
{
	const struct index_row *index = index_get(engine_index(e), number);
	struct conversation *v;
	struct tcp_segment segment;
	enum dissect_result result;

	if (index == NULL || index->place == STORE_NOWHERE)
		return false;
	v = engine_conversation(e, index->session);
	*row = (struct snapshot_packet_row){.number = number,
					    .session = index->session,
					    .side = index->marks & INDEX_FROM_SERVER ? SIDE_SERVER : SIDE_CLIENT,
					    .len = index->wire_len,
					    .time_ns = index->time_ns - engine_counters(e)->first_ns};
	if (v != NULL && index->session == f->session) {
		row->time_ns = index->time_ns - v->session->start_ns;
		row->timeline_row = focus_item_of_packet(f, number);
		if (row->timeline_row < f->item_count)
			row->position = focus_position(f, v, f->items[row->timeline_row].side,
						       f->items[row->timeline_row].offset);
	}
	if (row->time_ns < 0)
		row->time_ns = 0;
	result = dissect_packet(index_link_type(engine_index(e), index->link),
				store_bytes(engine_store(e), index->place, index->caplen), &segment, NULL, NULL);
	if (result != DISSECT_TCP && result != DISSECT_UDP) {
		rowtext_printf(row->protocol, sizeof(row->protocol), "%s", result == DISSECT_NOT_IP ? "-" : "IP");
		rowtext_printf(row->info, sizeof(row->info), "%s", dissect_name(result));
		row->meaning = MEANING_MUTED;
		return true;
	}
	rowtext_printf(row->protocol, sizeof(row->protocol), result == DISSECT_TCP ? "TCP" : "UDP");
	put_end_point(e, row->source, sizeof(row->source), &segment.source, segment.is_ipv6, segment.source_port);
	put_end_point(e, row->destination, sizeof(row->destination), &segment.destination, segment.is_ipv6,
		      segment.destination_port);
	if (result == DISSECT_UDP) {
		rowtext_printf(row->info, sizeof(row->info), "len %u", segment.payload_len);
		row->meaning = MEANING_MUTED;
		return true;
	}
	put_remark(row->remark, sizeof(row->remark), index, &segment);
	put_info(e, row, &segment, v, show_secrets);
	row->meaning = meaning_of(index, &segment);
	return true;
}

/* ---- all fields of one packet ---- */

struct fields {
	struct snapshot_packet_detail *detail;
	struct slice packet;
};

static void add(struct fields *f, uint8_t depth, uint32_t offset, uint32_t len, const char *name, const char *format,
		...) __attribute__((format(printf, 6, 7)));

static void add(struct fields *f, uint8_t depth, uint32_t offset, uint32_t len, const char *name, const char *format,
		...)
{
	struct snapshot_field *field;
	va_list args;

	if (f->detail->field_count == SNAPSHOT_FIELDS_MAX)
		return;
	field = &f->detail->fields[f->detail->field_count++];
	*field = (struct snapshot_field){.depth = depth,
					 .offset = (uint16_t)(offset > UINT16_MAX ? UINT16_MAX : offset),
					 .len = (uint16_t)(len > UINT16_MAX ? UINT16_MAX : len)};
	rowtext_printf(field->name, sizeof(field->name), "%s", name);
	va_start(args, format);
	vsnprintf(field->value, sizeof(field->value), format, args);
	va_end(args);
}

static const uint8_t *at(const struct fields *f, const struct dissect_layer *l, uint32_t offset)
{
	return f->packet.data + l->offset + offset;
}

static void add_mac(struct fields *f, const struct dissect_layer *l, uint32_t offset, const char *name)
{
	const uint8_t *m = at(f, l, offset);

	add(f, 1, l->offset + offset, 6, name, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
}

static void add_address(struct fields *f, const struct dissect_layer *l, uint32_t offset, const char *name,
			bool is_ipv6)
{
	char text[ADDRESS_TEXT_SIZE];

	address_text(text, at(f, l, offset), is_ipv6);
	add(f, 1, l->offset + offset, is_ipv6 ? 16 : 4, name, "%s", text);
}

static void add_ipv4(struct fields *f, const struct dissect_layer *l)
{
	const uint8_t *ip = at(f, l, 0);

	add(f, 0, l->offset, l->len, "Internet Protocol 4", "%u bytes of header", l->len);
	add(f, 1, l->offset + 1, 1, "Type of service", "0x%02x", ip[1]);
	add(f, 1, l->offset + 2, 2, "Total length", "%u", bytes_u16(ip + 2));
	add(f, 1, l->offset + 4, 2, "Identification", "0x%04x", bytes_u16(ip + 4));
	add(f, 1, l->offset + 6, 2, "Flags", "%s%s", ip[6] & 0x40 ? "do not fragment" : "",
	    ip[6] & 0x20 ? " more fragments" : "");
	add(f, 1, l->offset + 8, 1, "Time to live", "%u", ip[8]);
	add(f, 1, l->offset + 9, 1, "Protocol", "%u", ip[9]);
	add(f, 1, l->offset + 10, 2, "Header checksum", "0x%04x", bytes_u16(ip + 10));
	add_address(f, l, 12, "Source", false);
	add_address(f, l, 16, "Destination", false);
	if (l->len > 20)
		add(f, 1, l->offset + 20, l->len - 20, "Options", "%u bytes", l->len - 20);
}

static void add_ipv6(struct fields *f, const struct dissect_layer *l)
{
	const uint8_t *ip = at(f, l, 0);

	add(f, 0, l->offset, l->len, "Internet Protocol 6", "%u bytes of header", l->len);
	add(f, 1, l->offset, 4, "Flow label", "0x%05x", bytes_u32(ip) & 0xfffff);
	add(f, 1, l->offset + 4, 2, "Payload length", "%u", bytes_u16(ip + 4));
	add(f, 1, l->offset + 6, 1, "Next header", "%u", ip[6]);
	add(f, 1, l->offset + 7, 1, "Hop limit", "%u", ip[7]);
	add_address(f, l, 8, "Source", true);
	add_address(f, l, 24, "Destination", true);
}

static void add_option(struct fields *f, uint32_t offset, uint8_t kind, struct slice value)
{
	uint32_t len = (uint32_t)value.len + 2;

	if (kind == SEGMENT_OPTION_MSS && value.len == 2)
		add(f, 1, offset, len, "Maximum segment size", "%u", bytes_u16(value.data));
	else if (kind == SEGMENT_OPTION_WINDOW_SCALE && value.len == 1)
		add(f, 1, offset, len, "Window scale", "%u (times %u)", value.data[0], 1U << (value.data[0] & 15));
	else if (kind == SEGMENT_OPTION_SACK_PERMITTED)
		add(f, 1, offset, len, "Selective acknowledgement", "permitted");
	else if (kind == SEGMENT_OPTION_SACK && value.len >= 8)
		add(f, 1, offset, len, "Selective acknowledgement", "%u to %u%s", bytes_u32(value.data),
		    bytes_u32(value.data + 4), value.len > 8 ? " and more" : "");
	else if (kind == SEGMENT_OPTION_TIMESTAMPS && value.len == 8)
		add(f, 1, offset, len, "Timestamps", "%u, echo %u", bytes_u32(value.data), bytes_u32(value.data + 4));
	else
		add(f, 1, offset, len, "Option", "kind %u, %zu bytes", kind, value.len);
}

static void add_options(struct fields *f, const struct dissect_layer *l)
{
	struct slice rest = slice_sub(f->packet, l->offset + 20, l->len - 20);

	while (rest.len > 0 && rest.data[0] != 0) {
		size_t len = rest.data[0] == 1 ? 1 : rest.len > 1 ? rest.data[1] : 0;

		if (len == 0 || len > rest.len || (len == 1 && rest.data[0] != 1))
			return;
		if (rest.data[0] != 1)
			add_option(f, (uint32_t)(rest.data - f->packet.data), rest.data[0],
				   slice_sub(rest, 2, len - 2));
		rest = slice_after(rest, len);
	}
}

static void add_tcp(struct fields *f, const struct dissect_layer *l)
{
	const uint8_t *tcp = at(f, l, 0);
	char flags[40];

	put_flags(flags, sizeof(flags), tcp[13]);
	add(f, 0, l->offset, l->len, "Transmission Control Protocol", "%u bytes of header", l->len);
	add(f, 1, l->offset, 2, "Source port", "%u", bytes_u16(tcp));
	add(f, 1, l->offset + 2, 2, "Destination port", "%u", bytes_u16(tcp + 2));
	add(f, 1, l->offset + 4, 4, "Sequence number", "%u", bytes_u32(tcp + 4));
	add(f, 1, l->offset + 8, 4, "Acknowledgement", "%u", bytes_u32(tcp + 8));
	add(f, 1, l->offset + 13, 1, "Flags", "%s", flags);
	add(f, 1, l->offset + 14, 2, "Window", "%u (not scaled)", bytes_u16(tcp + 14));
	add(f, 1, l->offset + 16, 2, "Checksum", "0x%04x", bytes_u16(tcp + 16));
	add(f, 1, l->offset + 18, 2, "Urgent pointer", "%u", bytes_u16(tcp + 18));
	if (l->len > 20)
		add_options(f, l);
}

static void add_layer(struct fields *f, const struct dissect_layer *l)
{
	switch (l->kind) {
	case LAYER_ETHERNET:
		add(f, 0, l->offset, l->len, "Ethernet", "type 0x%04x", bytes_u16(at(f, l, 12)));
		add_mac(f, l, 0, "Destination");
		add_mac(f, l, 6, "Source");
		break;
	case LAYER_VLAN:
		add(f, 0, l->offset, l->len, "VLAN", "number %u, priority %u", bytes_u16(at(f, l, 0)) & 0xfff,
		    *at(f, l, 0) >> 5);
		break;
	case LAYER_LLC:
		add(f, 0, l->offset, l->len, "LLC and SNAP", "type 0x%04x", bytes_u16(at(f, l, 6)));
		break;
	case LAYER_SLL:
		add(f, 0, l->offset, l->len, "Linux cooked capture 1", "packet type %u", bytes_u16(at(f, l, 0)));
		break;
	case LAYER_SLL2:
		add(f, 0, l->offset, l->len, "Linux cooked capture 2", "interface %u, packet type %u",
		    bytes_u32(at(f, l, 4)), *at(f, l, 10));
		break;
	case LAYER_NULL:
		add(f, 0, l->offset, l->len, "BSD loopback", "family 0x%08x", bytes_u32(at(f, l, 0)));
		break;
	case LAYER_PPPOE:
		add(f, 0, l->offset, l->len, "PPP over Ethernet", "session 0x%04x", bytes_u16(at(f, l, 2)));
		break;
	case LAYER_PPP:
		add(f, 0, l->offset, l->len, "PPP", "%u bytes of header", l->len);
		break;
	case LAYER_IPV4:
		add_ipv4(f, l);
		break;
	case LAYER_IPV6:
		add_ipv6(f, l);
		break;
	case LAYER_IPV6_EXTENSION:
		add(f, 0, l->offset, l->len, "IPv6 extension header", "%u bytes", l->len);
		break;
	case LAYER_TCP:
		add_tcp(f, l);
		break;
	case LAYER_UDP:
		add(f, 0, l->offset, l->len, "User Datagram Protocol", "port %u to %u", bytes_u16(at(f, l, 0)),
		    bytes_u16(at(f, l, 2)));
		break;
	case LAYER_PAYLOAD:
		add(f, 0, l->offset, l->len, "Payload", "%u bytes", l->len);
		break;
	}
}

static void mask_payload(struct engine *e, const struct index_row *index, const struct tcp_segment *s,
			 struct slice packet, struct snapshot_packet_detail *detail)
{
	struct conversation *v = engine_conversation(e, index->session);
	enum side side = index->marks & INDEX_FROM_SERVER ? SIDE_SERVER : SIDE_CLIENT;
	size_t begin = (size_t)(s->payload.data - packet.data);

	if (v == NULL || s->payload.len == 0 || begin >= detail->byte_count)
		return;
	focus_hide(e, v, side, conversation_offset(v, side, s->seq), detail->bytes + begin, detail->byte_count - begin);
}

void rows_packet_detail(struct engine *e, uint32_t number, bool show_secrets, struct snapshot_packet_detail *detail)
{
	const struct index_row *index = index_get(engine_index(e), number);
	struct dissect_layers layers = {0};
	struct tcp_segment segment;
	struct fields f = {.detail = detail};

	detail->number = 0;
	detail->field_count = 0;
	if (index == NULL || index->place == STORE_NOWHERE)
		return;
	f.packet = store_bytes(engine_store(e), index->place, index->caplen);
	detail->number = number;
	detail->total_len = (uint32_t)f.packet.len;
	detail->byte_count =
		f.packet.len < sizeof(detail->bytes) ? (uint32_t)f.packet.len : (uint32_t)sizeof(detail->bytes);
	memcpy(detail->bytes, f.packet.data, detail->byte_count);
	add(&f, 0, 0, (uint32_t)f.packet.len, "Packet", "number %u, %u bytes on the wire, %u captured", number,
	    index->wire_len, index->caplen);
	if (dissect_packet(index_link_type(engine_index(e), index->link), f.packet, &segment, NULL, &layers) ==
		    DISSECT_TCP &&
	    !show_secrets)
		mask_payload(e, index, &segment, f.packet, detail);
	for (size_t i = 0; i < layers.count; i++)
		add_layer(&f, &layers.layer[i]);
}
