/*
 * rules_reply: what a reply means, by its codes and its words. Private to diagnosis.
 */
#ifndef DIAGNOSIS_RULES_REPLY_H
#define DIAGNOSIS_RULES_REPLY_H

#include "diagnosis/rules.h"

void rules_reply_smtp(struct session *s, struct command *c, const struct reply *r);
void rules_reply_pop3(struct session *s, struct command *c, const struct reply *r);

#endif
