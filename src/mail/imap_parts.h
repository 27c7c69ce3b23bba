/*
 * imap_parts: messages that a client of IMAP fetches in parts: chunk by chunk, or header and text apart. A part waits
 * here for those that make a mail of it. Private to the mail layer.
 *
 * Bounded: IMAP_PARTS_MAX of them wait; the oldest is given up, and told as it is, when there are more, or when
 * IMAP_PARTS_LEN bytes of the stream or IMAP_PARTS_COMMANDS commands have passed since it got its last byte.
 */
#ifndef MAIL_IMAP_PARTS_H
#define MAIL_IMAP_PARTS_H

#include "mail/imap_state.h"

enum {
	IMAP_PARTS_MAX = 32,
	IMAP_PARTS_LEN = 64 * 1024 * 1024,
	IMAP_PARTS_COMMANDS = 4096,
};

/* A part of a message whose answer is over. */
void imap_parts_take(struct session *s, struct mail *m, const struct observers *observers);

/* Gives up what waits too long; `at`: how far the server's stream is. */
void imap_parts_age(struct session *s, uint64_t at, const struct observers *observers);

/* The command's answer, for the mails that got bytes by it. */
void imap_parts_note_answer(struct session *s, const struct command *c);

/* As imap_mails_leave, _expunge, _vanish. */
void imap_parts_leave(struct session *s, bool is_same, const struct observers *observers);
void imap_parts_expunge(struct session *s, uint32_t number, const struct observers *observers);
void imap_parts_vanish(struct session *s, struct slice set, const struct observers *observers);

#endif
