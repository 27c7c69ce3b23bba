#include "base/text.h"

#include "../main.h"

static void expect(const struct buffer *out, const char *wanted)
{
	ck_assert_uint_eq(out->len, strlen(wanted));
	ck_assert(slice_equals(buffer_slice(out), slice_from_text(wanted)));
}

static const struct {
	const char *bytes;
	const char *utf8;
	const char *visible;
} vectors[] = {
	{"", "", ""},
	{"plain", "plain", "plain"},
	{"\xc3\xa4\xe6\xb5\x8b\xf0\x9f\x98\x80", "ä测😀", "ä测😀"},
	{"a\x1b[2Jb\x07", "a\x1b[2Jb\x07", "a␛[2Jb␇"},
	{"a\r\n\tb\x7f", "a\r\n\tb\x7f", "a␍␊␉b␡"},
	{"\xc2\x9b"
	 "2J",
	 "\xc2\x9b"
	 "2J",
	 "<U+009B>2J"},
	{"abc\xe2\x80\xae" /* right-to-left override */ "gpj", "abc\xe2\x80\xaegpj", "abc<U+202E>gpj"},
	{"x\xe2\x80\x8by\xef\xbb\xbfz", "x\xe2\x80\x8by\xef\xbb\xbfz", "x<U+200B>y<U+FEFF>z"},
	{"x\xe2\x80\xa8y", "x\xe2\x80\xa8y", "x<U+2028>y"},
	{"\xf3\xa0\x81\x81", "\xf3\xa0\x81\x81", "<U+E0041>"},
	{"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd"},
	{"\xc0\xaf", "��", "��"},	      /* overlong '/' */
	{"\xe0\x80\xaf", "���", "���"},	      /* overlong */
	{"\xed\xa0\x80", "���", "���"},	      /* surrogate */
	{"\xf4\x90\x80\x80", "����", "����"}, /* past U+10FFFF */
	{"\xe6\xb5.", "�.", "�."},	      /* cut: one replacement */
	{"\xf0\x9f\x98", "�", "�"},
	{"\x80z", "�z", "�z"},
	{"\xef\xbf\xbd", "�", "�"},
};

START_TEST(test_append)
{
	struct buffer out = {0};
	struct slice bytes = slice_from_text(vectors[_i].bytes);

	text_append_utf8(&out, bytes);
	expect(&out, vectors[_i].utf8);
	ck_assert(text_is_utf8(buffer_slice(&out)));
	ck_assert_int_eq(text_is_utf8(bytes), slice_equals(bytes, buffer_slice(&out)));
	buffer_clear(&out);
	text_append_visible(&out, bytes);
	expect(&out, vectors[_i].visible);
	buffer_fini(&out);
}
END_TEST

START_TEST(test_nul)
{
	struct buffer out = {0};

	text_append_visible(&out, slice_of("a\0b", 3));
	expect(&out, "a␀b");
	buffer_fini(&out);
}
END_TEST

static bool comes_back(uint32_t character)
{
	uint8_t bytes[4];
	size_t used;
	size_t len = text_encode(bytes, character);

	for (size_t cut = 1; cut < len; cut++)
		if (text_decode(slice_of(bytes, cut), &used) != TEXT_REPLACEMENT || used != cut)
			return false;
	return text_is_utf8(slice_of(bytes, len)) && text_decode(slice_of(bytes, len), &used) == character &&
	       used == len;
}

/* Every character comes back as it went, but for surrogates. One assertion a plane: each is a message to the runner. */
START_TEST(test_round_trip)
{
	uint32_t wrong = 0;

	for (uint32_t character = 0; character < 0x10000; character++) {
		uint32_t here = (uint32_t)_i << 16 | character;

		wrong += comes_back(here) == (here >= 0xd800 && here <= 0xdfff);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

static bool holds_control(struct slice s)
{
	size_t used;

	for (; s.len > 0; s = slice_after(s, used))
		if (text_is_control(text_decode(s, &used)))
			return true;
	return false;
}

/* Whatever the bytes, what is visible holds no control character. */
START_TEST(test_visible_is_safe)
{
	unsigned int seed = 1;
	int wrong = 0;

	for (int round = 0; round < 100000; round++) {
		struct buffer out = {0};
		uint8_t bytes[24];

		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1103515245U + 12345U;
			bytes[i] = (uint8_t)(seed >> 16);
		}
		text_append_visible(&out, slice_of(bytes, sizeof(bytes)));
		wrong += !text_is_utf8(buffer_slice(&out)) || holds_control(buffer_slice(&out));
		buffer_fini(&out);
	}
	ck_assert_int_eq(wrong, 0);
}
END_TEST

static const struct {
	uint32_t character;
	int width;
} widths[] = {
	{'a', 1},     {0xe4, 1},    {0x300, 0},	  {0x301, 0},	{0x416, 1},   {0x5b0, 0},    {0xe31, 0},   {0x1100, 2},
	{0x1161, 0},  {0x11a8, 0},  {0x200d, 0},  {0x2014, 1},	{0x2026, 1},  {0x231a, 2},   {0x2500, 1},  {0x25b6, 1},
	{0x2714, 1},  {0x2705, 2},  {0x3000, 2},  {0x3042, 2},	{0x30a2, 2},  {0x4e2d, 2},   {0x9fff, 2},  {0xac00, 2},
	{0xd7a3, 2},  {0xfe0f, 0},  {0xff21, 2},  {0xff71, 1},	{0xffe5, 2},  {0xfffd, 1},   {0x1f600, 2}, {0x1f1e6, 1},
	{0x1f3fb, 2}, {0x1fae8, 2}, {0x20000, 2}, {0x31350, 2}, {0xe0100, 0}, {0x10ffff, 1},
};

START_TEST(test_width)
{
	ck_assert_int_eq(text_width(widths[_i].character), widths[_i].width);
}
END_TEST

START_TEST(test_cut)
{
	struct slice s = slice_from_text("aä测😀z"); /* 1 2 3 4 1 */
	static const size_t wanted[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};

	for (size_t len = 0; len < sizeof(wanted) / sizeof(wanted[0]); len++)
		ck_assert_uint_eq(text_cut(s, len).len, wanted[len]);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_append, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, test_nul);
	tcase_add_loop_test(t, test_round_trip, 0, 17);
	tcase_add_test(t, test_visible_is_safe);
	tcase_add_loop_test(t, test_width, 0, sizeof(widths) / sizeof(widths[0]));
	tcase_add_test(t, test_cut);
}
