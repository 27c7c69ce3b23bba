#include "proto/base64.h"

#include "base/base64_digit.h"

static size_t padding_len(struct slice text)
{
	if (text.len < 4 || text.data[text.len - 1] != '=')
		return 0;
	return text.data[text.len - 2] == '=' ? 2 : 1;
}

/* Decodes four characters, the last `padding` of which are "=". */
static bool decode_group(const uint8_t *in, size_t padding, uint8_t out[3])
{
	uint32_t bits = 0;

	for (size_t i = 0; i < 4; i++) {
		int value = i < 4 - padding ? base64_digit_value(in[i]) : 0;

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
	}
	out[0] = (uint8_t)(bits >> 16);
	out[1] = (uint8_t)(bits >> 8);
	out[2] = (uint8_t)bits;
	return (padding < 1 || out[2] == 0) && (padding < 2 || out[1] == 0);
}

bool base64_decode(struct slice text, struct buffer *out)
{
	size_t old_len = out->len;
	size_t padding = padding_len(text);

	if (text.len % 4 != 0)
		return false;
	for (size_t at = 0; at < text.len; at += 4) {
		size_t missing = at + 4 == text.len ? padding : 0;
		uint8_t bytes[3];

		if (!decode_group(text.data + at, missing, bytes)) {
			out->len = old_len;
			return false;
		}
		buffer_append(out, slice_of(bytes, 3 - missing));
	}
	return true;
}

void base64_encode(struct slice bytes, struct buffer *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t at = 0; at < bytes.len; at += 3) {
		struct slice group = slice_sub(bytes, at, 3);
		uint32_t bits = (uint32_t)group.data[0] << 16;

		if (group.len > 1)
			bits |= (uint32_t)group.data[1] << 8;
		if (group.len > 2)
			bits |= group.data[2];
		for (size_t i = 0; i < 4; i++)
			buffer_append_byte(out, i <= group.len ? (uint8_t)letters[bits >> (18 - 6 * i) & 63] : '=');
	}
}
