/*
 * Rules that need several sessions: each holds once, and once nearly.
 */
#include "../diagnosis/covered.h"
#include "../main.h"
#include "diagnosis/diagnosis.h"
#include "wire.h"

#define MAIL_FROM_TO(answer)                                                                                           \
	"S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: " answer              \
	"\nC: QUIT\nS: 221 bye\n"
#define MAIL_TO_WITH_ID(to, id, end)                                                                                   \
	"S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<" to ">\nS: 250 ok\nC: "       \
	"DATA\nS: 354 go\nC: From: a@b\nC: Message-ID: <" id ">\nC: \nC: Hi\nC: .\n" end
#define MAIL_WITH_ID(id, end) MAIL_TO_WITH_ID("c@d", id, end)
#define TAKEN		      "S: 250 2.0.0 queued\nC: QUIT\nS: 221 bye\n"
#define LOGGED_IN	      "S: +OK hello\nC: USER bob\nS: +OK\nC: PASS secret\nS: +OK\n"
#define BYE		      "C: QUIT\nS: +OK\n"
#define UIDS_ABC	      "C: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: 3 c\nS: .\n"
#define UIDS_XYZ	      "C: UIDL\nS: +OK\nS: 1 x\nS: 2 y\nS: 3 z\nS: .\n"
#define RETR_1		      "C: RETR 1\nS: +OK 6\nS: Subject: pop\nS: \nS: Ho\nS: .\n"

static struct wire w;

static const enum rule rules[] = {RULE_S17, RULE_S32, RULE_S35, RULE_S52, RULE_S53, RULE_S54, RULE_P09,
				  RULE_P10, RULE_P13, RULE_P17, RULE_A10, RULE_T02, RULE_I07, RULE_I09};

/* The findings of a session that sessions before it brought about. */
static void note_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	(void)ctx;
	(void)names;
	buffer_printf(&w.out, "%" PRIu64, v->session->number);
	for (size_t i = 0; i < diagnosis_count(v->session); i++) {
		const struct finding *f = diagnosis_finding(v->session, i);

		for (size_t r = 0; r < sizeof(rules) / sizeof(rules[0]); r++)
			if (f->rule == (uint8_t)rules[r])
				buffer_printf(&w.out, " %s %s", rule_row(rules[r])->id,
					      severity_name((enum severity)f->severity));
	}
	buffer_append_text(&w.out, "\n");
}

static const struct engine_output noting = {.session = note_session};

static void setup(void)
{
	wire_init(&w, false);
	w.options.output = &noting;
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
}

static void teardown(void)
{
	wire_fini(&w);
}

static void wait_s(int64_t s)
{
	w.now_ns += s * CLOCK_NS_PER_S;
}

static void finish(const char *said)
{
	engine_finish(w.engine);
	wire_expect(&w, said);
}

/* Without saying goodbye on TCP. */
static void break_off(const char *script)
{
	wire_open(&w);
	wire_talk(&w, script);
	wire_send(&w, SIDE_SERVER, SEGMENT_RST, slice_of(NULL, 0));
	w.client_port++;
}

/* ---- retries ---- */

START_TEST(greylisting_that_passed_is_told)
{
	wire_play(&w, MAIL_FROM_TO("451 4.7.1 greylisted"));
	wait_s(600);
	wire_play(&w, MAIL_WITH_ID("1", TAKEN));
	finish("1 S17 notice\n2 S17 info\n");
}
END_TEST

START_TEST(another_recipient_is_no_retry)
{
	wire_play(&w,
		  "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<x@y>\nS: 451 4.7.1 "
		  "greylisted\nC: QUIT\nS: 221 bye\n");
	wait_s(600);
	wire_play(&w, MAIL_WITH_ID("1", TAKEN));
	finish("1 S17 notice\n2\n");
}
END_TEST

