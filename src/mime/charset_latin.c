#include "mime/charset_latin.h"

#include "base/text.h"

enum {
	FIRST = 0x80,
	LAST = 0x9f,
};

/* Where windows-1252 has letters and ISO-8859-1 control characters. */
static const uint16_t letters[LAST - FIRST + 1] = {
	0x20ac, 0,	0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,	0x017d, 0,	0,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,	0x017e, 0x0178,
};

size_t charset_latin_read(struct slice text, bool is_strict, struct buffer *out)
{
	size_t wrong = 0;

	for (size_t i = 0; i < text.len && (wrong == 0 || !is_strict); i++) {
		uint8_t byte = text.data[i];
		uint32_t character = byte >= FIRST && byte <= LAST ? letters[byte - FIRST] : byte;
		uint8_t encoded[4];

		if (character == 0 && byte != 0) {
			character = TEXT_REPLACEMENT;
			wrong++;
		}
		buffer_append(out, slice_of(encoded, text_encode(encoded, character)));
	}
	return wrong;
}
