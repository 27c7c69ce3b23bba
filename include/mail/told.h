/*
 * told: who client and server truly are where somebody in between says so: a header of the PROXY protocol, XCLIENT,
 * XFORWARD. Part of the session, worker thread.
 */
#ifndef MAIL_TOLD_H
#define MAIL_TOLD_H

#include "common/address.h"
#include "mail/session.h"
#include "proto/relay.h"

/* The header that stood before the client's first word. */
void told_note_header(struct session *s, const struct proxy_header *header);

/* A proxy was asked for a server, and connected. */
void told_note_relay(struct session *s, const struct relay *relay);

/* A command that has its answer: XCLIENT and XFORWARD tell an end when the server took them (Postfix XCLIENT_README,
 * XFORWARD_README). */
void told_note_command(struct session *s, const struct command *c);

/* What was told in a session; all of it empty when nothing was. */
const struct session_told *told_of(const struct session *s);

/* The end as it was told, else the one of the connection. */
struct endpoint told_end(const struct session *s, enum side side);

/* "198.51.100.7:5000"; without a port where none is known. */
void told_text(char out[ADDRESS_PORT_TEXT_SIZE], const struct endpoint *e);

#endif
