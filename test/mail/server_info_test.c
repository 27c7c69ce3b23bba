#include "mail/server_info.h"

#include "../main.h"
#include "play.h"

/* What is known at the end: banner, helo, extensions. */
static const struct {
	const char *name;
	enum protocol protocol;
	const char *script;
	const char *banner;
	const char *helo;
	const char *extensions;
} vectors[] = {
	{"a greeting of two lines, and what EHLO offers", PROTOCOL_SMTP,
	 "S: 220-ns1 ESMTP\nS: 220 hi\nC: EHLO me.example\nS: 250-ns1\nS: 250-SIZE 1000\nS: 250 AUTH PLAIN LOGIN\n",
	 "ns1 ESMTP\nhi", "me.example", "SIZE 1000\nAUTH PLAIN LOGIN"},
	{"EHLO refused, HELO accepted", PROTOCOL_SMTP, "S: 220 a\nC: EHLO me\nS: 502 no\nC: HELO you\nS: 250 a\n", "a",
	 "you", ""},
	{"all refused", PROTOCOL_SMTP, "S: 220 a\nC: EHLO me\nS: 550 no\n", "a", "me", ""},
	{"a second EHLO replaces the first", PROTOCOL_SMTP,
	 "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250 DSN\nC: EHLO me2\nS: 250-a\nS: 250 ETRN\n", "a", "me2", "ETRN"},
	{"a second EHLO that is refused does not", PROTOCOL_SMTP,
	 "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250 DSN\nC: EHLO me2\nS: 503 no\n", "a", "me", "DSN"},
	{"HELO offers nothing", PROTOCOL_SMTP,
	 "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250 DSN\nC: HELO me\nS: 250-a\nS: 250 x\n", "a", "me", ""},
	{"void behind STARTTLS", PROTOCOL_SMTP,
	 "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n", "a", "", ""},
	{"not when STARTTLS was refused", PROTOCOL_SMTP,
	 "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 no\n", "a", "me", "STARTTLS"},
	{"clear text behind STARTTLS", PROTOCOL_SMTP,
	 "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nC: EHLO me\nS: 250-a\nS: 250 DSN\n",
	 "a", "me", "DSN"},
	{"void behind XCLIENT", PROTOCOL_SMTP,
	 "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250 XCLIENT NAME\nC: XCLIENT NAME=x\nS: 220 b\n", "a", "", ""},
	{"a greeting that refuses", PROTOCOL_SMTP, "S: 554 go away\n", "go away", "", ""},
	{"LMTP", PROTOCOL_LMTP, "S: 220 a LMTP\nC: LHLO me\nS: 250-a\nS: 250 PIPELINING\n", "a LMTP", "me",
	 "PIPELINING"},
	{"POP3: CAPA", PROTOCOL_POP3, "S: +OK <1@x>\nC: CAPA\nS: +OK\nS: TOP\nS: SASL PLAIN\nS: .\n", "<1@x>", "",
	 "TOP\nSASL PLAIN"},
	{"POP3: void behind STLS", PROTOCOL_POP3, "S: +OK a\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\n", "a",
	 "", ""},
};

static void expect(const char *name, struct slice value, const char *expected)
{
	ck_assert_msg(slice_equals(value, slice_from_text(expected)), "%s: %.*s", name, (int)value.len,
		      (const char *)value.data);
}

static void play_facts(bool forget)
{
	struct player p;

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		play_begin(&p, vectors[i].protocol, false);
		p.session->wants_server_info = true;
		p.forget = forget;
		play_script(&p, vectors[i].script, true);
		expect(vectors[i].name, session_banner(p.session), vectors[i].banner);
		expect(vectors[i].name, session_helo(p.session), vectors[i].helo);
		expect(vectors[i].name, session_extensions(p.session), vectors[i].extensions);
		play_end(&p);
	}
}

START_TEST(what_was_said_is_known)
{
	play_facts(false);
}
END_TEST

START_TEST(facts_outlive_what_is_forgotten)
{
	play_facts(true);
}
END_TEST

START_TEST(nothing_is_kept_that_nobody_wants)
{
	struct player p;

	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, vectors[0].script, true);
	ck_assert_ptr_null(p.session->server_info.text);
	play_end(&p);
}
END_TEST

START_TEST(the_next_session_knows_nothing_of_the_last)
{
	struct player p;

	play_begin(&p, PROTOCOL_SMTP, false);
	p.session->wants_server_info = true;
	play_script(&p, vectors[0].script, true);
	session_reuse(p.session, 2);
	ck_assert_uint_eq(session_banner(p.session).len, 0);
	ck_assert_uint_eq(session_extensions(p.session).len, 0);
	play_end(&p);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, what_was_said_is_known);
	tcase_add_test(t, facts_outlive_what_is_forgotten);
	tcase_add_test(t, nothing_is_kept_that_nobody_wants);
	tcase_add_test(t, the_next_session_knows_nothing_of_the_last);
}
