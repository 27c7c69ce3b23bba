#include "ui/hand_over.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "guard/files.h"
#include "guard/runner.h"
#include "ui/clipboard.h"
#include "ui/copy.h"
#include "ui/format.h"
#include "ui/screen.h"

enum hand_over_question {
	HAND_OVER_WRITES,
	HAND_OVER_READS,
	HAND_OVER_SAVES,
};

enum {
	NAMES_MAX = 100, /* in one second */
	NOT_FOUND = 127, /* as a shell says it */
};

/* ---- folders ---- */

/* What may be asked about. */
static const struct {
	bool (*ask)(const char *path, const atomic_bool *stop);
	const char *refused;
} questions[] = {
	[HAND_OVER_WRITES] = {files_ask, "Nothing is written: the folder was not confirmed"},
	[HAND_OVER_READS] = {files_ask_to_read, "Nothing is read: the file was not confirmed"},
	[HAND_OVER_SAVES] = {files_ask_to_replace, "Settings not saved: the file was not confirmed"},
};

static void say_refused(struct state *st, enum hand_over_question question, int number)
{
	const char *refused = questions[question].refused;
	const char *why = files_error(number);

	if (number == ECANCELED)
		why = strchr(refused, ':') + 2;
	else if (number == EPERM)
		why = "\"/\" itself cannot be confirmed, for all lies below it: name a folder";
	else if (number == ENOTTY)
		why = "there is no terminal to confirm it on";
	state_say(st, true, "%.*s: %s", (int)strcspn(refused, ":"), refused, why);
}

static bool ask(struct state *st, const char *path, enum hand_over_question question, const atomic_bool *stop)
{
	bool is_yes;
	int why;

	screen_lend();
	is_yes = questions[question].ask(path, stop);
	why = errno;
	screen_take_back();
	st->redraw = true;
	st->now_ns = clock_wall_ns();
	if (!is_yes)
		say_refused(st, question, why);
	return is_yes;
}

bool hand_over_may_write(struct state *st, const char *folder, unsigned int flags, const atomic_bool *stop)
{
	return files_knows(folder, flags) || ask(st, folder, HAND_OVER_WRITES, stop);
}

bool hand_over_may_read(struct state *st, const char *path, const atomic_bool *stop)
{
	return files_may_read(path) || ask(st, path, HAND_OVER_READS, stop);
}

bool hand_over_may_replace(struct state *st, const char *path, const atomic_bool *stop)
{
	return files_may_replace(path) || ask(st, path, HAND_OVER_SAVES, stop);
}

/* ---- copying ---- */

static const char *folder_of(const struct state *st)
{
	return st->save.export_folder[0] != '\0' ? st->save.export_folder : ".";
}

/* A new name in the folder; -1: errno. */
static int create(const struct state *st, int folder, char *name, size_t size)
{
	time_t seconds = (time_t)(st->now_ns / CLOCK_NS_PER_S);
	struct tm tm;
	char date[32];
	int fd = -1;

	localtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &tm);
	errno = EEXIST;
	for (int i = 1; i < NAMES_MAX && fd < 0 && errno == EEXIST; i++) {
		if (i == 1)
			snprintf(name, size, "mailtap-%s.txt", date);
		else
			snprintf(name, size, "mailtap-%s-%d.txt", date, i);
		fd = files_create(folder, name);
	}
	return fd;
}

/* What could not be written whole does not stay. */
static bool write_file(const struct state *st, struct slice text, char *name, size_t size)
{
	int folder = files_folder(AT_FDCWD, folder_of(st), 0, NULL);
	int fd = folder >= 0 ? create(st, folder, name, size) : -1;
	bool good = fd >= 0 && files_write_all(fd, text);
	int why = errno;

	if (fd >= 0 && close(fd) != 0 && good) {
		why = errno;
		good = false;
	}
	if (fd >= 0 && !good)
		files_unlink(folder, name);
	if (folder >= 0)
		files_close(folder);
	errno = why;
	return good;
}

/* What it is of all that was wanted. */
static const char *part(const struct state_copy *c)
{
	if (!c->is_cut)
		return "";
	return c->is_late ? "what 3 seconds gave, " : "the first 1 MiB, ";
}

static void copy_to_file(struct state *st, const char *why, const atomic_bool *stop)
{
	const char *folder = folder_of(st);
	char name[FILES_NAME_SIZE];

	if (!hand_over_may_write(st, folder, 0, stop))
		return;
	if (write_file(st, buffer_slice(&st->copy.text), name, sizeof(name)))
		state_say(st, false, "%s: %swritten to %s%s%s", why, part(&st->copy), folder,
			  folder[strlen(folder) - 1] == '/' ? "" : "/", name);
	else
		state_say(st, true, "%s, and no file in %s: %s", why, folder, files_error(errno));
}

