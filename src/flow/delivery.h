/*
 * delivery: gives a flow's owner the bytes of both sides in order, and decides when what is missing becomes a gap.
 * Internal to the flow layer. After each of these calls the flow may be ignored, and its streams gone.
 */
#ifndef FLOW_DELIVERY_H
#define FLOW_DELIVERY_H

#include "flow/table.h"

/* An extent that comes next on its side. */
void delivery_deliver(struct flow_table *t, struct flow *f, enum side side, const struct extent *e);

/* Delivers whatever can be, on both sides in turn: one side's progress may free the other. */
void delivery_drain(struct flow_table *t, struct flow *f);

/* Gives up waiting at the side's next byte: what is missing becomes a gap, what is held is delivered. A side that is
 * held waits for the other's hole: then that is given up. */
void delivery_give_up(struct flow_table *t, struct flow *f, enum side side);

/* Likewise, until nothing waits any more. */
void delivery_give_up_all(struct flow_table *t, struct flow *f);

/* Holes that press are listed, others no longer. */
void delivery_list_holes(struct flow_table *t, struct flow *f);

/* Gives up the next of the listed holes whose time is over. The flow that had it; NULL: there is none. */
struct flow *delivery_give_up_hole(struct flow_table *t);

#endif
