#include "../main.h"
#include "covered.h"
#include "judged.h"

#include "diagnosis/diagnosis.h"
#include "diagnosis/rule.h"

#define HELLO	      "S: 220 ns1 ESMTP\nC: EHLO me\nS: 250-ns1\nS: 250-SIZE 1000\nS: 250 STARTTLS\n"
#define HELLO_OF(x)   "S: 220 ns1 ESMTP\nC: EHLO me\nS: 250-ns1\n" x
#define MAIL	      "C: MAIL FROM:<a@b>\nS: 250 ok\n"
#define RCPT	      "C: RCPT TO:<c@d>\nS: 250 ok\n"
#define RCPT_IS(x)    HELLO MAIL "C: RCPT TO:<c@d>\nS: " x "\nC: QUIT\nS: 221 bye\n"
#define MAIL_IS(x)    HELLO "C: MAIL FROM:<a@b>\nS: " x "\nC: QUIT\nS: 221 bye\n"
#define AUTH_IS(x)    HELLO "C: AUTH PLAIN AGEAYg==\nS: " x "\nC: QUIT\nS: 221 bye\n"
#define DATA	      "C: DATA\nS: 354 go\n"
#define HEADER	      "C: From: <a@b>\nC: To: <c@d>\nC: Date: today\nC: Message-ID: <1@b>\n"
#define MESSAGE(x)    HELLO MAIL RCPT DATA x "C: .\nS: 250 2.0.0 queued as 1\nC: QUIT\nS: 221 bye\n"
#define MESSAGE_IS(x) HELLO MAIL RCPT DATA HEADER "C: \nC: Hi\nC: .\nS: " x "\nC: QUIT\nS: 221 bye\n"
#define BYE	      "C: QUIT\nS: 221 bye\n"
#define PROBE(to)     MAIL "C: RCPT TO:<" to ">\nS: 250 ok\nC: RSET\nS: 250 ok\n"
#define LMTP	      "S: 220 ns1 LMTP\nC: LHLO me\nS: 250 ns1\n" MAIL RCPT "C: RCPT TO:<e@f>\nS: 250 ok\n" DATA "C: Hi\nC: .\n"
#define POP3	      "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: +OK\n"
#define POP3_BYE      "C: QUIT\nS: +OK\n"

#define LINE100 "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
#define LINE500 LINE100 LINE100 LINE100 LINE100 LINE100

/* ---- what TCP told ---- */

static void set_midstream(struct session *s)
{
	s->handshake = SESSION_HANDSHAKE_MIDSTREAM;
}

static void set_offload(struct session *s)
{
	s->side[SIDE_CLIENT].has_offload = true;
}

static void set_other_host(struct session *s)
{
	s->side[SIDE_SERVER].address[3] = 7;
}

static void set_open(struct session *s)
{
	s->state = SESSION_OPEN;
	s->has_fin[SIDE_CLIENT] = s->has_fin[SIDE_SERVER] = false;
}

static void set_loss(struct session *s)
{
	s->side[SIDE_SERVER].missing_bytes = 10;
}

static void set_reset(struct session *s)
{
	s->state = SESSION_RESET;
	s->reset_by = SIDE_SERVER;
	s->has_fin[SIDE_CLIENT] = s->has_fin[SIDE_SERVER] = false;
}

static void set_server_left(struct session *s)
{
	s->first_fin = SIDE_SERVER;
}

/* ---- the vectors ---- */

struct vector {
	const char *rule;
	bool fires;
	enum protocol protocol;
	const char *script;
	int64_t step_ms; /* 0: 1 */
	void (*set)(struct session *s);
};

#define FIRES(rule, script)                                                                                            \
	{                                                                                                              \
		rule, true, PROTOCOL_SMTP, script, 0, NULL                                                             \
	}
#define MISSES(rule, script)                                                                                           \
	{                                                                                                              \
		rule, false, PROTOCOL_SMTP, script, 0, NULL                                                            \
	}
#define POP3_FIRES(rule, script)                                                                                       \
	{                                                                                                              \
		rule, true, PROTOCOL_POP3, script, 0, NULL                                                             \
	}
#define POP3_MISSES(rule, script)                                                                                      \
	{                                                                                                              \
		rule, false, PROTOCOL_POP3, script, 0, NULL                                                            \
	}

