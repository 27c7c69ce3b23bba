/*
 * bad_checksum: segments whose checksum is wrong. Internal to the flow layer.
 *
 * A wrong checksum alone means nothing: a sender with offload does not fill it, and who rewrites addresses in a capture
 * does not correct it. But the receiver drops the odd wrong one of a sender whose others are right, and so do we: its
 * bytes are set aside and never win over a good copy. Where none comes, they are still better than a gap.
 */
#ifndef FLOW_BAD_CHECKSUM_H
#define FLOW_BAD_CHECKSUM_H

#include "flow/table.h"

/* Counts a segment's checksum; whether the segment is not to be believed. */
bool bad_checksum_judge(struct stream *s, const struct tcp_segment *segment);

/* Sets its bytes aside. */
void bad_checksum_keep(struct flow_table *t, struct stream *s, const struct stream_piece *piece);

/* The byte that comes next will come no more: puts what was set aside of it into the stream. False: there is nothing.
 */
bool bad_checksum_use(struct flow_table *t, struct stream *s);

/* Where the first bytes begin that were set aside behind a hole at the next byte; `end`: none before that. */
uint64_t bad_checksum_begin(const struct stream *s, uint64_t end);

/* Lets go of all that was set aside. */
void bad_checksum_forget(struct flow_table *t, struct stream *s);

#endif
