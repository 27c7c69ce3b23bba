/*
 * In what two sessions differ: row by row, and as a whole.
 */
#include "present/compare_differ.h"

#include "compared.h"

/* ---- in what they differ ---- */

START_TEST(rows_stand_beside_those_of_the_same_command)
{
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_REFUSED);
	ask(2);
	expect_rows("220 ns1 | 220 ns1\n"
		    "EHLO me | EHLO me\n"
		    "250 ns1 | 250 ns1\n"
		    "MAIL FROM:<a@b> | MAIL FROM:<a@b>\n"
		    "250 ok | 250 ok\n"
		    "RCPT TO:<x@y> ~ RCPT TO:<c@d>\n"
		    "550 5.1.1 no such ! 250 ok\n"
		    " ! DATA\n"
		    " ! 354 go\n"
		    " ! (message) 46 bytes\n"
		    " ! 250 2.0.0 queued\n"
		    "QUIT | QUIT\n"
		    "221 bye | 221 bye\n"
		    "FIN from the client, 2.0 ms after its last byte | "
		    "FIN from the client, 2.0 ms after its last byte\n"
		    "FIN from the server, 2.0 ms after its last byte | "
		    "FIN from the server, 2.0 ms after its last byte\n");
}
END_TEST

/* The cursor begins at the first of the heavier kind; from each row the next ones are told. */
START_TEST(differences_lead_to_each_other)
{
	uint64_t lesser;
	uint64_t first;

	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_REFUSED);
	ask(2);
	first = s->compare_head.first_row;
	lesser = first - 1;
	ck_assert_str_eq(s->compare_rows[first].sides[0].row.text, "550 5.1.1 no such");
	ck_assert_uint_eq(s->compare_head.differences, 5);
	ck_assert_uint_eq(s->compare_head.lesser, 1);
	ck_assert_uint_eq(s->compare_rows[0].after, lesser);
	ck_assert_uint_eq(s->compare_rows[0].before, 0);
	ck_assert_uint_eq(s->compare_rows[lesser].before, lesser);
	ck_assert_uint_eq(s->compare_rows[lesser].after, first);
	ck_assert_uint_eq(s->compare_rows[first].before, lesser);
	ck_assert_uint_eq(s->compare_rows[first].after, first + 1);
	ck_assert_uint_eq(s->compare_rows[first + 4].after, first + 4);
	ck_assert_uint_eq(s->compare_rows[first + 6].before, first + 4);
	ck_assert_uint_eq(s->compare_rows[first + 6].after, first + 6);
}
END_TEST

/* Pipelined or not, the same is said. */
START_TEST(the_order_of_replies_does_not_matter)
{
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nC: DATA\nS: 250 ok\n"
		      "S: 250 ok\nS: 354 go\nC: From: Al <a@b>\nC: \nC: Hi\nC: .\nS: 250 2.0.0 queued\nC: QUIT\nS: 221 "
		      "bye\n");
	ask(2);
	ck_assert_uint_eq(s->compare_head.differences, 0);
	ck_assert_uint_eq(s->compare_head.lesser, 0);
	ck_assert_uint_eq(s->compare_head.first_row, s->compare.first + (fact("Result") ? 1 : 0));
}
END_TEST

/* What differs between any two sessions is no difference. */
START_TEST(names_and_numbers_are_not_differences)
{
	wire_play(&w, "S: 220 mx1.example.com ESMTP ready at 10:00\nC: EHLO me\nS: 250-mx1.example.com hello\n"
		      "S: 250 SIZE 10\nC: MAIL FROM:<a@b> SIZE=100\nS: 250 2.1.0 ok a\nC: RCPT TO:<c@d>\n"
		      "S: 250 2.1.5 ok c\nC: DATA\nS: 354 go\nC: Hi\nC: .\nS: 250 2.0.0 queued as 4711\nC: QUIT\n"
		      "S: 221 2.0.0 bye\n");
	wire_play(&w, "S: 220 mx2.example.com ESMTP ready at 11:00\nC: EHLO me\nS: 250-mx2.example.com hi\n"
		      "S: 250 SIZE 10\nC: mail from:<a@b> SIZE=333\nS: 250 2.1.0 fine\nC: RCPT TO: c@d\n"
		      "S: 250 2.1.5 fine\nC: DATA\nS: 354 come on\nC: Ho ho\nC: .\nS: 250 2.6.0 <1@x> taken\nC: QUIT\n"
		      "S: 221 2.0.0 good bye\n");
	ask(2);
	ck_assert_msg(s->compare_head.differences == 0 && s->compare_head.lesser == 0, "%s", rows_text());
	ck_assert_uint_eq(s->compare.total, 17); /* one line besides: what came of them */
}
END_TEST