START_TEST(a_client_in_a_hurry_is_told_of_the_second_time)
{
	for (int i = 0; i < 3; i++) {
		wire_play(&w, MAIL_FROM_TO("451 4.7.1 greylisted"));
		wait_s(5);
	}
	finish("1 S17 notice\n2 S17 notice\n3 S17 notice S52 notice\n");
}
END_TEST

START_TEST(a_client_that_waits_is_in_no_hurry)
{
	for (int i = 0; i < 3; i++) {
		wire_play(&w, MAIL_FROM_TO("451 4.7.1 greylisted"));
		wait_s(300);
	}
	finish("1 S17 notice\n2 S17 notice\n3 S17 notice\n");
}
END_TEST

START_TEST(what_was_refused_for_good_is_not_to_be_sent_again)
{
	wire_play(&w, MAIL_FROM_TO("550 5.1.1 no"));
	wait_s(600);
	wire_play(&w, MAIL_FROM_TO("550 5.1.1 no"));
	finish("1\n2 S53 notice\n");
}
END_TEST

START_TEST(a_mail_that_was_put_off_never_comes_back)
{
	wire_play(&w, MAIL_FROM_TO("451 4.7.1 greylisted"));
	wait_s(7 * 3600);
	wire_play(&w, MAIL_TO_WITH_ID("other@y", "2", TAKEN));
	wire_play(&w, MAIL_TO_WITH_ID("third@y", "3", TAKEN));
	finish("1 S17 notice\n2 S54 notice\n3\n");
}
END_TEST

START_TEST(a_mail_that_came_back_in_between_was_not_given_up)
{
	wire_play(&w, MAIL_FROM_TO("451 4.7.1 greylisted"));
	wait_s(3600);
	wire_play(&w, MAIL_WITH_ID("1", TAKEN));
	wait_s(7 * 3600);
	wire_play(&w, MAIL_TO_WITH_ID("other@y", "2", TAKEN));
	finish("1 S17 notice\n2 S17 info\n3\n");
}
END_TEST

START_TEST(a_mail_that_was_put_off_may_come_back_within_hours)
{
	wire_play(&w, MAIL_FROM_TO("451 4.7.1 greylisted"));
	wait_s(2 * 3600);
	wire_play(&w, MAIL_TO_WITH_ID("other@y", "2", TAKEN));
	finish("1 S17 notice\n2\n");
}
END_TEST

START_TEST(what_another_client_was_refused_is_none_of_its_business)
{
	wire_play(&w, MAIL_FROM_TO("451 4.7.1 greylisted"));
	wait_s(7 * 3600);
	w.client_host++;
	wire_play(&w, MAIL_TO_WITH_ID("other@y", "2", TAKEN));
	finish("1 S17 notice\n2\n");
}
END_TEST

/* ---- one message twice ---- */

START_TEST(a_mail_that_was_never_answered_and_then_taken_is_there_twice)
{
	break_off(MAIL_WITH_ID("1", ""));
	wait_s(600);
	wire_play(&w, MAIL_WITH_ID("1", TAKEN));
	finish("1\n2 S32 critical\n");
}
END_TEST

START_TEST(another_message_is_no_duplicate)
{
	break_off(MAIL_WITH_ID("1", ""));
	wait_s(600);
	wire_play(&w, MAIL_WITH_ID("2", TAKEN));
	finish("1\n2\n");
}
END_TEST

START_TEST(one_mail_on_two_ways_at_a_time_has_a_proxy)
{
	wire_play(&w, MAIL_WITH_ID("1", TAKEN));
	w.client_host = 2;
	wire_play(&w, MAIL_WITH_ID("1", TAKEN));
	finish("1\n2 S35 notice\n");
}
END_TEST

START_TEST(one_mail_on_two_ways_hours_apart_has_none)
{
	wire_play(&w, MAIL_WITH_ID("1", TAKEN));
	wait_s(7200);
	w.client_host = 2;
	wire_play(&w, MAIL_WITH_ID("1", TAKEN));
	finish("1\n2\n");
}
END_TEST

/* ---- mailboxes ---- */

static void play_pop3(const char *script)
{
	w.server_port = 110;
	wire_play(&w, script);
}

