/*
 * identity: which connection a segment belongs to where its end points do not tell: those of an older one are used
 * again, a side begins anew, or what comes first was captured late. Internal to the flow layer.
 */
#ifndef FLOW_IDENTITY_H
#define FLOW_IDENTITY_H

#include "flow/flow_state.h"
#include "packet/segment.h"

/* A SYN that does not belong to the connection at hand begins another on the same ports. */
bool identity_begins_anew(const struct flow *f, const struct tcp_segment *s, enum side side);

/* Whether the connection may be alive at the server although its client begins anew. */
bool identity_may_be_known_still(const struct flow *f, enum side side);

/* While a client's SYN has no answer, what the server says to the connection that it knows, and the client's reset that
 * this calls for, belong to the older one. */
bool identity_belongs_to_older(const struct flow *f, const struct tcp_segment *s, enum side side);

/* The client has reset what the server still knew, and now asks with other numbers. */
bool identity_is_second_try(const struct flow *f);

/* Lets a side's stream begin earlier where `seq` (of bytes, or of a SYN's next) shows that it does. */
void identity_begin_earlier(struct flow *f, enum side side, uint32_t seq);

/* Whether a reset that stands there may be the side's. */
bool identity_is_near(const struct stream *s, int64_t offset);

#endif
