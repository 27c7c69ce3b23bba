/*
 * filter_text: the words of a display filter as keys add them and take them away again. Texts of EDIT_SIZE.
 */
#ifndef UI_FILTER_TEXT_H
#define UI_FILTER_TEXT_H

#include <stdbool.h>

#include "ui/edit.h"

/* Whether `term` ("failed", "host 10.0.0.5") is in the text and must hold: it stands by itself among words that are
 * joined by "and" or blanks. */
bool filter_text_has(const char *text, const char *term);

/* Adds it, so that it must hold beside all that was there; nothing happens where it is there already, or does not
 * fit: false then. */
bool filter_text_add(char text[EDIT_SIZE], const char *term);

/* Takes it away. Whether it was there. */
bool filter_text_remove(char text[EDIT_SIZE], const char *term);

/* Adds the first; when it is there, the second takes its place; when that is, it is taken away. False: no room. */
bool filter_text_cycle(char text[EDIT_SIZE], const char *first, const char *second);

#endif
