#include "common/key_log_ways.h"

#include <ctype.h>

#include "../main.h"

static const struct {
	const char *greeting;
	const char *name; /* NULL: who it is is not told */
} greetings[] = {
	{"mx.example.com ESMTP Postfix (Debian/GNU)", "Postfix"},
	{"mx.example.com ESMTP POSTFIX", "Postfix"},
	{"mx.example.com ESMTP Exim 4.96 Mon, 23 Nov 2026 12:34:52 +0100", "Exim"},
	{"Dovecot ready.", "Dovecot"},
	{"Dovecot", "Dovecot"},
	{"[CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE] Dovecot (Debian) ready.", "Dovecot"},
	{"[CAPABILITY IMAP4rev1 UIDPLUS] Courier-IMAP ready. Copyright 1998-2018 Double Precision, Inc.", "Courier"},
	{"[CAPABILITY IMAP4rev1] mail Cyrus IMAP 3.6.1-Debian-3.6.1-4 server ready", "Cyrus"},
	{"courier-1.example.com ESMTP ready", NULL},
	{"hello\nthis is (Dovecot)", "Dovecot"},
	/* the name of a host is none of a program */
	{"postfix.example.com ESMTP Exim 4.96", "Exim"},
	{"exim.example.com ESMTP Postfix", "Postfix"},
	{"dovecot.example.com ready", NULL},
	{"mx.postfix.org ready", NULL},
	{"mx.example.com ESMTP Postfixed", NULL},
	{"mx.example.com ESMTP unPostfix", NULL},
	{"mx.example.com ESMTP", NULL},
	{"...", NULL},
	{"", NULL},
};

START_TEST(a_greeting_tells_the_program)
{
	size_t number = key_log_ways_find(slice_from_text(greetings[_i].greeting));

	if (greetings[_i].name == NULL) {
		ck_assert_msg(number == SIZE_MAX, "%s", greetings[_i].greeting);
		return;
	}
	ck_assert_msg(number != SIZE_MAX, "%s", greetings[_i].greeting);
	ck_assert_str_eq(key_log_ways_row(number)->name, greetings[_i].name);
	ck_assert_int_eq(key_log_ways_row(number)->role, KEY_LOG_SERVER);
}
END_TEST

/* What it says far behind its first words is not looked at, nor is there a byte that it cannot say. */
START_TEST(a_hostile_greeting_costs_little)
{
	static char text[100000];
	char bytes[256];

	memset(text, ' ', sizeof(text));
	memcpy(text + sizeof(text) - 8, "Postfix", 8);
	ck_assert(key_log_ways_find(slice_of(text, sizeof(text))) == SIZE_MAX);
	memcpy(text, "Postfix", 7);
	ck_assert(key_log_ways_find(slice_of(text, sizeof(text))) != SIZE_MAX);
	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	ck_assert(key_log_ways_find(slice_of(bytes, sizeof(bytes))) == SIZE_MAX);
}
END_TEST

START_TEST(the_paths_take_the_place_of_their_words)
{
	char out[64];
	char small[8];

	key_log_ways_fill(out, sizeof(out), "A=LIBRARY B=KEYS C=KEYS.", "/l/x.so", "/k/LIBRARY");
	ck_assert_str_eq(out, "A=/l/x.so B=/k/LIBRARY C=/k/LIBRARY.");
	key_log_ways_fill(out, sizeof(out), "nothing", "/l", "/k");
	ck_assert_str_eq(out, "nothing");
	key_log_ways_fill(small, sizeof(small), "A=LIBRARY", "/a/long/path", "/k");
	ck_assert_str_eq(small, "A=/a/lo");
}
END_TEST

/* A sentence ends, and no line holds what a terminal or roff takes for something else. */
START_TEST(each_row_is_fit_for_the_manual)
{
	const struct key_log_way *row = key_log_ways_row((size_t)_i);

	ck_assert_ptr_nonnull(row);
	ck_assert(row->name[0] != '\0' && row->first[0] != '\0' && (row->second == NULL || row->second[0] != '\0'));
	ck_assert(row->role == KEY_LOG_SERVER || row->banner == NULL);
	ck_assert(row->remark == NULL || row->remark[strlen(row->remark) - 1] == '.');
	for (const char *c = row->first; *c != '\0'; c++)
		ck_assert(isprint((unsigned char)*c));
	for (const char *c = row->second; c != NULL && *c != '\0'; c++)
		ck_assert(isprint((unsigned char)*c));
	for (size_t i = 0; i < (size_t)_i; i++)
		ck_assert_str_ne(row->name, key_log_ways_row(i)->name);
	if (row->banner != NULL)
		ck_assert_uint_eq(key_log_ways_find(slice_from_text(row->banner)), (size_t)_i);
}
END_TEST

START_TEST(the_table_has_an_end)
{
	ck_assert_ptr_null(key_log_ways_row(key_log_ways_count()));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_greeting_tells_the_program, 0, sizeof(greetings) / sizeof(greetings[0]));
	tcase_add_test(t, a_hostile_greeting_costs_little);
	tcase_add_test(t, the_paths_take_the_place_of_their_words);
	tcase_add_loop_test(t, each_row_is_fit_for_the_manual, 0, (int)key_log_ways_count());
	tcase_add_test(t, the_table_has_an_end);
}
