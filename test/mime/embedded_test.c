#include "mime/embedded.h"

#include "../main.h"

/* All files in one text: "name=bytes;". */
static void collect(void *ctx, struct slice name, struct slice bytes, size_t from, size_t len)
{
	struct buffer *out = ctx;

	ck_assert_uint_le(from, from + len);
	buffer_append(out, name);
	buffer_append_byte(out, '=');
	buffer_append(out, bytes);
	buffer_append_byte(out, ';');
}

static const struct {
	const char *text;
	const char *files;
} uuencoded[] = {
	{"", ""},
	{"begin the day\nwell\n", ""},
	{"begin 644 a.txt\n%:&5L;&\\\n`\nend\n", "a.txt=hello;"},
	{"Hi\r\nbegin 644 a b.txt \r\n%:&5L;&\\\r\n`\r\nend\r\nbye\r\n", "a b.txt=hello;"},
	{"begin 644 a\n#86)C\n`\nend\nbegin 755 b\n#9&5F\n \nend\n", "a=abc;b=def;"},
	{"begin 644 a\n#86)C\n", "a=abc;"}, /* cut off */
	{"begin 644 a\n#86)C\nno such line at all, it is too strange {}\nend\n", "a=abc;"},
	{"begin-base64 644 c\naGVs\nbG8=\n====\n", "c=hello;"},
	{"begin 644\n#86)C\nend\n", ""}, /* no name */
	{"begin 6449999 x\n#86)C\nend\n", ""},
	{"begin 644 empty\n`\nend\n", "empty=;"},
};

START_TEST(uuencoded_files_are_found)
{
	struct buffer out = {0};

	embedded_find_uuencode(slice_from_text(uuencoded[_i].text), collect, &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, uuencoded[_i].files);
	buffer_fini(&out);
}
END_TEST

/* ---- TNEF ---- */

static void put_number(struct buffer *b, uint32_t number, int len)
{
	for (int i = 0; i < len; i++)
		buffer_append_byte(b, (uint8_t)(number >> 8 * i));
}

static void put_attribute(struct buffer *b, int level, uint32_t id, struct slice value)
{
	put_number(b, (uint32_t)level, 1);
	put_number(b, id, 4);
	put_number(b, (uint32_t)value.len, 4);
	buffer_append(b, value);
	put_number(b, 0, 2);
}

static void put_file(struct buffer *b, const char *title, struct slice properties, const char *bytes)
{
	put_attribute(b, 2, 0x00069002, slice_of("\1\0", 2));
	put_attribute(b, 2, 0x00018010, slice_of(title, strlen(title) + 1));
	put_attribute(b, 2, 0x0006800f, slice_from_text(bytes));
	if (properties.len > 0)
		put_attribute(b, 2, 0x00069005, properties);
}

static void put_container(struct buffer *b)
{
	struct buffer properties = {0};

	put_number(b, 0x223e9f78, 4);
	put_number(b, 1, 2);
	put_attribute(b, 1, 0x00089006, slice_of("\0\0\1\0", 4));
	put_file(b, "SHORT~1.TXT", slice_of(NULL, 0), "hello");
	put_number(&properties, 4, 4);
	put_number(&properties, 0x00030e20, 4); /* a number */
	put_number(&properties, 5, 4);
	put_number(&properties, 0x80000003, 4); /* one with a name */
	for (int i = 0; i < 16; i++)
		put_number(&properties, 7, 1);
	put_number(&properties, 1, 4);
	put_number(&properties, 6, 4);
	buffer_append(&properties, slice_of("n\0a\0m\0\0\0", 8));
	put_number(&properties, 9, 4);
	put_number(&properties, 0x10020003, 0);
	put_number(&properties, 0x37050003, 4);
	put_number(&properties, 1, 4);
	put_number(&properties, 0x3707001f, 4); /* the long name */
	put_number(&properties, 1, 4);
	put_number(&properties, 10, 4);
	buffer_append(&properties, slice_of("\211\133.\0p\0d\0\0\0\0\0", 12));
	put_file(b, "X.PDF", buffer_slice(&properties), "%PDF");
	buffer_fini(&properties);
}

START_TEST(files_in_tnef_are_found)
{
	struct buffer container = {0};
	struct buffer out = {0};

	put_container(&container);
	ck_assert_uint_eq(embedded_find_tnef(buffer_slice(&container), collect, &out), 2);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, "SHORT~1.TXT=hello;\345\256\211.pd=%PDF;");
	buffer_fini(&container);
	buffer_fini(&out);
}
END_TEST

/* Cut at each byte, and with each byte wrong: files may be missing, nothing else happens. */
START_TEST(damaged_tnef_is_read_as_far_as_it_goes)
{
	struct buffer container = {0};
	struct buffer out = {0};

	put_container(&container);
	for (size_t len = 0; len < container.len; len++)
		ck_assert_uint_le(embedded_find_tnef(slice_of(container.data, len), collect, &out), 2);
	for (size_t at = 0; at < container.len; at++) {
		container.data[at] ^= 0xff;
		ck_assert_uint_le(embedded_find_tnef(buffer_slice(&container), collect, &out), EMBEDDED_FILES_MAX);
		container.data[at] ^= 0xff;
	}
	buffer_fini(&container);
	buffer_fini(&out);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, uuencoded_files_are_found, 0, sizeof(uuencoded) / sizeof(uuencoded[0]));
	tcase_add_test(t, files_in_tnef_are_found);
	tcase_add_test(t, damaged_tnef_is_read_as_far_as_it_goes);
}
