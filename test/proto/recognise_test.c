#include "proto/dialogue.h"

#include "../main.h"

static char long_text[20000];

static const struct {
	const char *client;
	const char *server;
	enum protocol protocol;
	bool decided;
} firsts[] = {
	{"", "", PROTOCOL_UNKNOWN, false},
	{"", "220 mx.example.com ESMTP\r\n", PROTOCOL_SMTP, true},
	{"", "220 mx.example.com\r\n", PROTOCOL_UNKNOWN, false},
	{"EHLO a\r\n", "220-mx.example.com\r\n", PROTOCOL_SMTP, true},
	{"LHLO a\r\n", "220 mx ESMTP\r\n", PROTOCOL_LMTP, true},
	{"", "220 mx LMTP\r\n", PROTOCOL_LMTP, true},
	{"USER a\r\n", "220 ready\r\n", PROTOCOL_UNKNOWN, true},
	{"USER a\r\n", "220 mx FTP server\r\n", PROTOCOL_UNKNOWN, true},
	{"USER a\r\n", "", PROTOCOL_UNKNOWN, false},
	{"USER a\r\n", "+OK\r\n", PROTOCOL_POP3, true},
	{"", "+OK ready\r\n", PROTOCOL_POP3, true},
	{"", "-ERR busy\r\n", PROTOCOL_POP3, true},
	{"CAPA\r\n", "", PROTOCOL_POP3, true},
	{"EHLO a", "", PROTOCOL_UNKNOWN, false},
	{"EHLO a\r\n", "", PROTOCOL_SMTP, true},
	{"MAIL FROM:<a>\r\n", "250 2.1.0 ok\r\n", PROTOCOL_SMTP, true},
	{"", "* OK IMAP4rev1\r\n", PROTOCOL_IMAP, true},
	{"a1 CAPABILITY\r\n", "", PROTOCOL_IMAP, true},
	{"AUTH LOGIN\r\n", "", PROTOCOL_UNKNOWN, false},
	{"USER login\r\n", "", PROTOCOL_UNKNOWN, false},
	{"GET / HTTP/1.1\r\n", "", PROTOCOL_UNKNOWN, true},
	{"", "SSH-2.0-x\r\n", PROTOCOL_UNKNOWN, true},
	{"\x16\x03\x01", "", PROTOCOL_UNKNOWN, true},
	{"", "HTTP/1.1 200 OK\r\n", PROTOCOL_UNKNOWN, true},
	{"", "2200 x\r\n", PROTOCOL_UNKNOWN, true},
};

START_TEST(test_recognise)
{
	bool decided;
	enum protocol protocol =
		dialogue_recognise(slice_from_text(firsts[_i].client), slice_from_text(firsts[_i].server), &decided);

	ck_assert_int_eq(protocol, firsts[_i].protocol);
	ck_assert_int_eq(decided, firsts[_i].decided);
}
END_TEST

START_TEST(test_recognise_long_line)
{
	bool decided;

	memset(long_text, 'x', sizeof(long_text));
	ck_assert_int_eq(dialogue_recognise(slice_of(long_text, sizeof(long_text)), slice_of(NULL, 0), &decided),
			 PROTOCOL_UNKNOWN);
	ck_assert(decided);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_recognise, 0, sizeof(firsts) / sizeof(firsts[0]));
	tcase_add_test(t, test_recognise_long_line);
}
