/*
 * imap_commands: what the commands of a session of IMAP have beyond those of others: tag, literals, continuations,
 * untagged answers. The part of session_apply that knows them; private to the mail layer.
 */
#ifndef MAIL_IMAP_COMMANDS_H
#define MAIL_IMAP_COMMANDS_H

#include "mail/session_imap.h"

/* A command was added. */
void imap_commands_begin(struct session *s, struct command *c, const struct dialogue_event *event);

/* Events of a command; `c` NULL: it is forgotten, or there is none. `last`: the stamp of their last byte. */
void imap_commands_go_on(struct session *s, struct command *c, const struct dialogue_event *event,
			 const struct stamp *last);
void imap_commands_add_literal(struct session *s, struct command *c, const struct dialogue_event *event,
			       const struct stamp *last);
void imap_commands_continue(struct session *s, struct command *c);
void imap_commands_end_idle(struct session *s, struct command *c, const struct stamp *last);

/* A line of an untagged answer; the whole answer, as far as it is kept, is the session's `line`. */
void imap_commands_add_untagged(struct session *s, struct command *c, const struct dialogue_event *event,
				const struct stamp *first);

#endif
