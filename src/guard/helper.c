#include "guard/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "guard/channel.h"
#include "guard/confirm.h"
#include "guard/made.h"
#include "guard/paths.h"
#include "guard/place.h"
#include "guard/replace.h"
#include "guard/sandbox.h"
#include "guard/syscalls.h"

enum {
	FOLDERS_MAX = 64,
	PLACES_MAX = 64, /* with those that the user confirmed */
	READ_MAX = 16,
	DESCRIPTORS_MAX = 1024, /* that may have been inherited */
};

struct helper {
	pid_t client;
	const struct files_options *options;
	char *places[PLACES_MAX]; /* absolute, without "." */
	size_t place_count;
	char *read[READ_MAX];	  /* files that the user confirmed */
	int read_flags[READ_MAX]; /* how they are opened, beside what is always so */
	size_t read_count;
	int folders[FOLDERS_MAX]; /* -1: free */
	int tty;		  /* or -1 */
	bool may_replace;	  /* the configuration, the user said so */
	bool is_log_link;	  /* the log was named by a symbolic link */
	int asking;		  /* the channel of the request at hand */
};

/* ---- paths ---- */

/* The deepest place that it is in. */
static const char *place_of(const struct helper *h, const char *path, const char **rest)
{
	const char *found = NULL;

	for (size_t i = 0; i < h->place_count; i++) {
		const char *one = paths_below(path, h->places[i]);

		if (one != NULL && (found == NULL || strlen(one) < strlen(*rest))) {
			found = h->places[i];
			*rest = one;
		}
	}
	return found;
}

/* ---- names ---- */

static bool is_temporary(const struct helper *h, const char *name)
{
	long process;

	return sweep_is_temporary(name, &process) && process == h->client;
}

/* A stem, a hyphen, a number. */
static bool is_of_rotation(const struct helper *h, const char *name)
{
	for (size_t i = 0; i < h->options->stem_count; i++) {
		size_t len = strlen(h->options->stems[i]);

		if (strncmp(name, h->options->stems[i], len) == 0 && name[len] == '-' && name[len + 1] >= '0' &&
		    name[len + 1] <= '9')
			return true;
	}
	return false;
}

/* One part, and none that a shell or a login reads by itself. */
static bool is_good_name(const struct helper *h, const char *name)
{
	if (name[0] == '\0' || strchr(name, '/') != NULL || strlen(name) >= FILES_NAME_SIZE)
		return false;
	return name[0] != '.' || is_temporary(h, name) || is_of_rotation(h, name);
}

/* ---- verbs: each returns 0 or errno ---- */

/* The descriptor of a folder by its number; -1: there is no such. */
static int folder_of(const struct helper *h, int32_t number)
{
	return number >= 0 && number < FOLDERS_MAX ? h->folders[number] : -1;
}

static int keep_folder(struct helper *h, int fd, struct helper_answer *a, int *given)
{
	for (int32_t i = 0; i < FOLDERS_MAX; i++) {
		if (h->folders[i] >= 0)
			continue;
		h->folders[i] = *given = fd;
		a->folder = i;
		return 0;
	}
	close(fd);
	return EMFILE;
}

static int open_folder(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	char path[HELPER_PATH_SIZE];
	const char *place;
	const char *rest = "";
	bool is_unmade = false;
	int fd;

	if (q->folder != HELPER_NO_FOLDER) {
		if (folder_of(h, q->folder) < 0 || !is_good_name(h, q->name))
			return EACCES;
		fd = place_folder(folder_of(h, q->folder), q->name, q->flags | FILES_NO_LINK, &is_unmade);
	} else {
		place = paths_resolve(q->name, path) ? place_of(h, path, &rest) : NULL;
		is_unmade = place == NULL && (q->flags & FILES_MAKE);
		fd = -1;
		errno = paths_missing(q->name) ? ENOENT : EACCES;
		if (place != NULL)
			fd = paths_walk(place, rest, q->flags, &is_unmade);
	}
	a->is_unmade = is_unmade;
	return fd < 0 ? errno : keep_folder(h, fd, a, given);
}

static int close_folder(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	int fd = folder_of(h, q->folder);

	(void)a;
	(void)given;
	if (fd < 0)
		return EBADF;
	close(fd);
	h->folders[q->folder] = -1;
	return 0;
}

static int create_file(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	int folder = folder_of(h, q->folder);

	(void)a;
	if (folder < 0 || !is_good_name(h, q->name))
		return EACCES;
	*given = place_create(folder, q->name);
	if (*given < 0)
		return errno;
	made_remember(*given);
	return 0;
}

