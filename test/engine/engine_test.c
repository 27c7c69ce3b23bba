#include <ftw.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../main.h"
#include "diagnosis/diagnosis.h"
#include "mail/told.h"
#include "output/records.h"
#include "wire.h"

static struct wire w;
static char folder[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void setup(void)
{
	strcpy(folder, "/tmp/mailtap-engine-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	wire_init(&w, false);
}

static void teardown(void)
{
	wire_fini(&w);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#define MAIL_SAID                                                                                                      \
	"1 (greeting)\n1 EHLO\n1 MAIL\n1 RCPT\n1 DATA\n1 mail 1 accepted 46 \"one two\"\n1 (message)\n1 QUIT\n"

/* ---- who follows sessions ---- */

static char noted[256];
static size_t events;

static void note(char letter)
{
	size_t len = strlen(noted);

	ck_assert_uint_lt(len + 1, sizeof(noted));
	noted[len] = letter;
	noted[len + 1] = '\0';
}

static void note_begin(void *ctx, struct session *s)
{
	ck_assert_ptr_eq(ctx, noted);
	ck_assert_ptr_nonnull(s->diagnosis); /* the engine's own come first */
	note('B');
}

static void note_event(void *ctx, struct session *s, const struct dialogue_event *event, const struct stamp *first,
		       const struct stamp *last)
{
	(void)ctx;
	(void)s;
	ck_assert(event->kind <= DIALOGUE_NOTE && first->packet <= last->packet);
	events++;
}

static void note_command(void *ctx, struct session *s, struct command *c)
{
	(void)ctx;
	ck_assert(s->command_count > 0 && c->verb_len > 0);
	note('C');
}

static void note_data(void *ctx, struct session *s, struct mail *m)
{
	(void)ctx;
	(void)s;
	ck_assert(m->has_data && m->outcome == MAIL_UNDECIDED);
	note('D');
}

static void note_read(void *ctx, struct session *s, struct mail *m)
{
	(void)ctx;
	(void)s;
	ck_assert(m->has_data && !m->reported);
	note('R');
}

static void note_mail(void *ctx, struct session *s, struct mail *m)
{
	(void)ctx;
	(void)s;
	ck_assert(m->outcome == MAIL_ACCEPTED && !m->saved);
	note('M');
}

static void note_settled(void *ctx, struct session *s, struct mail *m)
{
	(void)ctx;
	(void)s;
	ck_assert(m->reported);
	note(m->saved ? 'V' : 'T');
}

static void note_end(void *ctx, struct session *s)
{
	(void)ctx;
	ck_assert(s->over && !s->reported);
	note('E');
}

static void note_session_settled(void *ctx, struct session *s)
{
	(void)ctx;
	ck_assert_ptr_nonnull(s->diagnosis);
	note('S');
}

static int64_t ticks_ns[8];
static size_t ticks;

static void note_tick(void *ctx, int64_t time_ns)
{
	(void)ctx;
	ck_assert_uint_lt(ticks, sizeof(ticks_ns) / sizeof(ticks_ns[0]));
	ticks_ns[ticks++] = time_ns;
}

static const struct observer ticking = {.name = "ticking", .tick = note_tick};

/* Once a second of the capture's time, whether packets come or none; a clock that was set back goes on. */
START_TEST(an_observer_is_told_the_time)
{
	static const int64_t at_ms[] = {5000, 5900, 6000, 6100, 9000, 2000, 2500, 3000};
	static const int64_t told_ms[] = {5000, 6000, 9000, 2000, 3000};
	struct packet_record r = {.kind = PACKET_TICK};

	ticks = 0;
	observers_add(&w.options.observers, &ticking, NULL);
	wire_begin(&w);
	for (size_t i = 0; i < sizeof(at_ms) / sizeof(at_ms[0]); i++) {
		r.time_ns = at_ms[i] * CLOCK_NS_PER_MS;
		engine_feed(w.engine, &r, slice_of(NULL, 0));
	}
	ck_assert_uint_eq(ticks, sizeof(told_ms) / sizeof(told_ms[0]));
	for (size_t i = 0; i < ticks; i++)
		ck_assert_int_eq(ticks_ns[i], told_ms[i] * CLOCK_NS_PER_MS);
}
END_TEST

static const struct observer noting = {
	.name = "noting",
	.session_begin = note_begin,
	.event = note_event,
	.command = note_command,
	.mail_data = note_data,
	.mail_read = note_read,
	.mail = note_mail,
	.mail_settled = note_settled,
	.session_end = note_end,
	.session_settled = note_session_settled,
};

static const struct observer silent = {.name = "silent"};

/* One that is added sees all, in order; a mail that is saved settles when that is done. */
START_TEST(an_observer_follows_a_session)
{
	noted[0] = '\0';
	events = 0;
	w.options.diagnose = true;
	w.options.save = _i == 1;
	snprintf(w.options.save_target, sizeof(w.options.save_target), "%s", folder);
	observers_add(&w.options.observers, &silent, NULL);
	observers_add(&w.options.observers, &noting, noted);
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	ck_assert_str_eq(noted, _i == 1 ? "BCCCCCDRMVCCES" : "BCCCCCDRMTCCES");
	ck_assert_uint_gt(events, 10);
}
END_TEST

/* ---- what is met on a port ---- */

/* The session's record says what was met; `speaks` NULL: mail. */
static void expect_speaks(const char *script, const char *speaks, enum protocol protocol)
{
	const struct session *s;

	w.options.keep = true;
	wire_begin(&w);
	wire_play(&w, script);
	engine_finish(w.engine);
	s = engine_connection(w.engine, 1)->session;
	ck_assert_int_eq(s->protocol, protocol);
	ck_assert_pstr_eq(s->speaks, speaks);
	if (speaks != NULL)
		ck_assert_uint_eq(s->command_count, 0);
	buffer_clear(&w.out);
}

/* A header of a proxy, of either version, is no foreign protocol; what follows it tells, on any port. */
START_TEST(what_stands_behind_a_proxy_header_is_met)
{
	static const char *const headers[] = {
		"C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n",
		"C| "
		"\\r\\n\\r\\n\\0\\r\\nQUIT\\n\\x21\\x11\\0\\x0c\\xc6\\x33\\x64\\x07\\xcb\\0\\x71\\x01\\xc7\\x38\\0\\x19"
		"\n",
	};
	struct buffer script = {0};

	buffer_append_text(&script, headers[_i % 2]);
	buffer_append_text(&script, _i & 2 ? "C| EHLO me\\r\\n\nS: 220 ns1\nS: 250 ns1\n"
					     "C: QUIT\nS: 221 bye\n"
					   : WIRE_MAIL);
	buffer_append_byte(&script, '\0');
	w.server_port = _i & 4 ? 2526 : 25;
	expect_speaks((const char *)script.data, NULL, PROTOCOL_SMTP);
	buffer_fini(&script);
}
END_TEST

START_TEST(tls_from_the_first_byte_behind_a_proxy_header_is_tls)
{
	w.server_port = _i ? 995 : 465;
	expect_speaks("C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 465\nC| \\x16\\x03\\x01\\0\\x05hello\n"
		      "S| \\x16\\x03\\x03\\0\\x05hello\n",
		      NULL, _i ? PROTOCOL_POP3 : PROTOCOL_SMTP);
	ck_assert(engine_connection(w.engine, 1)->session->tls);
	ck_assert(told_of(engine_connection(w.engine, 1)->session)->ends[SIDE_CLIENT].has_address);
}
END_TEST

/* A handshake with a proxy in front of a dialogue, on any port. */
static const struct {
	const char *handshake;
	const char *host;
	const char *secret; /* of the client's bytes */
} relays[] = {
	{"C| \\x04\\x01\\0\\x19\\xc6\\x33\\x64\\x07\\0\nS| \\0\\x5a\\0\\0\\0\\0\\0\\0\n", "", ""},
	{"C| \\x05\\x01\\x02\nS| \\x05\\x02\nC| \\x01\\x02me\\x06secret\nS| \\x01\\0\n"
	 "C| \\x05\\x01\\0\\x03\\x02mx\\0\\x19\nS| \\x05\\0\\0\\x01\\x0a\\0\\0\\x01\\x04\\x38\n",
	 "mx", "secret"},
	{"C: CONNECT mx:25 HTTP/1.1\nC: Proxy-Authorization: Basic bWU6\nC: \nS: HTTP/1.1 200 OK\nS: \n", "mx",
	 "Basic bWU6"},
};

START_TEST(a_dialogue_behind_a_proxy_handshake_is_met)
{
	static const char *const dialogues[] = {WIRE_MAIL, "S: 220 a\nC: EHLO me\nS: 250 a\nC: QUIT\nS: 221 bye\n",
						WIRE_POP3};
	size_t dialogue = (size_t)_i / 2 % 3;
	size_t handshake = (size_t)_i / 6;
	struct buffer script = {0};
	const struct session *s;

	buffer_append_text(&script, relays[handshake].handshake);
	buffer_append_text(&script, dialogues[dialogue]);
	buffer_append_byte(&script, '\0');
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	w.server_port = _i % 2 == 0 ? 1080 : dialogue == 2 ? 110 : 25;
	expect_speaks((const char *)script.data, NULL, dialogue == 2 ? PROTOCOL_POP3 : PROTOCOL_SMTP);
	s = engine_connection(w.engine, 1)->session;
	ck_assert_ptr_nonnull(told_of(s)->relay.name);
	ck_assert(slice_equals(told_of(s)->relay.host, slice_from_text(relays[handshake].host)));
	ck_assert_uint_eq(told_of(s)->ends[SIDE_SERVER].port, 25);
	ck_assert(slice_equals(command_verb(&s->commands[0]), slice_from_text("(greeting)")));
	ck_assert_ptr_nonnull(s->commands[0].replies);
	ck_assert(!diagnosis_has(s, RULE_S04));
	if (dialogue != 2)
		ck_assert(slice_equals(command_verb(&s->commands[1]), slice_from_text("EHLO")));
	if (relays[handshake].secret[0] != '\0') {
		const struct session_secret *secret = s->secrets;

		while (secret != NULL && secret->next != NULL)
			secret = secret->next; /* the first */
		ck_assert_ptr_nonnull(secret);
		ck_assert_uint_eq(secret->end - secret->begin, strlen(relays[handshake].secret));
	}
	buffer_fini(&script);
}
END_TEST

START_TEST(a_refused_connect_stays_what_it_is)
{
	expect_speaks("C: CONNECT mx:25 HTTP/1.1\nC: \nS: HTTP/1.1 403 Forbidden\nS: \n", "http", PROTOCOL_UNKNOWN);
}
END_TEST

START_TEST(tls_behind_a_proxy_handshake_goes_by_the_port_that_was_asked_for)
{
	w.server_port = 1080;
	expect_speaks("C: CONNECT mx:995 HTTP/1.1\nC: \nS: HTTP/1.1 200 OK\nS: \nC| \\x16\\x03\\x01\\0\\x05hello\n"
		      "S| \\x16\\x03\\x03\\0\\x05hello\n",
		      NULL, PROTOCOL_POP3);
	ck_assert(engine_connection(w.engine, 1)->session->tls);
}
END_TEST

START_TEST(http_on_a_mail_port_is_not_read_as_mail)
{
	expect_speaks("C: GET / HTTP/1.1\nC: Host: a\nC: \nS: HTTP/1.1 200 OK\nS: \nS: hello\n", "http",
		      PROTOCOL_UNKNOWN);
}
END_TEST

START_TEST(a_foreign_client_that_nobody_answers_is_told_at_the_end)
{
	expect_speaks("C: GET / HTTP/1.1\nC: \n", "http", PROTOCOL_UNKNOWN);
}
END_TEST

START_TEST(ssh_on_a_mail_port_is_not_read_as_mail)
{
	expect_speaks("S: SSH-2.0-a\nC: SSH-2.0-b\nC| \\x00\\x00\\x05\n", "ssh", PROTOCOL_UNKNOWN);
}
END_TEST

START_TEST(a_foreign_client_of_a_mail_server_says_unknown_commands)
{
	expect_speaks("C: GET / HTTP/1.1\nS: 220 mx ESMTP\nS: 500 what?\n", NULL, PROTOCOL_SMTP);
	ck_assert_uint_eq(engine_connection(w.engine, 1)->session->command_count, 2);
}
END_TEST

START_TEST(midstream_the_content_tells_who_serves)
{
	w.options.keep = true;
	wire_begin(&w);
	w.client_port = 2000; /* lower than the server's, and neither is one of mail's */
	w.server_port = 50025;
	w.seq[SIDE_CLIENT] = w.seq[SIDE_SERVER] = 7000;
	wire_talk(&w,
		  "S: 250 2.1.0 ok\nC: RCPT TO:<a@b>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Subject: x\nC: .\nS: 250 ok\n");
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_connection(w.engine, 1)->session->side[SIDE_SERVER].port, 50025);
	ck_assert_uint_eq(engine_counters(w.engine)->mails, 1);
	buffer_clear(&w.out);
}
END_TEST

/* ---- without a screen ---- */

START_TEST(a_connection_comes_out_as_commands_mails_and_a_session)
{
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	wire_expect(&w, MAIL_SAID);
	engine_finish(w.engine);
	wire_expect(&w, "1 smtp closed\n");
	ck_assert_uint_eq(engine_counters(w.engine)->sessions, 1);
	ck_assert_uint_eq(engine_counters(w.engine)->sessions_failed, 0);
	ck_assert_uint_eq(engine_counters(w.engine)->mails, 1);
	ck_assert_uint_eq(engine_counters(w.engine)->packets, w.number);
	ck_assert_uint_eq(engine_counters(w.engine)->skipped[DISSECT_TCP], w.number);
	ck_assert_int_eq(engine_counters(w.engine)->first_ns, WIRE_START_NS);
	ck_assert_uint_eq(engine_counters(w.engine)->time_digits, 6);
}
END_TEST

START_TEST(a_mapped_file_is_read_where_it_lies)
{
	struct buffer file = {0};

	w.file = &file;
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	wire_expect(&w, MAIL_SAID "1 smtp closed\n");
	ck_assert_uint_eq(store_spool_bytes(engine_store(w.engine)), 0);
	buffer_fini(&file);
}
END_TEST

/* What its headers said when there still were any is not what is there now. */
START_TEST(a_mapped_packet_that_is_gone_says_nothing)
{
	uint8_t bytes[40];
	struct packet_record r = {.kind = PACKET_DATA, .link_type = 101, .caplen = sizeof(bytes), .number = 1};
	struct dissected found;

	wire_begin(&w);
	wire_headers(&w, bytes, SIDE_CLIENT, SEGMENT_SYN, 0);
	dissect_ahead(r.link_type, slice_of(bytes, sizeof(bytes)), &found);
	engine_map(w.engine, 0, slice_of(bytes, sizeof(bytes) - 1));
	engine_feed_all(w.engine, &(struct engine_packet){.record = &r, .found = &found}, 1);
	ck_assert_uint_eq(engine_counters(w.engine)->skipped[DISSECT_CUT], 1);
	ck_assert_uint_eq(engine_counters(w.engine)->sessions, 0);
	engine_finish(w.engine);
}
END_TEST

/* ---- in fragments ---- */

static uint64_t fragments_left(void)
{
	return engine_counters(w.engine)->skipped[DISSECT_FRAGMENT];
}

/* Kept or not, mapped or spooled, in order or not: what arrives in fragments is what was sent. */
START_TEST(a_session_in_fragments_is_whole)
{
	struct buffer file = {0};

	w.file = _i & 1 ? &file : NULL;
	w.options.keep = (_i & 2) != 0;
	w.last_first = (_i & 4) != 0;
	w.fragment_len = 24;
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	wire_expect(&w, MAIL_SAID "1 smtp closed\n");
	ck_assert_uint_gt(engine_counters(w.engine)->packets, engine_counters(w.engine)->skipped[DISSECT_TCP]);
	ck_assert_uint_eq(fragments_left(), 0);
	buffer_fini(&file);
}
END_TEST

START_TEST(fragments_that_stay_alone_are_counted)
{
	wire_begin(&w);
	wire_open(&w);
	wire_say(&w, SIDE_SERVER, "220 x\r\n");
	w.fragment_len = 24;
	w.loses_last = true;
	wire_say(&w, SIDE_CLIENT, "MAIL FROM:<alice@example.org>\r\n");
	ck_assert_uint_eq(fragments_left(), 2);
	w.loses_last = false;
	wire_say(&w, SIDE_CLIENT, "RCPT TO:<bob@example.com>\r\n");
	ck_assert_uint_eq(fragments_left(), 2);
	engine_finish(w.engine);
}
END_TEST

/* The packet that made it whole belongs to the session, and stands where it stood in the capture. */
START_TEST(the_last_fragment_stands_for_all)
{
	const struct index *x;

	w.options.keep = true;
	wire_begin(&w);
	wire_open(&w);
	w.fragment_len = 24;
	wire_say(&w, SIDE_SERVER, "220 a name that is long\r\n");
	x = engine_index(w.engine);
	ck_assert_uint_eq(index_last(x), 5);
	ck_assert_uint_eq(index_get(x, 4)->session, 0);
	ck_assert_uint_eq(index_get(x, 5)->session, 1);
	ck_assert_uint_eq(index_get(x, 5)->marks, INDEX_FROM_SERVER);
	ck_assert_uint_eq(index_get(x, 5)->caplen, 20 + 45 - 24);
	engine_finish(w.engine);
}
END_TEST

enum {
	MANY = 5000,
};

/* The same packet of each of many connections; as many at once as the engine takes. */
static void feed_each(enum side side, uint8_t flags)
{
	uint8_t bytes[ENGINE_FEED_MAX][40];
	struct packet_record records[ENGINE_FEED_MAX];
	struct engine_packet packets[ENGINE_FEED_MAX];
	size_t count = 0;

	for (uint16_t i = 0; i < MANY; i++) {
		w.client_port = (uint16_t)(10000 + i);
		wire_headers(&w, bytes[count], side, flags, 0);
		records[count] = (struct packet_record){.kind = PACKET_DATA,
							.link_type = 101,
							.place = PACKET_PLACE_NONE,
							.caplen = sizeof(bytes[0]),
							.wire_len = sizeof(bytes[0]),
							.time_ns = w.now_ns,
							.number = ++w.number};
		packets[count] = (struct engine_packet){.record = &records[count], .bytes = slice_of(bytes[count], 40)};
		if (++count < ENGINE_FEED_MAX && i + 1 < MANY)
			continue;
		engine_feed_all(w.engine, packets, count);
		count = 0;
	}
}

START_TEST(packets_of_many_connections_are_taken_together)
{
	wire_begin(&w);
	feed_each(SIDE_CLIENT, SEGMENT_SYN);
	w.seq[SIDE_CLIENT]++;
	feed_each(SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK);
	w.seq[SIDE_SERVER]++;
	feed_each(SIDE_CLIENT, SEGMENT_ACK);
	feed_each(SIDE_CLIENT, SEGMENT_RST | SEGMENT_ACK);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_counters(w.engine)->packets, 4 * MANY);
	ck_assert_uint_eq(engine_counters(w.engine)->sessions, MANY);
}
END_TEST

START_TEST(a_closed_connection_ends_a_second_later)
{
	struct packet_record tick = {.kind = PACKET_TICK};

	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	wire_expect(&w, MAIL_SAID);
	tick.time_ns = w.now_ns + 2 * CLOCK_NS_PER_S;
	engine_feed(w.engine, &tick, slice_of(NULL, 0));
	wire_expect(&w, "1 smtp closed\n");
}
END_TEST

START_TEST(details_bring_the_hash)
{
	w.options.details = true;
	wire_begin(&w);
	wire_play(&w, "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: abc\nC: "
		      ".\nS: 250\n");
	engine_finish(w.engine);
	/* sha256 of "abc" and its line end */
	wire_expect(&w, "1 (greeting)\n1 MAIL\n1 RCPT\n1 DATA\n1 mail 1 accepted 5 \"\" 552bab68\n1 (message)\n"
			"1 smtp closed\n");
}
END_TEST

START_TEST(a_mail_that_is_not_whole_has_no_hash)
{
	w.options.details = true;
	wire_begin(&w);
	wire_play(&w, "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: abc\n");
	engine_finish(w.engine);
	wire_expect(&w, "1 (greeting)\n1 MAIL\n1 RCPT\n1 DATA\n1 mail 1 aborted 5 \"\"\n1 smtp closed\n");
}
END_TEST

START_TEST(a_port_decides_unless_the_content_says_otherwise)
{
	wire_begin(&w);
	w.server_port = 110;
	wire_play(&w, "S: +OK hi\nC: QUIT\nS: +OK\n");
	w.server_port = 9999;
	wire_play(&w, "S: 220 ns1 ESMTP\nC: EHLO me\nS: 250 ns1\nC: QUIT\nS: 221 bye\n");
	w.server_port = 8080;
	wire_play(&w, "C: GET / HTTP/1.1\nC: \nS: HTTP/1.1 200 OK\nS: \n");
	engine_finish(w.engine);
	wire_expect(&w, "1 (greeting)\n1 QUIT\n1 pop3 closed\n2 (greeting)\n2 EHLO\n2 QUIT\n2 smtp closed\n");
	ck_assert_uint_eq(engine_counters(w.engine)->sessions, 2);
}
END_TEST

/* Who has no answer yet may get one. */
START_TEST(a_refused_connection_is_a_session_that_failed)
{
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
	wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	wire_send(&w, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, slice_of(NULL, 0));
	w.client_port++;
	wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	engine_finish(w.engine);
	wire_expect(&w, "1 smtp refused\n2 smtp no-answer\n");
	ck_assert_uint_eq(engine_counters(w.engine)->sessions_failed, 1);
}
END_TEST

START_TEST(a_gap_in_a_mail_leaves_the_rest)
{
	wire_begin(&w);
	wire_open(&w);
	wire_talk(&w, "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: Subject: s\n"
		      "C~ 100\nC| \\r\\nend\\r\\n.\\r\\n\nS: 250\n");
	w.now_ns += 300 * CLOCK_NS_PER_MS;
	wire_talk(&w, "C: QUIT\nS: 221\n");
	wire_close(&w);
	engine_finish(w.engine);
	wire_expect(&w, "1 (greeting)\n1 MAIL\n1 RCPT\n1 DATA\n1 mail 1 accepted 19 \"s\"\n1 (message)\n1 QUIT\n"
			"1 smtp closed\n");
}
END_TEST

/* What has gone leaves no bytes behind: the spool stays at its first piece or two. */
START_TEST(bytes_are_given_back_as_sessions_leave)
{
	struct buffer body = {0};
	struct buffer script = {0};

	for (int i = 0; i < 400; i++)
		buffer_append_text(&body, "C: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n");
	buffer_append_byte(&body, '\0');
	buffer_printf(&script, "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\n%s",
		      (const char *)body.data);
	buffer_append(&script, slice_of("C: .\nS: 250\n", 13));
	wire_begin(&w);
	for (int i = 0; i < 2000; i++)
		wire_play(&w, (const char *)script.data);
	ck_assert_uint_eq(engine_counters(w.engine)->mails, 2000);
	ck_assert_uint_le(store_spool_bytes(engine_store(w.engine)), UINT64_C(3) << 24);
	engine_finish(w.engine);
	buffer_fini(&body);
	buffer_fini(&script);
}
END_TEST

START_TEST(a_mail_may_be_sent_by_pop3)
{
	wire_begin(&w);
	w.server_port = 110;
	wire_play(&w, "S: +OK\nC: USER bob\nS: +OK\nC: PASS x\nS: +OK\nC: XTND XMIT\nS: +OK go\nC: Subject: s\nC: \n"
		      "C: b\nC: .\nS: -ERR full\nC: QUIT\nS: +OK\n");
	engine_finish(w.engine);
	wire_expect(&w, "1 (greeting)\n1 USER\n1 PASS\n1 XTND\n1 mail 1 rejected 17 \"s\"\n1 (message)\n1 QUIT\n"
			"1 pop3 closed\n");
}
END_TEST

/* ---- for a screen ---- */

START_TEST(what_is_kept_can_be_looked_at)
{
	struct connection *v;
	struct buffer bytes = {0};
	uint32_t packets = 0;

	w.options.keep = true;
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_last_session(w.engine), 1);
	v = engine_connection(w.engine, 1);
	ck_assert_ptr_nonnull(v);
	ck_assert_ptr_null(engine_connection(w.engine, 0));
	ck_assert_ptr_null(engine_connection(w.engine, 2));
	content_read(v, session_mail(v->session, 1), engine_store(w.engine), UINT64_MAX, buffer_sink, &bytes);
	ck_assert(slice_equals(buffer_slice(&bytes), slice_from_text(WIRE_MAIL_BYTES)));
	for (uint64_t number = v->first_packet; number != 0; number = index_get(engine_index(w.engine), number)->next) {
		ck_assert_uint_eq(index_get(engine_index(w.engine), number)->session, 1);
		packets++;
	}
	ck_assert_uint_eq(packets, w.number);
	ck_assert_uint_eq(v->packet_count, w.number);
	buffer_fini(&bytes);
}
END_TEST

