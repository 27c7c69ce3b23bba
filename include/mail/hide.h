/*
 * hide: what of a session is not to be seen without leave: the places of passwords in both streams, and where the
 * server repeats what the client had to hide. The part of a session that feeds mask, the panes and the records; private
 * to the mail layer, but for hide_place.
 */
#ifndef MAIL_HIDE_H
#define MAIL_HIDE_H

#include "base/buffer.h"
#include "mail/session.h"

/* Bytes of no command, as of a relay's login. Nothing new when they are hidden already. */
void hide_place(struct session *s, enum side side, uint64_t begin, uint64_t end);

/* A secret stands in the arguments of a command, or in a line of its own that is no command. */
void hide_command(struct session *s, const struct command *c, const struct dialogue_event *event);
/* A client's or server's line of a login; `c` NULL: its command is forgotten. The line was added to the command's. */
void hide_auth_line(struct session *s, const struct command *c, const struct dialogue_event *event);
void hide_skipped(struct session *s, const struct dialogue_event *event);
/* A literal of a command that holds a secret, and what follows one; both were added to the command. */
void hide_literal(struct session *s, const struct command *c, const struct dialogue_event *event);
void hide_more(struct session *s, const struct command *c, const struct dialogue_event *event);
/* The beginning of a line that never ended: what may be kept of it is appended. */
void hide_unfinished(struct session *s, const struct dialogue_event *event, struct buffer *out);

/* The rest of a line that was cut off may be a secret too: up to what the side says next. */
void hide_rest(struct session *s, const struct dialogue_event *event);
void hide_no_more(struct session *s, const struct dialogue_event *event);

/* Looks through what the server says, notes the places of secrets, appends the text without them. False, and nothing
 * appended, when there is none. */
bool hide_echo(struct session *s, const struct dialogue_event *event, struct buffer *out);

#endif
