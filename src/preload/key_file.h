/*
 * key_file: where libmailtap-keylog.so writes key lines: a regular file, a FIFO or a Unix socket at which somebody
 * listens, named by SSLKEYLOGFILE. It lives in a program that is not ours.
 *
 * A file is made with mode 0600. What others could read or write, or could have put there, is refused. It is opened
 * early, before a server leaves root's rights or its root directory, and kept open; as a server may close what it does
 * not know, the descriptor is looked at before each line. All may be called in any thread and after any fork: there is
 * no lock, no memory is allocated, errno and signals stay as they were, nothing blocks, nothing is said. A line that
 * cannot be written is dropped.
 */
#ifndef MAILTAP_PRELOAD_KEY_FILE_H
#define MAILTAP_PRELOAD_KEY_FILE_H

#include <stdbool.h>

/* Reads SSLKEYLOGFILE, once, while there is one thread; a setuid program's is ignored, as is one that is too long. */
void key_file_set_up(void);

/* Whether there is a place for key lines. */
bool key_file_is_wanted(void);

/* Opens the log if it is not open: to be called while a server has the rights and the root directory for it. */
void key_file_prepare(void);

/* Appends a line, given without its end, in one piece, or drops it. */
void key_file_write(const char *line);

#endif
