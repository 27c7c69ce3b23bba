/*
 * What a reply means: the basic code says whether it is for good, the enhanced code (RFC 3463) the topic, and words
 * refine. Rows are tried in order, the first that fits counts, so the more special ones stand first.
 */
#include "diagnosis/reply_rows.h"

#include "diagnosis/phrase.h"

#define AT_ENVELOPE (AT_MAIL | AT_RCPT)
#define AT_TRANSFER (AT_ENVELOPE | AT_DATA | AT_MESSAGE)
#define AT_ANY_SMTP (AT_GREETING | AT_HELLO | AT_STARTTLS | AT_AUTH | AT_TRANSFER | AT_OTHER | AT_QUIT | AT_UNSOLICITED)
#define AT_ANY_POP3                                                                                                    \
	(AT_GREETING | AT_LOGIN | AT_PROBE | AT_UIDL | AT_NUMBER | AT_QUIT | AT_OTHER | AT_STARTTLS | AT_UNSOLICITED)

struct reply_row {
	uint32_t where;	      /* enum where */
	const char *code;     /* "55" fits 550 to 559; "NO"; NULL: any */
	const char *enhanced; /* "5.7.2" fits 5.7.20 too; "x.1.1": either class; NULL: any or none */
	const char *words;    /* one of them, divided by |: see phrase; NULL: whatever it says */
	enum rule rule;
};

#define WORDS_RELAY "relay|not permitted to send|authentication required|not local|not allowed to send to"
#define WORDS_UNKNOWN                                                                                                  \
	"no such user|user unknown|unknown user|unknown recipient|no mailbox|mailbox unavailable|does not exist|"      \
	"doesn't exist|unknown local|recipient not found|no such recipient|invalid recipient|mailbox not found|"       \
	"unknown address|no such mailbox|user not found|account not found"
#define WORDS_GREY  "greylist|graylist|grey list|gray list|grey-list|gray-list"
#define WORDS_AGAIN "try again|try later"
#define WORDS_RATE                                                                                                     \
	"too many|too much mail|too much email|too much traffic|rate limit|rate-limit|ratelimit|rate exceeded|"        \
	"throttl|too fast|too quickly|too frequent|exceeded the rate|sending rate|sending limit|hourly limit|"         \
	"daily limit|connection limit|connection rate|message rate|frequency"
#define WORDS_LISTED                                                                                                   \
	"blocklist|blacklist|block list|black list|block-list|black-list|spamhaus|spamhaus.|spamcop|spamcop.|"         \
	"barracudacentral|barracudacentral.|sorbs|sorbs.|dnsbl|dnsbl.|rbl|rbl.|surbl|surbl.|uribl|uribl.|listed at|"   \
	"listed in|listed by|listed on|is listed|blocked using"
#define WORDS_REVERSE                                                                                                  \
	"reverse dns|reverse-dns|reverse hostname|reverse host name|reverse lookup|rdns|fcrdns|dns ptr|ptr record|"    \
	"ptr resource record|ptr entry|no ptr|missing ptr"
#define WORDS_DOMAIN_AUTH WORDS_REVERSE "|spf|dkim|dmarc|unauthenticated email|no mx record"
#define WORDS_FULL                                                                                                     \
	"mailbox full|mailbox is full|over quota|quota exceeded|exceeded storage|out of storage|insufficient storage"
#define WORDS_DISABLED "disabled|suspended|inactive|account blocked|deactivated|not active"
#define WORDS_HELO     "helo|ehlo"
#define WORDS_LOOP     "loop|too many hops|hop count"
#define WORDS_BARE     "bare <lf>|bare lf|bare newline|bare <cr>|bare cr|line ending"

