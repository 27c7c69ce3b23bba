#include "mime/charset.h"

#include "mime/fields.h"
#include "suite.h"

#define SAFE	    "\345\256\211\345\205\250"
#define REPLACEMENT "\357\277\275"

static void setup(void)
{
	static const char *const fallbacks[] = {"gb18030", "big5", "iso-2022-jp", "koi8-r"};

	fields_init(fallbacks, 4);
}

static const struct {
	const char *declared;
	const char *bytes;
	const char *text;
} vectors[] = {
	{NULL, "", ""},
	{NULL, "ascii", "ascii"},
	{NULL, SAFE, SAFE},
	{NULL, "\260\262\310\253", SAFE},
	{"us-ascii", "\260\262\310\253", SAFE},
	{NULL, "\033$B0BA4\033(B.", SAFE "."},
	{NULL, "\033[m", "\033[m"},
	{NULL, "\360\322\311\327\305\324 \315\311\322!",
	 "\320\237\321\200\320\270\320\262\320\265\321\202 \320\274\320\270\321\200!"},
	{NULL, "\377", "\320\252"}, /* only koi8-r knows it */
	{"gb2312", "\260\262\310\253", SAFE},
	{"GB2312", "\211\137", "\345\241\244"}, /* of GBK, which gb2312 stands for */
	{"big5", "\246w\245\376", SAFE},
	{"iso-8859-1", "\344\226", "\303\244\342\200\223"},
	{"iso-2022-jp", "\033$B0BA4\033(B", SAFE},
	{"utf-8", SAFE "\377" SAFE, SAFE REPLACEMENT SAFE}, /* damaged */
	{"utf-8", "\260\262\310\253", SAFE},		    /* wrongly declared */
	{"UTF8", SAFE, SAFE},
	{"gb2312", "\260\262\377 \310\253", "\345\256\211" REPLACEMENT " \345\205\250"}, /* one wrong byte */
	{"no-such", SAFE, SAFE},
	{"../../etc", "a", "a"},
	{"utf-7", "+W4lRaA-", SAFE},
	{"koi8-r", "\360\322", "\320\237\321\200"},
	{"windows-1251", "\317\360", "\320\237\321\200"},
	{"euc-kr", "\276\310", "\354\225\210"},
	{"utf-16", "\376\377\133\211", "\345\256\211"},
};

START_TEST(texts_become_utf8)
{
	struct buffer out = {0};

	charset_read(slice_from_text(vectors[_i].bytes), vectors[_i].declared, &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, vectors[_i].text);
	buffer_fini(&out);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("charset");

	tcase_add_checked_fixture(t, setup, fields_fini);
	tcase_add_loop_test(t, texts_become_utf8, 0, sizeof(vectors) / sizeof(vectors[0]));
	return suite_run("charset", t);
}
