/*
 * runner: runs what the user named: his pager, or a command that he types. A process of its own, split off before
 * anything was read; it gets what the program has to give as a file in memory, and never a word to be run.
 *
 * The pager is that of the environment at the start ($PAGER, else less, else more); it is confirmed once. A command is
 * typed to the runner itself, after four digits that it shows, others each time: so who has taken the program over can
 * neither name one nor make a terminal answer with one. After three wrong ones it asks no more. What it runs has the
 * rights of the user who called the program, those of plain root given away as the program's own are, and can gain
 * none; it has the terminal until it ends, and reads the file.
 *
 * The screen's thread. The terminal must be free while something runs.
 */
#ifndef GUARD_RUNNER_H
#define GUARD_RUNNER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/error.h"

enum runner_what {
	RUNNER_PAGER,
	RUNNER_COMMAND,
};

/* Before threads start, and before anything else is opened. `user`: as for privileges_drop. False: err says why. */
bool runner_start(const char *user, struct error *err);
void runner_stop(void);

/* A file in memory, to be written: what is run next reads it. -1: errno; ENOTTY: there is no terminal. */
int runner_open(void);
/* Runs it, until `*stop`. `*status`: as of waitpid. False: errno; ECANCELED: the user does not want it; EPERM: he was
 * asked too often. */
bool runner_run(enum runner_what what, const atomic_bool *stop, int *status);

#endif
