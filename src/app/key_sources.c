#include "app/key_sources.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rowtext.h"
#include "config/options.h"
#include "guard/files.h"
#include "tls/secret_table.h"

enum {
	PIECE_SIZE = 256 * 1024,
	PIECES_MAX = 64, /* read in one go: 16 MiB */
	TABLE_MIB = 64,	 /* of memory, see secret_table.h */
	OLD_MAX = 64,	 /* files that were replaced, and are still read from */
	FILES = OPTIONS_SOURCES_MAX + OLD_MAX,
};

_Static_assert((int)OPTIONS_SOURCES_MAX <= (int)SNAPSHOT_KEY_LOGS_MAX, "the snapshot has no room for all");

#define LOOK_NS CLOCK_NS_PER_S /* between two looks whether a file was replaced */

/* Who can read it beside its owner. */
enum readers {
	READERS_NONE,
	READERS_GROUP,
	READERS_ALL,
};

struct key_source {
	char *path;
	int fd; /* -1: not there, or gone */
	bool is_file;
	bool has_writer; /* of a FIFO or socket: somebody who has not closed it yet */
	enum readers readers;
	gid_t group;
	bool are_readers_told;
	dev_t device;
	ino_t inode;
	unsigned int number; /* of the file, among all that are read again */
	uint64_t offset;     /* of a file: read so far */
	int64_t looked_ns;
	uint64_t lines; /* with a secret in them */
	struct key_log log;
};

struct key_sources {
	struct key_source *list;
	size_t count;
	struct secret_table *table;
	int files[FILES]; /* that are read again, by their numbers; -1: none */
	size_t next_number;
	struct key_log block; /* of capture files */
	uint8_t *piece;
	bool is_forgetting_told;
	struct error error;
};

/* A line on its way into the table. */
struct taking {
	struct key_sources *sources;
	size_t number; /* of the source; SIZE_MAX: a block */
	key_sources_sink *sink;
	void *ctx;
};

