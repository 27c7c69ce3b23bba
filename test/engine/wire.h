/*
 * wire: an engine and TCP packets for it, made in memory: raw IPv4 packets of any number of connections. A connection
 * is opened, talks as a script says (test/proto/script.h; each run of lines of one side is a segment), is closed. What
 * the engine puts out is written down as text.
 */
#ifndef TEST_ENGINE_WIRE_H
#define TEST_ENGINE_WIRE_H

#include <inttypes.h>

#include "../proto/script.h"
#include "base/clock.h"
#include "engine/engine.h"
#include "mime/fields.h"

#define WIRE_START_NS (INT64_C(1795437292) * CLOCK_NS_PER_S) /* 2026-11-23 12:34:52 */
#define WIRE_MAIL                                                                                                      \
	"S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\n"    \
	"S: 354 go\nC: From: Al <a@b>\nC: Subject: one two\nC: \nC: Hi\nC: ..dot\nC: .\nS: 250 2.0.0 queued\nC: "      \
	"QUIT\n"                                                                                                       \
	"S: 221 bye\n"
#define WIRE_MAIL_BYTES "From: Al <a@b>\r\nSubject: one two\r\n\r\nHi\r\n.dot\r\n"
#define WIRE_REFUSED                                                                                                   \
	"S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<x@y>\nS: 550 5.1.1 no such\n"  \
	"C: QUIT\nS: 221 bye\n"
#define WIRE_POP3                                                                                                      \
	"S: +OK hello\nC: USER bob\nS: +OK\nC: PASS secret\nS: +OK\nC: RETR 1\nS: +OK 6\nS: Subject: pop\nS: \nS: "    \
	"Ho\n"                                                                                                         \
	"S: .\nC: QUIT\nS: +OK\n"

struct wire {
	struct engine_options options;
	struct engine *engine;
	struct buffer out;
	int64_t now_ns;
	uint64_t number;
	uint8_t client_host; /* 10.0.0.x */
	uint16_t client_port;
	uint16_t server_port;
	uint32_t seq[SIDES];
	struct buffer *file; /* packets go there too, as a mapped file's bytes */
	size_t fragment_len; /* of what IP carries, a multiple of 8: packets that are longer go in fragments; 0: none do
			      */
	bool last_first;     /* of the fragments */
	bool loses_last;
	uint8_t server_host; /* 10.0.1.x */
	uint8_t observer;    /* whose source has that number */
	uint8_t ttl;
	uint16_t window;
	bool is_whole;	    /* don't fragment */
	size_t cut_len;	    /* bytes at the end of packets that are not captured */
	uint16_t bad_sum;   /* added to the checksum */
	uint16_t interface; /* see packet_record */
	bool has_checksums; /* else the field is 0: left to the device */
};

static void wire_command(void *ctx, struct connection *v, const struct command *c)
{
	struct wire *w = ctx;

	buffer_printf(&w->out, "%" PRIu64 " ", v->session->number);
	script_print(&w->out, command_verb(c));
	buffer_append_text(&w->out, "\n");
}

static void wire_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *f)
{
	struct wire *w = ctx;

	buffer_printf(&w->out, "%" PRIu64 " mail %u %s %u \"", v->session->number, m->number,
		      mail_outcome_name(m->outcome), (unsigned int)m->size);
	script_print(&w->out, buffer_slice(&f->subject));
	buffer_append_text(&w->out, m->saved_path != NULL ? "\" saved" : "\"");
	if (f->has_hash)
		buffer_printf(&w->out, " %.8s", f->sha256);
	buffer_append_text(&w->out, "\n");
}

static void wire_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	struct wire *w = ctx;

	(void)names;
	buffer_printf(&w->out, "%" PRIu64 " %s %s\n", v->session->number, protocol_name(v->session->protocol),
		      session_state_name(v->session->state));
}

static const struct engine_output wire_output = {.command = wire_command, .mail = wire_mail, .session = wire_session};

static void wire_init(struct wire *w, bool keep)
{
	fields_init(NULL, 0);
	*w = (struct wire){.now_ns = WIRE_START_NS,
			   .client_host = 1,
			   .client_port = 40000,
			   .server_port = 25,
			   .server_host = 1,
			   .ttl = 64,
			   .window = 8192};
	ports_init(&w->options.ports);
	w->options.keep = keep;
	w->options.output = &wire_output;
	w->options.output_ctx = w;
}

/* With the options as they are now. */
static void wire_begin(struct wire *w)
{
	w->engine = engine_new(&w->options);
}

static inline void wire_fini(struct wire *w)
{
	engine_free(w->engine);
	buffer_fini(&w->out);
	fields_fini();
}

static void wire_put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void wire_put32(uint8_t *at, uint32_t value)
{
	wire_put16(at, (uint16_t)(value >> 16));
	wire_put16(at + 2, (uint16_t)value);
}

static void wire_headers(const struct wire *w, uint8_t at[40], enum side side, uint8_t flags, size_t payload_len)
{
	uint8_t *host[SIDES];

	memset(at, 0, 40);
	at[0] = 0x45;
	wire_put16(at + 2, (uint16_t)(40 + payload_len));
	wire_put16(at + 4, (uint16_t)(w->number + 1));
	at[6] = w->is_whole ? 0x40 : 0;
	at[8] = w->ttl;
	at[9] = 6;
	host[side] = at + 12;
	host[side_other(side)] = at + 16;
	memcpy(host[SIDE_CLIENT], (uint8_t[]){10, 0, 0, w->client_host}, 4);
	memcpy(host[SIDE_SERVER], (uint8_t[]){10, 0, 1, w->server_host}, 4);
	wire_put16(at + 20, side == SIDE_CLIENT ? w->client_port : w->server_port);
	wire_put16(at + 22, side == SIDE_CLIENT ? w->server_port : w->client_port);
	wire_put32(at + 24, w->seq[side]);
	wire_put32(at + 28, (flags & SEGMENT_ACK) ? w->seq[side_other(side)] : 0);
	at[32] = 0x50;
	at[33] = flags;
	wire_put16(at + 34, w->window);
}

