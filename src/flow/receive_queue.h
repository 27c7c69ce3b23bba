/*
 * receive_queue: which copy of a byte the receiver took, where copies differ. Internal to the flow layer.
 *
 * TCP does not say (RFC 9293 section 3.10.7.4), so this does as Linux does (net/ipv4/tcp_input.c, tcp_data_queue and
 * tcp_data_queue_ofo). What is in order is read at once: of a segment that begins before what comes next, the bytes
 * after that, whatever waits there. Segments that come too early wait in a tree by where they begin. One that another
 * holds is dropped, one that begins where another does and is longer takes its place, and those that it holds are
 * dropped; one that begins where another ends is joined to that, if the search for its place meets it and its bytes fit
 * into the other's buffer. When the hole is filled they are read in the order in which they begin, each from where the
 * one before it ended. (Buffers are those of a packet that lies in one piece, as measured; a device that receives into
 * pages joins more, which nobody sees from outside.)
 *
 * A peer's acknowledgement tells that all before it was read, captured or not. Holds no bytes: the stream puts them
 * where this says. Allocated while something waits; at most STREAM_PENDING_MAX entries.
 */
#ifndef FLOW_RECEIVE_QUEUE_H
#define FLOW_RECEIVE_QUEUE_H

#include <stdint.h>

struct stream;
struct receive_queue;

/* A segment [begin, end) of stream offsets arrives. Returns from where on its bytes win over what was there; before
 * that they count only where nothing else is known. `end`: they win nowhere. */
uint64_t receive_queue_take(struct stream *s, uint64_t begin, uint64_t end);

/* All offsets are `by` larger from now on. */
void receive_queue_shift(struct receive_queue *q, uint64_t by);

/* Bytes of memory. Both may be given NULL. */
uint64_t receive_queue_memory(const struct receive_queue *q);
void receive_queue_free(struct receive_queue *q);

#endif
