#include "guard/runner.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guard/channel.h"
#include "guard/runner_process.h"

enum {
	LOOK_MS = 100,
	END_MS = 2000,
};

static struct {
	pid_t pid; /* 0: there is none */
	int channel;
} runner;

bool runner_start(const char *user, struct error *err)
{
	int pair[2];

	assert(runner.pid == 0);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return error_set(err, "cannot reach a process that runs commands: %s", strerror(errno));
	runner.channel = pair[0];
	runner.pid = fork();
	if (runner.pid == 0) {
		close(pair[0]);
		runner_process_run(pair[1], user);
	}
	close(pair[1]);
	if (runner.pid > 0)
		return true;
	runner.pid = 0;
	close(pair[0]);
	return error_set(err, "cannot start a process that runs commands: %s", strerror(errno));
}

void runner_stop(void)
{
	static const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};

	if (runner.pid == 0)
		return;
	close(runner.channel);
	for (int i = 0; i < END_MS / 10 && waitpid(runner.pid, NULL, WNOHANG) == 0; i++)
		nanosleep(&pause, NULL);
	runner.pid = 0;
}

static bool put(enum runner_process_verb verb)
{
	uint32_t number = verb;

	if (runner.pid != 0 && channel_send(runner.channel, &number, sizeof(number)))
		return true;
	errno = runner.pid != 0 ? EOWNERDEAD : ENOTTY;
	return false;
}

static bool get(struct runner_process_answer *a, int *fd)
{
	if (channel_receive(runner.channel, a, sizeof(*a), fd))
		return true;
	errno = EOWNERDEAD;
	return false;
}

int runner_open(void)
{
	struct runner_process_answer a;
	int fd = -1;

	if (!put(RUNNER_PROCESS_OPEN) || !get(&a, &fd))
		return -1;
	errno = a.error;
	return fd;
}

/* Whether it was taken back. */
static bool wait_for_end(const atomic_bool *stop)
{
	struct pollfd answer = {.fd = runner.channel, .events = POLLIN};

	while (poll(&answer, 1, LOOK_MS) <= 0)
		if (*stop)
			return put(RUNNER_PROCESS_BACK);
	return false;
}

/* Whenever its user stops it, this program stops with it. */
static bool wait_for_answer(const atomic_bool *stop, struct runner_process_answer *a, bool *is_taken_back)
{
	int fd;

	for (;;) {
		*is_taken_back = *is_taken_back || wait_for_end(stop);
		if (!get(a, &fd))
			return false;
		if (!a->is_stopped)
			return true;
		if (!*is_taken_back) {
			raise(SIGTSTP);
			put(RUNNER_PROCESS_ON);
		}
	}
}

bool runner_run(enum runner_what what, const atomic_bool *stop, int *status)
{
	struct runner_process_answer a;
	struct runner_process_answer to_taking_back;
	bool is_taken_back = false;
	int fd;

	if (!put(what == RUNNER_PAGER ? RUNNER_PROCESS_PAGER : RUNNER_PROCESS_COMMAND))
		return false;
	if (!wait_for_answer(stop, &a, &is_taken_back) || (is_taken_back && !get(&to_taking_back, &fd)))
		return false;
	*status = a.status;
	errno = a.error;
	return a.error == 0;
}