static const struct vector vectors[] = {
	/* section 2: what needs no packets */
	{"C02", true, PROTOCOL_SMTP, HELLO BYE, 0, set_midstream},
	MISSES("C02", HELLO BYE),
	{"C04", true, PROTOCOL_SMTP, HELLO BYE, 0, set_offload},
	MISSES("C04", HELLO BYE),
	/* section 3 */
	{"N06", true, PROTOCOL_SMTP, "C#\n" HELLO BYE, 6000, NULL},
	{"N06", false, PROTOCOL_SMTP, HELLO BYE, 4000, NULL},
	{"N07", true, PROTOCOL_SMTP, "S: 220-ns1\nC| \nS: 220 ns1 ESMTP\nC: EHLO me\nS: 250 ns1\n" BYE, 3000, NULL},
	{"N07", false, PROTOCOL_SMTP, "S: 220-ns1\nC| \nS: 220 ns1 ESMTP\nC: EHLO me\nS: 250 ns1\n" BYE, 500, NULL},
	/* section 4 */
	FIRES("S01", "S: 554 no service\n" BYE),
	MISSES("S01", "S: 421 4.3.2 busy\n"),
	FIRES("S02", "S: 421 4.3.2 busy\n"),
	/* what the last line of the greeting says counts; then the server did say why it left */
	FIRES("S01", "S: 220-ns1\nC| \nS: 521 5.7.1 no service\n"),
	FIRES("S02", "S: 220-ns1\nC| \nS: 421 4.3.2 busy\n"),
	FIRES("S18", "S: 220-ns1\nC| \nS: 521 5.7.1 client [192.0.2.1] blocked using bl.example.org\n"),
	FIRES("S55", "S: 220-ns1\nC| \nS: 521 5.7.1 no service\n"),
	FIRES("S28", "S: 220 ns1\nC: EHLO me\nS: 250-ns1\nS: 421 4.3.0 going\n"),
	MISSES("S06", "S: 220 ns1\nC: EHLO me\nS: 250-ns1\nS: 421 4.3.0 going\n"),
	{"N15", false, PROTOCOL_SMTP, "S: 220-ns1\nC: EHLO me\nS: 521 5.7.1 no service\n", 0, set_reset},
	{"N15", false, PROTOCOL_SMTP, "S: 554 5.7.1 listed at bl.example.org\nC: EHLO me\n", 0, set_reset},
	{"N15", true, PROTOCOL_SMTP, "S: 220 ns1\nC: EHLO me\n", 0, set_reset},
	{"N17", false, PROTOCOL_SMTP, "S: 220-ns1\nC| \nS: 521 blocked using bl\n", 0, set_server_left},
	{"N17", true, PROTOCOL_SMTP, "S: 220 ns1\nC: EHLO me\n", 0, set_server_left},
	FIRES("S04", "S: 220-ns1\nC: EHLO me\nS: 521 5.5.1 protocol error\n"),
	FIRES("S04", "S: 220-ns1\nC: EHLO me\nS: 220 ns1\nS: 250 ns1\n" BYE),
	MISSES("S04", "S: 220-ns1\nC| \nS: 220 ns1\nC: EHLO me\nS: 250 ns1\n" BYE),
	MISSES("S02", "S: 554 no service\n"),
	FIRES("S03", HELLO "S: 421 4.4.2 timeout exceeded\n"),
	MISSES("S03", HELLO "S: 421 4.3.0 shutting down\n"),
	{"S03", true, PROTOCOL_SMTP, HELLO "C| \nS: 421 bye\n", 200000, NULL},
	FIRES("S04", "C: EHLO me\nS: 220 ns1\nS: 250 ns1\n" BYE),
	MISSES("S04", HELLO BYE),
	FIRES("S05", "S: 220 **0**2*** ***2***\nC: EHLO me\nS: 250 ns1\n" BYE),
	MISSES("S05", "S: 220 ns1 **2**\nC: EHLO me\nS: 250 ns1\n" BYE),
	FIRES("S06", "S: 220 ns1\nC: EHLO me\nS: 502 no\nC: HELO me\nS: 250 ns1\n" BYE),
	MISSES("S06", "S: 220 ns1\nC: EHLO me\nS: 502 no\n" BYE),
	FIRES("S07", HELLO_OF("S: 250 XXXXXXXA\n") BYE),
	MISSES("S07", HELLO_OF("S: 250 XCLIENT NAME\n") BYE),
	FIRES("S08", "S: 220 ns1\nC: EHLO me\nS: 250-ns1\n"),
	MISSES("S08", "S: 220 ns1\nC: EHLO me\nS: 250-ns1\nS: 250 SIZE\n"),
	FIRES("S09", "S: 220 ns1\nC: EHLO me\nS: 501 5.5.4 full name wanted\n" BYE),
	MISSES("S09", "S: 220 ns1\nC: EHLO me\nS: 503 5.5.1 not now\n" BYE),
	FIRES("S10", MAIL_IS("550 5.7.1 not you")),
	MISSES("S10", MAIL_IS("451 4.3.0 later")),
	FIRES("S11", MAIL_IS("501 5.1.7 bad sender")),
	MISSES("S11", MAIL_IS("550 5.1.0 bad sender")),
	FIRES("S12", RCPT_IS("550 5.1.1 no such user")),
	MISSES("S12", RCPT_IS("550 5.2.1 disabled")),
	FIRES("S13", RCPT_IS("556 5.1.10 null MX")),
	MISSES("S13", RCPT_IS("550 5.1.1 no such user")),
	FIRES("S14", RCPT_IS("452 4.2.2 mailbox full")),
	MISSES("S14", RCPT_IS("452 4.3.1 disk full")),
	FIRES("S15", RCPT_IS("550 5.2.1 account disabled")),
	MISSES("S15", RCPT_IS("550 5.1.1 unknown user")),
	FIRES("S16", RCPT_IS("554 5.7.1 relay access denied")),
	MISSES("S16", RCPT_IS("554 5.7.1 blocked by spamhaus")),
	FIRES("S17", RCPT_IS("450 4.2.0 greylisted")),
	MISSES("S17", RCPT_IS("451 4.3.0 local error")),
	FIRES("S18", RCPT_IS("554 5.7.1 blocked, see spamhaus")),
	MISSES("S18", RCPT_IS("554 5.7.1 relay access denied")),
	FIRES("S19", RCPT_IS("450 4.7.1 too many messages")),
	MISSES("S19", RCPT_IS("450 4.7.1 greylisted, try again later")),
	/* more words of theirs, and words that only look so */
	FIRES("S19", RCPT_IS("450 4.7.1 Error: too much mail from 192.0.2.1")),
	FIRES("S19", RCPT_IS("450 4.7.1 Error: too many recipients from 192.0.2.1")),
	FIRES("S19", RCPT_IS("450 4.7.1 Rate limit exceeded, please try again later")),
	FIRES("S19", RCPT_IS("450 4.2.0 Too many messages, try again later")),
	FIRES("S19", RCPT_IS("550 5.7.1 too many messages in this hour")),
	FIRES("S19", HELLO "C: MAIL FROM:<a@b>\nS: 421 4.7.0 mx Error: too many connections from 192.0.2.1\n"),
	FIRES("A10", AUTH_IS("450 4.7.0 Error: too many AUTH commands from 192.0.2.1")),
	FIRES("S20", RCPT_IS("552 too many recipients")),
	FIRES("S17", RCPT_IS("451 Temporarily deferred, please try again")),
	FIRES("S27", "S: 554 Bad DNS PTR resource record.\n" BYE),
	FIRES("S27", "S: 554 5.7.1 no reverse DNS for 192.0.2.1\n" BYE),
	FIRES("S18", "S: 554 5.7.1 192.0.2.1 is in rbl.example.org\n" BYE),
	FIRES("S01", "S: 554 warbler.example.com refuses you\n" BYE),
	FIRES("S12", RCPT_IS("550 marblehead.example: go away")),
	FIRES("S12", RCPT_IS("550 5.1.1 <spamhaus@example.com>: no such user")),
	FIRES("S12", RCPT_IS("550 <dkim-loop@rbl.example.com>: unknown")),
	FIRES("S12", RCPT_IS("550 relay.example.com: unknown user")),
	FIRES("S12", RCPT_IS("550 Rejected, see http://ghelo.example/")),
	FIRES("S16", RCPT_IS("554 Relaying denied")),
	FIRES("S20", RCPT_IS("452 4.5.3 too many recipients")),
	MISSES("S20", RCPT_IS("452 4.2.2 mailbox full")),
	FIRES("S21", HELLO MAIL RCPT "C: RCPT TO:<e@f>\nS: 550 no\n" DATA "C: .\nS: 250 ok\n" BYE),
	MISSES("S21", HELLO MAIL RCPT DATA "C: .\nS: 250 ok\n" BYE),
	FIRES("S22", HELLO MAIL "C: RCPT TO:<c@d>\nS: 550 no\nC: DATA\nS: 554 5.5.1 no valid recipients\n" BYE),
	FIRES("S22", HELLO MAIL RCPT "C: DATA\nS: 554 5.7.1 no\n" BYE),
	MISSES("S22", HELLO MAIL RCPT "C: DATA\nS: 451 later\n" BYE),
	MISSES("S22", MESSAGE_IS("554 5.7.1 no")),
	FIRES("S23", MAIL_IS("552 5.3.4 too big")),
	MISSES("S23", RCPT_IS("552 5.2.2 mailbox full")),
	FIRES("S24", MESSAGE_IS("552 5.3.4 too big")),
	{"S24", true, PROTOCOL_SMTP, HELLO MAIL RCPT "C: BDAT 900\nC: Hi\nS: 552 5.3.4 too big\nC: Ho\n", 0, set_reset},
	{"N15", false, PROTOCOL_SMTP, HELLO MAIL RCPT "C: BDAT 900\nC: Hi\nS: 552 5.3.4 too big\nC: Ho\n", 0,
	 set_reset},
	MISSES("S42", HELLO MAIL RCPT "C: BDAT 900 LAST\nS: 503 no\n" BYE),
	MISSES("S34", HELLO MAIL RCPT DATA "C| Hi\\r\\n.\\r\nS: 250 ok\n" BYE),
	MISSES("N17", HELLO MAIL RCPT DATA "C: Hi\nS: 552 5.3.4 too big\n" BYE),
	MISSES("S24", MESSAGE_IS("554 5.7.1 spam")),
	FIRES("S25", MAIL_IS("452 4.3.1 disk full")),
	MISSES("S25", RCPT_IS("452 4.2.2 mailbox full")),
	FIRES("S26", MESSAGE_IS("554 5.7.1 spam")),
	MISSES("S26", MESSAGE_IS("451 4.3.0 later")),
	MISSES("S26", HELLO MAIL RCPT "C: DATA\nS: 554 5.7.1 no\n" BYE),
	MISSES("S26", HELLO "C: MAIL FROM:<a@b>\nS: 472 no\nC: RCPT TO:<c@d>\nS: 501 no\nC: DATA\nS: 501 no\n" BYE),
	FIRES("S27", MESSAGE_IS("550 5.7.26 not authenticated")),
	MISSES("S27", MESSAGE_IS("550 5.7.1 spam")),
	FIRES("S28", MAIL_IS("451 4.3.0 local error")),
	MISSES("S28", MAIL_IS("550 5.7.1 no")),
	FIRES("S29", RCPT_IS("450 4.1.8 domain not found")),
	MISSES("S29", RCPT_IS("553 5.1.8 domain not found")),
	FIRES("S30", HELLO MAIL RCPT DATA "C: Hi\nC: .\n"),
	MISSES("S30", HELLO MAIL RCPT DATA "C: Hi\n"),
	{"S30", true, PROTOCOL_LMTP, LMTP "S: 250 ok\n", 0, set_server_left},
	{"S30", false, PROTOCOL_LMTP, LMTP "S: 250 ok\nS: 452 full\n", 0, set_server_left},
	{"S31", true, PROTOCOL_SMTP, MESSAGE_IS("250 ok"), 30000, NULL},
	{"S31", false, PROTOCOL_SMTP, MESSAGE_IS("250 ok"), 10000, NULL},
	FIRES("S33", HELLO MAIL RCPT DATA "C: Hi\nS| \nC: .\n"),
	MISSES("S33", HELLO MAIL RCPT DATA "C: Hi\nC: .\n"),
	FIRES("S34", HELLO MAIL RCPT DATA "C: Hi\n"),
	MISSES("S34", MESSAGE_IS("250 ok")),
	FIRES("S36", HELLO "C: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nS: 250 ok\nS: 250 ok\n" BYE),
	MISSES("S36",
	       HELLO_OF("S: 250 PIPELINING\n") "C: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nS: 250 ok\nS: 250 ok\n" BYE),
	FIRES("S36", "S: 220 ns1\nC: EHLO me\nC: NOOP\nS: 250-ns1\nS: 250 PIPELINING\nS: 250 ok\n" BYE),
	FIRES("S36", HELLO MAIL RCPT "C: DATA\nC: Hi\nC: .\nS: 354 go\nS: 250 ok\n" BYE),
	FIRES("S37", HELLO "C: STARTTLS\nC: RSET\nS: 220 go\nS: 250 ok\n"),
	FIRES("S37", HELLO "C: STARTTLS\nC: RSET\nS: 220 go\nC| \\x16\\x03\\x01\\x00\\x05hello\n"),
	POP3_FIRES("S37", "S: +OK hi\nC: STLS\nC: USER me\nS: +OK go\nC| \\x16\\x03\\x01\\x00\\x05hello\n"),
	MISSES("S37", HELLO "C: STARTTLS\nS: 220 go\nC: RSET\nS: 250 ok\n"),
	FIRES("S38", HELLO MAIL RCPT DATA "C| Hi\\nHo\\r\\n.\\r\\n\nS: 250 ok\n" BYE),
	MISSES("S38", MESSAGE_IS("250 ok")),
	FIRES("S40",
	      HELLO MAIL RCPT DATA "C: Hi\nC: .\nC: goes on\nC: and on\nS: 250 ok\nS: 500 what\nS: 500 what\n" BYE),
	MISSES("S40", HELLO MAIL RCPT DATA "C: Hi\nC: .\nS: 250 ok\nC: XYZZY\nS: 500 what\n" BYE),
	FIRES("S41", HELLO MAIL RCPT "C: BDAT 15 LAST\nC| ..a\\r\\n..b\\r\\n..c\\r\\n\nS: 250 ok\n" BYE),
	MISSES("S41", HELLO MAIL RCPT "C: BDAT 14 LAST\nC| ..a\\r\\n.b\\r\\n..c\\r\\n\nS: 250 ok\n" BYE),
	FIRES("S42", HELLO MAIL RCPT "C: BDAT 2\nC| Hi there\\r\\n\nS: 250 ok\nS: 500 what\n" BYE),
	MISSES("S42", HELLO MAIL RCPT "C: BDAT 2\nC| Hi\nS: 250 ok\nC: BDAT 2 LAST\nC| Ho\nS: 250 ok\n" BYE),
	FIRES("S42", HELLO MAIL RCPT "C: BDAT x LAST\nS: 501 what\n" BYE),
	FIRES("S43", MESSAGE("C: " LINE500 LINE500 "\n")),
	MISSES("S43", MESSAGE("C: " LINE500 "\n")),
	FIRES("S43", HELLO "C: NOOP " LINE500 LINE500 "\nS: 250 ok\n" BYE),
	FIRES("S44", MESSAGE(HEADER "C: \nC: gr\\xc3\\xbc\\xc3\\x9fe\n")),
	MISSES("S44", HELLO "C: MAIL FROM:<a@b> BODY=8BITMIME\nS: 250 ok\n" RCPT DATA HEADER
			    "C: \nC: gr\\xc3\\xbc\\xc3\\x9fe\nC: .\nS: 250 ok\n" BYE),
	FIRES("S45", HELLO "C: MAIL FROM:<\\xc3\\xbc@b>\nS: 550 5.1.0 what\n" BYE),
	MISSES("S45", HELLO "C: MAIL FROM:<u@b>\nS: 550 5.1.0 what\n" BYE),
	FIRES("S45", MAIL_IS("550 5.6.7 no SMTPUTF8")),
	FIRES("S46", HELLO "C: RCPT TO:<c@d>\nS: 503 5.5.1 MAIL first\n" BYE),
	MISSES("S46", RCPT_IS("550 5.1.1 no")),
	FIRES("S47", HELLO "C: XYZZY\nS: 500 what\n" BYE),
	MISSES("S47", HELLO "C: NOOP\nS: 250 ok\n" BYE),
	FIRES("S49",
	      HELLO MAIL "C: RCPT TO:<1@d>\nS: 550 no\nC: RCPT TO:<2@d>\nS: 550 no\nC: RCPT TO:<3@d>\nS: 550 no\n"
			 "C: RCPT TO:<4@d>\nS: 550 no\nC: RCPT TO:<5@d>\nS: 550 no\nC: VRFY 6\nS: 550 no\n"
			 "C: RCPT TO:<7@d>\nS: 550 no\nC: RCPT TO:<8@d>\nS: 550 no\nC: RCPT TO:<9@d>\nS: 550 no\n"
			 "C: RCPT TO:<10@d>\nS: 550 no\n" BYE),
	MISSES("S49", RCPT_IS("550 5.1.1 no")),
	{"S50", true, PROTOCOL_SMTP, "S: 220 mx.example.net\nC: EHLO MX.example.net\nS: 250 mx.example.net\n" BYE, 0,
	 set_other_host},
	{"S50", false, PROTOCOL_SMTP, "S: 220 mx.example.net\nC: EHLO a.example.net\nS: 250 mx.example.net\n" BYE, 0,
	 set_other_host},
	MISSES("S50", "S: 220 mx.example.net\nC: EHLO mx.example.net\nS: 250 mx.example.net\n" BYE),
	FIRES("S50", MESSAGE_IS("554 5.4.6 too many hops")),
	FIRES("S51", HELLO "C: MAIL FROM:<>\nS: 550 5.7.1 no bounces\n" BYE),
	MISSES("S51", HELLO "C: MAIL FROM:<a@b>\nS: 550 5.7.1 not you\n" BYE),
	FIRES("S55", "S: 220 ns1\nC: EHLO me\nS: hello there\nS: 250 ns1\n" BYE),
	MISSES("S55", HELLO BYE),
	FIRES("S56", RCPT_IS("550 4.1.1 no")),
	MISSES("S56", RCPT_IS("550 5.1.1 no")),
	FIRES("S57", HELLO MAIL RCPT "C: RSET\nS: 250 ok\n" BYE),
	MISSES("S57", MESSAGE_IS("250 ok")),
	FIRES("S58", RCPT_IS("551 5.1.6 please try <e@f>")),
	MISSES("S58", RCPT_IS("550 5.1.1 no")),
	FIRES("S59", HELLO BYE),
	MISSES("S59", HELLO MAIL BYE),
	FIRES("S60", MESSAGE_IS("250 2.0.0 queued as 7")),
	MISSES("S60", MESSAGE_IS("451 4.3.0 later")),
	{"S61", true, PROTOCOL_SMTP, HELLO "C: NOOP\nS: 250 ok\n" BYE, 1500, NULL},
	{"S61", false, PROTOCOL_SMTP, HELLO "C: NOOP\nS: 250 ok\n" BYE, 500, NULL},
	FIRES("S62", HELLO MAIL RCPT "C: RSET\nS: 250 ok\n" MAIL RCPT DATA "C: Hi\nC: .\nS: 250 ok\n" BYE),
	MISSES("S62", HELLO MAIL RCPT "C: RSET\nS: 250 ok\nC: MAIL FROM:<x@b>\nS: 250 ok\n" RCPT DATA
				      "C: Hi\nC: .\nS: 250 ok\n" BYE),
	FIRES("S62", HELLO MAIL RCPT DATA HEADER "C: .\nS: 250 ok\n" MAIL RCPT DATA HEADER "C: .\nS: 250 ok\n" BYE),
	MISSES("S62", HELLO MAIL RCPT DATA HEADER "C: .\nS: 250 ok\n" MAIL RCPT DATA
						  "C: Message-ID: <2@b>\nC: .\nS: 250 ok\n" BYE),
	FIRES("S63", MAIL_IS("555 5.5.4 what")),
	MISSES("S63", MAIL_IS("501 5.1.7 what")),
	/* section 5 */
	FIRES("A01", AUTH_IS("535 5.7.8 no")),
	MISSES("A01", AUTH_IS("454 4.7.0 later")),
	FIRES("A02", MAIL_IS("530 5.7.0 log in first")),
	MISSES("A02", MAIL_IS("530 5.7.0 must issue STARTTLS first")),
	FIRES("A03", AUTH_IS("504 5.5.4 no such mechanism")),
	MISSES("A03", AUTH_IS("535 5.7.8 no")),
	FIRES("A03", HELLO_OF("S: 250 AUTH CRAM-MD5 GSSAPI\n") "C: AUTH PLAIN AGEAYg==\nS: 535 5.7.8 no\n" BYE),
	MISSES("A03", HELLO_OF("S: 250 AUTH CRAM-MD5 PLAIN\n") "C: AUTH PLAIN AGEAYg==\nS: 535 5.7.8 no\n" BYE),
	FIRES("A04", AUTH_IS("538 5.7.11 encrypt first")),
	MISSES("A04", AUTH_IS("535 5.7.8 no")),
	FIRES("A05", AUTH_IS("534 5.7.9 application-specific password required")),
	MISSES("A05", AUTH_IS("535 5.7.8 no")),
	FIRES("A06", AUTH_IS("454 4.7.0 later")),
	MISSES("A06", AUTH_IS("432 4.7.12 renew")),
	FIRES("A07", AUTH_IS("432 4.7.12 renew")),
	MISSES("A07", AUTH_IS("454 4.7.0 later")),
	FIRES("A08", HELLO "C: AUTH PLAIN\nS: 334 \nC: *\nS: 501 5.7.0 given up\n" BYE),
	MISSES("A08", AUTH_IS("535 5.7.8 no")),
	FIRES("A09", AUTH_IS("235 ok")),
	MISSES("A09", HELLO "C: AUTH CRAM-MD5\nS: 334 PDFAYj4=\nC: YSBi\nS: 235 ok\n" BYE),
	FIRES("A10", HELLO "C: AUTH PLAIN AGEAYg==\nS: 535 no\nC: AUTH PLAIN AGEAYg==\nS: 535 no\n"
			   "C: AUTH PLAIN AGEAYg==\nS: 535 no\nC: AUTH PLAIN AGEAYg==\nS: 535 no\n"
			   "C: AUTH PLAIN AGEAYg==\nS: 535 no\n" BYE),
	MISSES("A10", AUTH_IS("535 5.7.8 no")),
	FIRES("A11", HELLO
	      "C: AUTH XOAUTH2 dXNlcj1hAWF1dGg9QmVhcmVyIGIBAQ==\nS: 334 eyJzIjoiNDAwIn0=\nC: \nS: 535 5.7.8 no\n" BYE),
	MISSES("A11", AUTH_IS("535 5.7.8 no")),
	/* section 6: what needs no packets */
	FIRES("T01", HELLO_OF("S: 250 SIZE\n") BYE),
	MISSES("T01", HELLO BYE),
	MISSES("T01", HELLO_OF("S: 250 SIZE\n") MAIL BYE),
	FIRES("T02", HELLO_OF("S: 250 XXXXXXXA\n") BYE),
	MISSES("T02", HELLO_OF("S: 250 XXXXA\n") BYE),
	FIRES("T03", HELLO "C: STARTTLS\nS: 454 4.7.0 not now\n" BYE),
	MISSES("T03", HELLO "C: STARTTLS\nS: 502 what\n" BYE),
	FIRES("T04", MAIL_IS("530 5.7.0 must issue STARTTLS first")),
	MISSES("T04", MAIL_IS("530 5.7.0 log in first")),
	FIRES("T13", HELLO "C: STARTTLS\nS: 220 go\nC: EHLO me\nS: 250 ns1\n" BYE),
	MISSES("T13", HELLO "C: STARTTLS\nS: 454 no\nC: EHLO me\nS: 250 ns1\n" BYE),
	/* section 7 */
	FIRES("M01", MESSAGE("C: From: <a@b>\nC: \nC: Hi\n")),
	MISSES("M01", MESSAGE(HEADER "C: \nC: Hi\n")),
	FIRES("M01", MESSAGE(HEADER "C: Date: again\nC: \nC: Hi\n")),
	FIRES("M04", MESSAGE(HEADER "C: Subject: \\xfc\nC: \nC: Hi\n")),
	MISSES("M04", MESSAGE(HEADER "C: Subject: =?utf-8?q?=c3=bc?=\nC: \nC: Hi\n")),
	FIRES("M05", MESSAGE(HEADER "C: Subject: =?utf-8?q?=c3?= =?utf-8?q?=bc?=\nC: \nC: Hi\n")),
	MISSES("M05", MESSAGE(HEADER "C: Subject: =?utf-8?q?=c3=bc?= =?utf-8?q?=c3=bc?=\nC: \nC: Hi\n")),
	FIRES("M06", HELLO MAIL RCPT DATA HEADER "C: \nC~ 100\nC: x\nC: .\nS: 250 ok\n" BYE),
	MISSES("M06", MESSAGE_IS("250 ok")),
	FIRES("M07", MESSAGE("C: From: <x@y>\nC: To: <c@d>\nC: Date: today\nC: \nC: Hi\n")),
	MISSES("M07", MESSAGE(HEADER "C: \nC: Hi\n")),
	FIRES("M07", MESSAGE("C: From: <a@b>\nC: To: <all@d>\nC: Date: today\nC: \nC: Hi\n")),
	FIRES("M08", MESSAGE("C: From: <a@b>\nC: Date: today\nC: \nC: Hi\n")),
	MISSES("M08", MESSAGE(HEADER "C: \nC: Hi\n")),
	/* section 8 */
	POP3_FIRES("P01", "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: -ERR [AUTH] no\n" POP3_BYE),
	POP3_MISSES("P01", "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: -ERR [IN-USE] locked\n" POP3_BYE),
	POP3_FIRES("P01", "S: +OK hi\nC: AUTH NTLM\nS: +OK\nC: TlRMTVNTUAABAAAA\nS: + TlRMTVNTUAACAAAA\n"
			  "C: TlRMTVNTUAADAAAA\nS: -ERR Logon failure\n" POP3_BYE),
	POP3_MISSES("P01", "S: +OK hi\nC: AUTH NTLM\nS: +OK\nC: TlRMTVNTUAABAAAA\nS: + TlRMTVNTUAACAAAA\n"
			   "C: TlRMTVNTUAADAAAA\nS: +OK\n" POP3_BYE),
	POP3_FIRES("P02", "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: -ERR [IN-USE] locked\n" POP3_BYE),
	POP3_MISSES("P02", "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: -ERR [AUTH] no\n" POP3_BYE),
	POP3_FIRES("P03", "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: -ERR [LOGIN-DELAY] wait\n" POP3_BYE),
	POP3_MISSES("P03", POP3 POP3_BYE),
	POP3_FIRES("P04", "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: -ERR [SYS/TEMP] later\n" POP3_BYE),
	POP3_MISSES("P04", "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: -ERR [SYS/PERM] never\n" POP3_BYE),
	POP3_FIRES("P05", "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: -ERR [SYS/PERM] never\n" POP3_BYE),
	POP3_MISSES("P05", "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: -ERR [SYS/TEMP] later\n" POP3_BYE),
	POP3_FIRES("P06", "S: -ERR go away\n"),
	POP3_MISSES("P06", POP3 POP3_BYE),
	POP3_FIRES("P07", POP3 "C: DELE 1\nS: +OK\n"),
	POP3_MISSES("P07", POP3 "C: DELE 1\nS: +OK\n" POP3_BYE),
	{"P07", false, PROTOCOL_POP3, POP3 "C: DELE 1\nS: +OK\n", 0, set_open},
	POP3_FIRES("P08", POP3 "C: DELE 1\nS: +OK\nC: QUIT\nS: -ERR not all\n"),
	POP3_MISSES("P08", POP3 "C: DELE 1\nS: +OK\n" POP3_BYE),
	POP3_FIRES("P11", POP3 "C: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: 3 a\nS: .\n" POP3_BYE),
	POP3_MISSES("P11", POP3 "C: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: 3 c\nS: .\n" POP3_BYE),
	POP3_FIRES("P12", POP3 "C: UIDL\nS: -ERR what\n" POP3_BYE),
	POP3_MISSES("P12", POP3 "C: UIDL 7\nS: -ERR no such\n" POP3_BYE),
	POP3_FIRES("P14", POP3 "C: RETR 1\nS: +OK 99 octets\nS: Hi\nS: .\n" POP3_BYE),
	POP3_MISSES("P14", POP3 "C: RETR 1\nS: +OK 4 octets\nS: Hi\nS: .\n" POP3_BYE),
	POP3_FIRES("P15", POP3 "C: RETR 1\nS: +OK 99 octets\nS: Hi\n"),
	{"P15", true, PROTOCOL_POP3, POP3 "C: RETR 1\nS: +OK 99 octets\nS: Hi\n", 0, set_midstream},
	POP3_MISSES("P15", POP3 "C: RETR 1\nS: +OK 4 octets\nS: Hi\nS: .\n" POP3_BYE),
	POP3_FIRES("P19", POP3 POP3_BYE),
	POP3_MISSES("P19", "S: +OK <1@b>\nC: APOP me 00112233445566778899aabbccddeeff\nS: +OK\n" POP3_BYE),
	POP3_FIRES("P20", "S: +OK hi\nC: CAPA\nS: +OK\nS: USER\nS: .\n" POP3_BYE),
	POP3_MISSES("P20", "S: +OK hi\nC: CAPA\nS: +OK\nS: STLS\nS: .\n" POP3_BYE),
	POP3_FIRES("P20", "S: +OK hi\nC: STLS\nS: -ERR what\n" POP3_BYE),
	{"P21", true, PROTOCOL_POP3, POP3 "C: STAT\nS: +OK 0 0\n" POP3_BYE, 3000, NULL},
	{"P21", false, PROTOCOL_POP3, POP3 "C: STAT\nS: +OK 0 0\n" POP3_BYE, 1000, NULL},
	/* no name and no password was said */
	POP3_FIRES("P23", "S: +OK hi\nC: AUTH NTLM\nS: -ERR what\nC: USER me\nS: +OK\nC: PASS x\nS: +OK\n" POP3_BYE),
	POP3_MISSES("P01", "S: +OK hi\nC: AUTH NTLM\nS: -ERR what\nC: USER me\nS: +OK\nC: PASS x\nS: +OK\n" POP3_BYE),
	POP3_FIRES("P01",
		   "S: +OK hi\nC: AUTH PLAIN AGEAYg==\nS: -ERR no\nC: USER me\nS: +OK\nC: PASS x\nS: +OK\n" POP3_BYE),
	POP3_FIRES("P01", "S: +OK hi\nC: AUTH NTLM\nS: -ERR what\n" POP3_BYE),
	POP3_FIRES("P23", "S: +OK hi\nC: CAPA\nS: -ERR what\n" POP3_BYE),
	POP3_MISSES("P23", POP3 "C: CAPA\nS: -ERR what\n" POP3_BYE),
	POP3_FIRES("P24", "S: +OK hi\nC: USER bob/pop.example.net\nS: +OK\n" POP3_BYE),
	POP3_MISSES("P24", "S: +OK hi\nC: USER bob/sales\nS: +OK\n" POP3_BYE),
	POP3_FIRES("P25", POP3 "C: RETR 9\nS: -ERR no such\n" POP3_BYE),
	POP3_MISSES("P25", POP3 "C: UIDL\nS: -ERR what\n" POP3_BYE),
	/* a reply that comes while the data flow is the mail's; how the connection ends follows from it */
	FIRES("S24", HELLO MAIL RCPT DATA HEADER "C: \nC: Hi\nS: 552 5.3.4 too big\nC: more\n"),
	FIRES("S26", HELLO MAIL RCPT DATA HEADER "C: \nC: Hi\nS: 554 5.7.1 spam\nC: more\n"),
	FIRES("S28", HELLO MAIL RCPT DATA HEADER "C: \nC: Hi\nS: 451 4.3.0 broken\nC: more\n"),
	FIRES("S60", HELLO MAIL RCPT DATA HEADER "C: \nC: Hi\nS: 250 ok\nC: more\nC: .\n" BYE),
	MISSES("S34", HELLO MAIL RCPT DATA HEADER "C: \nC: Hi\nS: 250 ok\nC: more\nC: .\n" BYE),
	FIRES("S34", HELLO MAIL RCPT DATA HEADER "C: \nC: Hi\nS: 250 ok\nC: more\n"),
	MISSES("S34", HELLO MAIL RCPT DATA HEADER "C: \nC: Hi\nS: 552 5.3.4 too big\nC: more\n"),
	MISSES("S34", HELLO MAIL RCPT DATA HEADER "C: \nC: Hi\nS: 421 4.3.0 going\nC: more\n"),
	{"S03", true, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "C: Hi\nC| \nS: 421 bye\n", 200000, NULL},
	{"N15", false, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "C: Hi\nS: 552 5.3.4 too big\nC: more\n", 0, set_reset},
	{"N15", true, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "C: Hi\nC: more\n", 0, set_reset},
	{"N15", false, PROTOCOL_SMTP, HELLO MAIL RCPT "C: BDAT 90 LAST\nC: Hi\nS: 552 too big\nC: more\n", 0,
	 set_reset},
	{"N15", true, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "C: Hi\nS: 552 5.3.4 too big\nC: .\nC: RSET\nS: 250 ok\n", 0,
	 set_reset},
	{"N17", false, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "C: Hi\nS: 554 spam\nC: more\n", 0, set_server_left},
	/* each recipient rehearsed by itself */
	FIRES("S62", HELLO PROBE("c@d") PROBE("e@f") MAIL RCPT "C: RCPT TO:<e@f>\nS: 250 ok\n" DATA HEADER
							       "C: .\nS: 250 ok\n" BYE),
	FIRES("S62", HELLO PROBE("c@d") PROBE("e@f") PROBE("g@h") MAIL RCPT DATA HEADER "C: .\nS: 250 ok\n" BYE),
	MISSES("S62", HELLO PROBE("x@d") PROBE("e@f") MAIL RCPT "C: RCPT TO:<e@f>\nS: 250 ok\n" DATA HEADER
								"C: .\nS: 250 ok\n" BYE),
	MISSES("S62", HELLO PROBE("c@d") PROBE("e@f") "C: MAIL FROM:<x@y>\nS: 250 ok\n" RCPT DATA HEADER
						      "C: .\nS: 250 ok\n" BYE),
	MISSES("S62", HELLO PROBE("e@f") MAIL "C: RCPT TO:<g@h>\nS: 250 ok\n" DATA HEADER "C: .\nS: 250 ok\n" MAIL
					      "C: RCPT TO:<e@f>\nS: 250 ok\n" DATA HEADER "C: .\nS: 250 ok\n" BYE),
	/* an error in the syntax is no verdict on the mail */
	MISSES("S26", HELLO MAIL RCPT "C: BDAT 5 X\nS: 501 what\nC: BDAT 2 LAST\nC| Hi\nS: 250 ok\n" BYE),
	/* replies for each recipient */
	{"S21", true, PROTOCOL_LMTP, LMTP "S: 452 4.2.2 full\nS: 250 ok\n" BYE, 0, NULL},
	{"S14", true, PROTOCOL_LMTP, LMTP "S: 452 4.2.2 full\nS: 250 ok\n" BYE, 0, NULL},
	{"S12", true, PROTOCOL_LMTP, LMTP "S: 250 ok\nS: 550 5.1.1 no such user\n" BYE, 0, NULL},
	{"S26", true, PROTOCOL_LMTP, LMTP "S: 250 ok\nS: 550 5.7.1 spam\n" BYE, 0, NULL},
	{"S21", false, PROTOCOL_LMTP, LMTP "S: 250 ok\nS: 250 ok\n" BYE, 0, NULL},
	{"S21", false, PROTOCOL_LMTP, LMTP "S: 452 full\nS: 550 no\n" BYE, 0, NULL},
	FIRES("S21", HELLO MAIL RCPT "C: RCPT TO:<e@f>\nS: 250 ok\n" DATA
				     "C: .\nS: 353 wait\nS: 550 spam\nS: 250 ok\nS: 250 ok\n" BYE),
	POP3_FIRES("P25", POP3 "C: STAT\nS: +OK 2 99\nC: RETR 3\nS: -ERR oops\n" POP3_BYE),
	POP3_FIRES("P25", POP3 "C: STAT\nS: +OK 2 99\nC: RETR 1\nS: -ERR message 1 is deleted\n" POP3_BYE),
	POP3_MISSES("P25", POP3 "C: STAT\nS: +OK 2 99\nC: RETR 1\nS: -ERR internal error\n" POP3_BYE),
	POP3_MISSES("P25", POP3 "C: STAT\nS: +OK 2 99\nC: DELE 1\nS: -ERR the mailbox is read-only\n" POP3_BYE),
	POP3_FIRES("P25", POP3 "C: RETR 7\nS: -ERR only 2 messages here\n" POP3_BYE),
	POP3_FIRES("P04", POP3 "C: STAT\nS: +OK 2 99\nC: RETR 1\nS: -ERR internal error\n" POP3_BYE),
	POP3_MISSES("P25", POP3 "C: STAT\nS: +OK 2 99\nC: TOP 1 0\nS: -ERR TOP not implemented\n" POP3_BYE),
	POP3_FIRES("S47", POP3 "C: STAT\nS: +OK 2 99\nC: TOP 1 0\nS: -ERR unknown command\n" POP3_BYE),
	POP3_MISSES("P04", POP3 "C: STAT\nS: +OK 2 99\nC: TOP 1 0\nS: -ERR unknown command\n" POP3_BYE),
	/* absence proves nothing where bytes were lost, or the capture ended */
	{"S30", false, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "C: Hi\nC: .\n", 0, set_loss},
	{"S34", false, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "C: Hi\n", 0, set_loss},
	{"S30", false, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "C: Hi\nC: .\n", 0, set_open},
	{"S34", false, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "C: Hi\n", 0, set_open},
};

