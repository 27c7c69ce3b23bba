#include <check.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "capture/dump.h"
#include "capture/savefile.h"
#include "sample.h"

static struct source_packet packet_of(const uint8_t *bytes, uint32_t len, int64_t time_ns, uint8_t digits)
{
	return (struct source_packet){
		.bytes = slice_of(bytes, len),
		.record = {.time_ns = time_ns,
			   .caplen = len,
			   .wire_len = len + 10,
			   .link_type = 276,
			   .time_digits = digits},
	};
}

static void fresh_path(char path[SAMPLE_PATH_SIZE])
{
	strcpy(path, "/tmp/mailtap-test-XXXXXX");
	close(mkstemp(path));
	unlink(path);
}

static struct savefile *read_back(const char *path)
{
	struct error err = {{0}};
	struct input *in = input_open(path, false, &err);

	ck_assert_msg(in != NULL, "%s", err.text);
	return savefile_new(in);
}

/* Row: digits of the first packet. */
START_TEST(what_is_written_can_be_read)
{
	static const uint8_t bytes[300] = {1, 2, 3, [299] = 9};
	uint8_t digits = _i == 0 ? 6 : 9;
	int64_t time_ns = 1700000000123456789;
	char path[SAMPLE_PATH_SIZE];
	struct error err = {{0}};
	struct stat status;
	struct dump *d;
	struct savefile *s;
	struct source_packet packet;

	fresh_path(path);
	d = dump_open(path, &err);
	ck_assert_msg(d != NULL, "%s", err.text);
	for (uint32_t len = 0; len <= 300; len += 100) {
		packet = packet_of(bytes, len, time_ns + len * CLOCK_NS_PER_US, digits);
		ck_assert(dump_write(d, &packet, &err));
	}
	ck_assert(dump_flush(d, &err));
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_eq(status.st_mode & 0777, 0600);
	ck_assert_int_eq(status.st_size, 24 + 4 * 16 + 600);
	ck_assert(dump_close(d, &err));
	s = read_back(path);
	for (uint32_t len = 0; len <= 300; len += 100) {
		int64_t want = time_ns + len * CLOCK_NS_PER_US;

		ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_PACKET);
		ck_assert_int_eq(packet.record.time_ns, digits == 9 ? want : want / 1000 * 1000);
		ck_assert_uint_eq(packet.record.time_digits, digits);
		ck_assert_uint_eq(packet.record.caplen, len);
		ck_assert_uint_eq(packet.record.wire_len, len + 10);
		ck_assert_uint_eq(packet.record.link_type, 276);
		ck_assert(slice_equals(packet.bytes, slice_of(bytes, len)));
	}
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_END);
	savefile_free(s);
	unlink(path);
}
END_TEST

START_TEST(a_capture_without_packets_is_a_capture)
{
	char path[SAMPLE_PATH_SIZE];
	struct error err = {{0}};
	struct source_packet packet;
	struct savefile *s;

	fresh_path(path);
	ck_assert(dump_close(dump_open(path, &err), &err));
	s = read_back(path);
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_END);
	ck_assert_str_eq(err.text, "");
	savefile_free(s);
	unlink(path);
}
END_TEST

START_TEST(packets_of_another_link_type_are_reported)
{
	char path[SAMPLE_PATH_SIZE];
	struct error err = {{0}};
	struct source_packet packet = packet_of((const uint8_t *)"x", 1, 5, 6);
	struct dump *d;

	fresh_path(path);
	d = dump_open(path, &err);
	ck_assert(dump_write(d, &packet, &err));
	packet.record.link_type = 1;
	ck_assert(dump_write(d, &packet, &err));
	ck_assert(!dump_close(d, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "1 packets are not in"));
	unlink(path);
}
END_TEST

START_TEST(a_full_disk_is_told_and_remembered)
{
	struct error err = {{0}};
	struct source_packet packet = packet_of((const uint8_t *)"x", 1, 5, 6);
	struct dump *d = dump_open("/dev/full", &err);

	ck_assert_msg(d != NULL, "%s", err.text);
	ck_assert(dump_write(d, &packet, &err));
	ck_assert(!dump_flush(d, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "No space left"));
	err.text[0] = '\0';
	ck_assert(!dump_write(d, &packet, &err));
	ck_assert(!dump_close(d, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "/dev/full"));
}
END_TEST

START_TEST(a_path_that_cannot_be_is_refused)
{
	struct error err = {{0}};

	ck_assert_ptr_null(dump_open("/nonexistent/x.pcap", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/x.pcap"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dump");
	TCase *tests = tcase_create("dump");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tests, what_is_written_can_be_read, 0, 2);
	tcase_add_test(tests, a_capture_without_packets_is_a_capture);
	tcase_add_test(tests, packets_of_another_link_type_are_reported);
	tcase_add_test(tests, a_full_disk_is_told_and_remembered);
	tcase_add_test(tests, a_path_that_cannot_be_is_refused);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
