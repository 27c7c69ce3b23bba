/*
 * files: the few things that are done with files and folders after rights were given up: saving mails, the files of a
 * rotation, looking again at a file that is followed, opening again a log that was moved.
 *
 * With files_start they are done by a helper, a process of its own that was split off before anything was read and that
 * works as the user who called the program (helper.h has what it agrees to). Without it, as in tests, they are done
 * here. A folder is a descriptor either way, good for fsync and fstatvfs.
 *
 * Each thread that calls has a channel of its own to the helper; calls wait for its answer. When the helper has gone,
 * they fail with EOWNERDEAD.
 */
#ifndef GUARD_FILES_H
#define GUARD_FILES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/slice.h"

enum files_channel {
	FILES_MAIN, /* a thread that says nothing else; with a screen, the screen's */
	FILES_WORKER,
	FILES_CAPTURE,
	FILES_RECORDS,
	FILES_TASKS,
	FILES_CHANNELS
};

enum {
	FILES_PLACES_MAX = 8,
	FILES_NAMED_MAX = 64,
	FILES_STEMS_MAX = 2,
	FILES_NAME_SIZE = 256,
};

/* What the user named. The texts are copied. */
struct files_options {
	const char *places[FILES_PLACES_MAX]; /* folders below which files may be made; they need not be there yet */
	size_t place_count;
	const char *named[FILES_NAMED_MAX]; /* files that are read again later */
	size_t named_count;
	const char *stems[FILES_STEMS_MAX]; /* how names of a rotation begin, before "-" and a number */
	size_t stem_count;
	const char *log;	   /* the file that is opened again by files_reopen; or NULL */
	const char *configuration; /* may be replaced once the user said so; or NULL */
	bool asks;		   /* there is a terminal on which the user can be asked about other folders */
};

/* Before threads start, and before anything else is opened. False: err says why. */
bool files_start(const struct files_options *options, struct error *err);
/* Ends the helper; after all threads that call. */
void files_stop(void);
/* The program ends: from now on an answer is waited for five seconds only. Also for a signal's handler. */
void files_hurry(void);
/* What an errno of the functions below means, for a message about files that cannot be made. */
const char *files_error(int number);
/* Of the calling thread. */
void files_use(enum files_channel channel);

enum files_flag {
	FILES_MAKE = 1 << 0,	   /* make it if it is not there */
	FILES_NO_LINK = 1 << 1,	   /* not by a symbolic link */
	FILES_TO_READ = 1 << 2,	   /* asked about: it is a file that is read */
	FILES_TO_REPLACE = 1 << 3, /* or the configuration file, that is replaced */
};

/* Opens a folder by its path (`parent`: AT_FDCWD), or one in a folder. -1: errno; `*is_unmade`, unless NULL, says
 * whether it was the making that failed. */
int files_folder(int parent, const char *name, unsigned int flags, bool *is_unmade);
void files_close(int folder);

/* A new file for nobody else (mode 0600), to write; -1: errno. */
int files_create(int folder, const char *name);
/* An mbox, to read and append, made if it is not there. -1: errno; ENODEV: no file, such as a pipe or a disk;
 * EMEDIUMTYPE: no mbox. */
int files_append(int folder, const char *name);
/* Unless `to` is taken (errno EEXIST). */
bool files_rename(int folder, const char *from, int to_folder, const char *to);
bool files_unlink(int folder, const char *name);
/* Of what bears the name itself, be it a link. */
bool files_status(int folder, const char *name, struct stat *status);
bool files_may_write(int folder);
/* Takes away what killed runs left in the folder. */
void files_sweep(int folder);

/* A file that was named at the start. */
int files_read(const char *path);
bool files_read_status(const char *path, struct stat *status);
/* The log that was named at the start, to append, made (mode 0600) if it is not there. -1: errno; ENODEV: no file. */
int files_reopen(const char *path);

/* What a path names, in a place or elsewhere, there as far as this process can see it. */
bool files_look(const char *path, struct stat *status);
/* All of it, however often that takes; false: errno. */
bool files_write_all(int fd, struct slice text);

/* Whether a folder, by its path, is one of the places or below one, or cannot be there; FILES_MAKE: cannot be made. */
bool files_knows(const char *path, unsigned int flags);
/* Asks the user on the terminal, which must be free for it, whether it shall become one; until `*stop`. The screen's
 * channel. False: errno; ECANCELED: he does not want it; EPERM: he is not asked for "/"; ENOTTY: there is no terminal.
 */
bool files_ask(const char *path, const atomic_bool *stop);
/* Likewise whether a file may be read: then it is as if it had been named at the start. And: whether it was. */
bool files_ask_to_read(const char *path, const atomic_bool *stop);
bool files_may_read(const char *path);

/* The same for the configuration file that was named at the start: whether it may be replaced. */
bool files_ask_to_replace(const char *path, const atomic_bool *stop);
bool files_may_replace(const char *path);
/* A new file to write that will take its place, see replace.h; -1: errno. */
int files_draft(const char *path);
/* What was written takes its place, or is thrown away. */
bool files_replace(const char *path);
void files_drop_draft(const char *path);

#endif
