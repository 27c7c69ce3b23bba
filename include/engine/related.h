/*
 * related: other traffic that tells why a session goes as it does, remembered for a while: look-ups of hosts in
 * the DNS, ident probes, SYNs without an answer.
 *
 * Owned by the engine, worker thread; only when diagnoses are wanted. Limits: RELATED_MAX of each kind, the
 * oldest go first.
 */
#ifndef ENGINE_RELATED_H
#define ENGINE_RELATED_H

#include "engine/connection.h"

enum {
	RELATED_MAX = 64,
	RELATED_IDENT_PORT = 113, /* RFC 1413 */
	RELATED_DNS_PORT = 53,
};

struct related;

struct related *related_new(void);
void related_free(struct related *n);

/* Each does nothing when `n` is NULL. */

/* A segment with SYN or RST, of any connection; `table` finds the session that a strange answer belongs to. */
void related_segment(struct related *n, struct flow_table *table, const struct tcp_segment *s, const struct stamp *now);
/* A UDP datagram from or to the DNS's port. */
void related_datagram(struct related *n, const struct tcp_segment *s, const struct stamp *now);
/* An ICMP message. */
void related_message(struct related *n, struct flow_table *table, const struct tcp_segment *s, const struct stamp *now);

/* The server's first word, or the end: what it looked up meanwhile is noted in the session. */
void related_greeted(struct related *n, struct session *s, const struct stamp *now);

#endif
