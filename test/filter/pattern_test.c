/*
 * What users look for: texts and regular expressions, and where they stand.
 */
#include "filter/pattern.h"

#include <stdio.h>

#include "../main.h"

struct place {
	const char *pattern;
	const char *text;
	const char *marked; /* the text with brackets round what matches */
};

static const struct place places[] = {
	{"ok", "250 OK queued, ok", "250 [OK] queued, [ok]"},
	{"aa", "aaaaa", "[aa][aa]a"},
	{"a.b*", "a.b* axb", "[a.b*] axb"},
	{"/a.b*/", "a.b* axb", "[a.b]* [axb]"},
	{"/[0-9]+/", "550 5.1.1", "[550] [5].[1].[1]"},
	{"/x*/", "axxb", "a[xx]b"}, /* not where it is empty */
	{"/", "a/b/", "a[/]b[/]"},
	{"//", "a//b", "a[//]b"},
	{"/a", "b/A", "b[/A]"},
	{"\xe4\xb8\xad", "\xe5\x9c\xa8\xe4\xb8\xad\xe4\xb8\xad", "\xe5\x9c\xa8[\xe4\xb8\xad][\xe4\xb8\xad]"},
	{"\xc3\xa4", "\xc3\x84rger", "[\xc3\x84]rger"},
	{"/^\\d{3}$/", "550", "[550]"},
	{"b", "", ""},
};

START_TEST(matches_are_marked)
{
	const struct place *place = &places[_i];
	struct error why;
	struct pattern *p = pattern_from_text(place->pattern, &why);
	size_t begin = 0;
	size_t end = 0;
	size_t done = 0;
	char out[128] = "";

	ck_assert_ptr_nonnull(p);
	while (pattern_next(p, place->text, end, &begin, &end)) {
		snprintf(out + strlen(out), sizeof(out) - strlen(out), "%.*s[%.*s]", (int)(begin - done),
			 place->text + done, (int)(end - begin), place->text + begin);
		done = end;
	}
	snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s", place->text + done);
	ck_assert_str_eq(out, place->marked);
	ck_assert(pattern_finds_text(p, place->text) == (done > 0));
	pattern_free(p);
}
END_TEST

START_TEST(what_is_wrong_is_said)
{
	struct error why = {.text = ""};

	ck_assert_ptr_null(pattern_from_text("/a(/", &why));
	ck_assert_str_ne(why.text, "");
	ck_assert_ptr_null(strstr(why.text, "LIMIT"));
	ck_assert_ptr_null(pattern_from_text("\xff", &why));
}
END_TEST

/* A pattern that would never end gives up. */
START_TEST(a_pattern_costs_what_it_may)
{
	struct error why;
	struct pattern *p = pattern_from_text("/(a+)+b/", &why);
	char text[201] = "";
	size_t begin;
	size_t end;

	memset(text, 'a', sizeof(text) - 1);
	ck_assert(!pattern_next(p, text, 0, &begin, &end));
	pattern_free(p);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, matches_are_marked, 0, sizeof(places) / sizeof(places[0]));
	tcase_add_test(t, what_is_wrong_is_said);
	tcase_add_test(t, a_pattern_costs_what_it_may);
}
