#include "ui/style.h"

#include <stddef.h>
#include <string.h>

static const struct {
	uint32_t utf8;
	uint32_t ascii;
} signs[MEANINGS] = {
	[MEANING_PLAIN] = {' ', ' '},	 [MEANING_CLIENT] = {'C', 'C'},	 [MEANING_SERVER] = {'S', 'S'},
	[MEANING_GOOD] = {0x2714, '+'},	 [MEANING_NOTICE] = {0xb7, '.'}, [MEANING_WARNING] = {'!', '!'},
	[MEANING_ERROR] = {0x2718, 'x'}, [MEANING_SECRET] = {'$', '$'},	 [MEANING_MUTED] = {'-', '-'},
};

static const struct {
	uint32_t utf8;
	uint32_t ascii;
} symbols[SYMBOLS] = {
	[SYMBOL_HORIZONTAL] = {0x2500, '-'},  [SYMBOL_VERTICAL] = {0x2502, '|'},
	[SYMBOL_TOP_LEFT] = {0x250c, '+'},    [SYMBOL_TOP_RIGHT] = {0x2510, '+'},
	[SYMBOL_BOTTOM_LEFT] = {0x2514, '+'}, [SYMBOL_BOTTOM_RIGHT] = {0x2518, '+'},
	[SYMBOL_TEE_LEFT] = {0x251c, '+'},    [SYMBOL_TEE_RIGHT] = {0x2524, '+'},
	[SYMBOL_REMARK] = {0x2504, '.'},      [SYMBOL_TO_SERVER] = {0x25b6, '>'},
	[SYMBOL_TO_CLIENT] = {0x25c0, '<'},   [SYMBOL_ELLIPSIS] = {0x2026, '~'},
	[SYMBOL_ASCENDING] = {0x25b4, '^'},   [SYMBOL_DESCENDING] = {0x25be, 'v'},
	[SYMBOL_BAR] = {0x2588, '#'},	      [SYMBOL_LATENCY] = {0x2584, '='},
	[SYMBOL_RESENT] = {0x21bb, 'r'},      [SYMBOL_CLOSED] = {'w', 'w'},
	[SYMBOL_DISORDERED] = {'o', 'o'},
};

static const char *const theme_names[THEMES + 1] = {"dark", "light", "mono", NULL};

