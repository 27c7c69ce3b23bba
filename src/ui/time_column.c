#include "ui/time_column.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "ui/format.h"

#define MINUTE_NS (60 * CLOCK_NS_PER_S)
#define HOUR_NS	  (60 * MINUTE_NS)
#define DAY_NS	  (24 * HOUR_NS)

enum {
	NARROW = 8, /* columns of a time, the blank left out */
	WIDE = 12,
};

/* The units of the column since the start, by the longest time in it. */
enum unit {
	UNIT_US,
	UNIT_MS,
	UNIT_S,
	UNIT_MIN,
	UNIT_H,
	UNIT_D,
};

static const struct {
	const char *name;
	int64_t below_ns;
} units[] = {
	[UNIT_US] = {"us", CLOCK_NS_PER_MS},	 [UNIT_MS] = {"ms", CLOCK_NS_PER_S},
	[UNIT_S] = {"s", 1000 * CLOCK_NS_PER_S}, [UNIT_MIN] = {"min:s", 100 * MINUTE_NS},
	[UNIT_H] = {"h:min:s", 100 * HOUR_NS},	 [UNIT_D] = {"d h:min", INT64_MAX},
};

int time_column_width(enum time_column what)
{
	return (what == TIME_COLUMN_CLOCK ? WIDE : NARROW) + 1;
}

const char *time_column_name(enum time_column what)
{
	static const char *const names[TIME_COLUMNS] = {
		[TIME_COLUMN_START] = "since the start",
		[TIME_COLUMN_BEFORE] = "since the row before",
		[TIME_COLUMN_CLOCK] = "by the clock",
	};

	return names[what];
}

/* Of the session as it is known now, whichever of its rows are here. */
int64_t time_column_longest(const struct snapshot *s)
{
	int64_t longest_ns = s->session_head.duration_ns;

	if (s->timeline.count > 0 && s->timeline_rows[s->timeline.count - 1].time_ns > longest_ns)
		longest_ns = s->timeline_rows[s->timeline.count - 1].time_ns;
	return longest_ns;
}

static enum unit unit_of(int64_t longest_ns)
{
	int unit = UNIT_US;

	while (longest_ns >= units[unit].below_ns && unit < UNIT_D)
		unit++;
	return (enum unit)unit;
}

static void put_start(char out[FORMAT_SIZE], enum unit unit, int64_t ns)
{
	int64_t s = ns / CLOCK_NS_PER_S;

	switch (unit) {
	case UNIT_US:
		snprintf(out, FORMAT_SIZE, "+%" PRId64, ns / CLOCK_NS_PER_US);
		break;
	case UNIT_MS:
		snprintf(out, FORMAT_SIZE, "+%" PRId64 ".%03" PRId64, ns / CLOCK_NS_PER_MS,
			 ns / CLOCK_NS_PER_US % 1000);
		break;
	case UNIT_S:
		format_offset(out, ns, 3);
		break;
	case UNIT_MIN:
		snprintf(out, FORMAT_SIZE, "+%" PRId64 ":%02" PRId64 ".%" PRId64, s / 60, s % 60,
			 ns / (100 * CLOCK_NS_PER_MS) % 10);
		break;
	case UNIT_H:
		snprintf(out, FORMAT_SIZE, "%" PRId64 ":%02" PRId64 ":%02" PRId64, s / 3600, s / 60 % 60, s % 60);
		break;
	case UNIT_D:
		snprintf(out, FORMAT_SIZE, "%" PRId64 " %02" PRId64 ":%02" PRId64, ns / DAY_NS, s / 3600 % 24,
			 s / 60 % 60);
		break;
	}
}

/* Four columns of digits, a blank, the unit: the digits of all rows end in one column. */
static void put_step(char out[FORMAT_SIZE], int64_t ns)
{
	static const struct {
		const char *name;
		int64_t below_ns;
		int64_t ns;
	} steps[] = {
		{"us", CLOCK_NS_PER_MS, CLOCK_NS_PER_US}, {"ms", CLOCK_NS_PER_S, CLOCK_NS_PER_MS},
		{"s", MINUTE_NS, CLOCK_NS_PER_S},	  {"min", 100 * MINUTE_NS, MINUTE_NS},
		{"h", 1000 * HOUR_NS, HOUR_NS},		  {"d", INT64_MAX, DAY_NS},
	};
	char digits[FORMAT_SIZE];
	int64_t hundredths;
	int unit = 0;

	while (ns >= steps[unit].below_ns && steps[unit].below_ns != INT64_MAX)
		unit++;
	hundredths = ns / (steps[unit].ns / 100);
	if (unit == 0 || hundredths >= 100 * 100)
		snprintf(digits, sizeof(digits), "%" PRId64, ns / steps[unit].ns);
	else if (hundredths >= 10 * 100)
		snprintf(digits, sizeof(digits), "%" PRId64 ".%" PRId64, hundredths / 100, hundredths / 10 % 10);
	else
		snprintf(digits, sizeof(digits), "%" PRId64 ".%02" PRId64, hundredths / 100, hundredths % 100);
	snprintf(out, FORMAT_SIZE, "%4.12s %-3s", digits, steps[unit].name);
}

static void put_clock(char out[FORMAT_SIZE], int64_t at_ns)
{
	char time[FORMAT_SIZE];

	format_time(time, at_ns);
	snprintf(out, FORMAT_SIZE, "%.8s.%03" PRId64, time, at_ns / CLOCK_NS_PER_MS % 1000);
}

const char *time_column_heading(enum time_column what, int64_t longest_ns)
{
	return what == TIME_COLUMN_START    ? units[unit_of(longest_ns)].name
	       : what == TIME_COLUMN_BEFORE ? "before"
					    : "clock";
}

void time_column_draw_heading(enum time_column what, int64_t longest_ns, struct grid *g, struct rect line)
{
	grid_put(g, line.column, line.row, time_column_width(what) - 1, time_column_heading(what, longest_ns),
		 STYLE_MUTED);
}

void time_column_draw(enum time_column what, int64_t longest_ns, const struct snapshot_timeline_row *r, struct grid *g,
		      struct rect line)
{
	char text[FORMAT_SIZE] = "";

	if (what == TIME_COLUMN_START)
		put_start(text, unit_of(longest_ns), r->time_ns);
	else if (what == TIME_COLUMN_CLOCK)
		put_clock(text, r->at_ns);
	else if (r->before_ns >= 0)
		put_step(text, r->before_ns);
	if (what == TIME_COLUMN_START)
		grid_put_right(g, line.column, line.row, time_column_width(what) - 1, text, STYLE_MUTED);
	else
		grid_put(g, line.column, line.row, time_column_width(what) - 1, text, STYLE_MUTED);
}
