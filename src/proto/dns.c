#include "proto/dns.h"

#include <assert.h>
#include <stdio.h>

enum {
	HEADER_LEN = 12,
	ANSWERS_MAX = 64,
	JUMPS_MAX = 32, /* compression may point back, but not for ever */
	TYPE_A = 1,
	TYPE_PTR = 12,
	TYPE_AAAA = 28,
};

static uint16_t u16(struct slice s, size_t at)
{
	if (at + 2 > s.len)
		return 0;
	return (uint16_t)(s.data[at] << 8 | s.data[at + 1]);
}

/* Reads the name at `*at` and steps after it; false when it is not one. */
static bool read_name(struct slice s, size_t *at, char out[DNS_NAME_SIZE])
{
	size_t from = *at;
	size_t len = 0;
	bool jumped = false;

	for (int jumps = 0; jumps < JUMPS_MAX && from < s.len;) {
		uint8_t label = s.data[from];

		if (label == 0) {
			if (!jumped)
				*at = from + 1;
			out[len > 0 ? len - 1 : 0] = '\0';
			return true;
		}
		if ((label & 0xc0) == 0xc0) {
			if (from + 2 > s.len)
				return false;
			if (!jumped)
				*at = from + 2;
			jumped = true;
			jumps++;
			from = u16(s, from) & 0x3fff;
			continue;
		}
		if (label > 63 || from + 1 + label > s.len || len + label + 1 >= DNS_NAME_SIZE)
			return false;
		memcpy(out + len, s.data + from + 1, label);
		len += label;
		out[len++] = '.';
		assert(len < DNS_NAME_SIZE);
		from += 1 + (size_t)label;
	}
	return false;
}

/* "5.0.0.10.in-addr.arpa" is 10.0.0.5. */
static bool address_of_pointer(const char *name, uint8_t address[4])
{
	unsigned int a;
	unsigned int b;
	unsigned int c;
	unsigned int d;
	int used = 0;

	if (sscanf(name, "%3u.%3u.%3u.%3u.%n", &d, &c, &b, &a, &used) != 4 || used == 0 ||
	    !slice_equals_nocase(slice_from_text(name + used), "in-addr.arpa") || a > 255 || b > 255 || c > 255 ||
	    d > 255)
		return false;
	address[0] = (uint8_t)a;
	address[1] = (uint8_t)b;
	address[2] = (uint8_t)c;
	address[3] = (uint8_t)d;
	return true;
}

/* "7.0.0.0. ... .8.b.d.0.1.0.0.2.ip6.arpa" is 2001:db8::7: a digit for each half byte, the last one first. */
static bool address6_of_pointer(const char *name, uint8_t address[16])
{
	memset(address, 0, 16);
	for (int i = 31; i >= 0; i--, name += 2) {
		char digit = (char)(name[0] | 0x20);
		int value = digit >= '0' && digit <= '9'   ? digit - '0'
			    : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
							   : -1;

		if (value < 0 || name[1] != '.')
			return false;
		address[i / 2] |= (uint8_t)(i % 2 ? value : value << 4);
	}
	return slice_equals_nocase(slice_from_text(name), "ip6.arpa");
}

/* A record of `type` whose data lie at `at`. */
static void tell(struct slice message, const char *asked, uint16_t type, size_t at, size_t len, dns_sink *sink,
		 void *ctx)
{
	struct slice data = slice_sub(message, at, len);
	char name[DNS_NAME_SIZE];
	uint8_t address[16];

	if (type == TYPE_A && data.len == 4)
		sink(ctx, data.data, false, asked);
	else if (type == TYPE_AAAA && data.len == 16)
		sink(ctx, data.data, true, asked);
	else if (type == TYPE_PTR && address_of_pointer(asked, address) && read_name(message, &at, name))
		sink(ctx, address, false, name);
	else if (type == TYPE_PTR && address6_of_pointer(asked, address) && read_name(message, &at, name))
		sink(ctx, address, true, name);
}

void dns_read_answer(struct slice message, dns_sink *sink, void *ctx)
{
	char asked[DNS_NAME_SIZE];
	char owner[DNS_NAME_SIZE];
	size_t at = HEADER_LEN;
	uint16_t answers = u16(message, 6);

	/* a response without error to one question */
	if (message.len < HEADER_LEN || !(message.data[2] & 0x80) || (message.data[3] & 0x0f) != 0 ||
	    u16(message, 4) != 1 || !read_name(message, &at, asked))
		return;
	at += 4;
	for (uint16_t i = 0; i < answers && i < ANSWERS_MAX; i++) {
		uint16_t len;

		if (!read_name(message, &at, owner) || at + 10 > message.len)
			return;
		len = u16(message, at + 8);
		if (at + 10 + len > message.len)
			return;
		tell(message, asked, u16(message, at), at + 10, len, sink, ctx);
		at += 10 + (size_t)len;
	}
}

bool dns_read_question(struct slice message, struct dns_question *question)
{
	size_t at = HEADER_LEN;

	if (message.len < HEADER_LEN || u16(message, 4) != 1 || !read_name(message, &at, question->name) ||
	    at + 4 > message.len)
		return false;
	question->id = u16(message, 0);
	question->is_response = message.data[2] & 0x80;
	question->type = u16(message, at);
	return true;
}