static size_t read_again(void *ctx, unsigned int log, uint64_t offset, uint8_t *out, size_t len)
{
	const struct key_sources *k = ctx;
	size_t have = 0;

	while (have < len) {
		ssize_t got = pread(k->files[log], out + have, len - have, (off_t)(offset + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	return have;
}

static void take_line(void *ctx, const struct key_line *line)
{
	const struct taking *t = ctx;
	struct key_sources *k = t->sources;

	if (t->number != SIZE_MAX)
		k->list[t->number].lines++;
	if (t->number != SIZE_MAX && k->list[t->number].is_file)
		secret_table_add_place(k->table, k->list[t->number].number, line);
	else
		secret_table_add(k->table, line);
	if (t->sink != NULL)
		t->sink(t->ctx, line->client_random);
}

/* ---- opening ---- */

static bool refuse(const struct key_source *s, const char *why, struct error *err)
{
	return error_set(err, "cannot read the key log %.200s: %s", s->path, why);
}

/* A group with the number of its owner is, as a rule, the owner's alone. */
static void note_readers(struct key_source *s, const struct stat *status)
{
	s->group = status->st_gid;
	s->readers = status->st_mode & S_IROTH					       ? READERS_ALL
		     : (status->st_mode & S_IRGRP) && status->st_gid != status->st_uid ? READERS_GROUP
										       : READERS_NONE;
}

static void begin_file(struct key_sources *k, struct key_source *s, int fd, const struct stat *status)
{
	s->fd = k->files[s->number] = fd;
	s->is_file = true;
	note_readers(s, status);
	s->device = status->st_dev;
	s->inode = status->st_ino;
	s->offset = 0;
	key_log_init(&s->log);
}

static bool connect_socket(struct key_source *s, struct error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(s->path) >= sizeof(address.sun_path))
		return refuse(s, "its path is too long for a socket", err);
	memcpy(address.sun_path, s->path, strlen(s->path) + 1);
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0 || connect(s->fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    fcntl(s->fd, F_SETFL, O_NONBLOCK) != 0)
		return refuse(s, strerror(errno), err);
	s->has_writer = true;
	return true;
}

static bool open_source(struct key_sources *k, struct key_source *s, struct error *err)
{
	struct stat status;
	int fd;

	s->fd = -1;
	s->number = (unsigned int)(s - k->list);
	s->is_file = true; /* that may still come */
	key_log_init(&s->log);
	if (strcmp(s->path, "-") == 0)
		return refuse(s, "standard input is none: name a FIFO", err);
	if (stat(s->path, &status) != 0)
		return errno == ENOENT || refuse(s, strerror(errno), err);
	if (S_ISSOCK(status.st_mode)) {
		s->is_file = false;
		return connect_socket(s, err);
	}
	if (S_ISDIR(status.st_mode))
		return refuse(s, "it is a folder", err);
	fd = open(s->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return refuse(s, strerror(errno), err);
	if (S_ISREG(status.st_mode)) {
		begin_file(k, s, fd, &status);
		return true;
	}
	s->fd = fd;
	s->is_file = false;
	s->has_writer = !S_ISFIFO(status.st_mode);
	if (S_ISFIFO(status.st_mode)) /* of others, who reads first gets the keys */
		note_readers(s, &status);
	return true;
}

struct key_sources *key_sources_open(const char *const *paths, size_t count, struct error *err)
{
	struct key_sources *k = mem_zalloc(sizeof(*k));

	k->list = mem_zalloc(OPTIONS_SOURCES_MAX * sizeof(*k->list));
	for (size_t i = 0; i < FILES; i++)
		k->files[i] = -1;
	key_log_init(&k->block);
	k->piece = mem_alloc(PIECE_SIZE);
	k->table = secret_table_new(TABLE_MIB << 20, read_again, k);
	for (; k->count < count; k->count++) {
		k->list[k->count].path = mem_strdup(paths[k->count]);
		if (open_source(k, &k->list[k->count], err))
			continue;
		k->count++;
		key_sources_free(k);
		return NULL;
	}
	return k;
}

static bool is_current(const struct key_sources *k, size_t number)
{
	for (size_t i = 0; i < k->count; i++)
		if (k->list[i].number == number)
			return true;
	return false;
}

/* A number for another file; the oldest that was replaced is let go for it. */
static unsigned int take_number(struct key_sources *k)
{
	size_t number;

	do {
		k->next_number = (k->next_number + 1) % FILES;
		number = k->next_number;
	} while (is_current(k, number));
	if (k->files[number] >= 0) {
		secret_table_forget(k->table, (unsigned int)number);
		close(k->files[number]);
		k->files[number] = -1;
	}
	return (unsigned int)number;
}

static const struct key_source *find_source(const struct key_sources *k, const char *path)
{
	for (size_t i = 0; i < k->count; i++)
		if (strcmp(k->list[i].path, path) == 0)
			return &k->list[i];
	return NULL;
}

bool key_sources_is_missing(const struct key_sources *k, const char *path)
{
	const struct key_source *s = find_source(k, path);

	return s != NULL && s->fd < 0;
}

/* By the helper: this process opens nothing any more. */
static bool open_late(struct key_sources *k, struct key_source *s, struct error *err)
{
	struct stat status;

	if (files_read_status(s->path, &status) && S_ISSOCK(status.st_mode))
		return refuse(s, "mailtap connects to a socket only at its start: name it by --keylog", err);
	s->fd = files_read(s->path);
	if (s->fd < 0 && errno != ENOENT)
		return refuse(s, strerror(errno), err);
	if (s->fd >= 0 && (fstat(s->fd, &status) != 0 || S_ISDIR(status.st_mode))) {
		close(s->fd);
		return refuse(s, "it is a folder", err);
	}
	s->number = take_number(k);
	s->is_file = s->fd < 0 || S_ISREG(status.st_mode);
	if (s->fd >= 0 && S_ISFIFO(status.st_mode))
		note_readers(s, &status);
	if (s->fd >= 0 && s->is_file)
		begin_file(k, s, s->fd, &status);
	return true;
}

bool key_sources_add(struct key_sources *k, const char *path, struct error *err)
{
	struct key_source *s = &k->list[k->count];

	if (find_source(k, path) != NULL)
		return error_set(err, "the key log %.200s is read already", path);
	if (k->count == OPTIONS_SOURCES_MAX)
		return error_set(err, "no more than %d key logs can be read", OPTIONS_SOURCES_MAX);
	*s = (struct key_source){.path = mem_strdup(path)};
	key_log_init(&s->log);
	if (!open_late(k, s, err)) {
		free(s->path);
		return false;
	}
	k->count++;
	return true;
}

void key_sources_free(struct key_sources *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->count; i++) {
		if (k->list[i].fd >= 0 && !k->list[i].is_file)
			close(k->list[i].fd);
		OPENSSL_cleanse(&k->list[i].log, sizeof(k->list[i].log));
		free(k->list[i].path);
	}
	for (size_t i = 0; i < FILES; i++)
		if (k->files[i] >= 0)
			close(k->files[i]);
	secret_table_free(k->table);
	OPENSSL_cleanse(&k->block, sizeof(k->block));
	OPENSSL_cleanse(k->piece, PIECE_SIZE);
	free(k->piece);
	free(k->list);
	free(k);
}

/* ---- reading ---- */

/* What was read of the file that is replaced can still be found in it. Its last line may have had no end. */
static void replace_file(struct key_source *s, int fd, const struct stat *status, struct taking *t)
{
	if (s->fd >= 0) {
		key_log_finish(&s->log, take_line, t);
		s->number = take_number(t->sources);
	}
	begin_file(t->sources, s, fd, status);
}

/* Another file may bear its name by now, or one for the first time. Returns whether one does. */
static bool look_for_file(struct key_source *s, struct taking *t)
{
	struct key_sources *k = t->sources;
	int64_t now_ns = clock_monotonic_ns();
	struct stat status;
	int fd;

	if (now_ns - s->looked_ns < LOOK_NS && s->looked_ns != 0)
		return false;
	s->looked_ns = now_ns;
	if (!files_read_status(s->path, &status) || !S_ISREG(status.st_mode))
		return false; /* it stays what it was */
	if (s->fd >= 0 && status.st_dev == s->device && status.st_ino == s->inode)
		return false;
	fd = files_read(s->path);
	if (fd < 0) {
		if (k->error.text[0] == '\0')
			refuse(s, strerror(errno), &k->error);
		return false;
	}
	if (fstat(fd, &status) != 0) {
		close(fd);
		return false;
	}
	replace_file(s, fd, &status, t);
	return true;
}

/* It was cut: what is there now is another log. */
static void look_at_length(struct key_sources *k, struct key_source *s)
{
	struct stat status;

	if (fstat(s->fd, &status) != 0 || (uint64_t)status.st_size >= s->offset)
		return;
	secret_table_forget(k->table, s->number);
	s->offset = 0;
	key_log_init(&s->log);
}

static ssize_t read_piece(struct key_sources *k, struct key_source *s)
{
	ssize_t got;

	do {
		got = s->is_file ? pread(s->fd, k->piece, PIECE_SIZE, (off_t)s->offset)
				 : read(s->fd, k->piece, PIECE_SIZE);
	} while (got < 0 && errno == EINTR);
	return got;
}

/* A FIFO may be opened by the next writer; a socket that is closed is over. */
static void note_end(struct key_sources *k, struct key_source *s, ssize_t got)
{
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
		s->has_writer = true;
		return;
	}
	s->has_writer = false;
	if (got < 0 && k->error.text[0] == '\0')
		refuse(s, strerror(errno), &k->error);
}

/* Reads on in what is open, for a while. Returns whether there may be more. */
static bool read_pieces(struct key_source *s, struct taking *t)
{
	if (s->fd < 0)
		return false;
	if (s->is_file)
		look_at_length(t->sources, s);
	for (int i = 0; i < PIECES_MAX; i++) {
		ssize_t got = read_piece(t->sources, s);

		if (got <= 0) {
			if (!s->is_file)
				note_end(t->sources, s, got);
			return false;
		}
		key_log_feed(&s->log, slice_of(t->sources->piece, (size_t)got), take_line, t);
		OPENSSL_cleanse(t->sources->piece, (size_t)got);
		s->offset += (uint64_t)got;
	}
	return true;
}

/* A file is read to its end before another that bears its name by now is. */
static bool read_source(struct key_sources *k, size_t number, struct taking *t)
{
	struct key_source *s = &k->list[number];

	t->number = number;
	return read_pieces(s, t) || (s->is_file && look_for_file(s, t) && read_pieces(s, t));
}

bool key_sources_read(struct key_sources *k, key_sources_sink *sink, void *ctx)
{
	struct taking t = {.sources = k, .sink = sink, .ctx = ctx};
	bool is_more = false;

	for (size_t i = 0; i < k->count; i++)
		is_more = read_source(k, i, &t) || is_more;
	return is_more;
}

void key_sources_finish(struct key_sources *k, key_sources_sink *sink, void *ctx)
{
	struct taking t = {.sources = k, .sink = sink, .ctx = ctx};

	for (t.number = 0; t.number < k->count; t.number++)
		key_log_finish(&k->list[t.number].log, take_line, &t);
}

void key_sources_add_block(struct key_sources *k, struct slice text, key_sources_sink *sink, void *ctx)
{
	struct taking t = {.sources = k, .number = SIZE_MAX, .sink = sink, .ctx = ctx};

	key_log_feed(&k->block, text, take_line, &t);
}

bool key_sources_find(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN], struct key_set *out)
{
	const struct key_sources *k = ctx;

	return secret_table_find(k->table, client_random, out);
}

