#include "output/lines.h"

#include <time.h>

#include "../main.h"
#include "base/mem.h"
#include "dialog.h"

static struct buffer out;
static struct player p;
static struct record_fields fields;

static void setup(void)
{
	out = (struct buffer){0};
	fields = (struct record_fields){.has_date = false};
}

static void teardown(void)
{
	buffer_fini(&out);
	records_fini_fields(&fields);
	play_end(&p);
}

static void expect(const char *text)
{
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, text);
	buffer_clear(&out);
}

static const struct {
	bool pop3;
	uint32_t index;
	const char *line;
} commands[] = {
	{false, 0,
	 "00:16:40.000 #3 smtp 10.0.0.1:40000 > 10.0.0.2:25  (greeting)  220 ns1 \u241b[31mESMTP (+1 line)\n"},
	{false, 1, "00:16:40.001 #3 smtp 10.0.0.1:40000 > 10.0.0.2:25  EHLO me  250 ns1  1.0 ms\n"},
	{false, 2,
	 "00:16:40.003 #3 smtp 10.0.0.1:40000 > 10.0.0.2:25  AUTH PLAIN ********  235 2.7.0 in  1.0 ms  "
	 "[user bob, password ********, logged in]\n"},
	{false, 5,
	 "00:16:40.005 #3 smtp 10.0.0.1:40000 > 10.0.0.2:25  RCPT TO:<\xe4\xb8\xad@x>  550 5.1.1 \ufffd no  1.0 ms\n"},
	{false, 8, "00:16:40.011 #3 smtp 10.0.0.1:40000 > 10.0.0.2:25  NOOP  (no answer)\n"},
	{true, 2,
	 "00:16:40.003 #3 pop3 10.0.0.1:40000 > 10.0.0.2:110  PASS ********  +OK 1 message  1.0 ms  "
	 "[user bob, password ********, logged in]\n"},
	{true, 3, "00:16:40.005 #3 pop3 10.0.0.1:40000 > 10.0.0.2:110  UIDL  +OK  1.0 ms\n"},
};

START_TEST(a_command_is_a_line)
{
	bool pop3 = commands[_i].pop3;

	dialog_begin(&p, pop3 ? PROTOCOL_POP3 : PROTOCOL_SMTP, pop3 ? DIALOG_POP3 : DIALOG_SMTP);
	lines_command(&out, p.session, session_command(p.session, commands[_i].index), false);
	expect(commands[_i].line);
}
END_TEST

START_TEST(the_true_client_stands_before_the_proxy)
{
	dialog_begin(&p, PROTOCOL_SMTP, "C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" DIALOG_SMTP);
	lines_command(&out, p.session, session_command(p.session, 1), false);
	buffer_append_byte(&out, '\0');
	ck_assert_ptr_nonnull(
		strstr((char *)out.data, "smtp 198.51.100.7:51000 through 10.0.0.1:40000 > 10.0.0.2:25  EHLO me"));
	buffer_clear(&out);
	lines_report_head(&out, p.session);
	buffer_append_byte(&out, '\0');
	ck_assert_ptr_nonnull(
		strstr((char *)out.data, "smtp  198.51.100.7:51000 through 10.0.0.1:40000 > 10.0.0.2:25\n"));
	ck_assert_ptr_nonnull(
		strstr((char *)out.data, "ends: PROXY protocol 1, client 198.51.100.7:51000, server 203.0.113.1:25\n"));
	buffer_clear(&out);
}
END_TEST

START_TEST(a_report_tells_what_was_given_up)
{
	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	p.session->abandoned = true;
	lines_report_head(&out, p.session);
	buffer_append_byte(&out, '\0');
	ck_assert_ptr_nonnull(strstr((char *)out.data, ", not followed to its end, to save memory\n"));
	buffer_clear(&out);
}
END_TEST

