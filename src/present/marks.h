/*
 * marks: which bytes of a session were sent again, came out of order, or were held up by a closed window: by its
 * packets. Private to present.
 *
 * Packets are read in slices; at most MARKS_MAX marks are kept. Streams so long that sequence numbers say no more where
 * in them a packet stands have none, and those that a filter has made: what is not known is not told.
 */
#ifndef PRESENT_MARKS_H
#define PRESENT_MARKS_H

#include "engine/engine.h"

enum {
	MARKS_MAX = 10000,
};

enum mark_kind {
	MARK_RESENT,
	MARK_DISORDERED,
	MARK_CLOSED, /* the window of who receives the bytes closed right behind them */
	MARK_KINDS
};

struct mark {
	uint64_t offset; /* on the wire, in the stream of the side whose bytes they are */
	enum side side;
	enum mark_kind kind;
};

struct mark_list {
	struct mark *items; /* by side, kind, offset */
	size_t count;
	size_t cap;
	size_t seen; /* packets that were looked at */
	bool is_closed[SIDES];
};

void marks_fini(struct mark_list *l);
void marks_clear(struct mark_list *l);

/* Looks at some of the session's packets that have come since, for about half a millisecond. Returns whether there are
 * more. */
bool marks_work(struct mark_list *l, struct engine *e, struct connection *v, const uint64_t *packets, size_t count);

/* How many there are of a kind on a side's bytes from `begin` to before `end`. */
size_t marks_count(const struct mark_list *l, enum side side, enum mark_kind kind, uint64_t begin, uint64_t end);

#endif