START_TEST(a_mail_left_on_the_server_is_fetched_again)
{
	play_pop3(LOGGED_IN UIDS_ABC RETR_1 BYE);
	wait_s(600);
	play_pop3(LOGGED_IN UIDS_ABC RETR_1 BYE);
	finish("1\n2 P09 notice\n");
}
END_TEST

START_TEST(a_mail_fetched_again_though_mails_were_deleted_is_worse)
{
	play_pop3(LOGGED_IN UIDS_ABC RETR_1 "C: DELE 1\nS: +OK\n" BYE);
	wait_s(600);
	play_pop3(LOGGED_IN UIDS_ABC RETR_1 BYE);
	finish("1\n2 P09 warning\n");
}
END_TEST

START_TEST(another_mail_of_the_same_box_is_new)
{
	play_pop3(LOGGED_IN UIDS_ABC BYE);
	wait_s(600);
	play_pop3(LOGGED_IN UIDS_ABC RETR_1 BYE);
	finish("1\n2\n");
}
END_TEST

START_TEST(all_unique_ids_changed)
{
	play_pop3(LOGGED_IN UIDS_ABC BYE);
	wait_s(600);
	play_pop3(LOGGED_IN UIDS_XYZ BYE);
	finish("1\n2 P10 critical\n");
}
END_TEST

START_TEST(some_unique_ids_changed)
{
	play_pop3(LOGGED_IN UIDS_ABC BYE);
	wait_s(600);
	play_pop3(LOGGED_IN "C: UIDL\nS: +OK\nS: 1 c\nS: 2 y\nS: 3 z\nS: .\n" BYE);
	finish("1\n2\n");
}
END_TEST

START_TEST(two_sessions_break_off_in_the_same_mail)
{
	w.server_port = 110;
	for (int i = 0; i < 2; i++) {
		break_off(LOGGED_IN UIDS_ABC "C: RETR 2\nS: +OK\nS: Subject: x\n");
		wait_s(600);
	}
	finish("1\n2 P13 critical\n");
}
END_TEST

/* The end of the mails may have been in what was not captured. */
START_TEST(two_sessions_are_cut_by_the_capture)
{
	w.server_port = 110;
	for (int i = 0; i < 2; i++) {
		wire_open(&w);
		wire_talk(&w, LOGGED_IN UIDS_ABC "C: RETR 2\nS: +OK\nS: Subject: x\n");
		w.seq[SIDE_SERVER] += 100;
		wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(NULL, 0));
		wire_send(&w, SIDE_SERVER, SEGMENT_RST, slice_of(NULL, 0));
		w.client_port++;
		wait_s(600);
	}
	finish("1\n2\n");
}
END_TEST

START_TEST(two_sessions_break_off_in_different_mails)
{
	w.server_port = 110;
	break_off(LOGGED_IN UIDS_ABC "C: RETR 2\nS: +OK\nS: Subject: x\n");
	wait_s(600);
	break_off(LOGGED_IN UIDS_ABC "C: RETR 3\nS: +OK\nS: Subject: x\n");
	finish("1\n2\n");
}
END_TEST

static void poll_every(int64_t s)
{
	for (int i = 0; i < 6; i++) {
		play_pop3(LOGGED_IN UIDS_ABC BYE);
		wait_s(s);
	}
}

START_TEST(a_mailbox_without_news_is_asked_too_often)
{
	poll_every(10);
	finish("1\n2\n3\n4\n5 P17 notice\n6 P17 notice\n");
}
END_TEST

/* What is often is a setting: pop3_poll_time. */
START_TEST(how_often_is_too_often_can_be_set)
{
	engine_free(w.engine);
	w.options.limits.pop3_poll_ns = (_i == 0 ? 9 : 100) * CLOCK_NS_PER_S;
	wire_begin(&w);
	poll_every(_i == 0 ? 10 : 90);
	finish(_i == 0 ? "1\n2\n3\n4\n5\n6\n" : "1\n2\n3\n4\n5 P17 notice\n6 P17 notice\n");
}
END_TEST

