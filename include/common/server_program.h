/*
 * server_program: which program a server is, by its greeting. Constant.
 */
#ifndef COMMON_SERVER_PROGRAM_H
#define COMMON_SERVER_PROGRAM_H

#include <stdbool.h>

#include "base/slice.h"

/* Whether a greeting (all of its text, lines with LF between) has the name as a word, in letters of either case; as a
 * part of a host's name it tells nothing. */
bool server_program_says(struct slice greeting, const char *name);

/* Its name, by the rows of server_programs.def; NULL: none of them is met. */
const char *server_program_name(struct slice greeting);

#endif
