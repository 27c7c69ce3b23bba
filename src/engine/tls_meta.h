/*
 * tls_meta: reads what TLS tells in clear of a session, for its diagnosis: hellos, alerts, the server's certificate.
 * One for each session that speaks TLS, owned by its connection; worker thread.
 */
#ifndef ENGINE_TLS_META_H
#define ENGINE_TLS_META_H

#include "engine/connection.h"

struct tls_meta;

/* Reads on in both sides, as far as they were delivered; begins with the first call. */
void tls_meta_read(struct connection *v, const struct store *store);
void tls_meta_free(struct tls_meta *h);

#endif
