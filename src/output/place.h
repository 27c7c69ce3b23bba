/*
 * place: a file on its way into a folder: written under a temporary name, seen onto the disk, then given the first free
 * one of "name.ending", "name-2.ending", ... An existing file is never touched, a symbolic link never followed.
 *
 * A value on the stack of who saves; any thread.
 */
#ifndef OUTPUT_PLACE_H
#define OUTPUT_PLACE_H

#include "output/writer.h"

enum {
	PLACE_NAME_SIZE = 256,
};

struct place {
	int folder;			  /* of the temporary name */
	int to_folder;			  /* of the final one */
	const char *shown;		  /* the path of `to_folder`, for messages */
	char temporary[WRITER_NAME_SIZE]; /* "": nothing is written */
	int attempt;			  /* of the name that was free */
	uint64_t byte_count;
};

/* What is put into the writer goes into the file, until place_close. After a failure nothing is left. */
bool place_open(struct place *p, struct writer *out, struct error *err);
bool place_close(struct place *p, struct writer *out, struct error *err);

/* All of it at once. */
bool place_write(struct place *p, struct slice bytes, struct error *err);

/* `path`: becomes what it is called (size SAVE_PATH_SIZE). */
bool place_publish(struct place *p, const char *name, const char *ending, char *path, struct error *err);
/* Under the name that `other` was given, with another ending; nothing happens when that is taken. */
void place_publish_beside(struct place *p, const struct place *other, const char *name, const char *ending);

/* Takes away what was written and has no name yet. */
void place_abandon(struct place *p);

#endif
