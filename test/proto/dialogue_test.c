#include "proto/dialogue.h"

#include "../main.h"
#include "script.h"

static const struct script_vector vectors[] = {
	{
		"the client speaks before the greeting",
		PROTOCOL_SMTP,
		false,
		"C: EHLO a\n"
		"S: 220 x\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"1 EHLO a\n"
		"1 note early-talk\n"
		"0< 220 x\n"
		"1< 250 x\n",
	},
	{
		"the server never speaks",
		PROTOCOL_SMTP,
		false,
		"C: EHLO a\n"
		"C: QUIT\n",
		"0 (greeting)\n"
		"1 EHLO a\n"
		"2 QUIT\n",
	},
	{
		"midstream: nothing is a command before a known one is seen",
		PROTOCOL_SMTP,
		true,
		"C: ail from somewhere\n"
		"C: Send me help\n"
		"C: Data center\n"
		"C: HELP me\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 x\n"
		"C: FOO\n"
		"S: 500 x\n",
		"resync C\n"
		"0 MAIL FROM:<a>\n"
		"resync S\n"
		"0< 250 x\n"
		"1 FOO\n"
		"1< 500 x\n",
	},
	{
		"midstream: 354 answers a DATA that was not captured",
		PROTOCOL_SMTP,
		true,
		"S: 354 x\n"
		"C: Subject: a\n"
		"C: \n"
		"C: QUIT\n"
		"C: .\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"resync S\n"
		"0 (unsolicited)\n"
		"0< 354 x\n"
		"resync C\n"
		"0 mail begins C\n"
		"0 \"Subject: a\\x0d\\x0a\\x0d\\x0aQUIT\\x0d\\x0a\"\n"
		"0 mail ends size 20\n"
		"1 (message)\n"
		"1< 250 x\n"
		"2 QUIT\n"
		"2< 221 x\n",
	},
	{
		"midstream: a chunk may not be the first of its mail, and text is no command",
		PROTOCOL_SMTP,
		true,
		"C: Zm9v\n"
		"S: 250 x\n"
		"C: YmFyYmF6\n"
		"C: BDAT 3 LAST\n"
		"C| 012\n"
		"S: 250 x\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 x\n"
		"C: BDAT 3 LAST\n"
		"C| 012\n"
		"S: 250 x\n",
		"skipped Zm9v !secret\n"
		"resync S\n"
		"0 (unsolicited)\n"
		"0< 250 x\n"
		"skipped YmFyYmF6 !secret\n"
		"resync C\n"
		"1 BDAT 3 LAST\n"
		"1 mail begins C counted before !truncated\n"
		"1 \"012\"\n"
		"1 mail ends size 3\n"
		"1< 250 x\n"
		"2 MAIL FROM:<a>\n"
		"2< 250 x\n"
		"3 BDAT 3 LAST\n"
		"3 mail begins C counted\n"
		"3 \"012\"\n"
		"3 mail ends size 3\n"
		"3< 250 x\n",
	},
	{
		"midstream: what looked like DATA was text, all goes on",
		PROTOCOL_SMTP,
		true,
		"C: DATA\n"
		"S: 250 x\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 x\n",
		"resync C\n"
		"0 DATA\n"
		"resync S\n"
		"1 (unsolicited)\n"
		"1< 250 x\n"
		"2 MAIL FROM:<a>\n"
		"2< 250 x\n",
	},
	{
		"midstream: commands in mixed case are text",
		PROTOCOL_SMTP,
		true,
		"C: Data\n"
		"C: Help\n"
		"C: data\n"
		"S: 354 x\n"
		"C: .\n"
		"S: 250 x\n",
		"skipped Data !secret\n"
		"skipped Help !secret\n"
		"resync C\n"
		"0 DATA\n"
		"resync S\n"
		"0< 354 x\n"
		"0 mail begins C\n"
		"0 mail ends size 0\n"
		"1 (message)\n"
		"1< 250 x\n",
	},
	{
		"midstream: nothing is a command before a reply is seen",
		PROTOCOL_SMTP,
		true,
		"C: FOO\n"
		"S: 250 x\n"
		"C: FOO\n"
		"S: 500 x\n",
		"skipped FOO !secret\n"
		"resync S\n"
		"0 (unsolicited)\n"
		"0< 250 x\n"
		"resync C\n"
		"1 FOO\n"
		"1< 500 x\n",
	},
	{
		"midstream: a reply, in the middle of a line",
		PROTOCOL_SMTP,
		true,
		"S: 0-more text\n"
		"S: 250 end\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"resync S\n"
		"0 (unsolicited)\n"
		"0< 250 end\n"
		"resync C\n"
		"1 QUIT\n"
		"1< 221 x\n",
	},
	{
		"DATA whose reply is missing, a mail follows",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S~ 8\n"
		"C: Subject: a\n"
		"C: \n"
		"C: .\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1 note data-assumed\n"
		"1 mail begins C\n"
		"1 \"Subject: a\\x0d\\x0a\\x0d\\x0a\"\n"
		"1 mail ends size 14\n"
		"2 (message)\n"
		"resync S\n"
		"2< 250 x\n"
		"3 QUIT\n"
		"3< 221 x\n",
	},
	{
		"DATA whose reply is missing, a command follows",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S~ 8\n"
		"C: RSET\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"2 RSET\n"
		"resync S\n"
		"2< 250 x\n"
		"3 QUIT\n"
		"3< 221 x\n",
	},
	{
		"one side only",
		PROTOCOL_SMTP,
		false,
		"C: HELO a\n"
		"C: MAIL FROM:<a>\n"
		"C: RCPT TO:<b>\n"
		"C: DATA\n"
		"C: a: b\n"
		"C: \n"
		"C: .\n"
		"C: AUTH LOGIN\n"
		"C: dGVzdA==\n"
		"C: STARTTLS\n"
		"C: QUIT\n",
		"0 (greeting)\n"
		"1 HELO a\n"
		"2 MAIL FROM:<a>\n"
		"3 RCPT TO:<b>\n"
		"4 DATA\n"
		"4 note data-assumed\n"
		"4 mail begins C\n"
		"4 \"a: b\\x0d\\x0a\\x0d\\x0a\"\n"
		"4 mail ends size 8\n"
		"5 (message)\n"
		"6 AUTH LOGIN\n"
		"6 auth C dGVzdA==\n"
		"7 STARTTLS\n"
		"8 QUIT\n",
	},
	{
		"the server's side only",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"S: 250 x\n"
		"S: 250 x\n"
		"S: 354 x\n"
		"S: 250 x\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 (unsolicited)\n"
		"1< 250 x\n"
		"2 (unsolicited)\n"
		"2< 250 x\n"
		"3 (unsolicited)\n"
		"3< 354 x\n"
		"4 (unsolicited)\n"
		"4< 250 x\n"
		"5 (unsolicited)\n"
		"5< 221 x\n",
	},
	{
		"a hole in a mail whose end is seen",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C: one\n"
		"C~ 1000\n"
		"C: three\n"
		"C: .\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"one\\x0d\\x0a???????????????????????????????????...\"\n"
		"1 mail ends size 12 missing 1000\n"
		"2 (message)\n"
		"2< 250 x\n",
	},
	{
		"the end of a mail is in the hole: the reply proves it",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C: one\n"
		"C~ 1000\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"one\\x0d\\x0a???????????????????????????????????...\"\n"
		"1 mail ends size 5 missing 1000\n"
		"2 (message) !truncated\n"
		"2< 250 x\n"
		"3 QUIT\n"
		"3< 221 x\n",
	},
	{
		"the end of a mail is in the hole: a command proves it",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C: one\n"
		"C~ 1000\n"
		"C: MAIL FROM:<a>\n"
		"S: 250 x\n"
		"S: 250 y\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"one\\x0d\\x0a???????????????????????????????????...\"\n"
		"1 mail ends size 5 missing 1000\n"
		"2 (message) !truncated\n"
		"3 MAIL FROM:<a>\n"
		"2< 250 x\n"
		"3< 250 y\n",
	},
	{
		"the beginning of a mail is missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"C~ 100\n"
		"S: 354 x\n"
		"C: two\n"
		"C: .\n"
		"S: 250 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"resync C\n"
		"1 mail begins C\n"
		"1 \"????????????????????????????????????????...\"\n"
		"1 mail ends size 5 missing 100\n"
		"2 (message)\n"
		"2< 250 x\n",
	},
	{
		"the whole of a mail is missing",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C~ 1000\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"1 \"????????????????????????????????????????...\"\n"
		"1 mail ends size 0 missing 1000\n"
		"2 (message) !truncated\n"
		"2< 250 x\n"
		"3 QUIT\n"
		"3< 221 x\n",
	},
	{
		"421 in a mail with a hole is its answer, and not behind its end",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S: 354 x\n"
		"C: one\n"
		"C~ 1000\n"
		"S: 421 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1< 354 x\n"
		"1 mail begins C\n"
		"2 (message)\n"
		"2< 421 x\n"
		"1 \"one\\x0d\\x0a???????????????????????????????????...\"\n"
		"1 mail is cut size 5 missing 1000\n",
	},
	{
		"a hole before the first chunk may hold another one",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a@b>\n"
		"S: 250 x\n"
		"C: RCPT TO:<c@d>\n"
		"S: 250 x\n"
		"C~ 30\n"
		"S: 250 y\n"
		"C: BDAT 3 LAST\n"
		"C| 789\n"
		"S: 250 z\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a@b>\n"
		"1< 250 x\n"
		"2 RCPT TO:<c@d>\n"
		"2< 250 x\n"
		"3 (unsolicited)\n"
		"3< 250 y\n"
		"resync C\n"
		"4 BDAT 3 LAST\n"
		"4 mail begins C counted before !truncated\n"
		"4 \"789\"\n"
		"4 mail ends size 3\n"
		"4< 250 z\n",
	},
	{
		"but not where it holds the recipients",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: MAIL FROM:<a@b>\n"
		"S: 250 x\n"
		"C~ 30\n"
		"S: 250 y\n"
		"C: BDAT 3 LAST\n"
		"C| 789\n"
		"S: 250 z\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 MAIL FROM:<a@b>\n"
		"1< 250 x\n"
		"2 (unsolicited)\n"
		"2< 250 y\n"
		"resync C\n"
		"3 BDAT 3 LAST\n"
		"3 mail begins C counted\n"
		"3 \"789\"\n"
		"3 mail ends size 3\n"
		"3< 250 z\n",
	},
	{
		"a hole in a chunk keeps the count",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: BDAT 10 LAST\n"
		"C| 012\n"
		"C~ 4\n"
		"C| 789\n"
		"C: QUIT\n"
		"S: 250 x\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 BDAT 10 LAST\n"
		"1 mail begins C counted\n"
		"1 \"012????789\"\n"
		"1 mail ends size 6 missing 4\n"
		"2 QUIT\n"
		"1< 250 x\n"
		"2< 221 x\n",
	},
	{
		"a hole over the end of a chunk",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: BDAT 10 LAST\n"
		"C| 012\n"
		"C~ 20\n"
		"S: 250 x\n"
		"C: QUIT\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 BDAT 10 LAST\n"
		"1 mail begins C counted\n"
		"1 \"012???????\"\n"
		"1 mail ends size 3 missing 7\n"
		"1< 250 x\n"
		"resync C\n"
		"2 QUIT\n"
		"2< 221 x\n",
	},
	{
		"a hole up to the very end of a chunk",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: BDAT 10 LAST\n"
		"C| 012\n"
		"C~ 7\n"
		"C: QUIT\n"
		"S: 250 x\n"
		"S: 221 x\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 BDAT 10 LAST\n"
		"1 mail begins C counted\n"
		"1 \"012???????\"\n"
		"1 mail ends size 3 missing 7\n"
		"2 QUIT\n"
		"1< 250 x\n"
		"2< 221 x\n",
	},
	{
		"lines without their end when the session ends",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C| MAIL FROM:<a\n"
		"S| 250-o\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"unfinished C MAIL FROM:<a\n"
		"unfinished S 250-o\n",
	},
	{
		"the beginning of a password is secret",
		PROTOCOL_POP3,
		false,
		"S: +OK\n"
		"C| PASS sec\n",
		"0 (greeting)\n"
		"0< +OK \n"
		"unfinished C PASS sec !secret\n",
	},
	{
		"a line that waits is not lost when the server is silent",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"C: QUIT\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"2 QUIT\n",
	},
	{
		"the server is ended first",
		PROTOCOL_SMTP,
		false,
		"S: 220 x\n"
		"C: DATA\n"
		"S#\n"
		"C: a mail\n"
		"C: .\n",
		"0 (greeting)\n"
		"0< 220 x\n"
		"1 DATA\n"
		"1 note data-assumed\n"
		"1 mail begins C\n"
		"1 \"a mail\\x0d\\x0a\"\n"
		"1 mail ends size 8\n"
		"2 (message)\n",
	},
};

