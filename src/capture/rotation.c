#include "capture/rotation.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "guard/files.h"

enum {
	ROTATION_TRIES_MAX = 10000, /* numbers that are taken, one after the other */
};

/* A file of this run. */
struct rotation_file {
	char *name;
	struct stat status; /* when it was made; when it was full, once another follows it */
};

struct rotation {
	int folder;
	char *stem;
	char *suffix;
	unsigned int number;
	size_t keep;
	size_t made;
	bool has_warned;
	char path[PATH_MAX];
	struct rotation_file files[]; /* `keep` of them: the file number n is in place n % keep */
};

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Where the suffix begins: at the last dot of the last part, unless that is its first letter. */
static size_t suffix_at(const char *path)
{
	const char *name = name_of(path);
	const char *dot = strrchr(name, '.');

	return dot != NULL && dot > name ? (size_t)(dot - path) : strlen(path);
}

static bool names_a_file(const char *path)
{
	const char *name = name_of(path);

	return name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Opened with the rights that the files will be made with; -1: none can be made there. */
static int open_directory(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash == NULL ? mem_strdup(".") : slash == path ? mem_strdup("/") : mem_strdup(path);
	int folder;

	if (slash != NULL && slash != path)
		directory[slash - path] = '\0';
	folder = files_folder(AT_FDCWD, directory, 0, NULL);
	if (folder >= 0 && files_may_write(folder)) {
		free(directory);
		return folder;
	}
	error_set(err, "cannot make files in %.150s: %s", directory, files_error(errno));
	free(directory);
	if (folder >= 0)
		files_close(folder);
	return -1;
}

struct rotation *rotation_new(const char *path, size_t keep, struct error *err)
{
	struct rotation *r;
	int folder;

	if (!names_a_file(path)) {
		error_set(err, "%.200s is a directory: add a name, from which those of the files are made", path);
		return NULL;
	}
	folder = open_directory(path, err);
	if (folder < 0)
		return NULL;
	r = mem_zalloc(sizeof(*r) + keep * sizeof(r->files[0]));
	r->folder = folder;
	r->keep = keep;
	r->suffix = mem_strdup(path + suffix_at(path));
	r->stem = mem_strdup(path);
	r->stem[suffix_at(path)] = '\0';
	return r;
}

void rotation_free(struct rotation *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->keep; i++)
		free(r->files[i].name);
	files_close(r->folder);
	free(r->stem);
	free(r->suffix);
	free(r);
}

/* Whoever moved another file to this name, or took ours away, wants it so. The number of an inode alone does not tell:
 * that of a deleted file is soon given to another. */
static bool is_ours(const struct rotation_file *file, const struct stat *status)
{
	const struct stat *made = &file->status;

	return status->st_dev == made->st_dev && status->st_ino == made->st_ino && status->st_size == made->st_size &&
	       status->st_mtim.tv_sec == made->st_mtim.tv_sec && status->st_mtim.tv_nsec == made->st_mtim.tv_nsec;
}

static void delete_file(struct rotation *r, const struct rotation_file *file)
{
	struct stat status;

	if (!files_status(r->folder, file->name, &status) || !is_ours(file, &status))
		return;
	if (files_unlink(r->folder, file->name) || errno == ENOENT || r->has_warned)
		return;
	r->has_warned = true;
	log_warn("cannot delete %s: %s; more files stay than --keep says", file->name, files_error(errno));
}

/* The file before is written to its end. */
static void note_full(struct rotation *r)
{
	struct rotation_file *file;
	struct stat status;

	if (r->keep == 0 || r->made == 0)
		return;
	file = &r->files[(r->made - 1) % r->keep];
	if (files_status(r->folder, file->name, &status) && status.st_dev == file->status.st_dev &&
	    status.st_ino == file->status.st_ino)
		file->status = status;
}

static void remember(struct rotation *r, int fd)
{
	struct rotation_file *file;

	if (r->keep == 0)
		return;
	file = &r->files[r->made++ % r->keep];
	if (file->name != NULL)
		delete_file(r, file);
	free(file->name);
	*file = (struct rotation_file){.name = mem_strdup(name_of(r->path))};
	fstat(fd, &file->status);
}

static bool name_next(struct rotation *r, int64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / CLOCK_NS_PER_S);
	struct tm utc = {0};
	char start[32];

	gmtime_r(&seconds, &utc);
	strftime(start, sizeof(start), "%Y%m%d-%H%M%S", &utc);
	return snprintf(r->path, sizeof(r->path), "%s-%04u-%s%s", r->stem, ++r->number, start, r->suffix) <
	       (int)sizeof(r->path);
}

int rotation_open(struct rotation *r, int64_t time_ns, struct error *err)
{
	int fd = -1;
	int why;

	note_full(r);
	for (int i = 0; fd < 0 && i < ROTATION_TRIES_MAX; i++) {
		errno = ENAMETOOLONG;
		if (name_next(r, time_ns))
			fd = files_create(r->folder, name_of(r->path));
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0) {
		why = errno;
		r->number--;
		error_set(err, "cannot write %.200s: %s", r->path, files_error(why));
		errno = why;
		return -1;
	}
	remember(r, fd);
	return fd;
}

const char *rotation_path(const struct rotation *r)
{
	return r->path;
}

void rotation_discard(struct rotation *r)
{
	files_unlink(r->folder, name_of(r->path));
}
