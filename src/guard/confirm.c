#include "guard/confirm.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
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

/* The last part of a path, as much of it as is to be typed. */
static size_t name_in(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	size_t len;

	*name = slash != NULL ? slash + 1 : path;
	len = strlen(*name);
	if (len > NAME_LEN_MAX)
		for (len = NAME_LEN_MAX; ((*name)[len] & 0xc0) == 0x80; len--)
			;
	return len;
}

/* False: there is nothing that nobody knows. */
static bool make_answer(const char *path, char answer[ANSWER_SIZE])
{
	const char *name;
	size_t len = name_in(path, &name);
	unsigned char byte;

	do
		if (getrandom(&byte, sizeof(byte), 0) != (ssize_t)sizeof(byte))
			return false;
	while (byte >= 200);
	snprintf(answer, ANSWER_SIZE, "%.*s %02d", (int)len, name, byte % 100);
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

/* What is asked, and about what. */
struct question {
	const char *words;
	const char *path;
	const char *real; /* what that leads to */
};

static bool show(int tty, const struct question *q, const char *answer)
{
	struct buffer text = {0};
	bool good;

	buffer_printf(&text, "\r\n\033[0m%s\r\n  ", q->words);
	text_append_visible(&text, slice_from_text(q->path));
	if (strcmp(q->real, q->path) != 0) {
		buffer_append_text(&text, "\r\n  which is ");
		text_append_visible(&text, slice_from_text(q->real));
	}
	buffer_append_text(&text, "\r\nIf you asked for this, type \"");
	text_append_visible(&text, slice_from_text(answer));
	buffer_append_text(&text, "\" and Enter, else Enter: ");
	good = put_all(tty, buffer_slice(&text));
	buffer_fini(&text);
	return good;
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

static bool ask(int tty, const struct question *q, int asking, const struct termios *before)
{
	char answer[ANSWER_SIZE];
	char line[ANSWER_SIZE];
	ssize_t len = -1;

	if (!make_answer(q->real, answer))
		return false;
	for (is_continued = 1; len < 0;) {
		if (is_continued) {
			is_continued = 0;
			set_modes(tty, before);
			if (!show(tty, q, answer))
				return false;
		}
		if (!wait_for_line(tty, asking))
			return false;
		len = read(tty, line, sizeof(line));
		if (len < 0 && errno != EINTR && errno != EAGAIN)
			return false;
	}
	return len == (ssize_t)strlen(answer) + 1 && memcmp(line, answer, strlen(answer)) == 0 && line[len - 1] == '\n';
}

static bool confirm(int tty, const char *words, const char *path, int asking)
{
	struct sigaction action = {.sa_handler = on_continue};
	struct sigaction old_action;
	struct termios before;
	char *real;
	bool is_yes;

	if (tcgetattr(tty, &before) != 0)
		return false;
	real = realpath(path, NULL);
	sigaction(SIGCONT, &action, &old_action);
	is_yes = ask(tty, &(struct question){.words = words, .path = path, .real = real != NULL ? real : path}, asking,
		     &before);
	sigaction(SIGCONT, &old_action, NULL);
	tcsetattr(tty, TCSAFLUSH, &before);
	free(real);
	return put_all(tty, slice_from_text("\r\n")) && is_yes;
}

bool confirm_folder(int tty, const char *path, int asking)
{
	return confirm(tty, folder_question, path, asking);
}

bool confirm_file(int tty, const char *path, int asking)
{
	return confirm(tty, file_question, path, asking);
}
