/*
 * history_imap: what sessions of IMAP before this one tell about it: mailboxes whose UIDVALIDITY has changed, mails
 * that a client fetches again and again. Private to diagnosis.
 */
#ifndef DIAGNOSIS_HISTORY_IMAP_H
#define DIAGNOSIS_HISTORY_IMAP_H

#include "diagnosis/traces.h"
#include "mail/session.h"

/* The session is over. */
void history_imap_session(struct traces *k, struct session *s);

#endif
