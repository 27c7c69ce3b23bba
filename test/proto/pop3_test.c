#include "proto/pop3.h"

#include "../main.h"
#include "script.h"

static const struct script_vector vectors[] = {
	{
		"RFC 1939 section 10",
		PROTOCOL_POP3,
		false,
		"S: +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\n"
		"C: APOP mrose c4c9334bac560ecc979e58001b3e22fb\n"
		"S: +OK mrose's maildrop has 2 messages (320 octets)\n"
		"C: STAT\n"
		"S: +OK 2 320\n"
		"C: LIST\n"
		"S: +OK 2 messages (320 octets)\n"
		"S: 1 120\n"
		"S: 2 200\n"
		"S: .\n"
		"C: RETR 1\n"
		"S: +OK 120 octets\n"
		"S: Subject: one\n"
		"S: \n"
		"S: first\n"
		"S: .\n"
		"C: DELE 1\n"
		"S: +OK message 1 deleted\n"
		"C: RETR 2\n"
		"S: +OK 200 octets\n"
		"S: Subject: two\n"
		"S: \n"
		"S: ..dots\n"
		"S: .\n"
		"C: DELE 2\n"
		"S: +OK message 2 deleted\n"
		"C: QUIT\n"
		"S: +OK dewey POP3 server signing off (maildrop empty)\n",
		"0 (greeting)\n"
		"0< +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\n"
		"1 APOP mrose c4c9334bac560ecc979e58001b3e22fb !secret\n"
		"1< +OK mrose's maildrop has 2 messages (320 octets)\n"
		"2 STAT\n"
		"2< +OK 2 320\n"
		"3 LIST\n"
		"3< +OK 2 messages (320 octets)\n"
		"3 line 1 120\n"
		"3 line 2 200\n"
		"4 RETR 1\n"
		"4< +OK 120 octets\n"
		"4 mail begins S\n"
		"4 \"Subject: one\\x0d\\x0a\\x0d\\x0afirst\\x0d\\x0a\"\n"
		"4 mail ends size 23\n"
		"5 DELE 1\n"
		"5< +OK message 1 deleted\n"
		"6 RETR 2\n"
		"6< +OK 200 octets\n"
		"6 mail begins S\n"
		"6 \"Subject: two\\x0d\\x0a\\x0d\\x0a..dots\\x0d\\x0a\"\n"
		"6 mail ends size 23\n"
		"7 DELE 2\n"
		"7< +OK message 2 deleted\n"
		"8 QUIT\n"
		"8< +OK dewey POP3 server signing off (maildrop empty)\n",
	},
	{
		"pipelined: every answer has its own shape",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: USER a\n"
		"C: PASS b\n"
		"C: CAPA\n"
		"C: LIST\n"
		"C: LIST 1\n"
		"C: UIDL\n"
		"C: uidl 1\n"
		"C: RETR 1\n"
		"C: TOP 1 0\n"
		"C: RETR 9\n"
		"C: LIST 9\n"
		"C: QUIT\n"
		"S: +OK\n"
		"S: +OK\n"
		"S: +OK capabilities\n"
		"S: TOP\n"
		"S: PIPELINING\n"
		"S: .\n"
		"S: +OK\n"
		"S: 1 10\n"
		"S: ..2\n"
		"S: .\n"
		"S: +OK 1 10\n"
		"S: +OK\n"
		"S: 1 uid\n"
		"S: .\n"
		"S: +OK 1 uid\n"
		"S: +OK 10\n"
		"S: a\n"
		"S: .\n"
		"S: +OK\n"
		"S: a\n"
		"S: .\n"
		"S: -ERR no such message\n"
		"S: -ERR no such message\n"
		"S: +OK\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 USER a\n"
		"2 PASS b !secret\n"
		"3 CAPA\n"
		"4 LIST\n"
		"5 LIST 1\n"
		"6 UIDL\n"
		"7 UIDL 1\n"
		"8 RETR 1\n"
		"9 TOP 1 0\n"
		"10 RETR 9\n"
		"11 LIST 9\n"
		"12 QUIT\n"
		"1< +OK \n"
		"2< +OK \n"
		"3< +OK capabilities\n"
		"3 line TOP\n"
		"3 line PIPELINING\n"
		"4< +OK \n"
		"4 line 1 10\n"
		"4 line .2\n"
		"5< +OK 1 10\n"
		"6< +OK \n"
		"6 line 1 uid\n"
		"7< +OK 1 uid\n"
		"8< +OK 10\n"
		"8 mail begins S\n"
		"8 \"a\\x0d\\x0a\"\n"
		"8 mail ends size 3\n"
		"9< +OK \n"
		"9 mail begins S\n"
		"9 \"a\\x0d\\x0a\"\n"
		"9 mail ends size 3\n"
		"10< -ERR no such message\n"
		"11< -ERR no such message\n"
		"12< +OK \n",
	},
	{
		"lists may be empty or refused",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: LIST\n"
		"S: +OK\n"
		"S: .\n"
		"C: UIDL\n"
		"S: -ERR\n"
		"C: CAPA\n"
		"S: -ERR\n"
		"C: LANG\n"
		"S: +OK\n"
		"S: en English\n"
		"S: .\n"
		"C: LANG en\n"
		"S: +OK en\n"
		"C: UTF8\n"
		"S: +OK\n"
		"C: XTND ARCHIVE\n"
		"S: +OK\n"
		"C: LAST\n"
		"S: +OK 0\n"
		"C: RSET\n"
		"S: +OK\n"
		"C: NOOP\n"
		"S: +OK\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 LIST\n"
		"1< +OK \n"
		"2 UIDL\n"
		"2< -ERR \n"
		"3 CAPA\n"
		"3< -ERR \n"
		"4 LANG\n"
		"4< +OK \n"
		"4 line en English\n"
		"5 LANG en\n"
		"5< +OK en\n"
		"6 UTF8\n"
		"6< +OK \n"
		"7 XTND ARCHIVE\n"
		"7< +OK \n"
		"8 LAST\n"
		"8< +OK 0\n"
		"9 RSET\n"
		"9< +OK \n"
		"10 NOOP\n"
		"10< +OK \n",
	},
	{
		"a mail is sent, a second one refused",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: XTND XMIT\n"
		"S: +OK go\n"
		"C: Subject: one\n"
		"C: \n"
		"C: ..QUIT\n"
		"C: .\n"
		"S: +OK sent\n"
		"C: XTND XMIT\n"
		"S: -ERR no\n"
		"C: RETR 1\n"
		"S: +OK\n"
		"S: x\n"
		"S: .\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 XTND XMIT\n"
		"1< +OK go\n"
		"1 mail begins C\n"
		"1 \"Subject: one\\x0d\\x0a\\x0d\\x0a..QUIT\\x0d\\x0a\"\n"
		"1 mail ends size 23\n"
		"2 (message)\n"
		"2< +OK sent\n"
		"3 XTND XMIT\n"
		"3< -ERR no\n"
		"4 RETR 1\n"
		"4< +OK \n"
		"4 mail begins S\n"
		"4 \"x\\x0d\\x0a\"\n"
		"4 mail ends size 3\n",
	},
	{
		"one is fetched and one sent at a time: where a gap hides how that goes on, the first is over",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: RETR 1\n"
		"S: +OK\n"
		"S: one\n"
		"C: XTND XMIT\n"
		"S~ 10\n"
		"C: hello, a text\n"
		"C: .\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 RETR 1\n"
		"1< +OK \n"
		"1 mail begins S\n"
		"2 XTND XMIT\n"
		"2 note data-assumed\n"
		"1 \"one\\x0d\\x0a??????????\"\n"
		"1 mail is cut size 5 missing 10\n"
		"2 mail begins C\n"
		"2 \"hello, a text\\x0d\\x0a\"\n"
		"2 mail ends size 15\n"
		"3 (message)\n",
	},
	{
		"a server that forgets the end of a list",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: LIST\n"
		"S: +OK\n"
		"S: 1 10\n"
		"C: QUIT\n"
		"S: +OK bye\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 LIST\n"
		"1< +OK \n"
		"1 line 1 10\n"
		"2 QUIT\n"
		"1 note bad-reply\n"
		"2< +OK bye\n",
	},
	{
		"lines that are no replies, lower case, replies to nothing",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: NOOP\n"
		"S: hello\n"
		"S: +ok\n"
		"S: -ERR timeout\n"
		"S: +OKAY\n"
		"C: \\x01\n"
		"S: -ERR\n"
		"C: FOO  a b\n"
		"S: -ERR\n"
		"C: NOOP\n"
		"S: + \n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 NOOP\n"
		"1 note bad-reply\n"
		"1< +OK \n"
		"1 note loose\n"
		"2 (unsolicited)\n"
		"2< -ERR timeout\n"
		"note bad-reply\n"
		"3 (unparsed) \\x01\n"
		"3< -ERR \n"
		"4 FOO a b\n"
		"4< -ERR \n"
		"5 NOOP\n"
		"5 note bad-reply !secret\n",
	},
	{
		"the client speaks first",
		PROTOCOL_POP3,
		false,
		"C: USER a\n"
		"S: +OK hello\n"
		"S: +OK user\n",
		"0 (greeting)\n"
		"1 USER a\n"
		"1 note early-talk\n"
		"0< +OK hello\n"
		"1< +OK user\n",
	},
	{
		"RETR with a hole in the mail",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: RETR 1\n"
		"S: +OK\n"
		"S: line 1\n"
		"S~ 20\n"
		"S: rest of a line\n"
		"S: ..\n"
		"S: .\n"
		"C: QUIT\n"
		"S: +OK\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 RETR 1\n"
		"1< +OK \n"
		"1 mail begins S\n"
		"1 \"line 1\\x0d\\x0a????????????????????rest of a li...\"\n"
		"1 mail ends size 27 missing 20\n"
		"2 QUIT\n"
		"2< +OK \n",
	},
	{
		"an answer behind holes of both sides is that of a command that was not captured",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: RETR 4\n"
		"S~ 464\n"
		"C~ 8\n"
		"S: +OK 5 445\n"
		"C: RETR 5\n"
		"S: +OK 445 octets\n"
		"S: Subject: x\n"
		"S: .\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 RETR 4\n"
		"resync S\n"
		"resync C\n"
		"2 (unsolicited)\n"
		"2< +OK 5 445\n"
		"3 RETR 5\n"
		"3< +OK 445 octets\n"
		"3 mail begins S\n"
		"3 \"Subject: x\\x0d\\x0a\"\n"
		"3 mail ends size 12\n",
	},
	{
		"an answer behind holes of both sides is that of a command that was not captured, either way",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: RETR 4\n"
		"C~ 8\n"
		"S~ 464\n"
		"S: +OK 5 445\n"
		"C: RETR 5\n"
		"S: +OK 445 octets\n"
		"S: Subject: x\n"
		"S: .\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 RETR 4\n"
		"resync S\n"
		"resync C\n"
		"2 (unsolicited)\n"
		"2< +OK 5 445\n"
		"3 RETR 5\n"
		"3< +OK 445 octets\n"
		"3 mail begins S\n"
		"3 \"Subject: x\\x0d\\x0a\"\n"
		"3 mail ends size 12\n",
	},
	{
		"answers said one at a time, each in a hole of its own",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: USER bob\n"
		"S~ 5\n"
		"C: PASS secret\n"
		"S~ 16\n"
		"C: DELE 1\n"
		"S: +OK Marked to be deleted.\n"
		"C: STAT\n"
		"S: +OK 1 445\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 USER bob\n"
		"2 PASS secret !secret\n"
		"3 DELE 1\n"
		"resync S\n"
		"3< +OK Marked to be deleted.\n"
		"4 STAT\n"
		"4< +OK 1 445\n",
	},
	{
		"RETR whose end is missing",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: RETR 1\n"
		"S: +OK\n"
		"S: line 1\n"
		"S~ 20\n"
		"C: DELE 1\n"
		"S: +OK deleted\n"
		"C: QUIT\n"
		"S: +OK\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 RETR 1\n"
		"1< +OK \n"
		"1 mail begins S\n"
		"2 DELE 1\n"
		"1 \"line 1\\x0d\\x0a????????????????????\"\n"
		"1 mail ends size 8 missing 20\n"
		"2< +OK deleted\n"
		"3 QUIT\n"
		"3< +OK \n",
	},
	{
		"the reply to RETR is cut",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: RETR 1\n"
		"S| +OK 30\n"
		"S~ 20\n"
		"S: line\n"
		"S: .\n"
		"C: QUIT\n"
		"S: +OK\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 RETR 1\n"
		"1< +OK 30 !truncated\n"
		"1 mail begins S\n"
		"1 \"????????????????????line\\x0d\\x0a\"\n"
		"1 mail ends size 6 missing 20\n"
		"2 QUIT\n"
		"2< +OK \n",
	},
	{
		"a list with a hole, and one whose end is missing",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: LIST\n"
		"S: +OK\n"
		"S: 1 10\n"
		"S| 2\n"
		"S~ 10\n"
		"S: 00\n"
		"S: 4 40\n"
		"S: .\n"
		"C: UIDL\n"
		"S: +OK\n"
		"S: 1 a\n"
		"S~ 20\n"
		"C: QUIT\n"
		"S: +OK\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 LIST\n"
		"1< +OK \n"
		"1 line 1 10\n"
		"1 line 2 !truncated\n"
		"resync S\n"
		"1 line 4 40\n"
		"2 UIDL\n"
		"2< +OK \n"
		"2 line 1 a\n"
		"3 QUIT\n"
		"resync S\n"
		"3< +OK \n",
	},
	{
		"midstream in the middle of a list",
		PROTOCOL_POP3,
		true,
		"S: 5 50\n"
		"S: .\n"
		"C: RETR 1\n"
		"S: +OK\n"
		"S: mail\n"
		"S: .\n",
		"resync C\n"
		"0 RETR 1\n"
		"resync S\n"
		"0< +OK \n"
		"0 mail begins S\n"
		"0 \"mail\\x0d\\x0a\"\n"
		"0 mail ends size 6\n",
	},
	{
		"a mail whose RETR was not captured",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C~ 8\n"
		"S: +OK 17 octets\n"
		"S: Subject: a\n"
		"S: \n"
		"S: ..b\n"
		"S: .\n"
		"C: QUIT\n"
		"S: +OK\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"resync C\n"
		"1 (unsolicited)\n"
		"1< +OK 17 octets\n"
		"1 mail begins S\n"
		"1 \"Subject: a\\x0d\\x0a\\x0d\\x0a..b\\x0d\\x0a\"\n"
		"1 mail ends size 18\n"
		"2 QUIT\n"
		"2< +OK \n",
	},
	{
		"answers whose commands were not captured: a list, a line, a mail that breaks off",
		PROTOCOL_POP3,
		true,
		"S: +OK 2 messages:\n"
		"S: 1 120\n"
		"S: .\n"
		"S: +OK\n"
		"S: +OK message follows\n"
		"S: From: a@b\n"
		"S~ 20\n"
		"S: x\n"
		"S: .\n",
		"resync S\n"
		"resync C\n"
		"0 (unsolicited)\n"
		"0< +OK 2 messages:\n"
		"resync S\n"
		"1 (unsolicited)\n"
		"1< +OK \n"
		"2 (unsolicited)\n"
		"2< +OK message follows\n"
		"2 mail begins S\n"
		"2 \"From: a@b\\x0d\\x0a????????????????????x\\x0d\\x0a\"\n"
		"2 mail ends size 14 missing 20\n",
	},
	/* the client speaks first: is the first +OK the greeting? */
	{
		"no greeting: a listing answers",
		PROTOCOL_POP3,
		false,
		"C: CAPA\n"
		"S: +OK\n"
		"S: UIDL\n"
		"S: .\n"
		"C: AUTH XOAUTH2\n"
		"S: + \n"
		"C: dXNlcj1hAWF1dGg9QmVhcmVyIHQBAQ==\n"
		"S: +OK in\n",
		"0 (greeting)\n"
		"1 CAPA\n"
		"1< +OK \n"
		"1 line UIDL\n"
		"2 AUTH XOAUTH2\n"
		"2 auth S \n"
		"2 auth C dXNlcj1hAWF1dGg9QmVhcmVyIHQBAQ== !secret\n"
		"2< +OK in\n",
	},
	{
		"no greeting: a challenge answers",
		PROTOCOL_POP3,
		false,
		"C: AUTH PLAIN\n"
		"S: + \n"
		"C: AGEAYg==\n"
		"S: +OK in\n",
		"0 (greeting)\n"
		"1 AUTH PLAIN\n"
		"1 auth S \n"
		"1 auth C AGEAYg== !secret\n"
		"1< +OK in\n",
	},
	{
		"no greeting: the client goes on after one reply",
		PROTOCOL_POP3,
		false,
		"C: USER a\n"
		"S: +OK\n"
		"C: PASS b\n"
		"S: +OK in\n"
		"C: QUIT\n"
		"S: +OK bye\n",
		"0 (greeting)\n"
		"1 USER a\n"
		"2 PASS b !secret\n"
		"1< +OK \n"
		"2< +OK in\n"
		"3 QUIT\n"
		"3< +OK bye\n",
	},
	{
		"a greeting: two replies before the client goes on",
		PROTOCOL_POP3,
		false,
		"C: USER a\n"
		"S: +OK hello\n"
		"S: +OK\n"
		"C: PASS b\n"
		"S: +OK in\n",
		"0 (greeting)\n"
		"1 USER a\n"
		"1 note early-talk\n"
		"0< +OK hello\n"
		"1< +OK \n"
		"2 PASS b !secret\n"
		"2< +OK in\n",
	},
	{
		"a greeting: a listing behind it",
		PROTOCOL_POP3,
		false,
		"C: CAPA\n"
		"S: +OK hello\n"
		"S: +OK\n"
		"S: UIDL\n"
		"S: .\n",
		"0 (greeting)\n"
		"1 CAPA\n"
		"1 note early-talk\n"
		"0< +OK hello\n"
		"1< +OK \n"
		"1 line UIDL\n",
	},
	{
		"a greeting and nothing else",
		PROTOCOL_POP3,
		false,
		"C: USER a\n"
		"S: +OK hello\n"
		"S#\n",
		"0 (greeting)\n"
		"1 USER a\n"
		"1 note early-talk\n"
		"0< +OK hello\n",
	},
	{
		"a greeting for a client that says all at once",
		PROTOCOL_POP3,
		false,
		"C: USER a\n"
		"C: PASS b\n"
		"S: +OK hello\n"
		"S: +OK\n"
		"S: +OK in\n",
		"0 (greeting)\n"
		"1 USER a\n"
		"2 PASS b !secret\n"
		"1 note early-talk\n"
		"0< +OK hello\n"
		"1< +OK \n"
		"2< +OK in\n",
	},
	{
		"no greeting for a client that says all at once",
		PROTOCOL_POP3,
		false,
		"C: CAPA\n"
		"C: QUIT\n"
		"S: +OK\n"
		"S: UIDL\n"
		"S: .\n"
		"S: +OK bye\n",
		"0 (greeting)\n"
		"1 CAPA\n"
		"2 QUIT\n"
		"1< +OK \n"
		"1 line UIDL\n"
		"2< +OK bye\n",
	},
	/* a server that ends its lines with LF */
	{
		"a bare LF ends lines, and the mail",
		PROTOCOL_POP3,
		false,
		"S| +OK hi\\n\n"
		"C: LIST\n"
		"S| +OK\\n1 9\\n.\\n\n"
		"C: RETR 1\n"
		"S| +OK 9\\nA: b\\n\\n..c\\n.\\n\n"
		"C: TOP 1 0\n"
		"S| +OK\\nA: b\\n\\n.\\n\n"
		"C: DELE 1\n"
		"S| +OK\\n\n",
		"0 (greeting)\n"
		"0< +OK hi\n"
		"0 note bare-lf\n"
		"1 LIST\n"
		"1< +OK \n"
		"1 note bare-lf\n"
		"1 line 1 9\n"
		"2 RETR 1\n"
		"2< +OK 9\n"
		"2 note bare-lf\n"
		"2 mail begins S\n"
		"2 \"A: b\\x0a\\x0a..c\\x0a\"\n"
		"2 mail ends size 9\n"
		"2 note bare-lf\n"
		"3 TOP 1 0\n"
		"3< +OK \n"
		"3 note bare-lf\n"
		"3 mail begins S\n"
		"3 \"A: b\\x0a\\x0a\"\n"
		"3 mail ends size 6\n"
		"3 note bare-lf\n"
		"4 DELE 1\n"
		"4< +OK \n"
		"4 note bare-lf\n",
	},
	{
		"a bare LF ends the server's lines, CRLF those of the mail",
		PROTOCOL_POP3,
		false,
		"S| +OK hi\\n\n"
		"C: RETR 1\n"
		"S| +OK\\nA: b\\r\\n\\r\\n.\\r\\n\n"
		"C: RETR 2\n"
		"S| +OK\\n.\\n\n"
		"C: QUIT\n"
		"S| +OK\\n\n",
		"0 (greeting)\n"
		"0< +OK hi\n"
		"0 note bare-lf\n"
		"1 RETR 1\n"
		"1< +OK \n"
		"1 note bare-lf\n"
		"1 mail begins S\n"
		"1 \"A: b\\x0d\\x0a\\x0d\\x0a\"\n"
		"1 mail ends size 8\n"
		"2 RETR 2\n"
		"2< +OK \n"
		"2 note bare-lf\n"
		"2 mail begins S\n"
		"2 mail ends size 0\n"
		"3 QUIT\n"
		"3< +OK \n"
		"3 note bare-lf\n",
	},
	{
		"CRLF ends the server's lines: a dot behind a bare LF is text",
		PROTOCOL_POP3,
		false,
		"S: +OK hi\n"
		"C: RETR 1\n"
		"S| +OK\\r\\nA\\n.\\nB\\r\\n.\\r\\n\n"
		"C: QUIT\n"
		"S: +OK\n",
		"0 (greeting)\n"
		"0< +OK hi\n"
		"1 RETR 1\n"
		"1< +OK \n"
		"1 mail begins S\n"
		"1 \"A\\x0a.\\x0aB\\x0d\\x0a\"\n"
		"1 mail ends size 7\n"
		"1 note bare-lf\n"
		"1 note loose-dot\n"
		"2 QUIT\n"
		"2< +OK \n",
	},
};

START_TEST(test_vector)
{
	script_test_vector(&vectors[_i]);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
}
