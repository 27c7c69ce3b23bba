#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "../main.h"
#include "filter/filter.h"

enum {
	ETHERNET = 1,
	NULL_LOOPBACK = 0,
	RAW = 101,
	RAW_OPENBSD = 14,
	SLL = 113,
	SLL2 = 276,
};

static const uint16_t ports[] = {25, 110, 2525};

/* What lies between link header and the end. */
enum content {
	TCP_25,
	TCP_FROM_110,
	TCP_80,
	TCP6_2525,
	TCP6_80,
	LATER_FRAGMENT,
	FIRST_FRAGMENT_25,
	FRAGMENT6,
	DNS_ANSWER,
	DNS_QUESTION,
	ARP,
	CONTENTS
};

static const bool is_wanted[CONTENTS] = {
	[TCP_25] = true,	 [TCP_FROM_110] = true,	     [TCP6_2525] = true,
	[LATER_FRAGMENT] = true, [FIRST_FRAGMENT_25] = true, [FRAGMENT6] = true,
	[DNS_ANSWER] = true,
};

static bool is_ipv6(enum content content)
{
	return content == TCP6_2525 || content == TCP6_80 || content == FRAGMENT6;
}

static void set_u16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static size_t put_ipv4(uint8_t *at, enum content content)
{
	bool is_udp = content == DNS_ANSWER || content == DNS_QUESTION;

	memset(at, 0, 40);
	at[0] = 0x45;
	at[3] = 40;
	at[8] = 64;
	at[9] = is_udp ? 17 : 6;
	at[12] = at[16] = 10;
	set_u16(at + 20, content == TCP_FROM_110 ? 110 : content == DNS_ANSWER ? 53 : 40000);
	set_u16(at + 22, content == TCP_25 || content == FIRST_FRAGMENT_25 ? 25 : content == DNS_QUESTION ? 53 : 80);
	at[32] = 0x50;
	if (content == LATER_FRAGMENT)
		set_u16(at + 6, 185);
	if (content == FIRST_FRAGMENT_25)
		set_u16(at + 6, 0x2000);
	return 40;
}

static size_t put_ipv6(uint8_t *at, enum content content)
{
	memset(at, 0, 68);
	at[0] = 0x60;
	at[5] = 28;
	at[6] = content == FRAGMENT6 ? 44 : 6;
	at[7] = 64;
	set_u16(at + 40, 40000);
	set_u16(at + 42, content == TCP6_2525 ? 2525 : 80);
	at[52] = 0x50;
	return 68;
}

static size_t put_content(uint8_t *at, enum content content)
{
	if (content == ARP)
		return memset(at, 0, 28) ? 28 : 0;
	return is_ipv6(content) ? put_ipv6(at, content) : put_ipv4(at, content);
}

static unsigned int ethertype(enum content content)
{
	return content == ARP ? 0x0806 : is_ipv6(content) ? 0x86dd : 0x0800;
}

static size_t put_link(uint8_t *at, int link_type, int tags, enum content content)
{
	uint32_t family = is_ipv6(content) ? 10 : content == ARP ? 99 : 2;
	size_t len = 12;

	memset(at, 0, 32);
	switch (link_type) {
	case ETHERNET:
		for (int i = 0; i < tags; i++, len += 4) {
			set_u16(at + len, tags == 2 && i == 0 ? 0x88a8 : 0x8100);
			set_u16(at + len + 2, 7);
		}
		set_u16(at + len, ethertype(content));
		return len + 2;
	case NULL_LOOPBACK:
		memcpy(at, &family, 4);
		return 4;
	case SLL:
		set_u16(at + 2, 1);
		set_u16(at + 14, ethertype(content));
		return 16;
	case SLL2:
		set_u16(at, ethertype(content));
		set_u16(at + 8, 1);
		return 20;
	default:
		return 0;
	}
}

static const struct {
	int link_type;
	int tags;
} links[] = {{ETHERNET, 0}, {ETHERNET, 1}, {ETHERNET, 2}, {SLL, 0}, {SLL2, 0}, {NULL_LOOPBACK, 0}, {RAW, 0}};

enum {
	LINKS = sizeof(links) / sizeof(links[0]),
};

static struct filter *compile_ports(const uint16_t *list, size_t count, int link_type)
{
	char expression[4096];
	struct error err = {{0}};
	struct filter *f;

	ck_assert(filter_from_ports(expression, sizeof(expression), list, count, link_type));
	f = filter_compile(expression, link_type, &err);
	ck_assert_msg(f != NULL, "%s: %s", expression, err.text);
	return f;
}

START_TEST(default_filter_passes_mail_fragments_and_dns_answers)
{
	struct filter *f = compile_ports(ports, 3, links[_i].link_type);
	uint8_t packet[128];

	for (enum content content = 0; content < CONTENTS; content++) {
		size_t len;

		if (content == ARP && links[_i].link_type == RAW)
			continue; /* it has no raw form */
		len = put_link(packet, links[_i].link_type, links[_i].tags, content);
		len += put_content(packet + len, content);
		ck_assert_msg(filter_matches(f, slice_of(packet, len), len) == is_wanted[content],
			      "content %d on link type %d with %d tags", content, links[_i].link_type, links[_i].tags);
	}
	filter_free(f);
}
END_TEST

