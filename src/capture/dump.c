#include "capture/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "capture/privileges.h"

enum {
	DUMP_BUFFER_SIZE = 256 * 1024,
	DUMP_FILE_HEADER_LEN = 24,
	DUMP_RECORD_HEADER_LEN = 16,
	LINKTYPE_ETHERNET = 1,
};

#define DUMP_MAGIC	UINT32_C(0xa1b2c3d4)
#define DUMP_MAGIC_NANO UINT32_C(0xa1b23c4d)

struct dump {
	char *path;
	int fd;
	bool has_header;
	bool has_failed; /* the file ends at a whole write: nothing more is tried */
	struct error failure;
	bool nanoseconds;
	uint16_t link_type;
	uint64_t other_link_types;
	size_t len;
	uint8_t buffer[DUMP_BUFFER_SIZE];
};

/* A file that we make belongs to the user behind sudo, and is for no one else: it holds mails and passwords. */
static int open_path(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0) {
		privileges_give_file(fd);
		return fd;
	}
	return errno == EEXIST ? open(path, O_WRONLY | O_TRUNC | O_CLOEXEC) : -1;
}

struct dump *dump_open(const char *path, struct error *err)
{
	int fd = strcmp(path, "-") == 0 ? STDOUT_FILENO : open_path(path);
	struct dump *d;

	if (fd < 0) {
		error_set(err, "cannot write %.200s: %s", path, strerror(errno));
		return NULL;
	}
	d = mem_zalloc(sizeof(*d));
	d->path = mem_strdup(path);
	d->fd = fd;
	return d;
}

static bool fail(struct dump *d, struct error *err)
{
	d->has_failed = true;
	error_set(&d->failure, "cannot write %.200s: %s; the capture goes on without it", d->path, strerror(errno));
	*err = d->failure;
	return false;
}

static bool write_out(struct dump *d, const uint8_t *data, size_t len, struct error *err)
{
	while (len > 0) {
		ssize_t written = write(d->fd, data, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return fail(d, err);
		data += written;
		len -= (size_t)written;
	}
	return true;
}

bool dump_flush(struct dump *d, struct error *err)
{
	size_t len = d->len;

	if (d->has_failed) {
		*err = d->failure;
		return false;
	}
	d->len = 0;
	return write_out(d, d->buffer, len, err);
}

/* `len` is far less than the buffer, or a packet: then it may go out directly. */
static bool append(struct dump *d, const void *data, size_t len, struct error *err)
{
	if (len > sizeof(d->buffer) - d->len && !dump_flush(d, err))
		return false;
	if (len > sizeof(d->buffer))
		return write_out(d, data, len, err);
	if (len > 0)
		memcpy(d->buffer + d->len, data, len);
	d->len += len;
	return true;
}

static bool write_header(struct dump *d, bool nanoseconds, uint16_t link_type, struct error *err)
{
	/* magic; version 2.4; two unused fields; snaplen; link type */
	uint32_t header[DUMP_FILE_HEADER_LEN / 4] = {
		nanoseconds ? DUMP_MAGIC_NANO : DUMP_MAGIC, 0, 0, 0, PACKET_SNAPLEN, link_type};
	uint16_t version[2] = {2, 4};

	memcpy(&header[1], version, sizeof(version));
	d->has_header = true;
	d->nanoseconds = nanoseconds;
	d->link_type = link_type;
	return append(d, header, sizeof(header), err);
}

static uint32_t seconds_of(int64_t time_ns)
{
	int64_t seconds = time_ns / CLOCK_NS_PER_S;

	return seconds < UINT32_MAX ? (uint32_t)seconds : UINT32_MAX;
}

bool dump_write(struct dump *d, const struct source_packet *packet, struct error *err)
{
	const struct packet_record *r = &packet->record;
	uint32_t fraction = (uint32_t)(r->time_ns % CLOCK_NS_PER_S);

	if (d->has_failed) {
		*err = d->failure;
		return false;
	}
	if (!d->has_header && !write_header(d, r->time_digits == 9, r->link_type, err))
		return false;
	if (r->link_type != d->link_type) {
		d->other_link_types++;
		return true;
	}

	uint32_t header[DUMP_RECORD_HEADER_LEN / 4] = {
		seconds_of(r->time_ns), d->nanoseconds ? fraction : fraction / CLOCK_NS_PER_US, r->caplen, r->wire_len};

	return append(d, header, sizeof(header), err) && append(d, packet->bytes.data, packet->bytes.len, err);
}

bool dump_close(struct dump *d, struct error *err)
{
	bool good = !d->has_failed;

	if (!good)
		*err = d->failure;
	/* A capture without packets is a capture, too. */
	if (good && !d->has_header)
		good = write_header(d, false, LINKTYPE_ETHERNET, err);
	if (good)
		good = dump_flush(d, err);
	if (d->fd != STDOUT_FILENO && close(d->fd) != 0 && good)
		good = fail(d, err);
	if (good && d->other_link_types > 0)
		good = error_set(err, "%llu packets are not in %.200s: their link type is not that of the first",
				 (unsigned long long)d->other_link_types, d->path);
	free(d->path);
	free(d);
	return good;
}
