/* The user is played at the other end of a terminal that a process of its own has. */
#include "guard/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "../main.h"

enum {
	WAIT_MS = 20000,
	RUNS_MAX = 4,
	ERRORS = 1000, /* in what the process tells: an errno instead of a status */
	OTHER_MODES = 3000,
};

static int user; /* the terminal's other end */
static int told; /* the outcomes, as the process tells them */
static pid_t program;
static char shown[65536];
static size_t shown_len;
static atomic_bool is_stopping;

static void on_alarm(int number)
{
	(void)number;
	is_stopping = true;
}

/* ---- the program ---- */

static int outcome_of(enum runner_what what)
{
	struct termios before = {0};
	struct termios after = {0};
	int fd = runner_open();
	int status = 0;
	bool good;

	tcgetattr(STDIN_FILENO, &before);
	if (fd < 0 || write(fd, "first\nsecond\n", 13) != 13 || close(fd) != 0)
		return ERRORS + errno;
	good = runner_run(what, &is_stopping, &status);
	if (!good)
		return ERRORS + errno;
	tcgetattr(STDIN_FILENO, &after);
	if (memcmp(&before, &after, sizeof(before)) != 0 || tcgetpgrp(STDIN_FILENO) != getpgrp())
		return OTHER_MODES;
	return status;
}

static _Noreturn void be_program(const enum runner_what *runs, size_t count, int out)
{
	struct error err;
	int tty;

	setsid();
	tty = open(ptsname(user), O_RDWR);
	dup2(tty, STDIN_FILENO);
	close(user); /* else it would outlive a test that fails */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, on_alarm);
	signal(SIGUSR1, on_alarm);
	if (!runner_start(NULL, &err))
		_exit(1);
	for (size_t i = 0; i < count; i++) {
		int outcome = outcome_of(runs[i]);

		if (write(out, &outcome, sizeof(outcome)) != (ssize_t)sizeof(outcome))
			_exit(2);
	}
	runner_stop();
	_exit(0);
}

static void begin(const enum runner_what *runs, size_t count)
{
	int pair[2];

	user = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert(user >= 0 && grantpt(user) == 0 && unlockpt(user) == 0 && pipe(pair) == 0);
	shown_len = 0;
	program = fork();
	if (program == 0)
		be_program(runs, count, pair[1]);
	close(pair[1]);
	told = pair[0];
}

/* The program is gone, and nothing of it is left. */
static void end(void)
{
	int status;

	ck_assert_int_eq(waitpid(program, &status, 0), program);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", shown);
	close(told);
	close(user);
}

static int outcome(void)
{
	struct pollfd fd = {.fd = told, .events = POLLIN};
	int number;

	ck_assert_msg(poll(&fd, 1, WAIT_MS) > 0, "%s", shown);
	ck_assert_int_eq(read(told, &number, sizeof(number)), (int)sizeof(number));
	return number;
}

/* ---- the user ---- */

/* Reads what is shown until a text is there, and forgets what stood before. */
static void wait_for(const char *text)
{
	shown_len = 0;
	shown[0] = '\0';
	while (strstr(shown, text) == NULL) {
		struct pollfd fd = {.fd = user, .events = POLLIN};

		ck_assert_msg(poll(&fd, 1, WAIT_MS) > 0, "waited for %s: %s", text, shown);
		ck_assert(shown_len < sizeof(shown) - 1 && read(user, shown + shown_len, 1) == 1);
		shown[++shown_len] = '\0';
	}
}

static void type(const char *text)
{
	ck_assert_int_eq(write(user, text, strlen(text)), (ssize_t)strlen(text));
}

/* The command, after the digits that are shown. */
static void type_command(const char *command)
{
	char line[256];

	wait_for("else Enter: ");
	snprintf(line, sizeof(line), "%.4s %s\n", strstr(shown, "Type ") + 5, command);
	type(line);
}

/* What a question wants. */
static void type_answer(void)
{
	const char *answer = strstr(shown, "type \"") + 6;
	char line[64];

	snprintf(line, sizeof(line), "%.*s\n", (int)strcspn(answer, "\""), answer);
	type(line);
}

