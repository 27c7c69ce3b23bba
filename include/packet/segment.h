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

struct tcp_segment {
	struct segment_address source;
	struct segment_address destination;
	bool is_ipv6;
	uint8_t ttl;	/* or hop limit */
	uint16_t ip_id; /* 0 for IPv6 */
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t seq;
	uint32_t ack;
	uint16_t window; /* not scaled */
	uint8_t flags;	 /* enum segment_flag */
	struct slice options;
	struct slice payload; /* as far as it was captured */
	uint32_t payload_len; /* as the IP header says; more than payload.len when the packet was cut short */
};

/* Kinds of TCP options that are shown (RFC 9293 section 3.2, RFC 7323, RFC 2018). */
enum segment_option {
	SEGMENT_OPTION_MSS = 2,
	SEGMENT_OPTION_WINDOW_SCALE = 3,
	SEGMENT_OPTION_SACK_PERMITTED = 4,
	SEGMENT_OPTION_SACK = 5,
	SEGMENT_OPTION_TIMESTAMPS = 8,
};

/* Whether an option of this kind stands in the header; `*value` becomes its bytes behind kind and length. */
bool segment_find_option(const struct tcp_segment *s, enum segment_option kind, struct slice *value);

#endif
