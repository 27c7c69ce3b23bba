#include "packet/icmp.h"

#include "../main.h"

#define QUOTE4                                                                                                         \
	"\x45\0\0\x3c\x12\x34\x40\0\x40\x06\0\0\x0a\0\0\1\x0a\0\0\2"                                                   \
	"\x9c\x40\0\x19\0\0\0\1"
#define QUOTE6                                                                                                         \
	"\x60\0\0\0\0\x14\x06\x40\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2"         \
	"\x9c\x40\0\x19\0\0\0\1"

static const struct {
	const char *name;
	const char *header; /* 8 bytes */
	bool is_ipv6;
	bool good;
	enum icmp_kind kind;
	uint32_t mtu;
} vectors[] = {
	{"host unreachable", "\3\1\0\0\0\0\0\0", false, true, ICMP_UNREACHABLE, 0},
	{"port unreachable", "\3\3\0\0\0\0\0\0", false, true, ICMP_UNREACHABLE, 0},
	{"prohibited", "\3\x0d\0\0\0\0\0\0", false, true, ICMP_PROHIBITED, 0},
	{"too big", "\3\4\0\0\0\0\5\x78", false, true, ICMP_TOO_BIG, 1400},
	{"time exceeded", "\x0b\0\0\0\0\0\0\0", false, true, ICMP_UNREACHABLE, 0},
	{"fragments that did not come", "\x0b\1\0\0\0\0\0\0", false, false, ICMP_UNREACHABLE, 0},
	{"echo", "\x08\0\0\0\0\0\0\0", false, false, ICMP_UNREACHABLE, 0},
	{"no route", "\1\0\0\0\0\0\0\0", true, true, ICMP_UNREACHABLE, 0},
	{"prohibited, IPv6", "\1\1\0\0\0\0\0\0", true, true, ICMP_PROHIBITED, 0},
	{"too big, IPv6", "\2\0\0\0\0\0\5\x14", true, true, ICMP_TOO_BIG, 1300},
	{"neighbours", "\x87\0\0\0\0\0\0\0", true, false, ICMP_UNREACHABLE, 0},
};

static size_t make(size_t number, uint8_t out[80])
{
	size_t quote_len = vectors[number].is_ipv6 ? sizeof(QUOTE6) - 1 : sizeof(QUOTE4) - 1;

	memcpy(out, vectors[number].header, 8);
	memcpy(out + 8, vectors[number].is_ipv6 ? QUOTE6 : QUOTE4, quote_len);
	return 8 + quote_len;
}

START_TEST(errors_name_the_connection)
{
	uint8_t message[80];
	size_t len = make((size_t)_i, message);
	struct icmp_error e;

	ck_assert_msg(icmp_read(slice_of(message, len), vectors[_i].is_ipv6, &e) == vectors[_i].good, "%s",
		      vectors[_i].name);
	if (!vectors[_i].good)
		return;
	ck_assert_int_eq(e.kind, vectors[_i].kind);
	ck_assert_uint_eq(e.mtu, vectors[_i].mtu);
	ck_assert_uint_eq(e.source_port, 40000);
	ck_assert_uint_eq(e.destination_port, 25);
	ck_assert_uint_eq(e.seq, 1);
	ck_assert_uint_eq(e.source.bytes[vectors[_i].is_ipv6 ? 15 : 3], 1);
	ck_assert_uint_eq(e.destination.bytes[vectors[_i].is_ipv6 ? 15 : 3], 2);
}
END_TEST

START_TEST(what_is_cut_tells_nothing)
{
	uint8_t message[80];
	size_t len = make((size_t)_i, message);
	struct icmp_error e;

	for (size_t cut = 0; cut < len; cut++)
		ck_assert(!icmp_read(slice_of(message, cut), vectors[_i].is_ipv6, &e));
}
END_TEST

START_TEST(other_transports_are_not_ours)
{
	uint8_t message[80];
	size_t len = make(0, message);
	struct icmp_error e;

	message[8 + 9] = 17;
	ck_assert(!icmp_read(slice_of(message, len), false, &e));
	len = make(0, message);
	message[8 + 7] = 1; /* a later fragment has no ports */
	ck_assert(!icmp_read(slice_of(message, len), false, &e));
	len = make(0, message);
	message[8] = 0x44; /* a header shorter than it can be */
	ck_assert(!icmp_read(slice_of(message, len), false, &e));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, errors_name_the_connection, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, what_is_cut_tells_nothing, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, other_transports_are_not_ours);
}
