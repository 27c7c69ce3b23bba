/*
 * What a reply means: the basic code says whether it is for good, the enhanced code (RFC 3463) the topic, and words
 * refine. Rows are tried in order, the first that fits counts, so the more special ones stand first.
 */
#include "diagnosis/rules.h"

#include <stdio.h>

#include "base/buffer.h"
#include "diagnosis/phrase.h"
#include "diagnosis/reply_patterns.h"
#include "mail/transaction.h"

enum {
	WHAT_SIZE = 320,
};

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
	AT_LOGIN = 1 << 9,  /* POP3: USER, PASS, APOP, AUTH with a mechanism */
	AT_PROBE = 1 << 10, /* POP3: CAPA, XTND, AUTH without one, LAST, LANG, UTF8 */
	AT_UIDL = 1 << 11,
	AT_NUMBER = 1 << 12, /* POP3: commands that name a mail */
	AT_QUIT = 1 << 13,
	AT_UNSOLICITED = 1 << 14,
};

#define AT_ENVELOPE (AT_MAIL | AT_RCPT)
#define AT_TRANSFER (AT_ENVELOPE | AT_DATA | AT_MESSAGE)
#define AT_ANY_SMTP (AT_GREETING | AT_HELLO | AT_STARTTLS | AT_AUTH | AT_TRANSFER | AT_OTHER | AT_QUIT | AT_UNSOLICITED)
#define AT_ANY_POP3                                                                                                    \
	(AT_GREETING | AT_LOGIN | AT_PROBE | AT_UIDL | AT_NUMBER | AT_QUIT | AT_OTHER | AT_STARTTLS | AT_UNSOLICITED)

