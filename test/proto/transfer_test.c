#include "proto/transfer.h"

#include "../main.h"
#include "script.h"

#define HEAD	  "S: 220 x\nC: DATA\nS: 354 x\n"
#define HEAD_SAID "0 (greeting)\n0< 220 x\n1 DATA\n1< 354 x\n1 mail begins C\n"

static const struct script_vector vectors[] = {
	{
		"dots are undoubled, and only CRLF.CRLF ends a mail",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C: ..\n"
		"C: ...\n"
		"C: .a\n"
		"C: a.\n"
		"C: .\\r\n"
		"C| .\\n\n"
		"C: b\n"
		"C: .\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"..\\x0d\\x0a...\\x0d\\x0a.a\\x0d\\x0aa.\\x0d\\x0a.\\x0d\\x0d\\x0a.\\x0ab\\x0d\\x0a\"\n"
		"1 mail ends size 21\n"
		"1 note bare-lf\n"
		"1 note loose-dot\n"
		"2 (message)\n"
		"2< 250 x\n",
	},
	{
		"bare LF around a dot is told",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C| a\\n.\\n\n"
		"C| MAIL FROM:<evil>\\n\n"
		"C: b\n"
		"C: .\n"
		"S: 250 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C| a\\n.\\r\\n\n"
		"C: b\n"
		"C: .\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"a\\x0a.\\x0aMAIL FROM:<evil>\\x0ab\\x0d\\x0a\"\n"
		"1 mail ends size 24\n"
		"1 note bare-lf\n"
		"1 note loose-dot\n"
		"2 (message)\n"
		"3 DATA\n"
		"2< 250 x\n"
		"3< 354 x\n"
		"3 mail begins C\n"
		"3 \"a\\x0a.\\x0d\\x0ab\\x0d\\x0a\"\n"
		"3 mail ends size 8\n"
		"3 note bare-lf\n"
		"3 note loose-dot\n"
		"4 (message)\n"
		"4< 250 x\n",
	},
	{
		"the server took a dot behind a bare LF for the end: what follows are commands",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C| a\\n.\\r\\n\n"
		"C: MAIL FROM:<e>\n"
		"C: RCPT TO:<b>\n"
		"C: DATA\n"
		"C: c\n"
		"C: .\n"
		"C: QUIT\n"
		"S: 250 one\n"
		"S: 250 ok\n"
		"S: 250 ok\n"
		"S: 354 x\n"
		"S: 250 two\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"a\\x0a\"\n"
		"1 mail ends size 2\n"
		"1 note bare-lf\n"
		"1 note loose-dot\n"
		"2 (message)\n"
		"3 MAIL FROM:<e>\n"
		"4 RCPT TO:<b>\n"
		"5 DATA\n"
		"2< 250 one\n"
		"3< 250 ok\n"
		"4< 250 ok\n"
		"5< 354 x\n"
		"5 mail begins C\n"
		"5 \"c\\x0d\\x0a\"\n"
		"5 mail ends size 3\n"
		"6 (message)\n"
		"7 QUIT\n"
		"6< 250 two\n"
		"7< 221 x\n",
	},
	{
		"the server did not: it is one mail",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C| a\\n.\\n\n"
		"C: MAIL FROM:<e>\n"
		"C: .\n"
		"C: QUIT\n"
		"S: 250 one\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"a\\x0a.\\x0aMAIL FROM:<e>\\x0d\\x0a\"\n"
		"1 mail ends size 19\n"
		"1 note bare-lf\n"
		"1 note loose-dot\n"
		"2 (message)\n"
		"3 QUIT\n"
		"2< 250 one\n"
		"3< 221 x\n",
	},
	{
		"a client that ends its mails so, and waits for the answer",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C: a\n"
		"C| .\\n\n"
		"S: 250 one\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"a\\x0d\\x0a\"\n"
		"1 mail ends size 3\n"
		"1 note bare-lf\n"
		"1 note loose-dot\n"
		"2 (message)\n"
		"2< 250 one\n"
		"3 QUIT\n"
		"3< 221 x\n",
	},
	{
		"an empty mail",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C: .\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 mail ends size 0\n"
		"2 (message)\n"
		"2< 250 x\n"
		"3 QUIT\n"
		"3< 221 x\n",
	},
	{
		"RFC 3030 section 4.1: a simple chunk",
		PROTOCOL_SMTP,
		false,
		"S: 220 cnri.reston.va.us SMTP service ready\n"
		"C: EHLO ymir.claremont.edu\n"
		"S: 250-cnri.reston.va.us says hello\n"
		"S: 250 CHUNKING\n"
		"C: MAIL FROM:<Sam@Random.com>\n"
		"S: 250 <Sam@Random.com> Sender ok\n"
		"C: RCPT TO:<Susan@Random.com>\n"
		"S: 250 <Susan@random.com> Recipient ok\n"
		"C: BDAT 30 LAST\n"
		"C: To: Susan@random.com\n"
		"C: \n"
		"C: .\n"
		"C: .\n"
		"S: 250 Message OK, 30 octets received\n"
		"C: QUIT\n"
		"S: 221 Goodbye\n",
		"0 (greeting)\n"
		"0< 220 cnri.reston.va.us SMTP service ready\n"
		"1 EHLO ymir.claremont.edu\n"
		"1< 250-cnri.reston.va.us says hello\n"
		"1< 250 CHUNKING\n"
		"2 MAIL FROM:<Sam@Random.com>\n"
		"2< 250 <Sam@Random.com> Sender ok\n"
		"3 RCPT TO:<Susan@Random.com>\n"
		"3< 250 <Susan@random.com> Recipient ok\n"
		"4 BDAT 30 LAST\n"
		"4 mail begins C counted\n"
		"4 \"To: Susan@random.com\\x0d\\x0a\\x0d\\x0a.\\x0d\\x0a.\\x0d\\x0a\"\n"
		"4 mail ends size 30\n"
		"4< 250 Message OK, 30 octets received\n"
		"5 QUIT\n"
		"5< 221 Goodbye\n",
	},
	{
		"RFC 3030 section 4.2: pipelined chunks, a last one of no length",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: EHLO a\n"
		"S: 250-PIPELINING\n"
		"S: 250-BINARYMIME\n"
		"S: 250 CHUNKING\n"
		"C: MAIL FROM:<ned@ymir.claremont.edu> BODY=BINARYMIME\n"
		"C: RCPT TO:<gvaudre@cnri.reston.va.us>\n"
		"C: RCPT TO:<jstewart@cnri.reston.va.us>\n"
		"S: 250 <ned@ymir.claremont.edu>... Sender and BINARYMIME ok\n"
		"S: 250 <gvaudre@cnri.reston.va.us>... Recipient ok\n"
		"S: 250 <jstewart@cnri.reston.va.us>... Recipient ok\n"
		"C: BDAT 8\n"
		"C| QUIT\\r\\n\\0\\n\n"
		"C: BDAT 3\n"
		"C| abc\n"
		"C: BDAT 0 LAST\n"
		"S: 250 8 octets received\n"
		"S: 250 3 octets received\n"
		"S: 250 Message OK, 11 octets received\n"
		"C: QUIT\n"
		"S: 221 Goodbye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 EHLO a\n"
		"1< 250-PIPELINING\n"
		"1< 250-BINARYMIME\n"
		"1< 250 CHUNKING\n"
		"2 MAIL FROM:<ned@ymir.claremont.edu> BODY=BINARYMIME\n"
		"3 RCPT TO:<gvaudre@cnri.reston.va.us>\n"
		"4 RCPT TO:<jstewart@cnri.reston.va.us>\n"
		"2< 250 <ned@ymir.claremont.edu>... Sender and BINARYMIME ok\n"
		"3< 250 <gvaudre@cnri.reston.va.us>... Recipient ok\n"
		"4< 250 <jstewart@cnri.reston.va.us>... Recipient ok\n"
		"5 BDAT 8\n"
		"5 mail begins C counted\n"
		"5 \"QUIT\\x0d\\x0a\\x00\\x0a\"\n"
		"6 BDAT 3\n"
		"5 \"abc\"\n"
		"7 BDAT 0 LAST\n"
		"5 mail ends size 11\n"
		"5< 250 8 octets received\n"
		"6< 250 3 octets received\n"
		"7< 250 Message OK, 11 octets received\n"
		"8 QUIT\n"
		"8< 221 Goodbye\n",
	},
	{
		"a refused chunk is sent all the same; the next mail behind it",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: EHLO a\n"
		"S: 250 CHUNKING\n"
		"C: MAIL FROM:<a>\n"
		"C: RCPT TO:<b>\n"
		"C: BDAT 6\n"
		"C| NOOP\\r\\n\n"
		"C: BDAT 6 LAST\n"
		"C| NOOP\\r\\n\n"
		"C: MAIL FROM:<c>\n"
		"C: RCPT TO:<d>\n"
		"C: BDAT 3 LAST\n"
		"C| abc\n"
		"C: QUIT\n"
		"S: 250 x\n"
		"S: 550 x\n"
		"S: 503 x\n"
		"S: 503 x\n"
		"S: 250 x\n"
		"S: 250 x\n"
		"S: 250 x\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 EHLO a\n"
		"1< 250 CHUNKING\n"
		"2 MAIL FROM:<a>\n"
		"3 RCPT TO:<b>\n"
		"4 BDAT 6\n"
		"4 mail begins C counted\n"
		"4 \"NOOP\\x0d\\x0a\"\n"
		"5 BDAT 6 LAST\n"
		"4 \"NOOP\\x0d\\x0a\"\n"
		"4 mail ends size 12\n"
		"6 MAIL FROM:<c>\n"
		"7 RCPT TO:<d>\n"
		"8 BDAT 3 LAST\n"
		"8 mail begins C counted\n"
		"8 \"abc\"\n"
		"8 mail ends size 3\n"
		"9 QUIT\n"
		"2< 250 x\n"
		"3< 550 x\n"
		"4< 503 x\n"
		"5< 503 x\n"
		"6< 250 x\n"
		"7< 250 x\n"
		"8< 250 x\n"
		"9< 221 x\n",
	},
	{
		"chunks without a last one are given up by RSET, MAIL and the end",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: BDAT 2\n"
		"C| ab\n"
		"S: 250 x\n"
		"C: RSET\n"
		"S: 250 x\n"
		"C: BDAT 2\n"
		"C| cd\n"
		"S: 250 x\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 x\n"
		"C: BDAT 9\n"
		"C| ef\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 BDAT 2\n"
		"1 mail begins C counted\n"
		"1 \"ab\"\n"
		"1< 250 x\n"
		"1 mail is cut size 2\n"
		"2 RSET\n"
		"2< 250 x\n"
		"3 BDAT 2\n"
		"3 mail begins C counted\n"
		"3 \"cd\"\n"
		"3< 250 x\n"
		"3 mail is cut size 2\n"
		"4 MAIL FROM:<a>\n"
		"4< 250 x\n"
		"5 BDAT 9\n"
		"5 mail begins C counted\n"
		"5 \"ef\"\n"
		"5 mail is cut size 2\n",
	},
	{
		"BDAT without a number, or with more behind it, has no chunk",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: BDAT\n"
		"S: 501 x\n"
		"C: BDAT a LAST\n"
		"S: 501 x\n"
		"C: BDAT 1 MORE\n"
		"S: 501 x\n"
		"C: BDAT 18446744073709551616\n"
		"C: QUIT\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 BDAT\n"
		"1 note loose\n"
		"1< 501 x\n"
		"2 BDAT a LAST\n"
		"2 note loose\n"
		"2< 501 x\n"
		"3 BDAT 1 MORE\n"
		"3 note loose\n"
		"3< 501 x\n"
		"4 BDAT 18446744073709551616\n"
		"4 note loose\n"
		"5 QUIT\n",
	},
	{
		"an end of data split over segments, more behind it",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C| a\\r\n"
		"C| \\n\n"
		"C| .\n"
		"C| \\r\n"
		"C| \\n\n"
		"C: QUIT\n"
		"S: 250 x\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"a\\x0d\\x0a\"\n"
		"1 mail ends size 3\n"
		"2 (message)\n"
		"3 QUIT\n"
		"2< 250 x\n"
		"3< 221 x\n",
	},
	{
		"a mail that is cut off in its held back dot",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C: a\n"
		"C| .\\r\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"a\\x0d\\x0a.\\x0d\"\n"
		"1 mail is cut size 5\n",
	},
	{
		"a mail of POP3, cut off",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: RETR 1\n"
		"S: +OK\n"
		"S: a\n"
		"S| ..b\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 RETR 1\n"
		"1< +OK \n"
		"1 mail begins S\n"
		"1 \"a\\x0d\\x0a..b\"\n"
		"1 mail is cut size 5\n",
	},
	{
		"353 to a chunk that is not the last one answers it, and no more is said of it",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: EHLO a\n"
		"S: 250 x\n"
		"C: BDAT 5\n"
		"C| hello\n"
		"S: 353 go\n"
		"C: QUIT\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 EHLO a\n"
		"1< 250 x\n"
		"2 BDAT 5\n"
		"2 mail begins C counted\n"
		"2 \"hello\"\n"
		"2< 353 go\n"
		"2 mail is cut size 5\n"
		"3 QUIT\n"
		"3< 221 bye\n",
	},
	{
		"a wrong count: what is left of the mail is taken for commands",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: BDAT 4 LAST\n"
		"C: abcd\n"
		"C: QUIT\n"
		"S: 250 x\n"
		"S: 500 x\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 BDAT 4 LAST\n"
		"1 mail begins C counted\n"
		"1 \"abcd\"\n"
		"1 mail ends size 4\n"
		"2 (unparsed)\n"
		"3 QUIT\n"
		"1< 250 x\n"
		"2< 500 x\n"
		"3< 221 x\n",
	},
	{
		"a loose dot and an empty line behind it, that the server leaves without a word",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C| a\\n.\\n\\r\\n\n"
		"S: 250 one\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"a\\x0a\"\n"
		"1 mail ends size 2\n"
		"1 note bare-lf\n"
		"1 note loose-dot\n"
		"2 (message)\n"
		"3 (unparsed)\n"
		"2< 250 one\n"
		"4 QUIT\n"
		"4< 221 x\n",
	},
	{
		"a loose dot behind CRLF and an empty line behind it, that the server refuses",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C| a\\r\\n.\\n\\r\\n\n"
		"S: 250 one\n"
		"S: 500 what\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"a\\x0d\\x0a\"\n"
		"1 mail ends size 3\n"
		"1 note bare-lf\n"
		"1 note loose-dot\n"
		"2 (message)\n"
		"3 (unparsed)\n"
		"2< 250 one\n"
		"3< 500 what\n"
		"4 QUIT\n"
		"4< 221 x\n",
	},
	{
		"text behind a loose dot, and a mail that is refused before its end",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C| a\\n.\\nmore of it\\r\\nand more\\r\\n\n"
		"S: 552 big\n"
		"S#\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"2 (message)\n"
		"2< 552 big\n"
		"1 \"a\\x0a.\\x0amore of it\\x0d\\x0aand more\\x0d\\x0a\"\n"
		"1 mail is cut size 26\n"
		"1 note bare-lf\n"
		"1 note loose-dot\n",
	},
	{
		"answered behind CRLF.CR: QUIT is a command",
		PROTOCOL_SMTP,
		false,
		HEAD "C| a\\r\\n.\\r\n"
		     "S: 250 ok\n"
		     "C: QUIT\n"
		     "S: 221 x\n",
		HEAD_SAID "2 (message)\n"
			  "2< 250 ok\n"
			  "1 \"a\\x0d\\x0a\"\n"
			  "1 mail ends size 3\n"
			  "3 QUIT\n"
			  "3< 221 x\n",
	},
	{
		"answered behind LF.CR: QUIT is a command",
		PROTOCOL_SMTP,
		false,
		HEAD "C| a\\n.\\r\n"
		     "S: 250 ok\n"
		     "C: QUIT\n"
		     "S: 221 x\n",
		HEAD_SAID "2 (message)\n"
			  "2< 250 ok\n"
			  "1 \"a\\x0a\"\n"
			  "1 mail ends size 2\n"
			  "1 note bare-lf\n"
			  "3 QUIT\n"
			  "3< 221 x\n",
	},
	{
		"answered behind CR.CRLF: QUIT is a command",
		PROTOCOL_SMTP,
		false,
		HEAD "C| a\\r.\\r\\n\n"
		     "S: 250 ok\n"
		     "C: QUIT\n"
		     "S: 221 x\n",
		HEAD_SAID "2 (message)\n"
			  "2< 250 ok\n"
			  "1 \"a\\x0d\"\n"
			  "1 mail ends size 2\n"
			  "3 QUIT\n"
			  "3< 221 x\n",
	},
	{
		"answered behind CR.LF: QUIT is a command",
		PROTOCOL_SMTP,
		false,
		HEAD "C| a\\r.\\n\n"
		     "S: 250 ok\n"
		     "C: QUIT\n"
		     "S: 221 x\n",
		HEAD_SAID "2 (message)\n"
			  "2< 250 ok\n"
			  "1 \"a\\x0d\"\n"
			  "1 mail ends size 2\n"
			  "1 note bare-lf\n"
			  "3 QUIT\n"
			  "3< 221 x\n",
	},
	{
		"answered behind CR.CR: QUIT is a command",
		PROTOCOL_SMTP,
		false,
		HEAD "C| a\\r.\\r\n"
		     "S: 250 ok\n"
		     "C: QUIT\n"
		     "S: 221 x\n",
		HEAD_SAID "2 (message)\n"
			  "2< 250 ok\n"
			  "1 \"a\\x0d\"\n"
			  "1 mail ends size 2\n"
			  "3 QUIT\n"
			  "3< 221 x\n",
	},
	{
		"refused before its end: the client goes on with the next mail",
		PROTOCOL_SMTP,
		false,
		HEAD "C: a\n"
		     "S: 552 big\n"
		     "C: RSET\n"
		     "S: 250 ok\n"
		     "C: MAIL FROM:<a@b>\n"
		     "S: 250 ok\n"
		     "C: DATA\n"
		     "S: 354 x\n"
		     "C: b\n"
		     "C: .\n"
		     "S: 250 ok\n",
		HEAD_SAID "2 (message)\n"
			  "2< 552 big\n"
			  "1 \"a\\x0d\\x0a\"\n"
			  "1 mail is cut size 3\n"
			  "3 RSET\n"
			  "3< 250 ok\n"
			  "4 MAIL FROM:<a@b>\n"
			  "4< 250 ok\n"
			  "5 DATA\n"
			  "5< 354 x\n"
			  "5 mail begins C\n"
			  "5 \"b\\x0d\\x0a\"\n"
			  "5 mail ends size 3\n"
			  "6 (message)\n"
			  "6< 250 ok\n",
	},
	{
		"refused before its end: words of its text are no commands",
		PROTOCOL_SMTP,
		false,
		HEAD "C: a\n"
		     "S: 552 big\n"
		     "C: RSET\n"
		     "C: and more\n"
		     "C: QUIT\n"
		     "C: .\n"
		     "S: 552 big\n"
		     "C: QUIT\n"
		     "S: 221 x\n",
		HEAD_SAID "2 (message)\n"
			  "2< 552 big\n"
			  "1 \"a\\x0d\\x0aRSET\\x0d\\x0aand more\\x0d\\x0aQUIT\\x0d\\x0a\"\n"
			  "1 mail ends size 25\n"
			  "3 (unsolicited)\n"
			  "3< 552 big\n"
			  "4 QUIT\n"
			  "4< 221 x\n",
	},
	{
		"refused before its end: what has no answer is text",
		PROTOCOL_SMTP,
		false,
		HEAD "C: a\n"
		     "S: 552 big\n"
		     "C: QUIT\n"
		     "C#\n"
		     "S#\n",
		HEAD_SAID "2 (message)\n"
			  "2< 552 big\n"
			  "1 \"a\\x0d\\x0aQUIT\\x0d\\x0a\"\n"
			  "1 mail is cut size 9\n",
	},
	{
		"a chunk refused before its end: the client gives it up",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: BDAT 500\n"
		"C: a\n"
		"S: 552 big\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 BDAT 500\n"
		"1 mail begins C counted\n"
		"1< 552 big\n"
		"1 \"a\\x0d\\x0a\"\n"
		"1 mail is cut size 3\n"
		"2 QUIT\n"
		"2< 221 x\n",
	},
	{
		"a chunk refused before its first byte",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: BDAT 500 LAST\n"
		"S: 503 no\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 BDAT 500 LAST\n"
		"1 mail begins C counted\n"
		"1< 503 no\n"
		"1 mail is cut size 0\n"
		"2 QUIT\n"
		"2< 221 x\n",
	},
	{
		"a chunk refused before its end, which comes: words in it are no commands",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: BDAT 14 LAST\n"
		"C: a\n"
		"S: 552 big\n"
		"C: QUIT\n"
		"C| abcde\n"
		"C: RSET\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 BDAT 14 LAST\n"
		"1 mail begins C counted\n"
		"1< 552 big\n"
		"1 \"a\\x0d\\x0aQUIT\\x0d\\x0aabcde\"\n"
		"1 mail ends size 14\n"
		"2 RSET\n"
		"2< 250 x\n",
	},
};

