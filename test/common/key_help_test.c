#include "common/key_help.h"

#include <arpa/inet.h>
#include <string.h>

#include "../main.h"
#include "common/key_log_ways.h"

static const uint8_t ours[16] = {10, 0, 0, 1};
static const uint8_t other[16] = {10, 0, 0, 2};
static struct key_help *h;

static void setup(void)
{
	h = key_help_new("/usr/lib/mailtap/libmailtap-keylog.so", "/run/keys.log");
	key_help_add_address(h, ours, false);
}

static void teardown(void)
{
	key_help_free(h);
}

static size_t row_of(const char *banner)
{
	size_t number = key_log_ways_find(slice_from_text(banner));

	ck_assert(number != SIZE_MAX);
	return number;
}

static unsigned int kind_of(const uint8_t *client, const uint8_t *server, size_t program)
{
	return key_help_kind_of(h, &(struct key_help_ends){.client = client, .server = server, .program = program});
}

START_TEST(what_helps_depends_on_who_is_here)
{
	size_t postfix = row_of("Postfix");

	ck_assert_uint_eq(kind_of(other, ours, postfix), KEY_HELP_PROGRAM + postfix);
	ck_assert_uint_eq(kind_of(ours, ours, postfix), KEY_HELP_PROGRAM + postfix);
	ck_assert_uint_eq(kind_of(ours, other, postfix),
			  KEY_HELP_CLIENT); /* set nothing on a machine that is not ours */
	ck_assert_uint_eq(kind_of(ours, ours, SIZE_MAX), KEY_HELP_CLIENT);
	ck_assert_uint_eq(kind_of(other, ours, SIZE_MAX), KEY_HELP_MANUAL);
	ck_assert_uint_eq(kind_of(other, other, postfix), KEY_HELP_MANUAL);
	teardown();
	h = NULL; /* of a file */
	ck_assert_uint_eq(kind_of(ours, ours, postfix), KEY_HELP_MANUAL);
}
END_TEST

static const struct {
	const char *text;
	bool is_here;
} addresses[] = {
	{"127.0.0.1", true}, {"127.1.2.3", true},    {"::1", true},	 {"10.0.0.1", true}, {"10.0.0.2", false},
	{"::", false},	     {"2001:db8::1", false}, {"a00:1::", false}, /* the bytes of 10.0.0.1 */
};

START_TEST(an_address_is_this_machines_or_not)
{
	const char *text = addresses[_i].text;
	bool is_ipv6 = strchr(text, ':') != NULL;
	uint8_t bytes[16] = {0};

	ck_assert_int_eq(inet_pton(is_ipv6 ? AF_INET6 : AF_INET, text, bytes), 1);
	ck_assert_int_eq(key_help_is_here(h, bytes, is_ipv6), addresses[_i].is_here);
	ck_assert(!key_help_is_here(NULL, bytes, is_ipv6));
	key_help_add_address(h, bytes, is_ipv6);
	ck_assert(key_help_is_here(h, bytes, is_ipv6));
}
END_TEST

START_TEST(more_addresses_than_there_is_room_for_are_not_known)
{
	uint8_t bytes[16] = {10, 1};

	for (int i = 0; i < 1000; i++) {
		bytes[2] = (uint8_t)(i >> 8);
		bytes[3] = (uint8_t)i;
		key_help_add_address(h, bytes, false);
	}
	ck_assert(!key_help_is_here(h, bytes, false));
	ck_assert(key_help_is_here(h, ours, false));
	key_help_read_addresses(h);
}
END_TEST

/* Where the machine has one but the loopback's, it is found. */
START_TEST(the_machines_own_are_read)
{
	uint8_t loopback[16] = {127, 0, 0, 1};

	key_help_read_addresses(h);
	ck_assert(key_help_is_here(h, loopback, false));
	ck_assert(!key_help_is_here(h, (const uint8_t[16]){192, 0, 2, 77}, false)); /* nobody has it: RFC 5737 */
}
END_TEST

