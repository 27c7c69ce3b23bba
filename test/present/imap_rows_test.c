/* What the screen says of sessions of IMAP. */
#include "../engine/wire.h"
#include "../main.h"
#include "present/mail_page.h"
#include "present/rows.h"
#include "present/rows_mail.h"

#define LOGIN "S: * OK [CAPABILITY IMAP4rev1] hi\nC: a1 LOGIN bob pw\nS: * CAPABILITY IMAP4rev1 IDLE\nS: a1 OK in\n"
#define SELECT                                                                                                         \
	"C: a2 SELECT INBOX\nS: * FLAGS (x)\nS: * 23 EXISTS\nS: * 0 RECENT\nS: * OK [UIDVALIDITY 3] x\nS: * OK "       \
	"[UIDNEXT 9] x\nS: a2 OK [READ-WRITE] done\n"
#define BYE "C: z LOGOUT\nS: * BYE bye\nS: z OK done\n"

static struct wire w;
static struct session_detail f;

static void setup(void)
{
	wire_init(&w, true);
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
	w.server_port = 143;
	f = (struct session_detail){.session = 0};
}

static void teardown(void)
{
	engine_finish(w.engine);
	session_detail_fini(&f);
	wire_fini(&w);
}

/* The row of the timeline whose text begins so. */
static struct snapshot_timeline_row find(const char *text)
{
	struct snapshot_timeline_row row;

	session_detail_update(&f, w.engine, 1);
	for (size_t i = 0; i < f.item_count; i++) {
		rows_timeline(&f, w.engine, i, false, &row);
		if (strncmp(row.text, text, strlen(text)) == 0)
			return row;
	}
	ck_abort_msg("no row: %s", text);
}

static bool has(const char *text, const char *words)
{
	return strstr(text, words) != NULL;
}

START_TEST(untagged_answers_stand_folded_under_their_command)
{
	struct snapshot_timeline_row row;

	wire_play(&w, LOGIN SELECT "C: a3 SEARCH ALL\nS: * SEARCH 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15\nS: a3 OK\n" BYE);
	row = find("* FLAGS");
	ck_assert_str_eq(row.text, "* FLAGS (x), 23 EXISTS, 0 RECENT, OK \u00d72");
	ck_assert_int_eq(row.arrow, ARROW_TO_CLIENT);
	ck_assert_msg(has(row.detail, "Answers to SELECT: FLAGS (x); 23 EXISTS;"), "%s", row.detail);
	ck_assert_msg(has(row.detail, "UIDVALIDITY 3"), "%s", row.detail);
	ck_assert_str_eq(find("* SEARCH").text, "* SEARCH 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15");
	ck_assert_int_eq(find("* BYE").meaning, MEANING_SERVER);
	ck_assert_str_eq(find("a2 OK").text, "a2 OK [READ-WRITE] done");
	ck_assert_msg(has(find("a2 OK").detail, "open to read and to write"), "%s", find("a2 OK").detail);
	ck_assert_str_eq(find("a2 SELECT").text, "a2 SELECT INBOX");
	ck_assert_str_eq(find("* OK").text, "* OK [CAPABILITY IMAP4rev1] hi");
}
END_TEST

START_TEST(capabilities_are_those_before_or_after_the_login)
{
	wire_play(&w, "S: * OK hi\nC: a CAPABILITY\nS: * CAPABILITY IMAP4rev1 STARTTLS\nS: a OK\nC: b LOGIN bob pw\n"
		      "S: * CAPABILITY IMAP4rev1 IDLE\nS: b OK in\n" BYE);
	ck_assert(has(find("* CAPABILITY IMAP4rev1 STARTTLS").detail, "Capabilities before the login"));
	ck_assert(has(find("* CAPABILITY IMAP4rev1 IDLE").detail, "Capabilities after the login"));
}
END_TEST

START_TEST(idle_is_a_stretch_of_waiting)
{
	struct snapshot_timeline_row row;

	wire_open(&w);
	wire_talk(&w, LOGIN SELECT "C: a3 IDLE\nS: + go\n");
	w.now_ns += 300 * CLOCK_NS_PER_S;
	wire_talk(&w, "S: * 24 EXISTS\nS: * 3 EXPUNGE\n");
	w.now_ns += 300 * CLOCK_NS_PER_S;
	row = find("a3 IDLE");
	ck_assert_msg(has(row.detail, "meanwhile 1 EXISTS, 1 EXPUNGE, 0 FETCH"), "%s", row.detail);
	wire_talk(&w, "C: DONE\nS: a3 OK done\n");
	row = find("DONE");
	ck_assert_str_eq(row.text, "DONE after 10 min in IDLE");
	ck_assert_int_eq(row.arrow, ARROW_TO_SERVER);
	ck_assert_str_eq(find("* 24").text, "* 24 EXISTS, 3 EXPUNGE");
	ck_assert_int_lt(find("a3 OK").latency_ns, CLOCK_NS_PER_S);
}
END_TEST

