#include "proto/verb.h"

#include "../main.h"
#include "common/commands.h"

static const struct {
	enum protocol protocol;
	const char *text;
	bool certain;
} lines[] = {
	{PROTOCOL_SMTP, "MAIL FROM:<a@b>", true},
	{PROTOCOL_SMTP, "mail from:a", true},
	{PROTOCOL_SMTP, "Mail FROM:<a@b>", false},
	{PROTOCOL_SMTP, "MAIL is here", false},
	{PROTOCOL_SMTP, "RCPT TO:<a@b>", true},
	{PROTOCOL_SMTP, "DATA", true},
	{PROTOCOL_SMTP, "DATA ", true},
	{PROTOCOL_SMTP, "DATA are sent", false},
	{PROTOCOL_SMTP, "data", true},
	{PROTOCOL_SMTP, "Data", false},
	{PROTOCOL_SMTP, "HELP me", false},
	{PROTOCOL_SMTP, "HELP", true},
	{PROTOCOL_SMTP, "SEND it to him", false},
	{PROTOCOL_SMTP, "SEND FROM:<a>", true},
	{PROTOCOL_SMTP, "EHLO a", true},
	{PROTOCOL_SMTP, "EHLO a b", false},
	{PROTOCOL_SMTP, "EHLO", false},
	{PROTOCOL_SMTP, "BDAT 12 LAST", true},
	{PROTOCOL_SMTP, "BDAT 12 last", true},
	{PROTOCOL_SMTP, "BDAT 12 MORE", false},
	{PROTOCOL_SMTP, "BDAT x", false},
	{PROTOCOL_SMTP, "AUTH PLAIN", true},
	{PROTOCOL_SMTP, "AUTH PLAIN abcd", true},
	{PROTOCOL_SMTP, "AUTH PLAIN a b", false},
	{PROTOCOL_SMTP, "AUTH it's", false},
	{PROTOCOL_SMTP, "AUTH", false},
	{PROTOCOL_SMTP, "XCLIENT ADDR=1.2.3.4", true},
	{PROTOCOL_SMTP, "XCLIENT a", false},
	{PROTOCOL_SMTP, "ATRN", true},
	{PROTOCOL_SMTP, "ATRN a,b", true},
	{PROTOCOL_SMTP, " QUIT", false},
	{PROTOCOL_SMTP, "QUITX", false},
	{PROTOCOL_SMTP, "RETR 1", false},
	{PROTOCOL_SMTP, "", false},
	{PROTOCOL_POP3, "RETR 1", true},
	{PROTOCOL_POP3, "RETR one", false},
	{PROTOCOL_POP3, "TOP 1 0", true},
	{PROTOCOL_POP3, "TOP 1", false},
	{PROTOCOL_POP3, "LIST", true},
	{PROTOCOL_POP3, "LIST 2", true},
	{PROTOCOL_POP3, "LIST of things", false},
	{PROTOCOL_POP3, "PASS a b c", true},
	{PROTOCOL_POP3, "PASS", false},
	{PROTOCOL_POP3, "APOP a b", true},
	{PROTOCOL_POP3, "APOP a", false},
	{PROTOCOL_POP3, "MAIL FROM:<a>", false},
	{PROTOCOL_LMTP, "LHLO a", true},
	{PROTOCOL_LMTP, "RCPT TO:<a>", true},
};

START_TEST(test_certain)
{
	struct slice text = slice_from_text(lines[_i].text);

	ck_assert_int_eq(verb_is_certain(lines[_i].protocol, text), lines[_i].certain);
	for (size_t len = 0; lines[_i].certain && len <= text.len; len++)
		ck_assert(verb_may_become(lines[_i].protocol, slice_sub(text, 0, len)));
}
END_TEST

START_TEST(test_may_become)
{
	static uint8_t bytes[2000];

	ck_assert(verb_may_become(PROTOCOL_SMTP, slice_from_text("STARTTLS\r")));
	ck_assert(!verb_may_become(PROTOCOL_SMTP, slice_from_text("STARTTLSX")));
	ck_assert(!verb_may_become(PROTOCOL_SMTP, slice_from_text("Received: from")));
	ck_assert(!verb_may_become(PROTOCOL_SMTP, slice_from_text("X ")));
	ck_assert(!verb_may_become(PROTOCOL_SMTP, slice_from_text(" ")));
	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "NOOP ", 5);
	ck_assert(verb_may_become(PROTOCOL_SMTP, slice_of(bytes, 1000)));
	ck_assert(!verb_may_become(PROTOCOL_SMTP, slice_of(bytes, sizeof(bytes))));
}
END_TEST

START_TEST(test_read)
{
	struct verb_line line;

	verb_read(PROTOCOL_SMTP, slice_from_text("rCpT \t TO:<a@b>  X=1 \t"), &line);
	ck_assert_int_eq(line.verb, VERB_RCPT);
	ck_assert(slice_equals(line.name, slice_from_text("RCPT")));
	ck_assert(slice_equals(line.arguments, slice_from_text("TO:<a@b>  X=1")));
	ck_assert(!line.indented);
	verb_read(PROTOCOL_SMTP, slice_from_text("  xFoo bar"), &line);
	ck_assert_int_eq(line.verb, VERB_UNKNOWN);
	ck_assert(slice_equals(line.name, slice_from_text("xFoo")));
	ck_assert(slice_equals(line.arguments, slice_from_text("bar")));
	ck_assert(line.indented);
	verb_read(PROTOCOL_SMTP, slice_from_text("x-exps NTLM"), &line);
	ck_assert_int_eq(line.verb, VERB_AUTH);
	ck_assert(slice_equals(line.name, slice_from_text("X-EXPS")) && !line.glued);
	verb_read(PROTOCOL_SMTP, slice_from_text("auth=LOGIN Ym9i"), &line);
	ck_assert_int_eq(line.verb, VERB_AUTH);
	ck_assert(slice_equals(line.name, slice_from_text("AUTH")) && line.glued);
	ck_assert(slice_equals(line.arguments, slice_from_text("LOGIN Ym9i")));
	verb_read(PROTOCOL_SMTP, slice_from_text("MAIL=x"), &line);
	ck_assert_int_eq(line.verb, VERB_UNKNOWN);
	ck_assert(slice_equals(line.name, slice_from_text("MAIL=x")));
	verb_read(PROTOCOL_POP3, slice_from_text(""), &line);
	ck_assert_int_eq(line.verb, VERB_UNKNOWN);
	ck_assert_uint_eq(line.name.len + line.arguments.len, 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_certain, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_test(t, test_may_become);
	tcase_add_test(t, test_read);
}
