#include "output/json.h"

#include <stdio.h>

#include "../main.h"
#include "base/text.h"

static struct buffer out;
static struct json j;

static void setup(void)
{
	out = (struct buffer){0};
	json_begin(&j, &out, NULL);
}

static void teardown(void)
{
	buffer_fini(&out);
}

static void expect(const char *line)
{
	json_finish(&j);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, line);
}

START_TEST(members_come_in_order)
{
	json_text(&j, "a", slice_from_text("x"));
	json_number(&j, "b", -5);
	json_open_object(&j, "c");
	json_bool(&j, "d", false);
	json_true(&j, "e", true);
	json_close(&j);
	json_count(&j, "f", 7);
	expect("{\"a\":\"x\",\"b\":-5,\"c\":{\"d\":false,\"e\":true},\"f\":7}\n");
}
END_TEST

START_TEST(arrays_hold_items_and_objects)
{
	json_open_array(&j, "a");
	json_item(&j, slice_from_text("x"));
	json_item(&j, slice_from_text(""));
	json_open_object(&j, NULL);
	json_number(&j, "n", 1);
	json_close(&j);
	json_open_array(&j, NULL);
	json_number(&j, NULL, 2);
	json_number(&j, NULL, 3);
	json_close(&j);
	json_close(&j);
	expect("{\"a\":[\"x\",\"\",{\"n\":1},[2,3]]}\n");
}
END_TEST

START_TEST(nothing_is_an_empty_object)
{
	expect("{}\n");
}
END_TEST

START_TEST(what_is_empty_is_left_out)
{
	json_text(&j, "a", slice_from_text(""));
	json_count(&j, "b", 0);
	json_true(&j, "c", false);
	json_open_object(&j, "d");
	json_open_array(&j, "e");
	json_open_object(&j, NULL);
	json_close(&j);
	json_close(&j);
	json_close(&j);
	expect("{}\n");
}
END_TEST

/* Commas stay right wherever something empty was taken back. */
START_TEST(what_is_empty_leaves_no_comma)
{
	json_open_object(&j, "first");
	json_close(&j);
	json_number(&j, "a", 1);
	json_open_array(&j, "middle");
	json_close(&j);
	json_number(&j, "b", 2);
	json_open_object(&j, "c");
	json_open_object(&j, "d");
	json_close(&j);
	json_number(&j, "e", 3);
	json_close(&j);
	json_open_object(&j, "last");
	json_close(&j);
	expect("{\"a\":1,\"b\":2,\"c\":{\"e\":3}}\n");
}
END_TEST

START_TEST(an_object_may_begin_behind_other_bytes)
{
	json_finish(&j);
	json_begin(&j, &out, NULL);
	json_open_object(&j, "a");
	json_close(&j);
	json_number(&j, "b", 1);
	expect("{}\n{\"b\":1}\n");
}
END_TEST

