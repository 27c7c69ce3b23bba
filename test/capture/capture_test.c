#include <stdatomic.h>

#include "../main.h"
#include "base/clock.h"
#include "base/mem.h"
#include "capture/capture.h"
#include "capture/dump.h"
#include "capture/source_ops.h"
#include "packet/dissect.h"
#include "sample.h"

/* A capture and its consumer, this thread. */
struct bench {
	struct ring *ring;
	struct doorbell bell;
	struct capture *capture;
};

/* What the consumer saw. */
struct seen {
	uint64_t packets;
	uint64_t bytes;
	uint64_t last_number;
	int64_t last_time_ns;
	uint16_t last_port; /* of a mapped file's packet, as its headers were read */
	unsigned int source_ends;
	unsigned int ticks;
	unsigned int cleared;
	unsigned int damages;
	char damage[300];
};

static void begin(struct bench *b, struct source **sources, size_t count, struct capture_options options)
{
	struct error err = {{0}};

	b->ring = ring_new(CAPTURE_RING_SIZE_MIN);
	ck_assert(doorbell_init(&b->bell, &err));
	options.sources = sources;
	options.source_count = count;
	options.ring = b->ring;
	options.consumer = &b->bell;
	b->capture = capture_new(&options);
	ck_assert(capture_start(b->capture, &err));
}

static void end(struct bench *b)
{
	struct error err = {{0}};

	ck_assert_msg(capture_free(b->capture, &err), "%s", err.text);
	doorbell_fini(&b->bell);
	ring_free(b->ring);
}

static const struct packet_record *next_record(struct bench *b, size_t *len)
{
	const struct packet_record *record;

	while ((record = ring_peek(b->ring, len)) == NULL) {
		capture_room(b->capture);
		doorbell_prepare(&b->bell);
		record = ring_peek(b->ring, len);
		doorbell_wait(&b->bell, record ? 0 : 10000);
	}
	return record;
}

/* What follows the record: bytes, or what the headers of a packet say whose bytes are mapped. */
static void look_behind(const struct packet_record *record, size_t len, struct seen *seen)
{
	const struct dissected *found = (const void *)(record + 1);

	if (record->place == PACKET_PLACE_NONE) {
		ck_assert_uint_eq(len, sizeof(*record) + record->caplen);
		return;
	}
	ck_assert_uint_eq(len, sizeof(*record) + sizeof(*found));
	ck_assert_int_eq(found->result, DISSECT_TCP);
	ck_assert_uint_eq(found->segment.observer, 0);
	ck_assert(found->segment.destination_port == 25 || found->segment.destination_port == 80);
	seen->last_port = found->segment.source_port;
}

/* Looks at the oldest record and takes it; returns its kind. */
static enum packet_kind consume(struct bench *b, struct seen *seen)
{
	size_t len;
	const struct packet_record *record = next_record(b, &len);
	enum packet_kind kind = (enum packet_kind)record->kind;

	look_behind(record, len, seen);
	seen->last_time_ns = record->time_ns;
	seen->source_ends += kind == PACKET_SOURCE_END;
	seen->ticks += kind == PACKET_TICK;
	seen->cleared += kind == PACKET_CLEARED;
	if (kind == PACKET_DATA) {
		ck_assert_uint_gt(record->number, seen->last_number);
		seen->last_number = record->number;
		seen->packets++;
		seen->bytes += record->wire_len;
	}
	if (kind == PACKET_DAMAGE) {
		seen->damages++;
		snprintf(seen->damage, sizeof(seen->damage), "%.*s", (int)record->caplen, (const char *)(record + 1));
	}
	ring_pop(b->ring);
	capture_room(b->capture);
	return kind;
}

static struct seen consume_all(struct bench *b)
{
	struct seen seen = {0};

	while (consume(b, &seen) != PACKET_CAPTURE_END)
		;
	return seen;
}

