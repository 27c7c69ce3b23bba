#include "capture/input.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "capture/decompress.h"
#include "capture/mapping.h"
#include "guard/files.h"

enum {
	INPUT_BUFFER_SIZE = 512 * 1024,
	INPUT_RAW_SIZE = 128 * 1024,
};

/*
 * Either `whole` holds everything, or bytes pass through `buffer`: [start, end) is read and not taken. Compressed bytes
 * wait in `raw` first.
 */
struct input {
	struct slice whole;
	bool is_mapped;
	bool is_stream;
	bool is_regular;
	char *followed;	   /* the path of a file that is followed, or NULL */
	bool format_known; /* whether the first bytes of a stream were looked at */
	bool ended;	   /* the file has no more bytes */
	int fd;
	uint64_t offset; /* of the next byte to take */
	uint64_t skip;	 /* bytes taken in advance, not yet there */
	uint8_t *buffer;
	size_t start;
	size_t end;
	size_t capacity;
	struct decompress *decompress;
	bool has_failed; /* the compressed data is damaged after what the buffer holds */
	struct error failure;
	uint8_t *raw;
	size_t raw_start;
	size_t raw_end;
	uint64_t file_read;
	uint64_t file_size;
};

static struct input *new_stream(int fd)
{
	struct input *in = mem_zalloc(sizeof(*in));

	in->is_stream = true;
	in->fd = fd;
	in->capacity = INPUT_BUFFER_SIZE;
	in->buffer = mem_alloc(in->capacity);
	return in;
}

/* What the buffer holds is compressed: it moves to `raw`. */
static void begin_decompressing(struct input *in, struct decompress *decompress)
{
	in->decompress = decompress;
	in->raw = mem_alloc(INPUT_BUFFER_SIZE);
	memcpy(in->raw, in->buffer + in->start, in->end - in->start);
	in->raw_end = in->end - in->start;
	in->start = in->end = 0;
}

struct input *input_new_memory(struct slice memory)
{
	struct decompress *decompress = decompress_new(slice_sub(memory, 0, DECOMPRESS_MAGIC_LEN));
	struct input *in;

	if (decompress == NULL) {
		in = mem_zalloc(sizeof(*in));
		in->whole = memory;
		in->fd = -1;
		return in;
	}
	in = new_stream(-1);
	in->format_known = in->ended = true;
	in->decompress = decompress;
	in->raw = mem_alloc(memory.len);
	memcpy(in->raw, memory.data, memory.len);
	in->raw_end = memory.len;
	return in;
}

/* A regular file is mapped unless it is compressed or the system refuses. */
static bool map_file(struct input *in)
{
	off_t at = lseek(in->fd, 0, SEEK_CUR);
	uint8_t magic[DECOMPRESS_MAGIC_LEN];
	ssize_t got = pread(in->fd, magic, sizeof(magic), at);
	struct decompress *decompress = decompress_new(slice_of(magic, got > 0 ? (size_t)got : 0));

	if (decompress != NULL) {
		decompress_free(decompress);
		return false;
	}
	in->whole = mapping_open(in->fd, (size_t)in->file_size);
	in->is_mapped = in->whole.len > 0;
	in->offset = at > 0 ? (uint64_t)at : 0;
	return in->is_mapped;
}

static struct input *open_fd(int fd, const char *followed, struct error *err)
{
	struct stat status;
	struct input *in;

	if (fstat(fd, &status) != 0) {
		error_set(err, "cannot be opened: %s", strerror(errno));
		return NULL;
	}
	if (S_ISDIR(status.st_mode)) {
		error_set(err, "is a directory; name the capture files in it");
		return NULL;
	}
	in = new_stream(fd);
	in->is_regular = S_ISREG(status.st_mode);
	if (in->is_regular && followed != NULL) {
		in->followed = mem_strdup(followed);
	} else if (in->is_regular && status.st_size > 0) {
		in->file_size = (uint64_t)status.st_size;
		in->is_stream = !map_file(in);
	}
	return in;
}

