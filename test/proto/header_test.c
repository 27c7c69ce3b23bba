#include "proto/header.h"

#include "../main.h"

static void expect(const struct header_places *places, enum header_field field, const char *wanted)
{
	ck_assert_int_eq(places->value[field].data != NULL, wanted != NULL);
	if (wanted)
		ck_assert(slice_equals(places->value[field], slice_from_text(wanted)));
}

static struct header_places scan(const char *mail, bool is_end)
{
	struct header_places places;

	header_scan(slice_from_text(mail), is_end, &places);
	return places;
}

START_TEST(test_all_fields)
{
	static const char mail[] = "Received: x\r\nFrom: a\r\nto:b\r\nCC:  c \r\nSubject: one\r\n two\r\n\tthree\r\n"
				   "Date: d\r\nMESSAGE-ID : <e>\r\nX-Mailer:\r\n\r\nFrom: body\r\n";
	struct header_places places = scan(mail, true);

	expect(&places, HEADER_FROM, " a");
	expect(&places, HEADER_TO, "b");
	expect(&places, HEADER_CC, "  c ");
	expect(&places, HEADER_SUBJECT, " one\r\n two\r\n\tthree");
	expect(&places, HEADER_DATE, " d");
	expect(&places, HEADER_MESSAGE_ID, " <e>");
	expect(&places, HEADER_X_MAILER, "");
	ck_assert(places.whole);
	ck_assert_uint_eq(places.block_len, sizeof(mail) - 1 - strlen("From: body\r\n"));
}
END_TEST

START_TEST(test_first_counts)
{
	struct header_places places = scan("Subject: one\nSubject: two\nX-Subject: three\n\nSubject: four\n", true);

	expect(&places, HEADER_SUBJECT, " one");
	expect(&places, HEADER_FROM, NULL);
	ck_assert(places.whole);
}
END_TEST

/* A line that is no field ends the one before; what follows is read on. */
START_TEST(test_bad_lines)
{
	struct header_places places =
		scan(" fold of nothing\r\nno field\r\nTo: a\r\n: x\r\n b\r\nCc\r\nFrom: c\r\n\r\n", false);

	expect(&places, HEADER_TO, " a");
	expect(&places, HEADER_FROM, " c");
	expect(&places, HEADER_CC, NULL);
	ck_assert(places.whole);
}
END_TEST

START_TEST(test_unfinished)
{
	struct header_places places = scan("From: a\r\nTo: b\r\nSubj", false);

	expect(&places, HEADER_FROM, " a");
	expect(&places, HEADER_TO, NULL); /* its fold could follow */
	ck_assert(!places.whole);
	ck_assert_uint_eq(places.block_len, 20);
	places = scan("From: a\r\nTo: b\r\n", false);
	expect(&places, HEADER_TO, NULL);
	places = scan("From: a\r\nTo: b", true);
	expect(&places, HEADER_TO, " b");
	ck_assert(places.whole);
	places = scan("", true);
	ck_assert(places.whole);
	ck_assert_uint_eq(places.block_len, 0);
}
END_TEST

/* Cut at every place, a mail never shows a value that the whole one does not have. */
START_TEST(test_every_cut)
{
	static const char mail[] = "From: a\r\n b\r\nSubject: c\n\td\r\nTo: e\r\n\r\nbody";
	struct header_places whole = scan(mail, true);

	for (size_t len = 0; len < sizeof(mail); len++) {
		struct header_places places;

		header_scan(slice_of(mail, len), false, &places);
		for (int field = 0; field < HEADER_FIELDS; field++)
			ck_assert(!places.value[field].data || slice_equals(places.value[field], whole.value[field]));
	}
}
END_TEST

START_TEST(test_names)
{
	ck_assert_str_eq(header_name(HEADER_FROM), "From");
	ck_assert_str_eq(header_name(HEADER_X_MAILER), "X-Mailer");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, test_all_fields);
	tcase_add_test(t, test_first_counts);
	tcase_add_test(t, test_bad_lines);
	tcase_add_test(t, test_unfinished);
	tcase_add_test(t, test_every_cut);
	tcase_add_test(t, test_names);
}
