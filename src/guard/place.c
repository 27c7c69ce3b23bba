#include "guard/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

int place_folder(int parent, const char *name, unsigned int flags, bool *is_unmade)
{
	int no_link = flags & FILES_NO_LINK ? O_NOFOLLOW : 0;

	*is_unmade = (flags & FILES_MAKE) && mkdirat(parent, name, 0700) != 0 && errno != EEXIST;
	return *is_unmade ? -1 : openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | no_link);
}

int place_create(int folder, const char *name)
{
	return openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* A pipe must not hold us up. */
static int open_to_append(int folder, const char *name, int flags)
{
	int fd = openat(folder, name, flags | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0600);
	struct stat status;

	if (fd < 0 || (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)))
		return fd;
	close(fd);
	errno = ENODEV;
	return -1;
}

int place_append(int folder, const char *name)
{
	return open_to_append(folder, name, O_RDWR | O_NOFOLLOW);
}

int place_append_log(const char *path, bool is_link)
{
	return open_to_append(AT_FDCWD, path, O_WRONLY | (is_link ? 0 : O_NOFOLLOW));
}

bool place_rename(int folder, const char *from, int to_folder, const char *to)
{
	if (syscall(SYS_renameat2, folder, from, to_folder, to, 1 /* RENAME_NOREPLACE */) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (linkat(folder, from, to_folder, to, 0) != 0)
		return false;
	unlinkat(folder, from, 0);
	return true;
}
