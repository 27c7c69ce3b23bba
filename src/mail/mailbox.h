/*
 * mailbox: what a POP3 session tells of the mailbox: how many mails and octets, their sizes and unique-ids, which were
 * retrieved and deleted. Private to the mail layer. RFC 1939 sections 5 to 7.
 *
 * Messages with a number above SESSION_LINES_MAX are not kept.
 */
#ifndef MAIL_MAILBOX_H
#define MAIL_MAILBOX_H

#include "mail/session.h"

/* Made when it is not there. */
struct session_mailbox *mailbox_of(struct session *s);

/* The command has its answer. */
void mailbox_note(struct session *s, const struct command *c);

/* A line of the answer to LIST or UIDL. */
void mailbox_note_line(struct session *s, const struct command *c, struct slice line);

/* The message was retrieved whole. */
void mailbox_note_retrieved(struct session *s, uint32_t number);

/* NULL: nothing is known of it. */
const struct mailbox_message *mailbox_message(const struct session *s, uint32_t number);

/* The size that a reply to RETR announces: "120 octets", "message follows (120 bytes)", or a number alone; 0: none. */
uint64_t mailbox_read_octets(struct slice text);

#endif
