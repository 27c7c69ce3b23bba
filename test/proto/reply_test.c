#include "proto/reply.h"

#include "../main.h"

static const struct {
	const char *line;
	const char *code; /* NULL: no reply */
	const char *enhanced;
	const char *text;
	bool last;
	bool loose;
} smtp[] =
	{
		{"250 ok", "250", "", "ok", true, false},
		{"250-ok", "250", "", "ok", false, false},
		{"250", "250", "", "", true, false},
		{"250 ", "250", "", "", true, false},
		{"250-", "250", "", "", false, false},
		{"250ok", "250", "", "ok", true, true},
		{"250\tok", "250", "", "ok", true, true},
		{"550 5.1.1 no", "550", "5.1.1", "5.1.1 no", true, false},
		{"550-5.7.26 no", "550", "5.7.26", "5.7.26 no", false, false},
		{"550 5.1.1", "550", "5.1.1", "5.1.1", true, false},
		{"550 5.123.456 x", "550", "5.123.456", "5.123.456 x", true, false},
		{"550 5.1.1x", "550", "", "5.1.1x", true, false},
		{"550 5.1", "550", "", "5.1", true, false},
		{"550 5.1.", "550", "", "5.1.", true, false},
		{"550 5..1", "550", "", "5..1", true, false},
		{"550 5.1.1234", "550", "", "5.1.1234", true, false},
		{"550 3.1.1 x", "550", "", "3.1.1 x", true, false},
		{"220 4.3.2.1 x", "220", "", "4.3.2.1 x", true, false},
		{"354 2.0.0 go", "354", "", "2.0.0 go", true, false},
		{"2500 ok", NULL, NULL, NULL, false, false},
		{"25 ok", NULL, NULL, NULL, false, false},
		{"150 ok", NULL, NULL, NULL, false, false},
		{"650 ok", NULL, NULL, NULL, false, false},
		{"x50 ok", NULL, NULL, NULL, false, false},
		{"", NULL, NULL, NULL, false, false},
},
  pop3[] = {
	  {"+OK", "+OK", "", "", true, false},	     {"+OK 2 320", "+OK", "", "2 320", true, false},
	  {"+ok x", "+OK", "", "x", true, true},     {"-ERR [IN-USE] no", "-ERR", "", "[IN-USE] no", true, false},
	  {"-err", "-ERR", "", "", true, true},	     {"+ cGFzcw==", "+", "", "cGFzcw==", true, false},
	  {"+", "+", "", "", true, false},	     {"+ ", "+", "", "", true, false},
	  {"+OKAY", NULL, NULL, NULL, false, false}, {"-ERROR", NULL, NULL, NULL, false, false},
	  {"+O", NULL, NULL, NULL, false, false},    {"", NULL, NULL, NULL, false, false},
	  {" +OK", NULL, NULL, NULL, false, false},
};

START_TEST(test_smtp)
{
	struct reply reply;

	ck_assert_int_eq(reply_read_smtp(slice_from_text(smtp[_i].line), &reply), smtp[_i].code != NULL);
	if (!smtp[_i].code)
		return;
	ck_assert(slice_equals(reply.code, slice_from_text(smtp[_i].code)));
	ck_assert(slice_equals(reply.enhanced, slice_from_text(smtp[_i].enhanced)));
	ck_assert(slice_equals(reply.text, slice_from_text(smtp[_i].text)));
	ck_assert_int_eq(reply.last, smtp[_i].last);
	ck_assert_int_eq(reply.loose, smtp[_i].loose);
}
END_TEST

START_TEST(test_pop3)
{
	struct reply reply;

	ck_assert_int_eq(reply_read_pop3(slice_from_text(pop3[_i].line), &reply), pop3[_i].code != NULL);
	if (!pop3[_i].code)
		return;
	ck_assert(slice_equals(reply.code, slice_from_text(pop3[_i].code)));
	ck_assert_uint_eq(reply.enhanced.len, 0);
	ck_assert(slice_equals(reply.text, slice_from_text(pop3[_i].text)));
	ck_assert(reply.last);
	ck_assert_int_eq(reply.loose, pop3[_i].loose);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_smtp, 0, sizeof(smtp) / sizeof(smtp[0]));
	tcase_add_loop_test(t, test_pop3, 0, sizeof(pop3) / sizeof(pop3[0]));
}
