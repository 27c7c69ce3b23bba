#include "mail/told.h"

#include "../main.h"
#include "play.h"

#define HELLO "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n"

static const struct {
	const char *script;
	const char *client; /* "" : not told */
	const char *server;
} rows[] = {
	{HELLO, "", ""},
	{"C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" HELLO, "198.51.100.7:51000", "203.0.113.1:25"},
	{"C: PROXY UNKNOWN\n" HELLO, "", ""},
	{HELLO "C: XCLIENT ADDR=198.51.100.7 PORT=51000\nS: 220 ns1\n", "198.51.100.7:51000", ""},
	{HELLO "C: XCLIENT PORT=51000 NAME=mx ADDR=198.51.100.7\nS: 220 ns1\n", "198.51.100.7:51000", ""},
	{HELLO "C: XCLIENT ADDR=IPV6:2001:db8::7 DESTADDR=IPV6:2001:db8::1 DESTPORT=25\nS: 220 ns1\n", "2001:db8::7",
	 "[2001:db8::1]:25"},
	{HELLO "C: xforward NAME=mx ADDR=198.51.100.7 PROTO=ESMTP\nS: 250 ok\nC: XFORWARD PORT=51000\nS: 250 ok\n",
	 "198.51.100.7:51000", ""},
	{"S: +OK hi\nC: XCLIENT ADDR=198.51.100.7 PORT=51000\nS: +OK\n", "198.51.100.7:51000", ""},
	{"S: +OK hi\nC: XCLIENT ADDR=198.51.100.7 PORT=51000\nS: -ERR no\n", "", ""},
	/* xtext */
	{HELLO "C: XCLIENT ADDR=198+2E51.100.7\nS: 220 ns1\n", "198.51.100.7", ""},
	/* what was refused, or not answered, tells nothing */
	{HELLO "C: XCLIENT ADDR=198.51.100.7\nS: 550 5.7.0 no\n", "", ""},
	{HELLO "C: XCLIENT ADDR=198.51.100.7\n", "", ""},
	{HELLO "C: XCLIENT ADDR=localhost PORT=x\nS: 220 ns1\n", "", ""},
	{HELLO "C: XFORWARD ADDR=[UNAVAILABLE] PORT=[UNAVAILABLE]\nS: 250 ok\n", "", ""},
	/* a new client has no port of the old one's */
	{"C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" HELLO "C: XCLIENT ADDR=198.51.100.8\nS: 220 ns1\n",
	 "198.51.100.8", "203.0.113.1:25"},
	{"C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" HELLO "C: XCLIENT ADDR=[UNAVAILABLE]\nS: 220 ns1\n", "",
	 "203.0.113.1:25"},
};

static void expect_end(const struct session *s, enum side side, const char *text)
{
	char told[ADDRESS_PORT_TEXT_SIZE] = "";

	if (told_of(s)->ends[side].has_address)
		told_text(told, &told_of(s)->ends[side]);
	ck_assert_str_eq(told, text);
}

START_TEST(ends_are_told)
{
	struct player p;

	play_begin(&p, strstr(rows[_i].script, "+OK") != NULL ? PROTOCOL_POP3 : PROTOCOL_SMTP, false);
	play_script(&p, rows[_i].script, true);
	expect_end(p.session, SIDE_CLIENT, rows[_i].client);
	expect_end(p.session, SIDE_SERVER, rows[_i].server);
	play_end(&p);
}
END_TEST

START_TEST(without_words_the_connection_counts)
{
	struct endpoint e;
	struct player p;

	play_begin(&p, PROTOCOL_SMTP, false);
	memcpy(p.session->side[SIDE_CLIENT].address, (uint8_t[]){10, 0, 0, 1}, 4);
	p.session->side[SIDE_CLIENT].port = 40000;
	e = told_end(p.session, SIDE_CLIENT);
	ck_assert(e.has_address && e.has_port && !e.is_ipv6);
	ck_assert_uint_eq(e.port, 40000);
	ck_assert_uint_eq(e.address[3], 1);
	play_script(&p, "C: PROXY TCP6 2001:db8::7 2001:db8::1 51000 25\n" HELLO, true);
	e = told_end(p.session, SIDE_CLIENT);
	ck_assert(e.is_ipv6 && e.port == 51000);
	ck_assert_uint_eq(told_of(p.session)->proxy.version, 1);
	play_end(&p);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, ends_are_told, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, without_words_the_connection_counts);
}
