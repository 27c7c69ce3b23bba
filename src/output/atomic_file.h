/*
 * atomic_file: a file on its way into a folder: written under a temporary name, seen onto the disk, then given the
 * first free one of "name.ending", "name-2.ending", ... An existing file is never touched, a symbolic link never
 * followed.
 *
 * A value on the stack of who saves; any thread.
 */
#ifndef OUTPUT_ATOMIC_FILE_H
#define OUTPUT_ATOMIC_FILE_H

#include "output/writer.h"

enum {
	ATOMIC_FILE_NAME_SIZE = 256,
};

struct atomic_file {
	int folder;			  /* of the temporary name */
	int to_folder;			  /* of the final one */
	const char *shown;		  /* the path of `to_folder`, for messages */
	char temporary[WRITER_NAME_SIZE]; /* "": nothing is written */
	int attempt;			  /* of the name that was free */
	uint64_t byte_count;
};

/* What is put into the writer goes into the file, until atomic_file_close. After a failure nothing is left. */
bool atomic_file_open(struct atomic_file *f, struct writer *out, struct error *err);
bool atomic_file_close(struct atomic_file *f, struct writer *out, struct error *err);

/* All of it at once. */
bool atomic_file_write(struct atomic_file *f, struct slice bytes, struct error *err);

/* `path`: becomes what it is called (size SAVE_PATH_SIZE). */
bool atomic_file_publish(struct atomic_file *f, const char *name, const char *ending, char *path, struct error *err);
/* Under the name that `other` was given, with another ending; nothing happens when that is taken. */
void atomic_file_publish_beside(struct atomic_file *f, const struct atomic_file *other, const char *name,
				const char *ending);

/* Takes away what was written and has no name yet. */
void atomic_file_abandon(struct atomic_file *f);

#endif
