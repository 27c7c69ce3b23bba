#include "mime/base64_text.h"

#include <assert.h>

#include "base/base64_digit.h"

void base64_text_finish(struct base64_text *b, struct buffer *out)
{
	uint32_t bits = b->bits << (6 * (4 - b->digits)); /* to where a full quantum has them */

	assert(b->digits < 4);
	if (b->digits >= 2)
		buffer_append_byte(out, (uint8_t)(bits >> 16));
	if (b->digits == 3)
		buffer_append_byte(out, (uint8_t)(bits >> 8));
	*b = (struct base64_text){0};
}

void base64_text_feed(struct base64_text *b, struct slice text, struct buffer *out)
{
	for (size_t i = 0; i < text.len; i++) {
		int value = base64_digit_value(text.data[i]);

		if (text.data[i] == '=')
			base64_text_finish(b, out);
		if (value < 0)
			continue;
		b->bits = b->bits << 6 | (uint32_t)value;
		if (++b->digits < 4)
			continue;
		buffer_append_byte(out, (uint8_t)(b->bits >> 16));
		buffer_append_byte(out, (uint8_t)(b->bits >> 8));
		buffer_append_byte(out, (uint8_t)b->bits);
		*b = (struct base64_text){0};
	}
}
