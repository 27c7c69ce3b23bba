#include "proto/base64.h"

#include "../main.h"

/* RFC 4648 section 10, and what is not base64 (NULL). */
static const struct {
	const char *text;
	const char *bytes;
} vectors[] = {
	{"", ""},
	{"Zg==", "f"},
	{"Zm8=", "fo"},
	{"Zm9v", "foo"},
	{"Zm9vYg==", "foob"},
	{"Zm9vYmE=", "fooba"},
	{"Zm9vYmFy", "foobar"},
	{"+/+/", "\xfb\xff\xbf"},
	{"Zg", NULL},
	{"Zg=", NULL},
	{"Zm8", NULL},
	{"Z===", NULL},
	{"====", NULL},
	{"=", NULL},
	{"Zg==Zg==", NULL},
	{"Zm9v=", NULL},
	{"Zh==", NULL},
	{"Zm9=", NULL},
	{"Zm 8=", NULL},
	{"Zm9v\r\n", NULL},
	{"Zm-_", NULL},
};

START_TEST(test_vector)
{
	struct buffer out = {.limit = 0};
	const char *wanted = vectors[_i].bytes;

	buffer_append_text(&out, "x");
	ck_assert_int_eq(base64_decode(slice_from_text(vectors[_i].text), &out), wanted != NULL);
	ck_assert_uint_eq(out.data[0], 'x');
	ck_assert(slice_equals(slice_after(buffer_slice(&out), 1), slice_from_text(wanted ? wanted : "")));
	if (wanted != NULL) { /* and back */
		buffer_clear(&out);
		base64_encode(slice_from_text(wanted), &out);
		ck_assert(slice_equals(buffer_slice(&out), slice_from_text(vectors[_i].text)));
	}
	buffer_fini(&out);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
}