static char long_text[20000];

START_TEST(test_vector)
{
	script_test_vector(&vectors[_i]);
}
END_TEST

/* An over-long line is taken at its limit, its rest skipped, and what follows is read again. */
START_TEST(test_long_lines)
{
	struct slice limit = slice_of(long_text, DIALOGUE_LINE_MAX);
	struct script_player p;
	char *said;

	memset(long_text, 'x', sizeof(long_text));
	memcpy(long_text, "NOOP ", 5);
	script_begin(&p, PROTOCOL_SMTP, false);
	script_say(&p, SIDE_SERVER, slice_from_text("220 x\r\n"));
	script_say(&p, SIDE_CLIENT, slice_sub(limit, 0, DIALOGUE_LINE_MAX - 1));
	ck_assert_uint_eq(p.rest[SIDE_CLIENT].len, DIALOGUE_LINE_MAX - 1);
	script_say(&p, SIDE_CLIENT, slice_from_text("xxx"));
	ck_assert_uint_eq(p.rest[SIDE_CLIENT].len, 0);
	script_say(&p, SIDE_CLIENT, slice_of(long_text, sizeof(long_text)));
	script_say(&p, SIDE_CLIENT, slice_from_text("x\r\nQUIT\r\n"));
	script_say(&p, SIDE_SERVER, slice_from_text("250 x\r\n221 y\r\n"));
	said = script_finish(&p);
	ck_assert_ptr_nonnull(strstr(said, "1 note long-line\n2 QUIT\n1< 250 x\n2< 221 y\n"));
	ck_assert_uint_eq(strlen(strstr(said, "1 NOOP")) - strlen(strstr(said, "1 note")), DIALOGUE_LINE_MAX + 3);
	free(said);
}
END_TEST