START_TEST(a_mail_tells_where_it_lies)
{
	struct snapshot_session_row session;
	struct snapshot_timeline_row row;
	struct snapshot_mail_row mail;
	struct connection *v;
	struct query q = {0};

	wire_play(&w, LOGIN SELECT
		  "C: a3 UID FETCH 7 BODY[]\nS: * 4 FETCH (UID 7 BODY[] {4}\nS: Hi\nS: )\nS: a3 OK\n"
		  "C: a4 FETCH 1:2 BODY[]\nS: * 1 FETCH (BODY[] {4}\nS: Hi\nS: )\nS: * 2 FETCH (BODY[] {4}\nS: Ho\n"
		  "S: )\nS: a4 OK\nC: a5 APPEND Sent {2+}\nC: \nC| \\x0d\\x0a\nS: a5 OK [APPENDUID 3 5] done\n" BYE);
	v = engine_connection(w.engine, 1);
	row = find("* FETCH: a mail");
	ck_assert_str_eq(row.text, "* FETCH: a mail, 4 bytes, INBOX UID 7");
	ck_assert_uint_eq(row.mail, 1);
	ck_assert_str_eq(find("* FETCH \u00d72").text, "* FETCH \u00d72: 2 mails, 8 bytes, INBOX");
	row = find("a5 APPEND");
	ck_assert_str_eq(row.text, "a5 APPEND Sent {2+}");
	ck_assert_msg(has(row.detail, "Literals: 2 bytes"), "%s", row.detail);
	ck_assert_msg(has(row.detail, "Appended to Sent, UID 5"), "%s", row.detail);
	rows_mail(w.engine, v, session_mail(v->session, 1), &mail);
	ck_assert_str_eq(mail.mailbox, "INBOX");
	ck_assert_uint_eq(mail.uid, 7);
	ck_assert_str_eq(mail.outcome, "fetched");
	rows_mail(w.engine, v, session_mail(v->session, 4), &mail);
	ck_assert_str_eq(mail.mailbox, "Sent");
	ck_assert_str_eq(mail.outcome, "appended");
	rows_session(w.engine, v, &q, &session);
	ck_assert_str_eq(session.mailbox, "INBOX");
	ck_assert_str_eq(session.result, "3 fetched, 1 appended");
	ck_assert_int_eq(session.meaning, MEANING_GOOD);
}
END_TEST

/* Modified UTF-7 is told readable, and nothing else is taken for it. */
START_TEST(names_of_mailboxes_can_be_read)
{
	struct snapshot_timeline_row row;

	wire_play(&w, LOGIN "C: b CREATE \"&g0l6P3ux- 2\"\nS: b OK\nC: c RENAME &AOk- x&AOk-\nS: c OK\n"
			    "C: d LIST \"\" *\nS: * LIST () \"/\" \"&g0l6P3ux- 2\"\nS: d OK\n"
			    "C: e LIST \"\" *\nS: * LIST () \"/\" A\nS: * LIST () NIL &AOk-\nS: e OK\n"
			    "C: f SEARCH TEXT &AOk-\nS: f OK\nC: g SELECT R&D\nS: * OK [NOTE] &AOk-\nS: g OK\n" BYE);
	ck_assert_str_eq(find("b CREATE").text, "b CREATE \"&g0l6P3ux- 2\"  = \u8349\u7a3f\u7bb1 2");
	ck_assert_str_eq(find("c RENAME").text, "c RENAME &AOk- x&AOk-  = \u00e9, x\u00e9");
	ck_assert_str_eq(find("* LIST ()").text, "* LIST () \"/\" \"&g0l6P3ux- 2\"  = \u8349\u7a3f\u7bb1 2");
	row = find("* LIST \u00d72");
	ck_assert_msg(has(row.detail, "LIST () NIL &AOk-  = \u00e9"), "%s", row.detail);
	ck_assert_str_eq(find("f SEARCH").text, "f SEARCH TEXT &AOk-");
	ck_assert_str_eq(find("g SELECT").text, "g SELECT R&D");
	ck_assert_str_eq(find("* OK [NOTE]").text, "* OK [NOTE] &AOk-");
}
END_TEST

