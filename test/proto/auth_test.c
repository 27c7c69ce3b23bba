#include "proto/auth.h"

#include "../main.h"
#include "script.h"

static const struct script_vector vectors[] = {
	{
		"RFC 4954 section 4.2: PLAIN with an initial response",
		PROTOCOL_SMTP,
		false,
		"S: 220 smtp.example.com ESMTP Server\n"
		"C: EHLO client.example.com\n"
		"S: 250-smtp.example.com Hello client.example.com\n"
		"S: 250 AUTH GSSAPI DIGEST-MD5 PLAIN\n"
		"C: AUTH PLAIN dGVzdAB0ZXN0ADEyMzQ=\n"
		"S: 235 2.7.0 Authentication successful\n",
		"0 (greeting)\n"
		"0< 220 smtp.example.com ESMTP Server\n"
		"1 EHLO client.example.com\n"
		"1< 250-smtp.example.com Hello client.example.com\n"
		"1< 250 AUTH GSSAPI DIGEST-MD5 PLAIN\n"
		"2 AUTH PLAIN dGVzdAB0ZXN0ADEyMzQ= !secret\n"
		"2 auth C dGVzdAB0ZXN0ADEyMzQ= !secret\n"
		"2< 235 2.7.0 Authentication successful {2.7.0}\n",
	},
	{
		"RFC 4954 section 4.2: PLAIN without",
		PROTOCOL_SMTP,
		false,
		"S: 220 smtp.example.com ESMTP Server\n"
		"C: AUTH PLAIN\n"
		"S: 334 \n"
		"C: dGVzdAB0ZXN0ADEyMzQ=\n"
		"S: 235 2.7.0 Authentication successful\n",
		"0 (greeting)\n"
		"0< 220 smtp.example.com ESMTP Server\n"
		"1 AUTH PLAIN\n"
		"1 auth S \n"
		"1 auth C dGVzdAB0ZXN0ADEyMzQ= !secret\n"
		"1< 235 2.7.0 Authentication successful {2.7.0}\n",
	},
	{
		"RFC 4954 section 4.2: CRAM-MD5",
		PROTOCOL_SMTP,
		false,
		"S: 220 smtp.example.com ESMTP Server\n"
		"C: AUTH CRAM-MD5\n"
		"S: 334 PDQxOTI5NDIzNDEuMTI4Mjg0NzJAc291cmNlZm91ci5hbmRyZXcuY211LmVkdT4=\n"
		"C: cmpzMyBlYzNhNTlmZWQzOTVhYmExZWM2MzY3YzRmNGI0MWFjMA==\n"
		"S: 235 2.7.0 Authentication successful\n",
		"0 (greeting)\n"
		"0< 220 smtp.example.com ESMTP Server\n"
		"1 AUTH CRAM-MD5\n"
		"1 auth S PDQxOTI5NDIzNDEuMTI4Mjg0NzJAc291cmNlZm91ci5hbmRyZXcuY211LmVkdT4=\n"
		"1 auth C cmpzMyBlYzNhNTlmZWQzOTVhYmExZWM2MzY3YzRmNGI0MWFjMA== !secret\n"
		"1< 235 2.7.0 Authentication successful {2.7.0}\n",
	},
	{
		"LOGIN, refused, then accepted with the user in the command",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH LOGIN\n"
		"S: 334 VXNlcm5hbWU6\n"
		"C: dGVzdDE=\n"
		"S: 334 UGFzc3dvcmQ6\n"
		"C: d3Jvbmc=\n"
		"S: 535 5.7.8 Error: authentication failed\n"
		"C: auth login dGVzdDE=\n"
		"S: 334 UGFzc3dvcmQ6\n"
		"C: cmlnaHQ=\n"
		"S: 235 2.7.0 ok\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH LOGIN\n"
		"1 auth S VXNlcm5hbWU6\n"
		"1 auth C dGVzdDE=\n"
		"1 auth S UGFzc3dvcmQ6\n"
		"1 auth C d3Jvbmc= !secret\n"
		"1< 535 5.7.8 Error: authentication failed {5.7.8}\n"
		"2 AUTH login dGVzdDE=\n"
		"2 auth C dGVzdDE=\n"
		"2 auth S UGFzc3dvcmQ6\n"
		"2 auth C cmlnaHQ= !secret\n"
		"2< 235 2.7.0 ok {2.7.0}\n"
		"3 QUIT\n"
		"3< 221 x\n",
	},
	{
		"LOGIN said in one breath",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH LOGIN\n"
		"C: dGVzdDE=\n"
		"C: cmlnaHQ=\n"
		"C: QUIT\n"
		"S: 334 VXNlcm5hbWU6\n"
		"S: 334 UGFzc3dvcmQ6\n"
		"S: 235 ok\n"
		"S: 221 bye\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH LOGIN\n"
		"1 auth S VXNlcm5hbWU6\n"
		"1 auth C dGVzdDE=\n"
		"1 auth S UGFzc3dvcmQ6\n"
		"1 auth C cmlnaHQ= !secret\n"
		"1< 235 ok\n"
		"2 QUIT\n"
		"2< 221 bye\n",
	},
	{
		"cancelled",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH LOGIN\n"
		"S: 334 VXNlcm5hbWU6\n"
		"C: *\n"
		"S: 501 5.7.0 cancelled\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH LOGIN\n"
		"1 auth S VXNlcm5hbWU6\n"
		"1 auth C *\n"
		"1< 501 5.7.0 cancelled {5.7.0}\n",
	},
	{
		"user and password said though AUTH was refused are still secret",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH LOGIN\n"
		"S: 504 5.5.4 no such mechanism\n"
		"C: dGVzdDE=\n"
		"S: 500 x\n"
		"C: cmlnaHQ=\n"
		"S: 500 x\n"
		"C: XFOO\n"
		"S: 500 x\n"
		"C: QUIT\n"
		"S: 221 x\n"
		"C: XFOO\n"
		"S: 500 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH LOGIN\n"
		"1< 504 5.5.4 no such mechanism {5.5.4}\n"
		"2 (unparsed) dGVzdDE= !secret\n"
		"2< 500 x\n"
		"3 (unparsed) cmlnaHQ= !secret\n"
		"3< 500 x\n"
		"4 (unparsed) XFOO !secret\n"
		"4< 500 x\n"
		"5 QUIT\n"
		"5< 221 x\n"
		"6 XFOO\n"
		"6< 500 x\n",
	},
	{
		"the session ends behind 334: that counts as the reply",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH LOGIN\n"
		"S: 334 VXNlcm5hbWU6\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH LOGIN\n"
		"1 auth S VXNlcm5hbWU6\n"
		"1< 334 \n",
	},
	{
		"the reply is missing, a command follows",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH LOGIN\n"
		"S: 334 VXNlcm5hbWU6\n"
		"C: dGVzdDE=\n"
		"S~ 40\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH LOGIN\n"
		"1 auth S VXNlcm5hbWU6\n"
		"1 auth C dGVzdDE=\n"
		"1< 334 \n"
		"2 MAIL FROM:<a>\n"
		"resync S\n"
		"2< 250 x\n",
	},
	{
		"the challenge is missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH LOGIN\n"
		"S~ 18\n"
		"C: dGVzdDE=\n"
		"S: 334 UGFzc3dvcmQ6\n"
		"C: cmlnaHQ=\n"
		"S: 235 ok\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH LOGIN\n"
		"1 auth C dGVzdDE= !secret\n" /* it may have asked for the password */
		"resync S\n"
		"1 auth S UGFzc3dvcmQ6\n"
		"1 auth C cmlnaHQ= !secret\n"
		"1< 235 ok\n",
	},
	{
		"POP3: RFC 5034 section 6, then cancelled, then an ordinary login",
		PROTOCOL_POP3,
		false,
		"S: +OK POP3 server ready\n"
		"C: AUTH\n"
		"S: +OK\n"
		"S: PLAIN\n"
		"S: CRAM-MD5\n"
		"S: .\n"
		"C: AUTH PLAIN dGVzdAB0ZXN0AHRlc3Q=\n"
		"S: +OK Maildrop locked and ready\n"
		"C: AUTH CRAM-MD5\n"
		"S: + PDE5MjM0MTIzNDE+\n"
		"C: *\n"
		"S: -ERR cancelled\n"
		"C: AUTH PLAIN\n"
		"S: +\n"
		"C: =\n"
		"S: -ERR no\n"
		"C: USER a\n"
		"S: +OK\n"
		"C: PASS  b c \n"
		"S: +OK\n"
		"C: APOP mrose c4c9334bac560ecc979e58001b3e22fb\n"
		"S: -ERR\n"
		"C: AUTH PLAIN\n"
		"S: + \n",
		"0 (greeting)\n"
		"0< +OK POP3 server ready\n"
		"1 AUTH\n"
		"1< +OK \n"
		"1 line PLAIN\n"
		"1 line CRAM-MD5\n"
		"2 AUTH PLAIN dGVzdAB0ZXN0AHRlc3Q= !secret\n"
		"2 auth C dGVzdAB0ZXN0AHRlc3Q= !secret\n"
		"2< +OK Maildrop locked and ready\n"
		"3 AUTH CRAM-MD5\n"
		"3 auth S PDE5MjM0MTIzNDE+\n"
		"3 auth C *\n"
		"3< -ERR cancelled\n"
		"4 AUTH PLAIN\n"
		"4 auth S \n"
		"4 auth C = !secret\n"
		"4< -ERR no\n"
		"5 USER a\n"
		"5< +OK \n"
		"6 PASS b c  !secret\n"
		"6< +OK \n"
		"7 APOP mrose c4c9334bac560ecc979e58001b3e22fb !secret\n"
		"7< -ERR \n"
		"8 AUTH PLAIN\n"
		"8 auth S \n"
		"8< + \n",
	},
	{
		"DIGEST-MD5: the server's proof is secret too",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH DIGEST-MD5\n"
		"S: 334 bm9uY2U9Im4i\n"
		"C: dXNlcm5hbWU9InUiLHJlc3BvbnNlPTE=\n"
		"S: 334 cnNwYXV0aD1lYQ==\n"
		"C: \n"
		"S: 235 ok\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH DIGEST-MD5\n"
		"1 auth S bm9uY2U9Im4i\n"
		"1 auth C dXNlcm5hbWU9InUiLHJlc3BvbnNlPTE= !secret\n"
		"1 auth S cnNwYXV0aD1lYQ== !secret\n"
		"1 auth C \n"
		"1< 235 ok\n",
	},
	{
		"SCRAM: the name is shown, the proofs are not",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH SCRAM-SHA-1 biwsbj11LHI9YQ==\n"
		"S: 334 cj1hYixzPVFRPT0saT0x\n"
		"C: Yz1iaXdzLHI9YWIscD1jQT09\n"
		"S: 334 dj1jQT09\n"
		"C: \n"
		"S: 235 ok\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH SCRAM-SHA-1 biwsbj11LHI9YQ==\n"
		"1 auth C biwsbj11LHI9YQ==\n"
		"1 auth S cj1hYixzPVFRPT0saT0x\n"
		"1 auth C Yz1iaXdzLHI9YWIscD1jQT09 !secret\n"
		"1 auth S dj1jQT09 !secret\n"
		"1 auth C \n"
		"1< 235 ok\n",
	},
	{
		"XOAUTH2 refused, with the reason in the challenge",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==\n"
		"S: 334 eyJzdGF0dXMiOiI0MDAifQ==\n"
		"C: \n"
		"S: 535 5.7.8 no\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ== !secret\n"
		"1 auth C dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ== !secret\n"
		"1 auth S eyJzdGF0dXMiOiI0MDAifQ==\n"
		"1 auth C \n"
		"1< 535 5.7.8 no {5.7.8}\n",
	},
	{
		"EXTERNAL and ANONYMOUS hold no secret",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH EXTERNAL =\n"
		"S: 535 no\n"
		"C: AUTH ANONYMOUS\n"
		"S: 334 \n"
		"C: bWU=\n"
		"S: 235 ok\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH EXTERNAL =\n"
		"1 auth C =\n"
		"1< 535 no\n"
		"2 AUTH ANONYMOUS\n"
		"2 auth S \n"
		"2 auth C bWU=\n"
		"2< 235 ok\n",
	},
	{
		"a server that asks for the password only",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH LOGIN\n"
		"S: 334 UGFzc3dvcmQ6\n"
		"C: c2VjcmV0\n"
		"S: 235 ok\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH LOGIN\n"
		"1 auth S UGFzc3dvcmQ6\n"
		"1 auth C c2VjcmV0 !secret\n"
		"1< 235 ok\n",
	},
	{
		"both words behind LOGIN",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH LOGIN dGVzdDE= c2VjcmV0\n"
		"S: 501 no\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH LOGIN dGVzdDE= c2VjcmV0 !secret\n"
		"1 auth C dGVzdDE= c2VjcmV0 !secret\n"
		"1< 501 no\n",
	},
	{
		"the login began before the capture",
		PROTOCOL_SMTP,
		true,
		"S: 334 UGFzc3dvcmQ6\n"
		"C: c2VjcmV0\n"
		"S: 235 ok\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"resync S\n"
		"resync C\n"
		"0 (unsolicited)\n"
		"0< 334 UGFzc3dvcmQ6\n"
		"1 (unparsed) c2VjcmV0 !secret\n"
		"1< 235 ok\n"
		"2 QUIT\n"
		"2< 221 x\n",
	},
	{
		"NTLM that is opened by +OK, as Exchange does",
		PROTOCOL_POP3,
		false,
		"S: +OK x\n"
		"C: AUTH NTLM\n"
		"S: +OK\n"
		"C: TlRMTVNTUAABAAAA\n"
		"S: + TlRMTVNTUAACAAAA\n"
		"C: TlRMTVNTUAADAAAA\n"
		"S: +OK on\n"
		"C: STAT\n"
		"S: +OK 0 0\n",
		"0 (greeting)\n"
		"0< +OK x\n"
		"1 AUTH NTLM\n"
		"1 auth S \n"
		"1 auth C TlRMTVNTUAABAAAA !secret\n"
		"1 auth S TlRMTVNTUAACAAAA\n"
		"1 auth C TlRMTVNTUAADAAAA !secret\n"
		"1< +OK on\n"
		"2 STAT\n"
		"2< +OK 0 0\n",
	},
	{
		"NTLM that is done with +OK: a command follows",
		PROTOCOL_POP3,
		false,
		"S: +OK x\n"
		"C: AUTH NTLM\n"
		"S: +OK\n"
		"C: STAT\n"
		"S: +OK 0 0\n",
		"0 (greeting)\n"
		"0< +OK x\n"
		"1 AUTH NTLM\n"
		"1 auth S \n"
		"1< +OK \n"
		"2 STAT\n"
		"2< +OK 0 0\n",
	},
	{
		"X-EXPS is AUTH, in whatever way it is said",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: X-EXPS LOGIN\n"
		"S: 334 VXNlcm5hbWU6\n"
		"C: Ym9i\n"
		"S: 334 UGFzc3dvcmQ6\n"
		"C: c2VjcmV0\n"
		"S: 535 no\n"
		"C: AUTH=LOGIN Ym9i\n"
		"S: 334 UGFzc3dvcmQ6\n"
		"C: c2VjcmV0\n"
		"S: 235 ok\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 X-EXPS LOGIN\n"
		"1 auth S VXNlcm5hbWU6\n"
		"1 auth C Ym9i\n"
		"1 auth S UGFzc3dvcmQ6\n"
		"1 auth C c2VjcmV0 !secret\n"
		"1< 535 no\n"
		"2 AUTH LOGIN Ym9i\n"
		"2 note loose\n"
		"2 auth C Ym9i\n"
		"2 auth S UGFzc3dvcmQ6\n"
		"2 auth C c2VjcmV0 !secret\n"
		"2< 235 ok\n",
	},
	{
		"the user was named and is asked for again: what comes is no name",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: AUTH LOGIN Ym9i\n"
		"S: 334 VXNlcm5hbWU6\n"
		"C: c2VjcmV0\n"
		"S: 334 UGFzc3dvcmQ6\n"
		"C: c2VjcmV0\n"
		"S: 535 no\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 AUTH LOGIN Ym9i\n"
		"1 auth C Ym9i\n"
		"1 auth S VXNlcm5hbWU6\n"
		"1 auth C c2VjcmV0 !secret\n"
		"1 auth S UGFzc3dvcmQ6\n"
		"1 auth C c2VjcmV0 !secret\n"
		"1< 535 no\n",
	},
	{
		"near a login what is no command is a part of it, up to a command that is accepted",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: XFOO bar\n"
		"S: 500 x\n"
		"C: AUTH FOO\n"
		"S: 504 x\n"
		"C: my words\n"
		"S: 500 x\n"
		"C: HELP me\n"
		"S: 502 x\n"
		"C: xfoo bar\n"
		"S: 500 x\n"
		"C: NOOP\n"
		"S: 250 x\n"
		"C: xfoo bar\n"
		"S: 500 x\n"
		"C: PASSword x\n"
		"S: 500 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 XFOO bar\n"
		"1< 500 x\n"
		"2 AUTH FOO\n"
		"2< 504 x\n"
		"3 (unparsed) my words !secret\n"
		"3< 500 x\n"
		"4 HELP me !secret\n"
		"4< 502 x\n"
		"5 (unparsed) xfoo bar !secret\n"
		"5< 500 x\n"
		"6 NOOP\n"
		"6< 250 x\n"
		"7 XFOO bar\n"
		"7< 500 x\n"
		"8 (unparsed) PASSword x !secret\n"
		"8< 500 x\n",
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
