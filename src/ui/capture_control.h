/*
 * capture_control: the keys that stop, restart and leave the capture.
 */
#ifndef UI_CAPTURE_CONTROL_H
#define UI_CAPTURE_CONTROL_H

#include "ui/state.h"

/* Stops the capture, or the loading of files, and lets it go on. */
void capture_control_stop(struct state *st, const struct snapshot *s);
/* Asks for the word, and offers to save what was captured. */
void capture_control_restart(struct state *st, const struct snapshot *s);
/* Leaves, after a question where something would be lost. */
void capture_control_quit(struct state *st, const struct snapshot *s);

#endif
