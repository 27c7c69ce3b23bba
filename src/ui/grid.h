/*
 * grid: the screen as cells, apart from any terminal.
 *
 * Views draw on a grid, the screen shows it, tests compare it as text. Everything is clipped: drawing outside is not an
 * error. Texts are UTF-8; wide characters take two cells, of which the second has width 0; a character that a terminal
 * must not be given becomes U+FFFD, whatever came before: this is the last gate. One owner, one thread.
 */
#ifndef UI_GRID_H
#define UI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "ui/style.h"

enum {
	GRID_COMBINING = 2, /* marks kept on one character; more are left out */
};

struct rect {
	int column;
	int row;
	int columns;
	int rows;
};

struct grid_cell {
	uint32_t character;
	uint32_t combining[GRID_COMBINING]; /* 0: none */
	uint16_t style;			    /* enum style and its flags */
	uint8_t width;			    /* 1, 2, or 0: the right half of the cell before */
};

struct grid {
	int columns;
	int rows;
	bool ascii;	   /* lines, signs and arrows of ours in ASCII */
	int cursor_column; /* -1: hidden */
	int cursor_row;
	struct grid_cell *cells; /* row after row */
};

/* Makes it blank, with that size. */
void grid_reset(struct grid *g, int columns, int rows);
void grid_fini(struct grid *g);

const struct grid_cell *grid_cell(const struct grid *g, int column, int row);

/* Writes `text` into at most `columns` cells, an ellipsis in place of what is cut off; returns the columns used. */
int grid_put(struct grid *g, int column, int row, int columns, const char *text, uint16_t style);
/* The same without the first `skip` columns of the text. */
int grid_put_from(struct grid *g, int column, int row, int columns, uint32_t skip, const char *text, uint16_t style);
/* Fills the rows of `rect`, breaking at blanks; the ellipsis is at the end of the last one. */
void grid_put_wrapped(struct grid *g, struct rect rect, const char *text, uint16_t style);
/* As grid_put, ending at the right of the `columns` cells. */
void grid_put_right(struct grid *g, int column, int row, int columns, const char *text, uint16_t style);
void grid_put_character(struct grid *g, int column, int row, uint32_t character, uint16_t style);
void grid_put_symbol(struct grid *g, int column, int row, enum symbol symbol, uint16_t style);
/* See style_level. */
void grid_put_level(struct grid *g, int column, int row, unsigned int level, uint16_t style);
/* The sign of a meaning, in its style. */
void grid_put_sign(struct grid *g, int column, int row, enum snapshot_meaning meaning);
void grid_put_line(struct grid *g, int column, int row, int columns, enum symbol symbol, uint16_t style);

void grid_blank(struct grid *g, struct rect rect, uint16_t style);
/* Adds STYLE_CURSOR or STYLE_TRACE to what is there, or gives cells another style but keeps their flags. */
void grid_flag(struct grid *g, struct rect rect, uint16_t flags);
void grid_restyle(struct grid *g, struct rect rect, uint16_t style);
void grid_box(struct grid *g, struct rect rect, uint16_t style);

/* Columns that the whole text takes. */
int grid_text_columns(const char *text);

/* Appends the character of a cell; none of the right half of a wide one. */
void grid_append_cell(const struct grid *g, int column, int row, struct buffer *out);
/* The whole grid as lines of UTF-8 without trailing blanks, for tests. */
void grid_text(const struct grid *g, struct buffer *out);

#endif