static void wire_feed(struct wire *w, struct slice packet)
{
	struct packet_record r = {.kind = PACKET_DATA, .link_type = 101, .place = PACKET_PLACE_NONE, .time_digits = 6};
	struct dissected found;

	r.wire_len = (uint32_t)packet.len;
	packet = slice_sub(packet, 0, packet.len - (w->cut_len < packet.len ? w->cut_len : 0));
	r.caplen = (uint32_t)packet.len;
	r.time_ns = w->now_ns;
	r.number = ++w->number;
	r.interface = w->interface;
	r.source = w->observer;
	if (w->file == NULL) {
		engine_feed(w->engine, &r, packet);
		return;
	}
	r.place = (int64_t)w->file->len;
	buffer_append(w->file, packet);
	engine_map(w->engine, 0, buffer_slice(w->file));
	dissect_ahead(r.link_type, slice_sub(buffer_slice(w->file), (size_t)r.place, packet.len), &found);
	/* of some the headers are not known */
	engine_feed_all(w->engine, &(struct engine_packet){.record = &r, .found = r.number % 8 == 0 ? NULL : &found},
			1);
}

/* The packet's part from `offset` on, as a packet of its own. */
static void wire_feed_fragment(struct wire *w, struct slice packet, size_t offset)
{
	struct slice part = slice_sub(packet, 20 + offset, w->fragment_len);
	bool is_last = 20 + offset + part.len == packet.len;
	struct buffer fragment = {0};

	if (is_last && w->loses_last)
		return;
	buffer_append(&fragment, slice_sub(packet, 0, 20));
	wire_put16(fragment.data + 2, (uint16_t)(20 + part.len));
	wire_put16(fragment.data + 6, (uint16_t)(offset / 8 | (is_last ? 0 : 0x2000)));
	buffer_append(&fragment, part);
	wire_feed(w, buffer_slice(&fragment));
	buffer_fini(&fragment);
}

static void wire_feed_fragments(struct wire *w, struct slice packet)
{
	size_t count = (packet.len - 20 + w->fragment_len - 1) / w->fragment_len;

	for (size_t i = 0; i < count; i++)
		wire_feed_fragment(w, packet, (w->last_first ? count - 1 - i : i) * w->fragment_len);
}

static uint32_t wire_sum(struct slice bytes)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < bytes.len; i++)
		sum += i % 2 == 0 ? (uint32_t)bytes.data[i] << 8 : bytes.data[i];
	return sum;
}

/* RFC 9293 section 3.1: the pseudo-header is the addresses, the protocol and the length. */
static void wire_fill_checksum(const struct wire *w, struct buffer *packet)
{
	struct slice tcp = slice_after(buffer_slice(packet), 20);
	uint32_t sum = wire_sum(slice_sub(buffer_slice(packet), 12, 8)) + 6 + (uint32_t)tcp.len + wire_sum(tcp);

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	wire_put16(packet->data + 36, (uint16_t)(~sum + w->bad_sum));
}

/* A segment; the side's sequence number goes on. */
static void wire_send(struct wire *w, enum side side, uint8_t flags, struct slice payload)
{
	struct buffer packet = {0};
	uint8_t headers[40];

	wire_headers(w, headers, side, flags, payload.len);
	buffer_append(&packet, slice_of(headers, sizeof(headers)));
	buffer_append(&packet, payload);
	if (w->has_checksums)
		wire_fill_checksum(w, &packet);
	if (w->fragment_len > 0 && packet.len - 20 > w->fragment_len)
		wire_feed_fragments(w, buffer_slice(&packet));
	else
		wire_feed(w, buffer_slice(&packet));
	w->seq[side] += (uint32_t)payload.len + ((flags & (SEGMENT_SYN | SEGMENT_FIN)) != 0);
	w->now_ns += CLOCK_NS_PER_MS;
	buffer_fini(&packet);
}

static inline void wire_say(struct wire *w, enum side side, const char *text)
{
	wire_send(w, side, SEGMENT_ACK, slice_from_text(text));
}

static void wire_open(struct wire *w)
{
	w->seq[SIDE_CLIENT] += 1000;
	w->seq[SIDE_SERVER] += 5000;
	wire_send(w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	wire_send(w, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, slice_of(NULL, 0));
	wire_send(w, SIDE_CLIENT, SEGMENT_ACK, slice_of(NULL, 0));
}

static void wire_close(struct wire *w)
{
	wire_send(w, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	wire_send(w, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	wire_send(w, SIDE_CLIENT, SEGMENT_ACK, slice_of(NULL, 0));
}

static void wire_talk(struct wire *w, const char *text)
{
	struct script s = script_parse(text);

	for (size_t i = 0; i < s.count; i++) {
		if (s.steps[i].op == SCRIPT_GAP)
			w->seq[s.steps[i].side] += (uint32_t)s.steps[i].gap_len;
		else
			wire_send(w, s.steps[i].side, SEGMENT_ACK, buffer_slice(&s.steps[i].bytes));
	}
	script_free(&s);
}

/* A whole connection. */
static inline void wire_play(struct wire *w, const char *script)
{
	wire_open(w);
	wire_talk(w, script);
	wire_close(w);
	w->client_port++;
}

static inline void wire_expect(struct wire *w, const char *text)
{
	buffer_append_byte(&w->out, '\0');
	ck_assert_str_eq((const char *)w->out.data, text);
	buffer_clear(&w->out);
}

#endif