static void say_copied(struct state *st)
{
	char lines[FORMAT_SIZE];

	format_count(lines, st->copy.lines);
	state_say(st, false, "Copied %s%s line%s to the terminal's clipboard, as far as it allows that",
		  part(&st->copy), lines, st->copy.lines == 1 ? "" : "s");
}

static void copy(struct state *st, const atomic_bool *stop)
{
	if (!screen_has_clipboard())
		copy_to_file(st, "This terminal has no clipboard", stop);
	else if (st->copy.text.len > CLIPBOARD_LEN_MAX)
		copy_to_file(st, "Too much for the clipboard", stop);
	else if (screen_copy(buffer_slice(&st->copy.text)))
		say_copied(st);
	else
		state_say(st, true, "The terminal took no text: %s", strerror(errno));
}

/* ---- programs ---- */

static void say_not_run(struct state *st, int number)
{
	if (number == ECANCELED)
		state_say(st, true, "Nothing was run: it was not confirmed");
	else if (number == EPERM)
		state_say(st, true, "Nothing is run any more: the digits were wrong three times");
	else if (number == ENOTTY)
		state_say(st, true, "Nothing can be run: there is no terminal to confirm it on");
	else if (number == EOWNERDEAD)
		state_say(st, true, "Nothing can be run: the process for it has ended; start mailtap again");
	else
		state_say(st, true, "Nothing can be run: %s", strerror(number));
}

/* `beside`: what else is to be told. */
static void say_status(struct state *st, enum runner_what what, int status, const char *beside)
{
	const char *name = what == RUNNER_PAGER ? "pager" : "command";

	if (WIFSIGNALED(status))
		state_say(st, true, "The %s was ended by signal %d (%s)%s", name, WTERMSIG(status),
			  strsignal(WTERMSIG(status)), beside);
	else if (WEXITSTATUS(status) == NOT_FOUND)
		state_say(st, true, "The %s was not found, or could not be run", name);
	else if (WEXITSTATUS(status) != 0)
		state_say(st, true, "The %s ended with %d%s", name, WEXITSTATUS(status), beside);
	else
		state_say(st, false, "The %s is done%s", name,
			  beside[0] == '\0' && st->options->file_count == 0 ? "; the capture went on" : beside);
}

static void run(struct state *st, enum runner_what what, const char *beside, const atomic_bool *stop)
{
	bool is_run;
	int status = 0;
	int why;

	screen_lend();
	is_run = runner_run(what, stop, &status);
	why = errno;
	screen_take_back();
	st->redraw = true;
	st->now_ns = clock_wall_ns();
	if (is_run)
		say_status(st, what, status, beside);
	else
		say_not_run(st, why);
}

static void run_on_text(struct state *st, enum runner_what what, const atomic_bool *stop)
{
	int fd = runner_open();
	bool good = fd >= 0 && files_write_all(fd, buffer_slice(&st->copy.text));
	int why = errno;

	if (fd >= 0)
		close(fd);
	if (good)
		run(st, what, st->copy.is_cut ? "; its text was not all" : "", stop);
	else
		say_not_run(st, why);
}

bool hand_over_copy(struct state *st, const atomic_bool *stop)
{
	if (st->copy.what != STATE_COPYING_READY)
		return false;
	if (st->copy.receiver == STATE_RECEIVER_CLIPBOARD)
		copy(st, stop);
	else if (st->gift.is_waiting) /* the runner has one file */
		state_say(st, true, "A mail is on its way to a command: once more when that is done");
	else
		run_on_text(st, st->copy.receiver == STATE_RECEIVER_PAGER ? RUNNER_PAGER : RUNNER_COMMAND, stop);
	copy_finish(st);
	return true;
}

static void ask_for_gift(struct state *st, const struct snapshot *s)
{
	struct state_gift *gift = &st->gift;
	struct request *r;

	gift->is_wanted = false;
	gift->fd = runner_open();
	if (gift->fd < 0) {
		say_not_run(st, errno);
		return;
	}
	gift->is_waiting = true;
	gift->serial = s->given_serial;
	r = state_request(st, REQUEST_GIVE);
	r->session = gift->session;
	r->mail = gift->mail;
	r->part = gift->part;
	r->fd = gift->fd;
}

bool hand_over_gift(struct state *st, const struct snapshot *s, const atomic_bool *stop)
{
	struct state_gift *gift = &st->gift;

	if (gift->is_wanted)
		ask_for_gift(st, s);
	if (!gift->is_waiting || s->given_serial == gift->serial)
		return false;
	gift->is_waiting = false;
	close(gift->fd);
	if (!s->given_is_failed)
		run(st, RUNNER_COMMAND, s->given_is_partial ? "; the mail is not whole" : "", stop);
	return true;
}
