/*
 * vectors: packets in hexadecimal and what is to be found in them, for the tests of the packet layer. Each is taken
 * apart as it is, cut at each byte, and with each byte changed to each value.
 */
#ifndef TEST_PACKET_VECTORS_H
#define TEST_PACKET_VECTORS_H

#include <check.h>
#include <ctype.h>
#include <stdlib.h>

#include "packet/dissect.h"

/* Pieces of packets, in hexadecimal. The payload is "EHLO me" and a CR: 8 bytes. */
#define TCP	   "9c40 0019 00000001 00000002 50 18 2000 0000 0000"
#define PAYLOAD	   "45484c4f206d650d"
#define ADDRESSES  "0a000001 0a000002"
#define IP4	   "45 00 0030 1234 4000 40 06 0000 " ADDRESSES
#define ADDRESSES6 "20010db8000000000000000000000001 20010db8000000000000000000000002"
#define IP6	   "60000000 001c 06 40 " ADDRESSES6
#define WHOLE4	   IP4 TCP PAYLOAD
#define WHOLE6	   IP6 TCP PAYLOAD
#define MACS	   "020000000001 020000000002"
#define FRAME4	   MACS "0800" WHOLE4
#define SNAP	   "aaaa03 000000"
/* Around a tunnel: from 1.1.1.1 to 2.2.2.2. */
#define OUTER(total, protocol) "45 00 " total " 1234 4000 40 " protocol " 0000 01010101 02020202"

enum {
	BYTES_MAX = 400,
};

struct packet {
	const char *name;
	int link;
	const char *hex;
	enum dissect_result result;
	int payload_len; /* as the headers say */
	int captured;	 /* of it */
	enum segment_tunnel_kind tunnel;
	uint32_t id; /* of the tunnel; of UDP: its destination port, 0 for 25 */
};

static inline size_t parse(const char *hex, uint8_t *out)
{
	size_t len = 0;

	for (; *hex != '\0'; hex++) {
		char pair[3] = {hex[0], hex[1], '\0'};

		if (*hex == ' ')
			continue;
		ck_assert(isxdigit(hex[0]) && isxdigit(hex[1]));
		out[len++] = (uint8_t)strtoul(pair, NULL, 16);
		hex++;
	}
	return len;
}

static inline bool is_named(const struct packet *p, const char *word)
{
	return strstr(p->name, word) != NULL;
}

static inline void check_tunnel(const struct tcp_segment *s, const struct packet *p)
{
	static const uint8_t nowhere[16];
	bool has_addresses = p->tunnel != SEGMENT_TUNNEL_NONE && p->link == 101;

	ck_assert_msg(s->tunnel.kind == p->tunnel, "%s: %d", p->name, s->tunnel.kind);
	ck_assert_msg(s->tunnel.id == p->id, "%s: %x", p->name, s->tunnel.id);
	if (!has_addresses)
		ck_assert_mem_eq(s->tunnel.source.bytes, nowhere, 16);
	else if (!s->tunnel.is_ipv6)
		ck_assert_mem_eq(s->tunnel.destination.bytes, "\2\2\2\2\0", 5);
	else
		ck_assert_uint_eq(s->tunnel.destination.bytes[15], 2);
}

static inline void check_segment(const struct tcp_segment *s, const struct packet *p)
{
	if (p->result == DISSECT_TCP) {
		check_tunnel(s, p);
		ck_assert_uint_eq(s->source_port, 40000);
		ck_assert_uint_eq(s->seq, 1);
		ck_assert_uint_eq(s->ack, 2);
		ck_assert_uint_eq(s->window, 0x2000);
		ck_assert_int_eq(s->checksum, SEGMENT_CHECKSUM_UNKNOWN); /* they have none */
	}
	ck_assert_uint_eq(s->destination_port, p->result == DISSECT_UDP && p->id != 0 ? p->id : 25);
	ck_assert_uint_eq(s->ttl, 64);
	ck_assert_uint_eq(s->ip_id, s->is_ipv6 ? 0 : 0x1234);
	ck_assert_uint_eq(s->payload_len, (uint32_t)p->payload_len);
	ck_assert_uint_eq(s->payload.len, (size_t)p->captured);
	if (is_named(p, "not "))
		return;
	ck_assert_mem_eq(s->source.bytes, s->is_ipv6 ? "\x20\x01\x0d\xb8" : "\x0a\x00\x00\x01", 4);
	ck_assert_uint_eq(s->destination.bytes[s->is_ipv6 ? 15 : 3], 2);
	if (!s->is_ipv6)
		for (int i = 4; i < 16; i++)
			ck_assert_uint_eq(s->source.bytes[i] + s->destination.bytes[i], 0);
	if (s->payload.len > 0)
		ck_assert_mem_eq(s->payload.data, "EHLO me\r", s->payload.len);
}