static void go_back(void)
{
	wait_for("mailtap: Enter goes back ");
	type("\n");
}

static const enum runner_what commands[RUNS_MAX] = {RUNNER_COMMAND, RUNNER_COMMAND, RUNNER_COMMAND, RUNNER_COMMAND};
static const enum runner_what pagers[2] = {RUNNER_PAGER, RUNNER_PAGER};

START_TEST(a_command_reads_what_was_written)
{
	begin(commands, 2);
	type_command("sed s/first/FIRST/");
	wait_for("FIRST\r\nsecond\r\n");
	go_back();
	ck_assert_int_eq(outcome(), 0);
	type_command("true"); /* never reads */
	go_back();
	ck_assert_int_eq(outcome(), 0);
	end();
}
END_TEST

START_TEST(how_it_ended_is_told)
{
	int status;

	begin(commands, 3);
	type_command("nowhere-to-be-found");
	go_back();
	status = outcome();
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 127);
	type_command("exit 3;");
	go_back();
	status = outcome();
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	type_command("echo now; while :; do :; done"); /* a shell that is just about to start a program may miss it */
	wait_for("now\r\n");
	type("\003"); /* the command has the terminal: this is for nobody else */
	go_back();
	status = outcome();
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	end();
}
END_TEST

/* No right can be had by what runs, and nothing of the program's is open in it. */
START_TEST(what_runs_has_no_rights)
{
	begin(commands, 3);
	type_command("grep -E -c '^(CapPrm|CapEff|CapInh).*[1-9a-f]|NoNewPrivs:.0' /proc/self/status");
	wait_for("0\r\n");
	go_back();
	outcome();
	type_command("grep -c '^Seccomp:.2' /proc/self/status"); /* no keys for the terminal */
	wait_for("1\r\n");
	go_back();
	outcome();
	type_command("ls /proc/self/fd | tr '\\n' ' '");
	wait_for("0 1 2 3 ");
	go_back();
	outcome();
	end();
}
END_TEST

static const char *const wrong[] = {"\n", "ls\n", "0\n", "\033[21t\n", "12 ls\n", "    ls\n"};

enum {
	WRONGS = sizeof(wrong) / sizeof(wrong[0]),
};

START_TEST(without_the_digits_nothing_runs)
{
	begin(commands, 1);
	wait_for("else Enter: ");
	type(wrong[_i]);
	ck_assert_int_eq(outcome(), ERRORS + ECANCELED);
	end();
}
END_TEST

START_TEST(who_guesses_is_not_asked_again)
{
	begin(commands, RUNS_MAX);
	for (int i = 0; i < RUNS_MAX - 1; i++) {
		wait_for("else Enter: ");
		type("x touch /tmp/mailtap-guessed\n");
		ck_assert_int_eq(outcome(), ERRORS + ECANCELED);
	}
	ck_assert_int_eq(outcome(), ERRORS + EPERM);
	end();
}
END_TEST

/* As it was called at the start; the user says once that he wants it. */
START_TEST(a_pager_is_confirmed_once)
{
	setenv("PAGER", "sed s,second,2ND,", 1);
	begin(pagers, 2);
	wait_for("else Enter: ");
	ck_assert_ptr_nonnull(strstr(shown, "  sed s,second,2ND,"));
	type_answer();
	wait_for("first\r\n2ND\r\n");
	ck_assert_int_eq(outcome(), 0);
	wait_for("first\r\n2ND\r\n");
	ck_assert_int_eq(outcome(), 0);
	end();
}
END_TEST

static const char *const unnamed[] = {"", "  "};

/* It gets a word that keeps it from running others; a command has what its user set. */
START_TEST(an_empty_pager_is_none)
{
	static const enum runner_what both[] = {RUNNER_PAGER, RUNNER_COMMAND};

	setenv("PAGER", unnamed[_i], 1);
	setenv("LESSSECURE", "user", 1);
	begin(both, 2);
	wait_for("else Enter: ");
	ck_assert(strstr(shown, "\n  less\r") != NULL || strstr(shown, "\n  more\r") != NULL);
	type("\n");
	ck_assert_int_eq(outcome(), ERRORS + ECANCELED);
	type_command("echo $LESSSECURE");
	wait_for("\r\nuser\r\n");
	go_back();
	ck_assert_int_eq(outcome(), 0);
	end();
}
END_TEST

