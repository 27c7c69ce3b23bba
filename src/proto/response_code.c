#include "proto/response_code.h"

static bool is_named(struct slice code)
{
	static const char *const names[] = {"LOGIN-DELAY", "IN-USE", "SYS/TEMP", "SYS/PERM", "AUTH", "UTF8"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_equals_nocase(code, names[i]))
			return true;
	return false;
}

static bool is_printable(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] < 0x21 || s.data[i] > 0x7e || s.data[i] == '[')
			return false;
	return s.len > 0;
}

/* IMAP: the first word in the brackets; what it says may follow it (RFC 9051 section 7.1). */
static struct slice read_first_word(struct slice text)
{
	size_t end = slice_find(text, ']');
	struct slice word = slice_sub(text, 1, end - 1);

	word = slice_sub(word, 0, slice_find(word, ' '));
	if (end == text.len || text.data[0] != '[' || !is_printable(word))
		return slice_of(NULL, 0);
	return word;
}

static bool is_status(struct slice code)
{
	static const char *const words[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_equals_nocase(code, words[i]))
			return true;
	return false;
}

struct slice response_code_read(struct slice code, struct slice text)
{
	size_t end = slice_find(text, ']');
	struct slice inner = slice_sub(text, 1, end - 1);

	if (is_status(code))
		return read_first_word(text);
	if (end == text.len || text.data[0] != '[' || end < 2 || !is_printable(inner))
		return slice_of(NULL, 0);
	return slice_equals_nocase(code, "-ERR") || is_named(inner) ? inner : slice_of(NULL, 0);
}
