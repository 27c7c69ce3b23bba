/*
 * server_info: what server and client said of themselves: greeting, HELO, extensions; private to the mail layer but for
 * the readers in session.h. Kept through session_forget, in memory of its own that the next session takes over.
 *
 * RFC 5321 section 4.1.4: a new EHLO replaces what was known, RFC 3207 section 4.2 and RFC 2595 section 4: TLS makes it
 * void. Limits: FACTS_TEXT_MAX bytes of each text.
 */
#ifndef MAIL_SERVER_INFO_H
#define MAIL_SERVER_INFO_H

#include "mail/session.h"

enum {
	FACTS_TEXT_MAX = 8192,
};

/* The command has all its replies, or will get no more. */
void server_info_note(struct session *s, const struct command *c);

/* The lines that answer CAPA are here. */
void server_info_note_capabilities(struct session *s, const struct command *c);

/* What the server offers, lines with LF between, however it said it. */
void server_info_note_extensions(struct session *s, struct slice lines);

#endif
