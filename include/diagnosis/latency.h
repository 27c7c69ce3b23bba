/*
 * latency: how long a client waited for a reply, and from when on the diagnoses call that slow. Their rules judge by
 * it, and the screen draws by it.
 */
#ifndef DIAGNOSIS_LATENCY_H
#define DIAGNOSIS_LATENCY_H

#include "mail/session.h"

/* A wait of so many nanoseconds, or more; INT64_MAX: no wait is. */
struct latency_limit {
	int64_t slow_ns;
	int64_t bad_ns; /* what is noticed before is warned about from here on */
};

/* Of the replies to a command; of the greeting, too. */
struct latency_limit latency_limit_of(const struct session *s, const struct command *c);

/* Nanoseconds from the command's end to its reply `r`, less the way there and back; of the greeting: from the
 * connection's start. `done_ns`: when the server gave the answer before, since commands of IMAP are said and done one
 * after the other; 0: there is none. An answer that brings mails begins with the first of them. */
int64_t latency_wait_ns(const struct session *s, const struct command *c, const struct reply *r, int64_t done_ns);

/* From how many nanoseconds on it is told that nobody said anything. */
int64_t latency_silence_ns(const struct session *s);

#endif