/* The longest line that is one: its LF is the last byte within the limit. */
START_TEST(test_longest_line)
{
	struct script_player p;
	char *said;

	memset(long_text, 'x', sizeof(long_text));
	memcpy(long_text, "220 ", 4);
	memcpy(long_text + DIALOGUE_LINE_MAX - 2, "\r\n", 2);
	script_begin(&p, PROTOCOL_SMTP, false);
	script_say(&p, SIDE_SERVER, slice_of(long_text, DIALOGUE_LINE_MAX));
	script_say(&p, SIDE_SERVER, slice_of("221 x\r\n", 7));
	said = script_finish(&p);
	ck_assert_ptr_null(strstr(said, "note"));
	ck_assert_ptr_nonnull(strstr(said, "1< 221 x\n"));
	free(said);
}
END_TEST

/* More unanswered commands than are kept: the client waits, the server too while it must, and nothing is lost. */
START_TEST(test_many_pending)
{
	struct script_player p;
	char wanted[32];
	char *said;

	script_begin(&p, PROTOCOL_POP3, false);
	script_say(&p, SIDE_SERVER, slice_from_text("+OK\r\n"));
	for (int i = 0; i < 1000; i++)
		script_say(&p, SIDE_CLIENT, slice_from_text("NOOP\r\n"));
	ck_assert(dialogue_is_waiting(&p.dialogue, SIDE_CLIENT));
	ck_assert_uint_eq(p.commands, DIALOGUE_PENDING_MAX + 1);
	for (int i = 0; i < 250; i++)
		script_say(&p, SIDE_SERVER, slice_from_text("+OK\r\n+OK\r\n+OK\r\n+OK\r\n"));
	ck_assert(!dialogue_is_waiting(&p.dialogue, SIDE_CLIENT));
	ck_assert_uint_eq(p.commands, 1001);
	said = script_finish(&p);
	for (int i = 1; i <= 1000; i++) {
		snprintf(wanted, sizeof(wanted), "\n%d< +OK ", i);
		ck_assert_ptr_nonnull(strstr(said, wanted));
	}
	free(said);
}
END_TEST

