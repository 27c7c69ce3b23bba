/* Any bytes as a capture file; what comes out must lie within bounds. */
#include <assert.h>

#include "capture/savefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct savefile *s = savefile_new(input_new_memory(slice_of(data, size)));
	struct source_packet packet;
	struct error err;
	enum source_status status;
	unsigned int sum = 0;

	while ((status = savefile_read(s, &packet, &err)) == SOURCE_PACKET) {
		assert(packet.record.time_ns >= 0 && packet.record.time_ns <= PACKET_TIME_MAX);
		assert(packet.record.caplen == packet.bytes.len && packet.bytes.len <= PACKET_SNAPLEN);
		assert(packet.record.wire_len >= packet.record.caplen);
		for (size_t i = 0; i < packet.bytes.len; i++)
			sum += packet.bytes.data[i];
	}
	assert(status != SOURCE_IDLE);
	savefile_free(s);
	return (int)(sum & 0);
}
