#include "ui/chart.h"

#include <assert.h>

static uint64_t largest(const uint64_t *values, size_t count)
{
	uint64_t most = 0;

	for (size_t i = 0; i < count; i++)
		most = values[i] > most ? values[i] : most;
	return most;
}

void chart_levels(const uint64_t *values, size_t count, unsigned int most, uint8_t *levels)
{
	double scale = (double)largest(values, count);

	for (size_t i = 0; i < count; i++) {
		unsigned int level = scale > 0 ? (unsigned int)((double)values[i] * most / scale + 0.5) : 0;

		levels[i] = (uint8_t)(level == 0 && values[i] > 0 ? 1 : level);
	}
}

size_t chart_fit(uint64_t *values, size_t count, int columns)
{
	while (columns > 0 && count > (size_t)columns) {
		for (size_t i = 0; i < (count + 1) / 2; i++)
			values[i] = values[2 * i] + (2 * i + 1 < count ? values[2 * i + 1] : 0);
		count = (count + 1) / 2;
	}
	return count;
}

static void draw_bar(struct grid *g, int column, const struct rect *rect, unsigned int level, uint16_t style)
{
	for (int row = rect->row + rect->rows - 1; row >= rect->row && level > 0; row--) {
		unsigned int part = level < STYLE_LEVELS ? level : STYLE_LEVELS;

		grid_put_level(g, column, row, part, style);
		level -= part;
	}
}

void chart_draw(struct grid *g, struct rect rect, const uint64_t *values, size_t count, int width, uint16_t style)
{
	uint8_t levels[CHART_MAX];

	assert(count <= CHART_MAX && rect.rows * STYLE_LEVELS <= UINT8_MAX);
	chart_levels(values, count, (unsigned int)rect.rows * STYLE_LEVELS, levels);
	for (size_t i = 0; i < count; i++)
		for (int cell = 0; cell < (width > 1 ? width - 1 : 1); cell++)
			draw_bar(g, rect.column + (int)i * width + cell, &rect, levels[i], style);
}
