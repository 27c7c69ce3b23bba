/*
 * payload: what becomes of a segment's bytes: new, seen before, cut short, too early, or not to be believed. Internal
 * to the flow layer.
 */
#ifndef FLOW_PAYLOAD_H
#define FLOW_PAYLOAD_H

#include "flow/table.h"

/* Whether what stands at `place` differs from what the stream has there, and where: at most that far. Of a hostile side
 * nobody asks. */
bool payload_differs(struct flow_table *t, struct stream *s, uint64_t offset, uint64_t place, size_t len,
		     struct stream_range *where);

/* The segment's payload, whose first byte is at `offset`, goes to the stream of v->side; the verdict tells what it was.
 * `needs`: how much of the other side's stream must be delivered before. Bytes before the stream's first known one are
 * left out. Returns the offset after the payload; -1 when all of it is before. The flow may then be ignored, or its
 * sides, and v->side, swapped. */
int64_t payload_take(struct flow_table *t, struct flow *f, const struct tcp_segment *s, const struct flow_packet *p,
		     int64_t offset, uint64_t needs, struct flow_verdict *v);

/* Keeps the bytes of a segment that is not believed; nothing of its header counts but where they would belong. */
void payload_set_aside(struct flow_table *t, struct stream *stream, const struct tcp_segment *s, uint32_t seq,
		       const struct flow_packet *p);

#endif
