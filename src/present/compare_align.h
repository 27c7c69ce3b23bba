/*
 * compare_align: which entries of two lists belong together: as many as possible that are equal, in the order of both.
 * Pure. Private to present.
 *
 * By E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986). Lists that differ in more than
 * COMPARE_ALIGN_DIFFERENCES entries are paired from the front instead, each entry with the next equal one that is near:
 * no more work, but perhaps fewer pairs.
 */
#ifndef PRESENT_COMPARE_ALIGN_H
#define PRESENT_COMPARE_ALIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	COMPARE_ALIGN_DIFFERENCES = 256,
	COMPARE_ALIGN_NEAR = 64,
};

#define COMPARE_ALIGN_ALONE UINT32_MAX

/* For each entry of `left` its partner's index in `right`, rising, or COMPARE_ALIGN_ALONE. False: there were too many
 * differences, more may belong together. */
bool compare_align(const uint64_t *left, size_t left_count, const uint64_t *right, size_t right_count,
		   uint32_t *partner);

#endif