START_TEST(a_mailbox_without_news_may_be_asked_now_and_then)
{
	poll_every(90);
	finish("1\n2\n3\n4\n5\n6\n");
}
END_TEST

START_TEST(a_locked_mailbox_names_who_holds_it)
{
	struct packet_record tick = {.kind = PACKET_TICK};
	struct buffer said = {0};

	w.options.keep = true;
	engine_free(w.engine);
	wire_begin(&w);
	w.server_port = 110;
	wire_open(&w);
	wire_talk(&w, LOGGED_IN);
	w.client_port++;
	wire_play(&w, "S: +OK hello\nC: USER bob\nS: +OK\nC: PASS secret\nS: -ERR [IN-USE] locked\nC: QUIT\nS: +OK\n");
	tick.time_ns = w.now_ns + 2 * CLOCK_NS_PER_S;
	engine_feed(w.engine, &tick, slice_of(NULL, 0)); /* the second has ended, the first has not */
	engine_finish(w.engine);
	for (size_t i = 0; i < diagnosis_count(engine_connection(w.engine, 2)->session); i++)
		buffer_append(&said, diagnosis_finding(engine_connection(w.engine, 2)->session, i)->message);
	buffer_append_byte(&said, '\0');
	ck_assert_ptr_nonnull(strstr((const char *)said.data, "held by session 1"));
	buffer_fini(&said);
	buffer_clear(&w.out);
}
END_TEST

/* ---- logins, keywords ---- */

START_TEST(five_sessions_fail_to_log_in)
{
	for (int i = 0; i < 5; i++)
		play_pop3("S: +OK hello\nC: USER bob\nS: +OK\nC: PASS x\nS: -ERR no\nC: QUIT\nS: +OK\n");
	finish("1\n2\n3\n4\n5 A10 warning\n");
}
END_TEST

START_TEST(a_login_in_between_begins_anew)
{
	for (int i = 0; i < 5; i++)
		play_pop3(i == 2 ? LOGGED_IN BYE
				 : "S: +OK hello\nC: USER bob\nS: +OK\nC: PASS x\nS: -ERR no\nC: QUIT\nS: +OK\n");
	finish("1\n2\n3\n4\n5\n");
}
END_TEST

START_TEST(starttls_is_shown_to_one_and_not_to_the_other)
{
	wire_play(&w, "S: 220 x\nC: EHLO me\nS: 250-x\nS: 250 STARTTLS\nC: QUIT\nS: 221 bye\n");
	w.client_host = 2;
	wire_play(&w, "S: 220 x\nC: EHLO me\nS: 250-x\nS: 250 SIZE\nC: QUIT\nS: 221 bye\n");
	finish("1\n2 T02 critical\n");
}
END_TEST

START_TEST(a_server_without_starttls_never_had_it)
{
	wire_play(&w, "S: 220 x\nC: EHLO me\nS: 250-x\nS: 250 SIZE\nC: QUIT\nS: 221 bye\n");
	wire_play(&w, "S: 220 x\nC: EHLO me\nS: 250-x\nS: 250 SIZE\nC: QUIT\nS: 221 bye\n");
	finish("1\n2\n");
}
END_TEST

/* As the list of what is tested where has it. */
START_TEST(what_is_promised_is_looked_for)
{
	for (size_t i = 0; covered_across_sessions[i] != NULL; i++) {
		bool is_looked_for = false;

		for (size_t r = 0; r < sizeof(rules) / sizeof(rules[0]); r++)
			is_looked_for =
				is_looked_for || strcmp(rule_row(rules[r])->id, covered_across_sessions[i]) == 0;
		ck_assert_msg(is_looked_for, "%s", covered_across_sessions[i]);
	}
}
END_TEST