START_TEST(what_nobody_asked_for_has_its_number)
{
	wire_play(&w, LOGIN SELECT "S: * 24 EXISTS\nS: * 3 EXPUNGE\nS: * OK [NOTE] x\n" BYE);
	ck_assert_str_eq(find("* 24").text, "* 24 EXISTS");
	ck_assert_str_eq(find("* 3").text, "* 3 EXPUNGE");
	ck_assert_str_eq(find("* OK [NOTE]").text, "* OK [NOTE] x");
}
END_TEST

START_TEST(a_part_is_no_whole_mail)
{
	const struct query asked = {.mail_view = QUERY_MAIL_TEXT, .text_width = 80};
	struct mail_page page = {.session = 0};
	struct connection *v;
	struct slice line;

	wire_play(&w,
		  LOGIN SELECT "C: a3 FETCH 1 BODY[]<0.4>\nS: * 1 FETCH (BODY[]<0> {4}\nS: Hi\nS: )\nS: a3 OK\n" BYE);
	ck_assert_str_eq(find("* FETCH:").text, "* FETCH: a mail, 4 bytes, partial, INBOX");
	v = engine_connection(w.engine, 1);
	mail_page_read(&page, w.engine, v, session_mail(v->session, 1), &asked);
	line = mail_page_line(&page, 1);
	ck_assert_msg(slice_equals(line, slice_from_text("This mail is incomplete: the client fetched no more of it.")),
		      "%.*s", (int)line.len, (const char *)line.data);
	mail_page_close(&page);
}
END_TEST

START_TEST(a_header_is_no_mail)
{
	wire_play(&w, LOGIN SELECT "C: a3 FETCH 1 BODY[HEADER]\nS: * 1 FETCH (BODY[HEADER] {4}\nS: \nS: \nS: )\n"
				   "S: a3 OK\nC: a4 FETCH 2:3 RFC822.HEADER\nS: * 2 FETCH (RFC822.HEADER {2}\nS: \n"
				   "S: )\nS: * 3 FETCH (RFC822.HEADER {2}\nS: \nS: )\nS: a4 OK\n" BYE);
	ck_assert_str_eq(find("* FETCH:").text, "* FETCH: a header, 4 bytes, INBOX");
	ck_assert_str_eq(find("* FETCH \u00d72").text, "* FETCH \u00d72: 2 headers, 4 bytes, INBOX");
}
END_TEST

/* The server that asks for all at once says nothing: that is no row without words. */
START_TEST(an_empty_challenge_is_seen)
{
	wire_play(&w, "S: * OK hi\nC: a AUTHENTICATE PLAIN\nS: + \nC: AGJvYgBwdw==\nS: a OK in\n" BYE);
	ck_assert_int_eq(find("(empty)").arrow, ARROW_TO_CLIENT);
}
END_TEST

/* What was opened last, also when it is closed, or another was refused. */
START_TEST(a_session_tells_its_mailbox)
{
	static const struct {
		const char *script;
		const char *mailbox;
	} rows[] = {
		{LOGIN SELECT "C: a3 CLOSE\nS: a3 OK\n" BYE, "INBOX"},
		{LOGIN SELECT "C: a3 SELECT Nowhere\nS: a3 NO none\n" BYE, "INBOX"},
		{LOGIN "C: a3 SELECT Nowhere\nS: a3 NO none\n" BYE, ""},
		{LOGIN SELECT "S: x OK [READ-WRITE] of a SELECT that was lost\n" BYE, ""},
	};
	struct snapshot_session_row row;
	struct query q = {0};

	wire_play(&w, rows[_i].script);
	rows_session(w.engine, engine_connection(w.engine, 1), &q, &row);
	ck_assert_str_eq(row.mailbox, rows[_i].mailbox);
}
END_TEST

START_TEST(a_session_is_told_in_whole)
{
	struct snapshot_timeline_row row;

	wire_play(&w, LOGIN
		  "C: i ID (\"name\" \"mutt\" \"version\" \"2.2\")\nS: * ID (\"name\" \"Dovecot\")\nS: i OK\n" SELECT
		  "C: a3 IDLE\nS: + go\nS: * 3 EXPUNGE\nS: * 4 FETCH (FLAGS (x))\nC: DONE\nS: a3 OK done\n" BYE);
	row = find("connected");
	ck_assert_msg(has(row.detail, " INBOX: 22 messages, UIDVALIDITY 3. 1 expunged, 1 with other flags. 1 IDLE, "
				      "0.0 s. Client: mutt 2.2. Server: Dovecot."),
		      "%s", row.detail);
}
END_TEST

