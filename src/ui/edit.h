/*
 * edit: one line of UTF-8 that the user types, with a history. Keys as in readline: arrows, Home End ^A ^E, Backspace
 * ^H Delete ^D, ^W word, ^U to the start, ^K to the end, Up and Down the history.
 */
#ifndef UI_EDIT_H
#define UI_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/grid.h"

enum {
	EDIT_SIZE = 256,
	EDIT_HISTORY_LINES = 16,
};

struct edit_history {
	char lines[EDIT_HISTORY_LINES][EDIT_SIZE]; /* the newest first */
	size_t count;
};

struct edit {
	char text[EDIT_SIZE];
	size_t len;
	size_t cursor;	 /* bytes before it */
	size_t recalled; /* line of the history, from 1; 0: none */
};

void edit_set(struct edit *e, const char *text);
/* Types a whole text at the cursor; what does not fit is left out. */
void edit_insert(struct edit *e, const char *text);
/* The same in the place of the bytes between `from` and the cursor; where it does not fit nothing changes. */
void edit_replace(struct edit *e, size_t from, const char *text);
/* Whether the key was one of its own. `history` may be NULL. */
bool edit_key(struct edit *e, const struct edit_history *history, int key);
/* Keeps a line that was entered, unless it is empty or the newest already. */
void edit_remember(struct edit_history *history, const char *line);
/* Draws it in `columns` cells, scrolled so that the cursor shows, and puts the grid's cursor there if `is_active`. */
void edit_draw(const struct edit *e, struct grid *g, int column, int row, int columns, bool is_active);

/* Gives the bytes from `at` on, drawn in that line, another style; of none, the place after the text. */
void edit_mark(const struct edit *e, struct grid *g, struct rect line, size_t at, size_t len, uint16_t style);

#endif
