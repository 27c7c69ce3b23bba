#include "base/utf7.h"

#include "../main.h"

static const struct {
	const char *name;
	const char *decoded; /* NULL: it is not written so */
} vectors[] = {
	{"", ""},
	{"INBOX", "INBOX"},
	{"~peter/mail/&U,BTFw-/&ZeVnLIqe-",
	 "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
	{"&Xn9USpCuTvY-", "\xe5\xb9\xbf\xe5\x91\x8a\xe9\x82\xae\xe4\xbb\xb6"},
	{"Entw&APw-rfe", "Entw\xc3\xbcrfe"},
	{"R&-D", "R&D"},
	{"&-", "&"},
	{"&2D3eAA-", "\xf0\x9f\x98\x80"},
	{"&AOkA6Q-&AOk-", "\xc3\xa9\xc3\xa9\xc3\xa9"},
	{"&AEE-", "A"},
	{"R&D", NULL},
	{"&", NULL},
	{"&AO", NULL},
	{"&AOk", NULL},
	{"&A-", NULL},	    /* no whole unit */
	{"&AOl-", NULL},    /* what fills up is not zero */
	{"&AOkA-", NULL},   /* more than fills up */
	{"&2D0-", NULL},    /* half a pair */
	{"&3gA-", NULL},    /* the other half alone */
	{"&2D0AQQ-", NULL}, /* half a pair, then something else */
	{"&AO/-", NULL},    /* "/" is none of the characters */
	{"&AO=-", NULL},
	{"Entw\xc3\xbcrfe", NULL}, /* UTF-8 as it is */
	{"a\x01", NULL},
};

START_TEST(names_of_mailboxes)
{
	struct buffer out = {0};
	bool good;

	buffer_append_text(&out, "x");
	good = utf7_decode(slice_from_text(vectors[_i].name), &out);
	ck_assert_int_eq(good, vectors[_i].decoded != NULL);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data + 1, good ? vectors[_i].decoded : "");
	buffer_fini(&out);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, names_of_mailboxes, 0, sizeof(vectors) / sizeof(vectors[0]));
}
