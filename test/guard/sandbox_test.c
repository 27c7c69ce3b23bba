/* What is refused once the sandbox is entered, and that it is entered as far as the kernel goes where that lacks some.
 * Each test is a child: there is no way out. */
#include "guard/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../main.h"
#include "child.h"
#include "guard/syscalls.h"
#include "guard/traced.h"

static char folder[] = "/tmp/mailtap-test-XXXXXX";
static struct sandbox_needs needs;

static const char *enter(void)
{
	static struct error err;

	unsetenv("SUDO_UID");
	return sandbox_enter(&needs, &err) ? NULL : err.text;
}

static enum sandbox_state state_of(const char *how)
{
	struct sandbox_row row;

	for (size_t i = 0; sandbox_row(i, &row); i++)
		if (strcmp(row.how, how) == 0)
			return row.state;
	return SANDBOX_NOT_ENTERED;
}

static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void setup(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(mkdir(in_folder("read"), 0700), 0);
	ck_assert_int_eq(mkdir(in_folder("write"), 0700), 0);
	close(open(in_folder("read/x"), O_WRONLY | O_CREAT, 0600));
	close(open(in_folder("other"), O_WRONLY | O_CREAT, 0600));
	needs = (struct sandbox_needs){0};
}

static void teardown(void)
{
	unlink(in_folder("read/x"));
	unlink(in_folder("write/y"));
	unlink(in_folder("other"));
	rmdir(in_folder("read"));
	rmdir(in_folder("write"));
	ck_assert_int_eq(rmdir(folder), 0);
}

static const char *check_files(void)
{
	char readable[128];
	char writable[128];
	const char *wrong;

	snprintf(readable, sizeof(readable), "%s", in_folder("read"));
	snprintf(writable, sizeof(writable), "%s", in_folder("write"));
	sandbox_allow(&needs, readable, SANDBOX_READ);
	sandbox_allow(&needs, writable, SANDBOX_WRITE);
	sandbox_allow(&needs, "/nonexistent", SANDBOX_WRITE);
	needs.helps = true;
	wrong = enter();
	if (wrong != NULL || state_of("Landlock") != SANDBOX_HOLDS)
		return wrong;
	if (open(in_folder("read/x"), O_RDONLY) < 0)
		return "what was named cannot be read";
	if (open(in_folder("write/x"), O_WRONLY | O_CREAT, 0600) < 0 ||
	    renameat(AT_FDCWD, writable, AT_FDCWD, readable) == 0 ||
	    syscall(SYS_renameat2, AT_FDCWD, "/nonexistent", AT_FDCWD, writable, 0) == 0)
		return "a file cannot be made where it may";
	if (rename(in_folder("write/x"), writable) == 0)
		return "a call that is in no list was answered";
	if (open(in_folder("read/x"), O_WRONLY) >= 0 || open(in_folder("read/y"), O_WRONLY | O_CREAT, 0600) >= 0)
		return "what may be read can be written";
	if (open(in_folder("other"), O_RDONLY) >= 0 || open("/etc/passwd", O_RDONLY) >= 0)
		return "what was not named can be read";
	if (mknod(in_folder("write/z"), S_IFIFO | 0600, 0) == 0)
		return "a pipe can be made";
	return unlinkat(AT_FDCWD, in_folder("write/x"), 0) == 0 ? NULL : "a file cannot be deleted where it may";
}

START_TEST(only_what_was_named_can_be_opened)
{
	in_child(check_files);
}
END_TEST

static bool is_refused(long result)
{
	return result < 0 && errno == EPERM;
}

static void *nothing(void *ctx)
{
	return ctx;
}

