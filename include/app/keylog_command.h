/*
 * keylog_command: `mailtap keylog -- COMMAND`: COMMAND has the terminal and writes its keys while its packets are
 * captured; what was captured is then shown. Four processes, one after the other or side by side:
 *
 *     this one      makes a private folder, waits for the others, removes the folder
 *     the capture   writes packets into the folder, from before COMMAND begins until after it has ended
 *     COMMAND       is the caller's: nothing of mailtap's rights is left to it
 *     the view      reads what the capture has written, as if a file had been named
 */
#ifndef APP_KEYLOG_COMMAND_H
#define APP_KEYLOG_COMMAND_H

#include <stdatomic.h>

#include "config/options.h"

/* Runs the program by these options, in a process of its own; writes a byte to `started`, unless that is -1, when
 * packets are captured. Returns the exit status. */
typedef int keylog_command_program(const struct options *o, int started);

/* Before the program takes any signal: COMMAND has them as the caller had. */
void keylog_command_remember_signals(void);

/* Returns the exit status: COMMAND's; 127 where it was not found, 126 where it could not be run; that of the capture
 * or the view where one of those failed. `stop`: a signal asks to end. */
int keylog_command_run(const struct options *o, keylog_command_program *program, const atomic_bool *stop);

#endif