START_TEST(the_lines_of_a_program_are_named)
{
	unsigned int kind = kind_of(other, ours, row_of("Dovecot"));
	const char *advice = key_help_advice(h, kind);

	ck_assert_ptr_nonnull(strstr(advice, "Dovecot is on this machine."));
	ck_assert_ptr_nonnull(strstr(advice, "--keylog /run/keys.log"));
	ck_assert_ptr_nonnull(strstr(advice, "mailtap-keylog(7)"));
	ck_assert_ptr_nonnull(strstr(advice, "key log can read every session in it"));
	ck_assert_ptr_null(strstr(advice, "not installed"));
	ck_assert_ptr_nonnull(strstr(key_help_line(h, kind, 0), "Dovecot"));
	ck_assert_ptr_nonnull(strstr(key_help_line(h, kind, 1), "LD_PRELOAD=/usr/lib/mailtap/libmailtap-keylog.so"));
	ck_assert_ptr_nonnull(strstr(key_help_line(h, kind, 1), "SSLKEYLOGFILE=/run/keys.log"));
	for (size_t i = 1; i < KEY_HELP_LINES && key_help_line(h, kind, i) != NULL; i++)
		ck_assert_ptr_nonnull(strstr(advice, key_help_line(h, kind, i)));
	ck_assert_ptr_null(key_help_line(h, kind, KEY_HELP_LINES));
}
END_TEST

/* Another than the one that is named, where the program writes nowhere else. */
START_TEST(a_program_may_have_a_place_for_its_key_log)
{
	unsigned int kind = kind_of(other, ours, row_of("Exim"));

	ck_assert_ptr_nonnull(strstr(key_help_advice(h, kind), "--keylog /var/spool/exim4/keys reads"));
	ck_assert_ptr_nonnull(strstr(key_help_line(h, kind, 2), "/dev/null /var/spool/exim4/keys;"));
	ck_assert_ptr_null(strstr(key_help_advice(h, kind), "/run/keys.log"));
}
END_TEST

/* No word of the table's stays, and none is cut. */
START_TEST(each_program_has_its_words)
{
	unsigned int kind = KEY_HELP_PROGRAM + (unsigned int)_i;
	const char *advice = key_help_advice(h, kind);

	ck_assert_ptr_null(strstr(advice, "LIBRARY"));
	ck_assert_ptr_null(strstr(advice, "KEYS"));
	ck_assert_str_eq(advice + strlen(advice) - strlen("how to end it."), "how to end it.");
}
END_TEST

START_TEST(a_library_that_is_not_there_is_said)
{
	teardown();
	h = key_help_new("libmailtap-keylog.so", "/run/keys.log");
	ck_assert_ptr_nonnull(strstr(key_help_advice(h, KEY_HELP_PROGRAM + (unsigned int)row_of("Dovecot")),
				     "The library is not installed here"));
}
END_TEST

/* Who calls mailtap chooses the path; a terminal is not to obey it, and no line is cut by it. */
START_TEST(a_path_is_fit_for_a_terminal)
{
	char path[5000];

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	memcpy(path, "/\33[2J\n", 6);
	teardown();
	h = key_help_new("/lib/keylog.so", path);
	for (size_t i = 0; i < key_log_ways_count(); i++) {
		const char *advice = key_help_advice(h, KEY_HELP_PROGRAM + (unsigned int)i);

		ck_assert_ptr_null(strchr(advice, '\33'));
		ck_assert_str_eq(advice + strlen(advice) - strlen("how to end it."), "how to end it.");
	}
}
END_TEST

START_TEST(who_is_not_known_is_helped_all_the_same)
{
	ck_assert_ptr_null(key_help_advice(h, KEY_HELP_MANUAL));
	ck_assert_ptr_nonnull(strstr(key_help_line(NULL, KEY_HELP_MANUAL, 0), "man 7 mailtap-keylog"));
	ck_assert_ptr_null(key_help_line(NULL, KEY_HELP_MANUAL, 1));
	ck_assert_ptr_nonnull(strstr(key_help_advice(h, KEY_HELP_CLIENT), "\n    mailtap keylog -- COMMAND\n"));
	ck_assert_ptr_nonnull(strstr(key_help_line(h, KEY_HELP_CLIENT, 0), "mailtap keylog -- COMMAND"));
	ck_assert_ptr_null(key_help_line(h, KEY_HELP_CLIENT, 1));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_helps_depends_on_who_is_here);
	tcase_add_loop_test(t, an_address_is_this_machines_or_not, 0, sizeof(addresses) / sizeof(addresses[0]));
	tcase_add_test(t, more_addresses_than_there_is_room_for_are_not_known);
	tcase_add_test(t, the_machines_own_are_read);
	tcase_add_test(t, the_lines_of_a_program_are_named);
	tcase_add_loop_test(t, each_program_has_its_words, 0, (int)key_log_ways_count());
	tcase_add_test(t, a_program_may_have_a_place_for_its_key_log);
	tcase_add_test(t, a_library_that_is_not_there_is_said);
	tcase_add_test(t, a_path_is_fit_for_a_terminal);
	tcase_add_test(t, who_is_not_known_is_helped_all_the_same);
}
