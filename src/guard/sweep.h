/*
 * sweep: takes away what a killed run left in a folder: half files under temporary names (writer_create's).
 *
 * Only regular files of this user that nobody writes any more: no lock is on them, and their process is gone or they
 * are older than an hour. Links are not followed. Each folder once in a run; one thread.
 */
#ifndef GUARD_SWEEP_H
#define GUARD_SWEEP_H

#include <stdbool.h>

/* Whether it is the name of a file that is being written, and by which process (see output/writer.h). */
bool sweep_is_temporary(const char *name, long *process);

void sweep_folder(int folder);

#endif
