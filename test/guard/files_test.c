/* What the helper agrees to, asked as an attacker would: it believes nothing. Each test is a child with a helper. */
#include "guard/files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../main.h"

static const atomic_bool never;
static char folder[] = "/tmp/mailtap-test-XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[8][160];
	static size_t turn;

	turn = (turn + 1) % 8;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", folder, name);
	return path[turn];
}

static void put_file(const char *name, const char *text)
{
	int fd = open(in_folder(name), O_WRONLY | O_CREAT, 0600);

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void setup(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(mkdir(in_folder("place"), 0700), 0);
	ck_assert_int_eq(mkdir(in_folder("other"), 0700), 0);
	ck_assert_int_eq(symlink(in_folder("other"), in_folder("place/link")), 0);
	put_file("place/there", "text");
	put_file("place/box", "From somebody\n");
	put_file("place/named", "named");
	put_file("other/secret", "secret");
}

static void teardown(void)
{
	char command[200];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

/* Runs `check` in a child with a helper; it returns NULL or what is wrong. */
static void with_helper(const char *(*check)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		struct files_options options = {
			.places = {in_folder("place"), in_folder("new"), in_folder("place/../beside")},
			.place_count = 3,
			.named_count = 1,
			.stems = {".hidden", "seen"},
			.stem_count = 2,
			.log = in_folder("log"),
			.configuration = in_folder("place/conf")};
		struct error err;
		const char *wrong = "no helper";

		options.named[0] = in_folder("place/named");
		unsetenv("SUDO_UID");
		if (files_start(&options, &err)) {
			wrong = check();
			files_stop();
		}
		if (wrong != NULL)
			fprintf(stderr, "%s (%s)\n", wrong, strerror(errno));
		_exit(wrong != NULL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}

static int place(void)
{
	return files_folder(AT_FDCWD, in_folder("place"), 0, NULL);
}

/* What is no file cannot be had, whatever it may be good for. */
static const char *check_no_files(void)
{
	int top = place();

	if (files_append(top, "pipe") >= 0 || errno != ENODEV)
		return "a pipe is given";
	if (files_append(top, "device") >= 0 || (errno != ENODEV && errno != ENOENT && errno != EACCES))
		return "a device is given";
	return files_append(top, "inner") < 0 ? NULL : "a folder is given";
}

START_TEST(only_files_are_appended_to)
{
	ck_assert_int_eq(mkfifo(in_folder("place/pipe"), 0600), 0);
	if (mknod(in_folder("place/device"), S_IFCHR | 0600, makedev(1, 3)) != 0)
		fprintf(stderr, "no device could be made\n");
	ck_assert_int_eq(mkdir(in_folder("place/inner"), 0700), 0);
	with_helper(check_no_files);
}
END_TEST

static const char *check_making(void)
{
	char temporary[80];
	struct stat status;
	int top = place();
	int inner = files_folder(top, "inner", FILES_MAKE, NULL);
	int made = files_folder(AT_FDCWD, in_folder("new"), FILES_MAKE, NULL);
	int fd;

	if (top < 0 || inner < 0 || made < 0)
		return "a folder that was named cannot be opened or made";
	snprintf(temporary, sizeof(temporary), ".mailtap-%ld-1-1.tmp", (long)getpid());
	fd = files_create(inner, temporary);
	if (fd < 0 || write(fd, "x", 1) != 1 || fsync(inner) != 0)
		return "nothing can be written";
	if (!files_rename(inner, temporary, made, "x") || !files_status(made, "x", &status) || status.st_size != 1)
		return "a file cannot get its name";
	if (files_create(top, "another") < 0 || !files_unlink(top, "another"))
		return "what was made cannot be deleted";
	if (files_create(top, ".hidden-0001.pcap") < 0 || files_create(top, "seen-0001.json") < 0)
		return "a rotation of a hidden name";
	fd = files_append(top, "box");
	if (fd < 0 || write(fd, "x", 1) != 1 || files_append(top, "box2") < 0)
		return "mboxes";
	fd = files_folder(AT_FDCWD, in_folder("other/../beside"), FILES_MAKE, NULL);
	if (fd < 0 || files_create(fd, "x") < 0 || !files_look(in_folder("place/../beside/x"), &status))
		return "a folder by a roundabout path";
	files_sweep(top);
	files_close(inner);
	return files_may_write(top) && files_create(inner, "y") < 0 ? NULL : "a closed folder is open";
}

START_TEST(files_are_made_in_the_places)
{
	with_helper(check_making);
}
END_TEST

static bool is_refused(int fd)
{
	return fd < 0 && (errno == EACCES || errno == ENOTDIR || errno == ELOOP || errno == ENOENT);
}

static const char *check_ways_out(void)
{
	int top = place();

	if (!is_refused(files_folder(AT_FDCWD, in_folder("other"), 0, NULL)) ||
	    !is_refused(files_folder(AT_FDCWD, "/etc", 0, NULL)) || !is_refused(files_folder(AT_FDCWD, "/", 0, NULL)) ||
	    !is_refused(files_folder(AT_FDCWD, "", 0, NULL)) ||
	    !is_refused(files_folder(AT_FDCWD, ".", FILES_MAKE, NULL)))
		return "another folder";
	if (!is_refused(files_folder(AT_FDCWD, in_folder("place/../other"), 0, NULL)) ||
	    !is_refused(files_folder(AT_FDCWD, in_folder("placeandmore"), FILES_MAKE, NULL)))
		return "by its path";
	if (!is_refused(files_folder(AT_FDCWD, in_folder("place/link"), 0, NULL)) ||
	    !is_refused(files_folder(AT_FDCWD, in_folder("place/link/x"), FILES_MAKE, NULL)) ||
	    !is_refused(files_folder(top, "link", 0, NULL)))
		return "by a link";
	if (!is_refused(files_folder(top, "..", 0, NULL)) || !is_refused(files_folder(top, "../other", 0, NULL)) ||
	    !is_refused(files_folder(AT_FDCWD, in_folder("place/.ssh"), FILES_MAKE, NULL)))
		return "by a name";
	if (!is_refused(files_create(top, "../other/x")) || !is_refused(files_create(top, "link/x")) ||
	    !is_refused(files_create(-1, "x")) || !is_refused(files_append(top, "link/secret")))
		return "a file";
	return NULL;
}

START_TEST(there_is_no_way_out_of_a_place)
{
	with_helper(check_ways_out);
}
END_TEST

static const char *check_what_is_there(void)
{
	int top = place();

	if (files_create(top, "there") >= 0 || files_append(top, "there") >= 0 || errno != EMEDIUMTYPE)
		return "a file that is there is written to";
	if (files_unlink(top, "there") || files_unlink(top, "box") || files_unlink(top, "link"))
		return "it is deleted";
	if (files_rename(top, "there", top, "renamed") || files_rename(top, ".mailtap-1-1-1.tmp", top, "x"))
		return "it is renamed";
	if (!is_refused(files_create(top, ".hiddenrc")) || !is_refused(files_create(top, ".hidden-x")) ||
	    !is_refused(files_create(top, ".hidden")) || !is_refused(files_create(top, ".hidden-")))
		return "a name that only begins like a rotation's is made";
	if (!is_refused(files_create(top, ".bashrc")) || !is_refused(files_append(top, ".profile")))
		return "a file that others read by themselves is made";
	return NULL;
}

START_TEST(what_is_there_stays)
{
	with_helper(check_what_is_there);
}
END_TEST

static const char *check_reading(void)
{
	struct stat status;
	char text[8] = "";
	int fd = files_read(in_folder("place/named"));

	if (fd < 0 || read(fd, text, sizeof(text)) != 5 || write(fd, "x", 1) >= 0)
		return "what was named cannot be read";
	if (!files_read_status(in_folder("place/named"), &status) || status.st_size != 5)
		return "nor asked about";
	if (!is_refused(files_read(in_folder("place/there"))) || !is_refused(files_read("/etc/shadow")) ||
	    !is_refused(files_read("")) || files_read_status("/etc/shadow", &status))
		return "what was not named is read";
	return NULL;
}

START_TEST(only_what_was_named_is_read_again)
{
	with_helper(check_reading);
}
END_TEST

/* Not even where files may be made, before the user said so; and no other file, whatever he said. */
static const char *check_configuration(void)
{
	if (files_may_replace(in_folder("place/conf")) || !is_refused(files_draft(in_folder("place/conf"))) ||
	    files_replace(in_folder("place/conf")))
		return "the configuration is written unasked";
	if (files_ask_to_replace(in_folder("place/conf"), &never) || errno != ENOTTY)
		return "nobody was asked";
	return !is_refused(files_draft(in_folder("place/there"))) ? "another file is written" : NULL;
}

START_TEST(the_configuration_is_not_written_unasked)
{
	with_helper(check_configuration);
}
END_TEST

static bool adds(const char *text)
{
	int fd = files_reopen(in_folder("log"));
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good;
}

static const char *check_log(void)
{
	struct stat status;

	if (!adds("one") || !adds("more") || stat(in_folder("log"), &status) != 0 || status.st_size != 7)
		return "the log cannot be opened again";
	if ((status.st_mode & 0777) != 0600)
		return "its mode";
	if (rename(in_folder("log"), in_folder("log.1")) != 0 || !adds("x") || stat(in_folder("log"), &status) != 0 ||
	    status.st_size != 1)
		return "a log that was moved is not made anew";
	if (!is_refused(files_reopen(in_folder("log.1"))) || !is_refused(files_reopen(in_folder("place/there"))) ||
	    !is_refused(files_reopen("")))
		return "another file is opened as the log";
	unlink(in_folder("log"));
	if (symlink(in_folder("other/secret"), in_folder("log")) != 0 || !is_refused(files_reopen(in_folder("log"))))
		return "a link that was put in the place of the log is followed";
	unlink(in_folder("log"));
	if (mkfifo(in_folder("log"), 0600) != 0 || files_reopen(in_folder("log")) >= 0)
		return "a pipe in the place of the log is opened";
	return NULL;
}

START_TEST(only_the_log_that_was_named_is_opened_again)
{
	with_helper(check_log);
}
END_TEST

static const char *check_linked_log(void)
{
	struct stat status;

	if (!adds("x") || stat(in_folder("other/far"), &status) != 0 || status.st_size != 1)
		return "a link that was named is not followed";
	return NULL;
}

START_TEST(a_log_may_have_been_named_by_a_link)
{
	ck_assert_int_eq(symlink(in_folder("other/far"), in_folder("log")), 0);
	put_file("other/far", "");
	with_helper(check_linked_log);
}
END_TEST

static const char *check_asking(void)
{
	if (!files_knows(in_folder("place"), 0) || !files_knows(in_folder("place/new"), FILES_MAKE) ||
	    !files_knows("/nonexistent/x", FILES_MAKE))
		return "a place is not known";
	if (files_knows(in_folder("other"), 0) || files_knows(in_folder("place/link"), 0) ||
	    files_knows(in_folder("place/../other"), 0))
		return "another folder is known";
	if (files_ask(in_folder("other"), &never))
		return "a folder was confirmed though nobody could be asked";
	if (!files_may_read(in_folder("place/named")) || files_may_read(in_folder("other/secret")))
		return "other files may be read than those that were named";
	if (files_ask_to_read(in_folder("other/secret"), &never) || errno != ENOTTY)
		return "a file was confirmed though nobody could be asked";
	if (!is_refused(files_read(in_folder("other/secret"))))
		return "it can be read";
	return is_refused(files_folder(AT_FDCWD, in_folder("other"), 0, NULL)) ? NULL : "it can be opened";
}

START_TEST(nobody_is_asked_without_a_terminal)
{
	with_helper(check_asking);
}
END_TEST

static pid_t helper_pid(void)
{
	char path[80];
	long pid = 0;
	FILE *list;

	snprintf(path, sizeof(path), "/proc/self/task/%ld/children", (long)getpid());
	list = fopen(path, "r");
	if (list == NULL || fscanf(list, "%ld", &pid) != 1)
		pid = 0;
	if (list != NULL)
		fclose(list);
	return (pid_t)pid;
}

static const char *check_dead_helper(void)
{
	int top = place();
	pid_t pid = helper_pid();

	if (pid <= 0 || kill(pid, SIGKILL) != 0)
		return "there is no helper to kill";
	if (files_create(top, "x") >= 0 || errno != EOWNERDEAD)
		return "another error";
	if (strstr(files_error(errno), "start mailtap again") == NULL)
		return "it is not told what to do";
	if (kill(pid, 0) == 0)
		return "what is left of it stays";
	return files_rename(top, "x", top, "y") || errno != EOWNERDEAD ? "another error later" : NULL;
}

START_TEST(a_helper_that_has_gone_is_told)
{
	with_helper(check_dead_helper);
}
END_TEST

START_TEST(the_whole_file_system_is_no_place)
{
	static const char *const whole[] = {"/", "//", "/tmp/..", "/../."};

	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		struct files_options options = {.places = {whole[i]}, .place_count = 1};
		struct error err;

		ck_assert_msg(!files_start(&options, &err), "%s", whole[i]);
		ck_assert_ptr_nonnull(strstr(err.text, "\"/\" itself"));
	}
}
END_TEST

/* As tests and programs without a helper have it. */
START_TEST(without_a_helper_it_is_done_here)
{
	int top = place();
	int fd = files_create(top, "x");

	ck_assert(top >= 0 && fd >= 0);
	ck_assert(files_create(top, "x") < 0 && errno == EEXIST);
	ck_assert(files_unlink(top, "x") && files_knows("/etc", 0));
	close(fd);
	files_close(top);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, files_are_made_in_the_places);
	tcase_add_test(t, there_is_no_way_out_of_a_place);
	tcase_add_test(t, what_is_there_stays);
	tcase_add_test(t, only_files_are_appended_to);
	tcase_add_test(t, only_what_was_named_is_read_again);
	tcase_add_test(t, the_configuration_is_not_written_unasked);
	tcase_add_test(t, only_the_log_that_was_named_is_opened_again);
	tcase_add_test(t, a_log_may_have_been_named_by_a_link);
	tcase_add_test(t, nobody_is_asked_without_a_terminal);
	tcase_add_test(t, a_helper_that_has_gone_is_told);
	tcase_add_test(t, the_whole_file_system_is_no_place);
	tcase_add_test(t, without_a_helper_it_is_done_here);
}
