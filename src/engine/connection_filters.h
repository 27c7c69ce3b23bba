/*
 * connection_filters: a connection's streams behind up to two filters: that of TLS, and in its text, or on the wire,
 * that of what is compressed. Private to the engine layer.
 */
#ifndef ENGINE_CONNECTION_FILTERS_H
#define ENGINE_CONNECTION_FILTERS_H

#include "engine/connection.h"
#include "engine/filtered.h"

/* A side speaks TLS, or is compressed, from `begin` of the stream on that its parser reads. */
void connection_filters_begin_tls(struct connection *v, enum side side, uint64_t begin,
				  const struct connection_scene *scene);
void connection_filters_begin_inflating(struct connection *v, enum side side, uint64_t begin,
					const struct connection_scene *scene);

/* Gives the filters what has come of a side. Returns whether they took anything. */
bool connection_filters_pump(struct connection *v, enum side side, struct store *store);

/* Whether there is no text yet, and may be some. */
bool connection_filters_may_make_text(const struct connection *v);

#endif
