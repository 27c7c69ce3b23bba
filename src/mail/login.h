/*
 * login: who logged in by a command, and whether it was let in. The part of a session that knows AUTH, USER, PASS,
 * APOP and LOGIN; private to the mail layer.
 */
#ifndef MAIL_LOGIN_H
#define MAIL_LOGIN_H

#include "mail/session.h"

/* What only few commands have, made when it is not there. */
struct command_extra *login_extra(struct session *s, struct command *c);

/* The command is done: if it was a login, its mechanism, user and secret are read. */
void login_note(struct session *s, struct command *c);

#endif
