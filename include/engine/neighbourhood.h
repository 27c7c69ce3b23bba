/*
 * neighbourhood: other traffic that tells why a session goes as it does, remembered for a while: look-ups of hosts in
 * the DNS, ident probes, SYNs without an answer.
 *
 * Owned by the engine, worker thread; only when diagnoses are wanted. Limits: NEIGHBOURHOOD_MAX of each kind, the
 * oldest go first.
 */
#ifndef ENGINE_NEIGHBOURHOOD_H
#define ENGINE_NEIGHBOURHOOD_H

#include "engine/conversation.h"

enum {
	NEIGHBOURHOOD_MAX = 64,
	NEIGHBOURHOOD_IDENT_PORT = 113, /* RFC 1413 */
	NEIGHBOURHOOD_DNS_PORT = 53,
};

struct neighbourhood;

struct neighbourhood *neighbourhood_new(void);
void neighbourhood_free(struct neighbourhood *n);

/* Each does nothing when `n` is NULL. */

/* A segment with SYN or RST, of any connection; `table` finds the session that a strange answer belongs to. */
void neighbourhood_segment(struct neighbourhood *n, struct flow_table *table, const struct tcp_segment *s,
			   const struct stamp *now);
/* A UDP datagram from or to the DNS's port. */
void neighbourhood_datagram(struct neighbourhood *n, const struct tcp_segment *s, const struct stamp *now);
/* An ICMP message. */
void neighbourhood_message(struct neighbourhood *n, struct flow_table *table, const struct tcp_segment *s,
			   const struct stamp *now);

/* The server's first word, or the end: what it looked up meanwhile is noted in the session. */
void neighbourhood_greeted(struct neighbourhood *n, struct session *s, const struct stamp *now);

#endif
