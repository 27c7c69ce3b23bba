#include "capture/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/pcapng.h"
#include "capture/rotation.h"

enum {
	DUMP_BUFFER_SIZE = 256 * 1024,
	DUMP_FILE_HEADER_LEN = 24, /* pcap */
	DUMP_RECORD_HEADER_LEN = 16,
	SECRETS_KEPT = 256 * 1024,
	DUMP_BLOCK_LEN_MIN = 12,	/* pcapng */
	DUMP_PACKET_BLOCK_LEN_MAX = 36, /* without the packet */
	LINKTYPE_ETHERNET = 1,
};

#define DUMP_MAGIC	UINT32_C(0xa1b2c3d4)
#define DUMP_MAGIC_NANO UINT32_C(0xa1b23c4d)

struct dump {
	char *path;
	const struct name_table *interface_names; /* or NULL */
	char **names;				  /* of the sources */
	size_t name_count;
	bool is_pcapng;
	bool is_begun;
	struct rotation *rotation; /* or NULL */
	uint64_t rotate_bytes;
	int64_t rotate_ns;
	bool has_new_file; /* see dump_new_file */
	bool has_failed;   /* nothing more is tried */
	bool is_all;	   /* see dump_options */
	struct error failure;
	uint64_t unwritten; /* packets of another link type */

	/* the file that is being written */
	int fd; /* -1: not made yet */
	bool has_header;
	uint64_t written; /* what the system has of it: always whole records */
	int64_t start_ns; /* time of its first packet */
	bool nanoseconds; /* pcap */
	uint16_t link_type;
	struct pcapng_interfaces interfaces;
	struct buffer buffer;	   /* whole records */
	struct buffer secrets;	   /* that are not in the file yet */
	struct buffer old_secrets; /* that are in it, or in one before */
};

/* ---- opening ---- */

static bool ends_in(const char *text, const char *end)
{
	size_t len = strlen(text);

	return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

static bool do_sources_differ(const struct dump_options *o)
{
	int first = -1;

	for (size_t i = 0; i < o->source_count; i++) {
		int link_type = source_link_type(o->sources[i]);

		if (first >= 0 && link_type >= 0 && link_type != first)
			return true;
		first = link_type >= 0 ? link_type : first;
	}
	return false;
}

/* A file that we make is for no one else: it holds mails and passwords. */
static int open_path(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 && errno == EEXIST ? open(path, O_WRONLY | O_CLOEXEC) : fd;
}

static bool open_file(struct dump *d, struct error *err)
{
	d->fd = strcmp(d->path, "-") == 0 ? STDOUT_FILENO : open_path(d->path);
	return d->fd >= 0 ? true : error_set(err, "cannot write %.200s: %s", d->path, strerror(errno));
}

static void wipe(struct buffer *b)
{
	if (b->len > 0)
		explicit_bzero(b->data, b->len);
	buffer_clear(b);
}

void dump_free(struct dump *d)
{
	if (d == NULL)
		return;
	if (d->fd >= 0 && d->fd != STDOUT_FILENO)
		close(d->fd);
	for (size_t i = 0; i < d->name_count; i++)
		free(d->names[i]);
	free(d->names);
	pcapng_interfaces_fini(&d->interfaces);
	rotation_free(d->rotation);
	buffer_fini(&d->buffer);
	wipe(&d->secrets);
	buffer_fini(&d->secrets);
	wipe(&d->old_secrets);
	buffer_fini(&d->old_secrets);
	free(d->path);
	free(d);
}

/* A capture is given away: it tells a file's name, not where that lay. */
static const char *short_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : name;
}

static void keep_names(struct dump *d, const struct dump_options *o)
{
	d->name_count = o->source_count;
	d->names = mem_zalloc((o->source_count + 1) * sizeof(d->names[0]));
	for (size_t i = 0; i < o->source_count; i++)
		d->names[i] = mem_strdup(short_name(source_name(o->sources[i])));
}

struct dump *dump_open(const struct dump_options *options, struct error *err)
{
	struct dump *d = mem_zalloc(sizeof(*d));
	bool is_rotated = options->rotate_bytes > 0 || options->rotate_ns > 0;
	bool good;

	d->path = mem_strdup(options->path);
	d->fd = -1;
	d->rotate_bytes = options->rotate_bytes;
	d->rotate_ns = options->rotate_ns;
	d->is_all = options->is_all;
	d->is_pcapng = ends_in(options->path, ".pcapng") || do_sources_differ(options);
	d->interface_names = options->interfaces;
	keep_names(d, options);
	if (is_rotated)
		good = (d->rotation = rotation_new(options->path, options->keep, err)) != NULL;
	else
		good = open_file(d, err);
	if (good)
		return d;
	dump_free(d);
	return NULL;
}

/* ---- bytes into the file ---- */

static const char *current_path(const struct dump *d)
{
	return d->rotation != NULL ? rotation_path(d->rotation) : d->path;
}

