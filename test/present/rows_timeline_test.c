#include "../engine/wire.h"
#include "../main.h"
#include "diagnosis/diagnosis.h"
#include "present/culprit.h"
#include "present/rows.h"

struct ladder {
	struct wire w;
	struct session_detail f;
	struct snapshot_timeline_row rows[64];
	size_t count;
};

static void begin(struct ladder *l, uint16_t port)
{
	*l = (struct ladder){.count = 0};
	wire_init(&l->w, true);
	l->w.options.diagnose = true;
	limits_init(&l->w.options.limits);
	l->w.server_port = port;
	wire_begin(&l->w);
	wire_open(&l->w);
}

/* All rows, as they are when the work on them is done. */
static void look(struct ladder *l)
{
	session_detail_update(&l->f, l->w.engine, 1);
	while (session_detail_work(&l->f, l->w.engine))
		continue;
	ck_assert_uint_le(l->f.item_count, 64);
	l->count = l->f.item_count;
	for (size_t i = 0; i < l->count; i++)
		rows_timeline(&l->f, l->w.engine, i, false, &l->rows[i]);
}

static void end(struct ladder *l)
{
	engine_finish(l->w.engine);
	session_detail_fini(&l->f);
	wire_fini(&l->w);
}

/* The first row whose text begins so; NULL: none does. */
static const struct snapshot_timeline_row *find(const struct ladder *l, const char *text)
{
	for (size_t i = 0; i < l->count; i++)
		if (strncmp(l->rows[i].text, text, strlen(text)) == 0)
			return &l->rows[i];
	return NULL;
}

/* A side says it so many milliseconds later than it would. */
static void say_late(struct ladder *l, int64_t ms, enum side side, const char *text)
{
	l->w.now_ns += ms * CLOCK_NS_PER_MS;
	wire_say(&l->w, side, text);
}

static const struct {
	int64_t greeting_ms;
	int64_t reply_ms;
	int64_t final_ms;
	enum snapshot_meaning greeting;
	enum snapshot_meaning reply;
	enum snapshot_meaning final;
} paces[] = {
	{0, 0, 0, MEANING_GOOD, MEANING_GOOD, MEANING_GOOD},
	{4900, 990, 19000, MEANING_GOOD, MEANING_GOOD, MEANING_GOOD},
	{5100, 1010, 21000, MEANING_WARNING, MEANING_WARNING, MEANING_WARNING},
	{50000, 59000, 61000, MEANING_WARNING, MEANING_WARNING, MEANING_ERROR},
};

/* Each reply is measured by the limit of its own diagnosis. */
START_TEST(a_pace_goes_by_the_limits)
{
	struct ladder l;

	begin(&l, 25);
	say_late(&l, paces[_i].greeting_ms, SIDE_SERVER, "220 hi\r\n");
	wire_say(&l.w, SIDE_CLIENT, "HELO me\r\n");
	say_late(&l, paces[_i].reply_ms, SIDE_SERVER, "250 you\r\n");
	wire_talk(&l.w, "C: MAIL FROM:<a@b>\nS: 250 m\nC: RCPT TO:<c@d>\nS: 250 r\nC: DATA\nS: 354 go\nC: Hi\nC: .\n");
	say_late(&l, paces[_i].final_ms, SIDE_SERVER, "250 2.0.0 queued\r\n");
	look(&l);
	ck_assert_int_eq(find(&l, "220 hi")->pace, paces[_i].greeting);
	ck_assert_int_eq(find(&l, "220 hi")->latency_ns, (paces[_i].greeting_ms + 3) * CLOCK_NS_PER_MS);
	ck_assert_int_eq(find(&l, "250 you")->pace, paces[_i].reply);
	ck_assert_int_eq(find(&l, "250 m")->pace, MEANING_GOOD);
	ck_assert_int_eq(find(&l, "250 2.0.0")->pace, paces[_i].final);
	end(&l);
}
END_TEST

