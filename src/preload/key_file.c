#include "preload/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	FIRST_DESCRIPTOR = 500, /* descriptors from here on are rarely a server's */
	SIZE_MARGIN = 4096,	/* what other processes may append between a look at the size and the write */
};

/* An open log: a descriptor, and what must be found behind it for it to be still ours. */
struct target {
	unsigned change; /* the value of shared.change to which this belongs */
	int fd;
	dev_t device;
	ino_t inode;
	mode_t type;
};

/* "" if nothing is to be logged; absolute otherwise. Written once, by the first thread. */
static char path[PATH_MAX];

/* The open log of this process. `change` is odd while a thread writes the other members, and stays so in a child forked
 * just then: such a child, as any thread that comes meanwhile, opens the log for each line by itself. */
static struct {
	atomic_uint change;
	atomic_int fd_plus_one;
	_Atomic dev_t device;
	_Atomic ino_t inode;
	_Atomic mode_t type;
	atomic_bool was_open; /* what was there and is deleted is not made again */
	atomic_bool is_torn;  /* a line was written in part: the next begins with an end of line */
} shared;

/* Whether the folder of the log is such that nobody else could have put the log there. */
static bool folder_is_safe(void)
{
	char folder[PATH_MAX];
	struct stat st;
	size_t len = (size_t)(strrchr(path, '/') - path);

	memcpy(folder, path, len);
	memcpy(folder + len, "/", 2);
	return stat(folder, &st) == 0 && !(st.st_mode & S_IWOTH);
}

/* To connect to a socket others need the right to write; to read a socket there is no such right. */
static bool is_private(const struct stat *st)
{
	mode_t others = S_ISSOCK(st->st_mode) ? S_IWOTH : S_IROTH | S_IWOTH;

	if ((st->st_mode & others) || (S_ISREG(st->st_mode) && st->st_nlink > 1))
		return false;
	return st->st_uid == geteuid() || st->st_uid == 0 || folder_is_safe();
}

static int open_existing(const struct stat *found)
{
	int how = S_ISFIFO(found->st_mode) ? O_RDWR : O_WRONLY | O_APPEND; /* a FIFO's own reader: no SIGPIPE */
	int fd = open(path, how | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && (S_ISFIFO(found->st_mode) ? S_ISFIFO(st.st_mode) : S_ISREG(st.st_mode)) &&
	    is_private(&st))
		return fd;
	close(fd);
	return -1;
}

/* Mode 0600, whatever the umask. */
static int create_file(void)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd >= 0)
		fchmod(fd, 0600);
	return fd;
}

static int connect_socket(const struct stat *found)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t i, len = strlen(path);

	if (len >= sizeof(address.sun_path) || !is_private(found))
		return -1;
	memcpy(address.sun_path, path, len + 1);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		int fd = socket(AF_UNIX, types[i] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
			return fd;
		close(fd);
		if (errno != EPROTOTYPE)
			return -1;
	}
	return -1;
}

/* A descriptor of the log, or -1. */
static int open_path(void)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) == 0) {
		if (S_ISSOCK(st.st_mode))
			return connect_socket(&st);
		return S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode) ? open_existing(&st) : -1;
	}
	if (errno != ENOENT || atomic_load(&shared.was_open))
		return -1;
	fd = create_file();
	/* another process was faster */
	if (fd < 0 && errno == EEXIST && lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		fd = open_existing(&st);
	return fd;
}

/* Moves a descriptor where it is in nobody's way, and never among the first three; -1 if that is not allowed. */
static int raise_descriptor(int fd)
{
	static const int lowest[] = {FIRST_DESCRIPTOR, 100, 10, 3};
	size_t i;
	int raised = -1;

	for (i = 0; raised < 0 && i < sizeof(lowest) / sizeof(lowest[0]); i++)
		raised = fcntl(fd, F_DUPFD_CLOEXEC, lowest[i]);
	close(fd);
	return raised;
}

static bool load_target(struct target *target)
{
	target->change = atomic_load(&shared.change);
	target->fd = atomic_load(&shared.fd_plus_one) - 1;
	target->device = atomic_load(&shared.device);
	target->inode = atomic_load(&shared.inode);
	target->type = atomic_load(&shared.type);
	return target->fd >= 0 && !(target->change & 1) && atomic_load(&shared.change) == target->change;
}

static bool is_still(const struct target *target, struct stat *st)
{
	return fstat(target->fd, st) == 0 && st->st_dev == target->device && st->st_ino == target->inode &&
	       (st->st_mode & S_IFMT) == target->type;
}

