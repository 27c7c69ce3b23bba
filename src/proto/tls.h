/*
 * tls: where a dialogue turns into TLS: at its start, or after STARTTLS or STLS (RFC 3207, RFC 2595, RFC 8314).
 * Internal to proto. What follows is not looked at.
 */
#ifndef PROTO_TLS_H
#define PROTO_TLS_H

#include "proto/talk.h"

/* Whether the next bytes of a side could be TLS: the first ones, those after a gap or an accepted STARTTLS. */
bool tls_may_begin(const struct dialogue *d, enum side side);

/* Whether `in` (not empty) begins a TLS record; `*decided` false while it is too short to tell. */
bool tls_is_record(struct slice in, bool *decided);

/* `side`, which spoke clear text, speaks TLS from its next byte on; so does the other, if that is sure. */
void tls_begin(struct talk *t, enum side side);

#endif
