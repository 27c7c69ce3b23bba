/*
 * stream: puts the bytes of one direction of a TCP connection in order (RFC 9293 section 3.4).
 *
 * Knows places and lengths, never bytes. Offsets count from 0 at the first byte that can be delivered (after the SYN,
 * or what midstream is known first). What is in order and whose acknowledgement the other side has caught up with is
 * delivered; the rest is pending, sorted, each byte kept once: which copy of it, receive_queue.h says. Embedded in its
 * flow, worker thread.
 *
 * A byte range that the peer has acknowledged but the capture has not (yet) shown is a hole: see flow.h for when it
 * becomes a gap. Limits: STREAM_PENDING_MAX pieces, STREAM_PENDING_BYTES_MAX bytes of them; what is further than
 * STREAM_AHEAD_MAX away is not believed.
 *
 * Work: what a segment makes look again at (pieces and extents that it overlaps, bytes of a mail that are read in two
 * ways) is counted in steps. A side that causes many more than its packets earn wants others to starve: it is called
 * hostile, its copies are not compared any more and little of what comes too early is kept.
 */
#ifndef FLOW_STREAM_H
#define FLOW_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "common/side.h"
#include "common/tcp_flaws.h"
#include "flow/extents.h"

enum {
	STREAM_PENDING_MAX = 16384,
	STREAM_RECENT = 4,
	STREAM_RECENT_MORE = 60,  /* where copies come: a burst may stand between a packet and its copy */
	STREAM_SUSPECTS_MAX = 16, /* damaged segments kept in case that no good copy comes */
	STREAM_CONFLICTS_MAX = 32,
	STREAM_STEPS_FREE = 4096,
	STREAM_STEPS_PER_PACKET = 16,
	STREAM_PENDING_HOSTILE = 16, /* STREAM_PENDING_MAX of a hostile side */
};

#define STREAM_AHEAD_MAX	 (UINT64_C(1) << 30)
#define STREAM_PENDING_BYTES_MAX (UINT64_C(64) << 20)

/* A piece that cannot be delivered yet. */
struct stream_piece {
	struct extent extent;
	uint64_t needs; /* how far the peer's stream must be delivered first */
};

/* Traces of the latest segments, to recognise one that was captured twice. */
struct stream_trace {
	uint64_t hash : 40;
	uint64_t time_ms : 24; /* it begins again after some hours */
};

_Static_assert(sizeof(struct stream_trace) == 8, "a million sessions are open at once");

/* Where copies of the same bytes differ. */
struct stream_range {
	uint64_t begin;
	uint64_t end;
};

/* Those before the recent ones; the oldest is replaced. */
struct stream_traces {
	struct stream_trace items[STREAM_RECENT_MORE];
	size_t next;
};

/* What most streams have none of. */
struct stream_flaws {
	struct tcp_flaws seen;
	int64_t zero_window_since_ns;	/* while it is closed, see last_window */
	struct stream_range *differing; /* the first STREAM_CONFLICTS_MAX conflicts; the last holds the others, too */
	struct stream_piece *suspects;	/* see bad_checksum.h */
	uint32_t suspect_count;
	struct stream_traces *traces; /* NULL: no packet came twice */
};

/* Bytes that are missing at the side's next one, since when they count. */
struct stream_hole {
	struct list_link link; /* of the table's */
	struct flow *flow;
	enum side side;
	int64_t since_ns;
	uint64_t since_packet;
};

struct tcp_segment;

