/*
 * screen: the terminal: the only part that knows ncurses. Shows a grid by its differences, reads the keyboard and the
 * mouse. There is one, on the main thread. Whatever ends the program, the terminal is put back as it was: by
 * screen_close, and on a crash by a signal handler.
 */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "base/error.h"
#include "ui/grid.h"
#include "ui/input.h"

/* The keyboard is /dev/tty when standard input is not a terminal; so is the output. */
bool screen_open(enum theme theme, struct error *err);
void screen_close(void);
/* Leaves the terminal to somebody else, and takes it back: then all must be drawn again. */
void screen_lend(void);
void screen_take_back(void);

/* Whether the terminal takes UTF-8: otherwise lines and signs must be ASCII. */
bool screen_is_utf8(void);
/* To poll for input. */
int screen_fd(void);
void screen_size(int *columns, int *rows);
/* Whether the terminal may have one; and puts text into the clipboard of whoever sits there (clipboard.h). False:
 * errno.
 */
bool screen_has_clipboard(void);
bool screen_copy(struct slice text);
void screen_theme(enum theme theme);

/* The next input; false when there is none now. */
bool screen_read(struct input *out);
/* After how many milliseconds to ask again although the terminal sent nothing; -1: never. */
int screen_wait_ms(void);

/* `is_whole`: everything anew, because something else wrote on the terminal. */
void screen_draw(const struct grid *g, bool is_whole);

#endif
