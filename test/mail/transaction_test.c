#include "mail/transaction.h"

#include "../main.h"
#include "play.h"

#define HELLO	   "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n"
#define HELLO_SAID "(greeting): 220 ns1\nEHLO me: 250 ns1\n"
#define LOGIN	   "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: +OK\n"
#define LOGIN_SAID "(greeting): +OK hi\nUSER me: +OK \nPASS x: +OK  {USER me/x ok}\n"

static const struct script_vector vectors[] = {
	{"midstream: a later chunk may be a part of a mail only", PROTOCOL_SMTP, true,
	 "S: 250 ok\nC: BDAT 3 LAST\nC| 012\nS: 250 ok\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: BDAT 3 LAST\nC| 012\n"
	 "S: 250 ok\n",
	 "(unsolicited): 250 ok\n"
	 "mail 1 sent accepted \"012\" incomplete reply 250\n"
	 "BDAT 3 LAST: 250 ok\n"
	 "MAIL FROM:<a@b>: 250 ok\n"
	 "mail 2 sent accepted <a@b> \"012\" reply 250\n"
	 "BDAT 3 LAST: 250 ok\n"},
	{"midstream: what is announced with its size is a mail", PROTOCOL_POP3, true,
	 "S: +OK 6 octets\nS: A: b\nS: \nS: .\nC: NOOP\nS: +OK\nC: NOOP\nS: +OK\n",
	 "(unsolicited): +OK 6 octets\n"
	 "NOOP: +OK \n"
	 "NOOP: +OK \n"
	 "mail 1 retrieved retrieved \"A: b\\x0d\\x0a\\x0d\\x0a\" reply +OK number 0\n"},
	{"midstream: the answer of TOP tells no size", PROTOCOL_POP3, true,
	 "S: +OK\nS: A: b\nS: \nS: .\nC: NOOP\nS: +OK\n",
	 "(unsolicited): +OK \n"
	 "NOOP: +OK \n"
	 "mail 1 retrieved retrieved \"A: b\\x0d\\x0a\\x0d\\x0a\" incomplete reply +OK number 0\n"},
	{"a mail that is accepted", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\n"
	       "C: Hi\nC: ..\nC: .\nS: 250 2.0.0 queued\nC: QUIT\nS: 221 bye\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 354 go\n"
		    "mail 1 sent accepted <a@b> to c@d+ \"Hi\\x0d\\x0a.\\x0d\\x0a\" reply 250\n"
		    "(message): 250 2.0.0 queued\nQUIT: 221 bye\n"},
	{"one that is refused after its data", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\nC: .\n"
	       "S: 554 spam\n",
	 HELLO_SAID "MAIL FROM:<>: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 354 go\n"
		    "mail 1 sent rejected <> to c@d+ \"Hi\\x0d\\x0a\" reply 554\n(message): 554 spam\n"},
	{"one that is refused before its data end", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\n"
	       "S: 552 too big\nC: more\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 354 go\n(message): 552 too big\n"
		    "mail 1 sent rejected <a@b> to c@d+ \"Hi\\x0d\\x0amore\\x0d\\x0a\" incomplete reply 552\n"},
	{"one that is answered before its data end, which come", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\n"
	       "S: 451 later\nC: more\nC: .\nC: MAIL FROM:<e@f>\nS: 250 ok\nC: RCPT TO:<g@h>\nS: 250 ok\n"
	       "C: DATA\nS: 354 go\nS: 250 ok\nC: .\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 354 go\n(message): 451 later\n"
		    "mail 1 sent rejected <a@b> to c@d+ \"Hi\\x0d\\x0amore\\x0d\\x0a\" reply 451\n"
		    "MAIL FROM:<e@f>: 250 ok\nRCPT TO:<g@h>: 250 ok\nDATA: 354 go\n(message): 250 ok\n"
		    "mail 2 sent accepted <e@f> to g@h+ \"\" reply 250\n"},
	{"LMTP: each recipient has a reply of its own", PROTOCOL_LMTP, false,
	 "S: 220 a\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@f>\nS: 550 no\n"
	 "C: RCPT TO:<g@h>\nS: 250 ok\nC: RCPT TO:<i@j>\nS: 250 ok\nC: DATA\nS: 354 go\nC: .\n"
	 "S: 452 full\nS: 250 ok\nS: 554 never\n",
	 "(greeting): 220 a\nMAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nRCPT TO:<e@f>: 550 no\n"
	 "RCPT TO:<g@h>: 250 ok\nRCPT TO:<i@j>: 250 ok\nDATA: 354 go\n"
	 "mail 1 sent accepted <a@b> to c@d-452 e@f-550 g@h+ i@j-554 \"\" reply 250\n"
	 "(message): 452 full; 250 ok; 554 never\n"},
	{"LMTP: none of them gets it", PROTOCOL_LMTP, false,
	 "S: 220 a\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@f>\nS: 250 ok\n"
	 "C: BDAT 3 LAST\nC| 012\nS: 452 full\nS: 554 never\n",
	 "(greeting): 220 a\nMAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nRCPT TO:<e@f>: 250 ok\n"
	 "mail 1 sent rejected <a@b> to c@d-452 e@f-554 \"012\" reply 452\nBDAT 3 LAST: 452 full; 554 never\n"},
	{"LMTP: the server leaves before the second reply", PROTOCOL_LMTP, false,
	 "S: 220 a\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@f>\nS: 250 ok\n"
	 "C: DATA\nS: 354 go\nC: .\nS: 250 ok\n",
	 "(greeting): 220 a\nMAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nRCPT TO:<e@f>: 250 ok\n"
	 "DATA: 354 go\nmail 1 sent accepted <a@b> to c@d+ e@f! \"\" reply 250\n(message): 250 ok\n"},
	{"LMTP: a recipient that was not captured has its reply", PROTOCOL_LMTP, false,
	 "S: 220 a\nC: MAIL FROM:<a@b>\nS: 250 ok\nC~ 15\nS: 250 ok\nC: RCPT TO:<e@f>\nS: 250 ok\n"
	 "C: RCPT TO:<g@h>\nS: 250 ok\nC~ 15\nS: 250 ok\nC: DATA\nS: 354 go\nC: .\n"
	 "S: 250 ok\nS: 452 full\nS: 550 no\nS: 250 ok\nC: QUIT\nS: 221 bye\n",
	 "(greeting): 220 a\nMAIL FROM:<a@b>: 250 ok\n(unsolicited): 250 ok\nRCPT TO:<e@f>: 250 ok\n"
	 "RCPT TO:<g@h>: 250 ok\n(unsolicited): 250 ok\nDATA: 354 go\n"
	 "mail 1 sent accepted <a@b> to e@f-452 g@h-550 \"\" reply 250\n"
	 "(message): 250 ok; 452 full; 550 no; 250 ok\nQUIT: 221 bye\n"},
	{"LMTP: MAIL was not captured", PROTOCOL_LMTP, false,
	 "S: 220 a\nC~ 17\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@f>\nS: 250 ok\n"
	 "C: DATA\nS: 354 go\nC: .\nS: 250 ok\nS: 452 full\n",
	 "(greeting): 220 a\n(unsolicited): 250 ok\nRCPT TO:<c@d>: 250 ok\nRCPT TO:<e@f>: 250 ok\n"
	 "DATA: 354 go\nmail 1 sent accepted to c@d+ e@f-452 \"\" reply 250\n(message): 250 ok; 452 full\n"},
	{"midstream: the capture begins behind MAIL", PROTOCOL_SMTP, true,
	 "C: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@f>\nS: 550 no\nC: DATA\nS: 354 go\nC: .\nS: 250 ok\n",
	 "RCPT TO:<c@d>: 250 ok\nRCPT TO:<e@f>: 550 no\nDATA: 354 go\n"
	 "mail 1 sent accepted to c@d+ e@f-550 \"\" reply 250\n(message): 250 ok\n"},
	{"PRDR: the last reply decides, the others tell of recipients", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b> PRDR\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@f>\nS: 250 ok\n"
	       "C: DATA\nS: 354 go\nC: .\nS: 353 analysing\nS: 250 ok\nS: 550 spam\nS: 250 queued\n"
	       "C: MAIL FROM:<a@b>\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b> PRDR: 250 ok\nRCPT TO:<c@d>: 250 ok\nRCPT TO:<e@f>: 250 ok\nDATA: 354 go\n"
		    "mail 1 sent accepted <a@b> to c@d+ e@f-550 \"\" reply 250\n"
		    "(message): 353 analysing; 250 ok; 550 spam; 250 queued\nMAIL FROM:<a@b>: 250 ok\n"},
	{"PRDR: refused for all", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b> PRDR\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: .\n"
	       "S: 353 analysing\nS: 550 spam\nS: 550 nobody wants it\n",
	 HELLO_SAID "MAIL FROM:<a@b> PRDR: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 354 go\n"
		    "mail 1 sent rejected <a@b> to c@d-550 \"\" reply 550\n"
		    "(message): 353 analysing; 550 spam; 550 nobody wants it\n"},
	{"PRDR: nothing behind 353", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b> PRDR\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: .\n"
	       "S: 353 analysing\n",
	 HELLO_SAID "MAIL FROM:<a@b> PRDR: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 354 go\n"
		    "mail 1 sent unanswered <a@b> to c@d+ \"\"\n(message): 353 analysing\n"},
	{"BDAT with an error in its syntax changes nothing", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: BDAT 5 X\nS: 501 what\nC: BDAT\n"
	       "S: 501 what\nC: BDAT 2X LAST\nS: 500 what\nC: MAIL TO\nS: 501 what\nC: BDAT 2 LAST\nC| Hi\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nBDAT 5 X: 501 what\nBDAT: 501 what\n"
		    "BDAT 2X LAST: 500 what\nMAIL TO: 501 what\n"
		    "mail 1 sent accepted <a@b> to c@d+ \"Hi\" reply 250\nBDAT 2 LAST: 250 ok\n"},
	{"recipients have fates of their own", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@f>\nS: 550 5.1.1 no\n"
	       "C: RCPT TO:<g@h>\nS: 451 later\nC: DATA\nS: 354 go\nC: .\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nRCPT TO:<e@f>: 550 5.1.1 no\n"
		    "RCPT TO:<g@h>: 451 later\nDATA: 354 go\n"
		    "mail 1 sent accepted <a@b> to c@d+ e@f-550 g@h-451 \"\" reply 250\n(message): 250 ok\n"},
	{"a MAIL that is refused is no mail", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 550 no\nC: RCPT TO:<c@d>\nS: 503 need MAIL\nC: QUIT\nS: 221 bye\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 550 no\nRCPT TO:<c@d>: 503 need MAIL\nQUIT: 221 bye\n"},
	{"a MAIL without RCPT is no mail", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RSET\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRSET: 250 ok\n"},
	{"no recipient was accepted", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 550 no\nC: QUIT\nS: 221 bye\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 550 no\n"
		    "mail 1 sent rejected <a@b> to c@d-550 reply 550\nQUIT: 221 bye\n"},
	{"DATA is refused", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 452 full\nC: QUIT\n"
	       "S: 221 bye\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\n"
		    "DATA: 452 full\nmail 1 sent rejected <a@b> to c@d+ reply 452\nQUIT: 221 bye\n"},
	{"DATA is refused, then taken", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA now\nS: 501 what\n"
	       "C: QUIT now\nS: 501 what\nC: DATA\nS: 354 go\nC: .\nS: 250 ok\nC: QUIT\nS: 221 bye\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA now: 501 what\nQUIT now: 501 what\n"
		    "DATA: 354 go\nmail 1 sent accepted <a@b> to c@d+ \"\" reply 250\n(message): 250 ok\n"
		    "QUIT: 221 bye\n"},
	{"DATA is refused, then BDAT taken", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 503 BDAT\n"
	       "C: BDAT 3 LAST\nC| 012\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 503 BDAT\n"
		    "mail 1 sent accepted <a@b> to c@d+ \"012\" reply 250\nBDAT 3 LAST: 250 ok\n"},
	{"BDAT is refused while its chunk is on its way", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: BDAT 9 LAST\nC| 012\n"
	       "S: 552 big\nC| 345\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nBDAT 9 LAST: 552 big\n"
		    "mail 1 sent rejected <a@b> to c@d+ \"012345\" incomplete reply 552\n"},
	{"BDAT with a number that is none is refused, then one taken", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: BDAT 99999999999999999999999\n"
	       "S: 501 what\nC: BDAT 3 LAST\nC| 012\nS: 250 ok\nC: QUIT\nS: 221 bye\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nBDAT 99999999999999999999999: 501 what\n"
		    "mail 1 sent accepted <a@b> to c@d+ \"012\" reply 250\nBDAT 3 LAST: 250 ok\nQUIT: 221 bye\n"},
	{"BDAT without MAIL is no mail", PROTOCOL_SMTP, false,
	 HELLO "C: BDAT 3\nC| 012\nS: 503 no\nC: BDAT 3 LAST\nC| 012\nS: 503 no\nC: MAIL FROM:<a@b>\n"
	       "S: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: BDAT 3 LAST\nC| 345\nS: 250 ok\n",
	 HELLO_SAID "BDAT 3: 503 no\nBDAT 3 LAST: 503 no\nMAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\n"
		    "mail 1 sent accepted <a@b> to c@d+ \"345\" reply 250\nBDAT 3 LAST: 250 ok\n"},
	{"DATA is refused, and the next mail taken", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 451 later\n"
	       "C: MAIL FROM:<e@f>\nS: 250 ok\nC: RCPT TO:<g@h>\nS: 250 ok\nC: DATA\nS: 354 go\nC: .\n"
	       "S: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 451 later\n"
		    "mail 1 sent rejected <a@b> to c@d+ reply 451\nMAIL FROM:<e@f>: 250 ok\n"
		    "RCPT TO:<g@h>: 250 ok\nDATA: 354 go\n"
		    "mail 2 sent accepted <e@f> to g@h+ \"\" reply 250\n(message): 250 ok\n"},
	{"RSET takes it back", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RSET\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\n"
		    "mail 1 sent reset <a@b> to c@d+\nRSET: 250 ok\n"},
	{"so does a second EHLO", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: EHLO me\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\n"
		    "mail 1 sent reset <a@b> to c@d+\nEHLO me: 250 ok\n"},
	{"a second MAIL that is refused changes nothing", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: MAIL FROM:<x@y>\nS: 503 nested\n"
	       "C: DATA\nS: 354 go\nC: Hi\nC: .\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nMAIL FROM:<x@y>: 503 nested\nDATA: 354 go\n"
		    "mail 1 sent accepted <a@b> to c@d+ \"Hi\\x0d\\x0a\" reply 250\n(message): 250 ok\n"},
	{"a second MAIL that is accepted begins anew", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: MAIL FROM:<x@y>\nS: 250 ok\n"
	       "C: RCPT TO:<z@y>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\nC: .\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nmail 1 sent reset <a@b> to c@d+\n"
		    "MAIL FROM:<x@y>: 250 ok\nRCPT TO:<z@y>: 250 ok\nDATA: 354 go\n"
		    "mail 2 sent accepted <x@y> to z@y+ \"Hi\\x0d\\x0a\" reply 250\n(message): 250 ok\n"},
	{"everything pipelined", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nC: RCPT TO:<e@f>\nC: DATA\nS: 250 ok\nS: 550 no\nS: 250 ok\n"
	       "S: 354 go\nC: Hi\nC: .\nC: MAIL FROM:<g@h>\nC: RCPT TO:<i@j>\nC: DATA\nS: 250 ok\nS: 250 ok\n"
	       "S: 250 ok\nS: 354 go\nC: Ho\nC: .\nC: QUIT\nS: 250 ok\nS: 221 bye\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 550 no\nRCPT TO:<e@f>: 250 ok\nDATA: 354 go\n"
		    "mail 1 sent accepted <a@b> to c@d-550 e@f+ \"Hi\\x0d\\x0a\" reply 250\n(message): 250 ok\n"
		    "MAIL FROM:<g@h>: 250 ok\nRCPT TO:<i@j>: 250 ok\nDATA: 354 go\n"
		    "mail 2 sent accepted <g@h> to i@j+ \"Ho\\x0d\\x0a\" reply 250\n(message): 250 ok\n"
		    "QUIT: 221 bye\n"},
	{"the connection breaks while the data pass", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\nC| Ho\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 354 go\n"
		    "mail 1 sent aborted <a@b> to c@d+ \"Hi\\x0d\\x0aHo\" incomplete\n"},
	{"it breaks before the answer", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\nC: .\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 354 go\n"
		    "mail 1 sent unanswered <a@b> to c@d+ \"Hi\\x0d\\x0a\"\n(message): (none)\n"},
	{"it breaks before the data", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nmail 1 sent aborted <a@b> to c@d+\n"},
	{"RCPT is never answered", PROTOCOL_SMTP, false, HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nmail 1 sent aborted <a@b> to c@d?\nRCPT TO:<c@d>: (none)\n"},
	{"bytes of the data are missing", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\nC~ 10\n"
	       "C| \\r\\nHo\\r\\n.\\r\\n\nS: 250 ok\n",
	 HELLO_SAID
	 "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 354 go\n"
	 "mail 1 sent accepted <a@b> to c@d+ \"Hi\\x0d\\x0a??????????\\x0d\\x0aHo\\x0d\\x0a\" missing 10 incomplete "
	 "reply 250\n(message): 250 ok\n"},
	{"a chunk that the capture holds behind its reply", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: BDAT 8 LAST\nC| Hi\nS: 250 queued\n"
	       "C: all!\nC: QUIT\nS: 221 bye\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nBDAT 8 LAST: 250 queued\n"
		    "mail 1 sent accepted <a@b> to c@d+ \"Hiall!\\x0d\\x0a\" reply 250\nQUIT: 221 bye\n"},
	{"BDAT in chunks", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: BDAT 4\nC: Hi\nS: 250 got 4\n"
	       "C: BDAT 5 LAST\nC| ..\\r\\n.\nS: 250 queued\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nBDAT 4: 250 got 4\n"
		    "mail 1 sent accepted <a@b> to c@d+ \"Hi\\x0d\\x0a..\\x0d\\x0a.\" reply 250\n"
		    "BDAT 5 LAST: 250 queued\n"},
	{"a chunk is refused", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: BDAT 4\nC: Hi\nS: 552 too much\n"
	       "C: QUIT\nS: 221 bye\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\n"
		    "mail 1 sent rejected <a@b> to c@d+ \"Hi\\x0d\\x0a\" incomplete reply 552\n"
		    "BDAT 4: 552 too much\nQUIT: 221 bye\n"},
	{"an empty last chunk", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nC: BDAT 4\nC: Hi\nC: BDAT 0 LAST\nS: 250 ok\nS: 250 ok\n"
	       "S: 250 ok\nS: 250 queued\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nBDAT 4: 250 ok\n"
		    "mail 1 sent accepted <a@b> to c@d+ \"Hi\\x0d\\x0a\" reply 250\nBDAT 0 LAST: 250 queued\n"},
	{"LMTP answers for each recipient", PROTOCOL_LMTP, false,
	 "S: 220 lmtp\nC: LHLO me\nS: 250 hi\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"
	 "C: RCPT TO:<e@f>\nS: 550 no\nC: RCPT TO:<g@h>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\nC: .\n"
	 "S: 452 full\nS: 250 saved\nC: QUIT\nS: 221 bye\n",
	 "(greeting): 220 lmtp\nLHLO me: 250 hi\nMAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\n"
	 "RCPT TO:<e@f>: 550 no\nRCPT TO:<g@h>: 250 ok\nDATA: 354 go\n"
	 "mail 1 sent accepted <a@b> to c@d-452 e@f-550 g@h+ \"Hi\\x0d\\x0a\" reply 250\n"
	 "(message): 452 full; 250 saved\nQUIT: 221 bye\n"},
	{"a mail is retrieved", PROTOCOL_POP3, false,
	 LOGIN "C: RETR 1\nS: +OK 6 octets\nS: Hi\nS: ..\nS: .\nC: QUIT\nS: +OK bye\n",
	 LOGIN_SAID "RETR 1: +OK 6 octets\nQUIT: +OK bye\n"
		    "mail 1 retrieved retrieved \"Hi\\x0d\\x0a.\\x0d\\x0a\" reply +OK number 1\n"},
	{"it is deleted, and QUIT makes it so", PROTOCOL_POP3, false,
	 LOGIN "C: UIDL\nS: +OK\nS: 1 aaa\nS: 2 bbb\nS: .\nC: RETR 2\nS: +OK\nS: Hi\nS: .\nC: DELE 2\nS: +OK\n"
	       "C: QUIT\nS: +OK bye\n",
	 LOGIN_SAID "UIDL: +OK  / 1 aaa / 2 bbb\nRETR 2: +OK \nDELE 2: +OK \nQUIT: +OK bye\n"
		    "mail 1 retrieved retrieved \"Hi\\x0d\\x0a\" reply +OK number 2 uid bbb deleted committed\n"},
	{"a deletion is not made so without QUIT", PROTOCOL_POP3, false,
	 LOGIN "C: RETR 1\nS: +OK\nS: Hi\nS: .\nC: DELE 1\nS: +OK\n",
	 LOGIN_SAID "RETR 1: +OK \nDELE 1: +OK \n"
		    "mail 1 retrieved retrieved \"Hi\\x0d\\x0a\" reply +OK number 1 deleted\n"},
	{"RSET takes it back, a refused DELE does nothing", PROTOCOL_POP3, false,
	 LOGIN "C: RETR 1\nS: +OK\nS: Hi\nS: .\nC: RETR 2\nS: +OK\nS: Ho\nS: .\nC: DELE 1\nS: +OK\nC: RSET\nS: +OK\n"
	       "C: DELE 2\nS: -ERR no\nC: QUIT\nS: +OK\n",
	 LOGIN_SAID "RETR 1: +OK \nRETR 2: +OK \nDELE 1: +OK \nRSET: +OK \nDELE 2: -ERR no\nQUIT: +OK \n"
		    "mail 1 retrieved retrieved \"Hi\\x0d\\x0a\" reply +OK number 1\n"
		    "mail 2 retrieved retrieved \"Ho\\x0d\\x0a\" reply +OK number 2\n"},
	{"TOP previews, a refused RETR is no mail", PROTOCOL_POP3, false,
	 LOGIN "C: TOP 1 0\nS: +OK\nS: A: b\nS: \nS: .\nC: RETR 9\nS: -ERR no such\nC: DELE 1\nS: +OK\nC: QUIT\n"
	       "S: +OK\n",
	 LOGIN_SAID "TOP 1 0: +OK \nRETR 9: -ERR no such\nDELE 1: +OK \nQUIT: +OK \n"
		    "mail 1 previewed retrieved \"A: b\\x0d\\x0a\\x0d\\x0a\" reply +OK number 1\n"},
	{"the connection breaks while it is retrieved", PROTOCOL_POP3, false, LOGIN "C: RETR 1\nS: +OK\nS: Hi\n",
	 LOGIN_SAID "RETR 1: +OK \nmail 1 retrieved aborted \"Hi\\x0d\\x0a\" incomplete reply +OK number 1\n"},
	{"UIDL of one, after the mail", PROTOCOL_POP3, false,
	 LOGIN "C: RETR 3\nS: +OK\nS: Hi\nS: .\nC: UIDL\nS: +OK\nS: 3 ccc\nS: .\nC: QUIT\nS: +OK\n",
	 LOGIN_SAID "RETR 3: +OK \nUIDL: +OK  / 3 ccc\nQUIT: +OK \n"
		    "mail 1 retrieved retrieved \"Hi\\x0d\\x0a\" reply +OK number 3 uid ccc\n"},
	{"said again behind RSET", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RSET\nS: 250 ok\nC: MAIL FROM:<a@b>\nS: "
	       "250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\nC: .\nS: 250 ok\nC: MAIL "
	       "FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RSET\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nmail 1 sent reset <a@b> to c@d+\nRSET: 250 "
		    "ok\nMAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nDATA: 354 go\n"
		    "mail 2 sent accepted <a@b> to c@d+ \"Hi\\x0d\\x0a\" reply 250 repeats 1\n(message): 250 ok\nMAIL "
		    "FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\n"
		    "mail 3 sent reset <a@b> to c@d+\nRSET: 250 ok\n"},
	{"another mail behind RSET", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RSET\nS: 250 ok\nC: MAIL FROM:<a@b>\nS: "
	       "250 ok\nC: RCPT TO:<c@e>\nS: 250 ok\nC: RSET\nS: 250 ok\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT "
	       "TO:<c@d>\nS: 250 ok\nC: RSET\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nmail 1 sent reset <a@b> to c@d+\nRSET: 250 "
		    "ok\nMAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@e>: 250 ok\n"
		    "mail 2 sent reset <a@b> to c@e+\nRSET: 250 ok\nMAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 "
		    "ok\nmail 3 sent reset <a@b> to c@d+\nRSET: 250 ok\n"},
	{"a chunk is refused, the rest was sent already", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: BDAT 3\nC| one\nC: BDAT 3\nC| two\nC: "
	       "BDAT 0 LAST\nC: RSET\nS: 554 no\nS: 503 no\nS: 503 no\nS: 250 ok\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: "
	       "RCPT TO:<c@d>\nS: 250 ok\nC: BDAT 2 LAST\nC| Hi\nS: 250 ok\n",
	 HELLO_SAID
	 "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nmail 1 sent rejected <a@b> to c@d+ \"onetwo\" reply "
	 "554\nBDAT 3: 554 no\nBDAT 3: 503 no\nBDAT 0 LAST: 503 no\nRSET: 250 ok\nMAIL FROM:<a@b>: 250 ok\nRCPT "
	 "TO:<c@d>: 250 ok\nmail 2 sent accepted <a@b> to c@d+ \"Hi\" reply 250\nBDAT 2 LAST: 250 ok\n"},
	{"LMTP: BDAT LAST is answered for each recipient", PROTOCOL_LMTP, false,
	 "S: 220 ns1\nC: LHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT "
	 "TO:<e@f>\nS: 250 ok\nC: BDAT 2\nC| Hi\nC: BDAT 0 LAST\nS: 250 chunk\nS: 250 one\nS: 452 two\nC: QUIT\nS: 221 "
	 "bye\n",
	 "(greeting): 220 ns1\nLHLO me: 250 ns1\nMAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nRCPT TO:<e@f>: 250 "
	 "ok\nBDAT 2: 250 chunk\nmail 1 sent accepted <a@b> to c@d+ e@f-452 \"Hi\" reply 250\nBDAT 0 LAST: 250 one; "
	 "452 "
	 "two\nQUIT: 221 bye\n"},
	{"the last chunk and the next mail in one segment", PROTOCOL_SMTP, false,
	 HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: BDAT 2 LAST\nC| HiMAIL "
	       "FROM:<a@b>\\r\\nRCPT TO:<c@d>\\r\\nBDAT 2 LAST\\r\\nHo\nS: 250 ok\nS: 250 ok\nS: 250 ok\nS: 250 ok\n",
	 HELLO_SAID "MAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nmail 1 sent accepted <a@b> to c@d+ \"Hi\" reply "
		    "250\nBDAT 2 LAST: 250 ok\nMAIL FROM:<a@b>: 250 ok\nRCPT TO:<c@d>: 250 ok\nmail 2 sent accepted "
		    "<a@b> to c@d+ \"Ho\" reply 250\nBDAT 2 LAST: 250 ok\n"},
};

START_TEST(dialogues_make_mails)
{
	const struct script_vector *v = &vectors[_i];
	struct player p;

	play_begin(&p, v->protocol, v->midstream);
	play_script(&p, v->script, true);
	buffer_append_byte(&p.out, '\0');
	ck_assert_msg(strcmp((const char *)p.out.data, v->said) == 0, "%s: expected\n%s\nbut was\n%s", v->name, v->said,
		      (const char *)p.out.data);
	play_end(&p);
}
END_TEST

START_TEST(a_mail_knows_its_commands_and_times)
{
	struct player p;
	const struct mail *m;

	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p,
		    HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\n"
			  "C: .\nS: 250 ok\n",
		    true);
	m = session_mail(p.session, 1);
	ck_assert_uint_eq(m->begin_index, 2);
	ck_assert_uint_eq(m->data_index, 4);
	ck_assert_uint_eq(m->first.packet, 4);
	ck_assert_uint_eq(m->last.packet, 11);
	ck_assert_int_eq(m->last.time_ns, PLAY_START_NS + 10 * CLOCK_NS_PER_MS);
	for (uint32_t index = 3; index <= 5; index++)
		ck_assert_uint_eq(session_command(p.session, index)->mail, 1);
	ck_assert_uint_eq(session_command(p.session, 1)->mail, 0);
	ck_assert_uint_eq(p.session->accepted_mails, 1);
	ck_assert_uint_eq(p.session->rejected_mails, 0);
	play_end(&p);
}
END_TEST

START_TEST(recipients_beyond_the_limit_are_counted)
{
	struct player p;
	uint32_t kept = 0;
	struct buffer script = {0};

	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\n", false);
	for (int i = 0; i < 10; i++) {
		buffer_clear(&script);
		for (int n = 0; n < 120; n++)
			buffer_printf(&script, "C: RCPT TO:<u%d@d>\n", i * 120 + n);
		for (int n = 0; n < 120; n++)
			buffer_printf(&script, "S: %s\n", n % 2 ? "250 ok" : "550 no");
		buffer_append_byte(&script, '\0');
		play_script(&p, (const char *)script.data, false);
	}
	play_script(&p, "C: DATA\nS: 354 go\nC: .\nS: 250 ok\n", true);
	for (const struct recipient *r = session_mail(p.session, 1)->recipients; r != NULL; r = r->next)
		kept++;
	ck_assert_uint_eq(kept, SESSION_RECIPIENTS_MAX);
	ck_assert_uint_eq(session_mail(p.session, 1)->recipient_count, 1200);
	ck_assert_uint_eq(session_mail(p.session, 1)->accepted_count, 600);
	buffer_fini(&script);
	play_end(&p);
}
END_TEST

/* LMTP: very many replies to one mail. Each is that of its recipient, whoever asks in whatever order; those beyond the
 * limit are of none that is kept. */
START_TEST(each_of_many_replies_is_its_recipients)
{
	struct player p;
	struct buffer script = {0};
	const struct recipient *to;
	struct mail *m;

	play_begin(&p, PROTOCOL_LMTP, false);
	play_script(&p, "S: 220 x\nC: LHLO me\nS: 250 ok\nC: MAIL FROM:<a@b>\nS: 250 ok\n", false);
	for (int i = 0; i < 20; i++) {
		buffer_clear(&script);
		for (int n = 0; n < 120; n++)
			buffer_printf(&script, "C: RCPT TO:<u%d@d>\n", i * 120 + n);
		for (int n = 0; n < 120; n++)
			buffer_printf(&script, "S: %s\n", n % 7 ? "250 ok" : "550 no");
		buffer_append_byte(&script, '\0');
		play_script(&p, (const char *)script.data, false);
	}
	buffer_clear(&script);
	buffer_append_text(&script, "C: DATA\nS: 354 go\nC: .\n");
	for (int i = 0; i < 20; i++)
		for (int n = 0; n < 120; n++)
			if (n % 7)
				buffer_append_text(&script, n % 2 ? "S: 250 2.1.5 ok\n" : "S: 550 5.1.1 no\n");
	buffer_append_byte(&script, '\0');
	play_script(&p, (const char *)script.data, true);
	m = session_mail(p.session, 1);
	ck_assert_int_eq(m->outcome, MAIL_ACCEPTED);
	to = m->recipients;
	for (const struct reply *r = session_command(p.session, 2404)->replies; r != NULL; r = r->next) {
		while (to != NULL && !to->was_taken)
			to = to->next;
		ck_assert_ptr_eq(transaction_recipient(m, r), to);
		to = to != NULL ? to->next : NULL;
	}
	ck_assert_ptr_eq(transaction_recipient(m, session_command(p.session, 2404)->replies), m->recipients->next);
	ck_assert_uint_eq(session_command(p.session, 2404)->reply_count, 20 * 102);
	buffer_fini(&script);
	play_end(&p);
}
END_TEST

#define RETRIEVE(n) "C: RETR " n "\nS: +OK 3\nS: a\nS: .\n"

/* "12-d c" and so on: number, deleted, committed. */
static const char *marks(const struct session *s)
{
	static char text[64];

	text[0] = '\0';
	for (size_t i = 0; i < s->mail_count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%u%s%s ",
			 session_mail_pop3(s->mails[i])->number, s->mails[i]->pop3_deleted ? "d" : "",
			 s->mails[i]->pop3_committed ? "c" : "");
	return text;
}

START_TEST(deletions_are_marked_and_taken_back)
{
	struct player p;

	play_begin(&p, PROTOCOL_POP3, false);
	play_script(&p, "S: +OK\nC: USER a\nS: +OK\nC: PASS b\nS: +OK\n" RETRIEVE("1") RETRIEVE("2") RETRIEVE("1"),
		    false);
	play_script(&p, "C: DELE 1\nS: +OK\nC: DELE 3\nS: +OK\nC: DELE 1\nS: -ERR gone\n", false);
	ck_assert_str_eq(marks(p.session), "1d 2 1d ");
	play_script(&p, RETRIEVE("1") "C: RSET\nS: -ERR no\n", false);
	ck_assert_str_eq(marks(p.session), "1d 2 1d 1 ");
	play_script(&p, "C: RSET\nS: +OK\n", false);
	ck_assert_str_eq(marks(p.session), "1 2 1 1 ");
	play_script(&p, "C: DELE 2\nS: +OK\nC: QUIT\nS: -ERR busy\n", false);
	ck_assert_str_eq(marks(p.session), "1 2d 1 1 ");
	play_script(&p, "C: QUIT\nS: +OK\n", true);
	ck_assert_str_eq(marks(p.session), "1 2dc 1 1 ");
	play_end(&p);
}
END_TEST

/* Many mails, and then deletions that are taken back again and again: each costs what it marks. */
START_TEST(many_mails_are_marked_by_their_numbers)
{
	struct player p;
	struct buffer script = {0};

	play_begin(&p, PROTOCOL_POP3, false);
	play_script(&p, "S: +OK\nC: USER a\nS: +OK\nC: PASS b\nS: +OK\n", false);
	for (int i = 1; i <= 50; i++) {
		char number[16];

		snprintf(number, sizeof(number), "%d", i % 25 + 1);
		buffer_clear(&script);
		buffer_printf(&script, "C: RETR %s\nS: +OK 3\nS: a\nS: .\nC: DELE %s\nS: +OK\n", number, number);
		if (i % 10 == 0)
			buffer_append_text(&script, "C: RSET\nS: +OK\n");
		buffer_append_byte(&script, '\0');
		play_script(&p, (const char *)script.data, false);
	}
	ck_assert_ptr_null(session_mailbox(p.session)->deleted_mails);
	ck_assert_uint_eq(session_mailbox(p.session)->deleted, 0);
	for (size_t i = 0; i < session_mailbox(p.session)->list_count; i++)
		ck_assert(!session_mailbox(p.session)->list[i].deleted);
	play_script(&p, "C: DELE 7\nS: +OK\nC: QUIT\nS: +OK\n", true);
	for (size_t i = 0; i < p.session->mail_count; i++)
		ck_assert_int_eq(p.session->mails[i]->pop3_committed,
				 session_mail_pop3(p.session->mails[i])->number == 7);
	buffer_fini(&script);
	play_end(&p);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, dialogues_make_mails, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, a_mail_knows_its_commands_and_times);
	tcase_add_test(t, recipients_beyond_the_limit_are_counted);
	tcase_add_test(t, each_of_many_replies_is_its_recipients);
	tcase_add_test(t, deletions_are_marked_and_taken_back);
	tcase_add_test(t, many_mails_are_marked_by_their_numbers);
}
