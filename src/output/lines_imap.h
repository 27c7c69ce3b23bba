/*
 * lines_imap: what lines and reports say of IMAP beyond what they say of other protocols: pieces of lines (lines.h).
 * Private to the output layer.
 */
#ifndef OUTPUT_LINES_IMAP_H
#define OUTPUT_LINES_IMAP_H

#include "base/buffer.h"
#include "mail/session_imap.h"

/* "3 FETCH, 1 EXISTS": the untagged answers of a command; nothing when it had none. */
void lines_imap_untagged(struct buffer *out, const struct command *c, const char *before, const char *after);

/* "in INBOX, uid 7": nothing of a mail of another protocol. */
void lines_imap_place(struct buffer *out, const struct mail *m, const char *before);

/* The lines of a report about the mailbox, the programs of both ends, and IDLE. */
void lines_imap_session(struct buffer *out, const struct session *s);

#endif
