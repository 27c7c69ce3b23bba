#include "../main.h"
#include "mail/mask.h"
#include "play.h"

#define HELLO	   "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n"
#define HELLO_SAID "(greeting): 220 ns1\nEHLO me: 250 ns1\n"

/* ---- commands and replies ---- */

START_TEST(replies_keep_their_lines)
{
	play_test(PROTOCOL_SMTP, "S: 220-one\nS: 220 two\nC: EHLO me\nS: 250-ns1\nS: 250-PIPELINING\nS: 250 8BITMIME\n",
		  "(greeting): 220 one|two\nEHLO me: 250 ns1|PIPELINING|8BITMIME\n");
}
END_TEST

/* A reply of very many lines takes no more memory than its text, about. */
START_TEST(a_long_reply_is_kept_once)
{
	struct player p;
	struct buffer script = {0};
	const struct reply *r;

	play_begin(&p, PROTOCOL_SMTP, false);
	buffer_append_text(&script, HELLO "C: NOOP\n");
	for (int i = 0; i < 12000; i++)
		buffer_append_text(&script, "S: 250-\n");
	buffer_append_text(&script, "S: 250 ok\nC: NOOP\nS: 250-1\nS: 250-2\nS: 250 3\n");
	buffer_append_byte(&script, '\0');
	play_script(&p, (const char *)script.data, true);
	r = session_command(p.session, 2)->replies;
	ck_assert_uint_eq(r->line_count, 12001);
	ck_assert_uint_eq(r->text_len, 12002);
	ck_assert_uint_eq(r->text[0], '\n');
	ck_assert_uint_eq(r->text[12001], 'k');
	ck_assert(slice_equals(reply_text(session_command(p.session, 3)->replies), slice_from_text("1\n2\n3")));
	ck_assert_uint_le(p.session->arena.held, 256 * 1024);
	buffer_fini(&script);
	play_end(&p);
}
END_TEST

/* Wherever in a reply a secret is said first: what is shown and what was said grow apart from there. */
START_TEST(a_reply_is_kept_as_said_and_as_shown)
{
	struct player p;
	struct buffer script = {0};
	struct buffer said = {0};
	struct buffer shown = {0};
	const struct reply *r;

	play_begin(&p, PROTOCOL_SMTP, false);
	buffer_append_text(&script, HELLO "C: AUTH PLAIN AGEAc2VjcmV0MTIz\n");
	for (int i = 0; i < 20; i++) {
		bool is_secret = i == _i || i == 15;

		buffer_printf(&script, "S: 535%c%s line %d\n", i < 19 ? '-' : ' ', is_secret ? "secret123" : "plain",
			      i);
		buffer_printf(&said, "%s%s line %d", i > 0 ? "\n" : "", is_secret ? "secret123" : "plain", i);
		buffer_printf(&shown, "%s%s line %d", i > 0 ? "\n" : "", is_secret ? MASK_TEXT : "plain", i);
	}
	buffer_append_byte(&script, '\0');
	play_script(&p, (const char *)script.data, true);
	r = session_command(p.session, 2)->replies;
	ck_assert(slice_equals(reply_said(p.session, r, true), buffer_slice(&said)));
	ck_assert(slice_equals(reply_said(p.session, r, false), buffer_slice(&shown)));
	buffer_fini(&script);
	buffer_fini(&said);
	buffer_fini(&shown);
	play_end(&p);
}
END_TEST

START_TEST(the_last_line_gives_a_reply_its_code)
{
	struct player p;
	const struct reply *r;

	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, "S: 220-one\nS: 521 5.7.1 two\nC: EHLO me\nS: 250-2.0.0 ns1\nS: 421 going\n", true);
	play_expect(&p, "(greeting): 521 one|5.7.1 two\nEHLO me: 421 2.0.0 ns1|going\n");
	r = session_command(p.session, 0)->replies;
	ck_assert(slice_equals(slice_of(r->enhanced, r->enhanced_len), slice_from_text("5.7.1")));
	ck_assert_ptr_null(r->next);
	ck_assert_uint_eq(session_command(p.session, 1)->replies->enhanced_len, 0);
	ck_assert_uint_eq(p.session->failed_index, 1);
	play_end(&p);
}
END_TEST

