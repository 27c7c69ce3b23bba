#include "mail/mask.h"

#include "../main.h"
#include "play.h"

#define HELLO "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n"

/* A command of a script, as it may be shown. */
static const struct {
	enum protocol protocol;
	const char *script;
	uint32_t index;
	const char *shown;
	const char *lines; /* of a login's exchange: s secret, - not */
} vectors[] = {
	{PROTOCOL_SMTP, HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\n", 2, "FROM:<a@b>", ""},
	{PROTOCOL_SMTP, HELLO "C: AUTH PLAIN AGJvYgBzZWNyZXQ=\nS: 235 ok\n", 2, "PLAIN ********", "s"},
	{PROTOCOL_SMTP, HELLO "C: AUTH PLAIN\nS: 334 \nC: AGJvYgBzZWNyZXQ=\nS: 235 ok\n", 2, "PLAIN", "-s"},
	{PROTOCOL_SMTP,
	 HELLO "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: Ym9i\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 ok\n", 2, "LOGIN",
	 "---s"},
	{PROTOCOL_SMTP, HELLO "C: AUTH\tPLAIN \tAGJvYgBzZWNyZXQ=\nS: 235 ok\n", 2, "PLAIN \t********", "s"},
	{PROTOCOL_SMTP, HELLO "C: AUTH PLAIN\tAGJvYgBzZWNyZXQ=\nS: 235 ok\n", 2, "PLAIN\t********", "s"},
	{PROTOCOL_SMTP, HELLO "C: AUTH LOGIN Ym9i\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 ok\n", 2, "LOGIN Ym9i",
	 "--s"},
	{PROTOCOL_SMTP, HELLO "C: AUTH LOGIN Ym9i c2VjcmV0\nS: 235 ok\n", 2, "LOGIN ********", "s"},
	{PROTOCOL_SMTP, HELLO "C: AUTH EXTERNAL YUBi\nS: 235 ok\n", 2, "EXTERNAL YUBi", "-"},
	{PROTOCOL_SMTP, HELLO "C: AUTH LOGIN\nS: 504 no\nC: Ym9i\nS: 500 what\n", 3, "********", ""},
	{PROTOCOL_POP3, "S: +OK\nC: USER bob\nS: +OK\n", 1, "bob", ""},
	{PROTOCOL_POP3, "S: +OK <1@x>\nC: apop\tbob\t0123456789abcdef\nS: +OK\n", 1, "bob\t********", ""},
	{PROTOCOL_POP3, "S: +OK\nC: USER bob\nS: +OK\nC: PASS secret\nS: +OK\n", 2, "********", ""},
	{PROTOCOL_POP3, "S: +OK\nC: USER bob\nS: +OK\nC: PASS two words\nS: +OK\n", 2, "********", ""},
	{PROTOCOL_POP3, "S: +OK <1@x>\nC: APOP bob 0123456789abcdef\nS: +OK\n", 1, "bob ********", ""},
	{PROTOCOL_POP3, "S: +OK\nC: AUTH PLAIN AGJvYgBzZWNyZXQ=\nS: +OK\n", 1, "PLAIN ********", "s"},
	{PROTOCOL_IMAP, "S: * OK\nC: LOGIN joe secret\nS: * BAD no\n", 1, "********", ""},
	{PROTOCOL_IMAP, "S: * OK\nC: AUTHENTICATE PLAIN AGJvYgBzZWNyZXQ=\nS: * BAD no\n", 1, "********", ""},
	{PROTOCOL_IMAP, "S: * OK\nC: a XLOGIN joe secret\nS: a BAD no\n", 1, "********", ""},
	{PROTOCOL_IMAP, "S: * OK\nC: a XLIST joe secret\nS: a BAD no\n", 1, "joe secret", ""},
};

static const struct session_line *line_of(const struct command *c, size_t number)
{
	const struct session_line *line = c->extra->lines;

	while (number-- > 0)
		line = line->next;
	return line;
}

static void expect_arguments(const struct command *c, bool show, const char *expected)
{
	struct buffer out = {0};

	mask_arguments(c, show, &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, expected);
	buffer_fini(&out);
}

START_TEST(secrets_are_masked_unless_they_are_asked_for)
{
	struct player p;
	const struct command *c;
	char *plain;

	play_begin(&p, vectors[_i].protocol, false);
	play_script(&p, vectors[_i].script, true);
	c = session_command(p.session, vectors[_i].index);
	expect_arguments(c, false, vectors[_i].shown);
	plain = strndup(c->arguments_len > 0 ? (const char *)c->arguments : "", c->arguments_len);
	expect_arguments(c, true, plain);
	free(plain);
	for (size_t i = 0; i < strlen(vectors[_i].lines); i++)
		ck_assert_int_eq(line_of(c, i)->secret, vectors[_i].lines[i] == 's');
	play_end(&p);
}
END_TEST

START_TEST(lines_of_a_listing_are_no_secrets)
{
	struct player p;

	play_begin(&p, PROTOCOL_POP3, false);
	play_script(&p, "S: +OK\nC: LIST\nS: +OK\nS: 1 2\nS: .\n", true);
	ck_assert(!line_of(session_command(p.session, 1), 0)->secret);
	play_end(&p);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, secrets_are_masked_unless_they_are_asked_for, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, lines_of_a_listing_are_no_secrets);
}