/* ---- playing them ---- */

static enum rule rule_of(const char *id)
{
	for (enum rule rule = 0; rule < RULES; rule++)
		if (strcmp(rule_row(rule)->id, id) == 0)
			return rule;
	ck_abort_msg("there is no rule %s", id);
	return RULES;
}

/* What cannot be decided is told, too, but has no weight. */
static bool has_fired(const struct session *s, enum rule rule)
{
	for (size_t i = 0; i < diagnosis_count(s); i++) {
		const struct finding *f = diagnosis_finding(s, i);

		if (f->rule == rule && f->severity >= rule_row(rule)->temporary)
			return true;
		if (f->rule == rule && rule == RULE_S36)
			return true; /* harmless as long as the server takes it */
	}
	return false;
}

static void play_vector(const struct vector *v)
{
	enum rule rule = rule_of(v->rule);
	struct player p;

	judged_begin(&p, v->protocol);
	if (v->step_ms > 0)
		p.step_ns = v->step_ms * CLOCK_NS_PER_MS;
	if (v->set != NULL)
		v->set(p.session);
	play_script(&p, v->script, true);
	p.session->end_ns = PLAY_START_NS + p.steps * p.step_ns;
	diagnosis_finish(p.session);
	ck_assert_msg(has_fired(p.session, rule) == v->fires, "%s %s: %s", v->rule,
		      v->fires ? "does not fire" : "fires", v->script);
	for (size_t i = 0; i < diagnosis_count(p.session); i++)
		ck_assert_uint_gt(diagnosis_finding(p.session, i)->message.len, 0);
	judged_end(&p);
}

