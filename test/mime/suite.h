/* suite: runs the one test case of a test program. */
#ifndef TEST_MIME_SUITE_H
#define TEST_MIME_SUITE_H

#include <check.h>
#include <stdlib.h>

/* The exit status of the program. */
static int suite_run(const char *name, TCase *tests)
{
	Suite *suite = suite_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