START_TEST(a_closed_mailbox_is_told_as_such)
{
	wire_play(&w, LOGIN SELECT "C: a3 CLOSE\nS: a3 OK\n" BYE);
	ck_assert_msg(has(find("connected").detail, " INBOX, closed."), "%s", find("connected").detail);
}
END_TEST

START_TEST(literals_are_sizes_and_keep_their_secrets)
{
	struct snapshot_timeline_row row;

	wire_play(&w, "S: * OK hi\nC: a LOGIN {3+}\nC: bob {2+}\nC: pw\nS: a OK in\n"
		      "C: b SEARCH SUBJECT {5+}\nC: hello\nS: * SEARCH\nS: b OK\n" BYE);
	row = find("a LOGIN");
	ck_assert_msg(!has(row.text, "pw") && !has(row.detail, "pw"), "%s: %s", row.text, row.detail);
	ck_assert_str_eq(find("b SEARCH").text, "b SEARCH SUBJECT {5+}");
	ck_assert_msg(has(find("b SEARCH").detail, "Literals: 5 bytes \"hello\""), "%s", find("b SEARCH").detail);
}
END_TEST

/* A refusal is what became of a session only where it is the cause. */
START_TEST(what_is_refused_on_the_way_is_no_result)
{
	static const struct {
		const char *script;
		const char *result;
	} rows[] = {
		{LOGIN "C: b SELECT x\nS: b NO [NONEXISTENT] none\n" BYE, "open"},
		{"S: * OK hi\nC: a LOGIN b p\nS: a NO [AUTHENTICATIONFAILED] no\n" BYE, "NO [AUTHENTICATIONFAILED] no"},
		{LOGIN "C: c APPEND Sent {4}\nS: c NO [OVERQUOTA] full\n" BYE, "NO [OVERQUOTA] full"},
		{LOGIN "C: c APPEND Sent {4}\nS: c NO [OVERQUOTA] full\nC: d NOOP\nS: d BAD what\n" BYE,
		 "Sent copy refused"},
	};
	struct snapshot_session_row row;
	struct query q = {0};

	wire_play(&w, rows[_i].script);
	rows_session(w.engine, engine_connection(w.engine, 1), &q, &row);
	ck_assert_str_eq(row.result, rows[_i].result);
}
END_TEST

/* Of IMAP that does not say that there is no mail. */
START_TEST(a_session_that_fetched_nothing)
{
	struct snapshot_session_row row;
	struct query q = {0};

	wire_play(&w, LOGIN SELECT "C: c SEARCH ALL\nS: * SEARCH 1 2\nS: c OK\n" BYE);
	wire_close(&w);
	rows_session(w.engine, engine_connection(w.engine, 1), &q, &row);
	ck_assert_str_eq(row.result, "no mail fetched");
}
END_TEST

START_TEST(a_refusal_has_a_sign)
{
	wire_play(&w, LOGIN "C: b SELECT x\nS: b NO none\nC: c FROB\nS: c BAD what\n" BYE);
	ck_assert_int_eq(find("b NO").meaning, MEANING_WARNING);
	ck_assert_int_eq(find("c BAD").meaning, MEANING_ERROR);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, untagged_answers_stand_folded_under_their_command);
	tcase_add_test(t, capabilities_are_those_before_or_after_the_login);
	tcase_add_test(t, idle_is_a_stretch_of_waiting);
	tcase_add_test(t, a_mail_tells_where_it_lies);
	tcase_add_test(t, names_of_mailboxes_can_be_read);
	tcase_add_test(t, what_nobody_asked_for_has_its_number);
	tcase_add_test(t, a_part_is_no_whole_mail);
	tcase_add_test(t, a_header_is_no_mail);
	tcase_add_test(t, an_empty_challenge_is_seen);
	tcase_add_loop_test(t, a_session_tells_its_mailbox, 0, 4);
	tcase_add_test(t, a_session_is_told_in_whole);
	tcase_add_test(t, a_closed_mailbox_is_told_as_such);
	tcase_add_test(t, literals_are_sizes_and_keep_their_secrets);
	tcase_add_loop_test(t, what_is_refused_on_the_way_is_no_result, 0, 4);
	tcase_add_test(t, a_session_that_fetched_nothing);
	tcase_add_test(t, a_refusal_has_a_sign);
}
