/*
 * kinds: the commands that change what a session knows, by number.
 */
#ifndef MAIL_KINDS_H
#define MAIL_KINDS_H

#include "base/slice.h"

enum command_kind {
	KIND_OTHER,
	KIND_GREETING,
	KIND_MESSAGE,
	KIND_UNSOLICITED,
	KIND_MAIL,
	KIND_RCPT,
	KIND_DATA,
	KIND_BDAT,
	KIND_RSET,
	KIND_HELLO, /* HELO, EHLO, LHLO */
	KIND_QUIT,
	KIND_AUTH,
	KIND_USER,
	KIND_PASS,
	KIND_APOP,
	KIND_LIST,
	KIND_CAPA,
	KIND_UIDL,
	KIND_RETR,
	KIND_TOP,
	KIND_DELE,
	KIND_STAT,
	KIND_STARTTLS, /* STLS too */
	KIND_XCLIENT,
	KIND_XFORWARD,
	KIND_XEXCH50,
};

/* `*known`: the verb as the table holds it, valid for ever; empty for KIND_OTHER. May be NULL. */
enum command_kind kinds_lookup(struct slice verb, struct slice *known);

#endif
