#include "proto/pending.h"

#include "../main.h"
#include "script.h"

static const struct script_vector vectors[] = {
	{
		"a hole of DATA's length before 354 holds DATA",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: RCPT TO:<a>\n"
		"S: 250 x\n"
		"C~ 6\n"
		"S: 354 x\n"
		"C: ubject: a\n"
		"C: .\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 RCPT TO:<a>\n"
		"1< 250 x\n"
		"2 (unsolicited)\n"
		"2< 354 x\n"
		"resync C\n"
		"2 mail begins C\n"
		"2 \"ubject: a\\x0d\\x0a\"\n"
		"2 mail ends size 11\n"
		"3 (message)\n"
		"3< 250 x\n",
	},
	{
		"a longer one may hold the beginning of the mail",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: RCPT TO:<a>\n"
		"S: 250 x\n"
		"C~ 7\n"
		"S: 354 x\n"
		"C: ubject: a\n"
		"C: .\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 RCPT TO:<a>\n"
		"1< 250 x\n"
		"2 (unsolicited)\n"
		"2< 354 x\n"
		"resync C\n"
		"2 mail begins C before !truncated\n"
		"2 \"ubject: a\\x0d\\x0a\"\n"
		"2 mail ends size 11\n"
		"3 (message)\n"
		"3< 250 x\n",
	},
	{
		"of a mail and the replies around it only the last is left",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: RCPT TO:<a>\n"
		"S: 250 x\n"
		"C: DATA\n"
		"S~ 8\n"
		"C~ 40\n"
		"S: 550 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 RCPT TO:<a>\n"
		"1< 250 x\n"
		"2 DATA\n"
		"resync S\n"
		"resync C\n"
		"2 note data-assumed\n"
		"2 mail begins C\n"
		"2 \"????????????????????????????????????????\"\n"
		"2 mail ends size 0 missing 40\n"
		"3 (message) !truncated\n"
		"3< 550 x\n"
		"4 QUIT\n"
		"4< 221 x\n",
	},
	{
		"who sends a mail has its DATA answered, and all before it",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: RCPT TO:<a>\n"
		"S~ 8\n"
		"C: DATA\n"
		"S~ 8\n"
		"C: Subject: a\n"
		"C: .\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 RCPT TO:<a>\n"
		"2 DATA\n"
		"2 note data-assumed\n"
		"2 mail begins C\n"
		"2 \"Subject: a\\x0d\\x0a\"\n"
		"2 mail ends size 12\n"
		"3 (message)\n"
		"resync S\n"
		"3< 250 x\n"
		"4 QUIT\n"
		"4< 221 x\n",
	},
	{
		"221 is the answer to QUIT",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: RSET\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 RSET\n"
		"2 QUIT\n"
		"2< 221 x\n",
	},
	{
		"POP3: a challenge behind a listing whose end is in a hole",
		PROTOCOL_POP3,
		false,
		"S: +OK x\n"
		"C: CAPA\n"
		"S: +OK\n"
		"S: TOP\n"
		"S~ 20\n"
		"C: AUTH PLAIN\n"
		"S: + \n"
		"C: AGEAYg==\n"
		"S: +OK\n"
		"C: QUIT\n"
		"S: +OK bye\n",
		"0 (greeting)\n"
		"0< +OK x\n"
		"1 CAPA\n"
		"1< +OK \n"
		"1 line TOP\n"
		"2 AUTH PLAIN\n"
		"resync S\n"
		"2 auth S \n"
		"2 auth C AGEAYg== !secret\n"
		"2< +OK \n"
		"3 QUIT\n"
		"3< +OK bye\n",
	},
	{
		"POP3: a challenge behind a reply in a hole",
		PROTOCOL_POP3,
		false,
		"S: +OK x\n"
		"C: CAPA\n"
		"S~ 20\n"
		"C: AUTH PLAIN\n"
		"S: + \n"
		"C: AGEAYg==\n"
		"S: +OK\n"
		"C: QUIT\n"
		"S: +OK bye\n",
		"0 (greeting)\n"
		"0< +OK x\n"
		"1 CAPA\n"
		"2 AUTH PLAIN\n"
		"resync S\n"
		"2 auth S \n"
		"2 auth C AGEAYg== !secret\n"
		"2< +OK \n"
		"3 QUIT\n"
		"3< +OK bye\n",
	},
	{
		"the reply to RCPT is missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 a\n"
		"C: RCPT TO:<b>\n"
		"S~ 7\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C: mail\n"
		"C: .\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a>\n"
		"1< 250 a\n"
		"2 RCPT TO:<b>\n"
		"3 DATA\n"
		"resync S\n"
		"3< 354 x\n"
		"3 mail begins C\n"
		"3 \"mail\\x0d\\x0a\"\n"
		"3 mail ends size 6\n"
		"4 (message)\n"
		"4< 250 x\n",
	},
	{
		"the reply to MAIL is missing, its next has the same code",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a>\n"
		"S~ 7\n"
		"C: RCPT TO:<b>\n"
		"S: 250 b\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a>\n"
		"2 RCPT TO:<b>\n"
		"resync S\n"
		"2< 250 b\n"
		"3 QUIT\n"
		"3< 221 x\n",
	},
	{
		"half of a reply is missing, alone or with the beginning of the next",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: EHLO a\n"
		"S| 250-on\n"
		"S~ 4\n"
		"S: 250-two\n"
		"S: 250 three\n"
		"C: NOOP\n"
		"S| 25\n"
		"S~ 3\n"
		"S: x\n"
		"C: NOOP\n"
		"S: 250 y\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 EHLO a\n"
		"1< 250-on !truncated\n"
		"resync S\n"
		"1< 250-two\n"
		"1< 250 three\n"
		"2 NOOP\n"
		"3 NOOP\n"
		"resync S\n"
		"3< 250 y\n",
	},
	{
		"the end of a reply of several lines is missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: EHLO a\n"
		"S: 250-one\n"
		"S~ 20\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 2.1.0 ok\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 EHLO a\n"
		"1< 250-one\n"
		"2 MAIL FROM:<a>\n"
		"resync S\n"
		"2< 250 2.1.0 ok {2.1.0}\n"
		"3 QUIT\n"
		"3< 221 x\n",
	},
	{
		"the end of a reply of several lines is missing, the next has another code",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: EHLO a\n"
		"C: MAIL FROM:<a>\n"
		"S: 250-one\n"
		"S~ 20\n"
		"S: 550 no\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 EHLO a\n"
		"2 MAIL FROM:<a>\n"
		"1< 250-one\n"
		"resync S\n"
		"2< 550 no\n",
	},
	{
		"replies to a pipelined group are missing at its front",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a>\n"
		"C: RCPT TO:<b>\n"
		"C: RCPT TO:<c>\n"
		"C: DATA\n"
		"S~ 16\n"
		"S: 250 c\n"
		"S: 354 x\n"
		"C: mail\n"
		"C: .\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a>\n"
		"2 RCPT TO:<b>\n"
		"3 RCPT TO:<c>\n"
		"4 DATA\n"
		"resync S\n"
		"1< 250 c\n"
		"4< 354 x\n"
		"4 mail begins C\n"
		"4 \"mail\\x0d\\x0a\"\n"
		"4 mail ends size 6\n"
		"5 (message)\n"
		"5< 250 x\n"
		"6 QUIT\n"
		"6< 221 x\n",
	},
	{
		"the greeting is missing",
		PROTOCOL_SMTP,
		false,
		"S~ 30\n"
		"C: EHLO a\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"1 EHLO a\n"
		"resync S\n"
		"1< 250 x\n"
		"2 QUIT\n"
		"2< 221 x\n",
	},
	{
		"a command is missing, its reply is not",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: HELO a\n"
		"S: 250 x\n"
		"C~ 15\n"
		"S: 250 sender\n"
		"C: RCPT TO:<b>\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 HELO a\n"
		"1< 250 x\n"
		"2 (unsolicited)\n"
		"2< 250 sender\n"
		"resync C\n"
		"3 RCPT TO:<b>\n"
		"3< 250 x\n",
	},
	{
		"a command in a pipelined group is missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a>\n"
		"C~ 13\n"
		"C: DATA\n"
		"S: 250 a\n"
		"S: 250 b\n"
		"S: 354 c\n"
		"C: .\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a>\n"
		"resync C\n"
		"2 DATA\n"
		"1< 250 a\n"
		"3 (unsolicited)\n"
		"3< 250 b\n"
		"2< 354 c\n"
		"2 mail begins C\n"
		"2 mail ends size 0\n"
		"4 (message)\n"
		"4< 250 x\n"
		"5 QUIT\n"
		"5< 221 x\n",
	},
	{
		"a command is cut, its end missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C| MAIL FROM:<a\n"
		"C~ 8\n"
		"C: RCPT TO:<b>\n"
		"S: 250 a\n"
		"S: 250 b\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a !truncated\n"
		"resync C\n"
		"2 RCPT TO:<b>\n"
		"1< 250 a\n"
		"2< 250 b\n",
	},
	{
		"DATA is cut, and the beginning of the mail is missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C| DATA\n"
		"C~ 6\n"
		"S: 354 x\n"
		"C: mail\n"
		"C: .\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA !truncated\n"
		"1< 354 x\n"
		"resync C\n"
		"1 mail begins C\n"
		"1 \"????mail\\x0d\\x0a\"\n"
		"1 mail ends size 6 missing 4\n"
		"2 (message)\n"
		"2< 250 x\n",
	},
	{
		"DATA is cut, and half its line end is missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C| DATA\n"
		"C~ 1\n"
		"S: 354 x\n"
		"C: mail\n"
		"C: .\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA !truncated\n"
		"1< 354 x\n"
		"resync C\n"
		"1 mail begins C\n"
		"1 \"?mail\\x0d\\x0a\"\n"
		"1 mail ends size 6 missing 1\n"
		"2 (message)\n"
		"2< 250 x\n",
	},
	{
		"DATA is cut",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C| DATA\n"
		"C~ 2\n"
		"S: 354 x\n"
		"C: mail\n"
		"C: .\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA !truncated\n"
		"1< 354 x\n"
		"resync C\n"
		"1 mail begins C\n"
		"1 \"mail\\x0d\\x0a\"\n"
		"1 mail ends size 6\n"
		"2 (message)\n"
		"2< 250 x\n",
	},
	{
		"a beginning of a line that is no command is cut",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C| MA\n"
		"C~ 20\n"
		"C: c@d>\n"
		"C: RCPT TO:<b>\n"
		"S: 250 a\n"
		"S: 250 b\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"skipped c@d> !secret\n"
		"resync C\n"
		"1 RCPT TO:<b>\n"
		"1< 250 a\n"
		"2 (unsolicited)\n"
		"2< 250 b\n",
	},
	{
		"the server answers one command too few",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a>\n"
		"C: RCPT TO:<b>\n"
		"C: DATA\n"
		"S: 250 x\n"
		"S: 354 x\n"
		"C: a: b\n"
		"C: .\n"
		"C: QUIT\n"
		"S: 250 x\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a>\n"
		"2 RCPT TO:<b>\n"
		"3 DATA\n"
		"1< 250 x\n"
		"3< 354 x\n"
		"3 mail begins C\n"
		"3 \"a: b\\x0d\\x0a\"\n"
		"3 mail ends size 6\n"
		"4 (message)\n"
		"5 QUIT\n"
		"4< 250 x\n"
		"5< 221 x\n",
	},
	{
		"the server answers one command too many",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a>\n"
		"C: RCPT TO:<b>\n"
		"C: DATA\n"
		"S: 250 x\n"
		"S: 250 x\n"
		"S: 250 x\n"
		"S: 354 x\n"
		"C: a: b\n"
		"C: .\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a>\n"
		"2 RCPT TO:<b>\n"
		"3 DATA\n"
		"1< 250 x\n"
		"2< 250 x\n"
		"3< 250 x\n"
		"4 (unsolicited)\n"
		"4< 354 x\n"
		"3 note data-assumed\n"
		"3 mail begins C\n"
		"3 \"a: b\\x0d\\x0a\"\n"
		"3 mail ends size 6\n"
		"5 (message)\n"
		"5< 250 x\n"
		"6 QUIT\n"
		"6< 221 x\n",
	},
	{
		"a success says by its enhanced code that it is not the greeting's",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: EHLO a\n"
		"S~ 30\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 2.1.0 Ok\n"
		"C: RCPT TO:<b>\n"
		"C: RCPT TO:<c>\n"
		"S~ 14\n"
		"S: 250 2.1.5 Ok\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 EHLO a\n"
		"2 MAIL FROM:<a>\n"
		"resync S\n"
		"2< 250 2.1.0 Ok {2.1.0}\n"
		"3 RCPT TO:<b>\n"
		"4 RCPT TO:<c>\n"
		"resync S\n"
		"3< 250 2.1.5 Ok {2.1.5}\n",
	},
	{
		"said in a group, the first answer missing: sender and recipient are told apart",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: EHLO a\n"
		"C: MAIL FROM:<a>\n"
		"C: RCPT TO:<b>\n"
		"S~ 30\n"
		"S: 250 2.1.0 Ok\n"
		"S: 250 2.1.5 Ok\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 EHLO a\n"
		"2 MAIL FROM:<a>\n"
		"3 RCPT TO:<b>\n"
		"resync S\n"
		"2< 250 2.1.0 Ok {2.1.0}\n"
		"3< 250 2.1.5 Ok {2.1.5}\n",
	},
	{
		"a command behind the hole of its answer is missing too: what comes then is its",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 x\n"
		"C: RCPT TO:<b>\n"
		"S~ 14\n"
		"C~ 13\n"
		"S: 554 5.7.1 <c>: Relay access denied\n"
		"C: RCPT TO:<d>\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a>\n"
		"1< 250 x\n"
		"2 RCPT TO:<b>\n"
		"resync S\n"
		"3 (unsolicited)\n"
		"3< 554 5.7.1 <c>: Relay access denied {5.7.1}\n"
		"resync C\n"
		"4 RCPT TO:<d>\n"
		"4< 250 x\n",
	},
	{
		"a reply whose end is missing, and the login behind it: what comes is not its rest",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: EHLO a\n"
		"S: 250-x\n"
		"S~ 100\n"
		"C: AUTH LOGIN\n"
		"S~ 18\n"
		"C~ 24\n"
		"S~ 18\n"
		"S: 235 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 EHLO a\n"
		"1< 250-x\n"
		"2 AUTH LOGIN\n"
		"resync S\n"
		"2< 235 x\n",
	},
	{
		"one reply too few: what it says of itself tells whose it is",
		PROTOCOL_SMTP,
		true,
		"C~ 20\n"
		"C: NOOP\n"
		"S: 220 x\n"
		"C: EHLO a\n"
		"S: 250 x\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 2.1.0 Ok\n",
		"resync C\n"
		"0 NOOP\n"
		"resync S\n"
		"1 (unsolicited)\n"
		"1< 220 x\n"
		"2 EHLO a\n"
		"0< 250 x\n"
		"3 MAIL FROM:<a>\n"
		"3< 250 2.1.0 Ok {2.1.0}\n",
	},
	{
		"recipients are missing, and perhaps a chunk",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 x\n"
		"C~ 200\n"
		"S: 250 x\n"
		"C: BDAT 6 LAST\n"
		"C| a: b\\r\\n\n"
		"S: 250 x\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 x\n"
		"C~ 30\n"
		"S: 250 x\n"
		"C: BDAT 6 LAST\n"
		"C| a: b\\r\\n\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a>\n"
		"1< 250 x\n"
		"2 (unsolicited)\n"
		"2< 250 x\n"
		"resync C\n"
		"3 BDAT 6 LAST\n"
		"3 mail begins C counted before !truncated\n"
		"3 \"a: b\\x0d\\x0a\"\n"
		"3 mail ends size 6\n"
		"3< 250 x\n"
		"4 MAIL FROM:<a>\n"
		"4< 250 x\n"
		"5 (unsolicited)\n"
		"5< 250 x\n"
		"resync C\n"
		"6 BDAT 6 LAST\n"
		"6 mail begins C counted\n"
		"6 \"a: b\\x0d\\x0a\"\n"
		"6 mail ends size 6\n"
		"6< 250 x\n",
	},
	{
		"the greeting is missing: a refusal is not the greeting's",
		PROTOCOL_SMTP,
		false,
		"C~ 25\n"
		"S: 250 x\n"
		"C: STARTTLS\n"
		"S: 454 x\n"
		"C: NOOP\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"1 (unsolicited)\n"
		"1< 250 x\n"
		"resync C\n"
		"2 STARTTLS\n"
		"2< 454 x\n"
		"3 NOOP\n"
		"3< 250 x\n",
	},
	{
		"a mail is missing: its outcome is not the farewell",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C~ 100\n"
		"S: 250 x\n"
		"S: 354 x\n"
		"C~ 100\n"
		"C: QUIT\n"
		"S: 250 queued\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 (unsolicited)\n"
		"1< 250 x\n"
		"2 (unsolicited)\n"
		"2< 354 x\n"
		"resync C\n"
		"2 mail begins C before !truncated\n"
		"2 \"????????????????????????????????????????...\"\n"
		"2 mail ends size 0 missing 100\n"
		"3 (message) !truncated\n"
		"4 QUIT\n"
		"3< 250 queued\n"
		"4< 221 x\n",
	},
	{
		"a last chunk whose answer is missing, and recipients behind it",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: RCPT TO:<a>\n"
		"S: 250 x\n"
		"C: BDAT 6 LAST\n"
		"C| a: b\\r\\n\n"
		"S~ 20\n"
		"C~ 50\n"
		"S: 550 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 RCPT TO:<a>\n"
		"1< 250 x\n"
		"2 BDAT 6 LAST\n"
		"2 mail begins C counted\n"
		"2 \"a: b\\x0d\\x0a\"\n"
		"2 mail ends size 6\n"
		"resync S\n"
		"3 (unsolicited)\n"
		"3< 550 x\n"
		"resync C\n"
		"4 QUIT\n"
		"4< 221 x\n",
	},
	{
		"the server's farewell is no answer to a mail that is missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: RCPT TO:<a>\n"
		"S: 250 x\n"
		"C: DATA\n"
		"S~ 8\n"
		"C~ 40\n"
		"S~ 8\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 RCPT TO:<a>\n"
		"1< 250 x\n"
		"2 DATA\n"
		"resync S\n"
		"3 (unsolicited)\n"
		"3< 221 x\n",
	},
	{
		"POP3: replies are missing in lock-step",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: USER a\n"
		"S~ 5\n"
		"C: PASS b\n"
		"S: +OK logged in\n"
		"C: STAT\n"
		"S~ 10\n"
		"C: QUIT\n"
		"S: +OK bye\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 USER a\n"
		"2 PASS b !secret\n"
		"resync S\n"
		"2< +OK logged in\n"
		"3 STAT\n"
		"4 QUIT\n"
		"resync S\n"
		"4< +OK bye\n",
	},
	{
		"POP3: a command is missing, the lines of its answer are not",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C~ 6\n"
		"S: +OK 2\n"
		"S: 1 10\n"
		"S: 2 20\n"
		"S: .\n"
		"C: QUIT\n"
		"S: +OK bye\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"resync C\n"
		"1 (unsolicited)\n"
		"1< +OK 2\n"
		"2 QUIT\n"
		"resync S\n"
		"2< +OK bye\n",
	},
};

