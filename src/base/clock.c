#include "base/clock.h"

#include <assert.h>
#include <string.h>
#include <time.h>

int64_t clock_wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * CLOCK_NS_PER_S + now.tv_nsec;
}

int64_t clock_monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * CLOCK_NS_PER_S + now.tv_nsec;
}

static char *put_digits(char *at, int64_t value, int count)
{
	for (int i = count - 1; i >= 0; i--) {
		at[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return at + count;
}

/* Days since 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant's civil_from_days). */
static void civil_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

/* Up to where its decimals, or the Z, stand. */
static char *put_seconds(char *at, int64_t seconds)
{
	int64_t days = seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400);
	int64_t of_day = seconds - days * 86400;
	int64_t year;
	int64_t month;
	int64_t day;

	civil_from_days(days, &year, &month, &day);
	at = put_digits(at, year < 0 ? 0 : year, 4);
	*at++ = '-';
	at = put_digits(at, month, 2);
	*at++ = '-';
	at = put_digits(at, day, 2);
	*at++ = 'T';
	at = put_digits(at, of_day / 3600, 2);
	*at++ = ':';
	at = put_digits(at, of_day / 60 % 60, 2);
	*at++ = ':';
	return put_digits(at, of_day % 60, 2);
}

static size_t end_time(char *out, char *at)
{
	*at++ = 'Z';
	*at = '\0';
	return (size_t)(at - out);
}

size_t clock_rfc3339(char out[CLOCK_RFC3339_SIZE], int64_t time_ns, int digits)
{
	int64_t seconds = time_ns / CLOCK_NS_PER_S;
	int64_t fraction = time_ns % CLOCK_NS_PER_S;
	char *at;

	assert(digits >= 0 && digits <= 9);
	if (fraction < 0) {
		fraction += CLOCK_NS_PER_S;
		seconds--;
	}
	at = put_seconds(out, seconds);
	if (digits > 0) {
		for (int i = digits; i < 9; i++)
			fraction /= 10;
		*at++ = '.';
		at = put_digits(at, fraction, digits);
	}
	return end_time(out, at);
}

size_t clock_rfc3339_seconds(char out[CLOCK_RFC3339_SIZE], int64_t seconds)
{
	return end_time(out, put_seconds(out, seconds));
}

/* Decimals of a second, from the point on; NULL: there are none, or too many. */
static const char *read_decimals(const char *at, int64_t *fraction_ns)
{
	int64_t worth = CLOCK_NS_PER_S / 10;
	const char *first = ++at;

	for (; *at >= '0' && *at <= '9' && worth > 0; at++, worth /= 10)
		*fraction_ns += (*at - '0') * worth;
	return at > first ? at : NULL;
}

bool clock_read_rfc3339(const char *text, int64_t *time_ns)
{
	enum {
		SECONDS_LEN = sizeof("2026-11-23T12:34:52") - 1
	};
	char written[CLOCK_RFC3339_SIZE];
	struct tm tm = {0};
	int64_t fraction_ns = 0;
	const char *at = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t seconds_ns;

	if (at != text + SECONDS_LEN || tm.tm_year < 70 || tm.tm_year >= 300)
		return false;
	seconds_ns = (int64_t)timegm(&tm) * CLOCK_NS_PER_S;
	/* there is no 30 February, nor are blanks digits */
	clock_rfc3339(written, seconds_ns, 0);
	if (memcmp(written, text, SECONDS_LEN) != 0)
		return false;
	if (*at == '.')
		at = read_decimals(at, &fraction_ns);
	*time_ns = seconds_ns + fraction_ns;
	return at != NULL && strcmp(at, "Z") == 0;
}
