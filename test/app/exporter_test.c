#include "app/exporter.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../engine/wire.h"
#include "../main.h"
#include "base/pcapng.h"
#include "engine/parts.h"

static struct wire w;
static struct doorbell bell;
static struct task_queue *tasks;
static struct exporter *x;
static char folder[64];
static char path[128];
static struct exporter_result result;
static char error_text[512];
static int done_count;

static void setup(void)
{
	strcpy(folder, "/tmp/mailtap-exporter-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/x.pcapng", folder);
	wire_init(&w, true);
	w.options.output = NULL;
	wire_begin(&w);
	ck_assert(doorbell_init(&bell, NULL));
	tasks = task_queue_new(&bell, NULL, NULL);
	x = exporter_new(tasks);
	done_count = 0;
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(name);
}

static void teardown(void)
{
	exporter_free(x);
	task_queue_free(tasks);
	doorbell_fini(&bell);
	wire_fini(&w);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void done(void *ctx, const struct exporter_result *r)
{
	ck_assert_ptr_eq(ctx, &w);
	result = *r;
	ck_assert_str_eq(r->path, path);
	snprintf(error_text, sizeof(error_text), "%s", r->error != NULL ? r->error->text : "");
	done_count++;
}

static void choose(uint32_t session)
{
	exporter_choose(x, w.engine, engine_connection(w.engine, session));
}

static void run(void)
{
	ck_assert(exporter_start(x, path, "eth0", NULL, done, &w));
	ck_assert(exporter_is_busy(x));
	while (exporter_is_busy(x)) {
		ck_assert_int_le(exporter_permille(x), 1000);
		task_queue_collect(tasks);
	}
	ck_assert_int_eq(done_count, 1);
	ck_assert_int_eq(exporter_permille(x), 1000);
}

static void read_file(struct buffer *found)
{
	FILE *f = fopen(path, "rb");

	ck_assert_ptr_nonnull(f);
	for (int byte; (byte = fgetc(f)) != EOF;)
		buffer_append_byte(found, (uint8_t)byte);
	fclose(f);
}

/* The file holds the packets of these sessions (a bit each), in the order of the capture. */
static void expect_file(unsigned int sessions)
{
	struct buffer expected = {0};
	struct buffer found = {0};

	read_file(&found);
	pcapng_put_section(&expected);
	pcapng_put_interface(
		&expected,
		&(struct pcapng_interface){.link_type = 101, .snaplen = 262144, .digits = 6, .description = "eth0"});
	for (uint32_t number = 1; number <= w.number; number++) {
		const struct index_row *row = index_get(engine_index(w.engine), number);

		if (row->session != 0 && (sessions >> row->session & 1))
			pcapng_put_packet(&expected, 0, (uint64_t)row->time_ns / 1000,
					  store_bytes(engine_store(w.engine), row->place, row->caplen), row->wire_len);
	}
	ck_assert(slice_equals(buffer_slice(&found), buffer_slice(&expected)));
	buffer_fini(&expected);
	buffer_fini(&found);
}

START_TEST(a_session_is_written_from_its_first_packet_to_its_last)
{
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_REFUSED);
	engine_finish(w.engine);
	choose(2);
	choose(2);
	run();
	ck_assert_uint_eq(result.sessions, 1);
	ck_assert_uint_eq(result.packets, engine_connection(w.engine, 2)->packet_count);
	ck_assert_uint_eq(result.lost, 0);
	ck_assert(!result.cancelled);
	ck_assert_str_eq(error_text, "");
	expect_file(1 << 2);
	ck_assert_uint_eq(engine_connection(w.engine, 2)->pins, 0);
}
END_TEST

START_TEST(packets_keep_their_interfaces)
{
	static const struct pcapng_interface named = {101, 262144, 6, "eth7", NULL};
	struct name_table *names = name_table_new();
	struct buffer expected = {0};
	struct buffer found = {0};

	w.options.interfaces = names;
	engine_free(w.engine);
	wire_begin(&w);
	w.interface = name_table_add(names, slice_from_text(named.name));
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	choose(1);
	run();
	read_file(&found);
	pcapng_put_section(&expected);
	pcapng_put_interface(&expected, &named);
	ck_assert(slice_equals(slice_sub(buffer_slice(&found), 0, expected.len), buffer_slice(&expected)));
	buffer_fini(&expected);
	buffer_fini(&found);
	engine_free(w.engine);
	w.options.interfaces = NULL;
	wire_begin(&w);
	name_table_free(names);
}
END_TEST

START_TEST(sessions_that_run_side_by_side_keep_the_order_of_the_capture)
{
	uint16_t first = w.client_port;

	wire_open(&w);
	for (uint16_t i = 1; i < 4; i++) {
		w.client_port = (uint16_t)(first + i);
		w.seq[SIDE_CLIENT] = w.seq[SIDE_SERVER] = 0;
		wire_open(&w);
	}
	for (uint16_t i = 0; i < 8; i++) {
		w.client_port = (uint16_t)(first + i % 4);
		wire_say(&w, SIDE_SERVER, "220 x\r\n");
	}
	choose(3);
	choose(1);
	run();
	ck_assert_uint_eq(result.sessions, 2);
	expect_file(1 << 1 | 1 << 3);
	engine_finish(w.engine);
}
END_TEST

/* More packets than a batch takes, and many sessions. */
START_TEST(many_batches_make_one_file)
{
	for (int i = 0; i < 900; i++)
		wire_play(&w, WIRE_REFUSED);
	engine_finish(w.engine);
	for (uint32_t i = 1; i <= 900; i++)
		if (i % 16 != 0)
			choose(i);
	run();
	ck_assert_uint_eq(result.sessions, 900 - 56);
	ck_assert_uint_gt(result.packets, 4096);
	ck_assert_uint_eq(result.packets, result.sessions * engine_connection(w.engine, 1)->packet_count);
	for (uint32_t i = 1; i <= 900; i++)
		ck_assert_uint_eq(engine_connection(w.engine, i)->pins, 0);
}
END_TEST

