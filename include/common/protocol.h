/*
 * protocol: the mail protocols, by the names that ECS gives them.
 */
#ifndef COMMON_PROTOCOL_H
#define COMMON_PROTOCOL_H

enum protocol {
	PROTOCOL_UNKNOWN,
	PROTOCOL_SMTP,
	PROTOCOL_LMTP,
	PROTOCOL_POP3,
	PROTOCOL_IMAP,
	PROTOCOLS
};

/* "smtp", ...; "unknown". */
const char *protocol_name(enum protocol protocol);

#endif
