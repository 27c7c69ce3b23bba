#include "proto/response_code.h"

#include "../main.h"

static const struct {
	const char *code;
	const char *text;
	const char *response_code;
} vectors[] = {
	{"-ERR", "[IN-USE] Do you have another POP session running?", "IN-USE"},
	{"-ERR", "[AUTH] PASS Invalid user name or password", "AUTH"},
	{"-ERR", "[SYS/TEMP] later", "SYS/TEMP"},
	{"-ERR", "[sys/perm]", "sys/perm"},
	{"-ERR", "[X-OF-SOMEBODY] no", "X-OF-SOMEBODY"},
	{"+OK", "[LOGIN-DELAY] welcome", "LOGIN-DELAY"},
	{"+OK", "[UTF8] ready", "UTF8"},
	{"+OK", "[mail.example.com] POP3 ready", ""},
	{"-ERR", "[two words] no", ""},
	{"-ERR", "[] no", ""},
	{"-ERR", "[", ""},
	{"-ERR", "]", ""},
	{"-ERR", "[open", ""},
	{"-ERR", "[[x]]", ""},
	{"-ERR", "no [AUTH]", ""},
	{"-ERR", "", ""},
	{"NO", "[AUTHENTICATIONFAILED] Authentication failed.", "AUTHENTICATIONFAILED"},
	{"OK", "[CAPABILITY IMAP4rev1 SASL-IR] Logged in", "CAPABILITY"},
	{"OK", "[APPENDUID 1 5:7] done", "APPENDUID"},
	{"BAD", "[badcharset ({5} a)] no", "badcharset"},
	{"BYE", "[]", ""},
	{"OK", "[ x] no", ""},
	{"OK", "[READ-WRITE", ""},
	{"NO", "x [ALERT]", ""},
	{"EXISTS", "[ALERT]", ""},
};

START_TEST(test_vector)
{
	struct slice got = response_code_read(slice_from_text(vectors[_i].code), slice_from_text(vectors[_i].text));

	ck_assert_msg(slice_equals(got, slice_from_text(vectors[_i].response_code)), "%s", vectors[_i].text);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
}
