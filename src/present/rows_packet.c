#include "present/rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rowtext.h"
#include "common/address.h"
#include "packet/bytes.h"
#include "packet/dissect.h"
#include "packet/fields.h"
#include "present/packet_text.h"
#include "present/veil.h"

enum {
	PAYLOAD_SHOWN = 64,    /* bytes, in a row */
	HANDSHAKE_PACKETS = 8, /* of a session, among which its SYNs are */
};

/* ---- one line ---- */

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

static void put_end_point(struct engine *e, bool numeric, char *out, size_t size, const struct segment_address *address,
			  bool is_ipv6, uint16_t port)
{
	const char *name = numeric ? NULL : engine_host_name(e, address->bytes, is_ipv6);
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

/* How many of these bytes of the wire are clear text. */
static size_t clear_len(const struct connection *v, enum side side, uint32_t offset, size_t len)
{
	uint64_t begin = connection_filter_begin(v, side);
	int32_t clear;

	if (begin == UINT64_MAX)
		return len;
	clear = (int32_t)((uint32_t)begin - offset);
	return clear <= 0 ? 0 : (size_t)clear < len ? (size_t)clear : len;
}

/* What is encrypted or compressed shows no secret. */
static void mark_payload(struct engine *e, enum side side, uint32_t seq, struct connection *v, struct slice bytes,
			 bool *hidden)
{
	uint32_t offset = v != NULL ? connection_offset(v, side, seq) : 0;

	if (v != NULL)
		veil_mark(e, v, side, offset, slice_sub(bytes, 0, clear_len(v, side, offset, bytes.len)), hidden);
	else
		veil_mark_stray(bytes, hidden);
}

/* The beginning of the first line of what a packet says, masked where it is secret. */
static void put_line(struct snapshot_packet_row *row, struct slice line, const bool *hidden)
{
	struct buffer text = {0};
	bool inside = false;

	line.len = slice_find(line, '\n');
	while (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	veil_append(&text, line, hidden, &inside);
	rowtext_append(row->info, sizeof(row->info), buffer_slice(&text));
	rowtext_append(row->info, sizeof(row->info), slice_from_text("  "));
	buffer_fini(&text);
}

/* The first text that the packet completed, of a record of TLS or of what is compressed. */
static void put_plain_text(struct engine *e, struct snapshot_packet_row *row, struct connection *v, bool show_secrets)
{
	const struct extent *x = connection_is_filtered(v) ? packet_text_find(v, row->side, row->number) : NULL;
	bool hidden[PAYLOAD_SHOWN] = {false};
	struct slice line;

	if (x == NULL)
		return;
	line = slice_sub(store_bytes(engine_store(e), x->place, x->len), 0, PAYLOAD_SHOWN);
	if (!show_secrets)
		veil_mark(e, v, row->side, (uint32_t)x->offset, line, hidden);
	put_line(row, line, hidden);
}

static void put_payload(struct engine *e, struct snapshot_packet_row *row, const struct tcp_segment *s,
			struct connection *v, bool show_secrets)
{
	struct slice line = slice_sub(s->payload, 0, PAYLOAD_SHOWN);
	bool hidden[PAYLOAD_SHOWN] = {false};

	if (v != NULL)
		line.len = clear_len(v, row->side, connection_offset(v, row->side, s->seq), line.len);
	if (line.len == 0 && v != NULL && s->payload.len > 0)
		put_plain_text(e, row, v, show_secrets);
	if (line.len == 0)
		return;
	if (!show_secrets)
		mark_payload(e, row->side, s->seq, v, line, hidden);
	put_line(row, line, hidden);
}

/* What it carries first, then the numbers of TCP: sequence numbers from 0 at the SYN. */
static void put_info(struct engine *e, struct snapshot_packet_row *row, const struct tcp_segment *s,
		     struct connection *v, bool show_secrets)
{
	char numbers[80];
	char flags[40];
	uint32_t seq = s->seq;
	uint32_t ack = s->ack;

	if (v != NULL) {
		seq = connection_offset(v, row->side, seq) + 1;
		ack = connection_offset(v, side_other(row->side), ack) + 1;
	}
	fields_put_flags(flags, sizeof(flags), s->flags);
	rowtext_printf(row->info, sizeof(row->info), "[%s] ", flags);
	put_payload(e, row, s, v, show_secrets);
	if (s->flags & SEGMENT_ACK)
		rowtext_printf(numbers, sizeof(numbers), "len %u seq %u ack %u win %u", s->payload_len, seq, ack,
			       s->window);
	else
		rowtext_printf(numbers, sizeof(numbers), "len %u seq %u win %u", s->payload_len, seq, s->window);
	rowtext_append(row->info, sizeof(row->info), slice_from_text(numbers));
}

static void put_host(struct engine *e, bool numeric, char *out, size_t size, const struct segment_address *address,
		     bool is_ipv6)
{
	const char *name = numeric ? NULL : engine_host_name(e, address->bytes, is_ipv6);
	char text[ADDRESS_TEXT_SIZE];

	address_text(text, address->bytes, is_ipv6);
	rowtext_put(out, size, slice_from_text(name != NULL ? name : text));
}

static void put_fragment(struct engine *e, bool numeric, const struct fragment *fragment,
			 struct snapshot_packet_row *row)
{
	put_host(e, numeric, row->source, sizeof(row->source), &fragment->source, fragment->is_ipv6);
	put_host(e, numeric, row->destination, sizeof(row->destination), &fragment->destination, fragment->is_ipv6);
	fields_put_fragment(row->info, sizeof(row->info), fragment);
}

bool rows_packet(const struct session_detail *f, struct engine *e, uint64_t number, const struct query *q,
		 struct snapshot_packet_row *row)
{
	const struct index_row *index = index_get(engine_index(e), number);
	struct connection *v;
	struct tcp_segment segment;
	struct fragment fragment;
	enum dissect_result result;
	uint64_t session;

	if (index == NULL || index->place == STORE_NOWHERE)
		return false;
	session = engine_packet_session(e, number);
	v = engine_connection(e, session);
	*row = (struct snapshot_packet_row){.number = number,
					    .session = session,
					    .side = index->marks & INDEX_FROM_SERVER ? SIDE_SERVER : SIDE_CLIENT,
					    .len = index->wire_len,
					    .time_ns = index->time_ns - engine_counters(e)->first_ns};
	if (v != NULL && session == f->session) {
		row->time_ns = index->time_ns - v->session->start_ns;
		row->timeline_row = session_detail_item_of_packet(f, number);
		if (row->timeline_row < f->item_count)
			row->position = session_detail_position(f, v, f->items[row->timeline_row].side,
								f->items[row->timeline_row].offset);
	}
	if (row->time_ns < 0)
		row->time_ns = 0;
	result = dissect_packet(index_link_type(engine_index(e), index->link),
				store_bytes(engine_store(e), index->place, index->caplen), &segment, &fragment, NULL);
	if (result != DISSECT_TCP && result != DISSECT_UDP) {
		rowtext_printf(row->protocol, sizeof(row->protocol), "%s", result == DISSECT_NOT_IP ? "-" : "IP");
		rowtext_printf(row->info, sizeof(row->info), "%s", dissect_name(result));
		if (result == DISSECT_FRAGMENT)
			put_fragment(e, q->numeric, &fragment, row);
		row->meaning = MEANING_MUTED;
		return true;
	}
	rowtext_printf(row->protocol, sizeof(row->protocol), result == DISSECT_TCP ? "TCP" : "UDP");
	put_end_point(e, q->numeric, row->source, sizeof(row->source), &segment.source, segment.is_ipv6,
		      segment.source_port);
	put_end_point(e, q->numeric, row->destination, sizeof(row->destination), &segment.destination, segment.is_ipv6,
		      segment.destination_port);
	if (result == DISSECT_UDP) {
		rowtext_printf(row->info, sizeof(row->info), "len %u", segment.payload_len);
		row->meaning = MEANING_MUTED;
		return true;
	}
	put_remark(row->remark, sizeof(row->remark), index, &segment);
	put_info(e, row, &segment, v, q->show_secrets);
	row->meaning = meaning_of(index, &segment);
	return true;
}

static void fill_ends(struct snapshot_packet_row *row, const uint8_t *source, uint16_t source_port,
		      const uint8_t *destination, uint16_t destination_port, bool is_ipv6)
{
	address_text(row->source_address, source, is_ipv6);
	address_text(row->destination_address, destination, is_ipv6);
	row->source_port = source_port;
	row->destination_port = destination_port;
}

void rows_packet_ends(const struct engine *e, struct snapshot_packet_row *row)
{
	const struct connection *v = engine_connection(e, row->session);
	const struct index_row *index = index_get(engine_index(e), row->number);
	const struct session_side *from;
	const struct session_side *to;
	enum dissect_result result;
	struct tcp_segment s;

	row->source_address[0] = row->destination_address[0] = '\0';
	row->source_port = row->destination_port = 0;
	if (v != NULL) {
		from = &v->session->side[row->side];
		to = &v->session->side[side_other(row->side)];
		fill_ends(row, from->address, from->port, to->address, to->port, v->session->is_ipv6);
		return;
	}
	if (index == NULL)
		return;
	result = dissect_packet(index_link_type(engine_index(e), index->link),
				store_bytes(engine_store(e), index->place, index->caplen), &s, NULL, NULL);
	if (result == DISSECT_TCP || result == DISSECT_UDP)
		fill_ends(row, s.source.bytes, s.source_port, s.destination.bytes, s.destination_port, s.is_ipv6);
}

/* ---- all fields of one packet ---- */

/* The window scale that a segment's SYN brought; -1 when there is none. */
static int scale_of(const struct tcp_segment *s)
{
	struct slice value;

	if (!segment_find_option(s, SEGMENT_OPTION_WINDOW_SCALE, &value) || value.len != 1)
		return -1;
	return value.data[0] < 14 ? value.data[0] : 14; /* RFC 7323 section 2.3 */
}

/* What the side's window is to be shifted by: both SYNs, among the session's first packets, must have told a scale. */
static int window_scale(struct engine *e, const struct connection *v, const struct index_row *index)
{
	int scale[SIDES] = {-1, -1};
	uint64_t number = v != NULL ? v->first_packet : 0;

	for (int i = 0; i < HANDSHAKE_PACKETS && number != 0; i++) {
		const struct index_row *row = index_get(engine_index(e), number);
		struct tcp_segment s;

		if (dissect_packet(index_link_type(engine_index(e), row->link),
				   store_bytes(engine_store(e), row->place, row->caplen), &s, NULL,
				   NULL) == DISSECT_TCP &&
		    (s.flags & SEGMENT_SYN))
			scale[row->marks & INDEX_FROM_SERVER ? SIDE_SERVER : SIDE_CLIENT] = scale_of(&s);
		number = row->next;
	}
	if (scale[SIDE_CLIENT] < 0 || scale[SIDE_SERVER] < 0)
		return -1;
	return scale[index->marks & INDEX_FROM_SERVER ? SIDE_SERVER : SIDE_CLIENT];
}

static void mask_payload(struct engine *e, struct connection *v, enum side side, const struct tcp_segment *s,
			 struct slice packet, struct snapshot_packet_detail *detail)
{
	size_t begin = (size_t)(s->payload.data - packet.data);
	struct slice bytes;
	bool *hidden;

	if (s->payload.len == 0 || begin >= detail->byte_count)
		return;
	bytes = slice_sub(s->payload, 0, detail->byte_count - begin);
	hidden = mem_zalloc(bytes.len * sizeof(*hidden));
	mark_payload(e, side, s->seq, v, bytes, hidden);
	veil_overwrite(detail->bytes + begin, hidden, bytes.len);
	free(hidden);
}

/* Where in a fragment a secret lies is not known: its bytes go as a whole. */
static void mask_fragment(const struct fragment *fragment, struct slice packet, struct snapshot_packet_detail *detail)
{
	size_t begin = (size_t)(fragment->payload.data - packet.data);
	size_t len = fragment->payload.len;

	if (len == 0 || begin >= detail->byte_count)
		return;
	memset(detail->bytes + begin, '*', len < detail->byte_count - begin ? len : detail->byte_count - begin);
}

static void put_field(void *ctx, const struct packet_field *f)
{
	struct snapshot_packet_detail *detail = ctx;
	struct snapshot_field *field;

	if (detail->field_count == SNAPSHOT_FIELDS_MAX)
		return;
	field = &detail->fields[detail->field_count++];
	*field = (struct snapshot_field){.depth = f->depth, .offset = f->offset, .len = f->len};
	rowtext_printf(field->name, sizeof(field->name), "%s", f->name);
	rowtext_printf(field->value, sizeof(field->value), "%s", f->value);
}

/* The packet as a whole: the first field. */
static void put_packet(struct snapshot_packet_detail *detail, const struct index_row *index, uint32_t len,
		       const char *remark)
{
	char value[sizeof(detail->fields[0].value)];

	snprintf(value, sizeof(value), "number %" PRIu64 ", %u bytes on the wire, %u captured%s", detail->number,
		 index->wire_len, index->caplen, remark);
	put_field(detail, &(struct packet_field){.len = len, .name = "Packet", .value = value});
}

/* Which plain text the packet brought: it completed the records of it. */
static void put_texts(struct engine *e, struct connection *v, enum side side, bool show_secrets,
		      struct snapshot_packet_detail *detail)
{
	const struct extents *text = connection_extents(v, side);
	const struct extent *x = packet_text_find(v, side, detail->number);

	for (; x != NULL && x < text->items + text->count && x->packet == detail->number; x++) {
		struct buffer line = {0};

		packet_text_line(e, v, side, x, show_secrets, &line);
		buffer_append_byte(&line, 0);
		put_field(detail, &(struct packet_field){.name = "Plain text", .value = (const char *)line.data});
		buffer_fini(&line);
	}
}

void rows_packet_detail(struct engine *e, uint64_t number, bool show_secrets, struct snapshot_packet_detail *detail)
{
	const struct index_row *index = index_get(engine_index(e), number);
	struct dissect_layers layers = {0};
	struct tcp_segment segment;
	struct fragment fragment;
	struct fields_about about = {.segment = &segment, .fragment = &fragment};
	struct connection *v = engine_connection(e, engine_packet_session(e, number));
	struct slice packet;

	detail->number = 0;
	detail->field_count = 0;
	if (index == NULL || index->place == STORE_NOWHERE)
		return;
	store_look(engine_store(e), index->place);
	packet = store_bytes(engine_store(e), index->place, index->caplen);
	detail->number = number;
	if (packet.len == 0 || packet.len < index->caplen) {
		detail->total_len = detail->byte_count = 0;
		put_packet(detail, index, 0, ": they are gone");
		return;
	}
	detail->total_len = (uint32_t)packet.len;
	detail->byte_count =
		packet.len < sizeof(detail->bytes) ? (uint32_t)packet.len : (uint32_t)sizeof(detail->bytes);
	memcpy(detail->bytes, packet.data, detail->byte_count);
	put_packet(detail, index, (uint32_t)packet.len, "");
	about.result =
		dissect_packet(index_link_type(engine_index(e), index->link), packet, &segment, &fragment, &layers);
	if (about.result == DISSECT_TCP && !show_secrets)
		mask_payload(e, v, index->marks & INDEX_FROM_SERVER ? SIDE_SERVER : SIDE_CLIENT, &segment, packet,
			     detail);
	else if (about.result == DISSECT_FRAGMENT && !show_secrets)
		mask_fragment(&fragment, packet, detail);
	if (about.result == DISSECT_TCP && v != NULL && connection_is_filtered(v))
		put_texts(e, v, index->marks & INDEX_FROM_SERVER ? SIDE_SERVER : SIDE_CLIENT, show_secrets, detail);
	about.window_scale = about.result == DISSECT_TCP ? window_scale(e, v, index) : -1;
	fields_describe(packet, &layers, &about, put_field, detail);
}
