/* main: the one `main` of all unit tests. A test program lists its tests; test/main.c runs them. */
#ifndef TEST_MAIN_H
#define TEST_MAIN_H

#include <check.h>

/*
 * Each test program defines it: adds its tests to the test case, which allows a test 60 seconds. The clock shows UTC,
 * and a write beyond the limit of a file's size fails rather than kills.
 */
void list_tests(TCase *);

#endif
