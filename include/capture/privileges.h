/*
 * privileges: gives rights up, once everything is open and before any thread starts or any packet is parsed.
 *
 * Behind sudo the process becomes that user (supplementary groups, gid, uid). As plain root the uid stays 0, but every
 * capability goes. In all cases the bounding set is cleared, no_new_privs is set, core dumps are off, and system calls
 * that a reader of packets never needs (exec, ptrace, mount, modules, bpf) are refused.
 */
#ifndef CAPTURE_PRIVILEGES_H
#define CAPTURE_PRIVILEGES_H

#include "base/error.h"

bool privileges_drop(struct error *err);

/* The command that lets a user capture without being root, for messages: "sudo setcap cap_net_raw+ep PATH". */
void privileges_hint(char *out, unsigned int size);

/* Before the drop: makes a file that was just created as root the property of the user behind sudo, if there is one. */
void privileges_give_file(int fd);

#endif
