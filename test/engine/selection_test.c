/* Of wanted sessions alone there are records and saved mails, and all their packets are handed out, in their order. */
#include <dirent.h>
#include <unistd.h>

#include "../main.h"
#include "engine/selection.h"
#include "packet/fragments.h"
#include "wire.h"

enum {
	FRAGMENT_LEN = 64,
	NUMBERS_MAX = 16384,
};

static struct wire w;
static struct wanted wanted;
static uint64_t numbers[NUMBERS_MAX]; /* of packets that were handed out */
static size_t count;
static struct buffer bytes; /* theirs */

static void take(void *ctx, const struct packet_record *r, struct slice packet)
{
	ck_assert_ptr_eq(ctx, numbers);
	ck_assert_uint_lt(count, NUMBERS_MAX);
	ck_assert_uint_eq(r->caplen, packet.len);
	ck_assert(count == 0 || numbers[count - 1] < r->number);
	numbers[count++] = r->number;
	buffer_append(&bytes, packet);
}

/* Sessions of this port of the client. */
static void want(uint16_t port)
{
	struct community_ends ends = {.address = {{10, 0, 0, w.client_host}, {10, 0, 1, w.server_host}},
				      .port = {port, w.server_port}};

	community_id_make(wanted.id, &ends);
}

static void want_start(int64_t start_ns)
{
	wanted.has_start = true;
	wanted.start_ns = start_ns;
}

static void setup(void)
{
	wire_init(&w, false);
	wanted = (struct wanted){.has_start = false};
	count = 0;
	buffer_clear(&bytes);
	want(40001);
	w.options.wanted = &wanted;
	w.options.packet = take;
	w.options.packet_ctx = numbers;
}

static void teardown(void)
{
	wire_fini(&w);
	buffer_fini(&bytes);
}

/* Whether the packets from `first` on are those handed out; 0 ends the ranges. */
static void expect(const uint64_t *ranges)
{
	size_t at = 0;

	for (size_t i = 0; ranges[i] != 0; i += 2)
		for (uint64_t n = ranges[i]; n <= ranges[i + 1]; n++) {
			ck_assert_uint_lt(at, count);
			ck_assert_uint_eq(numbers[at++], n);
		}
	ck_assert_uint_eq(at, count);
}

#define EXPECT(...) expect((const uint64_t[]){__VA_ARGS__, 0})

/* Three connections, the middle one of the wanted ports; then those again, hours later. */
static void play_twice(uint64_t begins[7])
{
	for (int i = 0; i < 6; i++) {
		if (i == 3) {
			w.client_port = 40000;
			w.now_ns += 3600 * CLOCK_NS_PER_S;
		}
		begins[i] = w.number + 1;
		wire_play(&w, "S: 421 busy\n");
	}
	begins[6] = w.number + 1;
	engine_finish(w.engine);
}

START_TEST(an_id_has_all_its_sessions)
{
	uint64_t begins[7];

	w.options.keep = _i == 1;
	wire_begin(&w);
	play_twice(begins);
	EXPECT(begins[1], begins[2] - 1, begins[4], begins[5] - 1);
	wire_expect(&w, "2 (greeting)\n2 smtp closed\n5 (greeting)\n5 smtp closed\n");
	ck_assert_uint_eq(engine_wanted_session(w.engine), 2);
	ck_assert_uint_eq(engine_counters(w.engine)->sessions, 6);
}
END_TEST

START_TEST(a_start_has_one_of_them)
{
	uint64_t begins[7];

	want_start(WIRE_START_NS + 3600 * CLOCK_NS_PER_S + 4 * 7 * CLOCK_NS_PER_MS);
	wire_begin(&w);
	play_twice(begins);
	EXPECT(begins[4], begins[5] - 1);
	wire_expect(&w, "5 (greeting)\n5 smtp closed\n");
}
END_TEST

START_TEST(another_start_has_none)
{
	uint64_t begins[7];

	want_start(WIRE_START_NS + 1);
	wire_begin(&w);
	play_twice(begins);
	ck_assert_uint_eq(count, 0);
	wire_expect(&w, "");
	ck_assert_uint_eq(engine_wanted_session(w.engine), 0);
}
END_TEST

START_TEST(without_a_wish_all_are_wanted)
{
	uint64_t begins[7];

	w.options.wanted = NULL;
	wire_begin(&w);
	play_twice(begins);
	EXPECT(1, begins[6] - 1);
	ck_assert_uint_eq(engine_wanted_session(w.engine), 1);
}
END_TEST

