#include "proto/address.h"

#include "../main.h"

static const struct {
	const char *arguments;
	const char *address; /* NULL: no path */
	const char *parameters;
	bool loose;
} vectors[] = {
	{"FROM:<a@b>", "a@b", "", false},
	{"from:<a@b> SIZE=1 BODY=8BITMIME", "a@b", "SIZE=1 BODY=8BITMIME", false},
	{"TO:<a@b>", "a@b", "", false},
	{"FROM:<>", "", "", false},
	{"FROM:<> RET=HDRS", "", "RET=HDRS", false},
	{"FROM: <a@b>", "a@b", "", true},
	{"FROM :<a@b>", "a@b", "", true},
	{"FROM:a@b", "a@b", "", true},
	{"FROM:a@b SIZE=1", "a@b", "SIZE=1", true},
	{"FROM:\ta@b", "a@b", "", true},
	{"FROM:<a@b", "a@b", "", true},
	{"FROM:<a@b SIZE=1", "a@b", "SIZE=1", true},
	{"FROM:<@c,@d:a@b>", "a@b", "", false},
	{"FROM:<\"a>b c\"@d> X=1", "\"a>b c\"@d", "X=1", false},
	{"FROM:<\"a\\\">\"@d>", "\"a\\\">\"@d", "", false},
	{"TO:<postmaster>", "postmaster", "", false},
	{"FROM:<a@b>SIZE=1", "a@b", "SIZE=1", true},
	{"FROM <a@b> SIZE=1", "a@b", "SIZE=1", true},
	{"TO<a@b>", "a@b", "", true},
	{"FROM:<\"a@b>", "\"a@b", "", true},
	{"TO:<o\"brien@b> NOTIFY=NEVER", "o\"brien@b", "NOTIFY=NEVER", true},
	{"TO:Bob <bob@b>", "bob@b", "", true},
	{"TO: Bob Smith <bob@b> NOTIFY=NEVER", "bob@b", "NOTIFY=NEVER", true},
	{"TO:\"Bob <x@y>\" <bob@b>", "bob@b", "", true},
	{"TO:bob@x <bob@b>", "bob@b", "", true},
	{"FROM:<<a@b>>", "a@b", "", true},
	{"FROM:<<a@b>> SIZE=1", "a@b", "SIZE=1", true},
	{"FROM:<<<>>>", "", "", true},
	{"FROM:<Al <a@b>>", "a@b", "", true},
	{"TO:< a@b >", "a@b", "", false},
	{"TO:<\"a<b\"@c>", "\"a<b\"@c", "", false},
	{"TO:\"<a>\"@c", "\"<a>\"@c", "", true},
	{"TO:a@b ORCPT=rfc822;<x>", "a@b", "ORCPT=rfc822;<x>", true},
	{"TO:<a@b> ORCPT=rfc822;<x>", "a@b", "ORCPT=rfc822;<x>", false},
	{"TO:Bob <@c,@d:a@b>", "a@b", "", true},
	{"TO:<>", "", "", false},
	{"TO:>", ">", "", true},
	{"TO:<", "", "", true},
	{"FROM:<\"a\\", "\"a\\", "", true},
	{"FROM:", NULL, NULL, false},
	{"FROM: ", NULL, NULL, false},
	{"FROM", NULL, NULL, false},
	{"FROM a@b", NULL, NULL, false},
	{"<a@b>", NULL, NULL, false},
	{"", NULL, NULL, false},
};

START_TEST(test_vector)
{
	struct address_path path;
	bool found = address_read_path(slice_from_text(vectors[_i].arguments), &path);

	ck_assert_int_eq(found, vectors[_i].address != NULL);
	if (!found)
		return;
	ck_assert(slice_equals(path.address, slice_from_text(vectors[_i].address)));
	ck_assert(slice_equals(path.parameters, slice_from_text(vectors[_i].parameters)));
	ck_assert_int_eq(path.loose, vectors[_i].loose);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
}
