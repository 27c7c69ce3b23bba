#include "mime/fields.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "../main.h"
#include "base/clock.h"
#include "base/text.h"
#include "mime/addresses.h"

#define SAFE  "\345\256\211\345\205\250\345\212\236\345\205\254\345\256\244"
#define CHECK "\347\224\237\344\272\247\345\244\247\346\243\200\346\237\245"
#define MAIL  "\351\233\273\345\255\220\351\203\265\344\273\266"

static void setup(void)
{
	static const char *const charsets[] = {"gb18030", "big5"};

	fields_init(charsets, 2);
}

static const struct {
	const char *value;
	const char *text;
} texts[] = {
	{"plain", "plain"},
	{" plain \t", "plain"},
	{"", ""},
	{" a\r\n b\r\n\tc", "a b\tc"},
	{"a\n b", "a b"},
	{"=?utf-8?B?"
	 "55Sf5Lqn5aSn5qOA5p+l"
	 "?=",
	 CHECK},
	{"=?utf-8?Q?=E7=94=9F=E4=BA=A7=E5=A4=A7=E6=A3=80=E6=9F=A5?=", CHECK},
	{"=?UTF-8?q?a_b=20c=3D?= d", "a b c= d"},
	{"x =?utf-8?Q?a?= y", "x a y"},
	/* the blanks between words are not shown, nor are line ends */
	{"=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=\r\n\t=?utf-8?Q?c?=", "abc"},
	/* padding in the middle of a run */
	{"=?utf-8?B?YQ==?=\r\n =?utf-8?B?Yg==?=\r\n =?utf-8?B?Yw==?=", "abc"},
	/* a character cut between words, and a base64 quantum */
	{"=?utf-8?B?55Sf5A==?= =?utf-8?B?uqflpKfmo4Dmn6U=?=", CHECK},
	{"=?utf-8?B?55Sf5L?= =?utf-8?B?qn5aSn5qOA5p+l?=", CHECK},
	{"=?utf-8?Q?=E7=94=9F=E4?= =?utf-8?Q?=BA=A7=E5=A4=A7=E6=A3=80=E6=9F=A5?=", CHECK},
	{"=?gb2312?B?sLLI?= =?gb2312?B?q7DsuavK0g==?=", SAFE},
	{"=?gb2312?B?sLLIq7DsuavK0g==?=", SAFE},
	{"=?GBK?Q?=B0=B2=C8=AB=B0=EC=B9=AB=CA=D2?=", SAFE},
	{"=?big5?B?uXGkbLZspfM=?=", MAIL},
	{"=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "\346\227\245\346\234\254\350\252\236"},
	{"=?iso-8859-1?Q?=E4?= =?utf-8?Q?=C3=A4?=", "\303\244\303\244"},
	/* undeclared bytes: UTF-8 where that is valid, else the first charset that can read them */
	{CHECK, CHECK},
	{"\260\262\310\253\260\354\271\253\312\322", SAFE},
	{"Re: \260\262\310\253\260\354\271\253\312\322", "Re: " SAFE},
	/* nothing makes sense of it: no byte is lost without a sign */
	{"a\xff\xff"
	 "b",
	 "a\xef\xbf\xbd\xef\xbf\xbd"
	 "b"},
	{"=?utf-8?B?YQ", "=?utf-8?B?YQ"},
	{"=?no-such-charset?Q?abc?=", "abc"},
	/* control characters stay */
	{"a\033[31mb", "a\033[31mb"},
};

START_TEST(texts_are_decoded)
{
	struct buffer out = {0};

	fields_decode_text(slice_from_text(texts[_i].value), NULL, &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, texts[_i].text);
	buffer_fini(&out);
}
END_TEST

static void put_address(void *ctx, struct slice name, struct slice address)
{
	buffer_append(ctx, name);
	buffer_append_text(ctx, "|");
	buffer_append(ctx, address);
	buffer_append_text(ctx, "\n");
}

static const struct {
	const char *value;
	const char *addresses;
} lists[] = {
	{"", ""},
	{"a@b.example", "|a@b.example\n"},
	{"<a@b>", "|a@b\n"},
	{"Al Ice <a@b>, c@d", "Al Ice|a@b\n|c@d\n"},
	{"\"Ice, Al\" <a@b>", "Ice, Al|a@b\n"},
	{"\"Al \\\"I\\\" Ice\" <a@b>", "Al \"I\" Ice|a@b\n"},
	{"a@b (Al Ice)", "Al Ice|a@b\n"},
	{"friends: a@b, Bo <c@d>;, e@f", "|a@b\nBo|c@d\n|e@f\n"},
	{"undisclosed-recipients:;", ""},
	{"=?utf-8?B?55Sf5Lqn5aSn5qOA5p+l?= <a@b>", CHECK "|a@b\n"},
	{"=?gb2312?B?sLLI?=\r\n =?gb2312?B?q7DsuavK0g==?= <a@b>,\r\n =?utf-8?Q?x?= <c@d>", SAFE "|a@b\nx|c@d\n"},
	{"\260\262\310\253 <a@b>", "\345\256\211\345\205\250|a@b\n"},
	{"a@b,\r\n\tc@d,\r\n e@f", "|a@b\n|c@d\n|e@f\n"},
	{", ,a@b,,", "|a@b\n"},
	/* semicolons between addresses */
	{"a@b; c@d; e@f", "|a@b\n|c@d\n|e@f\n"},
	{"Al <a@b>; \"Bo; C\" <c@d>;e@f;", "Al|a@b\nBo; C|c@d\n|e@f\n"},
	{"friends: a@b, c@d; e@f; (x; y) g@h", "|a@b\n|c@d\n|e@f\n|g@h\n"},
	{"a@b; friends: c@d;, e@f", "|a@b\n|c@d\n|e@f\n"},
	/* an address in an encoded word */
	{"=?utf-8?Q?Al_Ice_=3Ca=40b=2Eexample=3E?=", "Al Ice|a@b.example\n"},
	{"=?utf-8?B?YUBiLmV4YW1wbGU=?=, c@d", "|a@b.example\n|c@d\n"},
	{"c@d, <=?utf-8?Q?a=40b?=>, e@f", "|c@d\n|a@b\n|e@f\n"},
	{"Al =?utf-8?Q?Ice_<a=40b>?=", "Al Ice|a@b\n"},
	{"=?utf-8?Q?a=40b?= <c@d>", "a@b|c@d\n"},
	{"Al <=?utf-8?Q?bob?=@b>", "Al|bob@b\n"},
	/* what no grammar knows */
	{"Foo [x] <foo@x>, a@b", "Foo [x]|foo@x\n|a@b\n"},
	{"[JIRA] Foo <foo@x>", "[JIRA] Foo|foo@x\n"},
	{"foo.@docomo.example, b@c", "|foo.@docomo.example\n|b@c\n"},
	{"b@c, foo..bar@docomo.example", "|b@c\n|foo..bar@docomo.example\n"},
	{"Foo <.foo@ezweb.example>", "Foo|.foo@ezweb.example\n"},
	{"Foo \\ Bar <a@b>", "Foo \\ Bar|a@b\n"},
	{"Foo a@b", "Foo|a@b\n"},
	{"<a@b> Foo", "|a@b\n"},
	{"friends: Al [x] <a@b>, c@d;, Foo [x] <foo@x>", "|c@d\nFoo [x]|foo@x\n"},
	/* two at signs: as it stands */
	{"a@b@c", "|a@b@c\n"},
	{"x@y, Al Ice <a@b@c>, d@e", "|x@y\nAl Ice|a@b@c\n|d@e\n"},
	{"\"Ice, Al\" <a@b@c>; d@e", "Ice, Al|a@b@c\n|d@e\n"},
	{"\"a@b\"@c", "|\"a@b\"@c\n"},
	{"<@r,@s:a@b>", "|a@b\n"},
};

START_TEST(addresses_are_decoded)
{
	struct buffer out = {0};

	addresses_decode(slice_from_text(lists[_i].value), NULL, put_address, &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, lists[_i].addresses);
	buffer_fini(&out);
}
END_TEST

static const struct {
	const char *value;
	int64_t seconds; /* -1: none */
} dates[] = {
	{"Tue, 14 Mar 2023 09:26:53 +0800", 1678757213},
	{"14 Mar 2023 01:26:53 GMT", 1678757213},
	{"Tue, 14 Mar 2023 09:26:53 +0800 (CST)", 1678757213},
	{" Tue, 14 Mar 2023\r\n 09:26:53 +0800", 1678757213},
	{"Thu, 01 Jan 1970 00:00:00 +0000", 0},
	{"14 Mar 2261 01:26:53 GMT", 9189336413},
	{"14 Mar 4046 01:26:53 GMT", -1}, /* 64 bits of nanoseconds do not reach it */
	{"", -1},
	{"yesterday", -1},
};

static void write_addresses(const char *value, struct buffer *out)
{
	buffer_clear(out);
	addresses_decode(slice_from_text(value), NULL, put_address, out);
	buffer_append_byte(out, '\0');
}

/* What is read here and not by GMime is what GMime makes of it, as it reads every list with a comma. */
START_TEST(plain_addresses_are_as_gmime_reads_them)
{
	static const char *const parts[] = {"a", "Bob", "x-1", "_", "o'neil", ".", "@",	 "@c.example", "@d",	"<",
					    ">", " ",	"  ",  "&", "/",      "+", "\t", "=",	       "\r\n ", "#"};
	uint32_t seed = 1;
	unsigned int given = 0;
	struct buffer plain = {0};
	struct buffer listed = {0};
	regex_t likely;

	ck_assert_int_eq(regcomp(&likely, "^[^@<>]+@[^@<>]+$|^[^@<>]*<[^@<>]+@[^@<>]+>$", REG_EXTENDED), 0);
	for (int i = 0; i < 400000; i++) {
		char value[128] = "";
		char list[130];

		for (size_t n = 0, count = 1 + (size_t)i % 7; n < count; n++) {
			seed = seed * 1664525U + 1013904223U;
			strcat(value, parts[(seed >> 8) % (sizeof(parts) / sizeof(parts[0]))]);
		}
		if (regexec(&likely, value, 0, NULL, 0) != 0)
			continue;
		snprintf(list, sizeof(list), "%s,", value);
		write_addresses(value, &plain);
		write_addresses(list, &listed);
		ck_assert_msg(strcmp((const char *)plain.data, (const char *)listed.data) == 0,
			      "\"%s\": \"%s\", in a list \"%s\"", value, (const char *)plain.data,
			      (const char *)listed.data);
		given += plain.len > 1;
	}
	ck_assert_uint_gt(given, 1000);
	regfree(&likely);
	buffer_fini(&plain);
	buffer_fini(&listed);
}
END_TEST

START_TEST(dates_are_decoded)
{
	int64_t time_ns = -1;
	bool is_date = fields_decode_date(slice_from_text(dates[_i].value), &time_ns);

	ck_assert_int_eq(is_date, dates[_i].seconds >= 0);
	if (is_date)
		ck_assert_int_eq(time_ns, dates[_i].seconds * CLOCK_NS_PER_S);
}
END_TEST

static const struct {
	const char *value;
	const char *id;
} ids[] = {
	{" <1.2@x> ", "1.2@x"},
	{"1.2@x", "1.2@x"},
	{"\r\n\t<1@x>", "1@x"},
	{"<1@x> (comment)", "1@x"},
	{"<1@x", "1@x"},
	{"<>", ""},
	{"", ""},
};

struct date_parts {
	const char *const *items;
	uint32_t count;
};

#define DATE_PARTS(...)                                                                                                \
	{                                                                                                              \
		(const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)  \
	}

/* Of a date, one after the other; mostly those of the usual form. */
static const struct date_parts date_parts[] = {
	DATE_PARTS("Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,", "sun,", "Sunday,", "Sun", ""),
	DATE_PARTS("1", "01", "9", "10", "28", "29", "30", "31", "32", "0", "00", "001"),
	DATE_PARTS("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "dec", "March"),
	DATE_PARTS("1969", "1970", "1972", "1999", "2000", "2001", "2024", "2026", "2038", "2099", "2100", "2101",
		   "2199", "2200", "26", "102026"),
	DATE_PARTS("00:00:00", "01:02:03", "09:08:07", "12:34:56", "23:59:59", "24:00:00", "12:60:00", "12:00:60",
		   "1:2:3", "12:34", "12:34:5x"),
	DATE_PARTS("+0000", "-0000", "+0100", "-0030", "+0530", "-1130", "+1400", "+1459", "-1459", "+1500", "+0060",
		   "+9999", "+100", "+00000", "GMT", "EST", "Z", ""),
	DATE_PARTS("", "", "", "(UTC)", "(CEST)", "(GMT)", "()", "(x)", "(A B)", "(PST", "UTC", "+0100"),
};

/* With more blanks than the usual form has, which mean nothing, a date is left to GMime. */
START_TEST(usual_dates_are_as_gmime_reads_them)
{
	uint32_t seed = 1;
	unsigned int given = 0;

	for (int i = 0; i < 200000; i++) {
		char value[128] = "";
		char spread[sizeof(value) + 16] = "";
		int64_t time_ns = -1;
		int64_t other_ns = -1;
		bool is_date;

		for (size_t n = 0; n < sizeof(date_parts) / sizeof(date_parts[0]); n++) {
			const char *part;

			seed = seed * 1664525U + 1013904223U;
			part = date_parts[n].items[(seed >> 8) % date_parts[n].count];
			if (*part != '\0')
				snprintf(value + strlen(value), sizeof(value) - strlen(value), "%s%s", n > 0 ? " " : "",
					 part);
			snprintf(spread + strlen(spread), sizeof(spread) - strlen(spread), "  %s", part);
		}
		is_date = fields_decode_date(slice_from_text(value), &time_ns);
		ck_assert_msg(fields_decode_date(slice_from_text(spread), &other_ns) == is_date, "\"%s\"", value);
		ck_assert_msg(time_ns == other_ns, "\"%s\"", value);
		given += is_date;
	}
	ck_assert_uint_gt(given, 1000);
}
END_TEST

START_TEST(message_ids_lose_their_brackets)
{
	struct slice id = fields_message_id(slice_from_text(ids[_i].value));

	ck_assert(slice_equals(id, slice_from_text(ids[_i].id)));
}
END_TEST

/* Every byte in every place of a value that has it all: no crash (the sanitizers watch), always UTF-8 out. */
START_TEST(any_byte_anywhere_is_survived)
{
	static const char value[] = "=?utf-8?B?55Sf5A==?= =?gbk?Q?=B0?= \"a\" <a@b>, g: c@d;\r\n x";
	struct buffer out = {0};
	int64_t time_ns;

	for (size_t at = 0; at < sizeof(value) - 1; at++) {
		char copy[sizeof(value)];

		memcpy(copy, value, sizeof(copy));
		copy[at] = (char)_i;
		buffer_clear(&out);
		fields_decode_text(slice_of(copy, sizeof(copy) - 1), NULL, &out);
		ck_assert(text_is_utf8(buffer_slice(&out)));
		addresses_decode(slice_of(copy, sizeof(copy) - 1), NULL, put_address, &out);
		fields_decode_date(slice_of(copy, sizeof(copy) - 1), &time_ns);
		fields_message_id(slice_of(copy, sizeof(copy) - 1));
	}
	buffer_fini(&out);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, fields_fini);
	tcase_add_loop_test(t, texts_are_decoded, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_loop_test(t, addresses_are_decoded, 0, sizeof(lists) / sizeof(lists[0]));
	tcase_add_test(t, plain_addresses_are_as_gmime_reads_them);
	tcase_add_loop_test(t, dates_are_decoded, 0, sizeof(dates) / sizeof(dates[0]));
	tcase_add_test(t, usual_dates_are_as_gmime_reads_them);
	tcase_add_loop_test(t, message_ids_lose_their_brackets, 0, sizeof(ids) / sizeof(ids[0]));
	tcase_add_loop_test(t, any_byte_anywhere_is_survived, 0, 256);
}
