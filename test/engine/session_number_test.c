/*
 * Numbers of sessions where 32 bits end.
 */
#include <dirent.h>
#include <unistd.h>

#include "../main.h"
#include "engine/parts.h"
#include "output/lines.h"
#include "wire.h"

#define END (UINT64_C(1) << 32)

static struct wire w;
static char folder[64];

static void setup(void)
{
	snprintf(folder, sizeof(folder), "/tmp/mailtap-number-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown(void)
{
	char path[600];
	DIR *dir = opendir(folder);
	struct dirent *entry;

	wire_fini(&w);
	while ((entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	closedir(dir);
	rmdir(folder);
}

static void begin(bool keep, uint64_t last)
{
	wire_init(&w, keep);
	w.options.diagnose = true;
	w.options.memory_limit = 16 << 20;
	w.options.spool_limit = 32 << 20;
	wire_begin(&w);
	w.engine->last_session = last;
}

/* The one whose low half would be that of none is nobody's. */
START_TEST(numbers_go_on_beyond_32_bits)
{
	begin(_i == 1, END - 3);
	for (int i = 0; i < 4; i++)
		wire_play(&w, "S: 421 busy\n");
	engine_finish(w.engine);
	wire_expect(&w, "4294967294 (greeting)\n4294967294 smtp closed\n4294967295 (greeting)\n4294967295 smtp "
			"closed\n4294967297 (greeting)\n4294967297 smtp closed\n4294967298 (greeting)\n4294967298 "
			"smtp closed\n");
	ck_assert_uint_eq(engine_last_session(w.engine), END + 2);
}
END_TEST

/* Each packet knows its session. */
static void expect_chain(const struct connection *v)
{
	uint32_t count = 0;

	for (uint64_t n = v->first_packet; n != 0; n = index_get(engine_index(w.engine), n)->next, count++)
		ck_assert_uint_eq(engine_packet_session(w.engine, n), v->session->number);
	ck_assert_uint_eq(count, v->packet_count);
	ck_assert_uint_gt(count, 6);
}

START_TEST(sessions_are_found_beyond_32_bits)
{
	const uint64_t numbers[] = {END - 2, END - 1, END + 1, END + 2};
	const struct connection *v = NULL;

	begin(true, END - 3);
	for (int i = 0; i < 4; i++)
		wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	ck_assert_ptr_null(engine_connection(w.engine, END));
	ck_assert_ptr_null(engine_connection(w.engine, 1));
	for (size_t i = 0; i < 4; i++) {
		v = engine_next_connection(w.engine, v != NULL ? v->session->number : 0);
		ck_assert_ptr_nonnull(v);
		ck_assert_uint_eq(v->session->number, numbers[i]);
		ck_assert_ptr_eq(engine_connection(w.engine, numbers[i]), v);
		expect_chain(v);
	}
}
END_TEST

/* Others have its low half by now. */
START_TEST(a_session_that_stays_keeps_its_packets)
{
	uint64_t memory;

	begin(true, 0);
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_MAIL);
	memory = engine_use(w.engine).memory;
	w.engine->last_session = 2 * END;
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	expect_chain(engine_connection(w.engine, 1));
	expect_chain(engine_connection(w.engine, 2));
	expect_chain(engine_connection(w.engine, 2 * END + 1));
	ck_assert_uint_le(engine_use(w.engine).memory, 2 * memory);
}
END_TEST

static void flood(int count)
{
	for (int i = 0; i < count; i++) {
		w.client_host = (uint8_t)(i % 190);
		w.client_port = (uint16_t)(1024 + i);
		wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
		w.now_ns -= CLOCK_NS_PER_MS - 40 * CLOCK_NS_PER_US;
	}
}

/* Each number once, as far as there are records of them. */
static void expect_each_once(uint64_t from, uint64_t to)
{
	char text[64];

	buffer_append_byte(&w.out, '\0');
	for (uint64_t n = from; n <= to; n++) {
		snprintf(text, sizeof(text), "\n%" PRIu64 " smtp no-answer\n", n);
		ck_assert_int_eq(strstr((const char *)w.out.data, text) != NULL, n != END);
	}
}

/* Most of them are kept as what their SYN says. */
START_TEST(half_open_connections_have_numbers_beyond_32_bits)
{
	begin(_i == 1, END - 2001);
	buffer_append_byte(&w.out, '\n');
	flood(4000);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_counters(w.engine)->sessions, 4000);
	ck_assert_uint_eq(engine_last_session(w.engine), END + 2000);
	expect_each_once(END - 2000, END + 2000);
}
END_TEST

/* Of them those go first that said nothing. */
START_TEST(sessions_are_evicted_beyond_32_bits)
{
	begin(true, END - 3);
	w.options.output = NULL;
	for (int i = 0; i < 4; i++)
		wire_play(&w, WIRE_MAIL);
	flood(40000);
	engine_finish(w.engine);
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 1000);
	for (uint64_t n = END - 2; n <= END + 2; n++)
		ck_assert_int_eq(engine_connection(w.engine, n) != NULL, n != END);
	ck_assert_ptr_null(engine_connection(w.engine, END + 1000));
	ck_assert_uint_le(engine_use(w.engine).memory, 18 << 20);
}
END_TEST

static bool has(const char *text)
{
	return strstr((const char *)w.out.data, text) != NULL;
}

START_TEST(records_and_lines_tell_the_whole_number)
{
	static const char *const no_names[SIDES] = {NULL, NULL};
	struct records *r = records_new(&(struct record_origin){.observer = "sensor", .version = "0"}, false);
	const struct session *s;

	begin(true, END);
	wire_play(&w, WIRE_MAIL);
	s = engine_connection(w.engine, END + 1)->session;
	records_session(r, &w.out, s, no_names);
	records_command(r, &w.out, s, &s->commands[1]);
	records_mail(r, &w.out, s, s->mails[0], &(struct record_fields){0});
	records_free(r);
	lines_command(&w.out, s, &s->commands[1], false);
	lines_report_head(&w.out, s);
	buffer_append_byte(&w.out, '\0');
	ck_assert(has("\"session\":4294967297,"));
	ck_assert(has(" #4294967297 smtp"));
	ck_assert(has("Session 4294967297 "));
	engine_finish(w.engine);
}
END_TEST

static bool has_file(const char *name)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

START_TEST(saved_mails_are_called_by_the_whole_number)
{
	begin(true, END);
	engine_set_save(w.engine, true, folder, SAVE_EML);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	ck_assert_uint_eq(engine_counters(w.engine)->saved, 1);
	ck_assert(has_file("20261123-123452-s4294967297-m1-one_two.eml"));
}
END_TEST

static const struct record_link *links_of(uint64_t session, struct record_link links[DUPLICATES_LINKS_MAX],
					  size_t *count)
{
	const struct connection *v = engine_connection(w.engine, session);

	*count = engine_same_mails(w.engine, v->session, v->session->mails[0], links);
	return links;
}

START_TEST(the_same_mail_is_told_by_the_whole_number)
{
	static const char mail[] = "S: 220 ns1\nC: HELO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT "
				   "TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Message-ID: <1@x>\nC: \nC: .\nS: 250 "
				   "ok\nC: QUIT\nS: 221 bye\n";
	struct record_link links[DUPLICATES_LINKS_MAX];
	size_t count;

	begin(true, END - 2);
	wire_play(&w, mail);
	wire_play(&w, mail);
	engine_finish(w.engine);
	ck_assert_uint_eq(links_of(END - 1, links, &count)->session, END + 1);
	ck_assert_uint_eq(count, 1);
	ck_assert_uint_eq(links_of(END + 1, links, &count)->session, END - 1);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, numbers_go_on_beyond_32_bits, 0, 2);
	tcase_add_test(t, sessions_are_found_beyond_32_bits);
	tcase_add_test(t, a_session_that_stays_keeps_its_packets);
	tcase_add_loop_test(t, half_open_connections_have_numbers_beyond_32_bits, 0, 2);
	tcase_add_test(t, sessions_are_evicted_beyond_32_bits);
	tcase_add_test(t, records_and_lines_tell_the_whole_number);
	tcase_add_test(t, saved_mails_are_called_by_the_whole_number);
	tcase_add_test(t, the_same_mail_is_told_by_the_whole_number);
}