static const struct {
	const char *left;
	const char *right;
	char sign;
} replies[] = {
	{"550 5.1.1 a", "550 5.1.1 b", '|'},
	{"550 5.1.1 a", "550 5.7.1 a", '!'},
	{"550 no", "450 no", '!'},
	{"550 no", "250 ok", '!'},
	{"250 ok", "550 no", '!'},
	{"250 ok", "251 ok", '~'},
	{"250 2.1.5 ok", "250 2.0.0 ok", '|'},
	{"250 ok", "354 ok", '!'},
};

START_TEST(outcomes_count_more_than_words)
{
	char script[400];

	for (int side = 0; side < 2; side++) {
		snprintf(script, sizeof(script),
			 "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: VRFY a\nS: %s\nC: QUIT\nS: 221\n",
			 side == 0 ? replies[_i].left : replies[_i].right);
		wire_play(&w, script);
		mark((uint64_t)side + 1);
	}
	ask(1);
	for (uint32_t i = 0; i < s->compare.count; i++) {
		const struct snapshot_compare_row *r = &s->compare_rows[i];

		if (!r->is_fact && strcmp(r->sides[0].row.text, replies[_i].left) == 0)
			ck_assert_int_eq(sign_of(r->difference), replies[_i].sign);
	}
	ck_assert_ptr_nonnull(strstr(rows_text(), replies[_i].left));
}
END_TEST

START_TEST(pop3_and_imap_have_reasons_in_brackets)
{
	w.server_port = 110;
	wire_play(&w, "S: +OK\nC: USER a\nS: +OK\nC: PASS x\nS: -ERR [AUTH] no\nC: QUIT\nS: +OK\n");
	wire_play(&w, "S: +OK\nC: USER a\nS: +OK\nC: PASS y\nS: -ERR [IN-USE] no\nC: QUIT\nS: +OK\n");
	mark(1);
	mark(2);
	ask(1);
	ck_assert_uint_eq(s->compare_head.differences, 1);
	ck_assert_str_eq(s->compare_rows[s->compare_head.first_row].sides[1].row.text, "-ERR [IN-USE] no");
	w.server_port = 143;
	for (int side = 0; side < 2; side++) { /* tags and numbers of mailboxes differ */
		engine_connection(w.engine, (uint64_t)side + 1)->session->marked = false;
		wire_play(&w, side == 0
				      ? "S: * OK hi\nC: a1 LOGIN u p\nS: a1 OK in\nC: a2 SELECT INBOX\nS: * 3 EXISTS\n"
					"S: a2 OK [READ-WRITE] done\nC: a3 LOGOUT\nS: * BYE\nS: a3 OK\n"
				      : "S: * OK hi\nC: x LOGIN u q\nS: x OK in\nC: y SELECT INBOX\nS: * 4 EXISTS\n"
					"S: y NO [NONEXISTENT] gone\nC: z LOGOUT\nS: * BYE\nS: z OK\n");
		mark((uint64_t)side + 3);
	}
	ask(4);
	ck_assert_msg(s->compare_head.differences == 1, "%s", rows_text());
	ck_assert_str_eq(s->compare_rows[s->compare_head.first_row].sides[0].row.text, "y NO [NONEXISTENT] gone");
}
END_TEST

/* Whether two passwords are the same is nobody's business. */
START_TEST(secrets_are_neither_shown_nor_compared)
{
	w.server_port = 110;
	wire_play(&w, "S: +OK\nC: USER bob\nS: +OK\nC: PASS first-secret\nS: +OK\nC: QUIT\nS: +OK\n");
	wire_play(&w, "S: +OK\nC: USER bob\nS: +OK\nC: PASS second-secret\nS: +OK\nC: QUIT\nS: +OK\n");
	ask(1);
	ck_assert_uint_eq(s->compare_head.differences + s->compare_head.lesser, 0);
	ck_assert_ptr_null(strstr(rows_text(), "secret"));
	ck_assert_ptr_nonnull(strstr(rows_text(), "PASS"));
	q.show_secrets = true;
	look();
	ck_assert_ptr_nonnull(strstr(rows_text(), "second-secret"));
	ck_assert_uint_eq(s->compare_head.differences + s->compare_head.lesser, 0);
}
END_TEST