/* Also when the session is found by its content, later. */
START_TEST(a_session_keeps_the_interface_of_its_first_packet)
{
	w.options.keep = true;
	w.server_port = _i ? 2000 : 25;
	wire_begin(&w);
	w.interface = 3;
	wire_open(&w);
	w.interface = 4;
	wire_say(&w, SIDE_SERVER, "220 x ESMTP\r\n");
	wire_say(&w, SIDE_CLIENT, "EHLO y\r\n");
	wire_say(&w, SIDE_SERVER, "250 x\r\n");
	ck_assert_uint_eq(engine_connection(w.engine, 1)->session->interface, 3);
	ck_assert_uint_eq(index_link_of(engine_index(w.engine), index_get(engine_index(w.engine), 1)->link)->interface,
			  3);
	ck_assert_uint_eq(index_link_of(engine_index(w.engine), index_get(engine_index(w.engine), 4)->link)->interface,
			  4);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_connection(w.engine, 1)->session->interface, 3);
}
END_TEST

START_TEST(the_index_marks_what_is_remarkable)
{
	const struct index *x;

	w.options.keep = true;
	wire_begin(&w);
	wire_open(&w);
	wire_say(&w, SIDE_SERVER, "220 x\r\n");
	w.seq[SIDE_SERVER] -= 7;
	w.now_ns += 300 * CLOCK_NS_PER_MS;
	wire_say(&w, SIDE_SERVER, "220 x\r\n");
	x = engine_index(w.engine);
	ck_assert_uint_eq(index_get(x, 1)->marks, INDEX_HANDSHAKE_1);
	ck_assert_uint_eq(index_get(x, 2)->marks, INDEX_HANDSHAKE_2 | INDEX_FROM_SERVER);
	ck_assert_uint_eq(index_get(x, 3)->marks, INDEX_HANDSHAKE_3);
	ck_assert_uint_eq(index_get(x, 4)->marks, INDEX_FROM_SERVER);
	ck_assert_uint_eq(index_get(x, 5)->marks, INDEX_FROM_SERVER | INDEX_RETRANSMITTED);
	ck_assert_uint_eq(index_get(x, 4)->wire_len, 47);
	ck_assert_int_eq(index_link_type(x, index_get(x, 4)->link), 101);
	engine_finish(w.engine);
}
END_TEST

