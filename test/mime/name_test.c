#include "mime/name.h"

#include "../main.h"

static const struct {
	const char *subject;
	size_t max_len;
	const char *name;
} vectors[] = {
	{"Hello, world!", 64, "Hello_world"},
	{"  --a--  ", 64, "--a--"},
	{"a_b__c", 64, "a_b_c"},
	{"...", 64, ""},
	{"", 64, ""},
	{"../../etc/passwd\n", 64, "etc_passwd"},
	{"\xe5\xb9\xb4\xe5\xba\xa6\xef\xbc\x88"
	 "2026\xef\xbc\x89",
	 64, "\xe5\xb9\xb4\xe5\xba\xa6_2026"},
	{"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 \xc3\xa4", 64,
	 "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82_\xc3\xa4"},
	{"\xe5\xb9\xb4\xe5\xba\xa6", 5, "\xe5\xb9\xb4"}, /* cut at a character */
	{"\xe5\xb9\xb4\xe5\xba\xa6", 2, ""},
	{"abc def", 4, "abc"}, /* no blank at the end */
	{"abc def", 5, "abc_d"},
	{"a\xff\xfe"
	 "b\xe5\xb9",
	 64, "a_b"},
	{"\xe2\x80\xae"
	 "gpj.exe",
	 64, "gpj_exe"},
	{"a\xf0\x9f\x98\x80"
	 "b",
	 64, "a_b"},
};

START_TEST(subjects_become_names)
{
	struct buffer out = {0};

	name_reduce(slice_from_text(vectors[_i].subject), vectors[_i].max_len, &out);
	ck_assert_uint_le(out.len, vectors[_i].max_len);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, vectors[_i].name);
	buffer_fini(&out);
}
END_TEST

START_TEST(a_name_is_appended)
{
	struct buffer out = {0};

	buffer_append_text(&out, "x-");
	name_reduce(slice_from_text("!abc"), 2, &out);
	ck_assert(slice_equals(buffer_slice(&out), slice_from_text("x-ab")));
	buffer_fini(&out);
}
END_TEST

static const struct {
	const char *name;
	size_t max_len;
	const char *file;
} files[] = {
	{"report.pdf", 128, "report.pdf"},
	{"a b(1).tar.gz", 128, "a_b_1_.tar.gz"},
	{"../../etc/passwd", 128, "etc_passwd"},
	{"..", 128, ""},
	{".bashrc", 128, "bashrc"},
	{"C:\\dir\\file.txt", 128, "C_dir_file.txt"},
	{"a\nb\033[m\177.txt", 128, "a_b_m_.txt"},
	{"\xe2\x80\xaegpj.exe", 128, "gpj.exe"}, /* turned round by a bidi sign */
	{"\xe9\x94\x80\xe5\x94\xae.xls", 128, "\xe9\x94\x80\xe5\x94\xae.xls"},
	{"\xe0\xa4\xb9\xe0\xa4\xbf.txt", 128, "\xe0\xa4\xb9\xe0\xa4\xbf.txt"}, /* a letter and its vowel sign */
	{"\xe9\x94\x80\xe5\x94\xae.xls", 8, "\xe9\x94\x80.xls"}, /* cut at a character, the ending stays */
	{"abcdefgh.ending-that-is-no-ending", 8, "abcdefgh"},
	{"name...", 128, "name"},
	{"\xff\xfe", 128, ""},
	{"", 128, ""},
};

START_TEST(names_of_attachments_become_names_of_files)
{
	struct buffer out = {0};

	name_of_file(slice_from_text(files[_i].name), files[_i].max_len, &out);
	ck_assert_uint_le(out.len, files[_i].max_len);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, files[_i].file);
	buffer_fini(&out);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, subjects_become_names, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, a_name_is_appended);
	tcase_add_loop_test(t, names_of_attachments_become_names_of_files, 0, sizeof(files) / sizeof(files[0]));
}