START_TEST(rules_fire_where_they_should)
{
	play_vector(&vectors[_i]);
}
END_TEST

START_TEST(many_received_fields_are_a_loop)
{
	struct buffer script = {0};

	for (int n = 99; n <= 100; n++) {
		struct vector v = {"S50", n == 100, PROTOCOL_SMTP, NULL, 0, NULL};

		buffer_clear(&script);
		buffer_append_text(&script, HELLO MAIL RCPT DATA);
		for (int i = 0; i < n; i++)
			buffer_append_text(&script, "C: Received: from a by b\n");
		buffer_append_text(&script, HEADER "C: \nC: Hi\nC: .\nS: 250 ok\n" BYE);
		buffer_append_byte(&script, '\0');
		v.script = (const char *)script.data;
		play_vector(&v);
	}
	buffer_fini(&script);
}
END_TEST

START_TEST(a_long_list_that_nobody_empties)
{
	struct buffer script = {0};

	for (int n = 199; n <= 200; n++) {
		struct vector v = {"P18", n == 200, PROTOCOL_POP3, NULL, 0, NULL};

		buffer_clear(&script);
		buffer_append_text(&script, POP3 "C: LIST\nS: +OK\n");
		for (int i = 1; i <= n; i++)
			buffer_printf(&script, "S: %d 100\n", i);
		buffer_append_text(&script, "S: .\n" POP3_BYE);
		buffer_append_byte(&script, '\0');
		v.script = (const char *)script.data;
		play_vector(&v);
	}
	buffer_fini(&script);
}
END_TEST

