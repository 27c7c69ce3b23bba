#include "main.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The name of a program without its folder and without "_test". */
static void name_suite(const char *program, char name[static 64])
{
	const char *slash = strrchr(program, '/');
	char *end;

	snprintf(name, 64, "%s", slash ? slash + 1 : program);
	end = strstr(name, "_test");
	if (end)
		*end = '\0';
}

static void set_environment(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
	signal(SIGXFSZ, SIG_IGN);
}

int main(int argc, char **argv)
{
	char name[64];
	Suite *suite;
	TCase *tests;
	SRunner *runner;
	int failed;

	name_suite(argc > 0 ? argv[0] : "", name);
	set_environment();
	suite = suite_create(name);
	tests = tcase_create(name);
	tcase_set_timeout(tests, 60);
	list_tests(tests);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