START_TEST(a_pager_keeps_to_reading)
{
	setenv("PAGER", "echo is $LESSSECURE $PAGERSECURE", 1);
	begin(pagers, 1);
	wait_for("else Enter: ");
	type_answer();
	wait_for("is 1 1\r\n");
	ck_assert_int_eq(outcome(), 0);
	end();
}
END_TEST

START_TEST(a_pager_may_be_refused)
{
	setenv("PAGER", "less", 1);
	begin(pagers, 2);
	wait_for("else Enter: ");
	type("less\n");
	ck_assert_int_eq(outcome(), ERRORS + ECANCELED);
	wait_for("else Enter: ");
	type("\n");
	ck_assert_int_eq(outcome(), ERRORS + ECANCELED);
	end();
}
END_TEST

/* Where no shell would let it go on, as behind setsid, nothing stays stopped. */
START_TEST(what_is_stopped_goes_on_without_a_shell)
{
	int status;

	begin(commands, 1);
	type_command("trap 'echo on' CONT; echo now; while true; do sleep 0.1; done");
	wait_for("now\r\n");
	for (int i = 0; i < 3; i++) {
		type("\032");
		wait_for("on\r\n");
	}
	type("\003");
	go_back();
	status = outcome();
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	end();
}
END_TEST

/* When the program is asked to end, what runs ends; also what does not want to. */
START_TEST(what_runs_can_be_taken_back)
{
	static const char *const ways[] = {"echo now; sleep 100", "trap '' HUP; echo now; sleep 100; sleep 100"};
	int status;

	begin(commands, 1);
	type_command(ways[_i]);
	wait_for("now\r\n");
	kill(program, SIGUSR1);
	status = outcome();
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == (_i == 0 ? SIGHUP : SIGKILL));
	end();
}
END_TEST

START_TEST(a_question_can_be_taken_back)
{
	begin(commands, 1);
	wait_for("else Enter: ");
	kill(program, SIGUSR1);
	ck_assert_int_eq(outcome(), ERRORS + ECANCELED);
	end();
}
END_TEST

/* It may have been ended by others. */
START_TEST(that_the_process_has_gone_is_told)
{
	begin(commands, 2);
	type_command("kill -9 $PPID");
	ck_assert_int_eq(outcome(), ERRORS + EOWNERDEAD);
	ck_assert_int_eq(outcome(), ERRORS + EOWNERDEAD);
	end();
}
END_TEST

START_TEST(without_a_process_nothing_runs)
{
	int status;

	ck_assert_int_eq(runner_open(), -1);
	ck_assert_int_eq(errno, ENOTTY);
	ck_assert(!runner_run(RUNNER_PAGER, &is_stopping, &status));
	ck_assert_int_eq(errno, ENOTTY);
	runner_stop();
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, a_command_reads_what_was_written);
	tcase_add_test(t, how_it_ended_is_told);
	tcase_add_test(t, what_runs_has_no_rights);
	tcase_add_loop_test(t, without_the_digits_nothing_runs, 0, WRONGS);
	tcase_add_test(t, who_guesses_is_not_asked_again);
	tcase_add_test(t, a_pager_is_confirmed_once);
	tcase_add_test(t, a_pager_keeps_to_reading);
	tcase_add_test(t, a_pager_may_be_refused);
	tcase_add_loop_test(t, an_empty_pager_is_none, 0, 2);
	tcase_add_test(t, what_is_stopped_goes_on_without_a_shell);
	tcase_add_loop_test(t, what_runs_can_be_taken_back, 0, 2);
	tcase_add_test(t, a_question_can_be_taken_back);
	tcase_add_test(t, that_the_process_has_gone_is_told);
	tcase_add_test(t, without_a_process_nothing_runs);
}
