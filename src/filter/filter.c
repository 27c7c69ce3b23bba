#include "filter/filter.h"

#include <assert.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	FILTER_SNAPLEN = 262144,
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_RAW_OPENBSD = 14, /* its DLT_RAW, which has found its way into files */
	LINKTYPE_RAW = 101,
	IPV4_HEADER_LEN = 20,
	IPV6_HEADER_LEN = 40,
	TCP_HEADER_LEN = 20,
	IP_PROTOCOL_TCP = 6,
};

struct filter {
	struct bpf_program program;
};

/* Where LINKTYPE_ and DLT_ differ on this system (libpcap's pcap-common.c); DLT_ values differ between systems. */
static const struct {
	int link_type;
	int dlt;
} differing[] = {
	{LINKTYPE_RAW, DLT_RAW}, {100, DLT_ATM_RFC1483}, {102, DLT_SLIP_BSDOS},
	{103, DLT_PPP_BSDOS},	 {106, DLT_ATM_CLIP},	 {LINKTYPE_RAW_OPENBSD, DLT_RAW},
};

int filter_dlt_from_linktype(int link_type)
{
	for (size_t i = 0; i < sizeof(differing) / sizeof(differing[0]); i++)
		if (differing[i].link_type == link_type)
			return differing[i].dlt;
	return link_type;
}

int filter_linktype_from_dlt(int dlt)
{
	for (size_t i = 0; i < sizeof(differing) / sizeof(differing[0]); i++)
		if (differing[i].dlt == dlt)
			return differing[i].link_type;
	return dlt;
}

struct filter *filter_compile(const char *expression, int link_type, struct error *err)
{
	pcap_t *dead = pcap_open_dead(filter_dlt_from_linktype(link_type), FILTER_SNAPLEN);
	struct filter *f;

	if (dead == NULL) {
		error_set(err, "no filters for packets of link type %d", link_type);
		return NULL;
	}
	f = mem_zalloc(sizeof(*f));
	if (pcap_compile(dead, &f->program, expression, 1, PCAP_NETMASK_UNKNOWN) != 0) {
		error_set(err, "%s", pcap_geterr(dead));
		free(f);
		f = NULL;
	}
	pcap_close(dead);
	return f;
}

void filter_free(struct filter *f)
{
	if (f == NULL)
		return;
	pcap_freecode(&f->program);
	free(f);
}

bool filter_matches(const struct filter *f, struct slice packet, size_t wire_len)
{
	return bpf_filter(f->program.bf_insns, packet.data, (unsigned int)wire_len, (unsigned int)packet.len) != 0;
}

const struct bpf_program *filter_program(const struct filter *f)
{
	return &f->program;
}

/* Text that is cut short stays NUL-terminated; `overflow` remembers it. */
struct expression {
	char *out;
	size_t size;
	size_t len;
	bool overflow;
};

static void put(struct expression *e, const char *text)
{
	size_t len = strlen(text);

	if (len >= e->size - e->len) {
		e->overflow = true;
		return;
	}
	memcpy(e->out + e->len, text, len + 1);
	e->len += len;
}

/* Mail by its ports; what has no port because it is the rest of a fragmented packet; names of the hosts. */
static void put_wanted(struct expression *e, const uint16_t *ports, size_t port_count)
{
	put(e, "udp src port 53 or ");
	if (port_count > 0) {
		put(e, "tcp port (");
		for (size_t i = 0; i < port_count; i++) {
			char word[16];

			snprintf(word, sizeof(word), "%s%u", i > 0 ? " or " : "", (unsigned int)ports[i]);
			put(e, word);
		}
		put(e, ") or ");
	}
	put(e, "ip[6:2] & 0x1fff != 0 or ip6 proto 44");
}

bool filter_from_ports(char *out, size_t size, const uint16_t *ports, size_t port_count, int link_type)
{
	struct expression e = {.out = out, .size = size};
	/* Each `vlan` moves where libpcap looks for all that is written after it: an untagged packet's tests come
	 * first, then those after one tag, then those after two (QinQ). */
	int tags = link_type == LINKTYPE_ETHERNET ? 2 : 0;

	if (size == 0)
		return false;
	out[0] = '\0';
	put_wanted(&e, ports, port_count);
	for (int i = 0; i < tags; i++) {
		put(&e, " or (vlan and (");
		put_wanted(&e, ports, port_count);
	}
	for (int i = 0; i < tags; i++)
		put(&e, "))");
	return !e.overflow;
}

static void put_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Headers of an empty TCP segment (ACK) from `from` to `to`; returns their length. */
static size_t build_packet(uint8_t packet[IPV6_HEADER_LEN + TCP_HEADER_LEN], size_t address_len, const uint8_t *from,
			   const uint8_t *to, uint16_t from_port, uint16_t to_port)
{
	size_t ip_len = address_len == 4 ? IPV4_HEADER_LEN : IPV6_HEADER_LEN;
	uint8_t *addresses = packet + ip_len - 2 * address_len;
	uint8_t *tcp = packet + ip_len;

	memset(packet, 0, ip_len + TCP_HEADER_LEN);
	if (address_len == 4) {
		packet[0] = 0x45;
		put_u16(packet + 2, IPV4_HEADER_LEN + TCP_HEADER_LEN);
		packet[8] = 64;
		packet[9] = IP_PROTOCOL_TCP;
	} else {
		packet[0] = 0x60;
		put_u16(packet + 4, TCP_HEADER_LEN);
		packet[6] = IP_PROTOCOL_TCP;
		packet[7] = 64;
	}
	memcpy(addresses, from, address_len);
	memcpy(addresses + address_len, to, address_len);
	put_u16(tcp, from_port);
	put_u16(tcp + 2, to_port);
	tcp[12] = 5 << 4;
	tcp[13] = 0x10;
	return ip_len + TCP_HEADER_LEN;
}

bool filter_matches_flow(const struct filter *f, const struct filter_flow *flow)
{
	uint8_t packet[IPV6_HEADER_LEN + TCP_HEADER_LEN];
	size_t len;

	assert(flow->address_len == 4 || flow->address_len == 16);
	len = build_packet(packet, flow->address_len, flow->client_address, flow->server_address, flow->client_port,
			   flow->server_port);
	if (filter_matches(f, slice_of(packet, len), len))
		return true;
	len = build_packet(packet, flow->address_len, flow->server_address, flow->client_address, flow->server_port,
			   flow->client_port);
	return filter_matches(f, slice_of(packet, len), len);
}

void filter_link_name(int link_type, char *out, size_t size)
{
	const char *name = pcap_datalink_val_to_description(filter_dlt_from_linktype(link_type));

	if (name != NULL)
		snprintf(out, size, "%s", name);
	else
		snprintf(out, size, "link type %d", link_type);
}
