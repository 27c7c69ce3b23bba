#include "engine/session_filter.h"

#include <stdlib.h>

#include "../main.h"
#include "filter/filter.h"
#include "wire.h"

static struct wire w;

static void setup(void)
{
	wire_init(&w, true);
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
}

static void teardown(void)
{
	wire_fini(&w);
}

static enum expression_truth weigh(uint64_t session, const char *text, enum session_filter_when when)
{
	struct expression_fault fault;
	struct expression *x = expression_new(text, w.now_ns, &fault);
	struct session_filter_scene scene;
	enum expression_truth truth;

	ck_assert_msg(x != NULL, "%s: %s", text, fault.why.text);
	engine_filter_scene(w.engine, &scene);
	truth = session_filter_weigh(&scene, engine_connection(w.engine, session), x, when);
	expression_free(x);
	return truth;
}

#define FILES                                                                                                          \
	"S: 220 mx.example.org ESMTP\nC: EHLO pc.example.net\nS: 250 mx.example.org\nC: MAIL FROM:<env@b>\nS: 250 "    \
	"ok\n"                                                                                                         \
	"C: RCPT TO:<one@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: From: Zoe <zoe@example.org>\nC: To: two@example.org\n"  \
	"C: Cc: three@example.org\nC: Subject: =?utf-8?B?5Y+R56Wo?= mai\nC: Content-Type: multipart/mixed; "           \
	"boundary=x\nC: \nC: --x\nC: Content-Disposition: attachment; filename=\"Quote 7.PDF\"\nC: \nC: abc\nC: "      \
	"--x--\nC: .\nS: 250 2.0.0 queued\nC: QUIT\nS: 221 bye\n"

