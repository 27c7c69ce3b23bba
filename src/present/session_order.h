/*
 * session_order: what a session is put in order by, for each column of the list. Worker thread.
 */
#ifndef PRESENT_SESSION_ORDER_H
#define PRESENT_SESSION_ORDER_H

#include "common/endpoint.h"
#include "engine/engine.h"
#include "present/sorter.h"
#include "snapshot/query.h"

/* Columns of a mail mean the session's first one, which may have to be read. */
void session_order_key(struct engine *e, struct connection *v, enum query_sort sort, struct sorter_key *key);

/* What these columns show. */
uint64_t session_order_resent(const struct session *s); /* packets, of both sides */
/* The end that is told: of a client the one that a proxy says; the server is the one that the connection goes to. */
struct endpoint session_order_end(const struct session *s, enum side side);
/* The name of an end's host, as far as it is known; NULL: it is not. */
const char *session_order_host(const struct engine *e, const struct session *s, enum side side);

#endif
