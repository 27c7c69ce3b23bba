/*
 * connection: a session on its way through the worker: TCP flow, dialogue parser, session, and where its bytes lie.
 *
 * It feeds what the flow delivers to the parser, again and again with what the parser did not take yet, reading it back
 * from the places that the extents name; and gives the parser's events, stamped with time and packet, to the session.
 * Owned by the engine, worker thread.
 */
#ifndef ENGINE_CONNECTION_H
#define ENGINE_CONNECTION_H

#include "base/buffer.h"
#include "engine/annotations.h"
#include "flow/byte_stream.h"
#include "flow/flow.h"
#include "mail/observer.h"
#include "proto/dialogue.h"
#include "store/store.h"

struct filtered;
struct key_wait;
struct stream_filter;

/* What a parser was given of a side and has not taken, as the screen found it when the connection had this version. */
struct connection_ahead {
	uint64_t end;	  /* of the side */
	uint32_t version; /* and 1; 0: nobody has looked */
	uint32_t len;
	uint32_t secret; /* where what may be secret begins; `len`: there is none */
	uint32_t looks;
};

/* What is left of its flow. */
struct connection_rest {
	struct extents extents[SIDES]; /* the streams' */
	uint32_t base_seq[SIDES];      /* sequence numbers of their first bytes */
	struct tcp_anomaly *anomaly;   /* while the session is not finished */
	uint64_t steps;		       /* of work, likewise */
};

struct session_filter_state;

struct connection {
	struct session *session;
	struct flow *flow;	      /* NULL once it is over */
	struct connection *next_free; /* the engine's */
	struct dialogue *dialogue;    /* NULL until the protocol is known, and once it is over */
	struct annotations annotations;
	struct filtered *filtered;    /* its streams behind the filter of TLS; NULL: as they are on the wire */
	struct filtered *inflated;    /* and what is compressed in those; NULL: nothing is */
	struct key_wait *key_wait;    /* the engine's; NULL: it waits for no key */
	struct store_lane lane;	      /* of what is spooled */
	struct connection_rest *rest; /* NULL until the flow is over */
	struct stamp now;	      /* of the packet at hand, for events without bytes of their own */
	uint64_t first_packet;	      /* chain through the index, for a screen */
	uint64_t last_packet;
	uint32_t packet_count;
	uint32_t pins;		/* jobs that still need it */
	uint64_t packet_bytes;	/* as captured */
	uint64_t spooled;	/* of those: in the spool */
	struct list_link ended; /* the engine's, once it is over; before, see budget.h */
	uint64_t weight;	/* bytes of memory, as last counted */
	uint32_t rows;		/* of the index, in that */
	uint32_t version;	/* rises with every change, for the screen */
	uint64_t looked[SIDES]; /* see feed_piece: how far a line that is not whole was looked at; 0: there is none */
	uint64_t weighed;	/* how far the server's stream was when an ambiguous end of a mail was last weighed */
	struct session_filter_state *filter_state; /* while `passes` is open; NULL: nothing is known of it */
	struct connection_ahead *ahead;		   /* of both sides; NULL: the screen has not asked */
	bool met;	/* which protocol it speaks is settled: its first bytes are not looked at any more */
	bool is_wanted; /* see common/wanted.h: it is put out */
	uint8_t passes; /* enum expression_truth: whether it passes the filter; open: not known yet */
	bool over;
	bool cut;	 /* given up to make room */
	bool is_late;	 /* it was read on after its end: it has been put out */
	bool reads_half; /* what one side said in TLS does not wait for the other's key */
	uint16_t source; /* the bucket of its client's network */
};

/* What a connection needs around it. */
struct connection_scene {
	struct store *store;
	const struct stream_filter *tls_filter; /* reads what TLS hides, and tells of it; NULL: nobody does */
	void *tls_ctx;
	struct buffer *scratch; /* for lines that lie in several packets */
	const struct observers *observers;
	/* A dialogue that is over. */
	void (*give_back)(void *ctx, struct dialogue *d);
	void *ctx;
};

/* The side's stream as its parser reads it: offsets of the session are in it. And as it is on the wire. */
struct byte_stream connection_stream(struct connection *v, enum side side);

static inline struct extents *connection_wire(struct connection *v, enum side side)
{
	return v->flow != NULL ? &v->flow->stream[side].extents : &v->rest->extents[side];
}

static inline bool connection_has_filters(const struct connection *v)
{
	return v->filtered != NULL || v->inflated != NULL;
}

struct extents *connection_text(struct connection *v, enum side side);
/* Before what is compressed in it is read. */
struct extents *connection_clear(struct connection *v, enum side side);

static inline struct extents *connection_extents(struct connection *v, enum side side)
{
	return connection_has_filters(v) ? connection_text(v, side) : connection_wire(v, side);
}

/* Feeds what has been delivered of both sides, as far as the parser takes it. */
void connection_pump(struct connection *v, enum side side, const struct connection_scene *scene);

/* From where on the wire a side speaks TLS; UINT64_MAX: it does not. */
uint64_t connection_tls_begin(const struct connection *v, enum side side);

/* From where on the wire a side is not clear text: it speaks TLS, or is compressed; UINT64_MAX: it is. */
uint64_t connection_filter_begin(const struct connection *v, enum side side);

/* Whether its streams are those that a filter has made. */
bool connection_is_filtered(const struct connection *v);

/* Whether what was said in it could be read with a key that is not there yet; none will come. */
bool connection_needs_key(const struct connection *v);
/* By what name its key is looked for, or was found; empty: there is no TLS, or its hello is not known. */
struct slice connection_key_name(const struct connection *v);
void connection_give_up_key(struct connection *v);
/* Where one side's key is known: up to where on the wire the other was read; UINT64_MAX: neither waits for a key. */
uint64_t connection_waiting_begin(const struct connection *v, enum side side);
/* What one side said is read without the other: its key has not come. */
void connection_read_half(struct connection *v, const struct connection_scene *scene);

/* The flow is over, and the session waits for a key: what it needs of the flow is kept. */
void connection_park(struct connection *v);

/* The flow is over, and nothing more is waited for: feeds the rest, ends the dialogue, finishes the session. */
void connection_finish(struct connection *v, const struct connection_scene *scene);

/* Likewise, but what it waits for may still come: what can be told without it is told. Then: it has. */
void connection_end_for_now(struct connection *v, const struct connection_scene *scene);
void connection_reopen(struct connection *v);

/* Copies what TCP knows into the session. */
void connection_sync(struct connection *v);

/* Bytes of the mail that are here, also while it is on its way. */
uint64_t connection_mail_size(const struct connection *v, const struct mail *m);

/* When and in which packet the byte at `offset` came. */
struct stamp connection_stamp(struct connection *v, enum side side, uint64_t offset);

/* Where a segment's payload lies in its side's stream, modulo 2^32. */
uint32_t connection_offset(const struct connection *v, enum side side, uint32_t seq);

/* Appends what the parser has not taken of a side, up to a gap, until there are `max` bytes. */
void connection_gather(struct connection *v, enum side side, const struct store *store, size_t max, struct buffer *out);

/* The first bytes of a side as far as they lie in one piece, at most `len`. */
struct slice connection_peek(struct extents *x, const struct store *store, struct buffer *scratch, size_t len);

#endif
