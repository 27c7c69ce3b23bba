/*
 * confirm: asks the user on the terminal whether files may be made in a folder.
 *
 * Who asks for the folder may be in the hands of an attacker. It can neither type into the terminal nor see what is
 * shown there; but it may make a terminal answer by itself, and read a part of that answer away. So a yes are two
 * digits that are shown, others each time. What was typed before does not count.
 */
#ifndef GUARD_CONFIRM_H
#define GUARD_CONFIRM_H

#include <stdbool.h>

/* `tty` is open for both directions; it is left as it was. */
bool confirm_folder(int tty, const char *path);

#endif
