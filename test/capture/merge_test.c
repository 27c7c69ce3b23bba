#include "../main.h"
#include "base/clock.h"
#include "capture/merge.h"
#include "sample.h"

static struct source *open_file(const char *path)
{
	struct source_options options = {0};
	struct error err = {{0}};
	struct source *s = source_open_file(path, &options, &err);

	ck_assert_msg(s != NULL, "%s", err.text);
	return s;
}

static struct source *open_sample(uint32_t count, uint32_t start_ms, uint32_t step_ms)
{
	char path[SAMPLE_PATH_SIZE];
	struct source *s;

	sample_file(path, count, start_ms, step_ms);
	s = open_file(path);
	unlink(path);
	return s;
}

START_TEST(packets_of_several_files_come_in_the_order_of_time)
{
	struct source *sources[4] = {open_sample(1000, 0, 3), open_sample(500, 1000, 1), open_sample(0, 0, 0),
				     open_sample(700, 2, 4)};
	struct merge *m = merge_new(sources, 4);
	size_t counts[4] = {0};
	size_t ends = 0;
	int64_t last = 0;

	while (!merge_is_done(m)) {
		const struct source_packet *packet;
		struct error err;
		size_t number = 99;
		enum source_status status = merge_read(m, &packet, &number, &err);

		ck_assert_uint_lt(number, 4);
		ends += status == SOURCE_END;
		if (status != SOURCE_PACKET)
			continue;
		ck_assert_int_ge(packet->record.time_ns, last);
		last = packet->record.time_ns;
		counts[number]++;
	}
	ck_assert_uint_eq(counts[0], 1000);
	ck_assert_uint_eq(counts[1], 500);
	ck_assert_uint_eq(counts[2], 0);
	ck_assert_uint_eq(counts[3], 700);
	ck_assert_uint_eq(ends, 4);
	merge_free(m);
	for (int i = 0; i < 4; i++)
		source_free(sources[i]);
}
END_TEST

START_TEST(a_file_that_goes_back_in_time_keeps_its_own_order)
{
	char path[SAMPLE_PATH_SIZE];
	struct source *sources[2];
	struct merge *m;
	int fd;
	uint32_t early = SAMPLE_START_S - 10;
	size_t number;
	size_t from_first = 0;
	const struct source_packet *packet;
	struct error err;

	sample_file(path, 3, 10, 10);
	fd = open(path, O_WRONLY);
	/* the second packet's time */
	ck_assert_int_eq(pwrite(fd, &early, 4, SAMPLE_FILE_HEADER_LEN + SAMPLE_RECORD_LEN), 4);
	close(fd);
	sources[0] = open_file(path);
	sources[1] = open_sample(3, 5, 10);
	m = merge_new(sources, 2);
	while (!merge_is_done(m))
		if (merge_read(m, &packet, &number, &err) == SOURCE_PACKET && number == 0)
			ck_assert_int_eq(packet->record.place,
					 SAMPLE_FILE_HEADER_LEN + 16 + (int64_t)from_first++ * SAMPLE_RECORD_LEN);
	ck_assert_uint_eq(from_first, 3);
	merge_free(m);
	source_free(sources[0]);
	source_free(sources[1]);
	unlink(path);
}
END_TEST

/* A file, a pipe that a slow writer fills, and a pipe that is packed: what each has comes in the order of time. */
START_TEST(pipes_have_their_place_among_files)
{
	char command[SAMPLE_PATH_SIZE + 100];
	char paths[2][SAMPLE_PATH_SIZE];
	struct source *sources[3];
	FILE *pipes[2];
	struct merge *m;
	size_t counts[3] = {0};
	int64_t last = 0;

	sample_file(paths[0], 100, 1, 3);
	sample_file(paths[1], 100, 2, 3);
	for (int i = 0; i < 2; i++) {
		char name[40];

		snprintf(command, sizeof(command),
			 i == 0 ? "for n in 1 2 3 4 5 6 7; do head -c 1111; sleep 0.02; done <%s" : "gzip -c <%s",
			 paths[i]);
		pipes[i] = popen(command, "r");
		ck_assert_ptr_nonnull(pipes[i]);
		snprintf(name, sizeof(name), "/dev/fd/%d", fileno(pipes[i]));
		sources[i] = open_file(name);
	}
	sources[2] = open_sample(100, 0, 3);
	m = merge_new(sources, 3);
	while (!merge_is_done(m)) {
		const struct source_packet *packet;
		struct error err;
		size_t number;

		if (merge_read(m, &packet, &number, &err) != SOURCE_PACKET)
			continue;
		ck_assert_int_ge(packet->record.time_ns, last);
		last = packet->record.time_ns;
		counts[number]++;
	}
	ck_assert_uint_eq(counts[0], 100);
	ck_assert_uint_eq(counts[1], 100);
	ck_assert_uint_eq(counts[2], 100);
	merge_free(m);
	for (int i = 0; i < 3; i++)
		source_free(sources[i]);
	for (int i = 0; i < 2; i++) {
		pclose(pipes[i]);
		unlink(paths[i]);
	}
}
END_TEST

START_TEST(a_silent_pipe_is_waited_for_but_not_for_ever)
{
	char path[40];
	struct source *sources[2];
	const struct source_packet *packet;
	struct merge *m;
	struct error err;
	int64_t begin = clock_monotonic_ns();
	size_t number;
	FILE *writer;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	sources[0] = open_file(path);
	close(fds[0]);
	sources[1] = open_sample(3, 1000, 1000);
	m = merge_new(sources, 2);
	ck_assert_int_eq(merge_read(m, &packet, &number, &err), SOURCE_IDLE);
	ck_assert(merge_waits_for(m, 0));
	ck_assert(!merge_waits_for(m, 1));
	while (merge_read(m, &packet, &number, &err) == SOURCE_IDLE)
		ck_assert_int_lt(clock_monotonic_ns() - begin, 10 * MERGE_PATIENCE_NS);
	ck_assert_int_ge(clock_monotonic_ns() - begin, MERGE_PATIENCE_NS);
	ck_assert_uint_eq(number, 1);
	/* once it speaks, it has its place again */
	writer = fdopen(fds[1], "w");
	sample_write(writer, 1, 1500, 0);
	fclose(writer);
	ck_assert_int_eq(merge_read(m, &packet, &number, &err), SOURCE_PACKET);
	ck_assert_uint_eq(number, 0);
	merge_free(m);
	source_free(sources[0]);
	source_free(sources[1]);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, packets_of_several_files_come_in_the_order_of_time);
	tcase_add_test(t, a_file_that_goes_back_in_time_keeps_its_own_order);
	tcase_add_test(t, pipes_have_their_place_among_files);
	tcase_add_test(t, a_silent_pipe_is_waited_for_but_not_for_ever);
}
