/*
 * protocol_rules: which rules stand for the same trouble in each protocol. Private to diagnosis.
 */
#ifndef DIAGNOSIS_PROTOCOL_RULES_H
#define DIAGNOSIS_PROTOCOL_RULES_H

#include "diagnosis/rules.h"

struct protocol_rules {
	enum rule other_protocol; /* something else is spoken on its port, or by its client */
	enum rule slow_reply;
	enum rule clear_password;
	/* What a reply that is in no file of patterns means. */
	void (*reply)(struct session *s, struct command *c, const struct reply *r);
};

/* Also of PROTOCOL_UNKNOWN: SMTP's. */
const struct protocol_rules *protocol_rules(enum protocol protocol);

#endif
