/*
 * imap_facts: what a session of IMAP knows of itself: which mailbox is selected, how many messages it has, what was
 * enabled, who client and server are, how long the client waited in IDLE. Private to the mail layer.
 */
#ifndef MAIL_IMAP_FACTS_H
#define MAIL_IMAP_FACTS_H

#include "mail/session_imap.h"

/* Made when they are not there. */
struct session_imap *imap_facts_of(struct session *s);
void imap_facts_free(struct session_imap *imap);
size_t imap_facts_memory(const struct session_imap *imap);

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

/* Appends the name of a mailbox as mailtap-formats(5) has it. */
void imap_facts_append_name(const struct session *s, struct slice name, struct buffer *out);

/* The numbers of a response code, such as "APPENDUID 38505 3955": what stands behind its first word; empty: the text
 * begins with another, or none. `text`: what stands behind OK. */
struct slice imap_facts_code_rest(struct slice text, const char *code);

#endif