static void add_mails(TCase *t)
{
	tcase_add_test(t, greylisting_that_passed_is_told);
	tcase_add_test(t, another_recipient_is_no_retry);
	tcase_add_test(t, a_client_in_a_hurry_is_told_of_the_second_time);
	tcase_add_test(t, a_client_that_waits_is_in_no_hurry);
	tcase_add_test(t, what_was_refused_for_good_is_not_to_be_sent_again);
	tcase_add_test(t, a_mail_that_was_put_off_never_comes_back);
	tcase_add_test(t, a_mail_that_came_back_in_between_was_not_given_up);
	tcase_add_test(t, a_mail_that_was_put_off_may_come_back_within_hours);
	tcase_add_test(t, what_another_client_was_refused_is_none_of_its_business);
	tcase_add_test(t, a_mail_that_was_never_answered_and_then_taken_is_there_twice);
	tcase_add_test(t, another_message_is_no_duplicate);
	tcase_add_test(t, one_mail_on_two_ways_at_a_time_has_a_proxy);
	tcase_add_test(t, one_mail_on_two_ways_hours_apart_has_none);
}

static void add_mailboxes(TCase *t)
{
	tcase_add_test(t, a_mail_left_on_the_server_is_fetched_again);
	tcase_add_test(t, a_mail_fetched_again_though_mails_were_deleted_is_worse);
	tcase_add_test(t, another_mail_of_the_same_box_is_new);
	tcase_add_test(t, all_unique_ids_changed);
	tcase_add_test(t, some_unique_ids_changed);
	tcase_add_test(t, two_sessions_break_off_in_the_same_mail);
	tcase_add_test(t, two_sessions_are_cut_by_the_capture);
	tcase_add_test(t, two_sessions_break_off_in_different_mails);
	tcase_add_test(t, a_mailbox_without_news_is_asked_too_often);
	tcase_add_loop_test(t, how_often_is_too_often_can_be_set, 0, 2);
	tcase_add_test(t, a_mailbox_without_news_may_be_asked_now_and_then);
	tcase_add_test(t, a_locked_mailbox_names_who_holds_it);
}

/* ---- IMAP ---- */

#define IMAP_LOGIN(user) "S: * OK hi\nC: a LOGIN " user " pw\nS: a OK\n"
#define IMAP_SELECT(box, validity)                                                                                     \
	"C: b SELECT " box "\nS: * OK [UIDVALIDITY " validity "] x\nS: b OK [READ-WRITE] done\n"
#define IMAP_FETCH(uid) "C: c UID FETCH " uid " BODY[]\nS: * 1 FETCH (UID " uid " BODY[] {4}\nS: Hi\nS: )\nS: c OK\n"
#define IMAP_BYE	"C: z LOGOUT\nS: * BYE bye\nS: z OK\n"

static void play_imap(const char *script)
{
	w.server_port = 143;
	wire_play(&w, script);
	wait_s(600);
}

START_TEST(a_mailbox_has_another_uidvalidity)
{
	play_imap(IMAP_LOGIN("bob") IMAP_SELECT("INBOX", "7") IMAP_SELECT("Sent", "8") IMAP_BYE);
	play_imap(IMAP_LOGIN("bob") IMAP_SELECT("inbox", "7") IMAP_SELECT("Sent", "8") IMAP_BYE);
	play_imap(IMAP_LOGIN("eve") IMAP_SELECT("INBOX", "9") IMAP_BYE);
	play_imap(IMAP_LOGIN("bob") IMAP_SELECT("\"INBOX\"", "9") IMAP_SELECT("Sent", "8") IMAP_BYE);
	finish("1\n2\n3\n4 I07 warning\n");
}
END_TEST

START_TEST(a_mailbox_that_was_made_anew_has_another_uidvalidity)
{
	play_imap(IMAP_LOGIN("bob") IMAP_SELECT("Trash", "7") IMAP_BYE);
	play_imap(IMAP_LOGIN("bob") "C: d DELETE Trash\nS: d OK\nC: e CREATE Trash\nS: e OK\n" IMAP_BYE);
	play_imap(IMAP_LOGIN("bob") IMAP_SELECT("Trash", "8") IMAP_BYE);
	finish("1\n2\n3\n");
}
END_TEST

