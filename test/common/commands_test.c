#include <ctype.h>

#include "../main.h"
#include "common/commands.h"

START_TEST(finds_verbs_in_any_case)
{
	const struct command_row *row = commands_lookup(PROTOCOL_SMTP, slice_from_text("mAiL"));

	ck_assert_ptr_nonnull(row);
	ck_assert_str_eq(row->name, "MAIL");
	ck_assert_str_eq(row->meaning, "names the sender and begins a new mail");
	ck_assert_str_eq(row->source, "RFC 5321 4.1.1.2");
}
END_TEST

START_TEST(keeps_protocols_apart)
{
	ck_assert_ptr_null(commands_lookup(PROTOCOL_SMTP, slice_from_text("RETR")));
	ck_assert_ptr_null(commands_lookup(PROTOCOL_POP3, slice_from_text("RCPT")));
	ck_assert_ptr_null(commands_lookup(PROTOCOL_IMAP, slice_from_text("RETR")));
	ck_assert_ptr_null(commands_lookup(PROTOCOL_SMTP, slice_from_text("")));
	ck_assert_ptr_null(commands_lookup(PROTOCOL_SMTP, slice_from_text("MAI")));
	ck_assert_ptr_null(commands_lookup(PROTOCOL_SMTP, slice_from_text("MAILX")));
	ck_assert_str_eq(commands_lookup(PROTOCOL_IMAP, slice_from_text("noop"))->source, "RFC 9051 6.1.2");
	ck_assert_str_eq(commands_lookup(PROTOCOL_IMAP, slice_from_text("uid fetch"))->source, "RFC 9051 6.4.9");
	ck_assert_str_eq(commands_lookup(PROTOCOL_POP3, slice_from_text("RSET"))->source, "RFC 1939 5");
	ck_assert_str_eq(commands_lookup(PROTOCOL_SMTP, slice_from_text("RSET"))->source, "RFC 5321 4.1.1.5");
}
END_TEST

START_TEST(lmtp_speaks_smtp_and_lhlo)
{
	ck_assert_str_eq(commands_lookup(PROTOCOL_LMTP, slice_from_text("lhlo"))->name, "LHLO");
	ck_assert_str_eq(commands_lookup(PROTOCOL_LMTP, slice_from_text("rcpt"))->name, "RCPT");
	ck_assert_ptr_null(commands_lookup(PROTOCOL_LMTP, slice_from_text("USER")));
}
END_TEST

START_TEST(knows_what_is_no_verb)
{
	static const char *const special[] = {"(greeting)", "(unparsed)", "(unsolicited)"};

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		ck_assert_ptr_nonnull(commands_lookup(PROTOCOL_SMTP, slice_from_text(special[i])));
		ck_assert_ptr_nonnull(commands_lookup(PROTOCOL_LMTP, slice_from_text(special[i])));
		ck_assert_ptr_nonnull(commands_lookup(PROTOCOL_POP3, slice_from_text(special[i])));
	}
	ck_assert_ptr_nonnull(commands_lookup(PROTOCOL_SMTP, slice_from_text("(message)")));
}
END_TEST

/* Every row is found by its own verb, so none stands twice; phrases are short, without capital or full stop. */
START_TEST(rows_are_whole)
{
	const struct command_row *row;
	size_t count = 0;

	for (; (row = commands_row(count)) != NULL; count++) {
		size_t len = strlen(row->meaning);

		ck_assert_ptr_eq(commands_lookup(row->protocol, slice_from_text(row->name)), row);
		ck_assert_uint_eq(commands_number(row), count);
		ck_assert_int_eq(row->name[0] == '(', row->grammar == GRAMMAR_NEVER);
		for (enum verb verb = VERB_GREETING; verb <= VERB_UNSOLICITED; verb++)
			ck_assert_int_eq(commands_of_verb(row->protocol, verb) != NULL,
					 verb != VERB_MESSAGE || row->protocol != PROTOCOL_IMAP);
		ck_assert(row->verb > VERB_DONE && commands_of_verb(row->protocol, row->verb)->verb == row->verb);
		ck_assert(len >= 10 && len <= 80);
		ck_assert(islower((unsigned char)row->meaning[0]));
		ck_assert_int_ne(row->meaning[len - 1], '.');
		ck_assert_uint_ge(strlen(row->source), 5);
	}
	ck_assert_uint_ge(count, 45);
	ck_assert_ptr_null(commands_row(count + 1));
}
END_TEST

/* A client that says "(message)" has said nothing that is known. */
START_TEST(only_words_of_clients_are_found)
{
	ck_assert_ptr_null(commands_find(PROTOCOL_SMTP, slice_from_text("(MESSAGE)")));
	ck_assert_ptr_null(commands_find_any(slice_from_text("(greeting)")));
	ck_assert_ptr_null(commands_find_any(slice_from_text("")));
	ck_assert_ptr_null(commands_find(PROTOCOL_SMTP, slice_from_text("pass")));
	ck_assert_int_eq(commands_find_any(slice_from_text("pass"))->kind, KIND_PASS);
	ck_assert_int_eq(commands_find(PROTOCOL_SMTP, slice_from_text("lhlo"))->verb, VERB_LHLO);
	ck_assert_ptr_null(commands_of_verb(PROTOCOL_POP3, VERB_MAIL));
	ck_assert_str_eq(commands_of_verb(PROTOCOL_LMTP, VERB_GREETING)->name, "(greeting)");
	ck_assert_ptr_null(commands_row(UINT8_MAX));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, finds_verbs_in_any_case);
	tcase_add_test(t, keeps_protocols_apart);
	tcase_add_test(t, lmtp_speaks_smtp_and_lhlo);
	tcase_add_test(t, knows_what_is_no_verb);
	tcase_add_test(t, rows_are_whole);
	tcase_add_test(t, only_words_of_clients_are_found);
}
