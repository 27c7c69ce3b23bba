/*
 * filter: capture and display filters in tcpdump syntax, compiled by libpcap, run by bpf_filter.
 *
 * pcap_compile may ask the resolver for names and takes a lock of libpcap's own: compile only on the main thread before
 * the others start, or on the helper thread. A compiled filter is constant and may be run on any thread.
 */
#ifndef FILTER_FILTER_H
#define FILTER_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/slice.h"

struct filter;

/* `link_type` is a LINKTYPE_ value as in a file header. An error's text is libpcap's own. */
struct filter *filter_compile(const char *expression, int link_type, struct error *err);
void filter_free(struct filter *f);
bool filter_matches(const struct filter *f, struct slice packet, size_t wire_len);

struct bpf_program;
const struct bpf_program *filter_program(const struct filter *f);

/*
 * The expression of the default capture filter for these TCP ports: mail, later fragments, DNS answers; after VLAN
 * tags only on Ethernet, and that branch last. Writes a NUL-terminated text; false when `size` is too small.
 */
bool filter_from_ports(char *out, size_t size, const uint16_t *ports, size_t port_count, int link_type);

/* An endpoint pair as a display filter sees it. Addresses are 4 or 16 bytes. */
struct filter_flow {
	const uint8_t *client_address;
	const uint8_t *server_address;
	size_t address_len;
	uint16_t client_port;
	uint16_t server_port;
};

/* Whether a display filter, compiled for LINKTYPE_RAW (101), passes a TCP packet in either direction of this flow. */
bool filter_matches_flow(const struct filter *f, const struct filter_flow *flow);

/* "Ethernet", "Linux cooked v1": what libpcap calls it; "link type 147" where it has no name. */
void filter_link_name(int link_type, char *out, size_t size);

/* LINKTYPE_ of a file header to libpcap's DLT_ and back; equal but for a few. */
int filter_dlt_from_linktype(int link_type);
int filter_linktype_from_dlt(int dlt);

#endif
