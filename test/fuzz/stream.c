/* Any segments of a few connections; what is delivered follows on what was delivered, without a hole. The first byte
 * has options. */
#include <assert.h>

#include "stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct flow_limits limits = {.unanswered = 1, .half_open = 1, .done = 1, .counts_memory = true};
	struct fuzz_streams streams = {.ignore_after = size > 0 ? data[0] >> 2 : 0};
	struct flow_packet p = {.time_ns = CLOCK_NS_PER_S};
	struct flow_verdict verdict;

	streams.table = flow_table_new(&fuzz_flow_events, &streams);
	if (size > 0 && data[0] & 1)
		flow_table_note_anomalies(streams.table);
	if (size > 0 && data[0] & 2)
		flow_table_limit(streams.table, &limits);
	for (struct slice in = slice_after(slice_of(data, size), 1); in.len >= 8; in = slice_after(in, 8)) {
		struct tcp_segment s = fuzz_segment(in.data);

		p.number += 1 + (in.data[7] & 0x40) + (in.data[6] & 0x40) * 8U;
		p.time_ns += (in.data[7] & 0x3f) * CLOCK_NS_PER_MS - (in.data[7] & 0x80) * CLOCK_NS_PER_US;
		p.time_ns += in.data[6] & 0x80 ? (in.data[7] & 0x3f) * 4 * CLOCK_NS_PER_S : 0;
		p.place = s.payload.len > 0 ? in.data[2] + 1U : EXTENT_MISSING;
		flow_table_feed(streams.table, &s, &p, &verdict);
		flow_table_open_memory(streams.table);
		flow_table_other_memory(streams.table);
	}
	flow_table_end_all(streams.table);
	assert(flow_table_count(streams.table) == 0);
	flow_table_free(streams.table);
	assert(streams.holds == 0);
	return 0;
}