START_TEST(a_mail_is_fetched_again_and_again)
{
	for (int i = 0; i < 3; i++)
		play_imap(IMAP_LOGIN("bob") IMAP_SELECT("INBOX", "7") IMAP_FETCH("5") IMAP_FETCH("5") IMAP_BYE);
	finish("1\n2\n3 I09 notice\n");
}
END_TEST

START_TEST(mails_that_are_fetched_once_are_new)
{
	play_imap(IMAP_LOGIN("bob") IMAP_SELECT("INBOX", "7") IMAP_FETCH("5") IMAP_BYE);
	play_imap(IMAP_LOGIN("bob") IMAP_SELECT("INBOX", "7") IMAP_FETCH("6") IMAP_BYE);
	play_imap(IMAP_LOGIN("bob") IMAP_SELECT("INBOX", "7") IMAP_FETCH("7") IMAP_BYE);
	finish("1\n2\n3\n");
}
END_TEST

/* A phone and a computer have a cache each. */
START_TEST(other_clients_fetch_the_same_mail)
{
	for (int i = 0; i < 4; i++) {
		w.client_host = (uint8_t)(20 + i / 2);
		play_imap(IMAP_LOGIN("bob") IMAP_SELECT("INBOX", "7") IMAP_FETCH("5") IMAP_BYE);
	}
	finish("1\n2\n3\n4\n");
}
END_TEST

START_TEST(what_has_another_uidvalidity_is_another_mail)
{
	for (int i = 0; i < 2; i++)
		play_imap(IMAP_LOGIN("bob") IMAP_SELECT("INBOX", "7") IMAP_FETCH("5") IMAP_BYE);
	play_imap(IMAP_LOGIN("bob") IMAP_SELECT("INBOX", "8") IMAP_FETCH("5") IMAP_BYE);
	finish("1\n2\n3 I07 warning\n");
}
END_TEST

START_TEST(starttls_is_shown_to_one_client_of_imap_only)
{
	play_imap("S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\n" IMAP_BYE);
	play_imap("S: * OK [CAPABILITY IMAP4rev1] hi\nC: a LOGIN bob pw\nS: a OK\n" IMAP_BYE);
	play_imap("S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\nC: a LOGIN bob pw\nS: * CAPABILITY IMAP4rev1\nS: a "
		  "OK\n" IMAP_BYE);
	finish("1\n2 T02 critical\n3\n");
}
END_TEST

START_TEST(five_sessions_of_imap_fail_to_log_in)
{
	for (int i = 0; i < 5; i++)
		play_imap("S: * OK hi\nC: a LOGIN bob pw\nS: a NO [AUTHENTICATIONFAILED] no\n" IMAP_BYE);
	finish("1\n2\n3\n4\n5 A10 warning\n");
}
END_TEST

static void add_imap(TCase *t)
{
	tcase_add_test(t, a_mailbox_has_another_uidvalidity);
	tcase_add_test(t, a_mailbox_that_was_made_anew_has_another_uidvalidity);
	tcase_add_test(t, a_mail_is_fetched_again_and_again);
	tcase_add_test(t, mails_that_are_fetched_once_are_new);
	tcase_add_test(t, other_clients_fetch_the_same_mail);
	tcase_add_test(t, what_has_another_uidvalidity_is_another_mail);
	tcase_add_test(t, starttls_is_shown_to_one_client_of_imap_only);
	tcase_add_test(t, five_sessions_of_imap_fail_to_log_in);
}

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	add_mails(t);
	add_mailboxes(t);
	add_imap(t);
	tcase_add_test(t, what_is_promised_is_looked_for);
	tcase_add_test(t, five_sessions_fail_to_log_in);
	tcase_add_test(t, a_login_in_between_begins_anew);
	tcase_add_test(t, starttls_is_shown_to_one_and_not_to_the_other);
	tcase_add_test(t, a_server_without_starttls_never_had_it);
}
