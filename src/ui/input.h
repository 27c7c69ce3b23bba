/*
 * input: what the keyboard and the mouse say, apart from any terminal: a character, or one of these.
 */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include <stdbool.h>

enum input_key {
	INPUT_TAB = 9,
	INPUT_ENTER = 13,
	INPUT_ESCAPE = 27,
	INPUT_NONE = 0x110000, /* above all characters */
	INPUT_UP,
	INPUT_DOWN,
	INPUT_LEFT,
	INPUT_RIGHT,
	INPUT_PAGE_UP,
	INPUT_PAGE_DOWN,
	INPUT_HOME,
	INPUT_END,
	INPUT_BACKSPACE,
	INPUT_DELETE,
	INPUT_BACKTAB,
	INPUT_F1, /* INPUT_F1 + n - 1 is Fn */
	INPUT_F2,
	INPUT_F3,
	INPUT_F7 = INPUT_F1 + 6,
	INPUT_F8,
	INPUT_F10 = INPUT_F1 + 9,
	INPUT_F12 = INPUT_F1 + 11,
	INPUT_CLICK,
	INPUT_WHEEL_UP,
	INPUT_WHEEL_DOWN,
	INPUT_RESIZE,
	INPUT_PASTE, /* pasted text begins */
};

/* Ctrl and a letter. */
#define INPUT_CONTROL(letter) ((letter)&0x1f)

struct input {
	int key;    /* a Unicode character or enum input_key */
	int column; /* of the mouse */
	int row;
	bool is_pasted; /* a character of pasted text: never a key */
};

#endif