static enum rule root_of(const char *script)
{
	struct player p;
	const struct finding *f;
	enum rule rule;

	judged_begin(&p, PROTOCOL_SMTP);
	play_script(&p, script, true);
	diagnosis_finish(p.session);
	f = diagnosis_root(p.session);
	ck_assert_ptr_nonnull(f);
	ck_assert(f->is_root);
	rule = f->rule;
	judged_end(&p);
	return rule;
}

START_TEST(the_cause_stands_above_its_consequences)
{
	ck_assert_int_eq(root_of(RCPT_IS("550 5.1.1 no such user")), RULE_S12);
	ck_assert_int_eq(root_of(HELLO MAIL RCPT DATA "C: Hi\n"), RULE_S34);
	ck_assert_int_eq(root_of(HELLO MAIL RCPT "C: RCPT TO:<e@f>\nS: 250 ok\n" DATA
						 "C: .\nS: 353 wait\nS: 452 4.2.2 full\nS: 250 ok\nS: 250 ok\n" BYE),
			 RULE_S14);
	ck_assert_int_eq(root_of(HELLO MAIL RCPT DATA "C: Hi\nS: 552 5.3.4 too big\nC: more\n"), RULE_S24);
	ck_assert_int_eq(root_of(HELLO MAIL RCPT DATA "C: Hi\nS: 451 4.3.0 broken\nC: more\n"), RULE_S28);
	ck_assert_int_eq(root_of("S: 220-ns1\nC: EHLO me\nS: 521 5.5.1 protocol error\n"), RULE_S01);
	/* true, but no cause */
	ck_assert_int_eq(root_of(HELLO "C: AUTH PLAIN AGEAYg==\nS: 235 ok\n" MAIL RCPT
				       "C: RCPT TO:<e@f>\nS: 452 4.2.2 full\n" DATA HEADER "C: .\nS: 250 ok\n" BYE),
			 RULE_S14);
}
END_TEST