START_TEST(the_oldest_finished_sessions_go_first)
{
	w.options.keep = true;
	w.options.memory_limit = 100 * 1024;
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	engine_connection(w.engine, 1)->session->marked = true;
	for (int i = 0; i < 300; i++) {
		wire_play(&w, WIRE_MAIL);
		w.now_ns += 2 * CLOCK_NS_PER_S;
	}
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 50);
	ck_assert_uint_lt(engine_counters(w.engine)->evicted, 300);
	ck_assert_ptr_nonnull(engine_connection(w.engine, 1));
	ck_assert_ptr_null(engine_connection(w.engine, 2));
	ck_assert_ptr_nonnull(engine_connection(w.engine, 301));
	engine_finish(w.engine);
}
END_TEST

/* ---- saving ---- */

static void save_to(const char *target)
{
	w.options.save = true;
	w.options.save_format = SAVE_EML;
	snprintf(w.options.save_target, sizeof(w.options.save_target), "%s", target);
}

static void expect_file(const char *name, const char *content)
{
	char path[200];
	char read[1000] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s is not there", path);
	ck_assert_uint_eq(fread(read, 1, sizeof(read) - 1, f), strlen(content));
	ck_assert_str_eq(read, content);
	fclose(f);
}

/* 100 MB that are no mail go through a spool of 64 MiB; the mail before them stays. */
START_TEST(packets_of_no_session_make_room_for_the_others)
{
	static const uint8_t noise[20000];
	struct buffer bytes = {0};
	struct connection *v;

	w.options.keep = true;
	w.options.spool_limit = UINT64_C(4) << 24;
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	w.server_port = 9999;
	wire_open(&w);
	for (int i = 0; i < 5000; i++)
		wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(noise, sizeof(noise)));
	ck_assert_uint_le(store_spool_bytes(engine_store(w.engine)), w.options.spool_limit);
	ck_assert_uint_eq(engine_counters(w.engine)->evicted, 0);
	v = engine_connection(w.engine, 1);
	content_read(v, session_mail(v->session, 1), engine_store(w.engine), UINT64_MAX, buffer_sink, &bytes);
	ck_assert(slice_equals(buffer_slice(&bytes), slice_from_text(WIRE_MAIL_BYTES)));
	ck_assert_uint_eq(index_get(engine_index(w.engine), w.number)->caplen, sizeof(noise) + 40);
	buffer_fini(&bytes);
}
END_TEST

