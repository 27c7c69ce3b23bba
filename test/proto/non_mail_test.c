#include "proto/non_mail.h"

#include "../main.h"

static const struct {
	const char *said;
	size_t len; /* 0: of the text */
	enum non_mail foreign;
} firsts[] = {
	{"", 0, NON_MAIL_NONE},
	{"GET / HTTP/1.1\r\nHost: a\r\n", 0, NON_MAIL_HTTP},
	{"PRI * HTTP/2.0\r\n\r\nSM\r\n", 0, NON_MAIL_HTTP},
	{"POST /x", 0, NON_MAIL_NONE}, /* not enough to tell */
	{"HTTP/1.0 400 Bad Request\r\n", 0, NON_MAIL_HTTP},
	{"SSH-2.0-OpenSSH_9.2\r\n", 0, NON_MAIL_SSH},
	{"220 mx ESMTP\r\n", 0, NON_MAIL_NONE},
	{"+OK\r\n", 0, NON_MAIL_NONE},
	{"hello?\r\n", 0, NON_MAIL_NONE},
	{"\x1b[1mhello\r\n", 0, NON_MAIL_NONE},
	{"b\xc3\xbc\r\n", 0, NON_MAIL_NONE},
	{"\x16\x03\x01\x02\x00", 5, NON_MAIL_NONE},
	{"\x03\x00\x00\x13\x0e", 5, NON_MAIL_BINARY},
	{"\x16\x02\x01", 3, NON_MAIL_BINARY},
	{"EHLO a\r\n\x00\x00", 10, NON_MAIL_NONE}, /* its first line is text */
};

START_TEST(test_first_bytes)
{
	size_t len = firsts[_i].len ? firsts[_i].len : strlen(firsts[_i].said);

	ck_assert_int_eq(non_mail_recognise(slice_of(firsts[_i].said, len)), firsts[_i].foreign);
}
END_TEST

START_TEST(test_names)
{
	ck_assert_ptr_null(non_mail_name(NON_MAIL_NONE));
	ck_assert_str_eq(non_mail_name(NON_MAIL_HTTP), "http");
	ck_assert_str_eq(non_mail_name(NON_MAIL_SSH), "ssh");
	ck_assert_str_eq(non_mail_name(NON_MAIL_BINARY), "binary");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_first_bytes, 0, sizeof(firsts) / sizeof(firsts[0]));
	tcase_add_test(t, test_names);
}
