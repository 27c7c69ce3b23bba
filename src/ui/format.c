#include "ui/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"

void format_count(char out[FORMAT_SIZE], uint64_t count)
{
	char digits[FORMAT_SIZE];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, count);
	int to = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[to++] = ',';
		out[to++] = digits[i];
	}
	out[to] = '\0';
}

/* One decimal below ten, none above; `units` begins with that of 1. */
static void scaled(char out[FORMAT_SIZE], uint64_t value, const char *const units[5])
{
	uint64_t tenths = value;
	int unit = 0;

	if (value < 1000) {
		snprintf(out, FORMAT_SIZE, "%" PRIu64 "%s", value, units[0]);
		return;
	}
	/* `tenths` is in tenths of the unit */
	for (tenths = value / 100, unit = 1; tenths >= 10000 && unit < 4; unit++)
		tenths /= 1000;
	if (tenths < 100)
		snprintf(out, FORMAT_SIZE, "%" PRIu64 ".%" PRIu64 "%s", tenths / 10, tenths % 10, units[unit]);
	else
		snprintf(out, FORMAT_SIZE, "%" PRIu64 "%s", tenths / 10, units[unit]);
}

void format_bytes(char out[FORMAT_SIZE], uint64_t bytes)
{
	static const char *const units[5] = {" B", " kB", " MB", " GB", " TB"};

	scaled(out, bytes, units);
}

void format_bytes_short(char out[FORMAT_SIZE], uint64_t bytes)
{
	static const char *const units[5] = {"", "k", "M", "G", "T"};

	scaled(out, bytes, units);
}

static bool local_time(int64_t time_ns, struct tm *here)
{
	time_t seconds = (time_t)(time_ns / CLOCK_NS_PER_S);

	return localtime_r(&seconds, here) != NULL;
}

void format_time(char out[FORMAT_SIZE], int64_t time_ns)
{
	struct tm here;

	if (!local_time(time_ns, &here) || strftime(out, FORMAT_SIZE, "%H:%M:%S", &here) == 0)
		snprintf(out, FORMAT_SIZE, "-");
}

void format_date(char out[FORMAT_SIZE], int64_t time_ns)
{
	struct tm here;

	if (!local_time(time_ns, &here) || strftime(out, FORMAT_SIZE, "%Y-%m-%d", &here) == 0)
		snprintf(out, FORMAT_SIZE, "-");
}

void format_elapsed(char out[FORMAT_SIZE], int64_t duration_ns)
{
	int64_t seconds = duration_ns / CLOCK_NS_PER_S;

	snprintf(out, FORMAT_SIZE, "%02" PRId64 ":%02" PRId64 ":%02" PRId64, seconds / 3600, seconds / 60 % 60,
		 seconds % 60);
}

void format_offset(char out[FORMAT_SIZE], int64_t duration_ns, int digits)
{
	int64_t seconds = duration_ns / CLOCK_NS_PER_S;
	int64_t fraction = duration_ns % CLOCK_NS_PER_S;

	if (duration_ns < 0) {
		snprintf(out, FORMAT_SIZE, "-");
		return;
	}
	for (int i = digits; i < 9; i++)
		fraction /= 10;
	snprintf(out, FORMAT_SIZE, "+%" PRId64 ".%0*" PRId64, seconds, digits, fraction);
}

void format_duration(char out[FORMAT_SIZE], int64_t duration_ns)
{
	int64_t us = duration_ns / CLOCK_NS_PER_US;
	int64_t s = us / 1000000;

	if (duration_ns < 0)
		out[0] = '\0';
	else if (us < 1000)
		snprintf(out, FORMAT_SIZE, "%" PRId64 " us", us);
	else if (us < 10 * 1000)
		snprintf(out, FORMAT_SIZE, "%" PRId64 ".%" PRId64 " ms", us / 1000, us / 100 % 10);
	else if (us < 1000 * 1000)
		snprintf(out, FORMAT_SIZE, "%" PRId64 " ms", us / 1000);
	else if (us < 60 * 1000 * 1000)
		snprintf(out, FORMAT_SIZE, "%" PRId64 ".%02" PRId64 " s", s, us / 10000 % 100);
	else if (s < 2 * 3600)
		snprintf(out, FORMAT_SIZE, "%" PRId64 " min %" PRId64 " s", s / 60, s % 60);
	else if (s < 48 * 3600)
		snprintf(out, FORMAT_SIZE, "%" PRId64 " h %" PRId64 " min", s / 3600, s / 60 % 60);
	else
		snprintf(out, FORMAT_SIZE, "%" PRId64 " d %" PRId64 " h", s / 86400, s / 3600 % 24);
}

void format_duration_short(char out[FORMAT_SIZE], int64_t duration_ns)
{
	int64_t s = duration_ns / CLOCK_NS_PER_S;

	if (s < 60)
		format_duration(out, duration_ns);
	else if (s < 600)
		snprintf(out, FORMAT_SIZE, "%" PRId64 ":%02" PRId64 " min", s / 60, s % 60);
	else if (s < 100 * 60)
		snprintf(out, FORMAT_SIZE, "%" PRId64 " min", s / 60);
	else if (s < 1000 * 3600)
		snprintf(out, FORMAT_SIZE, "%" PRId64 " h", s / 3600);
	else
		snprintf(out, FORMAT_SIZE, "%" PRId64 " d", s / 86400);
}

size_t format_line_len(const char *text, size_t columns)
{
	size_t len = text_cut(slice_from_text(text), columns).len;
	size_t blank = len;

	if (text[len] == '\0')
		return len;
	while (blank > 0 && text[blank] != ' ')
		blank--;
	return blank > 0 ? blank : len;
}
