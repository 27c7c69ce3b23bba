#include "mime/charset_shift.h"

#include <assert.h>

enum {
	ESC = 0x1b,
	SHIFT_OUT = 0x0e,
	SHIFT_IN = 0x0f,
	NO_CHARACTER = 0xfd, /* of CP932 */
};

enum set {
	SET_ASCII,
	SET_KATAKANA,
	SET_JIS_X_0208,
	SET_JIS_X_0212,
};

static const struct {
	const char *escape;
	enum set set;
} escapes[] = {
	{"\033(B", SET_ASCII},	     {"\033(J", SET_ASCII},	  {"\033(H", SET_ASCII},
	{"\033(I", SET_KATAKANA},    {"\033$@", SET_JIS_X_0208},  {"\033$B", SET_JIS_X_0208},
	{"\033$(@", SET_JIS_X_0208}, {"\033$(B", SET_JIS_X_0208}, {"\033&@\033$B", SET_JIS_X_0208},
	{"\033$(D", SET_JIS_X_0212},
};

/* The length of the escape sequence at the start of `text`, 0 for none. */
static size_t read_escape(struct slice text, enum set *set)
{
	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		struct slice escape = slice_from_text(escapes[i].escape);

		if (slice_equals(slice_sub(text, 0, escape.len), escape)) {
			*set = escapes[i].set;
			return escape.len;
		}
	}
	return 0;
}

/* Of the sets with 94 places a row. */
static bool is_place(uint8_t byte)
{
	return byte >= 0x21 && byte <= 0x7e;
}

/* A place of JIS X 0208, and of the rows that NEC and IBM added, in Shift_JIS: two rows share a first byte. */
static void put_place(uint8_t row, uint8_t cell, struct buffer *out)
{
	unsigned int first = ((row - 0x21U) >> 1) + 0x81;
	unsigned int second = row % 2 == 0 ? cell + 0x7eU : cell + (cell >= 0x60 ? 0x20U : 0x1fU);

	assert(is_place(row) && is_place(cell));
	buffer_append_byte(out, (uint8_t)(first > 0x9f ? first + 0x40 : first));
	buffer_append_byte(out, (uint8_t)second);
}

/* One character of the set; returns its length. */
static size_t put_character(struct slice text, enum set set, struct buffer *out)
{
	uint8_t byte = text.data[0];

	if (set == SET_KATAKANA && byte >= 0x21 && byte <= 0x5f) {
		buffer_append_byte(out, byte | 0x80);
		return 1;
	}
	if (set < SET_JIS_X_0208 || !is_place(byte) || text.len < 2 || !is_place(text.data[1])) {
		buffer_append_byte(out, byte);
		return 1;
	}
	if (set == SET_JIS_X_0212)
		buffer_append_byte(out, NO_CHARACTER);
	else
		put_place(byte, text.data[1], out);
	return 2;
}

void charset_shift_iso_2022_jp(struct slice text, struct buffer *out)
{
	enum set set = SET_ASCII;
	enum set before = SET_ASCII; /* SO */
	size_t len;

	for (; text.len > 0; text = slice_after(text, len)) {
		if ((len = read_escape(text, &set)) > 0)
			continue;
		len = 1;
		if (text.data[0] == SHIFT_OUT && set != SET_KATAKANA) {
			before = set;
			set = SET_KATAKANA;
		} else if (text.data[0] == SHIFT_IN && set == SET_KATAKANA) {
			set = before;
		} else {
			if (text.data[0] == '\n')
				set = SET_ASCII; /* each line begins so */
			len = put_character(text, set, out);
		}
	}
}

void charset_shift_hz(struct slice text, struct buffer *out)
{
	bool is_shifted = false;
	size_t len;

	for (; text.len > 0; text = slice_after(text, len)) {
		uint8_t next = text.len > 1 ? text.data[1] : 0;

		len = 2;
		if (text.data[0] == '~' && next == '{') {
			is_shifted = true;
		} else if (text.data[0] == '~' && next == '}') {
			is_shifted = false;
		} else if (text.data[0] == '~' && next == '~') {
			buffer_append_byte(out, '~');
		} else if (text.data[0] == '~' && next == '\n') {
			continue; /* a line that goes on */
		} else if (is_shifted && is_place(text.data[0]) && is_place(next)) {
			buffer_append_byte(out, text.data[0] | 0x80);
			buffer_append_byte(out, next | 0x80);
		} else {
			if (text.data[0] == '\n')
				is_shifted = false;
			buffer_append_byte(out, text.data[0]);
			len = 1;
		}
	}
}