/* A session that its content tells has the packets from its SYN on; what else came meanwhile has its place in the
 * order.
 */
START_TEST(what_came_before_a_session_was_known_is_its_own)
{
	uint32_t seq[SIDES];

	w.server_port = 2626;
	want(40000);
	wire_begin(&w);
	wire_open(&w);
	memcpy(seq, w.seq, sizeof(seq));
	w.client_port++;
	wire_open(&w);
	w.client_port--;
	memcpy(w.seq, seq, sizeof(seq));
	ck_assert_uint_eq(count, 0);
	wire_talk(&w, "S: 220 ns1 ESMTP\nC: EHLO me\nS: 250 ns1\nC: QUIT\nS: 221 bye\n");
	ck_assert_uint_gt(count, 3);
	wire_close(&w);
	engine_finish(w.engine);
	EXPECT(1, 3, 7, 14);
}
END_TEST

START_TEST(what_is_no_session_has_no_packets)
{
	w.server_port = 8080;
	want(40000);
	wire_begin(&w);
	wire_open(&w);
	wire_talk(&w, "C: GET / HTTP/1.1\nC: \nS: HTTP/1.1 200 OK\nS: Server: x\nS: \n");
	wire_close(&w);
	engine_finish(w.engine);
	ck_assert_uint_eq(count, 0);
}
END_TEST

/* All that the packets of a session are made of, and no fragments of others. */
START_TEST(fragments_belong_to_the_session_of_their_packet)
{
	uint64_t begin;
	uint64_t end;

	w.fragment_len = FRAGMENT_LEN;
	w.last_first = _i == 1;
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	begin = w.number + 1;
	wire_play(&w, WIRE_MAIL);
	end = w.number;
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	ck_assert_uint_gt(end - begin, 16);
	EXPECT(begin, end);
	ck_assert(slice_find(buffer_slice(&bytes), 'H') < bytes.len);
}
END_TEST

/* A fragment of something else holds those behind it up for as long as it may become whole. */
START_TEST(a_fragment_that_stays_one_is_left_out)
{
	struct packet_record clock = {.kind = PACKET_TICK};

	wire_begin(&w);
	w.fragment_len = FRAGMENT_LEN;
	w.loses_last = true;
	wire_open(&w);
	wire_say(&w, SIDE_SERVER,
		 "220 a greeting that is so long that it comes in pieces, all but the last of them\r\n");
	w.fragment_len = 0;
	w.client_port++;
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\n");
	ck_assert_uint_eq(count, 0);
	w.now_ns += FRAGMENTS_NS;
	clock.time_ns = w.now_ns;
	engine_feed(w.engine, &clock, slice_of(NULL, 0));
	EXPECT(5, 8);
	wire_talk(&w, "C: QUIT\n");
	EXPECT(5, 9);
	wire_talk(&w, "S: 221 bye\n");
	EXPECT(5, 10);
	engine_finish(w.engine);
	EXPECT(5, 10);
}
END_TEST

/* Nobody waits for ever: not for a connection that is silent, whatever comes behind it. */
START_TEST(what_waits_is_bounded)
{
	static char line[32 * 1024];
	uint64_t first;

	memset(line, 'x', sizeof(line) - 3);
	memcpy(line + sizeof(line) - 3, "\r\n", 3);
	w.options.observer_of[1] = 1;
	w.server_port = 2626;
	want(40000);
	wire_begin(&w);
	wire_open(&w); /* and says nothing */
	ck_assert_uint_eq(count, 0);
	w.observer = 1;
	w.seq[SIDE_CLIENT] = w.seq[SIDE_SERVER] = 0;
	first = w.number + 1;
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1 ESMTP\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT "
		      "TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\n");
	ck_assert_uint_eq(count, 0);
	if (_i == 0)
		for (size_t i = 0; i < SELECTION_BYTES_MAX / sizeof(line) + 2; i++)
			wire_say(&w, SIDE_CLIENT, line);
	else
		for (size_t i = 0; i < SELECTION_PACKETS_MAX; i++)
			wire_say(&w, SIDE_CLIENT, "x\r\n");
	ck_assert_uint_gt(count, 3);
	EXPECT(1, w.number);
	ck_assert_uint_eq(numbers[3], first);
	engine_finish(w.engine);
	EXPECT(1, w.number);
}
END_TEST

