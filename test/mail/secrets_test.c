#include "mail/secrets.h"

#include <stdio.h>

#include "../main.h"
#include "../proto/script.h"

static struct secrets *secrets;

static void teardown(void)
{
	secrets_free(secrets);
	secrets = NULL;
}

static void know(const char *value)
{
	secrets_add(&secrets, slice_from_text(value), false);
}

/* What is found first, NULL: nothing. */
static const char *find(const char *text, bool is_direct)
{
	static char found[200];
	size_t begin;
	size_t end;

	if (!secrets_find(secrets, slice_from_text(text), 0, is_direct, &begin, &end))
		return "";
	snprintf(found, sizeof(found), "%.*s", (int)(end - begin), text + begin);
	return found;
}

START_TEST(whole_and_in_parts_in_letters_of_either_case)
{
	ck_assert_str_eq(find("no secrets yet", true), "");
	know("S3cr\"etWord");
	know("a\xe9\x01x");
	know("U3VwM3JTZWNyZXQ=");
	ck_assert_str_eq(find("unknown S3cr\"etWord!", false), "S3cr\"etWord");
	ck_assert_str_eq(find("unknown s3CR\\\"ETwORD", false), "s3CR\\\"ETwORD");
	ck_assert_str_eq(find("xxS3cr\"etWordxx", false), "S3cr\"etWord");
	ck_assert_str_eq(find("bad \"a??x\"", false), "a??x");
	ck_assert_str_eq(find("bad \"U3VWM3JT...\"", false), "U3VWM3JT");
	ck_assert_str_eq(find("bad U3VWM3JTZWNyxxx at", false), "U3VWM3JTZWNyxxx"); /* and what goes on with it */
	ck_assert_str_eq(find("bad U3VW here", false), "");			    /* too short to tell */
	ck_assert_str_eq(find("bad U3VW here", true), "U3VW");
	ck_assert_str_eq(find("bad U3VWM3here", true), ""); /* another word */
	ck_assert_str_eq(find("nothing of the kind", true), "");
}
END_TEST

START_TEST(short_ones_count_where_they_are_the_answer)
{
	know("ab1");
	ck_assert_str_eq(find("unknown ab1", true), "ab1");
	ck_assert_str_eq(find("unknown ab1", false), "");
	ck_assert_str_eq(find("cab123", true), "");
	know("k3Xq");
	ck_assert_str_eq(find("unknown:k3xq", false), "k3xq");
}
END_TEST

START_TEST(of_what_was_cut_off_the_rest_is_one)
{
	static char longest[SECRETS_LEN_MAX + 100];

	secrets_add(&secrets, slice_from_text("begin"), true);
	ck_assert_str_eq(find("bad begin-and-the-rest of it", false), "begin-and-the-rest of it");
	memset(longest, 'x', sizeof(longest) - 1);
	know(longest);
	ck_assert_str_eq(find("nothing xxx", false), "");
}
END_TEST

START_TEST(the_oldest_is_forgotten_first)
{
	static char big[SECRETS_LEN_MAX + 1];
	char value[20];

	for (int i = 0; i < SECRETS_MAX + 1; i++) {
		snprintf(value, sizeof(value), "value-%02d", i);
		know(value);
	}
	ck_assert_str_eq(find("value-00", false), "");
	ck_assert_str_eq(find("value-01", false), "value-01");
	ck_assert_str_eq(find("value-48", false), "value-48");
	for (int i = 0; i < 40; i++) {
		memset(big, 'a' + i % 26, sizeof(big) - 1);
		big[0] = (char)('A' + i / 26);
		know(big);
		ck_assert_uint_lt(secrets_memory(secrets), 64 * 1024);
	}
	ck_assert_str_eq(find("value-48", false), "");
	know(value); /* what is known is not known twice */
	know(value);
	ck_assert_str_eq(find("value-48", false), "value-48");
}
END_TEST

/* Secrets with one beginning, and texts that come near them at each byte: after so much work the rest counts as one. */
START_TEST(what_takes_too_much_work_is_secret)
{
	char value[64];
	char text[4096];
	size_t begin;
	size_t end;
	size_t found = 0;

	for (int i = 0; i < SECRETS_MAX; i++) {
		snprintf(value, sizeof(value), "aaaaaaaaaa%d", i);
		know(value);
	}
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 5 == 4 ? 'x' : 'a';
	for (int i = 0; i < 10; i++)
		found += secrets_find(secrets, slice_of(text, sizeof(text)), 0, false, &begin, &end) &&
			 end == sizeof(text);
	ck_assert_uint_ge(found, 9);
	ck_assert(secrets_are_costly(secrets));
}
END_TEST

/* Many secrets, and texts as servers write them. */
START_TEST(ordinary_texts_take_little_work)
{
	char value[64];

	for (int i = 0; i < SECRETS_MAX; i++) {
		snprintf(value, sizeof(value), "%c%cssw?rd%d", 'a' + i % 26, 'a' + i / 2, i);
		know(value);
	}
	for (int i = 0; i < 10000; i++)
		ck_assert_str_eq(find("5.7.8 Error: authentication failed: UGFzc3dvcmQ6 ? for user \\\"ann\\\"", true),
				 "");
	ck_assert(!secrets_are_costly(secrets));
	ck_assert(!secrets_are_costly(NULL));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, whole_and_in_parts_in_letters_of_either_case);
	tcase_add_test(t, short_ones_count_where_they_are_the_answer);
	tcase_add_test(t, of_what_was_cut_off_the_rest_is_one);
	tcase_add_test(t, the_oldest_is_forgotten_first);
	tcase_add_test(t, what_takes_too_much_work_is_secret);
	tcase_add_test(t, ordinary_texts_take_little_work);
}
