/*
 * rules_reply: what a reply means, by its codes and its words. Private to diagnosis.
 */
#ifndef DIAGNOSIS_RULES_REPLY_H
#define DIAGNOSIS_RULES_REPLY_H

#include "diagnosis/rules.h"

void rules_reply_smtp(struct session *s, struct command *c, const struct reply *r);
void rules_reply_pop3(struct session *s, struct command *c, const struct reply *r);

/* A finding of what a reply says; `meaning`: what is known of it beside its own words; may be empty. NULL: there are
 * enough of that rule. */
struct finding *rules_reply_add(struct session *s, struct command *c, const struct reply *r, enum rule rule,
				struct slice meaning);
/* A token was given in place of a password. */
bool rules_reply_is_oauth(const struct command *c);
/* A server that speaks in clear does not know what to make of the client's hello: see T06. */
bool rules_reply_is_about_tls(const struct session *s, const struct command *c);

#endif
