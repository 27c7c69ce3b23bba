/*
 * acknowledgement: what a segment says of the other side's bytes: how far they have come, and whether there is room for
 * more. Internal to the flow layer.
 */
#ifndef FLOW_ACKNOWLEDGEMENT_H
#define FLOW_ACKNOWLEDGEMENT_H

#include "flow/stream.h"
#include "packet/segment.h"

/* How far the peer's stream was received. Returns that offset if it is not delivered so far, as what the segment's own
 * bytes must wait for; else 0. */
uint64_t acknowledgement_take(struct stream *peer, const struct tcp_segment *s);

/* Counts what a sender sees: acknowledgements that say the same again (RFC 5681 section 2), a window that is closed.
 * `stream` is the side's that acknowledges. Returns whether its window was closed by this, or opened. */
bool acknowledgement_note(struct stream *stream, const struct stream *peer, const struct tcp_segment *s,
			  int64_t time_ns);

#endif
