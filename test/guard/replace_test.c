/* A file takes the place of another, whole or not at all. */
#include "guard/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../main.h"

static char folder[] = "/tmp/mailtap-test-XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[8][160];
	static size_t turn;

	turn = (turn + 1) % 8;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", folder, name);
	return path[turn];
}

static void put_file(const char *name, const char *text, mode_t mode)
{
	int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

static void check_file(const char *name, const char *text, mode_t mode)
{
	char found[64] = "";
	struct stat status;
	int fd = open(in_folder(name), O_RDONLY);

	ck_assert_int_eq(read(fd, found, sizeof(found) - 1), (ssize_t)strlen(text));
	ck_assert_str_eq(found, text);
	ck_assert(fstat(fd, &status) == 0 && (status.st_mode & 0777) == mode);
	close(fd);
}

static void check_count(int count)
{
	char command[200];

	snprintf(command, sizeof(command), "test $(find %s ! -type d | wc -l) = %d", folder, count);
	ck_assert_int_eq(system(command), 0);
}

static void setup(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown(void)
{
	char command[200];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static int draft(const char *name, const char *text)
{
	int fd = files_draft(in_folder(name));

	if (fd >= 0) {
		ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
		close(fd);
	}
	return fd;
}

START_TEST(a_new_one_is_for_nobody_else)
{
	struct stat status;

	ck_assert_int_ge(draft("a/b/conf", "new"), 0);
	ck_assert(files_replace(in_folder("a/b/conf")));
	check_file("a/b/conf", "new", 0600);
	ck_assert(stat(in_folder("a/b"), &status) == 0 && (status.st_mode & 0777) == 0700);
	check_count(1);
}
END_TEST

START_TEST(the_mode_stays)
{
	put_file("conf", "old", 0644);
	ck_assert_int_ge(draft("conf", "new"), 0);
	check_file("conf", "old", 0644);
	ck_assert(files_replace(in_folder("conf")));
	check_file("conf", "new", 0644);
	check_count(1);
}
END_TEST

START_TEST(a_link_stays)
{
	struct stat status;

	ck_assert_int_eq(mkdir(in_folder("real"), 0700), 0);
	put_file("real/conf", "old", 0600);
	ck_assert_int_eq(symlink("real/conf", in_folder("conf")), 0);
	ck_assert_int_ge(draft("conf", "new"), 0);
	ck_assert(files_replace(in_folder("conf")));
	ck_assert(lstat(in_folder("conf"), &status) == 0 && S_ISLNK(status.st_mode));
	check_file("real/conf", "new", 0600);
	ck_assert_int_eq(symlink("nowhere", in_folder("lost")), 0);
	ck_assert(draft("lost", "") < 0 && errno == ENOLINK);
	check_count(3);
}
END_TEST

START_TEST(what_another_wrote_is_not_lost)
{
	put_file("conf", "old", 0600);
	ck_assert_int_ge(draft("conf", "mine"), 0);
	put_file("conf", "another", 0600);
	ck_assert(!files_replace(in_folder("conf")) && errno == EAGAIN);
	check_file("conf", "another", 0600);
	check_count(1);
	ck_assert_int_ge(draft("new", "mine"), 0);
	put_file("new", "another", 0600);
	ck_assert(!files_replace(in_folder("new")) && errno == EAGAIN);
	check_file("new", "another", 0600);
	check_count(2);
}
END_TEST

START_TEST(what_is_thrown_away_leaves_nothing)
{
	put_file("conf", "old", 0600);
	ck_assert_int_ge(draft("conf", "new"), 0);
	files_drop_draft(in_folder("conf"));
	ck_assert(!files_replace(in_folder("conf")));
	check_file("conf", "old", 0600);
	check_count(1);
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
	ck_assert_int_eq(mkfifo(in_folder("pipe"), 0600), 0);
	ck_assert(draft("pipe", "") < 0 && errno == ENODEV);
	put_file("file", "x", 0600);
	ck_assert(draft("file/conf", "") < 0 && errno == ENOTDIR);
	check_count(2);
}
END_TEST

/* As a user without rights. */
static int as_nobody(void)
{
	if (getuid() == 0 && (chmod(folder, 0755) != 0 || setuid(65534) != 0))
		return 9;
	if (files_draft(in_folder("conf")) >= 0 || (errno != EPERM && errno != EACCES))
		return 1;
	return files_draft(in_folder("more/conf")) >= 0 || errno != EACCES ? 2 : 0;
}

START_TEST(without_the_right_nothing_is_written)
{
	int status;
	pid_t child;

	put_file("conf", "old", 0444);
	ck_assert_int_eq(chmod(folder, 0555), 0);
	child = fork();
	if (child == 0)
		_exit(as_nobody());
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(chmod(folder, 0755), 0);
	ck_assert_int_eq(status, 0);
	check_file("conf", "old", 0444);
	check_count(1);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_new_one_is_for_nobody_else);
	tcase_add_test(t, the_mode_stays);
	tcase_add_test(t, a_link_stays);
	tcase_add_test(t, what_another_wrote_is_not_lost);
	tcase_add_test(t, what_is_thrown_away_leaves_nothing);
	tcase_add_test(t, what_is_no_file_is_refused);
	tcase_add_test(t, without_the_right_nothing_is_written);
}
