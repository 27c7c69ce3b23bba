#include "proto/tls.h"

#include "../main.h"
#include "script.h"

static const struct script_vector vectors[] = {
	{
		"RFC 3207 section 5: STARTTLS",
		PROTOCOL_SMTP,
		false,
		"S: 220 mail.imc.org SMTP service ready\n"
		"C: EHLO mail.example.com\n"
		"S: 250-mail.imc.org offers a warm hug of welcome\n"
		"S: 250-8BITMIME\n"
		"S: 250-STARTTLS\n"
		"S: 250 DSN\n"
		"C: STARTTLS\n"
		"S: 220 Go ahead\n"
		"C| \\x16\\x03\\x01\\x02\\0\\x01\\0\\n250 x\\r\\n\n"
		"S| \\x16\\x03\\x03\\0\\x7a\\x02\\0\\n250 x\\r\\n\n"
		"C| \\x17\\x03\\x03\\0\\x01a\n",
		"0 (greeting)\n"
		"0< 220 mail.imc.org SMTP service ready\n"
		"1 EHLO mail.example.com\n"
		"1< 250-mail.imc.org offers a warm hug of welcome\n"
		"1< 250-8BITMIME\n"
		"1< 250-STARTTLS\n"
		"1< 250 DSN\n"
		"2 STARTTLS\n"
		"2< 220 Go ahead\n"
		"tls C\n"
		"tls S\n",
	},
	{
		"STARTTLS refused",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: STARTTLS\n"
		"S: 454 4.7.0 TLS not available\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 STARTTLS\n"
		"1< 454 4.7.0 TLS not available {4.7.0}\n"
		"2 MAIL FROM:<a>\n"
		"2< 250 x\n",
	},
	{
		"STARTTLS accepted, but clear text follows; then TLS",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: STARTTLS\n"
		"C: RSET\n"
		"S: 220 go ahead\n"
		"S: 250 x\n"
		"C| \\x16\\x03\\x01\\x02\\0\\x01\\0\n"
		"S| \\x16\\x03\\x03\\x02\\0\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 STARTTLS\n"
		"1< 220 go ahead\n"
		"note clear-after-tls\n"
		"2 RSET\n"
		"2< 250 x\n"
		"tls C\n"
		"tls S\n",
	},
	{
		"STARTTLS accepted, all goes on in clear",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: STARTTLS\n"
		"S: 220 go ahead\n"
		"C: EHLO a\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 STARTTLS\n"
		"1< 220 go ahead\n"
		"note clear-after-tls\n"
		"2 EHLO a\n"
		"2< 250 x\n"
		"3 QUIT\n"
		"3< 221 x\n",
	},
	{
		"STARTTLS whose reply is missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: STARTTLS\n"
		"S~ 14\n"
		"C| \\x16\\x03\\x01\\x02\\0\\x01\\0\n"
		"S| \\x16\\x03\\x03\\x02\\0\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 STARTTLS\n"
		"tls C\n"
		"tls S\n",
	},
	{
		"STARTTLS whose reply is missing and was a refusal",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: STARTTLS\n"
		"S~ 14\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 STARTTLS\n"
		"2 QUIT\n"
		"resync S\n"
		"2< 221 x\n",
	},
	{
		"the client's first record is missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: STARTTLS\n"
		"S: 220 x\n"
		"C~ 200\n"
		"S| \\x16\\x03\\x03\\x02\\0\n"
		"C| \\x14\\x03\\x03\\0\\x01\\x01\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 STARTTLS\n"
		"1< 220 x\n"
		"tls C\n"
		"tls S\n",
	},
	{
		"POP3 STLS",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C: STLS\n"
		"S: -ERR not yet\n"
		"C: STLS\n"
		"S: +OK Begin TLS negotiation\n"
		"C| \\x16\\x03\\x01\\x02\\0\\x01\\0\n"
		"S| \\x16\\x03\\x03\\x02\\0\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"1 STLS\n"
		"1< -ERR not yet\n"
		"2 STLS\n"
		"2< +OK Begin TLS negotiation\n"
		"tls C\n"
		"tls S\n",
	},
	{
		"TLS from the first byte",
		PROTOCOL_SMTP,
		false,
		"C| \\x16\\x03\\x01\\x02\\0\\x01\\0\\n\n"
		"S| \\x16\\x03\\x03\\x02\\0\\n\n",
		"tls C\n"
		"tls S\n",
	},
	{
		"TLS from the first byte to a server that does not speak it",
		PROTOCOL_SMTP,
		false,
		"C| \\x16\\x03\\x01\\x02\\0\\x01\\0\\n\n"
		"S: 220 x\n"
		"S: 500 what\n",
		"tls C\n"
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 (unsolicited)\n"
		"1< 500 what\n",
	},
	{
		"the capture begins in the middle of TLS",
		PROTOCOL_SMTP,
		true,
		"S| \\x17\\x03\\x03\\0\\x10aaaa\\n\n"
		"C| \\x17\\x03\\x03\\0\\x10aaaa\\n\n",
		"tls C\n"
		"tls S\n",
	},
	{
		"gaps in TLS",
		PROTOCOL_POP3,
		false,
		"C| \\x16\\x03\\x01\\x02\\0\\x01\\0\\n\n"
		"S| \\x16\\x03\\x03\\x02\\0\\n\n"
		"C~ 100\n"
		"S~ 100\n"
		"C: QUIT\n"
		"S: +OK\n",
		"tls C\n"
		"tls S\n",
	},
	{
		"TLS of which a few bytes came",
		PROTOCOL_SMTP,
		false,
		"C| \\x16\\x03\n",
		"unfinished C \\x16\\x03\n",
	},
	{
		"X-ANONYMOUSTLS is a STARTTLS",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: X-ANONYMOUSTLS\n"
		"S: 220 go\n"
		"C| \\x16\\x03\\x01\\0\\x05hello\n"
		"S| \\x16\\x03\\x03\\0\\x05hello\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 X-ANONYMOUSTLS\n"
		"1< 220 go\n"
		"tls C\n"
		"tls S\n",
	},
	{
		"X-ANONYMOUSTLS is refused",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: x-anonymoustls\n"
		"S: 500 what\n"
		"C: NOOP\n"
		"S: 250 ok\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 X-ANONYMOUSTLS\n"
		"1< 500 what\n"
		"2 NOOP\n"
		"2< 250 ok\n",
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