/* One session, and what of it is so. */
static const struct {
	const char *play;
	const char *filter;
	bool passes;
} rows[] = {
	{WIRE_REFUSED, "failed", true},
	{WIRE_MAIL, "failed", false},
	{WIRE_REFUSED, "code:550", true},
	{WIRE_REFUSED, "code:5.1.1", true},
	{WIRE_REFUSED, "code:5", true},
	{WIRE_REFUSED, "code:4", false},
	{WIRE_MAIL, "code:354", true},
	{WIRE_POP3, "code:+OK", true},
	{WIRE_POP3, "code:-ERR", false},
	{WIRE_MAIL, "proto:smtp", true},
	{WIRE_MAIL, "proto:s", true},
	{WIRE_MAIL, "proto:pop3", false},
	{WIRE_POP3, "proto:POP", true},
	{WIRE_POP3, "user:bob", true},
	{WIRE_POP3, "user:BO", true},
	{WIRE_POP3, "user:alice", false},
	{WIRE_MAIL, "user:a", false},
	{WIRE_MAIL, "helo:me", true},
	{WIRE_MAIL, "helo:you", false},
	{WIRE_MAIL, "from:a@b", true},
	{WIRE_MAIL, "from:al", true}, /* the field */
	{WIRE_MAIL, "from:c@d", false},
	{WIRE_MAIL, "to:c@d", true},
	{WIRE_MAIL, "subject:two", true},
	{WIRE_MAIL, "subject:three", false},
	{WIRE_MAIL, "TWO", true},
	{WIRE_MAIL, "a@b one", true},
	{WIRE_MAIL, "nothing", false},
	{WIRE_REFUSED, "to:x@y", true}, /* asked for, and refused */
	{WIRE_POP3, "subject:pop", true},
	{FILES, "from:env", true},
	{FILES, "from:zoe@example", true},
	{FILES, "to:one", true},
	{FILES, "to:two", true},
	{FILES, "to:three", true},
	{FILES, "to:four", false},
	{FILES, "subject:发票", true},
	{FILES, "发票", true},
	{FILES, "attachment:.pdf", true},
	{FILES, "attachment:quote", true},
	{FILES, "attachment:.doc", false},
	{WIRE_MAIL, "attachment:.pdf", false},
	{WIRE_MAIL, "mails>0", true},
	{WIRE_MAIL, "mails>1", false},
	{WIRE_MAIL, "mails=1", true},
	{WIRE_MAIL, "size>30", true},
	{WIRE_MAIL, "size>1k", false},
	{WIRE_REFUSED, "size<1k", false}, /* no mail came */
	{WIRE_MAIL, "slow>1h", false},
	{WIRE_MAIL, "slow<1h", true},
	{WIRE_MAIL, "state:closed", true},
	{WIRE_MAIL, "state:reset", false},
	{WIRE_MAIL, "tls:no", true},
	{WIRE_MAIL, "tls:yes or tls:read or tls:unread or tls:1.2", false},
	{WIRE_MAIL, "port:25", true},
	{WIRE_MAIL, "port:40000", true},
	{WIRE_MAIL, "port:110;587", false},
	{WIRE_MAIL, "port 25", true},
	{WIRE_MAIL, "10.0.0.1", true},
	{WIRE_MAIL, "host:10.0.1.1", true},
	{WIRE_MAIL, "host:10.0.2.1", false},
	{WIRE_MAIL, "net:10.0.0.0/8", true},
	{WIRE_MAIL, "net:11.0.0.0/8", false},
	{WIRE_MAIL, "host:mx.example.org", true}, /* what the capture said its name is */
	{WIRE_MAIL, "host:nowhere", false},
	{"C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" WIRE_MAIL, "198.51.100.7", true},
	{"C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" WIRE_MAIL, "net:198.51.100.0/24", true},
	{"C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" WIRE_MAIL, "host 198.51.100.7", true},
	{WIRE_MAIL, "since:1h", true},
	{WIRE_MAIL, "since:2099-01-01", false},
	{WIRE_REFUSED, "diag:recipient", true},
	{WIRE_MAIL, "diag:recipient", false},
	{"S: 220 ns1\nC: EHLO probe\nS: 250-ns1\nS: 250 STARTTLS\nC: NOOP\nS: 250 ok\nC: QUIT\nS: 221 bye\n", "health",
	 true},
	{"S: 220 ns1\nC: QUIT\nS: 221 bye\n", "health", true},
	{"S: 220 ns1\nC: VRFY x\nS: 252 x\nC: QUIT\nS: 221 bye\n", "health", false},
	{WIRE_MAIL, "health", false},
	{WIRE_REFUSED, "health", false},
	{WIRE_POP3, "health", false},
	{WIRE_REFUSED, "failed and not code:554 (from:a@b or port 110)", true},
};

START_TEST(a_session_passes_by_what_it_is)
{
	static const uint8_t server[] = {10, 0, 1, 1};

	engine_add_name(w.engine, server, false, "mx.example.org");
	w.server_port = rows[_i].play[3] == '+' ? 110 : 25;
	wire_play(&w, rows[_i].play);
	engine_finish(w.engine);
	for (int when = SESSION_FILTER_NOW; when <= SESSION_FILTER_AT_LAST; when++)
		ck_assert_msg(weigh(1, rows[_i].filter, (enum session_filter_when)when) ==
				      (rows[_i].passes ? EXPRESSION_YES : EXPRESSION_NO),
			      "%s", rows[_i].filter);
}
END_TEST

static int put_out;
static int decided;

static void count_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	(void)ctx;
	(void)names;
	ck_assert_int_eq(v->passes, EXPRESSION_YES);
	put_out++;
}

static void count_decision(void *ctx, const struct connection *v)
{
	(void)ctx;
	ck_assert_int_ne(v->passes, EXPRESSION_OPEN);
	decided++;
}