/* The end of a connection is told, but it is no cause and needs no reason. */
START_TEST(an_end_behind_a_refusal_weighs_little)
{
	static const struct {
		void (*set)(struct session *s);
		enum rule rule;
	} ends[] = {{set_reset, RULE_N15}, {set_server_left, RULE_N17}, {set_open, RULES}, {NULL, RULE_N18}};
	struct player p;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		judged_begin(&p, PROTOCOL_SMTP);
		p.session->first_fin = SIDE_CLIENT;
		if (ends[i].set != NULL)
			ends[i].set(p.session);
		play_script(&p, HELLO MAIL RCPT DATA "C: Hi\nS: 552 5.3.4 too big\nC: more\n", true);
		diagnosis_finish(p.session);
		ck_assert_int_eq(diagnosis_root(p.session)->rule, RULE_S24);
		ck_assert(ends[i].rule == RULES || diagnosis_has(p.session, ends[i].rule));
		for (size_t f = 0; f < diagnosis_count(p.session); f++) {
			const struct finding *finding = diagnosis_finding(p.session, f);

			ck_assert(finding->rule == RULE_S24 || finding->severity <= SEVERITY_NOTICE);
			ck_assert_ptr_null(memmem(finding->message.data, finding->message.len, "without", 7));
		}
		judged_end(&p);
	}
}
END_TEST