/* A terminal, a device or standard output is not cut. */
static bool can_be_cut(const struct dump *d)
{
	struct stat status;

	return d->fd >= 0 && d->fd != STDOUT_FILENO && fstat(d->fd, &status) == 0 && S_ISREG(status.st_mode);
}

/* What the system took of a record that did not fit is no record. */
static void cut_to_whole(const struct dump *d)
{
	if (!can_be_cut(d))
		return;
	if (d->rotation != NULL && d->written == 0) {
		rotation_discard(d->rotation); /* made just now, and no capture */
		return;
	}
	/* If even that fails, the file ends amid a record: readers say so. */
	if (ftruncate(d->fd, (off_t)d->written) != 0)
		return;
}

static bool fail(struct dump *d, const char *what, struct error *err)
{
	cut_to_whole(d);
	d->has_failed = true;
	buffer_clear(&d->buffer);
	error_set(&d->failure, "%.400s%s", what, d->is_all ? "" : "; the capture goes on without it");
	*err = d->failure;
	return false;
}

static bool fail_to_write(struct dump *d, struct error *err)
{
	struct error why;

	error_set(&why, "cannot write %.200s: %s", d->fd == STDOUT_FILENO ? "to standard output" : current_path(d),
		  strerror(errno));
	return fail(d, why.text, err);
}

bool dump_begin(struct dump *d, struct error *err)
{
	if (d->is_begun)
		return true;
	d->is_begun = true;
	return !can_be_cut(d) || ftruncate(d->fd, 0) == 0 ? true : fail_to_write(d, err);
}

static uint32_t u32_at(const struct dump *d, size_t at)
{
	uint32_t value;

	memcpy(&value, d->buffer.data + at, sizeof(value));
	return value;
}

/* How much of the first `len` bytes of the buffer are whole records. */
static size_t whole_len(const struct dump *d, size_t len)
{
	size_t header_len = d->is_pcapng ? DUMP_BLOCK_LEN_MIN : DUMP_RECORD_HEADER_LEN;
	size_t at = d->written == 0 && !d->is_pcapng ? DUMP_FILE_HEADER_LEN : 0;

	if (at > len)
		return 0;
	while (at + header_len <= len) {
		/* a block tells its whole length after its type, a record the packet's after its time */
		size_t record_len = d->is_pcapng ? u32_at(d, at + 4) : header_len + u32_at(d, at + 8);

		if (record_len > len - at)
			break;
		at += record_len;
	}
	return at;
}

bool dump_flush(struct dump *d, struct error *err)
{
	size_t done = 0;

	if (d->has_failed) {
		*err = d->failure;
		return false;
	}
	while (done < d->buffer.len) {
		ssize_t written = write(d->fd, d->buffer.data + done, d->buffer.len - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			d->written += whole_len(d, done);
			return fail_to_write(d, err);
		}
		done += (size_t)written;
	}
	d->written += done;
	buffer_clear(&d->buffer);
	return true;
}

static bool close_file(struct dump *d, struct error *err)
{
	int fd = d->fd;

	d->fd = -1;
	if (fd < 0 || fd == STDOUT_FILENO || close(fd) == 0)
		return true;
	return fail_to_write(d, err);
}

static void put_header(struct dump *d, int64_t time_ns, bool nanoseconds, uint16_t link_type)
{
	uint32_t header[] = {
		nanoseconds ? DUMP_MAGIC_NANO : DUMP_MAGIC, 0, 0, 0, PACKET_SNAPLEN, link_type,
	};
	uint16_t version[] = {2, 4};

	d->has_header = true;
	d->start_ns = time_ns;
	d->nanoseconds = nanoseconds;
	d->link_type = link_type;
	pcapng_interfaces_fini(&d->interfaces);
	memcpy(&header[1], version, sizeof(version));
	if (d->is_pcapng)
		pcapng_put_section(&d->buffer);
	if (d->is_pcapng && d->old_secrets.len > 0)
		pcapng_put_secrets(&d->buffer, buffer_slice(&d->old_secrets));
	if (!d->is_pcapng)
		buffer_append(&d->buffer, slice_of(header, sizeof(header)));
}

/* The first file, or the next one of a rotation, up to its header. */
static bool begin_file(struct dump *d, int64_t time_ns, bool nanoseconds, uint16_t link_type, struct error *err)
{
	struct error why;

	if (!dump_begin(d, err))
		return false;
	if (d->rotation != NULL) {
		if (!dump_flush(d, err) || !close_file(d, err))
			return false;
		d->fd = rotation_open(d->rotation, time_ns, &why);
		d->written = 0;
		if (d->fd < 0)
			return fail(d, why.text, err);
		d->has_new_file = true;
	}
	put_header(d, time_ns, nanoseconds, link_type);
	return true;
}

const char *dump_new_file(struct dump *d)
{
	bool is_new = d->has_new_file;

	d->has_new_file = false;
	return is_new ? rotation_path(d->rotation) : NULL;
}

