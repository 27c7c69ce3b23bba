/*
 * segment: a TCP segment as the headers of a packet describe it. A value; its slices point into the packet.
 */
#ifndef PACKET_SEGMENT_H
#define PACKET_SEGMENT_H

#include <stdbool.h>

#include "base/slice.h"

/* The control bits of RFC 9293 section 3.1, as they stand in the header. */
enum segment_flag {
	SEGMENT_FIN = 0x01,
	SEGMENT_SYN = 0x02,
	SEGMENT_RST = 0x04,
	SEGMENT_PSH = 0x08,
	SEGMENT_ACK = 0x10,
	SEGMENT_URG = 0x20,
	SEGMENT_ECE = 0x40,
	SEGMENT_CWR = 0x80,
};

/* An IPv4 address stands in the first four bytes, the others are 0. */
struct segment_address {
	uint8_t bytes[16];
};

/* What the checksum of a segment says about its bytes. */
enum segment_checksum {
	SEGMENT_CHECKSUM_UNKNOWN, /* cut short, or left to the device: the field holds the pseudo-header's sum, or 0 */
	SEGMENT_CHECKSUM_GOOD,
	SEGMENT_CHECKSUM_BAD,
};

/* How the segment was carried, when not by IP alone: the innermost tunnel. */
enum segment_tunnel_kind {
	SEGMENT_TUNNEL_NONE,
	SEGMENT_TUNNEL_IP, /* IP in IP, 6in4 */
	SEGMENT_TUNNEL_GRE,
	SEGMENT_TUNNEL_ERSPAN,
	SEGMENT_TUNNEL_VXLAN,
	SEGMENT_TUNNEL_GENEVE,
	SEGMENT_TUNNEL_GTP,
	SEGMENT_TUNNEL_TEREDO,
	SEGMENT_TUNNEL_OTHER,
	SEGMENT_TUNNELS
};

struct segment_tunnel {
	struct segment_address source;
	struct segment_address destination;
	uint32_t id;  /* VNI, TEID, GRE key, ERSPAN session; 0: none */
	uint8_t kind; /* enum segment_tunnel_kind */
	bool is_ipv6;
};

/* Addresses of the same bytes mean the same end point within one of these. */
struct segment_space {
	uint8_t is_ipv6;
	uint8_t observer; /* who captured it: what several did stays apart */
};

struct tcp_segment {
	struct segment_address source;
	struct segment_address destination;
	bool is_ipv6;
	uint8_t observer; /* 0, or what the caller of the dissector sets */
	bool is_whole;	  /* routers must not fragment it: DF, or IPv6 */
	uint8_t ttl;	  /* or hop limit */
	uint16_t ip_id;	  /* 0 for IPv6 */
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t seq;
	uint32_t ack;
	uint16_t window;  /* not scaled */
	uint8_t flags;	  /* enum segment_flag */
	uint8_t checksum; /* enum segment_checksum */
	struct segment_tunnel tunnel;
	struct slice options;
	struct slice payload; /* as far as it was captured */
	uint32_t payload_len; /* as the IP header says; more than payload.len when the packet was cut short */
};

static inline struct segment_space segment_space(const struct tcp_segment *s)
{
	return (struct segment_space){.is_ipv6 = s->is_ipv6, .observer = s->observer};
}

static inline bool segment_same_space(struct segment_space a, struct segment_space b)
{
	return a.is_ipv6 == b.is_ipv6 && a.observer == b.observer;
}

/* Kinds of TCP options that are shown (RFC 9293 section 3.2, RFC 7323, RFC 2018). */
enum segment_option {
	SEGMENT_OPTION_MSS = 2,
	SEGMENT_OPTION_WINDOW_SCALE = 3,
	SEGMENT_OPTION_SACK_PERMITTED = 4,
	SEGMENT_OPTION_SACK = 5,
	SEGMENT_OPTION_TIMESTAMPS = 8,
};

/* Whether an option of this kind stands in the header; `*value` becomes its bytes after kind and length. */
bool segment_find_option(const struct tcp_segment *s, enum segment_option kind, struct slice *value);

/* "gre", "vxlan", ...: for records and screens; NULL for none. */
const char *segment_tunnel_name(enum segment_tunnel_kind kind);

#endif
