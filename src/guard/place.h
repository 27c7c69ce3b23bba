/*
 * place: what is done with files in a folder that is open, by whoever has the right to: the helper, or, where there is
 * none, the program itself. All return as the system does: -1 or false, and errno.
 */
#ifndef GUARD_PLACE_H
#define GUARD_PLACE_H

#include "guard/files.h"
#include "guard/sweep.h"

int place_folder(int parent, const char *name, unsigned int flags, bool *is_unmade);
int place_create(int folder, const char *name);
int place_append(int folder, const char *name);
/* A file by its path; `is_link`: it may be named by a symbolic link. */
int place_append_log(const char *path, bool is_link);
bool place_rename(int folder, const char *from, int to_folder, const char *to);

#endif
