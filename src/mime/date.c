#include "mime/date.h"

#include <string.h>

enum {
	YEAR_FIRST = 1970,
	YEAR_LAST = 2199,
	ZONE_HOURS_MAX = 14,
	NAME_LEN = 3, /* of a day or a month */
};

/* What is read so far; `good` as long as all of it had the form. */
struct reader {
	struct slice rest;
	bool good;
};

static bool is_next(const struct reader *r, char c)
{
	return r->rest.len > 0 && r->rest.data[0] == (uint8_t)c;
}

static void take(struct reader *r, char c)
{
	r->good = r->good && is_next(r, c);
	r->rest = slice_after(r->rest, 1);
}

static bool is_digit(const struct reader *r)
{
	return r->rest.len > 0 && r->rest.data[0] >= '0' && r->rest.data[0] <= '9';
}

/* A number of so many digits, up to `most`. */
static int take_number(struct reader *r, int digits, int most)
{
	int number = 0;

	for (int i = 0; i < digits; i++) {
		if (!is_digit(r)) {
			r->good = false;
			return 0;
		}
		number = 10 * number + (r->rest.data[0] - '0');
		r->rest = slice_after(r->rest, 1);
	}
	r->good = r->good && number <= most;
	return number;
}

/* One of the names, which stand one after the other; from 0. */
static int take_name(struct reader *r, const char *names, int count)
{
	for (int i = 0; i < count && r->rest.len >= NAME_LEN; i++)
		if (memcmp(r->rest.data, names + (size_t)i * NAME_LEN, NAME_LEN) == 0) {
			r->rest = slice_after(r->rest, NAME_LEN);
			return i;
		}
	r->good = false;
	return 0;
}

/* East of Greenwich. */
static int take_zone(struct reader *r)
{
	bool is_west = is_next(r, '-');
	int hours;
	int minutes;

	take(r, is_west ? '-' : '+');
	hours = take_number(r, 2, ZONE_HOURS_MAX);
	minutes = take_number(r, 2, 59);
	return (is_west ? -60 : 60) * (60 * hours + minutes);
}

/* Of capital letters: a zone's name. */
static void take_comment(struct reader *r)
{
	size_t len;

	if (r->rest.len == 0)
		return;
	take(r, ' ');
	take(r, '(');
	for (len = 0; len < r->rest.len && r->rest.data[len] >= 'A' && r->rest.data[len] <= 'Z'; len++)
		;
	r->rest = slice_after(r->rest, len);
	take(r, ')');
	r->good = r->good && len > 0 && r->rest.len == 0;
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Of a month from 0, without a leap year's day. */
static int days_before(int month)
{
	static const int days[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

	return days[month];
}

static int days_of(int month, int year)
{
	return days_before(month + 1) - days_before(month) + (month == 1 && is_leap(year));
}

static int64_t days_since_1970(int year, int month, int day)
{
	int before = year - 1;
	int leap_days = before / 4 - before / 100 + before / 400 - 477; /* up to 1969 there were so many */

	return (int64_t)365 * (year - YEAR_FIRST) + leap_days + days_before(month) + (month > 1 && is_leap(year)) +
	       day - 1;
}

struct day {
	int year;
	int month; /* from 0 */
	int number;
};

static int take_month(struct reader *r)
{
	return take_name(r, "JanFebMarAprMayJunJulAugSepOctNovDec", 12);
}

/* "18:23:32 +0000": seconds since midnight in Greenwich. */
static int take_time(struct reader *r)
{
	int time = 3600 * take_number(r, 2, 23);

	take(r, ':');
	time += 60 * take_number(r, 2, 59);
	take(r, ':');
	time += take_number(r, 2, 59);
	take(r, ' ');
	return time - take_zone(r);
}

static bool put_together(const struct reader *r, const struct day *day, int time, int64_t *seconds)
{
	if (!r->good || day->year < YEAR_FIRST || day->number < 1 || day->number > days_of(day->month, day->year))
		return false;
	*seconds = days_since_1970(day->year, day->month, day->number) * 86400 + time;
	return true;
}

bool date_read_internal(struct slice text, int64_t *seconds)
{
	struct reader r = {.rest = slice_trim_left(text), .good = true};
	struct day day;
	int time;

	day.number = take_number(&r, 1, 9);
	if (is_digit(&r))
		day.number = 10 * day.number + take_number(&r, 1, 9);
	take(&r, '-');
	day.month = take_month(&r);
	take(&r, '-');
	day.year = take_number(&r, 4, YEAR_LAST);
	take(&r, ' ');
	time = take_time(&r);
	return r.rest.len == 0 && put_together(&r, &day, time, seconds);
}

bool date_read_usual(struct slice text, int64_t *seconds)
{
	struct reader r = {.rest = text, .good = true};
	struct day day;
	int time;

	take_name(&r, "MonTueWedThuFriSatSun", 7);
	take(&r, ',');
	take(&r, ' ');
	day.number = take_number(&r, 1, 9);
	if (is_digit(&r))
		day.number = 10 * day.number + take_number(&r, 1, 9);
	take(&r, ' ');
	day.month = take_month(&r);
	take(&r, ' ');
	day.year = take_number(&r, 4, YEAR_LAST);
	take(&r, ' ');
	time = take_time(&r);
	take_comment(&r);
	return put_together(&r, &day, time, seconds);
}
