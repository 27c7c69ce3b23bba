#include "guard/sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "guard/identity.h"

enum {
	FOLDERS_MAX = 64, /* remembered; the oldest is swept again */
	OLD_S = 3600,
};

static struct identity swept[FOLDERS_MAX];
static size_t swept_count;

static bool was_swept(int folder)
{
	struct identity id;

	if (!identity_find(folder, "", &id))
		return true;
	for (size_t i = 0; i < FOLDERS_MAX && i < swept_count; i++)
		if (identity_equals(&swept[i], &id))
			return true;
	swept[swept_count++ % FOLDERS_MAX] = id;
	return false;
}

bool sweep_is_temporary(const char *name, long *process)
{
	int end = 0;

	return sscanf(name, ".mailtap-%ld-%*[0-9]-%*[0-9].tmp%n", process, &end) == 1 && end > 0 && name[end] == '\0';
}

static bool is_process_gone(long process)
{
	return process > 0 && process != getpid() && kill((pid_t)process, 0) != 0 && errno == ESRCH;
}

/* Whoever writes it holds the lock, on another machine or in another container, too. */
static bool is_locked(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool locked = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0;

	if (fd >= 0)
		close(fd);
	return locked;
}

static bool is_left_over(int folder, const char *name)
{
	struct stat status;
	long process;

	if (!sweep_is_temporary(name, &process) || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(status.st_mode) || status.st_uid != geteuid())
		return false;
	return (is_process_gone(process) || time(NULL) - status.st_mtime > OLD_S) && !is_locked(folder, name);
}

void sweep_folder(int folder)
{
	const struct dirent *entry;
	int fd;
	DIR *dir;

	if (was_swept(folder))
		return;
	fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (is_left_over(folder, entry->d_name))
			unlinkat(folder, entry->d_name, 0);
	closedir(dir);
}
