/* libmailtap-keylog.so in a program of its own: peer.c, which talks TLS with itself. Each test is in an empty folder.
 */
#include "../main.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	LINE_LEN = 13 + 1 + 64 + 1 + 96
}; /* CLIENT_RANDOM, the client's random, the master secret */

static char programs[PATH_MAX], library[PATH_MAX + 32], folder[64], keys[80];

static void set_up(void)
{
	ssize_t len = readlink("/proc/self/exe", programs, sizeof(programs) - 1);

	ck_assert(len > 0);
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
	programs[len] = '\0';
	*strrchr(programs, '/') = '\0';
	snprintf(library, sizeof(library), "%s/../libmailtap-keylog.so", programs);
	strcpy(folder, "/tmp/keylog-test.XXXXXX");
	ck_assert(mkdtemp(folder));
	ck_assert_int_eq(chmod(folder, 0755), 0);
	snprintf(keys, sizeof(keys), "%s/keys", folder);
	ck_assert_int_eq(chdir(folder), 0);
}

static void tear_down(void)
{
	unlink("keys");
	unlink("other");
	rmdir(folder);
}

/* The peer with the library; what it says itself must be nothing. Returns its status as of wait(2). */
static int run_peer_as(const char *program, const char *scene, const char *log)
{
	int ends[2], status;
	char said[512];
	ssize_t len;
	pid_t child;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	child = fork();
	if (child == 0) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		setenv("LD_PRELOAD", library, 1);
		log ? setenv("SSLKEYLOGFILE", log, 1) : unsetenv("SSLKEYLOGFILE");
		execl(program, program, scene, NULL);
		_exit(127);
	}
	close(ends[1]);
	len = read(ends[0], said, sizeof(said) - 1);
	close(ends[0]);
	said[len > 0 ? len : 0] = '\0';
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_str_eq(said, "");
	return status;
}

static int run_peer(const char *scene, const char *log)
{
	char program[PATH_MAX + 8];

	snprintf(program, sizeof(program), "%s/peer", programs);
	return run_peer_as(program, scene, log);
}

/* How many whole lines a text is; none of it may be something else. */
static int count_lines(const char *text, size_t len)
{
	int count = 0;
	size_t at, i;

	ck_assert_msg(len % (LINE_LEN + 1) == 0, "%zu bytes are no lines", len);
	for (at = 0; at < len; at += LINE_LEN + 1) {
		ck_assert_int_eq(memcmp(text + at, "CLIENT_RANDOM ", 14), 0);
		for (i = 14; i < LINE_LEN; i++)
			ck_assert_msg(i == 78 ? text[at + i] == ' ' : strchr("0123456789abcdef", text[at + i]) != NULL,
				      "%.*s", LINE_LEN, text + at);
		ck_assert_int_eq(text[at + LINE_LEN], '\n');
		count++;
	}
	return count;
}

static int lines_in(const char *name)
{
	static char text[1 << 20];
	int fd = open(name, O_RDONLY);
	ssize_t len, total = 0;

	if (fd < 0)
		return -1;
	while ((len = read(fd, text + total, sizeof(text) - (size_t)total)) > 0)
		total += len;
	close(fd);
	return count_lines(text, (size_t)total);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	ck_assert_int_eq(lstat(name, &st), 0);
	return st.st_mode & 07777;
}

