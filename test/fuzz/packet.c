/* Any bytes as a packet of any link layer; a fragment as the only one. What is found lies within the packet, and so do
 * the fields that are shown of it. */
#include <assert.h>

#include "packet/checksum.h"
#include "packet/fields.h"
#include "packet/icmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_field(void *ctx, const struct packet_field *field)
{
	const struct slice *packet = ctx;

	assert(field->offset <= packet->len && field->len <= packet->len - field->offset);
	assert(field->name != NULL && field->value != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice packet = slice_after(slice_of(data, size), 2);
	int link = size > 2 ? data[0] | (data[1] & 1) << 8 : 0;
	struct fragments *f = fragments_new();
	struct dissect_layers layers = {0};
	struct fragment part;
	struct icmp_error error;
	struct tcp_segment s;
	enum dissect_result result = dissect_packet(link, packet, &s, &part, &layers);

	for (size_t i = 0; i < layers.count; i++)
		assert(layers.layer[i].offset + layers.layer[i].len <= packet.len);
	fields_describe(packet, &layers,
			&(struct fields_about){.result = result,
					       .segment = &s,
					       .fragment = &part,
					       .window_scale = size > 1 ? (data[1] >> 1) % 16 - 1 : -1},
			check_field, &packet);
	assert(dissect_name(result) != NULL);
	icmp_read(packet, size > 1 && data[1] & 2, &error);
	if (result == DISSECT_ICMP)
		icmp_read(s.payload, s.is_ipv6, &error);
	part.offset = 0;
	part.is_last = true;
	if (result == DISSECT_FRAGMENT && fragments_add(f, &part, 0, &packet, &part))
		result = dissect_payload(&part, packet, &s, &part);
	if (result == DISSECT_TCP || result == DISSECT_UDP)
		assert(s.payload.len <= s.payload_len && s.payload.len <= packet.len);
	if (s.payload.len > 0 && (result == DISSECT_TCP || result == DISSECT_UDP))
		assert(s.payload.data >= packet.data && s.payload.data + s.payload.len <= packet.data + packet.len);
	fragments_free(f);
	return 0;
}
