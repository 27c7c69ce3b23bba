/*
 * What is said inside TLS comes out as if it had been said in clear: real connections of libssl, as packets.
 */
#include "../diagnosis/covered.h"
#include "../main.h"
#include "diagnosis/outcome.h"
#include "mail/session_tls.h"
#include "tap.h"

static struct tap t;

static const struct peers_plan plans[] = {
	{.names = TAP_NAMES, .version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384"},
	{.names = TAP_NAMES, .version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA256"},
	{.names = TAP_NAMES, .version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305"},
	{.names = TAP_NAMES, .version = TLS1_3_VERSION, .suites = "TLS_AES_256_GCM_SHA384"},
	{.names = TAP_NAMES, .version = TLS1_3_VERSION, .suites = "TLS_CHACHA20_POLY1305_SHA256"},
};

static const size_t segments[] = {0, 1, 2, 5, 7, 100, 1400};

enum {
	PLANS = sizeof(plans) / sizeof(plans[0]),
	SEGMENTS = sizeof(segments) / sizeof(segments[0]),
};

static const struct session *session_of(uint64_t number)
{
	return engine_connection(t.w.engine, number)->session;
}

static void begin(bool keep)
{
	tap_init(&t, keep);
	wire_begin(&t.w);
}

/* ---- all of it ---- */

START_TEST(a_mail_behind_starttls_is_read)
{
	begin(false);
	t.segment_len = segments[_i / PLANS];
	tap_starttls(&t, &plans[_i % PLANS]);
	wire_expect(&t.w, TAP_CLEAR TAP_READ);
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 0);
	engine_finish(t.w.engine);
	wire_expect(&t.w, "");
	ck_assert_uint_eq(engine_counters(t.w.engine)->mails, 1);
	tap_fini(&t);
}
END_TEST

START_TEST(a_mailbox_behind_tls_is_read)
{
	begin(false);
	t.w.server_port = 995;
	t.segment_len = segments[_i / PLANS];
	wire_open(&t.w);
	tap_shake(&t, &plans[_i % PLANS]);
	tap_talk(&t, WIRE_POP3);
	tap_close(&t);
	wire_expect(&t.w,
		    "1 (greeting)\n1 USER\n1 PASS\n1 RETR\n1 QUIT\n1 mail 1 retrieved 20 \"pop\"\n1 pop3 closed\n");
	engine_finish(t.w.engine);
	tap_fini(&t);
}
END_TEST

/* On any port, by its first words; where its handshake comes in many small pieces nobody waits for those. */
START_TEST(on_a_port_that_nobody_knows_it_is_found)
{
	static const size_t lens[] = {0, 100, 1};
	size_t len = lens[_i / PLANS];

	begin(false);
	t.w.server_port = 4433;
	t.segment_len = len;
	wire_open(&t.w);
	tap_shake(&t, &plans[_i % PLANS]);
	tap_talk(&t, WIRE_POP3);
	tap_close(&t);
	wire_expect(&t.w, len == 1 ? ""
				   : "1 (greeting)\n1 USER\n1 PASS\n1 RETR\n1 QUIT\n1 mail 1 retrieved 20 \"pop\"\n1 "
				     "pop3 closed\n");
	engine_finish(t.w.engine);
	wire_expect(&t.w, "");
	tap_fini(&t);
}
END_TEST

/* The same script in clear: what rules and records see of it must be the same, from the command of this number on. */
static void put_commands(struct buffer *out, const struct session *s, uint32_t from)
{
	uint64_t begin = session_command(s, from)->begin;

	for (uint32_t i = from; i < s->command_count; i++) {
		const struct command *c = session_command(s, i);

		buffer_printf(out, "%.*s %u at %u\n", (int)c->verb_len, (const char *)c->verb, c->truncated,
			      (unsigned int)(c->begin - begin));
	}
	for (size_t i = 0; i < s->mail_count; i++)
		buffer_printf(out, "mail %u %d at %u\n", (unsigned int)s->mails[i]->size, s->mails[i]->complete,
			      (unsigned int)(s->mails[i]->data_begin - begin));
}

START_TEST(it_is_as_if_it_had_been_said_in_clear)
{
	struct buffer sealed = {0};
	struct buffer clear = {0};

	begin(true);
	tap_starttls(&t, &plans[_i]);
	wire_play(&t.w, "S: 220 ns1\n" TAP_MAIL);
	tap_pass(&t, FLOW_LINGER_NS);
	put_commands(&sealed, session_of(1), 3);
	put_commands(&clear, session_of(2), 1);
	ck_assert_uint_gt(clear.len, 40);
	ck_assert_uint_eq(sealed.len, clear.len);
	ck_assert_mem_eq(sealed.data, clear.data, clear.len);
	ck_assert(session_tls_of(session_of(1))->is_decrypted);
	ck_assert_int_eq(session_tls_unread(session_of(1)), TLS_READ);
	ck_assert(!tap_has(&t, 1, RULE_T12));
	buffer_fini(&sealed);
	buffer_fini(&clear);
	tap_fini(&t);
}
END_TEST

/* A command's packet is the one that brought the last byte of its record; its reply's likewise. */
START_TEST(what_is_read_bears_the_stamps_of_its_packets)
{
	const struct command *c;
	uint64_t first;

	begin(true);
	wire_open(&t.w);
	wire_talk(&t.w, TAP_GREETING);
	tap_shake(&t, &plans[_i]);
	first = t.w.number;
	tap_talk(&t, "C: EHLO me\nS: 250 ns1\n");
	c = session_command(session_of(1), 3);
	ck_assert_uint_eq(c->packet, first + 1);
	ck_assert_uint_eq(c->replies->packet, first + 2);
	ck_assert_int_eq(c->replies->time_ns - c->time_ns, CLOCK_NS_PER_MS);
	t.segment_len = 7;
	first = t.w.number;
	tap_talk(&t, "C: NOOP\n");
	c = session_command(session_of(1), 4);
	ck_assert_uint_eq(c->packet, t.w.number);
	ck_assert_uint_gt(c->packet, first + 3);
	tap_fini(&t);
}
END_TEST

START_TEST(facts_of_the_handshake_are_known)
{
	const struct session_tls *tls;
	bool is_1_3 = plans[_i].version == TLS1_3_VERSION;

	begin(true);
	tap_starttls(&t, &plans[_i]);
	tls = session_tls_of(session_of(1));
	ck_assert_uint_eq(tls->version, is_1_3 ? TLS_VERSION_1_3 : TLS_VERSION_1_2);
	ck_assert_ptr_nonnull(suite_find(tls->suite));
	ck_assert(slice_equals(tls->name, slice_from_text("mail.example")));
	ck_assert_ptr_nonnull(tls->certificate);
	ck_assert_str_eq(tls->certificate->subject, "mail.example");
	ck_assert_int_eq(tls->alert.side, SIDES);
	ck_assert_int_eq(tls->steps[0].kind, TLS_CLIENT_HELLO);
	ck_assert_int_eq(tls->steps[1].kind, TLS_SERVER_HELLO);
	ck_assert_uint_ge(tls->step_count, is_1_3 ? 7 : 6);
	for (size_t i = 1; i < tls->step_count; i++)
		ck_assert_int_ge(tls->steps[i].stamp.time_ns, tls->steps[i - 1].stamp.time_ns);
	ck_assert(tap_has(&t, 1, RULE_T15)); /* signed by itself */
	tap_fini(&t);
}
END_TEST

/* ---- not all of it ---- */

START_TEST(without_a_key_nothing_is_said)
{
	begin(true);
	t.labels = 0;
	tap_starttls(&t, &plans[_i]);
	wire_expect(&t.w, TAP_CLEAR "1 smtp closed\n");
	ck_assert_int_eq(session_tls_unread(session_of(1)), TLS_NO_KEY);
	ck_assert(!session_tls_of(session_of(1))->is_decrypted);
	ck_assert(session_tls_is_opaque(session_of(1)));
	ck_assert(tap_has(&t, 1, RULE_T12));
	ck_assert_uint_eq(session_of(1)->mail_count, 0);
	tap_fini(&t);
}
END_TEST

/* TLS 1.3 has a secret for each side: the other's words are read. */
START_TEST(one_sides_secrets_read_that_side)
{
	begin(true);
	t.labels = 1 << KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET | 1 << KEY_CLIENT_TRAFFIC_SECRET_0;
	tap_starttls(&t, &(struct peers_plan){.names = TAP_NAMES, .version = TLS1_3_VERSION});
	engine_finish(t.w.engine);
	ck_assert(session_tls_of(session_of(1))->is_decrypted);
	ck_assert_int_eq(session_tls_unread(session_of(1)), TLS_NO_KEY);
	ck_assert(tap_has(&t, 1, RULE_T12));
	ck_assert_uint_gt(session_of(1)->command_count, 3);
	tap_fini(&t);
}
END_TEST

/* The replies are there, and only not read: nothing is said of what they may have been. */
START_TEST(replies_that_are_not_read_are_not_missing)
{
	const struct finding *root;

	begin(_i == 1);
	t.labels = 1 << KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET | 1 << KEY_CLIENT_TRAFFIC_SECRET_0;
	wire_open(&t.w);
	wire_talk(&t.w, TAP_GREETING);
	tap_shake(&t, &(struct peers_plan){.names = TAP_NAMES, .version = TLS1_3_VERSION});
	tap_talk(&t, "C: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\n"
		     "S: 354 go\nC: Subject: one two\nC: \nC: H\\xe4\n");
	tap_talk(&t, "C: .\nS: 250 queued\nC: QUIT\nS: 221 bye\n");
	tap_close(&t);
	engine_finish(t.w.engine);
	if (_i == 0) {
		wire_expect(&t.w, TAP_CLEAR "1 mail 1 unknown 24 \"one two\"\n1 EHLO\n1 MAIL\n1 RCPT\n1 DATA\n"
					    "1 (message)\n1 QUIT\n1 smtp closed\n");
	} else {
		root = diagnosis_root(session_of(1));
		ck_assert_int_eq(root->rule, RULE_T12);
		ck_assert_int_eq(root->severity, SEVERITY_NOTICE);
		ck_assert(
			slice_begins_nocase(root->message, "What the server said is encrypted by TLS 1.3, and there"));
		ck_assert_int_eq(session_of(1)->mails[0]->outcome, MAIL_UNKNOWN);
		ck_assert_int_eq(outcome_of(session_of(1)).kind, OUTCOME_ENCRYPTED);
	}
	tap_fini(&t);
}
END_TEST

/* The piece with the mail's text is lost; what comes behind it is read. */
START_TEST(behind_a_hole_it_is_read_on)
{
	const struct session *s;

	begin(true);
	wire_open(&t.w);
	wire_talk(&t.w, TAP_GREETING);
	tap_shake(&t, &plans[_i]);
	tap_talk(&t, "C: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"
		     "C: DATA\nS: 354 go\nC: Subject: one\nC: \n");
	t.lost = t.sent + 1;
	tap_talk(&t, "C: this is lost\n");
	t.lost = 0;
	tap_talk(&t, "C: and this is not\nC: .\nS: 250 ok\nC: QUIT\nS: 221 bye\n");
	tap_close(&t);
	engine_finish(t.w.engine);
	s = session_of(1);
	ck_assert_uint_eq(s->mail_count, 1);
	ck_assert(!s->mails[0]->complete);
	ck_assert_int_eq(s->mails[0]->outcome, MAIL_ACCEPTED);
	ck_assert_int_eq(session_tls_unread(s), TLS_READ);
	ck_assert(slice_equals(command_verb(session_command(s, (uint32_t)s->command_count - 1)),
			       slice_from_text("QUIT")));
	tap_fini(&t);
}
END_TEST

/* The handshake is lost: no random, and no suite. */
START_TEST(without_its_handshake_it_is_not_read)
{
	begin(true);
	wire_open(&t.w);
	wire_talk(&t.w, TAP_GREETING);
	t.lost = 1;
	tap_shake(&t, &plans[_i]);
	t.lost = 0;
	tap_talk(&t, TAP_MAIL);
	tap_close(&t);
	engine_finish(t.w.engine);
	ck_assert_int_eq(session_tls_unread(session_of(1)), TLS_NO_HANDSHAKE);
	ck_assert(tap_has(&t, 1, RULE_T12));
	tap_fini(&t);
}
END_TEST

/* ---- what is not what it should be ---- */

/* RFC 3207: what stands in clear behind STARTTLS is not the server's to take. */
START_TEST(commands_behind_starttls_are_injected)
{
	const struct session *s;

	begin(true);
	wire_open(&t.w);
	wire_talk(&t.w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: STARTTLS\nC: MAIL FROM:<evil@b>\nC: RCPT TO:<c@d>\n"
			"S: 220 go\n");
	tap_shake(&t, &plans[_i]);
	tap_talk(&t, TAP_MAIL);
	tap_close(&t);
	s = session_of(1);
	for (uint32_t i = 0; i < s->command_count; i++) {
		const struct command *c = session_command(s, i);

		ck_assert_int_eq(c->injected, i == 3 || i == 4);
		ck_assert_int_eq(c->replies == NULL, c->injected);
	}
	ck_assert_uint_eq(s->mail_count, 1);
	ck_assert(tap_has(&t, 1, RULE_S37));
	ck_assert(slice_equals(s->mails[0]->from, slice_from_text("a@b")));
	tap_fini(&t);
}
END_TEST

/* ---- rules that look inside ---- */

static void talk_inside(const struct peers_plan *plan, const char *text)
{
	wire_open(&t.w);
	wire_talk(&t.w, TAP_GREETING);
	tap_shake(&t, plan);
	tap_talk(&t, text);
	tap_close(&t);
}

static int refuse(int good, X509_STORE_CTX *store)
{
	(void)good;
	X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
	return 0;
}

/* A handshake that the client, if it verifies, breaks off by the alert of this number. */
static void shake(const struct peers_plan *plan, bool verifies, SSL_verify_cb verify, uint8_t alert)
{
	wire_open(&t.w);
	wire_talk(&t.w, TAP_GREETING);
	peers_begin(&t.p, plan);
	if (verifies)
		SSL_set_verify(t.p.ssl[SIDE_CLIENT], SSL_VERIFY_PEER, verify);
	t.sent = 0;
	peers_pump(&t.p);
	buffer_append(&t.log, buffer_slice(&t.p.log));
	tap_send(&t);
	wire_close(&t.w);
	tap_pass(&t, FLOW_LINGER_NS);
	ck_assert_int_eq(session_tls_of(session_of(1))->alert.side, verifies ? SIDE_CLIENT : SIDES);
	if (verifies)
		ck_assert_int_eq(session_tls_of(session_of(1))->alert.description, alert);
}

/* The client knows no authority. */
static void play_t05(const struct peers_plan *plan, bool fires)
{
	shake(plan, fires, NULL, TLS_ALERT_UNKNOWN_CA);
}

/* It does not say that it is the certificate. */
static void play_t05_failure(const struct peers_plan *plan, bool fires)
{
	shake(plan, fires, refuse, 40);
}

static void play_t09(const struct peers_plan *plan, bool fires)
{
	talk_inside(plan, fires ? "C: MAIL FROM:<a@b>\nS: 250 ok\nC: QUIT\nS: 221 bye\n"
				: "C: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: QUIT\nS: 221 bye\n");
}

static void play_t11(const struct peers_plan *plan, bool fires)
{
	struct peers_plan other = *plan;

	other.names = fires ? "DNS:smtp.example,DNS:*.mail.example" : "DNS:smtp.example,DNS:mail.example";
	talk_inside(&other, TAP_MAIL);
}

static void play_t16(const struct peers_plan *plan, bool fires)
{
	struct peers_plan other = {.version = TLS1_2_VERSION, .key = "RSA", .names = plan->names};

	other.ciphers = fires ? "AES128-SHA" : "ECDHE-RSA-AES128-GCM-SHA256";
	talk_inside(&other, TAP_MAIL);
}

static const struct {
	const char *rule;
	void (*play)(const struct peers_plan *plan, bool fires);
} plays[] = {{"T05", play_t05}, {"T05", play_t05_failure}, {"T09", play_t09}, {"T11", play_t11}, {"T16", play_t16}};

enum {
	PLAYS = sizeof(plays) / sizeof(plays[0]),
};

static bool has_rule(const char *id)
{
	const struct session *s = session_of(1);

	for (size_t i = 0; i < diagnosis_count(s); i++)
		if (strcmp(rule_row((enum rule)diagnosis_finding(s, i)->rule)->id, id) == 0)
			return true;
	return false;
}

START_TEST(a_rule_fires_by_what_was_said_inside)
{
	bool fires = _i % 2 == 0;

	begin(true);
	plays[_i / 2 % PLAYS].play(&plans[_i / 2 / PLAYS], fires);
	ck_assert_int_eq(has_rule(plays[_i / 2 % PLAYS].rule), fires);
	ck_assert(!has_rule("T12"));
	tap_fini(&t);
}
END_TEST

START_TEST(what_is_promised_is_played)
{
	for (size_t i = 0; covered_inside_tls[i] != NULL; i++) {
		size_t k = 0;

		while (k < PLAYS && strcmp(plays[k].rule, covered_inside_tls[i]) != 0)
			k++;
		ck_assert_msg(k < PLAYS, "%s", covered_inside_tls[i]);
	}
}
END_TEST

/* A session that goes on under its old secret, for which there is no line in the log. */
START_TEST(a_resumed_session_is_read)
{
	struct peers_plan plan = plans[_i];

	begin(true);
	tap_starttls(&t, &plan);
	plan.resumes = t.p.session;
	ck_assert_ptr_nonnull(plan.resumes);
	wire_open(&t.w);
	wire_talk(&t.w, TAP_GREETING);
	peers_again(&t.p, &plan);
	t.sent = 0;
	peers_shake(&t.p);
	if (plan.version == TLS1_3_VERSION)
		buffer_append(&t.log, buffer_slice(&t.p.log));
	tap_send(&t);
	tap_talk(&t, TAP_MAIL);
	tap_close(&t);
	ck_assert(session_tls_of(session_of(2))->is_resumed);
	ck_assert(session_tls_of(session_of(2))->is_decrypted);
	ck_assert_uint_eq(session_of(2)->mail_count, 1);
	tap_fini(&t);
}
END_TEST

void list_tests(TCase *c)
{
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, a_mail_behind_starttls_is_read, 0, PLANS * SEGMENTS);
	tcase_add_loop_test(c, a_mailbox_behind_tls_is_read, 0, PLANS * SEGMENTS);
	tcase_add_loop_test(c, on_a_port_that_nobody_knows_it_is_found, 0, 3 * PLANS);
	tcase_add_loop_test(c, it_is_as_if_it_had_been_said_in_clear, 0, PLANS);
	tcase_add_loop_test(c, what_is_read_bears_the_stamps_of_its_packets, 0, PLANS);
	tcase_add_loop_test(c, facts_of_the_handshake_are_known, 0, PLANS);
	tcase_add_loop_test(c, without_a_key_nothing_is_said, 0, PLANS);
	tcase_add_test(c, one_sides_secrets_read_that_side);
	tcase_add_loop_test(c, replies_that_are_not_read_are_not_missing, 0, 2);
	tcase_add_loop_test(c, behind_a_hole_it_is_read_on, 0, PLANS);
	tcase_add_loop_test(c, without_its_handshake_it_is_not_read, 0, PLANS);
	tcase_add_loop_test(c, commands_behind_starttls_are_injected, 0, PLANS);
	tcase_add_loop_test(c, a_rule_fires_by_what_was_said_inside, 0, PLANS * PLAYS * 2);
	tcase_add_test(c, what_is_promised_is_played);
	tcase_add_loop_test(c, a_resumed_session_is_read, 0, PLANS);
}
