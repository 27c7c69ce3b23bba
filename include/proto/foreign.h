/*
 * foreign: what else is met on the ports of mail: programs that speak HTTP, SSH or something binary there.
 *
 * Pure. What a side says first tells. A foreign client does not make a foreign session: where the server greets in a
 * mail protocol the dialogue is that, with commands that nobody knows.
 */
#ifndef PROTO_FOREIGN_H
#define PROTO_FOREIGN_H

#include "base/slice.h"

enum foreign {
	FOREIGN_NONE,
	FOREIGN_HTTP,
	FOREIGN_SSH,
	FOREIGN_BINARY, /* no text at all, and no TLS either */
};

/* What the first bytes of a side are beyond doubt; FOREIGN_NONE for mail, TLS, text that could be anything, and
 * nothing. */
enum foreign foreign_recognise(struct slice said);

/* "http", ...; NULL for none. */
const char *foreign_name(enum foreign foreign);

#endif
