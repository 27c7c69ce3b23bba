#include "output/writer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "guard/files.h"

enum {
	WRITE_SIZE = 64 * 1024,
};

static void flush(struct writer *w)
{
	struct slice rest = buffer_slice(&w->buffer);

	while (rest.len > 0 && !w->failed) {
		ssize_t written = write(w->fd, rest.data, rest.len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			w->failed = true;
			w->saved_errno = errno;
			break;
		}
		rest = slice_after(rest, (size_t)written);
	}
	buffer_clear(&w->buffer);
}

void writer_flush_if_large(struct writer *w)
{
	if (w->buffer.len >= WRITE_SIZE)
		flush(w);
}

void writer_put(struct writer *w, struct slice bytes)
{
	buffer_append(&w->buffer, bytes);
	writer_flush_if_large(w);
}

bool writer_finish(struct writer *w)
{
	flush(w);
	if (!w->failed && fsync(w->fd) != 0 && errno != EINVAL && errno != EROFS) {
		w->failed = true;
		w->saved_errno = errno;
	}
	buffer_fini(&w->buffer);
	return !w->failed;
}

int writer_create(int folder, char name[WRITER_NAME_SIZE])
{
	static _Atomic unsigned int counter;
	int fd;

	files_sweep(folder);
	snprintf(name, WRITER_NAME_SIZE, ".mailtap-%ld-%lld-%u.tmp", (long)getpid(), (long long)clock_monotonic_ns(),
		 ++counter);
	fd = files_create(folder, name);
	if (fd >= 0)
		flock(fd, LOCK_EX | LOCK_NB);
	return fd;
}

bool writer_rename(int folder, const char *from, int to_folder, const char *to)
{
	return files_rename(folder, from, to_folder, to);
}

bool writer_refuse(struct error *err, const char *what, const char *path, int number)
{
	return error_set(err, "cannot %s %s: %s%s", what, path, files_error(number),
			 number == ENOSPC || number == EDQUOT ? "; free some space and save again" : "");
}
