#include "common/protocol.h"

#include <string.h>

#include "../main.h"

START_TEST(names_are_those_of_ecs)
{
	ck_assert_str_eq(protocol_name(PROTOCOL_SMTP), "smtp");
	ck_assert_str_eq(protocol_name(PROTOCOL_LMTP), "lmtp");
	ck_assert_str_eq(protocol_name(PROTOCOL_POP3), "pop3");
	ck_assert_str_eq(protocol_name(PROTOCOL_IMAP), "imap");
	ck_assert_str_eq(protocol_name(PROTOCOL_UNKNOWN), "unknown");
}
END_TEST

START_TEST(no_two_are_the_same)
{
	for (enum protocol a = PROTOCOL_UNKNOWN; a < PROTOCOLS; a++)
		for (enum protocol b = PROTOCOL_UNKNOWN; b < a; b++)
			ck_assert_str_ne(protocol_name(a), protocol_name(b));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, names_are_those_of_ecs);
	tcase_add_test(t, no_two_are_the_same);
}