/* Their rows count, too: a million of them, and the memory stays what it may be. */
START_TEST(rows_of_no_session_are_bounded_by_memory)
{
	const struct index *x;
	uint64_t most = 0;

	w.options.keep = true;
	w.options.memory_limit = UINT64_C(4) << 20;
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	w.server_port = 9999;
	wire_open(&w);
	x = engine_index(w.engine);
	for (int i = 0; i < 1000000; i++) {
		wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(NULL, 0));
		if (engine_use(w.engine).memory > most)
			most = engine_use(w.engine).memory;
	}
	ck_assert_uint_le(most, w.options.memory_limit);
	ck_assert_uint_gt(index_count(x), 40000); /* and it is used */
	ck_assert_uint_eq(engine_counters(w.engine)->evicted, 0);
	ck_assert_uint_eq(index_count(x) + engine_counters(w.engine)->packets_swept, w.number);
	ck_assert_ptr_null(index_get(x, engine_connection(w.engine, 1)->last_packet + 1000));
	for (uint64_t number = w.number - 1024; number <= w.number; number++)
		ck_assert_ptr_nonnull(index_get(x, number));
	ck_assert_ptr_nonnull(index_get(x, engine_connection(w.engine, 1)->first_packet));
	engine_finish(w.engine);
}
END_TEST

