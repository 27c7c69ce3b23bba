#include "common/address.h"

#include "../main.h"

static const struct {
	uint8_t bytes[16];
	bool is_ipv6;
	const char *text;
	const char *with_port;
} vectors[] = {
	{{10, 0, 0, 1}, false, "10.0.0.1", "10.0.0.1:25"},
	{{255, 255, 255, 255}, false, "255.255.255.255", "255.255.255.255:25"},
	{{0}, false, "0.0.0.0", "0.0.0.0:25"},
	{{0x20, 1, 0x0d, 0xb8, [15] = 1}, true, "2001:db8::1", "[2001:db8::1]:25"},
	{{0}, true, "::", "[::]:25"},
	{{[15] = 1}, true, "::1", "[::1]:25"},
	{{[10] = 0xff, [11] = 0xff, 1, 2, 3, 4}, true, "::ffff:1.2.3.4", "[::ffff:1.2.3.4]:25"},
	{{0xfe, 0x80, [8] = 0xab, 0xcd, 0xef, 1, 0x23, 0x45, 0x67, 0x89},
	 true,
	 "fe80::abcd:ef01:2345:6789",
	 "[fe80::abcd:ef01:2345:6789]:25"},
};

START_TEST(addresses_are_written)
{
	char text[ADDRESS_TEXT_SIZE];
	char with_port[ADDRESS_PORT_TEXT_SIZE];

	address_text(text, vectors[_i].bytes, vectors[_i].is_ipv6);
	ck_assert_str_eq(text, vectors[_i].text);
	address_port_text(with_port, vectors[_i].bytes, vectors[_i].is_ipv6, 25);
	ck_assert_str_eq(with_port, vectors[_i].with_port);
}
END_TEST

START_TEST(the_longest_fit)
{
	uint8_t bytes[16];
	char text[ADDRESS_PORT_TEXT_SIZE];

	for (int i = 0; i < 16; i++)
		bytes[i] = 0xff;
	address_port_text(text, bytes, true, 65535);
	ck_assert_str_eq(text, "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}
END_TEST

/* The same network has the same bucket, wherever its hosts are; others are spread. */
START_TEST(networks_share_buckets)
{
	uint8_t address[16] = {0x20, 0x01, 0x0d, 0xb8};
	uint16_t first = address_bucket(address, true, 1024);
	bool seen[64] = {false};
	int count = 0;

	address[15] = 7;
	ck_assert_uint_eq(address_bucket(address, true, 1024), first);
	for (int i = 0; i < 256; i++) {
		address[3] = (uint8_t)i;
		ck_assert_uint_lt(address_bucket(address, false, 64), 64);
		seen[address_bucket(address, false, 64)] = true;
	}
	for (int i = 0; i < 64; i++)
		count += seen[i];
	ck_assert_int_gt(count, 32);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, networks_share_buckets);
	tcase_add_loop_test(t, addresses_are_written, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, the_longest_fit);
}