/* The same is found while a session that nobody keeps goes on. */
START_TEST(a_session_is_decided_while_it_goes_on)
{
	static const struct engine_output output = {.session = count_session, .decided = count_decision};
	static const uint8_t server[] = {10, 0, 1, 1};
	struct expression_fault fault;
	struct expression *x = expression_new(rows[_i].filter, w.now_ns, &fault);

	put_out = decided = 0;
	engine_free(w.engine);
	w.options.keep = false;
	w.options.filter = x;
	w.options.output = &output;
	wire_begin(&w);
	engine_add_name(w.engine, server, false, "mx.example.org");
	w.server_port = rows[_i].play[3] == '+' ? 110 : 25;
	wire_play(&w, rows[_i].play);
	engine_finish(w.engine);
	ck_assert_msg(put_out == rows[_i].passes, "%s: %d", rows[_i].filter, put_out);
	ck_assert_int_eq(decided, 1);
	expression_free(x);
}
END_TEST

static int commands;

static void count_command(void *ctx, struct connection *v, const struct command *c)
{
	(void)ctx;
	(void)c;
	commands += v->passes == EXPRESSION_OPEN;
}

static bool is_full(void *ctx)
{
	(void)ctx;
	return commands >= 3;
}

/* A session is decided as it stands when too much of it waits. */
START_TEST(what_waits_is_bounded)
{
	static const struct engine_output output = {
		.command = count_command, .session = count_session, .decided = count_decision, .is_full = is_full};
	struct expression_fault fault;
	struct expression *x = expression_new(_i == 0 ? "failed" : "not failed", w.now_ns, &fault);

	put_out = decided = commands = 0;
	engine_free(w.engine);
	w.options.keep = false;
	w.options.filter = x;
	w.options.output = &output;
	wire_begin(&w);
	wire_play(&w, WIRE_REFUSED); /* when that is known, it has been decided */
	engine_finish(w.engine);
	ck_assert_int_eq(commands, 3);
	ck_assert_int_eq(decided, 1);
	ck_assert_int_eq(put_out, _i);
	expression_free(x);
}
END_TEST

/* Before the session is over: what may still change is open, what can only stay is not. */
static const struct {
	const char *filter;
	enum expression_truth now;
	enum expression_truth at_last;
} halves[] = {
	{"failed", EXPRESSION_YES, EXPRESSION_OPEN},
	{"code:550", EXPRESSION_YES, EXPRESSION_YES},
	{"code:451", EXPRESSION_NO, EXPRESSION_OPEN},
	{"proto:smtp", EXPRESSION_YES, EXPRESSION_OPEN},
	{"state:open", EXPRESSION_YES, EXPRESSION_OPEN},
	{"mails>5", EXPRESSION_NO, EXPRESSION_OPEN},
	{"mails<5", EXPRESSION_YES, EXPRESSION_OPEN},
	{"port 25", EXPRESSION_YES, EXPRESSION_YES},
	{"port:110", EXPRESSION_NO, EXPRESSION_NO},
	{"since:1h", EXPRESSION_YES, EXPRESSION_YES},
	{"port:110 failed", EXPRESSION_NO, EXPRESSION_NO},
	{"port:25 or failed", EXPRESSION_YES, EXPRESSION_YES},
	{"port:110 or failed", EXPRESSION_YES, EXPRESSION_OPEN},
	{"not code:550", EXPRESSION_NO, EXPRESSION_NO},
	{"subject:x", EXPRESSION_NO, EXPRESSION_OPEN},
};

START_TEST(what_may_change_is_open)
{
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<x@y>\n"
		      "S: 550 5.1.1 no such user\n");
	ck_assert_int_eq(weigh(1, halves[_i].filter, SESSION_FILTER_NOW), halves[_i].now);
	ck_assert_int_eq(weigh(1, halves[_i].filter, SESSION_FILTER_AT_LAST), halves[_i].at_last);
	engine_finish(w.engine);
	ck_assert_int_ne(weigh(1, halves[_i].filter, SESSION_FILTER_AT_LAST), EXPRESSION_OPEN);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_session_passes_by_what_it_is, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(t, a_session_is_decided_while_it_goes_on, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(t, what_waits_is_bounded, 0, 2);
	tcase_add_loop_test(t, what_may_change_is_open, 0, (int)(sizeof(halves) / sizeof(halves[0])));
}
