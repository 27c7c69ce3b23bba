/*
 * pop3: POP3 line by line (RFC 1939, 2449, 5034, 2595, 6856). Internal to proto; dialogue.c cuts the lines, takes the
 * data of mails and looks for TLS.
 */
#ifndef PROTO_POP3_H
#define PROTO_POP3_H

#include "proto/talk.h"

/* A line of the client where a command may stand. */
void pop3_command(struct talk *t, const struct line *line);

void pop3_server_line(struct talk *t, const struct line *line);

/* The final "." line of a mail was taken; or it must have been in the gap before (`in_hole`). */
void pop3_end_mail(struct talk *t, bool in_hole);

/* Whether the server's first line, at the front of `in`, must wait for what comes next: the client spoke first, and
 * "+OK" greets or answers. */
bool pop3_holds_greeting(struct talk *t, struct slice in);

/* Whether a whole line is +OK or -ERR with what follows, and whether the beginning of one could become such a line. */
bool pop3_is_reply(struct slice text);
bool pop3_may_become_reply(struct slice text);

/* Behind an answer to a command that was not captured: whether a mail follows. False while that cannot be told. */
bool pop3_guess_mail(struct talk *t, struct slice in);

#endif
