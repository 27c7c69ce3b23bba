/*
 * part_path: which part of a mail is meant: its number in the list of the mail's parts; where it lies in a mail that
 * was opened within the mail, the number of that one comes first.
 */
#ifndef COMMON_PART_PATH_H
#define COMMON_PART_PATH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	PART_PATH_MAX = 8,
};

/* All zero: the mail itself. */
struct part_path {
	uint32_t count;
	uint32_t numbers[PART_PATH_MAX]; /* from 1; 0 beyond `count` */
};

/* False: it is as deep as it can be. */
static inline bool part_path_enter(struct part_path *p, uint32_t number)
{
	if (p->count == PART_PATH_MAX)
		return false;
	p->numbers[p->count++] = number;
	return true;
}

/* Returns the number that was the last; the path must have one. */
static inline uint32_t part_path_leave(struct part_path *p)
{
	uint32_t number = p->numbers[--p->count];

	p->numbers[p->count] = 0;
	return number;
}

static inline bool part_path_equal(const struct part_path *a, const struct part_path *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

#endif
