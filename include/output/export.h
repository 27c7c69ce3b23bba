/*
 * export: writes packets as they were captured into a new pcapng file, in batches.
 *
 * Runs on the helper thread (or inline in a test); one batch at a time, so that a large file needs little memory. The
 * file has mode 0600, appears whole under its name or not at all, and never replaces another.
 */
#ifndef OUTPUT_EXPORT_H
#define OUTPUT_EXPORT_H

#include "base/error.h"
#include "base/slice.h"

struct export;

struct export_packet {
	int64_t time_ns;
	struct slice bytes;
	uint32_t wire_len;
	const char *interface; /* name, or NULL; equal ones have one address, and each is one in the file */
	int link_type;	       /* LINKTYPE_ value; likewise */
	uint8_t time_digits;
};

/* `path`: the file to be. `source`: name of what the packets were captured from, where their
 * interface has none; or NULL. Touches no file yet. */
struct export *export_new(const char *path, const char *source);
/* Before the first batch: secrets of TLS that the packets need, as a key log has them. */
void export_put_secrets(struct export *x, struct slice text);
/* A file that was not finished goes. */
void export_free(struct export *x);

/* Writes a batch, in the order given. After a failure all that follows fails; `err` has the first reason. */
bool export_put(struct export *x, const struct export_packet *packets, size_t count, struct error *err);
/* Sees it onto the disk and gives it its name. */
bool export_finish(struct export *x, struct error *err);

#endif
