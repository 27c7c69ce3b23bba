/*
 * rows_tls: what the screen, -N and the report say of TLS, in words. Private to present.
 */
#ifndef PRESENT_ROWS_TLS_H
#define PRESENT_ROWS_TLS_H

#include "mail/session.h"
#include "snapshot/snapshot.h"

/* What became of a session that is not read. */
void rows_tls_result(const struct session *s, char *out, size_t size);

/* The row of the whole handshake, and of a step of it. */
void rows_tls(const struct session *s, struct snapshot_timeline_row *row);
void rows_tls_step(const struct session *s, size_t step, struct snapshot_timeline_row *row);

#endif
