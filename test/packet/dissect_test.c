#include "packet/dissect.h"

#include "../main.h"
#include "vectors.h"

/* IP and TCP. */
static const struct packet packets[] = {
	/* IPv4 */
	{"options", 101, "46 00 0034 1234 0000 40 06 0000 " ADDRESSES "94040000" TCP PAYLOAD, DISSECT_TCP, 8, 8, 0, 0},
	{"padding of Ethernet", 1, MACS "0800 45 00 0028 1234 4000 40 06 0000 " ADDRESSES TCP "000000000000",
	 DISSECT_TCP, 0, 0, 0, 0},
	{"a trailer behind the payload", 1, MACS "0800" WHOLE4 "deadbeef", DISSECT_TCP, 8, 8, 0, 0},
	{"length left to the device", 101, "45 00 0000 1234 4000 40 06 0000 " ADDRESSES TCP PAYLOAD, DISSECT_TCP, 8, 8,
	 0, 0},
	{"cut by the snapshot length", 101, IP4 TCP "45484c", DISSECT_TCP, 8, 3, 0, 0},
	{"cut at the end of TCP", 101, IP4 TCP, DISSECT_TCP, 8, 0, 0, 0},
	{"first fragment", 101, "45 00 0030 1234 2000 40 06 0000 " ADDRESSES TCP PAYLOAD, DISSECT_FRAGMENT, 0, 0, 0, 0},
	{"later fragment", 101, "45 00 0030 1234 0003 40 06 0000 " ADDRESSES TCP PAYLOAD, DISSECT_FRAGMENT, 0, 0, 0, 0},
	{"udp", 101, "45 00 0024 1234 4000 40 11 0000 " ADDRESSES "9c40 0019 0010 0000" PAYLOAD, DISSECT_UDP, 8, 8, 0,
	 0},
	{"udp, padded", 1, MACS "0800 45 00 0024 1234 4000 40 11 0000 " ADDRESSES "9c40 0019 0010 0000" PAYLOAD "0000",
	 DISSECT_UDP, 8, 8, 0, 0},
	{"udp, cut short", 101, "60000000 0010 11 40 " ADDRESSES6 "9c40 0019 0010 0000 45484c", DISSECT_UDP, 8, 3, 0,
	 0},
	{"udp without room", 101, "45 00 001b 1234 4000 40 11 0000 " ADDRESSES "9c40 0019 0010 0000", DISSECT_MALFORMED,
	 0, 0, 0, 0},
	{"sctp", 101, "45 00 0030 1234 4000 40 84 0000 " ADDRESSES TCP PAYLOAD, DISSECT_OTHER_TRANSPORT, 0, 0, 0, 0},
	{"a header shorter than it can be", 101, "44 00 0030 1234 4000 40 06 0000 " ADDRESSES TCP PAYLOAD,
	 DISSECT_MALFORMED, 0, 0, 0, 0},
	{"a total shorter than its header", 101, "45 00 0013 1234 4000 40 06 0000 " ADDRESSES TCP PAYLOAD,
	 DISSECT_MALFORMED, 0, 0, 0, 0},
	{"a total without room for TCP", 101, "45 00 0027 1234 4000 40 06 0000 " ADDRESSES TCP PAYLOAD,
	 DISSECT_MALFORMED, 0, 0, 0, 0},
	{"version 5", 101, "55 00 0030 1234 4000 40 06 0000 " ADDRESSES TCP PAYLOAD, DISSECT_MALFORMED, 0, 0, 0, 0},
	/* IPv6 */
	{"hop by hop", 101, "60000000 0024 00 40 " ADDRESSES6 "06 00 0502 00000100" TCP PAYLOAD, DISSECT_TCP, 8, 8, 0,
	 0},
	{"destination and routing", 101,
	 "60000000 0034 3c 40 " ADDRESSES6 "2b 00 0104 00000000 06 01 0000 00000000 0000000000000000" TCP PAYLOAD,
	 DISSECT_TCP, 8, 8, 0, 0},
	{"authentication", 101,
	 "60000000 0034 33 40 " ADDRESSES6 "06 04 0000 00000001 00000001 000000000000000000000000" TCP PAYLOAD,
	 DISSECT_TCP, 8, 8, 0, 0},
	{"atomic fragment", 101, "60000000 0024 2c 40 " ADDRESSES6 "06 00 0000 00001234" TCP PAYLOAD, DISSECT_TCP, 8, 8,
	 0, 0},
	{"first fragment of IPv6", 101, "60000000 0024 2c 40 " ADDRESSES6 "06 00 0001 00001234" TCP PAYLOAD,
	 DISSECT_FRAGMENT, 0, 0, 0, 0},
	{"later fragment of IPv6", 101, "60000000 0024 2c 40 " ADDRESSES6 "06 00 0008 00001234" TCP PAYLOAD,
	 DISSECT_FRAGMENT, 0, 0, 0, 0},
	{"an extension beyond the payload", 101, "60000000 0024 00 40 " ADDRESSES6 "06 08 0502 00000100" TCP PAYLOAD,
	 DISSECT_MALFORMED, 0, 0, 0, 0},
	{"ICMPv6", 101, "60000000 001c 3a 40 " ADDRESSES6 TCP PAYLOAD, DISSECT_ICMP, 28, 28, 0, 0},
	{"ICMP", 101, "45 00 0030 1234 4000 40 01 0000 " ADDRESSES TCP PAYLOAD, DISSECT_ICMP, 28, 28, 0, 0},
	{"no next header", 101, "60000000 001c 3b 40 " ADDRESSES6 TCP PAYLOAD, DISSECT_OTHER_TRANSPORT, 0, 0, 0, 0},
	{"padding behind IPv6", 1, MACS "86dd" WHOLE6 "0000", DISSECT_TCP, 8, 8, 0, 0},
	/* TCP */
	{"options of TCP", 101,
	 "45 00 0034 1234 4000 40 06 0000 " ADDRESSES
	 "9c40 0019 00000001 00000002 60 02 2000 0000 0000 020405b4" PAYLOAD,
	 DISSECT_TCP, 8, 8, 0, 0},
	{"a header shorter than TCP's", 101, IP4 "9c40 0019 00000001 00000002 40 18 2000 0000 0000" PAYLOAD,
	 DISSECT_MALFORMED, 0, 0, 0, 0},
	{"a header longer than the packet", 101, IP4 "9c40 0019 00000001 00000002 f0 18 2000 0000 0000" PAYLOAD,
	 DISSECT_MALFORMED, 0, 0, 0, 0},
	{"options that were not captured", 101,
	 "45 00 0040 1234 4000 40 06 0000 " ADDRESSES "9c40 0019 00000001 00000002 60 18 2000 0000 0000 02",
	 DISSECT_CUT, 0, 0, 0, 0},
	{"jumbogram", 101, "60000000 0000 00 40 " ADDRESSES6 "06 00 c204 00000024" TCP PAYLOAD, DISSECT_TCP, 8, 8, 0,
	 0},
	{"jumbogram, padded", 1, MACS "86dd 60000000 0000 00 40 " ADDRESSES6 "06 00 c204 00000024" TCP PAYLOAD "0000",
	 DISSECT_TCP, 8, 8, 0, 0},
	{"mobility, HIP, shim6", 101,
	 "60000000 0034 87 40 " ADDRESSES6 "8b 00 0000 00000000 8c 00 000000000000 06 00 000000000000" TCP PAYLOAD,
	 DISSECT_TCP, 8, 8, 0, 0},
	{"udp, longer IP", 101, "45 00 0028 1234 4000 40 11 0000 " ADDRESSES "9c40 0019 0010 0000" PAYLOAD "00000000",
	 DISSECT_UDP, 8, 8, 0, 0},
};

