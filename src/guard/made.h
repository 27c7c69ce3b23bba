/*
 * made: which files were made here: only these may be deleted.
 *
 * A file is known by its device, its number and, where the file system tells, when it was born: the number of a file
 * that has gone is soon given to another. The last 131,072 are remembered. One thread.
 */
#ifndef GUARD_MADE_H
#define GUARD_MADE_H

#include <stdbool.h>

/* What is open as `fd`. */
void made_remember(int fd);
bool made_has(int folder, const char *name);
/* Before it is deleted by that name. */
void made_forget(int folder, const char *name);

#endif