/* What is being written stays, however much memory is wanted. */
/* Two of them have the same low half. */
START_TEST(sessions_are_known_by_their_whole_numbers)
{
	const uint64_t far = UINT64_C(1) << 32;

	wire_play(&w, WIRE_MAIL);
	w.engine->last_session = far;
	wire_play(&w, WIRE_REFUSED);
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	exporter_choose(x, w.engine, engine_connection(w.engine, far + 1));
	exporter_choose(x, w.engine, engine_connection(w.engine, far + 2));
	run();
	ck_assert_uint_eq(result.sessions, 2);
	ck_assert_uint_eq(result.packets, engine_connection(w.engine, far + 1)->packet_count +
						  engine_connection(w.engine, far + 2)->packet_count);
	ck_assert_uint_eq(engine_connection(w.engine, far + 1)->pins, 0);
	ck_assert_uint_eq(engine_connection(w.engine, far + 2)->pins, 0);
}
END_TEST

START_TEST(what_is_being_written_is_not_evicted)
{
	engine_free(w.engine);
	w.options.memory_limit = 40 * 1024;
	wire_begin(&w);
	wire_open(&w);
	wire_talk(&w, WIRE_REFUSED);
	choose(1);
	ck_assert(exporter_start(x, path, "eth0", NULL, done, &w));
	wire_close(&w);
	w.client_port++;
	for (int i = 0; i < 20; i++)
		wire_play(&w, WIRE_REFUSED);
	ck_assert_ptr_nonnull(engine_connection(w.engine, 1));
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 0);
	while (exporter_is_busy(x))
		task_queue_collect(tasks);
	ck_assert_uint_eq(result.lost, 0);
	ck_assert_str_eq(error_text, "");
	engine_finish(w.engine);
}
END_TEST

START_TEST(what_is_given_up_leaves_nothing)
{
	for (int i = 0; i < 900; i++)
		wire_play(&w, WIRE_REFUSED);
	engine_finish(w.engine);
	for (uint32_t i = 1; i <= 900; i++)
		choose(i);
	ck_assert(exporter_start(x, path, NULL, NULL, done, &w));
	exporter_cancel(x);
	while (exporter_is_busy(x))
		task_queue_collect(tasks);
	ck_assert(result.cancelled);
	ck_assert_int_eq(rmdir(folder), 0); /* it is empty */
	ck_assert_uint_eq(engine_connection(w.engine, 1)->pins, 0);
	exporter_cancel(x); /* nothing is on its way */
	ck_assert(!exporter_is_busy(x));
}
END_TEST

START_TEST(a_failure_is_told_and_the_next_one_works)
{
	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	ck_assert(!exporter_start(x, path, NULL, NULL, done, &w)); /* nothing was chosen */
	ck_assert_int_eq(mkdir(path, 0700), 0);
	choose(1);
	run();
	ck_assert_ptr_nonnull(strstr(error_text, path));
	ck_assert_int_eq(rmdir(path), 0);
	done_count = 0;
	choose(1);
	run();
	ck_assert_str_eq(error_text, "");
	expect_file(1 << 1);
}
END_TEST

/* On a port of no protocol the session is known only by its greeting: the handshake is its own nevertheless. */
START_TEST(a_session_known_by_its_content_has_its_handshake)
{
	const struct connection *v;
	uint32_t seq[SIDES];

	w.server_port = 9999;
	wire_open(&w);
	memcpy(seq, w.seq, sizeof(seq));
	w.client_port++; /* another connection meanwhile, that is nobody's */
	wire_open(&w);
	w.client_port--;
	memcpy(w.seq, seq, sizeof(seq));
	wire_talk(&w, "S: 220 ns1 ESMTP\nC: EHLO me\nS: 250 ns1\n");
	v = engine_connection(w.engine, 1);
	ck_assert_ptr_nonnull(v);
	ck_assert_uint_eq(v->first_packet, 1);
	ck_assert_uint_eq(v->packet_count, 6);
	ck_assert_uint_eq(index_get(engine_index(w.engine), 1)->marks, INDEX_HANDSHAKE_1);
	ck_assert_uint_eq(index_get(engine_index(w.engine), 2)->marks, INDEX_HANDSHAKE_2 | INDEX_FROM_SERVER);
	ck_assert_uint_eq(index_get(engine_index(w.engine), 2)->next, 3);
	ck_assert_uint_eq(index_get(engine_index(w.engine), 3)->next, 7);
	ck_assert_uint_eq(index_get(engine_index(w.engine), 4)->session, 0);
	choose(1);
	run();
	ck_assert_uint_eq(result.packets, 6);
	expect_file(1 << 1);
	engine_finish(w.engine);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_session_is_written_from_its_first_packet_to_its_last);
	tcase_add_test(t, packets_keep_their_interfaces);
	tcase_add_test(t, sessions_that_run_side_by_side_keep_the_order_of_the_capture);
	tcase_add_test(t, many_batches_make_one_file);
	tcase_add_test(t, sessions_are_known_by_their_whole_numbers);
	tcase_add_test(t, what_is_being_written_is_not_evicted);
	tcase_add_test(t, what_is_given_up_leaves_nothing);
	tcase_add_test(t, a_failure_is_told_and_the_next_one_works);
	tcase_add_test(t, a_session_known_by_its_content_has_its_handshake);
}