bool dump_is_over(const struct dump *d)
{
	return d->has_failed && d->is_all;
}

/* ---- packets ---- */

static bool is_file_full(const struct dump *d, const struct source_packet *packet)
{
	size_t frame_len = d->is_pcapng ? DUMP_PACKET_BLOCK_LEN_MAX : DUMP_RECORD_HEADER_LEN;
	uint64_t len = d->written + d->buffer.len + frame_len + packet->bytes.len;
	int64_t age_ns = packet->record.time_ns - d->start_ns;

	if (d->rotation == NULL)
		return false;
	/* A clock that was set back makes a file as old as one that was set forward. */
	return (d->rotate_bytes > 0 && len > d->rotate_bytes) ||
	       (d->rotate_ns > 0 && (age_ns >= d->rotate_ns || age_ns <= -d->rotate_ns));
}

/* What tells interfaces of several sources apart where their names do not. */
static const char *description_of(const struct dump *d, const char *name, size_t source)
{
	const char *description = source < d->name_count && d->name_count > 1 ? d->names[source] : NULL;

	return name != NULL && description != NULL && strcmp(name, description) == 0 ? NULL : description;
}

/* False: there are too many interfaces. */
static bool put_pcapng(struct dump *d, const struct source_packet *packet, size_t source)
{
	const struct packet_record *r = &packet->record;
	const char *name = name_table_text(d->interface_names, r->interface);
	struct pcapng_interface i = {
		.link_type = r->link_type,
		.snaplen = PACKET_SNAPLEN,
		.digits = r->time_digits,
		.name = name,
		.description = description_of(d, name, source),
	};

	return pcapng_interfaces_put(&d->interfaces, &d->buffer, &i, r->time_ns, packet->bytes, r->wire_len);
}

/* pcap has 32 bits for the seconds: until 2106. */
static uint32_t seconds_of(int64_t time_ns)
{
	int64_t seconds = time_ns / CLOCK_NS_PER_S;

	return seconds < UINT32_MAX ? (uint32_t)seconds : UINT32_MAX;
}

static void put_pcap(struct dump *d, const struct source_packet *packet)
{
	const struct packet_record *r = &packet->record;
	uint32_t fraction = (uint32_t)(r->time_ns % CLOCK_NS_PER_S);
	uint32_t header[DUMP_RECORD_HEADER_LEN / 4] = {
		seconds_of(r->time_ns), d->nanoseconds ? fraction : fraction / CLOCK_NS_PER_US, r->caplen, r->wire_len};

	buffer_append(&d->buffer, slice_of(header, sizeof(header)));
	buffer_append(&d->buffer, packet->bytes);
}

void dump_put_secrets(struct dump *d, struct slice text)
{
	if (d->is_pcapng && !d->has_failed)
		buffer_append(&d->secrets, text);
}

static void put_secrets(struct dump *d)
{
	if (d->secrets.len == 0)
		return;
	pcapng_put_secrets(&d->buffer, buffer_slice(&d->secrets));
	if (d->old_secrets.len + d->secrets.len > SECRETS_KEPT)
		wipe(&d->old_secrets);
	if (d->rotation != NULL)
		buffer_append(&d->old_secrets, buffer_slice(&d->secrets));
	wipe(&d->secrets);
}

static void put_packet(struct dump *d, const struct source_packet *packet, size_t source)
{
	if (!d->is_pcapng && packet->record.link_type == d->link_type)
		put_pcap(d, packet);
	else if (!d->is_pcapng || !put_pcapng(d, packet, source))
		d->unwritten++;
}

bool dump_write(struct dump *d, const struct source_packet *packet, size_t source, struct error *err)
{
	const struct packet_record *r = &packet->record;

	if (d->has_failed) {
		*err = d->failure;
		return false;
	}
	if ((!d->has_header || is_file_full(d, packet)) &&
	    !begin_file(d, r->time_ns, r->time_digits == 9, r->link_type, err))
		return false;
	put_secrets(d);
	put_packet(d, packet, source);
	return d->buffer.len < DUMP_BUFFER_SIZE || dump_flush(d, err);
}

bool dump_close(struct dump *d, struct error *err)
{
	bool good = !d->has_failed;

	if (!good)
		*err = d->failure;
	/* A capture without packets is a capture, too. */
	if (good && !d->has_header)
		good = begin_file(d, clock_wall_ns(), false, LINKTYPE_ETHERNET, err);
	if (good)
		put_secrets(d); /* that came behind the last packet */
	if (good)
		good = dump_flush(d, err);
	if (good)
		good = close_file(d, err);
	if (good && d->unwritten > 0)
		good = error_set(
			err,
			"%llu packet%s not in %.200s, of another link type than the first; pcapng holds all: name the "
			"file .pcapng",
			(unsigned long long)d->unwritten, d->unwritten == 1 ? " is" : "s are", d->path);
	dump_free(d);
	return good;
}
