/*
 * flow: the TCP connections of a capture, and the bytes of each side in order.
 *
 * The table finds the connection of a segment, keeps its state, and tells its owner through `struct flow_events` what
 * was delivered. Worker thread. It never asks what the bytes mean.
 *
 * Order: a side's bytes are delivered only when the other side has been delivered as far as the segment acknowledges,
 * so a reply never comes before its command, however the packets were recorded. Gaps: a hole that the peer has
 * acknowledged becomes a gap when FLOW_HOLE_PACKETS further packets of the capture or FLOW_HOLE_NS of its time have
 * passed without its bytes; any hole does at the limits of the stream and at the end.
 *
 * Limits: a flow that its owner ignores is forgotten after FLOW_IGNORED_NS of silence, one that has ended after
 * FLOW_OVER_NS, one whose SYN nobody answered after FLOW_UNANSWERED_NS, any other after FLOW_IDLE_NS. With more than
 * FLOW_TABLE_MAX of them the one that is silent longest goes, of those that are needed least. One that was closed ends
 * FLOW_LINGER_NS later, so that its last packets find it; when nothing but repetition can follow, with the next packet
 * (all of it was acknowledged) or FLOW_CUT_SHORT_NS later (a reset acknowledged the other side's FIN).
 *
 * Where many SYNs have no answer (struct flow_limits), of further ones only what they said is kept: the flow begins
 * with the next packet of the connection, or when its time is up, as if it had been there all the time. One that had to
 * go before that has `given_up`, as every flow that ended because of a limit.
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "base/clock.h"
#include "base/hash.h"
#include "base/list.h"
#include "common/side.h"
#include "common/tcp_anomaly.h"
#include "flow/endpoint.h"
#include "flow/flow_state.h"
#include "flow/stream.h"
#include "packet/segment.h"

#define FLOW_HOLE_NS	  (200 * CLOCK_NS_PER_MS)
#define FLOW_LINGER_NS	  CLOCK_NS_PER_S
#define FLOW_CUT_SHORT_NS (50 * CLOCK_NS_PER_MS)
#define FLOW_OVER_NS	  (10 * CLOCK_NS_PER_S)
#define FLOW_IGNORED_NS	  (60 * CLOCK_NS_PER_S)
#define FLOW_IDLE_NS	  (2 * 3600 * CLOCK_NS_PER_S)
/* What comes again sooner was not sent again because of a loss: nobody knows of one before a round trip. */
#define FLOW_RESENT_NS (10 * CLOCK_NS_PER_MS)
/* Nor does a sender's clock run out sooner (Linux's TCP_RTO_MIN; RFC 6298 section 2.4 asks for a second). */
#define FLOW_TIMEOUT_NS (200 * CLOCK_NS_PER_MS)
#define FLOW_UNACKED_NS (60 * CLOCK_NS_PER_S)
/* clients double the wait between their SYNs, mostly up to 64 s */
#define FLOW_UNANSWERED_NS (75 * CLOCK_NS_PER_S)

enum {
	FLOW_HOLE_PACKETS = 256,
	FLOW_TABLE_MAX = 1 << 20,
	FLOW_HALF_OPEN_BYTES = 256, /* what one that begins later takes, with its place in the table */
};

/* What a segment turned out to be. */
struct flow_verdict {
	struct flow *flow; /* NULL: it begins later */
	enum side side;
	bool is_new; /* the flow began with it */
	bool copied;
	bool retransmitted;
	bool out_of_order;
	bool keepalive;
	bool damaged;	   /* its checksum is wrong: its bytes are not believed */
	uint8_t handshake; /* 1 to 3: which step; 0: none */
};

struct flow_events {
	/* A flow begins: the owner may set `owner` or `ignored`. */
	void (*begin)(void *ctx, struct flow *f);
	/* A SYN came to this port of a server, and its flow begins later: the number that it will have. Then the flow
	 * that has begun so, `p` is the SYN's packet. Both may be NULL. */
	uint64_t (*announce)(void *ctx, uint16_t port);
	void (*begin_late)(void *ctx, struct flow *f, const struct flow_packet *p);
	/* Bytes in order; they stand in the stream's extents already. */
	void (*data)(void *ctx, struct flow *f, enum side side, const struct extent *e);
	/* `len` bytes are missing; they have their extents, too. */
	void (*gap)(void *ctx, struct flow *f, enum side side, uint64_t offset, uint64_t len);
	/* The flow is over (its extents are the owner's to take) and its owner must forget it. Not called for an
	 * ignored one. */
	void (*end)(void *ctx, struct flow *f);
	/* [begin, end) of a side's stream was sent again. `first`: the packet in which it was seen before, 0: in none.
	 * May be NULL. */
	void (*resent)(void *ctx, struct flow *f, enum side side, uint64_t begin, uint64_t end, uint64_t first,
		       uint64_t again);
	/* Whether the bytes at two places are the same. */
	bool (*same)(void *ctx, uint64_t place, uint64_t other_place, size_t len);
	/* Bytes at a place are kept by the stream, and no longer. */
	void (*hold)(void *ctx, uint64_t place);
	void (*release)(void *ctx, uint64_t place);
	/* Midstream: whether `port` is one on which servers listen. */
	bool (*is_server_port)(void *ctx, uint16_t port);
};