struct input *input_open(const char *path, bool follow, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct input *in;

	if (fd < 0) {
		error_set(err, "cannot be opened: %s", strerror(errno));
		return NULL;
	}
	in = open_fd(fd, follow && !is_stdin ? path : NULL, err);
	if (in == NULL && !is_stdin)
		close(fd);
	return in;
}

void input_free(struct input *in)
{
	if (in == NULL)
		return;
	if (in->is_mapped)
		mapping_close(in->whole);
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	decompress_free(in->decompress);
	free(in->followed);
	free(in->buffer);
	free(in->raw);
	free(in);
}

/* ---- a file that is followed ---- */

static enum input_status begin_anew(struct input *in, const char *what, struct error *err)
{
	decompress_free(in->decompress);
	free(in->raw);
	in->decompress = NULL;
	in->raw = NULL;
	in->raw_start = in->raw_end = in->start = in->end = 0;
	in->offset = in->skip = in->file_read = 0;
	in->format_known = in->has_failed = false;
	error_set(err, "%s; reading restarts at its beginning", what);
	return INPUT_ANEW;
}

static enum input_status open_replacement(struct input *in, struct error *err)
{
	int fd = files_read(in->followed);

	if (fd < 0) {
		error_set(err, "it was replaced by a file that cannot be opened: %s", strerror(errno));
		return INPUT_ERROR;
	}
	close(in->fd);
	in->fd = fd;
	return begin_anew(in, "was replaced by another file", err);
}

/* At the end of what is there: whether there will be more, or the writer began another capture. */
static enum input_status look_for_change(struct input *in, struct error *err)
{
	struct stat ours;
	struct stat named;

	if (fstat(in->fd, &ours) != 0)
		return INPUT_WAIT;
	if ((uint64_t)ours.st_size < in->file_read) {
		if (lseek(in->fd, 0, SEEK_SET) != 0)
			return INPUT_WAIT;
		return begin_anew(in, "was made shorter by its writer", err);
	}
	/* Between the two system calls of a rotation there is no file of this name. */
	if (!files_read_status(in->followed, &named)) {
		if (errno != EOWNERDEAD)
			return INPUT_WAIT;
		error_set(err, "%s", files_error(errno));
		return INPUT_ERROR;
	}
	if (!S_ISREG(named.st_mode) || (named.st_dev == ours.st_dev && named.st_ino == ours.st_ino))
		return INPUT_WAIT;
	return open_replacement(in, err);
}

/* ---- streams ---- */

/* Reads what is there now, without waiting. Polling instead of O_NONBLOCK: standard input may be shared with others. */
static enum input_status read_file(struct input *in, uint8_t *to, size_t size, size_t *got, struct error *err)
{
	struct pollfd ready = {.fd = in->fd, .events = POLLIN};
	ssize_t count;

	if (in->ended)
		return INPUT_END;
	if (!in->is_regular && poll(&ready, 1, 0) <= 0)
		return INPUT_WAIT;
	count = read(in->fd, to, size);
	if (count < 0 && (errno == EINTR || errno == EAGAIN))
		return INPUT_WAIT;
	if (count < 0) {
		error_set(err, "%s", strerror(errno));
		return INPUT_ERROR;
	}
	if (count == 0 && in->followed != NULL)
		return look_for_change(in, err);
	in->ended = count == 0;
	*got = (size_t)count;
	in->file_read += (uint64_t)count;
	return in->ended ? INPUT_END : INPUT_READY;
}

/* More bytes out of `raw`; when the library has used all it got and holds nothing back, more into it first. */
static enum input_status fill_decompressed(struct input *in, struct error *err)
{
	for (;;) {
		enum input_status status;
		size_t used;
		size_t out;
		size_t got = 0;

		if (in->has_failed) {
			*err = in->failure;
			return INPUT_ERROR;
		}
		in->has_failed =
			!decompress_feed(in->decompress, slice_of(in->raw + in->raw_start, in->raw_end - in->raw_start),
					 &used, in->buffer + in->end, in->capacity - in->end, &out, &in->failure);
		in->raw_start += used;
		in->end += out;
		if (used > 0 || out > 0 || in->has_failed)
			return INPUT_READY;
		status = read_file(in, in->raw, INPUT_RAW_SIZE, &got, err);
		if (status != INPUT_READY)
			return status;
		in->raw_start = 0;
		in->raw_end = got;
	}
}

