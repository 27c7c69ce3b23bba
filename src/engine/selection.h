/*
 * selection: the packets of wanted sessions (common/wanted.h), handed out as they were captured and in that order, for
 * who writes them to a file. Private to the engine layer.
 *
 * A flow is marked when it begins: its end points and the time of its first packet say whether a session of it would be
 * wanted. Whether it becomes one may show later, as a fragment's packet does: what waits for that is copied, and what
 * comes behind it waits, too, so that the order stays. A flow keeps its mark when it is over, for what is sent again.
 *
 * Limits: SELECTION_PACKETS_MAX packets and SELECTION_BYTES_MAX bytes wait; beyond them the first of those waiting is
 * settled: a fragment is left out, a packet between the wanted ends is handed out. A fragment waits FRAGMENTS_NS.
 */
#ifndef ENGINE_SELECTION_H
#define ENGINE_SELECTION_H

#include "base/slice.h"
#include "common/wanted.h"
#include "flow/flow_state.h"
#include "packet/record.h"
#include "packet/segment.h"

enum {
	SELECTION_PACKETS_MAX = 4096,
	SELECTION_BYTES_MAX = 4 * 1024 * 1024,
};

/* `mark` of a flow, and what becomes of a packet. */
enum selection_mark {
	SELECTION_NO,
	SELECTION_PERHAPS, /* once the flow is a session */
	SELECTION_YES,
	SELECTION_PART, /* of a packet that is not whole yet */
};

struct selection;

/* Gets a packet of a wanted session. */
typedef void selection_sink(void *ctx, const struct packet_record *r, struct slice bytes);

/* `wanted`: NULL: all sessions are. `sink`: NULL: nobody wants packets, and selection_packet is not called. */
struct selection *selection_new(const struct wanted *wanted, selection_sink *sink, void *ctx);
void selection_free(struct selection *s);

/* A flow begins, becomes a session, or never will. */
void selection_flow_begins(struct selection *s, struct flow *f);
/* Whether it is wanted. */
bool selection_session_begins(struct selection *s, struct flow *f);
void selection_flow_is_none(struct selection *s, struct flow *f);

/* Fragments of one group turned out to be parts of a fragment of another. */
void selection_regroup(struct selection *s, uint64_t from, uint64_t to);
/* What a packet that has been fed turned out to be. */
struct selection_subject {
	const struct tcp_segment *segment; /* NULL: it is, or completes, none */
	const struct flow *flow;	   /* NULL: it begins later */
	uint64_t group;			   /* of the fragments that it belongs to; 0: it is none */
	bool is_part;			   /* and the others have not come yet */
};

void selection_packet(struct selection *s, const struct packet_record *r, struct slice bytes,
		      const struct selection_subject *subject);
/* Time has passed, perhaps without packets. */
void selection_tick(struct selection *s, int64_t now_ns);
/* All flows have ended. */
void selection_finish(struct selection *s);

#endif
