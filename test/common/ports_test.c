#include <stdio.h>
#include <string.h>

#include "../main.h"
#include "common/ports.h"

START_TEST(defaults_are_those_of_the_manual)
{
	struct ports p;
	char text[PORTS_TEXT_SIZE];

	ports_init(&p);
	ports_text(&p, PROTOCOL_SMTP, text);
	ck_assert_str_eq(text, "25;465;587;2525");
	ports_text(&p, PROTOCOL_LMTP, text);
	ck_assert_str_eq(text, "24");
	ports_text(&p, PROTOCOL_POP3, text);
	ck_assert_str_eq(text, "110;995");
	ports_text(&p, PROTOCOL_IMAP, text);
	ck_assert_str_eq(text, "143;993");
}
END_TEST

static const struct {
	const char *list;
	const char *text; /* NULL: refused */
} lists[] = {
	{"25;125", "25;125"},
	{"25,125", "25;125"},
	{" 25 ; 125\t", "25;125"},
	{";25;;125;", "25;125"},
	{"25;25;25", "25"},
	{"", ""},
	{"65535", "65535"},
	{"0", NULL},
	{"65536", NULL},
	{"18446744073709551641", NULL}, /* 2^64 + 25 */
	{"25 125", NULL},
	{"25x", NULL},
	{"-25", NULL},
	{"smtp", NULL},
};

START_TEST(lists_are_read_as_users_write_them)
{
	struct ports p;
	struct error err;
	char text[PORTS_TEXT_SIZE];

	ports_init(&p);
	ck_assert(ports_set(&p, PROTOCOL_SMTP, "1;2;3", &err));
	if (lists[_i].text == NULL) {
		err.text[0] = '\0';
		ck_assert(!ports_set(&p, PROTOCOL_SMTP, lists[_i].list, &err));
		ck_assert_str_ne(err.text, "");
		ports_text(&p, PROTOCOL_SMTP, text);
		ck_assert_str_eq(text, "1;2;3");
	} else {
		ck_assert(ports_set(&p, PROTOCOL_SMTP, lists[_i].list, &err));
		ports_text(&p, PROTOCOL_SMTP, text);
		ck_assert_str_eq(text, lists[_i].text);
	}
}
END_TEST

START_TEST(an_assignment_names_its_protocol)
{
	struct ports p;
	struct error err;

	ports_init(&p);
	ck_assert(ports_parse(&p, "POP3=1110", &err));
	ck_assert_int_eq(ports_protocol(&p, 1110), PROTOCOL_POP3);
	ck_assert_int_eq(ports_protocol(&p, 110), PROTOCOL_UNKNOWN);
	ck_assert_int_eq(ports_protocol(&p, 25), PROTOCOL_SMTP);
	ck_assert(!ports_parse(&p, "http=80", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "http"));
	ck_assert(!ports_parse(&p, "25", &err));
	ck_assert(!ports_parse(&p, "unknown=25", &err));
}
END_TEST

START_TEST(a_list_is_full_at_its_limit)
{
	struct ports p;
	struct error err;
	char list[300] = "";
	char text[PORTS_TEXT_SIZE];

	for (int i = 0; i < PORTS_PER_PROTOCOL; i++)
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%d;", 65535 - i);
	ports_init(&p);
	ck_assert(ports_set(&p, PROTOCOL_IMAP, list, &err));
	ports_text(&p, PROTOCOL_IMAP, text);
	ck_assert_uint_eq(strlen(text), PORTS_TEXT_SIZE - 2);
	strcat(list, "1");
	ck_assert(!ports_set(&p, PROTOCOL_IMAP, list, &err));
}
END_TEST

START_TEST(all_ports_come_once)
{
	struct ports p;
	uint16_t all[PROTOCOLS * PORTS_PER_PROTOCOL];

	ports_init(&p);
	ck_assert_uint_eq(ports_all(&p, all), 9);
	ck_assert(ports_parse(&p, "lmtp=25;24", NULL));
	ck_assert_uint_eq(ports_all(&p, all), 9);
	ck_assert_uint_eq(all[0], 25);
	ck_assert_int_eq(ports_protocol(&p, 25), PROTOCOL_SMTP);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, defaults_are_those_of_the_manual);
	tcase_add_loop_test(t, lists_are_read_as_users_write_them, 0, sizeof(lists) / sizeof(lists[0]));
	tcase_add_test(t, an_assignment_names_its_protocol);
	tcase_add_test(t, a_list_is_full_at_its_limit);
	tcase_add_test(t, all_ports_come_once);
}
