/*
 * base64_digit: what a character stands for in base64 (RFC 4648 section 4).
 */
#ifndef BASE_BASE64_DIGIT_H
#define BASE_BASE64_DIGIT_H

#include <stdint.h>

/* Its six bits; -1: it is none of the 64. */
static inline int base64_digit_value(uint8_t byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return byte - 'A';
	if (byte >= 'a' && byte <= 'z')
		return byte - 'a' + 26;
	if (byte >= '0' && byte <= '9')
		return byte - '0' + 52;
	return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

#endif