START_TEST(what_servers_offer_is_compared)
{
	const struct snapshot_compare_row *r;

	wire_play(&w,
		  "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250-SIZE 10\nS: 250-AUTH PLAIN LOGIN\nS: 250 8BITMIME\nC: QUIT\n"
		  "S: 221 bye\n");
	wire_play(&w, "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250-size 20\nS: 250-AUTH LOGIN\nS: 250-STARTTLS\n"
		      "S: 250 8bitmime\nC: QUIT\nS: 221 bye\n");
	ask(1);
	expect_fact("Offers only", "SIZE 10, AUTH PLAIN", "size 20, STARTTLS");
	r = fact("Offers only");
	ck_assert_int_eq(r->difference, MEANING_NOTICE);
	wire_play(&w, "S: 220 a\nC: HELO me\nS: 250 a\nC: QUIT\nS: 221 bye\n");
	ask(3);
	expect_fact("Offers only", "(nothing was told)", "size 20, AUTH LOGIN, STARTTLS, 8bitmime");
}
END_TEST

START_TEST(who_speaks_is_compared)
{
	play_from(1,
		  "S: 220 a ESMTP Postfix\nC: EHLO me\nS: 250 a\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\n"
		  "S: 250 ok\nC: DATA\nS: 354 go\nC: X-Mailer: Pigeon 2\nC: \nC: .\nS: 250 ok\nC: QUIT\nS: 221 bye\n");
	w.server_host = 7;
	play_from(2,
		  "S: 220 a ESMTP Exim 4\nC: EHLO you\nS: 250 a\nC: MAIL FROM:<x@y>\nS: 550 no\nC: QUIT\nS: 221 bye\n");
	ask(2);
	expect_fact("Result", "550 no", "accepted");
	ck_assert_int_eq(fact("Result")->difference, MEANING_ERROR);
	expect_fact("Client", "10.0.0.2", "10.0.0.1");
	expect_fact("Server", "10.0.1.7:25", "10.0.1.1:25");
	expect_fact("Hello", "you", "me");
	expect_fact("Server program", "Exim", "Postfix");
	expect_fact("Sender", "x@y", "a@b");
	expect_fact("Program", "not known", "Pigeon 2");
	ck_assert_ptr_null(fact("TLS"));
	ck_assert_ptr_null(fact("User"));
	ck_assert_ptr_null(fact("Greeting took"));
}
END_TEST

static void say_slowly(int64_t greeting_ms, int64_t reply_ms)
{
	wire_open(&w);
	w.now_ns += greeting_ms * CLOCK_NS_PER_MS;
	wire_talk(&w, "S: 220 a\nC: EHLO me\nS: 250 a\nC: MAIL FROM:<a@b>\n");
	w.now_ns += reply_ms * CLOCK_NS_PER_MS;
	wire_talk(&w, "S: 250 ok\nC: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye\n");
	wire_close(&w);
	w.client_port++;
}

/* Three times as long, and a tenth of a second. */
START_TEST(waits_of_a_clear_size_are_marked)
{
	const struct snapshot_compare_row *r;

	say_slowly(0, 40);
	say_slowly(500, 110);
	mark(1);
	mark(2);
	ask(1);
	r = fact("Greeting took");
	ck_assert_ptr_nonnull(r);
	ck_assert_int_gt(r->sides[1].row.latency_ns, 500 * CLOCK_NS_PER_MS);
	ck_assert_int_eq(r->sides[1].row.meaning, MEANING_WARNING);
	ck_assert_ptr_null(fact("Envelope took")); /* not three times as long */
	ck_assert_uint_eq(s->compare_head.differences, 0);
	ck_assert_uint_eq(s->compare_head.lesser, 1);
	say_slowly(0, 20000);
	mark(3);
	engine_connection(w.engine, 2)->session->marked = false;
	ask(3);
	ck_assert_ptr_nonnull(fact("Envelope took"));
	r = &s->compare_rows[s->compare_head.first_row];
	ck_assert_int_eq(r->difference, MEANING_ERROR); /* so long that a client gives up */
	ck_assert_int_eq(r->slower, 0);
	ck_assert_str_eq(r->sides[0].row.text, "250 ok");
}
END_TEST