/* A reply that was not captured may have come all the same. */
START_TEST(what_cannot_be_decided_is_said_so)
{
	const struct finding *f = NULL;
	struct player p;

	judged_begin(&p, PROTOCOL_SMTP);
	set_loss(p.session);
	play_script(&p, HELLO MAIL RCPT DATA "C: Hi\nC: .\n", true);
	diagnosis_finish(p.session);
	for (size_t i = 0; i < diagnosis_count(p.session); i++)
		if (diagnosis_finding(p.session, i)->rule == RULE_S30)
			f = diagnosis_finding(p.session, i);
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->severity, SEVERITY_INFO);
	ck_assert(slice_begins_nocase(f->message, "It cannot be decided whether the server answered"));
	judged_end(&p);
}
END_TEST

/* What was given up proves nothing by what it lacks. */
START_TEST(what_was_given_up_is_not_blamed)
{
	static const char *const scripts[] = {"", HELLO, HELLO MAIL RCPT "C: DATA\nS: 354 go\nC: Hi\n",
					      HELLO MAIL RCPT DATA "C: Hi\nC: .\n", HELLO MAIL "C: RCPT TO:<c@d>\n"};
	struct player p;

	judged_begin(&p, PROTOCOL_SMTP);
	play_script(&p, scripts[_i], false);
	p.session->state = SESSION_OPEN;
	p.session->has_fin[SIDE_CLIENT] = p.session->has_fin[SIDE_SERVER] = false;
	p.session->abandoned = true;
	session_finish(p.session, &p.observers);
	diagnosis_finish(p.session);
	for (size_t i = 0; i < diagnosis_count(p.session); i++)
		ck_assert_msg(diagnosis_finding(p.session, i)->severity <= SEVERITY_NOTICE, "%s",
			      (const char *)diagnosis_finding(p.session, i)->message.data);
	judged_end(&p);
}
END_TEST

/* ---- what is no cause, and where a finding stands ---- */

START_TEST(what_was_refused_and_then_taken_is_no_cause)
{
	static const char *const refused[] = {
		"C: AUTH PLAIN AGEAYg==\nS: 535 5.7.8 no\nC: AUTH PLAIN AGEAYw==\nS: 235 ok\n" MAIL RCPT,
		MAIL RCPT "C: DATA now\nS: 501 what\n",
		MAIL RCPT "C: DATA\nS: 451 later\n",
		MAIL RCPT "C: DATA\nS: 554 5.7.1 no\n",
	};
	struct player p;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct buffer script = {0};
		const struct finding *root;

		buffer_printf(&script, "%s%s%s", HELLO, refused[i], DATA HEADER "C: \nC: Hi\nC: .\nS: 250 ok\n" BYE);
		buffer_append_byte(&script, '\0');
		judged_begin(&p, PROTOCOL_SMTP);
		play_script(&p, (const char *)script.data, true);
		diagnosis_finish(p.session);
		root = diagnosis_root(p.session);
		ck_assert_msg(root == NULL || !root->is_refusal, "%s", refused[i]);
		ck_assert_uint_eq(p.session->accepted_mails, 1);
		judged_end(&p);
		buffer_fini(&script);
	}
}
END_TEST

START_TEST(a_delivered_mail_is_no_cause)
{
	const struct finding *f = NULL;
	struct player p;

	judged_begin(&p, PROTOCOL_SMTP);
	play_script(&p, MESSAGE_IS("250 2.0.0 queued as 7"), true);
	diagnosis_finish(p.session);
	for (size_t i = 0; i < diagnosis_count(p.session); i++) {
		const struct finding *other = diagnosis_finding(p.session, i);

		f = other->rule == RULE_S60 ? other : f;
		ck_assert(other->rule != RULE_S60 || !other->is_root);
	}
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->mail, 1);
	ck_assert_ptr_null(phase_name((enum phase)f->phase)); /* "may be sent more than once" is over */
	ck_assert(diagnosis_root(p.session) == NULL || diagnosis_root(p.session)->rule != RULE_S60);
	judged_end(&p);
}
END_TEST

