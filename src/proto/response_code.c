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

static bool is_status(struct slice code)
{
	static const char *const words[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_equals_nocase(code, words[i]))
			return true;
	return false;
}

/* Of IMAP the first word in the brackets: what it says may follow it (RFC 9051 section 7.1). */
struct slice response_code_read(struct slice code, struct slice text)
{
	static const struct slice none;
	bool has_words;
	struct slice inner;
	size_t end;

	if (text.len == 0 || text.data[0] != '[')
		return none;
	end = slice_find(text, ']');
	inner = slice_sub(text, 1, end - 1);
	has_words = is_status(code);
	if (has_words)
		inner = slice_sub(inner, 0, slice_find(inner, ' '));
	if (end == text.len || !is_printable(inner))
		return none;
	return has_words || slice_equals_nocase(code, "-ERR") || is_named(inner) ? inner : none;
}
