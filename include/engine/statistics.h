/*
 * statistics: sums of sessions by server, client, user, domain of the recipient, program, verb, reply code, finding.
 *
 * A session is counted once, when it is over and all its mails have settled; what it was stays counted when it goes.
 * A row of a key has the sessions in which the key was, those of them that failed, and of these sessions
 *   - mails and bytes (TCP's payload of both sides); of a domain: the mails that have a recipient there, and their
 * sizes
 *   - latencies of replies, in microseconds, by a sketch (base/sketch.h); of a verb or a code: of these replies alone;
 *     of a domain: of those that the mails' commands from RCPT on got
 *   - a small history: sessions by when they began.
 *
 * Bounded: of each kind the STATISTICS_ROWS keys with most sessions stay, the rest is summed in one row. A key that
 * comes again after that begins anew. Keys are cut at STATISTICS_KEY_MAX bytes. Owned by the engine, worker thread.
 */
#ifndef ENGINE_STATISTICS_H
#define ENGINE_STATISTICS_H

#include "base/series.h"
#include "base/sketch.h"
#include "base/slice.h"
#include "common/address.h"
#include "common/statistics.h"
#include "mail/session.h"

enum {
	STATISTICS_ROWS = 10000,
	STATISTICS_KEY_MAX = 255,
	STATISTICS_HISTORY = 16, /* columns of a row's */
	STATISTICS_COLUMNS = 64, /* of all sessions' */
};

struct statistics_row {
	struct slice key; /* of servers and clients the address, 4 or 16 bytes: see statistics_key */
	uint64_t sessions;
	uint64_t failed;
	uint64_t mails;
	uint64_t bytes;
	struct sketch latencies;
	uint32_t history[STATISTICS_HISTORY];
	unsigned int merged; /* see series_catch_up */
	/* The latest session, mail and run of replies that it was given. */
	uint64_t session;
	uint64_t mail;
	uint64_t run;
};

/* Of all sessions. */
struct statistics_times {
	struct series_scale scale;
	unsigned int merged;
	uint32_t sessions[STATISTICS_COLUMNS]; /* by when they began */
	uint32_t failed[STATISTICS_COLUMNS];
};

struct statistics;

/* `memory_limit`: bytes from which on fewer keys stay and sketches get coarser; 0: none. */
struct statistics *statistics_new(uint64_t memory_limit);
/* NULL is allowed. */
void statistics_free(struct statistics *t);
/* Bytes; of NULL 0. */
uint64_t statistics_memory(const struct statistics *t);

/* A session that is over. `begin_ns`: when the capture began. */
void statistics_count(struct statistics *t, const struct session *s, int64_t begin_ns);

/* The keys that stay, those with most sessions first; valid until the next session is counted. */
const struct statistics_row *const *statistics_rows(struct statistics *t, enum statistics_of of, size_t *count);
/* The sum of all other keys; `*keys`: how often one was added to it. NULL: there are none. */
const struct statistics_row *statistics_others(struct statistics *t, enum statistics_of of, uint64_t *keys);
/* Of all sessions; its key is empty. */
const struct statistics_row *statistics_total(const struct statistics *t);
const struct statistics_times *statistics_times(const struct statistics *t);

/* A key as people read it; `text` is where an address is written. */
struct slice statistics_key(enum statistics_of of, const struct statistics_row *row, char text[ADDRESS_TEXT_SIZE]);

#endif