static const struct reply_row smtp_rules[] = {
	/* the door */
	{AT_GREETING, NULL, NULL, WORDS_LISTED, RULE_S18},
	{AT_GREETING, "5", NULL, WORDS_REVERSE, RULE_S27},
	{AT_GREETING, "4", NULL, NULL, RULE_S02},
	{AT_GREETING, "5", NULL, NULL, RULE_S01},
	/* 421 may come at any time */
	{AT_ANY_SMTP, "421", "4.4.2", NULL, RULE_S03},
	{AT_ANY_SMTP, "421", NULL, WORDS_TIMEOUT, RULE_S03},
	{AT_AUTH, "421", "4.7.0", NULL, RULE_A10},
	{AT_ANY_SMTP, "421", NULL, WORDS_RATE, RULE_S19},
	{AT_ANY_SMTP, "421", "4.7", NULL, RULE_S19},
	{AT_ANY_SMTP, "421", NULL, NULL, RULE_S28},
	/* TLS and login */
	{AT_ANY_SMTP & ~AT_AUTH, "530", NULL, "starttls|tls|encrypt", RULE_T04},
	{AT_AUTH, "530", NULL, "starttls|tls|encrypt", RULE_A04},
	{AT_ANY_SMTP, "530", NULL, NULL, RULE_A02},
	{AT_STARTTLS, "454", NULL, NULL, RULE_T03},
	{AT_STARTTLS, "50", NULL, NULL, RULE_S47},
	{AT_STARTTLS, "4", NULL, NULL, RULE_T03},
	{AT_STARTTLS, "5", NULL, NULL, RULE_T03},
	{AT_AUTH, NULL, NULL, "application-specific password|app password|application password", RULE_A05},
	{AT_AUTH, "535", NULL, "mechanism", RULE_A03},
	{AT_AUTH, "535", NULL, NULL, RULE_A01},
	{AT_AUTH, "538", NULL, NULL, RULE_A04},
	{AT_AUTH, NULL, "x.7.11", NULL, RULE_A04},
	{AT_AUTH, "534", NULL, NULL, RULE_A05},
	{AT_AUTH, "454", NULL, NULL, RULE_A06},
	{AT_AUTH, "432", NULL, NULL, RULE_A07},
	{AT_AUTH, "501", NULL, NULL, RULE_A08},
	{AT_AUTH, "504", NULL, NULL, RULE_A03},
	{AT_AUTH, NULL, "5.5.4", NULL, RULE_A03},
	{AT_AUTH, "503", NULL, NULL, RULE_S46},
	{AT_AUTH, "50", NULL, NULL, RULE_A03},
	{AT_AUTH, "4", NULL, WORDS_RATE, RULE_A10},
	{AT_AUTH, "4", NULL, NULL, RULE_A06},
	{AT_AUTH, "5", NULL, NULL, RULE_A01},
	/* names */
	{AT_HELLO, "501", NULL, NULL, RULE_S09},
	{AT_HELLO, "504", NULL, NULL, RULE_S09},
	{AT_HELLO, "55", NULL, NULL, RULE_S09},
	{AT_HELLO, "45", NULL, NULL, RULE_S09},
	/* what any command may get */
	{AT_ENVELOPE, "555", NULL, NULL, RULE_S63},
	{AT_DATA, "554", "5.5.1", NULL, RULE_S22},
	{AT_DATA, "503", NULL, NULL, RULE_S22},
	{AT_DATA, "554", NULL, "no valid recipients", RULE_S22},
	{AT_ANY_SMTP, "503", NULL, NULL, RULE_S46},
	{AT_ANY_SMTP, "554", "5.5.1", NULL, RULE_S46},
	{AT_ANY_SMTP & ~(AT_MESSAGE), "500", NULL, NULL, RULE_S47},
	{AT_ANY_SMTP, "502", NULL, NULL, RULE_S47},
	/* topics of the enhanced codes */
	{AT_TRANSFER, NULL, "x.1.10", NULL, RULE_S13},
	{AT_RCPT, "556", NULL, NULL, RULE_S13},
	{AT_TRANSFER, NULL, "5.1.2", NULL, RULE_S13},
	{AT_TRANSFER, NULL, "5.4.4", NULL, RULE_S13},
	{AT_TRANSFER, NULL, "x.6.7", NULL, RULE_S45},
	{AT_TRANSFER, NULL, "x.2.2", NULL, RULE_S14},
	{AT_TRANSFER, NULL, "5.2.1", NULL, RULE_S15},
	{AT_TRANSFER, NULL, "x.7.13", NULL, RULE_S15},
	{AT_TRANSFER, NULL, "x.7.2", NULL, RULE_S27},
	{AT_TRANSFER, NULL, "x.4.6", NULL, RULE_S50},
	{AT_TRANSFER, NULL, "4.3.1", NULL, RULE_S25},
	{AT_MAIL, NULL, "5.3.4", NULL, RULE_S23},
	{AT_MAIL, "552", NULL, NULL, RULE_S23},
	{AT_RCPT, "552", "5.3.4", NULL, RULE_S23},
	{AT_MESSAGE, NULL, "5.3.4", NULL, RULE_S24},
	{AT_RCPT, "452", "4.5.3", NULL, RULE_S20},
	{AT_RCPT, NULL, "x.5.3", NULL, RULE_S20},
	{AT_RCPT, "452", NULL, "too many recipients", RULE_S20},
	{AT_TRANSFER, NULL, "4.4.3", NULL, RULE_S29},
	{AT_TRANSFER, NULL, "4.1.8", NULL, RULE_S29},
	{AT_TRANSFER, NULL, "4.1.2", NULL, RULE_S29},
	/* words that tell more than the code */
	{AT_TRANSFER, "5", NULL, WORDS_DOMAIN_AUTH, RULE_S27},
	{AT_TRANSFER | AT_HELLO, NULL, NULL, WORDS_LISTED, RULE_S18},
	{AT_TRANSFER, "5", NULL, WORDS_FULL, RULE_S14},
	{AT_TRANSFER, "4", NULL, WORDS_FULL, RULE_S14},
	{AT_MESSAGE, "5", NULL, WORDS_BARE, RULE_S38},
	{AT_MESSAGE, "5", "5.6.11", NULL, RULE_S38},
	{AT_MESSAGE, "554", "5.6.3", NULL, RULE_S44},
	{AT_MESSAGE, "552", NULL, NULL, RULE_S24},
	{AT_TRANSFER, "5", NULL, WORDS_LOOP, RULE_S50},
	{AT_RCPT, "5", NULL, WORDS_HELO, RULE_S09},
	{AT_RCPT, "4", NULL, WORDS_HELO, RULE_S09},
	/* the envelope */
	{AT_ENVELOPE, NULL, "5.1.7", NULL, RULE_S11},
	{AT_ENVELOPE, NULL, "5.1.3", NULL, RULE_S11},
	{AT_ENVELOPE, "501", NULL, NULL, RULE_S11},
	{AT_RCPT, NULL, "5.1.8", NULL, RULE_S10},
	{AT_MESSAGE, "521", NULL, "bdat", RULE_S42},
	{AT_MESSAGE, "501", NULL, "bdat", RULE_S42},
	{AT_RCPT, NULL, "5.1.1", NULL, RULE_S12},
	{AT_RCPT, "5", NULL, WORDS_DISABLED, RULE_S15},
	{AT_RCPT, "5", NULL, WORDS_RELAY, RULE_S16},
	{AT_RCPT, "5", NULL, WORDS_UNKNOWN, RULE_S12},
	{AT_RCPT, "55", NULL, "too many recipients", RULE_S20},
	{AT_RCPT, "5", NULL, WORDS_RATE, RULE_S19},
	{AT_RCPT, "551", NULL, NULL, RULE_S58},
	{AT_RCPT, "5", "5.7.1", NULL, RULE_S16},
	{AT_RCPT, "5", "5.7", NULL, RULE_S16},
	{AT_RCPT, "5", NULL, NULL, RULE_S12},
	{AT_TRANSFER, "45", NULL, WORDS_GREY, RULE_S17},
	{AT_TRANSFER, "45", NULL, WORDS_RATE, RULE_S19},
	{AT_TRANSFER, "45", NULL, WORDS_AGAIN, RULE_S17},
	{AT_RCPT, "450", "4.2.0", NULL, RULE_S17},
	{AT_RCPT, "45", "4.7.1", NULL, RULE_S17},
	{AT_TRANSFER, "4", "4.7", NULL, RULE_S19},
	{AT_TRANSFER, "451", "4.3", NULL, RULE_S28},
	{AT_RCPT, "450", NULL, NULL, RULE_S17},
	{AT_TRANSFER, "4", NULL, NULL, RULE_S28},
	{AT_MAIL, "5", NULL, NULL, RULE_S10},
	{AT_DATA, "5", NULL, NULL, RULE_S22},
	{AT_MESSAGE, "5", NULL, NULL, RULE_S26},
};

