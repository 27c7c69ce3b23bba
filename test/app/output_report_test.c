#include <stdlib.h>

#include "../main.h"
#include "app/output_row.h"
#include "engine/connection.h"

static struct batch_output p;

static void setup(void)
{
	p = (struct batch_output){0};
}

static void teardown(void)
{
	for (size_t i = 0; i < p.page_count; i++)
		buffer_fini(&p.pages[i]);
	free(p.pages);
}

static void end_session(uint32_t number)
{
	struct session s;
	struct connection v = {.session = &s};

	session_init(&s, number);
	s.side[SIDE_CLIENT].port = (uint16_t)number;
	output_row_report.output.session(&p, &v, (const char *const[SIDES]){NULL, NULL});
	session_fini(&s);
}

static bool says(uint32_t number, const char *text)
{
	struct buffer page = p.pages[number - 1];

	return page.len > 0 && memmem(page.data, page.len, text, strlen(text)) != NULL;
}

START_TEST(each_session_has_its_page_in_whatever_order_they_end)
{
	end_session(3);
	ck_assert_uint_eq(p.page_count, 3);
	ck_assert_uint_eq(p.pages[0].len, 0);
	end_session(1);
	ck_assert(says(1, "ession 1"));
	ck_assert_uint_eq(p.pages[1].len, 0);
	ck_assert(says(3, "ession 3"));
}
END_TEST

/* All that are open when the input ends: whoever looked for the page of each among those of the others would take
 * minutes. */
START_TEST(very_many_sessions_may_end_at_once)
{
	for (uint32_t i = 200000; i > 0; i--)
		end_session(i);
	ck_assert_uint_eq(p.page_count, 200000);
	ck_assert(says(77777, "ession 77777"));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, each_session_has_its_page_in_whatever_order_they_end);
	tcase_add_test(t, very_many_sessions_may_end_at_once);
}
