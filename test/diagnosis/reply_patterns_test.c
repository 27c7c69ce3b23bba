/*
 * The file of wordings: its rows, what is wrong with others, which row counts; and the built-in file itself.
 */
#include "diagnosis/reply_patterns.h"

#include <stdio.h>

#include "../main.h"

static struct reply_patterns *w;

static void setup(void)
{
	w = reply_patterns_new();
}

static void teardown(void)
{
	reply_patterns_free(w);
}

static const struct reply_pattern *find(const char *code, const char *text)
{
	struct reply r = {
		.code_len = (uint8_t)strlen(code), .text = (const uint8_t *)text, .text_len = (uint32_t)strlen(text)};

	memcpy(r.code, code, strlen(code));
	return reply_patterns_find(w, &r);
}

static const struct {
	const char *code;
	const char *text;
	enum rule rule; /* RULES: none */
} replies[] = {
	{"550", "5.7.26 Unauthenticated email from example.com is not accepted", RULE_S27},
	{"534", "5.7.9 Application-specific password required", RULE_A05},
	{"550", "5.7.1 Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.org", RULE_S18},
	{"554", "5.7.1 Service unavailable; blocked using ZEN.SPAMHAUS.ORG", RULE_S18},
	{"450", "blocked using zen.spamhaus.org", RULES}, /* another code */
	{"504", "5.5.2 <pc>: Helo command rejected: need fully-qualified hostname", RULE_S09},
	{"554", "DT:SPM 163 smtp2", RULE_S18},
	{"-ERR", "[IN-USE] Mailbox is locked by another session", RULE_P02},
	{"550", "5.1.1 <bob@example.com>: no such user", RULES},
	{"250", "ok", RULES},
	{"554", "Bad DNS PTR resource record.", RULE_S27},
	{"550", "listed at b.barracudacentral.org", RULE_S18},
	{"550", "<spamhaus@example.com>: unknown", RULES}, /* an address tells nothing */
	{"550", "5.7.60 no", RULE_S16},
	{"550", "5.7.601 no", RULES},
	{"550", "15.7.60 no", RULES},
	{"NO", "SELECT Unsafe Login. Please contact kefu@188.com for help", RULE_I02},
	{"NO", "[ALERT] Too many simultaneous connections. (Failure)", RULE_I08},
	{"BAD", "User is authenticated but not connected.", RULE_I02},
	{"NO", "[NONEXISTENT] Unknown Mailbox", RULES},
};

START_TEST(the_built_in_file_knows_it)
{
	const struct reply_pattern *row = find(replies[_i].code, replies[_i].text);

	if (replies[_i].rule == RULES) {
		ck_assert_ptr_null(row);
		return;
	}
	ck_assert_ptr_nonnull(row);
	ck_assert_int_eq(row->rule, replies[_i].rule);
	ck_assert_uint_gt(row->meaning.len, 20);
}
END_TEST

START_TEST(the_users_rows_come_first_and_in_their_order)
{
	size_t built_in = reply_patterns_count(w);
	struct error err;

	ck_assert(reply_patterns_add(
		w, slice_from_text("# mine\n\nS26|5|zen.spamhaus|ours\r\n S19 |  | zen | later \n"), &err));
	ck_assert_uint_eq(reply_patterns_count(w), built_in + 2);
	ck_assert_int_eq(find("550", "blocked by zen.spamhaus.org")->rule, RULE_S26);
	ck_assert(slice_equals_nocase(find("450", "zen garden")->meaning, "later"));
}
END_TEST

static const struct {
	const char *text;
	const char *error;
} faults[] = {
	{"S18 | 5 | x\n", "line 1: a row has four parts: rule | code | words | meaning"},
	{"\n# x\nS99 | 5 | x | y\n", "line 3: there is no rule S99"},
	{"S18 | 5 |  | y", "line 1: there are no words to look for"},
};

START_TEST(a_fault_is_named_with_its_line)
{
	struct error err;

	ck_assert(!reply_patterns_add(w, slice_from_text(faults[_i].text), &err));
	ck_assert_str_eq(err.text, faults[_i].error);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_told)
{
	struct error err;

	ck_assert(!reply_patterns_add_file(w, "/nonexistent/wordings", &err));
	ck_assert_str_eq(err.text, "/nonexistent/wordings cannot be read: No such file or directory");
	ck_assert(!reply_patterns_add_file(w, "/", &err));
}
END_TEST

START_TEST(without_any_nothing_is_found)
{
	struct reply r = {.code = "550", .code_len = 3};

	ck_assert_ptr_null(reply_patterns_find(NULL, &r));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, the_built_in_file_knows_it, 0, sizeof(replies) / sizeof(replies[0]));
	tcase_add_test(t, the_users_rows_come_first_and_in_their_order);
	tcase_add_loop_test(t, a_fault_is_named_with_its_line, 0, sizeof(faults) / sizeof(faults[0]));
	tcase_add_test(t, a_file_that_is_not_there_is_told);
	tcase_add_test(t, without_any_nothing_is_found);
}