/* Empty lines may stand before its first mail. */
static bool is_mbox(int fd)
{
	struct stat status;
	char start[HELPER_PATH_SIZE] = "";
	size_t at;

	if (fstat(fd, &status) != 0)
		return false;
	if (pread(fd, start, sizeof(start) - 1, 0) < 0)
		return false;
	at = strspn(start, "\n");
	return (off_t)at == status.st_size || strncmp(start + at, "From ", 5) == 0;
}

static int append_to_file(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	int folder = folder_of(h, q->folder);

	(void)a;
	if (folder < 0 || !is_good_name(h, q->name))
		return EACCES;
	*given = place_append(folder, q->name);
	if (*given < 0)
		return errno;
	if (is_mbox(*given))
		return 0;
	close(*given);
	*given = -1;
	return EMEDIUMTYPE;
}

static int rename_file(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	int from = folder_of(h, q->folder);
	int to = folder_of(h, q->to_folder);

	(void)a;
	(void)given;
	if (from < 0 || to < 0 || !is_temporary(h, q->name) || !is_good_name(h, q->to_name))
		return EACCES;
	return place_rename(from, q->name, to, q->to_name) ? 0 : errno;
}

static int unlink_file(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	int folder = folder_of(h, q->folder);

	(void)a;
	(void)given;
	if (folder < 0 || !is_good_name(h, q->name) || !made_has(folder, q->name))
		return EACCES;
	made_forget(folder, q->name);
	return unlinkat(folder, q->name, 0) == 0 ? 0 : errno;
}

