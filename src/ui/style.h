/*
 * style: what a cell means, and how a theme shows that.
 *
 * Views give meanings, never colours. Every meaning also has a sign, so that nothing is told by colour alone; the signs
 * and the lines of the boxes exist in UTF-8 and in ASCII.
 */
#ifndef UI_STYLE_H
#define UI_STYLE_H

#include <stdbool.h>
#include <stdint.h>

#include "snapshot/snapshot.h"

/* The first MEANINGS are those of enum snapshot_meaning, in its order. */
enum style {
	STYLE_PLAIN,
	STYLE_CLIENT,
	STYLE_SERVER,
	STYLE_GOOD,
	STYLE_NOTICE,
	STYLE_WARNING,
	STYLE_ERROR,
	STYLE_SECRET,
	STYLE_MUTED,
	STYLE_TITLE,
	STYLE_TITLE_ALERT, /* packets were lost */
	STYLE_BORDER,
	STYLE_BORDER_FOCUS,
	STYLE_HEADING,
	STYLE_KEY,
	STYLE_LABEL,
	STYLE_MATCH,
	STYLE_INPUT,
	STYLES
};

/* Added to a style: the row under the cursor in the focused pane, and in the others. */
enum {
	STYLE_CURSOR = 0x100,
	STYLE_TRACE = 0x200,
	STYLE_FLAGS = STYLE_CURSOR | STYLE_TRACE,
};

enum symbol {
	SYMBOL_HORIZONTAL,
	SYMBOL_VERTICAL,
	SYMBOL_TOP_LEFT,
	SYMBOL_TOP_RIGHT,
	SYMBOL_BOTTOM_LEFT,
	SYMBOL_BOTTOM_RIGHT,
	SYMBOL_TEE_LEFT,
	SYMBOL_TEE_RIGHT,
	SYMBOL_REMARK, /* a line about both sides */
	SYMBOL_TO_SERVER,
	SYMBOL_TO_CLIENT,
	SYMBOL_ELLIPSIS,
	SYMBOL_ASCENDING,
	SYMBOL_DESCENDING,
	SYMBOL_BAR, /* progress done */
	SYMBOL_LATENCY,
	SYMBOL_RESENT,
	SYMBOL_CLOSED, /* window */
	SYMBOL_DISORDERED,
	SYMBOLS
};

enum {
	STYLE_LEVELS = 8,
};

enum theme {
	THEME_DARK,
	THEME_LIGHT,
	THEME_MONO,
	THEMES
};

enum {
	STYLE_BOLD = 1,
	STYLE_DIM = 2,
	STYLE_REVERSE = 4,
	STYLE_UNDERLINE = 8,
};

/* How a theme shows a style: a colour for terminals of 256 colours, one for those of 8, -1 being the terminal's own;
 * attributes. */
struct style_look {
	int16_t colour;
	int16_t basic_colour;
	uint16_t attributes;
};

uint16_t style_of(enum snapshot_meaning meaning);

/* The meaning's sign; a blank for plain text. One column. */
uint32_t style_sign(enum snapshot_meaning meaning, bool ascii);
/* A bar of one character, so many eighths high. */
uint32_t style_level(unsigned int level, bool ascii);
uint32_t style_symbol(enum symbol symbol, bool ascii);

struct style_look style_look(enum theme theme, enum style style);

/* "dark", "light", "mono"; NULL past the end. */
const char *style_theme_name(enum theme theme);
/* Unknown names and NULL give the dark theme. */
enum theme style_theme(const char *name);

#endif