struct stream {
	bool has_base;
	bool has_fin;
	bool is_hostile;
	bool is_fin_assumed; /* a byte more than was seen is acknowledged, and it did not come: a FIN that was not
				captured */
	uint32_t base_seq;   /* sequence number of offset 0 */
	uint64_t next;	     /* offset of the next byte to deliver */
	uint64_t acked;	     /* the peer has acknowledged everything before */
	uint64_t received;   /* the receiver has read everything before, see receive_queue.h */
	uint64_t highest;    /* end of the farthest byte seen */
	uint64_t fin_offset;
	struct receive_queue *queue; /* NULL: nothing came too early */
	struct pieces *pieces;	     /* what is pending, see pieces.h */
	uint64_t packets;
	uint64_t steps;
	uint64_t missing_bytes;
	struct stream_flaws *flaws; /* NULL: none, see stream_flaws */
	/* of the acknowledgements that this side sent */
	uint32_t last_ack;
	uint16_t last_window;
	bool has_ack;
	uint8_t recent_next;
	/* checksums, see bad_checksum.h */
	uint32_t checksums_good;
	uint32_t checksums_bad;
	struct stream_trace recent[STREAM_RECENT]; /* see stream_is_copy */
	struct extents extents;			   /* of what was delivered */
	struct stream_hole *hole;		   /* that somebody waits behind; NULL: none */
};

void stream_fini(struct stream *s);

/* What is missing from here on counts from now. */
void stream_forget_hole(struct stream *s);

/* Empty where there are none. And: made where there are none yet. */
const struct stream_flaws *stream_flaws(const struct stream *s);
struct stream_flaws *stream_make_flaws(struct stream *s);

/* Bytes that it takes beside itself. */
uint64_t stream_memory(const struct stream *s);

/* How many pieces may be pending. */
static inline size_t stream_pending_max(const struct stream *s)
{
	return s->is_hostile ? STREAM_PENDING_HOSTILE : STREAM_PENDING_MAX;
}

void stream_set_base(struct stream *s, uint32_t seq);

/* The first byte stands `by` bytes before what was taken for it. Nothing was delivered yet. `peer`: the other side's.
 */
void stream_lower_base(struct stream *s, uint64_t by, struct stream *peer);

/* Where a sequence number lies, relative to what is expected next; negative: before offset 0. */
int64_t stream_offset(const struct stream *s, uint32_t seq);

/* Adds a piece to what is pending, but for the parts that are delivered or pending already. False: the limit is
 * reached, and not all of it was added; what comes next always is. */
bool stream_add(struct stream *s, const struct stream_piece *piece);

/* A piece's place is kept once more, or once less. */
typedef void stream_count_hold(void *ctx, uint64_t place, int change);

/* Takes [begin, end) out of what is pending. */
void stream_cut(struct stream *s, uint64_t begin, uint64_t end, stream_count_hold *count, void *ctx);

/* The piece that comes next if it may be delivered (`peer_next`: how far the peer's stream is); it is removed. */
bool stream_take(struct stream *s, uint64_t peer_next, struct extent *e);

/* Whether a piece could be next, but for its `needs`. */
bool stream_is_held(const struct stream *s);

/*
 * The end of the hole at `next`: where the first pending piece begins, or where acknowledgements end; `next` itself
 * when there is no hole.
 */
uint64_t stream_hole_end(const struct stream *s);

/* Steps are done for its sake. */
void stream_spend(struct stream *s, uint64_t steps);

/* Whether a range is known wholly: delivered or pending. */
bool stream_knows(struct stream *s, uint64_t begin, uint64_t end);

/* Whether any of a range is. */
bool stream_touches(const struct stream *s, uint64_t begin, uint64_t end);

/* The packet in which the byte at `offset` was seen first; 0: it was not, or is forgotten. */
uint64_t stream_packet_at(const struct stream *s, uint64_t offset);

/* Copies of [begin, end) differ. */
void stream_note_conflict(struct stream *s, uint64_t begin, uint64_t end);

/* At how many places within a range copies differ. */
uint32_t stream_conflicts_within(const struct stream *s, uint64_t begin, uint64_t end);

/* Whether the same segment was seen within the last 20 ms; remembers it otherwise. */
bool stream_is_copy(struct stream *s, const struct tcp_segment *segment, int64_t time_ns);

#endif
