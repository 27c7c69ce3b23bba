/*
 * What is said so that to read it costs work. How much it costs is counted in steps, so it is the same in each run:
 * twice as much may cost twice as much.
 */
#include <stdlib.h>
#include <time.h>

#include "../main.h"
#include "diagnosis/diagnosis.h"
#include "engine/connection.h"
#include "wire.h"

#define TO_DATA                                                                                                        \
	"S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\n"    \
	"S: 354 go\n"

enum {
	SEGMENT = 1400,
};

static struct wire w;

static void setup(void)
{
	wire_init(&w, true);
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
	wire_open(&w);
}

static void teardown(void)
{
	wire_fini(&w);
}

static struct connection *connection(void)
{
	return engine_connection(w.engine, 1);
}

static void say_times(const char *text, size_t count)
{
	struct buffer all = {0};
	struct slice rest;

	for (size_t i = 0; i < count; i++)
		buffer_append_text(&all, text);
	for (rest = buffer_slice(&all); rest.len > 0; rest = slice_after(rest, SEGMENT))
		wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_sub(rest, 0, SEGMENT));
	buffer_fini(&all);
}

static bool is_called_hostile(void)
{
	const struct session *s = connection()->session;

	for (size_t i = 0; i < diagnosis_count(s); i++) {
		struct slice said = diagnosis_finding(s, i)->message;

		if (memmem(said.data, said.len, "analysis of this mail given up: hostile", 39) != NULL)
			return true;
	}
	return false;
}

/* ---- where a mail may end ---- */

/* Each is a place where servers differ, and what follows would be text, commands, or unknown ones. */
static const char *const places[] = {
	"a\n.\r\n", "b c d\n.\n", "x\r\n.\n", "\n.\r\nNOOP\r\n", "\n.\r\nDATA\r\n", "\n.\nMAIL FROM:<a@b>\r\n",
};

static uint64_t steps_for(const char *place, size_t len)
{
	const struct stream *s;

	wire_talk(&w, TO_DATA);
	say_times(place, len / strlen(place));
	s = &connection()->flow->stream[SIDE_CLIENT];
	ck_assert_uint_le(s->steps, STREAM_STEPS_FREE + STREAM_STEPS_PER_PACKET * s->packets +
					    2 * DIALOGUE_AMBIGUITY_MAX / 512 + 2048);
	return s->steps;
}

START_TEST(places_where_a_mail_may_end_are_not_weighed_for_ever)
{
	steps_for(places[_i], 1 << 20);
	ck_assert(connection()->flow->stream[SIDE_CLIENT].is_hostile);
	wire_talk(&w, "C: \nC: .\nS: 250 taken\nC: QUIT\nS: 221 bye\n");
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert(is_called_hostile());
	ck_assert_uint_eq(connection()->session->accepted_mails, 1);
	ck_assert_uint_ge(connection()->session->mails[0]->size, (1 << 19));
}
END_TEST

