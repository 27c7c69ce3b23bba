/*
 * non_mail: what else is met on the ports of mail: programs that speak HTTP, SSH or something binary there.
 *
 * Pure. What a side says first tells. A foreign client does not make a foreign session: where the server greets in a
 * mail protocol the dialogue is that, with commands that nobody knows.
 */
#ifndef PROTO_NON_MAIL_H
#define PROTO_NON_MAIL_H

#include "base/slice.h"

enum non_mail {
	NON_MAIL_NONE,
	NON_MAIL_HTTP,
	NON_MAIL_SSH,
	NON_MAIL_BINARY, /* no text at all, and no TLS either */
};

/* What the first bytes of a side are beyond doubt; NON_MAIL_NONE for mail, TLS, text that could be anything, and
 * nothing. */
enum non_mail non_mail_recognise(struct slice said);

/* "http", ...; NULL for none. */
const char *non_mail_name(enum non_mail what);

#endif
