/*
 * protocol: the mail protocols, a row each (protocols.def).
 */
#ifndef COMMON_PROTOCOL_H
#define COMMON_PROTOCOL_H

#include <stdbool.h>

enum protocol {
	PROTOCOL_UNKNOWN,
#define PROTOCOL(id, name, label, ports, base, traits) PROTOCOL_##id,
#include "common/protocols.def"
#undef PROTOCOL
	PROTOCOLS
};

enum protocol_trait {
	PROTOCOL_TRANSFERS = 1 << 0,	  /* mails are handed over, in transactions of sender and recipients */
	PROTOCOL_MAILBOX = 1 << 1,	  /* mails are fetched from a mailbox, and deleted in it */
	PROTOCOL_EACH_RECIPIENT = 1 << 2, /* a mail is answered for each of its recipients (RFC 2033 section 4.2) */
	PROTOCOL_TAGGED = 1 << 3,	  /* a reply names its command: they come in any order (RFC 9051 section 5.5) */
};

struct protocol_row {
	const char *name;    /* ECS: "smtp", ...; "unknown" */
	const char *label;   /* "SMTP", ... */
	const char *ports;   /* "25;465" */
	enum protocol base;  /* whose commands it has, too; itself */
	unsigned int traits; /* of enum protocol_trait */
};

/* Of PROTOCOL_UNKNOWN too: no ports, no traits. */
const struct protocol_row *protocol_row(enum protocol protocol);

const char *protocol_name(enum protocol protocol);

bool protocol_has(enum protocol protocol, enum protocol_trait trait);

/* Whether two have commands in common: what a client says may not tell them apart. */
bool protocol_is_kin(enum protocol a, enum protocol b);

#endif
