#include "output/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "guard/files.h"
#include "output/save.h"

enum {
	ATTEMPTS_MAX = 10000,
};

bool atomic_file_open(struct atomic_file *f, struct writer *out, struct error *err)
{
	char name[WRITER_NAME_SIZE];

	out->fd = writer_create(f->folder, name);
	if (out->fd < 0)
		return writer_refuse(err, "write into", f->shown, errno);
	memcpy(f->temporary, name, sizeof(name));
	return true;
}

bool atomic_file_close(struct atomic_file *f, struct writer *out, struct error *err)
{
	bool written = writer_finish(out);

	close(out->fd);
	if (written)
		return true;
	atomic_file_abandon(f);
	return writer_refuse(err, "write into", f->shown, out->saved_errno);
}

bool atomic_file_write(struct atomic_file *f, struct slice bytes, struct error *err)
{
	struct writer out = {0};

	if (!atomic_file_open(f, &out, err))
		return false;
	writer_put(&out, bytes);
	f->byte_count = bytes.len;
	return atomic_file_close(f, &out, err);
}

static void put_name(char out[ATOMIC_FILE_NAME_SIZE], const char *name, int attempt, const char *ending)
{
	if (attempt == 1)
		snprintf(out, ATOMIC_FILE_NAME_SIZE, "%s%s", name, ending);
	else
		snprintf(out, ATOMIC_FILE_NAME_SIZE, "%s-%d%s", name, attempt, ending);
}

static bool ends_in_slash(const char *path)
{
	size_t len = strlen(path);

	return len > 0 && path[len - 1] == '/';
}

bool atomic_file_publish(struct atomic_file *f, const char *name, const char *ending, char *path, struct error *err)
{
	char full[ATOMIC_FILE_NAME_SIZE];

	for (f->attempt = 1; f->attempt <= ATTEMPTS_MAX; f->attempt++) {
		put_name(full, name, f->attempt, ending);
		if (writer_rename(f->folder, f->temporary, f->to_folder, full)) {
			f->temporary[0] = '\0';
			snprintf(path, SAVE_PATH_SIZE, "%s%s%s", f->shown, ends_in_slash(f->shown) ? "" : "/", full);
			fsync(f->to_folder);
			return true;
		}
		if (errno != EEXIST)
			break;
	}
	writer_refuse(err, "save into", f->shown, errno);
	atomic_file_abandon(f);
	return false;
}

void atomic_file_publish_beside(struct atomic_file *f, const struct atomic_file *other, const char *name,
				const char *ending)
{
	char full[ATOMIC_FILE_NAME_SIZE];

	put_name(full, name, other->attempt, ending);
	if (!writer_rename(f->folder, f->temporary, f->to_folder, full))
		atomic_file_abandon(f);
	f->temporary[0] = '\0';
}

void atomic_file_abandon(struct atomic_file *f)
{
	if (f->temporary[0] != '\0')
		files_unlink(f->folder, f->temporary);
	f->temporary[0] = '\0';
}