START_TEST(commands_have_times_and_packets)
{
	struct player p;
	const struct command *c;

	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, "S: 220 ns1\nC| EH\nS#\nC: LO me\n", true);
	c = session_command(p.session, 0);
	ck_assert_uint_eq(c->packet, 0);
	ck_assert_uint_eq(c->replies->packet, 1);
	c = session_command(p.session, 1);
	ck_assert_uint_eq(c->packet, 4);
	ck_assert_int_eq(c->time_ns, PLAY_START_NS + 3 * CLOCK_NS_PER_MS);
	ck_assert_uint_eq(c->begin, 0);
	ck_assert_ptr_null(session_command(p.session, 2));
	play_end(&p);
}
END_TEST

START_TEST(a_reply_has_the_packet_of_its_first_byte)
{
	struct player p;
	const struct reply *r;

	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, "S: 220 ns1\nC: EHLO me\nS| 250-ns1\\r\\n25\nC| \nS| 0 2.1.5 ok\\r\\n\n", true);
	r = session_command(p.session, 1)->replies;
	ck_assert_uint_eq(r->packet, 3);
	ck_assert_uint_eq(r->line_count, 2);
	ck_assert(r->whole);
	ck_assert(reply_is_positive(r));
	play_end(&p);
}
END_TEST

START_TEST(pipelined_commands_are_reported_when_answered)
{
	struct player p;

	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, HELLO "C: NOOP 1\nC: NOOP 2\nC: NOOP 3\nS: 250 one\n", false);
	play_expect(&p, HELLO_SAID "NOOP 1: 250 one\n");
	play_script(&p, "S: 250 two\nS: 500 three\n", false);
	play_expect(&p, "NOOP 2: 250 two\nNOOP 3: 500 three\n");
	ck_assert_uint_eq(p.session->failed_index, 4);
	play_end(&p);
}
END_TEST

/* An event of the command with this number: that it was said, or its only reply. */
static void tell(struct player *p, uint32_t index, const char *verb, const char *code)
{
	struct dialogue_event e = {
		.kind = code == NULL ? DIALOGUE_COMMAND : DIALOGUE_REPLY, .index = index, .last = true};
	struct stamp now = {.time_ns = PLAY_START_NS, .packet = 1};

	if (code == NULL)
		e.verb = slice_from_text(verb);
	else
		e.code = e.text = slice_from_text(code);
	session_apply(p->session, &e, &now, &now, &p->observers);
}

/* A reply gives up what was said before, unless replies name their commands. */
START_TEST(tagged_replies_come_in_any_order)
{
	bool is_tagged = _i == 1;
	struct player p;

	play_begin(&p, is_tagged ? PROTOCOL_IMAP : PROTOCOL_SMTP, false);
	tell(&p, 0, "ONE", NULL);
	tell(&p, 1, "TWO", NULL);
	tell(&p, 2, "THREE", NULL);
	tell(&p, 1, NULL, "250");
	play_expect(&p, is_tagged ? "TWO: 250 250\n" : "ONE: (none)\nTWO: 250 250\n");
	tell(&p, 0, NULL, "251");
	play_expect(&p, is_tagged ? "ONE: 251 251\n" : "");
	session_finish(p.session, &p.observers);
	play_expect(&p, "THREE: (none)\n");
	play_end(&p);
}
END_TEST

START_TEST(what_is_never_answered_is_reported_at_the_end)
{
	struct player p;

	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, HELLO "C: NOOP\nC: QUI\n", false);
	play_expect(&p, HELLO_SAID);
	play_script(&p, "C| HALF A LI\n", true);
	play_expect(&p, "NOOP: (none)\nQUI: (none)\n");
	ck_assert(slice_equals(p.session->unfinished, slice_from_text("HALF A LI")));
	ck_assert(p.session->over);
	play_end(&p);
}
END_TEST