static const struct {
	const char *bytes;
	size_t len;
	const char *written;
} strings[] = {
	{"plain", 5, "plain"},
	{"a\"b\\c/d", 7, "a\\\"b\\\\c/d"},
	{"\0\x01\t\n\r\x1b\x1f", 7, "\\u0000\\u0001\\u0009\\u000a\\u000d\\u001b\\u001f"},
	{"\x7f", 1, "\\u007f"},
	{"\xc2\x80\xc2\x9b[2J\xc2\x9f\xc2\xa0", 11, "\\u0080\\u009b[2J\\u009f\xc2\xa0"}, /* C1 */
	{"\x9b[2J", 4, "\xef\xbf\xbd[2J"},						 /* no character */
	{"\xd8\x9b\xd8\x9c\xd8\x9d", 6, "\xd8\x9b\\u061c\xd8\x9d"},
	{"\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\x90", 12, "\xe2\x80\x8d\\u200e\\u200f\xe2\x80\x90"},
	{"\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9", 9, "\xe2\x80\xa7\\u2028\\u2029"},
	{"\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac", 9, "\\u202a\\u202b\\u202c"},
	{"\xe2\x80\xad\xe2\x80\xae\xe2\x80\xaf", 9, "\\u202d\\u202e\xe2\x80\xaf"},
	{"\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa7", 9, "\xe2\x81\xa5\\u2066\\u2067"},
	{"\xe2\x81\xa8\xe2\x81\xa9\xe2\x81\xaa", 9, "\\u2068\\u2069\xe2\x81\xaa"},
	{"\xc3\xa4\xe4\xb8\xad\xf0\x9f\x93\xa7", 9, "\xc3\xa4\xe4\xb8\xad\xf0\x9f\x93\xa7"},
	{"a\xff"
	 "b",
	 3,
	 "a\xef\xbf\xbd"
	 "b"},
	{"\xe4\xb8", 2, "\xef\xbf\xbd"},			     /* cut */
	{"\xc0\xaf", 2, "\xef\xbf\xbd\xef\xbf\xbd"},		     /* overlong */
	{"\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* surrogate */
	{"\xef\xbf\xbd", 3, "\xef\xbf\xbd"},
};

START_TEST(strings_are_valid_whatever_the_bytes)
{
	char expected[200];

	json_text(&j, "s", slice_of(strings[_i].bytes, strings[_i].len));
	snprintf(expected, sizeof(expected), "{\"s\":\"%s\"}\n", strings[_i].written);
	expect(expected);
}
END_TEST

/* Of all characters there are, those that act on a terminal or a line, the quote and the backslash; no others. */
START_TEST(no_character_acts_on_a_line)
{
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		bool acts = c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
			    (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
		char expected[20] = "{\"s\":\"";
		uint8_t bytes[4];
		size_t len;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		len = text_encode(bytes, c);
		if (acts)
			snprintf(expected + 6, 14, "\\u%04x\"}\n", (unsigned int)c);
		else
			snprintf(expected + 6, 14, "%s%.*s\"}\n", c == '"' || c == '\\' ? "\\" : "", (int)len,
				 (const char *)bytes);
		buffer_clear(&out);
		json_begin(&j, &out, NULL);
		json_text(&j, "s", slice_of(bytes, len));
		json_finish(&j);
		if (!slice_equals(buffer_slice(&out), slice_from_text(expected)))
			ck_abort_msg("U+%04X: %.*s", (unsigned int)c, (int)out.len, (const char *)out.data);
	}
}
END_TEST

START_TEST(numbers_reach_their_limits)
{
	json_number(&j, "a", INT64_MIN);
	json_number(&j, "b", INT64_MAX);
	json_number(&j, "c", 0);
	json_count(&j, "d", UINT64_MAX);
	expect("{\"a\":-9223372036854775808,\"b\":9223372036854775807,\"c\":0,\"d\":9223372036854775807}\n");
}
END_TEST

START_TEST(it_goes_as_deep_as_it_says)
{
	char expected[200] = "{";

	for (int i = 1; i < JSON_DEPTH_MAX; i++) {
		json_open_object(&j, "o");
		strcat(expected, "\"o\":{");
	}
	json_number(&j, "n", 1);
	strcat(expected, "\"n\":1}");
	for (int i = 1; i < JSON_DEPTH_MAX; i++) {
		json_close(&j);
		strcat(expected, "}");
	}
	strcat(expected, "\n");
	expect(expected);
}
END_TEST

/* ---- limits ---- */

static void begin_within(size_t text, size_t items)
{
	buffer_clear(&out);
	json_begin(&j, &out, &(struct json_limits){.text = text, .items = items});
}

static const struct {
	const char *text;
	const char *kept; /* of 4 bytes */
	bool is_cut;
} texts[] = {
	{"abc", "abc", false},
	{"abcd", "abcd", false},
	{"abcde", "abcd", true},
	{"abc\n", "abc\\u000a", false},
	{"abc\nx", "abc\\u000a", true},
	{"ab\xc3\xa4", "ab\xc3\xa4", false},
	{"abc\xc3\xa4", "abc", true},	   /* no half of a character */
	{"a\xff", "a\xef\xbf\xbd", false}, /* what stands for a byte has three */
	{"ab\xff", "ab", true},
	{"\xe4\xb8\xad\xe6\x96\x87", "\xe4\xb8\xad", true},
	{"\"\"\"\"\"", "\\\"\\\"\\\"\\\"", true}, /* escapes are not counted */
};

START_TEST(a_text_ends_with_a_whole_character)
{
	char line[128];

	begin_within(4, 100);
	json_open_object(&j, "o");
	json_text(&j, "t", slice_from_text(texts[_i].text));
	json_put_cuts(&j, "cut", 0);
	json_close(&j);
	snprintf(line, sizeof(line), "{\"o\":{\"t\":\"%s\"%s}}\n", texts[_i].kept,
		 texts[_i].is_cut ? ",\"cut\":[\"o.t\"]" : "");
	expect(line);
}
END_TEST

/* Whichever limit is the lower one; what comes behind has its own again. */
START_TEST(a_text_may_have_a_limit_of_its_own)
{
	begin_within(4, 100);
	json_text_within(&j, "a", slice_from_text("ab\xff"), 4);
	json_text_within(&j, "b", slice_from_text("abcde"), 9);
	json_text_within(&j, "c", slice_from_text("abcd"), 3);
	json_text_within(&j, "d", slice_from_text(""), 3);
	json_text(&j, "e", slice_from_text("abcd"));
	json_put_cuts(&j, "cut", 0);
	expect("{\"a\":\"ab\",\"b\":\"abcd\",\"c\":\"abc\",\"e\":\"abcd\",\"cut\":[\"a\",\"b\",\"c\"]}\n");
}
END_TEST

START_TEST(an_array_ends_with_its_count_behind_it)
{
	begin_within(4, 2);
	json_open_object(&j, "o");
	for (int count = 2; count <= 3; count++) {
		json_open_array(&j, count == 2 ? "two" : "three");
		for (int i = 0; i < count; i++)
			json_item(&j, slice_from_text("x"));
		json_close(&j);
	}
	json_open_array(&j, "numbers");
	for (int i = 0; i < 5; i++)
		json_number(&j, NULL, i);
	json_close(&j);
	json_open_array(&j, "of");
	json_item(&j, slice_from_text("x"));
	json_item(&j, slice_from_text("y"));
	json_close_counted(&j, 70);
	json_put_cuts(&j, "cut", 0);
	json_close(&j);
	expect("{\"o\":{\"two\":[\"x\",\"x\"],\"three\":[\"x\",\"x\"],\"three_count\":3,\"numbers\":[0,1],"
	       "\"numbers_count\":5,\"of\":[\"x\",\"y\"],\"of_count\":70,\"cut\":[\"o.three\",\"o.numbers\",\"o.of\"]}}"
	       "\n");
}
END_TEST

/* Whatever they hold: texts that would be cut in them are not told. */
START_TEST(items_beyond_the_limit_leave_nothing)
{
	begin_within(4, 1);
	json_open_array(&j, "a");
	for (int i = 0; i < 3; i++) {
		json_open_object(&j, NULL);
		json_text(&j, i == 0 ? "short" : "long", slice_from_text(i == 0 ? "x" : "xxxxx"));
		json_open_array(&j, "inner");
		json_item(&j, slice_from_text("y"));
		json_item(&j, slice_from_text("y"));
		json_close(&j);
		json_close(&j);
	}
	json_close(&j);
	json_number(&j, "n", 1);
	json_put_cuts(&j, "cut", 0);
	expect("{\"a\":[{\"short\":\"x\",\"inner\":[\"y\"],\"inner_count\":2}],\"a_count\":3,\"n\":1,"
	       "\"cut\":[\"a.inner\",\"a\"]}\n");
}
END_TEST

START_TEST(members_that_were_made_before)
{
	json_members(&j, slice_from_text(""));
	json_members(&j, slice_from_text("\"a\":1,\"b\":2"));
	json_number(&j, "c", 3);
	json_members(&j, slice_from_text("\"d\":4"));
	expect("{\"a\":1,\"b\":2,\"c\":3,\"d\":4}\n");
}
END_TEST

static uint32_t random_below(uint32_t *seed, uint32_t bound)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 8) % bound;
}

