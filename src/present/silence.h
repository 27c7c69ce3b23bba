/*
 * silence: when nobody said anything for long, and which packets ended a connection: what only its packets tell.
 * Private to present.
 *
 * Packets are read one by one only where there is a pause between two, and at the end; of each such place so many that
 * the work is bounded. What cannot be read there makes no claim.
 */
#ifndef PRESENT_SILENCE_H
#define PRESENT_SILENCE_H

#include "engine/engine.h"

#define SILENCE_BEFORE_GREETING UINT32_MAX /* in place of a number */

/* From the last packet that said something to the next that does, or that closes. */
struct silence {
	int64_t begin_ns;
	int64_t end_ns;
	uint64_t after; /* the packet that ended it */
	enum side side; /* whose packet that is */
	bool has_gap;	/* what is missing may have been said in it: set by its reader */
	bool is_repeat; /* it said again what had been said */
	bool is_close;
	bool is_handshake;     /* there is no connection yet; it is not kept */
	bool is_closed[SIDES]; /* the side's window was, as of its last packet in it */
};

struct silence_list {
	struct silence *items;
	size_t count;
	size_t cap;
	size_t seen;	   /* packets that were looked at */
	size_t unfinished; /* the first packet of a pause that has not ended; 0: there is none */
};

void silence_fini(struct silence_list *l);
void silence_clear(struct silence_list *l);

/* Looks at those of the session's packets that have come since. */
void silence_find(struct silence_list *l, struct engine *e, const struct connection *v, const uint64_t *packets,
		  size_t count);

struct silence_closes {
	struct stamp fin[SIDES]; /* the first of each; packet 0: none was found */
	struct stamp reset;	 /* the first of the side that the session says */
};

struct silence_closes silence_closes(struct engine *e, const struct connection *v, const uint64_t *packets,
				     size_t count);

#endif
