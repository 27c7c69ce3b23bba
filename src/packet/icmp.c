#include "packet/icmp.h"

#include "packet/bytes.h"

enum {
	MESSAGE_HEADER_LEN = 8,
	IPV4_HEADER_MIN = 20,
	IPV6_HEADER_LEN = 40,
	TCP_QUOTE_MIN = 8, /* ports and sequence number */
	PROTOCOL_TCP = 6,

	TYPE_UNREACHABLE = 3,
	TYPE_EXCEEDED = 11,
	CODE_FRAGMENTATION_NEEDED = 4,

	TYPE6_UNREACHABLE = 1,
	TYPE6_TOO_BIG = 2,
	TYPE6_EXCEEDED = 3,
};

/* RFC 1812 section 5.2.7.1: who forbids it says so by 9, 10 or 13. */
static bool read_kind4(const uint8_t *message, struct icmp_error *error)
{
	uint8_t code = message[1];

	if (message[0] != TYPE_UNREACHABLE && message[0] != TYPE_EXCEEDED)
		return false;
	error->kind = ICMP_UNREACHABLE;
	if (message[0] == TYPE_EXCEEDED)
		return code == 0;
	if (code == CODE_FRAGMENTATION_NEEDED) {
		error->kind = ICMP_TOO_BIG;
		error->mtu = bytes_u16(message + 6);
	} else if (code == 9 || code == 10 || code == 13) {
		error->kind = ICMP_PROHIBITED;
	}
	return true;
}

/* RFC 4443 section 3: 1, 5 and 6 of unreachable are rules of somebody's. */
static bool read_kind6(const uint8_t *message, struct icmp_error *error)
{
	uint8_t code = message[1];

	error->kind = ICMP_UNREACHABLE;
	switch (message[0]) {
	case TYPE6_UNREACHABLE:
		if (code == 1 || code == 5 || code == 6)
			error->kind = ICMP_PROHIBITED;
		return true;
	case TYPE6_TOO_BIG:
		error->kind = ICMP_TOO_BIG;
		error->mtu = bytes_u32(message + 4);
		return true;
	case TYPE6_EXCEEDED:
		return code == 0;
	default:
		return false;
	}
}

static bool read_ports(struct slice tcp, struct icmp_error *error)
{
	if (tcp.len < TCP_QUOTE_MIN)
		return false;
	error->source_port = bytes_u16(tcp.data);
	error->destination_port = bytes_u16(tcp.data + 2);
	error->seq = bytes_u32(tcp.data + 4);
	return true;
}

static bool read_quote4(struct slice quote, struct icmp_error *error)
{
	size_t header_len;

	if (quote.len < IPV4_HEADER_MIN || quote.data[0] >> 4 != 4 || quote.data[9] != PROTOCOL_TCP ||
	    (bytes_u16(quote.data + 6) & 0x1fff) != 0)
		return false;
	header_len = (size_t)(quote.data[0] & 0x0f) * 4;
	memcpy(error->source.bytes, quote.data + 12, 4);
	memcpy(error->destination.bytes, quote.data + 16, 4);
	return header_len >= IPV4_HEADER_MIN && read_ports(slice_after(quote, header_len), error);
}

/* A quoted packet with extension headers is left alone: mail goes without. */
static bool read_quote6(struct slice quote, struct icmp_error *error)
{
	if (quote.len < IPV6_HEADER_LEN || quote.data[0] >> 4 != 6 || quote.data[6] != PROTOCOL_TCP)
		return false;
	memcpy(error->source.bytes, quote.data + 8, 16);
	memcpy(error->destination.bytes, quote.data + 24, 16);
	return read_ports(slice_after(quote, IPV6_HEADER_LEN), error);
}

bool icmp_read(struct slice message, bool is_ipv6, struct icmp_error *error)
{
	struct slice quote = slice_after(message, MESSAGE_HEADER_LEN);

	*error = (struct icmp_error){0};
	if (message.len < MESSAGE_HEADER_LEN)
		return false;
	if (is_ipv6)
		return read_kind6(message.data, error) && read_quote6(quote, error);
	return read_kind4(message.data, error) && read_quote4(quote, error);
}
