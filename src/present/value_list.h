/*
 * value_list: values that were seen in the sessions so far and begin with what was typed: from the engine's sums, and
 * where it keeps none, from the sessions themselves, the last one first.
 *
 * Worker thread, the viewer's. All zero: nothing is wanted.
 */
#ifndef PRESENT_VALUE_LIST_H
#define PRESENT_VALUE_LIST_H

#include "engine/engine.h"
#include "snapshot/snapshot.h"

struct value_list {
	uint32_t of;
	char prefix[QUERY_VALUE_SIZE];
	uint64_t next;	  /* session to be looked at; 0: none is left */
	size_t next_mail; /* of that one */
	uint64_t least;	  /* none before this one is looked at */
	uint32_t count;
	char found[SNAPSHOT_VALUES_MAX][QUERY_VALUE_SIZE];
};

/* Looks at some more sessions, for at most about 2 ms or the size of one mail. Whether there are more. */
bool value_list_work(struct value_list *l, struct engine *e, const struct query *q);

/* Those that the query asks for; without their case. Looks at STATISTICS_ROWS keys of each kind at most. */
void value_list_fill(const struct value_list *l, const struct engine *e, const struct query *q, struct snapshot *s);

#endif
