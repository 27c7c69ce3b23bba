#include "mime/parameter.h"

#include <stdlib.h>

#include "../main.h"
#include "mime/fields.h"

#define SAFE "\345\256\211\345\205\250"

static void setup(void)
{
	fields_init(NULL, 0);
}

/* What a Content-Disposition says, and the file name in it; NULL: there is none. */
static const struct {
	const char *value;
	const char *name;
} vectors[] = {
	{"attachment", NULL},
	{"attachment; filename=a.txt", "a.txt"},
	{"attachment; FileName=\"a b.txt\"; size=1", "a b.txt"},
	{"attachment; filename*=utf-8''%E5%AE%89%E5%85%A8", SAFE},
	{"attachment; filename*1*=%85%A8; filename*0*=utf-8'en'%E5%AE%89%E5", SAFE},
	{"attachment; filename*0=a; filename*1=\"b;c\"", "ab;c"},
	{"attachment; filename*=gb2312''%B0%B2%C8%AB", SAFE},
	{"attachment; filename*=utf-8''%E5x", "\357\277\275x"},
	{"attachment; filename=\"" SAFE "\"", SAFE},
	/* GMime takes both asterisks for its own, and leaves the byte as it is */
	{"attachment; filename**=%A8", "\357\277\275"},
};

START_TEST(names_are_utf8)
{
	char *name = parameter_read(slice_from_text(vectors[_i].value), "filename", NULL);

	if (vectors[_i].name == NULL)
		ck_assert_ptr_null(name);
	else
		ck_assert_pstr_eq(name, vectors[_i].name);
	free(name);
}
END_TEST

/* What nobody declared is of the charset that the mail declares. */
START_TEST(undeclared_names_are_of_the_likely_charset)
{
	char *name = parameter_read(slice_from_text("attachment; filename**=%B0%B2"), "filename", "gb2312");

	ck_assert_pstr_eq(name, "\345\256\211");
	free(name);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_unchecked_fixture(t, setup, fields_fini);
	tcase_add_loop_test(t, names_are_utf8, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, undeclared_names_are_of_the_likely_charset);
}