START_TEST(what_was_passed_over_is_reported_before_it_is_forgotten)
{
	struct player p;

	play_begin(&p, PROTOCOL_SMTP, false);
	p.forget = true;
	play_script(
		&p,
		"S: 220 ns1\nC: EHLO me\nS| 250-ns1\\r\\n250-PIPE\nS~ 40\nC: NOPE\nS: 500 no\nC: QUIT\nS: 221 bye\n",
		true);
	play_expect(&p, "(greeting): 220 ns1\nEHLO me: 250 ns1|PIPE\nNOPE: 500 no\nQUIT: 221 bye\n");
	ck_assert_uint_gt(p.forgotten, 1);
	play_end(&p);
}
END_TEST

static const struct script_vector unfinished[] = {
	{"a command", PROTOCOL_SMTP, false, HELLO "C| MAIL FROM:<a@b\n", "MAIL FROM:<a@b"},
	{"a password", PROTOCOL_POP3, false, "S: +OK\nC: USER bob\nS: +OK\nC| PASS secr\n", "PASS ********"},
	{"a digest", PROTOCOL_POP3, false, "S: +OK <1@x>\nC| apop bob 0123\n", "apop ********"},
	{"an initial response", PROTOCOL_SMTP, false, HELLO "C| AUTH PLAIN AGJv\n", "AUTH ********"},
	{"a line of a login", PROTOCOL_SMTP, false, HELLO "C: AUTH LOGIN\nS: 334 UGFz\nC| c2Vj cmV0\n", "********"},
};

START_TEST(an_unfinished_line_shows_no_secret)
{
	struct player p;

	play_begin(&p, unfinished[_i].protocol, false);
	play_script(&p, unfinished[_i].script, true);
	ck_assert_msg(slice_equals(p.session->unfinished, slice_from_text(unfinished[_i].said)), "%s: %.*s",
		      unfinished[_i].name, (int)p.session->unfinished.len, (const char *)p.session->unfinished.data);
	play_end(&p);
}
END_TEST

START_TEST(enhanced_codes_are_kept_with_their_reply)
{
	struct player p;
	const struct reply *r;

	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, HELLO "C: MAIL FROM:<a@b>\nS: 550 5.7.1 not you\n", true);
	r = session_command(p.session, 2)->last_reply;
	ck_assert(slice_equals(slice_of(r->enhanced, r->enhanced_len), slice_from_text("5.7.1")));
	ck_assert(slice_equals(reply_text(r), slice_from_text("5.7.1 not you")));
	ck_assert(!reply_is_positive(r));
	play_end(&p);
}
END_TEST

START_TEST(a_reply_without_end_has_a_limit)
{
	struct player p;
	const struct reply *r;
	struct buffer line = {0};

	for (int i = 0; i < 1000; i++)
		buffer_printf(&line, "S: 250-line %d of an answer that does not end\n", i);
	buffer_append_byte(&line, '\0');
	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, "S: 220 ns1\nC: EHLO me\n", false);
	for (int i = 0; i < 5; i++)
		play_script(&p, (const char *)line.data, false);
	play_script(&p, "S: 250 end\n", true);
	r = session_command(p.session, 1)->replies;
	ck_assert_uint_le(r->text_len, SESSION_REPLY_TEXT_MAX);
	ck_assert(r->whole);
	ck_assert_ptr_null(r->next);
	buffer_fini(&line);
	play_end(&p);
}
END_TEST

START_TEST(lines_of_a_reply_are_taken_off_one_by_one)
{
	struct slice rest = slice_from_text("one\n\ntwo");
	struct slice line;
	bool started = false;

	ck_assert(reply_next_line(&rest, &started, &line) && slice_equals(line, slice_from_text("one")));
	ck_assert(reply_next_line(&rest, &started, &line) && line.len == 0);
	ck_assert(reply_next_line(&rest, &started, &line) && slice_equals(line, slice_from_text("two")));
	ck_assert(!reply_next_line(&rest, &started, &line));
	rest = slice_of(NULL, 0);
	started = false;
	ck_assert(reply_next_line(&rest, &started, &line) && line.len == 0);
	ck_assert(!reply_next_line(&rest, &started, &line));
}
END_TEST