/* At the end nothing more can come, so that each place is weighed with all that follows it. */
START_TEST(nor_when_the_server_has_gone)
{
	wire_talk(&w, TO_DATA);
	say_times(places[_i], 60000 / strlen(places[_i]));
	wire_send(&w, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	ck_assert_uint_le(connection()->flow->stream[SIDE_CLIENT].steps, 4 * STREAM_STEPS_FREE);
	wire_close(&w);
	engine_finish(w.engine);
}
END_TEST

/* A server that goes on with one reply has them weighed again with each of its words. */
START_TEST(nor_with_each_word_of_the_server)
{
	const struct stream *s;

	wire_talk(&w, TO_DATA);
	for (int i = 0; i < 1000; i++) {
		say_times("a\n.\r\nNOOP\r\n", 20);
		wire_say(&w, SIDE_SERVER, "250-x\r\n");
	}
	s = &connection()->flow->stream[SIDE_CLIENT];
	ck_assert_uint_le(s->steps, 2 * STREAM_STEPS_FREE + STREAM_STEPS_PER_PACKET * s->packets);
	engine_finish(w.engine);
}
END_TEST

/* After an answer each line that is a command may be one. */
START_TEST(nor_is_each_line_after_an_early_answer)
{
	const struct stream *s;

	wire_talk(&w, TO_DATA "C: Subject: x\nS: 250 taken\n");
	say_times("NOOP\r\nMAIL FROM:<a@b>\r\n", 50000);
	s = &connection()->flow->stream[SIDE_CLIENT];
	ck_assert_uint_le(s->steps, 4 * STREAM_STEPS_FREE + STREAM_STEPS_PER_PACKET * s->packets);
	engine_finish(w.engine);
}
END_TEST

/* Whoever ends lines with LF alone, and separates with dots, is no enemy. */
START_TEST(a_sloppy_mail_is_not_hostile)
{
	wire_talk(&w, TO_DATA);
	for (int i = 0; i < 200; i++) {
		say_times("some text of a mail, that goes on for a line or two, as mails do\n", 100);
		wire_say(&w, SIDE_CLIENT, ".\n");
	}
	wire_talk(&w, "C: \nC: .\nS: 250 taken\nC: QUIT\nS: 221 bye\n");
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert(!is_called_hostile());
	ck_assert_uint_eq(connection()->session->accepted_mails, 1);
}
END_TEST

/* ---- long lines in small pieces ---- */

static void say_bytes(enum side side, const char *head, size_t len, const char *end)
{
	struct buffer line = {0};

	buffer_append_text(&line, head);
	memset(buffer_room(&line, len), 'x', len);
	line.len += len;
	buffer_append_text(&line, end);
	for (size_t i = 0; i < line.len; i++)
		wire_send(&w, side, SEGMENT_ACK, slice_sub(buffer_slice(&line), i, 1));
	buffer_fini(&line);
}

/* Around the lengths at which a line is looked at again. */
static const size_t lengths[] = {1, 40, 58, 59, 60, 64, 100, 123, 128, 511, 1020, 1024, 4000, 16000, 16370};

START_TEST(a_line_in_single_bytes_is_a_line)
{
	const struct command *c;

	wire_talk(&w, "S: 220 ns1\n");
	say_bytes(SIDE_CLIENT, "NOOP ", lengths[_i], "\r\n");
	say_bytes(SIDE_SERVER, "250 ", lengths[_i], "\r\n");
	say_bytes(SIDE_CLIENT, "HELP ", lengths[_i], "\n");
	wire_talk(&w, "S: 214 no\nC: QUIT\nS: 221 bye\n");
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert_uint_eq(connection()->session->command_count, 4);
	c = session_command(connection()->session, 1);
	ck_assert_uint_eq(c->arguments_len, lengths[_i]);
	ck_assert_uint_eq(c->replies->text_len, lengths[_i]);
	ck_assert_uint_eq(session_command(connection()->session, 2)->arguments_len, lengths[_i]);
}
END_TEST

START_TEST(a_line_without_end_is_cut_as_ever)
{
	wire_talk(&w, "S: 220 ns1\n");
	say_bytes(SIDE_CLIENT, "NOOP ", 2 * DIALOGUE_LINE_MAX, "\r\nQUIT\r\n");
	wire_talk(&w, "S: 500 what\nS: 221 bye\n");
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert(connection()->session->notes >> DIALOGUE_NOTE_LONG_LINE & 1);
	ck_assert_uint_eq(connection()->session->command_count, 3);
}
END_TEST

/* A gap ends the waiting, too. */
START_TEST(a_line_in_single_bytes_may_be_cut)
{
	wire_talk(&w, "S: 220 ns1\n");
	say_bytes(SIDE_CLIENT, "NOOP ", lengths[_i], "");
	w.seq[SIDE_CLIENT] += 5;
	wire_talk(&w, "C: QUIT\nS: 221 bye\n");
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert_uint_eq(connection()->session->side[SIDE_CLIENT].missing_bytes, 5);
	ck_assert_uint_ge(connection()->session->command_count, 2);
}
END_TEST

START_TEST(a_greeting_in_single_bytes_is_recognised)
{
	wire_close(&w);
	w.client_port++;
	w.server_port = 2526;
	wire_open(&w);
	say_bytes(SIDE_SERVER, "220 ns1 ESMTP ", lengths[_i] < 900 ? lengths[_i] : 900, "\r\n");
	say_bytes(SIDE_CLIENT, "EHLO ", 300, "\r\n");
	wire_talk(&w, "S: 250 ns1\nC: QUIT\nS: 221 bye\n");
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_last_session(w.engine), 2);
	ck_assert_int_eq(engine_connection(w.engine, 2)->session->protocol, PROTOCOL_SMTP);
	ck_assert_uint_eq(engine_connection(w.engine, 2)->session->command_count, 3);
}
END_TEST

/* ---- chunks without replies ---- */

static int64_t cpu_time_of_chunks(size_t count)
{
	clock_t begun = clock();

	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250-ns1\nS: 250 CHUNKING\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT "
		      "TO:<c@d>\nS: 250 ok\n");
	say_times("BDAT 1 LAST\r\nx", count);
	wire_close(&w);
	w.client_port++;
	wire_open(&w); /* the one before ends */
	return clock() - begun;
}

/* They are read when the connection ends. Eight times as many cost eight times as much; 64 times if each looked at
 * those before it. */
START_TEST(chunks_that_nobody_answers_cost_the_same_each)
{
	int64_t few;
	int64_t many;

	engine_free(w.engine);
	w.options.keep = _i == 0;
	wire_begin(&w);
	wire_open(&w);
	few = cpu_time_of_chunks(8000);
	many = cpu_time_of_chunks(64000);
	ck_assert_int_lt(many, 24 * (few + CLOCKS_PER_SEC / 100));
	engine_finish(w.engine);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, places_where_a_mail_may_end_are_not_weighed_for_ever, 0,
			    sizeof(places) / sizeof(places[0]));
	tcase_add_loop_test(t, nor_when_the_server_has_gone, 0, sizeof(places) / sizeof(places[0]));
	tcase_add_test(t, nor_with_each_word_of_the_server);
	tcase_add_test(t, nor_is_each_line_after_an_early_answer);
	tcase_add_test(t, a_sloppy_mail_is_not_hostile);
	tcase_add_loop_test(t, a_line_in_single_bytes_is_a_line, 0, sizeof(lengths) / sizeof(lengths[0]));
	tcase_add_test(t, a_line_without_end_is_cut_as_ever);
	tcase_add_loop_test(t, a_line_in_single_bytes_may_be_cut, 0, sizeof(lengths) / sizeof(lengths[0]));
	tcase_add_loop_test(t, a_greeting_in_single_bytes_is_recognised, 0, sizeof(lengths) / sizeof(lengths[0]));
	tcase_add_loop_test(t, chunks_that_nobody_answers_cost_the_same_each, 0, 2);
}
