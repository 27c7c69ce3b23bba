/*
 * action: what the keys and the mouse do to the state.
 */
#ifndef UI_ACTION_H
#define UI_ACTION_H

#include "ui/input.h"
#include "ui/keys.h"
#include "ui/state.h"

/* Takes one input: the open dialog has it, else the view's keys. */
void action_input(struct state *st, const struct snapshot *s, const struct input *in);

/* Whether it only moves the cursor or what is seen. */
bool action_moves(const struct state *st, const struct input *in);

/* Whether the input is for what is shown once all before it is answered: it opens, copies, filters or saves that. A
 * move within rows at hand is not, unless other rows were asked for (`is_changed`), nor is text that is typed, nor the
 * mouse, which points at what is there. */
bool action_waits(const struct state *st, const struct snapshot *s, const struct input *in, bool is_changed);

void action_do(struct state *st, const struct snapshot *s, enum action action);

#endif
