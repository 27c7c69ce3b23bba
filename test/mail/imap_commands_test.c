#include "mail/session_imap.h"

#include "../main.h"
#include "mail/mask.h"
#include "play.h"

#define GREETING      "S: * OK hi\n"
#define GREETING_SAID "(greeting): OK hi\n"

static const struct script_vector vectors[] = {
	{"tags, in any order", PROTOCOL_IMAP, false, GREETING "C: a1 NOOP\nC: a2 CHECK\nS: a2 OK two\nS: a1 BAD one\n",
	 GREETING_SAID "a2 CHECK: OK two\na1 NOOP: BAD one\n"},
	{"untagged answers are counted under the oldest command", PROTOCOL_IMAP, false,
	 GREETING
	 "C: a1 NOOP\nC: a2 NOOP\nS: * 3 EXISTS\nS: * 1 FETCH (FLAGS ())\nS: * 2 FETCH (FLAGS ())\nS: a1 OK done\n"
	 "S: * XYZZY what\nS: * LIST () \"/\" {3}\nS| a b\nS: \nS: a2 OK done\n",
	 GREETING_SAID "a1 NOOP: OK done [EXISTS 1, FETCH 2] / 3 EXISTS\n"
		       "a2 NOOP: OK done [OTHER 1, LIST 1] / XYZZY what / LIST () \"/\" {3}\n"},
	{"what nobody asked for", PROTOCOL_IMAP, false,
	 GREETING "S: * 3 EXISTS\nS: * OK [ALERT] soon\nC: a1 NOOP\nS: x9 OK what\nS: a1 OK done\n",
	 GREETING_SAID "(unsolicited): EXISTS  / 3 EXISTS\n(unsolicited): OK [ALERT] soon\n"
		       "x9 (unsolicited): OK what\na1 NOOP: OK done\n"},
	{"literals", PROTOCOL_IMAP, false,
	 GREETING "C: a1 SEARCH CHARSET UTF-8 SUBJECT {6}\nS: + go\nC| \xe4\xbd\xa0\xe5\xa5\xbd\nC:  BODY {2+}\nC| "
		  "ab\nC:  ALL \n"
		  "S: * SEARCH 1 2\nS: a1 OK done\n",
	 GREETING_SAID
	 "a1 SEARCH CHARSET UTF-8 SUBJECT {6} BODY {2+} ALL: OK done {6 \\xe4\\xbd\\xa0\\xe5\\xa5\\xbd} {2 ab} +1 "
	 "[SEARCH 1] / SEARCH 1 2\n"},
	{"a literal that is refused", PROTOCOL_IMAP, false,
	 GREETING "C: a1 CREATE {6}\nS: a1 NO too long\nC: a2 NOOP\nS: a2 OK done\n",
	 GREETING_SAID "a1 CREATE {6}: NO too long\na2 NOOP: OK done\n"},
	{"IDLE", PROTOCOL_IMAP, false, GREETING "C: a1 IDLE\nS: + idling\nS: * 4 EXISTS\nC: DONE\nS: a1 OK done\n",
	 GREETING_SAID "a1 IDLE: OK done +1 [EXISTS 1] / 4 EXISTS\n"},
	{"LOGIN", PROTOCOL_IMAP, false, GREETING "C: a1 LOGIN lee Lee-4411\nS: a1 OK in\n",
	 GREETING_SAID "a1 LOGIN lee Lee-4411: OK in {LOGIN lee/Lee-4411 ok}\n"},
	{"LOGIN, quoted", PROTOCOL_IMAP, false, GREETING "C: a1 LOGIN \"l\\\\\"ee\" \"a \\\\\\\\ b\"\nS: a1 NO no\n",
	 GREETING_SAID "a1 LOGIN \"l\\\"ee\" \"a \\\\ b\": NO no {LOGIN l\"ee/a \\ b refused}\n"},
	{"LOGIN, both literals", PROTOCOL_IMAP, false,
	 GREETING "C: a1 LOGIN {3}\nS: + go\nC| lee\nC:  {8+}\nC| Lee-4411\nC: \nS: a1 OK in\n",
	 GREETING_SAID "a1 LOGIN {3} {8+}: OK in {LOGIN lee/Lee-4411 ok} {3 lee} {8 Lee-4411} +1\n"},
	{"LOGIN, the user a literal and the password empty", PROTOCOL_IMAP, false,
	 GREETING "C: a1 LOGIN {3+}\nC| lee\nC:  \"\"\nS: a1 NO no\n",
	 GREETING_SAID "a1 LOGIN {3+} \"\": NO no {LOGIN lee/ refused} {3 lee}\n"},
	{"LOGIN that is refused at its literal", PROTOCOL_IMAP, false,
	 GREETING "C: a1 LOGIN lee {8}\nS: a1 NO [PRIVACYREQUIRED] no\n",
	 GREETING_SAID "a1 LOGIN lee {8}: NO [PRIVACYREQUIRED] no {LOGIN lee/ refused}\n"},
	{"LOGIN with brackets in its password", PROTOCOL_IMAP, false, GREETING "C: a1 LOGIN lee (pa)s\nS: a1 OK in\n",
	 GREETING_SAID "a1 LOGIN lee (pa)s: OK in {LOGIN lee/(pa)s ok}\n"},
	{"AUTHENTICATE PLAIN", PROTOCOL_IMAP, false,
	 GREETING "C: a1 AUTHENTICATE PLAIN\nS: + \nC: AGxlZQBMZWUtNDQxMQ==\nS: * CAPABILITY IMAP4rev1\nS: a1 OK in\n",
	 GREETING_SAID
	 "a1 AUTHENTICATE PLAIN: OK in {PLAIN lee/Lee-4411 ok} +1 [CAPABILITY 1] / CAPABILITY IMAP4rev1\n"},
	{"AUTHENTICATE with an initial response", PROTOCOL_IMAP, false,
	 GREETING "C: a1 authenticate plain AGxlZQBMZWUtNDQxMQ==\nS: a1 NO [AUTHENTICATIONFAILED] no\n",
	 GREETING_SAID "a1 AUTHENTICATE plain AGxlZQBMZWUtNDQxMQ==: NO [AUTHENTICATIONFAILED] no "
		       "{plain lee/Lee-4411 refused}\n"},
	{"AUTHENTICATE, cancelled", PROTOCOL_IMAP, false,
	 GREETING "C: a1 AUTHENTICATE LOGIN\nS: + VXNlcm5hbWU6\nC: *\nS: a1 BAD cancelled\n",
	 GREETING_SAID "a1 AUTHENTICATE LOGIN: BAD cancelled {LOGIN ?/ refused} +1\n"},
	{"SCRAM has no secret", PROTOCOL_IMAP, false,
	 GREETING "C: a1 AUTHENTICATE SCRAM-SHA-1 bixhPXgsbj1sPTJDZWUscj1hYmM=\nS: + cj1hYmNkLHM9YWE9PSxpPTQwOTY=\n"
		  "C: Yz1iaXdzLHI9YWJjZCxwPWFiY2RlZmdoaWprbA==\nS: + dj1hYmNkZWY=\nC: \nS: a1 OK in\n",
	 GREETING_SAID "a1 AUTHENTICATE SCRAM-SHA-1 bixhPXgsbj1sPTJDZWUscj1hYmM=: OK in {SCRAM-SHA-1 l,ee/ ok} +2\n"},
	{"EXTERNAL, nobody named", PROTOCOL_IMAP, false, GREETING "C: a1 AUTHENTICATE EXTERNAL =\nS: a1 OK in\n",
	 GREETING_SAID "a1 AUTHENTICATE EXTERNAL =: OK in {EXTERNAL ?/ ok}\n"},
};

