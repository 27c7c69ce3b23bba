#include "base/slice.h"

bool slice_begins_nocase(struct slice s, const char *prefix)
{
	for (size_t i = 0; prefix[i] != '\0'; i++)
		if (i >= s.len || slice_upper_byte(s.data[i]) != slice_upper_byte((uint8_t)prefix[i]))
			return false;
	return true;
}

bool slice_contains_nocase(struct slice s, const char *word)
{
	for (size_t i = 0; i < s.len; i++)
		if (slice_begins_nocase(slice_after(s, i), word))
			return true;
	return false;
}

bool slice_equals_nocase(struct slice s, const char *text)
{
	return s.len == strlen(text) && slice_begins_nocase(s, text);
}

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t';
}

struct slice slice_trim_left(struct slice s)
{
	while (s.len > 0 && is_blank(s.data[0]))
		s = slice_after(s, 1);
	return s;
}

struct slice slice_trim_right(struct slice s)
{
	while (s.len > 0 && is_blank(s.data[s.len - 1]))
		s.len--;
	return s;
}

struct slice slice_trim(struct slice s)
{
	return slice_trim_right(slice_trim_left(s));
}

uint64_t slice_decimal(struct slice s, size_t *used_len)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < s.len && s.data[i] >= '0' && s.data[i] <= '9'; i++) {
		uint64_t digit = (uint64_t)(s.data[i] - '0');

		value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
	}
	*used_len = i;
	return value;
}
