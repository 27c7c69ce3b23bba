#include "app/record_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "capture/rotation.h"
#include "guard/files.h"

enum {
	FLUSH_SIZE = 256 * 1024,
	WAIT_MS = 100,
};

#define RETRY_NS CLOCK_NS_PER_S

struct record_sink {
	char *path; /* NULL: standard output */
	uint64_t rotate_bytes;
	int64_t rotate_ns;
	struct rotation *rotation; /* or NULL */
	struct buffer out;
	size_t whole_len; /* of whole lines in `out` */
	/* the file that is being written */
	int fd;		  /* -1: there is none */
	uint64_t written; /* to it, of a rotation */
	int64_t start_ns; /* time of its first line */
	int64_t retry_ns; /* where the next one could not be made: when that is tried again */
	/* the last write to it failed, and another file would not help */
	atomic_bool is_stuck;

	atomic_uint_fast64_t lost;
	atomic_bool is_hurried;
	atomic_bool has_failed;
	struct error failure; /* constant once that is so */
	int failed_errno;     /* so is this */
};

/* ---- opening ---- */

struct record_sink *record_sink_new(int fd)
{
	struct record_sink *s = mem_zalloc(sizeof(*s));

	s->fd = fd;
	return s;
}

/* Where the one before was killed, its last line may have no end. */
static void end_last_line(struct record_sink *s)
{
	int fd = open(s->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	char last = '\n';

	if (fd < 0)
		return;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
	    pread(fd, &last, 1, status.st_size - 1) == 1 && last != '\n')
		buffer_append_byte(&s->out, '\n');
	close(fd);
}

