#include "ui/format.h"

#include "../main.h"
#include "fixture.h"

static const struct {
	uint64_t value;
	const char *count;
	const char *bytes;
	const char *bytes_short;
} numbers[] = {
	{0, "0", "0 B", "0"},
	{999, "999", "999 B", "999"},
	{1000, "1,000", "1.0 kB", "1.0k"},
	{4123, "4,123", "4.1 kB", "4.1k"},
	{9999, "9,999", "9.9 kB", "9.9k"},
	{10000, "10,000", "10 kB", "10k"},
	{12408, "12,408", "12 kB", "12k"},
	{999499, "999,499", "999 kB", "999k"},
	{999999, "999,999", "999 kB", "999k"},
	{1000000, "1,000,000", "1.0 MB", "1.0M"},
	{9123456, "9,123,456", "9.1 MB", "9.1M"},
	{UINT64_C(12345678901), "12,345,678,901", "12 GB", "12G"},
	{UINT64_MAX, "18,446,744,073,709,551,615", "18446744 TB", "18446744T"},
};

START_TEST(test_numbers)
{
	char out[FORMAT_SIZE];

	format_count(out, numbers[_i].value);
	ck_assert_str_eq(out, numbers[_i].count);
	format_bytes(out, numbers[_i].value);
	ck_assert_str_eq(out, numbers[_i].bytes);
	format_bytes_short(out, numbers[_i].value);
	ck_assert_str_eq(out, numbers[_i].bytes_short);
}
END_TEST

static const struct {
	int64_t us;
	const char *text;
} durations[] = {
	{-1, ""},
	{0, "0 us"},
	{35, "35 us"},
	{999, "999 us"},
	{1000, "1.0 ms"},
	{9999, "9.9 ms"},
	{31000, "31 ms"},
	{999999, "999 ms"},
	{1240000, "1.24 s"},
	{59999999, "59.99 s"},
	{192 * INT64_C(1000000), "3 min 12 s"},
	{7199 * INT64_C(1000000), "119 min 59 s"},
	{7200 * INT64_C(1000000), "2 h 0 min"},
	{(48 * 3600 - 1) * INT64_C(1000000), "47 h 59 min"},
	{344354 * INT64_C(1000000), "3 d 23 h"},
	{INT64_MAX / 1000, "106751 d 23 h"},
};

START_TEST(test_durations)
{
	char out[FORMAT_SIZE];

	format_duration(out, durations[_i].us * 1000);
	ck_assert_str_eq(out, durations[_i].text);
}
END_TEST

START_TEST(test_times)
{
	char out[FORMAT_SIZE];

	format_time(out, FIXTURE_START);
	ck_assert_str_eq(out, "12:31:02");
	format_elapsed(out, 192 * CLOCK_NS_PER_S);
	ck_assert_str_eq(out, "00:03:12");
	format_elapsed(out, INT64_C(100) * 3600 * CLOCK_NS_PER_S);
	ck_assert_str_eq(out, "100:00:00");
	format_offset(out, 31 * CLOCK_NS_PER_MS, 3);
	ck_assert_str_eq(out, "+0.031");
	format_offset(out, 123456789012, 6);
	ck_assert_str_eq(out, "+123.456789");
	format_offset(out, INT64_MAX, 9);
	ck_assert_str_eq(out, "+9223372036.854775807");
	format_offset(out, -5, 3);
	ck_assert_str_eq(out, "-");
}
END_TEST

static const struct {
	const char *text;
	size_t columns;
	size_t len;
} lines[] = {
	{"one two", 7, 7}, {"one two", 6, 3}, {"one two three", 7, 7},
	{"one", 2, 2},	   {"", 5, 0},	      {"\xc3\xa9\xc3\xa9", 3, 2},
};

START_TEST(a_line_ends_at_a_blank)
{
	ck_assert_uint_eq(format_line_len(lines[_i].text, lines[_i].columns), lines[_i].len);
}
END_TEST

static const struct {
	int64_t s;
	const char *text;
} short_durations[] = {
	{59, "59.00 s"},  {60, "1:00 min"}, {599, "9:59 min"},	{600, "10 min"},
	{5999, "99 min"}, {6000, "1 h"},    {3599999, "999 h"}, {3600000, "41 d"},
};

START_TEST(test_short_durations)
{
	char out[FORMAT_SIZE];

	format_duration_short(out, short_durations[_i].s * CLOCK_NS_PER_S);
	ck_assert_str_eq(out, short_durations[_i].text);
	ck_assert_uint_le(strlen(out), 8);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_short_durations, 0, sizeof(short_durations) / sizeof(short_durations[0]));
	tcase_add_loop_test(t, test_numbers, 0, sizeof(numbers) / sizeof(numbers[0]));
	tcase_add_loop_test(t, test_durations, 0, sizeof(durations) / sizeof(durations[0]));
	tcase_add_test(t, test_times);
	tcase_add_loop_test(t, a_line_ends_at_a_blank, 0, sizeof(lines) / sizeof(lines[0]));
}