static const char *check_calls(void)
{
	static char page[4096] __attribute__((aligned(4096)));
	const char *wrong = enter();
	pthread_t thread;

	if (wrong != NULL || state_of("seccomp") != SANDBOX_HOLDS)
		return wrong;
	if (pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0)
		return "no thread could be started before there are roles";
	syscalls_limit_thread(SYSCALLS_WORKER);
	if (!is_refused(socket(AF_INET, SOCK_STREAM, 0)) || !is_refused(ioctl(0, TIOCSTI, "x")))
		return "a socket, or input for the terminal";
	if (!is_refused(mprotect(page, sizeof(page), PROT_READ | PROT_EXEC)))
		return "code";
	if (!TRACED_BUILD && !is_refused(kill(getppid(), 0)))
		return "signals";
	if (kill(getpid(), 0) != 0)
		return "signals to itself";
	if (!is_refused(open(in_folder("write/y"), O_WRONLY | O_CREAT, 0600)) && errno != EACCES)
		return "files made by the worker";
	return TRACED_BUILD || pthread_create(&thread, NULL, nothing, NULL) == EPERM ? NULL : "a thread";
}

START_TEST(only_listed_calls_are_answered)
{
	in_child(check_calls);
}
END_TEST

static const char *check_fences(void)
{
	int pair[2];
	const char *wrong;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
		return "no sockets";
	needs.sockets[needs.socket_count++] = pair[0];
	wrong = enter();
	if (wrong != NULL || state_of("seccomp") != SANDBOX_HOLDS)
		return wrong;
	if (write(pair[1], "x", 1) != 1)
		return "another descriptor cannot be written";
	if (!is_refused(write(pair[0], "x", 1)) || !is_refused(syscall(SYS_write, (1L << 32) + pair[0], "x", 1)))
		return "something was sent";
	return is_refused(dup(pair[0])) && is_refused(fcntl(pair[0], F_DUPFD, 0)) ? NULL : "another number for it";
}

START_TEST(nothing_is_sent_by_a_fenced_socket)
{
	in_child(check_fences);
}
END_TEST

/* A kernel that lacks the calls: what else there is still holds. */
static const char *lack(const int *calls, size_t count)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);

	for (size_t i = 0; i < count; i++)
		seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), calls[i], 0);
	seccomp_rule_add(context, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, 65, 0));
	if (count > 1)
		seccomp_rule_add(context, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
				 SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP, 0));
	return seccomp_load(context) == 0 ? NULL : "the test needs seccomp";
}

static const char *check_without_landlock(void)
{
	static const int calls[] = {444};
	const char *wrong = lack(calls, 1);

	if (wrong == NULL)
		wrong = enter();
	if (wrong != NULL || state_of("seccomp") == SANDBOX_NOT_IN_BUILD)
		return wrong;
	if (state_of("Landlock") != SANDBOX_NOT_ON_KERNEL || state_of("MDWE") != SANDBOX_NOT_ON_KERNEL)
		return "something is said to hold";
	return state_of("seccomp") == SANDBOX_HOLDS && is_refused(socket(AF_INET, SOCK_STREAM, 0))
		       ? NULL
		       : "the calls are not refused";
}

static const char *check_without_seccomp(void)
{
	static const int calls[] = {444, SCMP_SYS(seccomp)};
	const char *wrong = lack(calls, 2);

	if (wrong == NULL)
		wrong = enter();
	syscalls_limit_thread(SYSCALLS_WORKER);
	if (wrong != NULL || state_of("seccomp") == SANDBOX_NOT_IN_BUILD)
		return wrong;
	return state_of("seccomp") == SANDBOX_NOT_ON_KERNEL && state_of("capabilities") == SANDBOX_HOLDS
		       ? NULL
		       : "what holds is told wrongly";
}

START_TEST(a_kernel_without_it_is_told)
{
	in_child(check_without_landlock);
	in_child(check_without_seccomp);
}
END_TEST

START_TEST(each_protection_is_told)
{
	struct sandbox_row row;
	size_t count = 0;

	for (; sandbox_row(count, &row); count++) {
		ck_assert(row.what[0] != '\0' && row.how[0] != '\0');
		ck_assert_str_eq(sandbox_state_name(row.state), "not yet");
	}
	ck_assert_uint_eq(count, 9);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, only_what_was_named_can_be_opened);
	tcase_add_test(t, only_listed_calls_are_answered);
	tcase_add_test(t, nothing_is_sent_by_a_fenced_socket);
	tcase_add_test(t, a_kernel_without_it_is_told);
	tcase_add_test(t, each_protection_is_told);
}