static const struct reply_row pop3_rules[] = {
	{AT_GREETING, NULL, NULL, "[sys/temp]", RULE_P04},
	{AT_GREETING, NULL, NULL, "[sys/perm]", RULE_P05},
	{AT_GREETING, NULL, NULL, NULL, RULE_P06},
	{AT_LOGIN, NULL, NULL, "[in-use]|lock|dotlock|in use", RULE_P02},
	{AT_LOGIN, NULL, NULL, "[login-delay]|too soon|too frequent", RULE_P03},
	{AT_ANY_POP3, NULL, NULL, "[sys/temp]", RULE_P04},
	{AT_ANY_POP3, NULL, NULL, "[sys/perm]", RULE_P05},
	{AT_LOGIN, NULL, NULL, NULL, RULE_P01},
	{AT_STARTTLS, NULL, NULL, NULL, RULE_P20},
	{AT_UIDL, NULL, NULL, NULL, RULE_P12},
	{AT_NUMBER, NULL, NULL, NULL, RULE_P25},
	{AT_QUIT, NULL, NULL, NULL, RULE_P08},
	{AT_UNSOLICITED, NULL, NULL, WORDS_TIMEOUT, RULE_P16},
	{AT_PROBE, NULL, NULL, NULL, RULE_P23},
};

