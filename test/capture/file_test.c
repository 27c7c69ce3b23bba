#include <signal.h>
#include <sys/stat.h>

#include "../main.h"
#include "capture/source.h"
#include "sample.h"

static struct source *open_file(const char *path, const char *filter, struct error *err)
{
	struct source_options options = {.capture_filter = filter};

	err->text[0] = '\0';
	return source_open_file(path, &options, err);
}

START_TEST(a_regular_file_is_mapped_and_its_packets_are_named_by_place)
{
	char path[SAMPLE_PATH_SIZE];
	struct error err;
	struct source_packet packet;
	struct source *s;
	uint64_t done;
	uint64_t total;

	sample_file(path, 3, 0, 1);
	s = open_file(path, NULL, &err);
	ck_assert_msg(s != NULL, "%s", err.text);
	ck_assert(!source_is_live(s));
	ck_assert_int_eq(source_fd(s), -1);
	ck_assert_str_eq(source_name(s), path);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_PACKET);
		ck_assert(!packet.filtered);
		ck_assert_int_eq(packet.record.place, SAMPLE_FILE_HEADER_LEN + 16 + (int64_t)i * SAMPLE_RECORD_LEN);
		ck_assert_ptr_eq(packet.bytes.data, source_mapping(s).data + packet.record.place);
	}
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_END);
	source_progress(s, &done, &total);
	ck_assert_uint_eq(total, SAMPLE_FILE_HEADER_LEN + 3 * SAMPLE_RECORD_LEN);
	ck_assert_uint_eq(done, total);
	source_free(s);
	unlink(path);
}
END_TEST

START_TEST(what_cannot_be_read_is_said_at_the_opening)
{
	char path[SAMPLE_PATH_SIZE];
	struct error err;

	ck_assert_ptr_null(open_file("/nonexistent/x", NULL, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/x cannot be opened"));
	ck_assert_ptr_null(open_file("/tmp", NULL, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "is a directory"));
	sample_file(path, 3, 0, 1);
	ck_assert_int_eq(truncate(path, 0), 0);
	ck_assert_ptr_null(open_file(path, NULL, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "is empty"));
	ck_assert_int_eq(truncate(path, 1000), 0);
	ck_assert_ptr_null(open_file(path, NULL, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "is not a capture"));
	unlink(path);
}
END_TEST

START_TEST(a_filter_marks_what_it_withholds)
{
	char path[SAMPLE_PATH_SIZE];
	struct error err;
	struct source_packet packet;
	struct source *s;

	sample_file(path, 10, 0, 1);
	s = open_file(path, "port 25", &err);
	ck_assert_msg(s != NULL, "%s", err.text);
	for (int i = 0; i < 10; i++) {
		ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_PACKET);
		ck_assert_int_eq(packet.filtered, i % 2);
	}
	source_free(s);
	ck_assert_ptr_null(open_file(path, "prot 25", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "capture filter"));
	/* also before the first packet is there */
	ck_assert_ptr_null(open_file("/dev/null", "prot 25", &err));
	unlink(path);
}
END_TEST

START_TEST(a_stopped_file_pauses)
{
	char path[SAMPLE_PATH_SIZE];
	struct error err;
	struct source_packet packet;
	struct source *s;

	sample_file(path, 2, 0, 1);
	s = open_file(path, NULL, &err);
	ck_assert(source_set_stopped(s, true, &err));
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_IDLE);
	ck_assert(source_set_stopped(s, false, &err));
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_PACKET);
	source_free(s);
	unlink(path);
}
END_TEST

/* The tail of the mapping is gone: reading there must be an error, not the end of the process. */
START_TEST(a_file_that_shrinks_is_damaged)
{
	char path[SAMPLE_PATH_SIZE];
	struct error err;
	struct source_packet packet;
	enum source_status status;
	struct source *s;
	size_t count = 0;

	sample_file(path, 10000, 0, 1);
	s = open_file(path, NULL, &err);
	ck_assert_int_eq(truncate(path, 100 * SAMPLE_RECORD_LEN), 0);
	while ((status = source_read(s, &packet, &err)) == SOURCE_PACKET)
		count++;
	ck_assert_int_eq(status, SOURCE_ERROR);
	ck_assert_ptr_nonnull(strstr(err.text, "was cut or changed"));
	ck_assert_uint_ge(count, 99);
	ck_assert_uint_lt(count, 200);
	ck_assert_int_eq(source_mapping(s).data[source_mapping(s).len - 1], 0);
	source_free(s);
	unlink(path);
}
END_TEST

