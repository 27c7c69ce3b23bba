/*
 * save: writes mails to disk, as they went over the wire: .eml files, an mbox, a maildir.
 *
 * Runs on the helper thread (or inline in a test); touches no session. Never writes over an existing file, never
 * outside the folder, never leaves half a file under a final name. Files have mode 0600.
 */
#ifndef OUTPUT_SAVE_H
#define OUTPUT_SAVE_H

#include "base/buffer.h"
#include "base/error.h"

enum save_format {
	SAVE_EML,
	SAVE_MBOX,
	SAVE_MAILDIR,
};

enum {
	SAVE_NAME_SIZE = 160,
	SAVE_PATH_SIZE = 4096,
};

/* A mail to be written: all that is needed for it. */
struct save_job {
	enum save_format format;
	char target[SAVE_PATH_SIZE - SAVE_NAME_SIZE]; /* folder, or mbox file */
	char name[SAVE_NAME_SIZE];		      /* base name, without ".eml" */
	bool partial;				      /* bytes are missing, or it was cut off */
	bool stuffed;				      /* dots at line starts are doubled */
	int64_t time_ns;
	char sender[256];     /* for the mbox "From " line */
	struct slice *pieces; /* on the wire; valid until the job is done */
	size_t piece_count;
	bool done; /* the result: */
	char path[SAVE_PATH_SIZE];
	struct error error;
};

/* Writes it; false: `job->error` says why, in one line. */
bool save_run(struct save_job *job);

/* "20261123-123452-s7-m1-<subject>": the name of FORMATS section 3, without its ending. */
void save_name(char out[SAVE_NAME_SIZE], int64_t time_ns, unsigned int session, unsigned int mail,
	       struct slice subject);

#endif
