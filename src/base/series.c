#include "base/series.h"

#include <string.h>

enum {
	MERGED_MAX = 40, /* a column of 34 years */
};

int64_t series_width_ns(const struct series_scale *scale)
{
	return SERIES_FIRST_NS << scale->merged;
}

size_t series_place(struct series_scale *scale, int64_t time_ns, size_t count)
{
	int64_t since_ns = time_ns > scale->begin_ns ? time_ns - scale->begin_ns : 0;

	while (since_ns / series_width_ns(scale) >= (int64_t)count && scale->merged < MERGED_MAX)
		scale->merged++;
	since_ns /= series_width_ns(scale);
	return since_ns < (int64_t)count ? (size_t)since_ns : count - 1;
}

static void merge(uint32_t *columns, size_t count)
{
	for (size_t i = 0; i < (count + 1) / 2; i++)
		columns[i] = columns[2 * i] + (2 * i + 1 < count ? columns[2 * i + 1] : 0);
	memset(columns + (count + 1) / 2, 0, count / 2 * sizeof(*columns));
}

void series_catch_up(const struct series_scale *scale, uint32_t *columns, size_t count, unsigned int *merged)
{
	for (; *merged < scale->merged; ++*merged)
		merge(columns, count);
}