START_TEST(commands)
{
	const struct script_vector *v = &vectors[_i];

	play_test_pieces(v->protocol, v->midstream, v->script, v->said);
}
END_TEST

START_TEST(commands_with_gaps)
{
	play_test_gaps(vectors[_i].protocol, vectors[_i].script);
}
END_TEST

static const struct {
	const char *script;
	const char *shown;  /* arguments with secrets hidden */
	const char *stream; /* the client's, what is hidden as '*' */
} secrets[] = {
	{"C: a1 LOGIN lee Lee-4411\n", "lee ********", "a1 LOGIN lee **********"},
	{"C: a1 LOGIN \"lee\" \"Lee 4411\"\n", "lee ********", "a1 LOGIN \"lee\" ************"},
	{"C: a1 LOGIN \"l e\\\\\"e\" x\n", "l e\"e ********", "a1 LOGIN \"l e\\\"e\" ***"},
	{"C: a1 LOGIN {3}\nS: + go\nC| lee\nC:  {8}\nS: + go\nC| Lee-4411\nC: \n", "lee ********",
	 "a1 LOGIN {3}\r\nlee******"
	 "********"
	 "\r\n"},
	{"C: a1 LOGIN {3+}\nC| lee\nC:  Lee-4411\n", "lee ********", "a1 LOGIN {3+}\r\nlee***********"},
	{"C: a1 LOGIN lee {8+}\nC| Lee-4411\nC: \n", "lee ********", "a1 LOGIN lee {8+}\r\n********\r\n"},
	{"C: a1 LOGIN Lee-4411\n", "********", "a1 LOGIN **********"},
	{"C: a1 LOGIN \"lee Lee-4411\n", "********", "a1 LOGIN ***************"},
	{"C: a1 AUTHENTICATE PLAIN AGxlZQBMZWUtNDQxMQ==\n", "PLAIN ********",
	 "a1 AUTHENTICATE PLAIN **********************"},
	{"C: a1 AUTHENTICATE PLAIN\nS: + \nC: AGxlZQBMZWUtNDQxMQ==\n", "PLAIN",
	 "a1 AUTHENTICATE PLAIN\r\n**********************"},
	{"C: LOGIN lee {8+}\nC| Lee-4411\nC: \n", "********", "LOGIN ******************\r\n"},
};

