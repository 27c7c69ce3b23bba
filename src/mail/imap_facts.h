/*
 * imap_facts: what a session of IMAP knows of itself: which mailbox is selected, how many messages it has, what was
 * enabled, who client and server are, how long the client waited in IDLE. Private to the mail layer.
 */
#ifndef MAIL_IMAP_FACTS_H
#define MAIL_IMAP_FACTS_H

#include "mail/session_imap.h"

/* An untagged answer is whole: `c` is the command that it came under, NULL: none. */
void imap_facts_note_untagged(struct session *s, const struct command *c, const struct dialogue_event *event,
			      const struct observers *observers);

/* An answer FETCH is over. */
void imap_facts_note_fetched(struct session *s, const struct command *c, const struct fetched *fetched);

/* A command begins, IDLE is ended by DONE, a command has its answer. */
void imap_facts_begin_command(struct session *s, const struct command *c);
void imap_facts_end_idle(struct session *s, const struct command *c, const struct stamp *at);
void imap_facts_note_answer(struct session *s, const struct command *c, const struct stamp *at,
			    const struct observers *observers);

#endif