/* ---- logins ---- */

static const struct script_vector logins[] = {
	{"AUTH LOGIN", PROTOCOL_SMTP, false,
	 HELLO "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: Ym9i\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 ok\n",
	 HELLO_SAID "AUTH LOGIN: 235 ok {LOGIN bob/secret ok}\n"},
	{"AUTH PLAIN at once", PROTOCOL_SMTP, false, HELLO "C: AUTH PLAIN AGJvYgBzZWNyZXQ=\nS: 535 5.7.8 no\n",
	 HELLO_SAID "AUTH PLAIN AGJvYgBzZWNyZXQ=: 535 5.7.8 no {PLAIN bob/secret refused}\n"},
	{"AUTH that is taken back", PROTOCOL_SMTP, false,
	 HELLO "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: *\nS: 501 cancelled\n",
	 HELLO_SAID "AUTH LOGIN: 501 cancelled {LOGIN ?/ refused}\n"},
	{"USER and PASS", PROTOCOL_POP3, false, "S: +OK\nC: USER bob\nS: +OK\nC: PASS my secret\nS: -ERR no\n",
	 "(greeting): +OK \nUSER bob: +OK \nPASS my secret: -ERR no {USER bob/my secret refused}\n"},
	{"APOP", PROTOCOL_POP3, false, "S: +OK <1@x>\nC: APOP bob c4c9334bac560ecc979e58001b3e22fb\nS: +OK in\n",
	 "(greeting): +OK <1@x>\nAPOP bob c4c9334bac560ecc979e58001b3e22fb: +OK in "
	 "{APOP bob/c4c9334bac560ecc979e58001b3e22fb ok}\n"},
	{"the second PASS is of the second USER", PROTOCOL_POP3, false,
	 "S: +OK\nC: USER bob\nS: +OK\nC: PASS a\nS: -ERR\nC: USER eve\nS: +OK\nC: PASS b\nS: +OK\n",
	 "(greeting): +OK \nUSER bob: +OK \nPASS a: -ERR  {USER bob/a refused}\nUSER eve: +OK \n"
	 "PASS b: +OK  {USER eve/b ok}\n"},
	{"a PASS without an answer is a login that failed", PROTOCOL_POP3, false,
	 "S: +OK\nC: USER bob\nS: +OK\nC: PASS a\n",
	 "(greeting): +OK \nUSER bob: +OK \nPASS a: (none) {USER bob/a refused}\n"},
};

START_TEST(logins_are_read)
{
	play_test(logins[_i].protocol, logins[_i].script, logins[_i].said);
}
END_TEST

START_TEST(the_user_is_who_got_in)
{
	struct player p;

	play_begin(&p, PROTOCOL_POP3, false);
	play_script(&p, logins[5].script, true);
	ck_assert(slice_equals(p.session->user, slice_from_text("eve")));
	play_end(&p);
}
END_TEST

/* The bytes of the client's stream that are marked as secret, in order. */
static void expect_secrets(const struct player *p, const char *expected)
{
	struct buffer found = {0};
	struct slice stream = buffer_slice(&p->stream[SIDE_CLIENT]);

	for (size_t at = 0; at < stream.len; at++)
		for (const struct session_secret *s = p->session->secrets; s != NULL; s = s->next)
			if (at >= s->begin && at < s->end && stream.data[at] > 0x20) {
				buffer_append_byte(&found, stream.data[at]);
				break;
			}
	buffer_append_byte(&found, '\0');
	ck_assert_str_eq((const char *)found.data, expected);
	buffer_fini(&found);
}

