/*
 * filters: display filters for tests.
 */
#ifndef TEST_PRESENT_FILTERS_H
#define TEST_PRESENT_FILTERS_H

#include <check.h>

#include "filter/expression.h"

static inline struct expression *filter_of(const char *text)
{
	struct expression_fault fault;
	struct expression *x = expression_new(text, 0, &fault);

	ck_assert_msg(x != NULL, "%s: %s", text, fault.why.text);
	return x;
}

#endif
