#include "base/clock.h"

#include <string.h>
#include <time.h>

#include "../main.h"

static const struct {
	int64_t time_ns;
	int digits;
	const char *text;
} vectors[] = {
	{0, 0, "1970-01-01T00:00:00Z"},
	{0, 9, "1970-01-01T00:00:00.000000000Z"},
	{INT64_C(1795437292953081123), 6, "2026-11-23T12:34:52.953081Z"},
	{INT64_C(1795437292953081123), 9, "2026-11-23T12:34:52.953081123Z"},
	{INT64_C(1795437292953081123), 3, "2026-11-23T12:34:52.953Z"},
	{INT64_C(1795437292953081123), 1, "2026-11-23T12:34:52.9Z"},
	{INT64_C(1795437292999999999), 0, "2026-11-23T12:34:52Z"}, /* cut, not rounded */
	{INT64_C(1795437292000000001), 6, "2026-11-23T12:34:52.000000Z"},
	{-1, 9, "1969-12-31T23:59:59.999999999Z"},
	{-CLOCK_NS_PER_S, 0, "1969-12-31T23:59:59Z"},
	{-86400 * CLOCK_NS_PER_S, 0, "1969-12-31T00:00:00Z"},
	{-86401 * CLOCK_NS_PER_S, 0, "1969-12-30T23:59:59Z"},
	{INT64_C(951782400) * CLOCK_NS_PER_S, 0, "2000-02-29T00:00:00Z"},
	{INT64_C(1709164800) * CLOCK_NS_PER_S, 0, "2024-02-29T00:00:00Z"},
	{INT64_C(1740787200) * CLOCK_NS_PER_S, 0, "2025-03-01T00:00:00Z"},
	{INT64_C(4107542400) * CLOCK_NS_PER_S, 0, "2100-03-01T00:00:00Z"}, /* no leap year */
	{INT64_C(1767225599) * CLOCK_NS_PER_S, 0, "2025-12-31T23:59:59Z"},
	{INT64_MAX, 9, "2262-04-11T23:47:16.854775807Z"},
	{INT64_MIN, 9, "1677-09-21T00:12:43.145224192Z"},
};

START_TEST(times_are_written)
{
	char out[CLOCK_RFC3339_SIZE];
	size_t len = clock_rfc3339(out, vectors[_i].time_ns, vectors[_i].digits);

	ck_assert_str_eq(out, vectors[_i].text);
	ck_assert_uint_eq(len, strlen(out));
}
END_TEST

/* Every day and a bit from 1678 to 2261, compared with the C library. */
START_TEST(days_are_those_of_the_calendar)
{
	for (int64_t seconds = INT64_C(-9214560000); seconds < INT64_C(9214646400); seconds += 86400 + 3671) {
		char out[CLOCK_RFC3339_SIZE];
		char expected[64];
		time_t t = (time_t)seconds;
		struct tm tm;

		gmtime_r(&t, &tm);
		strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%SZ", &tm);
		clock_rfc3339(out, seconds * CLOCK_NS_PER_S, 0);
		ck_assert_str_eq(out, expected);
	}
}
END_TEST

static const struct {
	int64_t seconds;
	const char *text;
} whole[] = {
	{0, "1970-01-01T00:00:00Z"},
	{-1, "1969-12-31T23:59:59Z"},
	{INT64_C(-62167219200), "0000-01-01T00:00:00Z"},
	{INT64_C(-2208988801), "1899-12-31T23:59:59Z"},
	{INT64_C(9223372037), "2262-04-11T23:47:17Z"}, /* the first that nanoseconds do not hold */
	{INT64_C(253402300799), "9999-12-31T23:59:59Z"},
};

START_TEST(seconds_are_written)
{
	char out[CLOCK_RFC3339_SIZE];
	size_t len = clock_rfc3339_seconds(out, whole[_i].seconds);

	ck_assert_str_eq(out, whole[_i].text);
	ck_assert_uint_eq(len, strlen(out));
}
END_TEST

START_TEST(clocks_go_on)
{
	int64_t before = clock_monotonic_ns();

	ck_assert_int_ge(clock_monotonic_ns(), before);
	/* after this was written, and within what packets may have */
	ck_assert_int_gt(clock_wall_ns(), INT64_C(1600000000) * CLOCK_NS_PER_S);
	ck_assert_int_lt(clock_wall_ns(), INT64_MAX / 2);
}
END_TEST

static const struct {
	const char *text;
	int64_t time_ns;
} readable[] = {
	{"1970-01-01T00:00:00Z", 0},
	{"2024-02-29T00:00:00Z", INT64_C(1709164800) * CLOCK_NS_PER_S},
	{"2026-11-23T12:34:52.953081Z", INT64_C(1795437292953081000)},
	{"2026-11-23T12:34:12.5Z", INT64_C(1795437252500000000)},
	{"2026-11-23T12:34:12.500000000Z", INT64_C(1795437252500000000)},
	{"2026-11-23T12:34:12.000000001Z", INT64_C(1795437252000000001)},
	{"2199-12-31T23:59:59Z", INT64_C(7258118399) * CLOCK_NS_PER_S},
};

START_TEST(times_are_read)
{
	int64_t time_ns = -1;

	ck_assert(clock_read_rfc3339(readable[_i].text, &time_ns));
	ck_assert_int_eq(time_ns, readable[_i].time_ns);
}
END_TEST

static const char *const unreadable[] = {
	"",
	"2026",
	"2026-11-23",
	"2026-11-23T12:34:52",
	"2026-11-23T12:34:52+01:00",
	"2026-11-23 12:34:52Z",
	"2026-11-23T12:34Z",
	"2026-11-23T12:34:52.Z",
	"2026-11-23T12:34:52.1234567890Z",
	"2026-11-23T12:34:52.5Zz",
	"2026-02-29T00:00:00Z",
	"2026-13-01T00:00:00Z",
	"2026-11-23T24:00:00Z",
	"2026-11-23T12:34:60Z",
	"2026-11- 3T12:34:52Z",
	"1969-12-31T23:59:59Z",
	"2200-01-01T00:00:00Z",
	"99999-01-01T00:00:00Z",
};

START_TEST(what_is_no_time_is_not_read)
{
	int64_t time_ns;

	ck_assert_msg(!clock_read_rfc3339(unreadable[_i], &time_ns), "%s", unreadable[_i]);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, times_are_read, 0, sizeof(readable) / sizeof(readable[0]));
	tcase_add_loop_test(t, what_is_no_time_is_not_read, 0, sizeof(unreadable) / sizeof(unreadable[0]));
	tcase_add_loop_test(t, times_are_written, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, days_are_those_of_the_calendar);
	tcase_add_loop_test(t, seconds_are_written, 0, sizeof(whole) / sizeof(whole[0]));
	tcase_add_test(t, clocks_go_on);
}