/* Where many SYNs have no answer, one is kept as what it says. */
START_TEST(a_syn_that_waits_is_the_first_packet)
{
	w.options.memory_limit = 16 << 20;
	w.client_port = 50000;
	wire_begin(&w);
	for (int i = 0; i < 200; i++, w.client_port++)
		wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	w.client_port = 40001;
	if (_i == 1)
		want_start(w.now_ns);
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\n");
	EXPECT(201, 204);
	w.client_port = 40002;
	wire_open(&w);
	engine_finish(w.engine);
	EXPECT(201, 204);
}
END_TEST

/* What is sent again when all is over is still the connection's. */
START_TEST(a_packet_behind_the_end_is_the_sessions)
{
	w.client_port = 40001;
	wire_begin(&w);
	wire_open(&w);
	wire_talk(&w, "S: 421 busy\n");
	wire_close(&w);
	w.now_ns += 2 * CLOCK_NS_PER_S;
	w.seq[SIDE_SERVER]--;
	wire_send(&w, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, slice_of(NULL, 0));
	wire_send(&w, SIDE_CLIENT, SEGMENT_RST, slice_of(NULL, 0));
	engine_finish(w.engine);
	EXPECT(1, 9);
}
END_TEST

START_TEST(several_observers_have_the_same_session)
{
	w.options.observer_of[1] = 1;
	want(40000);
	wire_begin(&w);
	wire_play(&w, "S: 421 busy\n");
	w.observer = 1;
	w.client_port = 40000;
	w.seq[SIDE_CLIENT] = w.seq[SIDE_SERVER] = 0;
	wire_play(&w, "S: 421 busy\n");
	wire_play(&w, "S: 421 busy\n");
	engine_finish(w.engine);
	EXPECT(1, 14);
	wire_expect(&w, "1 (greeting)\n1 smtp closed\n2 (greeting)\n2 smtp closed\n");
}
END_TEST

START_TEST(packets_of_a_mapped_file_are_its_bytes)
{
	struct buffer file = {0};

	w.file = &file;
	wire_begin(&w);
	wire_play(&w, "S: 421 busy\n");
	wire_play(&w, "S: 421 busy\n");
	wire_play(&w, "S: 421 busy\n");
	engine_finish(w.engine);
	EXPECT(8, 14);
	ck_assert_uint_eq(bytes.len * 3, file.len);
	ck_assert_mem_eq(bytes.data, file.data + bytes.len, bytes.len);
	buffer_fini(&file);
}
END_TEST

static size_t files_in(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t files = 0;

	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		if (entry->d_name[0] != '.') {
			ck_assert_ptr_nonnull(strstr(entry->d_name, "-s2-m1-"));
			unlinkat(dirfd(dir), entry->d_name, 0);
			files++;
		}
	closedir(dir);
	return files;
}

START_TEST(mails_of_others_are_not_saved)
{
	w.options.save = true;
	strcpy(w.options.save_target, "/tmp/mailtap-selection-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(w.options.save_target));
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	ck_assert_uint_eq(files_in(w.options.save_target), 1);
	ck_assert_uint_eq(engine_counters(w.engine)->saved, 1);
	ck_assert_uint_eq(engine_counters(w.engine)->mails, 2);
	rmdir(w.options.save_target);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, an_id_has_all_its_sessions, 0, 2);
	tcase_add_test(t, a_start_has_one_of_them);
	tcase_add_test(t, another_start_has_none);
	tcase_add_test(t, without_a_wish_all_are_wanted);
	tcase_add_test(t, what_came_before_a_session_was_known_is_its_own);
	tcase_add_test(t, what_is_no_session_has_no_packets);
	tcase_add_loop_test(t, fragments_belong_to_the_session_of_their_packet, 0, 2);
	tcase_add_test(t, a_fragment_that_stays_one_is_left_out);
	tcase_add_loop_test(t, what_waits_is_bounded, 0, 2);
	tcase_add_loop_test(t, a_syn_that_waits_is_the_first_packet, 0, 2);
	tcase_add_test(t, a_packet_behind_the_end_is_the_sessions);
	tcase_add_test(t, several_observers_have_the_same_session);
	tcase_add_test(t, packets_of_a_mapped_file_are_its_bytes);
	tcase_add_test(t, mails_of_others_are_not_saved);
}
