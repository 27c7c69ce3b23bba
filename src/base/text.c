#include "base/text.h"

enum {
	BLOCK_LEN = 16,
};

/* The length that a sequence beginning with `byte` must have and the bounds of its second byte (Unicode 15, table 3-7);
 * length 0: no sequence begins so. */
static size_t sequence_len(uint8_t byte, uint8_t *low, uint8_t *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (byte >= 0xc2 && byte <= 0xdf)
		return 2;
	if (byte >= 0xe0 && byte <= 0xef) {
		if (byte == 0xe0)
			*low = 0xa0; /* else overlong */
		if (byte == 0xed)
			*high = 0x9f; /* else a surrogate */
		return 3;
	}
	if (byte >= 0xf0 && byte <= 0xf4) {
		if (byte == 0xf0)
			*low = 0x90;
		if (byte == 0xf4)
			*high = 0x8f; /* else past U+10FFFF */
		return 4;
	}
	return 0;
}

/* As text_decode, and tells whether the bytes were valid: U+FFFD itself may stand in the text. */
static uint32_t decode(struct slice s, size_t *used_len, bool *is_valid)
{
	uint8_t low;
	uint8_t high;
	size_t len = sequence_len(s.data[0], &low, &high);
	uint32_t character;

	*used_len = 1;
	*is_valid = s.data[0] < 0x80;
	if (*is_valid)
		return s.data[0];
	if (len == 0)
		return TEXT_REPLACEMENT;
	character = s.data[0] & (0xffU >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if (i >= s.len || s.data[i] < low || s.data[i] > high)
			return TEXT_REPLACEMENT;
		character = character << 6 | (s.data[i] & 0x3fU);
		low = 0x80;
		high = 0xbf;
		*used_len = i + 1;
	}
	*is_valid = true;
	return character;
}

uint32_t text_decode(struct slice s, size_t *used_len)
{
	bool is_valid;

	return decode(s, used_len, &is_valid);
}

size_t text_encode(uint8_t out[4], uint32_t character)
{
	if (character < 0x80) {
		out[0] = (uint8_t)character;
		return 1;
	}
	if (character < 0x800) {
		out[0] = (uint8_t)(0xc0 | character >> 6);
		out[1] = (uint8_t)(0x80 | (character & 0x3f));
		return 2;
	}
	if (character < 0x10000) {
		out[0] = (uint8_t)(0xe0 | character >> 12);
		out[1] = (uint8_t)(0x80 | (character >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (character & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | (character >> 18 & 0x07));
	out[1] = (uint8_t)(0x80 | (character >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (character >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (character & 0x3f));
	return 4;
}

/* Compilers turn this into vector code. */
static bool block_is_ascii(const uint8_t *at, bool printable)
{
	uint8_t above = 0;
	uint8_t controls = 0;

	for (size_t i = 0; i < BLOCK_LEN; i++) {
		above |= (uint8_t)(at[i] >= 0x80);
		controls |= (uint8_t)((at[i] < 0x20) | (at[i] == 0x7f));
	}
	return above == 0 && (!printable || controls == 0);
}

/* The bytes at the start that are ASCII, and with `printable` no control characters either: they need no decoding. */
static size_t ascii_run(struct slice s, bool printable)
{
	size_t i = 0;

	while (s.len - i >= BLOCK_LEN && block_is_ascii(s.data + i, printable))
		i += BLOCK_LEN;
	while (i < s.len && s.data[i] < 0x80 && (!printable || (s.data[i] >= 0x20 && s.data[i] != 0x7f)))
		i++;
	return i;
}

bool text_is_utf8(struct slice s)
{
	while (s.len > 0) {
		size_t used = ascii_run(s, false);
		bool is_valid = true;

		if (used == 0)
			decode(s, &used, &is_valid);
		if (!is_valid)
			return false;
		s = slice_after(s, used);
	}
	return true;
}

static void append_character(struct buffer *out, uint32_t character)
{
	uint8_t bytes[4];

	buffer_append(out, slice_of(bytes, text_encode(bytes, character)));
}

void text_append_utf8(struct buffer *out, struct slice s)
{
	while (s.len > 0) {
		size_t used = ascii_run(s, false);

		if (used > 0)
			buffer_append(out, slice_sub(s, 0, used));
		else
			append_character(out, text_decode(s, &used));
		s = slice_after(s, used);
	}
}

bool text_is_control(uint32_t character)
{
	if (character < 0x300)
		return character < 0x20 || (character >= 0x7f && character <= 0x9f) || character == 0xad;
	if (character >= 0x2000 && character < 0x2070)
		return (character >= 0x200b && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
		       character >= 0x2060;
	/* Arabic letter mark, Mongolian vowel separator, byte order mark, interlinear annotation, tags */
	return character == 0x061c || character == 0x180e || character == 0xfeff ||
	       (character >= 0xfff9 && character <= 0xfffb) || (character >= 0xe0000 && character <= 0xe00ff);
}

static void append_control(struct buffer *out, uint32_t character)
{
	if (character < 0x20)
		append_character(out, 0x2400 + character);
	else if (character == 0x7f)
		append_character(out, 0x2421);
	else
		buffer_printf(out, "<U+%04X>", (unsigned int)character);
}

void text_append_visible(struct buffer *out, struct slice s)
{
	while (s.len > 0) {
		size_t used = ascii_run(s, true);

		if (used > 0) {
			buffer_append(out, slice_sub(s, 0, used));
		} else {
			uint32_t character = text_decode(s, &used);

			if (text_is_control(character))
				append_control(out, character);
			else
				append_character(out, character);
		}
		s = slice_after(s, used);
	}
}

struct slice text_cut(struct slice s, size_t len)
{
	if (len >= s.len)
		return s;
	while (len > 0 && (s.data[len] & 0xc0) == 0x80)
		len--;
	return slice_sub(s, 0, len);
}
