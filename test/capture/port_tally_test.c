/* How many packets each mail port had in the last seconds, and rates of counters that begin anew. */
#include "capture/port_tally.h"

#include <stdlib.h>
#include <string.h>

#include "../main.h"
#include "base/clock.h"

static struct port_tally tally;
static struct interface_row row;

static void setup(void)
{
	tally = (struct port_tally){.second = 0};
	row = (struct interface_row){.port_count = 0};
}

static void add(uint16_t port, int count, int64_t second)
{
	for (int i = 0; i < count; i++)
		port_tally_add(&tally, port, second * CLOCK_NS_PER_S + i);
}

static void expect(size_t i, uint16_t port, uint32_t packets)
{
	ck_assert_uint_lt(i, row.port_count);
	ck_assert_uint_eq(row.ports[i].port, port);
	ck_assert_uint_eq(row.ports[i].packets, packets);
}

START_TEST(ports_are_counted_each_and_told_in_their_order)
{
	add(143, 3, 1000);
	add(25, 5, 1001);
	add(143, 1, 1002);
	port_tally_fill(&tally, &row, 1002 * CLOCK_NS_PER_S);
	ck_assert_uint_eq(row.port_count, 2);
	expect(0, 25, 5);
	expect(1, 143, 4);
}
END_TEST

START_TEST(what_was_longer_ago_is_forgotten_second_by_second)
{
	add(25, 2, 1000);
	add(25, 3, 1004);
	port_tally_fill(&tally, &row, 1009 * CLOCK_NS_PER_S);
	expect(0, 25, 5);
	port_tally_fill(&tally, &row, 1010 * CLOCK_NS_PER_S);
	expect(0, 25, 3);
	port_tally_fill(&tally, &row, 1014 * CLOCK_NS_PER_S);
	ck_assert_uint_eq(row.port_count, 0);
	add(25, 1, 1014);
	port_tally_fill(&tally, &row, 5000 * CLOCK_NS_PER_S);
	ck_assert_uint_eq(row.port_count, 0);
}
END_TEST

START_TEST(more_ports_than_have_places_wait_until_one_is_free)
{
	for (uint16_t port = 1; port <= INTERFACE_ROW_PORTS + 1; port++)
		add(port, 1, 1000 + (port > 1));
	port_tally_fill(&tally, &row, 1001 * CLOCK_NS_PER_S);
	ck_assert_uint_eq(row.port_count, INTERFACE_ROW_PORTS);
	expect(0, 1, 1);
	expect(INTERFACE_ROW_PORTS - 1, INTERFACE_ROW_PORTS, 1);
	add(INTERFACE_ROW_PORTS + 1, 2, 1010); /* the first has had nothing for ten seconds */
	port_tally_fill(&tally, &row, 1010 * CLOCK_NS_PER_S);
	expect(0, 2, 1);
	expect(INTERFACE_ROW_PORTS - 1, INTERFACE_ROW_PORTS + 1, 2);
}
END_TEST

/* Headers as "any" gives them; returns their length. */
static size_t make_packet(uint8_t out[200], uint16_t ethertype, size_t ip_len, uint8_t protocol, uint16_t from,
			  uint16_t to)
{
	bool is_ipv4 = ethertype == 0x0800;
	size_t at = 20 + ip_len;

	memset(out, 0, 200);
	out[0] = (uint8_t)(ethertype >> 8);
	out[1] = (uint8_t)ethertype;
	out[20] = is_ipv4 ? (uint8_t)(0x40 + ip_len / 4) : 0x60;
	out[20 + (is_ipv4 ? 9 : 6)] = protocol;
	out[at] = (uint8_t)(from >> 8);
	out[at + 1] = (uint8_t)from;
	out[at + 2] = (uint8_t)(to >> 8);
	out[at + 3] = (uint8_t)to;
	return at + 4;
}

static const struct {
	uint16_t ethertype;
	size_t ip_len;
	uint8_t protocol;
	uint16_t from;
	uint16_t to;
	uint16_t found;
} packets[] = {
	{0x0800, 20, 6, 50000, 143, 143}, {0x0800, 60, 6, 50000, 143, 143}, {0x86dd, 40, 6, 50000, 143, 143},
	{0x0800, 20, 6, 25, 50000, 25},	  {0x86dd, 40, 6, 25, 50000, 25},   {0x0800, 20, 6, 25, 143, 143},
	{0x0800, 20, 6, 143, 25, 25},	  {0x0800, 20, 6, 80, 50000, 0},    {0x0800, 20, 17, 25, 25, 0},
	{0x86dd, 40, 44, 25, 25, 0},	  {0x0806, 20, 6, 25, 25, 0},	    {0x0800, 16, 6, 25, 25, 0},
};

START_TEST(the_mail_port_is_the_servers_where_the_packet_is_whole)
{
	static const uint16_t ports[] = {25, 143};
	uint8_t packet[200];
	size_t len = make_packet(packet, packets[_i].ethertype, packets[_i].ip_len, packets[_i].protocol,
				 packets[_i].from, packets[_i].to);

	ck_assert_uint_le(len, PORT_TALLY_SNAPLEN);
	ck_assert_uint_eq(port_tally_port(ports, 2, slice_of(packet, len)), packets[_i].found);
	ck_assert_uint_eq(port_tally_port(ports, 0, slice_of(packet, len)), 0);
	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *copy = malloc(cut + 1); /* a reader beyond it is found by the sanitizer */

		memcpy(copy + 1, packet, cut);
		ck_assert_uint_eq(port_tally_port(ports, 2, slice_of(copy + 1, cut)), 0);
		free(copy);
	}
}
END_TEST

START_TEST(a_later_fragment_has_no_ports)
{
	static const uint16_t ports[] = {25, 143};
	uint8_t packet[200];
	size_t len = make_packet(packet, 0x0800, 20, 6, 25, 50000);

	packet[26] = 0x20; /* more come */
	ck_assert_uint_eq(port_tally_port(ports, 2, slice_of(packet, len)), 25);
	packet[27] = 0x01;
	ck_assert_uint_eq(port_tally_port(ports, 2, slice_of(packet, len)), 0);
}
END_TEST

static const struct {
	uint32_t before;
	uint32_t now;
	int64_t elapsed_ns;
	uint64_t rate;
} rates[] = {
	{0, 0, CLOCK_NS_PER_S, 0},
	{100, 150, CLOCK_NS_PER_S / 2, 100},
	{UINT32_MAX - 9, 10, CLOCK_NS_PER_S, 20}, /* the counter began anew */
	{0, UINT32_MAX, CLOCK_NS_PER_S / 2, UINT64_C(8589934590)},
	{0, 3, 2 * CLOCK_NS_PER_S, 2},
	{0, 3, 0, 0},
};

START_TEST(rates_are_of_a_second)
{
	ck_assert_uint_eq(port_tally_rate(rates[_i].before, rates[_i].now, rates[_i].elapsed_ns), rates[_i].rate);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, ports_are_counted_each_and_told_in_their_order);
	tcase_add_test(t, what_was_longer_ago_is_forgotten_second_by_second);
	tcase_add_test(t, more_ports_than_have_places_wait_until_one_is_free);
	tcase_add_loop_test(t, the_mail_port_is_the_servers_where_the_packet_is_whole, 0,
			    sizeof(packets) / sizeof(packets[0]));
	tcase_add_test(t, a_later_fragment_has_no_ports);
	tcase_add_loop_test(t, rates_are_of_a_second, 0, sizeof(rates) / sizeof(rates[0]));
}
