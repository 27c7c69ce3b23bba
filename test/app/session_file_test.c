/* The file of a session's packets: emptied when it begins, whole when it ends; a failure is told once. */
#include "app/session_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../main.h"

static const char packet[64] = "a packet";

static struct session_file *open_file(const char *path)
{
	struct error err;
	struct dump *dump = dump_open(&(struct dump_options){.path = path}, &err);

	ck_assert_msg(dump != NULL, "%s", err.text);
	return session_file_new(dump);
}

static void put(struct session_file *f)
{
	const struct packet_record r = {.caplen = sizeof(packet), .wire_len = sizeof(packet), .link_type = 101};

	ck_assert_ptr_null(session_file_put(f, &r, slice_of(packet, sizeof(packet))));
}

static off_t size_of(const char *path)
{
	struct stat status;

	ck_assert_int_eq(stat(path, &status), 0);
	return status.st_size;
}

START_TEST(a_file_is_emptied_when_it_begins)
{
	char path[] = "/tmp/mailtap-session-XXXXXX";
	struct session_file *f;
	struct error err;
	int fd = mkstemp(path);

	ck_assert_int_eq(write(fd, packet, sizeof(packet)), sizeof(packet));
	close(fd);
	ck_assert(session_file_close(open_file(path), &err)); /* it never began */
	ck_assert_int_eq(size_of(path), sizeof(packet));
	f = open_file(path);
	session_file_begin(f);
	ck_assert_int_eq(size_of(path), 0);
	put(f);
	ck_assert(session_file_flush(f, true, &err));
	ck_assert_int_eq(size_of(path), 24 + 16 + sizeof(packet));
	put(f);
	ck_assert(!session_file_is_over(f));
	ck_assert(session_file_close(f, &err));
	ck_assert_int_eq(size_of(path), 24 + 2 * (16 + sizeof(packet)));
	unlink(path);
}
END_TEST

START_TEST(a_failure_is_told_once)
{
	struct session_file *f = open_file("/dev/full");
	struct error err = {""};

	session_file_begin(f);
	put(f);
	ck_assert(!session_file_flush(f, true, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "/dev/full"));
	put(f);
	ck_assert(session_file_flush(f, true, &err));
	ck_assert(!session_file_close(f, &err));
	ck_assert_str_eq(err.text, "");
}
END_TEST

START_TEST(a_failure_at_the_end_is_told_then)
{
	struct session_file *f = open_file("/dev/full");
	struct error err = {""};

	session_file_begin(f);
	put(f);
	ck_assert(!session_file_close(f, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "/dev/full"));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, a_file_is_emptied_when_it_begins);
	tcase_add_test(t, a_failure_is_told_once);
	tcase_add_test(t, a_failure_at_the_end_is_told_then);
}