static const char *const some_keys[] = {"a", "key", "a_longer_key"};
static const char *const some_texts[] = {"",
					 "x",
					 "\"\\",
					 "sixteen bytes...",
					 "\xe6\x97\xa5\xe6\x9c\xac",
					 "a\xff b",
					 "more than sixteen bytes, and plain",
					 "more than sixteen bytes, and\na line"};

static void say_something(struct json *to, uint32_t *seed, unsigned int depth, bool is_array);

/* Whatever may be said within an object, or an array. */
static void say_one(struct json *to, uint32_t *seed, unsigned int depth, bool is_array)
{
	const char *key = is_array ? NULL : some_keys[random_below(seed, 3)];
	struct slice text = slice_from_text(some_texts[random_below(seed, 8)]);
	uint32_t what = random_below(seed, is_array ? 4 : 11);

	if (what == 0 && depth < 4) {
		bool within_array = random_below(seed, 2) == 0;

		if (within_array)
			json_open_array(to, key);
		else
			json_open_object(to, key);
		say_something(to, seed, depth + 1, within_array);
		if (within_array && random_below(seed, 4) == 0)
			json_close_counted(to, 7);
		else
			json_close(to);
	} else if (what <= 1) {
		json_number(to, key, (int64_t)random_below(seed, 1000) - 500);
	} else if (is_array) {
		json_item(to, text);
	} else if (what == 2) {
		json_empty_array(to, key);
	} else if (what == 3) {
		json_time(to, key, INT64_C(1700000000123456789), (uint8_t)(3 * random_below(seed, 4)));
	} else if (what == 4) {
		json_piece(to, random_below(seed, 2));
	} else if (what == 5) {
		json_constant(to, "\"b\":1");
	} else if (what == 6) {
		json_text_behind(to, key, 1, text);
	} else if (what == 7) {
		json_text_within(to, key, text, 5);
	} else if (what == 8) {
		json_true(to, key, true);
	} else {
		json_text(to, key, text);
	}
}

