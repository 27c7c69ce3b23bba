/*
 * landlock: which files and folders can be opened at all, whoever the process is (Landlock, Linux 5.13 and later).
 *
 * The kernel's ABI says how much it covers: with 4 (Linux 6.7) no TCP connection can be made, with 6 (6.12) no process
 * outside can be signalled nor reached by an abstract socket. What is open already stays open.
 */
#ifndef GUARD_LANDLOCK_H
#define GUARD_LANDLOCK_H

#include "guard/sandbox.h"

enum {
	LANDLOCK_ABI_TCP = 4,
	LANDLOCK_ABI_SCOPES = 6,
};

/* A set of rules, a file descriptor, to be made with the rights of who named the paths; -1: the kernel has no Landlock,
 * or one under which what is needed would not work. `*abi` is filled. */
int landlock_prepare(const struct sandbox_needs *needs, int *abi);

/* Closes the set. False: it could not be put in force. After no_new_privs. */
bool landlock_enter(int ruleset);

#endif