/* The same without any reply: at the end, and after a gap, the oldest give way. */
START_TEST(test_many_unanswered)
{
	for (int gap = 0; gap < 2; gap++) {
		struct script_player p;

		script_begin(&p, PROTOCOL_SMTP, false);
		for (int i = 0; i < 1000; i++)
			script_say(&p, SIDE_CLIENT, slice_from_text("RSET\r\n"));
		if (gap)
			script_gap(&p, SIDE_CLIENT, 5);
		free(script_finish(&p));
		ck_assert_uint_eq(p.commands, 1001);
	}
}
END_TEST

/* What nobody parses is counted. */
START_TEST(test_other_protocol)
{
	struct script_player p;

	script_begin(&p, PROTOCOL_UNKNOWN, false);
	script_say(&p, SIDE_CLIENT, slice_from_text("EHLO a\r\n"));
	script_gap(&p, SIDE_SERVER, 10);
	ck_assert_uint_eq(p.dialogue.offset[SIDE_CLIENT], 8);
	free(script_finish(&p));
	ck_assert_uint_eq(p.commands, 0);
}
END_TEST

static void ignore(void *ctx, const struct dialogue_event *event)
{
	(void)ctx;
	(void)event;
}

static bool awaits_line_after(struct dialogue *d, size_t len, const char *end)
{
	char text[256];

	memset(text, 'x', len);
	strcpy(text + len, end);
	dialogue_feed(d, SIDE_CLIENT, slice_from_text(text), ignore, NULL);
	return dialogue_awaits_line(d, SIDE_CLIENT);
}