START_TEST(a_fault_that_is_not_ours_still_kills)
{
	char path[SAMPLE_PATH_SIZE];
	struct error err;
	struct source *s;

	signal(SIGBUS, SIG_DFL); /* not what a sanitizer makes of it */
	sample_file(path, 1, 0, 1);
	s = open_file(path, NULL, &err);
	ck_assert_ptr_nonnull(s);
	unlink(path);
	raise(SIGBUS);
	raise(SIGBUS);
	source_free(s);
}
END_TEST

START_TEST(a_pipe_is_not_waited_for)
{
	char path[40];
	struct error err;
	struct source_packet packet;
	struct source *s;
	FILE *writer;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	s = open_file(path, "port 25", &err);
	ck_assert_msg(s != NULL, "%s", err.text);
	close(fds[0]);
	ck_assert_int_ge(source_fd(s), 0);
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_IDLE);
	writer = fdopen(fds[1], "w");
	sample_write(writer, 2, 0, 1);
	fflush(writer);
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_PACKET);
	ck_assert_int_eq(packet.record.place, PACKET_PLACE_NONE);
	ck_assert(!packet.filtered);
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_PACKET);
	ck_assert(packet.filtered);
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_IDLE);
	fclose(writer);
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_END);
	source_free(s);
}
END_TEST

START_TEST(a_followed_file_waits_for_more)
{
	struct source_options options = {.follow = true, .capture_filter = "port 25"};
	char path[SAMPLE_PATH_SIZE];
	struct error err = {{0}};
	struct source_packet packet;
	struct source *s;

	/* nothing in it yet: its filter is looked at all the same */
	sample_file(path, 2, 0, 1);
	ck_assert_int_eq(truncate(path, 0), 0);
	options.capture_filter = "prot 25";
	ck_assert_ptr_null(source_open_file(path, &options, &err));
	options.capture_filter = "port 25";
	s = source_open_file(path, &options, &err);
	ck_assert_msg(s != NULL, "%s", err.text);
	ck_assert(source_is_followed(s) && !source_is_live(s));
	ck_assert_int_eq(source_link_type(s), -1);
	ck_assert_uint_eq(source_mapping(s).len, 0);
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_IDLE);
	source_free(s);
	unlink(path);
	/* what is there is read at once; what is no capture is said at the opening */
	sample_file(path, 2, 0, 1);
	s = source_open_file(path, &options, &err);
	ck_assert_int_eq(source_link_type(s), 1);
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_PACKET);
	ck_assert_int_eq(packet.record.place, PACKET_PLACE_NONE);
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_PACKET);
	ck_assert(packet.filtered);
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_IDLE);
	ck_assert_int_eq(truncate(path, 0), 0);
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_NOTICE);
	ck_assert_ptr_nonnull(strstr(err.text, path));
	ck_assert_int_eq(source_read(s, &packet, &err), SOURCE_IDLE);
	source_free(s);
	ck_assert_int_eq(truncate(path, 1000), 0);
	ck_assert_ptr_null(source_open_file(path, &options, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "is not a capture"));
	unlink(path);
}
END_TEST

void list_tests(TCase *t)
{
	const char *fork_status = getenv("CK_FORK");

	tcase_add_test(t, a_regular_file_is_mapped_and_its_packets_are_named_by_place);
	tcase_add_test(t, what_cannot_be_read_is_said_at_the_opening);
	tcase_add_test(t, a_filter_marks_what_it_withholds);
	tcase_add_test(t, a_stopped_file_pauses);
	tcase_add_test(t, a_file_that_shrinks_is_damaged);
	tcase_add_test(t, a_pipe_is_not_waited_for);
	tcase_add_test(t, a_followed_file_waits_for_more);
	if (!fork_status || strcmp(fork_status, "no") != 0) /* it ends its process */
		tcase_add_test_raise_signal(t, a_fault_that_is_not_ours_still_kills, SIGBUS);
}
