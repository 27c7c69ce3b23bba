/*
 * What the records know of a mail's header: fields whose bytes declare no charset are of the one that the mail itself
 * declares, wherever in it that stands.
 */
#include "wire.h"

#include "../main.h"
#include "filter/expression.h"

static struct wire w;
static struct buffer seen;
static size_t from_names_len, to_names_len;

static void note_fields(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *f)
{
	(void)ctx;
	(void)v;
	(void)m;
	buffer_clear(&seen);
	buffer_append(&seen, buffer_slice(&f->subject));
	buffer_append_byte(&seen, '|');
	for (size_t i = 0; i < f->to.len; i++)
		buffer_append_byte(&seen, f->to.data[i] == '\0' ? ' ' : f->to.data[i]);
	buffer_append_byte(&seen, '|');
	buffer_append(&seen, buffer_slice(&f->x_mailer));
	buffer_append_byte(&seen, '\0');
	from_names_len = f->from_names.len;
	to_names_len = f->to_names.len;
}

static const struct engine_output output = {.mail = note_fields};

static void setup(void)
{
	wire_init(&w, false);
	w.options.output = &output;
}

static void teardown(void)
{
	wire_fini(&w);
	buffer_fini(&seen);
}

#define HELLO	"\317\360\350\342\345\362" /* in windows-1251; every byte of it is a letter in KOI8-R, too */
#define HELLO_8 "\320\237\321\200\320\270\320\262\320\265\321\202"

static const struct {
	const char *mail;
	const char *fields;
} rows[] = {
	{"Subject: " HELLO "\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\nx\r\n", HELLO_8 "||"},
	{"Subject: " HELLO
	 "\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b\r\n"
	 "Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/html; "
	 "charset=\"win-1251\"\r\n\r\n"
	 "x\r\n--c--\r\n--b--\r\n",
	 HELLO_8 "||"},
	{"Subject: " HELLO_8 "\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\nx\r\n", HELLO_8 "||"},
	{"Subject: =?koi8-r?Q?=F0=D2?= " HELLO "\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\nx\r\n",
	 "\320\237\321\200 " HELLO_8 "||"},
	{"To: a@b; c@d\r\nUser-Agent: one\r\n\r\nx\r\n", "|a@b c@d |one"},
	{"User-Agent: one\r\nX-Mailer: two\r\n\r\nx\r\n", "||two"},
};

START_TEST(fields_are_read_as_the_mail_declares)
{
	static const char *const fallbacks[] = {"koi8-r"};

	fields_init(fallbacks, 1);
	wire_begin(&w);
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"
		      "C: DATA\nS: 354 go\n");
	wire_say(&w, SIDE_CLIENT, rows[_i].mail);
	wire_talk(&w, "C: .\nS: 250 ok\nC: QUIT\nS: 221 bye\n");
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert_str_eq((const char *)seen.data, rows[_i].fields);
}
END_TEST

/* No record has them: they are kept for filters and for a screen. */
START_TEST(names_beside_addresses_are_read_where_somebody_asks_for_them)
{
	struct expression_fault fault;
	struct expression *filter = expression_new("from:al", WIRE_START_NS, &fault);

	w.options.keep = _i == 1;
	w.options.filter = _i == 2 ? filter : NULL;
	wire_begin(&w);
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"
		      "C: DATA\nS: 354 go\n");
	wire_say(&w, SIDE_CLIENT, "From: Al <a@b>\r\nTo: Bo <c@d>\r\nCc: Cy <e@f>\r\n\r\nx\r\n");
	wire_talk(&w, "C: .\nS: 250 ok\nC: QUIT\nS: 221 bye\n");
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert_str_eq((const char *)seen.data, "|c@d |");
	ck_assert_uint_eq(from_names_len, _i == 0 ? 0 : strlen("Al") + 1);
	ck_assert_uint_eq(to_names_len, _i == 0 ? 0 : strlen("Bo") + 1 + strlen("Cy") + 1);
	engine_free(w.engine); /* before its filter */
	w.engine = NULL;
	expression_free(filter);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, fields_are_read_as_the_mail_declares, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(t, names_beside_addresses_are_read_where_somebody_asks_for_them, 0, 3);
}