VECTORS_TESTS(packets)

START_TEST(layers_lie_one_behind_the_other)
{
	static const enum dissect_layer_kind kinds[] = {LAYER_ETHERNET,	      LAYER_VLAN, LAYER_VLAN,	LAYER_IPV6,
							LAYER_IPV6_EXTENSION, LAYER_TCP,  LAYER_PAYLOAD};
	uint8_t bytes[BYTES_MAX];
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

/* ---- fragments ---- */

static const struct {
	const char *hex;
	int link;
	uint32_t id;
	uint32_t offset;
	uint8_t protocol;
	bool is_last;
	bool is_cut;
	size_t len;
} parts[] = {
	{"45 00 0024 1234 2000 40 06 0000 " ADDRESSES "0011223344556677 8899aabbccddeeff", 101, 0x1234, 0, 6, false,
	 false, 16},
	{MACS "0800 45 00 001c 1234 2002 40 06 0000 " ADDRESSES "0011223344556677 8899", 1, 0x1234, 16, 6, false, false,
	 8},
	{"45 00 0017 1234 1fff 40 11 0000 " ADDRESSES "001122", 101, 0x1234, 65528, 17, true, false, 3},
	{"45 00 0024 1234 2000 40 06 0000 " ADDRESSES "0011223344556677", 101, 0x1234, 0, 6, false, true, 8},
	{"45 00 0014 1234 2000 40 06 0000 " ADDRESSES, 101, 0x1234, 0, 6, false, false, 0},
	{"60000000 0010 2c 40 " ADDRESSES6 "06 00 0001 12345678 0011223344556677", 101, 0x12345678, 0, 6, false, false,
	 8},
	{"60000000 0018 00 40 " ADDRESSES6 "2c 00 0502 00000100 06 00 0008 12345678 0011223344556677", 101, 0x12345678,
	 8, 6, true, false, 8},
};

START_TEST(fragments_are_described)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = parse(parts[_i].hex, bytes);
	struct fragment f;
	struct tcp_segment s;
	struct dissect_layers layers = {0};

	memset(&f, 0xee, sizeof(f));
	ck_assert_int_eq(dissect_packet(parts[_i].link, slice_of(bytes, len), &s, &f, &layers), DISSECT_FRAGMENT);
	ck_assert_uint_eq(f.id, parts[_i].id);
	ck_assert_uint_eq(f.offset, parts[_i].offset);
	ck_assert_uint_eq(f.protocol, parts[_i].protocol);
	ck_assert_uint_eq(f.ttl, 64);
	ck_assert_int_eq(f.is_last, parts[_i].is_last);
	ck_assert_int_eq(f.is_cut, parts[_i].is_cut);
	ck_assert_int_eq(f.is_ipv6, parts[_i].id > 0xffff);
	ck_assert_uint_eq(f.destination.bytes[f.is_ipv6 ? 15 : 3], 2);
	ck_assert_uint_eq(f.payload.len, parts[_i].len);
	ck_assert_int_eq(f.tunnel.kind, SEGMENT_TUNNEL_NONE);
	if (f.payload.len > 0) {
		ck_assert_uint_eq(f.payload.data[1], 0x11);
		ck_assert_int_eq(layers.layer[layers.count - 1].kind, LAYER_FRAGMENT_PAYLOAD);
		ck_assert_uint_eq(layers.layer[layers.count - 1].len, f.payload.len);
	}
	for (size_t cut = 0; cut < len; cut++)
		ck_assert_int_ne(dissect_packet(parts[_i].link, slice_of(bytes, cut), &s, &f, NULL), DISSECT_TCP);
}
END_TEST

