/* Any bytes as a packet of any link layer; a fragment as the only one. What is found lies within the packet. */
#include <assert.h>

#include "packet/dissect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice packet = slice_after(slice_of(data, size), 2);
	int link = size > 2 ? data[0] | (data[1] & 1) << 8 : 0;
	struct fragments *f = fragments_new();
	struct dissect_layers layers = {0};
	struct fragment part;
	struct tcp_segment s;
	enum dissect_result result = dissect_packet(link, packet, &s, &part, &layers);

	for (size_t i = 0; i < layers.count; i++)
		assert(layers.layer[i].offset + layers.layer[i].len <= packet.len);
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