START_TEST(test_vector)
{
	script_test_vector(&vectors[_i]);
}
END_TEST

/* Mails with loose dots, pipelined behind a DATA that is not answered, and a hole at any place: the hole ends the
 * waiting for an answer, and a dot before it does not begin it anew. */
START_TEST(a_hole_ends_each_question_about_a_loose_dot)
{
	static const char *const mails[] = {"a\n.\nb\r\n", "a\r\n.\nNOOP\r\n", "a\n.\r\nMAIL FROM:<x>\r\n.\n.\n",
					    ".\n.\r\n\r\n.\nRSET\r\n"};
	const char *mail = mails[(size_t)_i % (sizeof(mails) / sizeof(mails[0]))];
	struct buffer all = {.data = NULL};
	struct slice said;

	buffer_printf(&all, "DATA\r\n%s.\r\nDATA\r\n%s.\r\nQUIT\r\n", mail, mail);
	said = buffer_slice(&all);
	for (size_t cut = 0; cut <= said.len; cut++) {
		struct script_player p;

		script_begin(&p, PROTOCOL_SMTP, false);
		script_say(&p, SIDE_SERVER, slice_from_text("220 x\r\n"));
		script_say(&p, SIDE_CLIENT, slice_sub(said, 0, cut));
		script_gap(&p, SIDE_CLIENT, 5);
		ck_assert(!dialogue_is_ambiguous(&p.dialogue));
		script_say(&p, SIDE_CLIENT, slice_after(said, cut));
		script_gap(&p, SIDE_SERVER, 5);
		free(script_finish(&p));
	}
	buffer_fini(&all);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_hole_ends_each_question_about_a_loose_dot, 0, 4);
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
}