static void say_something(struct json *to, uint32_t *seed, unsigned int depth, bool is_array)
{
	for (uint32_t count = random_below(seed, 5); count > 0; count--)
		say_one(to, seed, depth, is_array);
}

/* What was noted within wide limits is played within narrow ones. */
START_TEST(a_tape_plays_what_would_have_been_written)
{
	static const struct json_limits wide = {.text = 64, .items = 100};
	const struct slice pieces[] = {slice_of(NULL, 0), slice_from_text("\"p\":2")};
	struct buffer tape = {0};
	struct buffer played = {0};

	json_finish(&j);
	for (uint32_t i = 0; i < 50000; i++) {
		const struct json_limits limits = {.text = 2 + i % 40, .items = 1 + i % 4};
		uint32_t seed = i;

		buffer_clear(&out);
		buffer_clear(&tape);
		buffer_clear(&played);
		json_begin(&j, &out, &limits);
		json_use_pieces(&j, pieces);
		say_something(&j, &seed, 0, false);
		json_put_cuts(&j, "cut", i % 2);
		json_finish(&j);
		seed = i;
		json_begin_tape(&j, &tape, &wide);
		say_something(&j, &seed, 0, false);
		json_put_cuts(&j, "cut", i % 2);
		json_finish(&j);
		json_play(buffer_slice(&tape), &played, &limits, pieces);
		ck_assert_msg(slice_equals(buffer_slice(&out), buffer_slice(&played)), "%u: %.*s: %.*s", i,
			      (int)out.len, (const char *)out.data, (int)played.len, (const char *)played.data);
	}
	buffer_fini(&tape);
	buffer_fini(&played);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, members_come_in_order);
	tcase_add_test(t, arrays_hold_items_and_objects);
	tcase_add_test(t, nothing_is_an_empty_object);
	tcase_add_test(t, what_is_empty_is_left_out);
	tcase_add_test(t, what_is_empty_leaves_no_comma);
	tcase_add_test(t, an_object_may_begin_behind_other_bytes);
	tcase_add_loop_test(t, strings_are_valid_whatever_the_bytes, 0, sizeof(strings) / sizeof(strings[0]));
	tcase_add_test(t, no_character_acts_on_a_line);
	tcase_add_test(t, numbers_reach_their_limits);
	tcase_add_test(t, it_goes_as_deep_as_it_says);
	tcase_add_loop_test(t, a_text_ends_with_a_whole_character, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(t, a_text_may_have_a_limit_of_its_own);
	tcase_add_test(t, an_array_ends_with_its_count_behind_it);
	tcase_add_test(t, items_beyond_the_limit_leave_nothing);
	tcase_add_test(t, members_that_were_made_before);
	tcase_add_test(t, a_tape_plays_what_would_have_been_written);
}