/* DATA refused though there were recipients: nothing else is the cause. */
START_TEST(data_refused_is_the_cause_where_nothing_else_is)
{
	struct player p;

	judged_begin(&p, PROTOCOL_SMTP);
	play_script(&p, HELLO MAIL RCPT "C: DATA\nS: 554 5.7.1 no\n" BYE, true);
	diagnosis_finish(p.session);
	ck_assert_int_eq(diagnosis_root(p.session)->rule, RULE_S22);
	ck_assert_int_eq(diagnosis_root(p.session)->severity, SEVERITY_CRITICAL);
	judged_end(&p);
	judged_begin(&p, PROTOCOL_SMTP);
	play_script(&p, HELLO "C: MAIL FROM:<a@b>\nS: 550 no\nC: RCPT TO:<c@d>\nS: 503 no\nC: DATA\nS: 501 no\n" BYE,
		    true);
	diagnosis_finish(p.session);
	ck_assert_int_eq(diagnosis_root(p.session)->rule, RULE_S10);
	judged_end(&p);
}
END_TEST

START_TEST(a_finding_stands_at_its_own_mail)
{
	const struct finding *f = NULL;
	struct player p;

	judged_begin(&p, PROTOCOL_SMTP);
	play_script(&p,
		    HELLO MAIL RCPT DATA "C: Hi\nC: .\nS: 250 ok\n" MAIL RCPT DATA
					 "C| Hi\\x0ayou\\x0d\\x0a.\\x0d\\x0a\n"
					 "S: 250 ok\n" BYE,
		    true);
	diagnosis_finish(p.session);
	for (size_t i = 0; i < diagnosis_count(p.session); i++)
		if (diagnosis_finding(p.session, i)->rule == RULE_S38)
			f = diagnosis_finding(p.session, i);
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->mail, 2);
	judged_end(&p);
}
END_TEST

/* ---- none is forgotten ---- */

static bool is_in(const char *const *list, const char *id)
{
	while (*list != NULL && strcmp(*list, id) != 0)
		list++;
	return *list != NULL;
}

static bool is_reasoned(const char *id)
{
	return strcmp(id, "P18") == 0; /* tested above */
}

static bool has_vector(const char *id, bool fires)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		if (strcmp(vectors[i].rule, id) == 0 && vectors[i].fires == fires)
			return true;
	return false;
}

START_TEST(every_rule_is_tested)
{
	const char *id = rule_row((enum rule)_i)->id;
	bool is_scripted = has_vector(id, true) && has_vector(id, false);

	ck_assert_msg(is_scripted || is_in(covered_on_the_wire, id) || is_in(covered_across_sessions, id) ||
			      is_in(covered_inside_tls, id) || is_in(covered_in_imap, id) || is_reasoned(id),
		      "%s", id);
}
END_TEST

START_TEST(every_rule_says_what_it_means_in_sentences)
{
	const struct rule_row *row = rule_row((enum rule)_i);

	ck_assert_uint_gt(strlen(row->meaning), 20);
	ck_assert_int_eq(row->meaning[strlen(row->meaning) - 1], '.');
	ck_assert_int_eq(row->advice[strlen(row->advice) - 1], '.');
	ck_assert_ptr_null(strstr(row->meaning, "RFC"));
	ck_assert_ptr_null(strstr(row->advice, "RFC"));
	ck_assert_int_ge(row->permanent, row->temporary);
}
END_TEST

/* ---- why TLS is not read ---- */

static void tell_tls(struct session *s, struct tls_event event)
{
	struct stamp at = {.time_ns = PLAY_START_NS, .packet = 9};

	event.name = event.protocol = "";
	session_tls_take(s, &event, &at, 0, NULL);
	diagnosis_tls(s, &event, &at);
}

static const struct {
	enum tls_unread why;
	uint16_t suite;
	const char *name;
	const char *message;
	const char *advice;
} unread[] = {
	{TLS_NO_KEY, 0x1301, "Encrypted, no key", "What was said is encrypted by TLS 1.2, and there is no key",
	 "Name a key log"},
	{TLS_NO_HANDSHAKE, 0x1301, "Encrypted, handshake not captured",
	 "What was said is encrypted by TLS 1.2, and the handshake was not captured",
	 "No key log helps here: begin the capture before the connection."},
	{TLS_SUITE, 0x0005, "Encrypted, cipher suite not supported",
	 "What was said is encrypted by TLS_RSA_WITH_RC4_128_SHA, which is not supported", "No key log helps here"},
	{TLS_SUITE, 0x0002, "Not encrypted, cipher suite not supported",
	 "What was said is not encrypted by TLS_RSA_WITH_NULL_SHA, which is not supported", "No key log helps here"},
	{TLS_SUITE, 0x7a7a, "Encrypted, cipher suite not supported",
	 "What was said is encrypted by a cipher suite that is not known (0x7a7a)", "No key log helps here"},
	{TLS_COMPRESSED, 0x1301, "Encrypted and compressed",
	 "What was said is compressed and encrypted by TLS 1.2, which is not supported", "No key log helps here"},
	{TLS_GAP, 0x1301, "Encrypted, bytes lost",
	 "The capture lost 14 bytes of what was said encrypted by TLS 1.2, and what follows cannot be read",
	 "Capture again without losses"},
};

START_TEST(what_is_not_read_says_why_and_what_helps)
{
	const struct finding *f;
	struct player p;

	judged_begin(&p, PROTOCOL_SMTP);
	play_script(&p, HELLO, true);
	p.session->tls = true;
	tell_tls(p.session, (struct tls_event){.kind = TLS_CLIENT_HELLO});
	tell_tls(p.session, (struct tls_event){.kind = TLS_SERVER_HELLO,
					       .side = SIDE_SERVER,
					       .version = TLS_VERSION_1_2,
					       .suite = unread[_i].suite});
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		tell_tls(p.session,
			 (struct tls_event){.kind = TLS_UNREAD, .side = side, .why = unread[_i].why, .len = 7});
	diagnosis_finish(p.session);
	for (size_t i = 0; (f = diagnosis_finding(p.session, i)) != NULL && f->rule != RULE_T12; i++)
		;
	ck_assert_ptr_nonnull(f);
	ck_assert_str_eq(finding_name(f), unread[_i].name);
	ck_assert_msg(slice_equals(f->message, slice_from_text(unread[_i].message)), "%.*s", (int)f->message.len,
		      (const char *)f->message.data);
	ck_assert(strncmp(finding_advice(f), unread[_i].advice, strlen(unread[_i].advice)) == 0);
	judged_end(&p);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, rules_fire_where_they_should, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, many_received_fields_are_a_loop);
	tcase_add_test(t, a_long_list_that_nobody_empties);
	tcase_add_test(t, the_cause_stands_above_its_consequences);
	tcase_add_test(t, an_end_behind_a_refusal_weighs_little);
	tcase_add_test(t, what_cannot_be_decided_is_said_so);
	tcase_add_loop_test(t, what_was_given_up_is_not_blamed, 0, 5);
	tcase_add_test(t, what_was_refused_and_then_taken_is_no_cause);
	tcase_add_test(t, a_delivered_mail_is_no_cause);
	tcase_add_test(t, data_refused_is_the_cause_where_nothing_else_is);
	tcase_add_test(t, a_finding_stands_at_its_own_mail);
	tcase_add_loop_test(t, every_rule_is_tested, 0, RULES);
	tcase_add_loop_test(t, every_rule_says_what_it_means_in_sentences, 0, RULES);
	tcase_add_loop_test(t, what_is_not_read_says_why_and_what_helps, 0, sizeof(unread) / sizeof(unread[0]));
}
