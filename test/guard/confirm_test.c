/* The user is played at the other end of a terminal. */
#include "guard/confirm.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "../main.h"

enum {
	WAIT_MS = 10000,
};

static char folder[] = "/tmp/mailtap-test-XXXXXX";
static int user;   /* the terminal's other end */
static int client; /* who asked */
static pid_t asker;
static char shown[4096];

static void setup(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	user = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert(user >= 0 && grantpt(user) == 0 && unlockpt(user) == 0);
}

static void teardown(void)
{
	char command[80];

	close(user);
	close(client);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static int open_terminal(void)
{
	int fd = open(ptsname(user), O_RDWR | O_NOCTTY | O_NONBLOCK);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Reads what is shown until it ends so. */
static void wait_for(const char *end)
{
	size_t len = 0;

	while (len < strlen(end) || memcmp(shown + len - strlen(end), end, strlen(end)) != 0) {
		struct pollfd fd = {.fd = user, .events = POLLIN};
		ssize_t got;

		shown[len] = '\0';
		ck_assert_msg(poll(&fd, 1, WAIT_MS) > 0, "%s", shown);
		got = read(user, shown + len, 1);
		ck_assert_msg(got == 1 && len < sizeof(shown) - 2, "%s", shown);
		len++;
	}
	shown[len] = '\0';
}

static bool (*const questions[])(int tty, const char *path, int asking) = {confirm_folder, confirm_file,
									   confirm_program, confirm_configuration};

static void ask(int question, const char *path)
{
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	asker = fork();
	if (asker == 0) {
		int tty = open_terminal();
		struct termios before = {0};
		struct termios after = {0};
		bool is_yes;

		close(user);
		close(pair[0]);
		tcgetattr(tty, &before);
		is_yes = questions[question](tty, path, pair[1]);
		tcgetattr(tty, &after);
		_exit(memcmp(&before, &after, sizeof(before)) != 0 ? 2 : is_yes);
	}
	close(pair[1]);
	client = pair[0];
	wait_for("else Enter: ");
}

static void ask_for(const char *path)
{
	ask(0, path);
}

/* What is to be typed. */
static const char *answer(void)
{
	static char text[80];
	const char *at = strstr(shown, "type \"");

	ck_assert_ptr_nonnull(at);
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(at + 6, "\""), at + 6);
	return text;
}

static void type(const char *text)
{
	ck_assert_int_eq(write(user, text, strlen(text)), (ssize_t)strlen(text));
}

static int result(void)
{
	int status;

	ck_assert_int_eq(waitpid(asker, &status, 0), asker);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(its_name_and_the_digits_mean_yes)
{
	ask_for("/nowhere/mails");
	ck_assert_int_eq(strncmp(answer(), "mails ", 6), 0);
	ck_assert_int_eq((int)strlen(answer()), 8);
	type(answer());
	type("\r");
	ck_assert_int_eq(result(), 1);
}
END_TEST

static const struct {
	const char *command;
	const char *name;
} programs[] = {
	{"less", "less"}, {"/usr/bin/less -R", "less -R"}, {"page /", "page /"}, {"page /tmp//", "tmp//"}, {"/", "/"},
	{"///", "///"},
};

enum {
	PROGRAMS = sizeof(programs) / sizeof(programs[0]),
};

/* Digits alone are never enough. */
START_TEST(a_program_is_confirmed_by_a_name)
{
	char expected[80];

	ask(2, programs[_i].command);
	snprintf(expected, sizeof(expected), "%s ", programs[_i].name);
	ck_assert_int_eq(strncmp(answer(), expected, strlen(expected)), 0);
	ck_assert_uint_eq(strlen(answer()), strlen(expected) + 2);
	type(answer());
	type("\r");
	ck_assert_int_eq(result(), 1);
}
END_TEST

/* %s: the two digits. */
static const char *const others[] = {
	"",
	"y",
	"%s",
	"mails",
	"mails %sx",
	"mailsx %s",
	"cron.d %s",
	"mails  %s",
	"mails%s",
	" mails %s",
	"\x1b",
	"mails xx",
	"mails %s mails %s mails %s mails %s mails %s mails %s mails %s mails %s mails %s"};

START_TEST(all_else_means_no)
{
	char line[256];
	const char *digits;

	ask_for("/nowhere/mails");
	digits = answer() + 6;
	/* the last one has more of them than any other */
	snprintf(line, sizeof(line), "%s", others[_i]);
	for (char *at; (at = strstr(line, "%s")) != NULL;)
		memcpy(at, digits, 2);
	type(line);
	type("\n");
	ck_assert_int_eq(result(), 0);
}
END_TEST

START_TEST(what_was_typed_before_does_not_count)
{
	int tty = open_terminal();
	struct pollfd typed = {.fd = tty, .events = POLLIN};

	type("x\ny");
	ck_assert_int_eq(poll(&typed, 1, 10000), 1); /* a terminal takes its time to hand on what is typed */
	ask_for("/nowhere/mails");
	type(answer());
	type("\n");
	ck_assert_int_eq(result(), 1);
	close(tty);
}
END_TEST

START_TEST(a_link_is_called_as_what_it_leads_to)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/mails", folder);
	ck_assert_int_eq(symlink("/etc", path), 0);
	ask_for(path);
	ck_assert_int_eq(strncmp(answer(), "etc ", 4), 0);
	ck_assert_ptr_nonnull(strstr(shown, "which is /etc"));
	type(answer());
	type("\n");
	ck_assert_int_eq(result(), 1);
}
END_TEST

START_TEST(of_a_long_name_the_beginning_is_typed)
{
	/* the 32nd byte is amid a character */
	ask_for("/nowhere/0123456789012345678901234567890\303\244bc");
	ck_assert_int_eq(strncmp(answer(), "0123456789012345678901234567890 ", 32), 0);
	type(answer());
	type("\n");
	ck_assert_int_eq(result(), 1);
}
END_TEST

START_TEST(who_asked_can_take_it_back_or_go)
{
	ask_for("/nowhere/mails");
	if (_i == 0)
		ck_assert_int_eq(write(client, "x", 1), 1);
	else
		shutdown(client, SHUT_RDWR);
	ck_assert_int_eq(result(), 0);
}
END_TEST

START_TEST(a_terminal_that_is_gone_means_no)
{
	ask_for("/nowhere/mails");
	close(user);
	ck_assert_int_ne(result(), 1);
	user = -1;
}
END_TEST

START_TEST(after_a_stop_it_is_asked_again)
{
	ask_for("/nowhere/mails");
	kill(asker, SIGSTOP);
	waitpid(asker, NULL, WUNTRACED);
	kill(asker, SIGCONT);
	wait_for("else Enter: ");
	type(answer());
	type("\n");
	ck_assert_int_eq(result(), 1);
}
END_TEST

/* Whoever is asked knows what for: a folder to make files in, a file to read. */
START_TEST(it_is_said_what_is_asked_for)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/keys.log", folder);
	ck_assert_int_eq(symlink("/etc/passwd", path), 0);
	ask(_i, path);
	ck_assert_int_eq(strstr(shown, "to make files in a folder") != NULL, _i == 0);
	ck_assert_int_eq(strstr(shown, "to read a file") != NULL, _i == 1);
	ck_assert_ptr_nonnull(strstr(shown, "which is /etc/passwd"));
	ck_assert_int_eq(strncmp(answer(), "passwd ", 7), 0);
	type(answer());
	type("\n");
	ck_assert_int_eq(result(), 1);
}
END_TEST

START_TEST(a_file_is_not_read_for_another_word)
{
	ask(1, "/nowhere/keys.log");
	type("keys.log\n");
	ck_assert_int_eq(result(), 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, its_name_and_the_digits_mean_yes);
	tcase_add_loop_test(t, a_program_is_confirmed_by_a_name, 0, PROGRAMS);
	tcase_add_loop_test(t, all_else_means_no, 0, sizeof(others) / sizeof(others[0]));
	tcase_add_test(t, what_was_typed_before_does_not_count);
	tcase_add_test(t, a_link_is_called_as_what_it_leads_to);
	tcase_add_test(t, of_a_long_name_the_beginning_is_typed);
	tcase_add_loop_test(t, who_asked_can_take_it_back_or_go, 0, 2);
	tcase_add_test(t, a_terminal_that_is_gone_means_no);
	tcase_add_test(t, after_a_stop_it_is_asked_again);
	tcase_add_loop_test(t, it_is_said_what_is_asked_for, 0, 2);
	tcase_add_test(t, a_file_is_not_read_for_another_word);
}
