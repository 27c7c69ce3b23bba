/*
 * IMAP is recognised, and nobody reads it: what TLS tells of it is known all the same.
 */
#include "../main.h"
#include "mail/session_tls.h"
#include "tap.h"

#define GREETING "S: * OK ready\nC: a1 STARTTLS\nS: a1 OK go\n"

static struct tap t;

static const struct peers_plan plans[] = {
	{.names = TAP_NAMES, .version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384"},
	{.names = TAP_NAMES, .version = TLS1_3_VERSION, .suites = "TLS_AES_256_GCM_SHA384"},
};

enum {
	PLANS = sizeof(plans) / sizeof(plans[0]),
};

static void begin(bool keep, uint16_t port, unsigned int labels)
{
	tap_init(&t, keep);
	t.labels = labels;
	t.w.server_port = port;
	wire_begin(&t.w);
	wire_open(&t.w);
}

static void expect_tls(const struct session *s, int plan, bool is_read)
{
	ck_assert(s->tls && s->protocol == PROTOCOL_IMAP);
	ck_assert_uint_eq(session_tls_of(s)->version, plan == 0 ? TLS_VERSION_1_2 : TLS_VERSION_1_3);
	ck_assert_int_eq(session_tls_of(s)->is_decrypted, is_read);
	ck_assert_int_eq(session_tls_unread(s), is_read ? TLS_READ : TLS_NO_KEY);
	ck_assert_int_eq(tap_has(&t, 1, RULE_T12), !is_read);
	ck_assert(!tap_has(&t, 1, RULE_T06));
	if (is_read)
		ck_assert_ptr_nonnull(session_tls_of(s)->certificate);
}

START_TEST(behind_starttls_it_is_known)
{
	bool has_key = _i < PLANS;

	begin(true, 143, has_key ? TAP_ALL_LABELS : 0);
	wire_talk(&t.w, GREETING);
	tap_shake(&t, &plans[_i % PLANS]);
	tap_talk(&t, "C: a2 LOGIN me secret\nS: a2 OK in\n");
	tap_close(&t);
	engine_finish(t.w.engine);
	expect_tls(engine_connection(t.w.engine, 1)->session, _i % PLANS, has_key);
	tap_fini(&t);
}
END_TEST

START_TEST(from_the_start_it_is_known)
{
	bool has_key = _i < PLANS;

	begin(true, 993, has_key ? TAP_ALL_LABELS : 0);
	tap_shake(&t, &plans[_i % PLANS]);
	tap_talk(&t, "S: * OK ready\nC: a2 LOGIN me secret\nS: a2 OK in\n");
	tap_close(&t);
	engine_finish(t.w.engine);
	expect_tls(engine_connection(t.w.engine, 1)->session, _i % PLANS, has_key);
	tap_fini(&t);
}
END_TEST

/* A word in the middle of what is said begins nothing, nor does a hello that the server answers in clear. */
START_TEST(where_the_server_stays_in_clear_its_side_does)
{
	begin(true, 143, 0);
	wire_talk(&t.w, _i == 0 ? "S: * OK ready\n" : "S: * OK ready\nC: a1 ID STARTTLS x\nS: a1 OK\n");
	wire_send(&t.w, SIDE_CLIENT, SEGMENT_ACK, slice_of("\x16\3\1\0\5\1\0\0\1\0", 10));
	wire_talk(&t.w, "S: * BAD what\n");
	wire_close(&t.w);
	engine_finish(t.w.engine);
	ck_assert(engine_connection(t.w.engine, 1)->session->tls);
	ck_assert_uint_eq(engine_connection(t.w.engine, 1)->session->tls_begin[SIDE_SERVER], UINT64_MAX);
	ck_assert(tap_has(&t, 1, RULE_T06));
	tap_fini(&t);
}
END_TEST

/* Without a screen, in small segments, it is as quick to forget what it has read. */
START_TEST(nothing_of_it_is_kept)
{
	begin(false, 993, TAP_ALL_LABELS);
	t.segment_len = 11;
	tap_shake(&t, &plans[_i]);
	for (int i = 0; i < 50; i++)
		tap_talk(&t, "C: a2 NOOP\nS: a2 OK\n");
	ck_assert_uint_lt(store_memory_bytes(engine_store(t.w.engine)), 64 * 1024);
	tap_close(&t);
	wire_expect(&t.w, "1 imap closed\n");
	engine_finish(t.w.engine);
	tap_fini(&t);
}
END_TEST

void list_tests(TCase *c)
{
	tcase_add_loop_test(c, behind_starttls_it_is_known, 0, 2 * PLANS);
	tcase_add_loop_test(c, from_the_start_it_is_known, 0, 2 * PLANS);
	tcase_add_loop_test(c, where_the_server_stays_in_clear_its_side_does, 0, 2);
	tcase_add_loop_test(c, nothing_of_it_is_kept, 0, PLANS);
}
