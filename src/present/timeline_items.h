/*
 * timeline_items: which rows a session's timeline has, in the order of their times. Private to present.
 */
#ifndef PRESENT_TIMELINE_ITEMS_H
#define PRESENT_TIMELINE_ITEMS_H

#include "present/session_detail.h"

/* Makes them anew; the packets and silences of `f` are up to date. */
void timeline_items_make(struct session_detail *f, struct engine *e, struct connection *v);

#endif
