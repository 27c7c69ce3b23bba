/*
 * table: the flows of a capture and how they are found. Internal to the flow layer: what flow.h promises is built on
 * it.
 *
 * A flow is in one of four lists by its last packet (owned, unanswered, ignored, over), and may be in one of those of
 * closed flows.
 */
#ifndef FLOW_TABLE_H
#define FLOW_TABLE_H

#include "base/pool.h"
#include "flow/flow.h"
#include "flow/half_open.h"

enum {
	TABLE_CACHE_SIZE = 1024,
};

enum table_age {
	TABLE_NONE, /* not listed yet */
	TABLE_OWNED,
	TABLE_UNANSWERED, /* a SYN and no more */
	TABLE_IGNORED,
	TABLE_OVER,
	TABLE_AGES
};

/* A flow met lately. The hash tells others that fell on its place before their memory is touched. */
struct table_cached {
	struct flow *flow;
	uint64_t hash;
};

struct flow_table {
	const struct flow_events *events;
	void *ctx;
	struct hash_table flows;
	/* flows met lately, by a cheap hash: most packets need no look-up in the table; who makes it miss gains nothing
	 */
	struct table_cached cache[TABLE_CACHE_SIZE];
	struct list_link ages[TABLE_AGES]; /* by last packet, oldest first */
	size_t age_counts[TABLE_AGES];
	struct list_link closing;   /* by the time they were closed */
	struct list_link cut_short; /* likewise, by a reset behind all that was said */
	struct list_link done;	    /* closed, and all acknowledged: to be ended with the next packet */
	struct list_link holes;	    /* streams, by the time their hole was seen */
	struct pool flow_pool;
	struct pool stream_pool;
	struct pool anomaly_pool;
	struct half_opens half_open;
	struct flow_limits limits;
	uint64_t open_memory; /* of flows */
	struct flow **open;   /* those that are neither ignored nor over, in no order */
	size_t open_count;
	size_t open_cap;
	uint64_t draws; /* see flow_table_draw */
	bool notes_anomalies;
	struct flow_counters counters;
	int64_t now_ns;
	uint64_t packet;
};

/* Counts anew what it takes. */
void table_weigh(struct flow_table *t, struct flow *f);

/* To the end of the list that it belongs to by its last packet. */
void table_renew(struct flow_table *t, struct flow *f);

static inline bool table_is_older(const struct flow_table *t, int64_t time_ns, int64_t limit_ns)
{
	return t->now_ns - time_ns >= limit_ns;
}

/* The flow between the segment's end points; NULL when there is none. */
struct flow *table_look_up(struct flow_table *t, const struct flow_endpoint *source,
			   const struct flow_endpoint *destination, struct segment_space space);

/* A flow that is not there yet. */
struct flow *table_add(struct flow_table *t, const struct flow_endpoint *client, const struct flow_endpoint *server,
		       struct segment_space space, const struct flow_packet *p);

/* Who waits to begin between the segment's end points; NULL: nobody. And one more. */
struct half_open *table_look_up_half_open(const struct flow_table *t, const struct flow_endpoint *source,
					  const struct flow_endpoint *destination, struct segment_space space);
struct half_open *table_add_half_open(struct flow_table *t, const struct tcp_segment *s, const struct flow_packet *p);

/* The tunnel that its first packet came through. */
void table_note_tunnel(struct flow *f, const struct segment_tunnel *tunnel);

/* A flow is not found any more: `newer`, which has been added, is, and has it as its `older`. */
void table_detach(struct flow_table *t, struct flow *f, struct flow *newer);

/* Takes a flow out and frees it, and its older one. */
void table_remove(struct flow_table *t, struct flow *f);

/* Whether the one who sends it opened the connection: the SYN tells; without one the port does, if only one is a
 * server's, else the lower one. */
bool table_source_is_client(const struct flow_table *t, const struct tcp_segment *s);

/* A flow that is not ignored, or one that waits to begin. */
struct table_entry {
	uint64_t first_packet : 63;
	uint64_t is_half_open : 1;
	union {
		struct flow *flow;
		struct half_open *half_open;
	};
};

/* All of them, by their first packets, to be freed. */
size_t table_list_all(const struct flow_table *t, struct table_entry **all);

bool table_same_end(const struct flow_endpoint *a, const struct flow_endpoint *b);

#endif
