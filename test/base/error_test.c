#include "base/error.h"

#include <string.h>

#include "../main.h"

START_TEST(setting_an_error_is_false)
{
	struct error err;

	ck_assert(!error_set(&err, "%s: %d", "file", 5));
	ck_assert_str_eq(err.text, "file: 5");
	ck_assert(!error_set(NULL, "%s", "nobody listens"));
}
END_TEST

START_TEST(a_long_message_is_cut)
{
	struct error err;
	char text[2000];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	ck_assert(!error_set(&err, "%s", text));
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, setting_an_error_is_false);
	tcase_add_test(t, a_long_message_is_cut);
}
