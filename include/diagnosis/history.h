/*
 * history: what sessions before this one tell about it: retries, duplicates, mailboxes that are locked or fetched
 * again, logins that fail again and again, one mail on two connections; of IMAP UIDVALIDITY that has changed.
 *
 * A bounded memory of envelopes, mailboxes, clients, servers and messages, the ones met longest ago forgotten first
 * (HISTORY_MAX of all kinds; of mailboxes their unique-ids before the rest). Of what they are known by only a hash is
 * kept. Rules add their findings to the session at hand. Owned by the engine, worker thread.
 */
#ifndef DIAGNOSIS_HISTORY_H
#define DIAGNOSIS_HISTORY_H

#include "base/buffer.h"
#include "mail/session.h"

enum {
	HISTORY_MAX = 16384,
	HISTORY_UIDS_MAX = 2000, /* remembered of a mailbox */
};

struct history;

/* Unique-ids may take a part of `memory_limit` bytes; 0: there is no limit. */
struct history *history_new(uint64_t memory_limit);
void history_free(struct history *h);

/* Bytes that it takes. */
uint64_t history_memory(const struct history *h);

/* A login succeeded: the session holds its mailbox from now on. */
void history_login(struct history *h, struct session *s);
/* A mail's outcome is known. `message_id`: may be empty. */
void history_mail(struct history *h, struct session *s, const struct mail *m, struct slice message_id);
/* The session is over. */
void history_session(struct history *h, struct session *s);

#endif
