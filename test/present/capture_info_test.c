#include "present/capture_info.h"

#include "../engine/tap.h"
#include "../main.h"

static struct wire w;
static struct snapshot_about about;

static void setup(void)
{
	wire_init(&w, true);
	w.options.output = NULL;
	w.options.memory_limit = 1 << 20;
	w.options.spool_limit = 3 << 20;
	wire_begin(&w);
	memset(&about, 0xff, sizeof(about));
}

static void teardown(void)
{
	wire_fini(&w);
}

START_TEST(an_empty_capture_has_nothing_to_tell)
{
	capture_info_fill(w.engine, &about);
	ck_assert_str_eq(about.links, "");
	ck_assert_uint_eq(about.skipped_count, 0);
	ck_assert_uint_eq(about.given_up_count, 0);
	ck_assert_int_eq(about.first_ns, 0);
	ck_assert_uint_eq(about.memory, 0);
	ck_assert_uint_eq(about.spool, 0);
}
END_TEST

static void feed(uint16_t link_type, const char *bytes, size_t len)
{
	struct packet_record r = {.kind = PACKET_DATA, .link_type = link_type, .place = PACKET_PLACE_NONE};

	r.number = ++w.number;
	r.time_ns = w.now_ns;
	r.caplen = r.wire_len = (uint32_t)len;
	engine_feed(w.engine, &r, slice_of(bytes, len));
}

START_TEST(what_was_skipped_is_told_by_reason)
{
	wire_play(&w, WIRE_MAIL);
	feed(LINKTYPE_ETHERNET, "\xff\xff\xff\xff\xff\xff\2\2\2\2\2\2\x08\x06........", 22); /* ARP */
	feed(LINKTYPE_ETHERNET, "\xff\xff", 2);
	feed(LINKTYPE_ETHERNET, "\xff\xff", 2);
	feed(147, "x", 1);
	engine_finish(w.engine);
	capture_info_fill(w.engine, &about);
	ck_assert_str_eq(about.links, "Raw IP, Ethernet, link type 147");
	ck_assert_uint_eq(about.skipped_count, 3);
	ck_assert_str_eq(about.skipped[0].name, "not ip");
	ck_assert_uint_eq(about.skipped[0].count, 1);
	ck_assert_str_eq(about.skipped[1].name, "cut short");
	ck_assert_uint_eq(about.skipped[1].count, 2);
	ck_assert_str_eq(about.skipped[2].name, "unknown link type");
	ck_assert_int_eq(about.first_ns, WIRE_START_NS);
	ck_assert_int_eq(about.last_ns, w.now_ns);
	ck_assert_uint_eq(about.memory_limit, 1 << 20);
	ck_assert_uint_eq(about.spool_limit, 3 << 20);
	ck_assert_uint_gt(about.memory, 0);
	ck_assert_uint_gt(about.spool, 0);
}
END_TEST

/* 0: it is not told. */
static uint64_t given_up(const char *name)
{
	for (size_t i = 0; i < about.given_up_count; i++)
		if (strcmp(about.given_up[i].name, name) == 0)
			return about.given_up[i].count;
	return 0;
}

START_TEST(evicted_sessions_and_names_are_counted)
{
	uint64_t names;

	capture_info_fill(w.engine, &about);
	names = about.names;
	engine_add_name(w.engine, (const uint8_t[]){10, 0, 0, 1}, false, "pc");
	for (int i = 0; i < 2000; i++)
		wire_play(&w, WIRE_REFUSED);
	engine_finish(w.engine);
	capture_info_fill(w.engine, &about);
	ck_assert_uint_eq(about.names, names + 1);
	ck_assert_uint_eq(given_up("sessions to save memory"), engine_counters(w.engine)->evicted);
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 0);
}
END_TEST

