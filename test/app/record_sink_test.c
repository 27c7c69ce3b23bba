/* Lines into files: spread, kept, opened again, and what becomes of them where there is no room. */
#include "app/record_sink.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../main.h"
#include "base/clock.h"

#define START (INT64_C(1795520000) * CLOCK_NS_PER_S)

static char folder[] = "/tmp/mailtap-test-XXXXXX";
static struct error err;

static void setup(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static void teardown(void)
{
	char command[200];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(system(command), 0);
}

static struct record_sink *sink_of(const struct record_sink_options *options)
{
	struct record_sink *s = record_sink_open(options, &err);

	ck_assert_msg(s != NULL, "%s", err.text);
	return s;
}

static void put(struct record_sink *s, const char *line, int64_t at_s)
{
	buffer_append_text(record_sink_buffer(s), line);
	buffer_append_byte(record_sink_buffer(s), '\n');
	record_sink_put(s, START + at_s * CLOCK_NS_PER_S);
}

static void expect_file(const char *name, const char *text)
{
	char got[4096] = "";
	FILE *file = fopen(name, "r");

	ck_assert_msg(file != NULL, "%s is not there", name);
	got[fread(got, 1, sizeof(got) - 1, file)] = '\0';
	fclose(file);
	ck_assert_str_eq(got, text);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Their names, each followed by a blank. */
static void expect_files(const char *names)
{
	struct dirent **list;
	char got[1000] = "";
	int count = scandir(".", &list, is_visible, alphasort);

	for (int i = 0; i < count; i++) {
		strcat(strcat(got, list[i]->d_name), " ");
		free(list[i]);
	}
	free(list);
	ck_assert_str_eq(got, names);
}

START_TEST(a_file_is_made_for_no_one_else_and_added_to)
{
	struct stat status;

	for (int i = 0; i < 2; i++) {
		struct record_sink *s = sink_of(&(struct record_sink_options){.path = "f.json"});

		put(s, "one", 0);
		ck_assert_str_eq(record_sink_path(s), "f.json");
		ck_assert(!record_sink_failure(s, &err));
		record_sink_free(s);
	}
	expect_file("f.json", "one\none\n");
	ck_assert_int_eq(stat("f.json", &status), 0);
	ck_assert_uint_eq(status.st_mode & 0777, 0600);
}
END_TEST

/* As a run that was killed may leave it. */
START_TEST(a_line_without_its_end_gets_one)
{
	FILE *file = fopen("f.json", "w");
	struct record_sink *s;

	fputs("whole\nha", file);
	fclose(file);
	s = sink_of(&(struct record_sink_options){.path = "f.json"});
	put(s, "one", 0);
	record_sink_free(s);
	expect_file("f.json", "whole\nha\none\n");
}
END_TEST

START_TEST(a_file_that_cannot_be_made_is_told)
{
	ck_assert_ptr_null(record_sink_open(&(struct record_sink_options){.path = "no/f"}, &err));
	ck_assert_str_eq(err.text, "cannot write no/f: No such file or directory");
	ck_assert_ptr_null(record_sink_open(&(struct record_sink_options){.path = "no/f", .rotate_bytes = 1}, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "No such file or directory"));
}
END_TEST

START_TEST(files_are_as_long_as_is_allowed)
{
	struct record_sink *s = sink_of(&(struct record_sink_options){.path = "f.json", .rotate_bytes = 8});

	expect_files("");
	put(s, "123", 0);
	put(s, "456", 1);
	record_sink_flush(s);
	put(s, "1234567890", 2); /* alone, though it is too long */
	put(s, "7", 3);
	put(s, "8", 3);
	record_sink_free(s);
	expect_files("f-0001-20261124-113320.json f-0002-20261124-113322.json f-0003-20261124-113323.json ");
	expect_file("f-0001-20261124-113320.json", "123\n456\n");
	expect_file("f-0002-20261124-113322.json", "1234567890\n");
	expect_file("f-0003-20261124-113323.json", "7\n8\n");
}
END_TEST

START_TEST(files_are_as_far_apart_as_is_allowed)
{
	struct record_sink *s = sink_of(&(struct record_sink_options){.path = "f", .rotate_ns = 10 * CLOCK_NS_PER_S});

	put(s, "a", 0);
	put(s, "b", 9);
	put(s, "c", 10);
	put(s, "before", 5);
	put(s, "d", 19);
	put(s, "e", 40);
	record_sink_free(s);
	expect_file("f-0001-20261124-113320", "a\nb\n");
	expect_file("f-0002-20261124-113330", "c\nbefore\nd\n");
	expect_file("f-0003-20261124-113400", "e\n");
}
END_TEST

START_TEST(the_last_files_stay)
{
	struct record_sink *s = sink_of(&(struct record_sink_options){.path = "f", .rotate_bytes = 1, .keep = 2});

	for (int i = 0; i < 5; i++)
		put(s, "a", i);
	record_sink_free(s);
	expect_files("f-0004-20261124-113323 f-0005-20261124-113324 ");
}
END_TEST

START_TEST(what_was_moved_is_made_again)
{
	struct record_sink *s = sink_of(&(struct record_sink_options){.path = "f"});

	put(s, "a", 0);
	ck_assert_int_eq(rename("f", "f.1"), 0);
	put(s, "b", 0);
	record_sink_reopen(s);
	put(s, "c", 0);
	record_sink_reopen(s);
	put(s, "d", 0);
	record_sink_free(s);
	expect_file("f.1", "a\nb\n");
	expect_file("f", "c\nd\n");
}
END_TEST

/* It goes on where it was. */
START_TEST(what_cannot_be_opened_again_is_not_closed)
{
	struct record_sink *s = sink_of(&(struct record_sink_options){.path = "f"});

	ck_assert_int_eq(rename("f", "f.1"), 0);
	ck_assert_int_eq(mkdir("f", 0700), 0);
	record_sink_reopen(s);
	put(s, "a", 0);
	record_sink_free(s);
	expect_file("f.1", "a\n");
}
END_TEST

START_TEST(a_rotation_that_is_opened_again_begins_the_next_file)
{
	struct record_sink *s = sink_of(&(struct record_sink_options){.path = "f", .rotate_bytes = 100});

	record_sink_reopen(s);
	put(s, "a", 0);
	record_sink_reopen(s);
	record_sink_reopen(s);
	put(s, "b", 1);
	record_sink_free(s);
	expect_files("f-0001-20261124-113320 f-0002-20261124-113321 ");
}
END_TEST

static void limit_files(rlim_t most)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = most;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_file_that_may_not_grow_holds_whole_lines)
{
	struct record_sink *s = sink_of(&(struct record_sink_options){.path = "f"});

	limit_files(10);
	put(s, "123", 0);
	put(s, "456", 0);
	put(s, "789", 0);
	put(s, "abc", 0);
	record_sink_flush(s);
	expect_file("f", "123\n456\n");
	ck_assert(record_sink_failure(s, &err));
	ck_assert_str_eq(err.text, "cannot write f: File too large; the capture goes on, and records that are lost are "
				   "counted");
	ck_assert_uint_eq(record_sink_lost(s), 2);
	ck_assert(record_sink_tell_lost(s, &err));
	ck_assert_str_eq(err.text, "2 records could not be written to f: File too large");
	put(s, "x", 0); /* it fits */
	record_sink_flush(s);
	limit_files(RLIM_INFINITY);
	put(s, "more", 0);
	record_sink_flush(s);
	expect_file("f", "123\n456\nx\nmore\n");
	ck_assert_uint_eq(record_sink_lost(s), 2);
	record_sink_free(s);
}
END_TEST

START_TEST(what_a_full_disk_loses_is_told)
{
	struct record_sink *s = sink_of(&(struct record_sink_options){.path = "/dev/full"});

	ck_assert(!record_sink_lose(s));
	ck_assert(!record_sink_tell_lost(s, &err));
	put(s, "a", 0);
	record_sink_flush(s);
	ck_assert(record_sink_tell_lost(s, &err));
	ck_assert_str_eq(err.text, "1 record could not be written to /dev/full: No space left on device");
	ck_assert(record_sink_lose(s));
	ck_assert(record_sink_tell_lost(s, &err));
	ck_assert_str_eq(err.text, "2 records could not be written to /dev/full: No space left on device");
	record_sink_free(s);
}
END_TEST

/* Else the good ones would be deleted for empty ones. */
START_TEST(lines_that_are_lost_begin_no_file)
{
	struct record_sink *s = sink_of(&(struct record_sink_options){
		.path = "f", .rotate_bytes = 4, .rotate_ns = 10 * CLOCK_NS_PER_S, .keep = 3});

	put(s, "123", 0);
	put(s, "456", 1);
	record_sink_flush(s);
	limit_files(0);
	for (int i = 0; i < 10; i++)
		put(s, "789", 2 + i * 10);
	record_sink_flush(s);
	expect_files("f-0001-20261124-113320 f-0002-20261124-113321 f-0003-20261124-113322 ");
	expect_file("f-0003-20261124-113322", "");
	ck_assert_uint_eq(record_sink_lost(s), 10);
	limit_files(RLIM_INFINITY);
	put(s, "abc", 100);
	put(s, "def", 101);
	record_sink_free(s);
	expect_files("f-0002-20261124-113321 f-0003-20261124-113322 f-0004-20261124-113501 ");
	expect_file("f-0003-20261124-113322", "abc\n");
}
END_TEST

/* A pipe takes no half line back, but it is not waited for without end. */
START_TEST(a_pipe_that_nobody_reads_is_left_alone)
{
	struct record_sink *s;
	char line[1001];
	int reader;

	ck_assert_int_eq(mkfifo("f", 0600), 0);
	reader = open("f", O_RDONLY | O_NONBLOCK);
	s = sink_of(&(struct record_sink_options){.path = "f"});
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	record_sink_hurry(s);
	for (int i = 0; i < 200; i++)
		put(s, line, 0);
	record_sink_flush(s);
	ck_assert(record_sink_failure(s, &err));
	ck_assert_uint_gt(record_sink_lost(s), 100);
	record_sink_reopen(s); /* has no meaning here */
	record_sink_free(s);
	close(reader);
}
END_TEST

START_TEST(standard_output_that_failed_is_given_up)
{
	int fd = open("f", O_RDONLY | O_CREAT, 0600);
	struct record_sink *s = record_sink_new(fd);

	put(s, "a", 0);
	record_sink_flush(s);
	ck_assert(record_sink_failure(s, &err));
	ck_assert_str_eq(err.text, "cannot write to standard output: Bad file descriptor");
	ck_assert_ptr_null(record_sink_path(s));
	record_sink_free(s);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_file_is_made_for_no_one_else_and_added_to);
	tcase_add_test(t, a_line_without_its_end_gets_one);
	tcase_add_test(t, a_file_that_cannot_be_made_is_told);
	tcase_add_test(t, files_are_as_long_as_is_allowed);
	tcase_add_test(t, files_are_as_far_apart_as_is_allowed);
	tcase_add_test(t, the_last_files_stay);
	tcase_add_test(t, what_was_moved_is_made_again);
	tcase_add_test(t, what_cannot_be_opened_again_is_not_closed);
	tcase_add_test(t, a_rotation_that_is_opened_again_begins_the_next_file);
	tcase_add_test(t, a_file_that_may_not_grow_holds_whole_lines);
	tcase_add_test(t, what_a_full_disk_loses_is_told);
	tcase_add_test(t, lines_that_are_lost_begin_no_file);
	tcase_add_test(t, a_pipe_that_nobody_reads_is_left_alone);
	tcase_add_test(t, standard_output_that_failed_is_given_up);
}
