/*
 * syscalls: which system calls are answered (seccomp). All others fail with EPERM.
 *
 * The process gets a list before it has threads; each thread, when it begins its work, one that is a part of it. From
 * then on no thread can start another. No list has calls that make sockets, send, start programs, change whose the
 * process is, or map memory that can be run.
 */
#ifndef GUARD_SYSCALLS_H
#define GUARD_SYSCALLS_H

#include <stdbool.h>

#include "base/error.h"
#include "guard/sandbox.h"

enum syscalls_role {
	SYSCALLS_START = 1 << 0,    /* until the threads are there: all that the others may do */
	SYSCALLS_SCREEN = 1 << 1,   /* the main thread, with a screen */
	SYSCALLS_WORKER = 1 << 2,   /* the engine: reads, computes, writes to what is open */
	SYSCALLS_CAPTURE = 1 << 3,  /* reads packets */
	SYSCALLS_TASKS = 1 << 4,    /* writes files that the helper makes */
	SYSCALLS_RESOLVER = 1 << 5, /* talks to name servers */
	SYSCALLS_HELPER = 1 << 6,   /* a process of its own: see src/guard/helper.h */
};

/* For the process; sandbox_enter does it. Sets `*holds` to whether the kernel offers it. */
bool syscalls_limit_process(const struct sandbox_needs *needs, bool *holds, struct error *err);

/* For the calling thread, which begins to be `role`; no effect in a process without a list. A failure ends the program:
 * there is no going on without. */
void syscalls_limit_thread(enum syscalls_role role);

/* For a process that starts programs, and for them: none can put keys into the terminal, which others read who may have
 * more rights. Where the kernel has no such lists, no effect. */
void syscalls_forbid_typing(void);

#endif
