/* Records on their way to another thread: none is lost or torn, and nobody waits who must not. */
#include "app/record_thread.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../main.h"
#include "base/clock.h"
#include "output/record_heads.h"

enum {
	MANY = 20000, /* more than there is room for */
};

static char folder[] = "/tmp/mailtap-test-XXXXXX";
static const struct record_origin origin = {.version = "1", .observer = "here"};
static struct records *records;
static struct buffer tape;
static struct error err;

static void setup(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	records = records_new_tape(false);
}

static void teardown(void)
{
	char command[200];

	records_free(records);
	buffer_fini(&tape);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(system(command), 0);
}

static struct record_thread *start(const char *path, enum record_patience patience)
{
	struct record_sink *sink = record_sink_open(&(struct record_sink_options){.path = path}, &err);
	struct record_thread *t;

	ck_assert_msg(sink != NULL, "%s", err.text);
	t = record_thread_new(sink, &origin, patience, &err);
	ck_assert_msg(t != NULL, "%s", err.text);
	return t;
}

/* A record that tells its number. */
static void put(struct record_thread *t, uint64_t number)
{
	buffer_clear(&tape);
	records_capture(records, &tape, &(struct record_capture){.packets = number});
	record_thread_put(t, buffer_slice(&tape), 0);
}

/* The number that the next line tells; 0: there is none. */
static uint64_t read_number(FILE *file)
{
	static char line[64 * 1024];
	const char *at;

	if (fgets(line, sizeof(line), file) == NULL)
		return 0;
	at = strstr(line, "\"packets\":");
	if (line[0] != '{' || strcmp(line + strlen(line) - 2, "}\n") != 0 || at == NULL)
		ck_abort_msg("no whole record: %.200s", line);
	return strtoull(at + 10, NULL, 10);
}

/* How many lines the file has; their numbers rise and are not above `last`. */
static size_t count_lines(const char *path, uint64_t last)
{
	FILE *file = fopen(path, "r");
	uint64_t before = 0;
	size_t count = 0;

	ck_assert_ptr_nonnull(file);
	for (uint64_t number; (number = read_number(file)) > 0; before = number) {
		if (number <= before || number > last)
			ck_abort_msg("%llu after %llu", (unsigned long long)number, (unsigned long long)before);
		count++;
	}
	fclose(file);
	return count;
}

static void expect_numbers(const char *path, const uint64_t *numbers, size_t count)
{
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(file);
	for (size_t i = 0; i < count; i++)
		ck_assert_uint_eq(read_number(file), numbers[i]);
	ck_assert_uint_eq(read_number(file), 0);
	fclose(file);
}

START_TEST(all_records_are_written_in_their_order)
{
	struct record_thread *t = start("f", RECORD_WAITS);

	for (uint64_t i = 1; i <= MANY; i++)
		put(t, i);
	record_thread_finish(t);
	ck_assert_uint_eq(count_lines("f", MANY), MANY);
	ck_assert_uint_eq(record_thread_given_up(t), 0);
	record_thread_free(t);
}
END_TEST

START_TEST(a_flush_is_enough_for_a_reader)
{
	struct record_thread *t = start("f", RECORD_NEVER_WAITS);
	struct stat status = {.st_size = 0};

	put(t, 1);
	record_thread_flush(t);
	for (int i = 0; i < 2000 && status.st_size == 0; i++) {
		usleep(5000);
		ck_assert_int_eq(stat("f", &status), 0);
	}
	ck_assert_uint_eq(count_lines("f", 1), 1);
	record_thread_free(t);
}
END_TEST

/* Moved again and again by another, and opened again: each record is in one of the files. */
START_TEST(no_record_is_lost_when_the_file_is_moved)
{
	struct record_thread *t = start("f", RECORD_WAITS);
	size_t count = 0;

	for (uint64_t i = 1; i <= MANY; i++) {
		char name[20];

		put(t, i);
		if (i % (MANY / 10) != 0)
			continue;
		snprintf(name, sizeof(name), "f.%llu", (unsigned long long)i / (MANY / 10));
		ck_assert_int_eq(rename("f", name), 0);
		record_thread_reopen(t);
		for (int tries = 0; tries < 2000 && access("f", F_OK) != 0; tries++)
			usleep(5000);
	}
	record_thread_finish(t);
	for (int i = 1; i <= 10; i++) {
		char name[20];

		snprintf(name, sizeof(name), "f.%d", i);
		count += count_lines(name, MANY);
	}
	ck_assert_uint_eq(count + count_lines("f", MANY), MANY);
	record_thread_free(t);
}
END_TEST

static int open_unread_pipe(void)
{
	ck_assert_int_eq(mkfifo("f", 0600), 0);
	return open("f", O_RDONLY | O_NONBLOCK);
}

