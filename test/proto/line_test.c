#include "proto/line.h"

#include "../main.h"
#include "proto/dialogue.h"

static const struct {
	const char *in;
	const char *text; /* NULL: not whole */
	size_t len;
	bool bare_lf;
} vectors[] = {
	{"", NULL, 0, false},
	{"QUIT", NULL, 0, false},
	{"QUIT\r", NULL, 0, false},
	{"QUIT\r\n", "QUIT", 6, false},
	{"QUIT\r\nX\r\n", "QUIT", 6, false},
	{"QUIT\n", "QUIT", 5, true},
	{"\r\n", "", 2, false},
	{"\n", "", 1, true},
	{"a\rb\r\n", "a\rb", 5, false},
	{"a\r\r\n", "a\r", 4, false},
};

START_TEST(test_vector)
{
	struct line line;
	bool whole = line_split(slice_from_text(vectors[_i].in), 1000, &line);

	ck_assert_int_eq(whole, vectors[_i].text != NULL);
	if (!whole)
		return;
	ck_assert(slice_equals(line.text, slice_from_text(vectors[_i].text)));
	ck_assert_uint_eq(line.begin, 1000);
	ck_assert_uint_eq(line.end, 1000 + vectors[_i].len);
	ck_assert_int_eq(line.bare_lf, vectors[_i].bare_lf);
	ck_assert(!line.overlong && !line.truncated);
}
END_TEST

START_TEST(test_limit)
{
	static uint8_t bytes[DIALOGUE_LINE_MAX + 10];
	struct line line;
	bool whole;

	memset(bytes, 'x', sizeof(bytes));
	ck_assert(!line_split(slice_of(bytes, DIALOGUE_LINE_MAX - 1), 0, &line));
	ck_assert(line_split(slice_of(bytes, sizeof(bytes)), 0, &line));
	ck_assert(line.overlong);
	ck_assert_uint_eq(line.end, DIALOGUE_LINE_MAX);
	ck_assert_uint_eq(line.text.len, DIALOGUE_LINE_MAX);
	bytes[DIALOGUE_LINE_MAX - 1] = '\n';
	ck_assert(line_split(slice_of(bytes, sizeof(bytes)), 0, &line));
	ck_assert(!line.overlong && line.bare_lf);
	ck_assert_uint_eq(line_rest(slice_of(bytes, sizeof(bytes)), &whole), DIALOGUE_LINE_MAX);
	ck_assert(whole);
	ck_assert_uint_eq(line_rest(slice_of(bytes, 10), &whole), 10);
	ck_assert(!whole);
}
END_TEST

START_TEST(test_cut)
{
	struct line line = line_cut(slice_from_text("MAIL"), 5);

	ck_assert(line.truncated);
	ck_assert_uint_eq(line.begin, 5);
	ck_assert_uint_eq(line.end, 9);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, test_limit);
	tcase_add_test(t, test_cut);
}
