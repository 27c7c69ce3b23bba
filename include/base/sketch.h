/*
 * sketch: quantiles of numbers that are not kept.
 *
 * The DDSketch of Masson, Rim and Lee (VLDB 2019), with the mapping that goes in a straight line between powers of two
 * (as HdrHistogram's): a bucket is as wide as 1/64 of the power of two below it. So a quantile is off by at most 1/128
 * (SKETCH_ERROR_PERCENT, rounded up) of its value; below 64 it is exact. Two sketches can be merged, and then are what
 * one would be that had been given the numbers of both.
 *
 * Bounded: the caller says how many buckets there may be. Where more would be needed the lowest are merged: what is
 * said of those numbers is too high, the quantiles above keep their error. With SKETCH_BUCKETS that never happens.
 * Pure; one thread.
 */
#ifndef BASE_SKETCH_H
#define BASE_SKETCH_H

#include <stddef.h>
#include <stdint.h>

enum {
	SKETCH_ERROR_PERCENT = 1,
	SKETCH_BUCKETS = 35 * 64, /* all there are */
};

#define SKETCH_VALUE_MAX ((UINT64_C(1) << 40) - 1) /* what is greater counts as this */

struct sketch_bucket {
	uint64_t number : 16;
	uint64_t count : 48;
};

/* All zero: empty. */
struct sketch {
	struct sketch_bucket *buckets; /* by number */
	size_t count;
	size_t cap;
	uint64_t total; /* numbers in it */
	uint64_t max;	/* exact, up to SKETCH_VALUE_MAX */
};

void sketch_fini(struct sketch *s);
/* Empties it and keeps its memory. */
void sketch_clear(struct sketch *s);

/* `most`: buckets, at least 2. */
void sketch_add(struct sketch *s, uint64_t value, size_t most);
void sketch_merge(struct sketch *s, const struct sketch *from, size_t most);

/* The smallest number that `percent` of a hundred numbers do not exceed (the nearest rank), within the error; never
 * more than the greatest. Of none 0. */
uint64_t sketch_quantile(const struct sketch *s, unsigned int percent);

/* How many numbers lie in [low, high); exact where both are powers of two, or below 64. */
uint64_t sketch_between(const struct sketch *s, uint64_t low, uint64_t high);

/* Bytes beside the struct itself. */
size_t sketch_memory(const struct sketch *s);

#endif
