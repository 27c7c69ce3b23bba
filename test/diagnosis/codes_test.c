#include "diagnosis/codes.h"

#include "../main.h"

static const struct {
	const char *code;
	const char *enhanced;
	const char *text;
	const char *meaning; /* its beginning; NULL: none */
} replies[] = {
	{"550", "5.1.1", "5.1.1 no", "there is no such mailbox"},
	{"450", "4.2.2", "4.2.2 full", "the mailbox is full"},
	{"550", "", "no", "not done: the mailbox"},
	{"250", "2.0.0", "2.0.0 ok", "nothing more precise"},
	{"550", "5.9.9", "5.9.9 no", "not done: the mailbox"}, /* a code that nobody has registered */
	{"299", "", "x", NULL},
	{"-ERR", "", "[SYS/TEMP] later", "a passing problem"},
	{"-ERR", "", " [in-use] locked", "another session"},
	{"-ERR", "", "[WHAT] x", NULL},
	{"+OK", "", "fine", NULL},
};

START_TEST(test_explain)
{
	struct reply r = {.code_len = (uint8_t)strlen(replies[_i].code),
			  .enhanced_len = (uint8_t)strlen(replies[_i].enhanced),
			  .text = (const uint8_t *)replies[_i].text,
			  .text_len = (uint32_t)strlen(replies[_i].text)};
	const char *meaning;

	memcpy(r.code, replies[_i].code, r.code_len);
	memcpy(r.enhanced, replies[_i].enhanced, r.enhanced_len);
	meaning = codes_explain(&r);
	if (replies[_i].meaning == NULL)
		ck_assert_ptr_null(meaning);
	else
		ck_assert_msg(meaning != NULL &&
				      strncmp(meaning, replies[_i].meaning, strlen(replies[_i].meaning)) == 0,
			      "%s", meaning);
}
END_TEST

/* Every code that the catalogue names has its sentence, once. */
START_TEST(test_table)
{
	static const char *const needed[] = {"x.1.10",	      "x.2.3",	    "x.3.5", "x.4.7", "x.5.6", "x.6.7",
					     "x.7.13",	      "x.7.26",	    "421",   "432",   "454",   "521",
					     "530",	      "534",	    "535",   "538",   "555",   "556",
					     "[LOGIN-DELAY]", "[SYS/PERM]", "[UTF8]"};
	const char *code;
	const char *meaning;
	const char *other;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		bool found = false;

		for (size_t n = 0; codes_row(n, &code, &meaning); n++)
			found = found || strcmp(code, needed[i]) == 0;
		ck_assert_msg(found, "%s", needed[i]);
	}
	for (size_t n = 0; codes_row(n, &code, &meaning); n++) {
		ck_assert_uint_gt(strlen(meaning), 3);
		for (size_t m = n + 1; codes_row(m, &other, &meaning); m++)
			ck_assert_str_ne(code, other);
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_explain, 0, sizeof(replies) / sizeof(replies[0]));
	tcase_add_test(t, test_table);
}
