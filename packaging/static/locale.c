/*
 * locale: UTF-8 without a locale. The C library reads what it knows of UTF-8 from a file, which a root that holds only
 * the program does not have. Where the environment asks for UTF-8 and there is no such file, a single file of mailtap
 * has its own answers to what it and ncurses ask. The linker puts each __wrap_NAME in the place of NAME.
 */
#include <langinfo.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>
#include <wctype.h>

#include "base/text.h"

char *__real_nl_langinfo(nl_item item);
int __real_wcwidth(wchar_t character);
int __real_iswprint(wint_t character);
size_t __real_wcrtomb(char *out, wchar_t character, mbstate_t *state);
char *__wrap_nl_langinfo(nl_item item);
int __wrap_wcwidth(wchar_t character);
int __wrap_iswprint(wint_t character);
size_t __wrap_wcrtomb(char *out, wchar_t character, mbstate_t *state);

static bool asks_for_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);
		const char *codeset = value != NULL ? strchr(value, '.') : NULL;

		if (value == NULL || value[0] == '\0')
			continue;
		return codeset != NULL &&
		       (strncasecmp(codeset, ".utf-8", 6) == 0 || strncasecmp(codeset, ".utf8", 5) == 0);
	}
	return false;
}

/* "ANSI_X3.4-1968": the locale C. */
static bool is_ours(void)
{
	return strcmp(__real_nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0 && asks_for_utf8();
}

char *__wrap_nl_langinfo(nl_item item)
{
	static char utf8[] = "UTF-8";

	return item == CODESET && is_ours() ? utf8 : __real_nl_langinfo(item);
}

int __wrap_wcwidth(wchar_t character)
{
	if (!is_ours())
		return __real_wcwidth(character);
	return character < ' ' || character == 0x7f ? -(character != 0) : text_width((uint32_t)character);
}

int __wrap_iswprint(wint_t character)
{
	return is_ours() ? __wrap_wcwidth((wchar_t)character) >= 0 && character != 0 : __real_iswprint(character);
}

size_t __wrap_wcrtomb(char *out, wchar_t character, mbstate_t *state)
{
	if (out == NULL || character < 0x80 || !is_ours())
		return __real_wcrtomb(out, character, state);
	return text_encode((uint8_t *)out, (uint32_t)character);
}