START_TEST(test_vector)
{
	script_test_vector(&vectors[_i]);
}
END_TEST

static uint32_t push_tagged(struct dialogue *d, const char *tag)
{
	pending_push_tagged(d, d->next_index++, VERB_NOOP, 0, slice_from_text(tag));
	return d->next_index - 1;
}

/* The number of the oldest that has the tag, which gets its reply now; UINT32_MAX: there is none. */
static uint32_t answer_tagged(struct dialogue *d, const char *tag)
{
	uint32_t index = UINT32_MAX;
	struct dialogue_pending *pending = pending_find(d, slice_from_text(tag), &index);

	if (pending != NULL)
		pending_settle(d, pending);
	return index;
}

/* Its reply may still come, however much was said and answered since. */
START_TEST(a_tagged_command_is_not_overtaken)
{
	struct dialogue d;

	dialogue_init(&d, PROTOCOL_IMAP, false);
	push_tagged(&d, "a1");
	pending_doubt(&d);
	push_tagged(&d, "a2");
	pending_doubt(&d);
	push_tagged(&d, "a3");
	ck_assert_uint_eq(answer_tagged(&d, "a1"), 0);
	ck_assert_uint_eq(answer_tagged(&d, "a3"), 2);
	ck_assert_uint_eq(answer_tagged(&d, "a2"), 1);
	pending_fini(&d);
}
END_TEST

