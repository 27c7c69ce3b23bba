#include "output/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/pcapng.h"
#include "guard/files.h"
#include "output/writer.h"

enum {
	SNAPLEN = 262144,
};

struct export
{
	char *path;
	char *source;
	int folder; /* -1 until the first batch */
	struct writer out;
	char temporary[WRITER_NAME_SIZE];
	struct pcapng_interfaces interfaces;
	struct buffer secrets; /* until they are in the file */
	bool is_finished;
	struct error error; /* the first */
};

struct export *export_new(const char *path, const char *source)
{
	struct export *x = mem_zalloc(sizeof(*x));

	x->path = mem_strdup(path);
	x->source = source != NULL ? mem_strdup(source) : NULL;
	x->folder = x->out.fd = -1;
	return x;
}

void export_put_secrets(struct export *x, struct slice text)
{
	buffer_append(&x->secrets, text);
}

static void wipe_secrets(struct export *x)
{
	if (x->secrets.len > 0)
		explicit_bzero(x->secrets.data, x->secrets.len);
	buffer_clear(&x->secrets);
}

/* Gives up what was written. */
static void abandon(struct export *x)
{
	if (x->out.fd < 0)
		return;
	close(x->out.fd);
	x->out.fd = -1;
	buffer_fini(&x->out.buffer);
	if (!x->is_finished)
		files_unlink(x->folder, x->temporary);
}

void export_free(struct export *x)
{
	if (x == NULL)
		return;
	abandon(x);
	if (x->folder >= 0)
		files_close(x->folder);
	pcapng_interfaces_fini(&x->interfaces);
	wipe_secrets(x);
	buffer_fini(&x->secrets);
	free(x->path);
	free(x->source);
	free(x);
}

static bool fail(struct export *x, const char *what, int number, struct error *err)
{
	writer_refuse(&x->error, what, x->path, number);
	abandon(x);
	*err = x->error;
	return false;
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static int open_folder(const char *path)
{
	size_t len = (size_t)(name_of(path) - path);
	char *folder = len > 0 ? mem_strdup(path) : mem_strdup(".");
	int fd;

	if (len > 0)
		folder[len] = '\0';
	fd = files_folder(AT_FDCWD, folder, 0, NULL);
	free(folder);
	return fd;
}

static bool open_file(struct export *x, struct error *err)
{
	struct stat status;

	if (*name_of(x->path) == '\0')
		return fail(x, "write", EISDIR, err);
	x->folder = open_folder(x->path);
	if (x->folder < 0)
		return fail(x, "write", errno, err);
	if (files_status(x->folder, name_of(x->path), &status)) /* better now than when all is written */
		return fail(x, "write", EEXIST, err);
	x->out.fd = writer_create(x->folder, x->temporary);
	if (x->out.fd < 0)
		return fail(x, "write", errno, err);
	pcapng_put_section(&x->out.buffer);
	if (x->secrets.len > 0)
		pcapng_put_secrets(&x->out.buffer, buffer_slice(&x->secrets));
	wipe_secrets(x);
	return true;
}

static bool put_packet(struct export *x, const struct export_packet *p)
{
	struct pcapng_interface i = {
		.link_type = p->link_type,
		.snaplen = SNAPLEN,
		.digits = p->time_digits,
		.name = p->interface,
		.description = p->interface == NULL ? x->source : NULL,
	};

	return pcapng_interfaces_put(&x->interfaces, &x->out.buffer, &i, p->time_ns, p->bytes, p->wire_len);
}

bool export_put(struct export *x, const struct export_packet *packets, size_t count, struct error *err)
{
	if (x->error.text[0] != '\0') {
		*err = x->error;
		return false;
	}
	if (x->out.fd < 0 && !open_file(x, err))
		return false;
	for (size_t i = 0; i < count && !x->out.failed; i++) {
		if (!put_packet(x, &packets[i]))
			return fail(x, "write", EFBIG, err);
		writer_flush_if_large(&x->out);
	}
	return !x->out.failed || fail(x, "write", x->out.saved_errno, err);
}

bool export_finish(struct export *x, struct error *err)
{
	if (!export_put(x, NULL, 0, err))
		return false;
	if (!writer_finish(&x->out))
		return fail(x, "write", x->out.saved_errno, err);
	if (!writer_rename(x->folder, x->temporary, x->folder, name_of(x->path)))
		return fail(x, "write", errno, err);
	x->is_finished = true;
	fsync(x->folder);
	return true;
}
