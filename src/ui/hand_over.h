/*
 * hand_over: gives what was copied to others: to the clipboard, a file, the pager or a command; and mails to commands.
 * The screen's thread; it may lend the terminal: for the user to confirm a folder, and to what runs.
 */
#ifndef UI_HAND_OVER_H
#define UI_HAND_OVER_H

#include <stdatomic.h>

#include "ui/state.h"

/* Whether files may be made in a folder, or a file may be read; the user is asked if it was not named before, until
 * `*stop`. False: a message says that nothing is written, or read. */
bool hand_over_may_write(struct state *st, const char *folder, unsigned int flags, const atomic_bool *stop);
bool hand_over_may_read(struct state *st, const char *path, const atomic_bool *stop);
/* And for the configuration file, that settings are saved in. */
bool hand_over_may_replace(struct state *st, const char *path, const atomic_bool *stop);

/* Gives what is ready to be copied to whom it is for: what the clipboard cannot take goes into a new file. Returns
 * whether there was anything. */
bool hand_over_copy(struct state *st, const atomic_bool *stop);
/* Asks for the mail that a command is to get, and runs that when it is here. Returns whether it did. */
bool hand_over_gift(struct state *st, const struct snapshot *s, const atomic_bool *stop);

#endif
