#include "common/commands.h"
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

/* What a row promises: a base of its own kind, ports, and what its server begins with. */
START_TEST(rows_are_whole)
{
	for (enum protocol p = PROTOCOL_UNKNOWN + 1; p < PROTOCOLS; p++) {
		const struct protocol_row *row = protocol_row(p);

		ck_assert(row->ports[0] != '\0' && row->label[0] != '\0');
		ck_assert_int_eq(protocol_row(row->base)->base, row->base);
		ck_assert(protocol_is_kin(p, row->base));
		ck_assert_ptr_nonnull(commands_of_verb(p, VERB_GREETING));
	}
	ck_assert(protocol_is_kin(PROTOCOL_SMTP, PROTOCOL_LMTP) && !protocol_is_kin(PROTOCOL_SMTP, PROTOCOL_POP3));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, names_are_those_of_ecs);
	tcase_add_test(t, no_two_are_the_same);
	tcase_add_test(t, rows_are_whole);
}