/* IMAP: two commands at once; the second's answer waited for the first's. A login may take its time. */
START_TEST(a_pace_knows_who_waited_for_whom)
{
	struct ladder l;

	begin(&l, 143);
	wire_talk(&l.w, "S: * OK hi\nC: a LOGIN u p\n");
	say_late(&l, 10000, SIDE_SERVER, "a OK in\r\n");
	wire_say(&l.w, SIDE_CLIENT, "b NOOP\r\nc NOOP\r\n");
	say_late(&l, 3000, SIDE_SERVER, "b OK first\r\n");
	say_late(&l, 1000, SIDE_SERVER, "c OK second\r\n");
	look(&l);
	ck_assert_int_eq(find(&l, "a OK")->pace, MEANING_MUTED);
	ck_assert_int_eq(find(&l, "b OK")->pace, MEANING_WARNING);
	ck_assert_int_eq(find(&l, "c OK")->pace, MEANING_GOOD);
	end(&l);
}
END_TEST

/* What has no limit is not slow, also where the answer took less than the way there and back. */
START_TEST(a_login_is_not_called_slow)
{
	struct ladder l;

	begin(&l, 25);
	wire_talk(&l.w,
		  "S: 220 hi\nC: EHLO me\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AGEAYg==\nS: 235 in\nC: QUIT\nS: 221 bye\n");
	wire_close(&l.w);
	engine_finish(l.w.engine);
	look(&l);
	ck_assert_int_eq(find(&l, "235 in")->pace, MEANING_MUTED);
	for (uint32_t i = 0; i < diagnosis_count(engine_connection(l.w.engine, 1)->session); i++)
		ck_assert_int_ne(diagnosis_finding(engine_connection(l.w.engine, 1)->session, i)->rule, RULE_S61);
	session_detail_fini(&l.f);
	wire_fini(&l.w);
}
END_TEST

/* ---- waits ---- */

START_TEST(the_wait_for_the_greeting_is_a_row)
{
	struct ladder l;

	begin(&l, 25);
	say_late(&l, _i == 0 ? 900 : 1500, SIDE_SERVER, "220 hi\r\n");
	look(&l);
	if (_i == 0) {
		ck_assert_ptr_null(find(&l, "0.9 s"));
	} else {
		ck_assert_str_eq(l.rows[1].text, "1.5 s of waiting for the greeting");
		ck_assert_int_eq(l.rows[1].time_ns, 0);
		ck_assert_str_eq(l.rows[2].text, "220 hi");
		ck_assert_uint_eq(session_detail_item_of_packet(&l.f, l.rows[2].packet), 2);
		ck_assert_uint_eq(session_detail_item_of_packet(&l.f, 2), 0);
	}
	end(&l);
}
END_TEST

static const struct {
	uint16_t port;
	const char *before;
	enum side side;
	const char *after;
	const char *row; /* NULL: there is none */
} silences[] = {
	{25, "S: 220 hi\n", SIDE_CLIENT, "HELO me\r\n", "9.0 s of silence: the client's turn"},
	{25, "S: 220 hi\nC: HELO me\n", SIDE_SERVER, "250 you\r\n", "9.0 s of silence: the server was to answer HELO"},
	{25, "S: 220 hi\nC: HELO me\nS: 250 you\n", SIDE_SERVER, "421 too long\r\n",
	 "9.0 s of silence: the client's turn"},
	{25, "S: 220 hi\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nS: 250 m\n", SIDE_SERVER, "250 r\r\n",
	 "9.0 s of silence: the server was to answer RCPT"},
	{25, "S: 220 hi\nC: MAIL FROM:<a@b>\nS: 250 m\nC: RCPT TO:<c@d>\nS: 250 r\nC: DATA\nS: 354 go\n", SIDE_CLIENT,
	 "Hi\r\n.\r\n", "9.0 s of silence: the client was to send the mail"},
	{25, "S: 220 hi\nC: MAIL FROM:<a@b>\nS: 250 m\nC: RCPT TO:<c@d>\nS: 250 r\nC: DATA\nS: 354 go\nC: Hi\nC: .\n",
	 SIDE_SERVER, "250 taken\r\n", "9.0 s of silence: the server was to answer the mail"},
	{25, "S: 220 hi\nC: QUIT\nS: 221 bye\n", SIDE_CLIENT, "NOOP\r\n", "9.0 s of silence"},
	{25, "S: 220 hi\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n", SIDE_CLIENT, "Ym9i\r\n", "9.0 s of silence"},
	{110, "S: +OK hi\nC: LIST\nS: +OK\nS: 1 100\n", SIDE_SERVER, "2 100\r\n.\r\n", "9.0 s of silence"},
	{143, "S: * OK hi\nC: a IDLE\nS: + idling\n", SIDE_SERVER, "* 3 EXISTS\r\n",
	 "9.0 s of silence: the client listens (IDLE)"},
	{143, "S: * OK hi\nC: a NOOP\n", SIDE_SERVER, "a OK\r\n", "9.0 s of silence: the server was to answer NOOP"},
};