START_TEST(without_ports_only_the_rest_passes)
{
	struct filter *f = compile_ports(NULL, 0, ETHERNET);
	uint8_t packet[128];
	size_t len = put_link(packet, ETHERNET, 0, TCP_25);

	len += put_content(packet + len, TCP_25);
	ck_assert(!filter_matches(f, slice_of(packet, len), len));
	len = put_link(packet, ETHERNET, 0, DNS_ANSWER);
	len += put_content(packet + len, DNS_ANSWER);
	ck_assert(filter_matches(f, slice_of(packet, len), len));
	filter_free(f);
}
END_TEST

START_TEST(a_cut_packet_is_never_read_past_its_end)
{
	struct filter *f = compile_ports(ports, 3, links[_i].link_type);
	uint8_t packet[128];
	size_t len = put_link(packet, links[_i].link_type, links[_i].tags, TCP6_2525);

	len += put_content(packet + len, TCP6_2525);
	for (size_t cut = 0; cut <= len; cut++) {
		uint8_t *copy = malloc(cut ? cut : 1);

		memcpy(copy, packet, cut);
		if (cut < len - 24)
			ck_assert(!filter_matches(f, slice_of(copy, cut), len));
		free(copy);
	}
	ck_assert(filter_matches(f, slice_of(packet, len), len));
	filter_free(f);
}
END_TEST

START_TEST(a_text_that_is_too_small_is_refused)
{
	char expression[4096];
	size_t size = 1;

	while (!filter_from_ports(expression, size, ports, 3, ETHERNET)) {
		ck_assert_uint_lt(strlen(expression), size);
		size++;
	}
	ck_assert_uint_eq(strlen(expression) + 1, size);
	ck_assert(!filter_from_ports(expression, 0, ports, 3, ETHERNET));
}
END_TEST

START_TEST(a_wrong_expression_is_explained)
{
	struct error err = {{0}};

	ck_assert_ptr_null(filter_compile("port twentyfive", ETHERNET, &err));
	ck_assert_str_ne(err.text, "");
	err.text[0] = '\0';
	ck_assert_ptr_null(filter_compile("ether host 00:11:22:33:44:55", RAW, &err));
	ck_assert_str_ne(err.text, "");
}
END_TEST

static const struct {
	const char *expression;
	bool v4;
	bool v6;
} flows[] = {
	{"host 10.0.0.5", true, false},
	{"src host 10.0.0.5", true, false},
	{"dst host 10.0.0.5", true, false},
	{"host 10.0.0.6", false, false},
	{"port 110", true, true},
	{"src port 110", true, true},
	{"tcp port 51000", true, true},
	{"udp", false, false},
	{"ip6", false, true},
	{"net 10.0.0.0/8", true, false},
	{"host 2001:db8::1", false, true},
	{"host 10.0.0.5 and port 110", true, false},
	{"not port 110", false, false},
	{"ip[8] > 0", true, false},
	{"tcp[tcpflags] & tcp-syn != 0", false, false},
};

START_TEST(a_display_filter_sees_both_directions)
{
	static const uint8_t client4[4] = {10, 0, 0, 5};
	static const uint8_t server4[4] = {192, 168, 1, 1};
	static const uint8_t client6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
	static const uint8_t server6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 2};
	struct filter_flow v4 = {client4, server4, 4, 51000, 110};
	struct filter_flow v6 = {client6, server6, 16, 51000, 110};
	struct error err = {{0}};
	struct filter *f = filter_compile(flows[_i].expression, RAW, &err);

	ck_assert_msg(f != NULL, "%s", err.text);
	ck_assert_int_eq(filter_matches_flow(f, &v4), flows[_i].v4);
	ck_assert_int_eq(filter_matches_flow(f, &v6), flows[_i].v6);
	filter_free(f);
}
END_TEST

START_TEST(link_types_are_mapped_both_ways)
{
	ck_assert_int_eq(filter_dlt_from_linktype(RAW), DLT_RAW);
	ck_assert_int_eq(filter_linktype_from_dlt(DLT_RAW), RAW);
	ck_assert_int_eq(filter_dlt_from_linktype(RAW_OPENBSD), DLT_RAW);
	for (int link_type = 0; link_type < 300; link_type++)
		if (link_type != DLT_RAW && link_type != DLT_ATM_RFC1483 && link_type != DLT_SLIP_BSDOS &&
		    link_type != DLT_PPP_BSDOS && link_type != DLT_ATM_CLIP && link_type != RAW_OPENBSD)
			ck_assert_int_eq(filter_linktype_from_dlt(filter_dlt_from_linktype(link_type)), link_type);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, default_filter_passes_mail_fragments_and_dns_answers, 0, LINKS);
	tcase_add_test(t, without_ports_only_the_rest_passes);
	tcase_add_loop_test(t, a_cut_packet_is_never_read_past_its_end, 0, LINKS);
	tcase_add_test(t, a_text_that_is_too_small_is_refused);
	tcase_add_test(t, a_wrong_expression_is_explained);
	tcase_add_loop_test(t, a_display_filter_sees_both_directions, 0, sizeof(flows) / sizeof(flows[0]));
	tcase_add_test(t, link_types_are_mapped_both_ways);
}