START_TEST(a_fragment_remembers_its_tunnel)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = parse(
		OUTER("0034", "2f") "2000 0800 0000002a 45 00 0018 1234 2000 40 06 0000 " ADDRESSES "00112233", bytes);
	struct fragment f;
	struct tcp_segment s;

	ck_assert_int_eq(dissect_packet(101, slice_of(bytes, len), &s, &f, NULL), DISSECT_FRAGMENT);
	ck_assert_int_eq(f.tunnel.kind, SEGMENT_TUNNEL_GRE);
	ck_assert_uint_eq(f.tunnel.id, 42);
	ck_assert_uint_eq(f.tunnel.source.bytes[0], 1);
	ck_assert_uint_eq(f.source.bytes[0], 10);
}
END_TEST

/* ---- payloads of packets that were put together ---- */

static enum dissect_result read_payload(struct fragment *whole, const char *hex, uint8_t *bytes, struct tcp_segment *s)
{
	struct fragment f;

	whole->source = (struct segment_address){{10, 0, 0, 1}};
	whole->destination = (struct segment_address){{10, 0, 0, 2}};
	whole->ttl = 64;
	whole->id = 0x1234;
	memset(s, 0xee, sizeof(*s));
	return dissect_payload(whole, slice_of(bytes, parse(hex, bytes)), s, &f);
}

START_TEST(a_whole_payload_is_taken_apart)
{
	struct fragment whole = {.protocol = 6, .tunnel = {.kind = SEGMENT_TUNNEL_VXLAN, .id = 5}};
	uint8_t bytes[BYTES_MAX];
	struct tcp_segment s;

	ck_assert_int_eq(read_payload(&whole, TCP PAYLOAD, bytes, &s), DISSECT_TCP);
	ck_assert_uint_eq(s.payload_len, 8);
	ck_assert_ptr_eq(s.payload.data, bytes + 20);
	ck_assert_uint_eq(s.ip_id, 0x1234);
	ck_assert_uint_eq(s.ttl, 64);
	ck_assert_uint_eq(s.source.bytes[3], 1);
	ck_assert_int_eq(s.tunnel.kind, SEGMENT_TUNNEL_VXLAN);
	ck_assert_uint_eq(s.tunnel.id, 5);
	ck_assert_int_eq(read_payload(&whole, "9c40", bytes, &s), DISSECT_MALFORMED);
	whole.protocol = 17;
	ck_assert_int_eq(read_payload(&whole, "0035 9c40 0010 0000" PAYLOAD, bytes, &s), DISSECT_UDP);
	ck_assert_uint_eq(s.payload_len, 8);
}
END_TEST