/* Who was to speak is told where it is known. */
START_TEST(a_silence_is_a_row)
{
	const struct snapshot_timeline_row *row;
	struct ladder l;

	begin(&l, silences[_i].port);
	wire_talk(&l.w, silences[_i].before);
	say_late(&l, 8999, silences[_i].side, silences[_i].after);
	look(&l);
	row = find(&l, "9.0 s");
	ck_assert_ptr_nonnull(row);
	ck_assert_str_eq(row->text, silences[_i].row);
	ck_assert_uint_eq(row->packet, l.w.number);
	ck_assert_int_eq(row->arrow, ARROW_NONE);
	ck_assert_int_eq(l.f.items[session_detail_item_of_packet(&l.f, l.w.number)].kind == FOCUS_WAIT, false);
	end(&l);
}
END_TEST

/* A packet that says nothing does not end it, one that goes on looking does not make two of it. */
START_TEST(a_silence_goes_on_over_signs_of_life)
{
	struct ladder l;

	begin(&l, 25);
	wire_talk(&l.w, "S: 220 hi\nC: HELO me\n");
	wire_say(&l.w, SIDE_SERVER, "");
	for (int i = 0; i < 3; i++) {
		say_late(&l, 7998, SIDE_SERVER, "");
		wire_say(&l.w, SIDE_CLIENT, "");
		look(&l);
		ck_assert_ptr_null(find(&l, "8"));
	}
	wire_say(&l.w, SIDE_SERVER, "250 you\r\n");
	look(&l);
	ck_assert_ptr_nonnull(find(&l, "24.0 s of silence: the server was to answer HELO"));
	ck_assert_ptr_null(find(&l, "8"));
	end(&l);
}
END_TEST

/* What is missing may have been said then. */
START_TEST(no_silence_where_something_is_missing)
{
	struct ladder l;

	begin(&l, 25);
	wire_talk(&l.w, "S: 220 hi\nC: HELO me\nS: 250 you\n");
	l.w.seq[SIDE_SERVER] += 100;
	say_late(&l, 9000, SIDE_SERVER, "250 more\r\n");
	wire_talk(&l.w, "C: NOOP\n");
	l.w.now_ns += 300 * CLOCK_NS_PER_MS;
	wire_talk(&l.w, "S: 250 ok\nC: NOOP\nS: 250 ok\n");
	look(&l);
	ck_assert_ptr_nonnull(find(&l, "100 bytes of the server"));
	ck_assert_ptr_null(find(&l, "9.0 s"));
	end(&l);
}
END_TEST

START_TEST(a_silence_that_a_repeat_ends)
{
	struct ladder l;

	begin(&l, 25);
	wire_talk(&l.w, "S: 220 hi\nC: HELO me\n");
	l.w.seq[SIDE_CLIENT] -= 9;
	say_late(&l, 8999, SIDE_CLIENT, "HELO me\r\n");
	wire_say(&l.w, SIDE_SERVER, "250 you\r\n");
	look(&l);
	ck_assert_ptr_nonnull(
		find(&l, "9.0 s of silence: the server was to answer HELO; then the client said the same again"));
	end(&l);
}
END_TEST

/* Nobody can speak to a side that has no room. */
START_TEST(a_closed_window_is_told)
{
	struct ladder l;

	begin(&l, 25);
	wire_talk(&l.w, "S: 220 hi\nC: HELO me\nS: 250 you\n");
	l.w.window = 0;
	wire_say(&l.w, SIDE_SERVER, "");
	l.w.window = 8192;
	say_late(&l, 8998, SIDE_CLIENT, "NOOP\r\n");
	look(&l);
	ck_assert_ptr_nonnull(find(&l, "9.0 s of silence: the server's window was closed"));
	end(&l);
}
END_TEST

/* ---- mails and the end ---- */

#define TO_DATA "S: 220 hi\nC: MAIL FROM:<a@b>\nS: 250 m\nC: RCPT TO:<c@d>\nS: 250 r\nC: DATA\nS: 354 go\n"

