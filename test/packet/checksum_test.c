#include "packet/checksum.h"

#include <stdlib.h>

#include "../main.h"

/* RFC 1071's own words, one byte after the other. */
static uint16_t slow_sum(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;
	uint8_t out[2];
	uint16_t in_memory;

	for (size_t i = 0; i < len; i++) {
		sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
		sum = (sum & 0xffff) + (sum >> 16);
	}
	out[0] = (uint8_t)(sum >> 8);
	out[1] = (uint8_t)sum;
	memcpy(&in_memory, out, 2);
	return in_memory;
}

/* Sums of the same value may come out as 0 and as 0xffff. */
static bool same_sum(uint16_t a, uint16_t b)
{
	return a == b || (a % 0xffff == 0 && b % 0xffff == 0);
}

START_TEST(sums_are_those_of_the_simple_way)
{
	for (int round = 0; round < 200; round++) {
		size_t len = round < 80 ? (size_t)round : (size_t)rand() % 70000;
		uint8_t *bytes = malloc(len + 8);

		ck_assert_ptr_nonnull(bytes);
		for (size_t at = 0; at < 8; at++) {
			for (size_t i = 0; i < len; i++)
				bytes[at + i] = (uint8_t)(round % 3 == 0 ? 0xff : rand());
			ck_assert(same_sum(checksum_sum(slice_of(bytes + at, len)), slow_sum(bytes + at, len)));
		}
		free(bytes);
	}
}
END_TEST

START_TEST(an_empty_sum_is_zero)
{
	ck_assert_uint_eq(checksum_sum(slice_of(NULL, 0)), 0);
}
END_TEST

/* SYNs and a command, as they were sent. */
static const struct {
	uint8_t source[4];
	uint8_t destination[4];
	const char *tcp;
	size_t len;
} known[] = {
	{{0xc2, 0x07, 0xf8, 0x99},
	 {0xac, 0x10, 0x72, 0xcf},
	 "\x08\x4f\x00\x19\xe5\xa8\x42\x13\x00\x00\x00\x00\x60\x02\x02\x00\x8c\x81\x00\x00"
	 "\x02\x04\x05\xb4",
	 24},
	{{0xc2, 0x07, 0xf8, 0x99},
	 {0xac, 0x10, 0x72, 0xcf},
	 "\x08\x4f\x00\x19\xe5\xa8\x42\x14\xa3\x51\x10\xbb\x50\x18\x7d\x78\x4c\xa4\x00\x00"
	 "\x45\x48\x4c\x4f\x20\x64\x65\x6c\x74\x61\x2e\x70\x65\x61\x63\x68\x2e\x6d\x69\x6c"
	 "\x0d\x0a",
	 42},
	{{0xbc, 0xb8, 0x81, 0x9d},
	 {0xbc, 0xb8, 0x24, 0x18},
	 "\x89\x2f\x00\x19\x12\x72\x5c\xc8\x00\x00\x00\x00\xa0\x02\x39\x08\xfa\xed\x00\x00"
	 "\x02\x04\x05\xb4\x01\x03\x03\x07\x04\x02\x08\x0a\xd3\xb7\x28\xa9\x00\x00\x00\x00",
	 40},
};

static void put_checksum(const struct tcp_segment *s, uint8_t *tcp, size_t len)
{
	uint8_t all[70100];
	size_t at = s->is_ipv6 ? 32 : 8;
	uint16_t sum;

	memcpy(all, s->source.bytes, at / 2);
	memcpy(all + at / 2, s->destination.bytes, at / 2);
	all[at++] = (uint8_t)(len >> 24);
	all[at++] = (uint8_t)(len >> 16);
	all[at++] = (uint8_t)(len >> 8);
	all[at++] = (uint8_t)len;
	memcpy(all + at, "\0\0\0\6", 4);
	memset(tcp + 16, 0, 2);
	memcpy(all + at + 4, tcp, len);
	sum = (uint16_t)~slow_sum(all, at + 4 + len);
	memcpy(tcp + 16, &sum, 2);
}