bool key_sources_are_any(const struct key_sources *k)
{
	return k->count > 0;
}

size_t key_sources_count(const struct key_sources *k)
{
	return k != NULL ? k->count : 0;
}

bool key_sources_is_vain(const struct key_sources *k, size_t number, struct error *why)
{
	const struct key_source *s = &k->list[number];

	if (s->lines > 0)
		return false;
	if (s->fd < 0)
		error_set(why, "the key log %.200s was never there", s->path);
	else
		error_set(why, "no line of a key log was found in %.200s", s->path);
	return true;
}

void key_sources_fill(const struct key_sources *k, struct snapshot_about *about)
{
	struct secret_table_use use;

	if (k == NULL)
		return;
	use = secret_table_use(k->table);
	about->key_handshakes = use.places + use.secrets;
	about->key_log_count = (uint32_t)k->count;
	for (size_t i = 0; i < k->count; i++) {
		const struct key_source *s = &k->list[i];

		rowtext_put(about->key_logs[i].name, sizeof(about->key_logs[i].name), slice_from_text(s->path));
		about->key_logs[i].lines = s->lines;
		about->key_logs[i].is_missing = s->fd < 0;
		about->key_logs[i].is_open_to_others = s->readers != READERS_NONE;
	}
}

bool key_sources_are_open(const struct key_sources *k)
{
	for (size_t i = 0; i < k->count; i++)
		if (!k->list[i].is_file && k->list[i].has_writer)
			return true;
	return false;
}