/* What there is room for is written nevertheless, once somebody reads. */
START_TEST(nobody_waits_for_a_reader_that_does_not_read)
{
	int reader = open_unread_pipe();
	struct record_thread *t = start("f", RECORD_NEVER_WAITS);
	int64_t begin_ns = clock_monotonic_ns();

	for (uint64_t i = 1; i <= MANY; i++)
		put(t, i);
	record_thread_flush(t);
	ck_assert_int_lt(clock_monotonic_ns() - begin_ns, 20 * CLOCK_NS_PER_S);
	ck_assert_uint_gt(record_thread_given_up(t), MANY / 10);
	ck_assert_uint_lt(record_thread_given_up(t), MANY);
	record_thread_finish(t);
	ck_assert(record_sink_failure(record_thread_sink(t), &err));
	ck_assert_uint_gt(record_sink_lost(record_thread_sink(t)), 0);
	record_thread_free(t);
	close(reader);
}
END_TEST

/* It waits for the first that finds no room, not for each. */
START_TEST(who_waits_a_little_does_it_once)
{
	int reader = open_unread_pipe();
	struct record_thread *t = start("f", RECORD_WAITS_A_LITTLE);
	int64_t begin_ns = clock_monotonic_ns();

	for (uint64_t i = 1; i <= MANY; i++)
		put(t, i);
	ck_assert_int_gt(clock_monotonic_ns() - begin_ns, CLOCK_NS_PER_S / 2);
	ck_assert_int_lt(clock_monotonic_ns() - begin_ns, 20 * CLOCK_NS_PER_S);
	ck_assert_uint_gt(record_thread_given_up(t), MANY / 10);
	record_thread_free(t);
	close(reader);
}
END_TEST

/* Who waits as long as it takes does not once the program is told to end. */
START_TEST(nobody_waits_for_long_when_told_to_stop)
{
	int reader = open_unread_pipe();
	struct record_thread *t = start("f", RECORD_WAITS);
	atomic_bool stop = true;
	int64_t begin_ns = clock_monotonic_ns();

	record_thread_heed(t, &stop);
	for (uint64_t i = 1; i <= MANY; i++)
		put(t, i);
	record_thread_finish(t);
	ck_assert_int_lt(clock_monotonic_ns() - begin_ns, 20 * CLOCK_NS_PER_S);
	ck_assert_uint_gt(record_thread_given_up(t), MANY / 10);
	record_thread_free(t);
	close(reader);
}
END_TEST

/* Of a record that comes in several parts, of which only the first found room, nothing is there. */
START_TEST(a_record_is_given_up_as_a_whole)
{
	enum {
		TEXTS = 100, /* of 2000 bytes each: two parts */
		LONG = 2000,
	};
	struct record_thread *t = start("f", RECORD_NEVER_WAITS);
	const char *texts[TEXTS];
	char text[2001] = "";
	uint64_t kept[LONG];
	size_t count = 0;

	memset(text, 'x', sizeof(text) - 1);
	for (int i = 0; i < TEXTS; i++)
		texts[i] = text;
	for (uint64_t i = 1; i <= LONG; i++) {
		uint64_t before = record_thread_given_up(t);

		buffer_clear(&tape);
		records_capture(records, &tape,
				&(struct record_capture){.packets = i, .sandbox = texts, .sandbox_count = TEXTS});
		record_thread_put(t, buffer_slice(&tape), 0);
		if (record_thread_given_up(t) == before)
			kept[count++] = i;
		else
			usleep(100); /* the thread takes one part, perhaps */
	}
	record_thread_finish(t);
	ck_assert_uint_gt(record_thread_given_up(t), 0);
	expect_numbers("f", kept, count);
	record_thread_free(t);
}
END_TEST

/* Nor is any of them said to have come too fast. */
START_TEST(a_full_disk_counts_each_record_once)
{
	struct record_thread *t = start("/dev/full", RECORD_NEVER_WAITS);

	put(t, 1);
	record_thread_flush(t);
	for (int i = 0; i < 2000 && record_sink_lost(record_thread_sink(t)) == 0; i++)
		usleep(5000);
	for (uint64_t i = 2; i <= MANY; i++)
		put(t, i);
	record_thread_finish(t);
	ck_assert_uint_eq(record_thread_given_up(t), 0);
	ck_assert_uint_eq(record_sink_lost(record_thread_sink(t)), MANY);
	record_thread_free(t);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, all_records_are_written_in_their_order);
	tcase_add_test(t, a_flush_is_enough_for_a_reader);
	tcase_add_test(t, no_record_is_lost_when_the_file_is_moved);
	tcase_add_test(t, nobody_waits_for_a_reader_that_does_not_read);
	tcase_add_test(t, who_waits_a_little_does_it_once);
	tcase_add_test(t, nobody_waits_for_long_when_told_to_stop);
	tcase_add_test(t, a_record_is_given_up_as_a_whole);
	tcase_add_test(t, a_full_disk_counts_each_record_once);
}