/* A file has no limit: all of its packets stay. */
START_TEST(without_a_limit_all_rows_stay)
{
	w.options.keep = true;
	wire_begin(&w);
	w.server_port = 9999;
	wire_open(&w);
	for (int i = 0; i < 200000; i++)
		wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(NULL, 0));
	ck_assert_uint_eq(index_count(engine_index(w.engine)), w.number);
	ck_assert_uint_eq(engine_counters(w.engine)->packets_swept, 0);
	engine_finish(w.engine);
}
END_TEST

/* The rows of sessions go with these. */
START_TEST(rows_of_evicted_sessions_are_gone)
{
	uint64_t rows = 0;

	w.options.keep = true;
	w.options.memory_limit = 100 * 1024;
	wire_begin(&w);
	for (int i = 0; i < 300; i++) {
		wire_play(&w, WIRE_MAIL);
		w.now_ns += 2 * CLOCK_NS_PER_S;
	}
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 50);
	for (uint32_t i = 1; i <= engine_last_session(w.engine); i++)
		if (engine_connection(w.engine, i) != NULL)
			rows += engine_connection(w.engine, i)->packet_count;
	ck_assert_uint_eq(index_count(engine_index(w.engine)), rows);
	engine_finish(w.engine);
}
END_TEST

START_TEST(mails_are_saved_as_they_finish)
{
	w.options.keep = _i;
	save_to(folder);
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	expect_file("20261123-123452-s1-m1-one_two.eml", WIRE_MAIL_BYTES);
	ck_assert_uint_eq(engine_counters(w.engine)->saved, 1);
	wire_expect(
		&w,
		"1 (greeting)\n1 EHLO\n1 MAIL\n1 RCPT\n1 DATA\n1 mail 1 accepted 46 \"one two\" saved\n1 (message)\n"
		"1 QUIT\n1 smtp closed\n");
}
END_TEST

