/*
 * writer: bytes on their way into a file, through a buffer, and how a finished file gets its name: written under a
 * temporary one, flushed to the disk, renamed only if the final one is free.
 *
 * Embedded in its owner, who opens and closes the file. Any thread, one at a time. After a failure nothing more is
 * written.
 */
#ifndef OUTPUT_WRITER_H
#define OUTPUT_WRITER_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

enum {
	WRITER_NAME_SIZE = 80,
};

struct writer {
	int fd;
	bool failed;
	int saved_errno;
	struct buffer buffer;
};

void writer_put(struct writer *w, struct slice bytes);
/* The buffer has been filled by its owner: writes it when it is large enough. */
void writer_flush_if_large(struct writer *w);
/* Writes the rest and sees it onto the disk; frees the buffer. False: something could not be written. */
bool writer_finish(struct writer *w);

/* Makes a file of a name that nobody else takes, ".mailtap-<process>-<time>-<number>.tmp", locked as long as it is open
 * (flock): so others see that it is being written. What killed runs left in the folder goes first. -1: errno. */
int writer_create(int folder, char name[WRITER_NAME_SIZE]);

/* Gives a finished file its name, unless that is taken (errno EEXIST). */
bool writer_rename(int folder, const char *from, int to_folder, const char *to);

/* "cannot <what> <path>: <reason>", and what helps where the disk is full. Always false. */
bool writer_refuse(struct error *err, const char *what, const char *path, int number);

#endif
