/*
 * session_order: which of two sessions comes first, by a column of the list. Worker thread.
 */
#ifndef PRESENT_SESSION_ORDER_H
#define PRESENT_SESSION_ORDER_H

#include "engine/engine.h"
#include "snapshot/query.h"

/* Below, above or equal to 0, as of strcmp. Columns of a mail mean the session's first one, which may have to be
 * read. */
int session_order(struct engine *e, struct connection *a, struct connection *b, enum query_sort sort);

/* What these columns show. */
uint64_t session_order_resent(const struct session *s); /* packets, of both sides */
/* Of the first mail; NULL: there is none. */
const struct record_fields *session_order_mail(struct engine *e, struct connection *v);

#endif