/* More bytes into the buffer; the first of them tell whether they are compressed. */
static enum input_status fill(struct input *in, struct error *err)
{
	enum input_status status;
	size_t got = 0;

	if (in->decompress != NULL)
		return fill_decompressed(in, err);
	status = read_file(in, in->buffer + in->end, in->capacity - in->end, &got, err);
	in->end += got;
	if (!in->format_known && in->end - in->start >= DECOMPRESS_MAGIC_LEN) {
		struct decompress *decompress = decompress_new(slice_of(in->buffer + in->start, in->end - in->start));

		in->format_known = true;
		if (decompress != NULL)
			begin_decompressing(in, decompress);
	}
	return status;
}

/* Room for `len` bytes from `start` on. */
static void make_room(struct input *in, size_t len)
{
	if (in->start > 0 && in->capacity - in->start < len) {
		memmove(in->buffer, in->buffer + in->start, in->end - in->start);
		in->end -= in->start;
		in->start = 0;
	}
	in->buffer = mem_grow(in->buffer, &in->capacity, in->start + len, 1);
}

static void take_from_buffer(struct input *in, uint64_t len)
{
	uint64_t there = in->end - in->start;
	uint64_t now = len < there ? len : there;

	in->start += (size_t)now;
	in->skip = len - now;
	if (in->start == in->end)
		in->start = in->end = 0;
}

static enum input_status need_of_stream(struct input *in, size_t len, struct error *err)
{
	/* Until the format is known, whatever is asked for, its magic is looked at first. */
	size_t wanted = !in->format_known && len < DECOMPRESS_MAGIC_LEN ? DECOMPRESS_MAGIC_LEN : len;

	for (;;) {
		enum input_status status;

		if (in->skip > 0)
			take_from_buffer(in, in->skip);
		if (in->skip == 0 && in->end - in->start >= wanted)
			return INPUT_READY;
		make_room(in, wanted);
		status = fill(in, err);
		if (status == INPUT_END && in->skip == 0 && in->end - in->start >= len)
			return INPUT_READY;
		if (status != INPUT_READY)
			return status;
	}
}

enum input_status input_need(struct input *in, size_t len, struct error *err)
{
	assert(len <= INPUT_PIECE_MAX);
	if (in->is_stream)
		return need_of_stream(in, len, err);
	return in->offset <= in->whole.len && len <= in->whole.len - in->offset ? INPUT_READY : INPUT_END;
}

const uint8_t *input_peek(const struct input *in)
{
	return in->is_stream ? in->buffer + in->start : in->whole.data + in->offset;
}

void input_take(struct input *in, uint64_t len)
{
	assert(in->skip == 0);
	if (in->is_stream)
		take_from_buffer(in, len);
	in->offset += len;
}

bool input_is_cut(const struct input *in)
{
	if (!in->is_stream)
		return in->offset != in->whole.len;
	return in->skip > 0 || in->end > in->start || (in->decompress != NULL && !decompress_at_end(in->decompress));
}

uint64_t input_offset(const struct input *in)
{
	return in->offset;
}

const char *input_packing(const struct input *in)
{
	return in->decompress != NULL ? decompress_name(in->decompress) : NULL;
}

bool input_is_regular(const struct input *in)
{
	return in->is_regular || in->fd < 0;
}

bool input_is_followed(const struct input *in)
{
	return in->followed != NULL;
}

int input_fd(const struct input *in)
{
	return in->is_regular ? -1 : in->fd;
}

struct slice input_mapping(const struct input *in)
{
	return in->is_stream ? slice_of(NULL, 0) : in->whole;
}

void input_progress(const struct input *in, uint64_t *done, uint64_t *total)
{
	*total = in->file_size;
	*done = in->is_stream ? in->file_read : in->offset;
	if (*total > 0 && *done > *total)
		*done = *total;
}
