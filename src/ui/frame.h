/*
 * frame: the whole screen: title, panes, the line beneath, the bar of keys, a dialog above. Pure: from the state and a
 * snapshot onto a grid.
 */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include "ui/grid.h"
#include "ui/state.h"

void frame_draw(const struct state *st, const struct snapshot *s, struct grid *g);

#endif