START_TEST(slower_is_clearly_slower)
{
	const int64_t ms = CLOCK_NS_PER_MS;

	ck_assert_int_eq(compare_facts_slower((int64_t[]){100 * ms, 33 * ms}), 0);
	ck_assert_int_eq(compare_facts_slower((int64_t[]){33 * ms, 100 * ms}), 1);
	ck_assert_int_eq(compare_facts_slower((int64_t[]){33 * ms, 99 * ms}), -1);
	ck_assert_int_eq(compare_facts_slower((int64_t[]){299 * ms, 100 * ms}), -1);
	ck_assert_int_eq(compare_facts_slower((int64_t[]){300 * ms, 100 * ms}), 0);
	ck_assert_int_eq(compare_facts_slower((int64_t[]){-1, 1000 * ms}), -1);
	ck_assert_int_eq(compare_facts_slower((int64_t[]){1000 * ms, -1}), -1);
	ck_assert_int_eq(compare_facts_slower((int64_t[]){1000 * ms, 0}), 0);
}
END_TEST

/* TLS on one side alone is what matters most; its row stands alone. */
START_TEST(tls_on_one_side_is_told)
{
	static const uint8_t hello[] = {22, 3, 1, 0, 5, 1, 0, 0, 1, 0};

	wire_open(&w);
	wire_talk(&w, "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n");
	wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(hello, sizeof(hello)));
	wire_close(&w);
	w.client_port++;
	wire_play(&w, "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250 STARTTLS\nC: MAIL FROM:<a@b>\nS: 530 5.7.0 TLS first\n");
	mark(1);
	mark(2);
	ask(2);
	expect_fact("TLS", "none", "TLS");
	ck_assert_int_eq(fact("TLS")->difference, MEANING_ERROR);
	ck_assert_ptr_nonnull(strstr(rows_text(), " ! STARTTLS\n ! 220 go\n"));
	expect_fact("Sender", "a@b", "not known (encrypted)");
}
END_TEST

/* Of what is encrypted from its first byte on nobody knows what it says or lacks. */
START_TEST(what_cannot_be_read_is_not_none)
{
	static const uint8_t hello[] = {22, 3, 1, 0, 5, 1, 0, 0, 1, 0};

	w.server_port = 465;
	wire_open(&w);
	wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(hello, sizeof(hello)));
	wire_close(&w);
	w.client_port++;
	w.server_port = 25;
	wire_play(&w, "S: 220 a\nC: EHLO me\nS: 250-a\nS: 250 SIZE\nC: MAIL FROM:<a@b>\nS: 530 5.7.0 TLS first\n");
	mark(1);
	mark(2);
	ask(2);
	expect_fact("Hello", "me", "not known (encrypted)");
	expect_fact("Sender", "a@b", "not known (encrypted)");
	expect_fact("Offers only", "SIZE", "not known (encrypted)");
}
END_TEST

START_TEST(mails_of_another_size_are_a_lesser_difference)
{
	struct buffer large = {0};

	buffer_append_text(&large,
			   "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\n"
			   "S: 250 ok\nC: DATA\nS: 354 go\n");
	for (int i = 0; i < 100; i++)
		buffer_append_text(&large, "C: a line of a mail that has many\n");
	buffer_append_text(&large, "C: .\nS: 250 2.0.0 queued\nC: QUIT\nS: 221 bye\n");
	buffer_append_byte(&large, '\0');
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, (const char *)large.data);
	ask(2);
	ck_assert_uint_eq(s->compare_head.differences, 0);
	ck_assert_uint_eq(s->compare_head.lesser, 1);
	ck_assert_int_eq(strncmp(s->compare_rows[s->compare_head.first_row].sides[0].row.text, "(message)", 9), 0);
	buffer_fini(&large);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, rows_stand_beside_those_of_the_same_command);
	tcase_add_test(t, differences_lead_to_each_other);
	tcase_add_test(t, the_order_of_replies_does_not_matter);
	tcase_add_test(t, names_and_numbers_are_not_differences);
	tcase_add_loop_test(t, outcomes_count_more_than_words, 0, sizeof(replies) / sizeof(replies[0]));
	tcase_add_test(t, pop3_and_imap_have_reasons_in_brackets);
	tcase_add_test(t, secrets_are_neither_shown_nor_compared);
	tcase_add_test(t, what_servers_offer_is_compared);
	tcase_add_test(t, who_speaks_is_compared);
	tcase_add_test(t, waits_of_a_clear_size_are_marked);
	tcase_add_test(t, slower_is_clearly_slower);
	tcase_add_test(t, tls_on_one_side_is_told);
	tcase_add_test(t, what_cannot_be_read_is_not_none);
	tcase_add_test(t, mails_of_another_size_are_a_lesser_difference);
}