static int tell_status(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	int folder = folder_of(h, q->folder);

	(void)given;
	if (folder < 0 || strchr(q->name, '/') != NULL)
		return EACCES;
	return fstatat(folder, q->name, &a->status, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
}

static int tell_whether_writable(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	(void)a;
	(void)given;
	return faccessat(folder_of(h, q->folder), ".", W_OK | X_OK, 0) == 0 ? 0 : errno;
}

static int sweep(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	(void)a;
	(void)given;
	if (folder_of(h, q->folder) < 0)
		return EBADF;
	sweep_folder(folder_of(h, q->folder));
	return 0;
}

/* And with which flags it is opened. */
static bool is_named(const struct helper *h, const char *path, int *flags)
{
	*flags = 0;
	for (size_t i = 0; i < h->options->named_count; i++)
		if (strcmp(h->options->named[i], path) == 0)
			return true;
	for (size_t i = 0; i < h->read_count; i++) {
		*flags = h->read_flags[i];
		if (strcmp(h->read[i], path) == 0)
			return true;
	}
	return false;
}

static int read_file(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	int flags;

	(void)a;
	if (!is_named(h, q->name, &flags))
		return EACCES;
	*given = open(q->name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | flags); /* a FIFO has no writer yet */
	return *given < 0 ? errno : 0;
}

static int tell_read_status(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	int flags;

	(void)given;
	if (!is_named(h, q->name, &flags))
		return EACCES;
	return stat(q->name, &a->status) == 0 ? 0 : errno;
}

static int reopen_log(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	(void)a;
	if (h->options->log == NULL || strcmp(h->options->log, q->name) != 0)
		return EACCES;
	*given = place_append_log(h->options->log, h->is_log_link);
	return *given < 0 ? errno : 0;
}

/* Whether it can be walked to, as far as it is there; nobody needs to be asked about what cannot be. */
static int tell_whether_known(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	char path[HELPER_PATH_SIZE];
	const char *rest = "";
	const char *place = paths_resolve(q->name, path) ? place_of(h, path, &rest) : NULL;
	bool is_unmade;
	int fd;

	(void)a;
	(void)given;
	if (q->flags & FILES_TO_REPLACE)
		return h->may_replace ? 0 : EACCES;
	if (place == NULL)
		return (q->flags & FILES_MAKE ? paths_has_no_parent(q->name) : paths_missing(q->name)) ? 0 : EACCES;
	fd = paths_walk(place, rest, 0, &is_unmade);
	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno == ENOENT ? 0 : EACCES;
}

/* What lies in the folder that a path leads to. */
static int look(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	char path[HELPER_PATH_SIZE];
	const char *rest = "";
	const char *place = paths_resolve(q->name, path) ? place_of(h, path, &rest) : NULL;
	char *slash;
	bool is_unmade;
	bool good;
	int fd;

	(void)given;
	if (place == NULL)
		return EACCES;
	if (*rest == '\0')
		return stat(*place != '\0' ? place : "/", &a->status) == 0 ? 0 : errno;
	slash = strrchr(path, '/');
	*slash = '\0';
	fd = paths_walk(place, slash >= rest ? rest : "", 0, &is_unmade);
	good = fd >= 0 && fstatat(fd, slash + 1, &a->status, AT_SYMLINK_NOFOLLOW) == 0;
	if (fd >= 0)
		close(fd);
	return good ? 0 : errno;
}

/* ---- the configuration ---- */

static int make_draft(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	(void)a;
	if (!h->may_replace || strcmp(h->options->configuration, q->name) != 0)
		return EACCES;
	*given = replace_begin(q->name, h->client);
	if (*given >= 0)
		*given = fcntl(*given, F_DUPFD_CLOEXEC, 0);
	return *given < 0 ? errno : 0;
}

/* Without a flag the draft is thrown away. */
static int finish_draft(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	(void)a;
	(void)given;
	if (!h->may_replace || strcmp(h->options->configuration, q->name) != 0)
		return EACCES;
	if (q->flags & FILES_TO_REPLACE)
		return replace_finish() ? 0 : errno;
	replace_drop();
	return 0;
}

/* ---- the user ---- */

/* Of one that is not there yet the user cannot be shown where a link would lead: it must be none. */
static int ask_about_file(struct helper *h, const char *path)
{
	struct stat status;

	if (h->read_count == READ_MAX)
		return EMFILE;
	h->read_flags[h->read_count] = stat(path, &status) == 0 ? 0 : O_NOFOLLOW;
	if (!confirm_file(h->tty, path, h->asking))
		return ECANCELED;
	h->read[h->read_count++] = mem_strdup(path);
	return 0;
}

static int ask_about_configuration(struct helper *h, const char *path)
{
	if (h->options->configuration == NULL || strcmp(h->options->configuration, path) != 0)
		return EACCES;
	if (!confirm_configuration(h->tty, path, h->asking))
		return ECANCELED;
	h->may_replace = true;
	return 0;
}

static int ask_user(struct helper *h, const struct helper_request *q, struct helper_answer *a, int *given)
{
	char path[HELPER_PATH_SIZE];

	(void)a;
	(void)given;
	if (h->tty < 0)
		return ENOTTY;
	if (q->flags & FILES_TO_READ)
		return ask_about_file(h, q->name);
	if (q->flags & FILES_TO_REPLACE)
		return ask_about_configuration(h, q->name);
	if (h->place_count == PLACES_MAX)
		return EMFILE;
	if (!paths_resolve(q->name, path))
		return errno;
	if (*path == '\0')
		return EPERM; /* all lies below it */
	if (!confirm_folder(h->tty, path, h->asking))
		return ECANCELED;
	h->places[h->place_count++] = mem_strdup(path);
	return 0;
}

/* ---- requests ---- */

static int (*const verbs[HELPER_VERBS])(struct helper *, const struct helper_request *, struct helper_answer *,
					int *) = {
	[HELPER_FOLDER] = open_folder,
	[HELPER_CLOSE] = close_folder,
	[HELPER_CREATE] = create_file,
	[HELPER_APPEND] = append_to_file,
	[HELPER_RENAME] = rename_file,
	[HELPER_UNLINK] = unlink_file,
	[HELPER_STATUS] = tell_status,
	[HELPER_MAY_WRITE] = tell_whether_writable,
	[HELPER_SWEEP] = sweep,
	[HELPER_READ] = read_file,
	[HELPER_READ_STATUS] = tell_read_status,
	[HELPER_REOPEN] = reopen_log,
	[HELPER_LOOK] = look,
	[HELPER_KNOWS] = tell_whether_known,
	[HELPER_ASK] = ask_user,
	[HELPER_DRAFT] = make_draft,
	[HELPER_REPLACE] = finish_draft,
};

static bool is_whole(const struct helper_request *q, ssize_t len)
{
	return len == (ssize_t)sizeof(*q) && q->verb < HELPER_VERBS && memchr(q->name, '\0', sizeof(q->name)) != NULL &&
	       memchr(q->to_name, '\0', sizeof(q->to_name)) != NULL;
}

/* False: nobody is at the other end any more. */
static bool serve(struct helper *h, int channel)
{
	struct helper_request q;
	struct helper_answer a = {.folder = HELPER_NO_FOLDER};
	ssize_t len = read(channel, &q, sizeof(q));
	int given = -1;

	if (len == 0)
		return false;
	if (len < 0)
		return errno == EINTR || errno == EAGAIN;
	h->asking = channel;
	a.error = is_whole(&q, len) ? verbs[q.verb](h, &q, &a, &given) : EINVAL;
	channel_answer(channel, &a, sizeof(a), given);
	/* a folder's descriptor stays here, too; a file's is the client's alone */
	if (given >= 0 && q.verb != HELPER_FOLDER)
		close(given);
	return true;
}

static void serve_all(struct helper *h, const int channels[FILES_CHANNELS])
{
	struct pollfd fds[FILES_CHANNELS];
	int open_count = FILES_CHANNELS;

	for (int i = 0; i < FILES_CHANNELS; i++)
		fds[i] = (struct pollfd){.fd = channels[i], .events = POLLIN};
	while (open_count > 0) {
		if (poll(fds, FILES_CHANNELS, -1) < 0)
			continue;
		for (int i = 0; i < FILES_CHANNELS; i++) {
			if (fds[i].fd < 0 || fds[i].revents == 0 || serve(h, channels[i]))
				continue;
			fds[i].fd = -1;
			open_count--;
		}
	}
}

/* ---- the process ---- */

/* The terminal's signals are for the program; this ends with it. */
static void ignore_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
}

