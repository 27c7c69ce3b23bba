/*
 * resumption: remembers master secrets of TLS up to 1.2 by the session id or the ticket under which a client may resume
 * them (RFC 5246 section 7.3, RFC 5077): a key log may have no line for the resumed handshake. Bounded, the oldest go
 * first; in memory that is locked, left out of cores and wiped. Owned by one thread.
 */
#ifndef TLS_RESUMPTION_H
#define TLS_RESUMPTION_H

#include "base/slice.h"
#include "tls/key_set.h"

struct resumption;

/* `max`: sessions, at least some hundreds; where there are more, an eighth of them goes at once. */
struct resumption *resumption_new(size_t max);
void resumption_free(struct resumption *r);

/* `id`: of a session, or a ticket; an empty one is none. */
void resumption_remember(struct resumption *r, struct slice id, const struct key_secret *master);
bool resumption_recall(const struct resumption *r, struct slice id, struct key_secret *master);

#endif