/* The memory is short, and many wait. */
START_TEST(waits_that_were_given_up_are_counted)
{
	static const struct peers_plan plan = {.names = TAP_NAMES, .version = TLS1_3_VERSION};
	struct tap t;

	tap_init(&t, false);
	t.w.options.key_wait_ns = 1000 * CLOCK_NS_PER_S;
	t.w.options.memory_limit = 400 * 1024;
	t.labels = 0;
	wire_begin(&t.w);
	capture_info_fill(t.w.engine, &about);
	ck_assert_uint_eq(given_up("waits for keys to save memory"), 0);
	for (int i = 0; i < 100; i++) {
		if (i > 0)
			peers_end(&t.p);
		tap_starttls(&t, &plan);
	}
	capture_info_fill(t.w.engine, &about);
	ck_assert_uint_gt(given_up("waits for keys to save memory"), 0);
	ck_assert_uint_eq(given_up("waits for keys to save memory"), engine_counters(t.w.engine)->keys_given_up);
	engine_finish(t.w.engine);
	tap_fini(&t);
}
END_TEST

static const uint8_t tls_server[16] = {10, 0, 1, 1};
static const uint8_t tls_client[16] = {10, 0, 0, 1};

/* Sessions in TLS without a key, behind each of the greetings. */
static void lack_keys(struct tap *t, const struct key_help *help, const char *const *greetings, size_t count)
{
	static const struct peers_plan plan = {.names = TAP_NAMES, .version = TLS1_3_VERSION};

	tap_init(t, true);
	t->w.options.key_help = help;
	t->labels = 0;
	wire_begin(&t->w);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			peers_end(&t->p);
		wire_open(&t->w);
		wire_talk(&t->w, greetings[i]);
		wire_talk(&t->w, "C: EHLO me\nS: 250 ns1\nC: STARTTLS\nS: 220 go\n");
		tap_shake(t, &plan);
		tap_talk(t, TAP_MAIL);
		tap_close(t);
	}
	engine_finish(t->w.engine);
	capture_info_fill(t->w.engine, &about);
	tap_fini(t);
}

/* A program here before the client here, that before the manual; of several programs the one with most of them. */
START_TEST(what_helps_most_is_told)
{
	static const char *const one[] = {"S: 220 a\n"};
	static const char *const many[] = {"S: 220 a ESMTP\n", "S: 220 a Postfix\n", "S: 220 a Exim\n",
					   "S: 220 a Exim\n",  "S: 220 a ESMTP\n",   "S: 220 a ESMTP\n"};
	struct key_help *h = key_help_new("/lib/keylog.so", "/run/keys.log");
	struct tap t;

	capture_info_fill(w.engine, &about);
	ck_assert_uint_eq(about.unread.sessions, 0);
	ck_assert_str_eq(about.unread.lines[0], "");
	lack_keys(&t, NULL, one, 1);
	ck_assert_uint_eq(about.unread.sessions, 1);
	ck_assert_ptr_nonnull(strstr(about.unread.lines[0], "man 7 mailtap-keylog"));
	ck_assert_str_eq(about.unread.lines[1], "");
	key_help_add_address(h, tls_client, false);
	lack_keys(&t, h, many, 6);
	ck_assert_uint_eq(about.unread.sessions, 6);
	ck_assert_ptr_nonnull(strstr(about.unread.lines[0], "mailtap keylog -- COMMAND"));
	key_help_add_address(h, tls_server, false);
	lack_keys(&t, h, many, 6);
	ck_assert_uint_eq(about.unread.sessions, 6);
	ck_assert_ptr_nonnull(strstr(about.unread.lines[0], "Exim is on this machine."));
	ck_assert(about.unread.lines[1][0] != '\0' && about.unread.lines[2][0] != '\0');
	key_help_free(h);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, an_empty_capture_has_nothing_to_tell);
	tcase_add_test(t, what_was_skipped_is_told_by_reason);
	tcase_add_test(t, evicted_sessions_and_names_are_counted);
	tcase_add_test(t, what_helps_most_is_told);
	tcase_add_test(t, waits_that_were_given_up_are_counted);
}