static bool is_regular(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

/* A file that we make is for no one else. */
static bool open_file(struct record_sink *s, struct error *err)
{
	s->fd = open(s->path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (s->fd < 0 && errno == EEXIST)
		s->fd = open(s->path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (s->fd < 0)
		return error_set(err, "cannot write %.200s: %s", s->path, strerror(errno));
	if (is_regular(s->fd))
		end_last_line(s);
	else
		fcntl(s->fd, F_SETFL, fcntl(s->fd, F_GETFL) | O_NONBLOCK);
	return true;
}

struct record_sink *record_sink_open(const struct record_sink_options *options, struct error *err)
{
	struct record_sink *s = record_sink_new(-1);
	bool good;

	s->path = mem_strdup(options->path);
	s->rotate_bytes = options->rotate_bytes;
	s->rotate_ns = options->rotate_ns;
	if (s->rotate_bytes > 0 || s->rotate_ns > 0)
		good = (s->rotation = rotation_new(s->path, options->keep, err)) != NULL;
	else
		good = open_file(s, err);
	if (good)
		return s;
	record_sink_free(s);
	return NULL;
}

void record_sink_free(struct record_sink *s)
{
	if (s == NULL)
		return;
	record_sink_flush(s);
	if (s->path != NULL && s->fd >= 0)
		close(s->fd);
	rotation_free(s->rotation);
	buffer_fini(&s->out);
	free(s->path);
	free(s);
}

/* ---- lines into the file ---- */

static void fail(struct record_sink *s, int number, const char *why)
{
	if (atomic_load(&s->has_failed))
		return;
	s->failed_errno = number;
	if (s->path != NULL)
		error_set(&s->failure, "%.300s; the capture goes on, and records that are lost are counted", why);
	else
		error_set(&s->failure, "%.300s", why);
	atomic_store(&s->has_failed, true);
}

static void fail_to_write(struct record_sink *s, int number)
{
	const char *path = s->path == NULL	 ? "to standard output"
			   : s->rotation != NULL ? rotation_path(s->rotation)
						 : s->path;
	struct error why;

	error_set(&why, "cannot write %.200s: %s", path, strerror(number));
	fail(s, number, why.text);
}

/* Whether there is room in a pipe; its reader may be slow. */
static bool wait_for_room(const struct record_sink *s)
{
	struct pollfd room = {.fd = s->fd, .events = POLLOUT};

	while (s->path != NULL && !atomic_load(&s->is_hurried))
		if (poll(&room, 1, WAIT_MS) > 0)
			return true;
	errno = s->path != NULL ? ETIMEDOUT : EAGAIN;
	return false;
}

/* How much of it the system has taken. */
static size_t write_bytes(struct record_sink *s, struct slice bytes)
{
	struct slice rest = bytes;

	while (rest.len > 0) {
		ssize_t written = write(s->fd, rest.data, rest.len);

		if (written >= 0)
			rest = slice_after(rest, (size_t)written);
		else if (errno != EINTR && (errno != EAGAIN || !wait_for_room(s)))
			break;
	}
	return bytes.len - rest.len;
}

static size_t len_of_lines(struct slice bytes)
{
	const uint8_t *last = bytes.len > 0 ? memrchr(bytes.data, '\n', bytes.len) : NULL;

	return last != NULL ? (size_t)(last + 1 - bytes.data) : 0;
}

static void count_lost(struct record_sink *s, struct slice lines)
{
	uint64_t count = 0;

	for (size_t at = 0, end; (end = at + slice_find(slice_after(lines, at), '\n')) < lines.len; at = end + 1)
		count += end > at; /* an empty one ends that of a run before */
	atomic_fetch_add(&s->lost, count);
}

/* What the system took of a line that did not fit is no line. Others may have cut the file meanwhile. */
static void cut_last(const struct record_sink *s, size_t len)
{
	struct stat status;

	if (len == 0 || fstat(s->fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < (off_t)len)
		return;
	/* If even that fails, the file ends amid a line. */
	if (ftruncate(s->fd, status.st_size - (off_t)len) != 0)
		return;
}

static void write_lines(struct record_sink *s, struct slice lines)
{
	size_t done = 0;
	size_t whole;
	int why;

	if (s->fd >= 0 && (s->path != NULL || !atomic_load(&s->has_failed))) {
		done = write_bytes(s, lines);
		why = done < lines.len ? errno : 0;
		atomic_store(&s->is_stuck, why != 0 && why != EFBIG);
		if (why != 0)
			fail_to_write(s, why);
	}
	whole = done < lines.len ? len_of_lines(slice_sub(lines, 0, done)) : done;
	if (s->path != NULL)
		cut_last(s, done - whole);
	count_lost(s, slice_after(lines, whole));
	s->written += whole;
}

/* The whole lines; one that is being made stays. */
static void write_out(struct record_sink *s)
{
	size_t rest = s->out.len - s->whole_len;

	write_lines(s, slice_sub(buffer_slice(&s->out), 0, s->whole_len));
	if (rest > 0)
		memmove(s->out.data, s->out.data + s->whole_len, rest);
	s->out.len = rest;
	s->whole_len = 0;
}

void record_sink_flush(struct record_sink *s)
{
	if (s->whole_len > 0)
		write_out(s);
}

/* ---- the next file ---- */

/* What could not be written makes no file full, and so deletes none. */
static void begin_file(struct record_sink *s, int64_t time_ns)
{
	struct error why;
	int number;

	record_sink_flush(s);
	if (s->fd >= 0 && (s->written == 0 || atomic_load(&s->is_stuck)))
		return;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = rotation_open(s->rotation, time_ns, &why);
	number = errno;
	atomic_store(&s->is_stuck, s->fd < 0);
	s->written = 0;
	s->start_ns = time_ns;
	if (s->fd >= 0)
		return;
	s->retry_ns = clock_monotonic_ns() + RETRY_NS;
	fail(s, number, why.text);
}

/* For the line at the end of `out`. */
static bool is_file_full(const struct record_sink *s, int64_t time_ns)
{
	if (s->fd < 0)
		return s->retry_ns == 0 || clock_monotonic_ns() >= s->retry_ns;
	if (s->written + s->whole_len == 0)
		return false;
	return (s->rotate_bytes > 0 && s->written + s->out.len > s->rotate_bytes) ||
	       (s->rotate_ns > 0 && time_ns - s->start_ns >= s->rotate_ns);
}

struct buffer *record_sink_buffer(struct record_sink *s)
{
	return &s->out;
}

void record_sink_put(struct record_sink *s, int64_t time_ns)
{
	if (s->rotation != NULL && is_file_full(s, time_ns))
		begin_file(s, time_ns);
	if (s->written + s->whole_len == 0)
		s->start_ns = time_ns;
	s->whole_len = s->out.len;
	if (s->whole_len >= FLUSH_SIZE)
		write_out(s);
}

void record_sink_reopen(struct record_sink *s)
{
	int fd;

	record_sink_flush(s);
	if (s->rotation != NULL && s->fd >= 0 && s->written > 0) {
		close(s->fd);
		s->fd = -1; /* the next line makes it */
		s->retry_ns = 0;
	}
	if (s->rotation != NULL || s->path == NULL || !is_regular(s->fd))
		return;
	fd = files_reopen(s->path);
	if (fd < 0) {
		log_warn("cannot open %.200s again: %s; what it was is still written to", s->path, files_error(errno));
		return;
	}
	close(s->fd);
	s->fd = fd;
}

/* ---- any thread ---- */

const char *record_sink_path(const struct record_sink *s)
{
	return s->path;
}

bool record_sink_failure(const struct record_sink *s, struct error *err)
{
	if (!atomic_load(&s->has_failed))
		return false;
	*err = s->failure;
	return true;
}

uint64_t record_sink_lost(const struct record_sink *s)
{
	return atomic_load(&s->lost);
}

bool record_sink_lose(struct record_sink *s)
{
	if (!atomic_load(&s->is_stuck))
		return false;
	atomic_fetch_add(&s->lost, 1);
	return true;
}

bool record_sink_tell_lost(const struct record_sink *s, struct error *err)
{
	uint64_t count = record_sink_lost(s);

	if (count == 0 || s->path == NULL || !atomic_load(&s->has_failed))
		return false;
	error_set(err, "%" PRIu64 " record%s could not be written to %.200s: %s", count, count == 1 ? "" : "s", s->path,
		  files_error(s->failed_errno));
	return true;
}

void record_sink_hurry(struct record_sink *s)
{
	atomic_store(&s->is_hurried, true);
}
