#include "proto/talk.h"

#include "../main.h"
#include "script.h"

static const struct script_vector vectors[] = {
	{
		"421 while commands wait answers the oldest; later ones answer nothing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a>\n"
		"C: RCPT TO:<b>\n"
		"S: 421 4.3.2 shutting down\n"
		"S: 421 4.3.2 shutting down\n"
		"S: 421 4.3.2 shutting down\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a>\n"
		"2 RCPT TO:<b>\n"
		"1< 421 4.3.2 shutting down {4.3.2}\n"
		"2< 421 4.3.2 shutting down {4.3.2}\n"
		"3 (unsolicited)\n"
		"3< 421 4.3.2 shutting down {4.3.2}\n",
	},
	{
		"greetings of several lines, and one that refuses",
		PROTOCOL_SMTP,
		false,
		"S: 554-no\n"
		"S: 554 5.7.1 no mail here\n"
		"C: QUIT\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 554-no\n"
		"0< 554 5.7.1 no mail here {5.7.1}\n"
		"1 QUIT\n"
		"1< 221 bye\n",
	},
	{
		"a command that no RFC knows, lines that cannot be commands",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: xexch50 876 2\n"
		"S: 500 x\n"
		"C: GET / HTTP/1.1\n"
		"S: 500 x\n"
		"C: \n"
		"S: 500 x\n"
		"C:  \t \n"
		"S: 500 x\n"
		"C: \\x80\\x81 a\n"
		"S: 500 x\n"
		"C: FOO a\\x01b\n"
		"S: 500 x\n"
		"C: NOOP a\\x01b\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 XEXCH50 876 2\n"
		"1< 500 x\n"
		"2 GET / HTTP/1.1\n"
		"2< 500 x\n"
		"3 (unparsed)\n"
		"3< 500 x\n"
		"4 (unparsed)\n"
		"4< 500 x\n"
		"5 (unparsed) \\x80\\x81 a\n"
		"5< 500 x\n"
		"6 (unparsed) FOO a\\x01b\n"
		"6< 500 x\n"
		"7 NOOP a\\x01b\n"
		"7< 250 x\n",
	},
	{
		"loose lines: blanks, bare LF, NUL, odd paths, any case",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C:   noop  \n"
		"S: 250 x\n"
		"C| RSET\\n\n"
		"S| 250 x\\n\n"
		"C: mail from: a@b\n"
		"S: 250 x\n"
		"C: RCPT  TO:<c@d> NOTIFY=NEVER  \n"
		"S: 250 x\n"
		"C: rcpt b@c\n"
		"S: 501 x\n"
		"C: NOOP \\0\n"
		"S: 250 x\n"
		"C: NOOP a\\rb\n"
		"S: 250 x\n"
		"C: HELP\n"
		"S: 214\thelp\n"
		"C: QUIT\n"
		"S: 221\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 NOOP\n"
		"1 note loose\n"
		"1< 250 x\n"
		"2 RSET\n"
		"2 note bare-lf\n"
		"2< 250 x\n"
		"2 note bare-lf\n"
		"3 MAIL from: a@b\n"
		"3 note loose\n"
		"3< 250 x\n"
		"4 RCPT TO:<c@d> NOTIFY=NEVER\n"
		"4< 250 x\n"
		"5 RCPT b@c\n"
		"5 note loose\n"
		"5< 501 x\n"
		"6 NOOP \\x00\n"
		"6 note nul\n"
		"6< 250 x\n"
		"7 NOOP a\\x0db\n"
		"7 note bare-cr\n"
		"7< 250 x\n"
		"8 HELP\n"
		"8< 214 help\n"
		"8 note loose\n"
		"9 QUIT\n"
		"9< 221 \n",
	},
	{
		"replies that are none, or whose lines differ",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: EHLO a\n"
		"S: welcome\n"
		"S: 250-one\n"
		"S: two\n"
		"S: 251-three\n"
		"S: 250 four\n"
		"C: QUIT\n"
		"S: 22 bye\n"
		"S: 2210 bye\n"
		"S: 221bye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 EHLO a\n"
		"1 note bad-reply\n"
		"1< 250-one\n"
		"1< 250-two\n"
		"1 note bad-reply\n"
		"1 note mixed-codes\n"
		"1< 251-three\n"
		"1 note mixed-codes\n"
		"1< 250 four\n"
		"2 QUIT\n"
		"2 note bad-reply\n"
		"2 note bad-reply\n"
		"2< 221 bye\n"
		"2 note loose\n",
	},
	{
		"the last line's code is the reply's",
		PROTOCOL_SMTP,
		false,
		"S: 220-x\n"
		"S: 220 ready\n"
		"C: EHLO a\n"
		"S: 250-one\n"
		"S: 421 4.3.2 going\n"
		"C: MAIL FROM:<a>\n"
		"C: DATA\n"
		"S: 250 x\n"
		"S: 354-go\n"
		"S: 503 5.5.1 not yet\n"
		"C: QUIT\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 220-x\n"
		"0< 220 ready\n"
		"1 EHLO a\n"
		"1< 250-one\n"
		"1 note mixed-codes\n"
		"1< 421 4.3.2 going {4.3.2}\n"
		"2 MAIL FROM:<a>\n"
		"3 DATA\n"
		"2< 250 x\n"
		"3< 354-go\n"
		"3 note mixed-codes\n"
		"3< 503 5.5.1 not yet {5.5.1}\n"
		"4 QUIT\n"
		"4< 221 bye\n",
	},
	{
		"a client that speaks within the greeting, which ends in a refusal",
		PROTOCOL_SMTP,
		false,
		"S: 220-wait\n"
		"C: EHLO a\n"
		"S: 521 5.5.1 you did not\n",
		"0 (greeting)\n"
		"0< 220-wait\n"
		"1 EHLO a\n"
		"0 note mixed-codes\n"
		"1 note early-talk\n"
		"0< 521 5.5.1 you did not {5.5.1}\n",
	},
	{
		"enhanced status codes",
		PROTOCOL_SMTP,
		false,
		"S: 220 1.2.3 x\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 2.1.0\n"
		"C: RCPT TO:<b>\n"
		"S: 550 5.7.26\tno\n"
		"C: RCPT TO:<c>\n"
		"S: 550 5.1234.1 no\n"
		"C: RCPT TO:<d>\n"
		"S: 550 5.1.1: no\n"
		"C: RCPT TO:<e>\n"
		"S: 450 4.2.1 later\n"
		"C: DATA\n"
		"S: 354 2.0.0 go\n",
		"0 (greeting)\n"
		"0< 220 1.2.3 x\n"
		"1 MAIL FROM:<a>\n"
		"1< 250 2.1.0 {2.1.0}\n"
		"2 RCPT TO:<b>\n"
		"2< 550 5.7.26\\x09no {5.7.26}\n"
		"3 RCPT TO:<c>\n"
		"3< 550 5.1234.1 no\n"
		"4 RCPT TO:<d>\n"
		"4< 550 5.1.1: no\n"
		"5 RCPT TO:<e>\n"
		"5< 450 4.2.1 later {4.2.1}\n"
		"6 DATA\n"
		"6< 354 2.0.0 go\n"
		"6 mail begins C\n"
		"6 mail is cut size 0\n",
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