START_TEST(test_awaits_line)
{
	struct dialogue d;

	dialogue_init(&d, PROTOCOL_SMTP, false);
	ck_assert(!awaits_line_after(&d, DIALOGUE_LINE_SEEN - 1, ""));
	ck_assert(awaits_line_after(&d, DIALOGUE_LINE_SEEN, ""));
	ck_assert(awaits_line_after(&d, 200, ""));
	ck_assert(!dialogue_awaits_line(&d, SIDE_SERVER));
	/* the other side has said something that may change what the line means */
	dialogue_feed(&d, SIDE_SERVER, slice_from_text("220 x\r\n"), ignore, NULL);
	ck_assert(!dialogue_awaits_line(&d, SIDE_CLIENT));
	ck_assert(awaits_line_after(&d, 200, ""));
	ck_assert(!awaits_line_after(&d, 200, "\r\n"));
	ck_assert(awaits_line_after(&d, 200, ""));
	dialogue_gap(&d, SIDE_SERVER, slice_of(NULL, 0), 3, ignore, NULL);
	ck_assert(!dialogue_awaits_line(&d, SIDE_CLIENT));
	ck_assert(awaits_line_after(&d, 200, ""));
	dialogue_end(&d, SIDE_SERVER, ignore, NULL);
	ck_assert(!dialogue_awaits_line(&d, SIDE_CLIENT));
}
END_TEST

/* Of a header of the PROXY protocol each byte may be the last. */
START_TEST(test_awaits_no_line_in_a_header)
{
	static const char header[] =
		"PROXY TCP6 2001:0db8:0001:0002:0003:0004:0005:0006 2001:0db8:0001:0002:0003:0004:";
	struct dialogue d;

	dialogue_init(&d, PROTOCOL_SMTP, false);
	ck_assert_uint_gt(strlen(header), DIALOGUE_LINE_SEEN);
	dialogue_feed(&d, SIDE_CLIENT, slice_from_text(header), ignore, NULL);
	ck_assert_uint_eq(d.offset[SIDE_CLIENT], 0);
	ck_assert(!dialogue_awaits_line(&d, SIDE_CLIENT));
}
END_TEST

#define SMTP_SESSION                                                                                                   \
	"S: 220 foo.com\nC: EHLO bar.com\nS: 250-foo.com\nS: 250-SIZE\nS: 250 HELP\nC: MAIL FROM:<a@bar.com>\n"        \
	"S: 250 2.1.0 ok\nC: RCPT TO:<b@foo.com>\nS: 250 2.1.5 ok\nC: DATA\nS: 354 go\nC: Subject: x\nC: \nC: text\n"  \
	"C: .\nS: 250 2.0.0 queued\nC: NOOP\nS: 250 ok\n"

/* Wherever bytes are missing, the commands after them are read and get their own replies again. */
START_TEST(test_finds_its_place)
{
	script_test_gaps(SMTP_SESSION "C: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye\n", PROTOCOL_SMTP, "QUIT\n", 32);
	script_test_gaps(SMTP_SESSION "C: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye\n", PROTOCOL_SMTP, "< 221 bye\n", 32);
	script_test_gaps(SMTP_SESSION "C: VRFY x\nS: 252 x\nC: RSET\nS: 250 reset\nC: NOOP\nS: 250 noop\n",
			 PROTOCOL_SMTP, "< 250 noop\n", 50);
	script_test_gaps("S: +OK\nC: USER a\nS: +OK\nC: PASS b\nS: +OK\nC: LIST\nS: +OK\nS: 1 10\nS: .\nC: RETR 1\n"
			 "S: +OK\nS: mail\nS: .\nC: DELE 1\nS: +OK gone\nC: NOOP\nS: +OK\nC: QUIT\nS: +OK bye\n",
			 PROTOCOL_POP3, "QUIT\n", 30);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, test_long_lines);
	tcase_add_test(t, test_longest_line);
	tcase_add_test(t, test_many_pending);
	tcase_add_test(t, test_many_unanswered);
	tcase_add_test(t, test_other_protocol);
	tcase_add_test(t, test_awaits_line);
	tcase_add_test(t, test_awaits_no_line_in_a_header);
	tcase_add_test(t, test_finds_its_place);
}
