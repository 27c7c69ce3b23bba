#include "proto/ntlm.h"

#include <assert.h>

/* Where the message's fields stand; each names a text by its length, its room and its offset. */
enum {
	TYPE_AT = 8,
	LM_RESPONSE_AT = 12,
	NT_RESPONSE_AT = 20,
	DOMAIN_AT = 28,
	USER_AT = 36,
	FLAGS_AT = 60,
	SHORTEST = 52, /* old clients send no session key and no flags */
	TYPE_AUTHENTICATE = 3,
	FLAG_UNICODE = 1,
};

static uint32_t read16(struct slice s, size_t at)
{
	assert(at + 2 <= s.len);
	return (uint32_t)s.data[at] | (uint32_t)s.data[at + 1] << 8;
}

static uint32_t read32(struct slice s, size_t at)
{
	return read16(s, at) | read16(s, at + 2) << 16;
}

static struct slice field(struct slice message, size_t at)
{
	return slice_sub(message, read32(message, at + 4), read16(message, at));
}

static void append_utf8(struct buffer *out, uint32_t c)
{
	if (c < 0x80) {
		buffer_append_byte(out, (uint8_t)c);
		return;
	}
	if (c < 0x800) {
		buffer_append_byte(out, (uint8_t)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buffer_append_byte(out, (uint8_t)(0xe0 | c >> 12));
		} else {
			buffer_append_byte(out, (uint8_t)(0xf0 | c >> 18));
			buffer_append_byte(out, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
		}
		buffer_append_byte(out, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
	}
	buffer_append_byte(out, (uint8_t)(0x80 | (c & 0x3f)));
}

/* A surrogate without its other half becomes U+FFFD. */
static void append_utf16(struct buffer *out, struct slice text)
{
	for (size_t at = 0; at + 2 <= text.len; at += 2) {
		uint32_t c = read16(text, at);
		uint32_t next = at + 4 <= text.len ? read16(text, at + 2) : 0;

		if (c >= 0xd800 && c < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00);
			at += 2;
		} else if (c >= 0xd800 && c < 0xe000) {
			c = 0xfffd;
		}
		append_utf8(out, c);
	}
}

static void append_text(struct buffer *out, struct slice text, bool unicode)
{
	buffer_clear(out);
	if (unicode)
		append_utf16(out, text);
	else
		buffer_append(out, text);
}

static void append_hex(struct buffer *out, struct slice bytes)
{
	static const char digits[] = "0123456789abcdef";

	buffer_clear(out);
	for (size_t i = 0; i < bytes.len; i++) {
		buffer_append_byte(out, (uint8_t)digits[bytes.data[i] >> 4]);
		buffer_append_byte(out, (uint8_t)digits[bytes.data[i] & 15]);
	}
}

bool ntlm_read_login(struct slice message, struct buffer *user, struct buffer *domain, struct buffer *response)
{
	static const uint8_t signature[8] = "NTLMSSP";
	struct slice answer;
	bool unicode;

	if (message.len < SHORTEST || memcmp(message.data, signature, sizeof(signature)) != 0 ||
	    read32(message, TYPE_AT) != TYPE_AUTHENTICATE)
		return false;
	unicode = message.len >= FLAGS_AT + 4 && (read32(message, FLAGS_AT) & FLAG_UNICODE);
	append_text(user, field(message, USER_AT), unicode);
	append_text(domain, field(message, DOMAIN_AT), unicode);
	answer = field(message, NT_RESPONSE_AT);
	append_hex(response, answer.len > 0 ? answer : field(message, LM_RESPONSE_AT));
	return true;
}