START_TEST(replies_that_name_their_command_come_in_any_order)
{
	struct dialogue d;

	dialogue_init(&d, PROTOCOL_IMAP, false);
	pending_push(&d, d.next_index++, VERB_GREETING, 0);
	ck_assert_uint_eq(push_tagged(&d, "a1"), 1);
	push_tagged(&d, "a2");
	push_tagged(&d, "a tag of some length 3");
	push_tagged(&d, "A1");
	push_tagged(&d, "a1");
	ck_assert_uint_eq(answer_tagged(&d, "a tag of some length 3"), 3);
	ck_assert_uint_eq(answer_tagged(&d, "a tag of some length 3"), UINT32_MAX);
	ck_assert_uint_eq(answer_tagged(&d, ""), UINT32_MAX);
	ck_assert_uint_eq(answer_tagged(&d, "A1"), 4);
	ck_assert_uint_eq(answer_tagged(&d, "a1"), 1); /* the client's fault: the oldest */
	ck_assert_uint_eq(d.pending_count, 6);
	pending_settle(&d, pending_head(&d));
	ck_assert_uint_eq(d.first_pending, 2);
	ck_assert_uint_eq(answer_tagged(&d, "a2"), 2);
	ck_assert_uint_eq(d.first_pending, 5);
	ck_assert_uint_eq(answer_tagged(&d, "a1"), 5);
	ck_assert_uint_eq(d.pending_count, 0);
	pending_fini(&d);
}
END_TEST

