/*
 * verb: the commands that the parsers know, and how strictly a line must be one.
 *
 * Pure. In the run of a dialogue a line is a command whatever it holds. Where the parser has to find its place again
 * (after a gap, after a DATA whose reply was not captured) only a line that follows the command's own grammar counts,
 * because the text of mails is full of lines that begin with "Send", "Help" or "Data".
 */
#ifndef PROTO_VERB_H
#define PROTO_VERB_H

#include "base/slice.h"
#include "common/protocol.h"

enum verb {
	VERB_UNKNOWN,
	VERB_DONE, /* holds the place of a command that waits for nothing */
	VERB_GREETING,
	VERB_MESSAGE,
	VERB_AUTH,
	VERB_NOOP,
	VERB_QUIT,
	VERB_RSET,
	/* SMTP and LMTP */
	VERB_ATRN,
	VERB_BDAT,
	VERB_DATA,
	VERB_EHLO,
	VERB_ETRN,
	VERB_EXPN,
	VERB_HELO,
	VERB_HELP,
	VERB_LHLO,
	VERB_MAIL,
	VERB_RCPT,
	VERB_SAML,
	VERB_SEND,
	VERB_SOML,
	VERB_STARTTLS,
	VERB_TURN,
	VERB_VRFY,
	VERB_XCLIENT,
	VERB_XEXCH50,
	VERB_XFORWARD,
	/* POP3 */
	VERB_APOP,
	VERB_CAPA,
	VERB_DELE,
	VERB_LANG,
	VERB_LAST,
	VERB_LIST,
	VERB_PASS,
	VERB_RETR,
	VERB_STAT,
	VERB_STLS,
	VERB_TOP,
	VERB_UIDL,
	VERB_USER,
	VERB_UTF8,
	VERB_XTND,
};

/* A line taken apart. */
struct verb_line {
	enum verb verb;
	struct slice name;	/* the known verb in upper case, else the line's first word as sent */
	struct slice arguments; /* behind the blanks behind it, without trailing blanks */
	bool indented;		/* blanks stand before the verb */
	bool glued;		/* "=" stands behind it instead of a blank */
};

void verb_read(enum protocol protocol, struct slice text, struct verb_line *line);

/* Whether a whole line is a command beyond doubt. */
bool verb_is_certain(enum protocol protocol, struct slice text);

/* Whether it could be a command that nobody knows: a word of letters, and anything behind it. */
bool verb_is_possible(struct slice text);

/* Whether the beginning of a line, still without its end, could become such a command. */
bool verb_may_become(enum protocol protocol, struct slice text);

/* The first word of `text`, up to a blank; `*rest` is what follows the blanks behind it. */
struct slice verb_word(struct slice text, struct slice *rest);

/* Row `number` of a protocol's verbs, NULL past the end: to test the table of commands against. */
const char *verb_name(enum protocol protocol, size_t number);

#endif