static const struct {
	const char *script;
	enum protocol protocol;
	const char *secrets;
} secrets[] = {
	{HELLO "C: AUTH PLAIN AGJvYgBzZWNyZXQ=\nS: 235 ok\nC: NOOP\nS: 250\n", PROTOCOL_SMTP, "AGJvYgBzZWNyZXQ="},
	{HELLO "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: Ym9i\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 ok\n",
	 PROTOCOL_SMTP, "c2VjcmV0"},
	{"S: +OK\nC: USER bob\nS: +OK\nC: PASS my secret\nS: +OK\n", PROTOCOL_POP3, "mysecret"},
	{"S: +OK <1@x>\nC: APOP bob 0123\nS: +OK\n", PROTOCOL_POP3, "0123"},
	{HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\n", PROTOCOL_SMTP, ""},
	{HELLO "C: AUTH LOGIN\nS: 504 no\nC: Ym9i\nS: 500 what\nC: NOOP\nS: 250\n", PROTOCOL_SMTP, "Ym9i"},
	{HELLO "C: AUTH LOGIN Ym9i\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 ok\n", PROTOCOL_SMTP, "c2VjcmV0"},
	{"S: +OK\nC:  pass\\x09 secret \nS: +OK\nC: STAT\nS: +OK 0 0\n", PROTOCOL_POP3, "secret"},
	{"S: +OK\nC| PASS sec\nC~ 3\nC: t\nC: STAT\nS: +OK\nS: +OK 0 0\n", PROTOCOL_POP3, "sec???t"},
	{"S: +OK <1@x>\nC: APOP\\x09bob\\x090123\nS: +OK\n", PROTOCOL_POP3, "0123"},
};

START_TEST(the_places_of_secrets_are_known)
{
	struct player p;

	play_begin(&p, secrets[_i].protocol, false);
	play_script(&p, secrets[_i].script, true);
	expect_secrets(&p, secrets[_i].secrets);
	play_end(&p);
}
END_TEST

/* ---- listings ---- */

/* What a server repeats so often that looking for it would take long: the rest is hidden, whatever it is. */
START_TEST(a_long_echo_is_hidden_at_last)
{
	static const struct {
		const char *piece;
		const char *end; /* says the password, "hunter22", again */
	} rows[] = {
		{"hunter22 so ", "hunter22"},
		{"ab ", "68 75 6e 74 65 72 32 32"},
		{"%ab", " aHVudGVyMjI="},
	};
	struct buffer script = {0};
	const struct command *c;
	struct slice text;
	struct player p;

	buffer_append_text(&script, HELLO "C: AUTH PLAIN AGJvYgBodW50ZXIyMg==\nS: 535 no\nC: MAIL FROM:<a@b>\nS: 550 ");
	for (size_t len = 0; len < 15000; len += strlen(rows[_i].piece))
		buffer_append_text(&script, rows[_i].piece);
	buffer_append_text(&script, rows[_i].end);
	buffer_append_text(&script, "\n");
	buffer_append_byte(&script, '\0');
	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, (const char *)script.data, true);
	c = session_command(p.session, 3);
	text = reply_text(c->replies);
	ck_assert_uint_gt(text.len, strlen(MASK_TEXT));
	ck_assert_uint_lt(text.len, 15100);
	ck_assert(slice_equals(slice_after(text, text.len - strlen(MASK_TEXT)), slice_from_text(MASK_TEXT)));
	ck_assert_ptr_null(memmem(text.data, text.len, "hunter22", 8));
	play_end(&p);
	buffer_fini(&script);
}
END_TEST

START_TEST(a_listing_is_reported_with_its_lines)
{
	struct player p;

	play_begin(&p, PROTOCOL_POP3, false);
	play_script(&p, "S: +OK\nC: LIST\nS: +OK 2 messages\nS: 1 100\n", false);
	play_expect(&p, "(greeting): +OK \n");
	play_script(&p, "S: 2 200\nS: .\nC: CAPA\nS: +OK\nS: TOP\nS: .\nC: QUIT\nS: +OK\n", true);
	play_expect(&p, "LIST: +OK 2 messages / 1 100 / 2 200\nCAPA: +OK  / TOP\nQUIT: +OK \n");
	play_end(&p);
}
END_TEST

