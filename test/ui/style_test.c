#include "ui/style.h"

#include "../main.h"
#include "base/text.h"
#include "fixture.h"

/* Nothing is told by colour alone: every meaning but plain text has a sign of its own, in UTF-8 and in ASCII. */
START_TEST(test_signs)
{
	for (int i = 0; i < MEANINGS; i++) {
		uint32_t utf8 = style_sign((enum snapshot_meaning)i, false);
		uint32_t ascii = style_sign((enum snapshot_meaning)i, true);

		ck_assert_int_eq(text_width(utf8), 1);
		ck_assert_uint_lt(ascii, 0x7f);
		ck_assert(i == MEANING_PLAIN || (utf8 != ' ' && ascii != ' '));
		for (int other = 0; other < i; other++) {
			ck_assert_uint_ne(utf8, style_sign((enum snapshot_meaning)other, false));
			ck_assert_uint_ne(ascii, style_sign((enum snapshot_meaning)other, true));
		}
	}
	ck_assert_uint_eq(style_sign((enum snapshot_meaning)99, false), ' ');
}
END_TEST

START_TEST(test_symbols)
{
	for (int i = 0; i < SYMBOLS; i++) {
		ck_assert_int_eq(text_width(style_symbol((enum symbol)i, false)), 1);
		ck_assert_uint_gt(style_symbol((enum symbol)i, false), ' ');
		ck_assert_uint_gt(style_symbol((enum symbol)i, true), ' ');
		ck_assert_uint_lt(style_symbol((enum symbol)i, true), 0x7f);
	}
}
END_TEST

/* A black and white terminal gets no colour at all; the others none that their terminal has not. */
START_TEST(test_looks)
{
	for (int style = 0; style < STYLES; style++) {
		ck_assert_int_eq(style_look(THEME_MONO, (enum style)style).colour, -1);
		ck_assert_int_eq(style_look(THEME_MONO, (enum style)style).basic_colour, -1);
		for (int theme = 0; theme < THEMES; theme++) {
			struct style_look look = style_look((enum theme)theme, (enum style)style);

			ck_assert_int_lt(look.colour, 256);
			ck_assert_int_lt(look.basic_colour, 8);
		}
	}
	ck_assert_int_ne(style_look(THEME_MONO, STYLE_ERROR).attributes,
			 style_look(THEME_MONO, STYLE_PLAIN).attributes);
	ck_assert_int_ne(style_look(THEME_DARK, STYLE_ERROR).colour, style_look(THEME_DARK, STYLE_GOOD).colour);
}
END_TEST

START_TEST(test_themes)
{
	for (int theme = 0; theme < THEMES; theme++)
		ck_assert_int_eq(style_theme(style_theme_name((enum theme)theme)), theme);
	ck_assert_ptr_null(style_theme_name(THEMES));
	ck_assert_int_eq(style_theme("light"), THEME_LIGHT);
	ck_assert_int_eq(style_theme("unheard of"), THEME_DARK);
	ck_assert_int_eq(style_theme(NULL), THEME_DARK);
}
END_TEST

START_TEST(test_meanings)
{
	ck_assert_int_eq(style_of(MEANING_ERROR), STYLE_ERROR);
	ck_assert_int_eq(style_of(MEANING_SECRET), STYLE_SECRET);
	ck_assert_int_eq(style_of((enum snapshot_meaning)99), STYLE_PLAIN);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, test_signs);
	tcase_add_test(t, test_symbols);
	tcase_add_test(t, test_looks);
	tcase_add_test(t, test_themes);
	tcase_add_test(t, test_meanings);
}
