#include "packet/fields.h"

#include <string.h>

#include "../main.h"
#include "base/mem.h"
#include "vectors.h"

enum {
	FIELDS_MAX = 512,
};

static struct {
	struct packet_field fields[FIELDS_MAX]; /* their texts are copies */
	uint32_t field_count;
} detail;
static uint8_t bytes[BYTES_MAX];

static void forget(void)
{
	for (uint32_t i = 0; i < detail.field_count; i++)
		free((void *)(uintptr_t)detail.fields[i].value);
	detail.field_count = 0;
}

static void keep(void *ctx, const struct packet_field *field)
{
	(void)ctx;
	ck_assert_uint_lt(detail.field_count, FIELDS_MAX);
	detail.fields[detail.field_count] = *field;
	detail.fields[detail.field_count++].value = mem_strdup(field->value);
}

/* All fields of a packet; each lies within it. */
static void show(int link, const char *hex, int window_scale)
{
	size_t len = parse(hex, bytes);
	struct dissect_layers layers = {0};
	struct tcp_segment segment;
	struct fragment fragment;
	struct fields_about about = {.segment = &segment, .fragment = &fragment, .window_scale = window_scale};

	forget();
	about.result = dissect_packet(link, slice_of(bytes, len), &segment, &fragment, &layers);
	fields_describe(slice_of(bytes, len), &layers, &about, keep, NULL);
	for (uint32_t i = 0; i < detail.field_count; i++)
		ck_assert_uint_le((uint32_t)detail.fields[i].offset + detail.fields[i].len, len);
}

/* The field of that name below the title; its value and place. */
static const struct packet_field *field(const char *title, const char *name)
{
	uint32_t i = 0;

	while (i < detail.field_count && (detail.fields[i].depth > 0 || strcmp(detail.fields[i].name, title) != 0))
		i++;
	ck_assert_msg(i < detail.field_count, "no %s", title);
	if (name == NULL)
		return &detail.fields[i];
	for (i++; i < detail.field_count && detail.fields[i].depth > 0; i++)
		if (strcmp(detail.fields[i].name, name) == 0)
			return &detail.fields[i];
	ck_abort_msg("no %s in %s", name, title);
	return NULL;
}

static void expect(const char *title, const char *name, const char *value, uint32_t offset, uint32_t len)
{
	const struct packet_field *f = field(title, name);

	ck_assert_str_eq(f->value, value);
	ck_assert_uint_eq(f->offset, offset);
	ck_assert_uint_eq(f->len, len);
}

START_TEST(ethernet_and_tags)
{
	show(1, MACS "88a8 e005 8847 00064140 000a1240 0800" WHOLE4, -1);
	expect("Ethernet", NULL, "type 0x88a8 (802.1ad)", 0, 14);
	expect("Ethernet", "Source", "02:00:00:00:00:02", 6, 6);
	expect("VLAN", NULL, "number 5", 14, 4);
	expect("VLAN", "Priority", "7", 14, 1);
	expect("VLAN", "Type", "0x8847 (MPLS)", 16, 2);
	expect("MPLS", "Label", "100", 18, 4);
	expect("MPLS", "Last of the stack", "yes", 20, 1);
	expect("MPLS", "Time to live", "64", 21, 1);
}
END_TEST

START_TEST(internet_protocol_4)
{
	show(101, "46 b9 0034 1234 4000 40 06 1b4e " ADDRESSES "94040000" TCP PAYLOAD, -1);
	expect("Internet Protocol 4", NULL, "protocol 6 (TCP)", 0, 24);
	expect("Internet Protocol 4", "Header length", "24 bytes", 0, 1);
	expect("Internet Protocol 4", "Differentiated services", "46 (EF)", 1, 1);
	expect("Internet Protocol 4", "Explicit congestion", "1 (ECT(1))", 1, 1);
	expect("Internet Protocol 4", "Identification", "0x1234", 4, 2);
	expect("Internet Protocol 4", "Do not fragment", "yes", 6, 1);
	expect("Internet Protocol 4", "Fragment offset", "0", 6, 2);
	expect("Internet Protocol 4", "Destination", "10.0.0.2", 16, 4);
	expect("Internet Protocol 4", "Option", "148 (router alert) 00 00", 20, 4);
	show(101, WHOLE4, -1);
	expect("Internet Protocol 4", "Header checksum", "0x0000 (left to the device)", 10, 2);
	show(101, "45 00 0030 1234 4000 40 06 1492 " ADDRESSES TCP PAYLOAD, -1);
	expect("Internet Protocol 4", "Header checksum", "0x1492 (good)", 10, 2);
	show(101, "45 00 0030 1234 4000 40 06 1493 " ADDRESSES TCP PAYLOAD, -1);
	expect("Internet Protocol 4", "Header checksum", "0x1493 (wrong)", 10, 2);
}
END_TEST