static bool is_channel(const int channels[FILES_CHANNELS], int fd)
{
	for (int i = 0; i < FILES_CHANNELS; i++)
		if (channels[i] == fd)
			return true;
	return false;
}

/* Nothing of what the program holds is kept open by us, its output least of all. Messages still have standard error. */
static void close_others(const int channels[FILES_CHANNELS])
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS_MAX; fd++)
		if (!is_channel(channels, fd))
			close(fd);
}

static void name_places(struct helper *h)
{
	char path[HELPER_PATH_SIZE];

	for (size_t i = 0; i < h->options->place_count; i++) {
		if (paths_resolve(h->options->places[i], path))
			h->places[h->place_count++] = mem_strdup(path);
	}
}

static void name_log(struct helper *h)
{
	struct stat status;

	h->is_log_link = h->options->log != NULL && lstat(h->options->log, &status) == 0 && S_ISLNK(status.st_mode);
}

/* A place, or the folder that it will be made in. */
static void allow_place(struct sandbox_needs *needs, char *place)
{
	struct stat status;
	char *slash = strrchr(place, '/');

	if (stat(place, &status) != 0 && slash != NULL && slash > place)
		*slash = '\0';
	sandbox_allow(needs, *place != '\0' ? place : "/", SANDBOX_WRITE);
}

/* A file that is opened again may be another of its name by then. */
static void allow_named(struct sandbox_needs *needs, char *path, enum sandbox_access access)
{
	char *slash = strrchr(path, '/');

	if (slash != NULL && slash > path)
		*slash = '\0';
	sandbox_allow(needs, slash == NULL ? "." : slash == path ? "/" : path, access);
}

/* Where the user can be asked for other folders, the kernel cannot be told now which these will be. */
static bool confine(const struct helper *h, struct error *err)
{
	static struct sandbox_needs needs = {.helps = true};
	char *copies[PLACES_MAX + FILES_NAMED_MAX + 2];
	size_t count = 0;
	bool good;

	for (size_t i = 0; i < h->place_count; i++)
		allow_place(&needs, copies[count++] = mem_strdup(h->places[i]));
	for (size_t i = 0; i < h->options->named_count; i++)
		allow_named(&needs, copies[count++] = mem_strdup(h->options->named[i]), SANDBOX_READ);
	if (h->options->log != NULL)
		allow_named(&needs, copies[count++] = mem_strdup(h->options->log), SANDBOX_WRITE);
	if (h->is_log_link && (copies[count] = realpath(h->options->log, NULL)) != NULL)
		allow_named(&needs, copies[count++], SANDBOX_WRITE);
	if (h->options->asks)
		sandbox_allow(&needs, "/", SANDBOX_WRITE);
	good = sandbox_enter(&needs, err);
	while (count > 0)
		free(copies[--count]);
	return good;
}

void helper_run(const struct files_options *options, const int channels[FILES_CHANNELS], pid_t client)
{
	static struct helper h;
	struct error err;

	h.client = client;
	h.options = options;
	for (size_t i = 0; i < FOLDERS_MAX; i++)
		h.folders[i] = -1;
	ignore_signals();
	close_others(channels);
	h.tty = options->asks ? open("/dev/tty", O_RDWR | O_NONBLOCK | O_CLOEXEC) : -1;
	name_places(&h);
	name_log(&h);
	if (!confine(&h, &err)) {
		log_warn("%s", err.text);
		_exit(1);
	}
	syscalls_limit_thread(SYSCALLS_HELPER);
	serve_all(&h, channels);
	_exit(0);
}
