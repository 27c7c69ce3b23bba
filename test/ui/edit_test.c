#include "ui/edit.h"

#include "../main.h"
#include "fixture.h"

/* Types a text whose characters are keys; '^' and a letter is that letter with Ctrl, '<' and '>' are the arrows. */
static void type(struct edit *e, const struct edit_history *history, const char *keys)
{
	struct slice s = slice_from_text(keys);
	size_t used = 1;

	for (; s.len > 0; s = slice_after(s, used)) {
		used = 1;
		if (s.data[0] == '^') {
			edit_key(e, history, INPUT_CONTROL(s.data[1]));
			used = 2;
		} else if (s.data[0] == '<' || s.data[0] == '>') {
			edit_key(e, history, s.data[0] == '<' ? INPUT_LEFT : INPUT_RIGHT);
		} else if (s.data[0] == '#') {
			edit_key(e, history, INPUT_BACKSPACE);
		} else if (s.data[0] == '%') {
			edit_key(e, history, INPUT_DELETE);
		} else if (s.data[0] == '+' || s.data[0] == '-') {
			edit_key(e, history, s.data[0] == '+' ? INPUT_UP : INPUT_DOWN);
		} else if (s.data[0] >= 0x80) {
			edit_key(e, history, 0x6d4b);
			used = 3;
		} else {
			edit_key(e, history, s.data[0]);
		}
	}
}

static const struct {
	const char *keys;
	const char *text;
	size_t cursor;
} vectors[] = {
	{"host 10.0.0.5", "host 10.0.0.5", 13},
	{"abc<<X", "aXbc", 2},
	{"abc^aX", "Xabc", 1},
	{"abc^a^eX", "abcX", 4},
	{"abc#", "ab", 2},
	{"abc<%", "ab", 2},
	{"#", "", 0},
	{"%", "", 0},
	{"<<<>>>", "", 0},
	{"a测b<#", "ab", 1},
	{"a测<%", "a", 1},
	{"测测<#", "测", 0},
	{"测<测", "测测", 3},
	{"host a and port 25^w", "host a and port ", 16},
	{"one two  ^w", "one ", 4},
	{"one two^u", "", 0},
	{"one two<<<^u", "two", 0},
	{"one two<<<^k", "one ", 4},
	{"abc^a^k", "", 0},
	{"abc^a^d", "bc", 0},
};

START_TEST(test_keys)
{
	struct edit e = {.len = 0};

	type(&e, NULL, vectors[_i].keys);
	ck_assert_str_eq(e.text, vectors[_i].text);
	ck_assert_uint_eq(e.cursor, vectors[_i].cursor);
	ck_assert_uint_eq(e.len, strlen(vectors[_i].text));
}
END_TEST

START_TEST(test_foreign_keys)
{
	struct edit e = {.len = 0};

	ck_assert(!edit_key(&e, NULL, INPUT_ENTER));
	ck_assert(!edit_key(&e, NULL, INPUT_ESCAPE));
	ck_assert(!edit_key(&e, NULL, INPUT_TAB));
	ck_assert(!edit_key(&e, NULL, INPUT_UP));
	ck_assert(!edit_key(&e, NULL, INPUT_F1));
	ck_assert(!edit_key(&e, NULL, 0x202e)); /* nothing invisible */
	ck_assert_uint_eq(e.len, 0);
}
END_TEST

START_TEST(test_full)
{
	struct edit e = {.len = 0};
	char long_text[2 * EDIT_SIZE];

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	for (int i = 0; i < 2 * EDIT_SIZE; i++)
		edit_key(&e, NULL, 0x6d4b);
	ck_assert_uint_eq(e.len, EDIT_SIZE / 3 * 3);
	ck_assert_uint_eq(strlen(e.text), e.len);
	edit_set(&e, long_text);
	ck_assert_uint_eq(e.len, EDIT_SIZE - 1);
	edit_insert(&e, "more");
	ck_assert_uint_eq(e.len, EDIT_SIZE - 1);
	edit_set(&e, "");
	edit_insert(&e, long_text);
	ck_assert_uint_eq(e.len, EDIT_SIZE - 1);
}
END_TEST

START_TEST(test_history)
{
	struct edit_history history = {.count = 0};
	struct edit e = {.len = 0};

	edit_remember(&history, "");
	ck_assert_uint_eq(history.count, 0);
	edit_remember(&history, "first");
	edit_remember(&history, "second");
	edit_remember(&history, "second");
	ck_assert_uint_eq(history.count, 2);
	type(&e, &history, "+");
	ck_assert_str_eq(e.text, "second");
	type(&e, &history, "+");
	ck_assert_str_eq(e.text, "first");
	type(&e, &history, "+"); /* there is none before it */
	ck_assert_str_eq(e.text, "first");
	type(&e, &history, "-");
	ck_assert_str_eq(e.text, "second");
	type(&e, &history, "--");
	ck_assert_str_eq(e.text, "");
	for (int i = 0; i < 2 * EDIT_HISTORY_LINES; i++)
		edit_remember(&history, i % 2 ? "odd" : "even");
	ck_assert_uint_eq(history.count, EDIT_HISTORY_LINES);
	ck_assert_str_eq(history.lines[0], "odd");
}
END_TEST

/* However long the text, the cursor is inside the field. */
START_TEST(test_draw)
{
	struct grid g = {0};
	struct edit e = {.len = 0};
	struct buffer out = {0};

	grid_reset(&g, 12, 1);
	edit_set(&e, "测测测测测测测测测");
	edit_draw(&e, &g, 2, 0, 10, true);
	ck_assert_int_eq(g.cursor_row, 0);
	ck_assert_int_ge(g.cursor_column, 2);
	ck_assert_int_lt(g.cursor_column, 12);
	e.cursor = 0;
	edit_draw(&e, &g, 2, 0, 10, true);
	ck_assert_int_eq(g.cursor_column, 2);
	edit_set(&e, "0123456789abcdef");
	edit_draw(&e, &g, 2, 0, 10, true);
	grid_text(&g, &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, "  89abcdef\n");
	ck_assert_int_eq(g.cursor_column, 10);
	buffer_fini(&out);
	grid_reset(&g, 12, 1);
	edit_draw(&e, &g, 2, 0, 10, false);
	ck_assert_int_eq(g.cursor_row, -1);
	grid_fini(&g);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_keys, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, test_foreign_keys);
	tcase_add_test(t, test_full);
	tcase_add_test(t, test_history);
	tcase_add_test(t, test_draw);
}