START_TEST(known_segments_are_good)
{
	struct tcp_segment s = {0};
	uint8_t tcp[100];

	memcpy(s.source.bytes, known[_i].source, 4);
	memcpy(s.destination.bytes, known[_i].destination, 4);
	memcpy(tcp, known[_i].tcp, known[_i].len);
	ck_assert_int_eq(checksum_tcp(&s, slice_of(tcp, known[_i].len)), SEGMENT_CHECKSUM_GOOD);
}
END_TEST

/* Any length, either version: good as it is, bad with any one bit changed. */
START_TEST(one_bit_makes_it_bad)
{
	struct tcp_segment s = {.is_ipv6 = _i % 2 == 1};
	size_t len = 20 + (size_t)_i * (size_t)_i;
	uint8_t *tcp = malloc(len);

	ck_assert_ptr_nonnull(tcp);
	for (int i = 0; i < (s.is_ipv6 ? 16 : 4); i++) {
		s.source.bytes[i] = (uint8_t)rand();
		s.destination.bytes[i] = (uint8_t)rand();
	}
	for (size_t i = 0; i < len; i++)
		tcp[i] = (uint8_t)rand();
	put_checksum(&s, tcp, len);
	ck_assert_int_ne(checksum_tcp(&s, slice_of(tcp, len)), SEGMENT_CHECKSUM_BAD);
	for (int round = 0; round < 50; round++) {
		size_t at = (size_t)rand() % len;

		tcp[at] ^= (uint8_t)(1 << rand() % 8);
		if (at != 16 && at != 17)
			ck_assert_int_ne(checksum_tcp(&s, slice_of(tcp, len)), SEGMENT_CHECKSUM_GOOD);
		put_checksum(&s, tcp, len);
	}
	free(tcp);
}
END_TEST

START_TEST(what_is_left_to_the_device_is_unknown)
{
	struct tcp_segment s = {0};
	uint8_t tcp[24];
	uint8_t pseudo[12] = {0xc2, 0x07, 0xf8, 0x99, 0xac, 0x10, 0x72, 0xcf, 0, 6, 0, 24};
	uint16_t sum;

	memcpy(s.source.bytes, pseudo, 4);
	memcpy(s.destination.bytes, pseudo + 4, 4);
	memcpy(tcp, known[0].tcp, sizeof(tcp));
	sum = checksum_sum(slice_of(pseudo, sizeof(pseudo)));
	memcpy(tcp + 16, &sum, 2);
	ck_assert_int_eq(checksum_tcp(&s, slice_of(tcp, sizeof(tcp))), SEGMENT_CHECKSUM_UNKNOWN);
	sum = checksum_sum(slice_of(pseudo, sizeof(pseudo) - 2));
	memcpy(tcp + 16, &sum, 2);
	ck_assert_int_eq(checksum_tcp(&s, slice_of(tcp, sizeof(tcp))), SEGMENT_CHECKSUM_UNKNOWN);
	memset(tcp + 16, 0, 2);
	ck_assert_int_eq(checksum_tcp(&s, slice_of(tcp, sizeof(tcp))), SEGMENT_CHECKSUM_UNKNOWN);
	memset(tcp + 16, 0x55, 2);
	ck_assert_int_eq(checksum_tcp(&s, slice_of(tcp, sizeof(tcp))), SEGMENT_CHECKSUM_BAD);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, sums_are_those_of_the_simple_way);
	tcase_add_test(t, an_empty_sum_is_zero);
	tcase_add_loop_test(t, known_segments_are_good, 0, sizeof(known) / sizeof(known[0]));
	tcase_add_loop_test(t, one_bit_makes_it_bad, 0, 256);
	tcase_add_test(t, what_is_left_to_the_device_is_unknown);
}
