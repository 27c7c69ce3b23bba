#include "packet/checksum.h"

#include <arpa/inet.h>
#include <assert.h>

enum {
	PROTOCOL_TCP = 6,
	TCP_HEADER_MIN = 20,
	CHECKSUM_AT = 16,
};

#define LOW_HALF UINT64_C(0xffffffff)

/* Halves of words are summed apart, so that no carry is lost: 2^32 words fit. Sums of 16-bit words come out the same
 * however many are added at once, and in either byte order. */
static uint64_t add_words(const uint8_t *at, size_t len)
{
	uint64_t word[4] = {0};
	uint64_t low = 0;
	uint64_t high = 0;

	for (; len >= sizeof(word); at += sizeof(word), len -= sizeof(word)) {
		memcpy(word, at, sizeof(word));
		low += (word[0] & LOW_HALF) + (word[1] & LOW_HALF) + (word[2] & LOW_HALF) + (word[3] & LOW_HALF);
		high += (word[0] >> 32) + (word[1] >> 32) + (word[2] >> 32) + (word[3] >> 32);
	}
	for (; len >= sizeof(word[0]); at += sizeof(word[0]), len -= sizeof(word[0])) {
		memcpy(word, at, sizeof(word[0]));
		low += word[0] & LOW_HALF;
		high += word[0] >> 32;
	}
	if (len > 0) {
		word[0] = 0;
		memcpy(word, at, len);
		low += word[0] & LOW_HALF;
		high += word[0] >> 32;
	}
	return low + high;
}

static uint16_t fold(uint64_t sum)
{
	sum = (sum & LOW_HALF) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

uint16_t checksum_sum(struct slice bytes)
{
	return fold(add_words(bytes.data, bytes.len));
}

static uint64_t add_address(const struct segment_address *address, bool is_ipv6)
{
	uint32_t word[4];

	memcpy(word, address->bytes, sizeof(word)); /* of an IPv4 address, all but the first are 0 */
	return is_ipv6 ? (uint64_t)word[0] + word[1] + word[2] + word[3] : word[0];
}

/* Without the length. Few words, so they are added one by one. */
static uint64_t pseudo_header(const struct tcp_segment *s)
{
	return add_address(&s->source, s->is_ipv6) + add_address(&s->destination, s->is_ipv6) + htons(PROTOCOL_TCP);
}

enum segment_checksum checksum_tcp(const struct tcp_segment *s, struct slice tcp)
{
	uint64_t sum = pseudo_header(s);
	uint64_t sum_with_len = sum + htonl((uint32_t)tcp.len);
	uint16_t field;

	assert(tcp.len >= TCP_HEADER_MIN);
	memcpy(&field, tcp.data + CHECKSUM_AT, sizeof(field));
	if (field == fold(sum_with_len))
		return SEGMENT_CHECKSUM_UNKNOWN;
	if (fold(sum_with_len + add_words(tcp.data, tcp.len)) == UINT16_MAX)
		return SEGMENT_CHECKSUM_GOOD;
	return field == 0 || field == fold(sum) ? SEGMENT_CHECKSUM_UNKNOWN : SEGMENT_CHECKSUM_BAD;
}
