#include "guard/files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guard/channel.h"
#include "guard/helper.h"
#include "guard/paths.h"
#include "guard/place.h"
#include "guard/replace.h"

enum {
	DESCRIPTORS_MAX = 4096, /* that a folder may have */
	LOOK_MS = 100,
	HURRY_MS = 5000, /* for an answer, when the program ends */
	END_MS = 2000,	 /* for the helper's end */
};

/* Written before there are threads, but for the numbers: a folder belongs to the thread that opened it. */
static struct {
	pid_t pid; /* 0: there is none */
	int channels[FILES_CHANNELS];
	bool has_lost_rights; /* it was started by root, and has none of its rights */
} helper;

static atomic_bool is_hurried;
static atomic_bool is_lost; /* it does not answer any more: what it says late is for another question */

static atomic_int numbers[DESCRIPTORS_MAX]; /* the helper's number of the folder with this descriptor, plus 1 */
static _Thread_local enum files_channel channel;

/* ---- the process ---- */

static bool make_channels(int ours[FILES_CHANNELS], int theirs[FILES_CHANNELS], struct error *err)
{
	for (int i = 0; i < FILES_CHANNELS; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
			return error_set(err, "cannot reach a helper process: %s", strerror(errno));
		ours[i] = pair[0];
		theirs[i] = pair[1];
	}
	return true;
}

static void close_all(const int fds[FILES_CHANNELS])
{
	for (int i = 0; i < FILES_CHANNELS; i++)
		close(fds[i]);
}

/* Below "/" lies everything. */
static bool check_places(const struct files_options *options, struct error *err)
{
	char path[HELPER_PATH_SIZE];

	for (size_t i = 0; i < options->place_count; i++)
		if (paths_resolve(options->places[i], path) && *path == '\0')
			return error_set(err, "no files are made in \"/\" itself: name a directory below it");
	return true;
}

/* Not for ever: it may have been stopped, and then this process has not the right to end it. It ends when it goes on.
 */
static void reap(int wait_ms)
{
	static const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};

	for (int i = 0; i < wait_ms / 10 && waitpid(helper.pid, NULL, WNOHANG) == 0; i++)
		nanosleep(&pause, NULL);
}

bool files_start(const struct files_options *options, struct error *err)
{
	int theirs[FILES_CHANNELS];
	pid_t self = getpid();

	assert(helper.pid == 0);
	if (!check_places(options, err))
		return false;
	helper.has_lost_rights = getuid() == 0;
	if (!make_channels(helper.channels, theirs, err))
		return false;
	helper.pid = fork();
	if (helper.pid == 0) {
		close_all(helper.channels);
		helper_run(options, theirs, self);
	}
	close_all(theirs);
	if (helper.pid > 0)
		return true;
	helper.pid = 0;
	close_all(helper.channels);
	return error_set(err, "cannot start a helper process: %s", strerror(errno));
}

void files_stop(void)
{
	if (helper.pid == 0)
		return;
	close_all(helper.channels);
	reap(END_MS);
	helper.pid = 0;
}

void files_hurry(void)
{
	is_hurried = true;
}

const char *files_error(int number)
{
	if (number == EOWNERDEAD)
		return "the helper process has ended: start mailtap again";
	if (number == EACCES && helper.has_lost_rights)
		return "Permission denied; files are made without root's rights, so choose a directory of your own";
	return strerror(number);
}

void files_use(enum files_channel mine)
{
	channel = mine;
}

/* ---- a question and its answer ---- */

static bool put(const struct helper_request *q)
{
	return channel_send(helper.channels[channel], q, sizeof(*q));
}

static bool wait_for_answer(void)
{
	struct pollfd answer = {.fd = helper.channels[channel], .events = POLLIN};
	int waited_ms = 0;

	while (poll(&answer, 1, LOOK_MS) <= 0) {
		waited_ms += is_hurried ? LOOK_MS : 0;
		if (waited_ms >= HURRY_MS) {
			is_lost = true;
			return false;
		}
	}
	return true;
}

static bool get(struct helper_answer *a, int *fd)
{
	*fd = -1;
	return wait_for_answer() && channel_receive(helper.channels[channel], a, sizeof(*a), fd);
}

static bool has_gone(void)
{
	reap(LOOK_MS);
	errno = EOWNERDEAD;
	return false;
}