START_TEST(internet_protocol_6)
{
	show(101, "6b912345 0024 00 40 " ADDRESSES6 "06 00 0502 00000100" TCP PAYLOAD, -1);
	expect("Internet Protocol 6", "Differentiated services", "46 (EF)", 0, 2);
	expect("Internet Protocol 6", "Explicit congestion", "1 (ECT(1))", 1, 1);
	expect("Internet Protocol 6", "Flow label", "0x12345", 0, 4);
	expect("Internet Protocol 6", "Next header", "0 (hop-by-hop options)", 6, 1);
	expect("Internet Protocol 6", "Source", "2001:db8::1", 8, 16);
	expect("IP extension header", "Content", "05 02 00 00 01 00", 42, 6);
}
END_TEST

#define SEGMENT(flags, checksum, options_and_payload)                                                                  \
	"45 00 0040 1234 4000 40 06 0000 " ADDRESSES "9c40 0019 00000001 00000002 90 " flags " 2000 " checksum         \
	" 0000 " options_and_payload

START_TEST(transmission_control_protocol)
{
	show(101, SEGMENT("18", "1234", "0101080a0000000a00000014 03030700" PAYLOAD), 7);
	expect("Transmission Control Protocol", "Sequence number", "1", 24, 4);
	expect("Transmission Control Protocol", "Header length", "36 bytes", 32, 1);
	expect("Transmission Control Protocol", "Flags", "0x18 PSH,ACK", 33, 1);
	expect("Transmission Control Protocol", "Push", "yes", 33, 1);
	expect("Transmission Control Protocol", "Reset", "no", 33, 1);
	expect("Transmission Control Protocol", "Window", "8192 (times 128: 1048576)", 34, 2);
	expect("Transmission Control Protocol", "Checksum", "0x1234 (wrong)", 36, 2);
	expect("Transmission Control Protocol", "Timestamps", "10, echo 20", 42, 10);
	expect("Transmission Control Protocol", "Window scale", "7 (times 128)", 52, 3);
	expect("Payload", NULL, "8 bytes", 56, 8);
	show(101, SEGMENT("02", "0000", "020405b4 050a00000001000000020000" PAYLOAD), 7);
	expect("Transmission Control Protocol", "Window", "8192 (never scaled in a SYN)", 34, 2);
	expect("Transmission Control Protocol", "Checksum", "0x0000 (left to the device, or not captured completely)",
	       36, 2);
	expect("Transmission Control Protocol", "Maximum segment size", "1460", 40, 4);
}
END_TEST

START_TEST(fragments)
{
	char text[80];

	show(101, "45 00 001c 1234 2002 40 06 0000 " ADDRESSES "0011223344556677", -1);
	expect("Payload", NULL, "fragment: bytes 16 to 23 of id 0x1234, more follow", 20, 8);
	show(101, "60000000 0018 2c 40 " ADDRESSES6 "06 00 0010 12345678 0011223344", -1);
	expect("IPv6 fragment header", "Fragment offset", "16", 42, 2);
	expect("IPv6 fragment header", "More fragments", "no", 42, 2);
	expect("Payload", NULL, "fragment: bytes 16 to 20 of id 0x12345678, the last, cut short", 48, 5);
	fields_put_fragment(text, sizeof(text), &(struct fragment){.id = 7});
	ck_assert_str_eq(text, "fragment: no bytes of id 0x0007");
}
END_TEST

