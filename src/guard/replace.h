/*
 * replace: a file takes the place of the configuration file, whole or not at all: it is written beside it, and renamed
 * when it is on the disk. A link is left, what it leads to is replaced. One at a time; all fail with errno.
 */
#ifndef GUARD_REPLACE_H
#define GUARD_REPLACE_H

#include <stdbool.h>
#include <sys/types.h>

/* A new file to write, beside `path`, whose folders are made if they are not there; `process`: whose it is called. -1:
 * ENODEV: no file, such as a pipe; EPERM: it belongs to another; ENOLINK: a link that leads nowhere. */
int replace_begin(const char *path, pid_t process);
/* It takes its place. EAGAIN: another was put there, or written, since it was begun. */
bool replace_finish(void);
/* It is thrown away, if there is one. */
void replace_drop(void);

#endif
