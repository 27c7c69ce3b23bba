/*
 * helper: a small process that does what the rest of the program has given up: it makes files in the folders that the
 * user named, reads again the files that he named, and opens again the log that he named. It reads no packet.
 *
 * What asks may be in the hands of an attacker, so it believes nothing: a request is a structure of one size; paths are
 * walked part by part, from a folder that was named, over no symbolic link and no ".."; nothing is written over; only
 * what was made here is deleted; a name begins with no dot, unless it is one of our own temporary ones; to a file that
 * is there is added only if it is an mbox, or the log. Another folder it shows to the user on the terminal, and reads
 * itself what he types; likewise the configuration file, the only one that is replaced. A request that comes by the
 * same channel meanwhile takes the question back; both are answered.
 *
 * A verb is a function and its row in the table of helper.c, and a wrapper in files.c.
 */
#ifndef GUARD_HELPER_H
#define GUARD_HELPER_H

#include <stdint.h>
#include <sys/types.h>

#include "guard/files.h"

enum helper_verb {
	HELPER_FOLDER,	    /* folder or none, name, flags: opens a folder; gives a number and a descriptor */
	HELPER_CLOSE,	    /* folder */
	HELPER_CREATE,	    /* folder, name: gives a descriptor */
	HELPER_APPEND,	    /* the same */
	HELPER_RENAME,	    /* folder, name, to_folder, to_name */
	HELPER_UNLINK,	    /* folder, name */
	HELPER_STATUS,	    /* folder, name */
	HELPER_MAY_WRITE,   /* folder */
	HELPER_SWEEP,	    /* folder */
	HELPER_READ,	    /* name: gives a descriptor; no link, if it was not there when the user was asked */
	HELPER_READ_STATUS, /* name */
	HELPER_REOPEN,	    /* name: gives a descriptor */
	HELPER_LOOK,	    /* name: a path in a place */
	HELPER_KNOWS,	    /* name */
	HELPER_ASK,	    /* name, flags */
	HELPER_DRAFT,	    /* name: the configuration file; gives a descriptor */
	HELPER_REPLACE,	    /* the same, flags: 0 throws the draft away */
	HELPER_VERBS
};

enum {
	HELPER_PATH_SIZE = 4096,
	HELPER_NO_FOLDER = -1,
};

struct helper_request {
	uint32_t verb;
	int32_t folder;
	int32_t to_folder;
	uint32_t flags;
	char name[HELPER_PATH_SIZE];
	char to_name[FILES_NAME_SIZE];
};

struct helper_answer {
	int32_t error;	    /* errno, or 0 */
	int32_t folder;	    /* its number */
	uint32_t is_unmade; /* see files_folder */
	struct stat status;
};

/* What it does until nobody holds the other ends of the channels; then the process ends. `client`: who asks. */
_Noreturn void helper_run(const struct files_options *options, const int channels[FILES_CHANNELS], pid_t client);

#endif
