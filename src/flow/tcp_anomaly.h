/*
 * tcp_anomaly: fills common/tcp_anomaly.h for a flow. Internal to the flow layer.
 */
#ifndef FLOW_TCP_ANOMALY_H
#define FLOW_TCP_ANOMALY_H

#include "base/clock.h"
#include "common/place.h"
#include "common/tcp_anomaly.h"

/* Who is silent so long may be forgotten by what lies between the two ends. */
#define TCP_ANOMALY_SILENCE_NS (60 * CLOCK_NS_PER_S)
/* What a side has sent may be overtaken by its reset for so long. */
#define TCP_ANOMALY_OVERTAKEN_NS (200 * CLOCK_NS_PER_MS)

struct flow;
struct flow_packet;
struct flow_verdict;
struct tcp_segment;

void tcp_anomaly_fini(struct tcp_anomaly *a);

/* Bytes that it takes beside itself. */
uint64_t tcp_anomaly_memory(const struct tcp_anomaly *a);

void tcp_anomaly_swap_sides(struct tcp_anomaly *a);

/* A packet of this number; 0: of none. `a` may be NULL. */
void tcp_anomaly_note(struct tcp_anomaly *a, enum side side, enum tcp_anomaly_kind kind, uint64_t packet);

/* A segment, before the flow has taken it; `offset`: of its first byte in its side's stream. */
void tcp_anomaly_segment(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p, enum side side,
			 int64_t offset);
/* And what it turned out to be. */
void tcp_anomaly_verdict(struct flow *f, const struct tcp_segment *s, const struct flow_packet *p,
			 const struct flow_verdict *v);

#endif
