#include "mime/flowed.h"

#include "../main.h"

static const struct {
	const char *text;
	bool del_space;
	const char *joined;
} vectors[] = {
	{"", false, ""},
	{"one \ntwo\nthree\n", false, "one two\nthree\n"},
	{"\345\256\211 \n\345\205\250\n", true, "\345\256\211\345\205\250\n"},
	{"> a \n> b\nc\n", false, "> a b\nc\n"},
	{"> a \n>> b\n", false, "> a \n>> b\n"},
	{" From here\n >no quote\n", false, "From here\n>no quote\n"},
	{"bye \n-- \nme\n", false, "bye \n-- \nme\n"},
	{"soft at the end ", false, "soft at the end \n"},
	{"\n\n", false, "\n\n"},
};

START_TEST(soft_line_ends_go)
{
	struct buffer out = {0};

	flowed_join(slice_from_text(vectors[_i].text), vectors[_i].del_space, &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, vectors[_i].joined);
	buffer_fini(&out);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, soft_line_ends_go, 0, sizeof(vectors) / sizeof(vectors[0]));
}
