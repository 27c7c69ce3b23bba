#include "packet/dissect.h"

#include <check.h>
#include <ctype.h>
#include <stdlib.h>

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

static const struct packet {
	const char *name;
	int link;
	const char *hex;
	enum dissect_result result;
	int payload_len; /* as the headers say */
	int captured;	 /* of it */
} packets[] = {
	/* link layers */
	{"ethernet", 1, MACS "0800" WHOLE4, DISSECT_TCP, 8, 8},
	{"ethernet, IPv6", 1, MACS "86dd" WHOLE6, DISSECT_TCP, 8, 8},
	{"vlan", 1, MACS "8100 0005 0800" WHOLE4, DISSECT_TCP, 8, 8},
	{"qinq", 1, MACS "88a8 0005 8100 0006 0800" WHOLE4, DISSECT_TCP, 8, 8},
	{"old qinq", 1, MACS "9100 0005 8100 0006 86dd" WHOLE6, DISSECT_TCP, 8, 8},
	{"802.3 with SNAP", 1, MACS "0038 aaaa03 000000 0800" WHOLE4, DISSECT_TCP, 8, 8},
	{"802.3 with another LLC", 1, MACS "0026 424203 0000000000", DISSECT_NOT_IP, 0, 0},
	{"pppoe", 1, MACS "8864 11000001 0032 0021" WHOLE4, DISSECT_TCP, 8, 8},
	{"pppoe, IPv6", 1, MACS "8864 11000001 0046 0057" WHOLE6, DISSECT_TCP, 8, 8},
	{"pppoe, LCP", 1, MACS "8864 11000001 0006 c021 0101 0004", DISSECT_NOT_IP, 0, 0},
	{"arp", 1, MACS "0806 0001080006040001", DISSECT_NOT_IP, 0, 0},
	{"cooked", 113, "0000 0001 0006 0200000000010000 0800" WHOLE4, DISSECT_TCP, 8, 8},
	{"cooked, vlan", 113, "0000 0001 0006 0200000000010000 8100 0005 0800" WHOLE4, DISSECT_TCP, 8, 8},
	{"cooked, 802.2", 113, "0000 0001 0006 0200000000010000 0004 aaaa03 000000 86dd" WHOLE6, DISSECT_TCP, 8, 8},
	{"cooked 2", 276, "0800 0000 00000002 0001 00 06 0200000000010000" WHOLE4, DISSECT_TCP, 8, 8},
	{"cooked 2, IPv6", 276, "86dd 0000 00000002 0001 00 06 0200000000010000" WHOLE6, DISSECT_TCP, 8, 8},
	{"null, little end first", 0, "02000000" WHOLE4, DISSECT_TCP, 8, 8},
	{"null, big end first", 0, "00000002" WHOLE4, DISSECT_TCP, 8, 8},
	{"null, IPv6 of Darwin", 0, "1e000000" WHOLE6, DISSECT_TCP, 8, 8},
	{"null, IPv6 of FreeBSD", 0, "0000001c" WHOLE6, DISSECT_TCP, 8, 8},
	{"null, something else", 0, "07000000" WHOLE4, DISSECT_NOT_IP, 0, 0},
	{"loop", 108, "00000002" WHOLE4, DISSECT_TCP, 8, 8},
	{"loop, IPv6 of OpenBSD", 108, "00000018" WHOLE6, DISSECT_TCP, 8, 8},
	{"raw", 101, WHOLE4, DISSECT_TCP, 8, 8},
	{"raw, IPv6", 101, WHOLE6, DISSECT_TCP, 8, 8},
	{"raw 4", 228, WHOLE4, DISSECT_TCP, 8, 8},
	{"raw 6", 229, WHOLE6, DISSECT_TCP, 8, 8},
	{"ppp", 9, "0021" WHOLE4, DISSECT_TCP, 8, 8},
	{"ppp with address and control", 9, "ff03 0057" WHOLE6, DISSECT_TCP, 8, 8},
	{"ppp, short protocol", 9, "21" WHOLE4, DISSECT_TCP, 8, 8},
	{"ppp, IPCP", 9, "8021 01010004", DISSECT_NOT_IP, 0, 0},
	{"another link", 147, WHOLE4, DISSECT_UNKNOWN_LINK, 0, 0},
	/* IPv4 */
	{"options", 101, "46 00 0034 1234 0000 40 06 0000 " ADDRESSES "94040000" TCP PAYLOAD, DISSECT_TCP, 8, 8},
	{"padding of Ethernet", 1, MACS "0800 45 00 0028 1234 4000 40 06 0000 " ADDRESSES TCP "000000000000",
	 DISSECT_TCP, 0, 0},
	{"a trailer behind the payload", 1, MACS "0800" WHOLE4 "deadbeef", DISSECT_TCP, 8, 8},
	{"length left to the device", 101, "45 00 0000 1234 4000 40 06 0000 " ADDRESSES TCP PAYLOAD, DISSECT_TCP, 8, 8},
	{"cut by the snapshot length", 101, IP4 TCP "45484c", DISSECT_TCP, 8, 3},
	{"cut at the end of TCP", 101, IP4 TCP, DISSECT_TCP, 8, 0},
	{"first fragment", 101, "45 00 0030 1234 2000 40 06 0000 " ADDRESSES TCP PAYLOAD, DISSECT_FRAGMENT, 0, 0},
	{"later fragment", 101, "45 00 0030 1234 0003 40 06 0000 " ADDRESSES TCP PAYLOAD, DISSECT_FRAGMENT, 0, 0},
	{"udp", 101, "45 00 0024 1234 4000 40 11 0000 " ADDRESSES "9c40 0019 0010 0000" PAYLOAD, DISSECT_UDP, 8, 8},
	{"udp, padded", 1, MACS "0800 45 00 0024 1234 4000 40 11 0000 " ADDRESSES "9c40 0019 0010 0000" PAYLOAD "0000",
	 DISSECT_UDP, 8, 8},
	{"udp, cut short", 101, "60000000 0010 11 40 " ADDRESSES6 "9c40 0019 0010 0000 45484c", DISSECT_UDP, 8, 3},
	{"udp without room", 101, "45 00 001b 1234 4000 40 11 0000 " ADDRESSES "9c40 0019 0010 0000", DISSECT_MALFORMED,
	 0, 0},
	{"sctp", 101, "45 00 0030 1234 4000 40 84 0000 " ADDRESSES TCP PAYLOAD, DISSECT_OTHER_TRANSPORT, 0, 0},
	{"a header shorter than it can be", 101, "44 00 0030 1234 4000 40 06 0000 " ADDRESSES TCP PAYLOAD,
	 DISSECT_MALFORMED, 0, 0},
	{"a total shorter than its header", 101, "45 00 0013 1234 4000 40 06 0000 " ADDRESSES TCP PAYLOAD,
	 DISSECT_MALFORMED, 0, 0},
	{"a total without room for TCP", 101, "45 00 0027 1234 4000 40 06 0000 " ADDRESSES TCP PAYLOAD,
	 DISSECT_MALFORMED, 0, 0},
	{"version 5", 101, "55 00 0030 1234 4000 40 06 0000 " ADDRESSES TCP PAYLOAD, DISSECT_MALFORMED, 0, 0},
	{"ip in ip", 101, "45 00 0044 1234 4000 40 04 0000 01010101 02020202" WHOLE4, DISSECT_TCP, 8, 8},
	{"6in4", 101, "45 00 0058 1234 4000 40 29 0000 01010101 02020202" WHOLE6, DISSECT_TCP, 8, 8},
	{"4in6", 101, "60000000 0030 04 40 " ADDRESSES6 WHOLE4, DISSECT_TCP, 8, 8},
	/* the tunnel's length binds what is in it */
	{"ip in ip, shorter outside", 101, "45 00 0040 1234 4000 40 04 0000 01010101 02020202" WHOLE4, DISSECT_TCP, 8,
	 4},
	/* IPv6 */
	{"hop by hop", 101, "60000000 0024 00 40 " ADDRESSES6 "06 00 0502 00000100" TCP PAYLOAD, DISSECT_TCP, 8, 8},
	{"destination and routing", 101,
	 "60000000 0034 3c 40 " ADDRESSES6 "2b 00 0104 00000000 06 01 0000 00000000 0000000000000000" TCP PAYLOAD,
	 DISSECT_TCP, 8, 8},
	{"authentication", 101,
	 "60000000 0034 33 40 " ADDRESSES6 "06 04 0000 00000001 00000001 000000000000000000000000" TCP PAYLOAD,
	 DISSECT_TCP, 8, 8},
	{"atomic fragment", 101, "60000000 0024 2c 40 " ADDRESSES6 "06 00 0000 00001234" TCP PAYLOAD, DISSECT_TCP, 8,
	 8},
	{"first fragment of IPv6", 101, "60000000 0024 2c 40 " ADDRESSES6 "06 00 0001 00001234" TCP PAYLOAD,
	 DISSECT_FRAGMENT, 0, 0},
	{"later fragment of IPv6", 101, "60000000 0024 2c 40 " ADDRESSES6 "06 00 0008 00001234" TCP PAYLOAD,
	 DISSECT_FRAGMENT, 0, 0},
	{"an extension beyond the payload", 101, "60000000 0024 00 40 " ADDRESSES6 "06 08 0502 00000100" TCP PAYLOAD,
	 DISSECT_MALFORMED, 0, 0},
	{"ICMPv6", 101, "60000000 001c 3a 40 " ADDRESSES6 TCP PAYLOAD, DISSECT_OTHER_TRANSPORT, 0, 0},
	{"no next header", 101, "60000000 001c 3b 40 " ADDRESSES6 TCP PAYLOAD, DISSECT_OTHER_TRANSPORT, 0, 0},
	{"padding behind IPv6", 1, MACS "86dd" WHOLE6 "0000", DISSECT_TCP, 8, 8},
	/* TCP */
	{"options of TCP", 101,
	 "45 00 0034 1234 4000 40 06 0000 " ADDRESSES
	 "9c40 0019 00000001 00000002 60 02 2000 0000 0000 020405b4" PAYLOAD,
	 DISSECT_TCP, 8, 8},
	{"a header shorter than TCP's", 101, IP4 "9c40 0019 00000001 00000002 40 18 2000 0000 0000" PAYLOAD,
	 DISSECT_MALFORMED, 0, 0},
	{"a header longer than the packet", 101, IP4 "9c40 0019 00000001 00000002 f0 18 2000 0000 0000" PAYLOAD,
	 DISSECT_MALFORMED, 0, 0},
	{"options that were not captured", 101,
	 "45 00 0040 1234 4000 40 06 0000 " ADDRESSES "9c40 0019 00000001 00000002 60 18 2000 0000 0000 02",
	 DISSECT_CUT, 0, 0},
};

