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
	struct name_table *names = name_table_new();
	unsigned int sum = 0;

	savefile_name_interfaces(s, names);
	while ((status = savefile_read(s, &packet, &err)) == SOURCE_PACKET) {
		assert(packet.record.time_ns >= 0 && packet.record.time_ns <= PACKET_TIME_MAX);
		assert(packet.record.caplen == packet.bytes.len && packet.bytes.len <= PACKET_SNAPLEN);
		assert(packet.record.wire_len >= packet.record.caplen);
		for (size_t i = 0; i < packet.bytes.len; i++)
			sum += packet.bytes.data[i];
		assert(name_table_text(names, packet.record.interface) != NULL || packet.record.interface == 0);
		assert(savefile_secrets(s).len <= size);
		savefile_wipe_secrets(s);
		assert(savefile_secrets(s).len == 0);
	}
	assert(status != SOURCE_IDLE);
	savefile_free(s);
	name_table_free(names);
	return (int)(sum & 0);
}
