#include "guard/confirm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/text.h"

enum {
	DIGITS = 2,
};

/* False: there is nothing that nobody knows. */
static bool make_answer(char answer[DIGITS + 1])
{
	unsigned char bytes[DIGITS];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return false;
	for (int i = 0; i < DIGITS; i++)
		answer[i] = (char)('0' + bytes[i] % 10);
	answer[DIGITS] = '\0';
	return true;
}

static bool show(int tty, const char *path, const char *answer)
{
	struct buffer text = {0};
	char *real = realpath(path, NULL);
	bool good;

	buffer_append_text(&text,
			   "\r\n\033[0mmailtap wants to make files in a folder that was not named before:\r\n  ");
	text_append_visible(&text, slice_from_text(path));
	if (real != NULL && strcmp(real, path) != 0) {
		buffer_append_text(&text, "\r\n  which is ");
		text_append_visible(&text, slice_from_text(real));
	}
	buffer_printf(&text, "\r\nIf you asked for this, type %s, else any other key: ", answer);
	good = write(tty, text.data, text.len) == (ssize_t)text.len;
	buffer_fini(&text);
	free(real);
	return good;
}

static bool read_answer(int tty, const char *answer)
{
	for (int i = 0; i < DIGITS; i++) {
		char key = '\0';
		ssize_t got;

		do
			got = read(tty, &key, 1);
		while (got < 0 && errno == EINTR);
		if (got != 1 || key != answer[i])
			return false;
	}
	return true;
}

bool confirm_folder(int tty, const char *path)
{
	char answer[DIGITS + 1];
	struct termios before;
	struct termios now;
	bool is_yes;

	if (!make_answer(answer) || tcgetattr(tty, &before) != 0)
		return false;
	now = before;
	now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	tcsetattr(tty, TCSAFLUSH, &now);
	is_yes = show(tty, path, answer) && read_answer(tty, answer);
	tcsetattr(tty, TCSAFLUSH, &before);
	return write(tty, "\r\n", 2) == 2 && is_yes;
}
