#include "proto/response_code.h"

#include <check.h>
#include <stdlib.h>

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
};

START_TEST(test_vector)
{
	struct slice got = response_code_read(slice_from_text(vectors[_i].code), slice_from_text(vectors[_i].text));

	ck_assert_msg(slice_equals(got, slice_from_text(vectors[_i].response_code)), "%s", vectors[_i].text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("response_code");
	TCase *tests = tcase_create("response_code");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tests, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
