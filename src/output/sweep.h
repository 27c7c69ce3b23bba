/*
 * sweep: takes away what a killed run left in a folder: half files under temporary names (writer_create's).
 *
 * Only regular files of this user that nobody writes any more: no lock is on them, and their process is gone or they
 * are older than an hour. Links are not followed. Each folder once in a run; one thread.
 */
#ifndef OUTPUT_SWEEP_H
#define OUTPUT_SWEEP_H

void sweep_folder(int folder);

#endif
