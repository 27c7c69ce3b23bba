#include "guard/runner_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "guard/channel.h"
#include "guard/confirm.h"
#include "guard/privileges.h"
#include "guard/syscalls.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

enum {
	PAGER_SIZE = 256,
	COMMAND_SIZE = 1024,
	WRONG_MAX = 3,
	LOOK_MS = 200,
	GRACE_MS = 1000, /* between being asked to end and being ended */
	BLOCKED_LOOKS = 3,
	NOT_STARTED = 127,
};

struct runner {
	int channel;
	int tty;
	int file; /* in memory; -1: none */
	bool is_pager_confirmed;
	bool is_behind; /* the terminal is another's: a shell that stopped the program took it */
	int wrong;
	char pager[PAGER_SIZE];
};

static void on_child(int number)
{
	(void)number; /* it wakes up poll */
}

/* ---- the child ---- */

static void reset_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTTOU, SIGTTIN, SIGTSTP, SIGCHLD};
	sigset_t none;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* To be read from its beginning, whatever others do with theirs. */
static int reopen(int file)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	return open(path, O_RDONLY);
}

/* A shell that waits for a single program is stopped beside it, and before it. */
static const char *without_shell(const char *command, char out[COMMAND_SIZE + 8])
{
	if (command[strcspn(command, "|&;<>()$`\\\"'*?[#~=%{!\n")] != '\0')
		return command;
	snprintf(out, COMMAND_SIZE + 8, "exec %s", command);
	return out;
}

/* A pager must not become a way to run others: less and more know these words. */
static void keep_to_reading(void)
{
	setenv("LESSSECURE", "1", 1);
	setenv("PAGERSECURE", "1", 1);
}

static _Noreturn void become(const struct runner *r, const char *command)
{
	char alone[COMMAND_SIZE + 8];
	int tty = open("/dev/tty", O_RDWR);
	int in = r->file >= 0 ? reopen(r->file) : open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	tcsetpgrp(tty, getpid());
	reset_signals();
	if (command == r->pager)
		keep_to_reading();
	if (tty < 0 || in < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(tty, STDOUT_FILENO) < 0 ||
	    dup2(tty, STDERR_FILENO) < 0)
		_exit(NOT_STARTED);
	close(tty);
	close(in);
	execl("/bin/sh", "sh", "-c", without_shell(command, alone), (char *)NULL);
	_exit(NOT_STARTED);
}

/* ---- waiting for it ---- */

static bool is_taken_back(const struct runner *r, int wait_ms)
{
	struct pollfd fd = {.fd = r->channel, .events = POLLIN};

	return poll(&fd, 1, wait_ms) > 0;
}

/* Whether the program went on; it is not ours to stop. */
static bool stop_program(const struct runner *r)
{
	const struct runner_process_answer a = {.is_stopped = 1};
	uint32_t verb = RUNNER_PROCESS_VERBS;

	channel_answer(r->channel, &a, sizeof(a), -1);
	while (!is_taken_back(r, -1))
		continue;
	return recv(r->channel, &verb, sizeof(verb), MSG_PEEK) == (ssize_t)sizeof(verb) && verb == RUNNER_PROCESS_ON &&
	       recv(r->channel, &verb, sizeof(verb), 0) == (ssize_t)sizeof(verb);
}

/* Its user stopped it: so the program stops, too, until the shell lets it go on in the foreground. Where no shell
 * would, nothing stops. What is taken back behind the shell leaves it the terminal. */
static void stop_with_it(struct runner *r, pid_t child)
{
	static const struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};

	nanosleep(&pause, NULL); /* others of its group may be about to leave the terminal as they found it */
	tcsetpgrp(r->tty, getpgrp());
	if (stop_program(r))
		while (tcgetpgrp(r->tty) != getpgrp() && !is_taken_back(r, LOOK_MS))
			continue;
	r->is_behind = tcgetpgrp(r->tty) != getpgrp();
	if (is_taken_back(r, 0))
		return;
	tcsetpgrp(r->tty, child);
	kill(-child, SIGCONT);
}

/* Its state, as proc(5) has it; '\0': it is not to be had. */
static char state_of(pid_t child)
{
	char path[64];
	char text[256];
	const char *end;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)child);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	if (fd >= 0)
		close(fd);
	text[len > 0 ? len : 0] = '\0';
	end = strrchr(text, ')');
	return end != NULL && end[1] == ' ' ? end[2] : '\0';
}

/* A shell that was stopped between vfork and exec of what it runs waits for ever in the kernel, and nobody is told
 * that it was stopped: it goes on. */
static void free_blocked(pid_t child, int *looks)
{
	*looks = state_of(child) == 'D' ? *looks + 1 : 0;
	if (*looks < BLOCKED_LOOKS)
		return;
	*looks = 0;
	kill(-child, SIGCONT);
}

static void end(pid_t child, int *status)
{
	static const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};

	kill(-child, SIGHUP);
	kill(-child, SIGCONT);
	for (int i = 0; i < GRACE_MS / 10 && waitpid(child, status, WNOHANG) == 0; i++)
		nanosleep(&pause, NULL);
	kill(-child, SIGKILL);
	waitpid(child, status, 0);
}

