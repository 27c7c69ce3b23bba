/*
 * handshake: reads what TLS tells in clear of a session, for its diagnosis: hellos, alerts, the server's certificate.
 * One for each session that speaks TLS, owned by its conversation; worker thread.
 */
#ifndef ENGINE_HANDSHAKE_H
#define ENGINE_HANDSHAKE_H

#include "engine/conversation.h"

struct handshake;

/* Reads on in both sides, as far as they were delivered; begins with the first call. */
void handshake_read(struct conversation *v, const struct store *store);
void handshake_free(struct handshake *h);

#endif
