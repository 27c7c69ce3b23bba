/*
 * What the screen shows of a session in TLS: the handshake in the timeline, the text in the stream and beside packets,
 * the records under it; and no secret.
 */
#include "../engine/tap.h"
#include "../main.h"
#include "output/lines.h"
#include "present/finding_list.h"
#include "present/rows.h"
#include "snapshot/snapshot.h"

static struct tap t;
static struct session_detail f;
static struct buffer shown;

#define LOGIN "S: +OK hello\nC: USER bob\nS: +OK\nC: PASS s3cr3tXY\nS: +OK\nC: STAT\nS: +OK 2 300\nC: QUIT\nS: +OK\n"

static const struct peers_plan plans[] = {
	{.names = TAP_NAMES, .version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"},
	{.names = TAP_NAMES, .version = TLS1_3_VERSION, .suites = "TLS_AES_128_GCM_SHA256"},
};

/* A mailbox that is looked at by TLS. */
static void begin_with(const struct peers_plan *plan, unsigned int labels)
{
	f = (struct session_detail){.session = 0};
	shown = (struct buffer){.limit = 0};
	tap_init(&t, true);
	t.labels = labels;
	wire_begin(&t.w);
	t.w.server_port = 995;
	wire_open(&t.w);
	tap_shake(&t, plan);
	tap_talk(&t, LOGIN);
	tap_close(&t);
}

static void begin(const struct peers_plan *plan, bool has_key)
{
	begin_with(plan, has_key ? TAP_ALL_LABELS : 0);
}

static void end(void)
{
	session_detail_fini(&f);
	buffer_fini(&shown);
	tap_fini(&t);
}

static void add(const char *text)
{
	buffer_append_text(&shown, text);
	buffer_append_byte(&shown, '\n');
}

static bool shows(const char *text)
{
	return memmem(shown.data, shown.len, text, strlen(text)) != NULL;
}

static void update(void)
{
	buffer_clear(&shown);
	session_detail_update(&f, t.w.engine, 1);
	while (session_detail_work(&f, t.w.engine))
		continue;
}

static void show_timeline(void)
{
	struct snapshot_timeline_row row;

	update();
	for (size_t i = 0; i < f.item_count; i++) {
		rows_timeline(&f, t.w.engine, i, false, &row);
		add(row.text);
		add(row.detail);
	}
}

static void show_stream(bool show_secrets)
{
	struct snapshot_stream_row row;

	update();
	for (size_t i = 0; i < f.line_count; i++) {
		rows_stream(&f, t.w.engine, i, show_secrets, &row);
		add(row.text);
	}
}

static void show_packets(bool show_secrets)
{
	struct snapshot_packet_row packet;
	struct snapshot_packet_detail *detail = calloc(1, sizeof(*detail));

	update();
	for (uint32_t number = 1; number <= t.w.number; number++) {
		rows_packet(&f, t.w.engine, number, &(struct query){.show_secrets = show_secrets}, &packet);
		add(packet.info);
		rows_packet_detail(t.w.engine, number, show_secrets, detail);
		for (size_t i = 0; i < detail->field_count; i++)
			add(detail->fields[i].value);
	}
	free(detail);
}

START_TEST(the_timeline_tells_of_the_handshake)
{
	begin(&plans[_i], true);
	show_timeline();
	ck_assert(shows(_i == 0 ? "TLS 1.2 (read with its key), for mail.example, "
				  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\n"
				: "TLS 1.3 (read with its key), for mail.example, TLS_AES_128_GCM_SHA256\n"));
	ck_assert(shows("TLS ClientHello for mail.example\n"));
	ck_assert(shows(_i == 0 ? "TLS ServerHello: TLS 1.2, " : "TLS ServerHello: TLS 1.3, "));
	ck_assert(shows("TLS Certificate of mail.example\n"));
	ck_assert(shows("TLS Finished\n"));
	ck_assert_int_eq(shows("TLS EncryptedExtensions"), _i == 1);
	ck_assert(shows("signed by itself") && shows("names: mail.example"));
	ck_assert(shows("TLS alert: close notify") || shows("TLS alert: close_notify"));
	ck_assert(shows("PASS") && shows("STAT"));
	ck_assert(!shows("s3cr3tXY"));
	end();
}
END_TEST

START_TEST(without_a_key_it_says_why)
{
	struct snapshot_session_row row;

	begin(&plans[_i], false);
	show_timeline();
	ck_assert(shows("not read: there is no key for it"));
	ck_assert(shows("TLS ClientHello for mail.example\n"));
	ck_assert(!shows("STAT"));
	show_stream(false);
	ck_assert(!shows("STAT"));
	rows_session(t.w.engine, engine_connection(t.w.engine, 1), &(struct query){.numeric = true}, &row);
	ck_assert_str_eq(row.result, "encrypted, no key");
	show_packets(true);
	ck_assert(!shows("STAT"));
	end();
}
END_TEST

/* ---- the stream, and what it was made of ---- */

static size_t count_records(enum side side)
{
	struct slice wire = buffer_slice(&t.p.wire[side]);
	size_t count = 0;

	for (; wire.len >= 5; count++)
		wire = slice_after(wire, 5 + ((size_t)wire.data[3] << 8 | wire.data[4]));
	return count;
}

static size_t count_of(const char *text)
{
	struct slice rest = buffer_slice(&shown);
	const uint8_t *found;
	size_t count = 0;

	while ((found = memmem(rest.data, rest.len, text, strlen(text))) != NULL) {
		rest = slice_after(rest, (size_t)(found - rest.data) + 1);
		count++;
	}
	return count;
}

static bool begins(const struct buffer *line, const char *text)
{
	return slice_equals(slice_sub(buffer_slice(line), 0, strlen(text)), slice_from_text(text));
}

START_TEST(records_are_shown_when_they_are_asked_for)
{
	struct buffer before = {0};

	begin(&plans[_i], true);
	show_stream(false);
	ck_assert(shows("USER bob\n") && shows("+OK 2 300\n") && !shows("TLS record"));
	ck_assert(!shows("s3cr3tXY"));
	buffer_append(&before, buffer_slice(&shown));
	session_detail_show_records(&f, true);
	show_stream(false);
	ck_assert_uint_eq(count_of("TLS record: "), count_records(SIDE_CLIENT) + count_records(SIDE_SERVER));
	ck_assert(shows("TLS record: handshake, "));
	ck_assert(shows("TLS record: application data, "));
	ck_assert(shows("USER bob\n") && shows("+OK 2 300\n"));
	ck_assert(!shows("s3cr3tXY"));
	session_detail_show_records(&f, false);
	show_stream(false);
	ck_assert(slice_equals(buffer_slice(&shown), buffer_slice(&before)));
	buffer_fini(&before);
	end();
}
END_TEST

/* A record stands before its text: so line by line. */
START_TEST(a_record_stands_above_its_text)
{
	struct detail_text about;
	struct buffer line = {0};
	size_t at;

	begin(&plans[_i], true);
	session_detail_show_records(&f, true);
	show_stream(false);
	for (at = 1; at < f.line_count; at++) {
		buffer_clear(&line);
		session_detail_line_text(&f, t.w.engine, at, false, &line, &about);
		if (slice_equals(buffer_slice(&line), slice_from_text("STAT")))
			break;
	}
	ck_assert_uint_lt(at, f.line_count);
	ck_assert(!about.encrypted);
	ck_assert_int_eq(about.side, SIDE_CLIENT);
	buffer_clear(&line);
	session_detail_line_text(&f, t.w.engine, at - 1, false, &line, &about);
	ck_assert(begins(&line, "TLS record: application data, "));
	ck_assert(about.encrypted);
	ck_assert_int_eq(about.side, SIDE_CLIENT);
	buffer_fini(&line);
	end();
}
END_TEST

/* ---- what was found ---- */

START_TEST(what_is_the_cause_of_nothing_is_shown)
{
	static struct snapshot_line lines[50];
	static const struct session_detail nowhere;
	struct connection *v;

	begin(&plans[_i], true);
	engine_finish(t.w.engine);
	v = engine_connection(t.w.engine, 1);
	ck_assert_ptr_null(diagnosis_root(v->session));
	ck_assert(tap_has(&t, 1, RULE_T15));
	ck_assert_uint_gt(finding_list_lines(&nowhere, v, 100, lines, 50), 0);
	ck_assert_str_eq(lines[0].text, "T15  Certificate signed by itself, or its chain is not whole  (info)");
	end();
}
END_TEST

/* Lines that are to be set stand on lines of their own: in the diagnosis, in the report, not in the one line under the
 * panes. */
START_TEST(advice_of_several_lines_is_shown_as_such)
{
	static struct snapshot_line lines[50];
	struct key_help *h = key_help_new("/lib/keylog.so", "/run/keys.log");
	enum snapshot_meaning meaning;
	char sentence[1024];
	uint32_t count;
	uint32_t at = 0;

	key_help_add_address(h, (const uint8_t[16]){10, 0, 0, 1}, false);
	tap_init(&t, true);
	t.w.options.key_help = h;
	t.labels = 0;
	shown = (struct buffer){.limit = 0};
	f = (struct session_detail){.session = 0};
	wire_begin(&t.w);
	tap_starttls(&t, &plans[1]);
	engine_finish(t.w.engine);
	count = finding_list_lines(&f, engine_connection(t.w.engine, 1), 100, lines, 50);
	while (at < count && strcmp(lines[at].text, "        mailtap keylog -- COMMAND") != 0)
		at++;
	ck_assert_uint_lt(at, count);
	ck_assert_str_eq(lines[at - 1].text, "    The client is on this machine: run it again by");
	lines_report_findings(&shown, engine_connection(t.w.engine, 1)->session);
	ck_assert(shows("\n      The client is on this machine: run it again by\n          mailtap keylog -- COMMAND\n"
			"      which gives"));
	for (uint32_t i = 0; diagnosis_finding(engine_connection(t.w.engine, 1)->session, i) != NULL; i++) {
		rows_sentence(engine_connection(t.w.engine, 1), i, sentence, sizeof(sentence), &meaning);
		if (strstr(sentence, "there is no key") == NULL)
			continue;
		ck_assert_ptr_nonnull(strstr(sentence, "run it again by mailtap keylog -- COMMAND which gives"));
		at = 0;
	}
	ck_assert_uint_eq(at, 0);
	end();
	key_help_free(h);
}
END_TEST

/* ---- packets ---- */

START_TEST(packets_show_what_was_said_in_them)
{
	begin(&plans[_i], true);
	show_packets(false);
	ck_assert_uint_eq(count_of("STAT"), 2); /* in its row and in its detail */
	ck_assert_uint_eq(count_of("+OK 2 300"), 2);
	end();
}
END_TEST

START_TEST(a_password_in_a_packet_is_masked)
{
	begin(&plans[_i], true);
	show_packets(false);
	ck_assert(!shows("s3cr3tXY"));
	ck_assert_uint_eq(count_of("PASS ********"), 2);
	show_packets(true);
	ck_assert_uint_eq(count_of("PASS s3cr3tXY"), 2);
	end();
}
END_TEST

/* In any segments: no part of it is shown. */
START_TEST(a_password_in_pieces_is_masked)
{
	f = (struct session_detail){.session = 0};
	shown = (struct buffer){.limit = 0};
	tap_init(&t, true);
	wire_begin(&t.w);
	t.w.server_port = 995;
	t.segment_len = (size_t)_i + 1;
	wire_open(&t.w);
	tap_shake(&t, &plans[_i % 2]);
	tap_talk(&t,
		 "S: +OK hello\nC: USER bob\nS: +OK\nC| PA\nS: +OK\nC| SS s3cr3\nS: +OK\nC| tXY\nS: +OK\nC| \\r\\n\n");
	show_packets(false);
	show_stream(false);
	show_timeline();
	ck_assert(!shows("s3cr3") && !shows("tXY"));
	tap_talk(&t, "S: +OK\nC: QUIT\nS: +OK\n");
	tap_close(&t);
	show_packets(false);
	ck_assert(!shows("s3cr3") && !shows("tXY"));
	show_stream(false);
	ck_assert(!shows("s3cr3") && !shows("tXY"));
	show_timeline();
	ck_assert(!shows("s3cr3") && !shows("tXY"));
	end();
}
END_TEST

/* Of the other one it is seen how much it said, in its place. */
START_TEST(a_side_that_is_not_read_is_seen)
{
	static const unsigned int labels[] = {
		1 << KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET | 1 << KEY_CLIENT_TRAFFIC_SECRET_0,
		1 << KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET | 1 << KEY_SERVER_TRAFFIC_SECRET_0};
	struct snapshot_session_row row;
	struct detail_text about;
	struct buffer line = {0};

	begin_with(&plans[1], labels[_i]);
	show_stream(false);
	ck_assert_uint_eq(count_of(" bytes, encrypted\n"), 1);
	rows_session(t.w.engine, engine_connection(t.w.engine, 1), &(struct query){.numeric = true}, &row);
	ck_assert_str_eq(row.result, "half encrypted, no key");
	ck_assert_int_eq(shows("USER bob\n"), _i == 0);
	ck_assert_int_eq(shows("+OK 2 300\n"), _i == 1);
	session_detail_line_text(&f, t.w.engine, 0, false, &line, &about);
	ck_assert(about.encrypted);
	ck_assert_int_eq(about.side, _i == 0 ? SIDE_SERVER : SIDE_CLIENT);
	tap_bring_keys(&t, TAP_ALL_LABELS);
	show_stream(false);
	ck_assert_uint_eq(count_of(" bytes, encrypted\n"), 0);
	ck_assert(shows("USER bob\n") && shows("+OK 2 300\n"));
	buffer_fini(&line);
	end();
}
END_TEST

/* Its panes change with the key. */
START_TEST(a_key_that_comes_late_changes_the_panes)
{
	begin(&plans[_i], false);
	show_stream(false);
	ck_assert(!shows("STAT"));
	tap_bring_keys(&t, TAP_ALL_LABELS);
	show_stream(false);
	ck_assert(shows("STAT\n"));
	show_timeline();
	ck_assert(shows("read with its key") && shows("STAT"));
	show_packets(false);
	ck_assert(shows("STAT"));
	end();
}
END_TEST

void list_tests(TCase *c)
{
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, the_timeline_tells_of_the_handshake, 0, 2);
	tcase_add_loop_test(c, without_a_key_it_says_why, 0, 2);
	tcase_add_loop_test(c, records_are_shown_when_they_are_asked_for, 0, 2);
	tcase_add_loop_test(c, a_record_stands_above_its_text, 0, 2);
	tcase_add_loop_test(c, what_is_the_cause_of_nothing_is_shown, 0, 2);
	tcase_add_test(c, advice_of_several_lines_is_shown_as_such);
	tcase_add_loop_test(c, packets_show_what_was_said_in_them, 0, 2);
	tcase_add_loop_test(c, a_password_in_a_packet_is_masked, 0, 2);
	tcase_add_loop_test(c, a_password_in_pieces_is_masked, 0, 12);
	tcase_add_loop_test(c, a_key_that_comes_late_changes_the_panes, 0, 2);
	tcase_add_loop_test(c, a_side_that_is_not_read_is_seen, 0, 2);
}