static size_t parse(const char *hex, uint8_t *out)
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

static void check_segment(const struct tcp_segment *s, const struct packet *p)
{
	ck_assert_uint_eq(s->source_port, 40000);
	ck_assert_uint_eq(s->destination_port, 25);
	if (p->result == DISSECT_TCP) {
		ck_assert_uint_eq(s->seq, 1);
		ck_assert_uint_eq(s->ack, 2);
		ck_assert_uint_eq(s->window, 0x2000);
	}
	ck_assert_uint_eq(s->ttl, 64);
	ck_assert_uint_eq(s->ip_id, s->is_ipv6 ? 0 : 0x1234);
	ck_assert_mem_eq(s->source.bytes, s->is_ipv6 ? "\x20\x01\x0d\xb8" : "\x0a\x00\x00\x01", 4);
	ck_assert_uint_eq(s->destination.bytes[s->is_ipv6 ? 15 : 3], 2);
	if (!s->is_ipv6)
		for (int i = 4; i < 16; i++)
			ck_assert_uint_eq(s->source.bytes[i] + s->destination.bytes[i], 0);
	ck_assert_uint_eq(s->payload_len, (uint32_t)p->payload_len);
	ck_assert_uint_eq(s->payload.len, (size_t)p->captured);
	if (s->payload.len > 0)
		ck_assert_mem_eq(s->payload.data, "EHLO me\r", s->payload.len);
}