static void hide_places(const struct session *s, enum side side, struct buffer *stream)
{
	for (const struct session_secret *secret = s->secrets; secret != NULL; secret = secret->next)
		for (uint64_t at = secret->begin; secret->side == side && at < secret->end && at < stream->len; at++)
			stream->data[at] = '*';
}

START_TEST(secrets_are_hidden)
{
	struct buffer shown = {0};
	struct player p;

	play_begin(&p, PROTOCOL_IMAP, false);
	play_script(&p, GREETING, false);
	play_script(&p, secrets[_i].script, false);
	mask_arguments(session_command(p.session, 1), false, &shown);
	buffer_append_byte(&shown, '\0');
	ck_assert_str_eq((const char *)shown.data, secrets[_i].shown);
	hide_places(p.session, SIDE_CLIENT, &p.stream[SIDE_CLIENT]);
	buffer_append_byte(&p.stream[SIDE_CLIENT], '\0');
	ck_assert_str_eq((const char *)p.stream[SIDE_CLIENT].data, secrets[_i].stream);
	buffer_fini(&shown);
	play_end(&p);
}
END_TEST

static const struct {
	const char *client;
	const char *server;
	const char *shown; /* the server's stream, what is hidden as '*' */
} echoes[] = {
	{"C: a1 LOGIN lee Kim-4411\n", "S: a1 BAD what: LOGIN lee Kim-4411\n", "a1 BAD what: LOGIN lee ********"},
	{"C: a1 LOGIN lee \"Lee 4411\"\n", "S: * BAD what: Lee 4411\n", "* BAD what: ********"},
	{"C: a1 LOGIN {3+}\nC| lee\nC:  {8+}\nC| Lee-4411\nC: \n", "S: a1 NO no Lee-4411 here\n",
	 "a1 NO no ******** here"},
	{"C: a1 AUTHENTICATE PLAIN AGxlZQBMZWUtNDQxMQ==\n", "S: a1 BAD bad base64 AGxlZQBMZWUtNDQxMQ==\n",
	 "a1 BAD bad base64 ********************"},
	{"C: LOGIN lee Kim-4411\n", "S: LOGIN BAD what: Kim-4411\n", "LOGIN BAD what: ********"},
	{"C~ 22\n", "S: a1 BAD what: LOGIN lee Kim-4411\n", "a1 BAD what: LOGIN ************"},
};

START_TEST(what_the_server_repeats_is_hidden)
{
	struct player p;
	size_t greeting_len;

	play_begin(&p, PROTOCOL_IMAP, false);
	play_script(&p, GREETING, false);
	greeting_len = p.stream[SIDE_SERVER].len;
	play_script(&p, echoes[_i].client, false);
	play_script(&p, echoes[_i].server, false);
	hide_places(p.session, SIDE_SERVER, &p.stream[SIDE_SERVER]);
	p.stream[SIDE_SERVER].len -= 2;
	buffer_append_byte(&p.stream[SIDE_SERVER], '\0');
	ck_assert_str_eq((const char *)p.stream[SIDE_SERVER].data + greeting_len, echoes[_i].shown);
	play_end(&p);
}
END_TEST

