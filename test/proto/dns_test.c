#include "proto/dns.h"

#include <stdio.h>
#include <stdlib.h>

#include "../main.h"

static char told[1024];

static void note(void *ctx, const uint8_t *address, bool is_ipv6, const char *name)
{
	size_t len = strlen(told);

	(void)ctx;
	if (is_ipv6)
		snprintf(told + len, sizeof(told) - len, "%02x%02x..%02x %s\n", address[0], address[1], address[15],
			 name);
	else
		snprintf(told + len, sizeof(told) - len, "%u.%u.%u.%u %s\n", address[0], address[1], address[2],
			 address[3], name);
}

/* mx.example.com, an alias of a.example.net, which has an A record; names are compressed. */
static const uint8_t alias[] = "\x12\x34\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00"
			       "\x02mx\x07"
			       "example\x03"
			       "com\x00\x00\x01\x00\x01"
			       "\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x0f\x01"
			       "a\x07"
			       "example\x03"
			       "net\x00"
			       "\xc0\x2c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x19";

static const uint8_t pointer[] = "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
				 "\x01"
				 "5\x01"
				 "0\x01"
				 "0\x02"
				 "10\x07in-addr\x04"
				 "arpa\x00\x00\x0c\x00\x01"
				 "\xc0\x0c\x00\x0c\x00\x01\x00\x00\x00\x3c\x00\x04\x02pc\x00";

static const uint8_t ipv6[] = "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
			      "\x01x\x00\x00\x1c\x00\x01"
			      "\xc0\x0c\x00\x1c\x00\x01\x00\x00\x00\x3c\x00\x10"
			      "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07";

/* www.a is an alias of b, b of c.d, c.d has two addresses; the records come in any order. */
static const uint8_t chain[] = "\x12\x34\x81\x80\x00\x01\x00\x04\x00\x00\x00\x00"
			       "\x03www\x01"
			       "a\x00\x00\x1c\x00\x01"
			       "\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x03\x01"
			       "b\x00"
			       "\x01"
			       "c\x01"
			       "d\x00\x00\x1c\x00\x01\x00\x00\x00\x3c\x00\x10"
			       "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07"
			       "\x01"
			       "b\x00\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x02\xc0\x26"
			       "\xc0\x26\x00\x1c\x00\x01\x00\x00\x00\x3c\x00\x10"
			       "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08";

#define IP6_ZEROS                                                                                                      \
	"\x01"                                                                                                         \
	"0\x01"                                                                                                        \
	"0\x01"                                                                                                        \
	"0\x01"                                                                                                        \
	"0"

static const uint8_t pointer6[] = "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
				  "\x01"
				  "f\x01"
				  "0\x01"
				  "0\x01"
				  "0" IP6_ZEROS IP6_ZEROS IP6_ZEROS IP6_ZEROS IP6_ZEROS "\x01"
				  "8\x01"
				  "B\x01"
				  "d\x01"
				  "0\x01"
				  "1\x01"
				  "0\x01"
				  "0\x01"
				  "2\x03ip6\x04"
				  "arpa\x00\x00\x0c\x00\x01"
				  "\xc0\x0c\x00\x0c\x00\x01\x00\x00\x00\x3c\x00\x04\x02pc\x00";

static const char *read_answer(const uint8_t *message, size_t len)
{
	told[0] = '\0';
	dns_read_answer(slice_of(message, len), note, NULL);
	return told;
}

START_TEST(an_address_belongs_to_the_name_that_was_asked_for)
{
	ck_assert_str_eq(read_answer(alias, sizeof(alias) - 1), "192.0.2.25 mx.example.com\n");
}
END_TEST

START_TEST(aliases_of_aliases_lead_to_the_name_that_was_asked_for)
{
	ck_assert_str_eq(read_answer(chain, sizeof(chain) - 1), "2001..07 www.a\n2001..08 www.a\n");
}
END_TEST

START_TEST(a_pointer_and_an_ipv6_address_are_read)
{
	ck_assert_str_eq(read_answer(pointer, sizeof(pointer) - 1), "10.0.0.5 pc\n");
	ck_assert_str_eq(read_answer(ipv6, sizeof(ipv6) - 1), "2001..07 x\n");
	ck_assert_str_eq(read_answer(pointer6, sizeof(pointer6) - 1), "2001..0f pc\n");
}
END_TEST

START_TEST(questions_and_errors_tell_nothing)
{
	uint8_t message[sizeof(alias)];

	memcpy(message, alias, sizeof(alias));
	message[2] = 0x01;
	ck_assert_str_eq(read_answer(message, sizeof(alias) - 1), "");
	memcpy(message, alias, sizeof(alias));
	message[3] = 0x83;
	ck_assert_str_eq(read_answer(message, sizeof(alias) - 1), "");
}
END_TEST

START_TEST(a_message_has_a_question)
{
	struct dns_question q;
	uint8_t message[sizeof(pointer)];

	ck_assert(dns_read_question(slice_of(pointer, sizeof(pointer) - 1), &q));
	ck_assert_uint_eq(q.id, 0x1234);
	ck_assert_uint_eq(q.type, 12);
	ck_assert(q.is_response);
	ck_assert_str_eq(q.name, "5.0.0.10.in-addr.arpa");
	memcpy(message, pointer, sizeof(message));
	message[2] = 1;
	ck_assert(dns_read_question(slice_of(message, sizeof(message) - 1), &q) && !q.is_response);
	message[5] = 2; /* two of them */
	ck_assert(!dns_read_question(slice_of(message, sizeof(message) - 1), &q));
	for (size_t len = 0; len < 39; len++)
		ck_assert(!dns_read_question(slice_of(pointer, len), &q));
}
END_TEST

START_TEST(a_cut_message_is_harmless)
{
	for (size_t len = 0; len < sizeof(alias) - 1; len++) {
		uint8_t *exact = malloc(len + 1);

		memcpy(exact, alias, len);
		ck_assert_str_eq(read_answer(exact, len), "");
		free(exact);
	}
}
END_TEST

START_TEST(a_name_that_points_to_itself_ends)
{
	uint8_t message[sizeof(alias)];

	memcpy(message, alias, sizeof(alias));
	message[12] = 0xc0;
	message[13] = 0x0c;
	ck_assert_str_eq(read_answer(message, sizeof(alias) - 1), "");
}
END_TEST

/* A pointer whose second half is after the end must not be taken for one to the message's beginning. */
START_TEST(a_name_that_is_cut_within_a_pointer_is_none)
{
	uint8_t message[] = "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\xc0";

	ck_assert_str_eq(read_answer(message, sizeof(message) - 1), "");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, an_address_belongs_to_the_name_that_was_asked_for);
	tcase_add_test(t, aliases_of_aliases_lead_to_the_name_that_was_asked_for);
	tcase_add_test(t, a_name_that_is_cut_within_a_pointer_is_none);
	tcase_add_test(t, a_pointer_and_an_ipv6_address_are_read);
	tcase_add_test(t, questions_and_errors_tell_nothing);
	tcase_add_test(t, a_message_has_a_question);
	tcase_add_test(t, a_cut_message_is_harmless);
	tcase_add_test(t, a_name_that_points_to_itself_ends);
}