/* Nobody else asks for the bytes of mails, or somebody does: what is saved is the same. Each bit of _i is an output. */
START_TEST(mails_are_saved_whatever_is_put_out)
{
	struct engine_output output = {.command = _i & 1 ? wire_command : NULL,
				       .mail = _i & 2 ? wire_mail : NULL,
				       .session = _i & 4 ? wire_session : NULL};

	w.options.output = _i & 8 ? &output : NULL;
	w.options.diagnose = _i & 16;
	limits_init(&w.options.limits);
	save_to(folder);
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	w.server_port = 110;
	wire_play(&w, WIRE_POP3);
	engine_finish(w.engine);
	expect_file("20261123-123452-s1-m1-one_two.eml", WIRE_MAIL_BYTES);
	expect_file("20261123-123452-s2-m1-pop.eml", "Subject: pop\r\n\r\nHo\r\n");
	ck_assert_uint_eq(engine_counters(w.engine)->saved, 2);
	buffer_clear(&w.out);
}
END_TEST

START_TEST(a_retrieved_mail_is_saved_too)
{
	w.server_port = 110;
	save_to(folder);
	wire_begin(&w);
	wire_play(&w, WIRE_POP3);
	engine_finish(w.engine);
	expect_file("20261123-123452-s1-m1-pop.eml", "Subject: pop\r\n\r\nHo\r\n");
}
END_TEST

START_TEST(a_cut_off_mail_is_saved_as_a_part)
{
	save_to(folder);
	wire_begin(&w);
	wire_open(&w);
	wire_talk(&w, "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: half\n");
	wire_close(&w);
	engine_finish(w.engine);
	expect_file("20261123-123452-s1-m1-no-subject.partial.eml", "half\r\n");
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_told_once)
{
	struct error err = {""};

	save_to("/proc/no/such/folder");
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_counters(w.engine)->saved, 0);
	ck_assert(engine_take_error(w.engine, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "/proc/no/such/folder"));
	ck_assert(!engine_take_error(w.engine, &err));
}
END_TEST

static struct save_job *submitted[4];
static size_t submitted_count;

static void submit(void *ctx, struct save_job *job)
{
	(void)ctx;
	submitted[submitted_count++] = job;
}

