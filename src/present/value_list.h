/*
 * value_list: values that were seen in the sessions so far and begin with what was typed, from the engine's sums.
 * Worker thread, the viewer's.
 */
#ifndef PRESENT_VALUE_LIST_H
#define PRESENT_VALUE_LIST_H

#include "engine/engine.h"
#include "snapshot/snapshot.h"

/* Those that the query asks for; without their case. Looks at STATISTICS_ROWS keys of each kind at most. */
void value_list_fill(const struct engine *e, const struct query *q, struct snapshot *s);

#endif
