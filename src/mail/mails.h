/*
 * mails: the mails of a session, whatever brings them: how one begins, gets its bytes, counts and is told. Which
 * commands it belongs to is for transaction, retrieved and imap_mails. Private to the mail layer.
 */
#ifndef MAIL_MAILS_H
#define MAIL_MAILS_H

#include "mail/session.h"

struct mail *mails_new(struct session *s);

/* From now on it counts as a mail of the session. Nothing new when it does already. */
void mails_number(struct session *s, struct mail *m);

/* Its outcome is known, and its data are here as far as they will be. */
void mails_tell(struct session *s, struct mail *m, const struct observers *observers);

/* More of its bytes, after those that it has. */
void mails_add_range(struct session *s, struct mail *m, uint64_t begin, uint64_t end);

#endif
