#include "proto/imap.h"

#include "../main.h"
#include "script.h"

static const struct script_vector vectors[] = {
	{
		"RFC 9051 section 8",
		PROTOCOL_IMAP,
		false,
		"S: * OK [CAPABILITY STARTTLS AUTH=SCRAM-SHA-256 LOGINDISABLED IMAP4rev2] IMAP4rev2 Service Ready\n"
		"C: a001 login mrc secret\n"
		"S: a001 OK LOGIN completed\n"
		"C: a002 select inbox\n"
		"S: * 18 EXISTS\n"
		"S: * FLAGS (\\\\Answered \\\\Flagged \\\\Deleted \\\\Seen \\\\Draft)\n"
		"S: * OK [UIDVALIDITY 3857529045] UIDs valid\n"
		"S: a002 OK [READ-WRITE] SELECT completed\n"
		"C: a003 fetch 12 full\n"
		"S: * 12 FETCH (FLAGS (\\\\Seen) INTERNALDATE \"14-Jul-1993 02:44:25 -0700\" RFC822.SIZE 4286 "
		"ENVELOPE (\"a\" NIL) BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL 3028 92))\n"
		"S: a003 OK FETCH completed\n"
		"C: a004 fetch 12 body[header]\n"
		"S: * 12 FETCH (BODY[HEADER] {12}\n"
		"S: Subject: a\n"
		"S| )\\r\\n\n"
		"S: a004 OK FETCH completed\n"
		"C: a005 store 12 +flags \\\\deleted\n"
		"S: * 12 FETCH (FLAGS (\\\\Seen \\\\Deleted))\n"
		"S: a005 OK +FLAGS completed\n"
		"C: a006 logout\n"
		"S: * BYE IMAP4rev2 server terminating connection\n"
		"S: a006 OK LOGOUT completed\n",
		"0 (greeting)\n"
		"0< OK [CAPABILITY STARTTLS AUTH=SCRAM-SHA-256 LOGINDISABLED IMAP4rev2] IMAP4rev2 Service Ready\n"
		"1 [a001] LOGIN mrc secret !secret\n"
		"1< OK LOGIN completed\n"
		"2 [a002] SELECT inbox\n"
		"2 *  EXISTS | 18 EXISTS\n"
		"2 *  FLAGS | FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n"
		"2 *  OK | OK [UIDVALIDITY 3857529045] UIDs valid\n"
		"2< OK [READ-WRITE] SELECT completed\n"
		"3 [a003] FETCH 12 full\n"
		"3 fetched 12 uid 0 size 4286 flags \\Seen arrived 14-Jul-1993 02:44:25 -0700\n"
		"3 *  FETCH | 12 FETCH (FLAGS (\\Seen) INTERNALDATE \"14-Jul-1993 02:44:25 -0700\" RFC822.SIZE 4286 "
		"ENVELOPE (\"a\" NIL) BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL 3028 92))\n"
		"3< OK FETCH completed\n"
		"4 [a004] FETCH 12 body[header]\n"
		"4 * ... FETCH | 12 FETCH (BODY[HEADER] {12}\n"
		"4 mail begins S counted header\n"
		"4 \"Subject: a\\x0d\\x0a\"\n"
		"4 mail ends size 12\n"
		"4 fetched 12 uid 0 size -1 flags none\n"
		"4 * FETCH | )\n"
		"4< OK FETCH completed\n"
		"5 [a005] STORE 12 +flags \\deleted\n"
		"5 fetched 12 uid 0 size -1 flags \\Seen \\Deleted\n"
		"5 *  FETCH | 12 FETCH (FLAGS (\\Seen \\Deleted))\n"
		"5< OK +FLAGS completed\n"
		"6 [a006] LOGOUT\n"
		"6 *  BYE | BYE IMAP4rev2 server terminating connection\n"
		"6< OK LOGOUT completed\n",
	},
	{
		"RFC 9051 section 4.3: literals of a command",
		PROTOCOL_IMAP,
		false,
		"S: * OK\n"
		"C: A001 LOGIN {11}\n"
		"S: + Ready for additional command text\n"
		"C: FRED FOOBAR {7}\n"
		"S: + Ready for additional command text\n"
		"C: fat man\n"
		"S: A001 OK LOGIN completed\n"
		"C: A002 LOGIN {11+}\n"
		"C: FRED FOOBAR {7+}\n"
		"C: fat man\n"
		"S: A002 OK LOGIN completed\n"
		"C: A044 SEARCH CHARSET UTF-8 TEXT {0}\n"
		"S: + go\n"
		"C|  UNSEEN\\r\\n\n"
		"S: * SEARCH 5\n"
		"S: A044 OK\n",
		"0 (greeting)\n"
		"0< OK \n"
		"1 [A001] LOGIN {11}\n"
		"1 + Ready for additional command text\n"
		"1 literal 11 FRED FOOBAR !secret\n"
		"1 more  {7} !secret\n"
		"1 + Ready for additional command text\n"
		"1 literal 7 fat man !secret\n"
		"1 ends  !secret\n"
		"1< OK LOGIN completed\n"
		"2 [A002] LOGIN {11+}\n"
		"2 literal 11 FRED FOOBAR !secret\n"
		"2 more  {7+} !secret\n"
		"2 literal 7 fat man !secret\n"
		"2 ends  !secret\n"
		"2< OK LOGIN completed\n"
		"3 [A044] SEARCH CHARSET UTF-8 TEXT {0}\n"
		"3 + go\n"
		"3 literal 0 \n"
		"3 ends  UNSEEN\n"
		"3 *  SEARCH | SEARCH 5\n"
		"3< OK \n",
	},
	{
		"APPEND: messages of one command, the mailbox in a literal, one refused, CATENATE",
		PROTOCOL_IMAP,
		false,
		"S: * PREAUTH hello\n"
		"C: 1 APPEND Sent (\\\\Seen) {6}\n"
		"S: + OK\n"
		"C: one\\r\\na (\\\\Draft) \"14-Jul-1993 02:44:25 -0700\" {4+}\n"
		"C: two!\n"
		"S: 1 OK [APPENDUID 1 2:3] done\n"
		"C: 2 APPEND {4}\n"
		"S: + OK\n"
		"C: Sent {3+}\n"
		"C: abc\n"
		"S: 2 OK\n"
		"C: 3 APPEND Nowhere {1000}\n"
		"S: 3 NO [TRYCREATE] none\n"
		"C: 4 APPEND Drafts CATENATE (TEXT {4+}\n"
		"C: part URL \"/a/;uid=1\" TEXT {2+}\n"
		"C: xx)\n"
		"S: 4 OK\n"
		"C: 5 APPEND INBOX {0+}\n"
		"C: \n"
		"S: 5 OK\n",
		"0 (greeting)\n"
		"0< PREAUTH hello\n"
		"1 [1] APPEND Sent (\\Seen) {6}\n"
		"1 + OK\n"
		"1 mail begins C counted\n"
		"1 \"one\\x0d\\x0aa\"\n"
		"1 mail ends size 6\n"
		"1 literal 6 \n"
		"1 more  (\\Draft) \"14-Jul-1993 02:44:25 -0700\" {4+}\n"
		"1 mail begins C counted\n"
		"1 \"two!\"\n"
		"1 mail ends size 4\n"
		"1 literal 4 \n"
		"1 ends \n"
		"1< OK [APPENDUID 1 2:3] done\n"
		"2 [2] APPEND {4}\n"
		"2 + OK\n"
		"2 literal 4 Sent\n"
		"2 more  {3+}\n"
		"2 mail begins C counted\n"
		"2 \"abc\"\n"
		"2 mail ends size 3\n"
		"2 literal 3 \n"
		"2 ends \n"
		"2< OK \n"
		"3 [3] APPEND Nowhere {1000}\n"
		"3< NO [TRYCREATE] none\n"
		"4 [4] APPEND Drafts CATENATE (TEXT {4+}\n"
		"4 literal 4 part\n"
		"4 more  URL \"/a/;uid=1\" TEXT {2+}\n"
		"4 literal 2 xx\n"
		"4 ends )\n"
		"4< OK \n"
		"5 [5] APPEND INBOX {0+}\n"
		"5 mail begins C counted\n"
		"5 mail ends size 0\n"
		"5 literal 0 \n"
		"5 ends \n"
		"5< OK \n",
	},
	{
		"replies in any order, and a tag that comes again",
		PROTOCOL_IMAP,
		false,
		"S: * OK\n"
		"C: x FETCH 1 (UID)\n"
		"C: y NOOP\n"
		"C: x STATUS a (MESSAGES)\n"
		"C: z uid  fetch 7 BODY[]\n"
		"S: y OK\n"
		"S: * 1 FETCH (UID 7)\n"
		"S: * 7 FETCH (UID 9 BODY[] \"a \\\\\"quoted\\\\\\\\ one\" FLAGS ())\n"
		"S: * LIST () \"/\" {3}\n"
		"S: abc\n"
		"S: x NO first\n"
		"S: x BAD second\n"
		"S: z OK\n"
		"S: q OK who asked\n"
		"S: * 3 EXPUNGE\n"
		"S: * WHATEVER else\n",
		"0 (greeting)\n"
		"0< OK \n"
		"1 [x] FETCH 1 (UID)\n"
		"2 [y] NOOP\n"
		"3 [x] STATUS a (MESSAGES)\n"
		"4 [z] UID FETCH 7 BODY[]\n"
		"2< OK \n"
		"1 fetched 1 uid 7 size -1 flags none\n"
		"1 *  FETCH | 1 FETCH (UID 7)\n"
		"1 mail begins S counted\n"
		"1 \"a \"\n"
		"1 \"\"quoted\"\n"
		"1 \"\\ one\"\n"
		"1 mail ends size 14\n"
		"1 fetched 7 uid 9 size -1 flags \n"
		"1 *  FETCH | 7 FETCH (UID 9 BODY[] \"a \\\"quoted\\\\ one\" FLAGS ())\n"
		"1 * ... LIST | LIST () \"/\" {3}\n"
		"1 * LIST | \n"
		"1< NO first\n"
		"3< BAD second\n"
		"4< OK \n"
		"5 [q] (unsolicited)\n"
		"5< OK who asked\n"
		"*  EXPUNGE | 3 EXPUNGE\n"
		"6 (unsolicited)\n"
		"6< EXPUNGE \n"
		"*  OTHER | WHATEVER else\n"
		"7 (unsolicited)\n"
		"7< OTHER else\n",
	},
	{
		"AUTHENTICATE, with and without an initial response, and cancelled",
		PROTOCOL_IMAP,
		false,
		"S: * OK\n"
		"C: a AUTHENTICATE PLAIN\n"
		"S: + \n"
		"C: AGEAYg==\n"
		"S: a NO [AUTHENTICATIONFAILED] no\n"
		"C: b AUTHENTICATE PLAIN AGEAYg==\n"
		"S: b OK in\n"
		"C: c AUTHENTICATE CRAM-MD5\n"
		"S: + PDE4OTZAYj4=\n"
		"C: *\n"
		"S: c BAD cancelled\n",
		"0 (greeting)\n"
		"0< OK \n"
		"1 [a] AUTHENTICATE PLAIN\n"
		"1 + \n"
		"1 auth S \n"
		"1 auth C AGEAYg== !secret\n"
		"1< NO [AUTHENTICATIONFAILED] no\n"
		"2 [b] AUTHENTICATE PLAIN AGEAYg== !secret\n"
		"2 auth C AGEAYg== !secret\n"
		"2< OK in\n"
		"3 [c] AUTHENTICATE CRAM-MD5\n"
		"3 + \n"
		"3 auth S PDE4OTZAYj4=\n"
		"3 auth C *\n"
		"3< BAD cancelled\n",
	},
	{
		"IDLE",
		PROTOCOL_IMAP,
		false,
		"S: * OK\n"
		"C: a IDLE\n"
		"S: + idling\n"
		"S: * 4 EXISTS\n"
		"C: done\n"
		"S: a OK\n"
		"C: b IDLE\n"
		"S: b NO not here\n"
		"C: DONE\n"
		"S: DONE BAD what\n",
		"0 (greeting)\n"
		"0< OK \n"
		"1 [a] IDLE\n"
		"1 + idling\n"
		"1 *  EXISTS | 4 EXISTS\n"
		"1 done\n"
		"1< OK \n"
		"2 [b] IDLE\n"
		"2< NO not here\n"
		"3 (unparsed) DONE\n"
		"3< BAD what\n",
	},
	{
		"STARTTLS, refused and taken; COMPRESS, refused and taken",
		PROTOCOL_IMAP,
		false,
		"S: * OK\n"
		"C: a STARTTLS\n"
		"S: a NO none\n"
		"C: b COMPRESS DEFLATE\n"
		"S: b NO none\n"
		"C: c COMPRESS DEFLATE\n"
		"S: c OK\n"
		"C| \\x4a\\x54\n"
		"S| \\x4a\\x54\n",
		"0 (greeting)\n"
		"0< OK \n"
		"1 [a] STARTTLS\n"
		"1< NO none\n"
		"2 [b] COMPRESS DEFLATE\n"
		"2< NO none\n"
		"3 [c] COMPRESS DEFLATE\n"
		"3< OK \n"
		"compressed C\n"
		"compressed S\n",
	},
	{
		"\"+\" is missing: the literal was taken where the command was, else what it said tells",
		PROTOCOL_IMAP,
		false,
		"S: * OK\n"
		"C| a APPEND Sent {4}\n"
		"S~ 4\n"
		"C: \n"
		"C: abcd\n"
		"S: a OK done\n"
		"C| b LOGIN joe {6}\n"
		"S~ 4\n"
		"C: \n"
		"C: secret\n"
		"S: b NO no\n"
		"C: c NOOP\n"
		"S: c OK\n",
		"0 (greeting)\n"
		"0< OK \n"
		"1 [a] APPEND Sent {4}\n"
		"resync S\n"
		"1< OK done\n"
		"1 mail begins C counted\n"
		"1 \"abcd\"\n"
		"1 mail ends size 4\n"
		"1 literal 4 \n"
		"1 ends \n"
		"2 [b] LOGIN joe {6} !secret\n"
		"resync S\n"
		"2< NO no !secret\n"
		"2 literal 6 secret !secret\n"
		"2 ends  !secret\n"
		"3 [c] NOOP\n"
		"3< OK \n",
	},
	{
		"answered before the rest was seen",
		PROTOCOL_IMAP,
		false,
		"S: * OK\n"
		"C: a APPEND Sent {4+}\n"
		"C| ab\n"
		"S: a OK done\n"
		"C: cd {2}\n"
		"C: ef\n"
		"C: b NOOP\n"
		"S: b OK\n",
		"0 (greeting)\n"
		"0< OK \n"
		"1 [a] APPEND Sent {4+}\n"
		"1 mail begins C counted\n"
		"1< OK done\n"
		"1 \"abcd\"\n"
		"1 mail ends size 4\n"
		"1 literal 4 \n"
		"1 more  {2}\n"
		"1 mail begins C counted\n"
		"1 \"ef\"\n"
		"1 mail ends size 2\n"
		"1 literal 2 \n"
		"1 ends \n"
		"2 [b] NOOP\n"
		"2< OK \n",
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