static struct source *open_path(const char *path, const char *filter)
{
	struct source_options options = {.capture_filter = filter};
	struct error err = {{0}};
	struct source *s = source_open_file(path, &options, &err);

	ck_assert_msg(s != NULL, "%s", err.text);
	return s;
}

static struct source *open_sample(uint32_t count, uint32_t start_ms, uint32_t step_ms, const char *filter)
{
	char path[SAMPLE_PATH_SIZE];
	struct source *s;

	sample_file(path, count, start_ms, step_ms);
	s = open_path(path, filter);
	unlink(path);
	return s;
}

START_TEST(a_file_loses_nothing_in_a_small_ring)
{
	struct source *source = open_sample(200000, 0, 1, NULL);
	struct capture_status status;
	struct bench b;
	struct seen seen;

	begin(&b, &source, 1, (struct capture_options){0});
	seen = consume_all(&b);
	ck_assert_uint_eq(seen.packets, 200000);
	ck_assert_uint_eq(seen.last_number, 200000);
	ck_assert_uint_eq(seen.last_port, 40000 + 199999 % 20000);
	ck_assert_uint_eq(seen.source_ends, 1);
	ck_assert_uint_eq(seen.damages, 0);
	capture_read_status(b.capture, &status);
	ck_assert_uint_eq(status.packets, 200000);
	ck_assert_uint_eq(status.bytes, 200000 * SAMPLE_FRAME_LEN);
	ck_assert_uint_eq(status.ring_drops, 0);
	ck_assert_uint_eq(status.done_bytes, status.total_bytes);
	ck_assert(!status.live);
	end(&b);
}
END_TEST