START_TEST(as_many_tags_are_kept_as_have_room)
{
	char tag[8];
	struct dialogue d;

	dialogue_init(&d, PROTOCOL_IMAP, false);
	for (uint32_t i = 0; i < DIALOGUE_TAGGED_MAX; i++) {
		ck_assert(!pending_is_full(&d));
		snprintf(tag, sizeof(tag), "%u", i);
		ck_assert_uint_eq(push_tagged(&d, tag), i);
	}
	ck_assert(pending_is_full(&d));
	push_tagged(&d, "last");
	ck_assert_uint_eq(answer_tagged(&d, "0"), UINT32_MAX);
	ck_assert_uint_eq(answer_tagged(&d, "last"), DIALOGUE_TAGGED_MAX);
	for (uint32_t i = DIALOGUE_TAGGED_MAX - 1; i > 0; i--) {
		snprintf(tag, sizeof(tag), "%u", i);
		ck_assert_uint_eq(answer_tagged(&d, tag), i);
	}
	ck_assert_uint_eq(d.pending_count, 0);
	pending_fini(&d);
}
END_TEST

START_TEST(a_command_that_never_gets_its_answer_makes_room)
{
	char tag[8];
	struct dialogue d;

	dialogue_init(&d, PROTOCOL_IMAP, false);
	push_tagged(&d, "never");
	for (uint32_t i = 1; i < 5 * DIALOGUE_TAGGED_MAX; i++) {
		ck_assert(!pending_is_full(&d));
		snprintf(tag, sizeof(tag), "%u", i);
		ck_assert_uint_eq(push_tagged(&d, tag), i);
		ck_assert_uint_eq(answer_tagged(&d, tag), i);
	}
	pending_fini(&d);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, a_command_that_never_gets_its_answer_makes_room);
	tcase_add_test(t, a_tagged_command_is_not_overtaken);
	tcase_add_test(t, replies_that_name_their_command_come_in_any_order);
	tcase_add_test(t, as_many_tags_are_kept_as_have_room);
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
}