static int wait_for(struct runner *r, pid_t child)
{
	int status = 0;
	int blocked = 0;

	for (;;) {
		pid_t got = waitpid(child, &status, WNOHANG | WUNTRACED);

		if (got == child && WIFSTOPPED(status)) {
			stop_with_it(r, child);
		} else if (got == child || (got < 0 && errno != EINTR)) {
			return status;
		} else if (is_taken_back(r, LOOK_MS)) {
			end(child, &status);
			return status;
		} else {
			free_blocked(child, &blocked);
		}
	}
}

/* 0 or errno. */
static int run(struct runner *r, const char *command, int32_t *status)
{
	struct termios before;
	pid_t child;

	tcgetattr(r->tty, &before);
	child = fork();
	if (child == 0)
		become(r, command);
	if (child < 0)
		return errno;
	setpgid(child, child);
	tcsetpgrp(r->tty, child);
	r->is_behind = false;
	*status = wait_for(r, child);
	if (r->is_behind)
		return 0;
	tcsetpgrp(r->tty, getpgrp());
	tcsetattr(r->tty, TCSAFLUSH, &before);
	return 0;
}

/* ---- verbs: each returns 0 or errno ---- */

static int open_file(struct runner *r, int *given)
{
	if (r->file >= 0)
		close(r->file);
	r->file = memfd_create("mailtap", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
	if (r->file < 0 && errno == EINVAL) /* before Linux 6.3 */
		r->file = memfd_create("mailtap", MFD_CLOEXEC);
	*given = r->file;
	return r->file < 0 ? errno : 0;
}

static int run_pager(struct runner *r, int32_t *status)
{
	if (!r->is_pager_confirmed && !confirm_program(r->tty, r->pager, r->channel))
		return ECANCELED;
	r->is_pager_confirmed = true;
	return run(r, r->pager, status);
}

static int run_command(struct runner *r, int32_t *status)
{
	char command[COMMAND_SIZE];
	enum confirm_answer answer;
	int error;

	if (r->wrong >= WRONG_MAX)
		return EPERM;
	answer = confirm_command(r->tty, command, sizeof(command), r->channel);
	r->wrong += answer == CONFIRM_WRONG;
	if (answer != CONFIRM_YES)
		return ECANCELED;
	error = run(r, command, status);
	if (error == 0 && !r->is_behind)
		confirm_seen(r->tty, r->channel);
	return error;
}

/* False: nobody is at the other end any more. */
static bool serve(struct runner *r)
{
	struct runner_process_answer a = {.error = EINVAL};
	uint32_t verb = RUNNER_PROCESS_VERBS;
	ssize_t len = read(r->channel, &verb, sizeof(verb));
	int given = -1;

	if (len == 0)
		return false;
	if (len < 0)
		return errno == EINTR;
	if (verb == RUNNER_PROCESS_BACK)
		a.error = 0;
	else if (r->tty < 0)
		a.error = ENOTTY;
	else if (verb == RUNNER_PROCESS_OPEN)
		a.error = open_file(r, &given);
	else if (verb == RUNNER_PROCESS_PAGER)
		a.error = run_pager(r, &a.status);
	else if (verb == RUNNER_PROCESS_COMMAND)
		a.error = run_command(r, &a.status);
	channel_answer(r->channel, &a, sizeof(a), given);
	return true;
}

/* ---- the process ---- */

static bool has_program(const char *name)
{
	const char *path = getenv("PATH");
	char file[4096];

	for (; path != NULL && *path != '\0'; path += strspn(path, ":")) {
		size_t len = strcspn(path, ":");

		snprintf(file, sizeof(file), "%.*s/%s", (int)len, path, name);
		if (access(file, X_OK) == 0)
			return true;
		path += len;
	}
	return false;
}

static void name_pager(struct runner *r)
{
	const char *named = getenv("PAGER");

	if (named == NULL || named[strspn(named, " \t")] == '\0' || strlen(named) >= sizeof(r->pager))
		named = has_program("less") ? "less" : "more";
	snprintf(r->pager, sizeof(r->pager), "%s", named);
}

/* The terminal's signals are for the program, and for what is run; this ends with the program. */
static void take_signals(void)
{
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTTOU};
	struct sigaction action = {.sa_handler = on_child};

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	sigaction(SIGCHLD, &action, NULL);
}

/* Nothing of what the program holds is kept open. */
static bool close_others(int channel)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	return (channel <= STDERR_FILENO + 1 || close_range(STDERR_FILENO + 1, (unsigned int)channel - 1, 0) == 0) &&
	       close_range((unsigned int)channel + 1, ~0U, 0) == 0;
}

void runner_process_run(int channel, const char *user)
{
	static struct runner r = {.file = -1};
	struct error err;

	r.channel = channel;
	take_signals();
	if (!close_others(channel))
		_exit(1);
	r.tty = open("/dev/tty", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	name_pager(&r);
	if (!privileges_drop(user, &err)) {
		log_warn("%s", err.text);
		_exit(1);
	}
	syscalls_forbid_typing();
	while (serve(&r))
		continue;
	_exit(0);
}