/* A job on its way keeps the session and the bytes that it needs, however long it takes. */
START_TEST(a_slow_disk_stalls_nothing)
{
	submitted_count = 0;
	w.options.submit = submit;
	save_to(folder);
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	ck_assert_uint_eq(submitted_count, 1);
	ck_assert_uint_eq(engine_counters(w.engine)->jobs_pending, 1);
	wire_expect(&w, "1 (greeting)\n1 EHLO\n1 MAIL\n1 RCPT\n1 DATA\n1 (message)\n1 QUIT\n");
	ck_assert(save_run(submitted[0]));
	engine_job_done(w.engine, submitted[0]);
	ck_assert_uint_eq(engine_counters(w.engine)->jobs_pending, 0);
	wire_expect(&w, "1 mail 1 accepted 46 \"one two\" saved\n1 smtp closed\n");
	expect_file("20261123-123452-s1-m1-one_two.eml", WIRE_MAIL_BYTES);
}
END_TEST

/* Two mails in one session. */
#define TWO_MAILS                                                                                                      \
	"S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: Subject: one\nC: \nC: "   \
	"1\nC: .\n"                                                                                                    \
	"S: 250\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: Subject: two\nC: \nC: "     \
	"2\nC: .\n"                                                                                                    \
	"S: 250\n"

static void save_two(void)
{
	save_to(folder);
	wire_begin(&w);
	wire_play(&w, TWO_MAILS);
	wire_play(&w, TWO_MAILS);
	engine_finish(w.engine);
}

START_TEST(saving_by_itself_has_limits)
{
	struct error err;

	w.options.save_count = _i == 0 ? 1 : 0;
	w.options.save_bytes = _i == 1 ? 25 : 0;
	w.options.save_free = _i == 2 ? UINT64_MAX : 0;
	save_two();
	ck_assert_uint_eq(engine_counters(w.engine)->saved, _i == 2 ? 0 : 1);
	ck_assert_uint_eq(engine_counters(w.engine)->mails, 4);
	ck_assert(engine_take_error(w.engine, &err));
	ck_assert_msg(strstr(err.text, _i == 0	 ? "save_count"
				       : _i == 1 ? "save_bytes"
						 : "save_free") != NULL,
		      "%s", err.text);
	ck_assert(!engine_take_error(w.engine, &err)); /* once */
}
END_TEST

START_TEST(a_spool_without_room_is_told_and_the_rest_goes_on)
{
	struct rlimit before;
	struct rlimit small;
	struct error err = {""};

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max};
	wire_begin(&w);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert(engine_take_error(w.engine, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "spool"));
	ck_assert(!engine_take_error(w.engine, &err));
	ck_assert_uint_eq(engine_counters(w.engine)->sessions, 1);
}
END_TEST

START_TEST(settings_change_while_it_runs)
{
	struct ports ports;
	const char *target;

	wire_begin(&w);
	ports_init(&ports);
	ck_assert(ports_set(&ports, PROTOCOL_SMTP, "2500", NULL));
	engine_set_ports(w.engine, &ports);
	ck_assert_int_eq(ports_protocol(engine_ports(w.engine), 2500), PROTOCOL_SMTP);
	ck_assert(!engine_save_setting(w.engine, &target));
	engine_set_save(w.engine, true, folder, SAVE_EML);
	ck_assert(engine_save_setting(w.engine, &target));
	ck_assert_str_eq(target, folder);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	expect_file("20261123-123452-s1-m1-one_two.eml", WIRE_MAIL_BYTES);
}
END_TEST

/* ---- beyond 32 bits ---- */

static void print_number(struct buffer *out, uint64_t number, uint64_t from)
{
	buffer_printf(out, " %llu", number == 0 ? 0 : (unsigned long long)(number - from));
}

static void print_chain(struct buffer *out, const struct connection *v, uint64_t from)
{
	const struct index *x = engine_index(w.engine);
	uint64_t last = 0;

	buffer_append_text(out, "\nchain");
	for (uint64_t number = v->first_packet; number != 0; number = index_get(x, number)->next) {
		ck_assert_uint_gt(number, last);
		ck_assert_uint_eq(index_get(x, number)->session, v->session->number);
		print_number(out, number, from);
		buffer_printf(out, ":%u", index_get(x, number)->marks);
		last = number;
	}
	ck_assert_uint_eq(v->last_packet, last);
}

/* Every packet that is known of a session: where its bytes came, its commands and replies, what proves its findings. */
static void print_session(struct buffer *out, struct connection *v, uint64_t from)
{
	const struct session *s = v->session;

	print_chain(out, v, from);
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		buffer_append_text(out, "\nextents");
		for (size_t i = 0; i < connection_extents(v, side)->count; i++)
			print_number(out, connection_extents(v, side)->items[i].packet, from);
	}
	buffer_append_text(out, "\ncommands");
	for (size_t i = 0; i < s->command_count; i++) {
		print_number(out, s->commands[i].packet, from);
		for (const struct reply *r = s->commands[i].replies; r != NULL; r = r->next)
			print_number(out, r->packet, from);
	}
	buffer_append_text(out, "\nmails");
	for (size_t i = 0; i < s->mail_count; i++)
		print_number(out, s->mails[i]->last.packet, from);
	for (size_t i = 0; i < diagnosis_count(s); i++) {
		const struct finding *finding = diagnosis_finding(s, i);

		buffer_printf(out, "\nfinding %u", finding->rule);
		for (size_t n = 0; n < finding->packet_count; n++)
			print_number(out, finding->packets[n], from);
	}
}

/* Mail, a refusal with a lost and a repeated segment, POP3, midstream, on a port that tells nothing; the first packet
 * is the one after `from`. */
static void play_from(uint64_t from, struct buffer *out)
{
	struct connection *v;

	wire_fini(&w);
	wire_init(&w, true);
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	w.number = from;
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	wire_open(&w);
	wire_talk(&w, "S: 220 x\nC: EHLO me\nS~ 20\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\n");
	w.seq[SIDE_CLIENT] -= 15;
	w.now_ns += CLOCK_NS_PER_S;
	wire_talk(&w, "C: RCPT TO:<c@d>\nS: 550 5.1.1 no such\nC: QUIT\nS: 221 bye\n");
	wire_send(&w, SIDE_SERVER, SEGMENT_RST, slice_of(NULL, 0));
	w.server_port = 110;
	w.client_port++;
	wire_talk(&w, WIRE_POP3);
	w.server_port = 9999;
	wire_play(&w, WIRE_REFUSED);
	engine_finish(w.engine);
	ck_assert_uint_eq(index_last(engine_index(w.engine)), w.number);
	for (uint32_t session = 1; (v = engine_connection(w.engine, session)) != NULL; session++)
		print_session(out, v, from);
	buffer_append_byte(out, '\0');
}