static inline void vectors_take_apart(const struct packet *p)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = parse(p->hex, bytes);
	struct tcp_segment s;
	struct dissect_layers layers = {0};
	enum dissect_result result;

	memset(&s, 0xee, sizeof(s));
	result = dissect_packet(p->link, slice_of(bytes, len), &s, NULL, &layers);
	ck_assert_msg(result == p->result, "%s: %s", p->name, dissect_name(result));
	if (result == DISSECT_TCP || result == DISSECT_UDP)
		check_segment(&s, p);
	ck_assert_int_eq(dissect_packet(p->link, slice_of(bytes, len), &s, NULL, NULL), result);
}

/* What a packet that was cut may turn out to be. Where it has to be guessed what is in it, the guess may fail. */
static inline void check_cut(enum dissect_result result, const struct packet *p)
{
	if (is_named(p, "guessed") || is_named(p, "pseudowire") || is_named(p, "bridged"))
		return;
	if (p->result == DISSECT_TCP)
		ck_assert_msg(result == DISSECT_TCP || result == DISSECT_CUT || result == DISSECT_MALFORMED, "%s: %s",
			      p->name, dissect_name(result));
	else
		ck_assert_msg(result == p->result || result == DISSECT_CUT || result == DISSECT_MALFORMED, "%s: %s",
			      p->name, dissect_name(result));
}

/* Each packet cut at each byte, in memory that ends there: nothing is read after it (the sanitizers watch), and what
 * the headers say does not change. */
static inline void vectors_cut(const struct packet *p)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = parse(p->hex, bytes);

	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *copy = malloc(cut + 1);
		struct tcp_segment s;
		struct dissect_layers layers = {0};
		enum dissect_result result;

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, bytes, cut);
		result = dissect_packet(p->link, slice_of(cut > 0 ? copy : NULL, cut), &s, NULL, &layers);
		check_cut(result, p);
		if (result == p->result && (result == DISSECT_TCP || result == DISSECT_UDP) && !is_named(p, "device")) {
			ck_assert_uint_eq(s.payload_len, (uint32_t)p->payload_len);
			ck_assert_uint_le(s.payload.len, (size_t)p->captured);
			ck_assert(s.payload.len == 0 || s.payload.data + s.payload.len <= copy + cut);
		}
		for (size_t i = 0; i < layers.count; i++)
			ck_assert_uint_le(layers.layer[i].offset + layers.layer[i].len, cut);
		free(copy);
	}
}

/* Each byte of each packet with each value: no crash, nothing outside. */
static inline void vectors_change(const struct packet *p)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = parse(p->hex, bytes);
	struct tcp_segment s;
	struct slice value;

	for (size_t at = 0; at < len; at++) {
		uint8_t before = bytes[at];

		for (int byte = 0; byte < 256; byte++) {
			enum dissect_result result;

			bytes[at] = (uint8_t)byte;
			result = dissect_packet(p->link, slice_of(bytes, len), &s, NULL, NULL);
			if (result != DISSECT_TCP && result != DISSECT_UDP)
				continue;
			ck_assert_uint_le(s.payload.len, s.payload_len);
			ck_assert(s.payload.len == 0 || s.payload.data + s.payload.len <= bytes + len);
			if (result == DISSECT_TCP)
				segment_find_option(&s, SEGMENT_OPTION_MSS, &value);
		}
		bytes[at] = before;
	}
}

/* Runs all three on all of a file's packets. */
#define VECTORS_TESTS(packets)                                                                                         \
	START_TEST(packets_are_taken_apart)                                                                            \
	{                                                                                                              \
		vectors_take_apart(&(packets)[_i]);                                                                    \
	}                                                                                                              \
	END_TEST                                                                                                       \
	START_TEST(every_beginning_is_survived)                                                                        \
	{                                                                                                              \
		vectors_cut(&(packets)[_i]);                                                                           \
	}                                                                                                              \
	END_TEST                                                                                                       \
	START_TEST(any_byte_anywhere_is_survived)                                                                      \
	{                                                                                                              \
		vectors_change(&(packets)[_i]);                                                                        \
	}                                                                                                              \
	END_TEST                                                                                                       \
	static void add_vectors(TCase *t)                                                                              \
	{                                                                                                              \
		int count = sizeof(packets) / sizeof((packets)[0]);                                                    \
                                                                                                                       \
		tcase_add_loop_test(t, packets_are_taken_apart, 0, count);                                             \
		tcase_add_loop_test(t, every_beginning_is_survived, 0, count);                                         \
		tcase_add_loop_test(t, any_byte_anywhere_is_survived, 0, count);                                       \
	}

#endif
