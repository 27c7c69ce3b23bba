#include "proto/encoded.h"

#include "../main.h"
#include "script.h"

static const struct {
	const char *text;
	const char *decoded; /* one of the runs; NULL: there is none at all */
	const char *run;
} vectors[] = {
	{"no 61626364", "abcd", "61626364"},
	{"no 4A4b4C.", "JKL", "4A4b4C"},
	{"61 62 63 64 here", "abcd", "61 62 63 64"},
	{"[61:62:63]", "abc", "61:62:63"},
	{"0x61 0x62 0x63", "abc", "0x61 0x62 0x63"},
	{"0x616263", "abc", "0x616263"},
	{"\\x61\\x62\\x63", "abc", "\\x61\\x62\\x63"},
	{"=61=62=63", "abc", "=61=62=63"},
	{"%61%62%63", "abc", "%61%62%63"},
	{"bad: Zm9vYmFy, no", "foobar", "Zm9vYmFy"},
	{"token=Zm9vYg==", "foob", "Zm9vYg=="},
	{"<Zm9vYg>", "foob", "Zm9vYg"},
	{"Zm9vYmFyZ", "foobar", "Zm9vYmFyZ"}, /* cut off */
	{"", NULL, NULL},
	{"a b 61", NULL, NULL},
	{"%=\\x0x", NULL, NULL},
};

static bool has_run(struct slice text, const char *decoded, const char *run)
{
	struct buffer out = {0};
	struct encoded e = {0};
	bool found = false;
	size_t steps = 0;

	while (encoded_next(&e, text, &out)) {
		ck_assert_uint_lt(e.begin, e.end);
		ck_assert_uint_le(e.end, text.len);
		ck_assert_uint_lt(steps++, 2 * text.len + 1);
		found |= decoded == NULL ||
			 (slice_equals(buffer_slice(&out), slice_from_text(decoded)) &&
			  slice_equals(slice_sub(text, e.begin, e.end - e.begin), slice_from_text(run)));
	}
	buffer_fini(&out);
	return found;
}

START_TEST(runs_are_decoded)
{
	bool found = has_run(slice_from_text(vectors[_i].text), vectors[_i].decoded, vectors[_i].run);

	ck_assert_msg(found == (vectors[_i].decoded != NULL), "%s", vectors[_i].text);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, runs_are_decoded, 0, sizeof(vectors) / sizeof(vectors[0]));
}