/* What was given up because of a limit. */
struct flow_counters {
	uint64_t evicted; /* flows that went because there were too many */
	uint64_t idle;	  /* flows that were silent for FLOW_IDLE_NS */
	uint64_t holes;	  /* waited for until a limit of their stream was reached */
};

/* How many connections are kept: without an answer, as flows and as what their SYN said; and that are over or ignored,
 * so that what still comes finds them. */
struct flow_limits {
	size_t unanswered;
	size_t half_open;
	size_t done;
	bool counts_memory; /* for flow_table_open_memory */
};

struct flow_table;

struct flow_table *flow_table_new(const struct flow_events *events, void *ctx);
/* Does not end flows: see flow_table_end_all. */
void flow_table_free(struct flow_table *t);

/* Without it all are kept as flows, up to FLOW_TABLE_MAX. */
void flow_table_limit(struct flow_table *t, const struct flow_limits *limits);

/* Of flows that begin from now on it is noted what is odd, see common/tcp_anomaly.h. */
void flow_table_note_anomalies(struct flow_table *t);

/* The flow between two end points, either way round; NULL when there is none. */
struct flow *flow_table_find(struct flow_table *t, const struct flow_endpoint *a, const struct flow_endpoint *b,
			     struct segment_space space);

/* The flow that a segment may belong to, as it is; NULL: it begins one, or one that waits to begin. */
struct flow *flow_table_of(struct flow_table *t, const struct tcp_segment *s);

/* Segments that are fed soon: in three steps, each for several of them before the next, what they need is fetched into
 * the processor's caches, and nothing changes. With a million connections each packet would wait for it several times.
 */
struct flow_ahead {
	struct flow *flow; /* that it probably belongs to; NULL: none was found */
	uint64_t hash;
	uint64_t cheap_hash;
	bool is_found; /* in the table, not among those met lately */
};
void flow_table_fetch(struct flow_table *t, const struct tcp_segment *s, struct flow_ahead *ahead);
void flow_table_fetch_flow(const struct flow_table *t, struct flow_ahead *ahead);
void flow_table_fetch_streams(struct flow_table *t, const struct flow_ahead *ahead);

void flow_table_feed(struct flow_table *t, const struct tcp_segment *s, const struct flow_packet *p,
		     struct flow_verdict *v);

/* Time has passed, or packets that were no TCP segments: ends what is due. Called by flow_table_feed too. */
void flow_table_tick(struct flow_table *t, int64_t time_ns, uint64_t packet);

/* Ends a flow because of a limit: nobody waits for what more may come. Not from within an event. */
void flow_table_give_up(struct flow_table *t, struct flow *f);

/* One that is neither over nor ignored, drawn by lot; NULL: there is none. However many others there are, it is found
 * at once. */
struct flow *flow_table_draw(struct flow_table *t);

/* The capture is over: holes become gaps, all flows end in the order in which they began. */
void flow_table_end_all(struct flow_table *t);

/* The owner loses interest: nothing more is delivered, pending bytes are released. */
void flow_ignore(struct flow_table *t, struct flow *f);

/* Client and server of a flow that began midstream were guessed the wrong way round, and nothing has been delivered but
 * to be looked at. May be called from `data` and `gap`. */
void flow_swap_sides(struct flow *f);

/* What is odd about it, for who outlives it; NULL: nothing was noted. Its owner gives it back. */
struct tcp_anomaly *flow_take_anomaly(struct flow *f);
void flow_free_anomaly(struct tcp_anomaly *a);

/* Whether further bytes of this side could still come. */
bool flow_side_is_open(const struct flow *f, enum side side);

/* Those that begin later included. */
size_t flow_table_count(const struct flow_table *t);
/* Those that are neither over nor ignored. */
size_t flow_table_open_count(const struct flow_table *t);
/* Bytes of memory: of one, of those that are open, and of the others. Bytes of the streams that
 * are still held: delivered, or waiting for it. */
uint64_t flow_memory(const struct flow *f);
uint64_t flow_table_open_memory(const struct flow_table *t);
uint64_t flow_table_other_memory(const struct flow_table *t);
uint64_t flow_held_bytes(const struct flow *f);
const struct flow_counters *flow_table_counters(const struct flow_table *t);

#endif
