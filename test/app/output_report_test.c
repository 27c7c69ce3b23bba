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
	output_row_fini_report(&p.report);
	buffer_fini(&p.out);
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
	struct buffer page = p.report.pages[number - 1].text;

	return page.len > 0 && memmem(page.data, page.len, text, strlen(text)) != NULL;
}

START_TEST(each_session_has_its_page_in_whatever_order_they_end)
{
	end_session(3);
	ck_assert_uint_eq(p.report.page_count, 3);
	ck_assert_uint_eq(p.report.pages[0].text.len, 0);
	end_session(1);
	ck_assert(says(1, "ession 1"));
	ck_assert_uint_eq(p.report.pages[1].text.len, 0);
	ck_assert(says(3, "ession 3"));
}
END_TEST

/* All that are open when the input ends: whoever looked for the page of each among those of the others would take
 * minutes. */
START_TEST(very_many_sessions_may_end_at_once)
{
	for (uint32_t i = 200000; i > 0; i--)
		end_session(i);
	ck_assert_uint_eq(p.report.page_count, 200000);
	ck_assert(says(77777, "ession 77777"));
}
END_TEST

static void end_mail(uint32_t number)
{
	static const struct mail mail = {.number = 1};
	static const struct record_fields fields = {.has_date = false};
	struct session s;
	struct connection v = {.session = &s};

	session_init(&s, number);
	output_row_report.output.mail(&p, &v, &mail, &fields);
	session_fini(&s);
}

/* The numbers of the sessions, and an m for each mail, in the order in which they were put out. */
static void expect_put(const char *want)
{
	char got[256] = "";
	size_t len = 0;

	buffer_append_byte(&p.out, '\0');
	for (const char *line = (char *)p.out.data; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, "Session ", 8) == 0)
			got[len++] = line[8];
		else if (strncmp(line, "  Mail 1", 8) == 0)
			got[len++] = 'm';
	}
	p.out.len--;
	ck_assert_str_eq(got, want);
}

START_TEST(what_waits_has_a_limit)
{
	static const struct record_drops none = {.kernel = 0};

	end_session(2);
	end_mail(1);
	end_mail(5);
	expect_put("");
	p.options.waiting_limit = p.report.waiting;
	end_session(3); /* beyond the limit: 2 and 3 go, the mails of 1 and 5 wait */
	expect_put("23");
	end_session(4);
	expect_put("234");
	end_mail(5);
	end_session(5);
	expect_put("2345mm");
	p.options.waiting_limit *= 4;
	end_session(6);
	end_session(1);
	expect_put("2345mm1m");
	output_row_report.finish(&p, NULL, &none);
	expect_put("2345mm1m6");
	ck_assert_uint_eq(p.report.late_count, 0);
}
END_TEST

START_TEST(without_a_limit_all_wait_for_the_end)
{
	static const struct record_drops none = {.kernel = 0};

	for (uint32_t i = 9; i > 0; i--)
		end_session(i);
	expect_put("");
	output_row_report.finish(&p, NULL, &none);
	expect_put("123456789");
}
END_TEST

/* One of ten million needs no room for the others. */
START_TEST(few_sessions_need_little_room)
{
	static const struct record_drops none = {.kernel = 0};

	p.options.has_few = true;
	end_mail(10000001);
	end_session(10000001);
	end_session(9);
	end_mail(7);
	ck_assert_uint_eq(p.report.page_cap, 0);
	ck_assert_uint_eq(p.report.late_count, 3);
	expect_put("");
	p.options.waiting_limit = p.report.waiting;
	end_session(8);
	expect_put("891m");
	ck_assert_uint_eq(p.report.late_count, 1);
	p.options.waiting_limit = 0;
	end_session(7);
	end_session(6);
	expect_put("891m");
	output_row_report.finish(&p, NULL, &none);
	expect_put("891m67m");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, each_session_has_its_page_in_whatever_order_they_end);
	tcase_add_test(t, what_waits_has_a_limit);
	tcase_add_test(t, without_a_limit_all_wait_for_the_end);
	tcase_add_test(t, few_sessions_need_little_room);
	tcase_add_test(t, very_many_sessions_may_end_at_once);
}
