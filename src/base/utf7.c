#include "base/utf7.h"

#include "base/base64_digit.h"
#include "base/text.h"

/* With "," for "/" (RFC 3501 section 5.1.3). */
static int digit_of(uint8_t byte)
{
	if (byte == '/')
		return -1;
	return base64_digit_value(byte == ',' ? '/' : byte);
}

/* What is read of a shifted run. */
struct shifted {
	struct buffer *out;
	uint32_t bits;
	unsigned int bit_count;
	uint32_t high; /* the first half of a pair; 0: none */
};

/* A unit of UTF-16; false: the halves of a pair do not fit. */
static bool take_unit(struct shifted *s, uint32_t unit)
{
	bool is_high = unit >= 0xd800 && unit < 0xdc00;
	bool is_low = unit >= 0xdc00 && unit < 0xe000;
	uint8_t encoded[4];

	if (is_low != (s->high != 0))
		return false;
	if (is_high) {
		s->high = unit;
		return true;
	}
	if (is_low)
		unit = 0x10000 + ((s->high - 0xd800) << 10) + (unit - 0xdc00);
	s->high = 0;
	buffer_append(s->out, slice_of(encoded, text_encode(encoded, unit)));
	return true;
}

/* The run after "&", up to its "-"; `*used_len`: with that. */
static bool take_run(struct slice run, struct buffer *out, size_t *used_len)
{
	struct shifted s = {.out = out};
	size_t len = slice_find(run, '-');

	*used_len = len + 1;
	if (len == run.len)
		return false;
	if (len == 0)
		return buffer_append_byte(out, '&');
	for (size_t i = 0; i < len; i++) {
		int digit = digit_of(run.data[i]);

		if (digit < 0)
			return false;
		s.bits = s.bits << 6 | (uint32_t)digit;
		s.bit_count += 6;
		if (s.bit_count < 16)
			continue;
		s.bit_count -= 16;
		if (!take_unit(&s, s.bits >> s.bit_count & 0xffff))
			return false;
	}
	/* what fills the last character up is zero */
	return s.high == 0 && s.bit_count < 6 && (s.bits & ((1U << s.bit_count) - 1)) == 0;
}

bool utf7_decode(struct slice name, struct buffer *out)
{
	size_t start = out->len;
	bool good = true;

	while (good && name.len > 0) {
		size_t used_len = 1;

		if (name.data[0] == '&')
			good = take_run(slice_after(name, 1), out, &used_len);
		else
			good = name.data[0] >= 0x20 && name.data[0] < 0x7f && buffer_append_byte(out, name.data[0]);
		name = slice_after(name, name.data[0] == '&' ? 1 + used_len : 1);
	}
	if (!good)
		out->len = start;
	return good;
}
