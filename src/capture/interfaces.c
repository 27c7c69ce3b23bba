#include "capture/interfaces.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "capture/port_tally.h"
#include "capture/source.h"
#include "packet/layers.h"

enum {
	BUFFER_MIB = 2,
	PACKETS_MAX = 20000,   /* counted at a time: keys are read in between */
	READ_NS_MIN = 1000000, /* a rate over less would say nothing */
};

_Static_assert(INTERFACE_ROW_NAME_SIZE == IFNAMSIZ, "a row holds the name of an interface");

/* What is remembered of an interface. */
struct known {
	unsigned int index; /* another one: it was made anew under the same name */
	uint32_t packets;
	uint32_t bytes;
	int64_t read_ns;
	uint64_t packet_rate;
	uint64_t byte_rate;
	struct port_tally tally;
};

struct interfaces {
	struct name_table *names;
	struct source *source;
	uint16_t ports[PROTOCOLS * PORTS_PER_PROTOCOL];
	size_t port_count;
	struct known known[NAME_TABLE_MAX + 1]; /* by the number of the name */
};

bool interfaces_are_several(void)
{
	struct ifaddrs *all;
	size_t count = 0;

	if (getifaddrs(&all) != 0)
		return false;
	for (const struct ifaddrs *at = all; at != NULL; at = at->ifa_next)
		/* one entry of each has the statistics */
		if (at->ifa_data != NULL && (at->ifa_flags & IFF_UP) && !(at->ifa_flags & IFF_LOOPBACK))
			count++;
	freeifaddrs(all);
	return count >= 2;
}

struct interfaces *interfaces_open(const struct ports *ports, struct error *err)
{
	struct interfaces *all = mem_zalloc(sizeof(*all));
	struct source_options options = {.buffer_mib = BUFFER_MIB, .snaplen = PORT_TALLY_SNAPLEN, .keeps_filter = true};

	options.interfaces = all->names = name_table_new();
	all->port_count = ports_all(ports, all->ports);
	all->source = source_open_live("any", &options, all->ports, all->port_count, err);
	if (all->source != NULL)
		return all;
	interfaces_free(all);
	return NULL;
}

void interfaces_free(struct interfaces *all)
{
	if (all == NULL)
		return;
	source_free(all->source);
	name_table_free(all->names);
	free(all);
}

static void count_packet(struct interfaces *all, const struct source_packet *packet, int64_t now_ns)
{
	uint16_t port = 0;

	if (packet->record.link_type == LINKTYPE_LINUX_SLL2)
		port = port_tally_port(all->ports, all->port_count, packet->bytes);
	if (port != 0)
		port_tally_add(&all->known[packet->record.interface].tally, port, now_ns);
}

void interfaces_collect(struct interfaces *all)
{
	int64_t now_ns = clock_monotonic_ns();
	struct source_packet packet;
	struct error err;

	for (int i = 0; i < PACKETS_MAX && source_read(all->source, &packet, &err) == SOURCE_PACKET; i++)
		count_packet(all, &packet, now_ns);
}

static void update_rates(struct known *k, const char *name, const struct rtnl_link_stats *stats, int64_t now_ns)
{
	unsigned int index = if_nametoindex(name);
	uint32_t packets = stats->rx_packets + stats->tx_packets;
	uint32_t bytes = stats->rx_bytes + stats->tx_bytes;
	int64_t elapsed_ns = now_ns - k->read_ns;

	if (k->index == index && elapsed_ns < READ_NS_MIN)
		return;
	if (k->index == index) {
		k->packet_rate = port_tally_rate(k->packets, packets, elapsed_ns);
		k->byte_rate = port_tally_rate(k->bytes, bytes, elapsed_ns);
	} else {
		*k = (struct known){.index = index, .tally = k->tally};
	}
	k->packets = packets;
	k->bytes = bytes;
	k->read_ns = now_ns;
}

static void fill_row(struct interfaces *all, const struct ifaddrs *at, int64_t now_ns, struct interface_row *row)
{
	uint16_t number = name_table_add(all->names, slice_from_text(at->ifa_name));
	struct known *k = &all->known[number];

	*row = (struct interface_row){.state = !(at->ifa_flags & IFF_UP)	? INTERFACE_ROW_DOWN
					       : !(at->ifa_flags & IFF_RUNNING) ? INTERFACE_ROW_NO_CARRIER
										: INTERFACE_ROW_UP};
	snprintf(row->name, sizeof(row->name), "%s", at->ifa_name);
	if (number == 0) /* more of them than are remembered */
		return;
	update_rates(k, at->ifa_name, at->ifa_data, now_ns);
	row->packets = k->packet_rate;
	row->bytes = k->byte_rate;
	port_tally_fill(&k->tally, row, now_ns);
}

/* The address as text; false: it is of no use to know it. */
static bool address_text(const struct sockaddr *address, char out[INET6_ADDRSTRLEN])
{
	if (address == NULL)
		return false;
	if (address->sa_family == AF_INET)
		return inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, out,
				 INET6_ADDRSTRLEN) != NULL;
	if (address->sa_family == AF_INET6) {
		const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;

		return !IN6_IS_ADDR_LINKLOCAL(v6) && inet_ntop(AF_INET6, v6, out, INET6_ADDRSTRLEN) != NULL;
	}
	return false;
}

/* An address has the name of its interface, or a label that begins with it: "eth0:1". */
static void add_address(const struct ifaddrs *at, struct interface_row *rows, size_t count)
{
	size_t len = strcspn(at->ifa_name, ":");
	char text[INET6_ADDRSTRLEN];

	if (!address_text(at->ifa_addr, text))
		return;
	for (size_t i = 0; i < count; i++) {
		char *to = rows[i].addresses;
		size_t used = strlen(to);

		if (strlen(rows[i].name) == len && memcmp(rows[i].name, at->ifa_name, len) == 0 &&
		    used + 1 + strlen(text) < sizeof(rows[i].addresses))
			snprintf(to + used, sizeof(rows[i].addresses) - used, "%s%s", used > 0 ? " " : "", text);
	}
}

size_t interfaces_read(struct interfaces *all, struct interface_row *rows, size_t max)
{
	int64_t now_ns = clock_monotonic_ns();
	struct ifaddrs *found;
	size_t count = 0;

	if (getifaddrs(&found) != 0)
		return 0;
	for (const struct ifaddrs *at = found; at != NULL && count < max; at = at->ifa_next)
		if (at->ifa_data != NULL)
			fill_row(all, at, now_ns, &rows[count++]);
	for (const struct ifaddrs *at = found; at != NULL; at = at->ifa_next)
		add_address(at, rows, count);
	freeifaddrs(found);
	return count;
}