START_TEST(secrets_are_shown_when_asked_for)
{
	dialog_begin(&p, PROTOCOL_POP3, DIALOG_POP3);
	lines_command(&out, p.session, session_command(p.session, 2), true);
	expect("00:16:40.003 #3 pop3 10.0.0.1:40000 > 10.0.0.2:110  PASS secret  +OK 1 message  1.0 ms  "
	       "[user bob, password secret, logged in]\n");
}
END_TEST

START_TEST(a_login_that_failed_says_so)
{
	dialog_begin(&p, PROTOCOL_POP3, "S: +OK\nC: USER bob\nS: +OK\nC: PASS x\nS: -ERR [AUTH] no\n");
	lines_command(&out, p.session, session_command(p.session, 2), false);
	expect("00:16:40.003 #3 pop3 10.0.0.1:40000 > 10.0.0.2:110  PASS ********  -ERR [AUTH] no  1.0 ms  "
	       "[user bob, password ********, refused]\n");
}
END_TEST

START_TEST(a_mail_is_a_line)
{
	struct mail *m;

	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	m = session_mail(p.session, 1);
	lines_mail(&out, p.session, m, &fields);
	expect("00:16:40.010 #3 smtp 10.0.0.1:40000 > 10.0.0.2:25  mail 1 accepted, 18 bytes, from <a@b> to <c@d> "
	       "to <\xe4\xb8\xad@x> refused 550\n");
	buffer_append_text(&fields.subject, "x\x1b[2Jy");
	m->saved_path = "/tmp/\n.eml";
	m->missing_len = 5;
	lines_mail(&out, p.session, m, &fields);
	expect("00:16:40.010 #3 smtp 10.0.0.1:40000 > 10.0.0.2:25  mail 1 accepted, 18 bytes, 5 missing, from <a@b> "
	       "to <c@d> to <\xe4\xb8\xad@x> refused 550, subject \"x\u241b[2Jy\", saved as /tmp/\u240a.eml\n");
}
END_TEST

START_TEST(what_a_mail_lacks_is_said)
{
	struct mail *m;

	dialog_begin(&p, PROTOCOL_POP3, DIALOG_POP3);
	m = session_mail(p.session, 1);
	m->complete = false;
	lines_mail(&out, p.session, m, &fields);
	expect("00:16:40.008 #3 pop3 10.0.0.1:40000 > 10.0.0.2:110  mail 1 retrieved, 4 bytes, cut off\n");
	m->has_data = false;
	lines_mail(&out, p.session, m, &fields);
	expect("00:16:40.008 #3 pop3 10.0.0.1:40000 > 10.0.0.2:110  mail 1 retrieved, no data\n");
}
END_TEST

START_TEST(a_report_tells_a_session_from_end_to_end)
{
	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	buffer_append_text(&fields.subject, "x");
	lines_report_head(&out, p.session);
	lines_report_commands(&out, p.session, false);
	lines_report_mail(&out, session_mail(p.session, 1), &fields);
	expect("Session 3  smtp  10.0.0.1:40000 > 10.0.0.2:25\n"
	       "  1970-01-01 00:16:40.000  closed, 1.500 s, 120 bytes from the client, 112 from the server, user "
	       "bob\n  server: ns1 \u241b[31mESMTP, ready\n  client: me\n\n"
	       "  +0.000000  S  220 ns1 \u241b[31mESMTP\n  +0.000000  S  220 ready\n"
	       "  +0.001000  C  EHLO me\n  +0.002000  S  250 ns1\n"
	       "  +0.003000  C  AUTH PLAIN ********  [user bob, password ********, logged in]\n"
	       "  +0.004000  S  235 2.7.0 in\n"
	       "  +0.005000  C  MAIL FROM:<a@b>\n  +0.006000  S  250 ok\n"
	       "  +0.005000  C  RCPT TO:<c@d>\n  +0.006000  S  250 ok\n"
	       "  +0.005000  C  RCPT TO:<\xe4\xb8\xad@x>\n  +0.006000  S  550 5.1.1 \ufffd no\n"
	       "  +0.007000  C  DATA\n  +0.008000  S  354 go\n"
	       "  +0.009000  C  (message)\n  +0.010000  S  250 2.0.0 queued\n"
	       "  +0.011000  C  NOOP\n\n"
	       "  Mail 1  accepted, 18 bytes\n    from <a@b>\n    to <c@d>\n    to <\xe4\xb8\xad@x> refused 550\n"
	       "    subject: x\n");
}
END_TEST

