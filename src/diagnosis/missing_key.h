/*
 * missing_key: which program could hand the keys of a session in TLS over, on this machine: known by the greeting of
 * the server, its own or that of another session with it. Private to diagnosis; what others ask is in diagnosis.h.
 *
 * A greeting says what it likes: all that comes of it is the number of a row of key_log_ways.
 */
#ifndef DIAGNOSIS_MISSING_KEY_H
#define DIAGNOSIS_MISSING_KEY_H

#include "diagnosis/rules.h"
#include "diagnosis/traces.h"

/* The server's greeting, where anybody will need to know. */
void missing_key_note_greeting(struct session *s, const struct command *c);

/* The session is over: what its greeting told is remembered for those with the same address and protocol, or what one
 * before it told is taken over. Before the finding is made. */
void missing_key_remember(struct traces *k, struct session *s);

/* Where something on this machine can be set, the finding says what. `f` may be NULL. */
void missing_key_advise(const struct session *s, struct finding *f);

#endif
