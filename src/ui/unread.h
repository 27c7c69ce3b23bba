/*
 * unread: where a list is empty, that sessions cannot be read for want of a key may be why; and what to set so that
 * they can be.
 */
#ifndef UI_UNREAD_H
#define UI_UNREAD_H

#include "snapshot/snapshot.h"
#include "ui/grid.h"

/* "3 sessions cannot be read for want of a key." */
void unread_say(char *out, size_t size, const struct snapshot_unread *unread);

/* That, and what would help, from the first row of `rect` on, as far as there is room; nothing where all are read. */
void unread_draw(const struct snapshot *s, struct grid *g, struct rect rect);

#endif
