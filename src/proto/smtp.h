/*
 * smtp: SMTP and LMTP line by line (RFC 5321, 3030, 4954, 3207, 2920, 2033). Internal to proto; dialogue.c cuts the
 * lines, takes the data of mails and looks for TLS.
 */
#ifndef PROTO_SMTP_H
#define PROTO_SMTP_H

#include "proto/talk.h"

/* A line of the client where a command may stand. */
void smtp_command(struct talk *t, const struct line *line);

/* The 354 to XEXCH50 must have been in a hole: its final reply is still to come. */
void smtp_asked_for_octets(struct talk *t);

void smtp_server_line(struct talk *t, const struct line *line);

/* Whether a reply with this code can be one to this command. */
bool smtp_may_answer(enum verb verb, struct slice code);

#endif
