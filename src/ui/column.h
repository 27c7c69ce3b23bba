/*
 * column: a table's columns as data, and their widths for the room there is.
 *
 * Too little room: the columns of the highest rank are left out first; those left get their smallest width, then what
 * they would like, then the growing ones share the rest. One blank stands between columns.
 */
#ifndef UI_COLUMN_H
#define UI_COLUMN_H

#include "base/error.h"
#include "ui/grid.h"

enum {
	COLUMN_LEVELS_MAX = 16,
	COLUMN_TEXT_SIZE = 256,
	COLUMNS_MAX = 24,
	COLUMN_UNSORTED = -1,
	COLUMN_NO_DIGITS = -1,
};

struct column_text {
	char text[COLUMN_TEXT_SIZE];
	enum snapshot_meaning meaning; /* gives the style and, with `has_sign`, the sign before the text */
	bool has_sign;
	int level_count; /* > 0: heights of a small chart, 0 to STYLE_LEVELS, in place of the text */
	uint8_t levels[COLUMN_LEVELS_MAX];
	bool has_port; /* after its last colon: that stays where the rest is cut off */
};

struct column {
	const char *name;
	int smallest;
	int ideal;
	int grow;	/* share of what is left over */
	int rank;	/* 0: never left out */
	bool is_right;	/* numbers */
	bool is_hidden; /* until the user chooses it */
	int digits;	/* >= 0: as wide as the table's largest number, and so much more */
	int sort;	/* enum query_sort, or COLUMN_UNSORTED */
	void (*text)(const void *row, struct column_text *out);
};

/* Those of one table, shown in a pane. */
struct column_table {
	const struct column *columns;
	size_t count;
};

/* A bit for each column that is hidden at first. */
uint32_t column_hidden(const struct column_table *table);

/* `widths[i]` becomes the width of column i, 0 where it is not shown. `largest`: the number that must fit. */
void column_fit(const struct column_table *table, uint32_t hidden, uint64_t largest, int columns,
		int widths[COLUMNS_MAX]);

/* As they are declared, the first at the left. */
void column_order(const struct column_table *table, uint8_t order[COLUMNS_MAX]);
/* Exchanges a column with its neighbour, at the left (-1) or right (1), if it has one with a name. */
void column_move(const struct column_table *table, uint8_t order[COLUMNS_MAX], int column, int step);

/* Names of those that are shown, in their order, with commas between; and takes them in again, those that are not named
 * hidden behind the others. False: err names one that is none; the others count, if there are any. */
void column_put_chosen(const struct column_table *table, uint32_t hidden, const uint8_t order[COLUMNS_MAX], char *out,
		       size_t size);
bool column_choose(const struct column_table *table, const char *chosen, uint32_t *hidden, uint8_t order[COLUMNS_MAX],
		   struct error *err);

/* The column at a place of the drawn row, or -1. */
int column_at(const struct column_table *table, const int widths[COLUMNS_MAX], const uint8_t order[COLUMNS_MAX],
	      int place);

/* `sort` and `is_descending` put an arrow beside the name of the column that sorts. */
void column_draw_names(const struct column_table *table, const int widths[COLUMNS_MAX],
		       const uint8_t order[COLUMNS_MAX], struct grid *g, int column, int row, int sort,
		       bool is_descending);
void column_draw_row(const struct column_table *table, const int widths[COLUMNS_MAX], const uint8_t order[COLUMNS_MAX],
		     struct grid *g, int column, int row, const void *data);

/* As text, a tab between the columns that are not hidden; those without a name are left out, and charts are empty. */
void column_put_names(const struct column_table *table, uint32_t hidden, const uint8_t order[COLUMNS_MAX],
		      struct buffer *out);
void column_put_row(const struct column_table *table, uint32_t hidden, const uint8_t order[COLUMNS_MAX],
		    const void *data, struct buffer *out);

#endif