/* Told once: whoever has so many keys has ever more of them. */
static void note_forgotten(struct key_sources *k)
{
	if (k->is_forgetting_told || secret_table_use(k->table).forgotten == 0 || k->error.text[0] != '\0')
		return;
	k->is_forgetting_told = true;
	error_set(&k->error,
		  "more keys of TLS than %d MiB hold: the oldest are forgotten; name smaller key logs, files rather "
		  "than pipes",
		  TABLE_MIB);
}

static void say_readers(const struct key_source *s, struct error *err)
{
	char who[48] = "everybody";

	if (s->readers == READERS_GROUP)
		snprintf(who, sizeof(who), "the group %ld", (long)s->group);
	error_set(err, "%s can read the key log %.140s and every session in it: chmod 600 makes it its owner's alone",
		  who, s->path);
}

static void note_public(struct key_sources *k)
{
	for (size_t i = 0; i < k->count && k->error.text[0] == '\0'; i++) {
		struct key_source *s = &k->list[i];

		if (s->readers == READERS_NONE || s->are_readers_told)
			continue;
		s->are_readers_told = true;
		say_readers(s, &k->error);
	}
}

bool key_sources_take_error(struct key_sources *k, struct error *err)
{
	note_forgotten(k);
	note_public(k);
	if (k->error.text[0] == '\0')
		return false;
	*err = k->error;
	k->error.text[0] = '\0';
	return true;
}
