/*
 * rows_imap: what the screen says of IMAP beyond what it says of other protocols: untagged answers folded under their
 * command, the stretches of IDLE, where a mail lies, what a session did. Private to present.
 */
#ifndef PRESENT_ROWS_IMAP_H
#define PRESENT_ROWS_IMAP_H

#include "mail/session_imap.h"
#include "snapshot/snapshot.h"

/* The untagged answers of a command, in one row, and the client's DONE. */
void rows_imap_untagged(const struct session *s, const struct command *c, bool show_secrets,
			struct snapshot_timeline_row *row);
void rows_imap_done(const struct command *c, struct snapshot_timeline_row *row);

/* What stands before the words of a line: its tag, or the sign of an answer that has none, with the number of one that
 * nobody asked for; nothing where there are no tags. */
void rows_imap_put_tag(const struct session *s, const struct command *c, char *out, size_t size);

/* Names of mailboxes that stand in modified UTF-7 in the arguments of a command, as it is shown, are told readable
 * after them. */
void rows_imap_append_names(const struct session *s, const struct command *c, struct slice arguments, char *out,
			    size_t size);

/* What the detail of a command says of its literals, its mail, its IDLE. */
void rows_imap_append_detail(const struct session *s, const struct command *c, bool show_secrets, char *out,
			     size_t size);

/* Sentences about the whole session: its mailbox, what happened to mails, IDLE, the programs. */
void rows_imap_append_session(const struct session *s, char *out, size_t size);

/* "3 fetched, 1 appended"; false: neither was anything. */
bool rows_imap_result(const struct session *s, char *out, size_t size);

/* "INBOX", the mailbox that was opened last; empty when none was, or it is not known. And: of a mail, and what became
 * of it. */
void rows_imap_mailbox(const struct session *s, char *out, size_t size);
void rows_imap_mail(const struct mail *m, struct snapshot_mail_row *row);

#endif
