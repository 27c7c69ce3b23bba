/*
 * flow_state: what is known of one TCP connection.
 */
#ifndef FLOW_FLOW_STATE_H
#define FLOW_FLOW_STATE_H

#include "base/list.h"
#include "common/side.h"
#include "flow/endpoint.h"
#include "flow/stream.h"

struct segment_tunnel;
struct tcp_anomaly;

enum flow_state {
	FLOW_OPEN,
	FLOW_CLOSED, /* FIN both ways, all delivered */
	FLOW_RESET,
	FLOW_REFUSED, /* RST to the SYN */
};

enum flow_handshake {
	FLOW_SYN_SENT,
	FLOW_SYN_ANSWERED,
	FLOW_COMPLETE,
	FLOW_MIDSTREAM,
};

struct flow {
	struct flow_endpoint end[SIDES];
	struct segment_space space;
	uint16_t interface; /* of the first packet, as `source` */
	uint8_t source;
	bool ignored; /* its owner does not want it: only counted */
	bool over;    /* `end` was called */
	bool swapped; /* by flow_swap_sides */
	uint8_t mark; /* the owner's, also once it is over; 0 at first */
	enum flow_state state : 4;
	enum flow_handshake handshake : 4;
	enum side reset_by : 4;
	enum side first_fin : 4; /* of the two, when there is one */
	bool has_initial_seq[SIDES];
	bool given_up;	   /* it ended because of a limit, whatever it would have become */
	uint8_t age_class; /* enum table_age: the list it stands in */
	uint32_t open_at;  /* its place among those that are neither ignored nor over */
	int64_t first_ns;
	int64_t last_ns;
	int64_t before_ns; /* of the packet before the last */
	int64_t closed_ns;
	int64_t syn_ns; /* of the first SYN, and of the latest */
	int64_t last_syn_ns;
	int64_t rtt_ns;		       /* latest SYN to the ACK of the SYN-ACK; -1: not seen */
	int64_t connect_ns;	       /* first SYN to the SYN-ACK; -1: not seen */
	struct segment_tunnel *tunnel; /* of the first packet; NULL: it came through none */
	uint64_t first_packet;
	uint64_t number;    /* what `announce` said; 0: it was not asked */
	uint32_t reset_seq; /* when the state is FLOW_RESET */
	uint32_t syn_count; /* of the client, copies left out */
	uint32_t initial_seq[SIDES];
	struct stream *stream;	     /* one for each side; NULL once the flow is ignored */
	struct tcp_anomaly *anomaly; /* NULL: nobody asks for them, or the flow is ignored */
	/* On the same end points, while a new SYN of a client that forgot this one has no answer: the server knows the
	 * older one still, and says so (RFC 9293 section 3.5.2). Only the newer one is found in the table. */
	struct flow *older;
	struct flow *newer;
	void *owner;
	uint64_t weight; /* bytes of memory, as last counted */
	uint64_t hash;
	struct list_link age; /* by last packet */
	struct list_link closing;
};

#endif