static void make_file(const char *name, mode_t mode)
{
	int fd = open(name, O_CREAT | O_WRONLY, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

START_TEST(writes_a_file_that_nobody_else_reads)
{
	umask(0);
	ck_assert_int_eq(run_peer("talk", keys), 0);
	ck_assert_int_eq(lines_in(keys), 2);
	ck_assert_int_eq(mode_of(keys), 0600);
	ck_assert_int_eq(run_peer("new-ex", keys), 0);
	ck_assert_int_eq(lines_in(keys), 4);
	unlink(keys);
	umask(0377);
	ck_assert_int_eq(run_peer("talk", "keys"), 0);
	ck_assert_int_eq(mode_of(keys), 0600);
	ck_assert_int_eq(lines_in(keys), 2);
}
END_TEST

/* What a program does with the library, and how many lines that makes. */
static const struct {
	const char *scene;
	int lines;
} scenes[] = {
	{"own-callback", 4},
	{"descriptor-reused", 6},
	{"all-closed", 4},
	{"log-deleted", 2},
	{"fork", 2 + 8 * 40 * 2},
	{"threads", 8 * 40 * 2},
	{"chroot-after-context", 4},
	{"chroot-before-context", 2},
	{"setuid-before-context", 2},
	{"forks-and-threads", 8 * 40 * 2 + 400},
	{"size-limit", 0},
	{"without-traces", 2},
};

START_TEST(stands_what_a_server_does)
{
	ck_assert_int_eq(run_peer(scenes[_i].scene, keys), 0);
	ck_assert_int_eq(lines_in(keys), scenes[_i].lines);
}
END_TEST

START_TEST(keeps_nothing_of_contexts_that_go)
{
	ck_assert_int_eq(run_peer("many-contexts", keys), 0);
	ck_assert_int_eq(lines_in(keys), 0);
}
END_TEST

START_TEST(does_nothing_without_the_variable)
{
	ck_assert_int_eq(run_peer("passed-on", NULL), 0);
	ck_assert_int_eq(run_peer("passed-on", ""), 0);
	ck_assert_int_eq(lines_in(keys), -1);
}
END_TEST

/* Into a setuid program the loader takes only what root laid among the system's libraries and marked setuid: for this
 * test that is a library of libc's that no program uses. */
START_TEST(does_nothing_in_a_setuid_program)
{
	static const char format[] =
		"name=$(ldconfig -p | sed -n 's/.*libBrokenLocale.so.1 .*=> //p' | head -n 1 | xargs realpath) && cp "
		"%s/peer %s/other "
		"&& "
		"cp %s lib && chown 65534 other && chmod 4755 lib && chmod %o other && mount --bind %s/lib $(realpath "
		"$name) && "
		"LD_PRELOAD=libBrokenLocale.so.1 SSLKEYLOGFILE=%s ./other talk; status=$?; umount $name; rm lib other; "
		"exit $status";
#ifdef __SANITIZE_ADDRESS__
	/* the sanitizer cannot read its own options in a setuid program, and ends it */
	enum {
		RUNS = 1
	};
#else
	enum {
		RUNS = 2
	};
#endif
	static const int modes[] = {0755, 04755}, lines[] = {2, -1};
	char command[4 * PATH_MAX];
	size_t i;

	for (i = 0; i < RUNS; i++) {
		snprintf(command, sizeof(command), format, programs, folder, library, modes[i], folder, keys);
		ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
		ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
		ck_assert_int_eq(system(command), 0);
		ck_assert_int_eq(lines_in(keys), lines[i]);
		unlink(keys);
	}
}
END_TEST

static const mode_t open_modes[] = {0644, 0602, 0606, 0604};

START_TEST(refuses_what_others_read_or_write)
{
	make_file(keys, open_modes[_i]);
	ck_assert_int_eq(run_peer("talk", keys), 0);
	ck_assert_int_eq(lines_in(keys), 0);
	unlink(keys);
	ck_assert_int_eq(mkfifo(keys, 0600), 0);
	ck_assert_int_eq(chmod(keys, open_modes[_i]), 0);
	ck_assert_int_eq(run_peer("talk", keys), 0);
}
END_TEST

START_TEST(refuses_what_others_put_there)
{
	make_file(keys, 0600);
	ck_assert_int_eq(chown(keys, 65534, 65534), 0);
	ck_assert_int_eq(chmod(folder, 01777), 0);
	ck_assert_int_eq(run_peer("talk", keys), 0);
	ck_assert_int_eq(lines_in(keys), 0);
	/* in a folder of root's it is root who gave it away */
	ck_assert_int_eq(chmod(folder, 0755), 0);
	ck_assert_int_eq(run_peer("talk", keys), 0);
	ck_assert_int_eq(lines_in(keys), 2);
}
END_TEST

START_TEST(refuses_links_folders_and_devices)
{
	make_file("other", 0600);
	ck_assert_int_eq(symlink("other", keys), 0);
	ck_assert_int_eq(run_peer("talk", keys), 0);
	ck_assert_int_eq(lines_in("other"), 0);
	unlink(keys);
	ck_assert_int_eq(link("other", keys), 0);
	ck_assert_int_eq(run_peer("talk", keys), 0);
	ck_assert_int_eq(lines_in("other"), 0);
	ck_assert_int_eq(run_peer("talk", folder), 0);
	ck_assert_int_eq(run_peer("talk", "/dev/full"), 0);
	ck_assert_int_eq(run_peer("talk", "/nonexistent/keys"), 0);
}
END_TEST

START_TEST(writes_to_a_fifo)
{
	char text[4096];
	ssize_t len;
	int fd;

	ck_assert_int_eq(mkfifo(keys, 0600), 0);
	/* nobody reads */
	ck_assert_int_eq(run_peer("without-traces", keys), 0);
	fd = open(keys, O_RDONLY | O_NONBLOCK);
	ck_assert_int_eq(run_peer("without-traces", keys), 0);
	len = read(fd, text, sizeof(text));
	ck_assert_int_eq(count_lines(text, (size_t)len), 2);
	close(fd);
}
END_TEST

/* It holds a part of what is written, in whole lines. */
START_TEST(drops_what_a_fifo_cannot_take)
{
	static char text[1 << 20];
	ssize_t len;
	int fd;

	ck_assert_int_eq(mkfifo(keys, 0600), 0);
	fd = open(keys, O_RDONLY | O_NONBLOCK);
	ck_assert_int_eq(run_peer("often", keys), 0);
	len = read(fd, text, sizeof(text));
	ck_assert_int_gt(count_lines(text, (size_t)len), 300);
	ck_assert_int_lt(count_lines(text, (size_t)len), 2000);
	close(fd);
}
END_TEST

static int listen_at_keys(int type)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	strcpy(address.sun_path, keys);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(chmod(keys, 0600), 0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(fd, 4), 0);
	return fd;
}

START_TEST(writes_to_a_socket)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
	int listening = listen_at_keys(types[_i]), fd = listening;
	char text[4096];
	size_t total = 0;
	ssize_t len;

	ck_assert_int_eq(run_peer("talk", keys), 0);
	if (types[_i] == SOCK_STREAM)
		fd = accept(listening, NULL, NULL);
	do {
		len = recv(fd, text + total, sizeof(text) - total, MSG_DONTWAIT);
		total += len > 0 ? (size_t)len : 0;
	} while (len > 0);
	ck_assert_int_eq(count_lines(text, total), 2);
	/* a socket at which nobody reads what comes, and one at which nobody listens any more */
	ck_assert_int_eq(run_peer("often", keys), 0);
	close(fd);
	close(listening);
	ck_assert_int_eq(run_peer("often", keys), 0);
}
END_TEST

