#include "output/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "output/save.h"

enum {
	ATTEMPTS_MAX = 10000,
};

bool place_open(struct place *p, struct writer *out, struct error *err)
{
	char name[WRITER_NAME_SIZE];

	out->fd = writer_create(p->folder, name);
	if (out->fd < 0)
		return writer_refuse(err, "write into", p->shown, errno);
	memcpy(p->temporary, name, sizeof(name));
	return true;
}

bool place_close(struct place *p, struct writer *out, struct error *err)
{
	bool written = writer_finish(out);

	close(out->fd);
	if (written)
		return true;
	place_abandon(p);
	return writer_refuse(err, "write into", p->shown, out->saved_errno);
}

bool place_write(struct place *p, struct slice bytes, struct error *err)
{
	struct writer out = {0};

	if (!place_open(p, &out, err))
		return false;
	writer_put(&out, bytes);
	p->byte_count = bytes.len;
	return place_close(p, &out, err);
}

static void put_name(char out[PLACE_NAME_SIZE], const char *name, int attempt, const char *ending)
{
	if (attempt == 1)
		snprintf(out, PLACE_NAME_SIZE, "%s%s", name, ending);
	else
		snprintf(out, PLACE_NAME_SIZE, "%s-%d%s", name, attempt, ending);
}

static bool ends_in_slash(const char *path)
{
	size_t len = strlen(path);

	return len > 0 && path[len - 1] == '/';
}

bool place_publish(struct place *p, const char *name, const char *ending, char *path, struct error *err)
{
	char full[PLACE_NAME_SIZE];

	for (p->attempt = 1; p->attempt <= ATTEMPTS_MAX; p->attempt++) {
		put_name(full, name, p->attempt, ending);
		if (writer_rename(p->folder, p->temporary, p->to_folder, full)) {
			p->temporary[0] = '\0';
			snprintf(path, SAVE_PATH_SIZE, "%s%s%s", p->shown, ends_in_slash(p->shown) ? "" : "/", full);
			fsync(p->to_folder);
			return true;
		}
		if (errno != EEXIST)
			break;
	}
	writer_refuse(err, "save into", p->shown, errno);
	place_abandon(p);
	return false;
}

void place_publish_beside(struct place *p, const struct place *other, const char *name, const char *ending)
{
	char full[PLACE_NAME_SIZE];

	put_name(full, name, other->attempt, ending);
	if (!writer_rename(p->folder, p->temporary, p->to_folder, full))
		place_abandon(p);
	p->temporary[0] = '\0';
}

void place_abandon(struct place *p)
{
	if (p->temporary[0] != '\0')
		unlinkat(p->folder, p->temporary, 0);
	p->temporary[0] = '\0';
}