static void finish(struct ladder *l)
{
	struct packet_record tick = {.kind = PACKET_TICK, .time_ns = l->w.now_ns + 2 * CLOCK_NS_PER_S};

	engine_feed(l->w.engine, &tick, slice_of(NULL, 0));
	look(l);
}

START_TEST(unfinished_data_are_a_row)
{
	const struct snapshot_timeline_row *row;
	struct snapshot_place culprit;
	struct ladder l;

	begin(&l, 25);
	wire_talk(&l.w, TO_DATA "C: Subject: x\nC: \nC: Half\n");
	look(&l);
	row = find(&l, "(message) ");
	ck_assert_ptr_nonnull(row);
	ck_assert_str_eq(row->text, "(message) 20 bytes so far");
	l.w.now_ns += 301 * CLOCK_NS_PER_MS;
	wire_send(&l.w, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	wire_send(&l.w, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	wire_send(&l.w, SIDE_CLIENT, SEGMENT_ACK, slice_of(NULL, 0));
	finish(&l);
	row = find(&l, "(message) ");
	ck_assert_str_eq(row->text, "(message) 20 bytes, unfinished");
	ck_assert_int_eq(row->arrow, ARROW_TO_SERVER);
	ck_assert_int_eq(row->meaning, MEANING_ERROR);
	ck_assert_uint_eq(row->mail, 1);
	row = find(&l, "FIN from the client");
	ck_assert_str_eq(row->text, "FIN from the client, 302 ms after its last byte");
	ck_assert_int_eq(row->arrow, ARROW_TO_SERVER);
	ck_assert_int_eq(row->meaning, MEANING_ERROR);
	ck_assert_int_eq(find(&l, "FIN from the server")->meaning, MEANING_SERVER);
	culprit_find(&l.f, engine_connection(l.w.engine, 1), &culprit);
	ck_assert_str_eq(l.rows[culprit.timeline_row].text, "(message) 20 bytes, unfinished");
	ck_assert_ptr_null(find(&l, "closed"));
	end(&l);
}
END_TEST

START_TEST(a_retrieved_mail_is_a_row)
{
	struct ladder l;

	begin(&l, 110);
	wire_talk(&l.w, WIRE_POP3);
	look(&l);
	ck_assert_str_eq(find(&l, "(message) ")->text, "(message) 20 bytes");
	ck_assert_int_eq(find(&l, "(message) ")->arrow, ARROW_TO_CLIENT);
	ck_assert_int_eq(find(&l, "(message) ")[-1].arrow, ARROW_TO_CLIENT);
	end(&l);
}
END_TEST

/* IMAP: what the answer announced did not come. */
START_TEST(an_answer_cut_in_a_literal_is_a_row)
{
	struct ladder l;

	begin(&l, 143);
	wire_talk(&l.w, "S: * OK hi\nC: a FETCH 1 (BODY[])\nS: * 1 FETCH (BODY[] {500}\nS: Subject: x\nS: \nS: Half\n");
	wire_send(&l.w, SIDE_CLIENT, SEGMENT_RST, slice_of(NULL, 0));
	finish(&l);
	ck_assert_str_eq(find(&l, "(message) ")->text, "(message) 20 bytes, unfinished");
	ck_assert_int_eq(find(&l, "(message) ")->arrow, ARROW_TO_CLIENT);
	ck_assert_ptr_nonnull(find(&l, "RST from the client"));
	ck_assert_int_eq(find(&l, "RST from the client")->meaning, MEANING_WARNING);
	end(&l);
}
END_TEST

/* ---- phases ---- */

static const struct {
	uint16_t port;
	const char *script;
	const char *phases; /* of all rows that begin one */
} phases[] = {
	{25, WIRE_MAIL,
	 "connect, greeting, hello at EHLO me, envelope at MAIL FROM:<a@b>, data at DATA, close at QUIT, "},
	{25,
	 "S: 220 hi\nC: EHLO me\nS: 250 you\nC: AUTH PLAIN AGEAYg==\nS: 235 in\nC: NOOP\nS: 250 ok\nC: MAIL "
	 "FROM:<a@b>\n",
	 "connect, greeting, hello at EHLO me, login at AUTH PLAIN ********, envelope at MAIL FROM:<a@b>, "},
	{110, WIRE_POP3, "connect, greeting, login at USER bob, fetch at RETR 1, close at QUIT, "},
	{143,
	 "S: * OK hi\nC: a LOGIN u p\nS: a OK\nC: b SELECT INBOX\nS: b OK\nC: c FETCH 1 (FLAGS)\nS: c OK\nC: d FETCH 2 "
	 "(FLAGS)\nS: d OK\nC: n NOOP\nS: n OK\nC: m COPY 1 x\nS: m OK\nC: e LOGOUT\nS: e OK\n",
	 "connect, greeting, login at a LOGIN u ********, select at b SELECT INBOX, fetch at c FETCH 1 (FLAGS), "
	 "copy at m COPY 1 x, close at e LOGOUT, "},
};

START_TEST(a_phase_is_told_where_it_begins)
{
	struct buffer told = {0};
	struct ladder l;

	begin(&l, phases[_i].port);
	wire_talk(&l.w, phases[_i].script);
	look(&l);
	for (size_t i = 0; i < l.count; i++)
		if (l.rows[i].phase[0] != '\0' && l.rows[i].arrow == ARROW_TO_SERVER)
			buffer_printf(&told, "%s at %s, ", l.rows[i].phase, l.rows[i].text);
		else if (l.rows[i].phase[0] != '\0')
			buffer_printf(&told, "%s, ", l.rows[i].phase);
	buffer_append_byte(&told, 0);
	ck_assert_str_eq((const char *)told.data, phases[_i].phases);
	buffer_fini(&told);
	end(&l);
}
END_TEST

/* ---- what happened on the way ---- */

static void say_again(struct ladder *l, enum side side, const char *text, uint32_t back)
{
	l->w.seq[side] -= back;
	say_late(l, 250, side, text);
	l->w.seq[side] += back - (uint32_t)strlen(text);
}

static void expect_marks(const struct ladder *l, const char *text, uint32_t resent, uint32_t disordered,
			 uint32_t closed)
{
	const struct snapshot_timeline_row *row = find(l, text);

	ck_assert_msg(row != NULL, "%s", text);
	ck_assert_uint_eq(row->resent, resent);
	ck_assert_uint_eq(row->disordered, disordered);
	ck_assert_uint_eq(row->closed_windows, closed);
}

/* Each on the row whose bytes they are, and on no other. */
START_TEST(what_was_sent_again_is_marked)
{
	struct ladder l;

	begin(&l, 25);
	wire_talk(&l.w, "S: 220 hi\nC: HELO me\n");
	say_again(&l, SIDE_CLIENT, "HELO me\r\n", 9);
	say_again(&l, SIDE_CLIENT, "HELO me\r\n", 9);
	wire_talk(&l.w, "S: 250 you\nC: MAIL FROM:<a@b>\nS: 250 m\n");
	say_again(&l, SIDE_SERVER, "250 m\r\n", 7);
	say_again(&l, SIDE_CLIENT, "FROM:<a@b>\r\n", 12);
	wire_talk(&l.w, "C: RCPT TO:<c@d>\nS: 250 r\nC: DATA\nS: 354 go\nC: Hi\nC: there\nC: .\n");
	say_again(&l, SIDE_CLIENT, "there\r\n", 10);
	look(&l);
	expect_marks(&l, "220 hi", 0, 0, 0);
	expect_marks(&l, "HELO", 2, 0, 0);
	expect_marks(&l, "250 you", 0, 0, 0);
	expect_marks(&l, "MAIL", 1, 0, 0);
	expect_marks(&l, "250 m", 1, 0, 0);
	expect_marks(&l, "RCPT", 0, 0, 0);
	expect_marks(&l, "DATA", 0, 0, 0);
	expect_marks(&l, "354", 0, 0, 0);
	expect_marks(&l, "(message)", 1, 0, 0);
	ck_assert_ptr_nonnull(strstr(find(&l, "HELO")->detail, "  2 packets of it were sent again."));
	ck_assert_ptr_nonnull(strstr(find(&l, "MAIL")->detail, "  A packet of it was sent again."));
	end(&l);
}
END_TEST

/* A line that is not whole belongs to no row. */
START_TEST(no_mark_where_the_row_is_not_known)
{
	struct ladder l;

	begin(&l, 25);
	wire_talk(&l.w, "S: 220 hi\nC: HELO me\nS: 250 you\n");
	wire_say(&l.w, SIDE_CLIENT, "MAIL FR");
	say_again(&l, SIDE_CLIENT, "MAIL FR", 7);
	look(&l);
	expect_marks(&l, "HELO", 0, 0, 0);
	wire_say(&l.w, SIDE_CLIENT, "OM:<a@b>\r\n");
	look(&l);
	expect_marks(&l, "HELO", 0, 0, 0);
	expect_marks(&l, "MAIL", 1, 0, 0);
	end(&l);
}
END_TEST

START_TEST(what_came_out_of_order_is_marked)
{
	struct ladder l;

	begin(&l, 25);
	wire_talk(&l.w, "S: 220 hi\nC: HELO me\nS: 250 you\n");
	l.w.seq[SIDE_CLIENT] += 5;
	wire_say(&l.w, SIDE_CLIENT, "FROM:<a@b>\r\n");
	l.w.seq[SIDE_CLIENT] -= 17;
	wire_say(&l.w, SIDE_CLIENT, "MAIL ");
	l.w.seq[SIDE_CLIENT] += 12;
	wire_talk(&l.w, "S: 250 m\n");
	look(&l);
	expect_marks(&l, "HELO", 0, 0, 0);
	expect_marks(&l, "MAIL", 0, 1, 0);
	end(&l);
}
END_TEST

START_TEST(a_closed_window_marks_what_was_sent)
{
	struct ladder l;

	begin(&l, 25);
	wire_talk(&l.w, "S: 220 hi\nC: HELO me\nS: 250 you\n");
	wire_talk(&l.w, "C: MAIL FROM:<a@b>\nS: 250 m\nC: RCPT TO:<c@d>\nS: 250 r\nC: DATA\nS: 354 go\nC: Hi\n");
	for (int i = 0; i < 4; i++) {
		l.w.window = i % 2 == 0 ? 0 : 8192;
		wire_say(&l.w, SIDE_SERVER, "");
	}
	wire_talk(&l.w, "C: there\nC: .\nS: 250 taken\n");
	look(&l);
	expect_marks(&l, "(message)", 0, 0, 2);
	expect_marks(&l, "DATA", 0, 0, 0);
	expect_marks(&l, "250 taken", 0, 0, 0);
	end(&l);
}
END_TEST

START_TEST(a_repeated_syn_marks_the_connection)
{
	struct ladder l;

	begin(&l, 25);
	look(&l);
	expect_marks(&l, "connected", 0, 0, 0);
	l.w.client_port++;
	wire_send(&l.w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	l.w.seq[SIDE_CLIENT]--;
	wire_send(&l.w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	session_detail_update(&l.f, l.w.engine, 2);
	rows_timeline(&l.f, l.w.engine, 0, false, &l.rows[0]);
	ck_assert_uint_eq(l.rows[0].resent, 1);
	end(&l);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_pace_goes_by_the_limits, 0, sizeof(paces) / sizeof(paces[0]));
	tcase_add_test(t, a_pace_knows_who_waited_for_whom);
	tcase_add_test(t, a_login_is_not_called_slow);
	tcase_add_loop_test(t, the_wait_for_the_greeting_is_a_row, 0, 2);
	tcase_add_loop_test(t, a_silence_is_a_row, 0, sizeof(silences) / sizeof(silences[0]));
	tcase_add_test(t, a_silence_goes_on_over_signs_of_life);
	tcase_add_test(t, no_silence_where_something_is_missing);
	tcase_add_test(t, a_silence_that_a_repeat_ends);
	tcase_add_test(t, a_closed_window_is_told);
	tcase_add_test(t, unfinished_data_are_a_row);
	tcase_add_test(t, a_retrieved_mail_is_a_row);
	tcase_add_test(t, an_answer_cut_in_a_literal_is_a_row);
	tcase_add_test(t, what_was_sent_again_is_marked);
	tcase_add_test(t, no_mark_where_the_row_is_not_known);
	tcase_add_test(t, what_came_out_of_order_is_marked);
	tcase_add_test(t, a_closed_window_marks_what_was_sent);
	tcase_add_test(t, a_repeated_syn_marks_the_connection);
	tcase_add_loop_test(t, a_phase_is_told_where_it_begins, 0, sizeof(phases) / sizeof(phases[0]));
}