#define AT_ANY_IMAP                                                                                                    \
	(AT_GREETING | AT_LOGIN | AT_STARTTLS | AT_APPEND | AT_COPY | AT_SELECT | AT_QUIT | AT_OTHER | AT_UNSOLICITED)
#define WORDS_GUESSING                                                                                                 \
	"too many failed|too many login|too many bad|too many invalid|too many auth|too many password|"                \
	"too many wrong|too many incorrect|too many unsuccessful"
#define WORDS_TROUBLE                                                                                                  \
	"temporar|unavailable|try again|try later|internal error|server error|internal server|backend|timed out|"      \
	"timeout|not available|i/o error|system error"
#define WORDS_NO_CLEAR                                                                                                 \
	"plaintext|plain text|cleartext|clear text|clear-text|starttls|tls|ssl|encrypt|secure "                        \
	"connection|logindisabled"

/* A response code (RFC 5530) stands in brackets before the words, and tells more than they do. */
static const struct reply_row imap_rules[] = {
	{AT_LOGIN, NULL, NULL, "[privacyrequired]", RULE_I10},
	{AT_GREETING | AT_LOGIN | AT_SELECT, NULL, NULL, "[limit]", RULE_I08},
	{AT_ANY_IMAP, "NO", NULL, "[unavailable]|[inuse]|[serverbug]|[corruption]", RULE_I02},
	{AT_LOGIN, "NO", NULL, "[authenticationfailed]|[authorizationfailed]|[expired]|[contactadmin]", RULE_I01},
	{AT_LOGIN, NULL, NULL, WORDS_GUESSING, RULE_A10},
	{AT_GREETING | AT_LOGIN | AT_SELECT, NULL, NULL, WORDS_CONNECTIONS "|too many", RULE_I08},
	{AT_LOGIN, NULL, NULL, "application-specific password|app password|application password|web browser", RULE_A05},
	{AT_LOGIN, NULL, NULL, WORDS_NO_CLEAR, RULE_I10},
	{AT_LOGIN, NULL, NULL, "[cannot]|mechanism", RULE_A03},
	{AT_LOGIN, "BAD", NULL, NULL, RULE_A08},
	{AT_LOGIN, NULL, NULL, WORDS_TROUBLE, RULE_I02},
	{AT_LOGIN, NULL, NULL, NULL, RULE_I01},
	{AT_GREETING, NULL, NULL, NULL, RULE_I02},
	{AT_STARTTLS, "BAD", NULL, WORDS_NO_COMMAND, RULE_S47},
	{AT_STARTTLS, NULL, NULL, NULL, RULE_T03},
	{AT_APPEND, NULL, NULL, NULL, RULE_I05},
	{AT_COPY, "NO", NULL, "[overquota]|[trycreate]|[limit]|[noperm]|quota", RULE_I05},
	{AT_ANY_IMAP & ~AT_UNSOLICITED, "NO", NULL, "[contactadmin]", RULE_I02},
	{AT_ANY_IMAP & ~AT_UNSOLICITED, "NO", NULL, WORDS_TROUBLE, RULE_I02},
	{AT_ANY_IMAP, "BAD", NULL, NULL, RULE_S47},
	{AT_ANY_IMAP, "NO", NULL, "[clientbug]", RULE_S47},
};

