/*
 * reply_rows: what the codes and words of a reply mean where it stands. Private to diagnosis.
 */
#ifndef DIAGNOSIS_REPLY_ROWS_H
#define DIAGNOSIS_REPLY_ROWS_H

#include "diagnosis/rules.h"

/* Words of replies that more than the rows look for: see phrase. */
#define WORDS_NO_MAIL                                                                                                  \
	"no such|no message|out of range|invalid message|bad message|nonexistent|does not exist|not found|"            \
	"deleted|only|no more messages|unknown message|there is no|there are|no mail"
#define WORDS_NO_COMMAND                                                                                               \
	"no such command|unknown command|not implemented|unimplemented|unrecogni|unsupported|not supported|"           \
	"invalid command|"                                                                                             \
	"bad command|command unknown|syntax"
#define WORDS_CONNECTIONS                                                                                              \
	"too many connections|too many simultaneous|too many concurrent|too many open|too many sessions|"              \
	"maximum number of connections|maximum number of sessions|maximum connections|connection limit|"               \
	"connections exceeded|connections from"
#define WORDS_TIMEOUT "timeout|timed out|time-out|idle|inactiv"

/* Where a row applies. */
enum where {
	AT_GREETING = 1 << 0,
	AT_HELLO = 1 << 1,
	AT_STARTTLS = 1 << 2,
	AT_AUTH = 1 << 3,
	AT_MAIL = 1 << 4,
	AT_RCPT = 1 << 5,
	AT_DATA = 1 << 6,    /* the command */
	AT_MESSAGE = 1 << 7, /* the mail itself, by DATA or BDAT */
	AT_OTHER = 1 << 8,
	AT_LOGIN = 1 << 9,  /* POP3: USER, PASS, APOP, AUTH with a mechanism; IMAP: LOGIN, AUTHENTICATE */
	AT_PROBE = 1 << 10, /* POP3: CAPA, XTND, AUTH without one, LAST, LANG, UTF8 */
	AT_UIDL = 1 << 11,
	AT_NUMBER = 1 << 12, /* POP3: commands that name a mail */
	AT_QUIT = 1 << 13,
	AT_UNSOLICITED = 1 << 14,
	AT_APPEND = 1 << 15, /* IMAP: REPLACE, too */
	AT_COPY = 1 << 16,   /* IMAP: MOVE, too */
	AT_SELECT = 1 << 17, /* IMAP: EXAMINE, too */
};

/* The rule of the first row, from `*number` on, that fits a refusal there; RULES: none does. Moves `*number` after it.
 */
enum rule reply_rows_smtp(enum where where, const struct reply *r, size_t *number);
enum rule reply_rows_pop3(enum where where, const struct reply *r, size_t *number);
enum rule reply_rows_imap(enum where where, const struct reply *r, size_t *number);

#endif
