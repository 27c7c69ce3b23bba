#include "proto/smtp.h"

#include "../main.h"
#include "script.h"

static const struct script_vector vectors[] = {
	{
		"RFC 5321 D.1: a typical transaction",
		PROTOCOL_SMTP,
		false,
		"S: 220 foo.com Simple Mail Transfer Service Ready\n"
		"C: EHLO bar.com\n"
		"S: 250-foo.com greets bar.com\n"
		"S: 250-8BITMIME\n"
		"S: 250-SIZE\n"
		"S: 250-DSN\n"
		"S: 250 HELP\n"
		"C: MAIL FROM:<Smith@bar.com>\n"
		"S: 250 OK\n"
		"C: RCPT TO:<Jones@foo.com>\n"
		"S: 250 OK\n"
		"C: RCPT TO:<Green@foo.com>\n"
		"S: 550 No such user here\n"
		"C: RCPT TO:<Brown@foo.com>\n"
		"S: 250 OK\n"
		"C: DATA\n"
		"S: 354 Start mail input; end with <CRLF>.<CRLF>\n"
		"C: Blah blah blah...\n"
		"C: ...etc. etc. etc.\n"
		"C: .\n"
		"S: 250 OK\n"
		"C: QUIT\n"
		"S: 221 foo.com Service closing transmission channel\n",
		"0 (greeting)\n"
		"0< 220 foo.com Simple Mail Transfer Service Ready\n"
		"1 EHLO bar.com\n"
		"1< 250-foo.com greets bar.com\n"
		"1< 250-8BITMIME\n"
		"1< 250-SIZE\n"
		"1< 250-DSN\n"
		"1< 250 HELP\n"
		"2 MAIL FROM:<Smith@bar.com>\n"
		"2< 250 OK\n"
		"3 RCPT TO:<Jones@foo.com>\n"
		"3< 250 OK\n"
		"4 RCPT TO:<Green@foo.com>\n"
		"4< 550 No such user here\n"
		"5 RCPT TO:<Brown@foo.com>\n"
		"5< 250 OK\n"
		"6 DATA\n"
		"6< 354 Start mail input; end with <CRLF>.<CRLF>\n"
		"6 mail begins C\n"
		"6 \"Blah blah blah...\\x0d\\x0a...etc. etc. etc.\\x0d\\x0a\"\n"
		"6 mail ends size 37\n"
		"7 (message)\n"
		"7< 250 OK\n"
		"8 QUIT\n"
		"8< 221 foo.com Service closing transmission channel\n",
	},
	{
		"RFC 5321 D.2: an aborted transaction",
		PROTOCOL_SMTP,
		false,
		"S: 220 foo.com Simple Mail Transfer Service Ready\n"
		"C: EHLO bar.com\n"
		"S: 250-foo.com greets bar.com\n"
		"S: 250 HELP\n"
		"C: MAIL FROM:<Smith@bar.com>\n"
		"S: 250 OK\n"
		"C: RCPT TO:<Jones@foo.com>\n"
		"S: 250 OK\n"
		"C: RCPT TO:<Green@foo.com>\n"
		"S: 550 No such user here\n"
		"C: RSET\n"
		"S: 250 OK\n"
		"C: QUIT\n"
		"S: 221 foo.com Service closing transmission channel\n",
		"0 (greeting)\n"
		"0< 220 foo.com Simple Mail Transfer Service Ready\n"
		"1 EHLO bar.com\n"
		"1< 250-foo.com greets bar.com\n"
		"1< 250 HELP\n"
		"2 MAIL FROM:<Smith@bar.com>\n"
		"2< 250 OK\n"
		"3 RCPT TO:<Jones@foo.com>\n"
		"3< 250 OK\n"
		"4 RCPT TO:<Green@foo.com>\n"
		"4< 550 No such user here\n"
		"5 RSET\n"
		"5< 250 OK\n"
		"6 QUIT\n"
		"6< 221 foo.com Service closing transmission channel\n",
	},
	{
		"RFC 5321 D.4: verifying and sending",
		PROTOCOL_SMTP,
		false,
		"S: 220 foo.com Simple Mail Transfer Service Ready\n"
		"C: EHLO bar.com\n"
		"S: 250-foo.com greets bar.com\n"
		"S: 250 VRFY\n"
		"C: VRFY Crispin\n"
		"S: 250 Mark Crispin <Admin.MRC@foo.com>\n"
		"C: MAIL FROM:<EAK@bar.com>\n"
		"S: 250 OK\n"
		"C: RCPT TO:<Admin.MRC@foo.com>\n"
		"S: 250 OK\n"
		"C: DATA\n"
		"S: 354 Start mail input; end with <CRLF>.<CRLF>\n"
		"C: Blah blah blah...\n"
		"C: .\n"
		"S: 250 OK\n"
		"C: QUIT\n"
		"S: 221 foo.com Service closing transmission channel\n",
		"0 (greeting)\n"
		"0< 220 foo.com Simple Mail Transfer Service Ready\n"
		"1 EHLO bar.com\n"
		"1< 250-foo.com greets bar.com\n"
		"1< 250 VRFY\n"
		"2 VRFY Crispin\n"
		"2< 250 Mark Crispin <Admin.MRC@foo.com>\n"
		"3 MAIL FROM:<EAK@bar.com>\n"
		"3< 250 OK\n"
		"4 RCPT TO:<Admin.MRC@foo.com>\n"
		"4< 250 OK\n"
		"5 DATA\n"
		"5< 354 Start mail input; end with <CRLF>.<CRLF>\n"
		"5 mail begins C\n"
		"5 \"Blah blah blah...\\x0d\\x0a\"\n"
		"5 mail ends size 19\n"
		"6 (message)\n"
		"6< 250 OK\n"
		"7 QUIT\n"
		"7< 221 foo.com Service closing transmission channel\n",
	},
	{
		"RFC 2920 section 4: pipelined, all recipients accepted",
		PROTOCOL_SMTP,
		false,
		"S: 220 Innosoft.com SMTP service ready\n"
		"C: EHLO dbc.mtview.ca.us\n"
		"S: 250-Innosoft.com\n"
		"S: 250 PIPELINING\n"
		"C: MAIL FROM:<mrose@dbc.mtview.ca.us>\n"
		"C: RCPT TO:<ned@innosoft.com>\n"
		"C: RCPT TO:<dan@innosoft.com>\n"
		"C: RCPT TO:<kvc@innosoft.com>\n"
		"C: DATA\n"
		"S: 250 sender <mrose@dbc.mtview.ca.us> OK\n"
		"S: 250 recipient <ned@innosoft.com> OK\n"
		"S: 250 recipient <dan@innosoft.com> OK\n"
		"S: 250 recipient <kvc@innosoft.com> OK\n"
		"S: 354 enter mail, end with line containing only \".\"\n"
		"C: a mail\n"
		"C: .\n"
		"C: QUIT\n"
		"S: 250 message sent\n"
		"S: 221 goodbye\n",
		"0 (greeting)\n"
		"0< 220 Innosoft.com SMTP service ready\n"
		"1 EHLO dbc.mtview.ca.us\n"
		"1< 250-Innosoft.com\n"
		"1< 250 PIPELINING\n"
		"2 MAIL FROM:<mrose@dbc.mtview.ca.us>\n"
		"3 RCPT TO:<ned@innosoft.com>\n"
		"4 RCPT TO:<dan@innosoft.com>\n"
		"5 RCPT TO:<kvc@innosoft.com>\n"
		"6 DATA\n"
		"2< 250 sender <mrose@dbc.mtview.ca.us> OK\n"
		"3< 250 recipient <ned@innosoft.com> OK\n"
		"4< 250 recipient <dan@innosoft.com> OK\n"
		"5< 250 recipient <kvc@innosoft.com> OK\n"
		"6< 354 enter mail, end with line containing only \".\"\n"
		"6 mail begins C\n"
		"6 \"a mail\\x0d\\x0a\"\n"
		"6 mail ends size 8\n"
		"7 (message)\n"
		"8 QUIT\n"
		"7< 250 message sent\n"
		"8< 221 goodbye\n",
	},
	{
		"RFC 2920 section 4: no recipient is valid, DATA is refused",
		PROTOCOL_SMTP,
		false,
		"S: 220 Innosoft.com SMTP service ready\n"
		"C: EHLO dbc.mtview.ca.us\n"
		"S: 250-Innosoft.com\n"
		"S: 250 PIPELINING\n"
		"C: MAIL FROM:<mrose@dbc.mtview.ca.us>\n"
		"C: RCPT TO:<nsb@thumper.bellcore.com>\n"
		"C: RCPT TO:<galvin@tis.com>\n"
		"C: DATA\n"
		"S: 250 sender <mrose@dbc.mtview.ca.us> OK\n"
		"S: 550 remote mail to <nsb@thumper.bellore.com> not allowed\n"
		"S: 550 remote mail to <galvin@tis.com> not allowed\n"
		"S: 554 no valid recipients given\n"
		"C: QUIT\n"
		"S: 221 goodbye\n",
		"0 (greeting)\n"
		"0< 220 Innosoft.com SMTP service ready\n"
		"1 EHLO dbc.mtview.ca.us\n"
		"1< 250-Innosoft.com\n"
		"1< 250 PIPELINING\n"
		"2 MAIL FROM:<mrose@dbc.mtview.ca.us>\n"
		"3 RCPT TO:<nsb@thumper.bellcore.com>\n"
		"4 RCPT TO:<galvin@tis.com>\n"
		"5 DATA\n"
		"2< 250 sender <mrose@dbc.mtview.ca.us> OK\n"
		"3< 550 remote mail to <nsb@thumper.bellore.com> not allowed\n"
		"4< 550 remote mail to <galvin@tis.com> not allowed\n"
		"5< 554 no valid recipients given\n"
		"6 QUIT\n"
		"6< 221 goodbye\n",
	},
	{
		"RFC 2920 section 4: DATA is accepted without a recipient",
		PROTOCOL_SMTP,
		false,
		"S: 220 Innosoft.com SMTP service ready\n"
		"C: EHLO dbc.mtview.ca.us\n"
		"S: 250 PIPELINING\n"
		"C: MAIL FROM:<mrose@dbc.mtview.ca.us>\n"
		"C: RCPT TO:<galvin@tis.com>\n"
		"C: DATA\n"
		"S: 250 sender <mrose@dbc.mtview.ca.us> OK\n"
		"S: 550 remote mail to <galvin@tis.com> not allowed\n"
		"S: 354 enter mail, end with line containing only \".\"\n"
		"C: .\n"
		"C: QUIT\n"
		"S: 554 no valid recipients\n"
		"S: 221 goodbye\n",
		"0 (greeting)\n"
		"0< 220 Innosoft.com SMTP service ready\n"
		"1 EHLO dbc.mtview.ca.us\n"
		"1< 250 PIPELINING\n"
		"2 MAIL FROM:<mrose@dbc.mtview.ca.us>\n"
		"3 RCPT TO:<galvin@tis.com>\n"
		"4 DATA\n"
		"2< 250 sender <mrose@dbc.mtview.ca.us> OK\n"
		"3< 550 remote mail to <galvin@tis.com> not allowed\n"
		"4< 354 enter mail, end with line containing only \".\"\n"
		"4 mail begins C\n"
		"4 mail ends size 0\n"
		"5 (message)\n"
		"6 QUIT\n"
		"5< 554 no valid recipients\n"
		"6< 221 goodbye\n",
	},
	{
		"RFC 2033 section 4.2: one reply for each recipient",
		PROTOCOL_LMTP,
		false,
		"S: 220 foo.edu LMTP server ready\n"
		"C: LHLO foo.edu\n"
		"S: 250-foo.edu\n"
		"S: 250-PIPELINING\n"
		"S: 250 SIZE\n"
		"C: MAIL FROM:<chris@bar.com>\n"
		"S: 250 OK\n"
		"C: RCPT TO:<pat@foo.edu>\n"
		"S: 250 OK\n"
		"C: RCPT TO:<jones@foo.edu>\n"
		"S: 550 No such user here\n"
		"C: RCPT TO:<green@foo.edu>\n"
		"S: 250 OK\n"
		"C: DATA\n"
		"S: 354 Start mail input; end with <CRLF>.<CRLF>\n"
		"C: Blah blah blah...\n"
		"C: ...etc. etc. etc.\n"
		"C: .\n"
		"S: 250 OK\n"
		"S: 452 <green@foo.edu> is temporarily over quota\n"
		"C: QUIT\n"
		"S: 221 foo.edu closing connection\n",
		"0 (greeting)\n"
		"0< 220 foo.edu LMTP server ready\n"
		"1 LHLO foo.edu\n"
		"1< 250-foo.edu\n"
		"1< 250-PIPELINING\n"
		"1< 250 SIZE\n"
		"2 MAIL FROM:<chris@bar.com>\n"
		"2< 250 OK\n"
		"3 RCPT TO:<pat@foo.edu>\n"
		"3< 250 OK\n"
		"4 RCPT TO:<jones@foo.edu>\n"
		"4< 550 No such user here\n"
		"5 RCPT TO:<green@foo.edu>\n"
		"5< 250 OK\n"
		"6 DATA\n"
		"6< 354 Start mail input; end with <CRLF>.<CRLF>\n"
		"6 mail begins C\n"
		"6 \"Blah blah blah...\\x0d\\x0a...etc. etc. etc.\\x0d\\x0a\"\n"
		"6 mail ends size 37\n"
		"7 (message)\n"
		"7< 250 OK\n"
		"7< 452 <green@foo.edu> is temporarily over quota\n"
		"8 QUIT\n"
		"8< 221 foo.edu closing connection\n",
	},
	{
		"LMTP: replies of several lines, the next mail behind, BDAT",
		PROTOCOL_LMTP,
		false,
		"S: 220 x\n"
		"C: LHLO a\n"
		"S: 250 CHUNKING\n"
		"C: MAIL FROM:<>\n"
		"C: RCPT TO:<b>\n"
		"C: RCPT TO:<c>\n"
		"C: DATA\n"
		"S: 250 x\n"
		"S: 250 x\n"
		"S: 250 x\n"
		"S: 354 x\n"
		"C: one\n"
		"C: .\n"
		"C: MAIL FROM:<>\n"
		"C: RCPT TO:<d>\n"
		"C: RCPT TO:<e>\n"
		"C: RCPT TO:<f>\n"
		"C: BDAT 2 LAST\n"
		"C| ab\n"
		"C: QUIT\n"
		"S: 250-2.1.5 first\n"
		"S: 250 2.1.5 first\n"
		"S: 450 4.2.0 second\n"
		"S: 250 x\n"
		"S: 250 d\n"
		"S: 550 e\n"
		"S: 250 f\n"
		"S: 250 for d\n"
		"S: 250 for f\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 LHLO a\n"
		"1< 250 CHUNKING\n"
		"2 MAIL FROM:<>\n"
		"3 RCPT TO:<b>\n"
		"4 RCPT TO:<c>\n"
		"5 DATA\n"
		"2< 250 x\n"
		"3< 250 x\n"
		"4< 250 x\n"
		"5< 354 x\n"
		"5 mail begins C\n"
		"5 \"one\\x0d\\x0a\"\n"
		"5 mail ends size 5\n"
		"6 (message)\n"
		"7 MAIL FROM:<>\n"
		"8 RCPT TO:<d>\n"
		"9 RCPT TO:<e>\n"
		"10 RCPT TO:<f>\n"
		"11 BDAT 2 LAST\n"
		"11 mail begins C counted\n"
		"11 \"ab\"\n"
		"11 mail ends size 2\n"
		"12 QUIT\n"
		"6< 250-2.1.5 first {2.1.5}\n"
		"6< 250 2.1.5 first {2.1.5}\n"
		"6< 450 4.2.0 second {4.2.0}\n"
		"7< 250 x\n"
		"8< 250 d\n"
		"9< 550 e\n"
		"10< 250 f\n"
		"11< 250 for d\n"
		"11< 250 for f\n"
		"12< 221 x\n",
	},
	{
		"LMTP: data without a recipient get one reply",
		PROTOCOL_LMTP,
		false,
		"S: 220 x\n"
		"C: LHLO a\n"
		"S: 250 x\n"
		"C: BDAT 2 LAST\n"
		"C| ab\n"
		"C: NOOP\n"
		"S: 503 no mail\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 LHLO a\n"
		"1< 250 x\n"
		"2 BDAT 2 LAST\n"
		"2 mail begins C counted\n"
		"2 \"ab\"\n"
		"2 mail ends size 2\n"
		"3 NOOP\n"
		"2< 503 no mail\n"
		"3< 250 x\n",
	},
	{
		"RSET, EHLO and refused commands keep their places",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: EHLO a\n"
		"C: RSET\n"
		"C: MAIL FROM:<>\n"
		"C: RCPT TO:<b>\n"
		"C: RCPT TO:<c>\n"
		"C: RSET\n"
		"C: EHLO b\n"
		"C: NOOP\n"
		"S: 250-one\n"
		"S: 250 one\n"
		"S: 250 two\n"
		"S: 250 three\n"
		"S: 550 5.1.1 four\n"
		"S: 450 4.2.1 five\n"
		"S: 250 six\n"
		"S: 250-seven\n"
		"S: 250 seven\n"
		"S: 250 eight\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 EHLO a\n"
		"2 RSET\n"
		"3 MAIL FROM:<>\n"
		"4 RCPT TO:<b>\n"
		"5 RCPT TO:<c>\n"
		"6 RSET\n"
		"7 EHLO b\n"
		"8 NOOP\n"
		"1< 250-one\n"
		"1< 250 one\n"
		"2< 250 two\n"
		"3< 250 three\n"
		"4< 550 5.1.1 four {5.1.1}\n"
		"5< 450 4.2.1 five {4.2.1}\n"
		"6< 250 six\n"
		"7< 250-seven\n"
		"7< 250 seven\n"
		"8< 250 eight\n",
	},
	{
		"two mails in one segment, pipelined without waiting",
		PROTOCOL_SMTP,
		false,
		"C: HELO a\n"
		"C: MAIL FROM:<a@b>\n"
		"C: RCPT TO:<c@d>\n"
		"C: DATA\n"
		"C: first\n"
		"C: .\n"
		"C: MAIL FROM:<e@f>\n"
		"C: RCPT TO:<g@h>\n"
		"C: DATA\n"
		"C: second\n"
		"C: .\n"
		"C: QUIT\n"
		"S: 220 hello\n"
		"S: 250 hello\n"
		"S: 250 ok\n"
		"S: 250 ok\n"
		"S: 354 go\n"
		"S: 250 queued 1\n"
		"S: 250 ok\n"
		"S: 250 ok\n"
		"S: 354 go\n"
		"S: 250 queued 2\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"1 HELO a\n"
		"2 MAIL FROM:<a@b>\n"
		"3 RCPT TO:<c@d>\n"
		"4 DATA\n"
		"1 note early-talk\n"
		"0< 220 hello\n"
		"1< 250 hello\n"
		"2< 250 ok\n"
		"3< 250 ok\n"
		"4< 354 go\n"
		"4 mail begins C\n"
		"4 \"first\\x0d\\x0a\"\n"
		"4 mail ends size 7\n"
		"5 (message)\n"
		"6 MAIL FROM:<e@f>\n"
		"7 RCPT TO:<g@h>\n"
		"8 DATA\n"
		"5< 250 queued 1\n"
		"6< 250 ok\n"
		"7< 250 ok\n"
		"8< 354 go\n"
		"8 mail begins C\n"
		"8 \"second\\x0d\\x0a\"\n"
		"8 mail ends size 8\n"
		"9 (message)\n"
		"10 QUIT\n"
		"9< 250 queued 2\n"
		"10< 221 bye\n",
	},
	{
		"DATA refused, its data sent all the same",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 503 5.5.1 first RCPT\n"
		"C: Subject: hello world\n"
		"C: \n"
		"C: .\n"
		"C: QUIT\n"
		"S: 500 what\n"
		"S: 500 what\n"
		"S: 500 what\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 503 5.5.1 first RCPT {5.5.1}\n"
		"2 SUBJECT: hello world\n"
		"3 (unparsed)\n"
		"4 .\n"
		"5 QUIT\n"
		"2< 500 what\n"
		"3< 500 what\n"
		"4< 500 what\n"
		"5< 221 bye\n",
	},
	{
		"421 in the middle of the data answers the mail",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 go\n"
		"C: half a\n"
		"S: 421 4.4.2 timeout\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 go\n"
		"1 mail begins C\n"
		"2 (message)\n"
		"2< 421 4.4.2 timeout {4.4.2}\n"
		"1 \"half a\\x0d\\x0a\"\n"
		"1 mail is cut size 8\n",
	},
	{
		"a final reply before the end of the data, nothing missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 go\n"
		"C: half a\n"
		"S: 552 5.3.4 too big\n"
		"C: mail\n"
		"C: .\n"
		"S: 250 taken after all\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 go\n"
		"1 mail begins C\n"
		"2 (message)\n"
		"2< 552 5.3.4 too big {5.3.4}\n"
		"1 \"half a\\x0d\\x0amail\\x0d\\x0a\"\n"
		"1 mail ends size 14\n"
		"3 (unsolicited)\n"
		"3< 250 taken after all\n",
	},
	{
		"a mail answered before its end, and the next one in its turn",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a>\n"
		"C: RCPT TO:<b>\n"
		"C: DATA\n"
		"S: 250 x\n"
		"S: 250 y\n"
		"S: 354 go\n"
		"C: half a\n"
		"S: 554-5.7.1 spam\n"
		"S: 554 5.7.1 really\n"
		"C: mail\n"
		"C: .\n"
		"C: RSET\n"
		"S: 250 reset\n"
		"C: DATA\n"
		"S: 354 go\n"
		"C: x\n"
		"C: .\n"
		"S: 250 z\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a>\n"
		"2 RCPT TO:<b>\n"
		"3 DATA\n"
		"1< 250 x\n"
		"2< 250 y\n"
		"3< 354 go\n"
		"3 mail begins C\n"
		"4 (message)\n"
		"4< 554-5.7.1 spam {5.7.1}\n"
		"4< 554 5.7.1 really {5.7.1}\n"
		"3 \"half a\\x0d\\x0amail\\x0d\\x0a\"\n"
		"3 mail ends size 14\n"
		"5 RSET\n"
		"5< 250 reset\n"
		"6 DATA\n"
		"6< 354 go\n"
		"6 mail begins C\n"
		"6 \"x\\x0d\\x0a\"\n"
		"6 mail ends size 3\n"
		"7 (message)\n"
		"7< 250 z\n",
	},
	{
		"what is no answer to a mail leaves it open",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 go\n"
		"C: a\n"
		"S: 354 go on\n"
		"S: 221 bye\n"
		"C: .\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 go\n"
		"1 mail begins C\n"
		"2 (unsolicited)\n"
		"2< 354 go on\n"
		"3 (unsolicited)\n"
		"3< 221 bye\n"
		"1 \"a\\x0d\\x0a\"\n"
		"1 mail ends size 3\n"
		"4 (message)\n"
		"4< 250 x\n",
	},
	{
		"LMTP: a mail answered for each recipient before its end",
		PROTOCOL_LMTP,
		false,
		"S: 220 x\n"
		"C: LHLO a\n"
		"S: 250 x\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 x\n"
		"C: RCPT TO:<b>\n"
		"S: 250 b\n"
		"C: RCPT TO:<c>\n"
		"S: 250 c\n"
		"C: DATA\n"
		"S: 354 go\n"
		"C: half\n"
		"S: 552 b\n"
		"S: 552 c\n"
		"C: .\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 LHLO a\n"
		"1< 250 x\n"
		"2 MAIL FROM:<a>\n"
		"2< 250 x\n"
		"3 RCPT TO:<b>\n"
		"3< 250 b\n"
		"4 RCPT TO:<c>\n"
		"4< 250 c\n"
		"5 DATA\n"
		"5< 354 go\n"
		"5 mail begins C\n"
		"6 (message)\n"
		"6< 552 b\n"
		"6< 552 c\n"
		"5 \"half\\x0d\\x0a\"\n"
		"5 mail ends size 6\n"
		"7 QUIT\n"
		"7< 221 x\n",
	},
	{
		"no greeting: what no greeting can be answers the command",
		PROTOCOL_SMTP,
		false,
		"C: EHLO a\n"
		"S: 250-x\n"
		"S: 250 y\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 z\n",
		"0 (greeting)\n"
		"1 EHLO a\n"
		"1< 250-x\n"
		"1< 250 y\n"
		"2 MAIL FROM:<a>\n"
		"2< 250 z\n",
	},
	{
		"a refusal may greet",
		PROTOCOL_SMTP,
		false,
		"C: EHLO a\n"
		"S: 554 no\n",
		"0 (greeting)\n"
		"1 EHLO a\n"
		"1 note early-talk\n"
		"0< 554 no\n",
	},
	{
		"XEXCH50: the octets are no commands",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: XEXCH50 20 2\n"
		"S: 354 go\n"
		"C: RCPT TO:<ev@x>\\0\n"
		"C| \\r\\n\\xff\n"
		"S: 250 done\n"
		"C: DATA\n"
		"S: 354 go\n"
		"C: .\n"
		"S: 250 ok\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 XEXCH50 20 2\n"
		"1< 354 go\n"
		"1< 250 done\n"
		"2 DATA\n"
		"2< 354 go\n"
		"2 mail begins C\n"
		"2 mail ends size 0\n"
		"3 (message)\n"
		"3< 250 ok\n",
	},
	{
		"XEXCH50: refused, nothing is skipped",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: XEXCH50 22 2\n"
		"S: 504 no\n"
		"C: QUIT\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 XEXCH50 22 2\n"
		"1< 504 no\n"
		"2 QUIT\n"
		"2< 221 bye\n",
	},
	{
		"XEXCH50: its octets are refused",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: XEXCH50 22 2\n"
		"S: 354 go\n"
		"C: 01234567890123456789\n"
		"S: 500 bad\n"
		"C: QUIT\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 XEXCH50 22 2\n"
		"1< 354 go\n"
		"1< 500 bad\n"
		"2 QUIT\n"
		"2< 221 bye\n",
	},
	{
		"XEXCH50: the reply is missing, a command follows",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: XEXCH50 22 2\n"
		"S~ 7\n"
		"C: QUIT\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 XEXCH50 22 2\n"
		"2 QUIT\n"
		"resync S\n"
		"2< 221 bye\n",
	},
	{
		"XEXCH50: the reply is missing, octets follow",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: XEXCH50 22 2\n"
		"S~ 7\n"
		"C: 01234567890123456789\n"
		"C: QUIT\n"
		"S: 250 ok\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 XEXCH50 22 2\n"
		"2 QUIT\n"
		"resync S\n"
		"1< 250 ok\n"
		"2< 221 bye\n",
	},
	{
		"XEXCH50: octets are missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: XEXCH50 22 2\n"
		"S: 354 go\n"
		"C| 0123456789\n"
		"C~ 12\n"
		"C: QUIT\n"
		"S: 250 ok\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 XEXCH50 22 2\n"
		"1< 354 go\n"
		"2 QUIT\n"
		"1< 250 ok\n"
		"2< 221 bye\n",
	},
	{
		"XEXCH50: none are announced",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: XEXCH50 0 2\n"
		"C: NOOP\n"
		"S: 250 ok\n"
		"S: 250 ok\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 XEXCH50 0 2\n"
		"2 NOOP\n"
		"1< 250 ok\n"
		"2< 250 ok\n",
	},
	{
		"PRDR: a reply for each recipient and one for all",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a> PRDR\n"
		"C: RCPT TO:<b>\n"
		"C: RCPT TO:<c>\n"
		"C: RCPT TO:<d>\n"
		"C: DATA\n"
		"S: 250 x\n"
		"S: 250 y\n"
		"S: 550 no\n"
		"S: 250 z\n"
		"S: 354 go\n"
		"C: .\n"
		"S: 353 analysing\n"
		"S: 250 b\n"
		"S: 550 d\n"
		"S: 250 all\n"
		"C: MAIL FROM:<e>\n"
		"C: RCPT TO:<f>\n"
		"C: DATA\n"
		"S: 250 x\n"
		"S: 250 y\n"
		"S: 354 go\n"
		"C: .\n"
		"S: 250 ok\n"
		"C: QUIT\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a> PRDR\n"
		"2 RCPT TO:<b>\n"
		"3 RCPT TO:<c>\n"
		"4 RCPT TO:<d>\n"
		"5 DATA\n"
		"1< 250 x\n"
		"2< 250 y\n"
		"3< 550 no\n"
		"4< 250 z\n"
		"5< 354 go\n"
		"5 mail begins C\n"
		"5 mail ends size 0\n"
		"6 (message)\n"
		"6< 353 analysing\n"
		"6< 250 b\n"
		"6< 550 d\n"
		"6< 250 all\n"
		"7 MAIL FROM:<e>\n"
		"8 RCPT TO:<f>\n"
		"9 DATA\n"
		"7< 250 x\n"
		"8< 250 y\n"
		"9< 354 go\n"
		"9 mail begins C\n"
		"9 mail ends size 0\n"
		"10 (message)\n"
		"10< 250 ok\n"
		"11 QUIT\n"
		"11< 221 bye\n",
	},
	{
		"PRDR: the server does without",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a> PRDR\n"
		"C: RCPT TO:<b>\n"
		"C: RCPT TO:<c>\n"
		"C: RCPT TO:<d>\n"
		"C: DATA\n"
		"S: 250 x\n"
		"S: 250 y\n"
		"S: 550 no\n"
		"S: 250 z\n"
		"S: 354 go\n"
		"C: .\n"
		"S: 250 all\n"
		"C: QUIT\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a> PRDR\n"
		"2 RCPT TO:<b>\n"
		"3 RCPT TO:<c>\n"
		"4 RCPT TO:<d>\n"
		"5 DATA\n"
		"1< 250 x\n"
		"2< 250 y\n"
		"3< 550 no\n"
		"4< 250 z\n"
		"5< 354 go\n"
		"5 mail begins C\n"
		"5 mail ends size 0\n"
		"6 (message)\n"
		"6< 250 all\n"
		"7 QUIT\n"
		"7< 221 bye\n",
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