/* ---- fitting a row ---- */

static bool fits_words(struct slice text, const char *words)
{
	return words == NULL || phrase_any(text, words);
}

/* "5.7.2" fits 5.7.2 and 5.7.20 to 5.7.29; "x" any class; "4.7" any detail. */
static bool fits_enhanced(const struct reply *r, const char *wanted)
{
	size_t len = wanted != NULL ? strlen(wanted) : 0;
	bool is_group = wanted != NULL && strcmp(wanted, "x.7.2") == 0;

	if (wanted == NULL)
		return true;
	if (r->enhanced_len < len || (wanted[0] != 'x' && wanted[0] != r->enhanced[0]) ||
	    memcmp(wanted + 1, r->enhanced + 1, len - 1) != 0)
		return false;
	if (is_group)
		return r->enhanced_len == len + 1; /* 5.7.20 to 5.7.29: RFC 7372 and its kin */
	return r->enhanced_len == len || r->enhanced[len] == '.';
}

static bool fits(const struct reply_row *row, enum where where, const struct reply *r)
{
	if (!(row->where & where))
		return false;
	if (row->code != NULL &&
	    (r->code_len < strlen(row->code) || memcmp(row->code, r->code, strlen(row->code)) != 0))
		return false;
	return fits_enhanced(r, row->enhanced) && fits_words(reply_text(r), row->words);
}

static enum rule find(const struct reply_row *rows, size_t count, enum where where, const struct reply *r,
		      size_t *number)
{
	while (*number < count) {
		const struct reply_row *row = &rows[(*number)++];

		if (fits(row, where, r))
			return row->rule;
	}
	return RULES;
}

enum rule reply_rows_smtp(enum where where, const struct reply *r, size_t *number)
{
	return find(smtp_rules, sizeof(smtp_rules) / sizeof(smtp_rules[0]), where, r, number);
}

enum rule reply_rows_pop3(enum where where, const struct reply *r, size_t *number)
{
	return find(pop3_rules, sizeof(pop3_rules) / sizeof(pop3_rules[0]), where, r, number);
}

enum rule reply_rows_imap(enum where where, const struct reply *r, size_t *number)
{
	return find(imap_rules, sizeof(imap_rules) / sizeof(imap_rules[0]), where, r, number);
}