START_TEST(packets_are_taken_apart)
{
	const struct packet *p = &packets[_i];
	uint8_t bytes[300];
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
END_TEST

/* Each packet cut at each byte, in memory that ends there: nothing is read behind it (the sanitizers watch), and what
 * the headers say does not change. */
START_TEST(every_beginning_is_survived)
{
	const struct packet *p = &packets[_i];
	uint8_t bytes[300];
	size_t len = parse(p->hex, bytes);

	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *copy = malloc(cut + 1);
		struct tcp_segment s;
		struct dissect_layers layers = {0};
		enum dissect_result result;

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, bytes, cut);
		result = dissect_packet(p->link, slice_of(cut > 0 ? copy : NULL, cut), &s, NULL, &layers);
		if ((result == DISSECT_TCP || result == DISSECT_UDP) && strstr(p->name, "device") == NULL) {
			ck_assert_uint_eq(s.payload_len, (uint32_t)p->payload_len);
			ck_assert_uint_le(s.payload.len, (size_t)p->captured);
			ck_assert(s.payload.len == 0 || s.payload.data + s.payload.len <= copy + cut);
		}
		if (p->result != DISSECT_TCP)
			ck_assert_int_ne(result, DISSECT_TCP);
		for (size_t i = 0; i < layers.count; i++)
			ck_assert_uint_le(layers.layer[i].offset + layers.layer[i].len, cut);
		free(copy);
	}
}
END_TEST

