/*
 * lifecycle: keeps, evicts and frees connections. Private to the engine layer.
 */
#ifndef ENGINE_LIFECYCLE_H
#define ENGINE_LIFECYCLE_H

#include "engine/parts.h"

/* Of a session that begins, or will. */
uint64_t lifecycle_next_number(struct engine *e);
struct connection *lifecycle_begin(struct engine *e, struct flow *f, enum protocol protocol, bool by_content);
/* A packet of the index becomes the last of the session's chain. */
void lifecycle_chain(struct engine *e, struct connection *v, uint64_t number, struct index_row *row);
/* The packet by which it began, long ago, becomes its own. */
void lifecycle_adopt_syn(struct engine *e, struct connection *v, uint64_t number);
/* Its flow is over. True: it is parked, for its key may come. */
bool lifecycle_park(struct engine *e, struct connection *v);
/* Who has waited long enough for a key waits no more. No key comes any more. All that are parked go. */
void lifecycle_tick(struct engine *e);
void lifecycle_end_parked(struct engine *e);
void lifecycle_free_parked(struct engine *e);
/* Nothing more comes of it: who follows it is told. */
void lifecycle_end(struct engine *e, struct connection *v);
/* It is over and nobody needs it any more: without a screen it goes. */
void lifecycle_release(struct engine *e, struct connection *v);
/* Above the budget packets of no session go first, then sessions: see budget.h. */
void lifecycle_evict(struct engine *e);
/* Bytes of memory that are taken. */
uint64_t lifecycle_memory(const struct engine *e);
void lifecycle_free(struct engine *e, struct connection *v);
void lifecycle_free_list(struct engine *e);
/* An extents_drop: its bytes are not needed any more. */
void lifecycle_release_extent(void *ctx, const struct extent *x);

#endif
