/*
 * retrieved: the mails of POP3: which RETR or TOP brings them, and whether they are deleted. Private to the mail layer.
 */
#ifndef MAIL_RETRIEVED_H
#define MAIL_RETRIEVED_H

#include "mail/session.h"

/* A mail whose data begin, and one whose data have ended. */
void retrieved_begin(struct session *s, struct mail *m);
void retrieved_end(struct session *s, struct mail *m);

/* DELE, RSET and QUIT, once their answers are known. */
void retrieved_step(struct session *s, const struct command *c);

/* The connection is over: now it is known whether the mail was deleted. */
void retrieved_finish(struct session *s, struct mail *m, const struct observers *observers);

#endif
