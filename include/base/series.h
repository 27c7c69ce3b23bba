/*
 * series: how often something happened over time, in a fixed number of columns, however long it goes on.
 *
 * When the time goes beyond the last column, columns are merged by two and each is twice as wide from then on. Many
 * series may share one scale: each notes how wide its columns were when it was last added to, and catches up then, or
 * before it is read. Pure; one thread.
 */
#ifndef BASE_SERIES_H
#define BASE_SERIES_H

#include <stddef.h>
#include <stdint.h>

#define SERIES_FIRST_NS INT64_C(1000000) /* width of a column at first */

struct series_scale {
	int64_t begin_ns;    /* where the first column begins */
	unsigned int merged; /* how often columns were merged */
};

/* Of which column, of `count`, a time is; the scale is widened until there is one. What was before the first column is
 * of the first. */
size_t series_place(struct series_scale *scale, int64_t time_ns, size_t count);

/* Brings columns that were merged `*merged` times to the scale. */
void series_catch_up(const struct series_scale *scale, uint32_t *columns, size_t count, unsigned int *merged);

int64_t series_width_ns(const struct series_scale *scale);

#endif
