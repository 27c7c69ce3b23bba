/*
 * auth: a login by AUTH while it goes on: its lines are passed on, and marked where they hold a secret (RFC 4954, RFC
 * 5034). Internal to proto; what the lines mean is sasl's business.
 */
#ifndef PROTO_AUTH_H
#define PROTO_AUTH_H

#include "proto/talk.h"

/* Whether the AUTH command itself holds a secret: an initial response that is not just a user's name, or what cannot be
 * a mechanism. */
bool auth_is_secret(struct slice arguments);

/* Whether a command's arguments hold a secret: by its row; of one that no RFC knows: by its words. */
bool auth_holds_secret(const struct verb_line *command);

/*
 * From command `index` on, which begins a login or goes on with one, a client's line that is no command may be a part
 * of it, whatever the server made of the command: replies may be out of step, and clients go on though they were
 * refused. That ends when a later command was accepted that is not about logins.
 */
void auth_come_near(struct dialogue *d, uint32_t index);
void auth_go_on(struct dialogue *d, enum verb verb, uint32_t index, bool accepted);

/* Whether what is no command may be a part of a login: near one, and in POP3 also where one may have gone on unseen,
 * because its passwords are plain text. */
bool auth_may_begin(const struct dialogue *d);

/* Whether a refusal may repeat what the client said in a login and what was not captured, or not read yet. */
bool auth_may_echo(const struct dialogue *d, uint32_t index);

/* Command `index` began a login, while none was going on; its initial response, if there is one, is the client's first
 * line. */
void auth_begin(struct talk *t, uint32_t index, struct slice arguments, const struct line *line);

/* A line of the client in the login that goes on. */
void auth_client_line(struct talk *t, const struct line *line);

/* The server asks for more in the login that goes on; `text` is its line without the code, `last` false where "334-"
 * goes on. */
void auth_challenge(struct talk *t, const struct line *line, struct slice text, bool last);

/* A line of the client may be missing: what was to be the name may be the secret. */
void auth_lose(struct dialogue *d);

/* A question of the server may be missing: it may have asked for the password first. */
void auth_lose_challenge(struct dialogue *d);

/* The login is over: answered, or without a final reply, and then the last challenge counts as the reply. */
void auth_answer(struct talk *t);
void auth_give_up(struct talk *t);

#endif