/* Fills a target by its descriptor; without any the log is none. */
static bool know_target(struct target *target, int fd, struct stat *st)
{
	if (fd < 0)
		return false;
	if (fstat(fd, st) != 0) {
		close(fd);
		return false;
	}
	target->fd = fd;
	target->device = st->st_dev;
	target->inode = st->st_ino;
	target->type = st->st_mode & S_IFMT;
	return true;
}

/* Opens the log in the place of what load_target gave, which is none or of no use any more: `is_ours` if its descriptor
 * is still the library's, and then keeps its number, so that no thread that is about to write meets another's file.
 * `*to_close` is set to the descriptor if it is this thread's alone. */
static bool reopen_target(struct target *target, bool is_ours, struct stat *st, int *to_close)
{
	unsigned before = target->change;
	int fd = open_path(), old = target->fd;

	*to_close = -1;
	if (fd < 0)
		return false;
	if ((before & 1) || !atomic_compare_exchange_strong(&shared.change, &before, before + 1)) {
		*to_close = fd;
		return know_target(target, fd, st);
	}
	if (is_ours && dup3(fd, old, O_CLOEXEC) == old) {
		close(fd);
		fd = old;
	} else {
		fd = raise_descriptor(fd);
	}
	if (know_target(target, fd, st)) {
		atomic_store(&shared.fd_plus_one, fd + 1);
		atomic_store(&shared.device, target->device);
		atomic_store(&shared.inode, target->inode);
		atomic_store(&shared.type, target->type);
		atomic_store(&shared.was_open, true);
	}
	atomic_store(&shared.change, before + 2);
	return fd >= 0;
}

/* While a server has the rights and the root directory to open it. */
void key_file_prepare(void)
{
	struct target target;
	struct stat st;
	int saved = errno, to_close = -1;

	if (!load_target(&target) || !is_still(&target, &st)) {
		if (reopen_target(&target, false, &st, &to_close) && to_close >= 0)
			close(to_close);
	}
	errno = saved;
}

/* Past a limit of the process on sizes of files a signal would end it. */
static bool fits(const struct target *target, const struct stat *st, size_t len)
{
	struct rlimit limit;

	if (target->type != S_IFREG)
		return true;
	if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
		return true;
	return (rlim_t)st->st_size + len + SIZE_MARGIN < limit.rlim_cur;
}

/* Writes a line in one piece. false if the other side is gone: only a new connection could take it; or if the program
 * has closed the descriptor meanwhile, then errno is EBADF. */
static bool write_line(const struct target *target, const struct stat *st, const char *line)
{
	static char end[] = "\n";
	bool was_torn = atomic_exchange(&shared.is_torn, false);
	struct iovec parts[] = {
		{.iov_base = end, .iov_len = was_torn},
		{.iov_len = strlen(line)},
		{.iov_base = end, .iov_len = 1},
	};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};
	size_t len = parts[0].iov_len + parts[1].iov_len + 1;
	ssize_t written = -1;

	memcpy(&parts[1].iov_base, &line, sizeof(line)); /* it is not written to, but its type cannot say so */
	if (!fits(target, st, len)) {
		atomic_store(&shared.is_torn, was_torn);
		return true;
	}
	do {
		written = target->type == S_IFSOCK ? sendmsg(target->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT)
						   : writev(target->fd, parts, 3);
	} while (written < 0 && errno == EINTR);
	if (written < 0 ? was_torn : (size_t)written < len)
		atomic_store(&shared.is_torn, true);
	if (written < 0 && errno == EBADF)
		return false;
	return written >= 0 || target->type != S_IFSOCK || errno == EAGAIN || errno == ENOBUFS;
}

void key_file_write(const char *line)
{
	struct target target;
	struct stat st;
	bool is_ours;
	int saved = errno, to_close = -1;

	errno = 0;
	is_ours = load_target(&target) && is_still(&target, &st);
	/* A deleted file is not written to. */
	if (!is_ours || st.st_nlink == 0 || !write_line(&target, &st, line)) {
		is_ours = is_ours && errno != EBADF;
		if (reopen_target(&target, is_ours, &st, &to_close))
			write_line(&target, &st, line);
		if (to_close >= 0)
			close(to_close);
	}
	errno = saved;
}

/* A relative name is the folder's in which the program began. */
void key_file_set_up(void)
{
	const char *name = secure_getenv("SSLKEYLOGFILE");
	size_t len = 0;

	if (!name || !name[0] || strlen(name) >= sizeof(path))
		return;
	if (name[0] != '/') {
		if (!getcwd(path, sizeof(path)))
			return;
		len = strlen(path);
		if (path[0] != '/' || len + strlen(name) + 2 > sizeof(path)) {
			path[0] = '\0';
			return;
		}
		path[len++] = '/';
	}
	memcpy(path + len, name, strlen(name) + 1);
}

bool key_file_is_wanted(void)
{
	return path[0] != '\0';
}
