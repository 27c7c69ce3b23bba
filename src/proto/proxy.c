#include "proto/proxy.h"

#include "proto/verb.h"

static const char signature[] = "\r\n\r\n\0\r\nQUIT\n";

enum {
	SIGNATURE_LEN = sizeof(signature) - 1,
	COMMAND_LOCAL = 0,
	COMMAND_PROXY = 1,
	FAMILY_INET = 1,
	FAMILY_INET6 = 2,
};

static bool begins_with(struct slice in, const char *text, size_t len)
{
	return in.len > 0 && memcmp(in.data, text, in.len < len ? in.len : len) == 0;
}

static uint16_t read_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* ---- version 1 ---- */

/* "TCP4 10.0.0.1 10.0.0.2 5000 25", "UNKNOWN ..." */
static bool read_ends(struct slice text, struct proxy_header *header)
{
	struct slice family = verb_word(text, &text);
	bool is_ipv6 = slice_equals_nocase(family, "TCP6");

	if (slice_equals_nocase(family, "UNKNOWN"))
		return true;
	if (!is_ipv6 && !slice_equals_nocase(family, "TCP4"))
		return false;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		if (!endpoint_read_address(&header->ends[side], verb_word(text, &text)) ||
		    header->ends[side].is_ipv6 != is_ipv6)
			return false;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		if (!endpoint_read_port(&header->ends[side], verb_word(text, &text)))
			return false;
	return text.len == 0;
}

static enum proxy_status read_line(struct slice in, struct proxy_header *header)
{
	size_t end = slice_find(in, '\n');
	struct slice line = slice_sub(in, 0, end);

	if (end == in.len)
		return in.len < PROXY_LINE_MAX ? PROXY_MORE : PROXY_BAD;
	header->len = end + 1;
	if (header->len > PROXY_LINE_MAX || line.data[end - 1] != '\r')
		return PROXY_BAD;
	header->version = 1;
	line.len--;
	return read_ends(slice_after(line, strlen("PROXY ")), header) ? PROXY_HEADER : PROXY_BAD;
}

/* ---- version 2 ---- */

static void read_addresses(const uint8_t *at, bool is_ipv6, struct proxy_header *header)
{
	size_t len = is_ipv6 ? 16 : 4;

	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		endpoint_set_address(&header->ends[side], at + side * len, is_ipv6);
		header->ends[side].port = read_u16(at + 2 * len + side * 2);
		header->ends[side].has_port = true;
	}
}

static enum proxy_status read_binary(struct slice in, struct proxy_header *header)
{
	uint8_t version_and_command;
	uint8_t family;
	size_t ends_len;
	size_t len;

	if (in.len < PROXY_FIXED_LEN)
		return PROXY_MORE;
	version_and_command = in.data[SIGNATURE_LEN];
	family = in.data[SIGNATURE_LEN + 1] >> 4;
	len = read_u16(in.data + SIGNATURE_LEN + 2);
	ends_len = family == FAMILY_INET ? 12 : family == FAMILY_INET6 ? 36 : 0;
	header->len = PROXY_FIXED_LEN + len;
	if (version_and_command >> 4 != 2 || (version_and_command & 0xf) > COMMAND_PROXY)
		return PROXY_BAD;
	header->version = 2;
	header->is_local = (version_and_command & 0xf) == COMMAND_LOCAL;
	if (header->is_local || ends_len == 0)
		return PROXY_HEADER;
	if (len < ends_len)
		return PROXY_BAD;
	if (in.len < PROXY_FIXED_LEN + ends_len)
		return PROXY_MORE;
	read_addresses(in.data + PROXY_FIXED_LEN, family == FAMILY_INET6, header);
	return PROXY_HEADER;
}

enum proxy_status proxy_read(struct slice in, struct proxy_header *header)
{
	static const char keyword[] = "PROXY ";
	size_t keyword_len = sizeof(keyword) - 1;

	*header = (struct proxy_header){.version = 0};
	if (begins_with(in, keyword, keyword_len))
		return in.len < keyword_len ? PROXY_MORE : read_line(in, header);
	if (begins_with(in, signature, SIGNATURE_LEN))
		return in.len < SIGNATURE_LEN ? PROXY_MORE : read_binary(in, header);
	return PROXY_NONE;
}

struct slice proxy_behind(struct slice in)
{
	struct proxy_header header;

	switch (proxy_read(in, &header)) {
	case PROXY_NONE:
		return in;
	case PROXY_HEADER:
	case PROXY_BAD:
		if (header.len > 0 && header.len < in.len)
			return slice_after(in, (size_t)header.len);
		break;
	case PROXY_MORE:
		break;
	}
	return slice_of(NULL, 0);
}
