/*
 * budget: what open and ended connections take of the memory and the spool that the configuration allows, and who goes
 * when it is too much. Private to the engine layer.
 *
 * Open ones may have half of the memory. Above it one goes whose session is cut there: one that alone takes an eighth,
 * else, of a sample, one that was not recognised yet, that said nothing, whose client's network has most, that is
 * silent longest. Of the ended ones those go first whose client said nothing, those that failed last, the oldest of
 * each first. Who is marked or looked at stays.
 */
#ifndef ENGINE_BUDGET_H
#define ENGINE_BUDGET_H

#include "engine/parts.h"

void budget_init(struct engine *e);

/* A connection begins; what it takes has changed; it is over, and with a screen it is kept; it is freed. */
void budget_begin(struct engine *e, struct connection *v);
void budget_weigh(struct engine *e, struct connection *v);
void budget_end(struct engine *e, struct connection *v);
void budget_forget(struct engine *e, struct connection *v);

/* Bytes of memory that are taken: by open ones, and by all. */
uint64_t budget_open_memory(const struct engine *e);
uint64_t budget_memory(const struct engine *e);

/* The ended one that goes next; NULL: none may. */
struct connection *budget_first_ended(struct engine *e);

/* Gives up an open connection. False: there is none. */
bool budget_shed(struct engine *e, bool for_spool);

#endif