struct reply_rule {
	uint16_t where;	      /* enum where */
	const char *code;     /* "55" fits 550 to 559; NULL: any */
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
#define WORDS_NO_MAIL                                                                                                  \
	"no such|no message|out of range|invalid message|bad message|nonexistent|does not exist|not found|"            \
	"deleted|only|no more messages|unknown message|there is no|there are|no mail"
#define WORDS_NO_COMMAND                                                                                               \
	"no such command|unknown command|not implemented|unimplemented|unrecogni|unsupported|not supported|"           \
	"invalid command|"                                                                                             \
	"bad command|command unknown|syntax"
#define WORDS_TIMEOUT "timeout|timed out|time-out|idle|inactiv"

static const struct reply_rule smtp_rules[] = {
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

static const struct reply_rule pop3_rules[] = {
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

static const struct slice nothing;

/* ---- fitting a row ---- */

static bool contains_nocase(struct slice text, const char *word, size_t len)
{
	for (size_t at = 0; at + len <= text.len; at++) {
		size_t i = 0;

		while (i < len && slice_upper_byte(text.data[at + i]) == slice_upper_byte((uint8_t)word[i]))
			i++;
		if (i == len)
			return true;
	}
	return false;
}

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

static bool fits(const struct reply_rule *row, enum where where, const struct reply *r)
{
	if (!(row->where & where))
		return false;
	if (row->code != NULL &&
	    (r->code_len < strlen(row->code) || memcmp(row->code, r->code, strlen(row->code)) != 0))
		return false;
	return fits_enhanced(r, row->enhanced) && fits_words(reply_text(r), row->words);
}

/* ---- where and what ---- */

static enum where place_of_smtp(const struct command *c)
{
	switch ((enum command_kind)c->kind) {
	case KIND_GREETING:
		return AT_GREETING;
	case KIND_HELLO:
		return AT_HELLO;
	case KIND_AUTH:
		return AT_AUTH;
	case KIND_MAIL:
		return AT_MAIL;
	case KIND_RCPT:
		return AT_RCPT;
	case KIND_DATA:
		return AT_DATA;
	case KIND_BDAT:
		return transaction_is_chunk(c) ? AT_MESSAGE : AT_OTHER;
	case KIND_MESSAGE:
		return AT_MESSAGE;
	case KIND_STARTTLS:
		return AT_STARTTLS;
	case KIND_QUIT:
		return AT_QUIT;
	case KIND_UNSOLICITED:
		return AT_UNSOLICITED;
	default:
		return AT_OTHER;
	}
}

static enum where place_of_pop3(const struct command *c)
{
	switch ((enum command_kind)c->kind) {
	case KIND_GREETING:
		return AT_GREETING;
	case KIND_AUTH:
		return c->arguments_len > 0 ? AT_LOGIN : AT_PROBE;
	case KIND_USER:
	case KIND_PASS:
	case KIND_APOP:
		return AT_LOGIN;
	case KIND_CAPA:
		return AT_PROBE;
	case KIND_UIDL:
		return c->arguments_len > 0 ? AT_NUMBER : AT_UIDL;
	case KIND_LIST:
	case KIND_RETR:
	case KIND_TOP:
	case KIND_DELE:
		return AT_NUMBER;
	case KIND_STARTTLS:
		return AT_STARTTLS;
	case KIND_QUIT:
		return AT_QUIT;
	case KIND_UNSOLICITED:
		return AT_UNSOLICITED;
	default:
		break;
	}
	return rules_is_verb(c, VERB_XTND) || rules_is_verb(c, VERB_LAST) || rules_is_verb(c, VERB_LANG) ||
			       rules_is_verb(c, VERB_UTF8)
		       ? AT_PROBE
		       : AT_OTHER;
}

/* The data that the reply is about are still passing. */
static bool is_early(const struct session *s, const struct command *c)
{
	const struct mail *m = c->kind == KIND_MESSAGE || c->kind == KIND_BDAT ? s->receiving : NULL;

	return m != NULL && m->answered_early && m->number == c->mail;
}

/* What was refused, in words: "the recipient bob@example.net". */
static void put_what(const struct session *s, const struct command *c, char *out, size_t size)
{
	struct slice arguments = command_arguments(c);
	size_t colon = slice_find(arguments, ':');
	struct slice path = slice_trim(slice_after(arguments, colon < arguments.len ? colon + 1 : 0));
	struct slice user;

	switch ((enum command_kind)c->kind) {
	case KIND_GREETING:
		snprintf(out, size, "the session");
		break;
	case KIND_MAIL:
		snprintf(out, size, "the sender %.*s", (int)path.len, (const char *)path.data);
		break;
	case KIND_RCPT:
		snprintf(out, size, "the recipient %.*s", (int)path.len, (const char *)path.data);
		break;
	case KIND_MESSAGE:
	case KIND_BDAT:
		snprintf(out, size, is_early(s, c) ? "the mail before its end" : "the mail");
		break;
	case KIND_UNSOLICITED:
		snprintf(out, size, "to go on");
		break;
	case KIND_AUTH:
	case KIND_PASS:
	case KIND_APOP:
		user = c->extra != NULL ? c->extra->user : s->user;
		snprintf(out, size, user.len > 0 ? "the login of %.*s" : "the login%.*s", (int)user.len,
			 (const char *)user.data);
		break;
	default:
		snprintf(out, size, "%.*s%s%.*s", (int)c->verb_len, (const char *)c->verb, arguments.len > 0 ? " " : "",
			 c->secret ? 0 : (int)arguments.len, (const char *)arguments.data);
		break;
	}
}

static bool is_null_sender(const struct command *c)
{
	return c->kind == KIND_MAIL && contains_nocase(command_arguments(c), ":<>", 3);
}

static bool is_oauth(const struct command *c)
{
	return c->extra != NULL && (slice_equals_nocase(c->extra->mechanism, "XOAUTH2") ||
				    slice_equals_nocase(c->extra->mechanism, "OAUTHBEARER"));
}

/* The mechanism is none of those that the server has offered. */
static bool is_strange_mechanism(const struct session *s, const struct command *c)
{
	struct slice offered = s->diagnosis->talk.mechanisms;

	if (offered.len == 0 || !slice_equals_nocase(command_verb(c), "AUTH") || c->extra == NULL ||
	    c->extra->mechanism.len == 0)
		return false;
	for (size_t at = 0; at < offered.len;) {
		struct slice word = slice_after(offered, at);

		word = slice_sub(word, 0, slice_find(word, ' '));
		at += word.len + 1;
		if (word.len == c->extra->mechanism.len &&
		    contains_nocase(word, (const char *)c->extra->mechanism.data, word.len))
			return false;
	}
	return true;
}

static bool has_8bit(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] > 127)
			return true;
	return false;
}

/* 421 to nobody's question, after a silence: the server did not want to wait any longer. */
static bool is_behind_silence(const struct session *s, const struct command *c)
{
	const struct command *before = c > s->commands ? c - 1 : NULL;

	return (c->kind == KIND_UNSOLICITED || is_early(s, c)) && before != NULL && before->last_reply != NULL &&
	       c->last_reply->time_ns - before->last_reply->time_ns >= s->diagnosis->limits->idle_smtp_ns;
}

static enum rule refine_sender(const struct session *s, const struct command *c, enum rule rule)
{
	bool is_unicode = (c->kind == KIND_MAIL || c->kind == KIND_RCPT) && has_8bit(command_arguments(c)) &&
			  !(s->diagnosis->talk.offers & OFFER_SMTPUTF8);

