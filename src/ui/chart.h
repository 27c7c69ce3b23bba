/*
 * chart: counts as bars side by side, in cells of eighths. A pure function of the numbers and the room there is.
 */
#ifndef UI_CHART_H
#define UI_CHART_H

#include "ui/grid.h"

enum {
	CHART_MAX = 64,
};

/* How high each is against the largest, 0 to `most`; what is not 0 is at least 1. At most CHART_MAX values. */
void chart_levels(const uint64_t *values, size_t count, unsigned int most, uint8_t *levels);

/* Merges neighbours until there are at most `columns`; returns how many there are then. */
size_t chart_fit(uint64_t *values, size_t count, int columns);

/* Bars of `width` cells each, from the left, standing on the last row of `rect`; with a blank between them where they
 * are wider than one. */
void chart_draw(struct grid *g, struct rect rect, const uint64_t *values, size_t count, int width, uint16_t style);

#endif
