/*
 * record_list: the records of TLS of both sides of a connection, as they lie on the wire, in the order in which they
 * were complete. Private to present; the session detail's.
 */
#ifndef PRESENT_RECORD_LIST_H
#define PRESENT_RECORD_LIST_H

#include "engine/engine.h"

struct record_item {
	uint64_t offset; /* in the side's stream on the wire */
	uint64_t packet; /* that completed it */
	uint32_t len;	 /* of its body */
	uint8_t type;
	enum side side;
};

struct record_list {
	struct record_item *items;
	size_t count;
	size_t cap;
	uint64_t next[SIDES]; /* where the next one begins */
	bool has_begun[SIDES];
	bool is_lost[SIDES]; /* bytes are missing, or it is no record: what follows is not known */
};

void record_list_fini(struct record_list *l);
void record_list_clear(struct record_list *l);

/* Adds those that are complete by now. */
void record_list_update(struct record_list *l, struct engine *e, struct connection *v);

/* "application data, 1024 bytes". */
void record_list_text(const struct record_item *r, struct buffer *out);

#endif
