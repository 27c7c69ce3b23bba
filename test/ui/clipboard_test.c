#include "ui/clipboard.h"

#include "../main.h"

static const struct {
	const char *term;
	const char *tmux;
	const char *sty;
	enum clipboard kind;
} terminals[] = {
	{"xterm-256color", NULL, NULL, CLIPBOARD_PLAIN},
	{"screen-256color", "/tmp/tmux-0/default,1,0", NULL, CLIPBOARD_TMUX},
	{"screen-256color", NULL, "12.pts-0.host", CLIPBOARD_SCREEN},
	{"screen-256color", "", "", CLIPBOARD_PLAIN}, /* of a program of another machine: whoever it is may take it */
	{"linux", NULL, NULL, CLIPBOARD_NONE},
	{"vt100", NULL, NULL, CLIPBOARD_NONE},
	{"vt220", NULL, NULL, CLIPBOARD_NONE},
	{"dumb", NULL, NULL, CLIPBOARD_NONE},
	{"", NULL, NULL, CLIPBOARD_NONE},
	{NULL, NULL, NULL, CLIPBOARD_NONE},
};

enum {
	TERMINALS = sizeof(terminals) / sizeof(terminals[0]),
};

START_TEST(a_terminal_is_known_by_its_environment)
{
	ck_assert_int_eq(clipboard_of(terminals[_i].term, terminals[_i].tmux, terminals[_i].sty), terminals[_i].kind);
}
END_TEST

static void expect(enum clipboard kind, const char *text, const char *expected)
{
	struct buffer out = {0};

	clipboard_put(kind, slice_from_text(text), &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, expected);
	buffer_fini(&out);
}

START_TEST(a_text_is_put_as_the_terminal_takes_it)
{
	expect(CLIPBOARD_PLAIN, "", "\033]52;c;\033\\");
	expect(CLIPBOARD_PLAIN, "a", "\033]52;c;YQ==\033\\");
	expect(CLIPBOARD_PLAIN, "ab", "\033]52;c;YWI=\033\\");
	expect(CLIPBOARD_PLAIN, "abc\n", "\033]52;c;YWJjCg==\033\\");
	expect(CLIPBOARD_TMUX, "abc", "\033]52;c;YWJj\033\\\033Ptmux;\033\033]52;c;YWJj\033\033\\\033\\");
	expect(CLIPBOARD_SCREEN, "abc", "\033P\033]52;c;\033\\\033PYWJj\033\\\033P\007\033\\");
}
END_TEST

/* No string that is longer than screen takes, and nothing lost between them. */
START_TEST(screen_gets_short_strings)
{
	static uint8_t zeros[CLIPBOARD_LEN_MAX];
	struct buffer out = {0};
	struct slice rest;
	size_t letters = 0;

	clipboard_put(CLIPBOARD_SCREEN, slice_of(zeros, sizeof(zeros)), &out);
	rest = buffer_slice(&out);
	while (rest.len > 0) {
		size_t len = 2;

		ck_assert(rest.data[0] == '\033' && rest.data[1] == 'P');
		for (; rest.data[len] != '\033' || rest.data[len + 1] != '\\'; len++)
			letters += rest.data[len] == 'A';
		ck_assert_uint_le(len + 2, 768);
		rest = slice_after(rest, len + 2);
	}
	ck_assert_uint_eq(letters, CLIPBOARD_LEN_MAX / 3 * 4);
	buffer_fini(&out);
}
END_TEST

START_TEST(the_longest_text_fits_a_terminal)
{
	static uint8_t zeros[CLIPBOARD_LEN_MAX];
	struct buffer out = {0};

	clipboard_put(CLIPBOARD_PLAIN, slice_of(zeros, sizeof(zeros)), &out);
	ck_assert_uint_le(out.len, 100001);
	buffer_fini(&out);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_terminal_is_known_by_its_environment, 0, TERMINALS);
	tcase_add_test(t, a_text_is_put_as_the_terminal_takes_it);
	tcase_add_test(t, screen_gets_short_strings);
	tcase_add_test(t, the_longest_text_fits_a_terminal);
}