/* Wherever in the capture 32 bits end, all is as at its beginning. */
START_TEST(packet_numbers_go_on_beyond_32_bits)
{
	struct buffer low = {0};
	struct buffer high = {0};

	play_from(0, &low);
	play_from((UINT64_C(1) << 32) - 1 - (uint64_t)_i, &high);
	ck_assert_uint_gt(engine_last_session(w.engine), 3);
	ck_assert_str_eq((const char *)low.data, (const char *)high.data);
	buffer_fini(&low);
	buffer_fini(&high);
}
END_TEST

/* The first packet is number 2^32 - 3. */
START_TEST(records_tell_packets_beyond_32_bits)
{
	struct records *r = records_new(&(struct record_origin){.observer = "sensor", .version = "0"}, false);
	struct buffer out = {0};
	struct connection *v;

	play_from((UINT64_C(1) << 32) - 4, &out);
	buffer_clear(&out);
	v = engine_connection(w.engine, 1);
	ck_assert_uint_eq(v->first_packet, (UINT64_C(1) << 32) - 3);
	for (size_t i = 0; i < v->session->command_count; i++)
		records_command(r, &out, v->session, &v->session->commands[i]);
	v = engine_connection(w.engine, 2);
	for (size_t i = 0; i < diagnosis_count(v->session); i++)
		records_diagnosis(r, &out, v->session, diagnosis_finding(v->session, i));
	buffer_append_byte(&out, '\0');
	ck_assert_ptr_nonnull(strstr((const char *)out.data, "\"packet\":4294967296"));
	ck_assert_ptr_nonnull(strstr((const char *)out.data, "\"packet\":4294967297"));
	ck_assert_ptr_nonnull(strstr((const char *)out.data, "\"evidence\":[42949673"));
	buffer_fini(&out);
	records_free(r);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, an_observer_is_told_the_time);
	tcase_add_loop_test(t, an_observer_follows_a_session, 0, 2);
	tcase_add_loop_test(t, what_stands_behind_a_proxy_header_is_met, 0, 8);
	tcase_add_loop_test(t, tls_from_the_first_byte_behind_a_proxy_header_is_tls, 0, 2);
	tcase_add_loop_test(t, a_dialogue_behind_a_proxy_handshake_is_met, 0, 18);
	tcase_add_test(t, a_refused_connect_stays_what_it_is);
	tcase_add_test(t, tls_behind_a_proxy_handshake_goes_by_the_port_that_was_asked_for);
	tcase_add_test(t, http_on_a_mail_port_is_not_read_as_mail);
	tcase_add_test(t, a_foreign_client_that_nobody_answers_is_told_at_the_end);
	tcase_add_test(t, ssh_on_a_mail_port_is_not_read_as_mail);
	tcase_add_test(t, a_foreign_client_of_a_mail_server_says_unknown_commands);
	tcase_add_test(t, midstream_the_content_tells_who_serves);
	tcase_add_test(t, a_connection_comes_out_as_commands_mails_and_a_session);
	tcase_add_test(t, a_mapped_file_is_read_where_it_lies);
	tcase_add_test(t, a_mapped_packet_that_is_gone_says_nothing);
	tcase_add_loop_test(t, a_session_in_fragments_is_whole, 0, 8);
	tcase_add_test(t, fragments_that_stay_alone_are_counted);
	tcase_add_test(t, the_last_fragment_stands_for_all);
	tcase_add_test(t, packets_of_many_connections_are_taken_together);
	tcase_add_test(t, a_closed_connection_ends_a_second_later);
	tcase_add_test(t, details_bring_the_hash);
	tcase_add_test(t, a_mail_that_is_not_whole_has_no_hash);
	tcase_add_test(t, a_port_decides_unless_the_content_says_otherwise);
	tcase_add_test(t, a_refused_connection_is_a_session_that_failed);
	tcase_add_test(t, a_gap_in_a_mail_leaves_the_rest);
	tcase_add_test(t, a_mail_may_be_sent_by_pop3);
	tcase_add_test(t, bytes_are_given_back_as_sessions_leave);
	tcase_add_test(t, what_is_kept_can_be_looked_at);
	tcase_add_loop_test(t, a_session_keeps_the_interface_of_its_first_packet, 0, 2);
	tcase_add_test(t, the_index_marks_what_is_remarkable);
	tcase_add_test(t, the_oldest_finished_sessions_go_first);
	tcase_add_test(t, packets_of_no_session_make_room_for_the_others);
	tcase_add_test(t, rows_of_no_session_are_bounded_by_memory);
	tcase_add_test(t, without_a_limit_all_rows_stay);
	tcase_add_test(t, rows_of_evicted_sessions_are_gone);
	tcase_add_loop_test(t, mails_are_saved_as_they_finish, 0, 2);
	tcase_add_loop_test(t, mails_are_saved_whatever_is_put_out, 0, 32);
	tcase_add_test(t, a_retrieved_mail_is_saved_too);
	tcase_add_test(t, a_cut_off_mail_is_saved_as_a_part);
	tcase_add_test(t, a_folder_that_cannot_be_written_is_told_once);
	tcase_add_test(t, a_slow_disk_stalls_nothing);
	tcase_add_loop_test(t, saving_by_itself_has_limits, 0, 3);
	tcase_add_test(t, a_spool_without_room_is_told_and_the_rest_goes_on);
	tcase_add_test(t, settings_change_while_it_runs);
	tcase_add_loop_test(t, packet_numbers_go_on_beyond_32_bits, 0, 80);
	tcase_add_test(t, records_tell_packets_beyond_32_bits);
}