/* Each byte of each packet with each value: no crash, nothing outside. */
START_TEST(any_byte_anywhere_is_survived)
{
	const struct packet *p = &packets[_i];
	uint8_t bytes[300];
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
END_TEST

START_TEST(layers_lie_one_behind_the_other)
{
	static const enum dissect_layer_kind kinds[] = {LAYER_ETHERNET,	      LAYER_VLAN, LAYER_VLAN,	LAYER_IPV6,
							LAYER_IPV6_EXTENSION, LAYER_TCP,  LAYER_PAYLOAD};
	uint8_t bytes[300];
	size_t len =
		parse(MACS "88a8 0005 8100 0006 86dd 60000000 0024 00 40 " ADDRESSES6 "06 00 0502 00000100" TCP PAYLOAD,
		      bytes);
	struct dissect_layers layers = {0};
	struct tcp_segment s;
	uint32_t offset = 0;

	ck_assert_int_eq(dissect_packet(1, slice_of(bytes, len), &s, NULL, &layers), DISSECT_TCP);
	ck_assert_uint_eq(layers.count, sizeof(kinds) / sizeof(kinds[0]));
	for (size_t i = 0; i < layers.count; i++) {
		ck_assert_int_eq(layers.layer[i].kind, kinds[i]);
		ck_assert_uint_eq(layers.layer[i].offset, offset);
		offset += layers.layer[i].len;
	}
	ck_assert_uint_eq(offset, len);
}
END_TEST

/* Tags or tunnels within each other, as many as fit. */
START_TEST(depth_has_a_limit)
{
	uint8_t bytes[2000];
	uint8_t tunnel[2000];
	struct tcp_segment s;
	struct dissect_layers layers = {0};
	size_t len = parse(MACS, bytes);
	size_t tunnel_len = 0;
	int depth = _i;

	for (int i = 0; i < depth; i++) {
		len += parse("8100 0005", bytes + len);
		tunnel_len += parse("45 00 0000 1234 4000 40 04 0000 01010101 02020202", tunnel + tunnel_len);
	}
	len += parse("0800" WHOLE4, bytes + len);
	tunnel_len += parse(WHOLE4, tunnel + tunnel_len);
	ck_assert_int_eq(dissect_packet(1, slice_of(bytes, len), &s, NULL, &layers),
			 depth <= DISSECT_DEPTH_MAX ? DISSECT_TCP : DISSECT_TOO_DEEP);
	ck_assert_int_eq(dissect_packet(101, slice_of(tunnel, tunnel_len), &s, NULL, NULL),
			 depth <= DISSECT_DEPTH_MAX ? DISSECT_TCP : DISSECT_TOO_DEEP);
}
END_TEST

START_TEST(results_have_names)
{
	for (enum dissect_result result = DISSECT_TCP; result < DISSECT_RESULTS; result++)
		ck_assert_ptr_nonnull(dissect_name(result));
	ck_assert_str_eq(dissect_name(DISSECT_CUT), "cut_short");
	ck_assert_str_eq(dissect_name(DISSECT_UNKNOWN_LINK), "unknown_link_type");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dissect");
	TCase *t = tcase_create("dissect");
	SRunner *runner;
	int failed;
	int count = sizeof(packets) / sizeof(packets[0]);

	tcase_add_loop_test(t, packets_are_taken_apart, 0, count);
	tcase_add_loop_test(t, every_beginning_is_survived, 0, count);
	tcase_add_loop_test(t, any_byte_anywhere_is_survived, 0, count);
	tcase_add_test(t, layers_lie_one_behind_the_other);
	tcase_add_loop_test(t, depth_has_a_limit, 0, 40);
	tcase_add_test(t, results_have_names);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
