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

struct slice response_code_read(struct slice code, struct slice text)
{
	size_t end = slice_find(text, ']');
	struct slice inner = slice_sub(text, 1, end - 1);

	if (end == text.len || text.data[0] != '[' || end < 2 || !is_printable(inner))
		return slice_of(NULL, 0);
	return slice_equals_nocase(code, "-ERR") || is_named(inner) ? inner : slice_of(NULL, 0);
}