/* Whoever listens went and came back, while the program runs on: what it says then is read. */
START_TEST(comes_back_to_a_socket)
{
	int listening = listen_at_keys(SOCK_STREAM), fd, i;
	char text[4096];
	ssize_t len;
	pid_t child = fork();

	if (child == 0) {
		for (i = 0; i < 20; i++)
			run_peer("often", keys);
		_exit(0);
	}
	for (i = 0; i < 3; i++) {
		fd = accept(listening, NULL, NULL);
		len = read(fd, text, sizeof(text));
		ck_assert_int_gt(len, LINE_LEN);
		ck_assert_int_eq(memcmp(text, "CLIENT_RANDOM ", 14), 0);
		close(fd);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(listening);
}
END_TEST

START_TEST(refuses_a_socket_that_others_may_use)
{
	int listening = listen_at_keys(SOCK_STREAM);
	struct pollfd ready = {.fd = listening, .events = POLLIN};

	ck_assert_int_eq(chmod(keys, 0602), 0);
	ck_assert_int_eq(run_peer("talk", keys), 0);
	ck_assert_int_eq(poll(&ready, 1, 0), 0);
	close(listening);
}
END_TEST

void list_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, writes_a_file_that_nobody_else_reads);
	tcase_add_loop_test(tests, stands_what_a_server_does, 0, sizeof(scenes) / sizeof(scenes[0]));
	tcase_add_test(tests, keeps_nothing_of_contexts_that_go);
	tcase_add_test(tests, does_nothing_without_the_variable);
	tcase_add_test(tests, does_nothing_in_a_setuid_program);
	tcase_add_loop_test(tests, refuses_what_others_read_or_write, 0, sizeof(open_modes) / sizeof(open_modes[0]));
	tcase_add_test(tests, refuses_what_others_put_there);
	tcase_add_test(tests, refuses_links_folders_and_devices);
	tcase_add_test(tests, writes_to_a_fifo);
	tcase_add_test(tests, drops_what_a_fifo_cannot_take);
	tcase_add_loop_test(tests, writes_to_a_socket, 0, 2);
	tcase_add_test(tests, comes_back_to_a_socket);
	tcase_add_test(tests, refuses_a_socket_that_others_may_use);
}
