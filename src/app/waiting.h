/*
 * waiting: lines and records of sessions of which it is not known yet whether they pass the filter, until it is.
 * Private to the app layer; worker thread.
 */
#ifndef APP_WAITING_H
#define APP_WAITING_H

#include "base/slice.h"

struct waiting;

/* `limit`: bytes that may wait of all together; 0: any. */
struct waiting *waiting_new(size_t limit);
void waiting_free(struct waiting *w);

void waiting_add(struct waiting *w, uint64_t session, struct slice text, int64_t now_ns);

typedef void waiting_sink(void *ctx, struct slice text, int64_t now_ns);

/* Gives back what waits of the session, in its order, and forgets it; `sink` NULL: forgets it. */
void waiting_take(struct waiting *w, uint64_t session, waiting_sink *sink, void *ctx);

bool waiting_is_full(const struct waiting *w);

#endif
