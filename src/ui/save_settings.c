#include "ui/save_settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guard/files.h"
#include "ui/hand_over.h"

enum {
	READ_MAX = 256 * 1024 + 1,
	TRIES_MAX = 3, /* while others write it, too */
};

/* 1: read, 0: there is no such file, -1: errno. */
static int read_whole(const char *path, struct buffer *text)
{
	int fd = files_read(path);
	ssize_t got = 1;
	int why;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	while (got > 0 && text->len < READ_MAX) {
		got = read(fd, buffer_room(text, READ_MAX), READ_MAX);
		text->len += got > 0 ? (size_t)got : 0;
	}
	why = got < 0 ? errno : EFBIG;
	close(fd);
	errno = why;
	return got == 0 ? 1 : -1;
}

/* Where there is none of the user's the system's holds: what it says would not hold any more beside a new one. */
static bool read_before(const char *path, struct buffer *text)
{
	int status = read_whole(path, text);

	if (status == 0)
		status = read_whole(OPTIONS_SYSTEM_FILE, text);
	if (status == 0)
		buffer_append_text(text, "# mailtap.conf: settings of mailtap, see mailtap.conf(5).\n");
	return status >= 0;
}

static bool fail(const char *path, struct error *err)
{
	const char *why = errno == EPERM     ? "it belongs to another user"
			  : errno == ENOLINK ? "it is a link that leads nowhere"
			  : errno == ENODEV  ? "it is no regular file"
			  : errno == EAGAIN  ? "another program writes it, too"
					     : files_error(errno);

	return error_set(err, "%.200s: %s", path, why);
}

/* What is in the file now, changed; false: err. */
static bool make_text(const struct changed_settings *s, const char *path, struct buffer *out, struct error *err)
{
	struct buffer before = {0};
	bool good = read_before(path, &before);

	if (!good)
		fail(path, err);
	else
		good = rewrite_settings(path, buffer_slice(&before), s->changes, s->change_count, out, err);
	buffer_fini(&before);
	return good;
}

/* errno is EAGAIN when it is worth another try. */
static bool write_once(const struct changed_settings *s, const char *path, struct error *err)
{
	struct buffer text = {0};
	int fd = files_draft(path);
	bool good;
	int why;

	if (fd < 0)
		return fail(path, err);
	errno = 0;
	good = make_text(s, path, &text, err);
	if (good && !files_write_all(fd, buffer_slice(&text)))
		good = fail(path, err);
	if (close(fd) != 0 && good)
		good = fail(path, err);
	if (good && !files_replace(path))
		good = fail(path, err);
	why = errno;
	if (!good)
		files_drop_draft(path);
	buffer_fini(&text);
	errno = why;
	return good;
}

static bool write_changes(const struct changed_settings *s, const char *path, struct error *err)
{
	bool good = false;

	errno = EAGAIN;
	for (int i = 0; i < TRIES_MAX && !good && errno == EAGAIN; i++)
		good = write_once(s, path, err);
	return good;
}

static void say_written(struct state *st)
{
	const struct changed_settings *s = &st->changed_settings;
	char names[160] = "";
	size_t len = 0;

	for (size_t i = 0; i < s->change_count && len < sizeof(names); i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s", i > 0 ? ", " : "",
					s->changes[i].row->setting);
	state_say(st, false, "Saved %s in %s", names, st->options->saved_file);
	st->message_stays = true; /* that ports changed is said at the same time */
}

/* Whether there is something to write, and where to. */
static bool check(struct state *st, const char *path)
{
	if (path == NULL && getenv("SUDO_UID") == NULL)
		state_say(st, true, "Nothing is saved: HOME names no folder for it; -f names a file");
	else if (path == NULL)
		state_say(st, true, "Nothing is saved: behind sudo only %s is read, and root writes that",
			  OPTIONS_SYSTEM_FILE);
	else if (st->changed_settings.change_count == 0)
		state_say(st, false, "Nothing was changed, so nothing is written to %s", path);
	return path != NULL && st->changed_settings.change_count > 0;
}

bool save_settings_write(struct state *st, const atomic_bool *stop)
{
	struct changed_settings *s = &st->changed_settings;
	const char *path = st->options->saved_file;
	bool is_saved = false;
	struct error err;

	if (!s->is_wanted)
		return false;
	if (check(st, path) && hand_over_may_replace(st, path, stop)) {
		is_saved = write_changes(s, path, &err);
		if (is_saved)
			say_written(st);
		else
			state_say(st, true, "Settings not saved: %s", err.text);
	}
	changed_settings_clear(s, is_saved);
	return true;
}
