/*
 * rows_end: the last row of a timeline: how the connection ended. Private to present.
 */
#ifndef PRESENT_ROWS_END_H
#define PRESENT_ROWS_END_H

#include "mail/session.h"
#include "snapshot/snapshot.h"

void rows_end(const struct session *s, struct snapshot_timeline_row *row);

#endif
