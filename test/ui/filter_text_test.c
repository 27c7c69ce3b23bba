#include "ui/filter_text.h"

#include <stdio.h>
#include <string.h>

#include "../main.h"

static const struct {
	const char *text;
	const char *term;
	const char *with;    /* NULL: it is there already */
	const char *without; /* NULL: it is not there */
} rows[] = {
	{"", "failed", "failed", NULL},
	{"failed", "failed", NULL, ""},
	{"not failed", "failed", "not failed and failed", NULL},
	{"port 25", "failed", "port 25 and failed", NULL},
	{"port 25 and failed", "failed", NULL, "port 25"},
	{"port 25 failed from:a", "failed", NULL, "port 25 from:a"},
	{"failed and port 25", "failed", NULL, "port 25"},
	{"a or b", "failed", "(a or b) and failed", NULL},
	{"(a or b) and failed", "failed", NULL, "a or b"},
	{"(a or b) and (c or d) and failed", "failed", NULL, "(a or b) and (c or d)"},
	{"failed or a", "failed", "(failed or a) and failed", NULL},
	{"(failed)", "failed", "(failed) and failed", NULL},
	{"host 10.0.0.5", "host 10.0.0.5", NULL, ""},
	{"host 10.0.0.55", "host 10.0.0.5", "host 10.0.0.55 and host 10.0.0.5", NULL},
	{"HOST 10.0.0.5 and Failed", "host 10.0.0.5", NULL, "Failed"},
	{"not health and port 25", "not health", NULL, "port 25"},
	{"port 25 and not health", "not health", NULL, "port 25"},
	{"subject:\"failed x\"", "failed", "subject:\"failed x\" and failed", NULL},
	{"  port 25  ", "failed", "port 25 and failed", NULL},
};

START_TEST(a_word_is_added_and_taken_away)
{
	char text[EDIT_SIZE];

	snprintf(text, sizeof(text), "%s", rows[_i].text);
	ck_assert_int_eq(filter_text_has(text, rows[_i].term), rows[_i].without != NULL);
	ck_assert_int_eq(filter_text_add(text, rows[_i].term), rows[_i].with != NULL);
	ck_assert_str_eq(text, rows[_i].with != NULL ? rows[_i].with : rows[_i].text);
	snprintf(text, sizeof(text), "%s", rows[_i].text);
	ck_assert_int_eq(filter_text_remove(text, rows[_i].term), rows[_i].without != NULL);
	ck_assert_str_eq(text, rows[_i].without != NULL ? rows[_i].without : rows[_i].text);
}
END_TEST

START_TEST(words_take_turns)
{
	char text[EDIT_SIZE] = "failed";

	ck_assert(filter_text_cycle(text, "host a", "host b"));
	ck_assert_str_eq(text, "failed and host a");
	ck_assert(filter_text_cycle(text, "host a", "host b"));
	ck_assert_str_eq(text, "failed and host b");
	ck_assert(filter_text_cycle(text, "host a", "host b"));
	ck_assert_str_eq(text, "failed");
	ck_assert(filter_text_cycle(text, "failed", "failed"));
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(what_does_not_fit_is_not_added)
{
	char text[EDIT_SIZE];

	memset(text, 'x', EDIT_SIZE - 12);
	text[EDIT_SIZE - 12] = '\0';
	ck_assert(filter_text_add(text, "failed"));
	ck_assert_uint_eq(strlen(text), EDIT_SIZE - 1);
	ck_assert(!filter_text_add(text, "port 1"));
	ck_assert_uint_eq(strlen(text), EDIT_SIZE - 1);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_word_is_added_and_taken_away, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(t, words_take_turns);
	tcase_add_test(t, what_does_not_fit_is_not_added);
}
