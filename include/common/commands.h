/*
 * commands: every command of every protocol, and all that the program knows of it.
 *
 * One const table (commands.def): what the parsers read, what a session does with it, which phase a diagnosis names,
 * and what the timeline and the help screen say come from the same row.
 */
#ifndef COMMON_COMMANDS_H
#define COMMON_COMMANDS_H

#include "base/slice.h"
#include "common/protocol.h"

enum {
	COMMANDS_NAME_SIZE = 15,
};

/* What a parser tells apart. */
enum verb {
	VERB_UNKNOWN,
	VERB_DONE, /* holds the place of a command that waits for nothing */
	VERB_GREETING,
	VERB_MESSAGE,
	VERB_UNPARSED,
	VERB_UNSOLICITED,
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
	/* IMAP; AUTHENTICATE is VERB_AUTH */
	VERB_APPEND,
	VERB_COMPRESS,
	VERB_FETCH, /* and UID FETCH */
	VERB_IDLE,
	VERB_LOGIN,
	VERB_LOGOUT,
	VERB_PLAIN, /* what the parser need not tell apart */
};

/* What may follow a verb. */
enum command_grammar {
	GRAMMAR_NEVER, /* no client says it */
	GRAMMAR_NONE,
	GRAMMAR_WORD,
	GRAMMAR_WORD_OR_NONE,
	GRAMMAR_TWO_WORDS,
	GRAMMAR_TEXT,
	GRAMMAR_FROM,
	GRAMMAR_TO,
	GRAMMAR_CHUNK,
	GRAMMAR_MECHANISM,
	GRAMMAR_NUMBER,
	GRAMMAR_NUMBER_OR_NONE,
	GRAMMAR_TWO_NUMBERS,
	GRAMMAR_ATTRIBUTES,
};

/* What it changes in what a session knows. */
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
	/* IMAP; AUTHENTICATE is KIND_AUTH, CAPABILITY is KIND_CAPA, LOGOUT is KIND_QUIT */
	KIND_APPEND,
	KIND_CLOSE, /* UNSELECT, too */
	KIND_COMPRESS,
	KIND_COPY, /* MOVE, too */
	KIND_ENABLE,
	KIND_EXPUNGE,
	KIND_FETCH,
	KIND_ID,
	KIND_IDLE,
	KIND_LOGIN,
	KIND_SEARCH, /* SORT, THREAD, too */
	KIND_SELECT, /* EXAMINE, too */
	KIND_STATUS,
	KIND_STORE,
};

/* The phase of a session that it belongs to. */
enum phase {
	PHASE_NONE,
	PHASE_CONNECT,
	PHASE_GREETING,
	PHASE_EHLO,
	PHASE_STARTTLS,
	PHASE_TLS,
	PHASE_AUTH,
	PHASE_MAIL,
	PHASE_RCPT,
	PHASE_DATA,
	PHASE_BODY,
	PHASE_END_OF_DATA,
	PHASE_RSET,
	PHASE_QUIT,
	PHASE_LOGIN, /* POP3 and IMAP from here on */
	PHASE_LISTING,
	PHASE_RETRIEVING,
	PHASE_DELETING,
	PHASE_SELECTING, /* IMAP */
	PHASE_SEARCHING,
	PHASE_APPENDING,
	PHASE_IDLING,
	PHASES
};

/* What of its arguments is secret. */
enum command_secrecy {
	SECRECY_NONE,
	SECRECY_ARGUMENTS,
	SECRECY_REST,	  /* all after the first word, where only one belongs */
	SECRECY_RESPONSE, /* the initial response after the mechanism */
};

/* What a positive reply is followed by. */
enum command_shape {
	SHAPE_LINE, /* nothing */
	SHAPE_LINES,
	SHAPE_LIST, /* lines, if the command had no arguments */
	SHAPE_MAIL,
};

enum command_trait {
	COMMAND_TELLS = 1 << 0,	   /* no other protocol has it: who says it speaks this one */
	COMMAND_HINTS = 1 << 1,	   /* it fits this protocol, and perhaps one that is no mail */
	COMMAND_BREAKS = 1 << 2,   /* a mail in chunks that is not ended is given up by it */
	COMMAND_SMUGGLED = 1 << 3, /* who hides a mail in a mail says it there */
};

struct command_row {
	char name[COMMANDS_NAME_SIZE];
	uint8_t name_len;
	uint8_t protocol;    /* enum protocol; its kin have the row, too */
	uint8_t verb;	     /* enum verb */
	uint8_t grammar;     /* enum command_grammar */
	uint8_t kind;	     /* enum command_kind */
	uint8_t phase;	     /* enum phase */
	uint8_t secrecy;     /* enum command_secrecy */
	uint8_t shape;	     /* enum command_shape */
	uint8_t traits;	     /* of enum command_trait */
	const char *meaning; /* "names the sender and begins a new mail" */
	const char *source;  /* "RFC 5321 4.1.1.2" */
};

/* Row `number`, NULL past the end. The row of a number never changes while the program runs. */
const struct command_row *commands_row(size_t number);
size_t commands_number(const struct command_row *row);

static inline struct slice commands_name(const struct command_row *row)
{
	return slice_of(row->name, row->name_len);
}

/* Whether a protocol has the row, or one of its kin. */
bool commands_is_spoken(const struct command_row *row, enum protocol protocol);

/* The row of what a client says, in any case; NULL: the protocol has no such command. */
const struct command_row *commands_find(enum protocol protocol, struct slice word);

/* The row of a name in any case, also "(greeting)", "(message)" and the like; NULL. */
const struct command_row *commands_lookup(enum protocol protocol, struct slice name);

/* The row of what a client says, of whichever protocol has it. */
const struct command_row *commands_find_any(struct slice word);

/* The row of a verb, NULL when the protocol has none. */
const struct command_row *commands_of_verb(enum protocol protocol, enum verb verb);

#endif
