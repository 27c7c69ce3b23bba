/*
 * clipboard: text for the clipboard of whoever sits at the terminal, as the control sequence OSC 52 of xterm: pure.
 *
 * Terminals take 100,000 bytes of it at most. tmux hands on only what is wrapped, and takes what is not for its own
 * buffer: it gets both. screen hands on strings of a limited length: it gets many.
 */
#ifndef UI_CLIPBOARD_H
#define UI_CLIPBOARD_H

#include <stdbool.h>

#include "base/buffer.h"

enum {
	CLIPBOARD_LEN_MAX = 74994, /* 99,992 bytes in base64, and eight around them */
};

enum clipboard {
	CLIPBOARD_NONE, /* the terminal is known to have none */
	CLIPBOARD_PLAIN,
	CLIPBOARD_TMUX,
	CLIPBOARD_SCREEN,
};

/* By the environment: $TERM, $TMUX, $STY; each may be NULL. */
enum clipboard clipboard_of(const char *term, const char *tmux, const char *sty);

void clipboard_put(enum clipboard kind, struct slice text, struct buffer *out);

#endif