/* clang-format off */
static const struct style_look looks[THEMES][STYLES] = {
	[THEME_DARK] = {
		[STYLE_PLAIN]        = {-1, -1, 0},
		[STYLE_CLIENT]       = {80, 6, 0},
		[STYLE_SERVER]       = {-1, -1, 0},
		[STYLE_GOOD]         = {113, 2, 0},
		[STYLE_NOTICE]       = {110, 6, 0},
		[STYLE_WARNING]      = {221, 3, 0},
		[STYLE_ERROR]        = {203, 1, STYLE_BOLD},
		[STYLE_SECRET]       = {176, 5, 0},
		[STYLE_MUTED]        = {245, -1, STYLE_DIM},
		[STYLE_TITLE]        = {-1, -1, STYLE_BOLD},
		[STYLE_TITLE_ALERT]  = {203, 1, STYLE_BOLD | STYLE_REVERSE},
		[STYLE_BORDER]       = {241, -1, STYLE_DIM},
		[STYLE_BORDER_FOCUS] = {80, 6, 0},
		[STYLE_HEADING]      = {-1, -1, STYLE_BOLD},
		[STYLE_KEY]          = {80, 6, STYLE_BOLD},
		[STYLE_LABEL]        = {-1, -1, 0},
		[STYLE_MATCH]        = {221, 3, STYLE_REVERSE},
		[STYLE_INPUT]        = {-1, -1, STYLE_UNDERLINE},
	},
	[THEME_LIGHT] = {
		[STYLE_PLAIN]        = {-1, -1, 0},
		[STYLE_CLIENT]       = {25, 4, 0},
		[STYLE_SERVER]       = {-1, -1, 0},
		[STYLE_GOOD]         = {28, 2, 0},
		[STYLE_NOTICE]       = {25, 4, 0},
		[STYLE_WARNING]      = {130, 5, 0},
		[STYLE_ERROR]        = {160, 1, STYLE_BOLD},
		[STYLE_SECRET]       = {90, 5, 0},
		[STYLE_MUTED]        = {243, -1, STYLE_DIM},
		[STYLE_TITLE]        = {-1, -1, STYLE_BOLD},
		[STYLE_TITLE_ALERT]  = {160, 1, STYLE_BOLD | STYLE_REVERSE},
		[STYLE_BORDER]       = {248, -1, STYLE_DIM},
		[STYLE_BORDER_FOCUS] = {25, 4, 0},
		[STYLE_HEADING]      = {-1, -1, STYLE_BOLD},
		[STYLE_KEY]          = {25, 4, STYLE_BOLD},
		[STYLE_LABEL]        = {-1, -1, 0},
		[STYLE_MATCH]        = {130, 5, STYLE_REVERSE},
		[STYLE_INPUT]        = {-1, -1, STYLE_UNDERLINE},
	},
	[THEME_MONO] = {
		[STYLE_PLAIN]        = {-1, -1, 0},
		[STYLE_CLIENT]       = {-1, -1, 0},
		[STYLE_SERVER]       = {-1, -1, 0},
		[STYLE_GOOD]         = {-1, -1, 0},
		[STYLE_NOTICE]       = {-1, -1, 0},
		[STYLE_WARNING]      = {-1, -1, STYLE_BOLD},
		[STYLE_ERROR]        = {-1, -1, STYLE_BOLD},
		[STYLE_SECRET]       = {-1, -1, STYLE_UNDERLINE},
		[STYLE_MUTED]        = {-1, -1, STYLE_DIM},
		[STYLE_TITLE]        = {-1, -1, STYLE_BOLD},
		[STYLE_TITLE_ALERT]  = {-1, -1, STYLE_BOLD | STYLE_REVERSE},
		[STYLE_BORDER]       = {-1, -1, STYLE_DIM},
		[STYLE_BORDER_FOCUS] = {-1, -1, STYLE_BOLD},
		[STYLE_HEADING]      = {-1, -1, STYLE_BOLD},
		[STYLE_KEY]          = {-1, -1, STYLE_BOLD},
		[STYLE_LABEL]        = {-1, -1, 0},
		[STYLE_MATCH]        = {-1, -1, STYLE_REVERSE},
		[STYLE_INPUT]        = {-1, -1, STYLE_UNDERLINE},
	},
};
/* clang-format on */

_Static_assert((int)STYLE_MUTED == (int)MEANING_MUTED && (int)STYLE_TITLE == (int)MEANINGS,
	       "styles begin with meanings");

uint16_t style_of(enum snapshot_meaning meaning)
{
	return (unsigned int)meaning < MEANINGS ? (uint16_t)meaning : STYLE_PLAIN;
}

uint32_t style_sign(enum snapshot_meaning meaning, bool ascii)
{
	if ((unsigned int)meaning >= MEANINGS)
		return ' ';
	return ascii ? signs[meaning].ascii : signs[meaning].utf8;
}

uint32_t style_symbol(enum symbol symbol, bool ascii)
{
	return ascii ? symbols[symbol].ascii : symbols[symbol].utf8;
}

uint32_t style_level(unsigned int level, bool ascii)
{
	static const char plain[STYLE_LEVELS + 1] = {' ', '.', '.', ':', ':', '|', '|', '#', '#'};

	if (level > STYLE_LEVELS)
		level = STYLE_LEVELS;
	return level == 0 || ascii ? (uint32_t)plain[level] : 0x2580 + level;
}

struct style_look style_look(enum theme theme, enum style style)
{
	return looks[theme][style];
}

const char *style_theme_name(enum theme theme)
{
	return (unsigned int)theme < THEMES ? theme_names[theme] : NULL;
}

enum theme style_theme(const char *name)
{
	for (int i = 0; name != NULL && i < THEMES; i++)
		if (strcmp(theme_names[i], name) == 0)
			return (enum theme)i;
	return THEME_DARK;
}
