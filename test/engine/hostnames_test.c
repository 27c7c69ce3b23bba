#include "engine/hostnames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../main.h"

enum {
	MEMORY = 64 << 20,
};

static struct hostnames *n;

static void setup(void)
{
	n = hostnames_new(MEMORY);
}

static void teardown(void)
{
	hostnames_free(n);
}

static const uint8_t *address_of(uint32_t number)
{
	static uint8_t address[16];

	memcpy(address, &number, sizeof(number));
	return address;
}

/* The name of each has `len` bytes more. */
static void add_many(uint32_t first, uint32_t count, size_t len)
{
	char name[256];

	for (uint32_t i = first; i < first + count; i++) {
		snprintf(name, sizeof(name), "host%u.%0*u", i, (int)len, 0);
		hostnames_add(n, address_of(i), false, name);
	}
}

static bool is_known(uint32_t number)
{
	return hostnames_lookup(n, address_of(number), false) != NULL;
}

static void read_hosts(const char *text)
{
	char path[] = "/tmp/hostnames-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	hostnames_read_hosts(n, path);
	unlink(path);
}

START_TEST(the_first_name_counts)
{
	hostnames_add(n, address_of(1), false, "one");
	hostnames_add(n, address_of(1), false, "two");
	hostnames_add(n, address_of(1), true, "six");
	hostnames_add(n, address_of(2), false, "");
	ck_assert_str_eq(hostnames_lookup(n, address_of(1), false), "one");
	ck_assert_str_eq(hostnames_lookup(n, address_of(1), true), "six");
	ck_assert(!is_known(2));
	ck_assert_uint_eq(hostnames_count(n), 2);
	ck_assert_uint_eq(hostnames_changes(n), 2);
}
END_TEST

/* Whatever comes: a name that is met now is known. */
START_TEST(the_oldest_names_go)
{
	add_many(1, 30000, 200);
	ck_assert(!is_known(1));
	ck_assert(is_known(30000));
	ck_assert_uint_le(hostnames_memory(n), MEMORY / 32);
	ck_assert_uint_gt(hostnames_count(n), 3000);
	add_many(100000, 1, 1);
	ck_assert(is_known(100000));
}
END_TEST

START_TEST(their_number_is_bounded_too)
{
	hostnames_free(n);
	n = hostnames_new(0);
	add_many(1, HOSTNAMES_MAX + 10, 1);
	ck_assert_uint_eq(hostnames_count(n), HOSTNAMES_MAX);
	ck_assert_uint_eq(hostnames_changes(n), HOSTNAMES_MAX + 2 * 10); /* ten went */
	ck_assert(!is_known(10));
	ck_assert(is_known(11));
}
END_TEST

START_TEST(what_is_met_again_stays_longer)
{
	add_many(1, 2, 1);
	for (uint32_t i = 0; i < 30; i++) {
		add_many(1000 + 1000 * i, 1000, 200);
		add_many(1, 1, 1);
	}
	ck_assert(is_known(1));
	ck_assert(!is_known(2));
}
END_TEST

START_TEST(the_hosts_file_stays)
{
	hostnames_add(n, (const uint8_t[]){10, 0, 0, 1}, false, "heard");
	read_hosts("10.0.0.1 file # one\n10.0.0.2\tother alias\nfe80::1 six\nnonsense\n");
	add_many(0x20000000, 30000, 200);
	ck_assert_ptr_null(hostnames_lookup(n, (const uint8_t[]){10, 0, 0, 1}, false));
	ck_assert_str_eq(hostnames_lookup(n, (const uint8_t[]){10, 0, 0, 2}, false), "other");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_first_name_counts);
	tcase_add_test(t, the_oldest_names_go);
	tcase_add_test(t, their_number_is_bounded_too);
	tcase_add_test(t, what_is_met_again_stays_longer);
	tcase_add_test(t, the_hosts_file_stays);
}