/* `fd` may be NULL. False: errno. */
static bool ask(const struct helper_request *q, struct helper_answer *a, int *fd)
{
	int given = -1;

	if (is_lost || !put(q) || !get(a, &given))
		return has_gone();
	if (fd != NULL)
		*fd = given;
	else if (given >= 0)
		close(given);
	errno = a->error;
	return a->error == 0;
}

static int number_of(int folder)
{
	return folder >= 0 && folder < DESCRIPTORS_MAX ? atomic_load(&numbers[folder]) - 1 : HELPER_NO_FOLDER;
}

/* False: errno. */
static bool fill(struct helper_request *q, enum helper_verb verb, int folder, const char *name)
{
	*q = (struct helper_request){.verb = verb, .folder = number_of(folder), .to_folder = HELPER_NO_FOLDER};
	if (strlen(name) >= sizeof(q->name)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(q->name, name, strlen(name));
	return true;
}

static bool ask_about(enum helper_verb verb, int folder, const char *name, struct helper_answer *a, int *fd)
{
	struct helper_request q;

	return fill(&q, verb, folder, name) && ask(&q, a, fd);
}

/* ---- what can be asked ---- */

int files_folder(int parent, const char *name, unsigned int flags, bool *is_unmade)
{
	struct helper_request q;
	struct helper_answer a = {0};
	bool unmade = false;
	int fd = -1;

	if (helper.pid == 0) {
		fd = place_folder(parent, name, flags, &unmade);
	} else if (fill(&q, HELPER_FOLDER, parent, name)) {
		q.flags = flags;
		if (ask(&q, &a, &fd) && fd >= 0 && fd < DESCRIPTORS_MAX)
			atomic_store(&numbers[fd], a.folder + 1);
		unmade = a.is_unmade != 0;
	}
	if (is_unmade != NULL)
		*is_unmade = unmade;
	return fd;
}

void files_close(int folder)
{
	struct helper_answer a;

	if (helper.pid != 0 && number_of(folder) != HELPER_NO_FOLDER) {
		ask_about(HELPER_CLOSE, folder, "", &a, NULL);
		atomic_store(&numbers[folder], 0);
	}
	close(folder);
}

static int ask_for_file(enum helper_verb verb, int folder, const char *name)
{
	struct helper_answer a;
	int fd = -1;

	return ask_about(verb, folder, name, &a, &fd) ? fd : -1;
}

int files_create(int folder, const char *name)
{
	return helper.pid == 0 ? place_create(folder, name) : ask_for_file(HELPER_CREATE, folder, name);
}

int files_append(int folder, const char *name)
{
	return helper.pid == 0 ? place_append(folder, name) : ask_for_file(HELPER_APPEND, folder, name);
}

bool files_rename(int folder, const char *from, int to_folder, const char *to)
{
	struct helper_request q;
	struct helper_answer a;

	if (helper.pid == 0)
		return place_rename(folder, from, to_folder, to);
	if (!fill(&q, HELPER_RENAME, folder, from))
		return false;
	q.to_folder = number_of(to_folder);
	if (snprintf(q.to_name, sizeof(q.to_name), "%s", to) < (int)sizeof(q.to_name))
		return ask(&q, &a, NULL);
	errno = ENAMETOOLONG;
	return false;
}

bool files_unlink(int folder, const char *name)
{
	struct helper_answer a;

	if (helper.pid == 0)
		return unlinkat(folder, name, 0) == 0;
	return ask_about(HELPER_UNLINK, folder, name, &a, NULL);
}

bool files_status(int folder, const char *name, struct stat *status)
{
	struct helper_answer a;

	if (helper.pid == 0)
		return fstatat(folder, name, status, AT_SYMLINK_NOFOLLOW) == 0;
	if (!ask_about(HELPER_STATUS, folder, name, &a, NULL))
		return false;
	*status = a.status;
	return true;
}

bool files_may_write(int folder)
{
	struct helper_answer a;

	if (helper.pid == 0)
		return faccessat(folder, ".", W_OK | X_OK, 0) == 0;
	return ask_about(HELPER_MAY_WRITE, folder, "", &a, NULL);
}

void files_sweep(int folder)
{
	struct helper_answer a;

	if (helper.pid == 0)
		sweep_folder(folder);
	else
		ask_about(HELPER_SWEEP, folder, "", &a, NULL);
}

int files_read(const char *path)
{
	if (helper.pid == 0)
		return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a FIFO has no writer yet */
	return ask_for_file(HELPER_READ, HELPER_NO_FOLDER, path);
}

bool files_read_status(const char *path, struct stat *status)
{
	struct helper_answer a;

	if (helper.pid == 0)
		return stat(path, status) == 0;
	if (!ask_about(HELPER_READ_STATUS, HELPER_NO_FOLDER, path, &a, NULL))
		return false;
	*status = a.status;
	return true;
}

int files_reopen(const char *path)
{
	if (helper.pid == 0)
		return place_append_log(path, false);
	return ask_for_file(HELPER_REOPEN, HELPER_NO_FOLDER, path);
}

bool files_look(const char *path, struct stat *status)
{
	struct helper_answer a;

	if (helper.pid == 0 || !ask_about(HELPER_LOOK, HELPER_NO_FOLDER, path, &a, NULL))
		return stat(path, status) == 0;
	*status = a.status;
	return true;
}

bool files_knows(const char *path, unsigned int flags)
{
	struct helper_request q;
	struct helper_answer a;

	if (helper.pid == 0)
		return true;
	if (!fill(&q, HELPER_KNOWS, HELPER_NO_FOLDER, path))
		return true; /* too long for anybody */
	q.flags = flags;
	return ask(&q, &a, NULL);
}

/* Whether the question was taken back: whatever follows it does that. */
static bool wait_for_user(const atomic_bool *stop)
{
	struct pollfd answer = {.fd = helper.channels[channel], .events = POLLIN};
	struct helper_request q;

	while (poll(&answer, 1, LOOK_MS) <= 0)
		if (*stop)
			return fill(&q, HELPER_CLOSE, HELPER_NO_FOLDER, "") && put(&q);
	return false;
}

static bool ask_user(const char *path, unsigned int flags, const atomic_bool *stop)
{
	struct helper_request q;
	struct helper_answer a;
	struct helper_answer to_taking_back;
	bool is_taken_back;
	int fd;

	if (helper.pid == 0)
		return true;
	if (!fill(&q, HELPER_ASK, HELPER_NO_FOLDER, path))
		return false;
	q.flags = flags;
	if (is_lost || !put(&q))
		return has_gone();
	is_taken_back = wait_for_user(stop);
	if (!get(&a, &fd) || (is_taken_back && !get(&to_taking_back, &fd)))
		return has_gone();
	errno = a.error;
	return a.error == 0;
}

bool files_ask(const char *path, const atomic_bool *stop)
{
	return ask_user(path, 0, stop);
}

bool files_ask_to_read(const char *path, const atomic_bool *stop)
{
	return ask_user(path, FILES_TO_READ, stop);
}

bool files_may_read(const char *path)
{
	struct stat status;

	return files_read_status(path, &status) || errno == ENOENT;
}

bool files_ask_to_replace(const char *path, const atomic_bool *stop)
{
	return ask_user(path, FILES_TO_REPLACE, stop);
}

bool files_may_replace(const char *path)
{
	return files_knows(path, FILES_TO_REPLACE);
}

int files_draft(const char *path)
{
	int fd;

	if (helper.pid != 0)
		return ask_for_file(HELPER_DRAFT, HELPER_NO_FOLDER, path);
	fd = replace_begin(path, getpid());
	return fd < 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

static bool finish_draft(const char *path, unsigned int flags)
{
	struct helper_request q;
	struct helper_answer a;

	if (!fill(&q, HELPER_REPLACE, HELPER_NO_FOLDER, path))
		return false;
	q.flags = flags;
	return ask(&q, &a, NULL);
}

bool files_replace(const char *path)
{
	return helper.pid == 0 ? replace_finish() : finish_draft(path, FILES_TO_REPLACE);
}

void files_drop_draft(const char *path)
{
	if (helper.pid == 0)
		replace_drop();
	else
		finish_draft(path, 0);
}

bool files_write_all(int fd, struct slice text)
{
	while (text.len > 0) {
		ssize_t written = write(fd, text.data, text.len);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0)
			text = slice_after(text, (size_t)written);
	}
	return true;
}