	if (is_unicode && (rule == RULE_S10 || rule == RULE_S11 || rule == RULE_S12))
		return RULE_S45;
	if (is_null_sender(c) && (rule == RULE_S10 || rule == RULE_S28 || rule == RULE_S29 || rule == RULE_S19))
		return RULE_S51;
	return rule;
}

/* Why a mail was not given, or not deleted: there is none of that number, the server does not know the command, or has
 * trouble of its own. */
static enum rule refine_number(const struct session *s, const struct command *c)
{
	size_t digits;
	uint64_t number = slice_decimal(command_arguments(c), &digits);
	const struct session_mailbox *box = &s->mailbox;

	if (digits > 0 && (number == 0 || (box->known && number > box->messages)))
		return RULE_P25;
	if (fits_words(reply_text(c->last_reply), WORDS_NO_COMMAND))
		return RULE_S47;
	if (fits_words(reply_text(c->last_reply), WORDS_NO_MAIL) && !fits_words(reply_text(c->last_reply), "read-only"))
		return RULE_P25;
	return RULE_P04;
}

/* Some rules look at more than the reply. */
static enum rule refine(const struct session *s, const struct command *c, enum rule rule)
{
	rule = refine_sender(s, c, rule);
	if (rule == RULE_A01 && is_oauth(c))
		return RULE_A11;
	if (rule == RULE_A01 && is_strange_mechanism(s, c))
		return RULE_A03;
	if (rule == RULE_S28 && is_behind_silence(s, c))
		return RULE_S03;
	if (rule == RULE_S22 && s->diagnosis->talk.recipients_accepted > 0 && c->last_reply->code[2] == '3')
		return RULE_S46;
	if (rule == RULE_P25)
		return refine_number(s, c);
	if (rule == RULE_P23 && s->user.len > 0)
		return RULE_S47;
	return rule;
}

/* One reply of several to a mail's data: "the mail for bob@example.net". */
static const struct recipient *recipient_of(const struct session *s, const struct command *c, const struct reply *r)
{
	const struct mail *m = c->mail != 0 && c->replies != c->last_reply ? session_mail(s, c->mail) : NULL;

	return m != NULL ? transaction_recipient(s, m, c, r) : NULL;
}

static void put_recipient(const struct session *s, const struct command *c, const struct reply *r, char *what,
			  size_t size)
{
	const struct recipient *to = recipient_of(s, c, r);

	if (to != NULL)
		snprintf(what, size, "the mail for %.*s", (int)to->address.len, (const char *)to->address.data);
}

static void note_refusal(struct finding *f, const struct command *c, const struct reply *r)
{
	bool has_said = false;

	if (f == NULL || reply_is_positive(r))
		return;
	for (const struct session_line *l = c->extra != NULL ? c->extra->lines : NULL; l != NULL; l = l->next)
		has_said |= l->from == SIDE_CLIENT;
	f->is_refusal = true;
	f->is_bare = c->kind == KIND_AUTH && !has_said;
}

/* `meaning`: what the file of wordings says of it; may be empty. */
static void add_refusal(struct session *s, struct command *c, const struct reply *r, enum rule rule,
			struct slice meaning)
{
	struct finding *f = diagnosis_add(s, rule, r->code[0] != '4', c);
	char quote[RULES_QUOTE_SIZE];
	char what[WHAT_SIZE];

