#include "capture/port_tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "packet/bytes.h"

enum {
	SLL2_HEADER_LEN = 20, /* the protocol is its first member */
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	IPV4_HEADER_LEN = 20,
	IPV4_PROTOCOL_AT = 9,
	IPV6_HEADER_LEN = 40,
	IPV6_PROTOCOL_AT = 6,
	IP_PROTOCOL_TCP = 6,
	PORTS_LEN = 4,
};

static uint32_t sum_of(const struct port_tally_place *p)
{
	uint32_t sum = 0;

	for (int i = 0; i < INTERFACE_ROW_SECONDS; i++)
		sum += p->packets[i];
	return sum;
}

static void begin_second(struct port_tally *t, int64_t second)
{
	for (int i = 0; i < INTERFACE_ROW_PORTS; i++) {
		struct port_tally_place *p = &t->places[i];

		p->packets[second % INTERFACE_ROW_SECONDS] = 0;
		if (p->port != 0 && sum_of(p) == 0)
			p->port = 0;
	}
}

/* Forgets what is too long ago. */
static void advance(struct port_tally *t, int64_t now_ns)
{
	int64_t second = now_ns / CLOCK_NS_PER_S;

	if (second - t->second >= INTERFACE_ROW_SECONDS) {
		memset(t->places, 0, sizeof(t->places));
		t->second = second;
	}
	while (t->second < second)
		begin_second(t, ++t->second);
}

void port_tally_add(struct port_tally *t, uint16_t port, int64_t now_ns)
{
	struct port_tally_place *free_place = NULL;

	advance(t, now_ns);
	for (int i = 0; i < INTERFACE_ROW_PORTS; i++) {
		struct port_tally_place *p = &t->places[i];

		if (p->port == port) {
			p->packets[t->second % INTERFACE_ROW_SECONDS]++;
			return;
		}
		if (p->port == 0 && free_place == NULL)
			free_place = p;
	}
	if (free_place == NULL)
		return;
	free_place->port = port;
	free_place->packets[t->second % INTERFACE_ROW_SECONDS] = 1;
}

static int compare_ports(const void *a, const void *b)
{
	const struct interface_row_port *first = a;
	const struct interface_row_port *second = b;

	return first->port - second->port;
}

void port_tally_fill(struct port_tally *t, struct interface_row *row, int64_t now_ns)
{
	advance(t, now_ns);
	row->port_count = 0;
	for (int i = 0; i < INTERFACE_ROW_PORTS; i++)
		if (t->places[i].port != 0)
			row->ports[row->port_count++] =
				(struct interface_row_port){t->places[i].port, sum_of(&t->places[i])};
	qsort(row->ports, row->port_count, sizeof(row->ports[0]), compare_ports);
}

/* The two ports of a TCP packet; empty: it is none, or was cut. */
static struct slice find_ports(struct slice packet)
{
	struct slice ip = slice_after(packet, SLL2_HEADER_LEN);
	uint16_t protocol = packet.len >= SLL2_HEADER_LEN ? bytes_u16(packet.data) : 0;
	size_t len = 0;

	if (protocol == ETHERTYPE_IPV4 && ip.len >= IPV4_HEADER_LEN && ip.data[IPV4_PROTOCOL_AT] == IP_PROTOCOL_TCP &&
	    (bytes_u16(ip.data + 6) & 0x1fff) == 0) /* no later fragment */
		len = (size_t)(ip.data[0] & 0x0f) * 4;
	else if (protocol == ETHERTYPE_IPV6 && ip.len >= IPV6_HEADER_LEN &&
		 ip.data[IPV6_PROTOCOL_AT] == IP_PROTOCOL_TCP)
		len = IPV6_HEADER_LEN;
	return len >= IPV4_HEADER_LEN ? slice_sub(ip, len, PORTS_LEN) : slice_of(NULL, 0);
}

uint16_t port_tally_port(const uint16_t *ports, size_t count, struct slice packet)
{
	struct slice both = find_ports(packet);
	uint16_t found = 0;

	if (both.len < PORTS_LEN)
		return 0;
	for (size_t i = 0; i < count; i++) {
		if (ports[i] == bytes_u16(both.data + 2))
			return ports[i];
		if (ports[i] == bytes_u16(both.data))
			found = ports[i];
	}
	return found;
}

uint64_t port_tally_rate(uint32_t before, uint32_t now, int64_t elapsed_ns)
{
	uint32_t counted = now - before;

	return elapsed_ns > 0 ? (uint64_t)((double)counted * (double)CLOCK_NS_PER_S / (double)elapsed_ns + 0.5) : 0;
}
