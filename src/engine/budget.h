/*
 * budget: what open and ended connections take of the memory and the spool that the configuration allows, and who goes
 * when it is too much. Private to the engine layer, embedded in the engine.
 *
 * Of the open ones one goes that alone takes an eighth, else, of a sample, one that was not recognised yet, that said
 * nothing, whose client's network has most, that is silent longest. Of the ended ones those go first that take as much
 * or were given up themselves, then those whose client said nothing, those that failed last, the oldest of each first.
 * Who is marked or looked at stays.
 */
#ifndef ENGINE_BUDGET_H
#define ENGINE_BUDGET_H

#include "engine/connection.h"

enum {
	BUDGET_SOURCES = 1024, /* buckets of clients by their network */
	BUDGET_FOCUS_MAX = 3,
};

/* Ended connections, in the order in which they go. */
enum budget_class {
	BUDGET_LARGE,  /* an eighth of the memory or of the spool, or given up to make room */
	BUDGET_SILENT, /* the client said nothing */
	BUDGET_WELL,
	BUDGET_FAILED,
	BUDGET_CLASSES
};

struct budget {
	uint64_t memory_limit; /* 0: none */
	uint64_t open_memory;  /* of connections, their sessions and rows of the index; not of flows */
	uint64_t kept_memory;  /* of those that are over */
	uint64_t rows;	       /* of the index, in both */
	uint64_t spool_limit;  /* 0: none */
	uint64_t open_spool;   /* of packets of connections that are open */
	struct list_link hogs; /* open ones that hold an eighth of the spool: the first to do so first */
	uint32_t open_by_source[BUDGET_SOURCES];
	struct list_link ended[BUDGET_CLASSES]; /* the oldest first */
	struct list_link spared;
	int64_t spared_ns;		    /* they were looked at last; 0: look again */
	uint64_t focused[BUDGET_FOCUS_MAX]; /* the sessions that are looked at; 0: none */
};

void budget_init(struct budget *b, uint64_t memory_limit, uint64_t spool_limit);

/* A connection begins; what it takes has changed; it is over, and kept or not; it is freed. */
void budget_begin(struct budget *b, struct connection *v);
void budget_weigh(struct budget *b, struct connection *v);
/* A packet's row is its own, and bytes of the spool. */
void budget_add_packet(struct budget *b, struct connection *v, uint64_t spooled);
void budget_end(struct budget *b, struct connection *v, bool is_kept);
/* One that was kept goes on. */
void budget_reopen(struct budget *b, struct connection *v);
void budget_forget(struct budget *b, struct connection *v);

/* The ended one that goes next; NULL: none may. */
struct connection *budget_first_ended(struct budget *b, int64_t now_ns);

/* Whether packets of open ones take more than half of the spool, or those of one, which may go, an eighth. */
bool budget_open_hold_spool(const struct budget *b);

/* The open one that goes next, by what it takes of `limit` bytes of memory, or of the spool; NULL: none takes any. */
struct flow *budget_worst(const struct budget *b, struct flow_table *flows, uint64_t limit, bool for_spool);

#endif