/* Bytes pass through the ring, and the consumer is slower than the source. */
START_TEST(a_pipe_loses_nothing_with_a_slow_consumer)
{
	char command_path[SAMPLE_PATH_SIZE];
	char path[40];
	struct source *source;
	struct bench b;
	struct seen seen = {0};
	int fds[2];

	sample_file(command_path, 60000, 0, 1);
	ck_assert_int_eq(pipe(fds), 0);
	if (fork() == 0) {
		static char block[65536];
		int file = open(command_path, O_RDONLY);
		ssize_t got;

		while ((got = read(file, block, sizeof(block))) > 0)
			if (write(fds[1], block, (size_t)got) != got)
				_exit(1);
		_exit(0);
	}
	close(fds[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	source = open_path(path, NULL);
	close(fds[0]);
	begin(&b, &source, 1, (struct capture_options){0});
	while (consume(&b, &seen) != PACKET_CAPTURE_END)
		if (seen.packets % 10000 == 1)
			usleep(20000);
	ck_assert_uint_eq(seen.packets, 60000);
	end(&b);
	unlink(command_path);
}
END_TEST

START_TEST(filtered_packets_are_counted_but_not_given)
{
	struct source *sources[2] = {open_sample(1000, 0, 2, "port 80"), open_sample(1000, 1, 2, "port 80")};
	struct bench b;
	struct seen seen;

	begin(&b, sources, 2, (struct capture_options){0});
	seen = consume_all(&b);
	ck_assert_uint_eq(seen.packets, 1000);
	ck_assert_uint_eq(seen.last_number, 2000);
	ck_assert_uint_eq(seen.source_ends, 2);
	end(&b);
}
END_TEST

/* It has no end but the user's; what was written just before that belongs to it. */
START_TEST(a_followed_file_is_read_until_the_user_quits)
{
	struct source_options options = {.follow = true};
	char path[SAMPLE_PATH_SIZE];
	struct error err = {{0}};
	struct capture_status status;
	struct bench b;
	struct seen seen = {0};
	struct source *source;
	FILE *file;

	sample_file(path, 2, 0, 1);
	source = source_open_file(path, &options, &err);
	begin(&b, &source, 1, (struct capture_options){0});
	capture_read_status(b.capture, &status);
	ck_assert(status.followed && !status.live && status.running);
	while (seen.packets < 2)
		consume(&b, &seen);
	ck_assert_int_eq(truncate(path, 0), 0);
	while (seen.damages < 1)
		consume(&b, &seen);
	ck_assert_ptr_nonnull(strstr(seen.damage, "made shorter"));
	file = fopen(path, "w");
	sample_write(file, 3, 0, 1);
	fflush(file);
	while (seen.packets < 5)
		consume(&b, &seen);
	fseek(file, 0, SEEK_SET);
	sample_write(file, 5, 0, 1);
	fclose(file);
	capture_quit(b.capture);
	while (consume(&b, &seen) != PACKET_CAPTURE_END)
		;
	ck_assert_uint_eq(seen.packets, 7);
	ck_assert_uint_eq(seen.damages, 1);
	ck_assert_uint_eq(seen.source_ends, 0);
	end(&b);
	unlink(path);
}
END_TEST

START_TEST(the_packet_limit_ends_the_capture)
{
	struct source *source = open_sample(1000, 0, 1, "port 25");
	struct bench b;
	struct seen seen;
	struct capture_status status;

	begin(&b, &source, 1, (struct capture_options){.packet_limit = 7});
	seen = consume_all(&b);
	ck_assert_uint_eq(seen.packets, 7);
	ck_assert_uint_eq(seen.last_number, 13);
	do
		capture_read_status(b.capture, &status);
	while (!status.ended);
	ck_assert(!status.running);
	end(&b);
}
END_TEST

START_TEST(a_cut_file_says_so_after_its_packets)
{
	char path[SAMPLE_PATH_SIZE];
	struct source *source;
	struct bench b;
	struct seen seen;

	sample_file(path, 10, 0, 1);
	ck_assert_int_eq(truncate(path, SAMPLE_FILE_HEADER_LEN + 9 * SAMPLE_RECORD_LEN + 20), 0);
	source = open_path(path, NULL);
	begin(&b, &source, 1, (struct capture_options){0});
	seen = consume_all(&b);
	ck_assert_uint_eq(seen.packets, 9);
	ck_assert_uint_eq(seen.damages, 1);
	ck_assert_ptr_nonnull(strstr(seen.damage, "ends in the middle"));
	end(&b);
	unlink(path);
}
END_TEST

START_TEST(what_is_written_is_what_passed_the_filter)
{
	char path[SAMPLE_PATH_SIZE];
	struct source *source = open_sample(1000, 0, 1, "port 25");
	struct error err = {{0}};
	struct capture_options options = {0};
	struct bench b;
	struct seen seen;

	strcpy(path, "/tmp/mailtap-test-XXXXXX");
	close(mkstemp(path));
	options.dump = dump_open(&(struct dump_options){.path = path}, &err);
	ck_assert_msg(options.dump != NULL, "%s", err.text);
	begin(&b, &source, 1, options);
	consume_all(&b);
	end(&b);
	source = open_path(path, "not port 25");
	begin(&b, &source, 1, (struct capture_options){0});
	seen = consume_all(&b);
	ck_assert_uint_eq(seen.packets, 0);
	end(&b);
	source = open_path(path, NULL);
	begin(&b, &source, 1, (struct capture_options){0});
	seen = consume_all(&b);
	ck_assert_uint_eq(seen.packets, 500);
	end(&b);
	unlink(path);
}
END_TEST

START_TEST(a_failed_write_does_not_stop_the_capture)
{
	struct source *source = open_sample(10000, 0, 1, NULL);
	struct error err = {{0}};
	struct capture_options options = {.dump = dump_open(&(struct dump_options){.path = "/dev/full"}, &err)};
	struct bench b;
	struct seen seen;

	begin(&b, &source, 1, options);
	seen = consume_all(&b);
	ck_assert_uint_eq(seen.packets, 10000);
	ck_assert_uint_eq(seen.damages, 1);
	ck_assert_ptr_nonnull(strstr(seen.damage, "/dev/full: No space left"));
	/* told already */
	ck_assert(!capture_free(b.capture, &err));
	ck_assert_str_eq(err.text, "");
	doorbell_fini(&b.bell);
	ring_free(b.ring);
}
END_TEST

START_TEST(quitting_ends_a_replay_at_once)
{
	struct source *source = open_sample(100, 0, 1900, NULL);
	struct bench b;
	struct seen seen = {0};
	int64_t started = clock_monotonic_ns();

	begin(&b, &source, 1, (struct capture_options){.replay_speed = 1});
	ck_assert_int_eq(consume(&b, &seen), PACKET_DATA);
	capture_quit(b.capture);
	while (consume(&b, &seen) != PACKET_CAPTURE_END)
		;
	ck_assert_uint_le(seen.packets, 2);
	ck_assert_int_lt(clock_monotonic_ns() - started, CLOCK_NS_PER_S);
	end(&b);
}
END_TEST

START_TEST(a_replay_takes_its_time)
{
	struct source *source = open_sample(6, 0, 200, NULL);
	struct bench b;
	struct seen seen;
	int64_t started = clock_monotonic_ns();

	begin(&b, &source, 1, (struct capture_options){.replay_speed = 10});
	seen = consume_all(&b);
	ck_assert_uint_eq(seen.packets, 6);
	ck_assert_int_ge(clock_monotonic_ns() - started, 100 * CLOCK_NS_PER_MS);
	end(&b);
}
END_TEST

START_TEST(freeing_does_not_wait_for_the_consumer)
{
	struct source *source = open_sample(200000, 0, 1, NULL);
	struct bench b;

	begin(&b, &source, 1, (struct capture_options){0});
	while (ring_used(b.ring) < CAPTURE_RING_SIZE_MIN / 2)
		;
	end(&b);
}
END_TEST

/* An interface of ours: it has as many packets as it is told, as fast as they are taken. */
struct fake {
	struct source base;
	atomic_uint waiting;
	atomic_bool is_stopped;
	atomic_uint port_count;
	uint32_t given;
	uint8_t frame[1000];
};

static struct fake *fake_of(struct source *s)
{
	return (struct fake *)(void *)s;
}

static void fake_free(struct source *s)
{
	free(s);
}

static enum source_status fake_read(struct source *s, struct source_packet *packet, struct error *err)
{
	struct fake *f = fake_of(s);

	err->text[0] = '\0';
	if (atomic_load(&f->waiting) == 0 || atomic_load(&f->is_stopped))
		return SOURCE_IDLE;
	atomic_fetch_sub(&f->waiting, 1);
	*packet = (struct source_packet){.bytes = slice_of(f->frame, sizeof(f->frame))};
	packet->record = (struct packet_record){
		.time_ns = ++f->given,
		.place = PACKET_PLACE_NONE,
		.caplen = sizeof(f->frame),
		.wire_len = sizeof(f->frame),
		.link_type = 1,
		.time_digits = 9,
	};
	return SOURCE_PACKET;
}

static int fake_fd(const struct source *s)
{
	(void)s;
	return -1;
}

static int fake_link_type(const struct source *s)
{
	(void)s;
	return 1;
}

static bool fake_set_ports(struct source *s, const uint16_t *ports, size_t port_count, struct error *err)
{
	(void)ports;
	(void)err;
	atomic_store(&fake_of(s)->port_count, (unsigned int)port_count);
	return true;
}

static bool fake_set_stopped(struct source *s, bool stopped, struct error *err)
{
	(void)err;
	atomic_store(&fake_of(s)->is_stopped, stopped);
	return true;
}

static const struct source_ops fake_ops = {
	.free = fake_free,
	.read = fake_read,
	.fd = fake_fd,
	.link_type = fake_link_type,
	.set_ports = fake_set_ports,
	.set_stopped = fake_set_stopped,
};

static struct fake *fake_new(unsigned int waiting)
{
	struct fake *f = mem_zalloc(sizeof(*f));

	f->base = (struct source){.ops = &fake_ops, .name = mem_strdup("fake"), .is_live = true};
	atomic_store(&f->waiting, waiting);
	return f;
}

START_TEST(a_live_source_never_waits_and_drops_are_counted)
{
	struct fake *f = fake_new(10000);
	struct source *source = &f->base;
	struct capture_status status;
	struct bench b;
	struct seen seen;

	begin(&b, &source, 1, (struct capture_options){0});
	while (atomic_load(&f->waiting) > 0) /* nobody takes anything meanwhile */
		usleep(1000);
	do
		capture_read_status(b.capture, &status);
	while (status.packets + status.ring_drops < 10000);
	ck_assert_uint_gt(status.ring_drops, 5000);
	capture_quit(b.capture);
	seen = consume_all(&b);
	ck_assert_uint_eq(seen.packets, status.packets);
	ck_assert(status.live);
	end(&b);
}
END_TEST

START_TEST(an_idle_live_source_lets_the_clock_go_on)
{
	struct fake *f = fake_new(1);
	struct source *source = &f->base;
	struct bench b;
	struct seen seen = {0};
	int64_t started = clock_monotonic_ns();

	begin(&b, &source, 1, (struct capture_options){0});
	while (seen.ticks < 3)
		consume(&b, &seen);
	/* at most ten a second */
	ck_assert_int_ge(clock_monotonic_ns() - started, 180 * CLOCK_NS_PER_MS);
	ck_assert_int_gt(seen.last_time_ns, clock_wall_ns() - CLOCK_NS_PER_S);
	ck_assert_int_lt(seen.last_time_ns, clock_wall_ns());
	end(&b);
}
END_TEST

START_TEST(stopping_starting_anew_and_ports_reach_the_source)
{
	static const uint16_t ports[] = {25, 26, 27};
	struct fake *f = fake_new(1);
	struct source *source = &f->base;
	struct capture_status status;
	struct bench b;
	struct seen seen = {0};

	begin(&b, &source, 1, (struct capture_options){0});
	while (seen.packets < 1)
		consume(&b, &seen);
	capture_set_ports(b.capture, ports, 2);
	capture_set_ports(b.capture, ports, 3);
	while (atomic_load(&f->port_count) != 3)
		usleep(1000);
	capture_set_stopped(b.capture, true);
	do
		capture_read_status(b.capture, &status);
	while (status.running);
	ck_assert(!status.ended);
	ck_assert(atomic_load(&f->is_stopped));
	capture_restart(b.capture);
	capture_set_stopped(b.capture, false);
	while (seen.cleared < 1)
		consume(&b, &seen);
	atomic_store(&f->waiting, 1);
	while (seen.packets < 2)
		consume(&b, &seen);
	ck_assert_uint_eq(seen.last_number, 2);
	end(&b);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_set_timeout(t, 120);
	tcase_add_test(t, a_file_loses_nothing_in_a_small_ring);
	tcase_add_test(t, a_pipe_loses_nothing_with_a_slow_consumer);
	tcase_add_test(t, filtered_packets_are_counted_but_not_given);
	tcase_add_test(t, a_followed_file_is_read_until_the_user_quits);
	tcase_add_test(t, the_packet_limit_ends_the_capture);
	tcase_add_test(t, a_cut_file_says_so_after_its_packets);
	tcase_add_test(t, what_is_written_is_what_passed_the_filter);
	tcase_add_test(t, a_failed_write_does_not_stop_the_capture);
	tcase_add_test(t, quitting_ends_a_replay_at_once);
	tcase_add_test(t, a_replay_takes_its_time);
	tcase_add_test(t, freeing_does_not_wait_for_the_consumer);
	tcase_add_test(t, a_live_source_never_waits_and_drops_are_counted);
	tcase_add_test(t, an_idle_live_source_lets_the_clock_go_on);
	tcase_add_test(t, stopping_starting_anew_and_ports_reach_the_source);
}