START_TEST(tunnels)
{
	show(101, OUTER("0058", "2f") "b000 0800 1234 0000 0000002a 00000007" WHOLE4, -1);
	expect("Generic Routing Encapsulation", NULL, "protocol 0x0800 (IPv4)", 20, 16);
	expect("Generic Routing Encapsulation", "Key present", "yes", 20, 2);
	expect("Generic Routing Encapsulation", "Checksum", "0x1234", 24, 2);
	expect("Generic Routing Encapsulation", "Key", "0x0000002a", 28, 4);
	expect("Generic Routing Encapsulation", "Sequence number", "7", 32, 4);
	show(101, OUTER("0058", "2f") "3081 880b 0034 0007 00000001 00000002 ff03 0021" WHOLE4, -1);
	expect("Generic Routing Encapsulation", "Call", "7", 26, 2);
	expect("Generic Routing Encapsulation", "Acknowledgement", "2", 32, 4);
	expect("PPP", "Protocol", "0x0021 (IPv4)", 38, 2);
	show(101, OUTER("0062", "11") "c000 12b5 004e 0000 08000000 00109200" FRAME4, -1);
	expect("VXLAN", "Network", "4242", 32, 3);
	expect("User Datagram Protocol", "Destination port", "4789", 22, 2);
	show(101, OUTER("005c", "11") "c000 06a5 0048 0000 4802 0040 0001 0002 0003 0004 ff03 0021" WHOLE4, -1);
	expect("L2TP", "Session", "2", 34, 2);
	expect("L2TP", "Expected next", "4", 38, 2);
}
END_TEST

START_TEST(radio)
{
	show(127,
	     "00 00 1400 2b000000 0000000000000100 10 02 00 c4 "
	     "0801 3400 0200000000a1 0200000000b2 0200000000c3 1000" SNAP "0800" WHOLE4,
	     -1);
	expect("Radiotap", "MAC time", "281474976710656", 8, 8);
	expect("Radiotap", "Flags", "16", 16, 1);
	expect("IEEE 802.11", NULL, "type 2 (data)", 20, 24);
	expect("IEEE 802.11", "Subtype", "0 (data)", 20, 1);
	expect("IEEE 802.11", "To the access point", "yes", 21, 1);
	expect("IEEE 802.11", "Duration", "52", 22, 2);
	expect("IEEE 802.11", "Sequence number", "1", 42, 2);
	expect("LLC and SNAP", "Type", "0x0800 (IPv4)", 50, 2);
}
END_TEST

START_TEST(netfilter_log)
{
	show(239, "02 00 0005 0800 0100 08000300 0700 0a00 61620000 3400 0900" WHOLE4, -1);
	expect("Netfilter log", "Packet header", "08 00 03 00", 4, 8);
	expect("Netfilter log", "Prefix", "61 62 00", 12, 7);
	expect("Netfilter log", "Packet", "48 bytes", 20, 4);
	expect("Netfilter log", "Family", "2 (IPv4)", 0, 1);
}
END_TEST

/* Headers that end within themselves. */
START_TEST(every_beginning_is_shown)
{
	static const char *const all[] = {
		OUTER("0058", "2f") "b000 0800 1234 0000 0000002a 00000007" WHOLE4,
		OUTER("005c", "11") "c000 06a5 0048 0000 4802 0040 0001 0002 0003 0004 ff03 0021" WHOLE4,
		SEGMENT("18", "1234", "0101080a0000000a00000014 03030700" PAYLOAD),
		"60000000 0018 2c 40 " ADDRESSES6 "06 00 0010 12345678 0011223344",
	};
	size_t len = parse(all[_i], bytes);

	for (size_t cut = 0; cut <= len; cut++) {
		uint8_t *copy = malloc(cut + 1);
		struct dissect_layers layers = {0};
		struct tcp_segment segment;
		struct fragment fragment;
		struct fields_about about = {.segment = &segment, .fragment = &fragment, .window_scale = -1};

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, bytes, cut);
		forget();
		about.result = dissect_packet(101, slice_of(copy, cut), &segment, &fragment, &layers);
		fields_describe(slice_of(copy, cut), &layers, &about, keep, NULL);
		free(copy);
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, ethernet_and_tags);
	tcase_add_test(t, internet_protocol_4);
	tcase_add_test(t, internet_protocol_6);
	tcase_add_test(t, transmission_control_protocol);
	tcase_add_test(t, fragments);
	tcase_add_test(t, tunnels);
	tcase_add_test(t, radio);
	tcase_add_test(t, netfilter_log);
	tcase_add_loop_test(t, every_beginning_is_shown, 0, 4);
}
