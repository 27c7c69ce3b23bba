/*
 * watch: fills common/watch.h for a flow. Internal to the flow layer.
 */
#ifndef FLOW_WATCH_H
#define FLOW_WATCH_H

#include "base/clock.h"
#include "common/watch.h"

/* Who is silent so long may be forgotten by what lies between the two ends. */
#define WATCH_SILENCE_NS (60 * CLOCK_NS_PER_S)
/* What a side has sent may be overtaken by its reset for so long. */
#define WATCH_OVERTAKEN_NS (200 * CLOCK_NS_PER_MS)

struct flow;
struct flow_packet;
struct flow_verdict;
struct tcp_segment;

void watch_note(struct watch *w, enum side side, enum watch_kind kind, uint32_t packet);

/* A segment, before the flow has taken it; `offset`: of its first byte in its side's stream. */
void watch_segment(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p, enum side side,
		   int64_t offset);
/* And what it turned out to be. */
void watch_verdict(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p,
		   const struct flow_verdict *v);

#endif
