/*
 * unread_tls: where TLS begins in a session that no parser reads: with a hello, at the start or where STARTTLS was
 * asked for. Private to the engine layer.
 */
#ifndef ENGINE_UNREAD_TLS_H
#define ENGINE_UNREAD_TLS_H

#include "engine/connection.h"

/* The next piece of a side's stream. */
void unread_tls_look(struct connection *v, enum side side, const struct extent *x,
		     const struct connection_scene *scene);

#endif