	note_refusal(f, c, r);
	if (f != NULL && is_early(s, c))
		f->phase = PHASE_BODY;
	put_what(s, c, what, sizeof(what));
	put_recipient(s, c, r, what, sizeof(what));
	diagnosis_quote(r, quote, sizeof(quote));
	if (rule == RULE_S60)
		diagnosis_say(s, f, "The server took %s: %s", what, quote);
	else if (rule == RULE_S03)
		diagnosis_say(s, f, "The server did not want to wait for the client any longer: %s", quote);
	else if (rule == RULE_S58)
		diagnosis_say(s, f, "The server says that %s has moved: %s", what, quote);
	else
		diagnosis_say(s, f, "The server refused %s: %s%s%.*s", what, quote, meaning.len > 0 ? " - " : "",
			      (int)meaning.len, (const char *)meaning.data);
	if (f != NULL && rule == RULE_S60)
		f->phase = PHASE_NONE; /* it is over */
	if (f != NULL && rule == RULE_S22 && s->diagnosis->talk.recipients_accepted > 0)
		f->severity = r->code[0] == '4' ? SEVERITY_WARNING : SEVERITY_CRITICAL; /* nothing else is the cause */
}

/* The words of a server that is known come before the general table. */
static bool judge_wording(struct session *s, struct command *c, const struct reply *r)
{
	const struct reply_pattern *row = reply_is_positive(r) ? NULL : reply_patterns_find(s->diagnosis->patterns, r);

	if (row == NULL)
		return false;
	add_refusal(s, c, r, refine(s, c, row->rule), row->meaning);
	return true;
}

/* RFC 2034 section 4: the class of the enhanced code is the first digit of the code. */
static void judge_contradiction(struct session *s, struct command *c, const struct reply *r)
{
	char quote[RULES_QUOTE_SIZE];
	struct finding *f;

	if (r->enhanced_len == 0 || r->code_len != 3 || r->enhanced[0] == r->code[0] ||
	    (r->code[0] == '3' && r->enhanced[0] == '2'))
		return;
	f = diagnosis_add(s, RULE_S56, false, c);
	diagnosis_say(s, f, "The two codes of the reply to %.*s contradict each other: %s", (int)c->verb_len,
		      (const char *)c->verb, diagnosis_quote(r, quote, sizeof(quote)));
}

/* RFC 3463 section 3.2, 3.3: addresses and mailboxes. */
static bool is_about_mailbox(const struct reply *r)
{
	return r->enhanced_len > 2 && (r->enhanced[2] == '1' || r->enhanced[2] == '2');
}

/* A server that speaks in clear does not know what to make of the client's hello: see T06. */
static bool is_about_tls(const struct session *s, const struct command *c)
{
	return c->kind == KIND_UNSOLICITED && s->tls_begin[SIDE_CLIENT] != UINT64_MAX;
}

static void judge_smtp(struct session *s, struct command *c, const struct reply *r)
{
	enum where where = recipient_of(s, c, r) != NULL && is_about_mailbox(r) ? AT_RCPT : place_of_smtp(c);

	judge_contradiction(s, c, r);
	if (c->kind == KIND_RCPT && r->code_len == 3 && memcmp(r->code, "251", 3) == 0) {
		add_refusal(s, c, r, RULE_S58, nothing);
	} else if (reply_is_positive(r)) {
		if (where == AT_MESSAGE && r->code[0] == '2' && c->kind == KIND_MESSAGE && r == transaction_decision(c))
			add_refusal(s, c, r, RULE_S60, nothing);
	} else {
		for (size_t i = 0; i < sizeof(smtp_rules) / sizeof(smtp_rules[0]); i++)
			if (fits(&smtp_rules[i], where, r) && !(smtp_rules[i].rule == RULE_S47 && is_about_tls(s, c))) {
				add_refusal(s, c, r, refine(s, c, smtp_rules[i].rule), nothing);
				return;
			}
	}
}

static void judge_pop3(struct session *s, struct command *c, const struct reply *r)
{
	enum where where = place_of_pop3(c);

	if (reply_is_positive(r))
		return;
	for (size_t i = 0; i < sizeof(pop3_rules) / sizeof(pop3_rules[0]); i++)
		if (fits(&pop3_rules[i], where, r)) {
			add_refusal(s, c, r, refine(s, c, pop3_rules[i].rule), nothing);
			return;
		}
}

void rules_reply(struct session *s, struct command *c)
{
	for (const struct reply *r = c->replies; r != NULL; r = r->next) {
		if (r->code_len == 0 || judge_wording(s, c, r))
			continue;
		if (s->protocol == PROTOCOL_POP3)
			judge_pop3(s, c, r);
		else if (r->code_len == 3)
			judge_smtp(s, c, r);
	}
}
