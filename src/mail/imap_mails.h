/*
 * imap_mails: the mails of IMAP: which FETCH brings them, whole or in parts, which APPEND takes them, and what became
 * of them. Private to the mail layer.
 *
 * A mail that was fetched is told when its FETCH has its answer, one that was appended when its APPEND has; of the
 * former at most IMAP_MAILS_WAITING_MAX, and no more than IMAP_MAILS_WAITING_LEN of the stream, wait.
 */
#ifndef MAIL_IMAP_MAILS_H
#define MAIL_IMAP_MAILS_H

#include "mail/imap_state.h"

enum {
	IMAP_MAILS_WAITING_MAX = 256,
	IMAP_MAILS_WAITING_LEN = 32 * 1024 * 1024,
};

/* Made when they are not there. */
struct imap_mails *imap_mails_of(struct session *s);

/* A mail whose data begin, on either side; `event` is DIALOGUE_MAIL_BEGIN. And one whose data have ended. */
struct mail *imap_mails_new(struct session *s);
void imap_mails_begin(struct session *s, struct mail *m, const struct dialogue_event *event);
void imap_mails_end(struct session *s, struct mail *m, const struct observers *observers);

/* An answer FETCH is over. */
void imap_mails_note_fetched(struct session *s, const struct dialogue_event *event, const struct observers *observers);

/* A command has its answer. */
void imap_mails_note_answer(struct session *s, const struct command *c, const struct observers *observers);

/* The text of an answer to an APPEND, what stands behind OK: it may tell the UIDs of the messages. */
void imap_mails_note_uids(const struct command *c, struct slice text);

/* What became of a message's bytes is known: the mail waits for its command's answer, or is told. And: nothing becomes
 * of them. */
void imap_mails_wait(struct session *s, struct mail *m, const struct observers *observers);
void imap_mails_drop(struct session *s, struct mail *m);

/* The client leaves the mailbox, or selects it again. */
void imap_mails_leave(struct session *s, bool is_same, const struct observers *observers);

/* A message is gone, those behind it have other numbers. And all of a set of UIDs; returns how many these are. */
void imap_mails_expunge(struct session *s, uint32_t number, const struct observers *observers);
uint64_t imap_mails_vanish(struct session *s, struct slice set, const struct observers *observers);

/* The connection is over: all that is open is decided. */
void imap_mails_finish(struct session *s, const struct observers *observers);

#endif
