/* Any bytes as a packet of any link layer; what is found lies within the packet. */
#include <assert.h>

#include "packet/dissect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int links[] = {0, 1, 9, 101, 108, 113, 228, 229, 276, 147};
	struct slice packet = slice_after(slice_of(data, size), 1);
	struct dissect_layers layers = {0};
	struct tcp_segment s = {0};
	enum dissect_result result;
	struct slice value;

	result = dissect_packet(links[size > 0 ? data[0] % 10 : 0], packet, &s, NULL, &layers);
	if (result == DISSECT_TCP || result == DISSECT_UDP) {
		assert(s.payload.len <= s.payload_len && s.options.len <= 40);
		assert(s.payload.len == 0 ||
		       (s.payload.data > packet.data && s.payload.data + s.payload.len <= packet.data + packet.len));
		for (enum segment_option kind = 0; kind <= SEGMENT_OPTION_TIMESTAMPS; kind++)
			assert(!segment_find_option(&s, kind, &value) || value.len <= 38);
	}
	for (size_t i = 0; i < layers.count; i++)
		assert(layers.layer[i].offset + layers.layer[i].len <= packet.len);
	return 0;
}