START_TEST(a_command_waits_from_its_last_byte)
{
	const struct command *c;
	struct player p;

	play_begin(&p, PROTOCOL_IMAP, false);
	play_script(&p,
		    GREETING "C: a1 SEARCH SUBJECT {2}\nS: + go\nC| ab\nC: \nS: * SEARCH\nS: a1 OK done\n"
			     "C: a2 IDLE\nS: + idling\nS: * 1 EXISTS\nC: DONE\nS: a2 OK done\n",
		    true);
	c = session_command(p.session, 1);
	ck_assert_uint_eq(c->packet, 4);
	ck_assert_int_eq(c->time_ns, PLAY_START_NS + 3 * CLOCK_NS_PER_MS);
	ck_assert_int_eq(session_imap_asked_ns(c), c->time_ns);
	ck_assert_uint_eq(session_imap_command(c)->first_reply.packet, 5);
	c = session_command(p.session, 2);
	ck_assert_uint_eq(c->packet, 6);
	ck_assert_uint_eq(session_imap_command(c)->done.packet, 8);
	ck_assert_int_eq(session_imap_asked_ns(c), PLAY_START_NS + 7 * CLOCK_NS_PER_MS);
	play_end(&p);
}
END_TEST

static const struct {
	const char *script;
	const char *unfinished;
} unfinished[] = {
	{"C| a1 LOGIN bob secr\n", "********"},
	{"C: a1 LOGIN {3+}\nC| bob secr\n", "********"},
	{"C: a1 LOGIN bob {8+}\nC| secr\n", ""},
	{"C: a1 AUTHENTICATE PLAIN\nS: + \nC| AGxl\n", "********"},
	{"C| a1 SELE\n", "a1 SELE"},
};

START_TEST(what_never_ended_tells_no_secret)
{
	struct slice text;
	struct player p;

	play_begin(&p, PROTOCOL_IMAP, false);
	play_script(&p, GREETING, false);
	play_script(&p, unfinished[_i].script, true);
	text = p.session->unfinished;
	ck_assert_msg(slice_equals(text, slice_from_text(unfinished[_i].unfinished)), "%.*s", (int)text.len,
		      (const char *)text.data);
	hide_places(p.session, SIDE_CLIENT, &p.stream[SIDE_CLIENT]);
	ck_assert_ptr_null(memmem(p.stream[SIDE_CLIENT].data, p.stream[SIDE_CLIENT].len, "secr", 4));
	play_end(&p);
}
END_TEST

START_TEST(what_was_injected_means_nothing)
{
	struct player p;

	play_begin(&p, PROTOCOL_IMAP, false);
	play_script(&p,
		    GREETING
		    "C: a1 NOOP\nC: a2 STARTTLS\nC: a3 LOGIN evil pass\nS: a2 OK go\nC| \x16\x03\x01\x00\x05\x01\n",
		    false);
	play_expect(&p, GREETING_SAID "a2 STARTTLS: OK go\na3 LOGIN evil pass: (none)\n");
	ck_assert(session_command(p.session, 3)->injected);
	ck_assert_uint_eq(p.session->user.len, 0);
	play_finish(&p);
	play_expect(&p, "a1 NOOP: (none)\n");
	play_end(&p);
}
END_TEST

/* A thousand literals cost no more room than their bytes. */
START_TEST(what_is_kept_is_bounded)
{
	struct buffer script = {0};
	const struct command_imap *imap;
	struct player p;

	buffer_append_text(&script, GREETING "C: a1 SEARCH {1+}\n");
	for (int i = 0; i < 1000; i++)
		buffer_append_text(&script, "C| a\nC:  {1+}\n");
	buffer_append_text(&script, "C| a\nC: \n");
	for (int i = 0; i < 1000; i++)
		buffer_append_text(&script, "S: * SEARCH\n");
	buffer_append_text(&script, "S: a1 OK done\n");
	buffer_append_byte(&script, '\0');
	play_begin(&p, PROTOCOL_IMAP, false);
	play_script(&p, (const char *)script.data, true);
	imap = session_imap_command(session_command(p.session, 1));
	ck_assert_uint_eq(imap->literal_count, 1001);
	ck_assert_uint_eq(imap->data_count, 1000);
	ck_assert_uint_eq(imap->untagged_count, 1000);
	ck_assert_uint_lt(p.session->arena.held, 64 * 1024);
	play_end(&p);
	buffer_fini(&script);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, commands, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, commands_with_gaps, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, secrets_are_hidden, 0, sizeof(secrets) / sizeof(secrets[0]));
	tcase_add_loop_test(t, what_the_server_repeats_is_hidden, 0, sizeof(echoes) / sizeof(echoes[0]));
	tcase_add_test(t, a_command_waits_from_its_last_byte);
	tcase_add_loop_test(t, what_never_ended_tells_no_secret, 0, sizeof(unfinished) / sizeof(unfinished[0]));
	tcase_add_test(t, what_was_injected_means_nothing);
	tcase_add_test(t, what_is_kept_is_bounded);
}