START_TEST(lines_beyond_the_limit_are_counted)
{
	struct player p;
	struct buffer script = {0};
	const struct command_extra *extra;
	uint32_t kept = 0;

	for (int i = 1; i <= SESSION_LINES_MAX + 50; i++)
		buffer_printf(&script, "S: %d u%d\n", i, i);
	buffer_append_byte(&script, '\0');
	play_begin(&p, PROTOCOL_POP3, false);
	play_script(&p, "S: +OK\nC: UIDL\nS: +OK\n", false);
	play_script(&p, (const char *)script.data, false);
	play_script(&p, "S: .\n", true);
	extra = session_command(p.session, 1)->extra;
	for (const struct session_line *l = extra->lines; l != NULL; l = l->next)
		kept++;
	ck_assert_uint_eq(kept, SESSION_LINES_MAX);
	ck_assert_uint_eq(extra->line_count, SESSION_LINES_MAX + 50);
	ck_assert_uint_eq(session_mailbox(p.session)->list_count, SESSION_LINES_MAX);
	buffer_fini(&script);
	play_end(&p);
}
END_TEST

START_TEST(a_uid_list_with_wild_numbers_costs_little)
{
	struct player p;

	play_begin(&p, PROTOCOL_POP3, false);
	play_script(&p,
		    "S: +OK\nC: UIDL\nS: +OK\nS: 4294967295 a\nS: 0 b\nS: x c\nS: 99999999999999999999 d\nS: 3 e\n"
		    "S: .\n",
		    true);
	ck_assert_uint_eq(session_mailbox(p.session)->list_count, 3);
	ck_assert(slice_equals(session_mailbox(p.session)->list[2].uid, slice_from_text("e")));
	play_end(&p);
}
END_TEST

/* ---- encryption, notes, forgetting ---- */

START_TEST(tls_is_noted_with_its_place)
{
	struct player p;

	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, HELLO "C: STARTTLS\nS: 220 go\nC| \\x16\\x03\\x01\\x02\\x00\\x01\\x00\n", true);
	ck_assert(p.session->tls);
	ck_assert_uint_eq(p.session->tls_begin[SIDE_CLIENT], 19);
	play_expect(&p, HELLO_SAID "STARTTLS: 220 go\n");
	play_end(&p);
}
END_TEST

START_TEST(oddities_leave_a_note)
{
	struct player p;

	play_begin(&p, PROTOCOL_SMTP, false);
	play_script(&p, "S: 220 ns1\nC| EHLO me\\n\nS: 250 ns1\n", true);
	ck_assert(p.session->notes & 1U << DIALOGUE_NOTE_BARE_LF);
	ck_assert(!(p.session->notes & 1U << DIALOGUE_NOTE_NUL));
	play_end(&p);
}
END_TEST

START_TEST(forgetting_changes_nothing_that_is_reported)
{
	static const char script[] =
		HELLO "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: Ym9i\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 ok\n"
		      "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Hi\nC: .\n"
		      "S: 250 ok\nC: MAIL FROM:<e@f>\nS: 250 ok\nC: RCPT TO:<g@h>\nS: 550 no\nC: RSET\nS: 250 ok\n"
		      "C: QUIT\nS: 221 bye\n";
	struct player whole;
	struct player forgetful;

	play_begin(&whole, PROTOCOL_SMTP, false);
	play_begin(&forgetful, PROTOCOL_SMTP, false);
	forgetful.forget = true;
	play_script(&whole, script, true);
	play_script(&forgetful, script, true);
	ck_assert_uint_ge(forgetful.forgotten, 6);
	buffer_append_byte(&whole.out, '\0');
	buffer_append_byte(&forgetful.out, '\0');
	ck_assert_str_eq((const char *)forgetful.out.data, (const char *)whole.out.data);
	ck_assert_uint_eq(forgetful.session->first_index + forgetful.session->command_count,
			  whole.session->command_count);
	ck_assert_uint_eq(forgetful.session->mails_total, 2);
	ck_assert(slice_equals(forgetful.session->user, slice_from_text("bob")));
	ck_assert_uint_lt(session_memory(forgetful.session), session_memory(whole.session));
	play_end(&whole);
	play_end(&forgetful);
}
END_TEST

