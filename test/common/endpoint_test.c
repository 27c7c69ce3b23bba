#include "common/endpoint.h"

#include "../main.h"
#include "common/address.h"

static const struct {
	const char *text;
	const char *read; /* NULL: no address */
} addresses[] = {
	{"10.0.0.1", "10.0.0.1"},
	{"255.255.255.255", "255.255.255.255"},
	{"2001:DB8::1", "2001:db8::1"},
	{"::ffff:10.0.0.1", "::ffff:10.0.0.1"},
	{"", NULL},
	{"10.0.0", NULL},
	{"10.0.0.256", NULL},
	{"10.0.0.1 ", NULL},
	{"2001:db8::1::2", NULL},
	{"fe80::1%eth0", NULL},
	{"localhost", NULL},
	{"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", NULL},
};

START_TEST(addresses_are_read)
{
	struct endpoint e = {.port = 7, .has_port = true};
	char text[ADDRESS_TEXT_SIZE];
	bool is_read = endpoint_read_address(&e, slice_from_text(addresses[_i].text));

	ck_assert(is_read == (addresses[_i].read != NULL));
	ck_assert(e.has_address == is_read);
	ck_assert(e.has_port && e.port == 7);
	if (!is_read)
		return;
	address_text(text, e.address, e.is_ipv6);
	ck_assert_str_eq(text, addresses[_i].read);
}
END_TEST

START_TEST(an_address_that_holds_a_nul_is_none)
{
	struct endpoint e = {.has_port = false};

	ck_assert(!endpoint_read_address(&e, slice_of("10.0.0.1\0x", 10)));
	ck_assert(!e.has_address);
}
END_TEST

START_TEST(ports_are_read)
{
	static const char *const bad[] = {"", "x", "25x", "-1", "65536", "000025"};
	struct endpoint e = {.has_address = false};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert(!endpoint_read_port(&e, slice_from_text(bad[i])) && !e.has_port);
	ck_assert(endpoint_read_port(&e, slice_from_text("65535")));
	ck_assert(e.has_port && e.port == 65535);
	ck_assert(endpoint_read_port(&e, slice_from_text("0")));
	ck_assert_uint_eq(e.port, 0);
}
END_TEST

START_TEST(a_short_address_leaves_nothing_of_a_long_one)
{
	static const uint8_t nothing[12] = {0};
	struct endpoint e = {.has_address = false};

	ck_assert(endpoint_read_address(&e, slice_from_text("2001:db8::ffff")));
	ck_assert(endpoint_read_address(&e, slice_from_text("10.0.0.1")));
	ck_assert_mem_eq(e.address + 4, nothing, sizeof(nothing));
	ck_assert(!e.is_ipv6);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, addresses_are_read, 0, sizeof(addresses) / sizeof(addresses[0]));
	tcase_add_test(t, an_address_that_holds_a_nul_is_none);
	tcase_add_test(t, ports_are_read);
	tcase_add_test(t, a_short_address_leaves_nothing_of_a_long_one);
}