START_TEST(a_report_leaves_no_blanks_at_line_ends)
{
	dialog_begin(&p, PROTOCOL_POP3, DIALOG_POP3);
	lines_report_head(&out, p.session);
	lines_report_commands(&out, p.session, false);
	lines_report_mail(&out, session_mail(p.session, 1), &fields);
	buffer_append_byte(&out, '\0');
	ck_assert_ptr_null(strstr((const char *)out.data, " \n"));
	ck_assert_ptr_nonnull(
		strstr((const char *)out.data, "\n  never ended: rest\n\n  Mail 1  retrieved, 4 bytes\n"));
}
END_TEST

START_TEST(a_session_without_its_beginning_says_so)
{
	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	p.session->handshake = SESSION_HANDSHAKE_MIDSTREAM;
	p.session->tls = true;
	p.session->end_ns = p.session->start_ns - 1;
	lines_report_head(&out, p.session);
	expect("Session 3  smtp  10.0.0.1:40000 > 10.0.0.2:25\n"
	       "  1970-01-01 00:16:40.000  closed, 0.000 s, 120 bytes from the client, 112 from the server, user bob, "
	       "TLS, began before the capture\n  server: ns1 \u241b[31mESMTP, ready\n  client: me\n\n");
}
END_TEST

START_TEST(how_a_session_was_found_is_said)
{
	struct session_tunnel *t;

	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	p.session->found_by_content = true;
	p.session->speaks = "http";
	t = p.session->tunnel = mem_alloc(sizeof(*t));
	*t = (struct session_tunnel){.name = "vxlan", .source = {192, 0, 2, 1}, .destination = {192, 0, 2, 2}, .id = 7};
	lines_report_head(&out, p.session);
	expect("Session 3  smtp  10.0.0.1:40000 > 10.0.0.2:25\n"
	       "  1970-01-01 00:16:40.000  closed, 1.500 s, 120 bytes from the client, 112 from the server, user bob, "
	       "found by content, speaks http and not mail, through vxlan from 192.0.2.1 to 192.0.2.2, number 7\n  "
	       "server: ns1 \u241b[31mESMTP, ready\n  client: me\n\n");
}
END_TEST

START_TEST(packets_that_were_lost_are_told)
{
	static const struct record_drops drops = {.kernel = 1200, .ring = 4};

	play_begin(&p, PROTOCOL_SMTP, false);
	lines_dropped(&out, PLAY_START_NS, &drops);
	expect("00:16:40.000 1204 packets lost: 1200 before they reached mailtap, 4 because it did not keep up\n");
	lines_report_dropped(&out, &drops);
	expect("1204 packets lost: 1200 before they reached mailtap, 4 because it did not keep up\n\n");
	lines_report_dropped(&out, &(struct record_drops){.kernel = 0});
	expect("");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_command_is_a_line, 0, sizeof(commands) / sizeof(commands[0]));
	tcase_add_test(t, the_true_client_stands_before_the_proxy);
	tcase_add_test(t, a_report_tells_what_was_given_up);
	tcase_add_test(t, secrets_are_shown_when_asked_for);
	tcase_add_test(t, a_login_that_failed_says_so);
	tcase_add_test(t, a_mail_is_a_line);
	tcase_add_test(t, what_a_mail_lacks_is_said);
	tcase_add_test(t, a_report_tells_a_session_from_end_to_end);
	tcase_add_test(t, a_report_leaves_no_blanks_at_line_ends);
	tcase_add_test(t, a_session_without_its_beginning_says_so);
	tcase_add_test(t, how_a_session_was_found_is_said);
	tcase_add_test(t, packets_that_were_lost_are_told);
}