START_TEST(what_goes_on_is_not_forgotten)
{
	struct player p;

	play_begin(&p, PROTOCOL_SMTP, false);
	ck_assert(!session_forget(p.session));
	play_script(&p, HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\n", false);
	ck_assert(!session_forget(p.session));
	play_script(&p, "C: RSET\nS: 250 ok\nC: NOOP\n", false);
	ck_assert(!session_forget(p.session));
	play_script(&p, "S: 250 ok\n", false);
	ck_assert(session_forget(p.session));
	ck_assert(!session_forget(p.session));
	ck_assert_uint_eq(p.session->first_index, 5);
	ck_assert_ptr_null(session_command(p.session, 2));
	play_end(&p);
}
END_TEST

START_TEST(pop3_remembers_until_its_end)
{
	struct player p;

	play_begin(&p, PROTOCOL_POP3, false);
	play_script(&p, "S: +OK\nC: RETR 1\nS: +OK\nS: Hi\nS: .\n", false);
	ck_assert(!session_forget(p.session));
	play_end(&p);
}
END_TEST

START_TEST(names_are_those_of_the_records)
{
	ck_assert_str_eq(mail_outcome_name(MAIL_RETRIEVED_OUTCOME), "retrieved");
	ck_assert_str_eq(mail_outcome_name(MAIL_UNANSWERED), "unanswered");
	ck_assert_str_eq(mail_direction_name(MAIL_PREVIEWED), "previewed");
	ck_assert_str_eq(session_state_name(SESSION_NO_ANSWER), "no-answer");
	ck_assert_str_eq(session_handshake_name(SESSION_HANDSHAKE_MIDSTREAM), "midstream");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, replies_keep_their_lines);
	tcase_add_test(t, a_long_reply_is_kept_once);
	tcase_add_loop_test(t, a_reply_is_kept_as_said_and_as_shown, 0, 20);
	tcase_add_test(t, the_last_line_gives_a_reply_its_code);
	tcase_add_test(t, commands_have_times_and_packets);
	tcase_add_test(t, a_reply_has_the_packet_of_its_first_byte);
	tcase_add_test(t, pipelined_commands_are_reported_when_answered);
	tcase_add_loop_test(t, tagged_replies_come_in_any_order, 0, 2);
	tcase_add_test(t, what_is_never_answered_is_reported_at_the_end);
	tcase_add_test(t, what_was_passed_over_is_reported_before_it_is_forgotten);
	tcase_add_loop_test(t, an_unfinished_line_shows_no_secret, 0, sizeof(unfinished) / sizeof(unfinished[0]));
	tcase_add_test(t, enhanced_codes_are_kept_with_their_reply);
	tcase_add_test(t, a_reply_without_end_has_a_limit);
	tcase_add_test(t, lines_of_a_reply_are_taken_off_one_by_one);
	tcase_add_loop_test(t, logins_are_read, 0, sizeof(logins) / sizeof(logins[0]));
	tcase_add_test(t, the_user_is_who_got_in);
	tcase_add_loop_test(t, the_places_of_secrets_are_known, 0, sizeof(secrets) / sizeof(secrets[0]));
	tcase_add_test(t, a_listing_is_reported_with_its_lines);
	tcase_add_test(t, lines_beyond_the_limit_are_counted);
	tcase_add_test(t, a_uid_list_with_wild_numbers_costs_little);
	tcase_add_test(t, tls_is_noted_with_its_place);
	tcase_add_test(t, oddities_leave_a_note);
	tcase_add_test(t, forgetting_changes_nothing_that_is_reported);
	tcase_add_loop_test(t, a_long_echo_is_hidden_at_last, 0, 3);
	tcase_add_test(t, what_goes_on_is_not_forgotten);
	tcase_add_test(t, pop3_remembers_until_its_end);
	tcase_add_test(t, names_are_those_of_the_records);
}
