#include "packet/dissect.h"

#include <assert.h>

#include "packet/ip.h"
#include "packet/link.h"

enum dissect_result dissect_packet(int link_type, struct slice packet, struct tcp_segment *segment,
				   struct fragment *fragment, struct dissect_layers *layers)
{
	struct cursor c = {
		.rest = packet, .len = CURSOR_LEN_UNKNOWN, .layers = layers, .segment = segment, .fragment = fragment};

	assert(packet.len <= UINT32_MAX);
	segment->tunnel = (struct segment_tunnel){.kind = SEGMENT_TUNNEL_NONE};
	segment->observer = 0;
	segment->checksum = SEGMENT_CHECKSUM_UNKNOWN;
	return link_read(&c, link_type);
}

void dissect_ahead(int link_type, struct slice packet, struct dissected *found)
{
	found->result = dissect_packet(link_type, packet, &found->segment, NULL, NULL);
}

enum dissect_result dissect_payload(const struct fragment *whole, struct slice payload, struct tcp_segment *segment,
				    struct fragment *fragment)
{
	struct cursor c = {.rest = payload,
			   .len = payload.len,
			   .is_rerouted = whole->is_rerouted,
			   .segment = segment,
			   .fragment = fragment};

	segment->source = whole->source;
	segment->destination = whole->destination;
	segment->is_ipv6 = whole->is_ipv6;
	segment->ttl = whole->ttl;
	segment->ip_id = whole->is_ipv6 ? 0 : (uint16_t)whole->id;
	segment->tunnel = whole->tunnel;
	segment->is_whole = false; /* it was fragmented */
	segment->checksum = SEGMENT_CHECKSUM_UNKNOWN;
	return ip_read_payload(&c, whole->protocol);
}

const char *dissect_name(enum dissect_result result)
{
	static const char *const names[DISSECT_RESULTS] = {
		[DISSECT_TCP] = "tcp",
		[DISSECT_UDP] = "udp",
		[DISSECT_ICMP] = "icmp",
		[DISSECT_OTHER_TRANSPORT] = "other_transport",
		[DISSECT_NOT_IP] = "not_ip",
		[DISSECT_FRAGMENT] = "fragment",
		[DISSECT_CUT] = "cut_short",
		[DISSECT_MALFORMED] = "malformed",
		[DISSECT_UNKNOWN_LINK] = "unknown_link_type",
		[DISSECT_TOO_DEEP] = "too_deep",
		[DISSECT_ENCRYPTED] = "encrypted",
	};

	assert(result < DISSECT_RESULTS);
	return names[result];
}
