#include "guard/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guard/helper.h"
#include "guard/place.h"

static struct {
	bool is_begun;
	bool is_there;	    /* what is replaced, as it was then: */
	struct stat status; /* */
	int fd;
	char path[HELPER_PATH_SIZE]; /* without links */
	char draft[HELPER_PATH_SIZE + FILES_NAME_SIZE];
} now;

static bool fail(int number)
{
	errno = number;
	return false;
}

/* The folders before the last part; those of a user's configuration are for nobody else. */
static bool make_folders(const char *path)
{
	char folder[HELPER_PATH_SIZE];

	snprintf(folder, sizeof(folder), "%s", path);
	for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdirat(AT_FDCWD, folder, 0700) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return true;
}

/* Where it lies, and what is there now. */
static bool find(const char *path)
{
	struct stat link;
	char *real;

	now.is_there = false;
	if (strlen(path) >= sizeof(now.path))
		return fail(ENAMETOOLONG);
	real = realpath(path, NULL);
	if (real == NULL && lstat(path, &link) == 0)
		return fail(S_ISLNK(link.st_mode) ? ENOLINK : errno);
	if (real == NULL) {
		memcpy(now.path, path, strlen(path) + 1);
		return errno == ENOENT && make_folders(path);
	}
	snprintf(now.path, sizeof(now.path), "%s", real);
	free(real);
	if (stat(now.path, &now.status) != 0)
		return false;
	if (!S_ISREG(now.status.st_mode))
		return fail(ENODEV);
	if (now.status.st_uid != geteuid())
		return fail(EPERM);
	now.is_there = true;
	return faccessat(AT_FDCWD, now.path, W_OK, AT_EACCESS) == 0;
}

/* As open to others as the one before was; where its group would be another one, not to that. */
static bool keep_mode(void)
{
	struct stat status;
	mode_t mode;

	if (!now.is_there)
		return true;
	if (fstat(now.fd, &status) != 0)
		return false;
	mode = now.status.st_mode & (status.st_gid == now.status.st_gid ? 0777 : 0707);
	return fchmod(now.fd, mode) == 0;
}

int replace_begin(const char *path, pid_t process)
{
	static unsigned int number;
	const char *slash;

	replace_drop();
	if (!find(path))
		return -1;
	slash = strrchr(now.path, '/');
	snprintf(now.draft, sizeof(now.draft), "%.*s.mailtap-%ld-0-%u.tmp",
		 slash != NULL ? (int)(slash - now.path + 1) : 0, now.path, (long)process, ++number);
	now.fd = place_create(AT_FDCWD, now.draft);
	if (now.fd < 0)
		return -1;
	now.is_begun = true;
	if (keep_mode())
		return now.fd;
	replace_drop();
	return -1;
}

static bool is_same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_unchanged(void)
{
	struct stat status;

	if (lstat(now.path, &status) != 0)
		return !now.is_there && errno == ENOENT;
	return now.is_there && status.st_dev == now.status.st_dev && status.st_ino == now.status.st_ino &&
	       status.st_size == now.status.st_size && is_same_time(status.st_mtim, now.status.st_mtim);
}

/* The name is on the disk, too, where the file system can do that. */
static void sync_folder(void)
{
	char *slash = strrchr(now.path, '/');
	int fd;

	if (slash != NULL && slash > now.path)
		*slash = '\0';
	fd = open(slash == NULL ? "." : slash == now.path ? "/" : now.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static bool put(void)
{
	if (fsync(now.fd) != 0)
		return false;
	if (!is_unchanged())
		return fail(EAGAIN);
	return syscall(SYS_renameat2, AT_FDCWD, now.draft, AT_FDCWD, now.path, 0) == 0;
}

bool replace_finish(void)
{
	int why;

	if (!now.is_begun)
		return fail(EBADF);
	if (!put()) {
		why = errno;
		replace_drop();
		return fail(why);
	}
	now.is_begun = false;
	close(now.fd);
	sync_folder();
	return true;
}

void replace_drop(void)
{
	int why = errno;

	if (now.is_begun) {
		now.is_begun = false;
		close(now.fd);
		unlinkat(AT_FDCWD, now.draft, 0);
	}
	errno = why;
}
