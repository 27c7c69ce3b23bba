/*
 * privileges: gives rights up, once everything is open and before any thread starts or any packet is parsed, but
 * for the port numbers that are counted where the user is asked for an interface (capture/interfaces.h).
 *
 * Behind sudo the process becomes that user (supplementary groups, gid, uid), as plain root one who has no rights.
 * Every capability goes. In all cases the bounding set is cleared, no_new_privs is set, core dumps are off. What else
 * is refused is the sandbox's.
 *
 * Until then, what the user names (configuration, captures, -w) is opened with his rights: sudo lets him capture, not
 * read root's files or make files in system folders.
 */
#ifndef GUARD_PRIVILEGES_H
#define GUARD_PRIVILEGES_H

#include "base/error.h"

/* A package may let a group capture by a copy of the program that has the capability, lib/mailtap/mailtap beside
 * bin/mailtap, and leave that one without, for all others: who may run the copy becomes it. Both must be root's.
 * Returns where there is none, it may not be run, or the right is there already. */
void privileges_gain_capture(char **argv);

/* Behind sudo, acts as the user who called it, until privileges_return; no effect otherwise. Both while there is one
 * thread; nest not. */
bool privileges_borrow(struct error *err);
void privileges_return(void);

/* Returns first what was borrowed. `user`: whom plain root becomes; "": "mailtap" or nobody; NULL: the uid stays. */
bool privileges_drop(const char *user, struct error *err);

/* For a program that the user names: leaves him what he had before he called this one, behind sudo too. Afterwards
 * the process has no rights that his has not. */
bool privileges_become_caller(struct error *err);

/* The command that lets a user capture without being root, for messages: "sudo setcap cap_net_raw+ep PATH",
 * or what a package has in its place (MAILTAP_CAPTURE_HINT). */
void privileges_hint(char *out, unsigned int size);

#endif
