/*
 * transaction: which commands and data make a mail, and what became of it. The part of a session that knows MAIL, RCPT,
 * DATA and BDAT.
 *
 * Driven by commands in the order in which they were said, each once its answer is known (or will never come), so that
 * pipelining makes no difference.
 */
#ifndef MAIL_TRANSACTION_H
#define MAIL_TRANSACTION_H

#include "mail/session.h"

/* The latest command that was resolved: its replies are known, or there will be none. */
void transaction_step(struct session *s, struct command *c, const struct observers *observers);

/* Whether a BDAT says LAST. */
bool transaction_is_last_chunk(const struct command *c);

/* Whether a BDAT says how long its chunk is: else it is none (RFC 3030 section 2). */
bool transaction_is_chunk(const struct command *c);

/* Whether replies for each recipient and a last one for all are announced (353, PRDR). */
bool transaction_is_announced(const struct command *c);

/* Which recipient of the mail reply `r` to its data is about; NULL: all. */
const struct recipient *transaction_recipient(struct mail *m, const struct reply *r);

/* The reply to a mail's data that decides about it: of LMTP's a good one, if there is one; the last of PRDR's. */
const struct reply *transaction_decision(const struct command *c);

/* A client's mail whose data begin. */
void transaction_take_data(struct session *s, struct mail *m);

/* The connection is over: all that is open is decided. */
void transaction_finish(struct session *s, const struct observers *observers);

#endif
