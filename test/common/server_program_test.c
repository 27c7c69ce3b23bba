#include "common/server_program.h"

#include "../main.h"

static const struct {
	const char *greeting;
	const char *name;
} greetings[] = {
	{"ns1.example.com ESMTP Postfix (Debian/GNU)", "Postfix"},
	{"mail ESMTP Exim 4.97 Mon, 23 Nov 2026 12:34:52 +0000", "Exim"},
	{"[CAPABILITY IMAP4rev1] Dovecot (Debian) ready.", "Dovecot"},
	{"Courier-IMAP ready", "Courier"},
	{"mail.example.com Microsoft ESMTP MAIL Service ready", "Microsoft"},
	{"The Microsoft Exchange IMAP4 service is ready.", "Microsoft"},
	{"mx.google.com ESMTP a640c23a62f3a-aa - gsmtp", "Google"},
	{"Gpop ready for requests", "Google"},
	{"host ESMTP Sendmail 8.17/8.17; ready", "Sendmail"},
	{"welcome\nthis is opensmtpd", "OpenSMTPD"},
	/* the first row, whichever word comes first */
	{"Dovecot behind Postfix", "Postfix"},
	/* a host's name, a part of a word */
	{"postfix.example.com ESMTP", NULL},
	{"Postfixed", NULL},
	{"ns1 ESMTP", NULL},
	{"", NULL},
};

START_TEST(a_greeting_tells_the_program)
{
	const char *name = server_program_name(slice_from_text(greetings[_i].greeting));

	ck_assert_pstr_eq(name, greetings[_i].name);
}
END_TEST

/* Who tells it later does not want to. */
START_TEST(only_the_beginning_is_looked_at)
{
	char greeting[2048];

	memset(greeting, 'x', sizeof(greeting));
	memcpy(greeting + 1000, " Exim ", 6);
	ck_assert_pstr_eq(server_program_name(slice_of(greeting, sizeof(greeting))), "Exim");
	memcpy(greeting + 1000, "xxxxxx", 6);
	memcpy(greeting + 1100, " Exim ", 6);
	ck_assert_ptr_null(server_program_name(slice_of(greeting, sizeof(greeting))));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_greeting_tells_the_program, 0, (int)(sizeof(greetings) / sizeof(greetings[0])));
	tcase_add_test(t, only_the_beginning_is_looked_at);
}
