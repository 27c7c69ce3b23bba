/*
 * exposed: how many logins of a session can be read by whoever gets its packets.
 */
#ifndef MAIL_EXPOSED_H
#define MAIL_EXPOSED_H

#include "mail/session.h"

struct exposed {
	uint32_t passwords; /* attempts whose password, or a token as good as one, passed in clear text */
	uint32_t digests;   /* attempts of which only a digest of the password passed */
};

/* Adds those of the session, refused ones and those that are going on included; and with `has_keys` those that passed
 * encrypted. */
void exposed_add(struct exposed *sum, const struct session *s, bool has_keys);

#endif
