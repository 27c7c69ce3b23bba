/*
 * sandbox: what this process may still do once everything is open. A hole in a decoder shall reach nothing but what the
 * process already holds.
 *
 * In this order: rights are given up (privileges); files and folders are out of reach but for those named (Landlock,
 * where the kernel has it); memory that was writable cannot become code; of the system calls only those of the list are
 * answered, each thread with a list of its own (syscalls). What the kernel, or this build, lacks is left out and told
 * by sandbox_row. Entered once, on the main thread, before any other thread starts.
 */
#ifndef GUARD_SANDBOX_H
#define GUARD_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum {
	SANDBOX_PATHS_MAX = 192,
	SANDBOX_SOCKETS_MAX = 64,
};

enum sandbox_access {
	SANDBOX_READ,  /* a file, or what is below a folder */
	SANDBOX_LIST,  /* the names below a folder */
	SANDBOX_WRITE, /* also make, rename and delete below a folder */
};

/* A path that is not there is passed over. */
struct sandbox_path {
	const char *path;
	enum sandbox_access access;
};

/* What the process is going to do. */
struct sandbox_needs {
	struct sandbox_path paths[SANDBOX_PATHS_MAX];
	size_t path_count;
	int sockets[SANDBOX_SOCKETS_MAX]; /* that packets come from: nothing is ever sent by them */
	size_t socket_count;
	bool filters; /* sets another capture filter on a socket */
	bool resolves;
	bool helps;	  /* it is the helper, which makes files */
	const char *user; /* whom plain root becomes; "": one who has no rights; NULL: nobody else */
};

/* More than SANDBOX_PATHS_MAX are left out. `path` must stay valid until sandbox_enter. */
void sandbox_allow(struct sandbox_needs *needs, const char *path, enum sandbox_access access);

/* Returns first what was borrowed of another user's rights. */
bool sandbox_enter(const struct sandbox_needs *needs, struct error *err);

enum sandbox_state {
	SANDBOX_HOLDS,
	SANDBOX_NOT_ENTERED,
	SANDBOX_NOT_ON_KERNEL, /* this kernel, or whoever supervises this process, does not offer it */
	SANDBOX_NOT_IN_BUILD,
	SANDBOX_NOT_NEEDED, /* there is nothing for it to protect */
};

/* A protection and whether it holds in this process. Any thread, after sandbox_enter. */
struct sandbox_row {
	const char *what; /* "no other files" */
	const char *how;  /* "Landlock" */
	enum sandbox_state state;
};

/* False past the end. */
bool sandbox_row(size_t number, struct sandbox_row *row);
/* "yes", "not on this kernel". */
const char *sandbox_state_name(enum sandbox_state state);

#endif
