#include "guard/confirm.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/text.h"

enum {
	NAME_LEN_MAX = 32, /* that is to be typed */
	ANSWER_SIZE = 64,
	SHOW_MS = 1000, /* a terminal that takes nothing that long has nobody before it */
	LOOK_MS = 200,	/* a stop that ended just before the wait is seen after it */
};

static volatile sig_atomic_t is_continued;

static void on_continue(int number)
{
	(void)number;
	is_continued = 1;
}

/* The last part of a path, as much of it as is to be typed; never nothing. */
static size_t name_in(const char *path, const char **name)
{
	size_t len = strlen(path);

	while (len > 0 && path[len - 1] == '/')
		len--;
	while (len > 0 && path[len - 1] != '/')
		len--;
	*name = path + len;
	len = strlen(*name);
	if (len > NAME_LEN_MAX)
		for (len = NAME_LEN_MAX; ((*name)[len] & 0xc0) == 0x80; len--)
			;
	return len;
}

/* A number below `end` that nobody knows. False: there is none. */
static bool make_number(unsigned int end, unsigned int *number)
{
	uint16_t bytes;
	unsigned int whole = UINT16_MAX + 1U - (UINT16_MAX + 1U) % end;

	do
		if (getrandom(&bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
			return false;
	while (bytes >= whole);
	*number = bytes % end;
	return true;
}

static bool make_answer(const char *path, char answer[ANSWER_SIZE])
{
	const char *name;
	size_t len = name_in(path, &name);
	unsigned int number;

	if (!make_number(100, &number))
		return false;
	snprintf(answer, ANSWER_SIZE, "%.*s %02u", (int)len, name, number);
	return true;
}

static bool put_all(int tty, struct slice text)
{
	struct pollfd room = {.fd = tty, .events = POLLOUT};

	while (text.len > 0) {
		ssize_t written = write(tty, text.data, text.len);

		if (written > 0)
			text = slice_after(text, (size_t)written);
		else if (written < 0 && errno != EINTR && (errno != EAGAIN || poll(&room, 1, SHOW_MS) <= 0))
			return false;
	}
	return true;
}

static const char folder_question[] = "mailtap wants to make files in a folder that was not named before:";
static const char file_question[] = "mailtap wants to read a file that was not named before:";
static const char configuration_question[] = "mailtap wants to save settings in its configuration file:";
static const char program_question[] = "mailtap wants to give the view's text to the pager:";

/* What is asked, and about what. */
struct question {
	const char *words;
	const char *path;
	const char *real; /* what that leads to */
};

static void put_question(const struct question *q, const char *answer, struct buffer *out)
{
	buffer_printf(out, "\r\n\033[0m%s\r\n  ", q->words);
	text_append_visible(out, slice_from_text(q->path));
	if (strcmp(q->real, q->path) != 0) {
		buffer_append_text(out, "\r\n  which is ");
		text_append_visible(out, slice_from_text(q->real));
	}
	buffer_append_text(out, "\r\nIf you asked for this, type \"");
	text_append_visible(out, slice_from_text(answer));
	buffer_append_text(out, "\" and Enter, else Enter: ");
}

/* The modes of a line that is typed, whoever set others. After a stop the shell has. */
static void set_modes(int tty, const struct termios *before)
{
	struct termios now = *before;

	now.c_iflag |= ICRNL;
	now.c_oflag |= OPOST | ONLCR;
	now.c_lflag |= ICANON | ECHO | ECHOE | ISIG;
	tcsetattr(tty, TCSAFLUSH, &now);
}

/* False: it is not to be waited for any more. */
static bool wait_for_line(int tty, int asking)
{
	struct pollfd fds[2] = {{.fd = tty, .events = POLLIN}, {.fd = asking, .events = POLLIN}};

	if (poll(fds, 2, LOOK_MS) < 0)
		return errno == EINTR;
	return fds[1].revents == 0;
}

/* -1: nobody types it any more. */
static ssize_t ask_in_modes(int tty, struct slice text, int asking, const struct termios *before, char *line,
			    size_t size)
{
	ssize_t len = -1;

	for (is_continued = 1; len < 0;) {
		if (is_continued) {
			is_continued = 0;
			set_modes(tty, before);
			if (!put_all(tty, text))
				return -1;
		}
		if (!wait_for_line(tty, asking))
			return -1;
		len = read(tty, line, size);
		if (len < 0 && errno != EINTR && errno != EAGAIN)
			return -1;
	}
	return len;
}

/* Shows a text, again after a stop, and reads a line; the terminal is left as it was. */
static ssize_t ask(int tty, struct slice text, int asking, char *line, size_t size)
{
	struct sigaction action = {.sa_handler = on_continue};
	struct sigaction old_action;
	struct termios before;
	ssize_t len;

	if (tcgetattr(tty, &before) != 0)
		return -1;
	sigaction(SIGCONT, &action, &old_action);
	len = ask_in_modes(tty, text, asking, &before, line, size);
	sigaction(SIGCONT, &old_action, NULL);
	tcsetattr(tty, TCSAFLUSH, &before);
	return put_all(tty, slice_from_text("\r\n")) ? len : -1;
}

static bool confirm(int tty, const struct question *q, int asking)
{
	struct buffer text = {0};
	char answer[ANSWER_SIZE];
	char line[ANSWER_SIZE];
	ssize_t len = -1;

	if (make_answer(q->real, answer)) {
		put_question(q, answer, &text);
		len = ask(tty, buffer_slice(&text), asking, line, sizeof(line));
	}
	buffer_fini(&text);
	return len > 0 && (size_t)len == strlen(answer) + 1 && memcmp(line, answer, strlen(answer)) == 0 &&
	       line[len - 1] == '\n';
}

enum confirm_answer confirm_command(int tty, char *command, size_t size, int asking)
{
	char question[128];
	char digits[8];
	unsigned int number;
	ssize_t len;

	if (!make_number(10000, &number))
		return CONFIRM_NO;
	snprintf(digits, sizeof(digits), "%04u ", number);
	snprintf(question, sizeof(question),
		 "\r\n\033[0mType %sand the command that shall read it, and Enter; else Enter: ", digits);
	len = ask(tty, slice_from_text(question), asking, command, size);
	if (len <= 1)
		return CONFIRM_NO;
	if (len <= 5 || memcmp(command, digits, 5) != 0 || command[len - 1] != '\n' ||
	    memchr(command, '\0', (size_t)len) != NULL)
		return CONFIRM_WRONG;
	memmove(command, command + 5, (size_t)len - 6);
	command[len - 6] = '\0';
	return command[strspn(command, " \t")] != '\0' ? CONFIRM_YES : CONFIRM_NO;
}

void confirm_seen(int tty, int asking)
{
	char line[ANSWER_SIZE];

	ask(tty, slice_from_text("\017\033(B\033[0m\r\nmailtap: Enter goes back "), asking, line, sizeof(line));
}

static bool confirm_path(int tty, const char *words, const char *path, int asking)
{
	char *real = realpath(path, NULL);
	bool is_yes = confirm(tty, &(struct question){.words = words, .path = path, .real = real != NULL ? real : path},
			      asking);

	free(real);
	return is_yes;
}

bool confirm_folder(int tty, const char *path, int asking)
{
	return confirm_path(tty, folder_question, path, asking);
}

bool confirm_file(int tty, const char *path, int asking)
{
	return confirm_path(tty, file_question, path, asking);
}

bool confirm_configuration(int tty, const char *path, int asking)
{
	return confirm_path(tty, configuration_question, path, asking);
}

bool confirm_program(int tty, const char *command, int asking)
{
	return confirm(tty, &(struct question){.words = program_question, .path = command, .real = command}, asking);
}