START_TEST(a_whole_payload_may_be_a_tunnel)
{
	struct fragment whole = {.protocol = 17};
	uint8_t bytes[BYTES_MAX];
	struct tcp_segment s;

	ck_assert_int_eq(read_payload(&whole, "c000 12b5 004e 0000 08000000 00109200" FRAME4, bytes, &s), DISSECT_TCP);
	ck_assert_int_eq(s.tunnel.kind, SEGMENT_TUNNEL_VXLAN);
	ck_assert_uint_eq(s.tunnel.source.bytes[3], 1);
	whole.protocol = 4;
	ck_assert_int_eq(read_payload(&whole, "45 00 0018 1234 2000 40 06 0000 " ADDRESSES "00112233", bytes, &s),
			 DISSECT_FRAGMENT);
	whole.is_ipv6 = true; /* its unfragmentable part ends before, other headers may follow */
	whole.protocol = 60;
	ck_assert_int_eq(read_payload(&whole, "06 00 010400000000" TCP PAYLOAD, bytes, &s), DISSECT_TCP);
}
END_TEST

/* ---- checksums ---- */

#define SUMMED "9c40 0019 00000001 00000002 50 18 2000 "

static const struct {
	const char *hex;
	enum segment_checksum checksum;
} sums[] = {
	{"45 00 0030 1234 4000 40 06 0000 " ADDRESSES SUMMED "c853 0000" PAYLOAD, SEGMENT_CHECKSUM_GOOD},
	{"45 00 0030 1234 4000 40 06 0000 " ADDRESSES SUMMED "1234 0000" PAYLOAD, SEGMENT_CHECKSUM_BAD},
	{"45 00 0030 1234 4000 40 06 0000 " ADDRESSES SUMMED "1234 0000 45484c", SEGMENT_CHECKSUM_UNKNOWN},
	/* a source route, and segments that are left: the header's destination is not the last */
	{"47 00 0038 1234 4000 40 06 0000 " ADDRESSES "8307040a00000300" SUMMED "1234 0000" PAYLOAD,
	 SEGMENT_CHECKSUM_UNKNOWN},
	{"60000000 0034 2b 40 " ADDRESSES6 "06 02 0001 00000000 20010db8000000000000000000000003" SUMMED
	 "1234 0000" PAYLOAD,
	 SEGMENT_CHECKSUM_UNKNOWN},
	{"60000000 0034 2b 40 " ADDRESSES6 "06 02 0000 00000000 20010db8000000000000000000000003" SUMMED
	 "1234 0000" PAYLOAD,
	 SEGMENT_CHECKSUM_BAD},
	{"60000000 0034 3c 40 " ADDRESSES6 "06 02 c910 20010db8000000000000000000000003 01020000" SUMMED
	 "1234 0000" PAYLOAD,
	 SEGMENT_CHECKSUM_UNKNOWN},
};

START_TEST(checksums_are_looked_at)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = parse(sums[_i].hex, bytes);
	struct tcp_segment s;

	ck_assert_int_eq(dissect_packet(101, slice_of(bytes, len), &s, NULL, NULL), DISSECT_TCP);
	ck_assert_int_eq(s.checksum, sums[_i].checksum);
}
END_TEST

void list_tests(TCase *t)
{
	add_vectors(t);
	tcase_add_test(t, layers_lie_one_behind_the_other);
	tcase_add_loop_test(t, depth_has_a_limit, 0, 40);
	tcase_add_test(t, results_have_names);
	tcase_add_loop_test(t, fragments_are_described, 0, sizeof(parts) / sizeof(parts[0]));
	tcase_add_test(t, a_fragment_remembers_its_tunnel);
	tcase_add_test(t, a_whole_payload_is_taken_apart);
	tcase_add_test(t, a_whole_payload_may_be_a_tunnel);
	tcase_add_loop_test(t, checksums_are_looked_at, 0, sizeof(sums) / sizeof(sums[0]));
}
