#include "proto/parameter.h"

#include "../main.h"

/* What is read, as "KEYWORD" or "KEYWORD=value", blanks between. */
static const struct {
	const char *verb;
	const char *arguments;
	const char *said;
} vectors[] = {
	{"MAIL", "FROM:<a@b>", ""},
	{"MAIL", "FROM:<a@b> SIZE=1000 body=8BITMIME smtputf8", "SIZE=1000 BODY=8BITMIME SMTPUTF8"},
	{"MAIL", "FROM:<a@b>\t RET=HDRS   ENVID=QQ+2B314+3d159 ", "RET=HDRS ENVID=QQ+314=159"},
	{"MAIL", "FROM:<> AUTH=<> REQUIRETLS MT-PRIORITY=-3 BY=120;R HOLDFOR=60",
	 "AUTH=<> REQUIRETLS MT-PRIORITY=-3 "
	 "BY=120;R HOLDFOR=60"},
	{"MAIL", "FROM:<a@b> AUTH=e+3Dmc2@example.com", "AUTH=e=mc2@example.com"},
	{"MAIL", "FROM:<a@b> HOLDUNTIL=2026-01-01T00:00:00+01:00", "HOLDUNTIL=2026-01-01T00:00:00+01:00"},
	{"MAIL", "FROM:a@b SIZE=1", "SIZE=1"},
	{"MAIL", "FROM:<a@b>SIZE=1", "SIZE=1"},
	{"MAIL", "FROM:<\"x y>\"@b> SIZE=1", "SIZE=1"},
	{"RCPT", "TO:<a@b> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+40x+zz+2",
	 "NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob@x+zz+2"},
	{"RCPT", "TO:<a@b> =x = A=", "=x = A="},
	{"SAML", "FROM:<a@b> SIZE=1", "SIZE=1"},
	{"XCLIENT", "NAME=spike.example ADDR=168.100.189.2", "NAME=spike.example ADDR=168.100.189.2"},
	{"XFORWARD", "NAME=a+20b HELO=[UNAVAILABLE]", "NAME=a b HELO=[UNAVAILABLE]"},
	{"EHLO", "me SIZE=1", ""},
	{"NOOP", "FROM:<a@b> SIZE=1", ""},
	{"MAIL", "nonsense", ""},
};

START_TEST(test_vector)
{
	struct slice verb = slice_from_text(vectors[_i].verb);
	struct slice rest = parameter_find(verb, slice_from_text(vectors[_i].arguments));
	struct parameter p;
	struct buffer said = {.limit = 0};

	while (parameter_next(verb, &rest, &p)) {
		if (said.len > 0)
			buffer_append_byte(&said, ' ');
		parameter_append_keyword(&p, &said);
		if (p.has_value)
			buffer_append_byte(&said, '=');
		parameter_append_value(&p, &said);
	}
	buffer_append_byte(&said, '\0');
	ck_assert_str_eq((const char *)said.data, vectors[_i].said);
	buffer_fini(&said);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
}
