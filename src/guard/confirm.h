/*
 * confirm: asks the user on the terminal whether files may be made in a folder, a file may be read, or a program may
 * be run; and for a command.
 *
 * Who asks for the folder may be in the hands of an attacker. He can show another name in the place of the one that is
 * shown here: so a yes is the folder's own name, typed. He may make a terminal answer by itself, with a text that he
 * gave it before: so two digits follow, others each time, which he cannot see. He can type nothing into the terminal; a
 * key that he reads away is missing. What was typed before does not count.
 */
#ifndef GUARD_CONFIRM_H
#define GUARD_CONFIRM_H

#include <stdbool.h>
#include <stddef.h>

/* `tty` is open for both directions and does not block; it is left as it was. What comes by `asking`, be it its end,
 * means no: who asked takes the question back, or has gone. */
bool confirm_folder(int tty, const char *path, int asking);
bool confirm_file(int tty, const char *path, int asking);
bool confirm_configuration(int tty, const char *path, int asking);
/* Likewise whether a program may be run. */
bool confirm_program(int tty, const char *command, int asking);

enum confirm_answer {
	CONFIRM_YES,
	CONFIRM_NO,    /* nothing was typed, or nobody is asked any more */
	CONFIRM_WRONG, /* something else */
};

/* Reads a command that is typed here, after digits that are shown here. */
enum confirm_answer confirm_command(int tty, char *command, size_t size, int asking);
/* Waits for Enter, so that what a command wrote can be read. */
void confirm_seen(int tty, int asking);

#endif
